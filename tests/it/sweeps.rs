//! Grids of settings, configurations from files, and runs in parts.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::paper;
use crate::support::{Dir, Ran};

fn json(ran: &Ran) -> Value {
    serde_json::from_slice(&ran.stdout).unwrap()
}

fn plan(dir: &Dir, args: &[&str]) -> Value {
    let args = [&["eval", "--dry-run", "--json"], args].concat();
    json(&dir.autoexp(args).run().code(0))
}

fn trials(folder: &std::path::Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder.join("trials")).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[test]
fn every_combination_of_settings_is_tried_once_and_nothing_is_run_to_say_so() {
    let dir = Dir::new();
    paper::lay(&dir);
    let all = plan(
        &dir,
        &[
            "--model",
            "nop",
            "--n",
            "1",
            "--strategy",
            "native,react",
            "--tools",
            "aci,bash",
            "--docstring",
            "paper,none",
            "--max-steps",
            "5,5",
        ],
    );
    let all = all["trials"].as_array().unwrap();
    assert_eq!(all.len(), 2 * 2 * 2 * 2);
    let ids: BTreeSet<&str> = all.iter().map(|it| it["trial"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), all.len());
    assert!(!dir.path("runs").exists());
    let told = dir
        .autoexp(["eval", "--dry-run", "--model", "openai/gpt-5", "--n", "1"])
        .without_env("OPENAI_API_KEY")
        .run()
        .code(0)
        .stdout();
    assert!(told.contains("2 trials, 2 of them to be run"), "{told}");
    assert!(told.contains("at most 100 calls"), "{told}");
    assert!(told.contains("about $"), "{told}");
}

#[test]
fn options_come_from_a_file_and_the_command_line_goes_before() {
    let dir = Dir::new();
    paper::lay(&dir);
    dir.write(
        "sweep.toml",
        "model = [\"nop\", \"oracle\"]\nn = [0, 1]\nattempts = 2\nmax-steps = 7\n",
    );
    let all = plan(&dir, &["--config", "sweep.toml"]);
    assert_eq!(all["trials"].as_array().unwrap().len(), 2 * 3 * 2);
    assert_eq!(all["trials"][0]["settings"]["max_steps"], 7);
    let fewer = plan(
        &dir,
        &["--config", "sweep.toml", "--model", "nop", "--n", "0"],
    );
    assert_eq!(fewer["trials"].as_array().unwrap().len(), 2);

    dir.write("wrong.toml", "modle = \"nop\"\n");
    dir.autoexp(["eval", "--config", "wrong.toml"])
        .run()
        .code(2)
        .complains("there is no option modle; did you mean model?");
    dir.autoexp(["eval", "--config", "none.toml"])
        .run()
        .code(2)
        .complains("none.toml");
    let schema = json(&dir.autoexp(["eval", "--config-schema"]).run().code(0));
    assert_eq!(schema["additionalProperties"], false);
    let tools = &schema["properties"]["tools"];
    assert_eq!(
        tools["anyOf"][0]["enum"],
        serde_json::json!(["aci", "bash", "editor"])
    );
    for file in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/configs")).unwrap() {
        let path = file.unwrap().path();
        let path = path.to_str().unwrap();
        let all = plan(&dir, &["--config", path, "--model", "nop", "--n", "1"]);
        assert!(all["missing"].as_u64().unwrap() > 0, "{path}");
    }
}

#[test]
fn parts_of_a_run_come_together_and_another_grid_adds_what_is_missing() {
    let dir = Dir::new();
    paper::lay(&dir);
    let run = |out: &str, more: &[&str]| {
        let args = [
            "eval",
            "--model",
            "nop",
            "--n",
            "0..2",
            "--attempts",
            "3",
            "--out",
            out,
        ];
        dir.autoexp([&args, more].concat()).run().code(0)
    };
    run("one", &["--shard", "1/2"]);
    run("two", &["--shard", "2/2"]);
    let (one, two) = (trials(&dir.path("one")), trials(&dir.path("two")));
    assert!(one.is_disjoint(&two) && !one.is_empty() && !two.is_empty());
    assert_eq!(one.len() + two.len(), 12);
    let missing = dir
        .autoexp(["merge", "one", "--out", "whole"])
        .run()
        .code(1);
    assert_eq!(
        missing.stdout(),
        format!(
            "whole: {} trials taken over, 0 there already, {} missing\n",
            one.len(),
            two.len()
        )
    );
    dir.autoexp(["merge", "one", "two", "--out", "whole"])
        .run()
        .code(0);
    assert_eq!(
        trials(&dir.path("whole")),
        one.union(&two).cloned().collect()
    );
    run("whole", &[]).complains("12 of 12 trials are finished");
    // Several at once into one folder: each trial comes from one of them.
    let taken: usize = std::thread::scope(|scope| {
        let merge = || {
            let args = ["merge", "one", "two", "--out", "again"];
            let told = dir.autoexp(args).run().code(0).stdout();
            let taken = told
                .strip_prefix("again: ")
                .and_then(|it| it.split_once(' '));
            taken.unwrap().0.parse::<usize>().unwrap()
        };
        let all: Vec<_> = (0..4).map(|_| scope.spawn(merge)).collect();
        all.into_iter().map(|one| one.join().unwrap()).sum()
    });
    assert_eq!(taken, 12);
    assert_eq!(trials(&dir.path("again")), trials(&dir.path("whole")));
    assert_eq!(fs::read_dir(dir.path("again/work")).unwrap().count(), 0);

    let wider = [
        "eval",
        "--model",
        "nop",
        "--n",
        "0..2",
        "--attempts",
        "4",
        "--out",
        "whole",
    ];
    dir.autoexp(wider).run().code(2).complains("--extend");
    dir.autoexp([&wider[..], &["--extend"]].concat())
        .run()
        .code(0)
        .complains("ran 4 trials");
    assert_eq!(trials(&dir.path("whole")).len(), 16);
    let counted = |run: &str| {
        let report = ["report", run, "--format", "csv"];
        let csv = dir.autoexp(report).run().code(0).stdout();
        csv.lines().count() - 1
    };
    assert_eq!(counted("whole"), 16);
    // The grid from before is known: giving its command again shows it, and runs nothing.
    run("whole", &[]).complains("12 of 12 trials are finished");
    // Another grid, and none of the trials of the first in it.
    let other = [
        "eval", "--model", "oracle", "--n", "1", "--out", "whole", "--extend",
    ];
    dir.autoexp(other).run().code(0).complains("ran 2 trials");
    assert_eq!(counted("whole"), 18);
    // A part of a run that was extended has all that was extended, too.
    dir.autoexp(["merge", "whole", "--out", "copy"])
        .run()
        .code(0)
        .prints("copy: 18 trials taken over, 0 there already, 0 missing\n");
    assert_eq!(counted("copy"), 18);
    dir.autoexp(["merge", "one", "whole", "--out", "else"])
        .run()
        .code(2)
        .complains("hold parts of different runs");
}
