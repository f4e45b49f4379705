//! `autoexp run`: one trial, watched, stopped and gone on with.

use std::thread;
use std::time::{Duration, Instant};

use insta::assert_snapshot;
use regex::Regex;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use super::mind::{Said, call, chat, chatting, solve, turn};
use super::server::{Answer, Ask, Server};
use super::{KEY, events, outcome, recorded, tiny, trials};
use crate::paper;
use crate::support::{Dir, PATIENCE, TestCommand};

/// `run` of the server's model at the first function of the tiny paper.
fn run(dir: &Dir, server: &Server, more: &[&str]) -> TestCommand {
    let url = format!("{}/v1", server.url);
    let args = [
        "run",
        "tiny_0",
        "--model",
        "openai/m",
        "--base-url",
        &url,
        "--out",
        "out",
        "--key-variable",
        "THE_KEY",
        "--no-cache",
    ];
    dir.autoexp(args.iter().chain(more))
        .env("THE_KEY", KEY)
        .env("NO_PROXY", "127.0.0.1")
}

/// `run` of a script of replies at the first function of the tiny paper.
fn scripted(dir: &Dir, replies: &[Value], more: &[&str]) -> TestCommand {
    let lines: String = replies.iter().map(|reply| format!("{reply}\n")).collect();
    dir.write("replies.jsonl", lines);
    let args = [
        "run",
        "tiny_0",
        "--model",
        "script:replies.jsonl",
        "--out",
        "out",
    ];
    dir.autoexp(args.iter().chain(more))
}

fn reply(said: &Said) -> Value {
    let calls = said.calls.iter();
    let calls: Vec<Value> = calls
        .map(|(tool, arguments)| json!({"tool": tool, "arguments": arguments}))
        .collect();
    json!({"text": said.text, "calls": calls})
}

/// What is shown before the table, which has the time in it.
fn shown(stdout: &str) -> &str {
    stdout.split("\n\n paper").next().unwrap()
}

