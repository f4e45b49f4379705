//! Floods, and what terminals take for commands.

use autoexp::sandbox::{Exit, Limits};

use super::{Case, DONE, check, run, tight};
use crate::support::Dir;

#[test]
fn floods_are_cut_and_counted() {
    let limits = Limits {
        fuel: 20_000_000_000,
        ..tight()
    };
    for (name, code, stdout, stderr) in [
        (
            "one line",
            "import sys\nx = 'x' * (1 << 20)\nfor _ in range(3000): sys.stdout.write(x)",
            3000u64 << 20,
            0u64,
        ),
        (
            "on both streams",
            "import os\nx = bytes(1 << 20)\nfor _ in range(300): os.write(1, x); os.write(2, x)",
            300 << 20,
            300 << 20,
        ),
        (
            "small pieces",
            "import os\nfor _ in range(200_000): os.write(2, b'\\xff\\0\\x1b[2J\\r\\n')",
            0,
            1_600_000,
        ),
    ] {
        let outcome = run(code, &limits);
        assert_eq!(outcome.exit, DONE, "{name}: {:?}", outcome.stderr.text());
        assert!(outcome.stdout.bytes.len() as u64 <= limits.output, "{name}");
        let of = |printed: &autoexp::sandbox::Printed| printed.bytes.len() as u64 + printed.dropped;
        let told = (of(&outcome.stdout), of(&outcome.stderr));
        assert_eq!(told, (stdout, stderr), "{name}");
        super::assert_all_is_well(name);
    }
}

#[test]
fn printing_for_ever_runs_out_of_fuel() {
    let cases: [Case; 2] = [
        (
            "for ever",
            "while True: print('x')",
            Exit::OutOfFuel,
            "x\nx\n",
        ),
        (
            "nothing, for ever",
            "import os\nwhile True: os.write(1, b'')",
            Exit::OutOfFuel,
            "",
        ),
    ];
    let limits = Limits {
        fuel: 1_000_000_000,
        ..tight()
    };
    check(&cases, &limits);
}

#[test]
fn bytes_of_every_kind_come_through_as_they_are() {
    let ran = Dir::new()
        .python([
            "-c",
            "import os; os.write(1, bytes(range(256)) + b'\\xed\\xa0\\x80')",
        ])
        .run()
        .code(0);
    let expected: Vec<u8> = (0..=255).chain(*b"\xed\xa0\x80").collect();
    assert_eq!(ran.stdout, expected);
}

#[test]
fn names_of_files_are_shown_so_that_no_terminal_obeys_them() {
    let dir = Dir::new();
    let code = "import os\n\
                for name in 'a\\x1b[2J', 'b\\nautoexp: all is well', 'c\\r\\x07\\x7f\\x9b1m', 'd\\u202ecod', 'é ü': open(name, 'w').close()";
    let ran = dir.python(["-c", code]).run().code(0);
    let said = ran.stderr();
    assert!(
        said.chars().all(|it| it == '\n' || !it.is_control()),
        "{said:?}"
    );
    for shown in [
        "+ a\\u{1b}[2J\n",
        "+ b\\nautoexp: all is well\n",
        "+ c\\r\\u{7}\\u{7f}\\u{9b}1m\n",
        "+ d\\u{202e}cod\n",
        "+ é ü\n",
    ] {
        assert!(said.contains(shown), "no {shown:?} in {said:?}");
    }
    // What is left out of a folder is named too.
    let made = std::process::Command::new("mkfifo")
        .arg(dir.path("p\x1b[31m"))
        .status();
    assert!(made.unwrap().success());
    let ran = dir.python(["-c", "import os; os.listdir()"]).run().code(0);
    assert!(
        ran.stderr().contains("left out /workspace/p\\u{1b}[31m: "),
        "{:?}",
        ran.stderr()
    );
}

#[test]
fn much_of_everything_that_is_given_is_taken_or_refused_by_name() {
    let dir = Dir::new();
    let long = "x".repeat(100_000);
    let mut args = vec![
        "-c",
        "import sys; print(len(sys.argv), sum(map(len, sys.argv)))",
    ];
    args.extend(std::iter::repeat_n(long.as_str(), 15));
    dir.python(&args).run().code(0).prints("16 1500002\n");
    let mut args = Vec::new();
    let variables: Vec<String> = (0..1000)
        .map(|it| format!("V{it}={}", "v".repeat(1000)))
        .collect();
    for variable in &variables {
        args.extend(["--env", variable]);
    }
    args.extend([
        "-c",
        "import os; print(sum(len(os.environ[f'V{i}']) for i in range(1000)))",
    ]);
    dir.python(&args).run().code(0).prints("1000000\n");
    dir.python(["-c", "import sys; print(len(sys.stdin.buffer.read()))"])
        .stdin(vec![0xff; 50 << 20])
        .run()
        .code(0)
        .prints("52428800\n");
    dir.python([
        "--memory",
        "200MiB",
        "-c",
        "import sys; print(len(sys.stdin.buffer.read()))",
    ])
    .stdin(vec![0xff; 200 << 20])
    .run()
    .code(122)
    .complains("MemoryError");
    dir.python(["-"])
        .stdin("(".repeat(1_000_000))
        .run()
        .code(1)
        .complains("MemoryError: Parser stack overflowed");
    dir.python(["-"])
        .stdin(vec![0xff; 99])
        .run()
        .code(1)
        .complains("SyntaxError");
    dir.python(["-c", "print(1)\n"])
        .env("X", "\u{1b}")
        .run()
        .code(0)
        .prints("1\n");
}
