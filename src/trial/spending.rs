//! What trials took that aren't finished: their replies were paid for all the same.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::folder::{GONE, RecordError, RunFolder};
use super::in_flight::{TrialFolder, earlier};
use crate::agent::{Event, Said};
use crate::model::Reply;

/// Dollars of replies.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spending {
    /// Of those whose price is known.
    pub cost_usd: f64,
    /// Whether there are others.
    pub is_unknown: bool,
}

impl Spending {
    fn of(events: &[Event]) -> Spending {
        let mut spending = Spending::default();
        for reply in events.iter().filter_map(reply) {
            spending.cost_usd += reply.cost_usd.unwrap_or(0.0);
            spending.is_unknown |= reply.cost_usd.is_none();
        }
        spending
    }
}

fn reply(event: &Event) -> Option<&Reply> {
    match event {
        Event::Reply { reply, .. }
        | Event::Compared { reply, .. }
        | Event::Auxiliary {
            said: Said::Reply(reply),
            ..
        } => Some(reply),
        _ => None,
    }
}

impl RunFolder {
    /// What each trial took that was begun and isn't finished, by its name, as far as it is recorded.
    pub fn unfinished(&self) -> Result<BTreeMap<String, Spending>, RecordError> {
        let work = self.path().join("work");
        let mut found: BTreeMap<String, Spending> = BTreeMap::new();
        for entry in fs::read_dir(&work).map_err(RecordError::io("read", &work))? {
            let entry = entry.map_err(RecordError::io("read", &work))?;
            let name = entry.file_name();
            let name = name.to_str().filter(|name| !name.starts_with(GONE));
            let Some((trial, _)) = name.and_then(|name| name.rsplit_once('.')) else {
                continue;
            };
            let here = so_far(&entry.path());
            let known = found.entry(trial.to_owned()).or_default();
            // Of two folders of one trial, one began with what the other had.
            if here.cost_usd >= known.cost_usd {
                *known = here;
            }
        }
        Ok(found)
    }
}

impl TrialFolder {
    /// What the trial took as far as it came, and before it was gone on with.
    pub fn spending(&self) -> Spending {
        so_far(self.path())
    }
}

fn so_far(folder: &Path) -> Spending {
    Spending::of(&earlier(folder))
}
