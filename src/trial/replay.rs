//! The replies that a recorded trial had.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::agent::Event;
use crate::model::Reply;
use crate::task::TaskId;

/// A record that has no replies to give again.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    #[error("read the replies recorded in {path}: {source}")]
    Io { path: PathBuf, source: io::Error },
    #[error("read the replies recorded in {path}: line {line} is no event of this version's")]
    Line {
        path: PathBuf,
        line: usize,
        source: serde_json::Error,
    },
    #[error(
        "replay {task}, attempt {attempt}, from {path}: it has no such trial; name a run that has, or the trial's folder"
    )]
    None {
        path: PathBuf,
        task: TaskId,
        attempt: u32,
    },
    #[error(
        "replay {task}, attempt {attempt}, from {path}: it has such trials of several models; name the folder of one, in trials/"
    )]
    Several {
        path: PathBuf,
        task: TaskId,
        attempt: u32,
    },
}

/// What has to be known of a trial to find it.
#[derive(Deserialize)]
struct Named {
    task: TaskId,
    attempt: u32,
}

/// All replies of a trial, in order: of the one whose folder this is, or of the one in this run's
/// folder that was an attempt at the same task.
pub(super) fn replies(path: &Path, task: &TaskId, attempt: u32) -> Result<Vec<Reply>, ReplayError> {
    let trajectory = "trajectory.jsonl";
    if path.join(trajectory).is_file() {
        return read(&path.join(trajectory));
    }
    let (owned, wanted) = (path.to_owned(), task.clone());
    let mut found = Vec::new();
    let trials = path.join("trials");
    let failed = |source| ReplayError::Io {
        path: trials.clone(),
        source,
    };
    for entry in fs::read_dir(&trials).map_err(failed)? {
        let folder = entry.map_err(failed)?.path();
        let spec = fs::read(folder.join("trial.json")).ok();
        let spec: Option<Named> = spec.and_then(|spec| serde_json::from_slice(&spec).ok());
        if spec.is_some_and(|spec| spec.task == wanted && spec.attempt == attempt) {
            found.push(folder);
        }
    }
    match found.as_slice() {
        [folder] => read(&folder.join(trajectory)),
        [] => Err(ReplayError::None {
            path: owned,
            task: wanted,
            attempt,
        }),
        _ => Err(ReplayError::Several {
            path: owned,
            task: wanted,
            attempt,
        }),
    }
}

fn read(path: &Path) -> Result<Vec<Reply>, ReplayError> {
    let text = fs::read_to_string(path).map_err(|source| ReplayError::Io {
        path: path.to_owned(),
        source,
    })?;
    let mut replies = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let event = serde_json::from_str(line).map_err(|source| ReplayError::Line {
            path: path.to_owned(),
            line: number + 1,
            source,
        })?;
        if let Event::Reply { reply, .. } = event {
            replies.push(reply);
        }
    }
    Ok(replies)
}
