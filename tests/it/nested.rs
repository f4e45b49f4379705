//! Processes that a program starts share its limits, its files and its streams.

use autoexp::sandbox::{Invocation, Limits, Program};
use autoexp::workspace::Workspace;

use crate::support::{self, Dir};

/// A program that runs `child` with what `options` say, and tells its status.
fn parent(child: &str, options: &str) -> String {
    format!(
        "import subprocess, sys\n\
         print('before')\n\
         ended = subprocess.run([sys.executable, '-c', {child:?}]{options})\n\
         print('after', ended.returncode)"
    )
}

#[test]
fn a_child_that_uses_up_the_fuel_ends_its_parent_too_and_what_it_printed_stays() {
    let child = "print('begun')\nwhile True: pass";
    Dir::new()
        .python(["--fuel", "2G", "-c", &parent(child, "")])
        .run()
        .code(121)
        .prints("before\nbegun\n")
        .complains("ran out of fuel after 2G units");
}

#[test]
fn the_fuel_of_a_child_is_its_parents_and_the_same_each_time() {
    let work = "print(sum(range(10**6)))";
    let fuel = |code: &str| {
        let ran = Dir::new().python(["--stats", "-c", code]).run().code(0);
        let stderr = ran.stderr();
        let (_, rest) = stderr.split_once("fuel ").unwrap();
        rest.split_once(',').unwrap().0.to_owned()
    };
    let nested = parent(work, "");
    assert_eq!(fuel(&nested), fuel(&nested));
    let millions = |fuel: String| fuel.trim_end_matches('M').parse::<f64>().unwrap();
    let (alone, nested) = (millions(fuel(work)), millions(fuel(&nested)));
    assert!(nested > alone, "{nested} with a parent, {alone} alone");
}

#[test]
fn the_memory_of_a_child_and_its_parent_have_one_limit() {
    let child = "b = bytearray(400 << 20)";
    let dir = Dir::new();
    dir.python(["--memory", "1GiB", "-c", &parent(child, "")])
        .run()
        .code(0)
        .prints("before\nafter 0\n");
    let held = format!("held = bytearray(400 << 20)\n{}", parent(child, ""));
    dir.python(["--memory", "1GiB", "-c", &held])
        .run()
        .code(0)
        .prints("before\nafter 1\n")
        .complains("MemoryError");
    let full = format!("held = bytearray(800 << 20)\n{}", parent(child, ""));
    dir.python(["--memory", "1GiB", "-c", &full])
        .run()
        .code(1)
        .complains("too little is left for another process");
}

#[test]
fn processes_nest_only_so_deep() {
    let deep = "import subprocess, sys\n\
                print(sys.argv[1], flush=True)\n\
                subprocess.run([sys.executable, sys.argv[0], str(int(sys.argv[1]) + 1)], check=True)";
    let dir = Dir::new();
    dir.write("deep.py", deep);
    dir.python(["deep.py", "0"])
        .run()
        .code(1)
        .prints("0\n1\n2\n3\n4\n")
        .complains("can't start new process: processes nest no deeper than 4 in this sandbox");
}

#[test]
fn the_wall_clock_ends_a_child_and_its_parent() {
    let ran = Dir::new()
        .python(["--time", "1s", "-c", &parent("while True: pass", "")])
        .run()
        .code(123)
        .prints("before\n");
    assert!(ran.elapsed.as_secs() < 60, "{ran}");
}

#[test]
fn a_child_that_breaks_is_told_by_its_status() {
    let dir = Dir::new();
    for (child, status) in [
        ("import os; os.abort()", "-6"),
        ("import os; os._exit(9)", "9"),
        ("raise KeyboardInterrupt", "130"),
        ("raise MemoryError", "1"),
    ] {
        let code = parent(child, ", stderr=subprocess.DEVNULL");
        dir.python(["-c", &code])
            .run()
            .code(0)
            .prints(&format!("before\nafter {status}\n"))
            .silent();
    }
}

#[test]
fn files_are_one_and_those_that_the_parent_has_open_stay_open() {
    let dir = Dir::new();
    dir.write("kept", "kept");
    let child = "import os; open('made', 'w').write('by the child'); open('log', 'a').write('2'); os.remove('kept')";
    let code = format!(
        "kept, log = open('kept'), open('log', 'w', buffering=1)\n\
         log.write('1\\n'); log.flush()\n{}\n\
         print(open('made').read(), kept.read(), open('log').read().split())",
        parent(child, "")
    );
    dir.python(["--mount", ".:rw", "-c", &code])
        .run()
        .code(0)
        .prints("before\nafter 0\nby the child kept ['1', '2']\n");
    assert_eq!(dir.snapshot(), ["log: 1\n2", "made: by the child"]);
}

#[test]
fn the_clock_of_a_child_goes_on_from_its_parents_and_its_sleep_passes_for_both() {
    let child = "import time; print(round(time.monotonic())); time.sleep(100)";
    let code = format!(
        "import time; time.sleep(50)\n{}\nprint(round(time.monotonic()))",
        parent(child, "")
    );
    Dir::new()
        .python(["-c", &code])
        .run()
        .code(0)
        .prints("before\n50\nafter 0\n150\n");
    let late = parent("import time; time.sleep(100)", ", timeout=10");
    Dir::new()
        .python(["-c", &late])
        .run()
        .code(1)
        .complains("timed out after 10 seconds");
}

