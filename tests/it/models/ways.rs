//! `autoexp run`, `replay`, `fork` and `report` of trials that don't go step by step from one opening:
//! all at once, with a plan, in several tries.

use std::fs;

use serde_json::{Value, json};

use super::mind::{answer, solve};
use super::{events, outcome, tiny, trials};
use crate::support::{Dir, Ran};

fn said(text: &str) -> Value {
    json!({ "text": text })
}

fn calls(tool: &str, arguments: Value) -> Value {
    json!({"calls": [{"tool": tool, "arguments": arguments}]})
}

/// The steps that solve the task.
fn solution() -> Vec<Value> {
    (0..4)
        .map(|turn| {
            let (tool, arguments) = solve(turn).calls.remove(0);
            calls(tool, arguments)
        })
        .collect()
}

/// A script's file of replies.
fn script(dir: &Dir, name: &str, replies: &[Value]) -> String {
    let lines: String = replies.iter().map(|reply| format!("{reply}\n")).collect();
    dir.write(name, lines);
    format!("script:{name}")
}

/// The trial of a script in `out`, and what was seen of it.
fn run(dir: &Dir, replies: &[Value], settings: &[&str]) -> (String, Ran) {
    let model = script(dir, "replies.jsonl", replies);
    let args = ["run", "tiny_0", "--model", &model, "--out", "out"];
    let ran = dir.autoexp(args.iter().chain(settings)).run().code(0);
    (trials(dir, "trials").remove(0), ran)
}

/// Has it run again, and come out as it was recorded.
#[track_caller]
fn replays(dir: &Dir, place: &str, steps: u32) {
    let ran = dir.autoexp(["replay", place]).run().code(0);
    let expected = format!(": {steps} steps and the outcome as recorded\n");
    assert!(ran.stdout().ends_with(&expected), "{ran}");
}

fn fork(dir: &Dir, trial: &str, at: u32, model: &str, out: &str) -> Ran {
    let at = at.to_string();
    let args = ["fork", trial, "--at", &at, "--model", model, "--out", out];
    dir.autoexp(args).run()
}

/// Forks it, has that be solved, and run again.
#[track_caller]
fn forks(dir: &Dir, trial: &str, at: u32, model: &str, steps: u32) {
    let out = format!("forked-{at}-{}", model.replace([':', '.'], "-"));
    fork(dir, trial, at, model, &out).code(0);
    let folder = fs::read_dir(dir.path(&format!("{out}/trials"))).unwrap();
    let folder = folder.map(|it| it.unwrap().path()).next().unwrap();
    let outcome = fs::read_to_string(folder.join("outcome.json")).unwrap();
    let outcome: Value = serde_json::from_str(&outcome).unwrap();
    assert_eq!(
        (&outcome["verified"], &outcome["steps"]),
        (&json!(true), &json!(steps)),
        "{model} at {at}: {outcome}"
    );
    replays(dir, &out, steps);
}

