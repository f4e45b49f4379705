//! What tools refuse, and what they say of it.

use autoexp::agent::Tools;
use insta::assert_snapshot;
use serde_json::json;

use super::shown;

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
    assert_snapshot!(shown, @r#"
    > read_file {"file_name":"../../etc/passwd"}
    error: read_file: "../../etc/passwd" is outside the repository at /workspace
    > write_file {"file_name":"/etc/x","content":""}
    error: write_file: "/etc/x" is outside the repository at /workspace
    > copy_file {"source":"/tmp/x","destination":"y"}
    error: copy_file: "/tmp/x" is outside the repository at /workspace
    > move_file {"source":"TASK.md","destination":"/tmp/"}
    error: move_file: "/tmp/" is outside the repository at /workspace
    > change_directory {"directory":"/"}
    error: change_directory: "/" is outside the repository at /workspace
    > execute_python_script {"file_name":"/tmp/x.py"}
    error: execute_python_script: "/tmp/x.py" is outside the repository at /workspace
    > execute_bash_script {"file_name":"none.sh"}
    error: execute_bash_script: "none.sh": no such file or directory
    > edit_file {"file_name":"TASK.md","edit_instruction":"x"}
    error: edit_file: no model is there to do it; use write_file, or command_line with sed, instead
    > understand_file {"file_name":"TASK.md","things_to_look_for":"x"}
    error: understand_file: no model is there to do it; use read_file and inspect_file_lines instead
    > inspect_file_lines {"file_name":"TASK.md","start_line_number":0,"end_line_number":3}
    error: inspect_file_lines: "TASK.md" has 41 lines; none from 0 to 3
    > read_file {"file_name":"ebb"}
    error: read_file: "ebb": is a directory
    > execute_bash_script {"file_name":"TASK.md","arguments":"'"}
    error: execute_bash_script: the arguments "'" have a quote that isn't closed
    > write_memo {"memo":"x…"}
    error: write_memo: the memo would be longer than 20000 bytes; it has 0. Write less, or a file
    "#);
    // No calls at all: so many in a row end an attempt.
    let calls = [
        ("list_files", json!({})),
        ("read_file", json!({"file_name": "a", "more": 1})),
        ("rm", json!({})),
    ];
    assert_snapshot!(self::shown(Tools::Aci, &calls, &[]), @r#"
    > list_files {}
    error: list_files: missing field `directory`
    > read_file {"file_name":"a","more":1}
    error: read_file: unknown field `more`, expected `file_name`
    > rm {}
    error: rm: there is no tool "rm"; there are: list_files, read_file, inspect_file_lines, write_file, append_file, edit_file, understand_file, copy_file, move_file, change_directory, execute_python_script, execute_bash_script, command_line, write_memo, retrieve_memo, final_answer
    "#);
}

#[test]
fn links_lead_no_tool_out_of_the_repository() {
    let calls = [
        (
            "command_line",
            json!({"command": "ln -s /tmp out; echo x > /tmp/x; ln -s ebb in; ln -s /tmp/x TASK.md.link"}),
        ),
        ("read_file", json!({"file_name": "out/x"})),
        ("read_file", json!({"file_name": "TASK.md.link"})),
        ("list_files", json!({"directory": "out"})),
        ("write_file", json!({"file_name": "out/y", "content": ""})),
        (
            "copy_file",
            json!({"source": "TASK.md", "destination": "out"}),
        ),
        ("change_directory", json!({"directory": "out"})),
        ("execute_python_script", json!({"file_name": "out/x"})),
        ("list_files", json!({"directory": "in"})),
        // Whole numbers, as some providers write them; and others.
        (
            "inspect_file_lines",
            json!({"file_name": "TASK.md", "start_line_number": 1.0, "end_line_number": 1.0}),
        ),
        (
            "inspect_file_lines",
            json!({"file_name": "TASK.md", "start_line_number": -2, "end_line_number": 3}),
        ),
        (
            "inspect_file_lines",
            json!({"file_name": "TASK.md", "start_line_number": "1", "end_line_number": 2.5}),
        ),
    ];
    assert_snapshot!(shown(Tools::Aci, &calls, &[]), @r#"
    > command_line {"command":"ln -s /tmp out; echo x > /tmp/x; ln -s ebb in; ln -s /tmp/x TASK.md.link"}
    The command exited with status 0 (fuel … of 100G).
    Standard error: empty.
    Standard output: empty.
    > read_file {"file_name":"out/x"}
    error: read_file: "out/x" is outside the repository at /workspace
    > read_file {"file_name":"TASK.md.link"}
    error: read_file: "TASK.md.link" is outside the repository at /workspace
    > list_files {"directory":"out"}
    error: list_files: "out" is outside the repository at /workspace
    > write_file {"file_name":"out/y","content":""}
    error: write_file: "out/y" is outside the repository at /workspace
    > copy_file {"source":"TASK.md","destination":"out"}
    error: copy_file: "out" is outside the repository at /workspace
    > change_directory {"directory":"out"}
    error: change_directory: "out" is outside the repository at /workspace
    > execute_python_script {"file_name":"out/x"}
    error: execute_python_script: "out/x" is outside the repository at /workspace
    > list_files {"directory":"in"}
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
    > inspect_file_lines {"file_name":"TASK.md","start_line_number":1.0,"end_line_number":1.0}
         1	# Exposure Ebb: Auditing Joint Group Exposure When Readers Tire
    > inspect_file_lines {"file_name":"TASK.md","start_line_number":-2,"end_line_number":3}
    error: inspect_file_lines: "TASK.md" has 41 lines; none from 0 to 3
    > inspect_file_lines {"file_name":"TASK.md","start_line_number":"1","end_line_number":2.5}
    error: inspect_file_lines: invalid type: string "1", expected a whole number
    "#);
}
