//! `--paper embedding:…`: passages that an embedding model finds, asked of a server that makes its
//! vectors of the words in a text.

use std::fs;

use serde_json::{Value, json};

use super::mind::{chat, embedded, solve, turn};
use super::server::{Answer, Ask, Server};
use super::{KEY, events, outcome, tiny, trials};
use crate::paper;
use crate::support::{Dir, TestCommand};

fn is_embedding(ask: &Ask) -> bool {
    ask.path == "/v1/embeddings"
}

/// A server of both.
fn serve(ask: &Ask) -> Answer {
    match is_embedding(ask) {
        true => embedded(ask),
        false => Answer::Json(chat(&solve(turn(ask)), turn(ask))),
    }
}

/// The tiny paper with many passages: among those of no use what both functions do, in other words
/// than their descriptions, and so found by no word.
fn long() -> Dir {
    let dir = tiny();
    let mut text = "# Tiny\n\nThe mean is <result of=\"main.mean\">7.3125</result>.\n".to_owned();
    for number in 0..250 {
        text +=
            &format!("\n## {number} Herbs\n\nSome basil grows beside parsley number {number}.\n");
        match number {
            120 => text += "\nWe take the average: their total over their count.\n",
            220 => text += "\nIts extent reaches from one end until another.\n",
            _ => {}
        }
    }
    dir.write("tasks/tiny/paper.md", paper::with_canary(&text));
    paper::keep_measured(&dir);
    dir.write(
        "prices.toml",
        "[\"openai/e\"]\ninput = 3.0\noutput = 0.0\n[\"openai/m\"]\ninput = 1.0\ncached = 1.0\noutput = 4.0\n",
    );
    dir
}

const GIVEN: &str = "embedding:openai/e";

/// `run` of a model at both functions.
fn run(dir: &Dir, model: &str, server: &Server, more: &[&str]) -> TestCommand {
    let url = format!("{}/v1", server.url);
    let args = [
        "run",
        "tiny_0,1",
        "--model",
        model,
        "--paper",
        GIVEN,
        "--out",
        "out",
        "--base-url",
        &url,
        "--key-variable",
        "THE_KEY",
        "--prices",
        "prices.toml",
    ];
    dir.autoexp(args.iter().chain(more))
        .env("THE_KEY", KEY)
        .env("NO_PROXY", "127.0.0.1")
}

fn told(events: &[Value]) -> &str {
    let started = events.iter().find(|event| event["event"] == "started");
    started.unwrap()["messages"][1]["text"].as_str().unwrap()
}

