//! `autoexp python` as a drop-in `python`.

use std::io::{BufRead, BufReader, Read};

use crate::support::Dir;

#[test]
fn a_script_gets_its_arguments_and_gives_its_exit_code() {
    let dir = Dir::new();
    dir.write(
        "pkg/tool.py",
        "import sys\nprint(sys.argv)\nprint(__name__, __file__)\nsys.exit(len(sys.argv))\n",
    );
    dir.python(["pkg/tool.py", "--an", "option", "-c", "", "two words"])
        .run()
        .code(6)
        .prints("['pkg/tool.py', '--an', 'option', '-c', '', 'two words']\n__main__ /workspace/pkg/tool.py\n")
        .silent();
}

#[test]
fn a_script_by_its_absolute_host_path_is_found_in_the_sandbox() {
    let dir = Dir::new();
    dir.write("a.py", "print(__file__)");
    let script = dir.path("a.py").canonicalize().unwrap();
    dir.python([script])
        .run()
        .code(0)
        .prints("/workspace/a.py\n");
}

#[test]
fn a_script_imports_from_its_own_folder() {
    let dir = Dir::new();
    dir.write("src/helper.py", "ANSWER = 42\n");
    dir.write("src/main.py", "import helper\nprint(helper.ANSWER)\n");
    dir.python(["src/main.py"]).run().code(0).prints("42\n");
}

#[test]
fn a_folder_with_a_main_is_run() {
    let dir = Dir::new();
    dir.write(
        "app/__main__.py",
        "import sys\nprint('app', sys.argv[1:])\n",
    );
    dir.python(["app", "x"]).run().code(0).prints("app ['x']\n");
}

#[test]
fn code_from_the_command_line_is_run() {
    let dir = Dir::new();
    dir.python(["-c", "import sys; print(sys.argv)", "a", "-b"])
        .run()
        .code(0)
        .prints("['-c', 'a', '-b']\n")
        .silent();
}

