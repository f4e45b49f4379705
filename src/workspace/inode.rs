//! The table under a workspace: the nodes looked at or changed so far, each with a number.
//!
//! A node of a tree enters the table when a path first leads to it; a directory keeps the rest
//! of its entries in the tree it came from. So opening a workspace costs nothing, and freezing
//! it back into trees costs what was touched.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;

use super::content::{Content, OpenContent};
use super::entries::Entries;
use super::errno::{Errno, errno_of};
use super::fs::Quota;
use super::tree::{Dir, File, Name, Node};

/// The number of a node, for as long as it exists. Never used twice in one workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ino(pub(super) u64);

impl Ino {
    /// The root of the namespace.
    pub const ROOT: Ino = Ino(1);

    /// As a plain number: `st_ino` of POSIX.
    pub fn raw(self) -> u64 {
        self.0
    }
}

/// What kind of thing a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// A directory.
    Dir,
    /// A file with bytes.
    File,
    /// A symbolic link.
    Symlink,
    /// A device that reads as empty and swallows what is written: `/dev/null`.
    Null,
}

/// What `stat` tells.
#[derive(Clone, Copy, Debug)]
pub struct Stat {
    /// Its number.
    pub ino: Ino,
    /// What it is.
    pub kind: NodeKind,
    /// In bytes; of a symlink, its target's.
    pub size: u64,
    /// The number of names.
    pub links: u64,
    /// Virtual time of the last change, in nanoseconds since 1970.
    pub modified: u64,
    /// What was last set as the time of access; until then that of the last change.
    pub accessed: u64,
}

pub(super) struct Inode {
    pub kind: Kind,
    /// Names that lead here.
    pub links: u64,
    /// Descriptors open on it.
    pub opens: u64,
    pub read_only: bool,
    /// Set where it was changed in this workspace; else it follows from the content.
    pub modified: Option<u64>,
    /// Set where somebody set it, for as long as the run; looking at a file doesn't.
    pub accessed: Option<u64>,
    /// Whether it was made in this workspace, so counts as one of its files.
    pub made: bool,
    /// What it counts for against the quota.
    pub charged: Quota,
}

impl Inode {
    /// What it is to count for: itself as far as it was made or changed here, and all of it again
    /// for each further name, since in a tree, and where a tree is written to, it is a file for each.
    pub fn due(&self) -> Quota {
        let further = self.links.saturating_sub(1);
        let (len, changed) = match &self.kind {
            Kind::File(file) => (file.data.len(), file.changed),
            _ => (0, false),
        };
        Quota {
            bytes: len.saturating_mul(further + u64::from(changed)),
            files: further + u64::from(self.made),
        }
    }

    /// Directories that have it, and under which names, where they are to be told of changes: a
    /// symlink never changes, and what is mounted is no part of what it is mounted in.
    fn places(&self) -> Vec<(Ino, Name)> {
        match &self.kind {
            Kind::File(file) => file.places.clone(),
            Kind::Dir(dir) if self.links > 0 && !dir.mounted => {
                vec![(dir.parent, dir.name.clone())]
            }
            Kind::Dir(_) | Kind::Symlink(_) | Kind::Null => Vec::new(),
        }
    }
}

pub(super) enum Kind {
    Dir(DirInode),
    File(FileInode),
    Symlink(Arc<str>),
    Null,
}

pub(super) struct DirInode {
    pub parent: Ino,
    /// What its parent has it under.
    pub name: Name,
    /// What the entries not looked at yet come from.
    pub base: Option<Arc<Dir>>,
    /// Entries looked at (a number), made (a number) or removed (nothing).
    pub overlay: BTreeMap<Name, Option<Ino>>,
    /// Names under which something changed since `base` was made, here or below. Where there are
    /// any, the directories above have its name among theirs.
    pub stale: BTreeSet<Name>,
    /// A place where a tree is mounted: it can't be moved or removed.
    pub mounted: bool,
}

pub(super) struct FileInode {
    pub data: Data,
    /// Whether its bytes were made or changed here, so count against the quota.
    pub changed: bool,
    /// Directories that have it under these names, to be told of changes.
    pub places: Vec<(Ino, Name)>,
    /// The names through which paths lead on from this file, and the directory they lead to.
    pub annex: Option<(Arc<[Name]>, Ino)>,
}

pub(super) enum Data {
    /// As in the tree; opened once someone reads.
    Frozen(Arc<File>, Option<OpenContent>),
    /// Made or changed here.
    Own(Arc<Vec<u8>>),
}

impl Data {
    pub fn len(&self) -> u64 {
        match self {
            Data::Frozen(file, _) => file.content().len(),
            Data::Own(bytes) => bytes.len() as u64,
        }
    }

