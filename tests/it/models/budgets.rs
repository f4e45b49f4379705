//! What a trial may use: told when it gets short, and one step kept for the answer.

use serde_json::{Value, json};

use super::mind::{answer, call, chat, chatting, turn};
use super::server::{Answer, Server};
use super::{alone, eval, events, outcome, shown, tiny};

/// Looks around for so many steps, then gives the right answer.
fn late(steps: usize) -> impl Fn(usize) -> super::mind::Said {
    move |turn| match turn < steps {
        true => call("list_files", json!({"directory": "."})),
        false => answer(),
    }
}

/// What came of a model that answers after so many steps, each of 110 tokens and 180 millionths.
fn within(steps: usize, more: &[&str]) -> (Value, Vec<String>) {
    let dir = tiny();
    let server = Server::start(chatting(late(steps)));
    dir.write("prices.toml", "[\"openai/m\"]\ninput = 1.0\noutput = 8.0\n");
    let mut args = vec!["--prices", "prices.toml"];
    args.extend(more);
    eval(&dir, "openai/m", &server, &args).run().code(0);
    (outcome(&dir), shown(&events(&dir)))
}

#[test]
fn each_limit_is_told_when_it_is_near_and_ends_the_attempt_by_name() {
    for (limit, most, near, what, failure, ending) in [
        (
            "--max-tokens",
            "1000",
            "230 tokens left.",
            "tokens",
            "out_of_tokens",
            json!({"kind": "out_of_tokens", "tokens": 990}),
        ),
        (
            "--max-cost-per-trial",
            "0.00165",
            "0.0004 dollars left.",
            "dollars",
            "out_of_dollars",
            json!({"kind": "out_of_dollars", "cost_usd": 0.00162}),
        ),
        (
            "--max-steps",
            "9",
            "2 steps left.",
            "steps",
            "out_of_steps",
            json!({"kind": "out_of_steps", "steps": 9}),
        ),
    ] {
        let (outcome, shown) = within(99, &[limit, most]);
        let mut ended = outcome["ending"].clone();
        if let Some(cost) = ended["cost_usd"].as_f64() {
            ended["cost_usd"] = json!((cost * 1e6).round() / 1e6);
        }
        assert_eq!(
            (&ended, &outcome["failure"]),
            (&ending, &json!(failure)),
            "{limit}"
        );
        assert_eq!(shown.len(), 9, "{limit}");
        assert!(shown[6].ends_with(near), "{limit}: {}", shown[6]);
        let last = "One step is left. Use it to call final_answer with the numbers you have.";
        assert!(shown[7].ends_with(last), "{limit}: {}", shown[7]);
        assert_eq!(
            shown[7].contains(&format!("Your {what} are used up.")),
            what != "steps"
        );
        let told = shown.iter().filter(|text| text.contains(" left.")).count();
        assert_eq!(
            told, 2,
            "{limit}: told once that it is near, and once that it is over"
        );
    }
}

#[test]
fn an_answer_on_the_last_step_is_an_answer() {
    for limit in [
        ["--max-tokens", "1000"],
        ["--max-cost-per-trial", "0.00165"],
        ["--max-steps", "9"],
    ] {
        let (outcome, _) = within(8, &limit);
        assert_eq!(outcome["ending"]["kind"], "answered", "{limit:?}");
        assert_eq!(
            (&outcome["pass"], &outcome["steps"]),
            (&json!(true), &json!(9))
        );
    }
    // However far it goes beyond.
    let (outcome, _) = within(0, &["--max-tokens", "1"]);
    assert_eq!(
        (&outcome["pass"], &outcome["usage"]["input_tokens"]),
        (&json!(true), &json!(100))
    );
}

#[test]
fn a_cost_cannot_be_kept_without_a_price() {
    let dir = tiny();
    let server = Server::start(|_| Answer::Close);
    let ran = eval(&dir, "openai/m", &server, &["--max-cost-per-trial", "1"]).run();
    ran.code(2)
        .complains("its price is not known; say it with --prices FILE");
    assert!(server.asks().is_empty());
}

/// A script of a model that runs in circles until fuel or time is gone.
fn circles(dir: &crate::support::Dir) {
    let write = json!({"calls": [{"tool": "write_file", "arguments":
        {"file_name": "circles.py", "content": "while True: pass\n"}}]});
    let run = json!({"calls": [{"tool": "execute_python_script", "arguments": {"file_name": "circles.py"}}]});
    let lines = [write, run.clone(), run.clone(), run];
    dir.write("script", lines.map(|line| line.to_string()).join("\n"));
}

#[test]
fn fuel_for_all_runs_together_runs_out() {
    let dir = tiny();
    circles(&dir);
    // One run may use 500 M.
    alone(&dir, "script:script", &["--max-fuel", "700M"])
        .run()
        .code(0);
    let (outcome, events) = (outcome(&dir), events(&dir));
    assert_eq!(outcome["failure"], "out_of_fuel", "{outcome}");
    assert_eq!(outcome["ending"]["kind"], "out_of_fuel");
    let fuel = outcome["fuel"].as_u64().unwrap();
    assert!((700_000_000..701_000_000).contains(&fuel), "{fuel}");
    let shown = shown(&events);
    assert_eq!(shown.len(), 4);
    assert!(
        shown[1].contains("of 500M") && shown[2].contains("of 200M"),
        "{shown:?}"
    );
    assert!(
        shown[2].contains("Your fuel is used up. One step is left."),
        "{}",
        shown[2]
    );
}

#[test]
fn time_runs_out() {
    let dir = tiny();
    let server = Server::start(|ask| {
        let late = std::time::Duration::from_millis(700);
        Answer::Late(
            late,
            chat(&call("list_files", json!({"directory": "."})), turn(ask)),
        )
    });
    eval(&dir, "openai/m", &server, &["--max-time", "3s"])
        .run()
        .code(0);
    let outcome = outcome(&dir);
    assert_eq!(outcome["ending"], json!({"kind": "out_of_time"}));
    assert_eq!(outcome["failure"], "out_of_time");
    let steps = outcome["steps"].as_u64().unwrap();
    assert!((3..=5).contains(&steps), "{steps}");
}

#[test]
fn a_model_is_told_its_limits_at_the_start() {
    let (_, shown) = within(0, &["--max-tokens", "5000"]);
    assert!(shown[0].is_empty());
    let dir = tiny();
    let server = Server::start(chatting(late(0)));
    let more = [
        "--max-tokens",
        "5000",
        "--max-fuel",
        "2G",
        "--max-time",
        "10m",
    ];
    eval(&dir, "openai/m", &server, &more).run().code(0);
    let told = server.asks()[0].body["messages"][0]["content"]
        .as_str()
        .unwrap()
        .to_owned();
    for limit in ["5000 tokens", "2G units of fuel", "600 seconds"] {
        assert!(told.contains(&format!("You have {limit}")), "{told}");
    }
}

#[test]
fn a_time_that_is_no_time_is_refused() {
    let dir = tiny();
    for (option, time) in [
        ("--max-time", "0s"),
        ("--max-time", "1500ms"),
        ("--call-timeout", "0s"),
    ] {
        let args = ["eval", "--model", "nop", option, time];
        dir.autoexp(args)
            .run()
            .code(2)
            .complains("is no number of whole seconds from 1s on");
    }
}
