//! Each provider's protocol: what is sent, what is handed back, what it costs.

use serde_json::{Value, json};

use super::mind::{self, Said, call, solve, turn};
use super::server::{Answer, Ask, Server};
use super::{eval, events, outcome, report, shown, tiny, verified};

/// A price for each provider's model.
const PRICES: &str = "\
[\"openai/m\"]\ninput = 1.0\ncached = 0.5\noutput = 4.0\n\
[\"anthropic/m\"]\ninput = 1.0\ncached = 0.5\ncache_write = 2.0\noutput = 4.0\n\
[\"gemini/m\"]\ninput = 1.0\ncached = 0.5\noutput = 4.0\n";

/// Has a model solve the task by its protocol, and gives back what was asked.
#[track_caller]
fn solved(
    model: &str,
    speak: impl Fn(&Said, usize) -> Value + Send + Sync + 'static,
    more: &[&str],
) -> (Vec<Ask>, Value, Vec<Value>) {
    let dir = tiny();
    dir.write("prices.toml", PRICES);
    let server = Server::start(move |ask| {
        let turn = turn(ask);
        Answer::Json(speak(&solve(turn), turn))
    });
    let mut args = vec![
        "--prices",
        "prices.toml",
        "--temperature",
        "0.5",
        "--model-seed",
        "3",
    ];
    args.extend(more);
    let ran = eval(&dir, model, &server, &args).run().code(0);
    assert_eq!(verified(&report(&ran)), [true], "{ran}");
    assert_eq!(server.asks().len(), 4);
    (server.asks(), outcome(&dir), events(&dir))
}

/// The cost of four replies, each of 100 tokens read, 40 of them cached, and 10 written.
const COST: f64 = 4.0 * (60.0 + 40.0 * 0.5 + 10.0 * 4.0) / 1e6;

#[track_caller]
fn costs(outcome: &Value, cost: Option<f64>) {
    let usage = &outcome["usage"];
    assert_eq!(
        (&usage["input_tokens"], &usage["output_tokens"]),
        (&json!(400), &json!(40))
    );
    match cost {
        Some(cost) => assert!((outcome["cost_usd"].as_f64().unwrap() - cost).abs() < 1e-12),
        None => assert!(outcome["cost_usd"].is_null(), "{outcome}"),
    }
}

#[test]
fn chat_completions() {
    let (asks, outcome, events) = solved("openai/m", mind::chat, &["--effort", "high"]);
    costs(&outcome, Some(COST));
    assert_eq!(outcome["usage"]["cached_tokens"], 160);
    assert_eq!(outcome["usage"]["reasoning_tokens"], 16);
    let body = &asks[3].body;
    assert_eq!(asks[3].path, "/v1/chat/completions");
    assert_eq!(body["model"], "m");
    assert_eq!(
        (&body["temperature"], &body["seed"]),
        (&json!(0.5), &json!(3))
    );
    assert_eq!(body["reasoning_effort"], "high");
    assert_eq!(body["tools"].as_array().unwrap().len(), 16);
    // Nothing that only OpenAI's own servers know.
    for private in [
        "prompt_cache_key",
        "prompt_cache_retention",
        "prompt_cache_options",
    ] {
        assert!(body.get(private).is_none(), "{private}");
    }
    let messages = body["messages"].as_array().unwrap();
    let roles: Vec<&str> = messages
        .iter()
        .map(|it| it["role"].as_str().unwrap())
        .collect();
    let turn = ["assistant", "tool"];
    assert_eq!(
        roles,
        [&["system", "user"][..], &turn, &turn, &turn].concat()
    );
    assert_eq!(messages[2]["reasoning_content"], "First the body.");
    assert_eq!(
        messages[3]["tool_call_id"],
        messages[2]["tool_calls"][0]["id"]
    );
    let reply = &events[1]["reply"];
    assert_eq!(reply["model"], "m-1");
    assert_eq!(reply["reasoning"], json!([{"text": "First the body."}]));
    assert!((reply["cost_usd"].as_f64().unwrap() - COST / 4.0).abs() < 1e-12);
}

