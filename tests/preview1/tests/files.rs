//! The preview-1 functions do on a workspace what they do on a disk under wasmtime-wasi: random
//! sequences of calls give the same results and errnos, and leave the same tree.
//!
//! `PROPTEST_CASES=10000 cargo test --release --package preview1` does ten thousand.

use std::fs;
use std::os::unix::fs::symlink;

use autoexp::workspace::{Access, Node, Workspace, diff, import};
use preview1::{Host, Ours, Theirs};
use proptest::prelude::*;

/// Where all of it happens, so deep that no `..` leads out of it.
const BASE: &str = "w/1/2/3/4/5/6/7/8/9/10/11/12";
/// The descriptor of the root.
const ROOT: u64 = 3;
/// A number that no descriptor has.
const CLOSED: u64 = 77;

/// Places in the guest's memory.
const OUT: u64 = 64;
const VECTORS: u64 = 256;
const FIRST: u64 = 0x1_0000;
const SECOND: u64 = 0x1_8000;
const BUFFER: u64 = 0x2_0000;
const BUFFER_SIZE: u64 = 0x1_0000;

// `oflags` and `rights`.
const CREATE: u32 = 1;
const DIRECTORY: u32 = 2;
const READ: u64 = 1 << 1;
const WRITE: u64 = 1 << 6;

/// One of the descriptors that a sequence opens.
type Slot = usize;
const SLOTS: usize = 4;

/// A path, from the base or from an open directory.
#[derive(Clone, Debug)]
struct At(Option<Slot>, String);

#[derive(Clone, Debug)]
enum Op {
    Open {
        slot: Slot,
        at: At,
        follow: bool,
        open: u32,
        rights: u64,
        append: bool,
    },
    Close(Slot),
    Renumber(Slot, Slot),
    Read(Slot, Vec<u8>),
    ReadAt(Slot, Vec<u8>, u64),
    Write(Slot, Vec<Vec<u8>>),
    WriteAt(Slot, Vec<Vec<u8>>, u64),
    Seek(Slot, i64, u8),
    Tell(Slot),
    SetSize(Slot, u64),
    SetFlags(Slot, bool),
    Status(Slot),
    Stat(Slot),
    SetTimes(Slot, Times),
    Sync(Slot, bool),
    List(Slot, bool),
    Advise(Slot),
    StatPath(At, bool),
    SetTimesPath(At, bool, Times),
    MakeDir(At),
    RemoveDir(At),
    Unlink(At),
    Rename(At, At),
    Link(At, At),
    Symlink(String, At),
    ReadLink(At, u64),
}

/// Times of access and of modification, and whether each is set.
#[derive(Clone, Debug)]
struct Times(u64, u64, u32);

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        20 => prop::sample::select(&["a", "b", "c", "d"][..]).prop_map(str::to_owned),
        2 => Just(".".to_owned()),
        1 => prop::sample::select(&["ünï", "with space", "...", " ", "-", "a\nb", "\u{1F40D}"][..])
            .prop_map(str::to_owned),
        1 => prop::sample::select(&[255usize, 256]).prop_map(|length| "n".repeat(length)),
    ]
}

fn path(up: u32) -> impl Strategy<Value = String> {
    let name = prop_oneof![20 => name(), up => Just("..".to_owned())];
    let slash = prop_oneof![9 => Just(""), 1 => Just("/")];
    (prop::collection::vec(name, 1..4), slash).prop_map(|(mut names, slash)| {
        // There a dot at the end doesn't always mean a directory.
        while names.len() > 1 && names.last().is_some_and(|name| name == ".") {
            names.pop();
        }
        names.join("/") + slash
    })
}

/// From an open directory no `..`: the other host lets none lead out of it, not even back in.
fn at() -> impl Strategy<Value = At> {
    prop_oneof![
        4 => path(1).prop_map(|path| At(None, path)),
        1 => (0..SLOTS, path(0)).prop_map(|(slot, path)| At(Some(slot), path)),
        1 => prop::sample::select(&["", "a//b", "./a", "a/./b", "a/../b"][..])
            .prop_map(|path| At(None, path.to_owned())),
    ]
}

