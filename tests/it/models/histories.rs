//! What of a conversation is sent again, and what is done when it is too long.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::mind::{Said, answer, call, chat};
use super::server::{Answer, Ask, Server};
use super::{alone, eval, events, outcome, report, tiny, verified};
use crate::support::Dir;

/// Reads a file for so many steps, then answers: by the number of replies it gave, since what it is
/// shown doesn't tell. Sums up when it is asked to.
fn reading(steps: usize, most: usize) -> impl Fn(&Ask) -> Answer {
    let given = std::sync::atomic::AtomicUsize::new(0);
    move |ask| {
        let messages = ask.body["messages"].as_array().unwrap();
        if ask.body["messages"].to_string().len() > most {
            let body = r#"{"error": {"code": "context_length_exceeded", "message": "too long"}}"#;
            return Answer::Status(400, Vec::new(), body.to_owned());
        }
        let last = messages.last().unwrap();
        if last["role"] == "user" && last["content"].as_str().unwrap().starts_with("Sum up") {
            let said = Said {
                text: "I read the paper again and again.",
                ..Said::default()
            };
            return Answer::Json(chat(&said, 0));
        }
        let turn = given.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let said = match turn < steps {
            true => call("read_file", json!({"file_name": "run.py"})),
            false => answer(),
        };
        Answer::Json(chat(&said, turn))
    }
}

/// How many replies each request had; every call with its result, and none without.
fn replies(asks: &[Ask]) -> Vec<usize> {
    let count = |ask: &Ask| {
        let messages = ask.body["messages"].as_array().unwrap();
        assert_eq!(
            (&messages[0]["role"], &messages[1]["role"]),
            (&json!("system"), &json!("user"))
        );
        let mut open: Vec<Value> = Vec::new();
        let mut replies = 0;
        for message in &messages[2..] {
            match message["role"].as_str().unwrap() {
                "assistant" => {
                    assert!(open.is_empty(), "{open:?} have no result");
                    let calls = message["tool_calls"]
                        .as_array()
                        .cloned()
                        .unwrap_or_default();
                    open = calls.iter().map(|call| call["id"].clone()).collect();
                    replies += 1;
                }
                "tool" => {
                    let at = open.iter().position(|id| *id == message["tool_call_id"]);
                    open.remove(at.expect("a result without its call"));
                }
                _ => {}
            }
        }
        assert!(open.is_empty(), "{open:?} have no result");
        replies
    };
    asks.iter().map(count).collect()
}

fn ran(history: &str, steps: usize, most: usize) -> (Dir, Vec<Ask>) {
    let dir = tiny();
    let server = Server::start(reading(steps, most));
    eval(&dir, "openai/m", &server, &["--history", history])
        .run()
        .code(0);
    assert_eq!(outcome(&dir)["ending"]["kind"], "answered");
    assert_eq!(outcome(&dir)["steps"], steps + 1);
    (dir, server.asks())
}

#[test]
fn all_of_it_or_a_window_or_a_summary_of_what_was_before() {
    let (_, asks) = ran("full", 6, usize::MAX);
    assert_eq!(replies(&asks), [0, 1, 2, 3, 4, 5, 6]);

    let (_, asks) = ran("window:2", 6, usize::MAX);
    assert_eq!(replies(&asks), [0, 1, 2, 2, 2, 2, 2]);
    let opening = asks[6].body["messages"][1]["content"].as_str().unwrap();
    assert!(
        opening.contains("[Your first 4 steps are not shown any more."),
        "{opening}"
    );

    let (dir, asks) = ran("summary:3", 7, usize::MAX);
    // A summary is asked for with three replies, beside those of the steps.
    assert_eq!(replies(&asks), [0, 1, 2, 3, 3, 1, 2, 3, 3, 1]);
    let opening = asks[9].body["messages"][1]["content"].as_str().unwrap();
    assert!(
        opening.contains("I read the paper again and again."),
        "{opening}"
    );
    // It's paid for.
    assert_eq!(outcome(&dir)["usage"]["input_tokens"], 1000);
    let summaries = events(&dir)
        .into_iter()
        .filter(|event| event["purpose"] == "summary");
    assert_eq!(summaries.count(), 2);
}

