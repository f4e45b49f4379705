//! Runs that needn't be made again: what is taken from the cache is what a run would have come to.

use std::fs;
use std::path::Path;
use std::thread;

use autoexp::sandbox::{
    Exit, Invocation, Limits, Outcome, Output, Program, RunCache, Runner, Stdin,
};
use autoexp::workspace::{Access, Hash, Tree, Workspace, import};

use crate::support::{self, Dir};

const MIB: u64 = 1 << 20;

fn runner(cache: &Path) -> Runner {
    Runner::new(
        support::sandbox().clone(),
        Some(RunCache::open(cache).unwrap()),
    )
}

fn command(code: &str) -> Invocation {
    Invocation::new(Program::Command(code.to_owned()))
}

fn workspace() -> Workspace {
    let files = [("data/in.txt", "1 2 3"), ("keep/a", "a"), ("keep/b", "b")];
    let tree: Tree = files
        .map(|(path, text)| (path, text.as_bytes().to_vec()))
        .into_iter()
        .collect();
    let mut workspace = Workspace::new();
    workspace
        .mount("/workspace", &tree, Access::ReadWrite)
        .unwrap();
    workspace.mount("/given", &tree, Access::ReadOnly).unwrap();
    workspace
}

fn small() -> Limits {
    Limits {
        fuel: 300_000_000,
        memory: 256 * MIB,
        disk: 8 * MIB,
        files: 100,
        ..Limits::default()
    }
}

/// A day's work on one workspace: each program sees what those before it left.
const SESSION: [&str; 14] = [
    "print(open('data/in.txt').read()); open('out.txt', 'w').write('first')",
    "import os; print(os.stat('out.txt').st_mtime_ns, os.stat('data/in.txt').st_mtime_ns)",
    "import os; os.makedirs('a/b/c'); os.symlink('../out.txt', 'a/link'); os.link('out.txt', 'hard')",
    "import os; print(os.listdir('a'), open('a/link').read(), os.lstat('a').st_nlink)",
    "import os; os.remove('keep/a'); os.rename('keep/b', 'a/b/c/moved'); os.rmdir('keep')",
    "import os; os.utime('out.txt', (5, 7)); os.mkdir('d'); os.rmdir('d'); print(os.stat('out.txt').st_atime)",
    "import os; print([(e.name, e.stat().st_mtime_ns, e.stat().st_atime_ns, e.inode()) for e in os.scandir('.')])",
    "import time, random, uuid; time.sleep(3); print(time.time(), random.random(), uuid.uuid4())",
    "import sys; print('to stderr', file=sys.stderr); print('\\0\\x1b[31m'); sys.exit(7)",
    "1 / 0",
    "while True: pass",
    "bytearray(1 << 30)",
    "open('big', 'wb').write(bytes(1 << 26))",
    "import numpy as np; np.save('m.npy', np.arange(9.).reshape(3, 3)); print(np.load('m.npy') @ np.ones(3))",
];

/// What a session came to: each outcome, and the files and the time after it.
fn session(mut run: impl FnMut(&mut Workspace, Invocation) -> Outcome) -> Vec<(Outcome, Hash)> {
    let mut workspace = workspace();
    SESSION
        .iter()
        .enumerate()
        .map(|(index, code)| {
            let outcome = run(&mut workspace, command(code));
            // What an agent's tool does between runs.
            let path = format!("/workspace/edit-{}", index % 3);
            workspace.write(&path, code.as_bytes()).unwrap();
            workspace.renew().unwrap();
            (outcome, workspace.state().unwrap())
        })
        .collect()
}

#[test]
fn what_is_taken_from_the_cache_is_what_a_run_comes_to() {
    let dir = Dir::new();
    let limits = small();
    let runner = runner(&dir.path("cache"));
    let made = session(|workspace, invocation| {
        support::sandbox()
            .run(workspace, invocation, &limits)
            .unwrap()
    });
    for time in ["kept", "found"] {
        let again =
            session(|workspace, invocation| runner.run(workspace, invocation, &limits).unwrap());
        for (index, (made, again)) in made.iter().zip(&again).enumerate() {
            let case = format!("{time}: {}", SESSION[index]);
            assert_eq!(again.0.reused, time == "found", "{case}");
            assert_eq!(made.0.digest(), again.0.digest(), "{case}");
            assert_eq!(made.0.stdout.bytes, again.0.stdout.bytes, "{case}");
            assert_eq!(made.0.stderr.bytes, again.0.stderr.bytes, "{case}");
            assert_eq!(made.1, again.1, "{case}");
        }
    }
    assert!(runner.trouble().is_none());
    let exits: Vec<_> = made.iter().map(|(outcome, _)| outcome.exit).collect();
    let expected = [
        Exit::Exited(7),
        Exit::Exited(1),
        Exit::OutOfFuel,
        Exit::OutOfMemory(1),
        Exit::OutOfDisk(1),
        Exit::Exited(0),
    ];
    assert_eq!(exits[8..], expected);
}

