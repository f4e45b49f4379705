//! A workspace: a namespace of mounted trees, being changed copy on write.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::errno::Errno;
use super::inode::{DirInode, FileInode, Ino, Inode, Kind, NodeKind, Stat, Table};
use super::resolve::Follow;
use super::tree::{Name, Node, Tree};

/// Whether the files of a mount may be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// No: [`Errno::Rofs`].
    ReadOnly,
    /// Yes.
    ReadWrite,
}

/// What may be stored beyond what was mounted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Bytes in files that were made or changed, at any one moment; of a file with several names,
    /// once for each.
    pub bytes: u64,
    /// Names of files, directories and symlinks that were made and still exist, at any one moment.
    pub files: u64,
}

impl Quota {
    pub(super) const NOTHING: Quota = Quota { bytes: 0, files: 0 };
}

impl Default for Quota {
    fn default() -> Quota {
        Quota {
            bytes: u64::MAX,
            files: u64::MAX,
        }
    }
}

/// A place where nothing can be mounted.
#[derive(Debug, thiserror::Error)]
#[error("mount at {path}: {reason}")]
pub struct MountError {
    path: String,
    reason: &'static str,
}

/// Modification times of files that nobody changed here start at this second (2024-01-01).
const OLDEST: u64 = 1_704_067_200;
/// Seconds over which they are spread: about 194 days.
const SPREAD: u64 = 1 << 24;
const SECOND: u64 = 1_000_000_000;

/// Files in memory, by path and by inode. See the module's documentation.
pub struct Workspace {
    pub(super) table: Table,
    /// What is mounted, by where.
    pub(super) mounts: BTreeMap<String, Mount>,
    pub(super) quota: Quota,
    pub(super) stored: Quota,
    /// Virtual time, in nanoseconds since 1970: what changed files are stamped with.
    pub(super) now: u64,
    /// Bytes of mounted files copied so far so that they could be changed.
    pub(super) thawed: u64,
    /// The first host file that could not be read as it was listed.
    pub(super) fault: Option<String>,
}

/// A place where something is mounted.
#[derive(Clone, Copy)]
pub(super) struct Mount {
    pub ino: Ino,
    pub access: Access,
}

/// A place where something can be mounted.
struct MountPoint {
    parent: Ino,
    name: Name,
    /// With one slash before each name.
    path: String,
}

/// A directory that is there only to lead to mounts.
fn mount_dir(parent: Ino, name: &str) -> Inode {
    Inode {
        kind: Kind::Dir(DirInode {
            parent,
            name: name.into(),
            base: None,
            overlay: BTreeMap::new(),
            stale: BTreeSet::new(),
            mounted: true,
        }),
        links: 1,
        opens: 0,
        read_only: true,
        modified: None,
        accessed: None,
        made: false,
        charged: Quota::NOTHING,
    }
}

impl Default for Workspace {
    fn default() -> Workspace {
        let mut table = Table::default();
        table.insert(mount_dir(Ino::ROOT, ""));
        Workspace {
            table,
            mounts: BTreeMap::new(),
            quota: Quota::default(),
            stored: Quota::NOTHING,
            now: (OLDEST + SPREAD) * SECOND,
            thawed: 0,
            fault: None,
        }
    }
}

impl Workspace {
    /// A namespace with nothing in it but a read-only root.
    pub fn new() -> Workspace {
        Workspace::default()
    }

    /// Lays a tree at an absolute path, making the directories that lead there.
    pub fn mount(&mut self, path: &str, tree: &Tree, access: Access) -> Result<(), MountError> {
        self.mount_node(path, &Node::Dir(tree.root().clone()), access)
    }

    /// Lays one node, a file say, at an absolute path.
    pub fn mount_node(
        &mut self,
        path: &str,
        node: &Node,
        access: Access,
    ) -> Result<(), MountError> {
        let refuse = |reason| MountError {
            path: path.to_owned(),
            reason,
        };
        let point = self.mount_point(path).map_err(refuse)?;
        let read_only = access == Access::ReadOnly;
        let ino = self.table.adopt(node, point.parent, &point.name, read_only);
        if let Ok(dir) = self.table.dir_mut(ino) {
            dir.mounted = true;
        }
        self.mount_at(point, Mount { ino, access }).map_err(refuse)
    }

    /// Puts `/dev/null`'s device at an absolute path.
    pub fn mount_null(&mut self, path: &str) -> Result<(), MountError> {
        let refuse = |reason| MountError {
            path: path.to_owned(),
            reason,
        };
        let point = self.mount_point(path).map_err(refuse)?;
        let ino = self.table.insert(Inode {
            kind: Kind::Null,
            links: 1,
            opens: 0,
            read_only: false,
            modified: None,
            accessed: None,
            made: false,
            charged: Quota::NOTHING,
        });
        let access = Access::ReadWrite;
        self.mount_at(point, Mount { ino, access }).map_err(refuse)
    }

