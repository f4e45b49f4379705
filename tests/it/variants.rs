//! Correct code that is written otherwise than the reference is verified.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;

use autoexp::packages::Packages;
use autoexp::sandbox::runtime::{Cache, FetchOptions};
use autoexp::sandbox::{RunCache, Runner};
use autoexp::score::{Attempt, Printed, limits, measure};
use autoexp::task::{Docstring, Paper, Parser, Task};
use autoexp::workspace::Tree;
use serde_json::{Map, Value};

use crate::support;

fn folders(path: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(path).unwrap();
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

/// The files below a folder, with their paths within it.
fn files(root: &Path, below: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for path in folders(below) {
        if path.is_dir() {
            files(root, &path, found);
        } else if path.extension().is_some_and(|extension| extension == "py") {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap();
            found.push((name.to_owned(), fs::read(&path).unwrap()));
        }
    }
}

#[test]
fn other_ways_to_write_every_function_of_a_paper_are_verified() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    // What is run for the answer is run again for the score.
    let kept = tempfile::tempdir().unwrap();
    let cache = RunCache::open(kept.path()).unwrap();
    let runner = Runner::new(support::sandbox().clone(), Some(cache));
    let packages = Packages::new(
        Cache::locate().and_then(Cache::open).unwrap(),
        FetchOptions::from_env(),
    );
    let parser = Parser::with_sandbox(|| Ok(support::sandbox().clone()));
    let todo = Mutex::new(folders(&root.join("tests/variants")));
    let (most, wrong) = (Mutex::new(0), Mutex::new(Vec::new()));
    let work = || {
        loop {
            let Some(of_paper) = todo.lock().unwrap().pop() else {
                return;
            };
            let id = of_paper.file_name().unwrap();
            let paper = Paper::load(&root.join("tasks").join(id), &parser).unwrap();
            let runner = paper.runner(&runner, &packages).unwrap();
            let mut sets = folders(&of_paper);
            sets.retain(|set| set.is_dir());
            let mut most = most.lock().unwrap();
            *most = sets.len().max(*most);
            drop(most);
            let paper = Arc::new(paper);
            for set in sets {
                let found = problems(&paper, &set, &runner);
                let found = found.into_iter();
                let found = found.map(|problem| format!("{}: {problem}", set.display()));
                wrong.lock().unwrap().extend(found);
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{wrong:#?}");
    // One paper has every function written in two ways of their own.
    assert!(most.into_inner().unwrap() >= 2);
}

/// Why a set of functions that are written otherwise doesn't do for a paper's.
fn problems(paper: &Arc<Paper>, set: &Path, runner: &Runner) -> Vec<String> {
    let all = 0..paper.functions.len();
    let task = Task::new(paper.clone(), all).unwrap();
    let given: Tree = task
        .masked_code(Docstring::default())
        .unwrap()
        .into_iter()
        .collect();
    let mut written = Vec::new();
    files(set, set, &mut written);
    let mut left = paper.code().unwrap();
    for (name, bytes) in written {
        if left.insert(name.clone(), bytes.clone()) == Some(bytes) {
            return vec![format!("{name} is the paper's own")];
        }
    }
    let left: Tree = left.into_iter().collect();
    let (mut printed, mut answer) = (Printed::default(), Map::new());
    for experiment in task.experiments().unwrap() {
        let limits = limits(experiment);
        let run = measure(runner, &left, experiment, &experiment.command, &limits);
        let run = run.unwrap();
        if let Some(trouble) = run.trouble() {
            return vec![format!("{}: {trouble:?}", experiment.id)];
        }
        printed.add(&run.outcome.stdout.bytes);
        answer.insert(experiment.id.clone(), run.report());
    }
    let score = Attempt {
        task: &task,
        given: &given,
        left: &left,
        answer: &Value::Object(answer),
        printed: Some(&printed),
        reporter: autoexp::score::Reporter::Agent,
    }
    .score(runner)
    .unwrap();
    let mut problems = Vec::new();
    if score.verified != Some(true) || !score.upstream_pass {
        problems.push(format!("{:?} {:?}", score.reasons, score.failure));
    }
    let wrong = score.functions.iter();
    let wrong = wrong.filter(|function| function.right == Some(false));
    problems.extend(wrong.map(|function| format!("{function:?}")));
    problems
}