#[test]
fn any_other_thing_it_is_given_makes_it_another_run() {
    let dir = Dir::new();
    let runner = runner(&dir.path("cache"));
    let base = || command("import sys; print(sys.argv, input())");
    let run = |invocation: Invocation, limits: &Limits, change: &dyn Fn(&mut Workspace)| {
        let mut workspace = workspace();
        change(&mut workspace);
        runner
            .run(&mut workspace, invocation, limits)
            .unwrap()
            .reused
    };
    let input = |text: &str| Stdin::Bytes(text.as_bytes().to_vec());
    let plain = || Invocation {
        stdin: input("x"),
        ..base()
    };
    let as_is = |_: &mut Workspace| ();
    assert!(!run(plain(), &small(), &as_is));
    assert!(run(plain(), &small(), &as_is));
    // The wall clock decides nothing unless it is met.
    let patient = Limits {
        wall: small().wall * 2,
        ..small()
    };
    assert!(run(plain(), &patient, &as_is));
    let others = [
        Invocation {
            args: vec!["a".into()],
            ..plain()
        },
        Invocation {
            env: vec![("A".into(), "1".into())],
            ..plain()
        },
        Invocation {
            cwd: "/given".into(),
            ..plain()
        },
        Invocation {
            warnings: vec!["error".into()],
            ..plain()
        },
        Invocation { seed: 1, ..plain() },
        Invocation {
            stdin: input("y"),
            ..plain()
        },
        Invocation {
            program: Program::Module("this".into()),
            ..plain()
        },
    ];
    for other in others {
        assert!(!run(other, &small(), &as_is));
    }
    let limits = [
        Limits {
            fuel: 1 << 30,
            ..small()
        },
        Limits {
            memory: 512 * MIB,
            ..small()
        },
        Limits {
            disk: MIB,
            ..small()
        },
        Limits {
            files: 9,
            ..small()
        },
        Limits {
            output: 1,
            ..small()
        },
        Limits {
            descriptors: 9,
            ..small()
        },
    ];
    for limits in limits {
        assert!(!run(plain(), &limits, &as_is), "{limits:?}");
    }
    let write = |workspace: &mut Workspace| workspace.write("/workspace/keep/a", b"A").unwrap();
    let mount = |workspace: &mut Workspace| {
        workspace
            .mount("/more", &Tree::default(), Access::ReadOnly)
            .unwrap();
    };
    let later = |workspace: &mut Workspace| workspace.set_time(workspace.time() + 1);
    let changes: [&dyn Fn(&mut Workspace); 3] = [&write, &mount, &later];
    for change in changes {
        assert!(!run(plain(), &small(), change));
    }
}

#[test]
fn runs_on_streams_and_on_folders_of_the_host_are_always_made() {
    let dir = Dir::new();
    dir.write("folder/data", "first");
    let runner = runner(&dir.path("cache"));
    let code = "print(open('/host/data').read())";
    let on_host = || {
        let mut workspace = workspace();
        let folder = import(&dir.path("folder")).unwrap();
        workspace
            .mount("/host", &folder.tree, Access::ReadOnly)
            .unwrap();
        runner.run(&mut workspace, command(code), &small()).unwrap()
    };
    assert_eq!(on_host().stdout.text(), "first\n");
    dir.write("folder/data", "other");
    assert_eq!(on_host().stdout.text(), "other\n");

    let streamed = || Invocation {
        stdout: Output::Stream(Box::new(std::io::sink())),
        ..command("print(1)")
    };
    for _ in 0..2 {
        let outcome = runner.run(&mut workspace(), streamed(), &small()).unwrap();
        assert!(!outcome.reused);
    }
}

#[test]
fn what_ended_by_the_clock_is_not_kept() {
    let dir = Dir::new();
    let runner = runner(&dir.path("cache"));
    let hurried = Limits {
        fuel: u64::MAX,
        wall: std::time::Duration::from_millis(30),
        ..small()
    };
    for _ in 0..2 {
        let run = command("while True: pass");
        let outcome = runner.run(&mut workspace(), run, &hurried).unwrap();
        assert_eq!((outcome.exit, outcome.reused), (Exit::OutOfTime, false));
    }
}

