//! How a model goes from step to step, and how its replies are read.
//!
//! Each has a folder of prompts. Some have the model call tools through its provider's protocol, the
//! others have it write the call into its text, where [`form`](super::form) finds it.

use serde::{Deserialize, Serialize};

use super::form::{self, Problem};
use super::tools::{Tools, WRITE_PLAN};
use crate::model::{Call, Reply};

#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    clap::ValueEnum,
)]
#[serde(rename_all = "kebab-case")]
pub enum Strategy {
    /// Tools are called by the provider's protocol; a reply may have several calls
    #[default]
    Native,
    /// A thought and exactly one call, as text
    React,
    /// A plan first, which is kept in sight and revised; tools are called as with `native`
    Plan,
    /// AutoExperiment's four fields (reflection, research plan and status, fact check, thought) and
    /// exactly one call, as text
    FourField,
    /// Up to three tries, each from the start and with what was learned in those before; tools are
    /// called as with `native`
    Reflexion,
}

/// Whether a model hears what comes of what it does.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    clap::ValueEnum,
)]
#[serde(rename_all = "kebab-case")]
pub enum Interaction {
    /// It works in the repository, step by step
    #[default]
    Dynamic,
    /// It is shown paper and code, and writes all functions in one reply; they are put in, the
    /// experiments run and the numbers read, and it hears nothing of it
    Fixed,
}

impl Strategy {
    /// The folder of its prompts.
    pub(super) fn style(self) -> &'static str {
        match self {
            Strategy::Native | Strategy::Reflexion => "native",
            Strategy::React => "react",
            Strategy::Plan => "plan",
            Strategy::FourField => "four_field",
        }
    }

    /// The fields that a reply must have before its call; none where the provider's protocol
    /// carries the calls.
    pub(super) fn fields(self) -> Option<&'static [&'static str]> {
        match self {
            Strategy::Native | Strategy::Plan | Strategy::Reflexion => None,
            Strategy::React => Some(&["Thought"]),
            Strategy::FourField => Some(&[
                "Reflection",
                "Research Plan and Status",
                "Fact Check",
                "Thought",
            ]),
        }
    }

    /// The tools of a set as they are with this strategy.
    pub fn tools(self, set: Tools) -> super::ToolSet {
        super::ToolSet::of(set, self == Strategy::Plan)
    }

    /// The calls in the reply of a step.
    pub(super) fn read(self, reply: &Reply, step: u32) -> Result<Vec<Call>, Problem> {
        match self.fields() {
            Some(fields) => {
                let mut call = form::read(&reply.text, fields)?;
                call.id = call_id(step);
                Ok(vec![call])
            }
            None if reply.calls.is_empty() => Err(Problem::NoCall),
            None => Ok(reply.calls.clone()),
        }
    }

    /// Why a call can't be served yet, whatever it is.
    pub(super) fn too_early(self, call: &Call, has_plan: bool) -> Option<Problem> {
        let is_late = self != Strategy::Plan || has_plan;
        let may_come_first = [WRITE_PLAN, "final_answer"].contains(&call.tool.as_str());
        (!is_late && !may_come_first).then_some(Problem::NoPlan)
    }
}

/// What a call is named that was read from a step's text.
pub(super) fn call_id(step: u32) -> String {
    format!("call-{step}")
}
