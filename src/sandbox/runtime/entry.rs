//! One thing in the cache: a directory that appears whole or not at all.
//!
//! Whoever makes an entry holds an advisory lock on the entry's lock file (`flock`, which the
//! kernel lets go when a process dies, however it dies). So only one process makes it, the others
//! wait and then find it; and a half-made directory that the holder of the lock comes upon was left
//! by a process that is gone. The entry is made under a name of its own in the same directory,
//! synced, and renamed into place. Readers take no lock.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use rustix::fs::{FlockOperation, OFlags};

use super::cache::{Cache, Key, Kind, private_dir};
use super::error::RuntimeError;
use super::inventory::disk_bytes;
use super::record::{Flaw, Record, create_private, open_ours};
use crate::progress::{Progress, Total};

/// How often a waiting process looks whether the lock is free or the user wants to stop.
const POLL: Duration = Duration::from_millis(50);

/// The place of one thing in the cache, there or not.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    cache: &'a Cache,
    kind: Kind,
    key: &'a Key,
    dir: PathBuf,
}

/// The right to make an entry, until dropped.
pub(super) struct Claim<'a> {
    entry: &'a Entry<'a>,
    _lock: File,
}

/// An entry being made. Dropped unpublished, it is removed.
pub(super) struct Partial<'a> {
    entry: &'a Entry<'a>,
    dir: PathBuf,
}

impl<'a> Entry<'a> {
    pub(super) fn new(cache: &'a Cache, kind: Kind, key: &'a Key) -> Self {
        Entry {
            cache,
            kind,
            key,
            dir: cache.entry_dir(kind, key),
        }
    }

    /// The directory of the entry.
    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    /// The cache it is in.
    pub(super) fn cache(&self) -> &'a Cache {
        self.cache
    }

    /// The room that the entry takes on the disk, in bytes, with what is half-made.
    pub(super) fn disk_bytes(&self) -> u64 {
        disk_bytes(&self.dir) + disk_bytes(&self.partial_dir())
    }

    /// The error for an entry that was made just now and does not pass: a file system that doesn't
    /// keep what it is told.
    pub(super) fn unusable(&self, flaw: Flaw) -> RuntimeError {
        RuntimeError::io("use", &self.dir, io::Error::other(flaw.to_string()))
    }

    /// Where the entry is made. The name is no [`Key`], so it can't be another entry's.
    fn partial_dir(&self) -> PathBuf {
        self.dir
            .with_file_name(format!(".{}.partial", self.key.as_str()))
    }

    /// Opens the files of the entry, each checked against the record.
    pub(super) fn open<const N: usize>(&self, names: [&str; N]) -> Result<[File; N], Flaw> {
        let record = Record::read(&self.dir)?;
        let mut files = Vec::with_capacity(N);
        for name in names {
            files.push(record.open(&self.dir, name)?);
        }
        files.try_into().map_err(|_| Flaw::NoRecord)
    }

    /// Takes the right to make the entry; waits for a process that has it, and says so.
    pub(super) fn claim(&'a self, progress: &dyn Progress) -> Result<Claim<'a>, RuntimeError> {
        if let Some(claim) = self.try_claim()? {
            return Ok(claim);
        }
        let owner = fs::read_to_string(self.cache.lock_file(self.kind, self.key))
            .ok()
            .filter(|pid| {
                !pid.is_empty() && pid.len() <= 20 && pid.bytes().all(|b| b.is_ascii_digit())
            })
            .map_or_else(
                || "another process".to_owned(),
                |pid| format!("process {pid}"),
            );
        let label = format!(
            "waiting for {owner}, which is making {}",
            self.dir.display()
        );
        let stage = progress.stage(&label, Total::Unknown);
        loop {
            if self.cache.is_interrupted() {
                return Err(RuntimeError::Interrupted);
            }
            thread::sleep(POLL);
            if let Some(claim) = self.try_claim()? {
                stage.finish();
                return Ok(claim);
            }
        }
    }

    /// Takes the right to make the entry, unless another process has it.
    pub(super) fn try_claim(&'a self) -> Result<Option<Claim<'a>>, RuntimeError> {
        let path = self.cache.lock_file(self.kind, self.key);
        let failed = |error: io::Error| RuntimeError::io("lock", &path, error);
        let mut lock = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .custom_flags(OFlags::NOFOLLOW.bits().cast_signed())
            .open(&path)
            .map_err(failed)?;
        match rustix::fs::flock(&lock, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => return Ok(None),
            Err(errno) => return Err(failed(errno.into())),
        }
        // Who it is, for those who wait. Best effort: on a full disk the lock holds all the same.
        let _ = lock.set_len(0).and_then(|()| lock.rewind());
        let _ = write!(lock, "{}", std::process::id());
        Ok(Some(Claim {
            entry: self,
            _lock: lock,
        }))
    }
}

impl<'a> Claim<'a> {
    /// The cache that the entry is in.
    pub(super) fn cache(&self) -> &'a Cache {
        self.entry.cache
    }

    /// Takes the entry over from another cache, if that has it as it was written. Returns whether.
    ///
    /// The hash of what was copied tells. Inodes and times don't: a file system that machines share
    /// may number files as each of them likes (sshfs does), and a cache may have been copied there.
    pub(super) fn take_over(
        &self,
        from: &Cache,
        progress: &dyn Progress,
    ) -> Result<bool, RuntimeError> {
        let theirs = Entry::new(from, self.entry.kind, self.entry.key);
        let Ok(record) = Record::read(&theirs.dir) else {
            return Ok(false);
        };
        let label = format!(
            "copying {} to {}",
            theirs.dir.display(),
            self.entry.cache.root().display()
        );
        let stage = progress.stage(&label, Total::Unknown);
        let needed = disk_bytes(&theirs.dir);
        self.entry.cache.check_room(needed)?;
        let partial = self.begin()?;
        let mut copied = Vec::new();
        for name in record.names() {
            let Ok((mut file, _)) = open_ours(&theirs.dir, name) else {
                return Ok(false);
            };
            let path = partial.dir().join(name);
            let hash = copy(&mut file, &path, self.entry.cache).map_err(|error| {
                RuntimeError::io("copy", &path, error).needing(self.entry.cache.root(), needed)
            })?;
            if record.blake3(name).ok() != Some(hash.to_hex().as_str()) {
                return Ok(false);
            }
            copied.push((name, hash));
        }
        partial.publish(&copied)?;
        stage.finish();
        Ok(true)
    }

    /// Has the cache that others share have the entry too, which was made just now. Best effort: a
    /// cache that can't be written to is of use all the same.
    pub(super) fn give(&self) {
        let Some(shared) = self.entry.cache.shared() else {
            return;
        };
        let theirs = Entry::new(shared, self.entry.kind, self.entry.key);
        if let Ok(Some(claim)) = theirs.try_claim() {
            let _ = claim.take_over(self.entry.cache, &crate::progress::Silent);
        }
    }

    /// Begins the entry, in a directory of its own. What is there was left by a process that died:
    /// a living one would hold the claim.
    pub(super) fn begin(&self) -> Result<Partial<'a>, RuntimeError> {
        let dir = self.entry.partial_dir();
        remove(&dir)?;
        private_dir(&dir).map_err(|error| RuntimeError::io("create", &dir, error))?;
        Ok(Partial {
            entry: self.entry,
            dir,
        })
    }

    /// Removes the entry and what processes that died left of it.
    ///
    /// Others may be using its files. On Unix that is no harm: a file that is open or mapped lives
    /// on, without its name, until the last user lets go.
    pub(super) fn remove(self) -> Result<(), RuntimeError> {
        remove(&self.entry.partial_dir())?;
        remove(&self.entry.dir)
    }
}

