//! Sequences that the driver makes of random bytes, and calls of which each answer is known.

use proptest::prelude::*;

use super::*;
use crate::workspace::Errno;

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn no_sequence_of_calls_breaks_anything(data in prop::collection::vec(any::<u8>(), 0..3_000)) {
        check(&data);
    }
}

const PREVIEW1: &str = "wasi_snapshot_preview1";
const NOWHERE: u64 = u32::MAX as u64;
const LAST: u64 = MEMORY as u64 - 1;

fn errno(errno: Errno) -> Called {
    Called::Errno(errno.raw().into())
}

/// A guest with a path laid at 0x1000 and two vectors at 0x8000, and its descriptor 4 open on a
/// file, 5 on a folder, 6 on the null device.
fn guest() -> Caller {
    let mut caller = Caller::new(1 << 40).unwrap();
    for path in ["/w/f", "/w", "/null"] {
        lay(&mut caller, 0x1000, path.as_bytes());
        let rights = if path == "/w" { 0 } else { 1 << 1 | 1 << 6 };
        let open = [3, 1, 0x1000, path.len() as u64, 0, rights, 0, 0, 0x2000];
        assert_eq!(caller.call(PREVIEW1, "path_open", &open), Called::Errno(0));
    }
    lay(&mut caller, 0x1000, b"f\xff\0");
    caller
}

fn lay(caller: &mut Caller, at: u32, bytes: &[u8]) {
    caller
        .memory
        .write(&mut caller.store, at as usize, bytes)
        .unwrap();
}

fn lay_vectors(caller: &mut Caller, vectors: &[(u32, u32)]) {
    for (index, (at, length)) in (0..).zip(vectors) {
        let bytes = [at.to_le_bytes(), length.to_le_bytes()].concat();
        lay(caller, 0x8000 + index * 8, &bytes);
    }
}

#[test]
fn wild_arguments_are_refused_by_their_errno() {
    let cases: &[(&str, &[u64], Errno)] = &[
        ("args_get", &[NOWHERE, 0], Errno::Fault),
        ("args_sizes_get", &[0, LAST], Errno::Fault),
        ("environ_get", &[0, LAST], Errno::Fault),
        ("random_get", &[0, NOWHERE], Errno::Fault),
        ("random_get", &[NOWHERE, NOWHERE], Errno::Fault),
        ("clock_time_get", &[9, 0, 0], Errno::Inval),
        ("clock_time_get", &[0, 0, LAST - 6], Errno::Fault),
        ("poll_oneoff", &[0, 0, 0, 0], Errno::Inval),
        ("poll_oneoff", &[0, 0, NOWHERE, 0], Errno::Inval),
        ("poll_oneoff", &[LAST, 0, 1, 0], Errno::Fault),
        ("fd_close", &[NOWHERE], Errno::Badf),
        ("fd_read", &[77, 0x8000, 1, 0], Errno::Badf),
        ("fd_read", &[4, 0x8000, NOWHERE, 0], Errno::Inval),
        ("fd_read", &[4, 0x8000, 1025, 0], Errno::Inval),
        ("fd_read", &[4, LAST - 7, 2, 0], Errno::Fault),
        ("fd_read", &[5, 0x8000, 1, 0], Errno::Badf),
        ("fd_write", &[5, 0x8000, 1, 0], Errno::Badf),
        ("fd_pwrite", &[4, 0x8000, 1, u64::MAX, 0], Errno::Inval),
        ("fd_pwrite", &[4, 0x8000, 1, 1 << 62, 0], Errno::Fbig),
        ("fd_allocate", &[4, u64::MAX, 1], Errno::Fbig),
        ("fd_allocate", &[4, 1 << 17, 1], Errno::Nospc),
        ("fd_allocate", &[4, 0, 0], Errno::Inval),
        ("fd_renumber", &[4, NOWHERE], Errno::Badf),
        ("fd_pread", &[1, 0x8000, 1, 0, 0], Errno::Spipe),
        ("fd_filestat_set_size", &[4, u64::MAX], Errno::Inval),
        ("fd_filestat_set_size", &[4, u64::MAX >> 1], Errno::Fbig),
        ("fd_filestat_set_size", &[4, 1 << 17], Errno::Nospc),
        ("fd_seek", &[4, u64::MAX, 0, 0], Errno::Inval),
        ("fd_seek", &[4, 0, 9, 0], Errno::Inval),
        ("fd_tell", &[1, 0], Errno::Spipe),
        ("fd_readdir", &[4, 0, 99, 0, 0], Errno::Notdir),
        ("fd_readdir", &[5, LAST, 99, 0, 0], Errno::Fault),
        (
            "fd_readdir",
            &[5, 0, NOWHERE, u64::MAX, NOWHERE],
            Errno::Fault,
        ),
        ("fd_prestat_dir_name", &[3, LAST + 1, 1], Errno::Fault),
        ("fd_prestat_get", &[4, 0], Errno::Badf),
        (
            "path_filestat_get",
            &[5, 0, 0x1000, NOWHERE, 0],
            Errno::Nametoolong,
        ),
        (
            "path_filestat_get",
            &[5, 0, 0x1000, 4097, 0],
            Errno::Nametoolong,
        ),
        ("path_filestat_get", &[5, 0, NOWHERE, 1, 0], Errno::Fault),
        ("path_filestat_get", &[5, 0, LAST, 2, 0], Errno::Fault),
        ("path_filestat_get", &[5, 0, 0x1000, 2, 0], Errno::Ilseq),
        ("path_filestat_get", &[5, 0, 0x1002, 1, 0], Errno::Inval),
        ("path_filestat_get", &[5, 0, 0x1000, 0, 0], Errno::Noent),
        ("path_filestat_get", &[5, 0, 0x1000, 1, LAST], Errno::Fault),
        ("path_filestat_get", &[1, 0, 0x1000, 1, 0], Errno::Notdir),
        (
            "path_open",
            &[5, 0, 0x1000, 1, 1 | 1 << 2, 0, 0, 0, 0],
            Errno::Exist,
        ),
        (
            "path_open",
            &[5, 0, 0x1000, 1, 0, 0, 0, 0, NOWHERE],
            Errno::Fault,
        ),
        ("path_readlink", &[5, 0x1000, 1, 0, 9, 0], Errno::Inval),
        (
            "path_symlink",
            &[0x1000, NOWHERE, 5, 0x1000, 1],
            Errno::Nametoolong,
        ),
        ("path_rename", &[5, 0x1000, 1, 77, 0x1000, 1], Errno::Badf),
        ("sock_recv", &[4, 0, NOWHERE, 0, 0, 0], Errno::Notsup),
    ];
    for (name, arguments, expected) in cases {
        let mut caller = guest();
        lay_vectors(&mut caller, &[(0x3000, 8)]);
        let called = caller.call(PREVIEW1, name, arguments);
        assert_eq!(called, errno(*expected), "{name}{arguments:?}");
        caller.assert_in_order(name);
        caller.end();
    }
}