#[test]
fn each_step_is_shown_with_what_it_called_changed_and_used() {
    let dir = tiny();
    let replies: Vec<Value> = (0..4).map(|turn| reply(&solve(turn))).collect();
    let ran = scripted(&dir, &replies, &[]).run().code(0).silent();
    assert_snapshot!(shown(&ran.stdout()), @r#"
    tiny_0 by script:replies.jsonl; to rebuild: tiny/means.py::mean
    step 1
      > write_file  file_name=tiny/means.py  content=def mean(numbers): (and 12 more lines)
        Wrote tiny/means.py: 13 lines, 297 bytes.
        ~ tiny/means.py
        @@ -1,6 +1,7 @@
         def mean(numbers):
        -    """the mean of numbers"""
        -    raise NotImplementedError("mean")
        +    """The mean."""
        +    total = sum(numbers)
        +    return total / len(numbers)


         class Spread:
      = 1 step, 0 fuel
    step 2
      Now I run it.
      > execute_python_script  file_name=run.py  arguments=["--scale","3"]
        The run exited with status 0 (fuel 967.213k of 500M).
        Standard error: empty.
        Standard output:
        {"mean": 7.3125}
        width is 11.25
      = 2 steps, 967k fuel
    step 3
      > execute_python_script  table.py
        The run exited with status 0 (fuel 1.046459M of 500M).
        Standard error: empty.
        Standard output: empty.
        + out/
        + out/table.json
        @@ -0,0 +1 @@
        +{"rows": [[2.4375, 3.75], [4.875, 7.5]]}
        \ No newline at end of file
      = 3 steps, 2.01M fuel
    step 4
      > final_answer  {"main":{"mean":7.3125,"width":11.25},"table":{"rows":[[2.4375,3.75],[4.875,7.5]]}}
      = 4 steps, 2.01M fuel
    answered
    "#);
    let stdout = ran.stdout();
    assert!(
        stdout.contains(" tiny   main        1  mean    script:"),
        "{stdout}"
    );
    assert!(
        stdout.contains("\n\nrecord: out/trials/tiny_0.script-replies"),
        "{stdout}"
    );
}

#[test]
fn a_finished_trial_is_told_of_and_not_run_again() {
    let dir = tiny();
    let replies = [reply(&solve(0)), reply(&solve(3))];
    let first = scripted(&dir, &replies, &[]).run().code(0).stdout();
    let again = scripted(&dir, &replies, &[]).run().code(0);
    let again = again.complains("was finished before\nhint: choose another folder");
    let table = |stdout: &str| stdout.split_once(" paper").unwrap().1.to_owned();
    assert_eq!(table(&again.stdout()), table(&first));
}

#[test]
fn the_events_are_those_that_are_recorded_and_the_outcome_comes_last() {
    let dir = tiny();
    let server = Server::start(chatting(solve));
    let ran = run(&dir, &server, &["--json"]).run().code(0).silent();
    let stdout = ran.stdout();
    let mut lines: Vec<Value> = stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let last = lines.pop().unwrap();
    assert_eq!(lines, events(&dir));
    assert_eq!(last["event"], "outcome");
    assert_eq!(last["outcome"], outcome(&dir));
    assert_eq!(last["outcome"]["verified"], true);
    assert_eq!(last["folder"], trials(&dir, "trials")[0]);
    assert!(!stdout.contains(KEY));
}

#[test]
fn tokens_and_unknown_dollars_are_counted_and_what_a_model_says_obeys_nobody() {
    let dir = tiny();
    let server = Server::start(chatting(|turn| match turn {
        0 => Said {
            text: "\u{1b}[2Jcleared\u{202e}",
            ..call("list_files", json!({}))
        },
        _ => solve(3),
    }));
    let ran = run(&dir, &server, &[]).run().code(0);
    let stdout = ran.stdout();
    assert!(
        stdout.contains("  \\u{1b}[2Jcleared\\u{202e}\n  > list_files"),
        "{stdout}"
    );
    assert!(
        stdout.contains("  = 1 step, 110 tokens, cost unknown, 0 fuel\n"),
        "{stdout}"
    );
    assert!(!stdout.contains('\u{1b}'), "{stdout}");

    let dir = tiny();
    dir.write("prices.toml", "[\"openai/m\"]\ninput = 10\noutput = 100\n");
    let ran = run(&dir, &server, &["--prices", "prices.toml"])
        .run()
        .code(0);
    let stdout = ran.stdout();
    assert!(
        stdout.contains("  = 2 steps, 220 tokens, $0.0040, 0 fuel\n"),
        "{stdout}"
    );
}

/// The text of the trajectory of the trial in flight.
fn trajectory(dir: &Dir) -> Option<String> {
    dir.path("out/work").is_dir().then_some(())?;
    let folder = trials(dir, "work").first().cloned()?;
    std::fs::read_to_string(dir.path(&format!("{folder}/trajectory.jsonl"))).ok()
}

/// Starts it, interrupts it once something holds, and gives what it said in the end.
fn stopped(command: TestCommand, mut when: impl FnMut() -> bool) -> (String, String) {
    let child = command.start();
    let began = Instant::now();
    while !when() {
        assert!(began.elapsed() < PATIENCE, "it never came to that");
        thread::sleep(Duration::from_millis(5));
    }
    let pid = Pid::from_raw(child.id().try_into().unwrap()).unwrap();
    kill_process(pid, Signal::INT).unwrap();
    let ended = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(130), "{stderr}");
    assert!(
        stderr.contains("stopped\nhint: give the same command again"),
        "{stderr}"
    );
    (String::from_utf8(ended.stdout).unwrap(), stderr)
}

fn turns(asks: &[Ask]) -> Vec<usize> {
    asks.iter().map(turn).collect()
}

/// What is recorded, without where it was asked.
fn texts(dir: &Dir, server: &Server) -> Vec<String> {
    let texts = recorded(dir, "trials").into_values();
    texts.map(|text| text.replace(&server.url, "")).collect()
}

#[test]
fn stopped_while_a_provider_is_asked_it_goes_on_from_the_replies_it_has() {
    let dir = tiny();
    let server = Server::start(|ask| match (ask.number, turn(ask)) {
        (2, _) => Answer::Hang(Duration::from_secs(60)),
        (_, turn) => Answer::Json(chat(&solve(turn), turn)),
    });
    let (stdout, _) = stopped(run(&dir, &server, &[]), || server.asks().len() == 3);
    assert!(stdout.ends_with("stopped: cancelled\n"), "{stdout}");
    let stdout = run(&dir, &server, &[]).run().code(0).stdout();
    assert_eq!(turns(&server.asks()), [0, 1, 2, 2, 3]);
    let heads = Regex::new(r"(?m)^step.*$").unwrap();
    let heads: Vec<&str> = heads.find_iter(&stdout).map(|it| it.as_str()).collect();
    let again = [
        "step 1 (recorded before)",
        "step 2 (recorded before)",
        "step 3",
        "step 4",
    ];
    assert_eq!(heads, again);

    let calm = tiny();
    let other = Server::start(chatting(solve));
    run(&calm, &other, &[]).run().code(0);
    assert_eq!(texts(&dir, &server), texts(&calm, &other));
}

