//! A host Python that has pip.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::error::RuntimeError;

/// What is tried on `PATH`, in this order.
const NAMES: [&str; 2] = ["python3", "python"];

/// Finds a Python with pip: `named` and no other when given, else the first on `PATH`.
pub(super) fn with_pip(named: Option<&Path>) -> Result<PathBuf, RuntimeError> {
    let candidates: Vec<PathBuf> = match named {
        Some(python) => vec![python.to_owned()],
        None => NAMES.iter().map(PathBuf::from).collect(),
    };
    let mut without_pip = None;
    let mut tried = Vec::new();
    for python in candidates {
        match probe(&python) {
            Ok(Pip::Present) => return Ok(python),
            Ok(Pip::Absent) => {
                without_pip.get_or_insert(python);
            }
            Ok(Pip::Broken(said)) => tried.push(format!("{}: {said}", python.display())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                tried.push(format!("{}: not found", python.display()));
            }
            Err(error) => tried.push(format!("{}: {error}", python.display())),
        }
    }
    Err(match without_pip {
        Some(python) => RuntimeError::NoPip { python },
        None => RuntimeError::NoPython { tried },
    })
}

enum Pip {
    Present,
    Absent,
    /// The program failed in another way, with the last line of what it said: a launcher with no
    /// Python behind it, for example.
    Broken(String),
}

fn probe(python: &Path) -> io::Result<Pip> {
    let output = Command::new(python)
        .args(["-m", "pip", "--version"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .output()?;
    if output.status.success() {
        return Ok(Pip::Present);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    if said.contains("No module named") {
        return Ok(Pip::Absent);
    }
    let last = said.lines().rev().find(|line| !line.trim().is_empty());
    Ok(Pip::Broken(last.map_or_else(
        || output.status.to_string(),
        |line| line.trim().to_owned(),
    )))
}
