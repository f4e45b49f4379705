//! `autoexp serve`: what a client may count on.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::paper;
use super::support::Dir;

/// A client that waits for one answer after the other, or for many in any order.
struct Client {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
    asked: u64,
    _dir: Dir,
}

impl Client {
    fn new(args: &[&str]) -> Client {
        let dir = Dir::new();
        let mut child = dir.autoexp([&["serve"], args].concat()).start();
        Client {
            stdin: child.stdin.take(),
            stdout: BufReader::new(child.stdout.take().unwrap()),
            child,
            asked: 0,
            _dir: dir,
        }
    }

    fn line(&mut self, line: &str) {
        let stdin = self.stdin.as_mut().unwrap();
        writeln!(stdin, "{line}").unwrap();
    }

    /// Asks, and waits for nothing. The id is given back.
    fn ask(&mut self, method: &str, params: Value) -> u64 {
        self.asked += 1;
        let id = self.asked;
        let request = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
        self.line(&request.to_string());
        id
    }

    fn hear(&mut self) -> Value {
        let mut line = String::new();
        assert!(self.stdout.read_line(&mut line).unwrap() > 0, "no answer");
        serde_json::from_str(&line).unwrap()
    }

    #[track_caller]
    fn call(&mut self, method: &str, params: Value) -> Value {
        let id = self.ask(method, params);
        let answer = self.hear();
        assert_eq!(answer["id"], id, "{answer}");
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// The kind of error that a request ends in, and what it says.
    #[track_caller]
    fn refused(&mut self, method: &str, params: Value) -> (String, String) {
        self.ask(method, params);
        let answer = self.hear();
        let error = &answer["error"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let kind = match &error["data"]["errno"] {
            Value::String(errno) => errno.clone(),
            _ => text(&error["data"]["kind"]),
        };
        assert!(!kind.is_empty(), "{method}: {answer}");
        (kind, text(&error["message"]))
    }

    fn create(&mut self, files: Value) -> String {
        let made = self.call("create", json!({"files": files}));
        made["sandbox"].as_str().unwrap().to_owned()
    }

    #[track_caller]
    fn script(&mut self, sandbox: &str, script: &str) -> Value {
        self.call("exec", json!({"sandbox": sandbox, "script": script}))
    }

    /// Closes standard input, and waits for the end.
    fn leave(mut self) {
        drop(self.stdin.take());
        assert!(self.child.wait().unwrap().success());
    }
}

#[test]
fn commands_run_in_sandboxes_that_know_nothing_of_each_other() {
    let mut client = Client::new(&[]);
    let told = client.call("initialize", json!({"protocol": 1}));
    assert_eq!(told["protocol"], 1);
    let one = client.create(json!({"a.py": "import sys; print(6 * 7, sys.argv[1:])"}));
    let other = client.create(json!({"b.bin": {"base64": "/wA="}}));
    let ran = client.call(
        "exec",
        json!({"sandbox": one, "argv": ["python3", "a.py", "x y"]}),
    );
    assert_eq!(ran["stdout"], "42 ['x y']\n");
    assert_eq!(
        (&ran["exit"], &ran["status"]),
        (&json!("exited"), &json!(0))
    );
    assert!(ran["fuel"].as_u64().unwrap() > 0);
    let ran = client.script(&other, "ls; wc -c < b.bin; cat b.bin");
    assert_eq!(ran["stdout"], json!({"base64": "Yi5iaW4KMgr/AA=="}));
    // A program that isn't there, as a shell has it; the variables of one command are not another's.
    let ran = client.call("exec", json!({"sandbox": one, "argv": ["nonesuch"]}));
    assert_eq!(ran["status"], 127);
    client.script(&one, "export A=1; cd /tmp");
    assert_eq!(client.script(&one, "echo $A$PWD")["stdout"], "/workspace\n");
    let ran = client.call(
        "exec",
        json!({"sandbox": one, "script": "cat; echo $B; pwd; exit 70", "stdin": "in\n",
               "env": {"B": "b"}, "cwd": "/tmp"}),
    );
    assert_eq!(
        (&ran["stdout"], &ran["status"]),
        (&json!("in\nb\n/tmp\n"), &json!(70))
    );
    let ran = client.call(
        "exec",
        json!({"sandbox": one, "argv": ["python", "-c", "import os; print(os.environ['B'], input())"],
               "stdin": "in", "env": {"B": "b"}}),
    );
    assert_eq!(ran["stdout"], "b in\n");
    client.leave();
}

#[test]
fn files_are_read_written_listed_and_removed() {
    let mut client = Client::new(&[]);
    let sandbox = client.create(json!({}));
    let at = |path: &str| json!({"sandbox": sandbox, "path": path});
    let with = |path: &str, more: Value| {
        let mut params = at(path);
        for (name, value) in more.as_object().unwrap() {
            params[name] = value.clone();
        }
        params
    };
    client.call("write", with("d/e/f.txt", json!({"data": "hello\r\n"})));
    client.call(
        "write",
        with(
            "d/e/f.txt",
            json!({"data": {"base64": "/w=="}, "append": true}),
        ),
    );
    let read = client.call("read", at("/workspace/d/e/f.txt"));
    assert_eq!(read, json!({"data": {"base64": "aGVsbG8NCv8="}, "size": 8}));
    let part = client.call("read", with("d/e/f.txt", json!({"offset": 1, "length": 3})));
    assert_eq!(part, json!({"data": "ell", "size": 8}));
    client.call("mkdir", at("d/new"));
    let listed = client.call("list", with(".", json!({"recursive": true})));
    let paths = listed["entries"].as_array().unwrap().iter();
    let paths: Vec<String> = paths
        .map(|entry| format!("{} {}", entry["path"].as_str().unwrap(), entry["kind"]))
        .collect();
    assert_eq!(
        paths,
        [
            "d \"directory\"",
            "d/e \"directory\"",
            "d/e/f.txt \"file\"",
            "d/new \"directory\""
        ]
    );
    assert_eq!(client.call("stat", at("d/e/f.txt"))["size"], 8);
    for (method, params, errno) in [
        ("read", at("none"), "ENOENT"),
        ("read", at("d"), "EISDIR"),
        ("write", with("d", json!({"data": ""})), "EISDIR"),
        ("write", with("/etc/passwd", json!({"data": ""})), "EROFS"),
        ("write", with("d/e/f.txt/g", json!({"data": ""})), "ENOTDIR"),
        ("remove", at("d"), "ENOTEMPTY"),
        ("mkdir", at("d"), "EEXIST"),
        ("read", at("../../etc/shadow"), "ENOENT"),
    ] {
        let (kind, message) = client.refused(method, params.clone());
        assert_eq!(kind, errno, "{method} {params}: {message}");
        let path = params["path"].as_str().unwrap().trim_start_matches("../");
        assert!(message.contains(path), "{message}");
    }
    client.script(&sandbox, "chmod -r d/e/f.txt");
    assert_eq!(client.refused("read", at("d/e/f.txt")).0, "EACCES");
    client.script(&sandbox, "chmod +r d/e/f.txt; chmod -w d/e/f.txt");
    let (kind, _) = client.refused("write", with("d/e/f.txt", json!({"data": ""})));
    assert_eq!(kind, "EACCES");
    client.call("remove", with("d", json!({"recursive": true})));
    assert_eq!(client.call("list", at("."))["entries"], json!([]));
    client.leave();
}

#[test]
fn snapshots_are_gone_back_to_and_forks_go_their_own_ways() {
    let mut client = Client::new(&[]);
    let sandbox = client.create(json!({"a": "1\n", "gone": ""}));
    let named = json!({"sandbox": sandbox});
    let begun = client.call("snapshot", named.clone());
    client.script(&sandbox, "echo 2 > a; rm gone; echo t > /tmp/t");
    let fork = client.call("fork", named.clone())["sandbox"].clone();
    let fork = fork.as_str().unwrap().to_owned();
    client.script(&sandbox, "echo 3 > a");
    assert_eq!(client.script(&fork, "cat a /tmp/t")["stdout"], "2\nt\n");
    let diff = client.call("diff", named.clone());
    assert_eq!(
        diff["changes"],
        json!([{"path": "a", "kind": "modified"}, {"path": "gone", "kind": "removed"}])
    );
    assert!(
        diff["patch"].as_str().unwrap().contains("-1\n+3\n"),
        "{diff}"
    );
    let back = json!({"sandbox": sandbox, "snapshot": begun["snapshot"]});
    client.call("restore", back.clone());
    assert_eq!(client.script(&sandbox, "cat a; ls /tmp")["stdout"], "1\n");
    assert_eq!(
        client.call("snapshot", named.clone())["hash"],
        begun["hash"]
    );
    let early = client.call("fork", back)["sandbox"].clone();
    assert_eq!(
        client.script(early.as_str().unwrap(), "cat a")["stdout"],
        "1\n"
    );
    // The same from the same state, to the last bit, whatever was done meanwhile.
    let clock = "import time, os; print(time.time(), os.urandom(4))";
    let mut run = || {
        client.call(
            "restore",
            json!({"sandbox": sandbox, "snapshot": begun["snapshot"]}),
        );
        client.call(
            "exec",
            json!({"sandbox": sandbox, "argv": ["python", "-c", clock]}),
        )["digest"]
            .clone()
    };
    assert_eq!(run(), run());
    client.call("drop", json!({"snapshot": begun["snapshot"]}));
    let (kind, _) = client.refused("restore", json!({"sandbox": sandbox, "snapshot": "n1"}));
    assert_eq!(kind, "unknown");
    client.call("destroy", named.clone());
    assert_eq!(client.refused("list", named).0, "unknown");
    client.leave();
}

#[test]
fn limits_end_commands_and_not_the_server() {
    let mut client = Client::new(&["--fuel", "20G"]);
    let sandbox = client.create(json!({}));
    let mut exec = |code: &str, more: Value| {
        let mut params = json!({"sandbox": sandbox, "argv": ["python", "-c", code]});
        for (name, value) in more.as_object().unwrap() {
            params[name] = value.clone();
        }
        client.call("exec", params)
    };
    let endless = "while True: pass";
    let ran = exec(endless, json!({"limits": {"fuel": 100_000_000}}));
    assert_eq!(
        (&ran["exit"], &ran["status"]),
        (&json!("out_of_fuel"), &json!(137))
    );
    assert!(ran["why"].as_str().unwrap().contains("100M"), "{ran}");
    let ran = exec(
        "x = bytearray(1 << 30)",
        json!({"limits": {"memory": 200 << 20}}),
    );
    assert_eq!(ran["exit"], "out_of_memory");
    let ran = exec(endless, json!({"timeout_ms": 300}));
    assert_eq!(ran["exit"], "out_of_time");
    // Sleeping takes no time, and still runs out of it: at the same place each time.
    let sleepy = "import time; time.sleep(1); print('a', flush=True); time.sleep(60); print('b')";
    let started = Instant::now();
    let ran = exec(sleepy, json!({"timeout_ms": 30_000}));
    assert_eq!(
        (&ran["exit"], &ran["stdout"]),
        (&json!("out_of_time"), &json!("a\n"))
    );
    assert!(started.elapsed() < Duration::from_secs(20));
    assert_eq!(
        exec(sleepy, json!({"timeout_ms": 90_000}))["stdout"],
        "a\nb\n"
    );
    let script = "echo a; sleep 60; echo b";
    let mut bash = |timeout: u64| {
        let params = json!({"sandbox": sandbox, "script": script, "timeout_ms": timeout});
        let ran = client.call("exec", params);
        (ran["exit"].clone(), ran["stdout"].clone())
    };
    assert_eq!(bash(30_000), (json!("out_of_time"), json!("a\n")));
    assert_eq!(bash(90_000), (json!("exited"), json!("a\nb\n")));
    let asked =
        json!({"sandbox": sandbox, "script": "true", "limits": {"fuel": 30_000_000_000u64}});
    assert_eq!(client.refused("exec", asked).0, "limit");
    let told = client.call("limits", json!({"sandbox": sandbox, "set": {"disk": 1000}}));
    assert_eq!(
        (&told["disk"], &told["fuel"]),
        (&json!(1000), &json!(20_000_000_000u64))
    );
    let ran = client.script(&sandbox, "head -c 2000 /dev/zero > big; echo $?");
    assert_eq!(ran["stdout"], "1\n");
    // What is held in files adds up over commands, and can be given back.
    client.script(&sandbox, "rm -f big; head -c 900 /dev/zero > one");
    let write = json!({"sandbox": sandbox, "path": "two", "data": "x".repeat(200)});
    assert_eq!(client.refused("write", write.clone()).0, "limit");
    client.call("remove", json!({"sandbox": sandbox, "path": "one"}));
    client.call("write", write);
    client.leave();
}

#[test]
fn a_crash_disturbs_nobody_and_what_runs_can_be_cancelled() {
    // An endless program that somebody let run to its limit would be over at once.
    let mut client = Client::new(&["--no-cache"]);
    let broken = client.create(json!({}));
    let well = client.create(json!({}));
    let exec =
        |sandbox: &str, code: &str| json!({"sandbox": sandbox, "argv": ["python", "-c", code]});
    let endless = client.ask("exec", exec(&broken, "while True: pass"));
    let waiting = client.ask("exec", exec(&broken, "print('never')"));
    let abort = client.call("exec", exec(&well, "import os; os.abort()"));
    assert_eq!(
        (&abort["exit"], &abort["status"]),
        (&json!("trapped"), &json!(134))
    );
    assert_eq!(
        client.call("exec", exec(&well, "print(1)"))["stdout"],
        "1\n"
    );
    // The one that waits first: it never begins.
    for id in [waiting, endless] {
        assert_eq!(
            client.call("cancel", json!({"id": id})),
            json!({"cancelled": true})
        );
    }
    for id in [endless, waiting] {
        let answer = client.hear();
        assert_eq!(
            (&answer["id"], &answer["result"]["exit"]),
            (&json!(id), &json!("cancelled"))
        );
    }
    assert_eq!(
        client.call("cancel", json!({"id": endless})),
        json!({"cancelled": false})
    );
    assert_eq!(
        client.call("exec", exec(&broken, "print(2)"))["stdout"],
        "2\n"
    );
    // A sandbox is destroyed with what runs in it.
    let last = client.ask("exec", exec(&broken, "while True: pass"));
    let destroy = client.ask("destroy", json!({"sandbox": broken}));
    let answers = [client.hear(), client.hear()];
    assert_eq!(answers[0]["id"], last);
    assert_eq!(answers[0]["result"]["exit"], "cancelled");
    assert_eq!(answers[1]["id"], destroy);
    // The client goes, and so does what it left running.
    client.ask("exec", exec(&well, "while True: pass"));
    client.leave();
}

/// The interpreter counted by how a table was hashed, one time in five otherwise than the others.
#[test]
fn equal_pipelines_use_equal_fuel_in_every_sandbox() {
    let mut client = Client::new(&[]);
    let outcomes: BTreeSet<String> = (0..60)
        .map(|_| {
            let sandbox = client.create(json!({"words": "b\na\n"}));
            let done = client.script(
                &sandbox,
                "cat words | while read x; do echo $x; done | sort",
            );
            client.call("destroy", json!({"sandbox": sandbox}));
            assert_eq!(done["stdout"], "a\nb\n");
            format!("{} {}", done["fuel"], done["digest"])
        })
        .collect();
    assert_eq!(outcomes.len(), 1, "{outcomes:?}");
    client.leave();
}

#[test]
fn what_is_no_request_is_said_to_be_none_and_too_much_is_refused() {
    let mut client = Client::new(&[
        "--max-sandboxes",
        "2",
        "--max-in-flight",
        "3",
        "--max-message",
        "2000B",
        "--no-cache",
    ]);
    let hears = |client: &mut Client, line: &str| {
        client.line(line);
        let answer = client.hear();
        (
            answer["id"].clone(),
            answer["error"]["code"].as_i64().unwrap(),
        )
    };
    assert_eq!(hears(&mut client, "{nonsense"), (Value::Null, -32700));
    assert_eq!(hears(&mut client, "[]"), (Value::Null, -32600));
    assert_eq!(
        hears(&mut client, r#"{"jsonrpc":"1.0","id":7,"method":"x"}"#),
        (json!(7), -32600)
    );
    let unknown = r#"{"jsonrpc":"2.0","id":"a","method":"nonesuch"}"#;
    assert_eq!(hears(&mut client, unknown), (json!("a"), -32601));
    let misspelt = r#"{"jsonrpc":"2.0","id":1,"method":"create","params":{"file":{}}}"#;
    assert_eq!(hears(&mut client, misspelt), (json!(1), -32602));
    let nowhere = r#"{"jsonrpc":"2.0","id":1,"method":"list","params":{"sandbox":"s9"}}"#;
    assert_eq!(hears(&mut client, nowhere), (json!(1), -32000));
    let long = format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"{}"}}"#,
        "x".repeat(3000)
    );
    assert_eq!(hears(&mut client, &long), (Value::Null, -32002));
    assert_eq!(
        client.refused("initialize", json!({"protocol": 99})).0,
        "params"
    );