fn target() -> impl Strategy<Value = String> {
    let targets = &[
        "a", "b", "c/d", "../a", "..", ".", "a/b", "nowhere", "./b", "c/",
    ][..];
    prop::sample::select(targets).prop_map(str::to_owned)
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..12)
}

fn pieces() -> impl Strategy<Value = Vec<Vec<u8>>> {
    prop::collection::vec(bytes(), 1..2)
}

fn times() -> impl Strategy<Value = Times> {
    // A time of access before now would be set anew where the other host looks (`relatime`).
    let accessed = 2_000_000_000_000_000_000..2_100_000_000_000_000_000u64;
    let modified = 0..2_000_000_000_000_000_000u64;
    // Each left, or set, or set to the present too, which is refused; the present is another here.
    (
        accessed,
        modified,
        prop::sample::select(&[0u32, 1, 4, 5, 3, 12, 15][..]),
    )
        .prop_map(|(accessed, modified, flags)| Times(accessed, modified, flags))
}

fn op() -> impl Strategy<Value = Op> {
    let slot = || 0..SLOTS;
    // What is made or cut is opened for writing, since the other host's descriptors can write then in
    // any case; and a directory is not at once cut, which it says is no valid call.
    let for_writing = (
        prop::sample::select(&[0, 1, 4, 5, 8, 9, 12, 13][..]),
        WRITE..=WRITE | READ,
    )
        .prop_map(|(open, rights)| (open, rights & (READ | WRITE)));
    let as_it_is = (prop::sample::select(&[0, DIRECTORY, DIRECTORY | CREATE][..]))
        .prop_map(|open| (open, READ));
    let open = prop_oneof![3 => for_writing, 1 => as_it_is];
    // The length of each buffer.
    let buffers = || prop::collection::vec(0u8..20, 1..2);
    let offset = || prop_oneof![8 => 0u64..30, 1 => Just(1 << 63), 1 => Just(u64::MAX)];
    let size = prop_oneof![8 => 0u64..40, 1 => Just(1 << 63)];
    let seek = prop_oneof![8 => -20i64..40, 1 => Just(i64::MIN)];
    prop_oneof![
        8 => (slot(), at(), any::<bool>(), open, prop::bool::weighted(0.2)).prop_map(
            |(slot, at, follow, (open, rights), append)| Op::Open { slot, at, follow, open, rights, append }
        ),
        1 => slot().prop_map(Op::Close),
        1 => (slot(), slot()).prop_map(|(from, to)| Op::Renumber(from, to)),
        2 => (slot(), buffers()).prop_map(|(slot, lengths)| Op::Read(slot, lengths)),
        1 => (slot(), buffers(), offset()).prop_map(|(slot, lengths, at)| Op::ReadAt(slot, lengths, at)),
        3 => (slot(), pieces()).prop_map(|(slot, bytes)| Op::Write(slot, bytes)),
        2 => (slot(), pieces(), 0u64..30).prop_map(|(slot, bytes, at)| Op::WriteAt(slot, bytes, at)),
        2 => (slot(), seek, 0u8..3).prop_map(|(slot, by, whence)| Op::Seek(slot, by, whence)),
        1 => slot().prop_map(Op::Tell),
        1 => (slot(), size).prop_map(|(slot, size)| Op::SetSize(slot, size)),
        1 => (slot(), any::<bool>()).prop_map(|(slot, append)| Op::SetFlags(slot, append)),
        1 => slot().prop_map(Op::Status),
        1 => slot().prop_map(Op::Stat),
        1 => (slot(), times()).prop_map(|(slot, times)| Op::SetTimes(slot, times)),
        1 => (slot(), any::<bool>()).prop_map(|(slot, all)| Op::Sync(slot, all)),
        2 => (slot(), any::<bool>()).prop_map(|(slot, small)| Op::List(slot, small)),
        1 => slot().prop_map(Op::Advise),
        2 => (at(), any::<bool>()).prop_map(|(at, follow)| Op::StatPath(at, follow)),
        1 => (at(), any::<bool>(), times()).prop_map(|(at, follow, times)| Op::SetTimesPath(at, follow, times)),
        5 => at().prop_map(Op::MakeDir),
        // There a slash at the end is never valid.
        2 => at().prop_map(|At(dir, path)| Op::RemoveDir(At(dir, path.trim_end_matches('/').to_owned()))),
        2 => at().prop_map(Op::Unlink),
        5 => (at(), at()).prop_map(|(old, new)| Op::Rename(old, new)),
        3 => (at(), at()).prop_map(|(old, new)| Op::Link(old, new)),
        3 => (target(), at()).prop_map(|(target, at)| Op::Symlink(target, at)),
        1 => (at(), 0u64..12).prop_map(|(at, size)| Op::ReadLink(at, size)),
    ]
}

