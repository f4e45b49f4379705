//! What a report knows of each trial: enough to count and draw, so that ten thousand fit in memory.

use std::collections::BTreeMap;
use std::sync::Arc;

/// Settings by name, as they are written in records; those that were left as they are by default
/// aren't there.
pub type Settings = BTreeMap<String, String>;

/// A finished trial.
#[derive(Clone, Debug)]
pub struct Trial {
    /// The run it is of, by its place in the report.
    pub run: usize,
    pub id: String,
    pub paper: Arc<str>,
    pub task: Arc<str>,
    pub n: usize,
    /// The masked functions, as `file::name`.
    pub masked: Arc<[String]>,
    pub model: Arc<str>,
    pub attempt: u32,
    pub settings: Arc<Settings>,
    pub pass: bool,
    pub upstream_pass: bool,
    pub grounded: Option<bool>,
    pub transplanted: Option<bool>,
    pub verified: Option<bool>,
    /// Why it isn't verified, in a word.
    pub failure: Option<&'static str>,
    /// How many of the masked functions do what the reference's do; none where that isn't known.
    pub functions_right: Option<usize>,
    pub experiments: u32,
    pub experiments_right: u32,
    /// All numbers that were reported, in order; none where something is missing or no number.
    pub reported: Option<Box<[f64]>>,
    /// How sure judges are that the numbers are right, from 0 to 100; none where none was asked.
    pub judged: Option<f64>,
    pub steps: u32,
    pub corrections: u32,
    pub tokens: Option<u64>,
    pub cost_usd: Option<f64>,
    pub fuel: u64,
    pub peak_memory_bytes: u64,
    pub elapsed_ms: u64,
    /// None where it ran none.
    pub runs: Option<Runs>,
}

/// What became of the agent's runs of the experiments.
#[derive(Clone, Copy, Debug)]
pub struct Runs {
    /// Whether the first crashed, and whether a later one ended well.
    pub first_crashed: bool,
    pub recovered: bool,
}

/// A run's folder that is reported on.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Run {
    /// As it was given.
    pub folder: String,
    /// Trials that are begun or planned and have no outcome.
    pub unfinished: usize,
    /// Finished trials of an earlier plan, which don't count.
    pub outdated: usize,
}

/// What one or more runs hold.
#[derive(Clone, Debug, Default)]
pub struct Recorded {
    pub runs: Vec<Run>,
    pub trials: Vec<Trial>,
}
