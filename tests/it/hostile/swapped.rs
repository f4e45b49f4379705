//! A folder of the host's that someone changes while a run looks at it.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use autoexp::sandbox::{Exit, Invocation, Limits, Output, Program, SandboxError, Stdin};
use autoexp::workspace::{Access, Workspace, import};

use super::assert_all_is_well;
use crate::support::{self, Dir};

/// What the host does to a file.
type Swap = Box<dyn Fn(&Path) + Send>;

/// Lists a folder, lets the host change it, and reads the file that was there.
const LOOK: &str = "import os, sys\nprint(os.stat('file').st_size, flush=True)\nsys.stdin.read(1)\n\
                    try: print(open('file').read())\nexcept OSError as e: print('refused')";

/// Runs `LOOK` in the folder; `swap` is called between its look and its reading.
fn look(dir: &Dir, swap: impl FnOnce(&Path) + Send) -> Result<String, SandboxError> {
    let (input, mut feed) = std::io::pipe().unwrap();
    let (mut told, output) = std::io::pipe().unwrap();
    let mut workspace = Workspace::new();
    let folder = import(&dir.path("")).unwrap();
    workspace
        .mount("/workspace", &folder.tree, Access::ReadWrite)
        .unwrap();
    let invocation = Invocation {
        stdin: Stdin::Stream(input.into()),
        stdout: Output::Stream(Box::new(output)),
        ..Invocation::new(Program::Command(LOOK.to_owned()))
    };
    thread::scope(|scope| {
        let host = scope.spawn(move || {
            use std::io::{Read, Write};
            let mut first = [0; 1];
            told.read_exact(&mut first).unwrap();
            swap(&dir.path("file"));
            feed.write_all(b"x").unwrap();
            drop(feed);
            let mut rest = String::new();
            told.read_to_string(&mut rest).unwrap();
            rest
        });
        let ran = support::sandbox().run(&mut workspace, invocation, &Limits::default());
        let rest = host.join().unwrap();
        ran.map(|outcome| {
            assert_eq!(outcome.exit, Exit::Exited(0), "{outcome:?}");
            rest
        })
    })
}

#[test]
fn a_file_that_is_swapped_under_a_run_is_an_error_and_nothing_else_is_read() {
    let outside = Dir::new();
    outside.write("secret", "secret");
    let secret = outside.path("secret");
    let swaps: [(&str, Swap); 7] = [
        ("a link out", {
            let secret = secret.clone();
            Box::new(move |file| {
                fs::remove_file(file).unwrap();
                symlink(&secret, file).unwrap();
            })
        }),
        (
            "a link within",
            Box::new(|file| {
                fs::remove_file(file).unwrap();
                symlink("other", file).unwrap();
            }),
        ),
        ("a hard link", {
            let secret = secret.clone();
            Box::new(move |file| {
                fs::remove_file(file).unwrap();
                fs::hard_link(&secret, file).unwrap();
            })
        }),
        (
            "a pipe",
            Box::new(|file| {
                fs::remove_file(file).unwrap();
                assert!(Command::new("mkfifo").arg(file).status().unwrap().success());
            }),
        ),
        (
            "a folder",
            Box::new(|file| {
                fs::remove_file(file).unwrap();
                fs::create_dir(file).unwrap();
            }),
        ),
        ("nothing", Box::new(|file| fs::remove_file(file).unwrap())),
        (
            "other bytes",
            Box::new(|file| fs::write(file, "other").unwrap()),
        ),
    ];
    for (name, swap) in swaps {
        let dir = Dir::new();
        dir.write("file", "bytes");
        dir.write("other", "bytes");
        let ran = look(&dir, swap);
        assert!(
            matches!(&ran, Err(SandboxError::HostFile(_))),
            "{name}: {ran:?}"
        );
        assert!(
            ran.unwrap_err()
                .to_string()
                .contains("changed while it was in use"),
            "{name}"
        );
        assert_all_is_well(name);
    }
    assert_eq!(outside.snapshot(), ["secret: secret"]);
    // And a file that stays is read.
    let dir = Dir::new();
    dir.write("file", "bytes");
    assert!(look(&dir, |_| ()).unwrap().ends_with("bytes\n"));
}

#[test]
fn a_file_that_is_swapped_all_the_time_never_shows_what_is_outside() {
    let (dir, outside) = (Dir::new(), Dir::new());
    outside.write("secret", "secret");
    fs::create_dir(dir.path("in")).unwrap();
    let over = AtomicBool::new(false);
    let code = "import os\nshown = set()\nfor _ in range(300):\n    \
                for path in 'in/file', 'in', 'in/folder/secret':\n        \
                try: shown.add(str(os.listdir(path)) if path == 'in' else open(path).read())\n        \
                except OSError as e: shown.add(e.strerror)\nprint(sorted(shown))";
    thread::scope(|scope| {
        scope.spawn(|| {
            let (file, folder) = (dir.path("in/file"), dir.path("in/folder"));
            while !over.load(Ordering::Relaxed) {
                fs::write(dir.path("in/new"), "bytes").unwrap();
                fs::rename(dir.path("in/new"), &file).unwrap();
                fs::create_dir(&folder).unwrap();
                thread::yield_now();
                fs::remove_file(&file).unwrap();
                symlink(outside.path("secret"), &file).unwrap();
                fs::remove_dir(&folder).unwrap();
                symlink(outside.path(""), &folder).unwrap();
                thread::yield_now();
                fs::remove_file(&folder).unwrap();
            }
        });
        for _ in 0..20 {
            let mut workspace = Workspace::new();
            let folder = import(&dir.path("")).unwrap();
            workspace
                .mount("/workspace", &folder.tree, Access::ReadWrite)
                .unwrap();
            let invocation = Invocation::new(Program::Command(code.to_owned()));
            let ran = support::sandbox().run(&mut workspace, invocation, &Limits::default());
            match ran {
                Ok(outcome) => {
                    assert_eq!(outcome.exit, Exit::Exited(0), "{outcome:?}");
                    assert!(!outcome.stdout.text().contains("'secret'"), "{outcome:?}");
                }
                Err(SandboxError::HostFile(_) | SandboxError::Changes(_)) => {}
                Err(error) => panic!("{error}"),
            }
        }
        over.store(true, Ordering::Relaxed);
    });
    assert_eq!(outside.snapshot(), ["secret: secret"]);
}
