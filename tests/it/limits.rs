//! Limits: each ends a run in its own way, keeps what was printed, and leaves the host as it was.

use std::thread;

use autoexp::sandbox::{Exit, Invocation, Limits, Outcome, Program};
use autoexp::workspace::{Access, Tree, Workspace};

use crate::support::{self, Dir};

/// A run in the library's own terms, in an empty workspace.
fn run(code: &str, limits: &Limits) -> Outcome {
    let mut workspace = Workspace::new();
    workspace
        .mount("/workspace", &Tree::default(), Access::ReadWrite)
        .unwrap();
    run_in(&mut workspace, code, limits)
}

fn run_in(workspace: &mut Workspace, code: &str, limits: &Limits) -> Outcome {
    let invocation = Invocation::new(Program::Command(code.to_owned()));
    support::sandbox()
        .run(workspace, invocation, limits)
        .unwrap()
}

/// The next run in the folder works as if nothing had been before it.
fn assert_all_is_well(dir: &Dir) {
    assert_eq!(dir.snapshot(), [] as [String; 0]);
    assert_eq!(
        dir.prints("import os; print(os.listdir('.'), os.listdir('/tmp'))"),
        "[] []\n"
    );
}

#[test]
fn an_endless_loop_runs_out_of_fuel() {
    let dir = Dir::new();
    dir.python(["--fuel", "1G", "-c", "print('before')\nwhile True: pass"])
        .run()
        .code(121)
        .prints("before\n")
        .complains("ran out of fuel after 1G units");
    assert_all_is_well(&dir);
}

#[test]
fn running_out_of_fuel_can_not_be_caught() {
    let stubborn = r#"
import atexit
atexit.register(print, "atexit")
while True:
    try:
        while True:
            pass
    except BaseException as error:
        print("caught", error)
    finally:
        print("finally")
"#;
    Dir::new()
        .python(["--fuel", "1G", "-c", stubborn])
        .run()
        .code(121)
        .prints("");
}

#[test]
fn too_little_fuel_to_start_is_a_run_out_of_fuel() {
    for fuel in ["0", "1", "1k", "1M"] {
        Dir::new()
            .python(["--fuel", fuel, "-c", "print(sum(range(10**7)))"])
            .run()
            .code(121);
    }
}

#[test]
fn the_same_run_uses_the_same_fuel() {
    let work =
        "import json, re; print(len(json.dumps([re.sub('a', 'b', str(i)) for i in range(999)])))";
    let (one, two) = (run(work, &Limits::default()), run(work, &Limits::default()));
    assert_eq!(one.exit, Exit::Exited(0));
    assert!(one.fuel_used > 0);
    assert_eq!(
        (one.fuel_used, one.peak_memory, one.stdout),
        (two.fuel_used, two.peak_memory, two.stdout)
    );
}

#[test]
fn a_run_out_of_fuel_has_used_all_of_it_and_stops_at_the_same_place() {
    let limits = Limits {
        fuel: 1_000_000_000,
        ..Limits::default()
    };
    let count = "i = 0\nwhile True:\n    i += 1\n    if i % 1000 == 0: print(i)";
    let (one, two) = (run(count, &limits), run(count, &limits));
    assert_eq!((one.exit, two.exit), (Exit::OutOfFuel, Exit::OutOfFuel));
    assert_eq!(one.fuel_used, limits.fuel);
    assert!(!one.stdout.bytes.is_empty());
    assert_eq!(one.stdout, two.stdout);
}

#[test]
fn memory_beyond_the_limit_is_refused() {
    for bomb in [
        "print('before'); b = bytearray(1 << 30)",
        "print('before')\na = []\nwhile True: a.append('x' * 100_000)",
        "print('before')\na = [0]\nwhile True: a += a",
        "print('before')\nd = {}\nfor i in range(10**8): d[i] = str(i)",
    ] {
        let dir = Dir::new();
        dir.python(["--memory", "256MiB", "-c", bomb])
            .run()
            .code(122)
            .prints("before\n")
            .complains("MemoryError")
            .complains("ran out of memory: more than 256MiB");
        assert_all_is_well(&dir);
    }
}

