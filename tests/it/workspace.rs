//! The workspace does what a real file system does.
//!
//! Random sequences of operations go to a [`Workspace`] and to a folder on the disk, relative to a
//! directory deep inside each, so that no `..` leads out of what the two have in common. After
//! each the results are compared (what was read, listed and told, and the error where there was
//! one), and at the end the two trees.
//!
//! Left out, since the workspace does not have them or they are not the same anywhere: owners and
//! modes, times, inode numbers, sizes and link counts of directories, absolute symlinks, special
//! files, and the order of names in a listing, which the workspace sorts.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::FileExt;

use autoexp::workspace::{
    Access, Errno, Exists, Follow, Ino, NodeKind, Tree, Workspace, diff, import, patch,
};
use proptest::prelude::*;
use rustix::fs::{AtFlags, FileType, Mode, OFlags};
use rustix::io::Errno as Os;

/// An operation goes up two levels by its own path, and one more for each symlink up there, which
/// earlier operations would have had to make level by level: none gets this far.
const DEPTH: usize = 16;

/// What both sides do.
#[derive(Clone, Debug)]
enum Op {
    /// Opens for writing, making the file if need be, and writes at an offset; `O_EXCL`, `O_TRUNC`.
    Write {
        path: String,
        exclusive: bool,
        truncate: bool,
        offset: u64,
        bytes: Vec<u8>,
    },
    Append(String, Vec<u8>),
    Truncate(String, u64),
    Read(String),
    Rename(String, String),
    Unlink(String),
    MakeDir(String),
    RemoveDir(String),
    Symlink(String, String),
    ReadLink(String),
    Link(String, String),
    List(String),
    Stat(String, bool),
    /// Opens a file, takes its name away, and writes and reads on.
    Orphan(String, Vec<u8>),
}

fn path() -> impl Strategy<Value = String> {
    let usual = prop::sample::select(&["a", "b", "c", "d"][..]);
    let name = prop_oneof![8 => usual, 1 => Just(".."), 1 => Just(".")];
    prop::collection::vec(name, 1..4).prop_map(|names| names.join("/"))
}

/// A path that may end in a slash.
fn known() -> impl Strategy<Value = String> {
    (path(), prop::bool::weighted(0.1))
        .prop_map(|(path, slash)| path + if slash { "/" } else { "" })
}

fn target() -> impl Strategy<Value = String> {
    prop::sample::select(
        &[
            "a", "b", "c/d", "../a", "..", ".", "a/b", "nowhere", "./b", "c/",
        ][..],
    )
    .prop_map(str::to_owned)
}

fn op() -> impl Strategy<Value = Op> {
    let bytes = || prop::collection::vec(any::<u8>(), 0..12);
    prop_oneof![
        4 => (known(), prop::bool::weighted(0.2), any::<bool>(), 0u64..20, bytes()).prop_map(
            |(path, exclusive, truncate, offset, bytes)| Op::Write { path, exclusive, truncate, offset, bytes }
        ),
        2 => (known(), bytes()).prop_map(|(path, bytes)| Op::Append(path, bytes)),
        2 => (known(), 0u64..30).prop_map(|(path, len)| Op::Truncate(path, len)),
        2 => known().prop_map(Op::Read),
        5 => (known(), known()).prop_map(|(old, new)| Op::Rename(old, new)),
        2 => known().prop_map(Op::Unlink),
        5 => known().prop_map(Op::MakeDir),
        2 => known().prop_map(Op::RemoveDir),
        3 => (target(), known()).prop_map(|(target, path)| Op::Symlink(target, path)),
        1 => known().prop_map(Op::ReadLink),
        3 => (known(), known()).prop_map(|(old, new)| Op::Link(old, new)),
        2 => known().prop_map(Op::List),
        3 => (known(), any::<bool>()).prop_map(|(path, follow)| Op::Stat(path, follow)),
        1 => (known(), bytes()).prop_map(|(path, bytes)| Op::Orphan(path, bytes)),
    ]
}

