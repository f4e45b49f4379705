//! Servers that fail: no trial is lost, none is counted twice, and each ends with a name.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::Duration;

use serde_json::{Value, json};

use super::mind::{chat, chatting, solve, turn};
use super::server::{Answer, Ask, Server};
use super::{KEY, eval, recorded, report, tiny, trials, verified};

/// Gives the first call of each request's to a fault, and answers when it comes again.
fn once_each(fault: impl Fn(usize) -> Answer + Send + Sync) -> impl Fn(&Ask) -> Answer {
    let met: Mutex<BTreeSet<String>> = Mutex::default();
    move |ask| {
        let mut met = met.lock().unwrap();
        let number = met.len();
        match met.insert(ask.body.to_string()) {
            true => fault(number),
            false => Answer::Json(chat(&solve(turn(ask)), turn(ask))),
        }
    }
}

pub(super) fn status(status: u16, body: &str) -> Answer {
    // Not to wait longer than a test wants to.
    let soon = vec![("retry-after-ms", "20".to_owned())];
    Answer::Status(status, soon, body.to_owned())
}

const FAULTS: usize = 16;

fn fault(number: usize) -> Answer {
    let good = || chat(&solve(0), 0).to_string();
    match number {
        0 => Answer::Close,
        1 => status(
            429,
            r#"{"error": {"message": "slow down", "type": "rate_limit_error"}}"#,
        ),
        2 => status(500, "Internal Server Error"),
        3 => status(503, "<html>busy</html>"),
        4 => status(
            529,
            r#"{"type": "error", "error": {"type": "overloaded_error"}}"#,
        ),
        5 => status(408, ""),
        6 => status(409, "{}"),
        7 => Answer::Typed("text/html", "<html>Bad gateway</html>".to_owned()),
        8 => Answer::Typed("text/event-stream", format!("data: {}\n\n", good())),
        9 => Answer::Typed("application/json", good()[..80].to_owned()),
        10 => Answer::Typed("application/json", "}{".to_owned()),
        11 => Answer::Cut(good()),
        12 => Answer::Json(json!({"id": "x", "choices": []})),
        13 => Answer::Json(json!({"error": {"code": 502, "message": "upstream failed"}})),
        14 => Answer::Json(json!(["no", "reply"])),
        _ => Answer::Hang(Duration::from_secs(20)),
    }
}

#[test]
fn faults_that_pass_are_met_by_asking_again_and_leave_no_trace_in_the_records() {
    // Four trials of four requests each, and a fault for each request.
    let more = [
        "--attempts",
        "4",
        "--model-seed",
        "7",
        "--call-timeout",
        "3s",
        "--retries",
        "3",
    ];
    let calm = tiny();
    let server = Server::start(chatting(solve));
    let base_url = server.url.clone();
    eval(&calm, "openai/m", &server, &more).run().code(0);
    assert_eq!(server.asks().len(), FAULTS);

    let dir = tiny();
    let server = Server::resetting(&[2, 9], once_each(fault));
    let ran = eval(&dir, "openai/m", &server, &more).run().code(0);
    assert_eq!(verified(&report(&ran)), [true; 4], "{ran}");
    assert_eq!(server.asks().len(), 2 * FAULTS);
    // The address is another one, and with it the trials' names.
    let texts = |dir, url: &str| -> Vec<String> {
        let records = recorded(dir, "trials").into_values();
        records.map(|text| text.replace(url, "")).collect()
    };
    assert_eq!(texts(&dir, &server.url), texts(&calm, &base_url));
}

