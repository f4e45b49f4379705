//! What was recorded of trials, read again, wherever the folders are now.

use std::fs;
use std::path::{Path, PathBuf};

use super::folder::RecordError;
use super::in_flight::recorded;
use super::outcome::TrialOutcome;
use super::spec::TrialSpec;
use crate::agent::Event;

/// All that there is of a trial.
#[derive(Debug)]
pub struct Record {
    pub spec: TrialSpec,
    /// Up to where it came, where it isn't finished.
    pub events: Vec<Event>,
    pub outcome: Option<TrialOutcome>,
}

impl Record {
    /// Reads a trial's folder.
    pub fn read(folder: &Path) -> Result<Record, RecordError> {
        recorded(folder)
    }

    /// How many steps were taken to their end.
    pub fn steps(&self) -> u32 {
        let steps = self.events.iter().map(|event| match event {
            Event::Observed { step, .. } => *step,
            _ => 0,
        });
        steps.max().unwrap_or(0)
    }

    /// What was recorded up to the end of a step; nothing where the attempt didn't go on after it.
    pub fn until(&self, step: u32) -> Option<&[Event]> {
        let is_end =
            |event: &Event| matches!(event, Event::Observed { step: at, .. } if *at == step);
        let end = self.events.iter().position(is_end)? + 1;
        let ended = matches!(self.events.get(end), Some(Event::Ended { .. }));
        (!ended).then(|| &self.events[..end])
    }
}

/// The folders of the trials in a run's folder, in order; or this one, where it is a trial's.
pub fn trials(path: &Path) -> Result<Vec<PathBuf>, RecordError> {
    if path.join("trial.json").is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    for place in ["trials", "work"] {
        let place = path.join(place);
        if !place.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&place).map_err(RecordError::io("read", &place))? {
            let folder = entry.map_err(RecordError::io("read", &place))?.path();
            if folder.join("trial.json").is_file() {
                found.push(folder);
            }
        }
    }
    found.sort();
    match found.is_empty() {
        true => Err(RecordError::NoTrials(path.to_owned())),
        false => Ok(found),
    }
}
