//! Interrupts, deaths, company, and no room.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use autoexp::progress::Silent;
use autoexp::sandbox::runtime::{FetchOptions, RuntimeError, info, install};

use crate::world::{World, assert_installed, python, said, script, wait_for};

#[test]
fn an_interrupt_ends_pip_and_leaves_nothing() {
    let world = World::new();
    let pid = world.path("pid");
    let slow = world.path("bin/python3");
    let probe = format!(
        "case \"$*\" in *--version*) exec {} \"$@\";; esac",
        python()
    );
    script(
        &slow,
        &format!("{probe}\necho $$ > {}\nexec sleep 60", pid.display()),
    );

    let flag = Arc::new(AtomicBool::new(false));
    let cache = world.cache().interrupted_by(flag.clone());
    let options = FetchOptions {
        python: Some(slow),
        ..world.options(None)
    };
    let running = thread::spawn(move || install(&cache, &options, &Silent).map(drop));
    let pid: i32 = wait_for(|| fs::read_to_string(&pid).ok()?.trim().parse().ok());
    flag.store(true, Ordering::Relaxed);

    let error = running.join().unwrap().unwrap_err();
    assert!(matches!(error, RuntimeError::Interrupted), "{error}");
    assert!(world.holds().is_empty(), "{:?}", world.holds());
    let pid = rustix::process::Pid::from_raw(pid).unwrap();
    assert!(
        rustix::process::test_kill_process(pid).is_err(),
        "pip was left running"
    );
}

#[test]
fn after_a_kill_in_the_middle_the_next_call_begins_afresh() {
    let world = World::new();
    let slow = world.path("bin/python3");
    let probe = format!(
        "case \"$*\" in *--version*) exec {} \"$@\";; esac",
        python()
    );
    script(&slow, &format!("{probe}\nexec sleep 5"));
    let mut child = world.child(|command| {
        command.env("AUTOEXP_PYTHON", &slow);
    });
    wait_for(|| world.path("cache").exists().then_some(()));
    wait_for(|| (!world.holds().is_empty()).then_some(()));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(
        world.holds().iter().all(|path| path.contains(".partial/")),
        "{:?}",
        world.holds()
    );
    let half = info(&world.cache(), &world.lock()).unwrap();
    assert_eq!(half.entries[0].problem.as_deref(), Some("it is half-made"));
    assert!(!half.runtime.installed);

    world.install();
    assert_installed(&world);
}

#[test]
fn of_two_processes_one_does_the_work_and_the_other_says_that_it_waits() {
    let world = World::new();
    let start = || {
        world.child(|command| {
            command.env("AUTOEXP_TEST_SLOW", "1");
        })
    };
    let (first, second) = (start(), start());
    let pids = [first.id(), second.id()];
    let [(out1, err1), (out2, err2)] = [said(first), said(second)];
    for (out, err) in [(&out1, &err1), (&out2, &err2)] {
        assert!(out.contains("child: ok"), "{out}\n{err}");
    }
    let both = format!("{err1}{err2}");
    assert_eq!(
        both.matches("unpacking the Python runtime …").count(),
        1,
        "{both}"
    );
    assert_eq!(
        both.matches("compiling the Python runtime").count(),
        2,
        "begin and end: {both}"
    );
    assert!(
        pids.iter()
            .any(|pid| both.contains(&format!("waiting for process {pid}, which is making"))),
        "{both}"
    );
}

#[test]
fn a_full_disk_is_named_with_what_is_needed_and_leaves_nothing() {
    // A file system of one megabyte, mounted in a name space of the child's own.
    let mounted = Command::new("unshare")
        .args([
            "--map-root-user",
            "--mount",
            "sh",
            "-c",
            "mount -t tmpfs none /mnt",
        ])
        .stderr(Stdio::null())
        .status();
    if !mounted.is_ok_and(|status| status.success()) {
        eprintln!("skipped: this machine lets nobody mount a file system");
        return;
    }
    // With pages of 4 KiB, 712 KiB are enough for the members, which is what is looked at
    // beforehand, and a page short for the record that comes after them.
    let world = World::with_stdlib(&vec![0; 700 << 10]);
    let dir = world.path("cache");
    fs::create_dir(&dir).unwrap();
    let exe = std::env::current_exe().unwrap();
    for (size, found_by) in [("512k", "beforehand"), ("712k", "while writing")] {
        let mount = format!(
            "mount -t tmpfs -o size={size},mode=0700 none {0} && {1} --exact child --ignored --nocapture; find {0} -type f",
            dir.display(),
            exe.display(),
        );
        let lock = world.path("tiny.lock");
        fs::write(&lock, &world.lock).unwrap();
        let output = Command::new("unshare")
            .args(["--map-root-user", "--mount", "sh", "-c", &mount])
            .env("AUTOEXP_CACHE", &dir)
            .env("AUTOEXP_TEST_LOCK", lock)
            .env("AUTOEXP_RUNTIME_WHEEL", world.wheel())
            .output()
            .unwrap();
        let out = String::from_utf8(output.stdout).unwrap();
        let expected = format!(
            "child: find room in {}: 716.82 kB are needed",
            dir.display()
        );
        assert!(out.contains(&expected), "{found_by}: {out}");
        assert!(
            out.contains("hint: free some space, or set AUTOEXP_CACHE"),
            "{found_by}: {out}"
        );
        assert_eq!(
            out.contains(" are free"),
            found_by == "beforehand",
            "{found_by}: {out}"
        );
        assert!(!out.contains("python-stdlib.zip"), "{found_by}: {out}");
    }
}

#[test]
fn a_cache_directory_that_may_not_be_made_is_named_with_a_way_out() {
    let world = World::new();
    let closed = world.path("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(world.dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o500)).unwrap();
    let mut command = world.command();
    command.env("AUTOEXP_CACHE", closed.join("cache"));
    if rustix::process::geteuid().is_root() {
        // Nothing is closed to root; so as the user that owns nothing.
        command.uid(65534).gid(65534);
    }
    let Ok(child) = command.spawn() else {
        eprintln!("skipped: this program is in a directory closed to others");
        return;
    };
    let (out, err) = said(child);
    let expected = format!(
        "child: create {}/cache: Permission denied",
        closed.display()
    );
    assert!(out.contains(&expected), "{out}\n{err}");
    assert!(out.contains("hint: set AUTOEXP_CACHE"), "{out}");
}
