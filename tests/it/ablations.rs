//! What is kept from a model, and how that names a trial.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::paper;
use crate::support::Dir;

/// The tiny paper, with READMEs that tell everything.
fn tiny() -> Dir {
    let dir = Dir::new();
    paper::lay_with(
        &dir,
        "\"Run it and report mean and width.\"",
        "\"Run `python run.py --scale 3` and report mean and width.\"",
    );
    for name in ["README.md", "tiny/readme.txt"] {
        dir.write(&format!("tasks/tiny/code/{name}"), "Run run.py.\n");
    }
    paper::keep_measured(&dir);
    dir
}

/// Runs a model that lists the repository's files and reads its task; gives `trial.json`, and what
/// it was shown.
fn shown(dir: &Dir, out: &str, settings: &[&str]) -> (Value, String) {
    let calls = [
        json!({"tool": "list_files", "arguments": {"directory": "."}}),
        json!({"tool": "read_file", "arguments": {"file_name": "TASK.md"}}),
        json!({"tool": "final_answer", "arguments": {"answer": {}}}),
    ];
    let lines = calls.map(|call| json!({"calls": [call]}).to_string());
    dir.write("script", lines.join("\n"));
    let eval = [
        "eval",
        "--model",
        "script:script",
        "--task",
        "tiny_0",
        "--out",
        out,
    ];
    dir.autoexp(eval.iter().chain(settings)).run().code(0);
    let trial = std::fs::read_dir(dir.path(&format!("{out}/trials")))
        .unwrap()
        .next();
    let trial = trial.unwrap().unwrap();
    let read = |file| std::fs::read_to_string(trial.path().join(file)).unwrap();
    let spec = serde_json::from_str(&read("trial.json")).unwrap();
    (spec, read("trajectory.jsonl"))
}

#[test]
fn what_is_withheld_is_nowhere_to_be_found_and_names_the_trial() {
    let dir = tiny();
    let (spec, all) = shown(&dir, "all", &[]);
    for part in ["PAPER.md", "README.md", "readme.txt", "run.py --scale 3"] {
        assert!(all.contains(part), "{part}");
    }
    // Settings as they were before there was a choice stand as they stood.
    let kept: BTreeSet<&String> = spec["settings"].as_object().unwrap().keys().collect();
    let as_before = ["docstring", "max_steps", "tools"].map(str::to_owned);
    assert_eq!(kept, as_before.iter().collect());

    let cases: [(&[&str], &str, &[&str]); 4] = [
        (&["--paper", "none"], "paper", &["PAPER.md"]),
        (&["--command", "withheld"], "command", &["run.py --scale 3"]),
        (
            &["--readme", "removed"],
            "readme",
            &["README.md", "readme.txt"],
        ),
        (
            &[
                "--paper",
                "none",
                "--command",
                "withheld",
                "--readme",
                "removed",
            ],
            "paper",
            &["PAPER.md", "run.py --scale 3", "README.md", "readme.txt"],
        ),
    ];
    let mut digests = BTreeSet::from([spec["digests"]["workspace"].to_string()]);
    for (number, (settings, name, gone)) in cases.into_iter().enumerate() {
        let (spec, shown) = shown(&dir, &format!("out{number}"), settings);
        for part in gone {
            assert!(!shown.contains(part), "{settings:?}: {part} in {shown}");
        }
        assert_eq!(spec["settings"][name], settings[1]);
        assert!(digests.insert(spec["digests"]["workspace"].to_string()));
    }
}

#[test]
fn the_oracle_needs_nothing_of_what_is_withheld() {
    let dir = tiny();
    let eval = [
        "eval",
        "--model",
        "oracle",
        "--task",
        "tiny_0,1",
        "--json",
        "--paper",
        "none",
        "--command",
        "withheld",
        "--readme",
        "removed",
        "--docstring",
        "none",
    ];
    let ran = dir.autoexp(eval).run().code(0);
    let report: Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert_eq!(report["rows"][0]["trial_verified"], true, "{report}");
}
