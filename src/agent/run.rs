//! The loop.

use std::collections::BTreeSet;
use std::io;
use std::time::Instant;

use serde_json::Value;

use super::budget::{Budget, Outlook, Resource, Spent};
use super::environment::{Environment, Halt};
use super::event::{Ending, Event, Observed, Purpose, Recorder, ReplyTime, Requests, ToolsTime};
use super::history::{Conversation, History};
use super::prompt::{Brief, PromptError, Prompts};
use super::tools::{Called, Observation, ToolSet};
use crate::model::{Call, Message, Model, ModelError, Reply, Request, Stop, ToolSpec, Usage};
use crate::sandbox::SandboxError;

/// Replies in a row without a valid call before an attempt is given up.
const PATIENCE: u32 = 3;
/// Characters to a token, where the model hasn't shown how many: fewer than there are in most texts.
const TOKEN: f64 = 3.0;
/// Why a conversation isn't sent as it is, where its length was counted.
const FORESEEN: &str = "it is longer than the model can read, as counted beforehand";
/// Tokens kept free for a reply.
const REPLY_TOKENS: u64 = 4_096;

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
    pub history: History,
    pub max_steps: u32,
    pub budget: Budget,
}

/// What an attempt came to.
#[derive(Debug)]
pub struct Attempted {
    pub end: End,
    /// Replies that the model gave, summaries aside.
    pub steps: u32,
    /// Replies that had to be answered with a correction: without a call, or with an invalid one.
    pub corrections: u32,
    /// Of all replies together; none where one of them didn't say.
    pub usage: Option<Usage>,
    /// Likewise; none where the price of one isn't known.
    pub cost_usd: Option<f64>,
}

/// How it stopped.
#[derive(Debug)]
pub enum End {
    Over(Ending),
    /// The provider gave no reply, or whoever runs it stopped it: no failure of the agent's, and to
    /// be gone on with.
    Interrupted {
        reason: String,
    },
}

impl Agent<'_> {
    /// Asks, acts and shows, until there is an answer or nothing left to go on with.
    pub fn run(
        &mut self,
        brief: &Brief,
        environment: &mut Environment<'_>,
        recorder: &mut dyn Recorder,
    ) -> Result<Attempted, AgentError> {
        let tools = self.tools.specs();
        let opening = self.prompts.opening(brief)?;
        let started = Event::Started {
            messages: opening.clone(),
            tools: tools.clone(),
        };
        recorder.record(&started).map_err(AgentError::Record)?;
        let mut requests = Requests::default();
        for message in &opening {
            requests.know(message);
        }
        let mut attempt = Attempt {
            conversation: Conversation::new(self.history, opening),
            last_step: (self.max_steps <= 1).then_some(Resource::Steps),
            agent: self,
            tools: &tools,
            environment,
            recorder,
            requests,
            spent: Spent::new(),
            corrections: 0,
            invalid_in_a_row: 0,
            warned: BTreeSet::new(),
            characters_a_token: TOKEN,
        };
        let end = attempt.run()?;
        let event = match &end {
            End::Over(ending) => Event::Ended {
                ending: ending.clone(),
            },
            End::Interrupted { reason } => Event::Interrupted {
                reason: reason.clone(),
            },
        };
        attempt
            .recorder
            .record(&event)
            .map_err(AgentError::Record)?;
        Ok(Attempted {
            end,
            steps: attempt.spent.steps,
            corrections: attempt.corrections,
            usage: attempt.spent.usage(),
            cost_usd: attempt.spent.cost_usd(),
        })
    }
}

/// An attempt in flight.
struct Attempt<'a, 'm, 'e> {
    agent: &'a mut Agent<'m>,
    tools: &'a [ToolSpec],
    environment: &'a mut Environment<'e>,
    recorder: &'a mut dyn Recorder,
    requests: Requests,
    conversation: Conversation,
    spent: Spent,
    corrections: u32,
    invalid_in_a_row: u32,
    /// What the model was told is nearly used up.
    warned: BTreeSet<Resource>,
    /// What the next step is the last for want of.
    last_step: Option<Resource>,
    characters_a_token: f64,
}

/// What stops an attempt, or a request.
enum Stopped {
    End(End),
    /// The conversation is too long for the model.
    TooLong(String),
    Error(AgentError),
}

impl<E: Into<AgentError>> From<E> for Stopped {
    fn from(error: E) -> Stopped {
        Stopped::Error(error.into())
    }
}

fn over(ending: Ending) -> Stopped {
    Stopped::End(End::Over(ending))
}