    let one = client.create(json!({}));
    client.create(json!({}));
    assert_eq!(client.refused("create", json!({})).0, "limit");
    let endless = json!({"sandbox": one, "argv": ["python", "-c", "while True: pass"]});
    for _ in 0..3 {
        client.ask("exec", endless.clone());
    }
    let (kind, message) = client.refused("exec", endless);
    assert_eq!(kind, "limit");
    assert!(message.contains("3 requests are in flight"), "{message}");
    client.leave();
}

#[test]
fn parameters_that_no_method_has_are_refused_and_so_is_an_id_of_null() {
    let mut client = Client::new(&[]);
    let sandbox = client.create(json!({}));
    let kept = client.call("snapshot", json!({"sandbox": sandbox}))["snapshot"].clone();
    let here = |mut params: Value| {
        params["sandbox"] = json!(sandbox);
        params
    };
    for (method, params) in [
        ("initialize", json!({"protocols": 1})),
        ("statistics", json!({"of": "all"})),
        ("cancel", json!({})),
        ("cancel", json!({"id": 1, "now": true})),
        ("drop", json!({"snapshot": kept, "all": true})),
        ("restore", here(json!({"snapshot": kept, "files": []}))),
        ("fork", here(json!({"snapshot": kept, "n": 2}))),
        ("fork", here(json!({"snapshto": kept}))),
        ("exec", here(json!({"script": "true", "env": {"A=B": ""}}))),
        ("exec", here(json!({"script": "true", "env": {"A": "\0"}}))),
        (
            "exec",
            here(json!({"argv": ["python"], "limits": {"memory": 0}})),
        ),
    ] {
        let (kind, message) = client.refused(method, params.clone());
        assert_eq!(kind, "params", "{method} {params}: {message}");
    }
    let (kind, message) = client.refused("create", here(json!({})));
    assert_eq!(kind, "method");
    assert!(message.contains("leave `sandbox` out"), "{message}");
    let (_, message) = client.refused("write", here(json!({"path": "a", "data": 5})));
    assert!(message.contains("data is a string, or"), "{message}");
    client.line(r#"{"jsonrpc":"2.0","id":null,"method":"statistics"}"#);
    assert_eq!(client.hear()["error"]["code"], -32600);
    // A directory is one, a file is none, and what is refused leaves nothing.
    let nowhere = here(json!({"script": "pwd", "cwd": "/etc/passwd"}));
    assert_eq!(client.refused("exec", nowhere).0, "ENOTDIR");
    let folder = here(json!({"path": "new/", "data": "x"}));
    assert_eq!(client.refused("write", folder).0, "EISDIR");
    assert_eq!(client.call("list", here(json!({})))["entries"], json!([]));
    client.leave();
}

#[test]
fn requests_without_an_id_are_bounded_too_and_cancelling_is_always_possible() {
    let mut client = Client::new(&["--max-in-flight", "3", "--no-cache"]);
    let sandbox = client.create(json!({}));
    let endless = json!({"sandbox": sandbox, "argv": ["python", "-c", "while True: pass"]});
    let first = client.ask("exec", endless);
    for _ in 0..5 {
        let write = json!({"sandbox": sandbox, "path": "a", "data": "x", "append": true});
        let request = json!({"jsonrpc": "2.0", "method": "write", "params": write});
        client.line(&request.to_string());
    }
    assert_eq!(client.refused("statistics", json!({})).0, "limit");
    assert_eq!(
        client.call("cancel", json!({"id": first})),
        json!({"cancelled": true})
    );
    assert_eq!(client.hear()["result"]["exit"], "cancelled");
    // Two of five were taken.
    let read = json!({"sandbox": sandbox, "path": "a"});
    let read = loop {
        client.ask("read", read.clone());
        let answer = client.hear();
        if answer.get("result").is_some() {
            break answer["result"].clone();
        }
    };
    assert_eq!(read["data"], "xx");
    client.leave();
}

#[test]
fn what_was_asked_before_the_end_is_answered_before_it() {
    let mut client = Client::new(&[]);
    client.ask("create", json!({"files": {"a": "x"}}));
    client.ask("exec", json!({"sandbox": "s1", "script": "cat a"}));
    let end = client.ask("shutdown", json!({}));
    let answers = [client.hear(), client.hear(), client.hear()];
    assert_eq!(answers[1]["result"]["stdout"], "x");
    assert_eq!(
        answers[2],
        json!({"jsonrpc": "2.0", "id": end, "result": {}})
    );
    assert!(client.child.wait().unwrap().success());
}

#[test]
fn folders_of_the_host_are_seen_and_stay_as_they_are() {
    let dir = Dir::new();
    dir.write("repo/a.txt", "a\n");
    let mut client = Client::new(&[]);
    let mounts = json!([
        {"host": dir.path("repo")},
        {"host": dir.path("repo"), "guest": "/data", "read_only": true}
    ]);
    let made = client.call("create", json!({"mounts": mounts}));
    let sandbox = made["sandbox"].as_str().unwrap().to_owned();
    let ran = client.script(
        &sandbox,
        "echo b >> a.txt; cat a.txt /data/a.txt; echo c > /data/a.txt",
    );
    assert_eq!(ran["stdout"], "a\nb\na\n");
    assert!(
        ran["stderr"].as_str().unwrap().contains("Read-only"),
        "{ran}"
    );
    assert_eq!(dir.read("repo/a.txt"), "a\n");
    let (kind, message) = client.refused("create", json!({"mounts": [{"host": "/nonesuch"}]}));
    assert_eq!(kind, "host");
    assert!(message.contains("/nonesuch"), "{message}");
    client.leave();
}

#[test]
fn a_task_is_worked_on_in_a_sandbox_and_scored() {
    let dir = Dir::new();
    paper::lay(&dir);
    let tasks = dir.path("tasks");
    let mut client = Client::new(&["--tasks", tasks.to_str().unwrap()]);
    let listed = client.call("tasks", json!({"n": "0..1"}));
    let ids = listed["tasks"].as_array().unwrap().iter();
    let ids: Vec<&str> = ids.map(|task| task["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["tiny", "tiny_0", "tiny_1"]);
    let one = &listed["tasks"][1];
    assert_eq!(one["masked"], json!(["tiny/means.py::mean"]));
    assert_eq!(one["metrics"]["main"], json!(["mean", "width"]));
    insta::assert_snapshot!(one["instructions"].as_str().unwrap());

    let made = client.call("create", json!({"task": "tiny_0"}));
    let sandbox = made["sandbox"].as_str().unwrap().to_owned();
    let score = |answer: Value| json!({"sandbox": sandbox, "answer": answer});
    assert_eq!(client.call("score", score(json!({})))["verified"], false);
    let script = "python - <<'END'\ntext = open('tiny/means.py').read()\n\
                  text = text.replace('raise NotImplementedError(\"mean\")', 'return sum(numbers) / len(numbers)')\n\
                  open('tiny/means.py', 'w').write(text)\nEND\npython run.py --scale 3";
    let ran = client.script(&sandbox, script);
    assert_eq!(
        ran["stdout"], "{\"mean\": 7.3125}\nwidth is 11.25\n",
        "{ran}"
    );
    let answer = json!({"main": {"mean": 7.31, "width": 11.25},
                        "table": {"rows": [[2.4375, 3.75], [4.875, 7.5]]}});
    let scored = client.call("score", score(answer));
    for check in ["pass", "grounded", "transplanted", "verified"] {
        assert_eq!(scored[check], true, "{check}: {scored}");
    }
    assert_eq!(scored["functions"][0]["right"], true);
    assert_eq!(scored["changed"], json!([]));
    let other = client.create(json!({}));
    let (kind, _) = client.refused("score", json!({"sandbox": other, "answer": {}}));
    assert_eq!(kind, "params");
    assert_eq!(
        client.refused("create", json!({"task": "tiny_7"})).0,
        "host"
    );
    client.leave();
}
