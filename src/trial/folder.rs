//! A run's folder on disk; `in_flight.rs` has what stands in a trial's.
//!
//! ```text
//! plan.json         what the run consists of
//! trials/<trial>/   a finished trial: trial.json, trajectory.jsonl, outcome.json, *.patch
//! work/<trial>.*/   a trial in flight, or one that was stopped, by the token of the claim it ran under
//! claims/           whose turn each trial is
//! ```
//!
//! A trial's folder is written under `work/` and renamed to its place when it is whole, so what
//! stands under `trials/` is finished, whenever a process or a machine stopped. Of two that
//! finished the same trial, the first counts: renaming over a folder that has files fails.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::FORMAT;
use super::claim::{self, Claim};
use super::in_flight::{TrialFolder, bought, earlier, keep};
use super::outcome::TrialOutcome;
use super::spec::{TrialId, TrialSpec};
use crate::agent::Event;

/// A record that could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    #[error("{doing} {path}: {source}")]
    Io {
        doing: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    #[error(
        "{path} is no run's folder: it has no folder `trials` (`autoexp eval` names the folder of its run at the end)"
    )]
    NoRun { path: PathBuf },
    #[error(
        "read {path}, which was not written by autoexp or was changed since (remove it and run again)"
    )]
    Malformed {
        path: PathBuf,
        source: serde_json::Error,
    },
    #[error(
        "read {path}: its format is {found}, and this version of autoexp reads format {FORMAT} only"
    )]
    Format { path: PathBuf, found: u64 },
    #[error(
        "find a trial in {0}: it has no trial.json, and no folder trials/ with one; name the folder of a run, or of one of its trials"
    )]
    NoTrials(PathBuf),
}

impl RecordError {
    pub(super) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> RecordError {
        move |source| RecordError::Io {
            doing,
            path: path.to_owned(),
            source,
        }
    }
}

/// How the names of what is not there yet, or is there no more, begin: a claim being written, a
/// folder being removed.
pub(super) const GONE: &str = "gone-";

/// The steps of a trial, and those from before it was stopped, until they are taken again.
pub(super) const TRAJECTORY: &str = "trajectory.jsonl";
pub(super) const EARLIER: &str = "earlier.jsonl";

/// What the attempt made of the repository, for people: from what was given, and beside the reference.
pub(super) const CHANGES: &str = "changes.patch";
pub(super) const REFERENCE: &str = "reference.patch";

/// The folder of a run.
#[derive(Clone, Debug)]
pub struct RunFolder(PathBuf);

/// Where a trial stands.
#[derive(Debug)]
pub enum Claimed {
    /// It is finished.
    Done,
    /// Another process is at it.
    Elsewhere,
    /// It is the caller's turn.
    Ours(Box<TrialFolder>),
}

impl RunFolder {
    /// Opens or makes a run's folder.
    pub fn open(path: &Path) -> Result<RunFolder, RecordError> {
        for folder in ["trials", "work", "claims"] {
            let folder = path.join(folder);
            fs::create_dir_all(&folder).map_err(RecordError::io("create", &folder))?;
        }
        let folder = RunFolder(path.to_owned());
        folder.tidy()?;
        Ok(folder)
    }

    /// A run's folder that is there, for reading: nothing is made or cleared in it.
    pub fn find(path: &Path) -> Result<RunFolder, RecordError> {
        match path.join("trials").is_dir() {
            true => Ok(RunFolder(path.to_owned())),
            false => Err(RecordError::NoRun {
                path: path.to_owned(),
            }),
        }
    }