    /// Takes away what is mounted at a path; its files are gone unless something has them open.
    pub fn unmount(&mut self, path: &str) -> Result<(), Errno> {
        let found = self.find(Ino::ROOT, path, Follow::No)?;
        let (Some(name), Some(node)) = (&found.name, found.node()?) else {
            return Err(Errno::Inval);
        };
        self.table.dir_mut(found.parent)?.overlay.remove(name);
        self.discard(node)
    }

    /// The directory at a path as an immutable tree. Costs what was touched below it.
    pub fn tree(&mut self, path: &str) -> io::Result<Tree> {
        let ino = self
            .resolve(Ino::ROOT, path, Follow::Yes)
            .map_err(io::Error::other)?;
        self.table.freeze_dir(ino).map(Tree::from)
    }

    /// Sets what may be stored from now on, counted from nothing.
    pub fn set_quota(&mut self, quota: Quota) {
        self.quota = quota;
    }

    /// What is stored beyond what was mounted.
    pub fn stored(&self) -> Quota {
        self.stored
    }

    /// Sets virtual time, in nanoseconds since 1970.
    pub fn set_time(&mut self, now: u64) {
        self.now = now;
    }

    /// Virtual time, in nanoseconds since 1970: after all that happened here so far.
    pub fn time(&self) -> u64 {
        self.now
    }

    /// Bytes of mounted files copied so far so that they could be changed: work that whoever
    /// changed them is to pay for.
    pub fn thawed(&self) -> u64 {
        self.thawed
    }

    /// Why a host file could not be read as it was listed, if that happened; and forgets it.
    pub fn take_fault(&mut self) -> Option<String> {
        self.fault.take()
    }

    /// What `stat` tells of an inode.
    pub fn stat(&self, ino: Ino) -> Result<Stat, Errno> {
        let inode = self.table.get(ino)?;
        let kind = match &inode.kind {
            Kind::Dir(_) => NodeKind::Dir,
            Kind::File(_) => NodeKind::File,
            Kind::Symlink(_) => NodeKind::Symlink,
            Kind::Null => NodeKind::Null,
        };
        let modified = inode.modified.unwrap_or_else(|| settled_time(&inode.kind));
        Ok(Stat {
            ino,
            kind,
            size: self.size(ino)?,
            links: inode.links,
            modified,
            accessed: inode.accessed.unwrap_or(modified),
        })
    }

    /// In bytes; of a symlink, its target's.
    pub(super) fn size(&self, ino: Ino) -> Result<u64, Errno> {
        Ok(match &self.table.get(ino)?.kind {
            Kind::File(file) => file.data.len(),
            Kind::Symlink(target) => target.len() as u64,
            Kind::Dir(_) | Kind::Null => 0,
        })
    }

