//! What stands in the way of a draft.

use std::io;
use std::path::PathBuf;

use crate::check::CheckError;
use crate::packages::PackageError;
use crate::sandbox::SandboxError;
use crate::score::MeasureError;
use crate::task::{GuestError, HarnessError, TaskError};
use crate::workspace::MountError;

/// Why no draft could be made. What a repository's own code does wrong is no error of this kind:
/// [`Drafted`](super::Drafted) tells it.
#[derive(Debug, thiserror::Error)]
pub enum AuthorError {
    #[error("{doing} {}: {source}", path.display())]
    Io {
        doing: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    #[error("{}: {reason}", path.display())]
    Input { path: PathBuf, reason: String },
    #[error("the command `{command}`: {reason}")]
    Command { command: String, reason: String },
    #[error("run {program}: it {ended}")]
    Guest {
        program: &'static str,
        ended: String,
    },
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    #[error(transparent)]
    Mount(#[from] MountError),
    #[error(transparent)]
    Measure(#[from] MeasureError),
    #[error(transparent)]
    Harness(#[from] HarnessError),
    #[error(transparent)]
    Package(#[from] PackageError),
    #[error(transparent)]
    Guests(#[from] GuestError),
    #[error(transparent)]
    Task(#[from] TaskError),
    #[error(transparent)]
    Check(#[from] CheckError),
}