/// What an operation gives: text where it worked, else the error.
type Given = Result<String, Os>;

/// The name of an error on the other side.
fn os(errno: Errno) -> Os {
    match errno {
        Errno::Exist => Os::EXIST,
        Errno::Inval => Os::INVAL,
        Errno::Isdir => Os::ISDIR,
        Errno::Loop => Os::LOOP,
        Errno::Noent => Os::NOENT,
        Errno::Notdir => Os::NOTDIR,
        Errno::Notempty => Os::NOTEMPTY,
        Errno::Perm => Os::PERM,
        Errno::Busy => Os::BUSY,
        Errno::Fbig => Os::FBIG,
        other => panic!("no operation here should end in {other:?}"),
    }
}

/// The workspace's side.
struct Ours {
    workspace: Workspace,
    base: Ino,
}

impl Ours {
    fn new(initial: &Tree) -> Ours {
        let mut workspace = Workspace::new();
        workspace.mount("/w", initial, Access::ReadWrite).unwrap();
        let base = workspace
            .resolve(Ino::ROOT, &format!("/w{}", "/up".repeat(DEPTH)), Follow::No)
            .unwrap();
        Ours { workspace, base }
    }

    fn file(&mut self, path: &str) -> Result<Ino, Errno> {
        let ino = self.workspace.resolve(self.base, path, Follow::Yes)?;
        match self.workspace.stat(ino)?.kind {
            NodeKind::Dir => Err(Errno::Isdir),
            _ => Ok(ino),
        }
    }

    fn read(&mut self, ino: Ino) -> Result<String, Errno> {
        let mut buffer = [0; 256];
        let read = self.workspace.read_at(ino, &mut buffer, 0)?;
        Ok(format!("{:?}", &buffer[..read]))
    }

    fn apply(&mut self, op: &Op) -> Given {
        self.attempt(op).map_err(os)
    }

    fn attempt(&mut self, op: &Op) -> Result<String, Errno> {
        let base = self.base;
        let w = &mut self.workspace;
        match op {
            Op::Write {
                path,
                exclusive,
                truncate,
                offset,
                bytes,
            } => {
                let ino = match exclusive {
                    true => w.create(base, path, Follow::No, Exists::Refuse)?,
                    false => w.create(base, path, Follow::Yes, Exists::Open)?,
                };
                if w.stat(ino)?.kind == NodeKind::Dir {
                    return Err(Errno::Isdir);
                }
                if *truncate {
                    w.truncate(ino, 0)?;
                }
                w.write_at(ino, bytes, *offset)?;
            }
            Op::Append(path, bytes) => {
                let ino = self.file(path)?;
                let end = self.workspace.stat(ino)?.size;
                self.workspace.write_at(ino, bytes, end)?;
            }
            Op::Truncate(path, len) => {
                let ino = self.file(path)?;
                self.workspace.truncate(ino, *len)?;
            }
            Op::Read(path) => {
                let ino = self.file(path)?;
                return self.read(ino);
            }
            Op::Rename(old, new) => w.rename(base, old, base, new)?,
            Op::Unlink(path) => w.unlink(base, path)?,
            Op::MakeDir(path) => _ = w.make_dir(base, path)?,
            Op::RemoveDir(path) => w.remove_dir(base, path)?,
            Op::Symlink(target, path) => _ = w.make_symlink(target, base, path)?,
            Op::ReadLink(path) => {
                let ino = w.resolve(base, path, Follow::No)?;
                return Ok(w.read_link(ino)?.to_string());
            }
            Op::Link(old, new) => {
                let node = w.resolve(base, old, Follow::No)?;
                w.link(node, base, new)?;
            }
            Op::List(path) => {
                let dir = w.resolve(base, path, Follow::Yes)?;
                let entries = w.list(dir)?;
                return Ok(format!(
                    "{:?}",
                    entries
                        .iter()
                        .map(|entry| (entry.name.to_string(), letter(entry.kind)))
                        .collect::<BTreeMap<_, _>>()
                ));
            }
            Op::Stat(path, follow) => {
                let follow = if *follow { Follow::Yes } else { Follow::No };
                let ino = w.resolve(base, path, follow)?;
                let stat = w.stat(ino)?;
                return Ok(match stat.kind {
                    NodeKind::Dir => "d".to_owned(),
                    kind => format!("{} {} {}", letter(kind), stat.size, stat.links),
                });
            }
            Op::Orphan(path, bytes) => {
                let ino = self.file(path)?;
                self.workspace.retain(ino)?;
                let done = self.workspace.unlink(base, path).and_then(|()| {
                    self.workspace.write_at(ino, bytes, 3)?;
                    let links = self.workspace.stat(ino)?.links;
                    Ok(format!("{} {links}", self.read(ino)?))
                });
                self.workspace.release(ino);
                return done;
            }
        }
        Ok(String::new())
    }
}