    /// Makes these bytes the data, to be changed; copied first if someone else has them too.
    pub fn insert_own(&mut self, bytes: Arc<Vec<u8>>) -> &mut Vec<u8> {
        *self = Data::Own(bytes);
        match self {
            Data::Own(bytes) => Arc::make_mut(bytes),
            Data::Frozen(..) => unreachable!("it was set to Own just now"),
        }
    }
}

#[derive(Default)]
pub(super) struct Table {
    inodes: BTreeMap<Ino, Inode>,
    last: u64,
}

impl Table {
    #[cfg(any(test, feature = "fuzzing"))]
    pub fn iter(&self) -> impl Iterator<Item = (Ino, &Inode)> {
        self.inodes.iter().map(|(ino, inode)| (*ino, inode))
    }

    pub fn insert(&mut self, inode: Inode) -> Ino {
        self.last += 1;
        let ino = Ino(self.last);
        self.inodes.insert(ino, inode);
        ino
    }

    pub fn get(&self, ino: Ino) -> Result<&Inode, Errno> {
        self.inodes.get(&ino).ok_or(Errno::Noent)
    }

    pub fn get_mut(&mut self, ino: Ino) -> Result<&mut Inode, Errno> {
        self.inodes.get_mut(&ino).ok_or(Errno::Noent)
    }

    pub fn dir(&self, ino: Ino) -> Result<&DirInode, Errno> {
        match &self.get(ino)?.kind {
            Kind::Dir(dir) => Ok(dir),
            _ => Err(Errno::Notdir),
        }
    }

    pub fn dir_mut(&mut self, ino: Ino) -> Result<&mut DirInode, Errno> {
        match &mut self.get_mut(ino)?.kind {
            Kind::Dir(dir) => Ok(dir),
            _ => Err(Errno::Notdir),
        }
    }

    /// Takes a node in below `parent`.
    pub fn adopt(&mut self, node: &Node, parent: Ino, name: &Name, read_only: bool) -> Ino {
        let kind = match node {
            Node::Dir(dir) => Kind::Dir(DirInode {
                parent,
                name: name.clone(),
                base: Some(dir.clone()),
                overlay: BTreeMap::new(),
                stale: BTreeSet::new(),
                mounted: false,
            }),
            Node::File(file) => {
                let annex = file.annex().map(|annex| {
                    let dir = Node::Dir(annex.dir.clone());
                    (annex.path.clone(), self.adopt(&dir, parent, name, true))
                });
                Kind::File(FileInode {
                    data: Data::Frozen(file.clone(), None),
                    changed: false,
                    places: vec![(parent, name.clone())],
                    annex,
                })
            }
            Node::Symlink(target) => Kind::Symlink(target.clone()),
        };
        self.insert(Inode {
            kind,
            links: 1,
            opens: 0,
            read_only,
            modified: node.modified(),
            accessed: None,
            made: false,
            charged: Quota::NOTHING,
        })
    }

    /// The entry of a directory, taken in from the tree if it wasn't yet.
    pub fn child(&mut self, dir: Ino, name: &str) -> Result<Option<Ino>, Errno> {
        let read_only = self.get(dir)?.read_only;
        let inode = self.dir(dir)?;
        if let Some(known) = inode.overlay.get(name) {
            return Ok(*known);
        }
        let Some(base) = inode.base.clone() else {
            return Ok(None);
        };
        let entries = base.entries().map_err(|error| errno_of(&error))?;
        let Some((name, node)) = entries.get_key_value(name) else {
            return Ok(None);
        };
        let ino = self.adopt(node, dir, name, read_only);
        self.dir_mut(dir)?.overlay.insert(name.clone(), Some(ino));
        Ok(Some(ino))
    }

    /// The names in a directory, sorted.
    pub fn names(&self, dir: Ino) -> Result<Vec<Name>, Errno> {
        let dir = self.dir(dir)?;
        let mut names: Vec<Name> = match &dir.base {
            Some(base) => base
                .entries()
                .map_err(|error| errno_of(&error))?
                .keys()
                .filter(|name| !dir.overlay.contains_key(*name))
                .cloned()
                .collect(),
            None => Vec::new(),
        };
        let own = dir.overlay.iter().filter(|(_, ino)| ino.is_some());
        names.extend(own.map(|(name, _)| name.clone()));
        names.sort();
        Ok(names)
    }

    /// The bytes of a directory's absolute path.
    pub fn path_len(&self, mut dir: Ino) -> Result<usize, Errno> {
        let mut len = 0;
        while dir != Ino::ROOT {
            let inode = self.dir(dir)?;
            len += 1 + inode.name.len();
            dir = inode.parent;
        }
        Ok(len)
    }

    /// By how many bytes the longest path below a node is longer than the node's own. Folders of
    /// the host's that weren't looked into don't count.
    pub fn reach(&self, ino: Ino) -> usize {
        let Ok(dir) = self.dir(ino) else {
            return 0;
        };
        let known = dir.overlay.iter();
        let known = known.filter_map(|(name, ino)| Some(1 + name.len() + self.reach((*ino)?)));
        let base = dir.base.as_ref().map_or(0, |base| base.reach());
        known.max().unwrap_or(0).max(base)
    }

