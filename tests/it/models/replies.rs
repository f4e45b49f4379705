//! Models whose replies were written or recorded before.

use serde_json::{Value, json};

use super::mind::{chatting, solve};
use super::server::Server;
use super::{alone, eval, events, outcome, report, tiny, verified};

fn script(replies: &[Value]) -> String {
    let lines: Vec<String> = replies.iter().map(Value::to_string).collect();
    lines.join("\n")
}

/// The replies that solve the tiny paper, as a script has them.
fn solution() -> Vec<Value> {
    let replies = (0..4).map(solve).map(|said| {
        let calls = said.calls.iter();
        let calls: Vec<Value> = calls
            .map(|(tool, arguments)| json!({"tool": tool, "arguments": arguments}))
            .collect();
        json!({"text": said.text, "calls": calls})
    });
    replies.collect()
}

#[test]
fn a_script_is_followed_line_by_line() {
    let dir = tiny();
    dir.write("script.jsonl", script(&solution()));
    let ran = alone(&dir, "script:script.jsonl", &[]).run().code(0);
    assert_eq!(verified(&report(&ran)), [true]);
    let outcome = outcome(&dir);
    assert_eq!(outcome["steps"], 4);
    assert!(outcome["usage"].is_null() && outcome["cost_usd"].is_null());

    // Another script of the same name is another trial.
    dir.write("script.jsonl", script(&solution()[..2]));
    let ran = alone(&dir, "script:script.jsonl", &[]).run().code(0);
    let told = report(&ran);
    assert_eq!((&told["ran"], verified(&told)), (&json!(1), vec![false]));
    assert_eq!(told["rows"][0]["failure"], "model failed");

    dir.write("script.jsonl", "{\"text\": ");
    let ran = alone(&dir, "script:script.jsonl", &[])
        .run()
        .code(2)
        .prints("");
    ran.complains("read line 1 of the script script.jsonl");
    let ran = alone(&dir, "script:nowhere", &[]).run().code(2);
    ran.complains("read the script nowhere");
}

#[test]
fn a_run_that_was_recorded_is_replayed_without_asking() {
    let dir = tiny();
    let server = Server::start(chatting(solve));
    eval(&dir, "openai/m", &server, &[]).run().code(0);
    let (before, after) = (outcome(&dir), tiny());
    let asked = server.asks().len();
    let from = format!("replay:{}", dir.path("out").display());
    let ran = alone(&after, &from, &[]).run().code(0);
    assert_eq!(
        (verified(&report(&ran)), server.asks().len()),
        (vec![true], asked)
    );
    let strip = |mut outcome: Value| {
        outcome["measured"] = Value::Null;
        outcome
    };
    assert_eq!(strip(outcome(&after)), strip(before));
    let without_times = |events: Vec<Value>| -> Vec<Value> {
        let strip = |mut event: Value| {
            event["measured"] = Value::Null;
            event
        };
        events.into_iter().map(strip).collect()
    };
    assert_eq!(without_times(events(&after)), without_times(events(&dir)));

    // By the trial's own folder, too; and not for a task that it has no trial of.
    let trial = &super::trials(&dir, "trials")[0];
    let from = format!("replay:{}", dir.path(trial).display());
    let ran = alone(&tiny(), &from, &[]).run().code(0);
    assert_eq!(verified(&report(&ran)), [true]);
    let from = format!("replay:{}", dir.path("out").display());
    let ran = after
        .autoexp(["eval", "--model", &from, "--task", "tiny_1"])
        .run();
    ran.code(2).complains("it has no such trial");
}