fn letter(kind: NodeKind) -> char {
    match kind {
        NodeKind::Dir => 'd',
        NodeKind::File => 'f',
        NodeKind::Symlink => 'l',
        NodeKind::Null => 'n',
    }
}

/// The file system's side.
struct Theirs {
    base: OwnedFd,
}

impl Theirs {
    fn open(&self, path: &str, flags: OFlags) -> Result<File, Os> {
        let mode = Mode::RUSR | Mode::WUSR;
        Ok(rustix::fs::openat(&self.base, path, flags | OFlags::CLOEXEC, mode)?.into())
    }

    fn apply(&self, op: &Op) -> Given {
        let base = self.base.as_fd();
        let put = |file: &File, bytes: &[u8], at| match file.write_all_at(bytes, at) {
            Ok(()) => Ok(()),
            Err(error) => Err(Os::from_io_error(&error).unwrap()),
        };
        let get = |file: &File| {
            let mut buffer = [0; 256];
            let read = file.read_at(&mut buffer, 0).unwrap();
            format!("{:?}", &buffer[..read])
        };
        match op {
            Op::Write {
                path,
                exclusive,
                truncate,
                offset,
                bytes,
            } => {
                let mut flags = OFlags::WRONLY | OFlags::CREATE;
                flags.set(OFlags::EXCL, *exclusive);
                flags.set(OFlags::TRUNC, *truncate);
                put(&self.open(path, flags)?, bytes, *offset)?;
            }
            Op::Append(path, bytes) => {
                let file = self.open(path, OFlags::WRONLY)?;
                put(&file, bytes, file.metadata().unwrap().len())?;
            }
            Op::Truncate(path, len) => {
                self.open(path, OFlags::WRONLY)?.set_len(*len).unwrap();
            }
            Op::Read(path) => {
                let file = self.open(path, OFlags::RDONLY)?;
                if file.metadata().unwrap().is_dir() {
                    return Err(Os::ISDIR);
                }
                return Ok(get(&file));
            }
            Op::Rename(old, new) => rustix::fs::renameat(base, old, base, new)?,
            Op::Unlink(path) => rustix::fs::unlinkat(base, path, AtFlags::empty())?,
            Op::MakeDir(path) => rustix::fs::mkdirat(base, path, Mode::RWXU)?,
            Op::RemoveDir(path) => rustix::fs::unlinkat(base, path, AtFlags::REMOVEDIR)?,
            Op::Symlink(target, path) => rustix::fs::symlinkat(target, base, path)?,
            Op::ReadLink(path) => {
                let target = rustix::fs::readlinkat(base, path, Vec::new())?;
                return Ok(target.to_str().unwrap().to_owned());
            }
            Op::Link(old, new) => rustix::fs::linkat(base, old, base, new, AtFlags::empty())?,
            Op::List(path) => {
                let dir = self.open(path, OFlags::RDONLY | OFlags::DIRECTORY)?;
                let mut listed = BTreeMap::new();
                for entry in rustix::fs::Dir::read_from(&dir)? {
                    let entry = entry?;
                    let name = entry.file_name().to_str().unwrap().to_owned();
                    if name != "." && name != ".." {
                        listed.insert(name, letter_of(entry.file_type()));
                    }
                }
                return Ok(format!("{listed:?}"));
            }
            Op::Stat(path, follow) => {
                let flags = if *follow {
                    AtFlags::empty()
                } else {
                    AtFlags::SYMLINK_NOFOLLOW
                };
                let stat = rustix::fs::statat(base, path, flags)?;
                let kind = letter_of(FileType::from_raw_mode(stat.st_mode));
                return Ok(match kind {
                    'd' => "d".to_owned(),
                    kind => format!("{kind} {} {}", stat.st_size, stat.st_nlink),
                });
            }
            Op::Orphan(path, bytes) => {
                let file = self.open(path, OFlags::RDWR)?;
                rustix::fs::unlinkat(base, path, AtFlags::empty())?;
                put(&file, bytes, 3)?;
                let links = rustix::fs::fstat(&file)?.st_nlink;
                return Ok(format!("{} {links}", get(&file)));
            }
        }
        Ok(String::new())
    }
}

