//! What can go wrong on our side.

use super::runtime::RuntimeError;
use crate::units;
use crate::workspace::{Errno, MountError};

/// What stands in the way of a run, on our side.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "their messages say what they are")]
pub enum SandboxError {
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
    #[error("load the Python runtime: {0}")]
    Load(wasmtime::Error),
    #[error("load the Python runtime: its code was not made to be metered")]
    Unmetered,
    #[error("lay out the standard library: {0}")]
    Library(#[source] std::io::Error),
    #[error("open the memory image: {0}")]
    Image(#[source] std::io::Error),
    #[error("start the interpreter: {0}")]
    Start(wasmtime::Error),
    #[error(
        "run in {} of memory: the interpreter alone has {}",
        units::format_size(*limit),
        units::format_size_short(*needed)
    )]
    TooLittleMemory { limit: u64, needed: u64 },
    #[error("start a thread for the run: {0}")]
    Thread(#[source] std::io::Error),
    #[error("lay out the files of the run: {0}")]
    Mount(#[from] MountError),
    #[error("clear up after the run: {0}")]
    Unmount(Errno),
    #[error("see what the run changes: {0}")]
    Changes(#[source] std::io::Error),
    #[error(
        "{0}; nothing that was read since then can be trusted, so run again while it is left alone"
    )]
    HostFile(String),
    #[error("run the guest: {0}")]
    Engine(wasmtime::Error),
}
