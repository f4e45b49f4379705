//! Whether a record is what comes of its replies: the trial is run again with no model, and each of
//! its events and its outcome compared.

use std::collections::VecDeque;
use std::io;

use serde::Serialize;
use serde_json::Value;

use super::attempt::{Came, Minds, TrialError, attempt_with, digests};
use super::embedding::{self, Comparer};
use super::record::Record;
use super::resume::Recorded;
use super::{PaperGiven, TrialSpec};
use crate::agent::{Ending, Event, Observed, Prompts, Recorder};
use crate::model::{Embed, Embedded, Model, ModelError, ModelName, Reply, Request};
use crate::sandbox::Runner;
use crate::task::Task;

/// What running a trial again showed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Proof {
    /// Steps that came out as recorded, and those that there are.
    pub equal: u32,
    pub steps: u32,
    /// Whether the outcome was compared too: it is, where the trial is finished.
    pub outcome: bool,
    /// The first thing that came out otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference: Option<Difference>,
    /// Why what follows the equal steps can't be told to be right or wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undecided: Option<String>,
}

/// Something that came out otherwise than recorded.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// From 1; none before the first step, and in the outcome.
    pub step: Option<u32>,
    /// Where: a field, as `observations[0].tree`, or a line of a text.
    pub at: String,
    pub recorded: Value,
    pub now: Value,
}

/// Runs a recorded trial again.
pub fn prove(
    record: &Record,
    task: &Task,
    runner: &Runner,
    prompts: &Prompts,
) -> Result<Proof, TrialError> {
    let spec = &record.spec;
    let mut proof = Proof {
        equal: 0,
        steps: record.steps(),
        outcome: false,
        difference: None,
        undecided: None,
    };
    let made_from = digests(task, &spec.settings, prompts, spec.digests.replies.clone())?;
    proof.difference = differs(&spec.digests, &made_from).map(|(at, recorded, now)| Difference {
        step: None,
        at: format!("digests.{at}"),
        recorded,
        now,
    });
    if proof.difference.is_some() {
        return Ok(proof);
    }
    let mut check = Check::new(&record.events, spec.settings.budget.seconds.is_some());
    let minds = again(spec, &record.events);
    let came = attempt_with(minds, spec, task, runner, prompts, &mut check);
    proof.equal = check.equal;
    (proof.difference, proof.undecided) = (check.difference, check.undecided);
    if proof.difference.is_some() || proof.undecided.is_some() {
        return Ok(proof);
    }
    if let (Came::Done(now), Some(then)) = (came?, &record.outcome) {
        proof.outcome = true;
        proof.difference = differs(then, &now.outcome).map(|(at, recorded, now)| Difference {
            step: None,
            at: format!("outcome.{at}"),
            recorded,
            now,
        });
    }
    Ok(proof)
}

/// Minds that say what was recorded, and nothing beyond.
fn again(spec: &TrialSpec, events: &[Event]) -> Minds {
    let over = || Box::new(Over(events.last().cloned()));
    let asked = |event: &Event| matches!(event, Event::Auxiliary { .. });
    let is_embedded = matches!(spec.settings.paper, PaperGiven::Embedding(_));
    let has_auxiliary = matches!(spec.model, ModelName::Remote { .. }) || events.iter().any(asked);
    Minds {
        model: Box::new(Recorded::conversation(events, over())),
        auxiliary: has_auxiliary
            .then(|| Box::new(Recorded::auxiliary(events, over())) as Box<dyn Model>),
        comparer: is_embedded.then(|| Comparer {
            recorded: embedding::recorded(events),
            embedder: Some(over()),
        }),
        keeps_time: false,
    }
}

/// Who answers after the last recorded reply: whatever the record says came instead of one.
struct Over(Option<Event>);

impl Model for Over {
    fn reply(&mut self, _: &Request<'_>) -> Result<Reply, ModelError> {
        Err(self.said())
    }
}

impl Embed for Over {
    fn embed(&mut self, _: &[String]) -> Result<Embedded, ModelError> {
        Err(self.said())
    }
}

impl Over {
    fn said(&self) -> ModelError {
        match &self.0 {
            Some(Event::Ended {
                ending: Ending::ModelFailed { reason },
            }) => ModelError::Confused(reason.clone()),
            Some(Event::Ended {
                ending: Ending::Refused { reason },
            }) => ModelError::Refused(reason.clone()),
            Some(Event::Interrupted { reason }) => ModelError::Provider(reason.clone()),
            _ => ModelError::Provider("the record ends here".to_owned()),
        }
    }
}

/// Compares events with those that were recorded, and stops at the first that differs.
pub(super) struct Check {
    recorded: VecDeque<Event>,
    /// Whether the trial had a limit on time, which isn't kept when it is run again.
    has_clock: bool,
    step: u32,
    /// Steps that came out as recorded.
    pub equal: u32,
    pub difference: Option<Difference>,
    pub undecided: Option<String>,
}

impl Check {
    pub fn new(events: &[Event], has_clock: bool) -> Check {
        Check {
            recorded: events.iter().cloned().collect(),
            has_clock,
            step: 0,
            equal: 0,
            difference: None,
            undecided: None,
        }
    }