#[test]
fn a_provider_that_says_how_long_to_wait_is_left_alone_for_as_long() {
    let dir = tiny();
    let wait = || Answer::Status(429, vec![("retry-after", "2".to_owned())], "{}".to_owned());
    let server = Server::start(move |ask| match ask.number {
        0 => wait(),
        _ => Answer::Json(chat(&solve(turn(ask)), turn(ask))),
    });
    let ran = eval(&dir, "openai/m", &server, &[]).run().code(0);
    assert_eq!(verified(&report(&ran)), [true]);
    let asks = server.asks();
    let waited = asks[1].at - asks[0].at;
    assert!(waited >= Duration::from_secs(2), "{waited:?}");
    assert!(waited < Duration::from_secs(10), "{waited:?}");
}

#[test]
fn what_no_call_will_mend_is_asked_once_and_the_next_run_goes_on_with_it() {
    for (code, body) in [
        (400, r#"{"error": {"message": "no such parameter"}}"#),
        (401, r#"{"error": {"message": "wrong key"}}"#),
        (403, "forbidden"),
        (404, r#"{"detail": "no such model"}"#),
        (
            429,
            r#"{"error": {"code": "insufficient_quota", "message": "pay first"}}"#,
        ),
    ] {
        let dir = tiny();
        let server = Server::start(move |ask| match ask.number {
            0 => status(code, body),
            _ => Answer::Json(chat(&solve(turn(ask)), turn(ask))),
        });
        let ran = eval(&dir, "openai/m", &server, &[]).run().code(1);
        let told = report(&ran);
        assert_eq!(server.asks().len(), 1, "{code}");
        assert_eq!(told["rows"], json!([]), "{code}");
        assert_eq!((&told["ran"], &told["trials"]), (&json!(0), &json!(1)));
        let reason = told["interrupted"][0]["reason"].as_str().unwrap();
        assert!(
            reason.starts_with(&format!("openai/m: {code} ")),
            "{reason}"
        );
        assert_eq!(
            (trials(&dir, "trials").len(), trials(&dir, "work").len()),
            (0, 1)
        );

        let told = report(&eval(&dir, "openai/m", &server, &[]).run().code(0));
        assert_eq!((&told["ran"], verified(&told)), (&json!(1), vec![true]));
        assert_eq!(told["interrupted"], json!([]));
        assert_eq!(
            (trials(&dir, "trials").len(), trials(&dir, "work").len()),
            (1, 0)
        );
    }
}

#[test]
fn a_server_that_stays_broken_is_given_up_after_as_many_calls_as_were_allowed() {
    let dir = tiny();
    let server = Server::start(|_| status(500, "out of order"));
    let args = ["--retries", "3", "--attempts", "2"];
    let ran = eval(&dir, "openai/m", &server, &args).run().code(1);
    assert_eq!(server.asks().len(), 2 * 4);
    let told = report(&ran);
    assert_eq!(told["interrupted"].as_array().unwrap().len(), 2);
    let reason = "openai/m: 500 Internal Server Error: out of order";
    assert_eq!(told["interrupted"][1]["reason"], reason);
}

#[test]
fn a_wrong_key_is_tried_once_and_not_for_every_trial() {
    let dir = tiny();
    let server = Server::start(|_| status(401, r#"{"error": "wrong key"}"#));
    let args = ["--attempts", "5", "--parallel-calls", "1"];
    let ran = eval(&dir, "openai/m", &server, &args).run().code(1);
    assert_eq!(server.asks().len(), 1, "{ran}");
    assert_eq!(report(&ran)["interrupted"].as_array().unwrap().len(), 5);
}

#[test]
fn a_key_is_nowhere_to_be_seen() {
    // A server that tells all who ask what they brought.
    let echo = |ask: &Ask| {
        let brought = ask.headers["authorization"].clone();
        assert_eq!(brought, format!("Bearer {KEY}"));
        let body = json!({"error": {"message": brought}}).to_string();
        match ask.number {
            0 => status(500, &body),
            1 => {
                let mut reply: Value = chat(&solve(0), 0);
                reply["choices"][0]["message"]["content"] = json!(brought.clone());
                reply["choices"][0]["message"]["reasoning_content"] = json!(brought);
                Answer::Json(reply)
            }
            2 => Answer::Typed("text/plain", brought),
            3 => Answer::Json(json!({"error": brought})),
            _ => status(401, &body),
        }
    };
    let dir = tiny();
    let server = Server::start(echo);
    let ran = eval(&dir, "openai/m", &server, &["--model", "nop"])
        .run()
        .code(1);
    assert_eq!(server.asks().len(), 5);
    assert!(
        report(&ran)["interrupted"][0]["reason"]
            .as_str()
            .unwrap()
            .contains("[key]")
    );
    let mut seen = dir.snapshot();
    seen.extend([ran.stdout(), ran.stderr()]);
    let (hidden, key): (Vec<_>, Vec<_>) = (
        seen.iter().filter(|text| text.contains("[key]")).collect(),
        seen.iter().filter(|text| text.contains(KEY)).collect(),
    );
    assert!(key.is_empty(), "{key:?}");
    // The report and the trajectory have what the server said.
    assert!(hidden.len() >= 2, "{hidden:?}");
}

/// Errors used to be cut before the key was looked for, which left its beginning.
#[test]
fn no_part_of_a_key_is_left_where_what_a_server_says_is_cut() {
    let begun = &KEY[..6];
    for (code, typed) in [(400, false), (403, true)] {
        let dir = tiny();
        let server = Server::start(move |ask| {
            let brought = &ask.headers["authorization"];
            let said = format!("{} {brought}", "x".repeat(282));
            match typed {
                true => status(code, &said),
                false => status(code, &json!({"error": {"message": said}}).to_string()),
            }
        });
        let ran = eval(&dir, "openai/m", &server, &[]).run().code(1);
        let reason = &report(&ran)["interrupted"][0]["reason"];
        assert!(reason.as_str().unwrap().ends_with('…'), "{reason}");
        let mut seen = dir.snapshot();
        seen.extend([ran.stdout(), ran.stderr()]);
        let leaks: Vec<_> = seen.iter().filter(|text| text.contains(begun)).collect();
        assert!(leaks.is_empty(), "{leaks:?}");
    }
}

#[test]
fn a_key_that_is_missing_is_told_before_anything_is_asked() {
    let dir = tiny();
    for (model, variable) in [
        ("openai/m", "OPENAI_API_KEY"),
        ("openai-responses/m", "OPENAI_API_KEY"),
        ("anthropic/m", "ANTHROPIC_API_KEY"),
        ("gemini/m", "GEMINI_API_KEY"),
    ] {
        let args = [
            "eval", "--model", "nop", "--model", model, "--task", "tiny_0",
        ];
        for value in [None, Some("")] {
            let command = dir.autoexp(args);
            let command = match value {
                None => command.without_env(variable),
                Some(value) => command.env(variable, value),
            };
            let ran = command.run().code(2).prints("");
            ran.complains(&format!("the environment variable {variable} is not set"));
        }
    }
    let server = Server::start(chatting(solve));
    let more = ["--key-variable", "NO_SUCH_KEY"];
    let args: Vec<&str> = ["eval", "--model", "openai/m", "--base-url", &server.url]
        .into_iter()
        .chain(more)
        .collect();
    dir.autoexp(args).run().code(2).complains("NO_SUCH_KEY");
    assert!(server.asks().is_empty());
}

#[test]
fn a_provider_is_asked_so_much_at_once_and_trials_that_wait_for_it_need_no_core() {
    for (calls, most) in [("2", 2), ("6", 6)] {
        let dir = tiny();
        let server = Server::start(|ask| {
            let late = Duration::from_millis(300);
            Answer::Late(late, chat(&solve(turn(ask)), turn(ask)))
        });
        let args = ["--attempts", "6", "--parallel-calls", calls];
        let ran = eval(&dir, "openai/m", &server, &args).run().code(0);
        assert_eq!(verified(&report(&ran)), [true; 6]);
        assert_eq!(server.most_at_once(), most);
    }
}
