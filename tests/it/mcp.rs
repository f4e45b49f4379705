//! `autoexp mcp`: what a model's client may count on.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::support::Dir;

/// A client that has greeted the server.
struct Client {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
    asked: u64,
    greeting: Value,
    /// Notifications heard on the way.
    told: Vec<Value>,
    dir: Dir,
}

impl Client {
    fn new(args: &[&str]) -> Client {
        Client::within(Dir::new(), args)
    }

    fn within(dir: Dir, args: &[&str]) -> Client {
        let mut child = dir.autoexp([&["mcp"], args].concat()).start();
        let mut client = Client {
            stdin: child.stdin.take(),
            stdout: BufReader::new(child.stdout.take().unwrap()),
            child,
            asked: 0,
            greeting: Value::Null,
            told: Vec::new(),
            dir,
        };
        let greeting = json!({
            "protocolVersion": "2025-06-18", "capabilities": {},
            "clientInfo": {"name": "test", "version": "0"},
        });
        let id = client.ask("initialize", greeting);
        client.greeting = client.answer(id)["result"].clone();
        client.send(json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
        client
    }

    fn send(&mut self, message: Value) {
        writeln!(self.stdin.as_mut().unwrap(), "{message}").unwrap();
    }

    fn ask(&mut self, method: &str, params: Value) -> u64 {
        self.asked += 1;
        let id = self.asked;
        self.send(json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        id
    }

    fn hear(&mut self) -> Value {
        let mut line = String::new();
        assert!(self.stdout.read_line(&mut line).unwrap() > 0, "no answer");
        serde_json::from_str(&line).unwrap()
    }

    fn answer(&mut self, id: u64) -> Value {
        loop {
            let heard = self.hear();
            if heard["id"] == id {
                return heard;
            }
            assert!(heard.get("id").is_none(), "{heard}");
            self.told.push(heard);
        }
    }

    fn begin(&mut self, tool: &str, arguments: Value) -> u64 {
        self.ask("tools/call", json!({"name": tool, "arguments": arguments}))
    }

    /// The result of a call that was met.
    #[track_caller]
    fn call(&mut self, tool: &str, arguments: Value) -> Value {
        let id = self.begin(tool, arguments);
        let answer = self.answer(id);
        let result = answer["result"].clone();
        assert_eq!(result["isError"], false, "{tool}: {answer}");
        result
    }

    #[track_caller]
    fn says(&mut self, tool: &str, arguments: Value) -> String {
        text(&self.call(tool, arguments))
    }

    #[track_caller]
    fn cell(&mut self, code: &str) -> Value {
        self.call("python_session", json!({"code": code}))
    }

    /// Why a call isn't met, as the model sees it.
    #[track_caller]
    fn refused(&mut self, tool: &str, arguments: Value) -> String {
        let id = self.begin(tool, arguments);
        let answer = self.answer(id);
        assert_eq!(answer["result"]["isError"], true, "{tool}: {answer}");
        text(&answer["result"])
    }

    /// Closes standard input, and waits for the end.
    fn leave(mut self) -> Dir {
        drop(self.stdin.take());
        assert!(self.child.wait().unwrap().success());
        self.dir
    }
}

fn text(result: &Value) -> String {
    let content = result["content"].as_array().unwrap().iter();
    content
        .filter_map(|block| block["text"].as_str())
        .collect::<Vec<_>>()
        .join("\n")
}

/// The pictures of a result, decoded.
fn pictures(result: &Value) -> Vec<Vec<u8>> {
    let content = result["content"].as_array().unwrap().iter();
    content
        .filter(|block| block["type"] == "image")
        .map(|block| {
            assert_eq!(block["mimeType"], "image/png");
            STANDARD.decode(block["data"].as_str().unwrap()).unwrap()
        })
        .collect()
}

#[test]
fn a_client_is_told_what_there_is() {
    let mut client = Client::new(&["--fuel", "5G"]);
    assert_eq!(client.greeting["serverInfo"]["name"], "autoexp");
    let told = client.greeting["instructions"].as_str().unwrap().to_owned();
    for part in ["/workspace is empty", "5.00G", "network", "32 bits"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let id = client.ask("tools/list", json!({}));
    let tools = client.answer(id)["result"]["tools"].clone();
    let tools = tools.as_array().unwrap();
    for tool in tools {
        assert_eq!(tool["inputSchema"]["type"], "object", "{tool}");
        assert!(tool["description"].is_string(), "{tool}");
    }
    let runs = tools.iter().filter(|tool| tool["outputSchema"].is_object());
    let runs: Vec<_> = runs.map(|tool| tool["name"].as_str().unwrap()).collect();
    assert_eq!(runs, ["run_python", "python_session", "run_command"]);
    let id = client.begin("eval", json!({}));
    assert_eq!(client.answer(id)["error"]["code"], -32602);
    client.leave();
}

#[test]
fn a_program_runs_and_what_it_does_wrong_is_a_result() {
    let mut client = Client::new(&[]);
    let ran = client.call(
        "run_python",
        json!({"code": "print(int(input()) * 6)\nopen('left', 'w').write('x')", "stdin": "7"}),
    );
    assert_eq!(text(&ran), "42\n");
    let structured = &ran["structuredContent"];
    assert_eq!(structured["stdout"], "42\n");
    assert_eq!(structured["exit_code"], 0);
    assert_eq!(structured["timed_out"], false);
    assert!(structured["fuel"].as_u64().unwrap() > 0);
    assert!(structured["peak_memory_bytes"].as_u64().unwrap() > 0);
    let failed = client.call("run_python", json!({"code": "x = 1\nassert x == 2, 'no'"}));
    assert_eq!(failed["structuredContent"]["exit_code"], 1);
    let said = text(&failed);
    let lines = "  File \"<program>\", line 2, in <module>\n    assert x == 2, 'no'";
    assert!(
        said.contains(lines) && said.contains("[exit status 1]"),
        "{said}"
    );
    // What asks the host for a next cell where there is none is told so.
    let asks =
        r#"import _host; ask = b'"next"'; print(_host.call(len(ask).to_bytes(4, 'little') + ask))"#;
    let told = client.says("run_python", json!({"code": asks}));
    assert_eq!(told, "b'\\x01\\x00\\x00\\x00'\n");
    let slept = client.call(
        "run_python",
        json!({"code": "import time; time.sleep(60)", "timeout": 2}),
    );
    assert_eq!(slept["structuredContent"]["timed_out"], true);
    assert!(text(&slept).contains("ran out of time after 2s"), "{slept}");
    let ran = client.call(
        "run_command",
        json!({"command": "ls; pwd; exit 3", "cwd": "/workspace"}),
    );
    assert_eq!(ran["structuredContent"]["stdout"], "left\n/workspace\n");
    assert_eq!(ran["structuredContent"]["exit_code"], 3);
    assert_eq!(
        client.says("run_command", json!({"command": "true"})),
        "(no output)"
    );
    client.leave();
}

#[test]
fn files_are_read_written_edited_and_listed() {
    let mut client = Client::new(&[]);
    client.call(
        "write_file",
        json!({"path": "d/a.txt", "content": "one\ntwo\nthree\ntwo\n"}),
    );
    let read = |client: &mut Client, more: Value| {
        let mut asked = json!({"path": "d/a.txt"});
        for (name, value) in more.as_object().unwrap() {
            asked[name] = value.clone();
        }
        client.says("read_file", asked)
    };
    assert_eq!(read(&mut client, json!({})), "one\ntwo\nthree\ntwo\n");
    assert_eq!(
        read(&mut client, json!({"offset": 2, "limit": 2})),
        "two\nthree\n\n[lines 2 to 3 of 4]"
    );
    let edit = |old: &str, new: &str| json!({"path": "d/a.txt", "old": old, "new": new});
    assert_eq!(
        client.says("edit_file", edit("three", "3")),
        "edited d/a.txt at line 3"
    );
    let twice = client.refused("edit_file", edit("two", "2"));
    assert!(twice.contains("2 times, at lines 2, 4"), "{twice}");
    let none = client.refused("edit_file", edit("four", "4"));
    assert!(none.contains("nothing was changed"), "{none}");
    assert_eq!(read(&mut client, json!({})), "one\ntwo\n3\ntwo\n");
    assert_eq!(client.says("list_files", json!({})), "d/");
    assert_eq!(
        client.says("list_files", json!({"path": "", "recursive": true})),
        "d/\nd/a.txt (14)"
    );
    for (tool, asked, why) in [
        (
            "read_file",
            json!({"path": "none"}),
            "list_files shows what is there",
        ),
        ("read_file", json!({"path": "d"}), "a folder"),
        (
            "read_file",
            json!({"path": "d/a.txt", "offset": 9}),
            "has 4 lines",
        ),
        ("read_file", json!({"pth": "d"}), "pth"),
        (
            "write_file",
            json!({"path": "/usr/x", "content": ""}),
            "can be written",
        ),
        (
            "run_command",
            json!({"command": "ls", "cwd": "none"}),
            "/workspace/none",
        ),
        (
            "run_python",
            json!({"code": "", "timeout": 1e9}),
            "more than the 5m",
        ),
        ("restore", json!({"snapshot": "s"}), "none was made"),
    ] {
        let said = client.refused(tool, asked);
        assert!(said.contains(why), "{tool}: {said}");
    }
    client.leave();
}

#[test]
fn a_session_keeps_its_variables_and_shows_values() {
    let mut client = Client::new(&[]);
    assert_eq!(
        text(&client.cell("import numpy as np\nx = np.arange(3)\nx.sum()")),
        "np.int32(3)\n"
    );
    assert_eq!(
        text(&client.cell("def half(y):\n    return y / 0")),
        "(no output)"
    );
    let failed = client.cell("half(x.size)");
    assert_eq!(failed["structuredContent"]["exit_code"], 1);
    assert_eq!(failed["structuredContent"]["session_kept"], true);
    let said = text(&failed);
    for line in [
        "  File \"<cell 3>\", line 1, in <module>\n    half(x.size)",
        "  File \"<cell 2>\", line 2, in half\n    return y / 0",
        "ZeroDivisionError: division by zero",
    ] {
        assert!(said.contains(line), "{line}\n{said}");
    }
    assert!(!said.contains("autoexp"), "{said}");
    // None is not shown, the last value is `_`, what cells that failed defined is there.
    assert_eq!(text(&client.cell("y = 5; None")), "(no output)");
    assert_eq!(text(&client.cell("y + 1")), "6\n");
    assert_eq!(
        text(&client.cell("_ * 2, __name__, sorted(n for n in globals() if n[0] != '_')")),
        "(12, '__main__', ['half', 'np', 'x', 'y'])\n"
    );
    let wrong = text(&client.cell("a = 1\nb = = 2"));
    assert!(
        wrong.contains("File \"<cell 7>\", line 2") && wrong.contains("SyntaxError"),
        "{wrong}"
    );
    // Its input is empty, and a process of its own doesn't take its cells.
    let child = "import subprocess, sys\n\
                 subprocess.run([sys.executable, '-c', 'print(6)\\ninput()'], capture_output=True).stdout";
    assert_eq!(text(&client.cell(child)), "b'6\\n'\n");
    assert_eq!(text(&client.cell("y")), "5\n");
    client.call("python_session", json!({"code": "z = 1", "restart": true}));
    assert!(text(&client.cell("y")).contains("NameError"));
    client.leave();
}

#[test]
fn a_session_and_all_other_tools_see_the_same_files() {
    let mut client = Client::new(&[]);
    client.call(
        "write_file",
        json!({"path": "m.py", "content": "value = 1\n"}),
    );
    client.cell("import m, os\nf = open('log', 'w')\nf.write('a'); f.flush()");
    assert_eq!(
        client.says("run_command", json!({"command": "cat log m.py"})),
        "avalue = 1\n"
    );
    client.call(
        "edit_file",
        json!({"path": "m.py", "old": "1", "new": "22"}),
    );
    client.call(
        "run_command",
        json!({"command": "mkdir -p d/e; echo x > d/e/f; ln -s d link; echo t > /tmp/t"}),
    );
    let seen = client.cell(
        "import importlib\n\
         value = importlib.reload(m).value\n\
         os.chdir('/tmp')",
    );
    assert_eq!(text(&seen), "(no output)", "{seen}");
    let seen = client.cell("value, open('/workspace/link/e/f').read(), open('t').read()");
    assert_eq!(text(&seen), "(22, 'x\\n', 't\\n')\n");
    // What it has open is still the file.
    client.cell("f.write('b'); f.close()");
    assert_eq!(client.says("read_file", json!({"path": "log"})), "ab");
    client.call(
        "run_command",
        json!({"command": "rm -r d link; mkdir link"}),
    );
    assert_eq!(
        text(&client.cell("sorted(os.listdir('/workspace'))")),
        "['link', 'log', 'm.py']\n"
    );
    client.leave();
}

#[test]
fn snapshots_are_of_files_and_variables_stay() {
    let mut client = Client::new(&[]);
    client.cell("n = 1\nopen('a', 'w').write('first')");
    let name = client.says("snapshot", json!({}));
    client.cell("n = 2\nopen('a', 'w').write('second')");
    client.call("write_file", json!({"path": "b", "content": ""}));
    let said = client.says("restore", json!({"snapshot": name}));
    assert!(
        said.contains("variables of python_session are as they were before"),
        "{said}"
    );
    assert_eq!(client.says("list_files", json!({})), "a (5)");
    assert_eq!(
        text(&client.cell("import os\nn, os.listdir(), open('a').read()")),
        "(2, ['a'], 'first')\n"
    );
    let unknown = client.refused("restore", json!({"snapshot": "other"}));
    assert!(unknown.contains(&name), "{unknown}");
    client.leave();
}

#[test]
fn a_cell_has_limits_of_its_own_and_one_that_meets_them_loses_the_session_and_no_files() {
    let mut client = Client::new(&["--fuel", "2G", "--time", "20s"]);
    // Each of these is near the limit.
    let work = "s = 0\nfor i in range(1_500_000): s += i\nopen('n', 'a').write('.')";
    for _ in 0..3 {
        let ran = client.cell(work);
        assert_eq!(ran["structuredContent"]["exit"], "exited", "{ran}");
        let fuel = ran["structuredContent"]["fuel"].as_u64().unwrap();
        assert!((50_000_000..2_000_000_000).contains(&fuel), "{fuel}");
    }
    let ran = client.cell("open('n', 'a').write('!')\nprint('begun')\nwhile True: pass");
    let said = text(&ran);
    for part in [
        "begun\n",
        "ran out of fuel",
        "state is lost, its files are kept",
    ] {
        assert!(said.contains(part), "{said}");
    }
    assert_eq!(ran["structuredContent"]["session_kept"], false);
    assert_eq!(ran["structuredContent"]["exit"], "out_of_fuel");
    let next = client.cell("open('n').read(), 's' in globals()");
    assert_eq!(text(&next), "('...!', False)\n");
    // The clock goes on, and sleeping is bounded as for any program.
    let slept = client.call(
        "python_session",
        json!({"code": "import time; time.sleep(60)", "timeout": 1}),
    );
    assert_eq!(slept["structuredContent"]["timed_out"], true, "{slept}");
    let left = client.cell("import sys; sys.exit(4)");
    assert_eq!(left["structuredContent"]["exit_code"], 4);
    assert!(text(&left).contains("state is lost"));
    assert_eq!(text(&client.cell("1 + 1")), "2\n");
    client.leave();
}

#[test]
fn wall_clock_time_ends_a_cell_and_a_program() {
    let mut client = Client::new(&["--fuel", "10000G"]);
    for tool in ["python_session", "run_python"] {
        let began = Instant::now();
        let ran = client.call(tool, json!({"code": "while True: pass", "timeout": 0.5}));
        assert_eq!(ran["structuredContent"]["exit"], "out_of_time", "{ran}");
        assert!(began.elapsed() < Duration::from_secs(60));
    }
    client.leave();
}

#[test]
fn figures_and_pictures_come_back() {
    let mut client = Client::new(&[]);
    let plot = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()";
    for tool in ["run_python", "python_session"] {
        let ran = client.call(tool, json!({"code": plot}));
        let shown = pictures(&ran);
        assert_eq!(shown.len(), 1, "{tool}: {}", text(&ran));
        assert!(shown[0].starts_with(b"\x89PNG"));
        assert_eq!(ran["structuredContent"]["images"], json!(["figure-1.png"]));
        assert!(text(&ran).contains("[pictures: figure-1.png]"));
        // Nothing of it stays, nor comes again.
        assert_eq!(
            client.says("list_files", json!({"path": "/tmp"})),
            "(empty)"
        );
        assert_eq!(pictures(&client.call(tool, json!({"code": "1"}))).len(), 0);
    }
    let saved = client.cell("plt.plot([3, 1]); plt.savefig('a.png'); plt.savefig('b.svg')");
    assert_eq!(
        saved["structuredContent"]["images"],
        json!(["a.png", "b.svg.png"])
    );
    assert_eq!(client.says("list_files", json!({})).lines().count(), 2);
    let looked = client.call("read_file", json!({"path": "a.png"}));
    assert_eq!(pictures(&looked), pictures(&saved)[..1]);
    let many = client.cell("for i in range(10): plt.figure().savefig(f'{i}.png')");
    assert_eq!(pictures(&many).len(), 8);
    assert!(
        text(&many).contains("[not shown: 9.png: more than 8"),
        "{}",
        text(&many)
    );
    client.leave();
}

#[test]
fn a_cancelled_call_ends_at_once_and_the_next_is_met() {
    let mut client = Client::new(&["--fuel", "100000G"]);
    client.cell("kept = 1");
    for (tool, arguments) in [
        (
            "python_session",
            json!({"code": "open('f', 'w').write('x')\nwhile True: pass"}),
        ),
        ("run_python", json!({"code": "while True: pass"})),
        (
            "run_command",
            json!({"command": "python -c 'while True: pass'"}),
        ),
    ] {
        let id = client.begin(tool, arguments);
        std::thread::sleep(Duration::from_millis(500));
        let began = Instant::now();
        client.send(json!({
            "jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": id},
        }));
        client.says("list_files", json!({}));
        assert!(began.elapsed() < Duration::from_secs(20), "{tool}");
    }
    let next = client.cell("open('f').read(), 'kept' in globals()");
    assert_eq!(next["content"][0]["text"], "('x', False)\n");
    let note = next["content"][1]["text"].as_str().unwrap();
    assert!(note.contains("new interpreter"), "{note}");
    assert_eq!(text(&client.cell("1 + 1")), "2\n");
    client.leave();
}

#[test]
fn a_long_call_tells_how_it_goes_on() {
    let mut client = Client::new(&["--fuel", "100000G"]);
    let id = client.ask(
        "tools/call",
        json!({
            "name": "python_session", "_meta": {"progressToken": "p"},
            "arguments": {"code": "while True: pass", "timeout": 3.5},
        }),
    );
    client.answer(id);
    let told: Vec<f64> = client
        .told
        .iter()
        .filter(|told| told["method"] == "notifications/progress")
        .map(|told| {
            assert_eq!(told["params"]["progressToken"], "p");
            told["params"]["progress"].as_f64().unwrap()
        })
        .collect();
    assert!(told.len() >= 2 && told.is_sorted(), "{told:?}");
    client.leave();
}

#[test]
fn the_end_of_input_ends_what_runs() {
    let mut client = Client::new(&["--fuel", "100000G"]);
    client.begin("python_session", json!({"code": "while True: pass"}));
    std::thread::sleep(Duration::from_millis(300));
    let began = Instant::now();
    client.leave();
    assert!(began.elapsed() < Duration::from_secs(40));
}

#[test]
fn a_mounted_folder_stays_as_it_is_unless_it_is_to_be_written() {
    let dir = Dir::new();
    dir.write("project/a.txt", "a");
    dir.write("project/sub/b.txt", "b");
    let before = dir.snapshot();
    let mut client = Client::within(dir, &["--mount", "project"]);
    client.call(
        "edit_file",
        json!({"path": "a.txt", "old": "a", "new": "changed"}),
    );
    client.cell("import os; os.remove('sub/b.txt'); open('new', 'w').write('n')");
    assert_eq!(
        client.says("run_command", json!({"command": "ls; cat a.txt"})),
        "a.txt\nnew\nsub\nchanged"
    );
    let dir = client.leave();
    assert_eq!(dir.snapshot(), before);

    let mut client = Client::within(dir, &["--mount", "project", "--write-back"]);
    let kept = client.says("snapshot", json!({}));
    client.call(
        "edit_file",
        json!({"path": "a.txt", "old": "a", "new": "changed"}),
    );
    assert_eq!(client.dir.read("project/a.txt"), "changed");
    client.cell("import os; os.rename('sub/b.txt', 'c.txt'); os.rmdir('sub')");
    let now = ["project/", "project/a.txt: changed", "project/c.txt: b"];
    assert_eq!(client.dir.snapshot(), now);
    // What somebody else changed meanwhile stays.
    fs::write(client.dir.path("project/c.txt"), "theirs").unwrap();
    let said = client.says("write_file", json!({"path": "c.txt", "content": "ours"}));
    assert!(said.contains("changed there too: c.txt"), "{said}");
    assert_eq!(client.dir.read("project/c.txt"), "theirs");
    client.call("restore", json!({"snapshot": kept}));
    let now = [
        "project/",
        "project/a.txt: a",
        "project/c.txt: theirs",
        "project/sub/",
        "project/sub/b.txt: b",
    ];
    assert_eq!(client.dir.snapshot(), now);
    client.leave();
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let dir = Dir::new();
    let said = dir
        .autoexp(["mcp", "--mount", "none"])
        .run()
        .code(2)
        .stderr();
    assert!(said.contains("mount none"), "{said}");
    dir.autoexp(["mcp", "--write-back"]).run().code(2);
}