#[test]
fn the_nearest_passages_are_shown_paid_for_and_not_asked_for_again() {
    let dir = long();
    let server = Server::start(serve);
    run(&dir, "openai/m", &server, &[]).run().code(0);
    let asks = server.asks();
    let (embeddings, chats): (Vec<&Ask>, Vec<&Ask>) =
        asks.iter().partition(|ask| is_embedding(ask));
    assert_eq!((embeddings.len(), chats.len()), (3, 4));
    for ask in &embeddings {
        let texts = ask.body["input"].as_array().unwrap();
        assert!(texts.len() <= 100, "{}", texts.len());
        assert_eq!(texts[0], "mean: the mean of numbers");
        assert_eq!(texts[1], "Spread.width: the largest less the smallest");
        assert_eq!(ask.headers["authorization"], format!("Bearer {KEY}"));
    }
    let events = events(&dir);
    let told = told(&events);
    for passage in ["We take the average", "Its extent reaches", "The mean is"] {
        assert!(told.contains(passage), "no {passage:?} in {told}");
    }
    assert_eq!(told.matches("basil").count(), 1, "{told}");
    assert!(!told.contains("PAPER.md"), "{told}");
    let compared: Vec<&Value> = events
        .iter()
        .take_while(|it| it["event"] == "compared")
        .collect();
    let all = compared
        .iter()
        .flat_map(|it| it["nearness"].as_array().unwrap());
    assert_eq!((compared.len(), all.count()), (3, 254));
    assert_eq!(compared[0]["reply"]["model"], "e-1");
    // Three of 200 tokens for the passages, four of 100 read and 10 written for the steps.
    let outcome = outcome(&dir);
    assert_eq!(outcome["verified"], true, "{outcome}");
    assert_eq!(outcome["usage"]["input_tokens"], 1_000);
    let cost = (600.0 * 3.0 + 400.0 + 40.0 * 4.0) / 1e6;
    assert!(
        (outcome["cost_usd"].as_f64().unwrap() - cost).abs() < 1e-9,
        "{outcome}"
    );

    // It is told of in what is written for others.
    dir.autoexp(["report", "out", "--format", "atif"])
        .run()
        .code(0);
    let trial = trials(&dir, "trials").remove(0);
    let name = trial.rsplit('/').next().unwrap();
    let atif: Value =
        serde_json::from_str(&dir.read(&format!("out/atif/{name}/trajectory.json"))).unwrap();
    let first = &atif["steps"][0];
    assert_eq!(
        (&first["source"], &first["extra"]["model"]),
        (&json!("system"), &json!("e-1"))
    );

    // Run again, and gone on with, without a question.
    let replay = dir.autoexp(["replay", "out"]).run().code(0);
    assert!(
        replay
            .stdout()
            .ends_with("4 steps and the outcome as recorded\n"),
        "{replay}"
    );
    let trial = trials(&dir, "trials").remove(0);
    let fork = [
        "fork", &trial, "--at", "2", "--model", "oracle", "--out", "forked",
    ];
    dir.autoexp(fork).run().code(0);
    dir.autoexp(["replay", "forked"]).run().code(0);
    assert_eq!(server.asks().len(), 7);

    // What was recorded of how near they are decides what is shown.
    let path = format!("{trial}/trajectory.jsonl");
    let trajectory = dir.read(&path);
    let nearness = regex::Regex::new(r#""nearness":\[\[[-0-9.e]+,"#).unwrap();
    dir.write(
        &path,
        nearness
            .replace(&trajectory, "\"nearness\":[[-0.9,")
            .as_bytes(),
    );
    let ran = dir.autoexp(["replay", "out"]).run().code(1);
    assert!(
        ran.stdout().contains("differs in messages[1].text"),
        "{ran}"
    );
}

#[test]
fn what_was_asked_before_a_trial_was_stopped_is_not_asked_again() {
    let dir = long();
    let server = Server::start(|ask| match ask.number {
        2 => Answer::Status(400, Vec::new(), format!("{{\"error\": \"no {KEY}\"}}")),
        _ => serve(ask),
    });
    let ran = run(&dir, "openai/m", &server, &[]).run().code(1);
    assert!(
        !ran.stdout().contains(KEY) && !ran.stderr().contains(KEY),
        "{ran}"
    );
    let place = trials(&dir, "work").remove(0);
    let left = dir.read(&format!("{place}/trajectory.jsonl"));
    assert_eq!(left.matches("\"compared\"").count(), 2, "{left}");
    assert!(!left.contains(KEY), "{left}");
    dir.autoexp(["replay", "out"]).run().code(0);
    run(&dir, "openai/m", &server, &[]).run().code(0);
    let asks = server.asks();
    assert_eq!(asks.iter().filter(|ask| is_embedding(ask)).count(), 4);
    assert_eq!(outcome(&dir)["usage"]["input_tokens"], 1_000);
}

#[test]
fn it_goes_with_every_model_and_interaction_and_needs_functions() {
    for interaction in ["dynamic", "fixed"] {
        let dir = long();
        let server = Server::start(serve);
        let more = ["--interaction", interaction];
        run(&dir, "oracle", &server, &more).run().code(0);
        assert_eq!(outcome(&dir)["verified"], true);
        assert!(told(&events(&dir)).contains("We take the average"));
        assert_eq!(server.asks().len(), 3);
    }
    // With nothing to write there is nothing to find.
    let dir = long();
    let server = Server::start(serve);
    let url = format!("{}/v1", server.url);
    let args = [
        "run",
        "tiny",
        "--model",
        "oracle",
        "--paper",
        GIVEN,
        "--out",
        "out",
        "--base-url",
        &url,
    ];
    dir.autoexp(args).run().code(0);
    assert!(server.asks().is_empty());
    fs::remove_dir_all(dir.path("out")).unwrap();
}

#[test]
fn what_cannot_be_asked_for_is_said() {
    let dir = long();
    let run = |more: &[&str]| {
        let args = ["run", "tiny_0", "--model", "oracle", "--out", "out"];
        dir.autoexp(args.iter().chain(more))
            .without_env("OPENAI_API_KEY")
            .run()
    };
    for none in [
        "embedding:anthropic/claude-sonnet-4-5",
        "embedding",
        "embedding:nop",
    ] {
        run(&["--paper", none])
            .code(2)
            .complains("with an embedding model of openai, gemini or ollama");
    }
    run(&["--paper", GIVEN])
        .code(2)
        .complains("ask openai/e: the environment variable OPENAI_API_KEY is not set");
    let server = Server::start(|_| Answer::Status(404, Vec::new(), "{}".to_owned()));
    let url = format!("{}/v1", server.url);
    run(&[
        "--paper",
        GIVEN,
        "--max-cost-per-trial",
        "1",
        "--base-url",
        &url,
    ])
    .code(2)
    .complains("its price is not known");
    let ran = run(&["--paper", GIVEN, "--base-url", &url]).code(1);
    assert!(ran.stdout().contains("stopped: openai/e: "), "{ran}");
    // A server that gives too few vectors.
    let short = json!({"object": "list", "data": [], "model": "e", "usage": {"prompt_tokens": 1, "total_tokens": 1}});
    let server = Server::start(move |_| Answer::Json(short.clone()));
    let url = format!("{}/v1", server.url);
    // Of other settings, in a folder of its own.
    let few = ["run", "tiny_0", "--model", "oracle", "--paper", GIVEN];
    let more = ["--base-url", &url, "--out", "few"];
    let ran = dir
        .autoexp(few.iter().chain(&more))
        .without_env("OPENAI_API_KEY")
        .run()
        .code(1);
    assert!(ran.stdout().contains("vectors, and gave 0"), "{ran}");
    assert_eq!(server.asks().len(), 1);
    dir.autoexp(["prompt", "show", "tiny_0", "--paper", GIVEN])
        .run()
        .code(2)
        .complains(
            "which passages of the paper stand in it is asked of openai/e when a trial begins",
        );
}
