//! What is in the cache: listed, verified, removed.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::cache::{Cache, Key, Kind};
use super::entry::Entry;
use super::error::RuntimeError;
use super::lock::Lock;
use super::record::{Flaw, Record};

/// What there is.
#[derive(Clone, Debug, Serialize)]
pub struct Info {
    /// The cache directory.
    pub cache: PathBuf,
    /// The pinned runtime.
    pub runtime: RuntimeInfo,
    /// What is cached, sorted by kind and key.
    pub entries: Vec<EntryInfo>,
    /// The room that all of it takes on the disk, in bytes.
    pub disk_bytes: u64,
}

/// The pinned runtime.
#[derive(Clone, Debug, Serialize)]
pub struct RuntimeInfo {
    /// The package it comes in.
    pub package: String,
    /// The package's version.
    pub version: String,
    /// The version of the CPython inside.
    pub python: String,
    /// Whether it is in the cache and ready to use.
    pub installed: bool,
}

/// Something cached.
#[derive(Clone, Debug, Serialize)]
pub struct EntryInfo {
    /// Its kind.
    pub kind: Kind,
    /// Its name.
    pub key: Key,
    /// Its directory.
    pub path: PathBuf,
    /// The room it takes on the disk, in bytes, with what is half-made.
    pub disk_bytes: u64,
    /// Why it would not be used as it is, if so.
    pub problem: Option<String>,
}

/// What to remove.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clean {
    /// What this version of the program has no use for: all but these.
    Unused(Vec<(Kind, Key)>),
    /// What can be made again without fetching anything.
    Derived,
    /// Everything.
    Everything,
}

/// What was removed.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Cleaned {
    /// The room freed, in bytes. The system gives it back when the last process that uses it ends.
    pub freed_bytes: u64,
    /// The directories removed.
    pub removed: Vec<PathBuf>,
    /// Those left alone, as another process is making them right now.
    pub busy: Vec<PathBuf>,
}

/// Lists what is cached. Reads no file to its end: see [`verify`].
///
/// # Errors
///
/// [`RuntimeError::Io`] when a directory can't be read.
pub fn info(cache: &Cache, lock: &Lock) -> Result<Info, RuntimeError> {
    list(cache, lock, |record, dir, name| {
        record.open(dir, name).map(drop)
    })
}

/// Lists what is cached, with the hash of every file compared.
///
/// # Errors
///
/// [`RuntimeError::Io`] when a directory can't be read.
pub fn verify(cache: &Cache, lock: &Lock) -> Result<Info, RuntimeError> {
    list(cache, lock, Record::verify)
}

/// Removes what is cached, and what processes that died left half-made. Other processes may go on
/// using what they have loaded: on Unix a removed file lives until its last user lets go.
///
/// # Errors
///
/// [`RuntimeError::Io`] when something can't be removed.
pub fn clean(cache: &Cache, what: Clean) -> Result<Cleaned, RuntimeError> {
    let mut cleaned = Cleaned::default();
    for (kind, key) in keys(cache)? {
        let stays = match &what {
            Clean::Unused(used) => used.iter().any(|used| (used.0, &used.1) == (kind, &key)),
            Clean::Derived => kind == Kind::Runtime,
            Clean::Everything => false,
        };
        if stays {
            continue;
        }
        let entry = Entry::new(cache, kind, &key);
        let Some(claim) = entry.try_claim()? else {
            cleaned.busy.push(entry.dir().to_owned());
            continue;
        };
        let bytes = entry.disk_bytes();
        claim.remove()?;
        cleaned.freed_bytes += bytes;
        cleaned.removed.push(entry.dir().to_owned());
    }
    Ok(cleaned)
}

fn list(
    cache: &Cache,
    lock: &Lock,
    check: impl Fn(&Record, &Path, &str) -> Result<(), Flaw>,
) -> Result<Info, RuntimeError> {
    let mut entries = Vec::new();
    for (kind, key) in keys(cache)? {
        let entry = Entry::new(cache, kind, &key);
        let path = entry.dir().to_owned();
        let sound = || {
            let record = Record::read(&path)?;
            record
                .names()
                .try_for_each(|name| check(&record, &path, name))
        };
        let problem = sound().err().map(|flaw| match flaw {
            Flaw::Missing => "it is half-made".to_owned(),
            flaw => flaw.to_string(),
        });
        let disk_bytes = entry.disk_bytes();
        entries.push(EntryInfo {
            kind,
            key,
            path,
            disk_bytes,
            problem,
        });
    }
    let pinned = lock.key();
    let installed = entries
        .iter()
        .any(|entry| entry.kind == Kind::Runtime && entry.key == pinned && entry.problem.is_none());
    Ok(Info {
        cache: cache.root().to_owned(),
        runtime: RuntimeInfo {
            package: lock.wheel.package.clone(),
            version: lock.wheel.version.clone(),
            python: lock.python.clone(),
            installed,
        },
        disk_bytes: entries.iter().map(|entry| entry.disk_bytes).sum(),
        entries,
    })
}

/// The names of all entries, finished or half-made.
fn keys(cache: &Cache) -> Result<BTreeSet<(Kind, Key)>, RuntimeError> {
    let mut keys = BTreeSet::new();
    for kind in Kind::ALL {
        let dir = cache.root().join(kind.as_str());
        let failed = |error: io::Error| RuntimeError::io("list", &dir, error);
        for found in fs::read_dir(&dir).map_err(failed)? {
            let name = found.map_err(failed)?.file_name();
            // What has another name is not ours, and is left alone.
            let Some(name) = name.to_str() else { continue };
            let half_made = name
                .strip_prefix('.')
                .and_then(|name| name.strip_suffix(".partial"));
            if let Ok(key) = Key::new(half_made.unwrap_or(name)) {
                keys.insert((kind, key));
            }
        }
    }
    Ok(keys)
}

/// The room that `path` and everything below it takes on the disk, in bytes.
pub(super) fn disk_bytes(path: &Path) -> u64 {
    // What is gone since it was listed takes none. A block of `st_blocks` is 512 bytes.
    let Ok(found) = fs::symlink_metadata(path) else {
        return 0;
    };
    let below = if found.is_dir() {
        fs::read_dir(path).ok()
    } else {
        None
    };
    let below = below
        .into_iter()
        .flatten()
        .flatten()
        .map(|name| disk_bytes(&name.path()));
    found.blocks() * 512 + below.sum::<u64>()
}