    /// The names of all that stands among the finished trials, in their order.
    pub fn names(&self) -> Result<Vec<String>, RecordError> {
        let trials = self.0.join("trials");
        let entries = fs::read_dir(&trials).map_err(RecordError::io("read", &trials))?;
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(RecordError::io("read", &trials))?;
            names.extend(entry.file_name().into_string());
        }
        names.sort_unstable();
        Ok(names)
    }

    /// What determined a trial and what came of it, by its name; nothing if it isn't finished.
    pub fn finished(&self, name: &str) -> Result<Option<(TrialSpec, TrialOutcome)>, RecordError> {
        let trial = self.0.join("trials").join(name);
        let outcome = read(&trial.join("outcome.json"))?;
        Ok(read(&trial.join("trial.json"))?.zip(outcome))
    }

    /// The steps of a finished trial.
    pub fn trajectory(&self, name: &str) -> Result<Vec<Event>, RecordError> {
        let path = self.0.join("trials").join(name).join(TRAJECTORY);
        let text = fs::read_to_string(&path).map_err(RecordError::io("read", &path))?;
        let events: Result<_, _> = text.lines().map(serde_json::from_str).collect();
        events.map_err(|source| RecordError::Malformed { path, source })
    }

    /// What a finished trial made of the repository: from what was given, and beside the reference.
    pub fn patches(&self, name: &str) -> Result<(Vec<u8>, Vec<u8>), RecordError> {
        let patch = |file| {
            let path = self.0.join("trials").join(name).join(file);
            match fs::read(&path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
                read => read.map_err(RecordError::io("read", &path)),
            }
        };
        Ok((patch(CHANGES)?, patch(REFERENCE)?))
    }

    /// Clears what a process that stopped just after it finished a trial had no time to.
    fn tidy(&self) -> Result<(), RecordError> {
        for place in ["claims", "work"] {
            let place = self.0.join(place);
            let entries = fs::read_dir(&place).map_err(RecordError::io("read", &place))?;
            for entry in entries {
                let entry = entry.map_err(RecordError::io("read", &place))?;
                let name = entry.file_name();
                let name = name.to_str().unwrap_or_default();
                let trial = name.rsplit_once('.').map_or(name, |(trial, _)| trial);
                let outcome = self.0.join("trials").join(trial).join("outcome.json");
                let path = entry.path();
                let is_left = match name.starts_with(GONE) {
                    // A process that works on it may be there still.
                    true => claim::has_lapsed(&path, &place)
                        .map_err(RecordError::io("look at", &path))?
                        .unwrap_or_default(),
                    false => outcome.is_file(),
                };
                if !is_left {
                    continue;
                }
                let cleared = if path.is_dir() {
                    fs::remove_dir_all(&path)
                } else {
                    fs::remove_file(&path)
                };
                match cleared {
                    // Another process was quicker.
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    other => other.map_err(RecordError::io("clear", &path))?,
                }
            }
        }
        Ok(())
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Reads a run's own file in a folder that needn't be one; nothing where there is none.
    pub fn peek<T: DeserializeOwned>(path: &Path, name: &str) -> Result<Option<T>, RecordError> {
        read(&path.join(name))
    }

    /// Reads one of the run's own files; nothing where there is none.
    pub fn read<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, RecordError> {
        read(&self.0.join(name))
    }

    /// Writes one of the run's own files, whole or not at all.
    pub fn write<T: Serialize>(&self, name: &str, value: &T) -> Result<(), RecordError> {
        let temporary = self.0.join(format!(".{name}.{}", claim::token()));
        let path = self.0.join(name);
        let written = write(&temporary, value)
            .and_then(|()| fs::rename(&temporary, &path).map_err(RecordError::io("write", &path)));
        if written.is_err() {
            // Why it could not be written counts, not whether what there is of it can be removed.
            let _ = fs::remove_file(&temporary);
        }
        written
    }

    /// What came of a trial; nothing while it isn't finished.
    pub fn outcome(&self, trial: &TrialId) -> Result<Option<TrialOutcome>, RecordError> {
        read(&self.trial(trial).join("outcome.json"))
    }

    pub fn is_done(&self, trial: &TrialId) -> bool {
        self.trial(trial).join("outcome.json").is_file()
    }

    /// Takes a trial up, if it is free.
    pub fn claim(&self, spec: &TrialSpec) -> Result<Claimed, RecordError> {
        let id = spec.id();
        if self.is_done(&id) {
            return Ok(Claimed::Done);
        }
        let claims = self.0.join("claims");
        let claim = match Claim::take(&claims, id.as_str())
            .map_err(RecordError::io("claim a trial in", &claims))?
        {
            Some(claim) => claim,
            None => return Ok(Claimed::Elsewhere),
        };
        // Opening it has NFS ask its server what is in it now.
        let trials = self.0.join("trials");
        File::open(&trials).map_err(RecordError::io("open", &trials))?;
        if self.is_done(&id) {
            // It was finished between the two looks.
            return Ok(Claimed::Done);
        }
        let stale = self.stale(&id)?;
        let earlier = stale.iter().map(|folder| earlier(folder));
        let earlier = earlier
            .max_by_key(|events| bought(events))
            .unwrap_or_default();
        let work = self.0.join("work").join(format!("{id}.{}", claim.token()));
        fs::create_dir(&work).map_err(RecordError::io("create", &work))?;
        write(&work.join("trial.json"), spec)?;
        if bought(&earlier) > 0 {
            // In a file of its own, which whoever may still be at it doesn't write to; and before
            // the one it is from is removed.
            let path = work.join(EARLIER);
            let kept = keep(&path, &earlier).and_then(|()| sync(&work));
            kept.map_err(RecordError::io("write", &path))?;
        }
        let trajectory = work.join(TRAJECTORY);
        let trajectory =
            File::create_new(&trajectory).map_err(RecordError::io("create", &trajectory))?;
        self.clear(&stale, claim.token())?;
        Ok(Claimed::Ours(Box::new(TrialFolder {
            work,
            place: self.trial(&id),
            trajectory,
            earlier,
            claim,
        })))
    }

    /// What was left unfinished of a trial.
    fn stale(&self, trial: &TrialId) -> Result<Vec<PathBuf>, RecordError> {
        let work = self.0.join("work");
        let place = self.trial(trial);
        let mut stale: Vec<PathBuf> = place.is_dir().then_some(place).into_iter().collect();
        for entry in fs::read_dir(&work).map_err(RecordError::io("read", &work))? {
            let entry = entry.map_err(RecordError::io("read", &work))?;
            let name = entry.file_name();
            let of_trial = name.to_str().and_then(|name| name.rsplit_once('.'));
            if of_trial.is_some_and(|(of, _)| of == trial.as_str()) {
                stale.push(entry.path());
            }
        }
        Ok(stale)
    }

    /// Removes folders: by a rename first, so that whoever may still be at one can't put half of it
    /// in its place.
    fn clear(&self, stale: &[PathBuf], token: &str) -> Result<(), RecordError> {
        let work = self.0.join("work");
        for (number, path) in stale.iter().enumerate() {
            let gone = work.join(format!("{GONE}{token}-{number}"));
            match fs::rename(path, &gone).and_then(|()| fs::remove_dir_all(&gone)) {
                // NFS keeps a file under another name while somebody on this machine has it open:
                // what is left is cleared when the run is opened again.
                Err(error)
                    if ![io::ErrorKind::NotFound, io::ErrorKind::DirectoryNotEmpty]
                        .contains(&error.kind()) =>
                {
                    return Err(RecordError::io("clear", path)(error));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn trial(&self, trial: &TrialId) -> PathBuf {
        self.0.join("trials").join(trial.as_str())
    }
}

/// Has the names in a folder last through a loss of power.
pub(super) fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

pub(super) fn write<T: Serialize>(path: &Path, value: &T) -> Result<(), RecordError> {
    let write = || {
        let mut json = serde_json::to_vec_pretty(value)?;
        json.push(b'\n');
        let mut file = File::create(path)?;
        file.write_all(&json)?;
        file.sync_all()
    };
    write().map_err(RecordError::io("write", path))
}

#[derive(Deserialize)]
struct Versioned {
    #[serde(default)]
    format: u64,
}

/// Reads a record in a run's folder; nothing where there is none.
pub fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, RecordError> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(RecordError::io("read", path)(error)),
    };
    let malformed = |source| RecordError::Malformed {
        path: path.to_owned(),
        source,
    };
    // First the format alone: of another one, nothing else is known.
    let versioned: Versioned = serde_json::from_slice(&bytes).map_err(malformed)?;
    match versioned.format {
        format if format == u64::from(FORMAT) => {
            serde_json::from_slice(&bytes).map(Some).map_err(malformed)
        }
        found => Err(RecordError::Format {
            path: path.to_owned(),
            found,
        }),
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;

    #[test]
    fn what_another_process_is_making_stays_and_what_one_left_goes() {
        let dir = tempfile::tempdir().unwrap();
        RunFolder::open(dir.path()).unwrap();
        let [claim, work] = ["claims/gone-a", "work/gone-b-0"].map(|name| dir.path().join(name));
        fs::write(&claim, "").unwrap();
        fs::create_dir(&work).unwrap();
        RunFolder::open(dir.path()).unwrap();
        assert!(claim.is_file() && work.is_dir());
        for path in [&claim, &work] {
            let long_ago = SystemTime::now() - Duration::from_secs(3600);
            File::open(path).unwrap().set_modified(long_ago).unwrap();
        }
        RunFolder::open(dir.path()).unwrap();
        assert!(!claim.exists() && !work.exists());
    }

    #[test]
    fn many_open_a_run_and_claim_in_it_at_once() {
        let dir = tempfile::tempdir().unwrap();
        let claims = dir.path().join("claims");
        std::thread::scope(|scope| {
            for process in 0..8 {
                let (dir, claims) = (dir.path(), &claims);
                scope.spawn(move || {
                    for round in 0..50 {
                        RunFolder::open(dir).unwrap();
                        let trial = format!("t{process}-{round}");
                        Claim::take(claims, &trial).unwrap().unwrap();
                    }
                });
            }
        });
    }
}