/// What a call gives: text where it worked, else the errno.
type Given = Result<String, i32>;

/// A host, and what a sequence has opened there.
struct Side<H> {
    host: H,
    slots: [Option<u64>; SLOTS],
}

impl At {
    fn slash(&self) -> bool {
        self.1.ends_with('/')
    }
}

impl Op {
    /// The descriptors it is about.
    fn slots(&self) -> Vec<Slot> {
        match self {
            Op::Close(slot)
            | Op::Read(slot, _)
            | Op::ReadAt(slot, ..)
            | Op::Write(slot, _)
            | Op::WriteAt(slot, ..)
            | Op::Seek(slot, ..)
            | Op::Tell(slot)
            | Op::SetSize(slot, _)
            | Op::SetFlags(slot, _)
            | Op::Status(slot)
            | Op::Stat(slot)
            | Op::SetTimes(slot, _)
            | Op::Sync(slot, _)
            | Op::List(slot, _)
            | Op::Advise(slot) => vec![*slot],
            Op::Renumber(from, to) => vec![*from, *to],
            _ => self.starts(),
        }
    }

    /// The descriptors of directories that its paths start from.
    fn starts(&self) -> Vec<Slot> {
        match self {
            Op::Open { at, .. }
            | Op::StatPath(at, _)
            | Op::SetTimesPath(at, ..)
            | Op::MakeDir(at)
            | Op::RemoveDir(at)
            | Op::Unlink(at)
            | Op::Symlink(_, at)
            | Op::ReadLink(at, _) => at.0.into_iter().collect(),
            Op::Rename(old, new) | Op::Link(old, new) => old.0.into_iter().chain(new.0).collect(),
            _ => Vec::new(),
        }
    }

    /// Whether its descriptor is to be that of a file.
    fn is_of_file(&self) -> bool {
        matches!(
            self,
            Op::Read(..)
                | Op::ReadAt(..)
                | Op::Write(..)
                | Op::WriteAt(..)
                | Op::Seek(..)
                | Op::Tell(_)
                | Op::SetSize(..)
                | Op::SetFlags(..)
                | Op::Sync(..)
                | Op::Advise(_)
        )
    }
}

impl<H: Host> Side<H> {
    fn new(host: H) -> Side<H> {
        Side {
            host,
            slots: [None; SLOTS],
        }
    }

    /// The type of what a descriptor is open on.
    fn kind(&mut self, slot: Slot) -> Option<u8> {
        self.call("fd_fdstat_get", &[self.fd(slot), OUT]).ok()?;
        Some(self.get(OUT, 1)[0])
    }

    fn put(&mut self, at: u64, bytes: &[u8]) -> u64 {
        let at = at as usize;
        self.host.memory()[at..at + bytes.len()].copy_from_slice(bytes);
        bytes.len() as u64
    }

