//! A workspace as it stands, and the hash of what became of it.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use super::entries::Entries;
use super::fs::{Access, Workspace};
use super::tree::{Dir, Hash, Node};

/// The mounted folders that may be changed, by where they are mounted.
pub struct Snapshot(BTreeMap<String, Arc<Dir>>);

impl Workspace {
    /// The mounted folders that may be changed, as immutable trees. Costs what changed
    /// since the last time.
    pub fn snapshot(&mut self) -> io::Result<Snapshot> {
        let mut snapshot = BTreeMap::new();
        for (path, mount) in &self.mounts {
            if mount.access == Access::ReadWrite && self.table.dir(mount.ino).is_ok() {
                snapshot.insert(path.clone(), self.table.freeze_dir(mount.ino)?);
            }
        }
        Ok(Snapshot(snapshot))
    }

    /// Forgets all but the trees and the time, as if they had just been mounted: what a run does
    /// then follows from these alone. Names that led to one file lead to two. Nothing may be open.
    pub fn renew(&mut self) -> io::Result<()> {
        self.renew_with(&BTreeMap::new())
    }

    /// As [`renew`](Workspace::renew), with other folders in the place of some that are mounted.
    pub fn renew_with(&mut self, folders: &BTreeMap<String, Arc<Dir>>) -> io::Result<()> {
        let fresh = self.fork_with(folders)?;
        let fault = self.fault.take();
        *self = Workspace { fault, ..fresh };
        Ok(())
    }

    /// Another one with the same mounts and time, and with other folders in the place of some that
    /// are mounted.
    pub fn fork_with(&mut self, folders: &BTreeMap<String, Arc<Dir>>) -> io::Result<Workspace> {
        let mut fresh = Workspace {
            quota: self.quota,
            now: self.now,
            thawed: self.thawed,
            ..Workspace::new()
        };
        for (path, mount) in &self.mounts {
            let node = match folders.get(path) {
                Some(folder) => Some(Node::Dir(folder.clone())),
                None => self.table.freeze_mount(mount.ino)?,
            };
            let mounted = match node {
                Some(node) => fresh.mount_node(path, &node, mount.access),
                None => fresh.mount_null(path),
            };
            mounted.map_err(io::Error::other)?;
        }
        Ok(fresh)
    }

    /// The hash of all that a run can tell of a workspace that was just renewed. Nothing where a
    /// part of it is the host's to change.
    pub fn state(&self) -> Option<Hash> {
        let mut hasher = blake3::Hasher::new_derive_key("autoexp tree 1 workspace");
        hasher.update(&self.now.to_le_bytes());
        for (path, mount) in &self.mounts {
            let dir = self.table.dir(mount.ino).ok()?;
            hasher.update(&[u8::from(mount.access == Access::ReadWrite)]);
            hasher.update(&(path.len() as u64).to_le_bytes());
            hasher.update(path.as_bytes());
            hasher.update(dir.base.as_ref()?.state()?.as_bytes());
        }
        Some(hasher.finalize().into())
    }
}

impl Snapshot {
    /// Each folder with the path where it is mounted.
    pub fn folders(&self) -> impl Iterator<Item = (&str, &Arc<Dir>)> {
        self.0.iter().map(|(path, dir)| (path.as_str(), dir))
    }

    /// The hash of what was done since `before`: each path that was written, made or removed, with
    /// what is there now. A file written with what it held counts. Reads no file that is where it
    /// was, so that large folders of the host's cost nothing.
    pub fn changes_since(&self, before: &Snapshot) -> io::Result<Hash> {
        let mut changes = Changes(blake3::Hasher::new_derive_key("autoexp tree 1 changes"));
        let mut paths: Vec<_> = before.0.keys().chain(self.0.keys()).collect();
        paths.sort();
        paths.dedup();
        let nothing = Arc::new(Dir::new(Entries::default()));
        for path in paths {
            let of = |snapshot: &Snapshot| snapshot.0.get(path).unwrap_or(&nothing).clone();
            changes.within(&of(before), &of(self), path)?;
        }
        Ok(changes.0.finalize().into())
    }
}

struct Changes(blake3::Hasher);