    fn mount_point(&mut self, path: &str) -> Result<MountPoint, &'static str> {
        let names: Vec<&str> = path.split('/').filter(|name| !name.is_empty()).collect();
        let plain = names.iter().all(|name| *name != "." && *name != "..");
        let (Some((last, dirs)), true, true) = (names.split_last(), plain, path.starts_with('/'))
        else {
            return Err("a mount point is an absolute path below /, without . and ..");
        };
        let mut at = Ino::ROOT;
        for name in dirs {
            let known = self
                .table
                .child(at, name)
                .map_err(|_| "a file is in the way")?;
            at = match known {
                Some(ino) => ino,
                None => {
                    let ino = self.table.insert(mount_dir(at, name));
                    self.place(at, name, ino)?;
                    ino
                }
            };
        }
        Ok(MountPoint {
            parent: at,
            name: (*last).into(),
            path: format!("/{}", names.join("/")),
        })
    }

    fn mount_at(&mut self, point: MountPoint, mount: Mount) -> Result<(), &'static str> {
        self.place(point.parent, &point.name, mount.ino)?;
        self.mounts.insert(point.path, mount);
        Ok(())
    }

    fn place(&mut self, parent: Ino, name: &str, ino: Ino) -> Result<(), &'static str> {
        if self
            .table
            .child(parent, name)
            .is_ok_and(|known| known.is_some())
        {
            return Err("something is there already");
        }
        let dir = self
            .table
            .dir_mut(parent)
            .map_err(|_| "a file is in the way")?;
        dir.overlay.insert(name.into(), Some(ino));
        Ok(())
    }

    /// Drops a node and all below it, mounts too.
    fn discard(&mut self, ino: Ino) -> Result<(), Errno> {
        self.mounts.retain(|_, mount| mount.ino != ino);
        let below: Vec<Ino> = match &self.table.get(ino)?.kind {
            Kind::Dir(dir) => dir.overlay.values().flatten().copied().collect(),
            _ => Vec::new(),
        };
        for child in below {
            if let Kind::File(file) = &mut self.table.get_mut(child)?.kind {
                file.places.retain(|(dir, _)| *dir != ino);
            }
            self.discard(child)?;
        }
        self.unlink_inode(ino)
    }

    /// One name less for a node, which is gone with the last name and descriptor.
    pub(super) fn unlink_inode(&mut self, ino: Ino) -> Result<(), Errno> {
        let inode = self.table.get_mut(ino)?;
        inode.links = inode.links.saturating_sub(1);
        self.recount(ino)?;
        self.settle(ino);
        Ok(())
    }

    /// Counts a node for what it is due now.
    pub(super) fn recount(&mut self, ino: Ino) -> Result<(), Errno> {
        let inode = self.table.get_mut(ino)?;
        let due = inode.due();
        let before = std::mem::replace(&mut inode.charged, due);
        self.stored.bytes = self.stored.bytes - before.bytes + due.bytes;
        self.stored.files = self.stored.files - before.files + due.files;
        Ok(())
    }

    /// Forgets a node that nothing leads to any more, and frees what it held.
    pub(super) fn settle(&mut self, ino: Ino) {
        if let Some(gone) = self.table.forget_if_unused(ino) {
            self.stored.bytes -= gone.charged.bytes;
            self.stored.files -= gone.charged.files;
            if let Kind::File(FileInode {
                annex: Some((_, dir)),
                ..
            }) = gone.kind
            {
                _ = self.discard(dir);
            }
        }
    }
}