/// Has another figure in the record be found.
#[track_caller]
fn finds_another_fuel(dir: &Dir, trial: &str, step: u32) {
    let path = format!("{trial}/trajectory.jsonl");
    let trajectory = dir.read(&path);
    let fuel = regex::Regex::new(r#""fuel":[0-9]+"#).unwrap();
    dir.write(&path, fuel.replace(&trajectory, "\"fuel\":7").as_bytes());
    let ran = dir.autoexp(["replay", "out"]).run().code(1);
    let differs = format!("step {step} differs in observations[0].fuel\n  recorded: 7\n");
    assert!(ran.stdout().contains(&differs), "{ran}");
    dir.write(&path, trajectory);
}

/// All bodies at once.
fn block(body: &str) -> Value {
    said(&format!(
        "### tiny/means.py::mean\n```python\ndef mean(numbers):\n    {body}\n```\n"
    ))
}

#[test]
fn one_that_wrote_all_at_once_is_proved_and_gone_on_with() {
    let dir = tiny();
    let replies = [
        said("I would write it so."),
        block("return ("),
        block("return sum(numbers)"),
    ];
    let (trial, _) = run(&dir, &replies, &["--interaction", "fixed"]);
    assert_eq!(outcome(&dir)["failure"], "wrong_number");
    replays(&dir, "out", 3);
    finds_another_fuel(&dir, &trial, 3);
    let right = script(
        &dir,
        "right.jsonl",
        &[block("return sum(numbers) / len(numbers)")],
    );
    forks(&dir, &trial, 1, &right, 2);
    forks(&dir, &trial, 2, "oracle", 3);
    fork(&dir, &trial, 3, "oracle", "forked")
        .code(2)
        .complains("has no step 3 that it went on after; choose one from 1 to 2");

    // What fails is named, and comes again too.
    for (body, failure) in [
        ("return 1 / 0", "crashed"),
        ("return mean(numbers)", "crashed"),
        ("\n    while True: pass", "out_of_fuel"),
        ("return bytes(1 << 30)", "out_of_memory"),
    ] {
        let dir = tiny();
        let (trial, _) = run(&dir, &[block(body)], &["--interaction", "fixed"]);
        let outcome = outcome(&dir);
        assert_eq!(outcome["failure"], failure, "{outcome}");
        assert_eq!(outcome["debugging"]["first_crashed"], true);
        let ran = dir.autoexp(["replay", "out"]).run().code(0);
        assert!(ran.stdout().contains("1 step and the outcome"), "{ran}");
        fork(&dir, &trial, 1, "oracle", "forked")
            .code(2)
            .complains("ended with its first step, so there is nothing to go on from");
    }
}

#[test]
fn one_with_a_plan_is_proved_and_gone_on_with() {
    let dir = tiny();
    let mut replies = vec![
        calls("list_files", json!({"directory": "."})),
        calls("write_plan", json!({"plan": "1. Write it."})),
    ];
    replies.extend(solution());
    let (trial, _) = run(&dir, &replies, &["--strategy", "plan"]);
    assert_eq!(outcome(&dir)["verified"], true);
    replays(&dir, "out", 6);
    finds_another_fuel(&dir, &trial, 4);
    let rest = script(&dir, "rest.jsonl", &solution());
    forks(&dir, &trial, 2, &rest, 6);
    let whole = script(&dir, "whole.jsonl", &replies[1..]);
    forks(&dir, &trial, 1, &whole, 6);
    // A model that only acts begins with a plan and steps of its own.
    for at in [1, 2, 4] {
        forks(&dir, &trial, at, "oracle", at + 6);
    }
}

/// Three tries: one with a run that fails, one that runs out of steps, one that solves it.
fn tries() -> Vec<Value> {
    let (tool, arguments) = solve(1).calls.remove(0);
    let (_, given) = answer().calls.remove(0);
    let look = || calls("list_files", json!({"directory": "."}));
    let mut replies = vec![
        calls(
            "write_file",
            json!({"file_name": "left.txt", "content": "x"}),
        ),
        calls(tool, arguments),
        calls("final_answer", given),
        said("Write the body before you run it."),
        look(),
        look(),
        look(),
        look(),
        said("Look less."),
    ];
    replies.extend(solution());
    replies
}

const REFLEXION: [&str; 4] = ["--strategy", "reflexion", "--max-steps", "4"];

#[test]
fn one_of_several_tries_is_proved_and_gone_on_with() {
    let dir = tiny();
    let (trial, _) = run(&dir, &tries(), &REFLEXION);
    assert_eq!(outcome(&dir)["verified"], true);
    replays(&dir, "out", 11);
    finds_another_fuel(&dir, &trial, 2);
    // From the end of the first try, which is followed by what the other model learns of it.
    let next: Vec<Value> = [said("Start with the body.")]
        .into_iter()
        .chain(solution())
        .collect();
    let next = script(&dir, "next.jsonl", &next);
    forks(&dir, &trial, 3, &next, 7);
    // From within the second, and the third.
    let rest = script(
        &dir,
        "rest.jsonl",
        &[&tries()[5..8], &tries()[8..]].concat(),
    );
    forks(&dir, &trial, 4, &rest, 11);
    let rest = script(&dir, "last.jsonl", &solution()[1..]);
    forks(&dir, &trial, 8, &rest, 11);
}

#[test]
fn several_tries_are_told_apart_wherever_they_are_looked_at() {
    let dir = tiny();
    let (trial, ran) = run(&dir, &tries(), &REFLEXION);
    let seen = ran.stdout();
    assert_eq!(
        seen.matches("to rebuild: tiny/means.py::mean").count(),
        3,
        "{seen}"
    );
    assert_eq!(seen.matches("what was learned\n").count(), 2, "{seen}");
    assert_eq!(seen.matches("another try follows\n").count(), 2, "{seen}");
    // Each try starts with the repository as it was: nothing of it was changed by a call.
    let second = seen.split("what was learned\n").nth(1).unwrap();
    assert!(!second.contains("left.txt"), "{second}");

    let outcome = outcome(&dir);
    assert_eq!(
        outcome["debugging"],
        json!({"runs": 3, "first_crashed": true, "recovered": true}),
    );
    let events = events(&dir);
    let fuel = events
        .iter()
        .filter_map(|event| event["observations"].as_array());
    let fuel: u64 = fuel.flatten().filter_map(|it| it["fuel"].as_u64()).sum();
    assert_eq!(outcome["fuel"], fuel, "of all tries");

    let name = trial.rsplit('/').next().unwrap();
    let report = ["report", "out", "--trial", name, "--out", "page.html"];
    dir.autoexp(report).run().code(0);
    let page = dir.read("page.html");
    for told in [
        "Write the body before you run it.",
        "another try begins, and is told",
        "It ended with an answer, after a run that failed.",
    ] {
        assert!(page.contains(told), "no {told:?} in the page");
    }
}

#[test]
fn first_runs_that_crash_and_what_comes_of_them_are_counted() {
    let dir = tiny();
    let [write, main, table, right] = <[Value; 4]>::try_from(solution()).unwrap();
    let wrong = || {
        calls(
            "final_answer",
            json!({"answer": {"main": {"mean": 1.0, "width": 2.0}}}),
        )
    };
    let other = || {
        let command = json!({"command": "python -c 'raise SystemExit(3)'"});
        calls("command_line", command)
    };
    let scripts = [
        // The first run crashes, since nothing is written; then it runs, and ends right or not.
        (
            "solves",
            vec![
                main.clone(),
                write.clone(),
                main.clone(),
                table.clone(),
                right.clone(),
            ],
        ),
        (
            "recovers",
            vec![main.clone(), write.clone(), main.clone(), wrong()],
        ),
        // It never runs.
        ("fails", vec![table.clone(), main.clone(), wrong()]),
        // Another program's end is none of an experiment's.
        ("at-once", vec![other(), write, main, table, right]),
        ("never", vec![other(), wrong()]),
    ];
    let mut args = vec!["eval".to_owned(), "--json".to_owned()];
    for (name, replies) in &scripts {
        args.extend(["--model".to_owned(), script(&dir, name, replies)]);
    }
    args.extend(
        "--task tiny_0 --attempts 2 --out out"
            .split(' ')
            .map(str::to_owned),
    );
    let ran = dir.autoexp(args).run().code(0);
    let report: Value = serde_json::from_slice(&ran.stdout).unwrap();
    let counts = |attempts: u32, crashed: u32, recovered: u32, solved: u32| json!({"attempts": attempts, "crashed": crashed, "recovered": recovered, "solved": solved});
    assert_eq!(
        report["debugging"],
        json!({
            "script:solves": counts(2, 2, 2, 2),
            "script:recovers": counts(2, 2, 2, 0),
            "script:fails": counts(2, 2, 0, 0),
            "script:at-once": counts(2, 0, 0, 0),
            "script:never": counts(0, 0, 0, 0),
        })
    );
    let rows = report["rows"].as_array().unwrap();
    let row = rows
        .iter()
        .find(|row| row["model"] == "script:recovers")
        .unwrap();
    assert_eq!(
        (
            &row["trial_first_run_crashed"],
            &row["trial_recovered"],
            &row["trial_verified"]
        ),
        (&json!(true), &json!(true), &json!(false))
    );
    let told = dir
        .autoexp(["report", "out", "--format", "json"])
        .run()
        .code(0);
    let told: Value = serde_json::from_slice(&told.stdout).unwrap();
    let of = |label: &str| {
        let all = told["series"].as_array().unwrap();
        let found = all.iter().find(|it| it["label"].as_str() == Some(label));
        found.unwrap_or_else(|| panic!("no {label} in {told}"))["debugging"].clone()
    };
    assert_eq!(
        of("script:recovers"),
        json!({"attempts": 2, "crashed_first": 2, "recovered": 2, "solved": 0})
    );
    assert_eq!(of("script:never"), Value::Null);
}
