//! Trying again, with what was learned (Shinn et al., *Reflexion*, 2023).
//!
//! A try that ended without an answer, or whose last run didn't end well, is followed by another, in
//! the repository as it was at first. What goes on is what the run itself showed: how it ended, and
//! what the model says of it with the conversation before its eyes. No score is known here, and none
//! is told. Steps are each try's; all other budgets are the chain's, which is one attempt.

use super::asking::is_said;
use super::event::{Ending, Event, Purpose};
use super::run::{AgentError, Attempt, Stopped};
use super::sending::Sending;
use super::strategy::Strategy;
use crate::model::Message;

/// Tries of a chain.
const TRIES: usize = 3;

/// What is left of a try.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Lesson {
    /// How it ended.
    pub ending: &'static str,
    /// What the model says of it; nothing where it said nothing.
    pub said: String,
}

impl Attempt<'_, '_, '_> {
    /// Begins another try after one that ended so; false where there is none.
    pub(super) fn try_again(&mut self, ending: &Ending) -> Result<bool, Stopped> {
        let is_last = self.lessons.len() + 1 >= TRIES || !self.has_budget_left();
        if self.agent.strategy != Strategy::Reflexion || is_last {
            return Ok(false);
        }
        let Some(told) = worth_another(ending, self.environment.ended_well()) else {
            return Ok(false);
        };
        self.record(&Event::Tried {
            ending: ending.clone(),
        })?;
        let said = self.reflect(told)?;
        self.lessons.push(Lesson { ending: told, said });
        self.environment.start_over().map_err(AgentError::Hash)?;
        let opening = self.agent.opening(self.brief, &self.lessons)?;
        self.start(opening)?;
        Ok(true)
    }

    /// What the model says of a try that is over.
    fn reflect(&mut self, told: &str) -> Result<String, Stopped> {
        let prompts = self.agent.prompts;
        let mut messages = self.conversation.messages(prompts)?;
        messages.push(Message::User {
            text: prompts.reflect(told)?,
        });
        match self.ask(&Sending::of(messages), Purpose::Reflection) {
            Ok(reply) => Ok(match is_said(&reply) {
                true => reply.text,
                false => String::new(),
            }),
            Err(Stopped::TooLong(reason)) => {
                self.too_long(reason)?;
                Ok(String::new())
            }
            Err(stopped) => Err(stopped),
        }
    }
}

/// How a try ended, in words, if another is worth it: as far as can be told without a score.
fn worth_another(ending: &Ending, ended_well: Option<bool>) -> Option<&'static str> {
    match (ending, ended_well) {
        (Ending::Answered { .. }, Some(true)) => None,
        (Ending::Answered { .. }, Some(false)) => {
            Some("It ended with an answer, after a run that failed.")
        }
        (Ending::Answered { .. }, None) => Some("It ended with an answer, though nothing was run."),
        (Ending::OutOfSteps { .. }, _) => Some("It ended without an answer: all steps were used."),
        (Ending::NoValidCall { .. }, _) => {
            Some("It ended without an answer: three replies in a row had no valid call.")
        }
        _ => None,
    }
}
