//! `autoexp replay` and `autoexp fork`: records proved, and gone on with.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use regex::Regex;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use super::mind::{Said, answer, call, chat, solve, turn};
use super::server::{Answer, Server};
use super::{KEY, eval, events, outcome, tiny, trials};
use crate::support::{Dir, PATIENCE, Ran, TestCommand};

fn reply(said: &Said) -> Value {
    let calls = said.calls.iter();
    let calls: Vec<Value> = calls
        .map(|(tool, arguments)| json!({"tool": tool, "arguments": arguments}))
        .collect();
    json!({"text": said.text, "calls": calls})
}

/// A script's file of replies.
fn script(dir: &Dir, name: &str, replies: &[Said]) -> String {
    let lines = replies.iter().map(|said| format!("{}\n", reply(said)));
    dir.write(name, lines.collect::<String>());
    format!("script:{name}")
}

/// The trial of a script in `out`, with a reply of each kind.
fn recorded(dir: &Dir) -> String {
    let replies = [
        call(
            "command_line",
            json!({"command": "ls; python run.py --scale 3; echo $RANDOM > seed"}),
        ),
        Said {
            text: "I'd rather talk.",
            ..Said::default()
        },
        call("no_such_tool", json!({})),
        solve(0),
        Said {
            calls: vec![
                (
                    "execute_python_script",
                    json!({"file_name": "run.py", "arguments": "--scale 3"}),
                ),
                ("execute_python_script", json!({"file_name": "table.py"})),
            ],
            ..Said::default()
        },
        answer(),
    ];
    let model = script(dir, "replies.jsonl", &replies);
    let args = ["run", "tiny_0", "--model", &model, "--out", "out"];
    dir.autoexp(args).run().code(0);
    trials(dir, "trials").remove(0)
}

fn replay(dir: &Dir, path: &str) -> Ran {
    dir.autoexp(["replay", path]).run()
}

#[test]
fn a_record_is_proved_wherever_it_lies_and_without_what_it_was_made_from() {
    let dir = tiny();
    recorded(&dir);
    assert_eq!(outcome(&dir)["verified"], true);
    fs::remove_file(dir.path("replies.jsonl")).unwrap();
    fs::create_dir(dir.path("elsewhere")).unwrap();
    fs::rename(dir.path("out"), dir.path("elsewhere/run")).unwrap();
    let ran = replay(&dir, "elsewhere/run").code(0);
    let stdout = ran.stdout();
    assert!(
        stdout.ends_with(": 6 steps and the outcome as recorded\n"),
        "{stdout}"
    );
    let trial = fs::read_dir(dir.path("elsewhere/run/trials"))
        .unwrap()
        .next();
    let trial = trial.unwrap().unwrap().path();
    let again = replay(&dir, trial.to_str().unwrap()).code(0);
    assert_eq!(again.stdout(), stdout);
    let json = dir
        .autoexp(["replay", "elsewhere/run", "--json"])
        .run()
        .code(0);
    let json: Value = serde_json::from_slice(&json.stdout).unwrap();
    let proof = &json["trials"][0];
    assert_eq!(
        (&proof["equal"], &proof["steps"], &proof["outcome"]),
        (&json!(6), &json!(6), &json!(true))
    );
}

