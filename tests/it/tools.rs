//! The agent's tools, called by the loop as a model calls them: what each shows, and what it
//! refuses.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::OnceLock;

use autoexp::agent::{
    Agent, Brief, Budget, Environment, Event, History, Prompts, ToolSet, Tools, WORKSPACE,
};
use autoexp::model::{Call, Model, ModelError, Reply, Request};
use autoexp::sandbox::{Limits, Runner};
use autoexp::task::{Docstring, Parser, Task};
use autoexp::trial::{self, Settings};
use autoexp::workspace::{Access, Tree, Workspace};
use insta::assert_snapshot;
use regex::Regex;
use serde_json::{Value, json};

use crate::support::{Dir, sandbox};

/// Gives the replies it was made with.
struct Scripted(VecDeque<Reply>);

impl Model for Scripted {
    fn reply(&mut self, _: &Request<'_>) -> Result<Reply, ModelError> {
        let over = || ModelError::Confused("nothing more to say".to_owned());
        self.0.pop_front().ok_or_else(over)
    }
}

fn said(text: &str) -> Reply {
    Reply {
        text: text.to_owned(),
        ..Reply::default()
    }
}

/// A bundled task, as an agent finds it.
fn task() -> Tree {
    static TASK: OnceLock<Tree> = OnceLock::new();
    TASK.get_or_init(|| {
        let tasks = Path::new(env!("CARGO_MANIFEST_DIR")).join("tasks");
        let parser = Parser::with_sandbox(|| Ok(sandbox().clone()));
        let task = Task::load(&tasks, &"exposure-ebb_0".parse().unwrap(), &parser).unwrap();
        let prompts = Prompts::load().unwrap();
        let settings = Settings {
            docstring: Docstring::Full,
            ..Settings::default()
        };
        trial::as_found(&task, &settings, &prompts).unwrap()
    })
    .clone()
}

/// The events of an attempt whose model makes these calls.
fn play(set: Tools, calls: &[(&str, Value)], auxiliary: &[&str]) -> Vec<Event> {
    let runner = Runner::new(sandbox().clone(), None);
    let mut workspace = Workspace::new();
    workspace
        .mount(WORKSPACE, &task(), Access::ReadWrite)
        .unwrap();
    let mut asked = Scripted(auxiliary.iter().map(|text| said(text)).collect());
    let environment = Environment::new(workspace, &runner, Limits::default(), |_| ()).unwrap();
    let mut environment = match auxiliary {
        [] => environment,
        _ => environment.with_auxiliary(Some(&mut asked)),
    };
    let replies = calls
        .iter()
        .enumerate()
        .map(|(at, (tool, arguments))| Reply {
            calls: vec![Call {
                id: format!("call-{at}"),
                tool: (*tool).to_owned(),
                arguments: arguments.clone(),
                signatures: Vec::new(),
            }],
            ..Reply::default()
        });
    let mut events: Vec<Event> = Vec::new();
    Agent {
        model: &mut Scripted(replies.collect()),
        tools: &ToolSet::of(set),
        prompts: &Prompts::load().unwrap(),
        history: History::default(),
        max_steps: 100,
        budget: Budget::default(),
    }
    .run(
        &Brief {
            title: String::new(),
            place: WORKSPACE.to_owned(),
            packages: Vec::new(),
            limits: Vec::new(),
            functions: Vec::new(),
            experiments: Vec::new(),
            max_steps: 100,
        },
        &mut environment,
        &mut events,
    )
    .unwrap();
    events
}

/// What the model was shown, call by call.
fn shown(set: Tools, calls: &[(&str, Value)], auxiliary: &[&str]) -> String {
    let fuel = Regex::new(r"fuel [0-9.]+[kMG]? of").unwrap();
    let events = play(set, calls, auxiliary);
    let replies = events.iter().filter_map(|event| match event {
        Event::Reply { reply, .. } => Some(reply),
        _ => None,
    });
    let observed = events.iter().filter_map(|event| match event {
        Event::Observed { observations, .. } => Some(observations),
        _ => None,
    });
    let mut text = String::new();
    for (reply, observations) in replies.zip(observed) {
        for (call, observed) in reply.calls.iter().zip(observations) {
            text += &format!(
                "> {} {}\n{}\n",
                call.tool,
                call.arguments,
                observed.text.trim_end()
            );
        }
    }
    fuel.replace_all(&text, "fuel … of").into_owned()
}

