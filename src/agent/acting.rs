//! Acting on a reply: its calls are read, served and shown, or it is answered with what is wrong.

use serde_json::Value;

use super::environment::Halt;
use super::event::Observed;
use super::fixed;
use super::form::Problem;
use super::run::{Agent, AgentError, Attempt, End, Stopped};
use super::strategy::Interaction;
use super::tools::{Called, Observation};
use crate::model::{Call, Reply, Stop};

/// What an observation answers.
enum Answers {
    /// A call by the provider's protocol, by its id.
    Call(String),
    /// The reply's text, with the call that was read from it, if one was.
    Text(Option<Call>),
}

/// What came of a reply's calls.
#[derive(Default)]
pub(super) struct Acted {
    pub observations: Vec<Observed>,
    pub answer: Option<Value>,
    /// Whether one of them could be served.
    pub valid: bool,
    /// Whether one of them couldn't, or there was none.
    pub corrected: bool,
}

impl Attempt<'_, '_, '_> {
    /// Runs the calls of a reply, in order, up to a final answer; or answers it with what is wrong.
    pub(super) fn act(&mut self, reply: &Reply) -> Result<Acted, Stopped> {
        let mut acted = Acted::default();
        let is_cut = reply.stop == Stop::Length;
        let read = match self.agent.interaction {
            Interaction::Dynamic => self.agent.strategy.read(reply, self.spent.steps),
            Interaction::Fixed => fixed::read(&reply.text, &self.functions).map(|call| vec![call]),
        };
        let calls = match read {
            Ok(calls) => calls,
            Err(problem) => {
                acted.corrected = true;
                let text = self.correction(&problem, is_cut)?;
                // Providers want a result for each call, also for those that aren't made.
                let calls = reply
                    .calls
                    .iter()
                    .map(|call| Answers::Call(call.id.clone()));
                let answers = match reply.calls.is_empty() {
                    true => vec![Answers::Text(None)],
                    false => calls.collect(),
                };
                for answers in answers {
                    let observed = self.observed(answers, Observation::invalid(text.clone()))?;
                    acted.observations.push(observed);
                }
                return Ok(acted);
            }
        };
        for call in calls {
            let called = self.serve(&call, is_cut)?;
            for reply in self.environment.take_asked() {
                self.spent.reply(&reply);
            }
            // Nothing comes of a call that was stopped half-way.
            match self.environment.halt() {
                Some(Halt::Interrupted(reason)) => {
                    return Err(Stopped::End(End::Interrupted { reason }));
                }
                Some(Halt::Record(error)) => return Err(AgentError::Record(error).into()),
                Some(Halt::Prompt(error)) => return Err(AgentError::Prompt(error).into()),
                None => {}
            }
            match called {
                Called::Answer(given) => {
                    acted.answer = Some(given);
                    return Ok(acted);
                }
                Called::Finished(observation, given) => {
                    let observed = self.observed(Answers::Text(Some(call)), observation)?;
                    acted.observations.push(observed);
                    acted.answer = Some(given);
                    return Ok(acted);
                }
                Called::Observation(observation) => {
                    acted.valid |= !observation.invalid;
                    acted.corrected |= observation.invalid;
                    let answers = match self.calls_natively() {
                        true => Answers::Call(call.id),
                        false => Answers::Text(Some(call)),
                    };
                    acted
                        .observations
                        .push(self.observed(answers, observation)?);
                }
            }
        }
        Ok(acted)
    }

    /// What comes of a call.
    fn serve(&mut self, call: &Call, is_cut: bool) -> Result<Called, AgentError> {
        let has_plan = self.environment.plan.is_some();
        let text = match self.agent.strategy.too_early(call, has_plan) {
            Some(problem) => self.correction(&problem, is_cut)?,
            None if call.arguments.is_object() => {
                return Ok(self.agent.tools.call(call, self.environment)?);
            }
            None => self.agent.prompts.malformed(&call.tool, is_cut)?,
        };
        Ok(Called::Observation(Observation::invalid(text)))
    }

    fn calls_natively(&self) -> bool {
        let Agent {
            strategy,
            interaction,
            ..
        } = &self.agent;
        strategy.fields().is_none() && *interaction == Interaction::Dynamic
    }

    fn correction(&self, problem: &Problem, is_cut: bool) -> Result<String, AgentError> {
        let Agent {
            prompts,
            strategy,
            interaction,
            ..
        } = &self.agent;
        Ok(match interaction {
            Interaction::Dynamic => prompts.correction(*strategy, problem, is_cut)?,
            Interaction::Fixed => prompts.fixed_correction(problem, is_cut)?,
        })
    }

    fn observed(
        &mut self,
        answers: Answers,
        observation: Observation,
    ) -> Result<Observed, AgentError> {
        let outcome = observation.outcome.as_ref();
        let (call, read) = match answers {
            Answers::Call(id) => (Some(id), None),
            Answers::Text(read) => (None, read),
        };
        Ok(Observed {
            call,
            read,
            text: observation.text,
            exit: outcome.map(|outcome| outcome.exit.kind().to_owned()),
            fuel: outcome.map(|outcome| outcome.fuel_used),
            python: self.environment.new_python(),
            digest: outcome.map(|outcome| outcome.digest().to_string()),
            tree: self.tree()?,
        })
    }

    /// The hash of the repository as it stands.
    fn tree(&mut self) -> Result<String, AgentError> {
        let tree = self.environment.tree().map_err(AgentError::Hash)?;
        self.recorder.left(&tree);
        Ok(tree.hash().map_err(AgentError::Hash)?.to_string())
    }
}
