//! What runs came to, kept on disk. A run is a function of what it is given, so one that was made
//! before needn't be made again.
//!
//! ```text
//! <dir>/objects/   contents: what was printed, and the files of the folders afterwards
//! <dir>/runs/      an outcome each, by the hash of all that it follows from
//! ```
//!
//! Nothing in it is needed: what is missing or damaged is made again. Whoever adds to it sees that
//! it stays within its size, and what wasn't used for longest goes first.

use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Instant, SystemTime};

use serde::{Deserialize, Serialize};

use super::outcome::{Exit, Outcome, Printed};
use crate::workspace::{Dir, Hash, Store, StoreError, Sweeping, Swept, Using, Workspace};

/// In bytes on disk.
const SIZE: u64 = 1 << 30;
/// What is left of an entry's size when the cache is cut down.
const KEPT: f64 = 0.75;
const FORMAT: u32 = 1;
/// What file systems hand out, in bytes.
const BLOCK: u64 = 4096;
const RUNS: &str = "runs";

/// Why what was made can't be kept, or what was kept can't be had. Runs go on without.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "their messages say what they are")]
pub enum RunCacheError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{action} {path}: {source}")]
    Io {
        action: &'static str,
        path: PathBuf,
        source: io::Error,
    },
}

impl RunCacheError {
    fn at(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> RunCacheError {
        let path = path.to_owned();
        move |source| RunCacheError::Io {
            action,
            path,
            source,
        }
    }
}

/// What there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RunCacheInfo {
    /// Runs whose outcome is kept.
    pub runs: u64,
    /// Bytes on disk.
    pub disk_bytes: u64,
}

/// Outcomes of runs on disk. To be shared, by threads and by processes.
pub struct RunCache {
    dir: PathBuf,
    store: Store,
    limit: u64,
    /// Bytes that this process added since the whole was measured, and whether it ever was.
    added: AtomicU64,
    measured: AtomicBool,
}

/// `runs/<key>`: all of an outcome but the time it took.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    format: u32,
    exit: KeptExit,
    stdout: KeptPrinted,
    stderr: KeptPrinted,
    fuel_used: u64,
    peak_memory: u64,
    written: u64,
    changes: Hash,
    /// The state that each folder was left in, by where it is mounted.
    folders: BTreeMap<String, Hash>,
    /// Virtual time afterwards, in nanoseconds since 1970.
    time: u64,
}

/// The ways to end that follow from what a run was given. Traps do too, but are rare.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum KeptExit {
    Exited(u8),
    OutOfFuel,
    OutOfMemory(u8),
    OutOfDisk(u8),
    StackOverflow,
}

impl KeptExit {
    fn of(exit: Exit) -> Option<KeptExit> {
        Some(match exit {
            Exit::Exited(status) => KeptExit::Exited(status),
            Exit::OutOfFuel => KeptExit::OutOfFuel,
            Exit::OutOfMemory(status) => KeptExit::OutOfMemory(status),
            Exit::OutOfDisk(status) => KeptExit::OutOfDisk(status),
            Exit::StackOverflow => KeptExit::StackOverflow,
            Exit::OutOfTime | Exit::Cancelled | Exit::Trapped(_) => return None,
        })
    }
}