impl Partial<'_> {
    /// The directory to make the entry in.
    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Puts the entry in its place, instead of the one that may be there. `files` are what it
    /// consists of, written and synced, each with its BLAKE3.
    pub(super) fn publish(self, files: &[(&str, blake3::Hash)]) -> Result<(), RuntimeError> {
        let failed = |error| RuntimeError::io("write", &self.dir, error);
        Record::write(&self.dir, files).map_err(failed)?;
        sync_dir(&self.dir).map_err(failed)?;
        // A reader that comes between these two lines finds nothing, waits for the lock, and then
        // finds the entry.
        remove(&self.entry.dir)?;
        fs::rename(&self.dir, &self.entry.dir).map_err(failed)?;
        self.dir.parent().map_or(Ok(()), sync_dir).map_err(failed)
    }
}

impl Drop for Partial<'_> {
    fn drop(&mut self) {
        // Gone already when published. When it can't be removed, the next process tries again.
        let _ = fs::remove_dir_all(&self.dir);
    }
}

/// Copies a file; the BLAKE3 of what was copied.
fn copy(from: &mut File, to: &Path, cache: &Cache) -> io::Result<blake3::Hash> {
    let mut into = create_private(to)?;
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        if cache.is_interrupted() {
            return Err(super::error::interrupt());
        }
        match from.read(&mut buffer)? {
            0 => break,
            read => {
                hasher.update(&buffer[..read]);
                into.write_all(&buffer[..read])?;
            }
        }
    }
    into.sync_all()?;
    Ok(hasher.finalize())
}

/// Removes whatever has this name, without following a link. Nothing there is fine.
pub(super) fn remove(path: &Path) -> Result<(), RuntimeError> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    }
    .or_else(|error| {
        if error.kind() == io::ErrorKind::NotFound {
            Ok(())
        } else {
            Err(error)
        }
    })
    .map_err(|error| RuntimeError::io("remove", path, error))
}

/// Makes the names in a directory last.
fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}