    /// Why what was recorded here may not come again, whoever is right.
    fn decided_by_clock(&self, recorded: &Event, now: &Event) -> Option<String> {
        let ran_out = |observed: &Observed| observed.exit.as_deref() == Some("out_of_time");
        match recorded {
            Event::Observed { observations, .. } if observations.iter().any(ran_out) => {
                Some("a run was ended by the clock".to_owned())
            }
            Event::Ended {
                ending: Ending::OutOfTime,
            } => Some("the attempt was ended by the clock".to_owned()),
            Event::Observed { observations, .. } if self.has_clock => {
                // All the same, but that something was said of the time.
                let Event::Observed {
                    observations: again,
                    ..
                } = now
                else {
                    return None;
                };
                let is_told = observations.len() == again.len()
                    && observations.iter().zip(again).all(|(then, now)| {
                        let now_told = Observed {
                            text: then.text.clone(),
                            ..now.clone()
                        };
                        *then == now_told && then.text.starts_with(&now.text)
                    });
                is_told.then(|| "the model was told of the time that was left".to_owned())
            }
            _ => None,
        }
    }
}

impl Recorder for Check {
    fn record(&mut self, event: &Event) -> io::Result<()> {
        if let Event::Reply { step, .. } = event {
            self.step = *step;
        }
        let Some(recorded) = self.recorded.pop_front() else {
            // The record goes no further: it was cut off, or was asked for up to here.
            return Ok(());
        };
        let Some((at, then, now)) = differs(&recorded, event) else {
            self.equal += u32::from(matches!(event, Event::Observed { .. }));
            return Ok(());
        };
        match self.decided_by_clock(&recorded, event) {
            Some(why) => self.undecided = Some(why),
            None => {
                self.difference = Some(Difference {
                    step: (self.step > 0).then_some(self.step),
                    at,
                    recorded: then,
                    now,
                });
            }
        }
        Err(io::Error::other("it comes out otherwise than recorded"))
    }
}

/// What is looked at first in an object: what says most.
const FIRST: [&str; 6] = ["event", "exit", "status", "text", "fuel", "tree"];
/// What differs each time.
const MEASURED: &str = "measured";

/// The first difference of two records: where it is, and what is there in each.
fn differs<T: Serialize>(then: &T, now: &T) -> Option<(String, Value, Value)> {
    // Records are JSON.
    let json = |value: &T| serde_json::to_value(value).unwrap_or_default();
    first(String::new(), &json(then), &json(now))
}

fn first(at: String, then: &Value, now: &Value) -> Option<(String, Value, Value)> {
    if then == now {
        return None;
    }
    match (then, now) {
        (Value::Object(old), Value::Object(new)) => {
            let mut names: Vec<&String> = old.keys().chain(new.keys()).collect();
            let rank = |name: &&String| {
                FIRST
                    .iter()
                    .position(|it| it == name)
                    .unwrap_or(FIRST.len())
            };
            names.sort_by_key(|name| (rank(name), *name));
            names.dedup();
            let names = names.into_iter().filter(|name| *name != MEASURED);
            names.into_iter().find_map(|name| {
                let at = match at.is_empty() {
                    true => name.clone(),
                    false => format!("{at}.{name}"),
                };
                let value = |of: &serde_json::Map<String, Value>| of.get(name).cloned();
                let (old, new) = (value(old), value(new));
                first(at, &old.unwrap_or_default(), &new.unwrap_or_default())
            })
        }
        (Value::Array(old), Value::Array(new)) if old.len() == new.len() => {
            let pairs = old.iter().zip(new).enumerate();
            pairs
                .into_iter()
                .find_map(|(index, (old, new))| first(format!("{at}[{index}]"), old, new))
        }
        (Value::String(old), Value::String(new)) if old.contains('\n') || new.contains('\n') => {
            let (mut old_lines, mut new_lines) = (old.lines(), new.lines());
            let mut number = 1;
            loop {
                match (old_lines.next(), new_lines.next()) {
                    (None, None) => return Some((at, then.clone(), now.clone())),
                    (old, new) if old == new => number += 1,
                    (old, new) => {
                        let line = |line: Option<&str>| line.map_or(Value::Null, Value::from);
                        return Some((format!("{at}, line {number}"), line(old), line(new)));
                    }
                }
            }
        }
        _ => Some((at, then.clone(), now.clone())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_first_difference_is_found_where_it_says_most() {
        for (then, now, at) in [
            (
                json!({"a": 1, "measured": 1}),
                json!({"a": 1, "measured": 2}),
                None,
            ),
            (
                json!({"tree": 1, "digest": 1}),
                json!({"tree": 2, "digest": 2}),
                Some("tree"),
            ),
            (
                json!({"a": [1, {"b": 2}]}),
                json!({"a": [1, {"b": 3}]}),
                Some("a[1].b"),
            ),
            (json!({"a": [1]}), json!({"a": [1, 2]}), Some("a")),
            (json!({"a": 1}), json!({}), Some("a")),
            (
                json!({"text": "x\ny\nz"}),
                json!({"text": "x\nq\nz"}),
                Some("text, line 2"),
            ),
            (
                json!({"text": "x\n"}),
                json!({"text": "x\ny"}),
                Some("text, line 2"),
            ),
            (json!({"text": "x\n"}), json!({"text": "x"}), Some("text")),
        ] {
            let found = differs(&then, &now).map(|(at, _, _)| at);
            assert_eq!(found.as_deref(), at, "{then} {now}");
        }
    }
}