    fn get(&mut self, at: u64, length: u64) -> Vec<u8> {
        self.host.memory()[at as usize..(at + length) as usize].to_vec()
    }

    fn word(&mut self, at: u64) -> u64 {
        u64::from_le_bytes(self.get(at, 8).try_into().unwrap())
    }

    /// A length or descriptor.
    fn out(&mut self) -> u64 {
        self.word(OUT) & 0xffff_ffff
    }

    fn call(&mut self, name: &str, arguments: &[u64]) -> Result<(), i32> {
        match self.host.call(name, arguments) {
            0 => Ok(()),
            errno => Err(errno),
        }
    }

    fn fd(&self, slot: Slot) -> u64 {
        self.slots[slot].unwrap_or(CLOSED)
    }

    /// The descriptor, and the path's place and length.
    fn path(&mut self, At(dir, path): &At, at: u64) -> [u64; 3] {
        match dir {
            Some(slot) => [self.fd(*slot), at, self.put(at, path.as_bytes())],
            // From the root, to which an empty path leads nowhere.
            None if path.is_empty() => [ROOT, at, 0],
            None => [ROOT, at, self.put(at, format!("{BASE}/{path}").as_bytes())],
        }
    }

    /// Lays buffers one behind the other.
    fn vectors(&mut self, lengths: impl Iterator<Item = usize>) -> [u64; 2] {
        let mut at = BUFFER;
        let mut table = Vec::new();
        for length in lengths {
            table.extend((at as u32).to_le_bytes());
            table.extend((length as u32).to_le_bytes());
            at += length as u64;
        }
        self.put(VECTORS, &table);
        [VECTORS, table.len() as u64 / 8]
    }

    fn gathered(&mut self, pieces: &[Vec<u8>]) -> [u64; 2] {
        self.put(BUFFER, &pieces.concat());
        self.vectors(pieces.iter().map(Vec::len))
    }

