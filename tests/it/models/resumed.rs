//! Trials that were stopped: no reply is asked for twice.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use super::mind::{chat, chatting, solve, turn};
use super::server::{Answer, Ask, Server};
use super::{eval, recorded, report, tiny, trials, verified};
use crate::paper;
use crate::support::PATIENCE;

fn turns(asks: &[Ask]) -> Vec<usize> {
    asks.iter().map(turn).collect()
}

/// What is recorded of a run that nothing happened to.
fn calm() -> Vec<String> {
    let dir = tiny();
    let server = Server::start(chatting(solve));
    eval(&dir, "openai/m", &server, &[]).run().code(0);
    let texts = recorded(&dir, "trials").into_values();
    texts.map(|text| text.replace(&server.url, "")).collect()
}

fn texts(dir: &crate::support::Dir, server: &Server) -> Vec<String> {
    let texts = recorded(dir, "trials").into_values();
    texts.map(|text| text.replace(&server.url, "")).collect()
}

#[test]
fn replies_that_came_before_a_provider_failed_are_not_bought_again() {
    let dir = tiny();
    let server = Server::start(|ask| match ask.number {
        2 | 4 => Answer::Status(400, Vec::new(), "{}".to_owned()),
        _ => Answer::Json(chat(&solve(turn(ask)), turn(ask))),
    });
    eval(&dir, "openai/m", &server, &[]).run().code(1);
    assert_eq!(turns(&server.asks()), [0, 1, 2]);
    // It fails again, later.
    eval(&dir, "openai/m", &server, &[]).run().code(1);
    assert_eq!(turns(&server.asks()), [0, 1, 2, 2, 3]);
    let told = report(&eval(&dir, "openai/m", &server, &[]).run().code(0));
    assert_eq!(turns(&server.asks()), [0, 1, 2, 2, 3, 3]);
    assert_eq!((&told["ran"], verified(&told)), (&json!(1), vec![true]));
    assert_eq!(texts(&dir, &server), calm());
    assert!(trials(&dir, "work").is_empty());
}

#[test]
fn a_run_that_was_killed_goes_on_from_the_replies_it_had() {
    let dir = tiny();
    // It hangs over the third reply, then, in the next run, over the fourth.
    let server = Server::start(|ask| match (ask.number, turn(ask)) {
        (2 | 4, _) => Answer::Hang(Duration::from_secs(60)),
        (_, turn) => Answer::Json(chat(&solve(turn), turn)),
    });
    for asked in [3, 5] {
        let mut child = eval(&dir, "openai/m", &server, &[]).start();
        let began = Instant::now();
        while server.asks().len() < asked {
            assert!(began.elapsed() < PATIENCE, "it never asked");
            thread::sleep(Duration::from_millis(5));
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
    eval(&dir, "openai/m", &server, &[]).run().code(0);
    assert_eq!(turns(&server.asks()), [0, 1, 2, 2, 3, 3]);
    assert_eq!(texts(&dir, &server), calm());
    assert!(trials(&dir, "work").is_empty());
}

#[test]
fn a_reply_is_kept_before_anything_comes_of_it() {
    let dir = tiny();
    // A run that takes its time, and a server that isn't asked further in the first process.
    dir.write(
        "tasks/tiny/code/run.py",
        format!("import time; time.sleep(5)\n{LONG}"),
    );
    paper::keep_measured(&dir);
    let server = Server::start(|ask| match (ask.number, turn(ask)) {
        (2, 2) => Answer::Hang(Duration::from_secs(60)),
        (_, turn) => Answer::Json(chat(&solve(turn), turn)),
    });
    let mut child = eval(&dir, "openai/m", &server, &[]).start();
    let began = Instant::now();
    let replies = || {
        let folder = trials(&dir, "work").first().cloned()?;
        let path = dir.path(&format!("{folder}/trajectory.jsonl"));
        let text = std::fs::read_to_string(path).ok()?;
        Some(text.matches("{\"event\":\"reply\"").count())
    };
    while !dir.path("out/work").is_dir() || replies() != Some(2) {
        assert!(began.elapsed() < PATIENCE, "there is no second reply");
        thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    eval(&dir, "openai/m", &server, &[]).run().code(0);
    let turns = turns(&server.asks());
    for turn in [0, 1] {
        assert_eq!(
            turns.iter().filter(|it| **it == turn).count(),
            1,
            "{turns:?}"
        );
    }
}

/// Some work, and then nothing of what is wanted.
const LONG: &str = "for i in range(2_000_000): i * i\n";

#[test]
fn a_record_that_was_cut_off_in_a_line_counts_up_to_there() {
    let dir = tiny();
    let server = Server::start(|ask| match ask.number {
        2 => Answer::Status(400, Vec::new(), "{}".to_owned()),
        _ => Answer::Json(chat(&solve(turn(ask)), turn(ask))),
    });
    eval(&dir, "openai/m", &server, &[]).run().code(1);
    let path = format!("{}/trajectory.jsonl", trials(&dir, "work")[0]);
    let text = dir.read(&path);
    // In the middle of the second reply.
    let second = text.match_indices("{\"event\":\"reply\"").nth(1).unwrap().0;
    dir.write(&path, &text[..second + 60]);
    eval(&dir, "openai/m", &server, &[]).run().code(0);
    assert_eq!(turns(&server.asks()), [0, 1, 2, 1, 2, 3]);
    assert_eq!(texts(&dir, &server), calm());
}
