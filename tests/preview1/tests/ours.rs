//! What our host does that the other doesn't, or does otherwise.

use autoexp::workspace::{Access, Tree, Workspace};
use preview1::{Host, Ours};

const ROOT: u64 = 3;
const OUT: u64 = 64;
const FIRST: u64 = 0x1000;
const SECOND: u64 = 0x2000;
const READ: u64 = 1 << 1;
const WRITE: u64 = 1 << 6;

struct Guest(Ours);

impl Guest {
    fn new() -> Guest {
        let files = [("f", "file"), ("d/g", "in d")];
        let tree: Tree = files
            .map(|(path, text)| (path, text.as_bytes().to_vec()))
            .into_iter()
            .collect();
        let mut workspace = Workspace::new();
        workspace.mount("/w", &tree, Access::ReadWrite).unwrap();
        Guest(Ours::new(workspace))
    }

    fn text(&mut self, at: u64, text: &str) -> [u64; 2] {
        self.0.memory()[at as usize..][..text.len()].copy_from_slice(text.as_bytes());
        [at, text.len() as u64]
    }

    fn out(&mut self, at: u64) -> u64 {
        let bytes = &self.0.memory()[at as usize..][..8];
        u64::from_le_bytes(bytes.try_into().unwrap())
    }

    fn open(&mut self, dir: u64, path: &str, flags: u64, rights: u64) -> Result<u64, i32> {
        let [path, length] = self.text(FIRST, path);
        let all = [dir, 1, path, length, flags, rights, rights, 0, OUT];
        match self.0.call("path_open", &all) {
            0 => Ok(self.out(OUT) & 0xffff_ffff),
            errno => Err(errno),
        }
    }

    fn size(&mut self, fd: u64) -> u64 {
        assert_eq!(self.0.call("fd_filestat_get", &[fd, OUT]), 0);
        self.out(OUT + 32)
    }
}

#[test]
fn allocating_makes_a_file_as_long_as_asked_for_and_never_shorter() {
    let mut guest = Guest::new();
    let file = guest.open(ROOT, "w/f", 0, READ | WRITE).unwrap();
    for (offset, length, errno, size) in [
        (0, 2, 0, 4),
        (2, 10, 0, 12),
        (0, 1, 0, 12),
        (3, 0, 28, 12),
        (u64::MAX, 1, 22, 12),
        (1 << 40, 1, 22, 12),
    ] {
        let given = guest.0.call("fd_allocate", &[file, offset, length]);
        assert_eq!(
            (given, guest.size(file)),
            (errno, size),
            "{offset} {length}"
        );
    }
    let read = guest.open(ROOT, "w/f", 0, READ).unwrap();
    assert_eq!(guest.0.call("fd_allocate", &[read, 0, 99]), 8);
    assert_eq!(guest.0.call("fd_allocate", &[0, 0, 99]), 70);
    assert_eq!(guest.0.call("fd_allocate", &[99, 0, 99]), 8);
}

#[test]
fn rights_are_not_taken_away() {
    let mut guest = Guest::new();
    assert_eq!(guest.0.call("fd_fdstat_set_rights", &[ROOT, 0, 0]), 58);
    assert_eq!(guest.0.call("fd_fdstat_set_rights", &[99, 0, 0]), 8);
}

#[test]
fn the_whole_namespace_is_the_guests() {
    let mut guest = Guest::new();
    let [target, length] = guest.text(SECOND, "/w/f");
    let [path, path_length] = guest.text(FIRST, "w/d/link");
    let all = [target, length, ROOT, path, path_length];
    assert_eq!(guest.0.call("path_symlink", &all), 0);
    let dir = guest.open(ROOT, "w/d", 2, READ).unwrap();
    // A symlink may be absolute, and `..` lead out of a directory that is open.
    for (path, size) in [("link", 4), ("../f", 4), ("../../../w/d/g", 4)] {
        let file = guest.open(dir, path, 0, READ).unwrap();
        assert_eq!(guest.size(file), size, "{path}");
    }
}

#[test]
fn a_file_has_as_many_names_as_on_ext4() {
    let mut guest = Guest::new();
    for number in 1..=65_000 {
        let [old, old_length] = guest.text(FIRST, "w/f");
        let [new, new_length] = guest.text(SECOND, &format!("w/name {number}"));
        let all = [ROOT, 0, old, old_length, ROOT, new, new_length];
        let errno = if number < 65_000 { 0 } else { 34 };
        assert_eq!(guest.0.call("path_link", &all), errno, "{number}");
    }
}

#[test]
fn what_is_no_place_in_a_file_is_refused() {
    let mut guest = Guest::new();
    let file = guest.open(ROOT, "w/f", 0, READ | WRITE).unwrap();
    for place in [1 << 63, u64::MAX] {
        for name in ["fd_pread", "fd_pwrite"] {
            let given = guest.0.call(name, &[file, SECOND, 0, place, OUT]);
            assert_eq!(given, 28, "{name}");
        }
        assert_eq!(guest.0.call("fd_filestat_set_size", &[file, place]), 28);
    }
    // Nor one from which the length leads to none.
    let vectors = [SECOND as u32, 2].map(u32::to_le_bytes).concat();
    guest.0.memory()[FIRST as usize..][..8].copy_from_slice(&vectors);
    for (place, given) in [((1 << 63) - 1, 28), ((1 << 63) - 3, 0)] {
        let read = guest.0.call("fd_pread", &[file, FIRST, 1, place, OUT]);
        assert_eq!(read, given);
    }
    assert_eq!(guest.size(file), 4);
}