#[test]
fn memory_that_was_refused_and_done_without_is_no_failure() {
    let handled = "try: bytearray(1 << 30)\nexcept MemoryError: print('did without')";
    Dir::new()
        .python(["--memory", "256MiB", "-c", handled])
        .run()
        .code(0)
        .prints("did without\n")
        .silent();
}

#[test]
fn peak_memory_tells_what_was_used_and_never_more_than_was_allowed() {
    let limits = Limits {
        memory: 256 << 20,
        ..Limits::default()
    };
    let small = run("pass", &limits);
    let large = run("b = bytearray(100 << 20)", &limits);
    let refused = run("b = bytearray(300 << 20)", &limits);
    // Some of what is asked for is free within the image already.
    assert!(
        large.peak_memory >= small.peak_memory + (75 << 20),
        "{large:?}"
    );
    assert!(matches!(refused.exit, Exit::OutOfMemory(1)), "{refused:?}");
    assert!(refused.peak_memory <= limits.memory, "{refused:?}");
}

#[test]
fn a_busy_loop_runs_out_of_time() {
    let dir = Dir::new();
    let ran = dir
        .python(["--time", "1s", "-c", "print('before')\nwhile True: pass"])
        .run()
        .code(123)
        .prints("before\n")
        .complains("ran out of time after 1s");
    assert!(ran.elapsed.as_secs() < 30, "{ran}");
    assert_all_is_well(&dir);
}

#[test]
fn long_work_inside_one_call_runs_out_of_time() {
    for call in [
        "sum(range(10**12))",
        "9 ** 9 ** 9",
        "__import__('re').match('(a+)+b', 'a' * 64)",
    ] {
        Dir::new()
            .python(["--time", "1s", "-c", call])
            .run()
            .code(123);
    }
}

/// The most memory that a process had at once so far, in bytes (proc(5), `VmHWM`).
#[cfg(target_os = "linux")]
fn peak_of(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes << 10)
}

#[cfg(target_os = "linux")]
#[test]
fn a_gigabyte_of_output_is_cut_at_the_limit_and_never_held_by_the_host() {
    let print = "import sys\nline = 'x' * 999_999\nfor _ in range(1000): print(line)\n\
                 print('end', file=sys.stderr)";
    let mut peak = 0;
    let ran = Dir::new()
        .python(["--output", "2MB", "-c", print])
        .run_watched(|process| peak = peak.max(peak_of(process).unwrap_or(0)));
    let ran = ran
        .code(0)
        .complains("end\n")
        .complains("dropped 998000000B of output beyond the limit");
    assert_eq!(ran.stdout.len(), 2_000_000);
    assert!(peak > 0);
    assert!(peak < 300 << 20, "the host's process had {peak} bytes");
}

#[test]
fn output_beyond_the_limit_is_counted_on_each_stream() {
    let limits = Limits {
        output: 10,
        ..Limits::default()
    };
    let outcome = run(
        "import sys; print('x' * 99); print('y' * 49, file=sys.stderr)",
        &limits,
    );
    assert_eq!(outcome.exit, Exit::Exited(0));
    assert_eq!(outcome.stdout.bytes, b"xxxxxxxxxx");
    assert_eq!(outcome.stdout.dropped, 90);
    assert_eq!(outcome.stderr.bytes, b"yyyyyyyyyy");
    assert_eq!(outcome.stderr.dropped, 40);
}

