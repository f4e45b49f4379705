//! Sweeps of models over the network: nobody waits for anybody else, and dollars are bounded.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::mind::{chat, chatting, solve, turn};
use super::server::{Answer, Server};
use super::{eval, report, tiny, trials};
use crate::support::PATIENCE;

/// More trials of each model than a sweep runs at once with so few calls.
fn many() -> usize {
    thread::available_parallelism().map_or(1, usize::from) * 2 + CALLS + 4
}

const CALLS: usize = 3;

/// Trials of a model's that are finished.
fn finished(out: &Path, model: &str) -> usize {
    let entries = fs::read_dir(out.join("trials")).into_iter().flatten();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.contains(model)).count()
}

#[test]
fn a_slow_provider_idles_no_core() {
    let dir = tiny();
    let (out, count) = (dir.path("out"), many());
    let given_up = Arc::new(AtomicBool::new(false));
    let gave_up = given_up.clone();
    // No reply before every trial that needs none is finished.
    let server = Server::start(move |ask| {
        let begun = Instant::now();
        while finished(&out, ".nop.") < count && !gave_up.load(Ordering::SeqCst) {
            if begun.elapsed() > PATIENCE / 2 {
                gave_up.store(true, Ordering::SeqCst);
            }
            thread::sleep(Duration::from_millis(5));
        }
        Answer::Json(chat(&solve(turn(ask)), turn(ask)))
    });
    let (attempts, calls) = (count.to_string(), CALLS.to_string());
    let more = [
        "--model",
        "nop",
        "--attempts",
        &attempts,
        "--parallel-calls",
        &calls,
    ];
    eval(&dir, "openai/m", &server, &more).run().code(0);
    assert!(
        !given_up.load(Ordering::SeqCst),
        "trials that need no provider waited for one"
    );
    assert_eq!(server.most_at_once(), CALLS);
    assert_eq!(trials(&dir, "trials").len(), 2 * count);
}

#[test]
fn trials_that_compute_keep_no_provider_waiting() {
    let dir = tiny();
    let (out, count) = (dir.path("out"), many());
    let before = Arc::new(AtomicUsize::new(usize::MAX));
    let least = before.clone();
    let server = Server::start(move |ask| {
        least.fetch_min(finished(&out, ".oracle."), Ordering::SeqCst);
        Answer::Json(chat(&solve(turn(ask)), turn(ask)))
    });
    let (attempts, calls) = (count.to_string(), CALLS.to_string());
    let more = [
        "--model",
        "openai/m",
        "--attempts",
        &attempts,
        "--parallel-calls",
        &calls,
        "--no-cache",
    ];
    eval(&dir, "oracle", &server, &more).run().code(0);
    let before = before.load(Ordering::SeqCst);
    assert!(
        before < count / 2,
        "{before} of {count} trials that compute were finished before the provider was asked"
    );
}

#[test]
fn no_trial_is_begun_once_all_have_cost_what_they_may() {
    let dir = tiny();
    let server = Server::start(chatting(solve));
    dir.write("prices.toml", "[\"openai/m\"]\ninput = 1.0\noutput = 8.0\n");
    let run = |most: &str| {
        let more = [
            "--prices",
            "prices.toml",
            "--attempts",
            "6",
            "--jobs",
            "1",
            "--max-cost",
            most,
        ];
        let ran = eval(&dir, "openai/m", &server, &more).run().code(0);
        let told = report(&ran);
        (told["ran"].clone(), told["unaffordable"].clone())
    };
    // Four calls of 180 millionths a trial: the second is begun below the bound, the third isn't.
    assert_eq!(run("0.001"), (2.into(), 4.into()));
    assert_eq!(run("0.001"), (0.into(), 4.into()));
    assert_eq!(server.asks().len(), 8);
    assert_eq!(run("0.002"), (1.into(), 3.into()));
    assert_eq!(run("1"), (3.into(), 0.into()));
    assert_eq!(server.asks().len(), 24);
}

#[test]
fn what_trials_took_that_were_interrupted_counts_too() {
    let dir = tiny();
    dir.write("prices.toml", "[\"openai/m\"]\ninput = 1.0\noutput = 8.0\n");
    let is_broken = Arc::new(AtomicBool::new(true));
    let breaks = is_broken.clone();
    let server = Server::start(move |ask| match turn(ask) {
        2.. if breaks.load(Ordering::SeqCst) => super::faults::status(500, "out of order"),
        turn => Answer::Json(chat(&solve(turn), turn)),
    });
    let run = |most: &str| {
        let more = [
            "--prices",
            "prices.toml",
            "--attempts",
            "4",
            "--jobs",
            "1",
            "--retries",
            "0",
            "--max-cost",
            most,
        ];
        report(&eval(&dir, "openai/m", &server, &more).run())
    };
    let counts = |told: &serde_json::Value| {
        let interrupted = told["interrupted"].as_array().unwrap().len();
        (
            told["ran"].clone(),
            interrupted,
            told["unaffordable"].clone(),
        )
    };
    // Two replies a trial of 180 millionths each, and then none: after three trials, more than may be
    // spent is.
    assert_eq!(counts(&run("0.001")), (0.into(), 3, 1.into()));
    // Another process knows of them from their records, and begins none.
    let asks = server.asks().len();
    assert_eq!(counts(&run("0.001")), (0.into(), 0, 4.into()));
    assert_eq!(server.asks().len(), asks);
    // What was paid for isn't counted twice once a trial is finished: 3 of 4 calls' worth and 2 of 2.
    is_broken.store(false, Ordering::SeqCst);
    assert_eq!(counts(&run("0.0016")), (2.into(), 0, 2.into()));
    assert_eq!(counts(&run("1")), (2.into(), 0, 0.into()));
    assert_eq!(server.asks().len() - asks, 4 * 4 - 3 * 2);
}