impl Changes {
    fn within(&mut self, before: &Arc<Dir>, after: &Arc<Dir>, at: &str) -> io::Result<()> {
        if Arc::ptr_eq(before, after) {
            return Ok(());
        }
        for (name, old, new) in before.entries()?.differences(after.entries()?) {
            let path = format!("{at}/{name}");
            match (old, new) {
                (Some(Node::Dir(old)), Some(Node::Dir(new))) => self.within(old, new, &path)?,
                (_, Some(new)) => self.changed(&path, new)?,
                (_, None) => self.path(b'-', &path),
            }
        }
        Ok(())
    }

    fn changed(&mut self, path: &str, node: &Node) -> io::Result<()> {
        self.path(node.letter(), path);
        self.0.update(node.hash()?.as_bytes());
        Ok(())
    }

    fn path(&mut self, what: u8, path: &str) {
        self.0.update(&[what]);
        self.0.update(&(path.len() as u64).to_le_bytes());
        self.0.update(path.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Exists, Follow, Ino, Tree};
    use super::*;

    fn workspace() -> Workspace {
        let files = [("a", "1"), ("d/b", "2"), ("d/e/c", "3")];
        let tree: Tree = files
            .map(|(path, text)| (path, text.as_bytes().to_vec()))
            .into_iter()
            .collect();
        let mut workspace = Workspace::new();
        workspace.mount("/w", &tree, Access::ReadWrite).unwrap();
        workspace.mount("/w/d/ro", &tree, Access::ReadOnly).unwrap();
        workspace
    }

    fn set_times(
        workspace: &mut Workspace,
        path: &str,
        accessed: Option<u64>,
        modified: Option<u64>,
    ) {
        let ino = workspace.resolve(Ino::ROOT, path, Follow::No).unwrap();
        workspace.set_times(ino, accessed, modified).unwrap();
    }

    fn hash(changes: &[&dyn Fn(&mut Workspace)]) -> Hash {
        let mut workspace = workspace();
        let before = workspace.snapshot().unwrap();
        for change in changes {
            change(&mut workspace);
        }
        let after = workspace.snapshot().unwrap();
        after.changes_since(&before).unwrap()
    }

    #[test]
    fn the_same_changes_have_the_same_hash_and_others_another() {
        let write = |path: &'static str, text: &'static str| {
            move |workspace: &mut Workspace| workspace.write(path, text.as_bytes()).unwrap()
        };
        let (a, b) = (write("/w/a", "x"), write("/w/d/b", "x"));
        assert_eq!(hash(&[&a, &b]), hash(&[&b, &a]), "the order left a trace");
        let look = |workspace: &mut Workspace| _ = workspace.read("/w/d/e/c").unwrap();
        assert_eq!(hash(&[]), hash(&[&look]), "looking changed something");
        let all = [
            hash(&[]),
            hash(&[&a]),
            hash(&[&b]),
            hash(&[&a, &b]),
            hash(&[&write("/w/a", "y")]),
            hash(&[&write("/w/d/new", "x")]),
            hash(&[&|workspace| workspace.unlink(Ino::ROOT, "/w/a").unwrap()]),
            hash(&[&|workspace| {
                workspace
                    .rename(Ino::ROOT, "/w/d/e", Ino::ROOT, "/w/e")
                    .unwrap()
            }]),
            hash(&[&|workspace| _ = workspace.make_dir(Ino::ROOT, "/w/n").unwrap()]),
            hash(&[&|workspace| _ = workspace.make_symlink("a", Ino::ROOT, "/w/n").unwrap()]),
        ];
        for (index, one) in all.iter().enumerate() {
            assert!(!all[..index].contains(one), "{index}");
        }
    }

    #[test]
    fn what_was_done_before_does_not_count_twice() {
        let mut workspace = workspace();
        workspace.write("/w/a", b"first").unwrap();
        let first = workspace.snapshot().unwrap();
        let second = workspace.snapshot().unwrap();
        assert_eq!(second.changes_since(&first).unwrap(), hash(&[]));
    }

    #[test]
    fn what_is_renewed_has_the_same_files_and_times_and_nothing_else() {
        let mut workspace = workspace();
        workspace.mount_null("/dev/null").unwrap();
        workspace.write("/w/a", b"new").unwrap();
        workspace.read("/w/d/e/c").unwrap();
        set_times(&mut workspace, "/w/d/b", Some(5), None);
        let at = |workspace: &mut Workspace, path| {
            let ino = workspace.resolve(Ino::ROOT, path, Follow::Yes).unwrap();
            workspace.stat(ino).unwrap()
        };
        assert_eq!(at(&mut workspace, "/w/d/b").accessed, 5);
        let paths = ["/w", "/w/a", "/w/d", "/w/d/b", "/w/d/ro/a", "/dev/null"];
        let before = paths.map(|path| at(&mut workspace, path));
        let time = workspace.time();
        workspace.renew().unwrap();
        let after = paths.map(|path| at(&mut workspace, path));
        for (before, after) in before.iter().zip(&after) {
            assert_eq!(before.modified, after.modified);
            assert_eq!(after.accessed, after.modified);
            assert_eq!((before.kind, before.size), (after.kind, after.size));
        }
        assert_eq!(workspace.time(), time);
        let refused = workspace.create(Ino::ROOT, "/w/d/ro/n", Follow::Yes, Exists::Open);
        assert_eq!(refused.err(), Some(super::super::Errno::Rofs));
    }

    #[test]
    fn the_state_is_that_of_files_times_mounts_and_nothing_else() {
        let state = |change: &dyn Fn(&mut Workspace)| {
            let mut workspace = workspace();
            change(&mut workspace);
            workspace.renew().unwrap();
            workspace.state().unwrap()
        };
        let plain = state(&|_| ());
        assert_eq!(
            state(&|workspace| _ = workspace.read("/w/a").unwrap()),
            plain
        );
        assert_eq!(
            state(&|workspace| set_times(workspace, "/w/a", Some(5), None)),
            plain
        );
        let others = [
            plain,
            state(&|workspace| set_times(workspace, "/w/a", None, Some(5))),
            state(&|workspace| set_times(workspace, "/w/d/e/c", None, Some(5))),
            state(&|workspace| set_times(workspace, "/w/d/e", None, Some(5))),
            state(&|workspace| set_times(workspace, "/w", None, Some(5))),
            state(&|workspace| workspace.write("/w/a", b"1").unwrap()),
            state(&|workspace| workspace.write("/w/new", b"").unwrap()),
            state(&|workspace| workspace.set_time(workspace.time() + 1)),
            state(&|workspace| workspace.unlink(Ino::ROOT, "/w/a").unwrap()),
            state(&|workspace| workspace.unmount("/w/d/ro").unwrap()),
            state(&|workspace| {
                let tree = Tree::default();
                workspace.mount("/x", &tree, Access::ReadOnly).unwrap();
            }),
            state(&|workspace| {
                let tree = Tree::default();
                workspace.mount("/x", &tree, Access::ReadWrite).unwrap();
            }),
            state(&|workspace| {
                workspace.write("/w/n", b"").unwrap();
                workspace.unlink(Ino::ROOT, "/w/n").unwrap();
            }),
        ];
        for (index, one) in others.iter().enumerate() {
            assert!(!others[..index].contains(one), "{index}");
        }
    }

    #[test]
    fn a_directory_whose_time_changed_is_another_and_shares_what_did_not() {
        let mut workspace = workspace();
        let get = |snapshot: &Snapshot, path: &str| {
            let tree = Tree::from(snapshot.0["/w"].clone());
            tree.get(path).unwrap().unwrap()
        };
        let before = workspace.snapshot().unwrap();
        set_times(&mut workspace, "/w/d", None, Some(5));
        let after = workspace.snapshot().unwrap();
        assert_eq!(get(&after, "d").modified(), Some(5));
        for (path, shared) in [("", false), ("d", false), ("d/e", true), ("d/b", true)] {
            assert_eq!(get(&before, path).is(&get(&after, path)), shared, "{path}");
        }
        // What is set as it was, and a time of access, are no other.
        set_times(&mut workspace, "/w/d", Some(7), Some(5));
        let again = workspace.snapshot().unwrap();
        assert!(get(&again, "").is(&get(&after, "")));
    }
}