    fn apply(&mut self, op: &Op) -> Given {
        match op {
            Op::Open {
                slot,
                at,
                follow,
                open,
                rights,
                append,
            } => {
                self.slots[*slot]
                    .take()
                    .map(|fd| self.call("fd_close", &[fd]));
                let [fd, path, length] = self.path(at, FIRST);
                let (open, append) = (u64::from(*open), u64::from(*append));
                let follow = u64::from(*follow);
                let all = [
                    fd, follow, path, length, open, *rights, *rights, append, OUT,
                ];
                self.call("path_open", &all)?;
                self.slots[*slot] = Some(self.out());
            }
            Op::Close(slot) => {
                let fd = self.fd(*slot);
                self.slots[*slot] = None;
                self.call("fd_close", &[fd])?;
            }
            Op::Renumber(from, to) => {
                let (old, new) = (self.fd(*from), self.fd(*to));
                self.call("fd_renumber", &[old, new])?;
                if from != to {
                    self.slots[*from] = None;
                }
            }
            Op::Read(slot, lengths) => {
                let [vectors, count] = self.vectors(lengths.iter().map(|it| usize::from(*it)));
                self.call("fd_read", &[self.fd(*slot), vectors, count, OUT])?;
                return Ok(self.read());
            }
            Op::ReadAt(slot, lengths, at) => {
                let [vectors, count] = self.vectors(lengths.iter().map(|it| usize::from(*it)));
                self.call("fd_pread", &[self.fd(*slot), vectors, count, *at, OUT])?;
                return Ok(self.read());
            }
            Op::Write(slot, pieces) => {
                let [vectors, count] = self.gathered(pieces);
                self.call("fd_write", &[self.fd(*slot), vectors, count, OUT])?;
                return Ok(self.out().to_string());
            }
            Op::WriteAt(slot, pieces, at) => {
                let [vectors, count] = self.gathered(pieces);
                self.call("fd_pwrite", &[self.fd(*slot), vectors, count, *at, OUT])?;
                return Ok(self.out().to_string());
            }
            Op::Seek(slot, by, whence) => {
                let all = [self.fd(*slot), *by as u64, u64::from(*whence), OUT];
                self.call("fd_seek", &all)?;
                return Ok(self.word(OUT).to_string());
            }
            Op::Tell(slot) => {
                self.call("fd_tell", &[self.fd(*slot), OUT])?;
                return Ok(self.word(OUT).to_string());
            }
            Op::SetSize(slot, size) => {
                self.call("fd_filestat_set_size", &[self.fd(*slot), *size])?;
            }
            Op::SetFlags(slot, append) => {
                let all = [self.fd(*slot), u64::from(*append)];
                self.call("fd_fdstat_set_flags", &all)?;
            }
            Op::Status(slot) => {
                self.call("fd_fdstat_get", &[self.fd(*slot), OUT])?;
                let mut status = self.get(OUT, 4);
                // There a directory isn't open to append, whatever was asked for.
                if status[0] == IS_DIRECTORY {
                    status[2] = 0;
                }
                return Ok(format!("{} {}", status[0], status[2]));
            }
            Op::Stat(slot) => {
                self.call("fd_filestat_get", &[self.fd(*slot), OUT])?;
                return Ok(self.stat());
            }
            Op::SetTimes(slot, Times(accessed, modified, flags)) => {
                let fd = self.fd(*slot);
                let all = [fd, *accessed, *modified, u64::from(*flags)];
                self.call("fd_filestat_set_times", &all)?;
                self.call("fd_filestat_get", &[fd, OUT])?;
                return Ok(self.times(*flags));
            }
            Op::Sync(slot, all) => {
                let name = if *all { "fd_sync" } else { "fd_datasync" };
                self.call(name, &[self.fd(*slot)])?;
            }
            Op::List(slot, small) => {
                let size = if *small { 300 } else { BUFFER_SIZE };
                return self.list(self.fd(*slot), size);
            }
            Op::Advise(slot) => self.call("fd_advise", &[self.fd(*slot), 0, 10, 0])?,
            Op::StatPath(at, follow) => {
                let [fd, path, length] = self.path(at, FIRST);
                let all = [fd, u64::from(*follow), path, length, OUT];
                self.call("path_filestat_get", &all)?;
                return Ok(self.stat());
            }
            Op::SetTimesPath(at, follow, Times(accessed, modified, flags)) => {
                let [fd, path, length] = self.path(at, FIRST);
                let follow = u64::from(*follow);
                let flags_word = u64::from(*flags);
                let all = [fd, follow, path, length, *accessed, *modified, flags_word];
                self.call("path_filestat_set_times", &all)?;
                self.call("path_filestat_get", &[fd, follow, path, length, OUT])?;
                return Ok(self.times(*flags));
            }
            Op::MakeDir(at) => {
                let path = self.path(at, FIRST);
                self.call("path_create_directory", &path)?;
            }
            Op::RemoveDir(at) => {
                let path = self.path(at, FIRST);
                self.call("path_remove_directory", &path)?;
            }
            Op::Unlink(at) => {
                let path = self.path(at, FIRST);
                self.call("path_unlink_file", &path)?;
            }
            Op::Rename(old, new) => {
                let all = [self.path(old, FIRST), self.path(new, SECOND)].concat();
                self.call("path_rename", &all)?;
            }
            Op::Link(old, new) => {
                let [fd, path, length] = self.path(old, FIRST);
                let new = self.path(new, SECOND);
                self.call("path_link", &[&[fd, 0, path, length][..], &new].concat())?;
            }
            Op::Symlink(target, at) => {
                let length = self.put(SECOND, target.as_bytes());
                let path = self.path(at, FIRST);
                self.call("path_symlink", &[&[SECOND, length][..], &path].concat())?;
            }
            Op::ReadLink(at, size) => {
                let path = self.path(at, FIRST);
                self.call(
                    "path_readlink",
                    &[&path[..], &[BUFFER, *size, OUT]].concat(),
                )?;
                let length = self.out();
                return Ok(format!("{:?}", self.get(BUFFER, length)));
            }
        }
        Ok(String::new())
    }

