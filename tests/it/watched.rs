//! Experiments in small repositories, for what watches them.

use std::fs;
use std::path::Path;

use autoexp::sandbox::{Invocation, Limits, Outcome, Runner};
use autoexp::task::{Docstring, Experiment, ExperimentLimits, Function, Paper, Parser, Task};
use autoexp::workspace::{Access, Tree, Workspace};

use crate::support;

pub fn runner() -> Runner {
    Runner::new(support::sandbox().clone(), None)
}

/// A paper of the repository's own, and all of its code.
pub fn bundled(name: &str) -> (Paper, Tree) {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tasks")
        .join(name);
    let paper = Paper::load(&dir, &Parser::default()).unwrap();
    let task = Task::new(paper.clone().into(), []).unwrap();
    let code = task.masked_code(Docstring::Full).unwrap();
    (paper, code.into_iter().collect())
}

pub fn experiment(command: &str) -> Experiment {
    Experiment {
        reseeded: None,
        id: "main".to_owned(),
        description: String::new(),
        command: command.split(' ').map(str::to_owned).collect(),
        limits: ExperimentLimits::default(),
        metrics: Vec::new(),
    }
}

pub fn function(file: &str, name: &str) -> Function {
    Function {
        lines: 1,
        docstring: None,
        file: file.to_owned(),
        name: name.to_owned(),
        description: String::new(),
    }
}

pub fn tree(files: &[(&str, &str)]) -> Tree {
    files
        .iter()
        .map(|(path, text)| (*path, text.as_bytes().to_vec()))
        .collect()
}

/// The experiment, run as nobody watches it.
pub fn alone(code: &Tree, experiment: &Experiment) -> Outcome {
    let mut workspace = Workspace::new();
    workspace
        .mount("/workspace", code, Access::ReadWrite)
        .unwrap();
    let invocation = Invocation::from_command_line(&experiment.command[1..]).unwrap();
    runner()
        .run(&mut workspace, invocation, &Limits::default())
        .unwrap()
}

/// The reference's and the candidate's repository of a file in `tests/it/calls`: parts under lines
/// that say whose and which file they are. What only the reference's names is in both.
pub fn repositories(case: &str) -> (Tree, Tree) {
    let path = format!("{}/tests/it/calls/{case}.py", env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let (mut reference, mut candidate) = (Vec::new(), Vec::new());
    for part in text.split("# --- ").skip(1) {
        let (head, body) = part.split_once('\n').unwrap();
        match head.split(' ').collect::<Vec<_>>()[..] {
            ["reference"] => reference.push(("m.py", body)),
            ["run"] => reference.push(("run.py", body)),
            ["other", file] => reference.push((file, body)),
            ["candidate"] => candidate.push(("m.py", body)),
            ["candidate", file] => candidate.push((file, body)),
            _ => panic!("{path}: {head:?} says neither whose nor which file it is"),
        }
    }
    let shared = reference
        .iter()
        .filter(|(file, _)| candidate.iter().all(|(own, _)| own != file));
    let shared: Vec<_> = shared.copied().collect();
    candidate.extend(shared);
    (tree(&reference), tree(&candidate))
}
