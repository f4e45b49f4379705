//! A wheel by the user's own pip.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use super::error::PackageError;
use crate::sandbox::runtime::{FetchOptions, Sha256, python_with_pip};

/// How many lines of what pip says are shown: its errors come last.
const LINES: usize = 4;

/// Downloads the wheel of pure Python of one package, without what it depends on, and gives its name
/// and bytes. `below` is a folder for what is written meanwhile.
pub(super) fn download(
    requirement: &str,
    sha256: Option<Sha256>,
    options: &FetchOptions,
    below: &Path,
) -> Result<(String, Vec<u8>), PackageError> {
    let python = python_with_pip(options).map_err(|source| PackageError::NoPip {
        requirement: requirement.to_owned(),
        source: Box::new(source),
    })?;
    let failed = |doing, path: &Path| {
        let path = path.to_owned();
        move |source| PackageError::Io {
            doing,
            path,
            source,
        }
    };
    let folder = tempfile::tempdir_in(below).map_err(failed("make a folder in", below))?;
    let requirements = folder.path().join("requirements.txt");
    let hash = sha256.map_or_else(String::new, |hash| format!(" --hash=sha256:{hash}"));
    fs::write(&requirements, format!("{requirement}{hash}\n"))
        .map_err(failed("write", &requirements))?;
    let wheels = folder.path().join("wheels");
    let done = Command::new(&python)
        .args(["-m", "pip", "download", "--disable-pip-version-check"])
        .args([
            "--no-input",
            "--quiet",
            "--progress-bar",
            "off",
            "--no-deps",
        ])
        // Wheels that run on any machine, by the guest's Python and not by pip's.
        .args([
            "--only-binary",
            ":all:",
            "--platform",
            "any",
            "--abi",
            "none",
        ])
        .args(["--implementation", "py", "--python-version", "3.15"])
        .args(sha256.map(|_| "--require-hashes"))
        .arg("--dest")
        .arg(&wheels)
        .arg("--requirement")
        .arg(&requirements)
        .env("PIP_REQUIRE_VIRTUALENV", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .output()
        .map_err(failed("start", &python))?;
    let said = || {
        let stderr = String::from_utf8_lossy(&done.stderr);
        let lines: Vec<&str> = stderr
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect();
        lines[lines.len().saturating_sub(LINES)..].join("; ")
    };
    let nothing = || PackageError::Pip {
        requirement: requirement.to_owned(),
        said: said(),
    };
    if !done.status.success() {
        return Err(nothing());
    }
    let mut entries = fs::read_dir(&wheels).map_err(failed("read", &wheels))?;
    let entry = entries.next().ok_or_else(nothing)?;
    let path = entry.map_err(failed("read", &wheels))?.path();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let bytes = fs::read(&path).map_err(failed("read", &path))?;
    Ok((name.into_owned(), bytes))
}
