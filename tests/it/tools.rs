//! The agent's tools, called by the loop as a model calls them: what each shows.

mod refused;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::path::Path;
use std::sync::OnceLock;

use autoexp::agent::{
    Agent, Brief, BriefPaper, Budget, Environment, Event, History, Interaction, Prompts, Recorder,
    Strategy, Tools, WORKSPACE,
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
    let prompts = Prompts::load().unwrap();
    let mut asked = Scripted(auxiliary.iter().map(|text| said(text)).collect());
    let mut events: Vec<Event> = Vec::new();
    let recorder = RefCell::new(&mut events as &mut dyn Recorder);
    let environment = Environment::new(workspace, &runner, Limits::default(), |_| ()).unwrap();
    let mut environment = match auxiliary {
        [] => environment,
        _ => environment.with_auxiliary(&mut asked, &prompts, |event| {
            recorder.borrow_mut().record(event)
        }),
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
    Agent {
        model: &mut Scripted(replies.collect()),
        strategy: Strategy::Native,
        interaction: Interaction::Dynamic,
        tools: &Strategy::Native.tools(set),
        prompts: &prompts,
        history: History::default(),
        max_steps: 100,
        budget: Budget::default(),
    }
    .run(
        &Brief {
            title: String::new(),
            place: WORKSPACE.to_owned(),
            paper: BriefPaper::File,
            files: Vec::new(),
            left_out: Vec::new(),
            commands: true,
            packages: Vec::new(),
            limits: Vec::new(),
            functions: Vec::new(),
            experiments: Vec::new(),
            max_steps: 100,
        },
        &mut environment,
        &mut &recorder,
    )
    .unwrap();
    drop(environment);
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
        let specs = Strategy::Native.tools(set).specs();
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
    assert_snapshot!(names(Tools::Aci), @r#"list_files read_file inspect_file_lines write_file append_file edit_file understand_file copy_file move_file change_directory execute_python_script execute_bash_script command_line write_memo retrieve_memo final_answer"#);
    assert_snapshot!(names(Tools::Bash), @r#"bash final_answer"#);
    assert_snapshot!(names(Tools::Editor), @r#"bash str_replace_based_edit_tool final_answer"#);
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
    assert_snapshot!(shown, @r#"
    > list_files {"directory":"ebb"}
    __init__.py
    affinity.py
    browsing.py
    disparity.py
    draws.py
    exposure.py
    helpers.py
    logits.py
    pipeline.py
    ranker.py
    tables.py
    uncertainty.py
    world.py
    > read_file {"file_name":"run_drift.py"}
    """Follow the disparity over a campaign in which the recommender feeds on its own log."""
    import argparse

    import numpy as np

    from ebb.helpers import emit, load_config, say
    from ebb.pipeline import campaign, interval, measure
    from ebb.world import make_world


    def median_slope(values: list[float]) -> float:
        """Median of the slopes over all pairs of rounds."""
        slopes = [
            (values[b] - values[a]) / (b - a)
            for a in range(len(values))
            for b in range(a + 1, len(values))
        ]
        return float(np.median(slopes))


    def main() -> None:
        parser = argparse.ArgumentParser(description=__doc__)
        parser.add_argument("--config", required=True)
        cfg = load_config(parser.parse_args().config)
        world = make_world(cfg.world)
        rounds = list(campaign(world, cfg))
        path = [measure(world, done, cfg).crossed for done in rounds]
        say("crossed disparity by round: " + " ".join(f"{value:.4f}" for value in path))
        low, high = interval(world, rounds[-1], cfg)
        emit(
            {
                "final_joint": measure(world, rounds[-1], cfg).joint,
                "final_crossed": path[-1],
                "drift_rate": median_slope([float(np.log2(value)) for value in path]),
                "interval_width": high - low,
                "exposure_rise": rounds[-1].mean_exposure - rounds[0].mean_exposure,
            }
        )


    if __name__ == "__main__":
        main()
    > inspect_file_lines {"file_name":"run_drift.py","start_line_number":1,"end_line_number":3}
         1	"""Follow the disparity over a campaign in which the recommender feeds on its own log."""
         2	import argparse
         3
    > write_file {"file_name":"notes/a.txt","content":"one\ntwo\n"}
    Wrote notes/a.txt: 2 lines, 8 bytes.
    > append_file {"file_name":"notes/a.txt","content":"three\n"}
    Added 6 bytes to notes/a.txt, which has 14 now.
    > copy_file {"source":"notes/a.txt","destination":"b.txt"}
    Copied notes/a.txt to b.txt.
    > move_file {"source":"b.txt","destination":"notes"}
    Moved b.txt to notes.
    > change_directory {"directory":"notes"}
    The current directory is /workspace/notes.
    > list_files {"directory":"."}
    a.txt
    b.txt
    > command_line {"command":"pwd; cat a.txt | wc -l; cd ..; pwd"}
    The command exited with status 0 (fuel … of 100G).
    Standard error: empty.
    Standard output:
    /workspace/notes
    3
    /workspace
    > write_file {"file_name":"p.py","content":"import sys; print(sys.argv[1:])"}
    Wrote p.py: 1 lines, 31 bytes.
    > execute_python_script {"file_name":"p.py","arguments":["a","b c"]}
    The run exited with status 0 (fuel … of 100G).
    Standard error: empty.
    Standard output:
    ['a', 'b c']
    > execute_python_script {"file_name":"p.py","arguments":"a 'b c'"}
    The run exited with status 0 (fuel … of 100G).
    Standard error: empty.
    Standard output:
    ['a', 'b c']
    > write_file {"file_name":"s.sh","content":"echo $1; python p.py; exit 4\n"}
    Wrote s.sh: 1 lines, 29 bytes.
    > execute_bash_script {"file_name":"s.sh","arguments":["x y"]}
    The script exited with status 4 (fuel … of 100G).
    Standard error: empty.
    Standard output:
    x y
    []
    > edit_file {"file_name":"notes/a.txt","edit_instruction":"write 2 for two"}
    notes/a.txt was changed so:
    diff --git a/notes/a.txt b/notes/a.txt
    --- a/notes/a.txt
    +++ b/notes/a.txt
    @@ -1,3 +1,3 @@
     one
    -two
    +2
     three
    > understand_file {"file_name":"notes/a.txt","things_to_look_for":"numbers"}
    It has three numbers, in words and digits.
    > write_memo {"memo":"remember this"}
    The memo has 14 bytes now.
    > retrieve_memo {}
    remember this
    "#);
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
    let lines: Vec<Value> = events
        .iter()
        .map(|event| serde_json::to_value(event).unwrap())
        .collect();
    let kinds: Vec<&str> = lines
        .iter()
        .map(|line| line["event"].as_str().unwrap())
        .collect();
    // Between the call and what came of it: six pieces, and one that merges.
    let asked = kinds.iter().position(|kind| *kind == "auxiliary").unwrap();
    assert_eq!(kinds[asked - 1], "reply");
    assert_eq!(kinds[asked..asked + 7], ["auxiliary"; 7]);
    assert_eq!(kinds[asked + 7], "observed");
    let text = |at: usize| lines[asked + at]["text"].as_str().unwrap();
    assert!(text(1).contains("part 2 of 6 of the file long.py"));
    assert!(text(6).contains("Part 6:\nanswer 5"));
    assert_eq!(lines[asked + 6]["reply"]["text"], "answer 6");
    let observed = &lines[asked + 7]["observations"][0];
    assert_eq!(observed["text"], "answer 6");
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
    assert_snapshot!(shown(Tools::Editor, &calls, &[]), @r#"
    > bash {"command":"cd ebb; ls | head -2"}
    The command exited with status 0 (fuel … of 100G).
    Standard error: empty.
    Standard output:
    __init__.py
    affinity.py
    > str_replace_based_edit_tool {"command":"view","path":"/workspace/configs"}
    audit.toml
    drift.toml
    remedy.toml
    > str_replace_based_edit_tool {"command":"create","path":"n.py","file_text":"a = 1\nb = 2\nb = 2\n"}
    Wrote n.py: 3 lines, 18 bytes.
    > str_replace_based_edit_tool {"command":"view","path":"n.py"}
         1	a = 1
         2	b = 2
         3	b = 2
    > str_replace_based_edit_tool {"command":"view","path":"n.py","view_range":[2,-1]}
         2	b = 2
         3	b = 2
    > str_replace_based_edit_tool {"command":"str_replace","path":"n.py","old_str":"a = 1","new_str":"a = 3\nc = 4"}
    n.py is now, around the change:
         1	a = 3
         2	c = 4
         3	b = 2
         4	b = 2
    > str_replace_based_edit_tool {"command":"str_replace","path":"n.py","old_str":"b = 2","new_str":""}
    error: str_replace_based_edit_tool: old_str is in "n.py" 2 times, at lines 3, 4; nothing was changed. Give more of what is around the one that is meant
    > str_replace_based_edit_tool {"command":"str_replace","path":"n.py","old_str":"nope","new_str":""}
    error: str_replace_based_edit_tool: old_str isn't in "n.py"; nothing was changed. Look at the file: it must be the same to the last space
    > str_replace_based_edit_tool {"command":"insert","path":"n.py","insert_line":0,"insert_text":"import os"}
    n.py is now, around the change:
         1	import os
         2	a = 3
         3	c = 4
         4	b = 2
         5	b = 2
    > str_replace_based_edit_tool {"command":"insert","path":"n.py","insert_line":9,"insert_text":"x"}
    error: str_replace_based_edit_tool: "n.py" has 5 lines; there is none 9 to insert behind
    > str_replace_based_edit_tool {"command":"insert","path":"n.py"}
    error: str_replace_based_edit_tool: insert needs insert_line
    > str_replace_based_edit_tool {"command":"view","path":"/etc/passwd"}
    error: str_replace_based_edit_tool: "/etc/passwd" is outside the repository at /workspace
    > str_replace_based_edit_tool {"command":"undo_edit","path":"n.py"}
    error: str_replace_based_edit_tool: unknown variant `undo_edit`, expected one of `view`, `create`, `str_replace`, `insert`
    > bash {"command":"git diff --stat; python n.py"}
    The command exited with status 0 (fuel … of 100G).
    Standard error: empty.
    Standard output:
     ebb/n.py | 5 +++++
     1 file changed, 5 insertions(+), 0 deletions(-)
    "#);
}

#[test]
fn a_limit_that_is_met_is_shown_and_long_output_keeps_its_ends() {
    let calls = [
        ("bash", json!({"command": "f() { f; }; echo before; f"})),
        (
            "bash",
            json!({"command": "python -c '[bytearray(1 << 30) for _ in range(3)]' 2>&1 | tail -1"}),
        ),
        ("bash", json!({"command": "seq 1 20000"})),
    ];
    let shown = shown(Tools::Bash, &calls, &[]);
    assert!(
        shown.contains("overflowed the stack: calls nested too deeply"),
        "{shown}"
    );
    assert!(shown.contains("Standard output:\nbefore\n"), "{shown}");
    assert!(
        shown.contains("python: ran out of memory: more than 2GiB"),
        "{shown}"
    );
    assert!(
        shown.contains("characters not shown; print less"),
        "{shown}"
    );
    assert!(shown.contains("\n20000"), "{shown}");
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