#[test]
fn the_first_thing_that_comes_out_otherwise_is_shown() {
    let dir = tiny();
    let trial = recorded(&dir);
    let path = format!("{trial}/trajectory.jsonl");
    let trajectory = dir.read(&path);
    let judged = format!("{trial}/outcome.json");
    let outcome = dir.read(&judged);
    let hash = Regex::new(r#""tree":"[0-9a-f]{8}"#).unwrap();
    let fuel = Regex::new(r#""fuel":[0-9]+"#).unwrap();
    let ended = trajectory.rfind("[2.4375,3.75]").unwrap();
    let trees: Vec<_> = hash.find_iter(&trajectory).collect();
    let fuels: Vec<_> = fuel.find_iter(&trajectory).collect();
    let put = |range: std::ops::Range<usize>, with: &str| {
        format!(
            "{}{with}{}",
            &trajectory[..range.start],
            &trajectory[range.end..]
        )
    };
    for (tampered, differs) in [
        (
            put(trees[3].range(), "\"tree\":\"00000000"),
            "step 4 differs in observations[0].tree\n",
        ),
        (
            put(fuels[0].range(), "\"fuel\":7"),
            "step 1 differs in observations[0].fuel\n  recorded: 7\n",
        ),
        (
            trajectory.replace("run.py\\ntable.py", "run.py\\nother.py"),
            "step 1 differs in observations[0].text, line ",
        ),
        (trajectory.clone(), "6 steps and the outcome as recorded"),
        (
            put(ended..ended + 13, "[2.4375,3.76]"),
            "step 6 differs in ending.answer.table.rows[0][1]\n  recorded: 3.76\n  now:      3.75\n",
        ),
    ] {
        dir.write(&path, &tampered);
        let ran = replay(&dir, "out");
        assert!(ran.stdout().contains(differs), "no {differs:?} in {ran}");
        assert_eq!(
            ran.status.code(),
            Some(i32::from(tampered != trajectory)),
            "{ran}"
        );
    }
    dir.write(&path, &trajectory);
    dir.write(
        &judged,
        outcome.replace("\"verified\": true", "\"verified\": false"),
    );
    let ran = replay(&dir, "out").code(1);
    let differs = "differs in outcome.verified\n  recorded: false\n  now:      true\n";
    assert!(ran.stdout().ends_with(differs), "{ran}");
    dir.write(&judged, outcome);
    // Another paper.
    let spec = dir.read("tasks/tiny/task.toml");
    dir.write(
        "tasks/tiny/task.toml",
        spec.replace("A tiny paper", "A small paper"),
    );
    let ran = replay(&dir, "out").code(1);
    assert!(ran.stdout().contains("differs in digests."), "{ran}");
}

#[test]
fn what_a_provider_said_of_lengths_and_what_tools_asked_is_proved_too() {
    let dir = tiny();
    // Three words, then too long, then a refusal; a tool asks, and gets one reply and one refusal.
    let understand = json!({"file_name": "run.py", "things_to_look_for": "x"});
    let long = json!({"command": "for i in {1..300}; do echo a line; done"});
    let steps = [
        call("command_line", long.clone()),
        call("command_line", long),
        call("understand_file", understand),
        solve(0),
        solve(1),
        solve(2),
        answer(),
    ];
    let server = Server::start(move |ask| {
        let messages = ask.body["messages"].as_array().unwrap();
        let text = messages[0]["content"].to_string();
        let said = |text| Said {
            text,
            ..Said::default()
        };
        match (text.contains("This is part"), ask.number) {
            (true, _) => Answer::Json(chat(&said("It is there."), 9)),
            (_, 2 | 3) => {
                let error = json!({"error": {"message": "too long", "type": "invalid_request_error",
                    "code": "context_length_exceeded"}});
                Answer::Status(400, Vec::new(), error.to_string())
            }
            (_, number) => {
                let step = number - [0, 0, 2, 2, 2, 3, 3, 3, 3, 3][number.min(9)];
                Answer::Json(chat(&steps[step.min(6)], number))
            }
        }
    });
    eval(&dir, "openai/m", &server, &[]).run().code(0);
    let kinds: Vec<String> = events(&dir)
        .iter()
        .map(|event| event["event"].as_str().unwrap().to_owned())
        .collect();
    for kind in ["too_long", "auxiliary"] {
        assert!(kinds.iter().any(|it| it == kind), "no {kind} in {kinds:?}");
    }
    let ran = replay(&dir, "out").code(0);
    assert!(
        ran.stdout()
            .ends_with("steps and the outcome as recorded\n"),
        "{ran}"
    );
}

#[test]
fn a_trial_that_is_not_finished_is_proved_as_far_as_it_came() {
    let dir = tiny();
    let server = Server::start(|ask| match ask.number {
        2 => Answer::Status(400, Vec::new(), "{}".to_owned()),
        _ => Answer::Json(chat(&solve(turn(ask)), turn(ask))),
    });
    eval(&dir, "openai/m", &server, &[]).run().code(1);
    let ran = replay(&dir, "out").code(0);
    assert!(
        ran.stdout()
            .ends_with(": 2 steps as recorded; it isn't finished\n"),
        "{ran}"
    );
    let path = format!("{}/trajectory.jsonl", trials(&dir, "work")[0]);
    let text = dir.read(&path);
    dir.write(&path, &text[..text.len() - 30]);
    replay(&dir, "out").code(0);
    dir.autoexp(["replay", "tasks"])
        .run()
        .code(2)
        .complains("name the folder of a run");
}

/// `fork` of a trial.
fn fork(dir: &Dir, trial: &str, at: &str, model: &str, more: &[&str]) -> TestCommand {
    let args = [
        "fork", trial, "--at", at, "--model", model, "--out", "forked",
    ];
    dir.autoexp(args.iter().chain(more))
        .env("THE_KEY", KEY)
        .env("NO_PROXY", "127.0.0.1")
}

/// The folder of the only trial in `forked`.
fn forked(dir: &Dir) -> String {
    let mut found = fs::read_dir(dir.path("forked/trials")).unwrap();
    let name = found.next().unwrap().unwrap().file_name();
    assert!(found.next().is_none());
    format!("forked/trials/{}", name.to_str().unwrap())
}

fn lines(dir: &Dir, trial: &str) -> Vec<String> {
    let measured = Regex::new(r#""measured":\{[^{}]*\}"#).unwrap();
    let text = dir.read(&format!("{trial}/trajectory.jsonl"));
    let lines = text.lines();
    lines
        .map(|line| measured.replace_all(line, "").into_owned())
        .collect()
}

#[test]
fn a_fork_has_the_steps_before_and_goes_on_by_itself() {
    let dir = tiny();
    let trial = recorded(&dir);
    let other = script(&dir, "other.jsonl", &[solve(1), solve(2), answer()]);
    fork(&dir, &trial, "4", &other, &[]).run().code(0);
    let spec: Value =
        serde_json::from_str(&dir.read(&format!("{}/trial.json", forked(&dir)))).unwrap();
    assert_eq!(spec["fork"]["trial"], trial.rsplit('/').next().unwrap());
    assert_eq!(
        (&spec["fork"]["step"], &spec["model"]),
        (&json!(4), &json!("script:other.jsonl"))
    );
    let (before, after) = (lines(&dir, &trial), lines(&dir, &forked(&dir)));
    // What started it, and four steps.
    assert_eq!(before[..9], after[..9]);
    assert_eq!(after.len(), 9 + 3 * 2 + 1);
    let outcome: Value =
        serde_json::from_str(&dir.read(&format!("{}/outcome.json", forked(&dir)))).unwrap();
    assert_eq!(
        (&outcome["verified"], &outcome["steps"]),
        (&json!(true), &json!(7))
    );
    replay(&dir, "forked").code(0);

    let again = fork(&dir, &trial, "4", &other, &[]).run().code(0);
    again.complains("was finished before");
    let none = fork(&dir, &trial, "6", &other, &[]).run().code(2);
    none.complains("has no step 6 that it went on after; choose one from 1 to 5");
    let path = format!("{trial}/trajectory.jsonl");
    dir.write(
        &path,
        dir.read(&path)
            .replacen("run.py\\ntable.py", "run.py\\nother.py", 1),
    );
    let ran = fork(&dir, &trial, "3", &other, &[]).run().code(1);
    ran.complains("step 1 differs in observations[0].text")
        .complains("nothing was asked of script:other.jsonl");
}

#[test]
fn a_fork_that_was_stopped_goes_on_from_the_replies_it_has() {
    let dir = tiny();
    let trial = recorded(&dir);
    // It is asked from the fifth step on.
    let steps = [solve(1), solve(2), answer()];
    let server = Server::start(move |ask| match ask.number {
        1 => Answer::Hang(Duration::from_secs(60)),
        _ => Answer::Json(chat(&steps[turn(ask) - 4], turn(ask))),
    });
    let url = format!("{}/v1", server.url);
    let more = ["--base-url", &url, "--key-variable", "THE_KEY"];
    let child = fork(&dir, &trial, "4", "openai/m", &more).start();
    let began = Instant::now();
    while server.asks().len() < 2 {
        assert!(began.elapsed() < PATIENCE, "it never asked");
        thread::sleep(Duration::from_millis(5));
    }
    let pid = Pid::from_raw(child.id().try_into().unwrap()).unwrap();
    kill_process(pid, Signal::INT).unwrap();
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(130));
    fork(&dir, &trial, "4", "openai/m", &more).run().code(0);
    let turns: Vec<usize> = server.asks().iter().map(turn).collect();
    assert_eq!(turns, [4, 5, 5, 6]);
    replay(&dir, "forked").code(0);
}
