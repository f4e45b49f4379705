//! Correct code that is written otherwise than the reference is verified.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

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
    let mut most = 0;
    for of_paper in folders(&root.join("tests/variants")) {
        let id = of_paper.file_name().unwrap();
        let paper = Paper::load(&root.join("tasks").join(id), &parser).unwrap();
        let runner = paper.runner(&runner, &packages).unwrap();
        let paper = Arc::new(paper);
        let all = 0..paper.functions.len();
        let task = Task::new(paper.clone(), all).unwrap();
        let given: Tree = task
            .masked_code(Docstring::default())
            .unwrap()
            .into_iter()
            .collect();
        let mut sets = folders(&of_paper);
        sets.retain(|set| set.is_dir());
        most = most.max(sets.len());
        for set in sets {
            let mut written = Vec::new();
            files(&set, &set, &mut written);
            let mut left = paper.code().unwrap();
            for (name, bytes) in written {
                assert_ne!(
                    left.insert(name.clone(), bytes.clone()),
                    Some(bytes),
                    "{name}"
                );
            }
            let left: Tree = left.into_iter().collect();
            let (mut printed, mut answer) = (Printed::default(), Map::new());
            for experiment in task.experiments().unwrap() {
                let limits = limits(experiment);
                let run = measure(&runner, &left, experiment, &experiment.command, &limits);
                let run = run.unwrap();
                assert_eq!(run.trouble(), None, "{}: {}", set.display(), experiment.id);
                printed.add(&run.outcome.stdout.bytes);
                answer.insert(experiment.id.clone(), run.report());
            }
            let score = Attempt {
                task: &task,
                given: &given,
                left: &left,
                answer: &Value::Object(answer),
                printed: Some(&printed),
            }
            .score(&runner)
            .unwrap();
            let told = (&score.reasons, score.failure);
            assert_eq!(score.verified, Some(true), "{}: {told:?}", set.display());
            assert!(score.upstream_pass);
            let wrong: Vec<_> = score
                .functions
                .iter()
                .filter(|function| function.right == Some(false))
                .collect();
            assert!(wrong.is_empty(), "{}: {wrong:#?}", set.display());
        }
    }
    // One paper has every function written in two ways of their own.
    assert!(most >= 2);
}
