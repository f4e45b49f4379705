//! Trajectories for other harnesses, without one: what of a record is where. `.ci/peers` has Harbor's
//! own models read them.

use std::fs;

use serde_json::{Value, json};

use crate::paper::{self, MEANS};
use crate::support::Dir;

/// The trajectory of a script's trial, checked for what ATIF demands of any.
fn trajectory(replies: &[Value], settings: &[&str]) -> Value {
    let dir = Dir::new();
    paper::lay(&dir);
    let lines: Vec<String> = replies.iter().map(Value::to_string).collect();
    dir.write("script", lines.join("\n"));
    let eval = [
        "eval",
        "--model",
        "script:script",
        "--task",
        "tiny_0",
        "--out",
        "out",
    ];
    dir.autoexp(eval.iter().chain(settings)).run().code(0);
    dir.autoexp(["report", "out", "--format", "atif"])
        .run()
        .code(0)
        .prints("trajectories: 1, each in a folder of out/atif\n");
    let trial = fs::read_dir(dir.path("out/trials")).unwrap().next();
    let trial = trial.unwrap().unwrap().file_name().into_string().unwrap();
    let found = dir.read(&format!("out/atif/{trial}/trajectory.json"));

    let args = [
        "report", "out", "--format", "atif", "--trial", &trial, "--out", "one",
    ];
    dir.autoexp(args).run().code(0);
    assert_eq!(dir.read(&format!("one/{trial}/trajectory.json")), found);
    dir.autoexp(["report", "out", "--format", "atif", "--trial", "other"])
        .run()
        .code(2)
        .complains("the runs have no trial other");

    let found: Value = serde_json::from_str(&found).unwrap();
    assert_eq!(found["session_id"], trial);
    let steps = found["steps"].as_array().unwrap();
    for (place, step) in steps.iter().enumerate() {
        assert_eq!(step["step_id"], place + 1);
        assert!(step["message"].is_string(), "{step:#}");
        let no_calls = Vec::new();
        let calls = step["tool_calls"].as_array().unwrap_or(&no_calls);
        let mut ids: Vec<&str> = Vec::new();
        for call in calls {
            assert!(call["arguments"].is_object(), "{call:#}");
            ids.push(call["tool_call_id"].as_str().unwrap());
        }
        let results = step["observation"]["results"].as_array();
        for result in results.into_iter().flatten() {
            if let Some(source) = result["source_call_id"].as_str() {
                assert!(ids.contains(&source), "{step:#}");
            }
        }
        if step["source"] != "agent" {
            for field in ["tool_calls", "metrics", "model_name", "llm_call_count"] {
                assert!(step[field].is_null(), "{step:#}");
            }
        }
    }
    found
}

fn sources(trajectory: &Value) -> String {
    let steps = trajectory["steps"].as_array().unwrap().iter();
    let sources = steps.map(|step| {
        let calls = step["tool_calls"].as_array();
        let calls = calls.into_iter().flatten();
        let names = calls.map(|call| call["function_name"].as_str().unwrap());
        let names = names.collect::<Vec<_>>().join(", ");
        let source = step["source"].as_str().unwrap();
        let event = step["extra"]["event"].as_str();
        let note = event
            .or(step["extra"]["purpose"].as_str())
            .unwrap_or_default();
        format!("{source} {note}{names}").trim().to_owned()
    });
    sources.collect::<Vec<_>>().join("; ")
}

fn answer() -> Value {
    json!({"answer": {"main": {"mean": 7.3125, "width": 11.25},
        "table": {"rows": [[2.4375, 3.75], [4.875, 7.5]]}}})
}

