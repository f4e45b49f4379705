//! What an agent can call.
//!
//! A tool has a schema, checks its arguments strictly, and gives an [`Observation`] whatever
//! happens: a mistake of the model is text that it can act on.
//!
//! - `files.rs`, `editor.rs`, `shell.rs`, `asked.rs`, `memo.rs`, `plan.rs`, `final_answer.rs`: the tools
//! - `path.rs`: where a path leads; `show.rs`: how what came of a call is shown

mod asked;
mod editor;
mod files;
mod final_answer;
mod memo;
mod path;
mod plan;
mod shell;
mod show;

use self::path::path_in;
pub(super) use self::plan::WRITE_PLAN;

use std::fmt;

use serde::de::{DeserializeOwned, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};

use super::environment::Environment;
use super::fixed::{Apply, WriteFunctions};
use crate::model::{Call, ToolSpec};
use crate::sandbox::{Outcome, SandboxError};

/// The sets of tools, by name.
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
#[serde(rename_all = "lowercase")]
pub enum Tools {
    /// Tools for files, scripts and commands, and a memo: AutoExperiment's
    #[default]
    Aci,
    /// bash alone
    Bash,
    /// bash, and a tool that edits files
    Editor,
}

/// What a call came to.
pub(super) enum Called {
    /// The loop goes on with this.
    Observation(Observation),
    /// The attempt is over with this answer.
    Answer(Value),
    /// Likewise, with what was done for it, which the model isn't shown.
    Finished(Observation, Value),
}

/// What the model is shown, and the run behind it, if there was one.
pub(super) struct Observation {
    pub text: String,
    pub outcome: Option<Box<Outcome>>,
    /// Whether the call was one that this tool set can't serve at all.
    pub invalid: bool,
}

impl Observation {
    /// What is said of a call that isn't served at all.
    pub fn invalid(text: String) -> Observation {
        Observation {
            text,
            outcome: None,
            invalid: true,
        }
    }
}

/// Why a call was not served.
pub(super) enum Refused {
    /// What it asks for can't be had: text that the model can act on.
    Mistake(String),
    /// It is no call of this tool at all: likewise, but it counts as no valid call.
    Invalid(String),
    /// Our own failure.
    Sandbox(Box<SandboxError>),
}

impl From<SandboxError> for Refused {
    fn from(error: SandboxError) -> Refused {
        Refused::Sandbox(Box::new(error))
    }
}

/// An observation that is text alone.
fn said(text: impl Into<String>) -> Called {
    Called::Observation(Observation {
        text: text.into(),
        outcome: None,
        invalid: false,
    })
}

pub(super) trait Tool: Send + Sync {
    fn spec(&self) -> ToolSpec;

    fn call(&self, arguments: &Value, environment: &mut Environment<'_>)
    -> Result<Called, Refused>;
}

/// The tools of an attempt.
pub struct ToolSet(Vec<(ToolSpec, Box<dyn Tool>)>);

impl ToolSet {
    /// The tools of a set; the final answer is in each. With one for a plan, if that is wanted.
    pub(super) fn of(set: Tools, with_plan: bool) -> ToolSet {
        let mut tools: Vec<Box<dyn Tool>> = match set {
            Tools::Aci => vec![
                Box::new(files::ListFiles),
                Box::new(files::ReadFile),
                Box::new(files::InspectFileLines),
                Box::new(files::WriteFile),
                Box::new(files::AppendFile),
                Box::new(asked::EditFile),
                Box::new(asked::UnderstandFile),
                Box::new(files::CopyFile),
                Box::new(files::MoveFile),
                Box::new(files::ChangeDirectory),
                Box::new(shell::ExecutePythonScript),
                Box::new(shell::ExecuteBashScript),
                Box::new(shell::Bash("command_line")),
                Box::new(memo::WriteMemo),
                Box::new(memo::RetrieveMemo),
                Box::new(final_answer::FinalAnswer),
            ],
            Tools::Bash => vec![
                Box::new(shell::Bash("bash")),
                Box::new(final_answer::FinalAnswer),
            ],
            Tools::Editor => vec![
                Box::new(shell::Bash("bash")),
                Box::new(editor::Editor),
                Box::new(final_answer::FinalAnswer),
            ],
        };
        if with_plan {
            tools.insert(0, Box::new(plan::WritePlan));
        }
        ToolSet(tools.into_iter().map(|tool| (tool.spec(), tool)).collect())
    }

    /// The tool alone that a reply comes to which has all bodies.
    pub fn fixed(apply: Box<dyn Apply>) -> ToolSet {
        let tool: Box<dyn Tool> = Box::new(WriteFunctions(apply));
        ToolSet(vec![(tool.spec(), tool)])
    }

    pub fn specs(&self) -> Vec<ToolSpec> {
        self.0.iter().map(|(spec, _)| spec.clone()).collect()
    }

    /// Serves a call. Fails only where the sandbox does.
    pub(super) fn call(
        &self,
        call: &Call,
        environment: &mut Environment<'_>,
    ) -> Result<Called, Box<SandboxError>> {
        let served = match self.0.iter().find(|(spec, _)| spec.name == call.tool) {
            Some((_, tool)) => tool.call(&call.arguments, environment),
            None => Err(self.unknown(&call.tool)),
        };
        let (text, invalid) = match served {
            Ok(called) => return Ok(called),
            Err(Refused::Sandbox(error)) => return Err(error),
            Err(Refused::Mistake(text)) => (text, false),
            Err(Refused::Invalid(text)) => (text, true),
        };
        Ok(Called::Observation(Observation {
            text: format!("error: {}: {text}", call.tool),
            outcome: None,
            invalid,
        }))
    }

    fn unknown(&self, tool: &str) -> Refused {
        let known: Vec<&str> = self.0.iter().map(|(spec, _)| spec.name.as_str()).collect();
        Refused::Invalid(format!(
            "there is no tool {tool:?}; there are: {}",
            known.join(", ")
        ))
    }
}

/// The arguments as a tool wants them.
pub(super) fn arguments<T: DeserializeOwned>(arguments: &Value) -> Result<T, Refused> {
    T::deserialize(arguments).map_err(|error| Refused::Invalid(error.to_string()))
}

/// A whole number, as JSON schemas have it: `2.0` is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Whole(i64);

impl Whole {
    /// A line's number; 0, where there is none, for all below.
    pub fn line(self) -> usize {
        usize::try_from(self.0).unwrap_or(0)
    }

    /// Likewise, but the last line that there could be for all below.
    pub fn last_line(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX - 1)
    }
}

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Whole, D::Error> {
        struct Number;
        impl Visitor<'_> for Number {
            type Value = Whole;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number")
            }

            fn visit_i64<E>(self, number: i64) -> Result<Whole, E> {
                Ok(Whole(number))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Whole, E> {
                Ok(Whole(i64::try_from(number).unwrap_or(i64::MAX)))
            }

            fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Whole, E> {
                match number.fract() == 0.0 {
                    true => Ok(Whole(number as i64)),
                    false => Err(E::invalid_value(
                        serde::de::Unexpected::Float(number),
                        &self,
                    )),
                }
            }
        }
        deserializer.deserialize_any(Number)
    }
}

/// A tool with an object of arguments, those of them that must be there, and no others.
fn spec(name: &str, description: &str, properties: Value, required: &[&str]) -> ToolSpec {
    ToolSpec {
        name: name.to_owned(),
        description: description.to_owned(),
        parameters: json!({
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": false
        }),
    }
}
