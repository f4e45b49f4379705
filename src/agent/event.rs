//! What is recorded of an attempt while it goes on.
//!
//! Everything but what stands under `measured` follows from the task, the settings and the
//! model's replies, and is the same each time.

use std::io;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::model::{Message, Reply, ToolSpec};

/// One line of a trajectory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The first messages and the tools on offer.
    Started {
        messages: Vec<Message>,
        tools: Vec<ToolSpec>,
    },
    /// One reply of the model and what came of it.
    Step {
        /// From 1.
        step: u32,
        reply: Reply,
        /// One for each call of the reply, in order; one without a call where it had none.
        observations: Vec<Observed>,
        measured: StepTime,
    },
    /// The end; always the last line.
    Ended { ending: Ending },
}

/// What the model was shown after a call, and what lies behind it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Observed {
    /// The call's id; none where the reply had no call to answer.
    pub call: Option<String>,
    /// As shown.
    pub text: String,
    /// How the run ended, where there was one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub exit: Option<String>,
    /// Fuel the run used.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub fuel: Option<u64>,
    /// The digest of the run's outcome.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub digest: Option<String>,
    /// The hash of the repository after the call.
    pub tree: String,
}

/// Milliseconds that a step took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StepTime {
    pub model_ms: u64,
    pub tools_ms: u64,
}

/// Why an attempt was over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Ending {
    /// The agent gave its final answer.
    Answered { answer: Value },
    /// It had as many steps as it may.
    OutOfSteps { steps: u32 },
    /// Its replies held no valid call so many times in a row.
    NoValidCall { replies: u32 },
    /// The model gave no reply: no failure of the agent's.
    ModelFailed { reason: String },
}

/// Where events go as they happen.
pub trait Recorder {
    fn record(&mut self, event: &Event) -> io::Result<()>;
}

impl Recorder for Vec<Event> {
    fn record(&mut self, event: &Event) -> io::Result<()> {
        self.push(event.clone());
        Ok(())
    }
}
