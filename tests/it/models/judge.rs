//! `autoexp judge`: verdicts on attempts, by what can be seen of them.

use serde_json::{Value, json};

use super::mind::{Said, chat};
use super::server::{Answer, Ask, Server};
use super::{KEY, tiny};
use crate::support::{Dir, TestCommand};

/// A judge who knows one right number when it stands in what was reported.
fn knowing(ask: &Ask) -> Answer {
    let asked = ask.body["messages"].to_string();
    let reported = asked.split("# What was reported").nth(1).unwrap();
    let text = match reported.contains("7.3125") {
        true => "I think so: {\"confidence\": 90, \"reason\": \"plausible\"}",
        false => "{\"confidence\": 10, \"reason\": \"the mean is off\"}",
    };
    let said = Said {
        text,
        ..Said::default()
    };
    Answer::Json(chat(&said, 0))
}

fn judge(dir: &Dir, server: &Server, more: &[&str]) -> TestCommand {
    let url = format!("{}/v1", server.url);
    let args = [
        "judge",
        "out",
        "--model",
        "openai/m",
        "--base-url",
        &url,
        "--key-variable",
        "THE_KEY",
        "--json",
    ];
    dir.autoexp(args.iter().chain(more))
        .env("THE_KEY", KEY)
        .env("NO_PROXY", "127.0.0.1")
}

fn verifiers(dir: &Dir) -> Vec<Value> {
    let report = dir
        .autoexp(["report", "out", "--format", "json"])
        .run()
        .code(0);
    let report: Value = serde_json::from_slice(&report.stdout).unwrap();
    report["series"][0]["verifiers"]["by"]
        .as_array()
        .unwrap()
        .clone()
}

#[test]
fn a_judge_sees_no_gold_and_its_verdicts_choose() {
    let dir = tiny();
    let audit = ["task", "audit", "tiny", "--mutants", "40", "--write"];
    dir.autoexp(audit).run().code(0);
    let eval = [
        "eval",
        "--model",
        "sim:0.5",
        "--task",
        "tiny_0",
        "--attempts",
        "8",
        "--out",
        "out",
    ];
    dir.autoexp(eval).run().code(0);
    assert_eq!(verifiers(&dir).len(), 4);

    let server = Server::start(knowing);
    let told = judge(&dir, &server, &[]).run().code(0);
    let told: Value = serde_json::from_slice(&told.stdout).unwrap();
    assert_eq!(
        (&told["judged"], &told["before"], &told["without"]),
        (&json!(8), &json!(0), &json!(0))
    );
    let asks = server.asks();
    assert_eq!(asks.len(), 8);
    for ask in &asks {
        let shown = ask.body["messages"].to_string();
        for wanted in [
            "# The paper",
            "tiny/means.py",
            "diff --git",
            "from 0 (surely wrong)",
        ] {
            assert!(shown.contains(wanted), "no {wanted} in {shown}");
        }
        // The paper's result is not in what stands before the report.
        let before = shown.split("# What was reported").next().unwrap();
        assert!(!before.contains("11.25"), "{before}");
    }
    let by = verifiers(&dir);
    let judged = by.iter().find(|it| it["name"] == "LLM judge").unwrap();
    assert_eq!(judged["chosen"], 1.0, "{judged}");
    assert_eq!(judged["recovered"], 1.0, "{judged}");

    // What was bought isn't bought again.
    let told = judge(&dir, &server, &[]).run().code(0);
    let told: Value = serde_json::from_slice(&told.stdout).unwrap();
    assert_eq!((&told["judged"], &told["before"]), (&json!(0), &json!(8)));
    assert_eq!(server.asks().len(), 8);

    // A paper that is another one now isn't judged by.
    std::fs::remove_dir_all(dir.path("out/judged")).unwrap();
    let text = dir.read("tasks/tiny/paper.md");
    dir.write("tasks/tiny/paper.md", format!("{text}\nMore.\n"));
    judge(&dir, &server, &[])
        .run()
        .code(2)
        .complains("has changed since it was run");
}

#[test]
fn a_reply_without_a_verdict_is_told_and_chooses_nothing() {
    let dir = tiny();
    dir.write("replies.jsonl", "{\"text\": \"who knows\"}\n");
    let end = r#"{"calls": [{"tool": "final_answer", "arguments": {"answer": {}}}]}"#;
    dir.write("script.jsonl", format!("{end}\n"));
    let eval = [
        "eval",
        "--model",
        "script:script.jsonl",
        "--task",
        "tiny_0",
        "--attempts",
        "2",
        "--out",
        "out",
    ];
    dir.autoexp(eval).run().code(0);
    let judge = ["judge", "out", "--model", "script:replies.jsonl"];
    let told = dir.autoexp(judge).run().code(0).stdout();
    assert_eq!(
        told,
        "judged 2 attempts, 2 without a verdict; 0 were judged before\n"
    );
    dir.autoexp(["judge", "out", "--model", "oracle"])
        .run()
        .code(2)
        .complains("oracle can't judge");
}