#[test]
fn a_history_that_leaves_out_most_is_no_trouble_for_the_oracle() {
    for history in ["window:1", "summary:1"] {
        let ran = alone(&tiny(), "oracle", &["--history", history])
            .run()
            .code(0);
        assert_eq!(verified(&report(&ran)), [true], "{history}");
    }
}

#[test]
fn a_conversation_that_is_too_long_for_the_model_goes_on_with_less_of_it() {
    for history in ["full", "window:9", "summary:9"] {
        let (_, asks) = ran(history, 12, 6_000);
        let counts = replies(&asks);
        let refused = asks
            .iter()
            .filter(|ask| ask.body["messages"].to_string().len() > 6_000);
        assert!(refused.count() > 0, "{history}: {counts:?}");
        assert!(*counts.iter().max().unwrap() < 12, "{history}: {counts:?}");
    }
}

#[test]
fn a_length_that_is_known_beforehand_is_kept_to_without_asking() {
    let dir = tiny();
    // What was said takes 100 tokens by the server's count, whatever its length.
    dir.write("prices.toml", "[\"openai/m\"]\ncontext = 150\n");
    let server = Server::start(reading(12, usize::MAX));
    let more = ["--prices", "prices.toml"];
    eval(&dir, "openai/m", &server, &more).run().code(0);
    let counts = replies(&server.asks());
    assert!(*counts.iter().max().unwrap() < 12, "{counts:?}");
    assert_eq!(outcome(&dir)["ending"]["kind"], "answered");
}

#[test]
fn requests_can_be_told_from_the_record_which_grows_with_what_was_said() {
    for history in ["full", "window:3", "summary:3"] {
        let (dir, asks) = ran(history, 9, usize::MAX);
        let events = events(&dir);
        // Every message that stands somewhere in the record.
        let mut known: BTreeMap<String, Value> = BTreeMap::new();
        let mut know = |message: &Value| {
            let message: autoexp::model::Message = serde_json::from_value(message.clone()).unwrap();
            known.insert(message.hash(), serde_json::to_value(&message).unwrap());
        };
        for message in events[0]["messages"].as_array().unwrap() {
            know(message);
        }
        for event in &events {
            for message in event["request"]["messages"]
                .as_array()
                .into_iter()
                .flatten()
            {
                know(message);
            }
            if event["event"] == "reply" {
                let mut reply = event["reply"].clone();
                reply["role"] = json!("assistant");
                know(&reply);
            }
            for seen in event["observations"].as_array().into_iter().flatten() {
                if seen["call"].is_string() {
                    know(&json!({"role": "tool", "call": seen["call"], "text": seen["text"]}));
                }
            }
        }
        let mut before: Vec<String> = Vec::new();
        let replies = events.iter().filter(|event| event["event"] == "reply");
        for (event, ask) in replies.zip(&asks) {
            let request = &event["request"];
            before.truncate(request["kept"].as_u64().unwrap() as usize);
            let added = request["added"].as_array().unwrap();
            before.extend(added.iter().map(|hash| hash.as_str().unwrap().to_owned()));
            let sent = ask.body["messages"].as_array().unwrap();
            assert_eq!(before.len(), sent.len(), "{history}");
            for (hash, sent) in before.iter().zip(sent) {
                let message = &known[hash];
                let text = message["text"].as_str().unwrap();
                assert_eq!(sent["content"].as_str().unwrap(), text, "{history}");
            }
        }
    }
    let size = |steps| {
        let (dir, _) = ran("full", steps, usize::MAX);
        let events = events(&dir);
        events
            .iter()
            .map(|event| event.to_string().len())
            .sum::<usize>()
    };
    let (ten, twenty, forty) = (size(10), size(20), size(40));
    let (first, second) = (twenty - ten, forty - twenty);
    assert!(second < first * 21 / 10, "{ten} {twenty} {forty}");
}