impl From<KeptExit> for Exit {
    fn from(kept: KeptExit) -> Exit {
        match kept {
            KeptExit::Exited(status) => Exit::Exited(status),
            KeptExit::OutOfFuel => Exit::OutOfFuel,
            KeptExit::OutOfMemory(status) => Exit::OutOfMemory(status),
            KeptExit::OutOfDisk(status) => Exit::OutOfDisk(status),
            KeptExit::StackOverflow => Exit::StackOverflow,
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeptPrinted {
    bytes: Hash,
    dropped: u64,
}

impl RunCache {
    /// The cache in a folder, which is made if it isn't there.
    pub fn open(dir: &Path) -> Result<RunCache, RunCacheError> {
        RunCache::with_limit(dir, SIZE)
    }

    /// One that takes no more than `limit` bytes on disk, or little more for a moment.
    pub fn with_limit(dir: &Path, limit: u64) -> Result<RunCache, RunCacheError> {
        let store = Store::open(dir)?;
        let runs = dir.join(RUNS);
        fs::create_dir_all(&runs).map_err(RunCacheError::at("create", &runs))?;
        Ok(RunCache {
            dir: dir.to_owned(),
            store,
            limit,
            added: AtomicU64::new(0),
            measured: AtomicBool::new(false),
        })
    }

    /// The outcome of a run that was made before, and the workspace, which was just renewed, as
    /// that run left it. Nothing, and nothing changed, where it isn't kept.
    pub(super) fn find(
        &self,
        key: &Hash,
        workspace: &mut Workspace,
    ) -> Result<Option<Outcome>, RunCacheError> {
        let started = Instant::now();
        let using = self.store.using()?;
        let path = self.path(key);
        let Some(record) = self.record(&path)? else {
            return Ok(None);
        };
        let (Some(stdout), Some(stderr), Some(folders)) = (
            printed(&using, &record.stdout)?,
            printed(&using, &record.stderr)?,
            folders(&using, &record, workspace)?,
        ) else {
            return Ok(None);
        };
        workspace
            .renew_with(&folders)
            .map_err(RunCacheError::at("take", &path))?;
        workspace.set_time(record.time);
        // Only the order of use suffers if that fails.
        _ = File::options()
            .write(true)
            .open(&path)
            .and_then(|file| file.set_modified(SystemTime::now()));
        Ok(Some(Outcome {
            exit: record.exit.into(),
            stdout,
            stderr,
            fuel_used: record.fuel_used,
            peak_memory: record.peak_memory,
            written: record.written,
            changes: record.changes,
            reused: true,
            elapsed: started.elapsed(),
        }))
    }

    /// Keeps the outcome of a run that just ended on a workspace, if it follows from what the run
    /// was given and was captured whole.
    pub(super) fn keep(
        &self,
        key: &Hash,
        outcome: &Outcome,
        workspace: &mut Workspace,
    ) -> Result<(), RunCacheError> {
        let Some(exit) = KeptExit::of(outcome.exit) else {
            return Ok(());
        };
        let path = self.path(key);
        let using = self.store.using()?;
        let snapshot = workspace
            .snapshot()
            .map_err(RunCacheError::at("take", &path))?;
        let mut folders = BTreeMap::new();
        for (place, dir) in snapshot.folders() {
            let Some(state) = using.put_dir(dir)? else {
                return Ok(());
            };
            folders.insert(place.to_owned(), state);
        }
        let put = |printed: &Printed| -> Result<KeptPrinted, StoreError> {
            Ok(KeptPrinted {
                bytes: using.put(&printed.bytes)?,
                dropped: printed.dropped,
            })
        };
        let record = Record {
            format: FORMAT,
            exit,
            stdout: put(&outcome.stdout)?,
            stderr: put(&outcome.stderr)?,
            fuel_used: outcome.fuel_used,
            peak_memory: outcome.peak_memory,
            written: outcome.written,
            changes: outcome.changes,
            folders,
            time: workspace.time(),
        };
        let write = || {
            let aside = tempfile::NamedTempFile::new_in(self.dir.join(RUNS))?;
            serde_json::to_writer(&aside, &record)?;
            aside.persist(&path)?;
            Ok(())
        };
        write().map_err(RunCacheError::at("write", &path))?;
        let added = using.added();
        drop(using);
        self.bound(added)
    }

    /// What there is in it.
    pub fn info(&self) -> Result<RunCacheInfo, RunCacheError> {
        let using = self.store.using()?;
        let runs = self.runs()?;
        Ok(RunCacheInfo {
            runs: runs.len() as u64,
            disk_bytes: using.disk_bytes()? + runs.iter().map(|run| run.disk_bytes).sum::<u64>(),
        })
    }

    /// Removes all of it. Waits for those who use it just now.
    pub fn clean(&self) -> Result<RunCacheInfo, RunCacheError> {
        self.cut(&self.store.sweeping()?, 0)
    }

    /// Sees to the size after so many bytes were added.
    fn bound(&self, added: u64) -> Result<(), RunCacheError> {
        let added = self.added.fetch_add(added, Ordering::Relaxed) + added;
        // Others may have filled it, so the first to add something measures.
        if self.measured.swap(true, Ordering::Relaxed) && added < self.limit / 16 {
            return Ok(());
        }
        self.added.store(0, Ordering::Relaxed);
        if self.info()?.disk_bytes > self.limit
            // Who uses it just now will add something, and come here.
            && let Some(sweeping) = self.store.try_sweeping()?
        {
            self.cut(&sweeping, (self.limit as f64 * KEPT) as u64)?;
        }
        Ok(())
    }

    /// Removes the runs that weren't used for longest, until the others take no more than `size`.
    fn cut(&self, sweeping: &Sweeping<'_>, size: u64) -> Result<RunCacheInfo, RunCacheError> {
        let using = sweeping.using();
        let mut runs = self.runs()?;
        runs.sort_by_key(|run| std::cmp::Reverse(run.used));
        let mut wanted = HashSet::new();
        let mut left = size;
        let mut removed = RunCacheInfo::default();
        for run in runs {
            let needed = needed(using, self.record(&run.path)?.as_ref())?;
            let more: Vec<Hash> = needed
                .iter()
                .flatten()
                .filter(|hash| !wanted.contains(*hash))
                .copied()
                .collect();
            let takes = run.disk_bytes + more.iter().map(|hash| using.size(hash)).sum::<u64>();
            if needed.is_some() && takes <= left {
                left -= takes;
                wanted.extend(more);
            } else {
                left = 0;
                fs::remove_file(&run.path).map_err(RunCacheError::at("remove", &run.path))?;
                removed.runs += 1;
                removed.disk_bytes += run.disk_bytes;
            }
        }
        let Swept { bytes, .. } = sweeping.keep(&wanted)?;
        removed.disk_bytes += bytes;
        Ok(removed)
    }

    fn path(&self, key: &Hash) -> PathBuf {
        self.dir.join(RUNS).join(key.to_string())
    }

    /// The record at a path; nothing where none is, or none of this version's.
    fn record(&self, path: &Path) -> Result<Option<Record>, RunCacheError> {
        match fs::read(path) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes)
                .ok()
                .filter(|record: &Record| record.format == FORMAT)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(RunCacheError::at("read", path)(error)),
        }
    }

    fn runs(&self) -> Result<Vec<Run>, RunCacheError> {
        let dir = self.dir.join(RUNS);
        let list = || {
            let mut runs = Vec::new();
            for entry in fs::read_dir(&dir)? {
                let entry = entry?;
                // Another process may take one away while this one looks.
                if let Ok(found) = entry.metadata() {
                    runs.push(Run {
                        path: entry.path(),
                        used: found.modified()?,
                        disk_bytes: found.len().next_multiple_of(BLOCK),
                    });
                }
            }
            Ok(runs)
        };
        list().map_err(RunCacheError::at("list", &dir))
    }
}

/// A run on disk.
struct Run {
    path: PathBuf,
    used: SystemTime,
    disk_bytes: u64,
}

/// The hashes of all that a record needs; nothing where something isn't there.
fn needed(using: &Using<'_>, record: Option<&Record>) -> Result<Option<HashSet<Hash>>, StoreError> {
    let Some(record) = record else {
        return Ok(None);
    };
    let mut needed = HashSet::from([record.stdout.bytes, record.stderr.bytes]);
    for state in record.folders.values() {
        match using.needed(state)? {
            Some(more) => needed.extend(more),
            None => return Ok(None),
        }
    }
    Ok(Some(needed))
}

fn printed(using: &Using<'_>, kept: &KeptPrinted) -> Result<Option<Printed>, StoreError> {
    Ok(using.get(&kept.bytes)?.map(|bytes| Printed {
        bytes,
        hash: kept.bytes,
        dropped: kept.dropped,
    }))
}

/// The folders as the run left them, by where they are mounted.
fn folders(
    using: &Using<'_>,
    record: &Record,
    workspace: &mut Workspace,
) -> Result<Option<BTreeMap<String, Arc<Dir>>>, RunCacheError> {
    let now = workspace
        .snapshot()
        .map_err(RunCacheError::at("look at", Path::new("the workspace")))?;
    let mut folders = BTreeMap::new();
    for (place, dir) in now.folders() {
        let state = record.folders.get(place);
        let dir = match state {
            Some(state) => using.dir(state, Some(dir))?,
            None => None,
        };
        match dir {
            Some(dir) => folders.insert(place.to_owned(), dir),
            None => return Ok(None),
        };
    }
    Ok(Some(folders))
}