fn letter_of(kind: FileType) -> char {
    match kind {
        FileType::Directory => 'd',
        FileType::RegularFile => 'f',
        FileType::Symlink => 'l',
        other => panic!("{other:?}"),
    }
}

/// Both sides as they are at first: some files and folders that come from a host folder, so that
/// copying on write has something to copy.
fn both(disk: &tempfile::TempDir) -> io::Result<(Ours, Theirs)> {
    let theirs = disk.path().join("theirs");
    for side in [disk.path().join("ours"), theirs.clone()] {
        let base = side.join("up/".repeat(DEPTH));
        std::fs::create_dir_all(base.join("a/b"))?;
        std::fs::write(base.join("a/b/c"), "a file of the host")?;
        std::fs::write(base.join("c"), "another")?;
        std::os::unix::fs::symlink("a/b", base.join("d"))?;
    }
    let ours = Ours::new(&import(&disk.path().join("ours")).unwrap().tree);
    let base = File::open(theirs.join("up/".repeat(DEPTH)))?.into();
    Ok((ours, Theirs { base }))
}

fn check(ops: &[Op]) -> Result<(), TestCaseError> {
    // In memory where there is such a place: thousands of small operations.
    let disk = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
    let disk = disk.unwrap();
    let (mut ours, theirs) = both(&disk).unwrap();
    let untouched = import(&disk.path().join("ours")).unwrap().tree;
    let untouched = untouched.hash().unwrap();
    for (step, op) in ops.iter().enumerate() {
        let (ours, theirs) = (ours.apply(op), theirs.apply(op));
        prop_assert!(
            ours == theirs,
            "step {step}, {op:?}: {ours:?}, and on the disk {theirs:?}"
        );
    }
    let ours = ours.workspace.tree("/w").unwrap();
    let theirs = import(&disk.path().join("theirs")).unwrap().tree;
    let differing: Vec<String> = diff(&theirs, &ours)
        .unwrap()
        .into_iter()
        .map(|change| change.path)
        .collect();
    prop_assert_eq!(differing, [] as [String; 0]);
    prop_assert_eq!(ours.hash().unwrap(), theirs.hash().unwrap());
    let after = import(&disk.path().join("ours")).unwrap().tree;
    prop_assert_eq!(
        after.hash().unwrap(),
        untouched,
        "the host's folder was touched"
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn a_workspace_behaves_as_a_file_system_does(ops in prop::collection::vec(op(), 1..60)) {
        check(&ops)?;
    }
}

/// A workspace at `/w` with a file `f` and a directory `d`.
fn small() -> Workspace {
    let tree: Tree = [("f", b"file".to_vec()), ("d/x", Vec::new())]
        .into_iter()
        .collect();
    let mut workspace = Workspace::new();
    workspace.mount("/w", &tree, Access::ReadWrite).unwrap();
    workspace
}

#[test]
fn a_slash_or_a_dot_at_the_end_of_a_path_means_a_directory() {
    let mut w = small();
    let root = Ino::ROOT;
    for path in ["/w/f/", "/w/f/.", "/w/f/..", "/w/f/x"] {
        let found = w.resolve(root, path, Follow::Yes);
        assert_eq!(found, Err(Errno::Notdir), "{path}");
        assert_eq!(w.read(path).unwrap_err(), Errno::Notdir, "{path}");
    }
    for path in ["/w/d/", "/w/d/.", "/w/d/./", "/w/./d", "/w/d/../d"] {
        let found = w.resolve(root, path, Follow::Yes);
        assert_eq!(found, w.resolve(root, "/w/d", Follow::Yes), "{path}");
    }
    for (path, exists, error) in [
        ("/w/f/", Exists::Open, Errno::Isdir),
        ("/w/new/", Exists::Open, Errno::Isdir),
        ("/w/new/", Exists::Refuse, Errno::Isdir),
        ("/w/new/.", Exists::Open, Errno::Noent),
    ] {
        let made = w.create(root, path, Follow::Yes, exists);
        assert_eq!(made, Err(error), "{path}");
    }
    let file = w.resolve(root, "/w/f", Follow::Yes).unwrap();
    assert_eq!(w.link(file, root, "/w/new/"), Err(Errno::Noent));
    assert_eq!(w.link(file, root, "/w/d/"), Err(Errno::Exist));
    assert_eq!(w.make_symlink("f", root, "/w/new/"), Err(Errno::Noent));
    assert_eq!(w.make_symlink("f", root, "/w/d/"), Err(Errno::Exist));
    assert_eq!(w.rename(root, "/w/f/.", root, "/w/g"), Err(Errno::Notdir));
    assert_eq!(w.rename(root, "/w/d/.", root, "/w/g"), Err(Errno::Busy));
    assert_eq!(w.remove_dir(root, "/w/d/."), Err(Errno::Inval));
    assert_eq!(w.remove_dir(root, "/w/d/.."), Err(Errno::Notempty));
    assert_eq!(w.remove_dir(root, "/w"), Err(Errno::Busy));
    assert_eq!(w.unlink(root, "/w/f/"), Err(Errno::Notdir));
    // What a symlink says counts as well.
    w.make_symlink("loop/", root, "/w/loop").unwrap();
    let made = w.create(root, "/w/loop", Follow::Yes, Exists::Open);
    assert_eq!(made, Err(Errno::Isdir));
    w.make_symlink("f/", root, "/w/wrong").unwrap();
    w.make_symlink("d/", root, "/w/right").unwrap();
    let follow = |w: &mut Workspace, path| w.resolve(root, path, Follow::Yes);
    assert_eq!(follow(&mut w, "/w/wrong"), Err(Errno::Notdir));
    assert_eq!(follow(&mut w, "/w/right"), follow(&mut w, "/w/d"));
}

#[test]
fn nothing_is_put_into_a_directory_that_was_removed() {
    let mut w = small();
    let root = Ino::ROOT;
    let dir = w.make_dir(root, "/w/gone").unwrap();
    w.retain(dir).unwrap();
    w.remove_dir(root, "/w/gone").unwrap();
    let file = w.resolve(root, "/w/f", Follow::Yes).unwrap();
    assert_eq!(w.rename(root, "/w/f", dir, "f"), Err(Errno::Noent));
    assert_eq!(w.rename(root, "/w/d", dir, "d"), Err(Errno::Noent));
    assert_eq!(w.link(file, dir, "f"), Err(Errno::Noent));
    assert_eq!(w.make_dir(dir, "d"), Err(Errno::Noent));
    let made = w.create(dir, "f", Follow::Yes, Exists::Open);
    assert_eq!(made, Err(Errno::Noent));
    assert_eq!(w.read("/w/f").unwrap().as_slice(), b"file");
    w.release(dir);
}

#[test]
fn forks_of_a_tree_share_what_neither_changed_and_nothing_else() {
    let mut first = small();
    let tree = first.tree("/w").unwrap();
    let mut second = Workspace::new();
    second.mount("/w", &tree, Access::ReadWrite).unwrap();
    first.write("/w/f", b"changed in the first").unwrap();
    second.write("/w/e/new", b"made in the second").unwrap();
    assert_eq!(second.read("/w/f").unwrap().as_slice(), b"file");
    assert_eq!(first.read("/w/e/new"), Err(Errno::Noent));
    let paths = |before: &Tree, after: &Tree| -> Vec<String> {
        let changes = diff(before, after).unwrap();
        changes.into_iter().map(|change| change.path).collect()
    };
    assert_eq!(paths(&tree, &first.tree("/w").unwrap()), ["f"]);
    assert_eq!(paths(&tree, &second.tree("/w").unwrap()), ["e", "e/new"]);
    assert_eq!(
        tree.hash().unwrap(),
        small().tree("/w").unwrap().hash().unwrap()
    );
    // Changed back, it is the same tree again.
    first.write("/w/f", b"file").unwrap();
    assert_eq!(
        first.tree("/w").unwrap().hash().unwrap(),
        tree.hash().unwrap()
    );
}

/// Texts of few different lines, of which some end without a newline.
fn text() -> impl Strategy<Value = String> {
    let line = prop::sample::select(&["a\n", "b\n", "c\n", "\n", "-- d\n", "+ e\r\n", "end"][..]);
    prop::collection::vec(line, 0..30).prop_map(|lines| lines.concat())
}

/// Files at places that have odd names too, and symlinks.
fn tree() -> impl Strategy<Value = BTreeMap<String, (bool, String)>> {
    let places = &[
        "a",
        "b",
        "d/a",
        "d/with space",
        "d/e/ünï",
        "q\"uo\\te",
        "line\nbreak",
    ][..];
    let place = prop::sample::select(places).prop_map(str::to_owned);
    prop::collection::btree_map(place, (prop::bool::weighted(0.2), text()), 0..6)
}

fn laid(files: &BTreeMap<String, (bool, String)>, folder: &std::path::Path) -> Tree {
    for (path, (link, text)) in files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        match link {
            true => std::os::unix::fs::symlink(format!("to {}", text.len()), path).unwrap(),
            false => std::fs::write(path, text).unwrap(),
        }
    }
    import(folder).unwrap().tree
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn git_makes_of_a_patch_what_it_was_made_from(before in tree(), after in tree()) {
        let disk = tempfile::tempdir().unwrap();
        let folder = |name: &str| {
            let folder = disk.path().join(name);
            std::fs::create_dir(&folder).unwrap();
            folder
        };
        let (old, new) = (folder("old"), folder("new"));
        let (before, after) = (laid(&before, &old), laid(&after, &new));
        let text = patch(&diff(&before, &after).unwrap()).unwrap();
        let file = disk.path().join("patch");
        std::fs::write(&file, &text).unwrap();
        let git = std::process::Command::new("git")
            .args(["apply", "--allow-empty", "--whitespace=nowarn"])
            .arg(&file)
            .current_dir(&old)
            .env("GIT_CEILING_DIRECTORIES", disk.path())
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&text);
        let said = String::from_utf8_lossy(&git.stderr);
        prop_assert!(git.status.success(), "{said}\n{text}");
        let patched = import(&old).unwrap().tree;
        prop_assert_eq!(patched.hash().unwrap(), after.hash().unwrap(), "{}", text);
    }
}
