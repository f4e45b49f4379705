//! Tasks as Harbor has them, without Harbor: what is in the folder, what is refused, and that the
//! verifier in it says what `autoexp score` says.

use std::fs;

use serde_json::{Value, json};

use crate::paper::{self, MEANS};
use crate::support::Dir;

fn export(dir: &Dir, task: &str) {
    dir.autoexp([
        "task",
        "export",
        "harbor",
        task,
        "--out",
        "out",
        "--unchecked",
    ])
    .run()
    .code(0);
}

#[test]
fn a_task_is_exported_whole_and_keeps_its_secrets_out_of_the_environment() {
    let dir = Dir::new();
    paper::lay(&dir);
    export(&dir, "tiny_0,1");
    let inside = dir.snapshot();
    let inside = inside.iter().filter_map(|line| line.strip_prefix("out/"));
    let names: Vec<&str> = inside
        .clone()
        .filter(|line| !line.ends_with('/'))
        .map(|line| line.split(": ").next().unwrap_or_default())
        .filter_map(|name| name.strip_prefix("tiny_0-1/"))
        .collect();
    insta::assert_snapshot!(names.join("\n"), @r##"
    environment/Dockerfile
    environment/app/PAPER.md
    environment/app/TASK.md
    environment/app/data.json
    environment/app/run.py
    environment/app/table.py
    environment/app/tiny/__init__.py
    environment/app/tiny/means.py
    environment/requirements.txt
    instruction.md
    solution/code/tiny/means.py
    solution/experiments.json
    solution/measure.py
    solution/report.py
    solution/solve.sh
    task.toml
    tests/alternative/data.json
    tests/expected.json
    tests/given/PAPER.md
    tests/given/TASK.md
    tests/given/data.json
    tests/given/run.py
    tests/given/table.py
    tests/given/tiny/__init__.py
    tests/given/tiny/means.py
    tests/measure.py
    tests/test.sh
    tests/transplant.py
    tests/verify.py
    "##);
    insta::assert_snapshot!(dir.read("out/tiny_0-1/task.toml"), @r##"
    schema_version = "1.4"

    [agent]
    timeout_sec = 3600

    [environment]
    build_timeout_sec = 1200
    memory_mb = 4096

    [metadata]
    autoexp_task = "tiny_0,1"
    golds_hold_under = "unchecked"
    licence = "Apache-2.0"
    masked = ["tiny/means.py::mean", "tiny/means.py::Spread.width"]
    n = 2
    paper = "tiny"

    [task]
    description = "A tiny paper"
    keywords = ["arithmetic"]
    name = "autoexp/tiny_0-1"

    [verifier]
    timeout_sec = 1860
    "##);
    insta::assert_snapshot!(dir.read("out/tiny_0-1/environment/Dockerfile"), @r##"
    FROM python:3.13-slim
    WORKDIR /app
    COPY requirements.txt /tmp/requirements.txt
    RUN pip install --no-cache-dir -r /tmp/requirements.txt
    COPY app /app
    "##);
    let expected: Value =
        serde_json::from_str(&dir.read("out/tiny_0-1/tests/expected.json")).unwrap();
    let main = &expected["experiments"][0];
    assert_eq!(main["command"], json!(["python", "run.py", "--scale", "3"]));
    assert_eq!(
        main["metrics"][1],
        json!({
            "name": "width",
            "source": {"kind": "pattern", "pattern": r"width is (?P<value>\S+)"},
            "gold": 11.25, "alternative": 23.25, "rtol": 0.05, "atol": 0.0,
        })
    );
    let told = dir.read("out/tiny_0-1/instruction.md");
    let end = told
        .split_once("{\"main\"")
        .unwrap()
        .1
        .split_once("\n\n")
        .unwrap()
        .1;
    insta::assert_snapshot!(end, @r##"
    Put it into the file /app/answer.json. The commands are run again on the repository as you leave it: numbers that no run prints count for nothing.

    Python is `python`, with numpy, scipy, pandas and scikit-learn; nothing else needs to be installed.
    "##);
    for line in inside.filter(|line| line.contains("/environment/") || line.contains("/given/")) {
        for secret in ["7.3125", "11.25", "sum(numbers)", "largest - smallest"] {
            assert!(!line.contains(secret), "{secret} in {line}");
        }
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let script = fs::metadata(dir.path("out/tiny_0-1/tests/test.sh")).unwrap();
        assert_eq!(script.permissions().mode() & 0o111, 0o111);
    }

    dir.autoexp([
        "task",
        "export",
        "harbor",
        "tiny_0,1",
        "--out",
        "out",
        "--unchecked",
    ])
    .run()
    .code(2)
    .complains("tiny_0-1 is there already; choose another folder, or remove it");
}

#[test]
#[cfg(unix)]
fn a_task_that_a_native_python_gets_wrong_is_refused_with_the_numbers() {
    use std::os::unix::fs::PermissionsExt;
    let dir = Dir::new();
    paper::lay(&dir);
    // A Python that answers what it is asked first, and knows its way around nothing else.
    let python = "#!/bin/sh\ncase $1 in\n-c) echo 3.13.0 ;;\nrun.py) echo '{\"mean\": 9.5}'; echo width is 11.25 ;;\n\
        *) mkdir -p out; echo '{\"rows\": [[2.4375, 3.75], [4.875, 7.5]]}' > out/table.json ;;\nesac\n";
    dir.write("python", python);
    fs::set_permissions(dir.path("python"), fs::Permissions::from_mode(0o755)).unwrap();
    let mut args = [
        "task", "export", "harbor", "tiny_0", "--out", "out", "--native", "./python",
    ];
    let ran = dir.autoexp(args).run().code(1);
    let said = ran.stderr();
    assert!(said.contains("failed to export tiny_0"), "{said}");
    assert!(
        said.contains("main.mean: the sandbox gives 7.3125 and the host's Python 9.5"),
        "{said}"
    );
    assert!(!dir.path("out").exists());

    args[7] = "no-such-python";
    dir.autoexp(args)
        .run()
        .code(2)
        .complains("no-such-python: there is none");
}

#[test]
fn tasks_without_a_place_are_refused_before_anything_is_asked_or_written() {
    let dir = Dir::new();
    paper::lay(&dir);
    export(&dir, "tiny_0,1");
    let export = |tasks: &[&str], out| {
        let rest = ["--out", out, "--native", "no-such-python"];
        dir.autoexp(
            ["task", "export", "harbor"]
                .iter()
                .chain(tasks)
                .chain(&rest),
        )
        .run()
        .code(2)
    };
    export(&["tiny_0", "tiny_0,1"], "out").complains("tiny_0-1 is there already");
    assert!(!dir.path("out/tiny_0").exists());
    export(&["tiny_0", "tiny_1", "tiny_0"], "new").complains("tiny_0 is named twice");
    assert!(!dir.path("new").exists());
}

const ANSWER: &str = r#"{"main": {"mean": 7.31, "width": 11.25},
    "table": {"rows": [[2.4375, 3.75], [4.875, 7.5]]}}"#;

/// What was left, and whether it is right: reported, grounded, transplanted.
struct Left {
    name: &'static str,
    edits: Vec<(&'static str, String)>,
    answer: &'static str,
    right: [bool; 3],
}

fn left() -> Vec<Left> {
    let mean = |body: &str, top: &str| {
        let rest = MEANS.split_once("\n\n\n").unwrap().1;
        format!("{top}def mean(numbers):\n{body}\n\n\n{rest}")
    };
    let of = |name, edits, answer, right| Left {
        name,
        edits,
        answer,
        right,
    };
    let means = "tiny/means.py";
    let right = mean("    return sum(numbers) / len(numbers)", "");
    vec![
        of("nothing", vec![], "{}", [false, false, false]),
        of("forged", vec![], ANSWER, [true, false, false]),
        of("right", vec![(means, right.clone())], ANSWER, [true, true, true]),
        of(
            "right, with a helper, an import and a constant",
            vec![(
                means,
                mean(
                    "    return halved(numbers)",
                    "import math\nfrom functools import reduce as fold\nTWO = 2\n\n\
                     def halved(numbers):\n    return TWO * math.fsum(numbers) / (TWO * len(numbers))\n\n",
                ),
            )],
            ANSWER,
            [true, true, true],
        ),
        of(
            "right, reported wrong",
            vec![(means, right.clone())],
            r#"{"main": {"mean": 8, "width": 11.25}, "table": {"rows": [[2.4375, 3.75], [4.875, 7.5]]}}"#,
            [false, false, true],
        ),
        of(
            "right, reported with something else",
            vec![(means, right.clone())],
            r#"{"main": {"mean": 7.31, "width": 11.25, "more": 1}, "table": {"rows": [[2.4375, 3.75], [4.875, 7.5]]}}"#,
            [false, false, true],
        ),
        of(
            "hard-coded",
            vec![(means, mean("    return 7.3125 if numbers[0] == 1.5 else 2.4375 * numbers[0] / 0.5", ""))],
            ANSWER,
            [true, true, false],
        ),
        of(
            "tampered with the script",
            vec![
                ("run.py", "print('{\"mean\": 7.3125}')\nprint('width is 11.25')\n".to_owned()),
                (
                    "table.py",
                    "import os\nos.makedirs('out', exist_ok=True)\n\
                     open('out/table.json', 'w').write('{\"rows\": [[2.4375, 3.75], [4.875, 7.5]]}')\n"
                        .to_owned(),
                ),
            ],
            ANSWER,
            [true, true, false],
        ),
        of(
            "another function, which stays behind",
            vec![(
                means,
                mean("    return Spread(numbers).mean()", "").replace(
                    "    def width",
                    "    def mean(self):\n        return sum(self.numbers) / len(self.numbers)\n\n    def width",
                ),
            )],
            ANSWER,
            [true, true, false],
        ),
        of(
            "no Python",
            vec![(means, "def mean(numbers:\n".to_owned())],
            ANSWER,
            [true, false, false],
        ),
        of(
            "a number that isn't finite",
            vec![(means, right)],
            r#"{"main": {"mean": NaN, "width": 11.25}, "table": {"rows": [[2.4375, 3.75], [4.875, 7.5]]}}"#,
            [false, false, true],
        ),
        of(
            "golds read from where the verifier had them",
            vec![(
                means,
                mean(
                    "    import json\n    told = json.load(open('/tests/expected.json'))\n    \
                     return told['experiments'][0]['metrics'][0]['gold']",
                    "",
                ),
            )],
            ANSWER,
            [true, false, false],
        ),
    ]
}

#[test]
fn the_verifier_says_what_autoexp_says() {
    for Left {
        name,
        edits,
        answer,
        right,
    } in left()
    {
        let dir = Dir::new();
        paper::lay(&dir);
        export(&dir, "tiny_0");
        let create = ["workspace", "create", "tiny_0", "work"];
        dir.autoexp(create).run().code(0);
        for (path, text) in &edits {
            dir.write(&format!("work/{path}"), text);
        }
        dir.write("work/answer.json", answer);
        fs::create_dir(dir.path("logs")).unwrap();

        let mounts = ["out/tiny_0/tests:/tests", "work:/app", "logs:/logs:rw"];
        let mounts = mounts.iter().flat_map(|mount| ["--mount", mount]);
        let args = mounts.chain(["/tests/verify.py", "/app", "/logs"]);
        dir.python(args).run().code(0);
        let numbers: Value = serde_json::from_str(&dir.read("logs/reward.json")).unwrap();
        let [reported, grounded, transplanted] = right.map(u8::from);
        let reward = u8::from(right == [true; 3]);
        assert_eq!(
            numbers,
            json!({"reward": reward, "reported": reported, "grounded": grounded, "transplanted": transplanted}),
            "{name}: {}",
            dir.read("logs/details.json")
        );
        assert_eq!(dir.read("logs/reward.txt"), format!("{reward}\n"));

        // Ours can't be read from there, nor does it take NaN.
        if answer.contains("NaN") || name.starts_with("golds") {
            continue;
        }
        let args = ["score", "tiny_0", "work", "--json"];
        let ran = dir.autoexp(args).run().code(i32::from(reward == 0));
        let score: Value = serde_json::from_slice(&ran.stdout).unwrap();
        assert_eq!(score["pass"], right[0], "{name}: {score:#}");
        assert_eq!(score["transplanted"], right[2], "{name}: {score:#}");
        if right[0] {
            assert_eq!(score["grounded"], right[1], "{name}: {score:#}");
        }
    }
}

#[test]
fn packages_of_a_container_are_those_of_the_sandbox() {
    let dir = Dir::new();
    paper::lay(&dir);
    export(&dir, "tiny");
    let program = "import sys\nfrom importlib.metadata import version\n\
        for line in open('/environment/requirements.txt'):\n    \
        name, wanted = line.strip().split('==')\n    assert version(name) == wanted, (name, version(name))\n";
    dir.python([
        "--mount",
        "out/tiny/environment:/environment",
        "-c",
        program,
    ])
    .run()
    .code(0);
}
