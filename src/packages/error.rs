//! Why a package can't be had.

use std::io;
use std::path::PathBuf;

use crate::sandbox::runtime::{RuntimeError, Sha256};

/// A package that can't be found, fetched or used.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    #[error(
        "fetch the package {requirement}: no host Python with pip was found; install one, or name it with AUTOEXP_PYTHON"
    )]
    NoPip {
        requirement: String,
        source: Box<RuntimeError>,
    },
    #[error(
        "fetch the package {requirement}: pip found no wheel of pure Python, or not the one that is \
         locked: {said}"
    )]
    Pip { requirement: String, said: String },
    #[error("fetch {file}: its SHA-256 is {found}, and {expected} is locked")]
    Other {
        file: String,
        expected: Sha256,
        found: Sha256,
    },
    #[error("unpack {file}: {reason}")]
    Wheel { file: String, reason: String },
    #[error("{doing} {path}: {source}")]
    Io {
        doing: &'static str,
        path: PathBuf,
        source: io::Error,
    },
}