#[test]
fn the_sets_have_the_tools_that_they_say() {
    let names = |set| {
        let specs = ToolSet::of(set).specs();
        for spec in &specs {
            assert_eq!(
                spec.parameters["additionalProperties"], false,
                "{}",
                spec.name
            );
            for name in spec.parameters["required"].as_array().unwrap() {
                assert!(
                    spec.parameters["properties"]
                        .get(name.as_str().unwrap())
                        .is_some()
                );
            }
        }
        specs
            .into_iter()
            .map(|spec| spec.name)
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_snapshot!(names(Tools::Aci), @"");
    assert_snapshot!(names(Tools::Bash), @"");
    assert_snapshot!(names(Tools::Editor), @"");
}

#[test]
fn each_tool_of_aci_does_what_it_says() {
    let calls = [
        ("list_files", json!({"directory": "ebb"})),
        ("read_file", json!({"file_name": "run_drift.py"})),
        (
            "inspect_file_lines",
            json!({"file_name": "run_drift.py", "start_line_number": 1, "end_line_number": 3}),
        ),
        (
            "write_file",
            json!({"file_name": "notes/a.txt", "content": "one\ntwo\n"}),
        ),
        (
            "append_file",
            json!({"file_name": "notes/a.txt", "content": "three\n"}),
        ),
        (
            "copy_file",
            json!({"source": "notes/a.txt", "destination": "b.txt"}),
        ),
        (
            "move_file",
            json!({"source": "b.txt", "destination": "notes"}),
        ),
        ("change_directory", json!({"directory": "notes"})),
        ("list_files", json!({"directory": "."})),
        (
            "command_line",
            json!({"command": "pwd; cat a.txt | wc -l; cd ..; pwd"}),
        ),
        (
            "write_file",
            json!({"file_name": "p.py", "content": "import sys; print(sys.argv[1:])"}),
        ),
        (
            "execute_python_script",
            json!({"file_name": "p.py", "arguments": ["a", "b c"]}),
        ),
        (
            "execute_python_script",
            json!({"file_name": "p.py", "arguments": "a 'b c'"}),
        ),
        (
            "write_file",
            json!({"file_name": "s.sh", "content": "echo $1; python p.py; exit 4\n"}),
        ),
        (
            "execute_bash_script",
            json!({"file_name": "s.sh", "arguments": ["x y"]}),
        ),
        (
            "edit_file",
            json!({"file_name": "notes/a.txt", "edit_instruction": "write 2 for two"}),
        ),
        (
            "understand_file",
            json!({"file_name": "notes/a.txt", "things_to_look_for": "numbers"}),
        ),
        ("write_memo", json!({"memo": "remember this"})),
        ("retrieve_memo", json!({})),
        ("final_answer", json!({"answer": {}})),
    ];
    let replies = [
        "Here it is:\n```\none\n2\nthree\n```\n",
        "It has three numbers, in words and digits.",
    ];
    let shown = shown(Tools::Aci, &calls, &replies);
    assert_snapshot!(shown, @"");
}

#[test]
fn what_a_tool_asks_of_a_model_is_recorded() {
    let long = "x = 1\n".repeat(4_000);
    let calls = [
        (
            "write_file",
            json!({"file_name": "long.py", "content": long}),
        ),
        (
            "understand_file",
            json!({"file_name": "long.py", "things_to_look_for": "x"}),
        ),
    ];
    let replies: Vec<String> = (0..12).map(|at| format!("answer {at}")).collect();
    let replies: Vec<&str> = replies.iter().map(String::as_str).collect();
    let events = play(Tools::Aci, &calls, &replies);
    let asked: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            Event::Observed { observations, .. } => Some(&observations[0]),
            _ => None,
        })
        .collect();
    assert!(asked[0].auxiliary.is_empty());
    // Six pieces, and one that merges.
    let auxiliary = &asked[1].auxiliary;
    assert_eq!(auxiliary.len(), 7, "{auxiliary:?}");
    assert!(
        auxiliary[1]
            .text
            .contains("part 2 of 6 of the file long.py")
    );
    assert!(auxiliary[6].text.contains("Part 6:\nanswer 5"));
    assert_eq!(asked[1].text, "answer 6");
    let line = serde_json::to_value(asked[1]).unwrap();
    assert_eq!(line["auxiliary"][6]["reply"]["text"], "answer 6");
}