#[test]
fn responses() {
    let more = ["--effort", "low"];
    let (asks, outcome, events) = solved("openai-responses/m", mind::responses, &more);
    costs(&outcome, Some(COST));
    let body = &asks[2].body;
    assert_eq!(asks[2].path, "/v1/responses");
    assert_eq!(
        (&body["store"], &body["reasoning"]["effort"]),
        (&json!(false), &json!("low"))
    );
    assert_eq!(body["include"], json!(["reasoning.encrypted_content"]));
    assert!(body.get("seed").is_none(), "Responses takes none");
    let input = body["input"].as_array().unwrap();
    let sealed: Vec<&Value> = input
        .iter()
        .filter(|it| it["type"] == "reasoning")
        .collect();
    assert_eq!(sealed.len(), 2);
    assert_eq!(sealed[0]["encrypted_content"], "sealed: First the body.");
    let at = |kind: &str| input.iter().position(|it| it["type"] == kind).unwrap();
    assert!(
        at("reasoning") < at("function_call") && at("function_call") < at("function_call_output")
    );
    let sealed = json!([{"signature": "sealed: First the body."}]);
    assert_eq!(events[1]["reply"]["reasoning"], sealed);
    assert!(
        body["tools"]
            .as_array()
            .unwrap()
            .iter()
            .all(|tool| tool["strict"] == false)
    );
}

#[test]
fn messages() {
    let more = ["--effort", "2000"];
    let (asks, outcome, events) = solved("anthropic/m", mind::messages, &more);
    costs(
        &outcome,
        Some(4.0 * (50.0 + 40.0 * 0.5 + 10.0 * 2.0 + 10.0 * 4.0) / 1e6),
    );
    assert_eq!(outcome["usage"]["cache_write_tokens"], 40);
    let body = &asks[2].body;
    assert_eq!(asks[2].path, "/v1/messages");
    assert!(
        asks[2].headers.contains_key("x-api-key")
            && asks[2].headers.contains_key("anthropic-version")
    );
    assert_eq!(body["thinking"]["budget_tokens"], 2000);
    assert!(body["max_tokens"].as_u64().unwrap() > 2000);
    // What all requests share, and what this one adds, is kept by the provider.
    assert!(body["system"][0]["cache_control"].is_object());
    let messages = body["messages"].as_array().unwrap();
    let last = messages.last().unwrap()["content"].as_array().unwrap();
    assert!(last.last().unwrap()["cache_control"].is_object());
    let kept = body.to_string().matches("cache_control").count();
    assert_eq!(kept, 2, "four are allowed");
    let thoughts = messages[1]["content"].as_array().unwrap();
    let thought =
        json!({"type": "thinking", "thinking": "First the body.", "signature": "signed 0"});
    assert_eq!(thoughts[0], thought);
    assert_eq!(
        thoughts[1],
        json!({"type": "redacted_thinking", "data": "redacted 0"})
    );
    assert_eq!(thoughts[2]["type"], "tool_use");
    assert_eq!(messages[2]["content"][0]["type"], "tool_result");
    assert_eq!(events[1]["reply"]["reasoning"].as_array().unwrap().len(), 3);
}

#[test]
fn gemini() {
    let (asks, outcome, _) = solved("gemini/m", mind::gemini, &["--effort", "1000"]);
    costs(&outcome, Some(COST));
    let body = &asks[2].body;
    assert_eq!(asks[2].path, "/v1/models/m:generateContent");
    assert!(!asks[2].path.contains("key"));
    let generation = &body["generationConfig"];
    assert_eq!(generation["thinkingConfig"]["thinkingBudget"], 1000);
    assert_eq!(generation["seed"], 3);
    let parts = body["contents"][1]["parts"].as_array().unwrap();
    assert_eq!(parts[0]["thoughtSignature"], "signed 0");
    assert_eq!(parts[0]["functionCall"]["name"], "write_file");
    let result = &body["contents"][2]["parts"][0]["functionResponse"];
    assert_eq!(result["name"], "write_file");
}

