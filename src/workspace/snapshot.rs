//! A workspace as it stands, and the hash of what became of it.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use super::fs::Workspace;
use super::inode::Ino;
use super::tree::{Dir, Hash, Node};

/// The mounted folders that may be changed, by where they are mounted.
pub struct Snapshot(BTreeMap<String, Arc<Dir>>);

impl Workspace {
    /// The mounted folders that may be changed, as immutable trees. Costs what was touched.
    pub fn snapshot(&mut self) -> io::Result<Snapshot> {
        let mut mounts = Vec::new();
        let mut below = vec![(String::new(), Ino::ROOT)];
        while let Some((path, ino)) = below.pop() {
            let Ok(dir) = self.table.dir(ino) else {
                continue;
            };
            let known = dir.overlay.iter();
            below.extend(known.filter_map(|(name, ino)| Some((format!("{path}/{name}"), (*ino)?))));
            if dir.mounted && !self.table.get(ino).map_err(io::Error::other)?.read_only {
                mounts.push((path, ino));
            }
        }
        let frozen = mounts
            .into_iter()
            .map(|(path, ino)| Ok((path, self.table.freeze_dir(ino)?)));
        frozen.collect::<io::Result<_>>().map(Snapshot)
    }
}

impl Snapshot {
    /// The hash of what was done since `before`: each path that was written, made or removed, with
    /// what is there now. A file written with what it held counts. Reads no file that is where it
    /// was, so that large folders of the host's cost nothing.
    pub fn changes_since(&self, before: &Snapshot) -> io::Result<Hash> {
        let mut changes = Changes(blake3::Hasher::new_derive_key("autoexp tree 1 changes"));
        let mut paths: Vec<_> = before.0.keys().chain(self.0.keys()).collect();
        paths.sort();
        paths.dedup();
        let nothing = Arc::new(Dir::new(BTreeMap::new()));
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
        let (before, after) = (before.entries()?, after.entries()?);
        let mut names: Vec<_> = before.keys().chain(after.keys()).collect();
        names.sort();
        names.dedup();
        for name in names {
            let path = format!("{at}/{name}");
            match (before.get(name), after.get(name)) {
                (Some(old), Some(new)) if old.is(new) => {}
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
    use super::super::{Access, Tree};
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
}