#[test]
fn each_tool_of_the_editor_does_what_it_says() {
    const EDITOR: &str = "str_replace_based_edit_tool";
    let calls = [
        ("bash", json!({"command": "cd ebb; ls | head -2"})),
        (
            EDITOR,
            json!({"command": "view", "path": "/workspace/configs"}),
        ),
        (
            EDITOR,
            json!({"command": "create", "path": "n.py", "file_text": "a = 1\nb = 2\nb = 2\n"}),
        ),
        (EDITOR, json!({"command": "view", "path": "n.py"})),
        (
            EDITOR,
            json!({"command": "view", "path": "n.py", "view_range": [2, -1]}),
        ),
        (
            EDITOR,
            json!({"command": "str_replace", "path": "n.py", "old_str": "a = 1", "new_str": "a = 3\nc = 4"}),
        ),
        (
            EDITOR,
            json!({"command": "str_replace", "path": "n.py", "old_str": "b = 2", "new_str": ""}),
        ),
        (
            EDITOR,
            json!({"command": "str_replace", "path": "n.py", "old_str": "nope", "new_str": ""}),
        ),
        (
            EDITOR,
            json!({"command": "insert", "path": "n.py", "insert_line": 0, "insert_text": "import os"}),
        ),
        (
            EDITOR,
            json!({"command": "insert", "path": "n.py", "insert_line": 9, "insert_text": "x"}),
        ),
        (EDITOR, json!({"command": "insert", "path": "n.py"})),
        (EDITOR, json!({"command": "view", "path": "/etc/passwd"})),
        (EDITOR, json!({"command": "undo_edit", "path": "n.py"})),
        ("bash", json!({"command": "git diff --stat; python n.py"})),
    ];
    assert_snapshot!(shown(Tools::Editor, &calls, &[]), @"");
}

#[test]
fn a_limit_that_is_met_is_shown_and_long_output_keeps_its_ends() {
    let calls = [
        ("bash", json!({"command": "f() { f; }; echo before; f"})),
        (
            "bash",
            json!({"command": "python -c 'bytearray(3 << 30)' 2>&1 | tail -1"}),
        ),
        ("bash", json!({"command": "seq 1 20000"})),
    ];
    let shown = shown(Tools::Bash, &calls, &[]);
    assert!(
        shown.contains("overflowed the stack: calls nested too deeply"),
        "{shown}"
    );
    assert!(shown.contains("Standard output:\nbefore\n"), "{shown}");
    assert!(shown.contains("MemoryError"), "{shown}");
    assert!(
        shown.contains("characters not shown; print less"),
        "{shown}"
    );
    assert!(shown.contains("\n20000"), "{shown}");
}

#[test]
fn what_a_tool_refuses_is_said_so_that_it_can_be_mended() {
    let calls = [
        ("read_file", json!({"file_name": "../../etc/passwd"})),
        ("write_file", json!({"file_name": "/etc/x", "content": ""})),
        ("copy_file", json!({"source": "/tmp/x", "destination": "y"})),
        (
            "move_file",
            json!({"source": "TASK.md", "destination": "/tmp/"}),
        ),
        ("change_directory", json!({"directory": "/"})),
        ("execute_python_script", json!({"file_name": "/tmp/x.py"})),
        ("execute_bash_script", json!({"file_name": "none.sh"})),
        (
            "edit_file",
            json!({"file_name": "TASK.md", "edit_instruction": "x"}),
        ),
        (
            "understand_file",
            json!({"file_name": "TASK.md", "things_to_look_for": "x"}),
        ),
        (
            "inspect_file_lines",
            json!({"file_name": "TASK.md", "start_line_number": 0, "end_line_number": 3}),
        ),
        ("read_file", json!({"file_name": "ebb"})),
        (
            "execute_bash_script",
            json!({"file_name": "TASK.md", "arguments": "'"}),
        ),
        ("write_memo", json!({"memo": "x".repeat(30_000)})),
    ];
    let shown = shown(Tools::Aci, &calls, &[]).replace(&"x".repeat(30_000), "x…");
    assert_snapshot!(shown, @"");
    // No calls at all: so many in a row end an attempt.
    let calls = [
        ("list_files", json!({})),
        ("read_file", json!({"file_name": "a", "more": 1})),
        ("rm", json!({})),
    ];
    assert_snapshot!(self::shown(Tools::Aci, &calls, &[]), @"");
}

#[test]
fn the_oracle_is_verified_with_each_set() {
    for set in ["aci", "bash", "editor"] {
        let dir = Dir::new();
        crate::paper::lay(&dir);
        let args = [
            "eval", "--n", "0..2", "--model", "oracle", "--tools", set, "--out", "out",
        ];
        dir.autoexp(args).run().code(0);
    }
}
