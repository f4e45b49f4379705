//! The table under a workspace: the nodes looked at or changed so far, each with a number.
//!
//! A node of a tree enters the table when a path first leads to it; a directory keeps the rest
//! of its entries in the tree it came from. So opening a workspace costs nothing, and freezing
//! it back into trees costs what was touched.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use super::content::{Content, OpenContent};
use super::errno::{Errno, errno_of};
use super::fs::Quota;
use super::tree::{Dir, File, Name, Node};

/// The number of a node, for as long as it exists. Never used twice in one workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ino(pub(super) u64);

impl Ino {
    pub const ROOT: Ino = Ino(1);

    pub fn raw(self) -> u64 {
        self.0
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    Dir,
    File,
    Symlink,
    /// A device that reads as empty and swallows what is written: `/dev/null`.
    Null,
}

/// What `stat` tells.
#[derive(Clone, Copy, Debug)]
pub struct Stat {
    pub ino: Ino,
    pub kind: NodeKind,
    /// In bytes; of a symlink, its target's.
    pub size: u64,
    /// The number of names.
    pub links: u64,
    /// Virtual time of the last change, in nanoseconds since 1970.
    pub modified: u64,
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
    /// A place where a tree is mounted: it can't be moved or removed.
    pub mounted: bool,
}

pub(super) struct FileInode {
    pub data: Data,
    /// Whether its bytes were made or changed here, so count against the quota.
    pub changed: bool,
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
    /// that are mounts of their own are left out.
    pub fn freeze_dir(&mut self, ino: Ino) -> io::Result<Arc<Dir>> {
        let dir = self.dir(ino).map_err(io::Error::other)?;
        let base = dir.base.clone();
        let overlay: Vec<(Name, Option<Ino>)> = dir
            .overlay
            .iter()
            .map(|(name, ino)| (name.clone(), *ino))
            .collect();
        let mut changed = BTreeMap::new();
        for (name, ino) in overlay {
            let node = match ino {
                Some(ino) => self.freeze(ino)?,
                None => None,
            };
            let old = match &base {
                Some(base) => base.entries()?.get(&name),
                None => None,
            };
            let same = match (old, &node) {
                (Some(old), Some(new)) => old.is(new),
                (None, None) => true,
                _ => false,
            };
            if !same {
                changed.insert(name, node);
            }
        }
        let modified = self.get(ino).map_err(io::Error::other)?.modified;
        let frozen = match base {
            Some(base) if changed.is_empty() && base.modified() == modified => base,
            base => {
                let mut entries = match &base {
                    Some(base) => base.entries()?.clone(),
                    None => BTreeMap::new(),
                };
                for (name, node) in changed {
                    match node {
                        Some(node) => entries.insert(name, node),
                        None => entries.remove(&name),
                    };
                }
                Arc::new(Dir::new(entries).modified_at(modified))
            }
        };
        self.dir_mut(ino).map_err(io::Error::other)?.base = Some(frozen.clone());
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
