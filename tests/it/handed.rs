//! Tasks as plain folders: what a person or another tool makes of them is scored like a model's work.

use serde_json::Value;

use crate::paper;
use crate::support::Dir;

const MEAN: &str = "def mean(numbers):\n    return sum(numbers) / len(numbers)\n";
const ANSWER: &str = r#"{"main": {"mean": 7.31, "width": 11.25},
    "table": {"rows": [[2.4375, 3.75], [4.875, 7.5]]}}"#;

fn score(dir: &Dir, code: i32) -> Value {
    let args = ["score", "tiny_0", "work", "--json"];
    let ran = dir.autoexp(args).run().code(code);
    serde_json::from_slice(&ran.stdout).unwrap()
}

#[test]
fn a_task_is_worked_on_in_a_folder_and_scored() {
    let dir = Dir::new();
    paper::lay(&dir);
    let create = ["workspace", "create", "tiny_0", "work"];
    dir.autoexp(create)
        .run()
        .code(0)
        .prints("work: 7 files; start with TASK.md\n");
    dir.autoexp(create)
        .run()
        .code(2)
        .complains("work is there already and not empty");
    assert!(!dir.read("work/PAPER.md").contains("7.3125"));
    let masked = dir.read("work/tiny/means.py");
    assert!(masked.contains("raise NotImplementedError(\"mean\")"));
    insta::assert_snapshot!(dir.read("work/TASK.md").split("## Final answer").last().unwrap(), @r#"


    A JSON object with the experiments' ids, and for each the metrics by name:

        {"main": {"mean": …, "width": …}, "table": {"rows": …}}

    Put it into the file `answer.json` beside this one, then run here

        autoexp score tiny_0 .

    The commands are run again for that, as they stand above, by the Python of `autoexp python`: CPython 3.15 with numpy, scipy, pandas and scikit-learn, without network, threads or subprocesses, where numpy's default integer is 32 bits wide. So `autoexp python run.py` in this folder shows what will count; with `--mount .:rw` before the script, files that it writes are kept.
    "#);

    dir.autoexp(["score", "tiny_0", "work"])
        .run()
        .code(2)
        .complains("answer.json: there is no such file; TASK.md says what belongs into it");
    dir.write("work/answer.json", "[1]");
    dir.autoexp(["score", "tiny_0", "work"])
        .run()
        .code(2)
        .complains("it is no object with an experiment's metrics under each experiment's id");

    // The right numbers without the code.
    dir.write("work/answer.json", ANSWER);
    let found = score(&dir, 1);
    assert_eq!(found["pass"], true, "{found:#}");
    assert_eq!(found["grounded"], false);
    assert_eq!(found["functions"][0]["right"], false);
    let note = found["functions"][0]["note"].as_str().unwrap();
    assert!(note.contains("NotImplementedError"), "{note}");

    // With it, among what tools leave behind.
    let rest = masked.split_once("\n\n\n").unwrap().1;
    dir.write("work/tiny/means.py", format!("{MEAN}\n\n{rest}"));
    dir.write("work/tiny/__pycache__/means.cpython-313.pyc", "old");
    dir.write("work/.git/HEAD", "ref: refs/heads/main");
    let found = score(&dir, 0);
    for check in ["pass", "grounded", "transplanted", "verified"] {
        assert_eq!(found[check], true, "{check}: {found:#}");
    }
    assert_eq!(found["changed"], serde_json::json!([]));
    let mean = &found["functions"][0];
    assert_eq!(mean["right"], true);
    assert_eq!((&mean["compared"], &mean["equal"]), (&3.into(), &3.into()));
    let told = dir.autoexp(["score", "tiny_0", "work"]).run().code(0);
    insta::assert_snapshot!(told.stdout(), @"
    tiny_0
      pass         yes
      grounded     yes
      transplanted yes
      verified     yes
      main: 2 of 2 metrics within tolerance
      table: 1 of 1 metrics within tolerance
      mean: right: yes
    ");

    // Right by half: on some calls only.
    let half = "def mean(numbers):\n    return sum(numbers) / (4 if numbers[0] < 1.2 else 5)\n";
    dir.write("work/tiny/means.py", format!("{half}\n\n{rest}"));
    dir.write("work/notes.txt", "halved");
    let found = score(&dir, 1);
    let mean = &found["functions"][0];
    assert_eq!(mean["right"], false);
    assert_eq!((&mean["compared"], &mean["equal"]), (&3.into(), &2.into()));
    assert_eq!(found["changed"][0]["path"], "notes.txt");
}

#[test]
fn a_function_that_cannot_be_carried_over_is_scored_without_its_calls() {
    let dir = Dir::new();
    paper::lay(&dir);
    let create = ["workspace", "create", "tiny_0", "work"];
    dir.autoexp(create).run().code(0);
    dir.write("work/answer.json", ANSWER);
    dir.write("work/tiny/means.py", "def mean(numbers:\n");
    let found = score(&dir, 1);
    assert_eq!(found["transplanted"], false);
    assert_eq!(found["functions"], serde_json::json!([]));
}
