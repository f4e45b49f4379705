//! Language models through the real binary, asked of a server in the test that fails as servers do.

mod again;
mod budgets;
mod embeddings;
mod faults;
mod histories;
mod judge;
mod mind;
mod one;
mod protocols;
mod queue;
mod replies;
mod resumed;
mod server;
mod ways;

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use self::server::Server;
use crate::paper;
use crate::support::{Dir, Ran, TestCommand};

/// A key that must not be seen anywhere.
const KEY: &str = "sk-hush-0123456789abcdef";

/// A folder with the tiny paper.
fn tiny() -> Dir {
    let dir = Dir::new();
    paper::lay(&dir);
    dir
}

/// `eval` of a model of the server's at the first function of the tiny paper, with a key.
fn eval(dir: &Dir, model: &str, server: &Server, more: &[&str]) -> TestCommand {
    let url = match model.split_once('/') {
        Some(("ollama", _)) => server.url.clone(),
        _ => format!("{}/v1", server.url),
    };
    let args = [
        "eval",
        "--model",
        model,
        "--base-url",
        &url,
        "--task",
        "tiny_0",
        "--out",
        "out",
        "--json",
        "--key-variable",
        "THE_KEY",
    ];
    dir.autoexp(args.iter().chain(more))
        .env("THE_KEY", KEY)
        .env("NO_PROXY", "127.0.0.1")
}

/// `eval` of a model that needs no server.
fn alone(dir: &Dir, model: &str, more: &[&str]) -> TestCommand {
    let args = [
        "eval", "--model", model, "--task", "tiny_0", "--out", "out", "--json",
    ];
    dir.autoexp(args.iter().chain(more))
}

fn report(ran: &Ran) -> Value {
    serde_json::from_slice(&ran.stdout).unwrap_or_else(|error| panic!("{error} in\n{ran}"))
}

/// Whether the trials, one row for each, are verified.
fn verified(report: &Value) -> Vec<bool> {
    let mut trials = BTreeMap::new();
    for row in report["rows"].as_array().unwrap() {
        trials.insert(
            row["trial"].as_str().unwrap().to_owned(),
            row["trial_verified"] == true,
        );
    }
    trials.into_values().collect()
}

/// The folders of the trials in a place of a run's.
fn trials(dir: &Dir, place: &str) -> Vec<String> {
    let listed = fs::read_dir(dir.path(&format!("out/{place}"))).unwrap();
    let names = listed.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.map(|name| format!("out/{place}/{name}")).collect();
    names.sort();
    names
}

/// The outcome of the only trial that is finished.
fn outcome(dir: &Dir) -> Value {
    let trials = trials(dir, "trials");
    assert_eq!(trials.len(), 1, "{trials:?}");
    serde_json::from_str(&dir.read(&format!("{}/outcome.json", trials[0]))).unwrap()
}

/// The events of the only trial that is finished.
fn events(dir: &Dir) -> Vec<Value> {
    let trials = trials(dir, "trials");
    assert_eq!(trials.len(), 1, "{trials:?}");
    let trajectory = dir.read(&format!("{}/trajectory.jsonl", trials[0]));
    let lines = trajectory.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The texts that the model was shown, step by step.
fn shown(events: &[Value]) -> Vec<String> {
    let observed = events.iter().filter(|event| event["event"] == "observed");
    observed
        .map(|event| {
            let observations = event["observations"].as_array().unwrap();
            let texts = observations.iter().map(|it| it["text"].as_str().unwrap());
            texts.collect::<Vec<_>>().join("\n")
        })
        .collect()
}

/// All bytes of a run's folder, without what is measured.
fn recorded(dir: &Dir, place: &str) -> BTreeMap<String, String> {
    let measured = regex::Regex::new(r#""measured":\s*\{[^{}]*\}"#).unwrap();
    let mut records = BTreeMap::new();
    for trial in trials(dir, place) {
        for file in ["trial.json", "trajectory.jsonl", "outcome.json"] {
            let text = dir.read(&format!("{trial}/{file}"));
            let name = trial.rsplit('/').next().unwrap();
            records.insert(
                format!("{name}/{file}"),
                measured.replace_all(&text, "").into_owned(),
            );
        }
    }
    records
}
