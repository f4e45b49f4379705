//! An answer against the golds.
//!
//! A number passes if |reported − gold| ≤ max(atol, rtol · |gold|); a metric passes if each of
//! its numbers does, an experiment if each of its metrics does, an answer if each of the
//! experiments does. What is missing, more than asked for, or of another shape never passes.
//!
//! The predecessor divided by gold, not |gold|, so a negative gold would have let every number
//! pass; took the mean over all numbers, so one could be 90 % wrong; and compared lists only as
//! far as the answer's went, so an empty one passed.

use std::borrow::Borrow;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::{
    python_json::is_non_finite,
    reason::{JsonKind, Place, Reason},
};
use crate::task::{Experiment, Gold, Metric};

/// What becomes of an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    /// Whether every experiment passes and there is nothing more.
    pub pass: bool,
    /// Why the answer as a whole doesn't pass, if it doesn't.
    pub reason: Option<Reason>,
    /// One for each experiment of the task, in its order.
    pub experiments: Vec<ExperimentJudgement>,
    /// Names in the answer that are no experiments, sorted.
    pub extra: Vec<String>,
}

/// What becomes of an experiment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExperimentJudgement {
    /// The experiment's id.
    pub id: String,
    /// Whether every metric passes and there is nothing more.
    pub pass: bool,
    /// Why the experiment as a whole doesn't pass, if it doesn't.
    pub reason: Option<Reason>,
    /// One for each metric of the experiment, in its order.
    pub metrics: Vec<MetricJudgement>,
    /// Names in the report that are no metrics, sorted.
    pub extra: Vec<String>,
}

/// What becomes of a metric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricJudgement {
    /// The metric's name.
    pub name: String,
    /// What is reported, if anything is; a null that is reported is there.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present"
    )]
    pub reported: Option<Value>,
    /// What it ought to be.
    pub gold: Gold,
    /// The largest |reported − gold| / |gold| among the numbers. None where the shapes differ,
    /// where a gold is 0 and the number isn't, and where it is beyond a 64-bit float.
    pub relative_error: Option<f64>,
    /// Whether every number is within the tolerance.
    pub pass: bool,
    /// Why not, if not.
    pub reason: Option<Reason>,
}

/// Judges an answer: `{"<experiment>": {"<metric>": value, …}, …}`.
pub fn judge<E: Borrow<Experiment>>(experiments: &[E], answer: &Value) -> Judgement {
    let experiments = || experiments.iter().map(Borrow::borrow);
    let reported = Reported::new(Some(answer));
    let judged: Vec<_> = experiments()
        .map(|experiment| judge_experiment(experiment, reported.get(&experiment.id)))
        .collect();
    let extra = reported.others(experiments().map(|experiment| experiment.id.as_str()));
    let reason = reported.reason(&extra);
    Judgement {
        pass: reason.is_none() && judged.iter().all(|experiment| experiment.pass),
        reason,
        experiments: judged,
        extra,
    }
}

fn judge_experiment(experiment: &Experiment, report: Option<&Value>) -> ExperimentJudgement {
    let reported = Reported::new(report);
    let judged: Vec<_> = experiment
        .metrics
        .iter()
        .map(|metric| judge_metric(metric, reported.get(&metric.name)))
        .collect();
    let extra = reported.others(experiment.metrics.iter().map(|metric| metric.name.as_str()));
    let reason = reported.reason(&extra);
    ExperimentJudgement {
        id: experiment.id.clone(),
        pass: reason.is_none() && judged.iter().all(|metric| metric.pass),
        reason,
        metrics: judged,
        extra,
    }
}

fn judge_metric(metric: &Metric, reported: Option<&Value>) -> MetricJudgement {
    let compared = match reported {
        None => Err(Reason::Missing),
        Some(value) => {
            let mut pairs = Vec::new();
            pair(&metric.gold, value, &Place::default(), &mut pairs).map(|()| pairs)
        }
    };
    let (relative_error, reason) = match compared {
        Err(reason) => (None, Some(reason)),
        Ok(pairs) => (
            pairs.iter().try_fold(0.0, |largest, pair| {
                Some(pair.relative_error()?.max(largest))
            }),
            pairs.iter().find_map(|pair| pair.out_of_tolerance(metric)),
        ),
    };
    MetricJudgement {
        name: metric.name.clone(),
        reported: reported.cloned(),
        gold: metric.gold.clone(),
        relative_error,
        pass: reason.is_none(),
        reason,
    }
}

