//! The LiteLLM proxy, which many put before their models: three protocols, through `eval`.
//!
//! It translates to what a server in the test speaks, and mocks what its providers may answer.

use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::mind::{chatting, embedded, solve};
use crate::server::{Ask, Server};
use crate::support::{Dir, Ran};
use crate::{paper, peer};

/// A folder with the proxy's program.
const LITELLM: &str = "AUTOEXP_PEER_LITELLM";
/// What the proxy is asked with.
const KEY: &str = "sk-peer-0123456789abcdef";
/// How long it may take to start: it imports half of PyPI.
const START: Duration = Duration::from_secs(240);

fn is_embedding(ask: &Ask) -> bool {
    ask.path.ends_with("/embeddings")
}

/// The proxy, and the models behind it.
struct Proxy {
    url: String,
    behind: Server,
    _child: Running,
    _folder: tempfile::TempDir,
}

/// Ended when it is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(programs: PathBuf) -> Proxy {
    let chats = chatting(solve);
    let behind = Server::start(move |ask| match is_embedding(ask) {
        true => embedded(ask),
        false => chats(ask),
    });
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config.yaml");
    let mocked = [
        ("prose", "I would rather talk."),
        ("limited", "litellm.RateLimitError"),
        ("long", "litellm.ContextWindowExceededError"),
        ("broken", "litellm.InternalServerError"),
    ];
    let mocked = mocked.map(|(name, mock)| {
        json!({"model_name": name, "litellm_params":
            {"model": format!("openai/{name}"), "api_key": "none", "mock_response": mock}})
    });
    let served = [("solver", "lm_studio/m"), ("embedder", "lm_studio/e")];
    let served = served.map(|(name, model)| {
        json!({"model_name": name, "litellm_params":
            {"model": model, "api_base": format!("{}/v1", behind.url), "api_key": "none"}})
    });
    let mut models = served.to_vec();
    models.extend(mocked);
    // One vector, whatever the text.
    models.push(
        json!({"model_name": "alike", "litellm_params": {"model": "openai/alike",
        "api_key": "none", "mock_response": [0.6, 0.8]}}),
    );
    // JSON is YAML.
    let settings = json!({"model_list": models, "general_settings": {"master_key": KEY}});
    fs::write(&config, settings.to_string()).unwrap();
    // Free a moment ago.
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let child = Command::new(programs.join("litellm"))
        .args([
            "--host",
            "127.0.0.1",
            "--port",
            &port.to_string(),
            "--config",
        ])
        .arg(&config)
        .current_dir(folder.path())
        .env("LITELLM_LOCAL_MODEL_COST_MAP", "True")
        .env("NO_PROXY", "127.0.0.1")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut child = Running(child);
    let began = Instant::now();
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(began.elapsed() < START, "litellm did not start");
        assert!(child.0.try_wait().unwrap().is_none(), "litellm ended");
        thread::sleep(Duration::from_millis(200));
    }
    Proxy {
        url: format!("http://127.0.0.1:{port}/v1"),
        behind,
        _child: child,
        _folder: folder,
    }
}

fn eval(dir: &Dir, proxy: &Proxy, model: &str) -> Ran {
    paper::lay(dir);
    let args = [
        "eval",
        "--model",
        model,
        "--base-url",
        &proxy.url,
        "--task",
        "tiny_0",
        "--out",
        "out",
        "--json",
        "--key-variable",
        "THE_KEY",
        "--retries",
        "2",
    ];
    dir.autoexp(args)
        .env("THE_KEY", KEY)
        .env("NO_PROXY", "127.0.0.1")
        .run()
}

fn report(ran: &Ran) -> Value {
    serde_json::from_slice(&ran.stdout).unwrap_or_else(|error| panic!("{error} in\n{ran}"))
}

/// The outcome of the trial of a run.
fn outcome(dir: &Dir, report: &Value) -> Value {
    let trial = report["rows"][0]["trial"].as_str().unwrap();
    serde_json::from_str(&dir.read(&format!("out/trials/{trial}/outcome.json"))).unwrap()
}

#[test]
fn models_behind_the_proxy() {
    let Some(programs) = peer(LITELLM) else {
        return;
    };
    let proxy = start(programs);
    solves_by_three_protocols(&proxy);
    mocks_have_names(&proxy);
    passages_are_found_by_embeddings(&proxy);
}

