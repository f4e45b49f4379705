//! The scores of trials, and what those of a log come to together.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::score::Score;
use crate::trial::{TrialOutcome, TrialSpec};

/// The scores, the headline first.
pub const SCORES: [&str; 7] = [
    "verified",
    "pass",
    "upstream_pass",
    "grounded",
    "transplanted",
    "functions_right",
    "experiments_right",
];

/// A trial's scores by name. What isn't known, or doesn't apply, isn't there.
pub fn scores(spec: &TrialSpec, outcome: &TrialOutcome) -> Map<String, Value> {
    let score = &outcome.score;
    let answer = super::sample::reported(outcome);
    let mut told = Map::new();
    for (name, holds, behind) in [
        (
            "verified",
            score.verified,
            json!({"failure": score.failure}),
        ),
        (
            "pass",
            Some(score.pass),
            json!({"judgement": score.judgement}),
        ),
        ("upstream_pass", Some(score.upstream_pass), Value::Null),
        ("grounded", score.grounded, json!({"runs": score.runs})),
        (
            "transplanted",
            score.transplanted,
            json!({"runs": score.transplanted_runs}),
        ),
    ] {
        let Some(holds) = holds else { continue };
        let reason = score.reasons.get(name).cloned();
        told.insert(
            name.to_owned(),
            json!({
                "value": if holds { "C" } else { "I" },
                "answer": answer,
                "explanation": explained(score, name, holds, reason),
                "metadata": behind,
            }),
        );
    }
    let experiments = &score.judgement.experiments;
    let right = experiments.iter().filter(|it| it.pass).count();
    if let Some(share) = share(right, experiments.len()) {
        told.insert("experiments_right".to_owned(), json!({"value": share}));
    }
    let functions = &score.functions;
    let right = functions.iter().filter(|it| it.right == Some(true)).count();
    let share = share(right, functions.len()).filter(|_| functions.len() == spec.n);
    if let Some(share) = share {
        told.insert(
            "functions_right".to_owned(),
            json!({
                "value": share,
                "metadata": {"functions": functions},
            }),
        );
    }
    told
}

/// Why a score is as it is, where that is known.
fn explained(score: &Score, name: &str, holds: bool, reason: Option<String>) -> Option<String> {
    let failure = score.failure.filter(|_| name == "verified" && !holds);
    let failure = failure.map(|failure| failure.name().to_owned());
    let all: Vec<String> = failure.into_iter().chain(reason).collect();
    (!all.is_empty()).then(|| all.join(": "))
}

fn share(part: usize, of: usize) -> Option<f64> {
    (of > 0).then(|| part as f64 / of as f64)
}

/// A score's values of each sample, one for an epoch.
type Values = BTreeMap<String, Vec<f64>>;

/// The scores of a log's samples.
#[derive(Default)]
pub struct Totals(BTreeMap<&'static str, Values>);

impl Totals {
    pub fn add(&mut self, sample: &str, scores: &Map<String, Value>) {
        for name in SCORES {
            let Some(value) = scores.get(name).and_then(|it| number(&it["value"])) else {
                continue;
            };
            let values = self.0.entry(name).or_default();
            values.entry(sample.to_owned()).or_default().push(value);
        }
    }

    /// Of each score, the mean over samples of the mean over their epochs, and its standard error,
    /// as Inspect's `accuracy` and `stderr` are of its reducer `mean`.
    pub fn results(&self, samples: usize) -> Vec<Value> {
        let known = SCORES
            .iter()
            .filter_map(|name| Some((name, self.0.get(name)?)));
        let result = |(name, values): (&&str, &Values)| {
            let means: Vec<f64> = values.values().map(|values| mean(values)).collect();
            let scored: usize = values.values().map(Vec::len).sum();
            let metric = |name, value| json!({"name": name, "value": value, "params": {}});
            json!({
                "name": name,
                "scorer": name,
                "scored_samples": means.len(),
                "unscored_samples": 0,
                "params": {},
                "metadata": {"trials_scored": scored, "trials_without": samples - scored},
                "metrics": {
                    "accuracy": metric("accuracy", mean(&means)),
                    "stderr": metric("stderr", standard_error(&means)),
                },
            })
        };
        known.map(result).collect()
    }

    pub fn reductions(&self) -> Vec<Value> {
        let known = SCORES
            .iter()
            .filter_map(|name| Some((name, self.0.get(name)?)));
        let reduction = |(name, values): (&&str, &Values)| {
            let samples = values
                .iter()
                .map(|(sample, values)| json!({"sample_id": sample, "value": mean(values)}));
            json!({"scorer": name, "reducer": "mean", "samples": samples.collect::<Vec<_>>()})
        };
        known.map(reduction).collect()
    }

    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        SCORES.into_iter().filter(|name| self.0.contains_key(name))
    }
}

fn number(value: &Value) -> Option<f64> {
    match value.as_str() {
        Some("C") => Some(1.0),
        Some(_) => Some(0.0),
        None => value.as_f64(),
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

fn standard_error(values: &[f64]) -> f64 {
    if values.len() < 2 {
        return 0.0;
    }
    let (count, mean) = (values.len() as f64, mean(values));
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (squares / (count - 1.0) / count).sqrt()
}