    fn read(&mut self) -> String {
        let length = self.out();
        format!("{:?}", self.get(BUFFER, length))
    }

    /// Type, names and size; directories have sizes and counts of their own on each file system.
    fn stat(&mut self) -> String {
        let (kind, links, size) = (
            self.get(OUT + 16, 1)[0],
            self.word(OUT + 24),
            self.word(OUT + 32),
        );
        match kind {
            3 => "directory".to_owned(),
            kind => format!("type {kind}, {links} links, {size} bytes"),
        }
    }

    /// The times that were set, but to the present.
    fn times(&mut self, flags: u32) -> String {
        let (accessed, modified) = (self.word(OUT + 40), self.word(OUT + 48));
        let accessed = (flags & 1 != 0).then_some(accessed);
        let modified = (flags & 4 != 0).then_some(modified);
        format!("{accessed:?} {modified:?}")
    }

    fn list(&mut self, fd: u64, size: u64) -> Given {
        let mut found = Vec::new();
        let mut cookie = 0;
        loop {
            self.call("fd_readdir", &[fd, BUFFER, size, cookie, OUT])?;
            let used = self.out();
            let bytes = self.get(BUFFER, used);
            let mut rest = &bytes[..];
            while let Some((head, tail)) = rest.split_at_checked(24) {
                let length = u32::from_le_bytes(head[16..20].try_into().unwrap()) as usize;
                let Some((name, tail)) = tail.split_at_checked(length) else {
                    break;
                };
                cookie = u64::from_le_bytes(head[..8].try_into().unwrap());
                found.push((String::from_utf8(name.to_vec()).unwrap(), head[20]));
                rest = tail;
            }
            if used < size {
                found.sort();
                return Ok(format!("{found:?}"));
            }
        }
    }
}

// Errnos.
const BADF: i32 = 8;
const EXIST: i32 = 20;
const INVAL: i32 = 28;
const ISDIR: i32 = 31;
const LOOP: i32 = 32;
const NAMETOOLONG: i32 = 37;
const NOENT: i32 = 44;
const NOTDIR: i32 = 54;
const NOTEMPTY: i32 = 55;
const PERM: i32 = 63;

/// `filetype`.
const IS_DIRECTORY: u8 = 3;

/// Whether both gave the same, or errors of which Linux gives ours, as it does to `file_operations`
/// and `workspace` in the other tests. `kinds` are the types of what its descriptors are open on.
fn same(op: &Op, kinds: &[u8], given: &Given, there: &Given) -> bool {
    let there = match (given, there) {
        (ours, theirs) if ours == theirs => return true,
        (_, Err(errno)) => *errno,
        _ => return false,
    };
    // There a descriptor is one of a file or one of a directory, and no other will do.
    let wrong = |kind: &u8| op.is_of_file() == (*kind == IS_DIRECTORY);
    if there == BADF && kinds.iter().any(wrong) {
        return true;
    }
    let Err(given) = *given else {
        return false;
    };
    match op {
        // That a call has no such arguments, or what they are of.
        Op::ReadAt(.., place) | Op::SetSize(_, place) => {
            *place > i64::MAX as u64 && (given, there) == (INVAL, BADF)
        }
        Op::Open { open, .. } if *open == CREATE | DIRECTORY => {
            given == INVAL && [BADF, NOTDIR].contains(&there)
        }
        // That it is a symlink, and no directory.
        Op::Open { open, .. } => *open == DIRECTORY && (given, there) == (NOTDIR, LOOP),
        // There the directory of the new name is looked for before the old one.
        Op::Link(_, new) => {
            [NOENT, NOTDIR, NAMETOOLONG, LOOP].contains(&given) || (new.slash() && given == EXIST)
        }
        // That something is there, if only a symlink, and where a slash behind it leads.
        Op::Symlink(_, at) => {
            at.slash() && given == EXIST && [NOTDIR, NOENT, LOOP].contains(&there)
        }
        // Dots at the end, and what is there.
        Op::RemoveDir(at) => {
            at.1.ends_with("..") && [NOTDIR, NOTEMPTY].contains(&given) && there == INVAL
        }
        Op::Unlink(at) => at.slash() && given == NOTDIR && [ISDIR, NOENT, LOOP].contains(&there),
        _ => false,
    }
}

