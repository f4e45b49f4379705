//! Native code: made once, used only as it was written, removed when asked.

use std::collections::HashMap;
use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::{FileExt, MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use autoexp::progress::{Lines, Silent, Stage};
use autoexp::sandbox::runtime::{
    Clean, Info, Kind, RuntimeError, clean, compiled, info, install, verify,
};

use crate::world::{WASM, World, assert_installed};

#[test]
fn many_threads_compile_once() {
    let world = World::new();
    let count = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let mut artifact = world.compile(&world.install(), &count);
                let mut native = Vec::new();
                artifact.file.read_to_end(&mut native).unwrap();
                assert_eq!(native, WASM.iter().rev().copied().collect::<Vec<u8>>());
            });
        }
    });
    assert_eq!(count.into_inner(), 1);
}

#[test]
fn native_code_that_is_not_what_was_written_is_made_again() {
    type Tamper = fn(&Path);
    let cases: [(&str, Tamper); 6] = [
        ("longer", |path| {
            fs::OpenOptions::new()
                .append(true)
                .open(path)
                .unwrap()
                .write_all(b"x")
                .unwrap()
        }),
        ("cut", |path| {
            fs::OpenOptions::new()
                .write(true)
                .open(path)
                .unwrap()
                .set_len(3)
                .unwrap()
        }),
        ("replaced", |path| {
            let copy = path.with_file_name("copy");
            fs::copy(path, &copy).unwrap();
            fs::rename(copy, path).unwrap();
        }),
        ("a link to the same bytes", |path| {
            let copy = path.with_file_name("copy");
            fs::rename(path, &copy).unwrap();
            symlink(copy, path).unwrap();
        }),
        ("writable by others", |path| {
            fs::set_permissions(path, fs::Permissions::from_mode(0o666)).unwrap()
        }),
        ("without a record", |path| {
            fs::write(path.with_file_name("record.json"), "{}").unwrap()
        }),
    ];
    for (name, tamper) in cases {
        let world = World::new();
        let installed = world.install();
        let count = AtomicUsize::new(0);
        let path = world.compile(&installed, &count).path;
        world.compile(&installed, &count);
        assert_eq!(count.load(Ordering::SeqCst), 1, "{name}");
        tamper(&path);
        world.compile(&installed, &count);
        assert_eq!(count.load(Ordering::SeqCst), 2, "{name}");
        assert!(fs::symlink_metadata(&path).unwrap().is_file(), "{name}");
        assert_eq!(
            fs::metadata(&path).unwrap().mode() & 0o7777,
            0o600,
            "{name}"
        );
    }
}

#[test]
fn a_link_in_place_of_an_entry_is_not_followed() {
    let world = World::new();
    let installed = world.install();
    let count = AtomicUsize::new(0);
    let path = world.compile(&installed, &count).path;
    let entry = path.parent().unwrap();
    let elsewhere = world.path("elsewhere");
    fs::rename(entry, &elsewhere).unwrap();
    symlink(&elsewhere, entry).unwrap();
    world.compile(&installed, &count);
    assert_eq!(count.load(Ordering::SeqCst), 2);
    assert!(
        elsewhere.join("artifact").is_file(),
        "what the link pointed to is left alone"
    );
}

#[test]
fn changed_bytes_of_the_same_length_and_time_are_found_by_verify() {
    let world = World::new();
    let path = world.compile(&world.install(), &AtomicUsize::new(0)).path;
    let time = fs::metadata(&path).unwrap().modified().unwrap();
    let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.write_all_at(b"X", 5).unwrap();
    file.set_modified(time).unwrap();

    let problems = |info: Info| -> HashMap<String, String> {
        let kind = |kind: Kind| kind.as_str().to_owned();
        info.entries
            .into_iter()
            .filter_map(|e| Some((kind(e.kind), e.problem?)))
            .collect()
    };
    let (cache, lock) = (world.cache(), world.lock());
    assert!(problems(info(&cache, &lock).unwrap()).is_empty());
    let found = problems(verify(&cache, &lock).unwrap());
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found["native"], "artifact has changed since it was written");
}

