//! What models are told, word by word.

use autoexp::agent::{Problem, Prompts, Strategy};
use insta::assert_snapshot;
use serde_json::Value;

use crate::paper;
use crate::support::Dir;

/// The first request of a trial at the tiny paper, without the tools unless they are wanted.
fn opening(task: &str, more: &[&str]) -> String {
    let dir = Dir::new();
    paper::lay(&dir);
    let args = ["prompt", "show", task];
    let shown = dir
        .autoexp(args.iter().chain(more))
        .run()
        .code(0)
        .silent()
        .stdout();
    let tools = shown.find("=== tool ").unwrap_or(shown.len());
    shown[..tools].to_owned()
}

fn tools(set: &str) -> String {
    let dir = Dir::new();
    paper::lay(&dir);
    let shown = dir.autoexp(["prompt", "show", "tiny_0", "--tools", set]);
    let shown = shown.run().code(0).stdout();
    shown[shown.find("=== tool ").unwrap()..].to_owned()
}

#[test]
fn the_opening_of_a_trial() {
    assert_snapshot!("native", opening("tiny_0,1", &[]));
    assert_snapshot!("native_nothing_masked", opening("tiny", &[]));
    let limited = [
        "--max-tokens",
        "5000",
        "--max-fuel",
        "2G",
        "--max-time",
        "90s",
    ];
    let ablated = [
        "--paper",
        "none",
        "--command",
        "withheld",
        "--readme",
        "removed",
    ];
    let more: Vec<&str> = limited.into_iter().chain(ablated).collect();
    assert_snapshot!("native_little_given", opening("tiny_0", &more));
}

#[test]
fn the_tools_as_models_are_told_of_them() {
    for set in ["aci", "bash", "editor"] {
        assert_snapshot!(format!("tools_{set}"), tools(set));
    }
}

#[test]
fn what_is_said_later() {
    let prompts = Prompts::load().unwrap();
    let said = [
        prompts.malformed("write_file", false),
        prompts.malformed("write_file", true),
        prompts.near("steps", "2"),
        prompts.near("time", "9 seconds"),
        prompts.last_step("steps"),
        prompts.last_step("tokens"),
        prompts.last_step("time"),
        prompts.summarise(),
        prompts.earlier(4, None),
        prompts.earlier(4, Some("I read the paper.")),
        prompts.elsewhere(4),
        prompts.reflect("It ended without an answer: all steps were used."),
        prompts.plan("1. Look around."),
        prompts.folder(&"tiny_0".parse().unwrap(), &[]),
        prompts.folder(&"tiny_0".parse().unwrap(), &["autograd==1.9.1".to_owned()]),
    ];
    let said: Vec<String> = said.into_iter().map(Result::unwrap).collect();
    assert_snapshot!("later", said.join("\n---\n"));
}

#[test]
fn what_tools_ask_of_another_model() {
    let prompts = Prompts::load().unwrap();
    let said = [
        prompts.edit_file("a.py", "Say 2.\nNot 1.", "print(1)\n"),
        prompts.understand_part("a.py", "what it prints", (2, 3), "     7\tprint(1)\n"),
        prompts.merge_notes("a.py", "what it prints", &["1".to_owned(), "2".to_owned()]),
    ];
    assert_snapshot!("asked", said.map(Result::unwrap).join("---\n"));
}

#[test]
fn what_is_shown_is_what_is_sent() {
    let dir = Dir::new();
    paper::lay(&dir);
    let settings = [
        "--tools",
        "bash",
        "--command",
        "withheld",
        "--max-steps",
        "7",
    ];
    let shown = ["prompt", "show", "tiny_0", "--json"];
    let shown = dir.autoexp(shown.iter().chain(&settings)).run().code(0);
    let shown: Value = serde_json::from_slice(&shown.stdout).unwrap();
    let eval = ["eval", "--model", "nop", "--task", "tiny_0", "--out", "out"];
    dir.autoexp(eval.iter().chain(&settings)).run().code(0);
    let trial = std::fs::read_dir(dir.path("out/trials")).unwrap().next();
    let trial = trial.unwrap().unwrap().path();
    let events = std::fs::read_to_string(trial.join("trajectory.jsonl")).unwrap();
    let sent: Value = serde_json::from_str(events.lines().next().unwrap()).unwrap();
    assert_eq!(shown["messages"], sent["messages"]);
    assert_eq!(shown["tools"], sent["tools"]);
}