/// The modification time of a node that nobody changed here: for bytes in memory it follows from
/// them, so that what is cached by time and size (`.pyc` files, `make`) sees a change made
/// between two runs.
fn settled_time(kind: &Kind) -> u64 {
    use super::content::Content;
    use super::inode::Data;
    let offset = match kind {
        Kind::File(FileInode {
            data: Data::Frozen(file, _),
            ..
        }) if matches!(file.content(), Content::Bytes(_)) => {
            file.hash().map_or(0, |hash| hash.prefix() % SPREAD)
        }
        _ => 0,
    };
    (OLDEST + offset) * SECOND
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::resolve::PATH_MAX;
    use crate::workspace::{Exists, File, diff};

    fn writable() -> Workspace {
        let mut workspace = Workspace::new();
        let empty = Tree::default();
        workspace.mount("/w", &empty, Access::ReadWrite).unwrap();
        workspace
    }

    /// Makes folders in each other below one, as many as there can be; the lowest.
    fn dig(workspace: &mut Workspace, from: Ino, name: &str) -> Ino {
        let mut at = from;
        loop {
            match workspace.make_dir(at, name) {
                Ok(below) => at = below,
                Err(error) => {
                    assert_eq!(error, Errno::Nametoolong);
                    return at;
                }
            }
        }
    }

    #[test]
    fn the_deepest_folders_need_little_of_a_stack() {
        let all = || {
            let mut workspace = writable();
            let root = workspace.resolve(Ino::ROOT, "/w", Follow::Yes).unwrap();
            let before = workspace.snapshot().unwrap();
            let lowest = dig(&mut workspace, root, "d");
            assert_eq!(workspace.table.path_len(lowest), Ok(PATH_MAX));
            let after = workspace.snapshot().unwrap();
            let changes = after.changes_since(&before).unwrap();
            let tree = workspace.tree("/w").unwrap();
            assert_eq!(
                diff(&Tree::default(), &tree).unwrap().len(),
                (PATH_MAX - 2) / 2
            );
            assert_eq!(tree.root().reach(), PATH_MAX - 2);
            assert_ne!(tree.hash().unwrap(), changes);
            workspace.unmount("/w").unwrap();
            drop((workspace, before, after, tree));
        };
        // Threads have 2 MiB.
        let thread = std::thread::Builder::new().stack_size(3 << 19).spawn(all);
        thread.unwrap().join().unwrap();
    }

    #[test]
    fn nothing_is_made_where_no_path_leads() {
        let mut workspace = writable();
        let root = workspace.resolve(Ino::ROOT, "/w", Follow::Yes).unwrap();
        let top = workspace.make_dir(root, "a").unwrap();
        let lowest = dig(&mut workspace, top, &"x".repeat(255));
        let long = "y".repeat(255);
        for made in [
            workspace.create(lowest, &long, Follow::No, Exists::Refuse),
            workspace.make_symlink("t", lowest, &long),
            workspace.make_dir(lowest, &long),
        ] {
            assert_eq!(made, Err(Errno::Nametoolong));
        }
        let file = workspace
            .create(root, "file", Follow::No, Exists::Refuse)
            .unwrap();
        let linked = workspace.link(file, lowest, &long);
        assert_eq!(linked, Err(Errno::Nametoolong));
        // Nor moved there, by itself or with what is below; in a tree or not.
        let moved = |workspace: &mut Workspace, from: &str, to: &str| {
            workspace.rename(Ino::ROOT, from, Ino::ROOT, to)
        };
        let moved_down = workspace.rename(root, "file", lowest, &long);
        assert_eq!(moved_down, Err(Errno::Nametoolong));
        let longer = format!("/w/{long}");
        assert_eq!(
            moved(&mut workspace, "/w/a", &longer),
            Err(Errno::Nametoolong)
        );
        let tree = workspace.tree("/w").unwrap();
        workspace = Workspace::new();
        workspace.mount("/w", &tree, Access::ReadWrite).unwrap();
        assert_eq!(
            moved(&mut workspace, "/w/a", &longer),
            Err(Errno::Nametoolong)
        );
        moved(&mut workspace, "/w/a", "/w/b").unwrap();
        assert_eq!(moved(&mut workspace, "/w/b", "/w/b/c"), Err(Errno::Inval));
    }

    #[test]
    fn every_name_of_a_file_counts() {
        let mut workspace = writable();
        workspace.set_quota(Quota {
            bytes: 100,
            files: 4,
        });
        let root = workspace.resolve(Ino::ROOT, "/w", Follow::Yes).unwrap();
        let stored = |workspace: &Workspace| (workspace.stored().bytes, workspace.stored().files);
        workspace.write("/w/a", &[1; 30]).unwrap();
        let a = workspace.resolve(root, "a", Follow::No).unwrap();
        workspace.link(a, root, "b").unwrap();
        workspace.link(a, root, "c").unwrap();
        assert_eq!(stored(&workspace), (90, 3));
        assert_eq!(workspace.link(a, root, "d"), Err(Errno::Nospc));
        assert_eq!(workspace.truncate(a, 34), Err(Errno::Nospc));
        workspace.truncate(a, 33).unwrap();
        assert_eq!(stored(&workspace), (99, 3));
        workspace.truncate(a, 10).unwrap();
        workspace.link(a, root, "d").unwrap();
        assert_eq!(workspace.link(a, root, "e"), Err(Errno::Nospc));
        assert_eq!(stored(&workspace), (40, 4));
        workspace.unlink(root, "a").unwrap();
        workspace.rename(root, "b", root, "c").unwrap();
        assert_eq!(stored(&workspace), (30, 3));
        // What was there before counts by its further names alone.
        let tree = workspace.tree("/w").unwrap();
        let mut next = Workspace::new();
        next.mount("/w", &tree, Access::ReadWrite).unwrap();
        let b = next.resolve(Ino::ROOT, "/w/b", Follow::No).unwrap();
        assert_eq!(stored(&next), (0, 0));
        next.link(b, Ino::ROOT, "/w/n").unwrap();
        assert_eq!(stored(&next), (10, 1));
        next.write("/w/n", &[2; 20]).unwrap();
        assert_eq!(stored(&next), (40, 1));
        next.unlink(Ino::ROOT, "/w/b").unwrap();
        assert_eq!(stored(&next), (20, 0));
        next.retain(b).unwrap();
        next.unlink(Ino::ROOT, "/w/n").unwrap();
        assert_eq!(stored(&next), (20, 0));
        next.release(b);
        assert_eq!(stored(&next), (0, 0));
    }

    #[test]
    fn what_is_unmounted_leaves_nothing_behind() {
        let mut workspace = Workspace::new();
        let folder: Tree = [("data/x", b"1".to_vec())].into_iter().collect();
        let archive = File::new(b"zip".to_vec()).with_annex("inner/place", folder.root().clone());
        let archive = Node::File(archive.into());
        let before = workspace.nodes();
        for _ in 0..2 {
            workspace
                .mount_node("/archive", &archive, Access::ReadOnly)
                .unwrap();
            let inside = workspace.read("/archive/inner/place/data/x").unwrap();
            assert_eq!(inside.as_slice(), b"1");
            assert_eq!(workspace.read("/archive/inner"), Err(Errno::Notdir));
            workspace.unmount("/archive").unwrap();
            assert_eq!(workspace.nodes(), before);
        }
    }
}