#[test]
fn bytes_in_files_beyond_the_limit_are_refused() {
    let limits = Limits {
        disk: 1 << 20,
        ..Limits::default()
    };
    let fill = "f = open('big', 'wb')\nwhile True: f.write(bytes(100_000))";
    let outcome = run(fill, &limits);
    assert_eq!(outcome.exit, Exit::OutOfDisk(1), "{outcome:?}");
    assert!(outcome.stderr.text().contains("OSError"), "{outcome:?}");
    assert!(outcome.written <= limits.disk, "{outcome:?}");
    // In one call, by a hole, in /tmp, over several files, and beyond what any file can have.
    for fill in [
        "open('big', 'wb').write(bytes(2 << 20))",
        "open('big', 'wb').truncate(2 << 20)",
        "f = open('big', 'wb'); f.seek(2 << 20); f.write(b'x'); f.close()",
        "open('/tmp/big', 'wb').write(bytes(2 << 20))",
        "[open(f'f{i}', 'wb').write(bytes(300_000)) for i in range(4)]",
    ] {
        let outcome = run(fill, &limits);
        assert_eq!(outcome.exit, Exit::OutOfDisk(1), "{fill}: {outcome:?}");
    }
    for fill in [
        "open('big', 'wb').truncate(1 << 40)",
        "f = open('big', 'wb'); f.seek(1 << 62); f.write(b'x'); f.close()",
    ] {
        let outcome = run(fill, &limits);
        assert!(!outcome.exit.success(), "{fill}: {outcome:?}");
        assert!(
            outcome.stderr.text().contains("OSError"),
            "{fill}: {outcome:?}"
        );
    }
}

#[test]
fn disk_that_was_given_back_can_be_used_again() {
    let limits = Limits {
        disk: 1 << 20,
        ..Limits::default()
    };
    let churn = "import os\nfor i in range(10):\n    with open('f', 'wb') as f: f.write(bytes(900_000))\n    \
                 os.remove('f')\nprint('done')";
    let outcome = run(churn, &limits);
    assert_eq!(outcome.exit, Exit::Exited(0), "{outcome:?}");
    assert_eq!(outcome.written, 0);
}

#[test]
fn files_beyond_the_limit_are_refused() {
    let limits = Limits {
        files: 10,
        ..Limits::default()
    };
    for fill in [
        "for i in range(99): open(f'f{i}', 'w').close()",
        "import os\nfor i in range(99): os.mkdir(f'd{i}')",
        "import os\nfor i in range(99): os.symlink('x', f's{i}')",
    ] {
        let outcome = run(fill, &limits);
        assert_eq!(outcome.exit, Exit::OutOfDisk(1), "{fill}: {outcome:?}");
    }
}

#[test]
fn descriptors_beyond_the_limit_are_refused() {
    let limits = Limits {
        descriptors: 16,
        ..Limits::default()
    };
    let hoard = "open('f', 'w').close()\nhoard = []\n\
                 try:\n    while True: hoard.append(open('f'))\n\
                 except OSError as error: print(error.strerror, len(hoard) < 16)\n\
                 del hoard; print(open('f').read() == '')";
    let outcome = run(hoard, &limits);
    assert_eq!(outcome.exit, Exit::Exited(0), "{outcome:?}");
    assert_eq!(
        outcome.stdout.text(),
        "No file descriptors available True\nTrue\n"
    );
}

#[test]
fn a_limit_met_in_one_run_is_forgotten_in_the_next_on_the_same_workspace() {
    let limits = Limits {
        disk: 1 << 20,
        memory: 256 << 20,
        fuel: 2_000_000_000,
        ..Limits::default()
    };
    let mut workspace = Workspace::new();
    workspace
        .mount("/workspace", &Tree::default(), Access::ReadWrite)
        .unwrap();
    for (code, exit) in [
        ("open('a', 'wb').write(bytes(900_000))", Exit::Exited(0)),
        ("open('b', 'wb').write(bytes(900_000))", Exit::Exited(0)),
        (
            "open('c', 'wb').write(bytes(9_000_000))",
            Exit::OutOfDisk(1),
        ),
        ("bytearray(1 << 30)", Exit::OutOfMemory(1)),
        ("while True: pass", Exit::OutOfFuel),
        (
            "import os; os.abort()",
            Exit::Trapped("the interpreter aborted"),
        ),
        ("raise SystemExit(3)", Exit::Exited(3)),
        (
            "import os; print(sorted(os.listdir())); print(os.listdir('/tmp'))",
            Exit::Exited(0),
        ),
    ] {
        let outcome = run_in(&mut workspace, code, &limits);
        assert_eq!(outcome.exit, exit, "{code}: {outcome:?}");
        if exit == Exit::Exited(0) && code.contains("listdir") {
            assert_eq!(outcome.stdout.text(), "['a', 'b', 'c']\n[]\n");
        }
    }
}