fn solves_by_three_protocols(proxy: &Proxy) {
    for provider in ["openai", "openai-responses", "anthropic"] {
        let dir = Dir::new();
        let before = proxy.behind.asks().len();
        let ran = eval(&dir, proxy, &format!("{provider}/solver")).code(0);
        let told = report(&ran);
        assert_eq!(told["rows"][0]["trial_verified"], true, "{provider}: {ran}");
        let outcome = outcome(&dir, &told);
        assert_eq!(
            (&outcome["steps"], &outcome["corrections"]),
            (&json!(4), &json!(0))
        );
        assert_eq!(
            outcome["usage"]["input_tokens"], 400,
            "{provider}: {outcome}"
        );
        assert_eq!(
            outcome["usage"]["cached_tokens"], 160,
            "{provider}: {outcome}"
        );
        assert_eq!(
            outcome["usage"]["output_tokens"], 40,
            "{provider}: {outcome}"
        );
        // What came of a call reached the model behind.
        let asks = proxy.behind.asks();
        assert_eq!(asks.len() - before, 4, "{provider}");
        let last = asks.last().unwrap().body["messages"].to_string();
        assert!(
            last.contains("The run ended well") || last.contains("fuel"),
            "{provider}: {last}"
        );
        assert!(!dir.snapshot().iter().any(|text| text.contains(KEY)));
    }
}

/// What it mocks ends in a name each.
fn mocks_have_names(proxy: &Proxy) {
    let dir = Dir::new();
    let told = report(&eval(&dir, proxy, "openai/prose").code(0));
    assert_eq!(told["rows"][0]["failure"], "no valid call");

    // Nothing of an opening can be left out.
    let dir = Dir::new();
    let told = report(&eval(&dir, proxy, "openai/long").code(0));
    assert_eq!(told["rows"][0]["failure"], "model failed");
    let reason = outcome(&dir, &told)["ending"]["reason"].to_string();
    assert!(reason.contains("ContextWindowExceededError"), "{reason}");

    for (model, status) in [("limited", "429"), ("broken", "500")] {
        for provider in ["openai", "anthropic"] {
            let told = report(&eval(&Dir::new(), proxy, &format!("{provider}/{model}")).code(1));
            assert_eq!(told["rows"], json!([]));
            let reason = told["interrupted"][0]["reason"].as_str().unwrap();
            let said = format!("{provider}/{model}: {status} ");
            assert!(reason.starts_with(&said), "{reason}");
        }
    }
}

/// The nearest paragraphs, by a model behind it. What it mocks is one vector, however many texts.
fn passages_are_found_by_embeddings(proxy: &Proxy) {
    let run = |embedder: &str| {
        let dir = Dir::new();
        paper::lay(&dir);
        let given = format!("embedding:openai/{embedder}");
        let args = [
            "run",
            "tiny_0,1",
            "--model",
            "oracle",
            "--paper",
            &given,
            "--base-url",
            &proxy.url,
            "--key-variable",
            "THE_KEY",
            "--out",
            "out",
            "--json",
        ];
        let ran = dir
            .autoexp(args)
            .env("THE_KEY", KEY)
            .env("NO_PROXY", "127.0.0.1")
            .run();
        assert!(!dir.snapshot().iter().any(|text| text.contains(KEY)));
        ran
    };
    let before = proxy.behind.asks().len();
    let ran = run("embedder").code(0);
    let stdout = ran.stdout();
    let mut events = stdout
        .lines()
        .map(|line| -> Value { serde_json::from_str(line).unwrap() });
    let found = events.next().unwrap();
    let outcome = events.next_back().unwrap();
    assert_eq!(found["event"], "compared", "{ran}");
    assert_eq!(outcome["outcome"]["verified"], true, "{ran}");
    let asks = proxy.behind.asks();
    let asked: Vec<&Ask> = asks[before..]
        .iter()
        .filter(|ask| is_embedding(ask))
        .collect();
    assert_eq!(asked.len(), 1);
    let texts = asked[0].body["input"].as_array().unwrap().len();
    // A row of cosines for each of the two functions, over all paragraphs.
    let nearness: Vec<Vec<f64>> = serde_json::from_value(found["nearness"].clone()).unwrap();
    assert_eq!(nearness.len(), 2);
    assert!(nearness.iter().all(|row| row.len() + 2 == texts), "{found}");
    assert!(nearness.iter().flatten().any(|it| *it > 0.1), "{found}");
    assert_eq!(found["reply"]["usage"]["input_tokens"], 200, "{found}");

    let ran = run("alike").code(1);
    let said = format!("it was asked for {texts} vectors, and gave 1");
    assert!(ran.stderr().contains(&said), "{ran}");
}
