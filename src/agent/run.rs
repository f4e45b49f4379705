//! The loop.

use std::collections::BTreeSet;
use std::io;
use std::time::Instant;

use super::asking::TOKEN;
use super::budget::{Budget, Outlook, Resource, Spent};
use super::conversation::Conversation;
use super::environment::Environment;
use super::event::{Ending, Event, Observed, Recorder, Requests, ToolsTime};
use super::history::History;
use super::prompt::{Brief, Opening, PromptError, Prompts};
use super::reflexion::Lesson;
use super::strategy::{Interaction, Strategy};
use super::tools::ToolSet;
use crate::model::{Message, Model, Stop, ToolSpec, Usage};
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
    pub strategy: Strategy,
    pub interaction: Interaction,
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
    /// What a try begins with that comes after so many others.
    pub(super) fn opening(&self, brief: &Brief, lessons: &[Lesson]) -> Result<Opening, AgentError> {
        Ok(match self.interaction {
            Interaction::Dynamic => {
                self.prompts
                    .opening(brief, self.strategy, self.tools, lessons)?
            }
            Interaction::Fixed => self.prompts.fixed(brief)?,
        })
    }

    /// Asks, acts and shows, until there is an answer or nothing left to go on with.
    pub fn run(
        &mut self,
        brief: &Brief,
        environment: &mut Environment<'_>,
        recorder: &mut dyn Recorder,
    ) -> Result<Attempted, AgentError> {
        let functions = brief.functions.iter();
        let opening = self.opening(brief, &[])?;
        let mut attempt = Attempt {
            functions: functions
                .map(|function| format!("{}::{}", function.file, function.name))
                .collect(),
            conversation: Conversation::new(self.history, Vec::new()),
            last_step: None,
            agent: self,
            brief,
            lessons: Vec::new(),
            tools: Vec::new(),
            environment,
            recorder,
            requests: Requests::default(),
            spent: Spent::new(),
            corrections: 0,
            invalid_in_a_row: 0,
            warned: BTreeSet::new(),
            characters_a_token: TOKEN,
        };
        for reply in attempt.environment.take_asked() {
            attempt.spent.reply(&reply);
        }
        attempt.start(opening)?;
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
pub(super) struct Attempt<'a, 'm, 'e> {
    pub(super) agent: &'a mut Agent<'m>,
    pub(super) brief: &'a Brief,
    /// What is left of earlier tries.
    pub(super) lessons: Vec<Lesson>,
    pub(super) tools: Vec<ToolSpec>,
    pub(super) environment: &'a mut Environment<'e>,
    pub(super) recorder: &'a mut dyn Recorder,
    pub(super) requests: Requests,
    pub(super) conversation: Conversation,
    pub(super) spent: Spent,
    corrections: u32,
    invalid_in_a_row: u32,
    /// Those to write, as `file::name`.
    pub(super) functions: Vec<String>,
    /// What the model was told is nearly used up.
    warned: BTreeSet<Resource>,
    /// What the next step is the last for want of.
    last_step: Option<Resource>,
    pub(super) characters_a_token: f64,
}

/// What stops an attempt, or a request.
pub(super) enum Stopped {
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

pub(super) fn over(ending: Ending) -> Stopped {
    Stopped::End(End::Over(ending))
}

impl Attempt<'_, '_, '_> {
    fn run(&mut self) -> Result<End, AgentError> {
        loop {
            let stopped = match self.step() {
                Ok(()) => continue,
                Err(Stopped::End(End::Over(ending))) => match self.try_again(&ending) {
                    Ok(true) => continue,
                    Ok(false) => return Ok(End::Over(ending)),
                    Err(stopped) => stopped,
                },
                Err(stopped) => stopped,
            };
            return match stopped {
                Stopped::End(end) => Ok(end),
                Stopped::Error(error) => Err(error),
                Stopped::TooLong(reason) => Ok(End::Over(Ending::ModelFailed { reason })),
            };
        }
    }

    /// Begins a conversation.
    pub(super) fn start(&mut self, opening: Opening) -> Result<(), AgentError> {
        let Opening { messages, tools } = opening;
        self.record(&Event::Started {
            messages: messages.clone(),
            tools: tools.clone(),
        })?;
        for message in &messages {
            self.requests.know(message);
        }
        self.conversation = Conversation::new(self.agent.history, messages);
        self.tools = tools;
        self.spent.begin_try();
        self.invalid_in_a_row = 0;
        self.warned.clear();
        self.last_step = (self.agent.max_steps <= 1).then_some(Resource::Steps);
        Ok(())
    }

    /// Whether what is left of the attempt's budgets is enough to go on.
    pub(super) fn has_budget_left(&self) -> bool {
        let outlook = self.spent.outlook(u32::MAX, &self.agent.budget);
        !matches!(outlook, Outlook::Last(_))
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
        self.conversation.plan(self.environment.plan.as_ref());
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

    pub(super) fn record(&mut self, event: &Event) -> Result<(), AgentError> {
        self.recorder.record(event).map_err(AgentError::Record)
    }
}