#[test]
fn deep_recursion_is_an_error_that_can_be_handled() {
    let deep = "def f(n): return f(n + 1)\n\
                try: f(0)\nexcept RecursionError as error: print(error)";
    Dir::new()
        .python(["-c", deep])
        .run()
        .code(0)
        .prints("maximum recursion depth exceeded\n");
}

#[test]
fn recursion_without_end_is_an_ending_whatever_limit_the_program_sets_itself() {
    for recursion in [
        // Python calling Python.
        "def f(n): return f(n + 1)\nf(0)",
        // Through C each time.
        "class A:\n    def __repr__(self): return repr(self)\nrepr(A())",
        "def f(x): return sorted([1, 2], key=f)\nf(0)",
        // In the parser, in the compiler and in C alone.
        "eval('(' * 100_000 + ')' * 100_000)",
        "compile('-' * 1_000_000 + '1', '', 'eval')",
        "a = []\nfor _ in range(10**6): a = [a]\nrepr(a)",
        "import json; json.loads('[' * 10**6)",
    ] {
        let code =
            format!("import sys\nprint('before')\nsys.setrecursionlimit(10**9)\n{recursion}");
        let ran = Dir::new()
            .python(["--memory", "512MiB", "--fuel", "100G", "-c", &code])
            .run()
            .prints("before\n");
        // An exception, or one of our endings; never a signal, a panic or an error of ours.
        let status = ran.status.code();
        assert!(matches!(status, Some(1 | 121 | 122 | 125 | 126)), "{ran}");
        assert!(!ran.stderr().contains("panicked"), "{ran}");
    }
}

#[test]
fn an_abort_is_a_trap_and_what_was_printed_before_is_kept() {
    let dir = Dir::new();
    dir.python(["-c", "import os; print('before'); os.abort()"])
        .run()
        .code(126)
        .prints("before\n")
        .complains("was stopped by a trap");
    assert_all_is_well(&dir);
}

#[test]
fn writing_into_the_interpreters_own_memory_harms_the_guest_alone() {
    let dir = Dir::new();
    for poke in [
        "import ctypes; ctypes.string_at(0xffff_fff0, 64)",
        "import ctypes; ctypes.memset(0, 0xff, 1 << 24)",
        "import ctypes; ctypes.CFUNCTYPE(None)(12345)()",
    ] {
        let ran = dir.python(["--fuel", "10G", "-c", poke]).run();
        let status = ran.status.code();
        assert!(matches!(status, Some(1 | 121 | 126)), "{ran}");
        assert!(!ran.stderr().contains("panicked"), "{ran}");
    }
    assert_all_is_well(&dir);
}

#[test]
fn runs_side_by_side_do_not_disturb_each_other() {
    let work = "import os, random, time; open('f', 'w').write('x'); \
                print(os.listdir(), random.random(), time.time(), sum(range(10**6)))";
    let outcomes: Vec<Outcome> = thread::scope(|scope| {
        let runs: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| run(work, &Limits::default())))
            .collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    for outcome in &outcomes {
        assert_eq!(outcome.exit, Exit::Exited(0), "{outcome:?}");
        assert_eq!(outcome.stdout, outcomes[0].stdout);
        assert_eq!(outcome.fuel_used, outcomes[0].fuel_used);
        assert_eq!(outcome.peak_memory, outcomes[0].peak_memory);
    }
}
