//! Masks, as Python sees them: hard cases, generated modules, whole libraries.
//!
//! In the sandbox, Python's own syntax trees say what a masked source should be, and what was
//! masked is called (`check.py`).

mod cases;
mod generate;
mod generated;
mod library;

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use autoexp::progress::Silent;
use autoexp::sandbox::runtime::{Cache, FetchOptions};
use autoexp::sandbox::{Invocation, Limits, Program, Sandbox};
use autoexp::task::{Kept, Mask, Parser, mask, unmask};
use autoexp::workspace::{Access, Tree, Workspace};
use serde::Serialize;
use serde_json::{Value, json};

use crate::support;

const CHECK: &str = include_str!("check.py");
const DEFINITIONS: &str = include_str!("../../../src/task/python/definitions.py");

/// A parser that has a sandbox.
fn parser() -> &'static Parser {
    static PARSER: OnceLock<Parser> = OnceLock::new();
    PARSER.get_or_init(|| {
        support::prepare();
        Parser::with_sandbox(|| {
            let cache = Cache::locate().and_then(Cache::open).unwrap();
            Sandbox::prepare(&cache, &FetchOptions::from_env(), &Silent)
                .map_err(|error| error.to_string())
        })
    })
}

/// A source, what was masked in it, and what that left.
#[derive(Serialize)]
struct Job {
    source: String,
    left: String,
    names: Vec<String>,
    /// `"original"`, null, or a list of the text that was put in.
    kept: Value,
    /// What must raise in the masked module.
    call: Option<&'static str>,
}

impl Job {
    /// Masks, and sees that unmasking gives the original back.
    fn new(source: &str, names: &[&str], kept: Kept) -> Job {
        let masks: Vec<Mask> = names
            .iter()
            .map(|&name| Mask {
                name,
                docstring: kept,
            })
            .collect();
        let left =
            mask(parser(), source, &masks).unwrap_or_else(|error| panic!("{error}\n{source}"));
        let back = unmask(parser(), &left, source, names).unwrap();
        assert_eq!(back, source, "unmasking gives the original back");
        Job {
            source: python_lines(source),
            left: python_lines(&left),
            names: names.iter().map(|&name| name.to_owned()).collect(),
            kept: match kept {
                Kept::Nothing => Value::Null,
                Kept::Original => "original".into(),
                Kept::Text(text) => json!([plain(text)]),
            },
            call: None,
        }
    }

    fn size(&self) -> usize {
        self.source.len() + self.left.len()
    }
}

/// A text as a docstring holds it.
fn plain(text: &str) -> String {
    let text = python_lines(text);
    text.trim_start_matches('\n').trim_end().to_owned()
}

/// With each line ending as Python's tokenizer makes it.
fn python_lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// Checks jobs in the sandbox, many in a run. How many masked functions were called.
fn check(jobs: Vec<Job>) -> u64 {
    const AT_ONCE: usize = 4 << 20;
    let mut batches: Vec<Vec<Job>> = Vec::new();
    let mut size = usize::MAX;
    for job in jobs {
        if size > AT_ONCE {
            batches.push(Vec::new());
            size = 0;
        }
        size += job.size();
        batches.last_mut().unwrap().push(job);
    }
    let called = side_by_side(&batches, |batch| check_batch(batch));
    called.into_iter().sum()
}

fn check_batch(jobs: &[Job]) -> u64 {
    let files = [
        ("check.py", CHECK.into()),
        ("definitions.py", DEFINITIONS.into()),
        ("jobs.json", serde_json::to_vec(jobs).unwrap()),
    ];
    let files = files.map(|(name, bytes): (&str, Vec<u8>)| (name.to_owned(), bytes));
    let tree: Tree = files.into_iter().collect();
    let mut workspace = Workspace::new();
    workspace
        .mount("/workspace", &tree, Access::ReadOnly)
        .unwrap();
    let limits = Limits {
        fuel: u64::MAX,
        wall: Duration::from_secs(3600),
        output: u64::MAX,
        ..Limits::default()
    };
    let invocation = Invocation::new(Program::Script("check.py".to_owned()));
    let outcome = support::sandbox()
        .run(&mut workspace, invocation, &limits)
        .unwrap();
    assert!(
        outcome.exit.success(),
        "{:?}: {:?}",
        outcome.exit,
        outcome.stderr
    );
    let told: Value = serde_json::from_slice(&outcome.stdout.bytes).unwrap();
    let failures = told["failures"].as_array().unwrap();
    if let Some(first) = failures.first() {
        panic!(
            "{} of {} masks are wrong; the first: {}, {} in\n{}\n---\n{}",
            failures.len(),
            jobs.len(),
            first["error"],
            first["names"],
            first["source"].as_str().unwrap(),
            first["left"].as_str().unwrap()
        );
    }
    told["called"].as_u64().unwrap()
}

/// Does something with each item, as many at once as there are cores; the results in order.
fn side_by_side<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut done = Vec::new();
        while let Some(index) = Some(next.fetch_add(1, Ordering::Relaxed))
            && let Some(item) = items.get(index)
        {
            done.push((index, work(item)));
        }
        done
    };
    let cores = thread::available_parallelism().map_or(1, |cores| cores.get());
    let mut done: Vec<(usize, R)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(worker)).collect();
        let results = workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap());
        results.collect()
    });
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}
