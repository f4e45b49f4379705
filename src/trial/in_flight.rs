//! The folder of one trial: written while it is in flight, put in its place, and read again.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::attempt::Finished;
use super::claim::Claim;
use super::folder::{CHANGES, EARLIER, REFERENCE, RecordError, TRAJECTORY, read, sync, write};
use super::record::Record;
use crate::agent::{Event, Recorder};

/// The folder of a trial in flight.
#[derive(Debug)]
pub struct TrialFolder {
    pub(super) work: PathBuf,
    pub(super) place: PathBuf,
    pub(super) trajectory: File,
    pub(super) earlier: Vec<Event>,
    pub(super) claim: Claim,
}

impl Recorder for TrialFolder {
    fn record(&mut self, event: &Event) -> io::Result<()> {
        self.trajectory.write_all(&line(event)?)?;
        match event {
            // Paid for: it outlasts a loss of power too.
            Event::Reply { reply, .. } if reply.usage.is_some() => self.trajectory.sync_data(),
            _ => Ok(()),
        }
    }
}

impl TrialFolder {
    /// Where it is while it is in flight.
    pub fn path(&self) -> &Path {
        &self.work
    }

    /// What was recorded of the trial before it was stopped.
    pub fn earlier(&self) -> &[Event] {
        &self.earlier
    }

    /// Puts the finished trial in its place, unless the claim on it was overtaken meanwhile: then
    /// the other's counts.
    pub fn finish(self, finished: &Finished) -> Result<(), RecordError> {
        let held = self.claim.is_held();
        if !held.map_err(RecordError::io("look at the claim on", &self.place))? {
            return Ok(());
        }
        for (name, patch) in [
            (CHANGES, &finished.patches.changes),
            (REFERENCE, &finished.patches.reference),
        ] {
            let path = self.work.join(name);
            match patch.is_empty() {
                true => {}
                false if !self.work.is_dir() => return Ok(()),
                false => fs::write(&path, patch).map_err(RecordError::io("write", &path))?,
            }
        }
        match write(&self.work.join("outcome.json"), &finished.outcome) {
            Err(_) if !self.work.is_dir() => return Ok(()),
            written => written?,
        }
        match fs::remove_file(self.work.join(EARLIER)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(RecordError::io("clear", &self.work)(error));
            }
            _ => {}
        }
        let settled = self.trajectory.sync_all().and_then(|()| sync(&self.work));
        settled.map_err(RecordError::io("write the trajectory in", &self.work))?;
        let moved = fs::rename(&self.work, &self.place);
        match moved.and_then(|()| sync(self.place.parent().unwrap_or(&self.place))) {
            Ok(()) => {}
            // Another process overtook our claim just now.
            Err(_) if !self.work.is_dir() || self.place.is_dir() => return Ok(()),
            Err(error) => {
                return Err(RecordError::io("move the finished trial to", &self.place)(
                    error,
                ));
            }
        }
        self.claim
            .close()
            .map_err(RecordError::io("give up the claim on", &self.place))
    }
}

/// An event as it stands in a trajectory.
fn line(event: &Event) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(event)?;
    line.push(b'\n');
    Ok(line)
}

pub(super) fn keep(path: &Path, events: &[Event]) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    for event in events {
        file.write_all(&line(event)?)?;
    }
    file.sync_all()
}

/// What was recorded of a trial, finished or not.
pub(super) fn recorded(folder: &Path) -> Result<Record, RecordError> {
    let missing = || RecordError::NoTrials(folder.to_owned());
    let outcome = read(&folder.join("outcome.json"))?;
    let events = match &outcome {
        None => earlier(folder),
        Some(_) => {
            let path = folder.join(TRAJECTORY);
            let text = fs::read_to_string(&path).map_err(RecordError::io("read", &path))?;
            let events = text.lines().map(serde_json::from_str);
            let events: Result<_, _> = events.collect();
            events.map_err(|source| RecordError::Malformed { path, source })?
        }
    };
    Ok(Record {
        spec: read(&folder.join("trial.json"))?.ok_or_else(missing)?,
        events,
        outcome,
    })
}

/// What was recorded in a folder that was left: by whoever left it, or taken over by them. The rest
/// from a line on that is cut off counts for nothing.
pub(super) fn earlier(folder: &Path) -> Vec<Event> {
    let read = |name| {
        let text = fs::read_to_string(folder.join(name)).unwrap_or_default();
        let events = text
            .lines()
            .map_while(|line| serde_json::from_str(line).ok());
        events.collect::<Vec<Event>>()
    };
    let files = [TRAJECTORY, EARLIER].map(read);
    files
        .into_iter()
        .max_by_key(|events| bought(events))
        .unwrap_or_default()
}

pub(super) fn bought(events: &[Event]) -> usize {
    let is_bought = |event: &&Event| matches!(event, Event::Reply { .. } | Event::Compared { .. });
    events.iter().filter(is_bought).count()
}