#[test]
fn a_runtime_copied_from_elsewhere_is_used_if_its_bytes_are_right() {
    let world = World::new();
    let installed = world.install();
    let copy = world.path("copy");
    fs::copy(&installed.wasm, &copy).unwrap();
    fs::rename(&copy, &installed.wasm).unwrap();
    // No wheel, no Python: nothing could be fetched.
    let nowhere = Some(world.path("nowhere.whl"));
    install(&world.cache(), &world.options(nowhere.clone()), &Silent).unwrap();

    fs::write(&installed.wasm, vec![b'x'; WASM.len()]).unwrap();
    let error = install(&world.cache(), &world.options(nowhere), &Silent).unwrap_err();
    assert!(
        matches!(error, RuntimeError::WheelUnreadable { .. }),
        "{error}"
    );
    assert_eq!(world.install().read_wasm().unwrap(), WASM);
}

#[test]
fn when_compiling_fails_nothing_is_cached_and_the_reason_is_given() {
    let world = World::new();
    let installed = world.install();
    let error = compiled(
        &world.cache(),
        &installed,
        "v1",
        |_, _| Err("no memory"),
        &Silent,
    )
    .unwrap_err();
    assert_eq!(error.to_string(), "compile the Python runtime: no memory");
    assert_installed(&world);
    let bad = compiled(
        &world.cache(),
        &installed,
        "../x",
        |_, _| Ok::<_, String>(vec![]),
        &Silent,
    );
    assert!(matches!(bad.unwrap_err(), RuntimeError::BadKey(_)));
}

#[test]
fn clean_removes_what_is_asked_and_what_is_open_stays_usable() {
    let world = World::new();
    let installed = world.install();
    let count = AtomicUsize::new(0);
    let mut artifact = world.compile(&installed, &count);
    let before = info(&world.cache(), &world.lock()).unwrap();
    assert_eq!(before.entries.len(), 2);
    assert!(before.runtime.installed && before.disk_bytes > 0);

    let cleaned = clean(&world.cache(), Clean::Derived).unwrap();
    assert_eq!(cleaned.freed_bytes, before.entries[1].disk_bytes);
    assert_installed(&world);
    let mut native = Vec::new();
    artifact.file.read_to_end(&mut native).unwrap();
    assert_eq!(native.len(), WASM.len());

    clean(&world.cache(), Clean::Everything).unwrap();
    assert!(world.holds().is_empty());
    assert_eq!(installed.read_wasm().unwrap(), WASM);
    world.compile(&installed, &count);
    assert_eq!(count.load(Ordering::SeqCst), 2);
}

#[test]
fn clean_leaves_alone_what_is_being_made() {
    let world = World::new();
    let installed = world.install();
    compiled(
        &world.cache(),
        &installed,
        "v1",
        |wasm, _| {
            let cleaned = clean(&world.cache(), Clean::Everything).unwrap();
            // The directory is made when there is something to write to it.
            assert_eq!(cleaned.removed, [installed.wasm.parent().unwrap()]);
            Ok::<_, RuntimeError>(wasm.to_vec())
        },
        &Silent,
    )
    .unwrap();
    assert_eq!(world.holds().len(), 2, "{:?}", world.holds());
}

#[test]
fn a_user_is_told_why_native_code_is_compiled_again() {
    let world = World::new();
    let installed = world.install();
    let path = world.compile(&installed, &AtomicUsize::new(0)).path;
    fs::write(&path, "short").unwrap();
    let mut log = Vec::new();
    let compile = |wasm: &[u8], _: &dyn Stage| Ok::<_, RuntimeError>(wasm.to_vec());
    compiled(
        &world.cache(),
        &installed,
        "v1",
        compile,
        &Lines::new(&mut log),
    )
    .unwrap();
    let log = String::from_utf8(log).unwrap();
    let expected = "artifact has changed since it was written: \
        compiling the Python runtime for this machine (about a minute) again …";
    assert_eq!(log.lines().next(), Some(expected), "{log}");
}