#[test]
fn vectors_may_overlap_themselves_and_what_is_told() {
    let mut caller = guest();
    // The buffers lie in the table of vectors, and the count is told there too.
    lay_vectors(&mut caller, &[(0x8000, 4), (0x8002, 100)]);
    let read = caller.call(PREVIEW1, "fd_read", &[4, 0x8000, 2, 0x8000]);
    assert_eq!(read, Called::Errno(0));
    let told = &caller.memory.data(&caller.store)[0x8000..0x8004];
    assert_eq!(told, 4u32.to_le_bytes());
    // A thousand buffers of all the memory there is.
    lay_vectors(&mut caller, &[(0, MEMORY); 1024]);
    for fd in [1, 6] {
        let wrote = caller.call(PREVIEW1, "fd_write", &[fd, 0x8000, 1024, 0x3000]);
        assert_eq!(wrote, Called::Errno(0));
        let told = &caller.memory.data(&caller.store)[0x3000..0x3004];
        assert_eq!(told, (64u32 << 20).to_le_bytes(), "it stops after a piece");
    }
    lay_vectors(&mut caller, &[(0, u32::MAX), (1, 1)]);
    let wrote = caller.call(PREVIEW1, "fd_write", &[1, 0x8000, 2, 0x3000]);
    assert_eq!(wrote, errno(Errno::Fault));
    caller.assert_in_order("fd_write");
    caller.end();
}

#[test]
fn the_null_device_takes_any_offset_that_there_is() {
    let mut caller = guest();
    lay_vectors(&mut caller, &[(0x3000, 8), (0x3000, 8)]);
    let pwrite = |caller: &mut Caller, offset| {
        caller.call(PREVIEW1, "fd_pwrite", &[6, 0x8000, 2, offset, 0x2000])
    };
    let pread = |caller: &mut Caller, offset| {
        caller.call(PREVIEW1, "fd_pread", &[6, 0x8000, 2, offset, 0x2000])
    };
    for offset in [u64::MAX, 1 << 63, (1 << 63) - 16] {
        assert_eq!(pwrite(&mut caller, offset), errno(Errno::Inval));
        assert_eq!(pread(&mut caller, offset), errno(Errno::Inval));
    }
    for offset in [0, (1 << 63) - 17] {
        assert_eq!(pwrite(&mut caller, offset), Called::Errno(0));
        assert_eq!(pread(&mut caller, offset), Called::Errno(0));
    }
    caller.end();
}

#[test]
fn frames_for_the_door_that_are_none_are_faults() {
    let mut caller = guest();
    lay(&mut caller, 0x5000, b"\x02\0\0\0{}");
    lay(&mut caller, 0x6000, &[0xff; 8]);
    for (at, length) in [
        (0, 0),
        (0x5000, 6),
        (0x6000, 8),
        (NOWHERE, 1),
        (0, NOWHERE),
        (LAST, 2),
    ] {
        let called = caller.call("host", "call", &[at, length, 0, 4]);
        assert_eq!(called, Called::Errno(-2), "{at} {length}");
    }
    caller.end();
}
