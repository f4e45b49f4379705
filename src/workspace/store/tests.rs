use std::path::PathBuf;

use super::super::{Access, Ino, Tree, Workspace};
use super::*;

struct Folder {
    folder: tempfile::TempDir,
    store: Store,
}

fn folder() -> Folder {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    Folder { folder, store }
}

impl Folder {
    fn objects(&self) -> Vec<PathBuf> {
        let shelves = entries(&self.folder.path().join(OBJECTS)).unwrap();
        shelves
            .iter()
            .flat_map(|shelf| entries(shelf).unwrap())
            .collect()
    }
}

/// A tree with everything a tree can have, some of it with times.
fn tree() -> Tree {
    let files = [("a", "1"), ("d/same", "1"), ("d/e/c", "3"), ("é ü", "")];
    let tree: Tree = files
        .map(|(path, text)| (path, text.as_bytes().to_vec()))
        .into_iter()
        .collect();
    let mut workspace = Workspace::new();
    workspace.mount("/w", &tree, Access::ReadWrite).unwrap();
    workspace.write("/w/d/new", b"new").unwrap();
    workspace.make_dir(Ino::ROOT, "/w/empty").unwrap();
    workspace
        .make_symlink("d/new", Ino::ROOT, "/w/link")
        .unwrap();
    workspace.tree("/w").unwrap()
}

#[test]
fn a_tree_comes_back_as_it_was() {
    let here = folder();
    let tree = tree();
    let using = here.store.using().unwrap();
    let state = using.put_dir(tree.root()).unwrap().unwrap();
    let back = using.dir(&state, None).unwrap().unwrap();
    assert_eq!(back.state(), Some(state));
    assert_eq!(back.hash().unwrap(), tree.hash().unwrap());
    let back = Tree::from(back);
    assert_eq!(back.read("d/new").unwrap().unwrap().as_slice(), b"new");
    assert!(
        matches!(back.get("link").unwrap(), Some(Node::Symlink(target)) if &*target == "d/new")
    );
    assert!(matches!(back.get("empty").unwrap(), Some(Node::Dir(_))));
}

#[test]
fn the_state_knows_times_that_the_hash_does_not() {
    let tree: Tree = [("a", b"1".to_vec())].into_iter().collect();
    let mut workspace = Workspace::new();
    workspace.mount("/w", &tree, Access::ReadWrite).unwrap();
    workspace.write("/w/a", b"1").unwrap();
    let written = workspace.tree("/w").unwrap();
    assert_eq!(written.hash().unwrap(), tree.hash().unwrap());
    assert_ne!(written.state(), tree.state());
    workspace.set_time(workspace.time() + 1);
    workspace.write("/w/a", b"1").unwrap();
    assert_ne!(workspace.tree("/w").unwrap().state(), written.state());
}

#[test]
fn what_is_near_is_not_read() {
    let here = folder();
    let tree = tree();
    let using = here.store.using().unwrap();
    let state = using.put_dir(tree.root()).unwrap().unwrap();
    let mut workspace = Workspace::new();
    workspace.mount("/w", &tree, Access::ReadWrite).unwrap();
    workspace.write("/w/a", b"other").unwrap();
    let near = workspace.tree("/w").unwrap();
    let back = Tree::from(using.dir(&state, Some(near.root())).unwrap().unwrap());
    let is_shared = |path| {
        let (one, other) = (back.get(path).unwrap(), near.get(path).unwrap());
        one.unwrap().is(&other.unwrap())
    };
    assert!(is_shared("d") && is_shared("é ü") && !is_shared("a"));
    assert_eq!(back.read("a").unwrap().unwrap().as_slice(), b"1");
}

#[test]
fn equal_contents_are_kept_once_and_compressed() {
    let here = folder();
    let using = here.store.using().unwrap();
    let text = b"the same line again\n".repeat(10_000);
    let hash = using.put(&text).unwrap();
    assert_eq!(using.put(&text).unwrap(), hash);
    assert_eq!(here.objects().len(), 1);
    assert!(using.size(&hash) < text.len() as u64 / 40);
    assert_eq!(using.get(&hash).unwrap().unwrap(), text);
}

