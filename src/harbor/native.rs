//! A Python of the host's with the numerical stack, and whether golds hold there.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::check::{CheckError, Finding, Reference, Severity, native};
use crate::task::Task;

/// Tells a Python with the numerical stack from a bare one; which other packages a paper imports shows
/// when its code is run.
const NEEDED: &str = "import sys, numpy, scipy; print(sys.version.split()[0])";

/// Names to look for on `PATH`, the newest first.
const NAMES: [&str; 5] = [
    "python3.14",
    "python3.13",
    "python3.12",
    "python3",
    "python",
];

/// A Python of the host's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Native {
    pub python: PathBuf,
    /// Its version: `3.13.0`.
    pub version: String,
}

/// Why golds aren't known to hold natively.
#[derive(Debug, thiserror::Error)]
pub enum NativeError {
    #[error(
        "find a Python with numpy and scipy, to check the golds against: \
         {tried}; in a container the code runs on a Python like that. Give one with --native PYTHON, \
         or --unchecked for tasks that are to run in autoexp's own sandbox alone"
    )]
    NoPython { tried: String },
    #[error(transparent)]
    Check(#[from] CheckError),
    #[error(
        "what its code gives under {python} is not what it gives in the sandbox, so in a container \
         nobody could get it right:\n{findings}{}", needs(.packages)
    )]
    Differs {
        python: PathBuf,
        /// A line each.
        findings: String,
        /// What the paper needs beside the runtime's packages.
        packages: Vec<String>,
    },
}

fn needs(packages: &[String]) -> String {
    match packages.is_empty() {
        true => String::new(),
        false => format!("\n  that Python is to have {} too", packages.join(", ")),
    }
}

/// The Python that was given, else the first on `PATH` that has the packages.
pub fn find_python(given: Option<&Path>) -> Result<Native, NativeError> {
    let names: Vec<PathBuf> = match given {
        Some(python) => vec![python.to_owned()],
        None => NAMES.iter().map(PathBuf::from).collect(),
    };
    let mut tried = Vec::new();
    for python in names {
        match probe(&python) {
            Ok(version) => return Ok(Native { python, version }),
            Err(why) => tried.push(format!("{}: {why}", python.display())),
        }
    }
    Err(NativeError::NoPython {
        tried: tried.join("; "),
    })
}

fn probe(python: &Path) -> Result<String, String> {
    let done = Command::new(python)
        .args(["-c", NEEDED])
        .stdin(Stdio::null())
        .output()
        .map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => "there is none".to_owned(),
            _ => error.to_string(),
        })?;
    if done.status.success() {
        return Ok(String::from_utf8_lossy(&done.stdout).trim().to_owned());
    }
    let stderr = String::from_utf8_lossy(&done.stderr);
    let last = stderr.lines().rev().find(|line| !line.trim().is_empty());
    Err(last.unwrap_or("it said nothing").trim().to_owned())
}

/// What a paper's code gives under a host's Python, beside what it gives in the sandbox.
pub fn hold(reference: &Reference, native_python: &Native) -> Result<Vec<Finding>, NativeError> {
    Ok(native(reference, &native_python.python)?)
}

/// Refuses a task for which that is something else, beyond tolerance. Experiments that it isn't
/// scored on don't matter.
pub(super) fn refuse(
    task: &Task,
    experiments: &[&str],
    native: &Native,
    findings: &[Finding],
) -> Result<(), NativeError> {
    let concerns = |finding: &&Finding| {
        let experiment = finding.subject.split('.').next().unwrap_or_default();
        finding.severity == Severity::Error && experiments.contains(&experiment)
    };
    let lines: Vec<String> = findings
        .iter()
        .filter(concerns)
        .map(|finding| format!("  {}: {}", finding.subject, finding.text))
        .collect();
    match lines.is_empty() {
        true => Ok(()),
        false => Err(NativeError::Differs {
            packages: task.paper().guest.0.clone(),
            python: native.python.clone(),
            findings: lines.join("\n"),
        }),
    }
}
