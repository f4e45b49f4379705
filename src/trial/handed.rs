//! A task as a plain folder, for a person or an agent with tools of its own.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use super::attempt::TrialError;
use super::setup;
use super::spec::Settings;
use crate::agent::{Brief, Prompts};
use crate::sandbox::Runner;
use crate::score::{Attempt, Reporter, Score, ScoreError};
use crate::task::{Docstring, Files, Task};
use crate::workspace::{Dir, ImportError, Node, Tree, import};

/// The file with the answer.
pub const ANSWER: &str = "answer.json";
/// What tools leave in a folder that is nobody's work.
const IGNORED: [&str; 4] = [".git", ".venv", "__pycache__", ANSWER];

/// A folder that can't be made or scored.
#[derive(Debug, thiserror::Error)]
pub enum HandedError {
    #[error(transparent)]
    Trial(#[from] TrialError),
    #[error("{path} is there already and not empty; choose another folder, or empty it")]
    NotEmpty { path: PathBuf },
    #[error("{doing} {path}: {source}")]
    Io {
        doing: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    #[error(transparent)]
    Import(#[from] ImportError),
    #[error("read the answer in {path}: {reason}")]
    Answer { path: PathBuf, reason: String },
    #[error("score the folder: {0}")]
    Score(#[from] ScoreError),
}

/// What an agent with tools of its own is told, which works on a task in a sandbox of ours.
pub fn told_in_sandbox(task: &Task, prompts: &Prompts) -> Result<String, TrialError> {
    Ok(prompts.sandbox(&setup::brief(task, &Settings::default())?)?)
}

/// Likewise, which works in a folder of a container of somebody's.
pub fn told_in_container(
    task: &Task,
    place: &str,
    prompts: &Prompts,
) -> Result<String, TrialError> {
    let brief = Brief {
        place: place.to_owned(),
        ..setup::brief(task, &Settings::default())?
    };
    Ok(prompts.container(&brief)?)
}

/// What whoever works on a task in a folder of their own is told.
fn told(task: &Task, prompts: &Prompts) -> Result<String, TrialError> {
    let brief = Brief {
        place: "this folder".to_owned(),
        ..setup::brief(task, &Settings::default())?
    };
    let folder = prompts.folder(task.id(), &task.paper().guest.0)?;
    Ok(format!("{}\n\n{folder}\n", prompts.task(&brief)?))
}

/// The files of a task as they are handed over, with what is told of it.
pub fn handed_files(task: &Task, docstring: Docstring, told: String) -> Result<Files, TrialError> {
    let settings = Settings {
        docstring,
        ..Settings::default()
    };
    setup::files(task, &settings, told)
}

/// Writes a task into a folder, which must be new or empty. Gives the number of files.
pub fn hand_over(
    task: &Task,
    docstring: Docstring,
    folder: &Path,
    prompts: &Prompts,
) -> Result<usize, HandedError> {
    let io = |doing, path: &Path| {
        let path = path.to_owned();
        move |source| HandedError::Io {
            doing,
            path,
            source,
        }
    };
    let files = handed_files(task, docstring, told(task, prompts)?)?;
    fs::create_dir_all(folder).map_err(io("create", folder))?;
    let mut entries = fs::read_dir(folder).map_err(io("read", folder))?;
    if entries.next().is_some() {
        return Err(HandedError::NotEmpty {
            path: folder.to_owned(),
        });
    }
    for (name, bytes) in &files {
        let path = folder.join(name);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent).map_err(io("create", parent))?;
        fs::write(&path, bytes).map_err(io("write", &path))?;
    }
    Ok(files.len())
}

/// Reads an answer: a JSON object, as it is or in a file.
pub fn read_answer(path: &Path) -> Result<Value, HandedError> {
    let wrong = |reason: String| HandedError::Answer {
        path: path.to_owned(),
        reason,
    };
    let bytes = fs::read(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            wrong("there is no such file; TASK.md says what belongs into it".to_owned())
        }
        _ => wrong(error.to_string()),
    })?;
    let answer: Value =
        serde_json::from_slice(&bytes).map_err(|error| wrong(format!("it is no JSON: {error}")))?;
    match answer.is_object() {
        true => Ok(answer),
        false => Err(wrong(
            "it is no object with an experiment's metrics under each experiment's id".to_owned(),
        )),
    }
}

/// Scores a task in a folder as it stands. What version control, environments and Python's caches
/// leave there is left out.
pub fn score_folder(
    task: &Task,
    folder: &Path,
    answer: &Value,
    runner: &Runner,
    prompts: &Prompts,
) -> Result<Score, HandedError> {
    let failed = |source| HandedError::Io {
        doing: "read",
        path: folder.to_owned(),
        source,
    };
    let found = import(folder)?;
    let given = handed_files(task, Docstring::default(), told(task, prompts)?)?;
    let left = work(found.tree.root()).map_err(failed)?;
    score_work(task, given, left, answer, runner)
}

/// Scores what was left of a task that was handed over in a sandbox, as files of a tree.
pub fn score_tree(
    task: &Task,
    left: &Tree,
    answer: &Value,
    runner: &Runner,
    prompts: &Prompts,
) -> Result<Score, HandedError> {
    let given = handed_files(task, Docstring::default(), told_in_sandbox(task, prompts)?)?;
    let left = work(left.root()).map_err(TrialError::Hash)?;
    score_work(task, given, left, answer, runner)
}

fn score_work(
    task: &Task,
    given: Files,
    left: Dir,
    answer: &Value,
    runner: &Runner,
) -> Result<Score, HandedError> {
    let attempt = Attempt {
        task,
        given: &given.into_iter().collect(),
        left: &Tree::from(Arc::new(left)),
        answer,
        printed: None,
        reporter: Reporter::Agent,
    };
    Ok(attempt.score(runner)?)
}

/// A folder without what is nobody's work.
fn work(dir: &Dir) -> io::Result<Dir> {
    let mut entries = BTreeMap::new();
    for (name, node) in dir.entries()? {
        if IGNORED.contains(&&**name) {
            continue;
        }
        let node = match node {
            Node::Dir(dir) => Node::Dir(Arc::new(work(dir)?)),
            other => other.clone(),
        };
        entries.insert(name.clone(), node);
    }
    Ok(Dir::new(entries))
}