#[test]
fn stopped_while_something_runs_nothing_is_recorded_of_it() {
    // Each takes some seconds to run out of fuel.
    let long = [
        call(
            "command_line",
            json!({"command": "python -c 'while True: pass'"}),
        ),
        call("command_line", json!({"command": "while :; do x=1; done"})),
    ];
    for said in long {
        let dir = tiny();
        let spec = paper::SPEC.replace("fuel = \"500M\"", "fuel = \"8G\"");
        dir.write("tasks/tiny/task.toml", spec);
        paper::keep_measured(&dir);
        let server = Server::start(move |ask| match turn(ask) {
            0 => Answer::Json(chat(&solve(0), 0)),
            1 => Answer::Json(chat(&said, 1)),
            _ => Answer::Json(chat(&solve(3), 2)),
        });
        let replies = || trajectory(&dir).map(|text| text.matches("{\"event\":\"reply\"").count());
        stopped(run(&dir, &server, &[]), || replies() == Some(2));
        let text = trajectory(&dir).unwrap();
        let events: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let kinds: Vec<&str> = events
            .iter()
            .map(|it| it["event"].as_str().unwrap())
            .collect();
        assert_eq!(
            kinds,
            ["started", "reply", "observed", "reply", "interrupted"]
        );
        run(&dir, &server, &[]).run().code(0);
        assert_eq!(turns(&server.asks()), [0, 1, 2]);
        assert_eq!(outcome(&dir)["ending"]["kind"], "answered");
    }
}

#[test]
fn stopped_while_it_is_scored_it_has_no_outcome_until_it_was() {
    let dir = tiny();
    let spec = paper::SPEC.replace("fuel = \"500M\"", "fuel = \"8G\"");
    dir.write("tasks/tiny/task.toml", spec);
    let slow = format!(
        "for i in range(15_000_000): pass\n{}",
        dir.read("tasks/tiny/code/run.py")
    );
    dir.write("tasks/tiny/code/run.py", slow);
    paper::keep_measured(&dir);
    let server = Server::start(chatting(|turn| solve(turn * 3)));
    let ended = || trajectory(&dir).is_some_and(|text| text.contains("{\"event\":\"ended\""));
    stopped(run(&dir, &server, &[]), ended);
    assert!(trials(&dir, "trials").is_empty());
    run(&dir, &server, &[]).run().code(0);
    assert_eq!(turns(&server.asks()), [0, 1]);
    assert_eq!(outcome(&dir)["judgement"]["pass"], true);
}

#[test]
fn what_a_tool_asked_of_a_model_is_not_bought_twice() {
    let dir = tiny();
    let understand = json!({"file_name": "long.txt", "things_to_look_for": "x"});
    let write = json!({"file_name": "long.txt", "content": "x = 1\n".repeat(4_000)});
    let script = [
        call("write_file", write),
        call("understand_file", understand),
        solve(3),
    ];
    let server = Server::start(move |ask| {
        let text = ask.body["messages"][0]["content"].to_string();
        match (
            text.contains("This is part"),
            text.contains("These are notes"),
        ) {
            (true, _) if ask.number == 5 => Answer::Hang(Duration::from_secs(60)),
            (false, false) => Answer::Json(chat(&script[turn(ask)], turn(ask))),
            _ => Answer::Json(chat(
                &Said {
                    text: "It says x.",
                    ..Said::default()
                },
                9,
            )),
        }
    });
    stopped(run(&dir, &server, &[]), || server.asks().len() == 6);
    run(&dir, &server, &[]).run().code(0);
    // Two steps, six parts of which the fourth was asked twice, the merging, and the answer.
    assert_eq!(server.asks().len(), 2 + 7 + 1 + 1);
    let tokens = &outcome(&dir)["usage"]["output_tokens"];
    assert_eq!(tokens, &json!(10 * (3 + 7)));
}

#[test]
fn two_that_run_one_trial_are_told_of_each_other() {
    let dir = tiny();
    let server = Server::start(|ask| match ask.number {
        0 => Answer::Hang(Duration::from_secs(60)),
        _ => Answer::Json(chat(&solve(turn(ask)), turn(ask))),
    });
    let mut child = run(&dir, &server, &[]).start();
    let began = Instant::now();
    while server.asks().is_empty() {
        assert!(began.elapsed() < PATIENCE, "it never asked");
        thread::sleep(Duration::from_millis(5));
    }
    run(&dir, &server, &[])
        .run()
        .code(2)
        .complains("another process is at it, in out");
    child.kill().unwrap();
    child.wait().unwrap();
    run(&dir, &server, &[]).run().code(0);
}
