//! A workspace: a namespace of mounted trees, being changed copy on write.

use std::collections::BTreeMap;
use std::io;

use super::errno::Errno;
use super::inode::{DirInode, FileInode, Ino, Inode, Kind, NodeKind, Stat, Table};
use super::resolve::Follow;
use super::tree::{Node, Tree};

/// Whether the files of a mount may be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    ReadOnly,
    ReadWrite,
}

/// What may be stored beyond what was mounted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Bytes in files that were made or changed, at any one moment.
    pub bytes: u64,
    /// Files, directories and symlinks that were made and still exist, at any one moment.
    pub files: u64,
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
    name: String,
    /// With one slash before each name.
    path: String,
}

/// A directory that is there only to lead to mounts.
fn mount_dir(parent: Ino) -> Inode {
    Inode {
        kind: Kind::Dir(DirInode {
            parent,
            base: None,
            overlay: BTreeMap::new(),
            mounted: true,
        }),
        links: 1,
        opens: 0,
        read_only: true,
        modified: None,
        made: false,
    }
}

impl Default for Workspace {
    fn default() -> Workspace {
        let mut table = Table::default();
        table.insert(mount_dir(Ino::ROOT));
        Workspace {
            table,
            mounts: BTreeMap::new(),
            quota: Quota::default(),
            stored: Quota { bytes: 0, files: 0 },
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
        let ino = self.table.adopt(node, point.parent, read_only);
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
            made: false,
        });
        let access = Access::ReadWrite;
        self.mount_at(point, Mount { ino, access }).map_err(refuse)
    }

    /// Takes away what is mounted at a path; its files are gone unless something has them open.
    pub fn unmount(&mut self, path: &str) -> Result<(), Errno> {
        let found = self.find(Ino::ROOT, path, Follow::No)?;
        let (Some(name), Some(node)) = (found.name, found.node) else {
            return Err(Errno::Inval);
        };
        self.table.dir_mut(found.parent)?.overlay.remove(&name);
        self.mounts.retain(|_, mount| mount.ino != node);
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
        let (kind, size) = match &inode.kind {
            Kind::Dir(_) => (NodeKind::Dir, 0),
            Kind::File(file) => (NodeKind::File, file.data.len()),
            Kind::Symlink(target) => (NodeKind::Symlink, target.len() as u64),
            Kind::Null => (NodeKind::Null, 0),
        };
        Ok(Stat {
            ino,
            kind,
            size,
            links: inode.links,
            modified: inode.modified.unwrap_or_else(|| settled_time(&inode.kind)),
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
                    let ino = self.table.insert(mount_dir(at));
                    self.place(at, name, ino)?;
                    ino
                }
            };
        }
        Ok(MountPoint {
            parent: at,
            name: (*last).to_owned(),
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

    /// Drops a node and all below it.
    fn discard(&mut self, ino: Ino) -> Result<(), Errno> {
        let below: Vec<Ino> = match &self.table.get(ino)?.kind {
            Kind::Dir(dir) => dir.overlay.values().flatten().copied().collect(),
            Kind::File(file) => file.annex.iter().map(|(_, dir)| *dir).collect(),
            _ => Vec::new(),
        };
        for child in below {
            self.discard(child)?;
        }
        self.unlink_inode(ino)
    }

    /// One name less for a node, which is gone with the last name and descriptor.
    pub(super) fn unlink_inode(&mut self, ino: Ino) -> Result<(), Errno> {
        let inode = self.table.get_mut(ino)?;
        inode.links = inode.links.saturating_sub(1);
        self.settle(ino);
        Ok(())
    }

    /// Forgets a node that nothing leads to any more, and frees what it held.
    pub(super) fn settle(&mut self, ino: Ino) {
        if let Some(gone) = self.table.forget_if_unused(ino) {
            self.stored.files -= u64::from(gone.made);
            if let Kind::File(FileInode { charged, .. }) = gone.kind {
                self.stored.bytes -= charged;
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
    use crate::workspace::File;

    #[test]
    fn what_is_unmounted_leaves_nothing_behind() {
        let mut workspace = Workspace::new();
        let folder: Tree = [("data/x", b"1".to_vec())].into_iter().collect();
        let archive = File::new(b"zip".to_vec()).with_annex("inner/place", folder.root().clone());
        let archive = Node::File(archive.into());
        let before = workspace.table.len();
        for _ in 0..2 {
            workspace
                .mount_node("/archive", &archive, Access::ReadOnly)
                .unwrap();
            let inside = workspace.read("/archive/inner/place/data/x").unwrap();
            assert_eq!(inside.as_slice(), b"1");
            assert_eq!(workspace.read("/archive/inner"), Err(Errno::Notdir));
            workspace.unmount("/archive").unwrap();
            assert_eq!(workspace.table.len(), before);
        }
    }
}