/// What should be an object, and why it is none.
enum Reported<'v> {
    Object(&'v Map<String, Value>),
    Not(Reason),
}

impl<'v> Reported<'v> {
    fn new(value: Option<&'v Value>) -> Self {
        match value {
            None => Reported::Not(Reason::Missing),
            Some(Value::Object(object)) => Reported::Object(object),
            Some(other) => Reported::Not(Reason::NotAnObject {
                found: JsonKind::of(other),
            }),
        }
    }

    fn get(&self, name: &str) -> Option<&'v Value> {
        match self {
            Reported::Object(object) => object.get(name),
            Reported::Not(_) => None,
        }
    }

    /// The names in it that aren't known, sorted.
    fn others<'n>(&self, known: impl Iterator<Item = &'n str> + Clone) -> Vec<String> {
        let Reported::Object(object) = self else {
            return Vec::new();
        };
        let mut others: Vec<String> = object
            .keys()
            .filter(|name| !known.clone().any(|known| known == *name))
            .cloned()
            .collect();
        others.sort_unstable();
        others
    }

    fn reason(self, extra: &[String]) -> Option<Reason> {
        match self {
            Reported::Not(reason) => Some(reason),
            Reported::Object(_) => (!extra.is_empty()).then_some(Reason::Extra),
        }
    }
}

/// A number reported and the gold for it.
struct Pair {
    at: Place,
    gold: f64,
    reported: f64,
}

impl Pair {
    fn relative_error(&self) -> Option<f64> {
        let difference = (self.reported - self.gold).abs();
        if difference == 0.0 {
            return Some(0.0);
        }
        Some(difference / self.gold.abs()).filter(|error| error.is_finite())
    }

    fn out_of_tolerance(&self, metric: &Metric) -> Option<Reason> {
        let allowed = metric.atol.max(metric.rtol * self.gold.abs());
        let within = (self.reported - self.gold).abs() <= allowed;
        (!within).then(|| Reason::OutOfTolerance {
            at: self.at.clone(),
            reported: self.reported,
            gold: self.gold,
            allowed,
        })
    }
}

/// Pairs each number of gold with the one reported in its place.
fn pair(gold: &Gold, value: &Value, at: &Place, pairs: &mut Vec<Pair>) -> Result<(), Reason> {
    let wrong_type = |expected| Reason::WrongType {
        at: at.clone(),
        found: JsonKind::of(value),
        expected,
    };
    match (gold, value) {
        (Gold::Number(_), value) if is_non_finite(value) => {
            Err(Reason::NotFinite { at: at.clone() })
        }
        (&Gold::Number(gold), Value::Number(number)) => {
            let reported = number.as_f64().filter(|number| number.is_finite());
            let reported = reported.ok_or_else(|| Reason::NotFinite { at: at.clone() })?;
            let at = at.clone();
            pairs.push(Pair { at, gold, reported });
            Ok(())
        }
        (Gold::Number(_), _) => Err(wrong_type(JsonKind::Number)),
        (Gold::List(golds), Value::Array(values)) if golds.len() == values.len() => {
            let mut items = golds.iter().zip(values).enumerate();
            items.try_for_each(|(index, (gold, value))| {
                let mut inner = at.clone();
                inner.0.push(index);
                pair(gold, value, &inner, pairs)
            })
        }
        (Gold::List(golds), Value::Array(values)) => Err(Reason::WrongLength {
            at: at.clone(),
            found: values.len(),
            expected: golds.len(),
        }),
        (Gold::List(_), _) => Err(wrong_type(JsonKind::List)),
    }
}

/// A field that is there, be it null.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests;