impl Attempt<'_, '_, '_> {
    fn run(&mut self) -> Result<End, AgentError> {
        loop {
            match self.step() {
                Ok(()) => {}
                Err(Stopped::End(end)) => return Ok(end),
                Err(Stopped::Error(error)) => return Err(error),
                Err(Stopped::TooLong(reason)) => {
                    return Ok(End::Over(Ending::ModelFailed { reason }));
                }
            }
        }
    }

    /// One reply of the model, and what came of each of its calls, added to the conversation. The
    /// attempt goes on, or it is over.
    fn step(&mut self) -> Result<(), Stopped> {
        self.spent.begin();
        self.summarise_if_due()?;
        let reply = self.reply()?;
        let replied = Instant::now();
        if reply.stop == Stop::Refused {
            let reason = match reply.text.is_empty() {
                true => "a filter of the provider's withheld the reply".to_owned(),
                false => reply.text,
            };
            return Err(over(Ending::Refused { reason }));
        }
        let acted = self.act(&reply)?;
        self.spent.done(self.environment.fuel_used());
        self.corrections += u32::from(acted.corrected);
        self.invalid_in_a_row = match acted.valid || acted.answer.is_some() {
            true => 0,
            false => self.invalid_in_a_row + 1,
        };
        let ending = match (acted.answer, self.last_step) {
            // However much it took: what is solved is solved.
            (Some(answer), _) => Some(Ending::Answered { answer }),
            (None, _) if self.invalid_in_a_row == PATIENCE => Some(Ending::NoValidCall {
                replies: self.invalid_in_a_row,
            }),
            (None, Some(resource)) => Some(self.spent.ending(resource)),
            (None, None) => None,
        };
        let mut observations = acted.observations;
        if let (None, Some(last)) = (&ending, observations.last_mut()) {
            for notice in self.notices()? {
                last.text = format!("{}\n\n{notice}", last.text);
            }
        }
        let mut turn = vec![Message::Assistant(reply)];
        turn.extend(observations.iter().map(Observed::message));
        for message in &turn {
            self.requests.know(message);
        }
        self.conversation.push(turn);
        self.record(&Event::Observed {
            step: self.spent.steps,
            observations,
            measured: ToolsTime {
                tools_ms: replied.elapsed().as_millis() as u64,
            },
        })?;
        ending.map_or(Ok(()), |ending| Err(over(ending)))
    }

    /// What to tell of what is left: each thing once when it gets short, and that a step is the last.
    fn notices(&mut self) -> Result<Vec<String>, AgentError> {
        let outlook = self.spent.outlook(self.agent.max_steps, &self.agent.budget);
        let mut notices = Vec::new();
        match outlook {
            Outlook::Plenty => {}
            Outlook::Near(near) => {
                for (resource, left) in near {
                    if self.warned.insert(resource) {
                        notices.push(self.agent.prompts.near(resource.name(), &left)?);
                    }
                }
            }
            Outlook::Last(resource) => {
                self.last_step = Some(resource);
                notices.push(self.agent.prompts.last_step(resource.name())?);
            }
        }
        Ok(notices)
    }

    /// The reply to the conversation as it stands; to less of it, where it is too long.
    fn reply(&mut self) -> Result<Reply, Stopped> {
        loop {
            let messages = self.conversation.messages(self.agent.prompts)?;
            let told = match self.is_too_long(&messages) && self.conversation.can_show_less() {
                true => Err(Stopped::TooLong(FORESEEN.to_owned())),
                false => self.ask(&messages, Purpose::Step),
            };
            match told {
                Err(Stopped::TooLong(reason)) => self.show_less(reason)?,
                other => return other,
            }
        }
    }

    /// Asks once, and records what was asked and what was said.
    fn ask(&mut self, messages: &[Message], purpose: Purpose) -> Result<Reply, Stopped> {
        let asked = Instant::now();
        let request = Request {
            messages,
            tools: self.tools,
        };
        let reply = self
            .agent
            .model
            .reply(&request)
            .map_err(|error| match error {
                ModelError::Confused(reason) => over(Ending::ModelFailed { reason }),
                ModelError::Refused(reason) => over(Ending::Refused { reason }),
                ModelError::Overflow(reason) => Stopped::TooLong(reason),
                ModelError::Provider(reason) => Stopped::End(End::Interrupted { reason }),
            })?;
        self.spent.steps += u32::from(purpose == Purpose::Step);
        self.spent.reply(&reply);
        if let Some(usage) = reply.usage.filter(|usage| usage.input_tokens > 0) {
            self.characters_a_token = characters(messages) / usage.input_tokens as f64;
        }
        let event = Event::Reply {
            step: match purpose {
                Purpose::Step => self.spent.steps,
                Purpose::Summary => self.spent.steps + 1,
            },
            purpose,
            request: self.requests.sent(messages),
            reply: reply.clone(),
            measured: ReplyTime {
                model_ms: asked.elapsed().as_millis() as u64,
            },
        };
        self.record(&event)?;
        Ok(reply)
    }

    /// Whether the model couldn't read so much and still reply, as far as that is known beforehand.
    fn is_too_long(&self, messages: &[Message]) -> bool {
        let Some(context) = self.agent.model.context() else {
            return false;
        };
        let free = context.saturating_sub(REPLY_TOKENS.min(context / 4));
        characters(messages) / self.characters_a_token > free as f64
    }

    /// Shows less of a conversation that is too long, as the history has it.
    fn show_less(&mut self, reason: String) -> Result<(), Stopped> {
        if !self.conversation.can_show_less() {
            return Err(over(Ending::ModelFailed { reason }));
        }
        self.too_long(reason)?;
        match self.conversation.summary_helps() {
            Some(end) if self.summarise(end)? => {}
            _ => self.conversation.show_less(),
        }
        Ok(())
    }

    fn too_long(&mut self, reason: String) -> Result<(), AgentError> {
        let step = self.spent.steps + 1;
        self.record(&Event::TooLong { step, reason })
    }

    fn summarise_if_due(&mut self) -> Result<(), Stopped> {
        match self.conversation.summary_due() {
            Some(end) => self.summarise(end).map(|_| ()),
            None => Ok(()),
        }
    }

    /// Has the model sum up the turns before one; false where they are too many for it, or it says
    /// nothing.
    fn summarise(&mut self, end: usize) -> Result<bool, Stopped> {
        let mut messages = self.conversation.until(end, self.agent.prompts)?;
        messages.push(Message::User {
            text: self.agent.prompts.summarise()?,
        });
        match self.ask(&messages, Purpose::Summary) {
            Ok(reply) if !reply.text.trim().is_empty() && reply.stop != Stop::Refused => {
                self.conversation.summarised(end, reply.text);
                Ok(true)
            }
            Ok(_) => Ok(false),
            Err(Stopped::TooLong(reason)) => self
                .too_long(reason)
                .map(|()| false)
                .map_err(Stopped::Error),
            Err(stopped) => Err(stopped),
        }
    }

    /// Runs the calls of a reply, in order, up to a final answer.
    fn act(&mut self, reply: &Reply) -> Result<Acted, Stopped> {
        let mut acted = Acted::default();
        for call in &reply.calls {
            let called = match call.arguments.is_object() {
                true => self.agent.tools.call(call, self.environment)?,
                false => self.malformed(call, reply.stop)?,
            };
            for reply in self.environment.take_asked() {
                self.spent.reply(&reply);
            }
            // Nothing comes of a call that was stopped half-way.
            match self.environment.halt() {
                Some(Halt::Interrupted(reason)) => {
                    return Err(Stopped::End(End::Interrupted { reason }));
                }
                Some(Halt::Record(error)) => return Err(AgentError::Record(error).into()),
                None => {}
            }
            match called {
                Called::Answer(given) => {
                    acted.answer = Some(given);
                    return Ok(acted);
                }
                Called::Observation(observation) => {
                    acted.valid |= !observation.invalid;
                    acted.corrected |= observation.invalid;
                    let outcome = observation.outcome.as_ref();
                    acted.observations.push(Observed {
                        call: Some(call.id.clone()),
                        text: observation.text,
                        exit: outcome.map(|outcome| outcome.exit.kind().to_owned()),
                        fuel: outcome.map(|outcome| outcome.fuel_used),
                        python: self.environment.new_python(),
                        digest: outcome.map(|outcome| outcome.digest().to_string()),
                        tree: self.tree()?,
                    });
                }
            }
        }
        if reply.calls.is_empty() {
            acted.corrected = true;
            acted.observations.push(Observed {
                call: None,
                text: self.agent.prompts.no_call(reply.stop == Stop::Length)?,
                exit: None,
                fuel: None,
                python: Vec::new(),
                digest: None,
                tree: self.tree()?,
            });
        }
        Ok(acted)
    }

    /// The answer to a call whose arguments are no object.
    fn malformed(&self, call: &Call, stop: Stop) -> Result<Called, AgentError> {
        let text = self
            .agent
            .prompts
            .malformed(&call.tool, stop == Stop::Length)?;
        Ok(Called::Observation(Observation {
            text,
            outcome: None,
            invalid: true,
        }))
    }

    /// The hash of the repository as it stands.
    fn tree(&mut self) -> Result<String, AgentError> {
        let tree = self.environment.tree().map_err(AgentError::Hash)?;
        self.recorder.left(&tree);
        Ok(tree.hash().map_err(AgentError::Hash)?.to_string())
    }

    fn record(&mut self, event: &Event) -> Result<(), AgentError> {
        self.recorder.record(event).map_err(AgentError::Record)
    }
}

/// What came of a reply's calls.
#[derive(Default)]
struct Acted {
    observations: Vec<Observed>,
    answer: Option<Value>,
    /// Whether one of them could be served.
    valid: bool,
    /// Whether one of them couldn't, or there was none.
    corrected: bool,
}

fn characters(messages: &[Message]) -> f64 {
    messages.iter().map(Message::size).sum::<usize>().max(1) as f64
}