#[test]
fn native_calls_have_their_results_tokens_and_dollars() {
    let usage = |input: u64| {
        json!({"input_tokens": input, "cached_tokens": 60, "cache_write_tokens": 0,
            "output_tokens": 10, "reasoning_tokens": 4})
    };
    let run = json!({"file_name": "run.py", "arguments": ["--scale", "3"]});
    let replies = [
        json!({"text": "First.", "reasoning": [{"text": "So"}, {"signature": "s"}, {"text": "then"}],
            "calls": [{"id": "a", "tool": "write_file",
                "arguments": {"file_name": "tiny/means.py", "content": MEANS}},
                {"id": "b", "tool": "execute_python_script", "arguments": run}],
            "model": "m-1", "usage": usage(100), "cost_usd": 0.25}),
        json!({"calls": [{"id": "c", "tool": "final_answer", "arguments": "no object"}],
            "usage": usage(200), "cost_usd": 0.5}),
        json!({"calls": [{"id": "d", "tool": "final_answer", "arguments": answer()}],
            "usage": usage(300), "cost_usd": 0.125}),
    ];
    let found = trajectory(&replies, &[]);
    insta::assert_snapshot!(sources(&found), @"system; user; agent write_file, execute_python_script; agent final_answer; agent final_answer");
    assert_eq!(found["schema_version"], "ATIF-v1.7");
    assert_eq!(found["agent"]["model_name"], "script:script");
    assert_eq!(found["extra"]["score"]["verified"], true);
    assert_eq!(found["extra"]["ending"]["kind"], "answered");
    let totals = &found["final_metrics"];
    assert_eq!(totals["total_prompt_tokens"], 600);
    assert_eq!(totals["total_cached_tokens"], 180);
    assert_eq!(totals["total_completion_tokens"], 30);
    assert_eq!(totals["total_cost_usd"], 0.875);
    assert_eq!(totals["total_steps"], 5);
    assert!(totals["extra"]["fuel"].as_u64().unwrap() > 0);

    let first = &found["steps"][2];
    assert_eq!(first["reasoning_content"], "So\n\nthen");
    assert_eq!(first["model_name"], "m-1");
    assert_eq!(
        first["metrics"],
        json!({"prompt_tokens": 100, "cached_tokens": 60, "completion_tokens": 10, "cost_usd": 0.25,
            "extra": {"cache_write_tokens": 0, "reasoning_tokens": 4}})
    );
    let ran = &first["observation"]["results"][1];
    assert_eq!(ran["source_call_id"], "b");
    assert!(ran["content"].as_str().unwrap().contains("width is 11.25"));
    assert_eq!(ran["extra"]["exit"], "exited");
    assert_eq!(ran["extra"]["python"][0]["program"], "run.py");
    assert!(ran["extra"]["fuel"].as_u64().unwrap() > 0);
    let wrong = &found["steps"][3]["tool_calls"][0]["arguments"];
    assert_eq!(wrong, &json!({"text": "no object"}));
}

#[test]
fn calls_that_were_read_from_text_are_calls() {
    let action = json!({"tool": "final_answer", "arguments": answer()});
    let four = "Reflection: r\nResearch Plan and Status: p\nFact Check: f\nThought: t";
    for (strategy, fields) in [("react", "Thought: t"), ("four-field", four)] {
        let look = json!({"tool": "list_files", "arguments": {"directory": "."}});
        let replies = [
            json!({"text": "nothing to read"}),
            json!({"text": format!("{fields}\nAction: {look}")}),
            json!({"text": format!("{fields}\nAction: {action}")}),
        ];
        let found = trajectory(&replies, &["--strategy", strategy]);
        assert_eq!(
            sources(&found),
            "system; user; agent; agent list_files; agent final_answer",
            "{strategy}"
        );
        let step = &found["steps"][3];
        assert_eq!(step["tool_calls"][0]["arguments"], look["arguments"]);
        let last = &found["steps"][4]["tool_calls"][0];
        assert_eq!(last["arguments"], answer());
        let result = &step["observation"]["results"][0];
        assert_eq!(
            result["source_call_id"],
            step["tool_calls"][0]["tool_call_id"]
        );
        assert!(found["steps"][2]["observation"]["results"][0]["source_call_id"].is_null());
    }
}

#[test]
fn tries_reflections_and_single_replies_are_steps() {
    let wrong =
        json!({"answer": {"main": {"mean": 1, "width": 1}, "table": {"rows": [[1, 1], [1, 1]]}}});
    let call = |arguments: Value| json!({"calls": [{"id": "a", "tool": "final_answer", "arguments": arguments}]});
    let solve = json!({"calls": [
        {"id": "b", "tool": "write_file", "arguments": {"file_name": "tiny/means.py", "content": MEANS}},
        {"id": "c", "tool": "execute_python_script", "arguments": {"file_name": "table.py"}},
    ]});
    let replies = [
        call(wrong),
        json!({"text": "Look first."}),
        solve,
        call(answer()),
    ];
    let found = trajectory(&replies, &["--strategy", "reflexion"]);
    insta::assert_snapshot!(sources(&found), @"system; user; agent final_answer; system tried; user; agent reflection; system; user; agent write_file, execute_python_script; agent final_answer");

    let mean = MEANS.split("\n\n\n").next().unwrap();
    let text = format!("### tiny/means.py::mean\n```python\n{mean}\n```\n");
    let found = trajectory(&[json!({ "text": text })], &["--interaction", "fixed"]);
    insta::assert_snapshot!(sources(&found), @"system; user; agent write_functions");
    assert_eq!(found["extra"]["score"]["verified"], true);
}
