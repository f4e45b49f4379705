//! One trial, watched: what `run` and `fork` have in common.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, bail};
use serde::Serialize;

use super::common::{Common, INTERRUPTED, Reuse, cancel_on_interrupt};
use super::error::inert;
use crate::agent::{Event, Prompts, Recorder};
use crate::model::ModelName;
use crate::report;
use crate::sandbox::{Cancel, Runner};
use crate::task::Task;
use crate::trial::{Came, Claimed, RunFolder, TrialOutcome, TrialSpec, as_found};
use crate::watch::{Both, JsonLines, Screen, View};

/// A trial about to be watched.
pub(super) struct Watched<'a> {
    pub spec: &'a TrialSpec,
    pub task: &'a Task,
    pub folder: &'a RunFolder,
    pub prompts: &'a Prompts,
    pub common: &'a Common,
    pub reuse: &'a Reuse,
    pub cancel: &'a Cancel,
    pub is_json: bool,
}

/// The last line of the events: what came of them.
#[derive(Serialize)]
#[serde(tag = "event", rename = "outcome")]
struct Last<'a> {
    trial: String,
    folder: &'a Path,
    outcome: &'a TrialOutcome,
}

impl Watched<'_> {
    /// Takes the trial up, shows what `attempt` records of it, and what came of it. The exit code is
    /// given back.
    pub fn run(
        &self,
        attempt: impl FnOnce(&Runner, &[Event], &mut dyn Recorder) -> anyhow::Result<Came>,
    ) -> anyhow::Result<u8> {
        let Watched { spec, common, .. } = self;
        let mut record = match self.folder.claim(spec)? {
            Claimed::Ours(record) => record,
            Claimed::Elsewhere => bail!(
                "run {}: another process is at it, in {}; wait for it, or choose another folder with --out",
                spec.id(),
                self.folder.path().display()
            ),
            Claimed::Done => {
                eprintln!(
                    "{} was finished before\nhint: choose another folder with --out to have it tried anew",
                    spec.id()
                );
                return self.tell();
            }
        };
        let runner = self.reuse.runner(common, common.progress().as_ref())?;
        let runner = self.task.paper().runner(&runner, &common.packages()?)?;
        let runner = runner.cancelled_by(self.cancel);
        cancel_on_interrupt(self.cancel)?;

        let earlier = record.earlier().to_vec();
        let screen = Screen::new(common.is_quiet());
        let given = as_found(self.task, &spec.settings, self.prompts)?;
        let model = spec.model.to_string();
        let mut view = View::new(&screen, about(spec), &model, &earlier, given);
        let mut json = JsonLines;
        let mut both = match self.is_json {
            true => Both(record.as_mut(), &mut json),
            false => Both(record.as_mut(), &mut view),
        };
        let came = attempt(&runner, &earlier, &mut both);
        screen.rest();
        match came.with_context(|| format!("run {}", spec.id()))? {
            Came::Done(finished) => record.finish(&finished)?,
            Came::Interrupted { reason } => {
                let (what, code) = match self.cancel.is_cancelled() {
                    true => ("stopped".to_owned(), INTERRUPTED),
                    false => (format!("provider error: {}", inert(&reason)), 1),
                };
                eprintln!(
                    "{what}\nhint: give the same command again to go on from the replies there are"
                );
                return Ok(code);
            }
        }
        Reuse::warn(&runner);
        self.tell()
    }

    /// What came of the trial, from its record.
    fn tell(&self) -> anyhow::Result<u8> {
        let spec = self.spec;
        let Some(outcome) = self.folder.outcome(&spec.id())? else {
            bail!(
                "read what came of {}: another process has taken it over",
                spec.id()
            );
        };
        let place = self.folder.path().join("trials").join(spec.id().as_str());
        if self.is_json {
            JsonLines.line(&Last {
                trial: spec.id().to_string(),
                folder: &place,
                outcome: &outcome,
            })?;
        } else {
            let table = report::table(&report::rows(spec, &outcome));
            let mut out = std::io::stdout().lock();
            writeln!(out, "\n{table}\n\nrecord: {}", place.display())?;
        }
        let is_broken = spec.model == ModelName::Oracle && outcome.score.verified == Some(false);
        Ok(u8::from(is_broken))
    }
}

/// A line on what the trial is about.
fn about(spec: &TrialSpec) -> String {
    let masked = match spec.masked.as_slice() {
        [] => "nothing masked".to_owned(),
        masked => format!("to rebuild: {}", masked.join(", ")),
    };
    let fork = spec.fork.as_ref();
    let fork = fork.map(|fork| format!("; after step {} of {}", fork.step, fork.trial));
    let fork = fork.unwrap_or_default();
    format!("{} by {}; {masked}{fork}", spec.task, spec.model)
}
