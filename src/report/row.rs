//! One line for each experiment of each trial.

use serde::Serialize;
use serde_json::Value;

use crate::task::Gold;
use crate::trial::{TrialOutcome, TrialSpec};

/// What came of one experiment in one trial.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    pub trial: String,
    pub paper: String,
    pub task: String,
    pub experiment: String,
    pub n: usize,
    /// The masked functions, as `file::name`.
    pub masked: Vec<String>,
    pub model: String,
    pub attempt: u32,
    pub metrics: Vec<Metric>,
    /// Whether the experiment's values are all within tolerance.
    pub pass: bool,
    /// Whether the trial is grounded, transplanted, and, with a pass, verified; none where that
    /// isn't known.
    pub trial_grounded: Option<bool>,
    pub trial_transplanted: Option<bool>,
    pub trial_verified: Option<bool>,
    /// How many of the masked functions do what the reference's do, call by call; none where their
    /// bodies can't be carried over.
    pub trial_functions_right: Option<usize>,
    /// Why the trial isn't verified, if it isn't.
    pub failure: Option<&'static str>,
    /// Tokens and dollars of all replies of the trial; none where they aren't known.
    pub trial_tokens: Option<u64>,
    pub trial_cost_usd: Option<f64>,
    /// Whether the first run of an experiment crashed; none where none was run. Whether a later one
    /// ended well; none where the first did.
    pub trial_first_run_crashed: Option<bool>,
    pub trial_recovered: Option<bool>,
    /// Fuel of the whole trial.
    pub trial_fuel: u64,
    /// Milliseconds that the whole trial took.
    pub trial_elapsed_ms: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Metric {
    pub name: String,
    pub reported: Option<Value>,
    pub gold: Gold,
    pub relative_error: Option<f64>,
    pub pass: bool,
    /// Why the value does not pass, in words.
    pub reason: Option<String>,
}

/// The rows of one finished trial.
pub fn rows(spec: &TrialSpec, outcome: &TrialOutcome) -> Vec<Row> {
    outcome
        .score
        .judgement
        .experiments
        .iter()
        .map(|experiment| Row {
            trial: spec.id().to_string(),
            paper: spec.paper.to_string(),
            task: spec.task.to_string(),
            experiment: experiment.id.clone(),
            n: spec.n,
            masked: spec.masked.clone(),
            model: spec.model.to_string(),
            attempt: spec.attempt,
            metrics: experiment
                .metrics
                .iter()
                .map(|metric| Metric {
                    name: metric.name.clone(),
                    reported: metric.reported.clone(),
                    gold: metric.gold.clone(),
                    relative_error: metric.relative_error,
                    pass: metric.pass,
                    reason: metric.reason.as_ref().map(ToString::to_string),
                })
                .collect(),
            pass: experiment.pass,
            trial_grounded: outcome.score.grounded,
            trial_transplanted: outcome.score.transplanted,
            trial_verified: outcome.score.verified,
            trial_functions_right: functions_right(spec, outcome),
            failure: outcome.score.failure.map(|failure| failure.name()),
            trial_tokens: outcome.usage.map(|usage| usage.tokens()),
            trial_cost_usd: outcome.cost_usd,
            trial_first_run_crashed: outcome.debugging.and_then(|it| it.first_crashed),
            trial_recovered: outcome.debugging.and_then(|it| it.recovered),
            trial_fuel: outcome.fuel,
            trial_elapsed_ms: outcome.measured.elapsed_ms,
        })
        .collect()
}

fn functions_right(spec: &TrialSpec, outcome: &TrialOutcome) -> Option<usize> {
    let functions = &outcome.score.functions;
    let right = functions.iter().filter(|found| found.right == Some(true));
    (functions.len() == spec.n).then(|| right.count())
}
