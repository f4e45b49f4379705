//! The ways in which models go from step to step.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::paper;
use crate::support::Dir;

fn tiny() -> Dir {
    let dir = Dir::new();
    paper::lay(&dir);
    dir
}

/// What came of a script's trial at the first function of the tiny paper: the outcome and the events.
fn played(replies: &[Value], settings: &[&str]) -> (Value, Vec<Value>) {
    let dir = tiny();
    let lines: Vec<String> = replies.iter().map(Value::to_string).collect();
    dir.write("script", lines.join("\n"));
    let eval = [
        "eval",
        "--model",
        "script:script",
        "--task",
        "tiny_0",
        "--out",
        "out",
    ];
    dir.autoexp(eval.iter().chain(settings)).run().code(0);
    let trial = std::fs::read_dir(dir.path("out/trials")).unwrap().next();
    let trial = trial.unwrap().unwrap();
    let read = |file| std::fs::read_to_string(trial.path().join(file)).unwrap();
    let events = read("trajectory.jsonl");
    let events = events
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    (
        serde_json::from_str(&read("outcome.json")).unwrap(),
        events.collect(),
    )
}

/// The observations of each step.
fn observations(events: &[Value]) -> Vec<Vec<Value>> {
    let observed = events.iter().filter(|event| event["event"] == "observed");
    observed
        .map(|event| event["observations"].as_array().unwrap().clone())
        .collect()
}

fn said(text: &str) -> Value {
    json!({ "text": text })
}

fn acted(fields: &str, tool: &str, arguments: &Value) -> Value {
    let action = json!({"tool": tool, "arguments": arguments});
    said(&format!("{fields}\nAction: {action}"))
}

/// The calls that solve the task.
fn solution() -> Vec<(&'static str, Value)> {
    let run = |args: Value| ("execute_python_script", args);
    vec![
        (
            "write_file",
            json!({"file_name": "tiny/means.py", "content": paper::MEANS}),
        ),
        run(json!({"file_name": "run.py", "arguments": ["--scale", "3"]})),
        run(json!({"file_name": "table.py"})),
        (
            "final_answer",
            json!({"answer": {
                "main": {"mean": 7.3125, "width": 11.25},
                "table": {"rows": [[2.4375, 3.75], [4.875, 7.5]]},
            }}),
        ),
    ]
}

const FOUR: &str = "Reflection: r\nResearch Plan and Status: p\nFact Check: f\nThought: t";

#[test]
fn a_task_is_solved_by_calls_written_as_text() {
    for (strategy, fields) in [("react", "Thought: t"), ("four-field", FOUR)] {
        let calls = solution();
        let replies: Vec<Value> = calls
            .iter()
            .map(|(tool, arguments)| acted(fields, tool, arguments))
            .collect();
        let (outcome, events) = played(&replies, &["--strategy", strategy]);
        assert_eq!(outcome["verified"], true, "{strategy}: {outcome}");
        assert_eq!(outcome["corrections"], 0);
        assert_eq!(events[0]["tools"], json!([]), "no tools by the protocol");
        for (observed, (tool, arguments)) in observations(&events).iter().zip(&calls).take(3) {
            let [observed] = &observed[..] else {
                panic!("{observed:?}")
            };
            assert!(observed["call"].is_null(), "answered by a message");
            assert_eq!(observed["read"]["tool"], *tool);
            assert_eq!(&observed["read"]["arguments"], arguments);
        }
    }
}

#[test]
fn what_is_malformed_is_corrected_counted_and_bounded() {
    let calls = solution();
    let right = |at: usize| acted("Thought: t", calls[at].0, &calls[at].1);
    let twice = format!(
        "{}\n{}",
        right(1)["text"].as_str().unwrap(),
        right(2)["text"].as_str().unwrap()
    );
    let replies = [
        said("I would rather talk about it."),
        said("Action: {\"tool\": \"list_files\", \"arguments\": {\"directory\": \".\"}}"),
        right(0),
        said(&twice),
        said("Thought: t\nAction: list_files"),
        right(1),
        right(2),
        json!({"text": "By the protocol.", "calls": [{"tool": "read_file"}, {"tool": "list_files"}]}),
        acted("Thought: t", "no_such_tool", &json!({})),
        right(3),
    ];
    let (outcome, events) = played(&replies, &["--strategy", "react"]);
    assert_eq!(
        (
            &outcome["verified"],
            &outcome["corrections"],
            &outcome["steps"]
        ),
        (&json!(true), &json!(6), &json!(10)),
        "{outcome}"
    );
    let observed = observations(&events);
    let told = |step: usize| observed[step - 1][0]["text"].as_str().unwrap();
    for (step, part) in [
        (1, "Your reply has no Action"),
        (2, "Your reply has no Thought"),
        (4, "Your reply has 2 Actions"),
        (5, "can't be read (there is no JSON object)"),
        (8, "Your reply has no Action"),
        (9, "there is no tool \"no_such_tool\""),
    ] {
        assert!(told(step).contains(part), "{step}: {}", told(step));
    }
    // Each call by the protocol has its result all the same.
    let ids: Vec<&Value> = observed[7].iter().map(|it| &it["call"]).collect();
    assert_eq!(ids, ["call-8-1", "call-8-2"]);

    let talk: Vec<Value> = (0..9).map(|_| said("No.")).collect();
    let (outcome, _) = played(&talk, &["--strategy", "four-field"]);
    assert_eq!(
        outcome["ending"],
        json!({"kind": "no_valid_call", "replies": 3})
    );
    assert_eq!(outcome["corrections"], 3);
}

