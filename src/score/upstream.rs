//! AutoExperiment's own rule, so that figures can be compared with its.
//!
//! An experiment is right if the mean of |gold − reported| / |gold| over the numbers reported for it
//! is at most 0.05, where a value that is missing counts 1. Of a list as much is compared as was
//! reported. The predecessor divides by gold as it is, so that a negative one lets everything pass;
//! its data has none, and here |gold| is meant.

use serde_json::Value;

use crate::task::{Experiment, Gold};

const MOST: f64 = 0.05;

/// Whether an answer passes by AutoExperiment's rule.
pub fn upstream_pass(experiments: &[&Experiment], answer: &Value) -> bool {
    experiments.iter().all(|experiment| {
        answer
            .get(&experiment.id)
            .and_then(|report| loss(experiment, report))
            .is_some_and(|loss| loss <= MOST)
    })
}

/// The mean over the leaves; nothing where a value can't be compared at all.
fn loss(experiment: &Experiment, report: &Value) -> Option<f64> {
    let mut losses = Vec::new();
    for metric in &experiment.metrics {
        match report.get(&metric.name) {
            Some(value) => leaves(&metric.gold, value, &mut losses)?,
            None => losses.push(1.0),
        }
    }
    Some(losses.iter().sum::<f64>() / losses.len() as f64)
}

fn leaves(gold: &Gold, value: &Value, losses: &mut Vec<f64>) -> Option<()> {
    match (gold, value) {
        (Gold::Number(gold), Value::Number(number)) if *gold != 0.0 => {
            losses.push((gold - number.as_f64()?).abs() / gold.abs());
            Some(())
        }
        (gold @ Gold::Number(_), Value::String(text)) => {
            match text.trim().parse::<f64>().ok().and_then(number) {
                Some(number) => leaves(gold, &number, losses),
                None => {
                    losses.push(1.0);
                    Some(())
                }
            }
        }
        (Gold::List(golds), Value::Array(values)) if values.len() <= golds.len() => {
            let mut pairs = golds.iter().zip(values);
            pairs.try_for_each(|(gold, value)| leaves(gold, value, losses))
        }
        _ => None,
    }
}

fn number(number: f64) -> Option<Value> {
    serde_json::Number::from_f64(number).map(Value::Number)
}
