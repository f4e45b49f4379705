//! What holds of a workspace between any two operations, looked at whole. For tests.

use std::collections::BTreeMap;

use super::fs::{Quota, Workspace};
use super::inode::{Ino, Kind};
use super::resolve::PATH_MAX;

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
                    let children = dir.overlay.iter();
                    let children = children.filter_map(|(name, child)| Some((name, (*child)?)));
                    for (name, child) in children {
                        *names.entry(child).or_default() += 1;
                        if let Ok(below) = self.table.dir(child) {
                            assert_eq!((below.parent, &below.name), (ino, name), "{child:?}");
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

    /// How many nodes are known.
    pub fn nodes(&self) -> usize {
        self.table.iter().count()
    }
}