#[test]
fn the_limit_on_output_is_one() {
    let code = parent("print('x' * 99)", "");
    let ran = Dir::new()
        .python(["--output", "40B", "-c", &code])
        .run()
        .code(0)
        .complains("dropped");
    assert_eq!(ran.stdout().len(), 40, "{ran}");
}

#[test]
fn a_child_reads_its_parents_input_from_where_it_is() {
    Dir::new()
        .python([
            "-c",
            "import os, subprocess, sys\n\
             print(os.read(0, 4)); subprocess.run([sys.executable, '-c', 'import os; print(os.read(0, 4))'])\n\
             print(os.read(0, 4))",
        ])
        .stdin("one\ntwo\nsix\n")
        .run()
        .code(0)
        .prints("b'one\\n'\nb'two\\n'\nb'six\\n'\n");
}

#[test]
fn many_parents_wait_for_their_children_at_once() {
    let code = parent("print(1)", "");
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                let sandbox = support::sandbox();
                let mut workspace = Workspace::new();
                let program = Program::Command(code.clone());
                let invocation = Invocation {
                    cwd: "/".to_owned(),
                    ..Invocation::new(program)
                };
                let limits = Limits::default();
                let outcome = sandbox.run(&mut workspace, invocation, &limits).unwrap();
                assert_eq!(outcome.stdout.text(), "before\n1\nafter 0\n", "{outcome:?}");
            });
        }
    });
}

#[test]
fn the_runtime_ends_a_frame_that_is_none_with_an_error() {
    Dir::new()
        .python([
            "-c",
            "import _host\n\
             for frame in (b'', b'123', b'\\xff\\xff\\xff\\xff', b'\\x02\\0\\0\\0{}', b'\\x02\\0\\0\\0[]rest'):\n    \
             try: print(_host.call(frame))\n    \
             except OSError as error: print('refused')",
        ])
        .run()
        .code(0)
        .prints(&"refused\n".repeat(5));
}

#[test]
fn what_is_too_long_for_a_child_is_refused() {
    Dir::new()
        .python([
            "-c",
            "import subprocess, sys\n\
             me = [sys.executable, '-c', 'import sys; print(len(sys.stdin.read()))']\n\
             print(subprocess.check_output(me, input='x' * (9 << 20), text=True).strip())\n\
             for args, options in ((['x' * (3 << 20)], {}), ([], {'input': b'x' * (65 << 20)}), ([], {'env': {'A': 'x' * (3 << 20)}})):\n    \
             try: subprocess.run(me + args, **options)\n    \
             except OSError as error: print(error)\n\
             try: subprocess.run([sys.executable, '-c', 'for _ in range(65): print(end=\"x\" * (1 << 20))'], stdout=subprocess.PIPE)\n\
             except OSError as error: print(error)",
        ])
        .run()
        .code(0)
        .prints(
            "9437184\n\
             [Errno 6] can't start new process: its arguments and environment are longer than 2097152 bytes\n\
             [Errno 6] can't start new process: its input is longer than 67108864 bytes; give it a file instead\n\
             [Errno 6] can't start new process: its arguments and environment are longer than 2097152 bytes\n\
             [Errno 22] the process printed more than this sandbox keeps for its parent\n",
        );
}

#[test]
fn streams_go_where_they_are_sent() {
    let code = "import subprocess, sys\n\
        child = [sys.executable, '-c', 'import sys; print(1, flush=True); print(2, file=sys.stderr); print(3)']\n\
        for options in OPTIONS:\n    \
        ended = subprocess.run(child, **options)\n    \
        print(ended.stdout, ended.stderr, flush=True)\n";
    for (options, stdout, stderr) in [
        ("{}", "1\n3\nNone None\n", "2\n"),
        ("dict(stdout=sys.stderr)", "None None\n", "1\n2\n3\n"),
        ("dict(stderr=sys.stdout)", "1\n2\n3\nNone None\n", ""),
        (
            "dict(stdout=sys.stderr, stderr=sys.stdout)",
            "2\nNone None\n",
            "1\n3\n",
        ),
        (
            "dict(stdout=2, stderr=subprocess.STDOUT)",
            "None None\n",
            "1\n2\n3\n",
        ),
        (
            "dict(stdout=subprocess.PIPE, stderr=sys.stdout)",
            "2\nb'1\\n3\\n' None\n",
            "",
        ),
        (
            "dict(stdout=subprocess.PIPE, stderr=subprocess.STDOUT)",
            "b'1\\n2\\n3\\n' None\n",
            "",
        ),
        (
            "dict(stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)",
            "None b'2\\n'\n",
            "",
        ),
        ("dict(capture_output=True, text=True)", "1\n3\n 2\n\n", ""),
    ] {
        let code = code.replace("OPTIONS", &format!("[{options}]"));
        let ran = Dir::new().python(["-c", &code]).run().code(0);
        let told = (ran.stdout(), ran.stderr());
        assert_eq!(told, (stdout.to_owned(), stderr.to_owned()), "{options}");
    }
}

#[test]
fn streams_are_the_parents_again_when_the_child_has_ended() {
    let code = "import subprocess, sys\n\
        for options in ({}, {'stdout': 2, 'stderr': 1}, {'stderr': 1}, {'capture_output': True}):\n    \
        subprocess.run([sys.executable, '-c', 'pass'], **options)\n\
        print('out'); print('err', file=sys.stderr); print(input())";
    let ran = Dir::new().python(["-c", code]).stdin("in\n").run().code(0);
    assert_eq!(
        (ran.stdout(), ran.stderr()),
        ("out\nin\n".into(), "err\n".into())
    );
}
