//! The packages that a paper's code needs beside the runtime's.

use std::fs;
use std::io;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{error::TaskError, spec::Paper};
use crate::packages::{LockedWheel, PackageError, Packages, Pinned};
use crate::sandbox::Runner;

/// The file in a paper's folder.
const FILE: &str = "guest.lock";

/// Packages as `task.toml` names them, each with its version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guest(pub Vec<String>);

/// `guest.lock`.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lock {
    #[serde(default)]
    wheel: Vec<LockedWheel>,
}

/// Packages that a paper can't be given.
#[derive(Debug, thiserror::Error)]
pub enum GuestError {
    #[error(transparent)]
    Task(#[from] TaskError),
    #[error(transparent)]
    Package(#[from] PackageError),
}

impl Guest {
    /// Whether a text names a package and its version: `autograd==1.9.1`.
    pub(super) fn is_requirement(text: &str) -> bool {
        text.parse::<Pinned>().is_ok()
    }
}

impl Paper {
    fn lock_path(&self) -> PathBuf {
        self.dir.join(FILE)
    }

    /// The wheels of the packages it names, as they are locked.
    ///
    /// # Errors
    ///
    /// The lock is missing, or about other packages.
    pub fn wheels(&self) -> Result<Vec<LockedWheel>, TaskError> {
        if self.guest.0.is_empty() {
            return Ok(Vec::new());
        }
        let path = self.lock_path();
        let wrong = |found: String| TaskError::Generated {
            path: path.clone(),
            found,
            command: "autoexp task lock",
        };
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(wrong("there is no such file".to_owned()));
            }
            Err(source) => return Err(TaskError::Read { path, source }),
        };
        let lock: Lock = toml::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        let locked = lock.wheel.iter().map(|wheel| &wheel.requirement);
        match locked.eq(&self.guest.0) {
            true => Ok(lock.wheel),
            false => Err(wrong(
                "it is about other packages than task.toml names".to_owned(),
            )),
        }
    }

    /// Keeps which wheels the packages are.
    pub fn write_lock(&self, wheel: Vec<LockedWheel>) -> Result<(), TaskError> {
        let path = self.lock_path();
        let text = toml::to_string(&Lock { wheel }).map_err(io::Error::other);
        text.and_then(|text| fs::write(&path, text))
            .map_err(|source| TaskError::Write { path, source })
    }

    /// What runs its code: a runner, with the packages it names.
    pub fn runner(&self, runner: &Runner, packages: &Packages) -> Result<Runner, GuestError> {
        let tree = packages.tree(&self.wheels()?)?;
        Ok(runner.with_packages(tree))
    }
}