#[test]
fn ollama() {
    let (asks, outcome, _) = solved("ollama/m", mind::ollama, &["--effort", "low"]);
    // A server elsewhere, at a price that nobody said.
    costs(&outcome, None);
    let body = &asks[3].body;
    assert_eq!(asks[3].path, "/api/chat");
    assert_eq!(body["options"], json!({"temperature": 0.5, "seed": 3}));
    assert_eq!(body["think"], "low");
}

#[test]
fn a_provider_that_takes_no_tokens_as_effort_says_so_before_it_is_asked() {
    let dir = tiny();
    let before = dir.snapshot();
    let server = Server::start(|_| Answer::Close);
    for model in ["openai/m", "openai-responses/m", "ollama/m"] {
        let ran = eval(&dir, model, &server, &["--effort", "2000"]).run();
        ran.code(2).complains("takes no number of tokens as effort");
    }
    assert_eq!(dir.snapshot(), before, "nothing was begun");
    assert!(server.asks().is_empty());
}

#[test]
fn a_name_that_ends_as_an_effort_is_called_is_sent_as_it_is() {
    for (model, effort) in [
        ("openai/m-max", "reasoning_effort"),
        ("openai-responses/m-max", "reasoning"),
    ] {
        let dir = tiny();
        let server = Server::start(move |ask| {
            let speak = match ask.path.ends_with("responses") {
                true => mind::responses,
                false => mind::chat,
            };
            Answer::Json(speak(&mind::answer(), 0))
        });
        eval(&dir, model, &server, &[]).run().code(0);
        let body = &server.asks()[0].body;
        assert_eq!(body["model"], "m-max");
        assert!(body[effort].is_null(), "{body}");
    }
    // Its name goes into the address.
    let dir = tiny();
    let server = Server::start(|_| Answer::Close);
    let ran = eval(&dir, "gemini/m-max", &server, &[]).run().code(2);
    ran.complains("the end of its name would be taken for an effort; give one with --effort");
    eval(
        &dir,
        "gemini/m-max",
        &server,
        &["--effort", "low", "--retries", "0"],
    )
    .run()
    .code(1);
    assert!(
        server.asks()[0].path.contains("/m-max:"),
        "{:?}",
        server.asks()[0]
    );
}

/// A chat whose replies are bodies, up to the right answer.
fn saying(bodies: Vec<Value>) -> Server {
    Server::start(move |ask| {
        let body = bodies.get(turn(ask)).cloned();
        Answer::Json(body.unwrap_or_else(|| mind::chat(&mind::answer(), 9)))
    })
}

fn raw(message: Value, finish: &str) -> Value {
    let mut body = mind::chat(&Said::default(), 0);
    body["choices"][0]["message"] = message;
    body["choices"][0]["finish_reason"] = json!(finish);
    body
}