/// Both sides as they are at first: files and folders that come from the disk.
fn both(disk: &std::path::Path) -> (Side<Ours>, Side<Theirs>) {
    for side in ["ours", "theirs"] {
        let base = disk.join(side).join(BASE);
        fs::create_dir_all(base.join("a/b")).unwrap();
        fs::write(base.join("a/b/c"), "a file of the host").unwrap();
        fs::write(base.join("c"), "another").unwrap();
        symlink("a/b", base.join("d")).unwrap();
    }
    let mut workspace = Workspace::new();
    let tree = import(&disk.join("ours/w")).unwrap().tree;
    workspace.mount("/w", &tree, Access::ReadWrite).unwrap();
    let ours = Ours::new(workspace);
    (
        Side::new(ours),
        Side::new(Theirs::new(&disk.join("theirs"))),
    )
}

fn check(ops: &[Op]) -> Result<(), TestCaseError> {
    // In memory where there is such a place: thousands of small operations.
    let disk = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
    let disk = disk.unwrap();
    let (mut ours, mut theirs) = both(disk.path());
    for (step, op) in ops.iter().enumerate() {
        let slots = op.slots().into_iter();
        let kinds: Vec<u8> = slots.filter_map(|slot| ours.kind(slot)).collect();
        let (given, there) = (ours.apply(op), theirs.apply(op));
        // There no symlink leads out of the directory that a path starts from, so that from here on
        // the two may not have the same.
        if there == Err(PERM) && !op.starts().is_empty() {
            return Ok(());
        }
        prop_assert!(
            same(op, &kinds, &given, &there),
            "step {step}, {op:?}: {given:?}, and there {there:?}\n{ops:#?}"
        );
    }
    let mut paths = Vec::new();
    let disk_now = import(&disk.path().join("theirs/w")).unwrap().tree;
    walk(&Node::Dir(disk_now.root().clone()), "", &mut paths);
    for path in paths {
        let [fd, at, length] = [ROOT, FIRST, ours.put(FIRST, format!("w{path}").as_bytes())];
        theirs.put(FIRST, format!("w{path}").as_bytes());
        let stat = [fd, 0, at, length, OUT];
        ours.call("path_filestat_get", &stat).unwrap();
        theirs.call("path_filestat_get", &stat).unwrap();
        prop_assert_eq!(ours.stat(), theirs.stat(), "{}", path);
    }
    let mut workspace = ours.host.end();
    prop_assert_eq!(workspace.take_fault(), None);
    let left = workspace.tree("/w").unwrap();
    let differing: Vec<String> = diff(&disk_now, &left)
        .unwrap()
        .into_iter()
        .map(|change| change.path)
        .collect();
    prop_assert_eq!(differing, [] as [String; 0]);
    Ok(())
}

/// The paths of all there is in a tree.
fn walk(node: &Node, at: &str, found: &mut Vec<String>) {
    if let Node::Dir(dir) = node {
        for (name, child) in dir.entries().unwrap() {
            let path = format!("{at}/{name}");
            walk(child, &path, found);
            found.push(path);
        }
    }
}

/// As many cases as are asked for, or some that take seconds.
fn config() -> ProptestConfig {
    let config = ProptestConfig::default();
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => config,
        None => ProptestConfig {
            cases: 300,
            ..config
        },
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn calls_on_a_workspace_give_what_they_give_on_a_disk(
        ops in prop::collection::vec(op(), 1..60)
    ) {
        check(&ops)?;
    }
}
