//! The loop.

use std::io;
use std::time::Instant;

use super::environment::Environment;
use super::event::{Ending, Event, Observed, Recorder, StepTime};
use super::prompt::{Brief, PromptError, Prompts};
use super::tools::{Called, ToolSet};
use crate::model::{Message, Model, Request, ToolSpec};
use crate::sandbox::SandboxError;

/// Replies in a row without a valid call before an attempt is given up.
const PATIENCE: u32 = 3;

/// What ends a loop from our side. Nothing a model or a guest does is one of these.
#[derive(Debug, thiserror::Error)]
pub enum AgentError {
    #[error(transparent)]
    Prompt(#[from] PromptError),
    #[error(transparent)]
    Sandbox(#[from] Box<SandboxError>),
    #[error("hash the repository: {0}")]
    Hash(#[source] io::Error),
    #[error("record a step: {0}")]
    Record(#[source] io::Error),
}

/// A model with its tools and prompts, at work on one attempt.
pub struct Agent<'a> {
    pub model: &'a mut dyn Model,
    pub tools: &'a ToolSet,
    pub prompts: &'a Prompts,
    pub max_steps: u32,
}

impl Agent<'_> {
    /// Asks, acts and shows, until there is an answer or no step left.
    pub fn run(
        &mut self,
        brief: &Brief,
        environment: &mut Environment<'_>,
        recorder: &mut dyn Recorder,
    ) -> Result<Ending, AgentError> {
        let tools = self.tools.specs();
        let mut messages = self.prompts.opening(brief)?;
        let started = Event::Started {
            messages: messages.clone(),
            tools: tools.clone(),
        };
        recorder.record(&started).map_err(AgentError::Record)?;

        let mut ending = None;
        let mut invalid_in_a_row = 0;
        for step in 1..=self.max_steps {
            let taken = match self.step(step, &mut messages, &tools, environment)? {
                Taken::Step(event, over, invalid) => {
                    recorder.record(&event).map_err(AgentError::Record)?;
                    invalid_in_a_row = if invalid { invalid_in_a_row + 1 } else { 0 };
                    over
                }
                Taken::NoReply(reason) => Some(Ending::ModelFailed { reason }),
            };
            if taken.is_none() && invalid_in_a_row == PATIENCE {
                ending = Some(Ending::NoValidCall {
                    replies: invalid_in_a_row,
                });
                break;
            }
            ending = taken;
            if ending.is_some() {
                break;
            }
        }
        let ending = ending.unwrap_or(Ending::OutOfSteps {
            steps: self.max_steps,
        });
        let ended = Event::Ended {
            ending: ending.clone(),
        };
        recorder.record(&ended).map_err(AgentError::Record)?;
        Ok(ending)
    }

    /// One reply of the model, and what came of each of its calls, added to the conversation.
    fn step(
        &mut self,
        step: u32,
        messages: &mut Vec<Message>,
        tools: &[ToolSpec],
        environment: &mut Environment<'_>,
    ) -> Result<Taken, AgentError> {
        let asked = Instant::now();
        let reply = match self.model.reply(&Request { messages, tools }) {
            Ok(reply) => reply,
            Err(error) => return Ok(Taken::NoReply(error.to_string())),
        };
        let replied = Instant::now();
        messages.push(Message::Assistant(reply.clone()));

        let mut observations = Vec::new();
        let mut answer = None;
        let mut valid = 0;
        let next_is_last = step + 1 == self.max_steps;
        for call in &reply.calls {
            match self.tools.call(call, environment)? {
                Called::Answer(given) => {
                    answer = Some(given);
                    break;
                }
                Called::Observation(observation) => {
                    valid += u32::from(!observation.invalid);
                    let outcome = observation.outcome.as_ref();
                    observations.push(Observed {
                        call: Some(call.id.clone()),
                        text: observation.text,
                        exit: outcome.map(|outcome| outcome.exit.kind().to_owned()),
                        fuel: outcome.map(|outcome| outcome.fuel_used),
                        digest: outcome.map(|outcome| outcome.digest().to_string()),
                        tree: environment
                            .tree_hash()
                            .map_err(AgentError::Hash)?
                            .to_string(),
                    });
                }
            }
        }
        if reply.calls.is_empty() {
            observations.push(Observed {
                call: None,
                text: self.prompts.no_call()?,
                exit: None,
                fuel: None,
                digest: None,
                tree: environment
                    .tree_hash()
                    .map_err(AgentError::Hash)?
                    .to_string(),
            });
        }
        if let (true, Some(last)) = (next_is_last, observations.last_mut()) {
            last.text = format!("{}\n\n{}", last.text, self.prompts.last_step()?);
        }
        messages.extend(observations.iter().map(|observed| match &observed.call {
            Some(call) => Message::Tool {
                call: call.clone(),
                text: observed.text.clone(),
            },
            None => Message::User {
                text: observed.text.clone(),
            },
        }));
        let event = Event::Step {
            step,
            reply,
            observations,
            measured: StepTime {
                model_ms: (replied - asked).as_millis() as u64,
                tools_ms: replied.elapsed().as_millis() as u64,
            },
        };
        let invalid = valid == 0 && answer.is_none();
        Ok(Taken::Step(
            event,
            answer.map(|answer| Ending::Answered { answer }),
            invalid,
        ))
    }
}

/// What a step came to.
enum Taken {
    /// What is recorded of it, the ending if it brought one, and whether it held no valid call.
    Step(Event, Option<Ending>, bool),
    /// The model gave no reply.
    NoReply(String),
}
