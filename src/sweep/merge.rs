//! One run of what several machines did of it.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::plan::{PlanError, PlanFile};
use crate::trial::{RecordError, RunFolder};

/// Runs that can't be put together.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    #[error(transparent)]
    Record(#[from] RecordError),
    #[error("{folder} holds no run: there is no plan.json in it")]
    NoRun { folder: PathBuf },
    #[error("{one} and {other} hold parts of different runs, planned from other options or papers")]
    Different { one: PathBuf, other: PathBuf },
    #[error("{doing} {path}: {source}")]
    Io {
        doing: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    #[error(transparent)]
    Plan(#[from] PlanError),
}

/// What came of putting runs together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// Trials that were taken over.
    pub taken: usize,
    /// Those that were there already.
    pub known: usize,
    /// Those of the plan that nobody finished.
    pub missing: usize,
}

/// Takes the finished trials of runs that were planned alike into one folder. What is there
/// already stays.
pub fn merge(runs: &[PathBuf], out: &Path) -> Result<Merged, MergeError> {
    let mut plan: Option<(&PathBuf, PlanFile)> = None;
    for run in runs {
        let found = PlanFile::read(run)?.ok_or_else(|| MergeError::NoRun {
            folder: run.clone(),
        })?;
        match &plan {
            Some((first, known)) if *known != found => {
                return Err(MergeError::Different {
                    one: (*first).clone(),
                    other: run.clone(),
                });
            }
            Some(_) => {}
            None => plan = Some((run, found)),
        }
    }
    let Some((first, plan)) = plan else {
        return Ok(Merged::default());
    };
    if let Some(known) = PlanFile::read(out)?
        && known != plan
    {
        return Err(MergeError::Different {
            one: first.clone(),
            other: out.to_owned(),
        });
    }
    let folder = RunFolder::open(out)?;
    plan.write(&folder)?;
    let mut merged = Merged::default();
    for run in runs {
        for trial in plan.trials() {
            let (from, to) = (
                run.join("trials").join(trial),
                out.join("trials").join(trial),
            );
            if !from.join("outcome.json").is_file() {
                continue;
            }
            match to.join("outcome.json").is_file() {
                false if take(&from, &to, &out.join("work"))? => merged.taken += 1,
                _ => merged.known += 1,
            }
        }
    }
    let is_missing = |trial: &&&String| {
        !out.join("trials")
            .join(trial)
            .join("outcome.json")
            .is_file()
    };
    merged.missing = plan.trials().iter().filter(is_missing).count();
    Ok(merged)
}

/// Copies a trial's folder to its place: whole or not at all. Returns whether; another process may
/// have put it there meanwhile.
fn take(from: &Path, to: &Path, work: &Path) -> Result<bool, MergeError> {
    let io = |doing, path: &Path| {
        let path = path.to_owned();
        move |source| MergeError::Io {
            doing,
            path,
            source,
        }
    };
    let copy = tempfile::Builder::new()
        .prefix("gone-merge-")
        .permissions(fs::Permissions::from_mode(0o777))
        .tempdir_in(work)
        .map_err(io("create a folder in", work))?;
    for entry in fs::read_dir(from).map_err(io("read", from))? {
        let entry = entry.map_err(io("read", from))?;
        let path = entry.path();
        fs::copy(&path, copy.path().join(entry.file_name())).map_err(io("copy", &path))?;
    }
    match fs::rename(copy.path(), to) {
        Ok(()) => {
            // Nothing is left to be removed.
            let _ = copy.keep();
            Ok(true)
        }
        Err(_) if to.join("outcome.json").is_file() => Ok(false),
        Err(error) => Err(io("move a trial to", to)(error)),
    }
}