    /// Whether a directory has no entries.
    pub fn is_empty(&self, dir: Ino) -> Result<bool, Errno> {
        let dir = self.dir(dir)?;
        // What was removed and is still among the base's is in the overlay.
        let base = match &dir.base {
            Some(base) => base.entries().map_err(|error| errno_of(&error))?.len(),
            None => 0,
        };
        Ok(dir.overlay.len() >= base && dir.overlay.values().all(Option::is_none))
    }

    /// Tells the directories that have a node, and those above, that it changed.
    pub fn touch(&mut self, ino: Ino) -> Result<(), Errno> {
        let mut changed = self.get(ino)?.places();
        while let Some((dir, name)) = changed.pop() {
            if self.mark(dir, name)? {
                changed.extend(self.get(dir)?.places());
            }
        }
        Ok(())
    }

    /// Tells a directory, and those above, that something changed under a name.
    pub fn touch_entry(&mut self, dir: Ino, name: Name) -> Result<(), Errno> {
        match self.mark(dir, name)? {
            true => self.touch(dir),
            false => Ok(()),
        }
    }

    /// Whether those above are to be told.
    fn mark(&mut self, dir: Ino, name: Name) -> Result<bool, Errno> {
        let dir = self.dir_mut(dir)?;
        let first = dir.stale.is_empty();
        dir.stale.insert(name);
        Ok(first)
    }

    /// Forgets a node that no name and no descriptor leads to; gives back what it was.
    pub fn forget_if_unused(&mut self, ino: Ino) -> Option<Inode> {
        let inode = self.inodes.get(&ino)?;
        if inode.links == 0 && inode.opens == 0 {
            self.inodes.remove(&ino)
        } else {
            None
        }
    }

    /// The directory as an immutable tree. Unchanged parts are the nodes they came from; parts
    /// that are mounts of their own are left out. Costs what changed since the last time.
    pub fn freeze_dir(&mut self, ino: Ino) -> io::Result<Arc<Dir>> {
        let dir = self.dir(ino).map_err(io::Error::other)?;
        let base = match &dir.base {
            Some(base) => base.clone(),
            None => Arc::new(Dir::new(Entries::default())),
        };
        let stale: Vec<(Name, Option<Ino>)> = dir
            .stale
            .iter()
            .filter_map(|name| Some((name.clone(), *dir.overlay.get(name)?)))
            .collect();
        let mut changes = BTreeMap::new();
        for (name, ino) in stale {
            let node = match ino {
                Some(ino) => self.freeze(ino)?,
                None => None,
            };
            let same = match (base.entries()?.get(&name), &node) {
                (Some(old), Some(new)) => old.is(new),
                (None, None) => true,
                _ => false,
            };
            if !same {
                changes.insert(name, node);
            }
        }
        let modified = self.get(ino).map_err(io::Error::other)?.modified;
        let frozen = match changes.is_empty() && base.modified() == modified {
            true => base,
            false => Arc::new(Dir::new(base.entries()?.with(changes)).modified_at(modified)),
        };
        let dir = self.dir_mut(ino).map_err(io::Error::other)?;
        for name in std::mem::take(&mut dir.stale) {
            // What was removed is no longer among the base's.
            if dir.overlay.get(&name) == Some(&None) {
                dir.overlay.remove(&name);
            }
        }
        dir.base = Some(frozen.clone());
        Ok(frozen)
    }

    /// What is mounted at a place; nothing for a device.
    pub fn freeze_mount(&mut self, ino: Ino) -> io::Result<Option<Node>> {
        match self.get(ino).map_err(io::Error::other)?.kind {
            Kind::Dir(_) => self.freeze_dir(ino).map(|dir| Some(Node::Dir(dir))),
            _ => self.freeze(ino),
        }
    }

    fn freeze(&mut self, ino: Ino) -> io::Result<Option<Node>> {
        let inode = self.get_mut(ino).map_err(io::Error::other)?;
        let modified = inode.modified;
        Ok(match &mut inode.kind {
            Kind::Dir(dir) if dir.mounted => None,
            Kind::Dir(_) => Some(Node::Dir(self.freeze_dir(ino)?)),
            Kind::Symlink(target) => Some(Node::Symlink(target.clone())),
            Kind::Null => None,
            Kind::File(file) => {
                let frozen = match &file.data {
                    Data::Frozen(frozen, _) if frozen.modified() == modified => frozen.clone(),
                    Data::Frozen(frozen, _) => Arc::new(frozen.modified_at(modified)),
                    Data::Own(bytes) => {
                        let frozen = File::new(Content::Bytes(bytes.clone()));
                        Arc::new(frozen.modified_at(modified))
                    }
                };
                file.data = Data::Frozen(frozen.clone(), None);
                Some(Node::File(frozen))
            }
        })
    }
}
