//! What came of a trial.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::agent::Ending;
use crate::score::{Judgement, Reason};

/// `outcome.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrialOutcome {
    pub format: u32,
    /// Whether every reported value is within tolerance.
    pub pass: bool,
    /// Why not, in a word.
    pub failure: Option<Failure>,
    /// How the attempt was over.
    pub ending: Ending,
    /// What was reported, experiment by experiment and metric by metric, beside the gold.
    pub judgement: Judgement,
    /// Replies the model gave.
    pub steps: u32,
    /// Fuel that all runs used together.
    pub fuel: u64,
    /// The most memory that any run had.
    pub peak_memory_bytes: u64,
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

/// Why a trial did not pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// All that was asked for was reported, and some of it is out of tolerance.
    WrongNumber,
    /// Nothing was reported.
    NoAnswer,
    /// Something asked for is missing, something else was reported, or a value is no number.
    MalformedAnswer,
    OutOfSteps,
    /// The model went on without calling a tool.
    NoValidCall,
    /// The model gave no reply: no failure of the agent's.
    ProviderError,
}

impl Failure {
    pub fn name(self) -> &'static str {
        match self {
            Failure::WrongNumber => "wrong number",
            Failure::NoAnswer => "no answer",
            Failure::MalformedAnswer => "malformed answer",
            Failure::OutOfSteps => "out of steps",
            Failure::NoValidCall => "no valid call",
            Failure::ProviderError => "provider error",
        }
    }

    pub(super) fn of(ending: &Ending, judgement: &Judgement) -> Option<Failure> {
        match ending {
            Ending::OutOfSteps { .. } => Some(Failure::OutOfSteps),
            Ending::NoValidCall { .. } => Some(Failure::NoValidCall),
            Ending::ModelFailed { .. } => Some(Failure::ProviderError),
            Ending::Answered { .. } if judgement.pass => None,
            Ending::Answered { answer }
                if answer.as_object().is_some_and(|answer| answer.is_empty()) =>
            {
                Some(Failure::NoAnswer)
            }
            Ending::Answered { .. } => {
                let metrics = judgement
                    .experiments
                    .iter()
                    .flat_map(|experiment| &experiment.metrics);
                let all_numbers = metrics
                    .filter_map(|metric| metric.reason.as_ref())
                    .all(|reason| matches!(reason, Reason::OutOfTolerance { .. }));
                let extra = !judgement.extra.is_empty()
                    || judgement
                        .experiments
                        .iter()
                        .any(|experiment| !experiment.extra.is_empty());
                Some(if all_numbers && !extra {
                    Failure::WrongNumber
                } else {
                    Failure::MalformedAnswer
                })
            }
        }
    }
}

/// The answer to judge: what was submitted, or nothing.
pub(super) fn answer(ending: &Ending) -> Value {
    match ending {
        Ending::Answered { answer } => answer.clone(),
        _ => Value::Object(Default::default()),
    }
}