#[test]
fn a_module_of_the_library_or_of_the_folder_is_run() {
    let dir = Dir::new();
    dir.python(["-m", "json.tool", "--compact"])
        .stdin(r#"{ "a": [1, 2] }"#)
        .run()
        .code(0)
        .prints("{\"a\":[1,2]}\n")
        .silent();
    dir.write("mine/__init__.py", "");
    dir.write(
        "mine/train.py",
        "import sys\nprint(__name__, sys.argv[1:])\n",
    );
    dir.python(["-m", "mine.train", "-x"])
        .run()
        .code(0)
        .prints("__main__ ['-x']\n");
    dir.python(["-m", "nowhere"])
        .run()
        .code(1)
        .complains("No module named nowhere");
}

#[test]
fn the_version_is_told() {
    let dir = Dir::new();
    for option in ["-V", "--version"] {
        let ran = dir.python([option]).run().code(0).silent();
        assert!(ran.stdout().starts_with("Python 3."), "{ran}");
    }
}

#[test]
fn a_program_from_standard_input_is_run() {
    let dir = Dir::new();
    let program = "import sys\nprint(sys.argv)\nprint('é')\n";
    dir.python(["-", "a"])
        .stdin(program)
        .run()
        .code(0)
        .prints("['-', 'a']\né\n");
    // With no arguments and no terminal, as python does.
    dir.python([] as [&str; 0])
        .stdin("print(1 + 1)")
        .run()
        .code(0)
        .prints("2\n");
}

#[test]
fn bytes_pass_through_the_streams_as_they_are() {
    let bytes: Vec<u8> = (0..=255u8).cycle().take(300_000).collect();
    let copy = "import sys, shutil\nshutil.copyfileobj(sys.stdin.buffer, sys.stdout.buffer)";
    let ran = Dir::new().python(["-c", copy]).stdin(bytes.clone()).run();
    let ran = ran.code(0).silent();
    assert!(ran.stdout == bytes, "{} bytes came back", ran.stdout.len());
}

#[test]
fn lines_of_standard_input_are_read_one_by_one() {
    Dir::new()
        .python(["-c", "print(input('? ') + input()); print(input())"])
        .stdin("a\nb\n")
        .run()
        .code(1)
        .prints("? ab\n")
        .complains("EOFError");
}

#[test]
fn text_of_any_language_passes_in_arguments_names_and_output() {
    let dir = Dir::new();
    dir.write(
        "Übung/日本.py",
        "import sys; print(sys.argv[1], open('ñ').read())",
    );
    dir.write("ñ", "🐍");
    dir.python(["Übung/日本.py", "grüße, 'мир' \\ \n 🦀"])
        .run()
        .code(0)
        .prints("grüße, 'мир' \\ \n 🦀 🐍\n");
}

#[test]
fn a_traceback_shows_the_users_lines_and_nothing_of_ours() {
    let dir = Dir::new();
    dir.write(
        "crash.py",
        "def inner(x):\n    return 1 / x\n\n\ndef outer():\n    inner(0)\n\n\nouter()\n",
    );
    let ran = dir.python(["crash.py"]).run().code(1).prints("");
    insta::assert_snapshot!(ran.stderr(), @r#"
    Traceback (most recent call last):
      File "/workspace/crash.py", line 9, in <module>
        outer()
        ~~~~~^^
      File "/workspace/crash.py", line 6, in outer
        inner(0)
        ~~~~~^^^
      File "/workspace/crash.py", line 2, in inner
        return 1 / x
               ~~^~~
    ZeroDivisionError: division by zero
    "#);
    let ran = dir
        .python(["-c", "import json; json.loads('{')"])
        .run()
        .code(1);
    assert!(
        ran.stderr().starts_with(
            "Traceback (most recent call last):\n  File \"<string>\", line 1, in <module>\n"
        ),
        "{ran}"
    );
    assert!(!ran.stderr().contains("autoexp"), "{ran}");
    let ran = dir.python(["-c", "x = ("]).run().code(1);
    insta::assert_snapshot!(ran.stderr(), @r#"
      File "<string>", line 1
        x = (
            ^
    SyntaxError: '(' was never closed
    "#);
}

#[test]
fn every_kind_of_system_exit_gives_the_code_that_python_gives() {
    for (exit, code, says) in [
        ("sys.exit()", 0, ""),
        ("sys.exit(None)", 0, ""),
        ("sys.exit(0)", 0, ""),
        ("sys.exit(True)", 1, ""),
        ("sys.exit(7)", 7, ""),
        ("sys.exit(256 + 3)", 3, ""),
        ("sys.exit(-1)", 255, ""),
        ("sys.exit('so be it')", 1, "so be it\n"),
        ("sys.exit((1, 2))", 1, "(1, 2)\n"),
        ("raise SystemExit", 0, ""),
        ("os._exit(9)", 9, ""),
        ("exit(4)", 4, ""),
    ] {
        let code_line = format!("import os, sys; print('out'); {exit}");
        let ran = Dir::new().python(["-c", &code_line]).run();
        let ran = ran.code(code).prints("out\n");
        assert_eq!(ran.stderr(), says, "{exit}");
    }
}

#[test]
fn what_is_registered_for_the_end_runs_at_the_end() {
    Dir::new()
        .python([
            "-c",
            "import atexit; atexit.register(print, 'bye'); print('hi')",
        ])
        .run()
        .code(0)
        .prints("hi\nbye\n");
}

#[test]
fn a_script_that_is_not_there_is_named_and_ends_with_2() {
    let ran = Dir::new().python(["missing.py", "x"]).run().code(2);
    insta::assert_snapshot!(ran.stderr(), @"python: can't open file '/workspace/missing.py': [Errno 44] No such file or directory");
}

#[test]
fn a_script_outside_the_current_folder_is_refused_with_what_to_do() {
    let (here, elsewhere) = (Dir::new(), Dir::new());
    elsewhere.write("a.py", "print(1)");
    here.python([elsewhere.path("a.py")])
        .run()
        .code(2)
        .complains("the sandbox sees the current directory only")
        .complains("--mount");
}

#[test]
fn options_that_are_not_available_are_refused_by_name() {
    for (args, complaint) in [
        (&["-X", "dev", "-c", "1"][..], "the option -X of python"),
        (&["-c"], "the option -c needs a value"),
        (&["--fuel", "lots", "-c", "1"], "is not an amount of fuel"),
        (&["--memory", "1", "-c", "1"], "is not a size"),
        (&["--mount", "a:b", "-c", "1"], "write HOST, HOST:/GUEST"),
    ] {
        Dir::new().python(args).run().code(2).complains(complaint);
    }
}

#[test]
fn variables_are_passed_only_when_asked_for() {
    let list = "import os; print(sorted(os.environ.items()))";
    let dir = Dir::new();
    let none = dir
        .python(["-c", list])
        .env("CANARY", "host")
        .run()
        .code(0)
        .stdout();
    assert_eq!(
        none,
        "[('HOME', '/tmp'), ('PATH', '/usr/local/bin'), ('TMPDIR', '/tmp')]\n"
    );
    dir.python(["--env", "A=1=2", "--env", "CANARY", "--env", "HOME=", "-c", list])
        .env("CANARY", "host é")
        .run()
        .code(0)
        .prints(
            "[('A', '1=2'), ('CANARY', 'host é'), ('HOME', ''), ('PATH', '/usr/local/bin'), ('TMPDIR', '/tmp')]\n",
        );
    dir.python(["--env", "SURELY_NOT_SET", "-c", list])
        .run()
        .code(2)
        .complains("SURELY_NOT_SET");
}

#[test]
fn the_working_directory_is_the_one_asked_for() {
    let dir = Dir::new();
    dir.write("sub/x", "here");
    let cwd = "import os; print(os.getcwd(), os.listdir())";
    dir.python(["-c", cwd])
        .run()
        .code(0)
        .prints("/workspace ['sub']\n");
    dir.python(["--cwd", "/workspace/sub", "-c", cwd])
        .run()
        .code(0)
        .prints("/workspace/sub ['x']\n");
    dir.python(["--cwd", "/nowhere", "-c", cwd])
        .run()
        .code(2)
        .complains("can't change to the working directory '/nowhere'");
}

#[test]
fn stats_say_what_the_run_used() {
    let ran = Dir::new()
        .python(["--stats", "-c", "open('f', 'w').write('x' * 1024)"])
        .run()
        .code(0);
    let stderr = ran.stderr();
    let line = stderr
        .lines()
        .find(|line| line.starts_with("autoexp: fuel"));
    let line = line.unwrap_or_else(|| panic!("no statistics in\n{ran}"));
    for part in ["peak memory ", "MiB", "written 1.0KiB", "time ", " s"] {
        assert!(line.contains(part), "no {part:?} in {line}");
    }
}

#[test]
fn a_reader_that_goes_away_ends_the_program_without_a_panic() {
    let endless = "i = 0\nwhile True:\n    print(i)\n    i += 1\n";
    let dir = Dir::new();
    let mut child = dir.python(["-c", endless]).start();
    drop(child.stdin.take());
    let mut first = String::new();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut first).unwrap();
    drop(stdout);
    let mut stderr = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut stderr)
        .unwrap();
    assert!(child.wait().unwrap().code().is_some());
    assert_eq!(first, "0\n");
    assert!(stderr.contains("BrokenPipeError"), "{stderr}");
    assert!(!stderr.contains("panicked"), "{stderr}");
}

/// Everything by which a program may tell one moment, machine or process from another.
const TELL: &str = r#"
import os, random, sys, tempfile, time, uuid
print(time.time(), time.monotonic(), time.perf_counter(), time.process_time())
print(time.localtime(), time.tzname)
print(os.urandom(16), random.random(), uuid.uuid4(), uuid.uuid1())
print(hash("a string"), {str(i) for i in range(20)}, os.getpid())
print(os.listdir("/"), os.listdir("."), list(os.environ), tempfile.mkdtemp())
for name in sorted(os.listdir(".")):
    print(os.stat(name))
print(sys.platform, sys.version, os.uname(), os.cpu_count() if hasattr(os, "cpu_count") else None)
import numpy
print(numpy.random.default_rng().random(), numpy.random.rand())
open("made", "w").close()
print(os.stat("made"), id(object()), time.time())
"#;

#[test]
fn the_same_program_prints_the_same_bytes_twice() {
    let told = || {
        let dir = Dir::new();
        for name in ["c", "a", "b"] {
            dir.write(name, name);
        }
        dir.python(["--seed", "5", "-c", TELL])
            .run()
            .code(0)
            .stdout()
    };
    assert_eq!(told(), told());
}

#[test]
fn the_seed_decides_what_unseeded_randomness_gives() {
    let random = "import random, os; print(random.random(), os.urandom(8))";
    let dir = Dir::new();
    let seeded = |seed| {
        dir.python(["--seed", seed, "-c", random])
            .run()
            .code(0)
            .stdout()
    };
    assert_eq!(seeded("1"), seeded("1"));
    assert_ne!(seeded("1"), seeded("2"));
}

#[test]
fn sleeping_takes_no_time_and_passes_the_guests() {
    let ran = Dir::new()
        .python([
            "-c",
            "import time; a = time.time(); b = time.monotonic(); time.sleep(3600); \
             print(int(time.time() - a), int(time.monotonic() - b))",
        ])
        .run()
        .code(0)
        .prints("3600 3600\n");
    assert!(ran.elapsed.as_secs() < 60, "{ran}");
}

#[test]
fn the_scientific_libraries_work() {
    Dir::new()
        .python([
            "-c",
            "import numpy, scipy.linalg, pandas, sklearn.linear_model\n\
             a = numpy.array([[2.0, 0.0], [0.0, 4.0]])\n\
             print(scipy.linalg.det(a), pandas.Series([1, 2, 3]).mean())\n\
             fit = sklearn.linear_model.LinearRegression().fit([[0.0], [1.0]], [1.0, 3.0])\n\
             print(round(fit.coef_[0], 6), round(fit.intercept_, 6))",
        ])
        .run()
        .code(0)
        .prints("8.0 2.0\n2.0 1.0\n")
        .silent();
}