#[test]
fn the_opening_with_each_strategy() {
    for strategy in ["react", "plan", "four-field"] {
        let shown = opening("tiny_0", &["--strategy", strategy, "--tools", "bash"]);
        assert_snapshot!(format!("strategy_{strategy}"), shown);
    }
}

#[test]
fn the_opening_of_a_fixed_trial_and_of_passages() {
    let fixed = ["--interaction", "fixed"];
    assert_snapshot!("fixed", opening("tiny_0,1", &fixed));
    assert_snapshot!("fixed_nothing_masked", opening("tiny", &fixed));
    let little = [
        "--interaction",
        "fixed",
        "--paper",
        "none",
        "--command",
        "withheld",
    ];
    assert_snapshot!("fixed_little_given", opening("tiny_0", &little));
    assert_snapshot!("passages", opening("tiny_0", &["--paper", "lexical"]));
}

#[test]
fn what_is_said_to_a_fixed_reply_that_lacks_functions() {
    let prompts = Prompts::load().unwrap();
    let problem = Problem::NoFunctions {
        missing: vec!["a.py::f".to_owned(), "a.py::C.g".to_owned()],
    };
    let said = [false, true].map(|cut| prompts.fixed_correction(&problem, cut).unwrap());
    assert_snapshot!("fixed_corrections", said.join("\n---\n"));
}

#[test]
fn passages_are_of_the_sections_that_are_about_the_masked_functions() {
    let tasks = format!("{}/tasks", env!("CARGO_MANIFEST_DIR"));
    let shown = |task: &str, paper: &str| {
        let args = ["prompt", "show", task, "--tasks", &tasks, "--paper", paper];
        Dir::new().autoexp(args).run()
    };
    let headings = |task, paper| -> Vec<String> {
        let text = shown(task, paper).code(0).stdout();
        let lines = text.lines().skip_while(|line| *line != "## From the paper");
        let lines = lines.take_while(|line| !line.starts_with("==="));
        let mut headings: Vec<String> = lines
            .filter(|line| line.starts_with("### "))
            .map(str::to_owned)
            .collect();
        headings.dedup();
        headings
    };
    let sections = ["### 3.1 Directed affinities", "### 3.3 Logits"];
    assert_eq!(headings("exposure-ebb_0,2", "oracle"), sections);
    assert!(headings("exposure-ebb_2", "lexical").contains(&"### 3.3 Logits".to_owned()));

    let dir = Dir::new();
    paper::lay(&dir);
    let args = ["prompt", "show", "tiny_0", "--paper", "oracle"];
    dir.autoexp(args)
        .run()
        .code(2)
        .complains("find what tiny says of mean: its docstring in task.toml names no section");
}

#[test]
fn what_is_said_to_a_reply_that_is_not_as_it_should_be() {
    let prompts = Prompts::load().unwrap();
    let problems = [
        Problem::NoCall,
        Problem::SeveralCalls { count: 2 },
        Problem::NoFields {
            missing: vec!["Fact Check", "Thought"],
        },
        Problem::Unreadable {
            why: "the JSON object isn't closed".to_owned(),
        },
        Problem::NoPlan,
    ];
    let mut said = String::new();
    for strategy in [
        Strategy::Native,
        Strategy::React,
        Strategy::Plan,
        Strategy::FourField,
    ] {
        for problem in &problems {
            for cut in [false, true] {
                let text = prompts.correction(strategy, problem, cut).unwrap();
                said += &format!("--- {strategy:?}, {problem:?}, cut: {cut}\n{text}\n");
            }
        }
    }
    assert_snapshot!("corrections", said);
}
