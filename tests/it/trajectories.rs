//! Each tool of each set, called by a script at a bundled task: what is seen of it, and that its record
//! is proved.

use insta::assert_snapshot;
use regex::Regex;
use serde_json::{Value, json};

use crate::support::Dir;

/// What `run` shows of the calls, up to the table.
fn watched(set: &str, calls: &[(&str, Value)]) -> String {
    let dir = Dir::new();
    let lines = calls.iter().map(|(tool, arguments)| {
        json!({"calls": [{"tool": tool, "arguments": arguments}]}).to_string() + "\n"
    });
    dir.write("calls.jsonl", lines.collect::<String>());
    let args = [
        "run",
        "exposure-ebb_0",
        "--model",
        "script:calls.jsonl",
        "--tools",
        set,
        "--out",
        "out",
    ];
    let ran = dir.autoexp(args).run().code(0).silent();
    let proof = dir.autoexp(["replay", "out", "--quiet"]).run().code(0);
    assert!(
        proof.stdout().ends_with(&format!(
            ": {} steps and the outcome as recorded\n",
            calls.len()
        )),
        "{proof}"
    );
    let stdout = ran.stdout();
    let shown = stdout.split("\n\n paper").next().unwrap();
    // Fuel is looked at elsewhere, and goes with the runtime.
    let fuel = Regex::new(r"fuel [0-9.]+[kMG]? of|[0-9.]+[kMG]? fuel").unwrap();
    fuel.replace_all(shown, "fuel …").into_owned()
}

#[test]
fn every_tool_of_aci() {
    let shown = watched(
        "aci",
        &[
            ("list_files", json!({"directory": "configs"})),
            ("read_file", json!({"file_name": "configs/drift.toml"})),
            (
                "inspect_file_lines",
                json!({"file_name": "ebb/affinity.py", "start_line_number": 1, "end_line_number": 3}),
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
                "edit_file",
                json!({"file_name": "notes/a.txt", "edit_instruction": "write 2 for two"}),
            ),
            (
                "understand_file",
                json!({"file_name": "notes/a.txt", "things_to_look_for": "numbers"}),
            ),
            (
                "copy_file",
                json!({"source": "notes/a.txt", "destination": "b.txt"}),
            ),
            (
                "move_file",
                json!({"source": "b.txt", "destination": "notes/c.txt"}),
            ),
            ("change_directory", json!({"directory": "notes"})),
            (
                "write_file",
                json!({"file_name": "p.py", "content": "import sys\nprint(sys.argv[1:])\n"}),
            ),
            (
                "execute_python_script",
                json!({"file_name": "p.py", "arguments": ["a", "b c"]}),
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
                "command_line",
                json!({"command": "rm c.txt; cd ..; git status"}),
            ),
            ("write_memo", json!({"memo": "remember this"})),
            ("retrieve_memo", json!({})),
            ("read_file", json!({"file_name": "../secret"})),
            ("final_answer", json!({"answer": {"audit": 1}})),
        ],
    );
    assert_snapshot!(shown);
}

#[test]
fn every_tool_of_bash() {
    let shown = watched(
        "bash",
        &[
            (
                "bash",
                json!({"command": "sed -i 's/raise NotImplementedError.*/return counts/' ebb/affinity.py\npython run_audit.py --config configs/audit.toml 2>&1 | tail -1"}),
            ),
            (
                "bash",
                json!({"command": "export X=1; cd ebb; x() { echo \"$X $1\"; }"}),
            ),
            (
                "bash",
                json!({"command": "x \"$PWD\"; git diff --stat; no_such_command"}),
            ),
            ("final_answer", json!({"answer": {}})),
        ],
    );
    assert_snapshot!(shown);
}

#[test]
fn every_tool_of_editor() {
    const EDITOR: &str = "str_replace_based_edit_tool";
    let shown = watched(
        "editor",
        &[
            (
                EDITOR,
                json!({"command": "view", "path": "/workspace/ebb/affinity.py", "view_range": [1, 4]}),
            ),
            (
                EDITOR,
                json!({"command": "create", "path": "/workspace/new.py", "file_text": "a = 1\nb = 2\n"}),
            ),
            (
                EDITOR,
                json!({"command": "str_replace", "path": "/workspace/new.py", "old_str": "b = 2", "new_str": "b = 3"}),
            ),
            (
                EDITOR,
                json!({"command": "insert", "path": "/workspace/new.py", "insert_line": 2, "insert_text": "print(a + b)\n"}),
            ),
            (
                EDITOR,
                json!({"command": "str_replace", "path": "/workspace/new.py", "old_str": "nothing", "new_str": ""}),
            ),
            ("bash", json!({"command": "python new.py"})),
            ("final_answer", json!({"answer": {}})),
        ],
    );
    assert_snapshot!(shown);
}
