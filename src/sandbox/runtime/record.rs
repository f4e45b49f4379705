//! The record beside each cached file, and the one way in which such a file is opened.
//!
//! Hashing a few hundred megabytes at every start would cost more than the start itself. So what a
//! file was when it was written is recorded: length, inode, modification time and hash. Every
//! opening compares the first three, which catches what happens to caches (a copy restored from
//! elsewhere, a truncated or replaced file, a full disk); [`Record::verify`] compares the hash
//! too. A record keeps out accidents, not its user, who could rewrite the record as well; other
//! users are kept out by the checks on the owner and the mode.

use std::collections::BTreeMap;
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use rustix::fs::{Mode, OFlags};
use serde::{Deserialize, Serialize};

/// The name of the record in an entry's directory.
const FILE: &str = "record.json";

/// The version of the record's format. A reader that knows another one makes the entry again.
const FORMAT: u32 = 1;

/// What the files of one cache entry were when they were written.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Record {
    format: u32,
    files: BTreeMap<String, Seal>,
}

/// What one file was when it was written.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Seal {
    size: u64,
    inode: u64,
    mtime: (i64, i64),
    blake3: String,
}

/// Why a cached file is not used.
#[derive(Debug, thiserror::Error)]
pub(super) enum Flaw {
    /// There is none: the ordinary case before it is made.
    #[error("it is missing")]
    Missing,
    #[error("its record can't be read")]
    NoRecord,
    #[error("{0} is not a plain file")]
    NotAFile(String),
    #[error("{0} belongs to somebody else")]
    Owner(String),
    #[error("others may write to {0}")]
    Writable(String),
    #[error("{0} has changed since it was written")]
    Changed(String),
    #[error("{0} can't be read: {1}")]
    Unreadable(String, io::Error),
}

impl Record {
    /// Records `files`, freshly written and synced in `dir`, and writes the record beside them.
    /// Each comes with the BLAKE3 of what was written.
    pub(super) fn write(dir: &Path, files: &[(&str, blake3::Hash)]) -> io::Result<()> {
        let mut sealed = BTreeMap::new();
        for (name, hash) in files {
            let found = open_plain(dir, name)?.metadata()?;
            sealed.insert((*name).to_owned(), Seal::new(&found, hash));
        }
        let text = serde_json::to_vec_pretty(&Record {
            format: FORMAT,
            files: sealed,
        })?;
        // Written aside and renamed, as a record is also renewed in an entry that is in use.
        let partial = dir.join(format!("{FILE}.partial"));
        let mut file = create_private(&partial)?;
        file.write_all(&text)?;
        file.sync_all()?;
        std::fs::rename(&partial, dir.join(FILE))
    }

    /// The record of the entry in `dir`.
    pub(super) fn read(dir: &Path) -> Result<Record, Flaw> {
        let (file, _) = open_ours(dir, FILE)?;
        let record: Record =
            serde_json::from_reader(io::BufReader::new(file)).map_err(|_| Flaw::NoRecord)?;
        if record.format == FORMAT {
            Ok(record)
        } else {
            Err(Flaw::NoRecord)
        }
    }

    /// The names of the files in it.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The BLAKE3 of a file of the entry when it was written, in hexadecimal.
    pub(super) fn blake3(&self, name: &str) -> Result<&str, Flaw> {
        let seal = self.files.get(name).ok_or(Flaw::NoRecord)?;
        Ok(&seal.blake3)
    }

    /// Opens a file of the entry if it is what was recorded, and only this user can change it. The
    /// answer is about the file that was opened, whatever happens to its name afterwards.
    pub(super) fn open(&self, dir: &Path, name: &str) -> Result<File, Flaw> {
        let seal = self.files.get(name).ok_or(Flaw::NoRecord)?;
        let (file, found) = open_ours(dir, name)?;
        if seal.fits(&found) {
            Ok(file)
        } else {
            Err(Flaw::Changed(name.to_owned()))
        }
    }

    /// Reads a file of the entry to its end and compares its hash too.
    pub(super) fn verify(&self, dir: &Path, name: &str) -> Result<(), Flaw> {
        let file = self.open(dir, name)?;
        let mut hasher = blake3::Hasher::new();
        hasher
            .update_reader(file)
            .map_err(|error| Flaw::Unreadable(name.to_owned(), error))?;
        let seal = self.files.get(name).ok_or(Flaw::NoRecord)?;
        if hasher.finalize().to_hex().as_str() == seal.blake3 {
            Ok(())
        } else {
            Err(Flaw::Changed(name.to_owned()))
        }
    }
}

impl Seal {
    fn new(found: &Metadata, hash: &blake3::Hash) -> Seal {
        Seal {
            size: found.size(),
            inode: found.ino(),
            mtime: (found.mtime(), found.mtime_nsec()),
            blake3: hash.to_hex().to_string(),
        }
    }

    fn fits(&self, found: &Metadata) -> bool {
        self.size == found.size()
            && self.inode == found.ino()
            && self.mtime == (found.mtime(), found.mtime_nsec())
    }
}

/// Opens a file of an entry that is a plain file of this user's which nobody else may write to.
pub(super) fn open_ours(dir: &Path, name: &str) -> Result<(File, Metadata), Flaw> {
    let unreadable = |error: io::Error| match error
        .raw_os_error()
        .map(rustix::io::Errno::from_raw_os_error)
    {
        Some(rustix::io::Errno::NOENT) => Flaw::Missing,
        // ELOOP is what O_NOFOLLOW says of a symbolic link; FreeBSD says EMLINK.
        Some(rustix::io::Errno::LOOP | rustix::io::Errno::MLINK) => Flaw::NotAFile(name.to_owned()),
        _ => Flaw::Unreadable(name.to_owned(), error),
    };
    let file = open_plain(dir, name).map_err(unreadable)?;
    let found = file.metadata().map_err(unreadable)?;
    if !found.is_file() {
        return Err(Flaw::NotAFile(name.to_owned()));
    }
    if found.uid() != rustix::process::geteuid().as_raw() {
        return Err(Flaw::Owner(name.to_owned()));
    }
    if found.mode() & 0o022 != 0 {
        return Err(Flaw::Writable(name.to_owned()));
    }
    Ok((file, found))
}

/// Creates a file that only this user can read and write.
pub(super) fn create_private(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
}

/// Opens `name` in `dir` for reading, with neither of them a symbolic link. Not blocking, so that
/// a named pipe put in its place can't hang us.
fn open_plain(dir: &Path, name: &str) -> io::Result<File> {
    let common = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let dir = rustix::fs::open(dir, common | OFlags::DIRECTORY, Mode::empty())?;
    let file = rustix::fs::openat(&dir, name, common | OFlags::NONBLOCK, Mode::empty())?;
    Ok(file.into())
}