#[test]
fn a_plan_comes_first_stays_in_sight_and_can_be_revised() {
    let call =
        |tool: &str, arguments: Value| json!({"calls": [{"tool": tool, "arguments": arguments}]});
    let look = || call("list_files", json!({"directory": "."}));
    let mut replies = vec![
        look(),
        call(
            "write_plan",
            json!({"plan": "1. Look around.\n2. Write it."}),
        ),
        look(),
        look(),
        call("write_plan", json!({"plan": "2. Write it, at last."})),
    ];
    replies.extend(
        solution()
            .into_iter()
            .map(|(tool, arguments)| call(tool, arguments)),
    );
    let (outcome, events) = played(&replies, &["--strategy", "plan", "--history", "window:1"]);
    assert_eq!(outcome["verified"], true, "{outcome}");
    assert_eq!(outcome["corrections"], 1);
    let observed = observations(&events);
    let told = observed[0][0]["text"].as_str().unwrap();
    assert!(told.starts_with("error: there is no plan yet"), "{told}");
    // The task with the plan beside it, as it was sent last.
    let sent = |step: u64| {
        let of_step = |event: &&Value| event["event"] == "reply" && event["step"] == step;
        let event = events.iter().find(of_step).unwrap();
        let messages = event["request"]["messages"].as_array();
        let first = messages.and_then(|messages| messages.first());
        let text = first.and_then(|message| message["text"].as_str());
        text.unwrap_or_default().to_owned()
    };
    assert!(!sent(2).contains("Your plan"));
    let plan = "Your plan, as you last wrote it:\n\n";
    for (step, text) in [
        (3, "1. Look around.\n2. Write it."),
        (5, "1. Look around.\n2. Write it."),
        (6, "2. Write it, at last."),
        (9, "2. Write it, at last."),
    ] {
        assert!(
            sent(step).ends_with(&format!("{plan}{text}")),
            "{step}: {}",
            sent(step)
        );
    }
}