#[test]
fn a_damaged_cache_costs_time_and_nothing_else() {
    let dir = Dir::new();
    let run = || {
        let runner = runner(&dir.path("cache"));
        let code = "open('made', 'w').write('x' * 5000); print('done')";
        let mut workspace = workspace();
        let outcome = runner.run(&mut workspace, command(code), &small()).unwrap();
        assert!(runner.trouble().is_none());
        assert_eq!(outcome.stdout.text(), "done\n");
        assert_eq!(workspace.read("/workspace/made").unwrap().len(), 5000);
        outcome.reused
    };
    assert!(!run());
    for file in files(&dir.path("cache")) {
        let whole = fs::read(&file).unwrap();
        if whole.is_empty() {
            continue;
        }
        let mut flipped = whole.clone();
        flipped[whole.len() / 2] ^= 1;
        for damaged in [&whole[..whole.len() / 2], &flipped, b""] {
            fs::write(&file, damaged).unwrap();
            // What is damaged is either not needed (its hash is not looked at) or made again.
            run();
            assert!(run(), "{}: not made good", file.display());
        }
    }
}

#[test]
fn the_cache_stays_within_its_size_and_keeps_what_is_used() {
    let dir = Dir::new();
    let limit = 2 * MIB;
    let cache = || RunCache::with_limit(&dir.path("cache"), limit).unwrap();
    let runner = Runner::new(support::sandbox().clone(), Some(cache()));
    let run = |seed: u64| {
        let invocation = Invocation {
            seed,
            ..command("import os; open('noise', 'wb').write(os.urandom(100_000))")
        };
        runner
            .run(&mut workspace(), invocation, &small())
            .unwrap()
            .reused
    };
    for seed in 0..60 {
        run(seed);
        assert!(
            seed == 0 || run(0),
            "what is used again and again went at {seed}"
        );
        let size = cache().info().unwrap().disk_bytes;
        assert!(size <= limit + limit / 8, "{size} bytes after {seed}");
    }
    assert!(runner.trouble().is_none());
    assert!(!run(1), "what was used long ago is still there");
    let before = cache().info().unwrap();
    assert!(before.runs > 5);
    assert_eq!(cache().clean().unwrap(), before);
    assert_eq!(cache().info().unwrap().runs, 0);
    assert!(!run(0));
}

#[test]
fn several_at_once_may_use_one_cache() {
    let dir = Dir::new();
    let limits = small();
    let expected = session(|workspace, invocation| {
        support::sandbox()
            .run(workspace, invocation, &limits)
            .unwrap()
    });
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let cache = RunCache::with_limit(&dir.path("cache"), MIB).unwrap();
                let runner = Runner::new(support::sandbox().clone(), Some(cache));
                for _ in 0..2 {
                    let again = session(|workspace, invocation| {
                        runner.run(workspace, invocation, &limits).unwrap()
                    });
                    for (one, other) in expected.iter().zip(&again) {
                        assert_eq!((one.0.digest(), one.1), (other.0.digest(), other.1));
                    }
                }
                assert!(runner.trouble().is_none());
            });
        }
    });
}

#[test]
fn eval_gives_the_same_records_with_and_without_the_cache() {
    let dir = Dir::new();
    let eval = |name: &str, more: &[&str]| {
        let plain = [
            "eval",
            "--model",
            "oracle",
            "--task",
            "exposure-ebb_0",
            "--out",
            name,
        ];
        dir.autoexp(plain.iter().chain(more)).run().code(0);
        let trials = dir.path(name).join("trials");
        let trial = fs::read_dir(trials).unwrap().next().unwrap().unwrap();
        let outcome = fs::read_to_string(trial.path().join("outcome.json")).unwrap();
        let mut outcome: serde_json::Value = serde_json::from_str(&outcome).unwrap();
        let reused = outcome["measured"]["reused_runs"].as_u64().unwrap();
        outcome.as_object_mut().unwrap().remove("measured");
        (outcome, reused)
    };
    let (made, none) = eval("made", &["--no-cache"]);
    assert_eq!(none, 0);
    let (kept, _) = eval("kept", &[]);
    let (found, reused) = eval("found", &[]);
    assert_eq!(reused, 3, "one for each experiment");
    assert_eq!(made, kept);
    assert_eq!(made, found);
}

#[test]
fn eval_goes_on_without_a_cache_that_can_not_be_used_and_says_so() {
    let dir = Dir::new();
    let cache = dir.path("cache");
    // All of the user's cache but its runs, which can't be locked.
    let home = autoexp::sandbox::runtime::Cache::locate().unwrap();
    dir.write("cache/runs/lock/in-the-way", "");
    for name in ["runtime", "native", "image", "locks"] {
        std::os::unix::fs::symlink(home.join(name), cache.join(name)).unwrap();
    }
    dir.autoexp(["eval", "--model", "oracle", "--task", "exposure-ebb_0"])
        .env("AUTOEXP_CACHE", &cache)
        .run()
        .code(0)
        .complains("the cache of runs was not used: open ");
}

fn files(dir: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}
