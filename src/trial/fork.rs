//! A recorded trial gone on with from one of its steps, with another model.

use serde::{Deserialize, Serialize};

use super::attempt::{Came, Minds, TrialError, attempt_with, digests};
use super::embedding::{self, Comparer};
use super::proof::{Check, Difference};
use super::record::Record;
use super::resume::Recorded;
use super::setup;
use super::spec::TrialSpec;
use crate::agent::{Event, Prompts, Recorder};
use crate::model::{Asking, Message, Model, ModelError, ModelName, Providers, Reply, Request};
use crate::sandbox::Runner;
use crate::task::Task;
use crate::workspace::{Hash, Tree};

/// Where a trial begins that is a fork of another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fork {
    /// The other trial.
    pub trial: String,
    /// The last step that is the other's.
    pub step: u32,
    /// The hash of what was recorded of the other up to there.
    pub digest: String,
}

/// A trial that can't be forked so.
#[derive(Debug, thiserror::Error)]
pub enum ForkError {
    #[error("{trial} has no step {step} that it went on after; choose one from 1 to {last}")]
    NoStep { trial: String, step: u32, last: u32 },
    #[error("{trial} ended with its first step, so there is nothing to go on from")]
    Nothing { trial: String },
    #[error(transparent)]
    Trial(#[from] TrialError),
}

impl Fork {
    /// All that determines the trial that goes on after a step of a recorded one.
    pub fn spec(
        record: &Record,
        step: u32,
        model: ModelName,
        asking: Asking,
        task: &Task,
        prompts: &Prompts,
    ) -> Result<TrialSpec, ForkError> {
        let trial = record.spec.id().to_string();
        let Some(events) = record.until(step) else {
            let last = (1..=record.steps()).rev();
            return Err(
                match last.into_iter().find(|step| record.until(*step).is_some()) {
                    Some(last) => ForkError::NoStep { trial, step, last },
                    None => ForkError::Nothing { trial },
                },
            );
        };
        let mut settings = record.spec.settings.clone();
        settings.asking = asking;
        let replies = setup::replies_digest(&model, task, record.spec.attempt)?;
        Ok(TrialSpec {
            digests: digests(task, &settings, prompts, replies)?,
            model,
            settings,
            fork: Some(Fork {
                trial,
                step,
                digest: digest(events),
            }),
            ..record.spec.clone()
        })
    }
}

/// Of events without what is measured.
fn digest(events: &[Event]) -> String {
    let lines = events.iter().map(|event| {
        // Records are JSON.
        let mut line = serde_json::to_value(event).unwrap_or_default();
        if let Some(fields) = line.as_object_mut() {
            fields.remove("measured");
        }
        line.to_string() + "\n"
    });
    Hash::of(lines.collect::<String>().as_bytes()).to_string()
}

/// What became of a fork.
#[derive(Debug)]
pub enum Forked {
    Came(Came),
    /// The steps before don't come out as recorded, so there is nothing to go on from.
    Differs(Difference),
}

/// What was recorded before.
#[derive(Clone, Copy, Debug)]
pub struct Before<'a> {
    /// Of the other trial, up to the step that it is gone on after.
    pub begun: &'a [Event],
    /// Of the fork, when it was stopped.
    pub earlier: &'a [Event],
}

/// Takes the steps of the other trial again, as recorded, and goes on with the fork's own model.
pub fn fork(
    spec: &TrialSpec,
    before: Before<'_>,
    task: &Task,
    runner: &Runner,
    prompts: &Prompts,
    providers: &Providers,
    recorder: &mut dyn Recorder,
) -> Result<Forked, TrialError> {
    let Before { begun, earlier } = before;
    let said = |events: &[Event]| {
        let is_reply = |event: &&Event| matches!(event, Event::Reply { .. });
        events.iter().filter(is_reply).count()
    };
    // Only what was paid for isn't asked for again: any other model says the same from the start.
    let is_paid = matches!(spec.model, ModelName::Remote { .. });
    let known = match is_paid && said(earlier) > said(begun) {
        true => earlier,
        false => begun,
    };
    let own = setup::model(spec, task, providers, &[])?;
    let own = match spec.model {
        ModelName::Oracle | ModelName::Nop | ModelName::Sim { .. } => Box::new(Afresh {
            model: own,
            before: None,
        }),
        ModelName::Script(_) | ModelName::Replay(_) | ModelName::Remote { .. } => own,
    };
    let asked = |event: &Event| matches!(event, Event::Auxiliary { .. });
    let auxiliary = match setup::auxiliary(spec, providers, &[]) {
        None if !begun.iter().any(asked) => None,
        own => Some(own.unwrap_or_else(|| Box::new(Nobody))),
    };
    let minds = Minds {
        model: Box::new(Recorded::conversation(known, own)),
        auxiliary: auxiliary
            .map(|model| Box::new(Recorded::auxiliary(known, model)) as Box<dyn Model>),
        // All of it was asked for before the first step.
        comparer: Some(Comparer {
            recorded: embedding::recorded(begun),
            embedder: None,
        })
        .filter(|comparer| !comparer.recorded.is_empty()),
        keeps_time: true,
    };
    let mut checked = Checked {
        check: Check::new(begun, false),
        recorder,
    };
    let came = attempt_with(minds, spec, task, runner, prompts, &mut checked);
    match checked.check.difference {
        Some(difference) => Ok(Forked::Differs(difference)),
        None => came.map(Forked::Came),
    }
}

/// Checks what is recorded first.
struct Checked<'a> {
    check: Check,
    recorder: &'a mut dyn Recorder,
}

impl Recorder for Checked<'_> {
    fn record(&mut self, event: &Event) -> std::io::Result<()> {
        self.check.record(event)?;
        self.recorder.record(event)
    }

    fn left(&mut self, tree: &Tree) {
        self.recorder.left(tree);
    }
}

/// A model that goes by what it did so far: it is shown none of the steps before the fork, and so
/// begins with its own.
struct Afresh {
    model: Box<dyn Model>,
    /// Messages that there were when it was first asked.
    before: Option<usize>,
}

impl Model for Afresh {
    fn reply(&mut self, request: &Request<'_>) -> Result<Reply, ModelError> {
        let all = request.messages;
        let before = *self.before.get_or_insert(all.len());
        let is_reply = |message: &Message| matches!(message, Message::Assistant(_));
        let opening = all.iter().position(is_reply).unwrap_or(all.len());
        // Another try has its own opening, and none of the steps before.
        let since = match before <= all.len() {
            true => before.max(opening),
            false => opening,
        };
        let messages = [&all[..opening], &all[since..]].concat();
        self.model.reply(&Request {
            messages: &messages,
            tools: request.tools,
        })
    }
}

/// No model to ask, where there was one before the fork.
struct Nobody;

impl Model for Nobody {
    fn reply(&mut self, _: &Request<'_>) -> Result<Reply, ModelError> {
        Err(ModelError::Confused("there is none any more".to_owned()))
    }
}