#[test]
fn another_try_starts_anew_with_what_was_noted_and_no_word_of_a_score() {
    let call =
        |tool: &str, arguments: Value| json!({"calls": [{"tool": tool, "arguments": arguments}]});
    let run = || {
        call(
            "execute_python_script",
            json!({"file_name": "run.py", "arguments": ["--scale", "3"]}),
        )
    };
    let answer = || {
        call(
            "final_answer",
            json!({"answer": {"main": {"mean": 1.0, "width": 1.0}}}),
        )
    };
    let mut replies = vec![
        // The run fails, since nothing is written.
        call(
            "write_file",
            json!({"file_name": "left.txt", "content": "x"}),
        ),
        run(),
        answer(),
        said("Write the body before you run it."),
        // The second runs out of steps, and has nothing to say of it.
        call("list_files", json!({"directory": "."})),
        call("list_files", json!({"directory": "."})),
        call("list_files", json!({"directory": "."})),
        call("list_files", json!({"directory": "."})),
        said(""),
    ];
    replies.extend(
        solution()
            .into_iter()
            .map(|(tool, arguments)| call(tool, arguments)),
    );
    let settings = ["--strategy", "reflexion", "--max-steps", "4"];
    let (outcome, events) = played(&replies, &settings);
    assert_eq!(outcome["verified"], true, "{outcome}");
    assert_eq!(outcome["steps"], 11);

    let kinds: Vec<&str> = events
        .iter()
        .filter_map(|event| event["purpose"].as_str().or(event["event"].as_str()))
        .filter(|kind| !["reply", "observed"].contains(kind))
        .collect();
    let between = ["tried", "reflection", "started"];
    let expected = ["started"].iter().chain(&between).chain(&between);
    assert_eq!(
        kinds,
        expected.chain(&["ended"]).copied().collect::<Vec<_>>()
    );
    let started: Vec<&str> = events
        .iter()
        .filter(|event| event["event"] == "started")
        .map(|event| event["messages"][1]["text"].as_str().unwrap())
        .collect();
    assert!(!started[0].contains("Earlier tries"));
    assert_eq!(
        started[2].split_once("## Earlier tries").unwrap().1.trim(),
        "You tried this before, from the same start. Nothing of what you changed then is there any \
         more.\n\n### Try 1\n\nIt ended with an answer, after a run that failed.\n\nYou noted:\n\n\
         Write the body before you run it.\n\n### Try 2\n\nIt ended without an answer: all steps \
         were used."
    );
    let listed = &observations(&events)[3][0]["text"];
    assert!(!listed.as_str().unwrap().contains("left.txt"), "{listed}");

    // One that answers after a run that ended well needs no other.
    let replies: Vec<Value> = solution()
        .into_iter()
        .map(|(tool, arguments)| call(tool, arguments))
        .collect();
    let (outcome, _) = played(&replies, &settings);
    assert_eq!(
        (&outcome["verified"], &outcome["steps"]),
        (&json!(true), &json!(4))
    );
    // All tries together have one budget.
    let eval = [
        "eval",
        "--model",
        "nop",
        "--task",
        "tiny_0",
        "--strategy",
        "reflexion",
    ];
    let dir = tiny();
    dir.autoexp(eval.iter().chain(&["--out", "out", "--max-steps", "1"]))
        .run()
        .code(0);
    let trial = std::fs::read_dir(dir.path("out/trials"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    let outcome = std::fs::read_to_string(trial.path().join("outcome.json")).unwrap();
    let outcome: Value = serde_json::from_str(&outcome).unwrap();
    assert_eq!(outcome["steps"], 3, "three tries of one step");
}

/// Whether each trial of a simulated model is verified, by task and attempt.
fn simulated(dir: &Dir, settings: &[&str]) -> BTreeMap<String, bool> {
    let eval = [
        "eval",
        "--json",
        "--model",
        "sim:0.6",
        "--n",
        "1..2",
        "--attempts",
        "12",
    ];
    let ran = dir.autoexp(eval.iter().chain(settings)).run().code(0);
    let report: Value = serde_json::from_slice(&ran.stdout).unwrap();
    let rows = report["rows"].as_array().unwrap().iter();
    rows.map(|row| {
        let trial = row["trial"].as_str().unwrap();
        let (name, _hash) = trial.rsplit_once('.').unwrap();
        (name.to_owned(), row["trial_verified"] == true)
    })
    .collect()
}

#[test]
fn all_functions_are_written_in_one_reply_run_and_read_without_a_word_of_it() {
    let dir = tiny();
    let eval = [
        "eval",
        "--model",
        "oracle",
        "--n",
        "0..2",
        "--interaction",
        "fixed",
        "--json",
    ];
    let ran = dir.autoexp(eval).run().code(0);
    let report: Value = serde_json::from_slice(&ran.stdout).unwrap();
    let rows = report["rows"].as_array().unwrap();
    let masked: Vec<&Value> = rows.iter().map(|row| &row["n"]).collect();
    assert!(
        masked.contains(&&json!(0)) && masked.contains(&&json!(2)),
        "{masked:?}"
    );
    for row in rows {
        assert_eq!(row["trial_verified"], true, "{row}");
        assert_eq!(row["trial_fuel"].as_u64().map(|fuel| fuel > 0), Some(true));
    }

    let block = |body: &str| {
        format!("### tiny/means.py::mean\n```python\ndef mean(numbers):\n    {body}\n```\n")
    };
    let fixed = ["--interaction", "fixed"];
    // What lacks a function, or is no Python, is corrected; what is wrong isn't.
    let replies = [
        said("I would write it so."),
        said(&block("return (")),
        said(&block("return sum(numbers)")),
    ];
    let (outcome, events) = played(&replies, &fixed);
    assert_eq!(
        (
            &outcome["steps"],
            &outcome["corrections"],
            &outcome["failure"]
        ),
        (&json!(3), &json!(2), &json!("wrong_number")),
        "{outcome}"
    );
    let observed = observations(&events);
    let told = |step: usize| observed[step][0]["text"].as_str().unwrap();
    assert!(
        told(0).contains("no block of code for tiny/means.py::mean"),
        "{}",
        told(0)
    );
    assert!(
        told(1).contains("what was written of mean can't be read"),
        "{}",
        told(1)
    );
    assert_eq!(observed[2][0]["exit"], "exited");

    // What crashes is told to nobody either.
    let (outcome, events) = played(&[said(&block("return 1 / 0"))], &fixed);
    assert_eq!(
        (&outcome["steps"], &outcome["failure"]),
        (&json!(1), &json!("crashed"))
    );
    let asked = events.iter().filter(|event| event["event"] == "reply");
    assert_eq!(asked.count(), 1);

    let eval = ["eval", "--interaction", "fixed", "--strategy", "react"];
    tiny()
        .autoexp(eval)
        .run()
        .code(2)
        .complains("a fixed interaction has no steps");
}

#[test]
fn a_simulated_model_passes_the_same_trials_however_it_is_asked() {
    let dir = tiny();
    let audit = ["task", "audit", "tiny", "--mutants", "60", "--write"];
    dir.autoexp(audit).run().code(0);
    let plain = simulated(&dir, &[]);
    assert_eq!(plain.len(), 36);
    let right = plain.values().filter(|right| **right).count();
    assert!((8..30).contains(&right), "{right}");
    let fixed = ["--interaction", "fixed"];
    assert_eq!(simulated(&dir, &fixed), plain);
    for tools in ["aci", "bash", "editor"] {
        for strategy in ["native", "react", "plan", "four-field", "reflexion"] {
            let settings = ["--tools", tools, "--strategy", strategy];
            assert_eq!(simulated(&dir, &settings), plain, "{settings:?}");
        }
    }
}