#[test]
fn what_is_no_valid_call_is_corrected_counted_and_paid_for() {
    let function = |name: &str, arguments: Value| json!({"id": "c", "type": "function", "function": {"name": name, "arguments": arguments}});
    let calls = |calls: Vec<Value>| json!({"content": null, "tool_calls": calls});
    let list = function("list_files", json!("{\"directory\": \".\"}"));
    let dir = tiny();
    let server = saying(vec![
        raw(
            calls(vec![function("read_file", json!("{\"file_name\": "))]),
            "length",
        ),
        raw(calls(vec![function("grep", json!("{}"))]), "tool_calls"),
        // Two at once, and the same id again; as an object; without an id or a type.
        raw(calls(vec![list.clone(), list]), "stop"),
        raw(json!({"content": "I think I am done."}), "stop"),
        raw(
            calls(vec![function("read_file", json!({"file_name": "run.py"}))]),
            "tool_calls",
        ),
        raw(
            calls(vec![
                json!({"function": {"name": "list_files", "arguments": "{\"directory\": \"tiny\"}"}}),
            ]),
            "tool_calls",
        ),
        raw(
            json!({"content": [{"type": "text", "text": "Hm."}]}),
            "length",
        ),
        raw(
            calls(vec![function("read_file", json!("{\"file\": 1}"))]),
            "tool_calls",
        ),
    ]);
    eval(&dir, "openai/m", &server, &[]).run().code(0);
    let (outcome, events) = (outcome(&dir), events(&dir));
    assert_eq!(outcome["ending"]["kind"], "answered", "{outcome}");
    assert_eq!(
        (&outcome["steps"], &outcome["corrections"]),
        (&json!(9), &json!(5))
    );
    assert_eq!(outcome["usage"]["input_tokens"], 900);
    let shown = shown(&events);
    for (step, part) in [
        (
            0,
            "the arguments are no JSON object: your reply was cut off",
        ),
        (1, "there is no tool \"grep\""),
        (2, "run.py"),
        (3, "Your reply called no tool."),
        (4, "import json, sys"),
        (5, "means.py"),
        (6, "Your reply was cut off"),
        (7, "unknown field `file`"),
    ] {
        assert!(shown[step].contains(part), "{step}: {}", shown[step]);
    }
    // Each call has an id of its own, and its result follows it.
    let messages = server.asks()[8].body["messages"]
        .as_array()
        .unwrap()
        .clone();
    let ids = |of: &str| -> Vec<String> {
        let list = messages.iter().flat_map(|message| match of {
            "tool" => vec![message["tool_call_id"].clone()],
            _ => message["tool_calls"]
                .as_array()
                .cloned()
                .unwrap_or_default()
                .into_iter()
                .map(|call| call["id"].clone())
                .collect(),
        });
        list.filter_map(|id| id.as_str().map(str::to_owned))
            .collect()
    };
    let called = ids("assistant");
    assert_eq!(called, ids("tool"));
    let mut apart = called.clone();
    apart.sort();
    apart.dedup();
    assert_eq!((apart.len(), called.len()), (7, 7), "{called:?}");
    // What was no JSON goes back as some.
    let sent = messages[2]["tool_calls"][0]["function"]["arguments"]
        .as_str()
        .unwrap();
    assert!(serde_json::from_str::<Value>(sent).unwrap().is_object());
}

#[test]
fn three_replies_in_a_row_without_a_valid_call_end_an_attempt() {
    let dir = tiny();
    let prose = || raw(json!({"content": "Hello."}), "stop");
    let good = mind::chat(&call("list_files", json!({"directory": "."})), 2);
    let server = saying(vec![prose(), prose(), good, prose(), prose(), prose()]);
    let ran = eval(&dir, "openai/m", &server, &[]).run().code(0);
    let outcome = outcome(&dir);
    assert_eq!(
        outcome["ending"],
        json!({"kind": "no_valid_call", "replies": 3})
    );
    assert_eq!(
        (&outcome["steps"], &outcome["corrections"]),
        (&json!(6), &json!(5))
    );
    assert_eq!(report(&ran)["rows"][0]["failure"], "no valid call");
}

#[test]
fn a_refusal_ends_an_attempt_by_name() {
    for (reply, reason) in [
        (
            raw(
                json!({"content": null, "refusal": "I'd rather not."}),
                "stop",
            ),
            "I'd rather not.",
        ),
        (
            raw(json!({"content": ""}), "content_filter"),
            "a filter of the provider's withheld the reply",
        ),
    ] {
        let dir = tiny();
        let server = saying(vec![reply]);
        let ran = eval(&dir, "openai/m", &server, &[]).run().code(0);
        let outcome = outcome(&dir);
        assert_eq!(
            outcome["ending"],
            json!({"kind": "refused", "reason": reason})
        );
        assert_eq!(outcome["failure"], "refused");
        assert_eq!(report(&ran)["rows"][0]["failure"], "refused");
    }
    let dir = tiny();
    let server = Server::start(|_| {
        let body = r#"{"error": {"code": "content_filter", "message": "filtered"}}"#;
        Answer::Status(400, Vec::new(), body.to_owned())
    });
    eval(&dir, "openai/m", &server, &[]).run().code(0);
    assert_eq!(outcome(&dir)["failure"], "refused");
}