#[test]
fn what_is_missing_or_damaged_is_as_good_as_none_and_can_be_put_again() {
    let here = folder();
    let using = here.store.using().unwrap();
    let tree = tree();
    let state = using.put_dir(tree.root()).unwrap().unwrap();
    for object in here.objects() {
        let kept = fs::read(&object).unwrap();
        let mut other_bit = kept.clone();
        *other_bit.last_mut().unwrap() ^= 1;
        let longer = zstd::encode_all(&b"others"[..], LEVEL).unwrap();
        let damages: [&dyn Fn(); 5] = [
            &|| fs::write(&object, "").unwrap(),
            &|| fs::write(&object, &kept[..kept.len() - 1]).unwrap(),
            &|| fs::write(&object, &other_bit).unwrap(),
            &|| fs::write(&object, &longer).unwrap(),
            &|| fs::remove_file(&object).unwrap(),
        ];
        for (index, damage) in damages.iter().enumerate() {
            damage();
            assert!(using.dir(&state, None).unwrap().is_none(), "{index}");
            assert_eq!(using.put_dir(tree.root()).unwrap(), Some(state));
            assert!(using.dir(&state, None).unwrap().is_some(), "{index}");
        }
    }
}

#[test]
fn names_that_lead_elsewhere_are_refused() {
    let here = folder();
    let using = here.store.using().unwrap();
    let hash = using.put(b"x").unwrap();
    for name in ["..", ".", "", "a/b", "/etc/passwd", "a\0"] {
        let listing = Listing {
            modified: None,
            entries: vec![(
                name.into(),
                Entry::File {
                    hash,
                    modified: None,
                },
            )],
        };
        let state = using.put(&listing.to_bytes()).unwrap();
        assert!(using.dir(&state, None).unwrap().is_none(), "{name:?}");
    }
}

#[test]
fn a_sweep_keeps_what_is_wanted_and_removes_what_killed_writers_left() {
    let here = folder();
    let (tree, wanted) = (tree(), |using: &Using<'_>, state| {
        using.needed(&state).unwrap().unwrap()
    });
    let (state, kept) = {
        let using = here.store.using().unwrap();
        let state = using.put_dir(tree.root()).unwrap().unwrap();
        using.put(b"of nobody").unwrap();
        (state, wanted(&using, state))
    };
    let shelf = here.objects()[0].parent().unwrap().to_owned();
    fs::write(shelf.join(format!("{PARTIAL}x")), "half").unwrap();
    let sweeping = here.store.sweeping().unwrap();
    let swept = sweeping.keep(&kept).unwrap();
    assert_eq!(swept.objects, 2);
    assert_eq!(here.objects().len(), kept.len());
    let back = sweeping.using().dir(&state, None).unwrap().unwrap();
    assert_eq!(back.state(), Some(state));
}

#[test]
fn nothing_is_swept_from_under_a_user() {
    let here = folder();
    let using = here.store.using().unwrap();
    let beside = here.store.using().unwrap();
    assert!(here.store.try_sweeping().unwrap().is_none());
    drop((using, beside));
    assert!(here.store.try_sweeping().unwrap().is_some());
}

#[test]
fn several_writers_and_a_sweeper_leave_whole_trees() {
    let here = folder();
    let tree = tree();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..50 {
                    let using = here.store.using().unwrap();
                    let state = using.put_dir(tree.root()).unwrap().unwrap();
                    assert!(using.dir(&state, None).unwrap().is_some());
                }
            });
        }
        for _ in 0..50 {
            if let Some(sweeping) = here.store.try_sweeping().unwrap() {
                sweeping.keep(&HashSet::new()).unwrap();
            }
        }
    });
}
