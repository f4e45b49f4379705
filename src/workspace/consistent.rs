//! What holds of a workspace between any two operations, looked at whole. For tests.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::fs::{Quota, Workspace};
use super::inode::{Data, DirInode, Ino, Kind};
use super::resolve::PATH_MAX;
use super::tree::{Name, Node};

impl Workspace {
    /// Panics where names, links, counts and paths don't agree.
    pub fn assert_consistent(&self) {
        let mut names: BTreeMap<Ino, u64> = BTreeMap::from([(Ino::ROOT, 1)]);
        let mut stored = Quota::NOTHING;
        for (ino, inode) in self.table.iter() {
            assert!(inode.links > 0 || inode.opens > 0, "{ino:?} is of no use");
            assert_eq!(inode.charged, inode.due(), "{ino:?}");
            stored.bytes += inode.charged.bytes;
            stored.files += inode.charged.files;
            match &inode.kind {
                Kind::Dir(dir) => {
                    for (name, child) in &dir.overlay {
                        let told = dir.stale.contains(name);
                        assert!(
                            told || self.is_as_frozen(dir, name, *child),
                            "{name} of {ino:?}"
                        );
                    }
                    let children = dir.overlay.iter();
                    let children = children.filter_map(|(name, child)| Some((name, (*child)?)));
                    for (name, child) in children {
                        *names.entry(child).or_default() += 1;
                        match &self.table.get(child).map(|child| &child.kind) {
                            Ok(Kind::Dir(below)) => {
                                assert_eq!((below.parent, &below.name), (ino, name), "{child:?}");
                            }
                            Ok(Kind::File(file)) => {
                                let place = (ino, name.clone());
                                assert!(file.places.contains(&place), "{child:?} at {place:?}");
                            }
                            _ => {}
                        }
                    }
                    if inode.links > 0 {
                        let len = self.table.path_len(ino);
                        assert!(len.is_ok_and(|len| len <= PATH_MAX), "{ino:?}: {len:?}");
                    }
                }
                Kind::File(file) => {
                    if let Some((_, dir)) = &file.annex {
                        *names.entry(*dir).or_default() += 1;
                    }
                }
                Kind::Symlink(_) | Kind::Null => {}
            }
        }
        for (ino, inode) in self.table.iter() {
            let found = names.remove(&ino).unwrap_or(0);
            assert_eq!(found, inode.links, "names of {ino:?}");
        }
        assert!(names.is_empty(), "names of what is gone: {names:?}");
        assert_eq!(stored, self.stored, "what is stored");
        assert!(
            stored.bytes <= self.quota.bytes && stored.files <= self.quota.files,
            "{stored:?} of {:?}",
            self.quota
        );
    }

    /// Whether a name leads to what it led to when its directory was frozen.
    fn is_as_frozen(&self, dir: &DirInode, name: &Name, child: Option<Ino>) -> bool {
        let base = dir.base.as_ref().and_then(|base| base.entries().ok());
        let frozen = base.and_then(|entries| entries.get(name));
        let Some(inode) = child.and_then(|child| self.table.get(child).ok()) else {
            return false;
        };
        match (&inode.kind, frozen) {
            (Kind::Dir(dir), _) if dir.mounted => true,
            (Kind::Dir(dir), Some(Node::Dir(frozen))) => {
                let same = dir
                    .base
                    .as_ref()
                    .is_some_and(|base| Arc::ptr_eq(base, frozen));
                same && dir.stale.is_empty() && inode.modified == frozen.modified()
            }
            (Kind::File(file), Some(Node::File(frozen))) => {
                let same = matches!(&file.data, Data::Frozen(data, _) if Arc::ptr_eq(data, frozen));
                same && inode.modified == frozen.modified()
            }
            (Kind::Symlink(target), Some(Node::Symlink(frozen))) => target == frozen,
            // A file or a device that is mounted.
            _ => dir.mounted && frozen.is_none(),
        }
    }

    /// How many nodes are known.
    pub fn nodes(&self) -> usize {
        self.table.iter().count()
    }
}
