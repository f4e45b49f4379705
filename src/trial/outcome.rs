//! What came of a trial.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::debugging::Debugging;
use crate::agent::Ending;
use crate::model::Usage;
use crate::score::{Failure, Score};

/// `outcome.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrialOutcome {
    pub format: u32,
    #[serde(flatten)]
    pub score: Score,
    /// How the attempt was over.
    pub ending: Ending,
    /// Replies the model gave.
    pub steps: u32,
    /// Replies that were answered with a correction: without a call, or with an invalid one.
    pub corrections: u32,
    /// Tokens of all replies; none where one of them didn't say.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub usage: Option<Usage>,
    /// What all replies cost; none where the price of one isn't known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cost_usd: Option<f64>,
    /// Fuel that all runs of the agent's used together.
    pub fuel: u64,
    /// The most memory that any run had.
    pub peak_memory_bytes: u64,
    /// What became of the first run of an experiment.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub debugging: Option<Debugging>,
    /// The hash of the repository at the end.
    pub tree: String,
    /// The hash of the memory image that the runs started from; none in records from before it
    /// was kept.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub image: Option<String>,
    pub measured: Measured,
}

/// What differs from one time to the next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// When it began, in seconds since 1970.
    pub started: u64,
    /// How long it took, in milliseconds.
    pub elapsed_ms: u64,
    /// Runs that weren't made, since what they come to was known from earlier ones.
    #[serde(default)]
    pub reused_runs: u32,
}

/// Why an attempt that ended so isn't verified, whatever was scored.
pub(super) fn failure(ending: &Ending) -> Option<Failure> {
    match ending {
        Ending::OutOfSteps { .. } => Some(Failure::OutOfSteps),
        Ending::OutOfTokens { .. } => Some(Failure::OutOfTokens),
        Ending::OutOfDollars { .. } => Some(Failure::OutOfDollars),
        Ending::OutOfFuel { .. } => Some(Failure::OutOfFuel),
        Ending::OutOfTime => Some(Failure::OutOfTime),
        Ending::Refused { .. } => Some(Failure::Refused),
        Ending::NoValidCall { .. } => Some(Failure::NoValidCall),
        Ending::ModelFailed { .. } => Some(Failure::ModelFailed),
        Ending::Answered { .. } => None,
    }
}

/// The answer to score: what was submitted, or nothing.
pub(super) fn answer(ending: &Ending) -> Value {
    match ending {
        Ending::Answered { answer } => answer.clone(),
        _ => Value::Object(Default::default()),
    }
}
