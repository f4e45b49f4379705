//! Runs as logs of Inspect's (<https://inspect.aisi.org.uk>), which its viewer opens.
//!
//! - `log.rs`: a log: its header, and how it is written
//! - `sample.rs`: a trial as a sample; `scores.rs`: its scores, and what they come to together
//! - `transcript.rs`: what happened, as messages and events; `message.rs`: one of these
//!
//! A log is a series: a model with its settings. A task is a sample, and an attempt at it an epoch.
//! The form is version 2 of Inspect's schema (`inspect log schema`), as 0.3.285 reads it: a zip of
//! `samples/*.json`, `summaries.json`, `reductions.json`, `header.json` and `_journal/`.

mod log;
mod message;
mod sample;
mod scores;
mod transcript;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::series::series;
use super::trial::Recorded;
use super::{ReportError, unknown};
use crate::progress::Stage;
use log::Log;

/// A log that can't be written.
#[derive(Debug, thiserror::Error)]
#[error("write {path}: {source}")]
pub struct LogError {
    path: PathBuf,
    source: io::Error,
}

impl LogError {
    fn of(path: &Path) -> impl FnOnce(io::Error) -> LogError {
        move |source| LogError {
            path: path.to_owned(),
            source,
        }
    }
}

/// Writes the logs of what was recorded, or of these trials alone where some are named, into a
/// folder, and gives their paths. Of the same trials they have the same names and bytes.
pub fn write_logs(
    recorded: &Recorded,
    trials: &[String],
    folder: &Path,
    stage: &dyn Stage,
) -> Result<Vec<PathBuf>, ReportError> {
    let unknown = unknown(recorded, trials);
    if !unknown.is_empty() {
        return Err(ReportError::Unknown(unknown));
    }
    fs::create_dir_all(folder).map_err(LogError::of(folder))?;
    let mut paths = Vec::new();
    let mut done = 0;
    for mut series in series(recorded) {
        series
            .trials
            .retain(|trial| trials.is_empty() || trials.contains(&trial.id));
        if series.trials.is_empty() {
            continue;
        }
        let mut log = Log::begin(recorded, &series, folder)?;
        for trial in &series.trials {
            log.add(trial)?;
            done += 1;
            stage.advance(done);
        }
        paths.push(log.end()?);
    }
    Ok(paths)
}

/// A time in milliseconds since 1970 as Inspect writes it.
fn time(ms: u64) -> String {
    let time = std::time::UNIX_EPOCH + std::time::Duration::from_millis(ms);
    let text = humantime::format_rfc3339_millis(time).to_string();
    text.replace('Z', "+00:00")
}

/// An id of the length that Inspect's have, which follows from these words.
fn id(words: &[&str]) -> String {
    blake3::hash(words.join("\n").as_bytes()).to_hex()[..22].to_owned()
}
