//! What a report says of its series, as numbers.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::series::Series;
use super::trial::Trial;
use super::verifiers::{Verified, verifiers};
use crate::stats::{
    Clusters, Counted, FEWEST, Independence, Interval, independence, pass_at, pass_hat, wilson,
};

/// Fewer trials, or an interval wider than this, say little.
const FEW_TRIALS: u64 = 20;
const WIDE: f64 = 0.3;

/// A series in numbers.
#[derive(Clone, Debug, Serialize)]
pub struct Analysis {
    pub label: String,
    pub model: String,
    pub settings: BTreeMap<String, String>,
    pub trials: usize,
    pub by_n: Vec<AtN>,
    /// Over all n from 1.
    pub verified: Option<Estimate>,
    pub debugging: Option<Debugging>,
    pub verifiers: Option<Verified>,
    /// Per trial; none where one isn't known.
    pub mean_tokens: Option<f64>,
    pub mean_cost_usd: Option<f64>,
    pub total_cost_usd: Option<f64>,
    pub cost_per_verified_usd: Option<f64>,
}

/// A series' trials with so many functions masked.
#[derive(Clone, Debug, Serialize)]
pub struct AtN {
    pub n: usize,
    pub tasks: usize,
    pub trials: usize,
    pub verified: Option<Estimate>,
    pub pass: Option<Estimate>,
    /// By k, for every k up to the fewest attempts at a task.
    pub pass_at: Vec<Repeated>,
    /// What would come of functions that fail independently; from n = 2.
    pub independence: Option<Independence>,
    /// Trials by why they aren't verified.
    pub failures: BTreeMap<&'static str, usize>,
    /// Of verified trials: quartiles.
    pub fuel: Option<Quartiles>,
    pub steps: Option<Quartiles>,
}

/// How often something holds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// The mean over tasks of the share of their attempts.
    pub rate: f64,
    pub right: u64,
    pub all: u64,
    /// As if trials were independent.
    pub wilson: Interval,
    /// By papers, or by tasks where there is one paper; none where there are no two.
    pub clustered: Option<Interval>,
    /// The smallest that holds both.
    pub interval: Interval,
    /// Whether there is too little to say.
    pub few: bool,
}

#[derive(Clone, Copy, Debug, Serialize)]
pub struct Repeated {
    pub k: u64,
    /// That one of k attempts is verified, and that all are.
    pub any: f64,
    pub all: f64,
}

#[derive(Clone, Copy, Debug, Serialize)]
pub struct Quartiles {
    pub low: f64,
    pub median: f64,
    pub high: f64,
}

/// What becomes of attempts whose first run of an experiment crashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Debugging {
    /// Attempts that ran an experiment.
    pub attempts: usize,
    /// Those whose first run crashed, of these those with a later one that ended well, and those that
    /// are verified.
    pub crashed_first: usize,
    pub recovered: usize,
    pub solved: usize,
}

/// A task's attempts, counted.
struct TaskCount<'a> {
    paper: &'a str,
    masked: &'a [String],
    right: u64,
    all: u64,
}

/// Counts by task what holds of its trials, where it is known.
fn by_task<'a>(trials: &[&'a Trial], holds: fn(&Trial) -> Option<bool>) -> Vec<TaskCount<'a>> {
    let mut tasks: BTreeMap<&str, TaskCount> = BTreeMap::new();
    for trial in trials {
        let Some(right) = holds(trial) else { continue };
        let count = tasks.entry(&trial.task).or_insert(TaskCount {
            paper: &trial.paper,
            masked: &trial.masked,
            right: 0,
            all: 0,
        });
        count.right += u64::from(right);
        count.all += 1;
    }
    tasks.into_values().collect()
}

/// How often something holds of trials; none where it is known of none.
pub fn estimate(trials: &[&Trial], holds: fn(&Trial) -> Option<bool>) -> Option<Estimate> {
    let tasks = by_task(trials, holds);
    let shares: Vec<f64> = tasks
        .iter()
        .map(|task| task.right as f64 / task.all as f64)
        .collect();
    let right = tasks.iter().map(|task| task.right).sum();
    let all = tasks.iter().map(|task| task.all).sum();
    let wilson = wilson(right, all)?;
    let clustered = Clusters::of(tasks.iter().map(|task| task.paper))
        .mean(&shares)
        .map(|interval| interval.within(0.0, 1.0));
    let interval = clustered.map_or(wilson, |clustered| clustered.hull(wilson));
    Some(Estimate {
        rate: shares.iter().sum::<f64>() / shares.len() as f64,
        right,
        all,
        wilson,
        clustered,
        interval,
        few: all < FEW_TRIALS || interval.width() > WIDE,
    })
}

pub fn verified(trial: &Trial) -> Option<bool> {
    trial.verified
}

pub fn passed(trial: &Trial) -> Option<bool> {
    Some(trial.pass)
}

/// All that is said of a series.
pub fn analyse(series: &Series<'_>) -> Analysis {
    let masked: Vec<&Trial> = series
        .trials
        .iter()
        .copied()
        .filter(|it| it.n > 0)
        .collect();
    let tokens = total(&series.trials, |trial| {
        trial.tokens.map(|tokens| tokens as f64)
    });
    let cost = total(&series.trials, |trial| trial.cost_usd);
    let count = series.trials.len() as f64;
    let solved = series
        .trials
        .iter()
        .filter(|it| it.verified == Some(true))
        .count();
    Analysis {
        label: series.label.clone(),
        model: series.model.to_owned(),
        settings: series.settings.clone(),
        trials: series.trials.len(),
        by_n: series.ns().into_iter().map(|n| at_n(series, n)).collect(),
        verified: estimate(&masked, verified),
        debugging: debugging(&masked),
        verifiers: verifiers(&masked),
        mean_tokens: tokens.map(|sum| sum / count),
        mean_cost_usd: cost.map(|sum| sum / count),
        total_cost_usd: cost,
        cost_per_verified_usd: cost.filter(|_| solved > 0).map(|sum| sum / solved as f64),
    }
}

fn at_n(series: &Series<'_>, n: usize) -> AtN {
    let trials: Vec<&Trial> = series
        .trials
        .iter()
        .copied()
        .filter(|it| it.n == n)
        .collect();
    let mut failures = BTreeMap::new();
    for failure in trials.iter().filter_map(|trial| trial.failure) {
        *failures.entry(failure).or_default() += 1;
    }
    let solved: Vec<&Trial> = trials
        .iter()
        .copied()
        .filter(|it| it.verified == Some(true))
        .collect();
    let quartiles_of = |of: fn(&Trial) -> f64| quartiles(solved.iter().map(|it| of(it)).collect());
    let tasks: BTreeSet<&str> = trials.iter().map(|trial| &*trial.task).collect();
    AtN {
        n,
        tasks: tasks.len(),
        trials: trials.len(),
        verified: estimate(&trials, verified),
        pass: estimate(&trials, passed),
        pass_at: repeated(&trials),
        independence: (n > 1)
            .then(|| beside_independence(series, &trials))
            .flatten(),
        failures,
        fuel: quartiles_of(|trial| trial.fuel as f64),
        steps: quartiles_of(|trial| f64::from(trial.steps)),
    }
}

/// pass@k and pass^k, means over tasks.
fn repeated(trials: &[&Trial]) -> Vec<Repeated> {
    let tasks = by_task(trials, verified);
    let most = tasks.iter().map(|task| task.all).min().unwrap_or(0);
    let mean = |of: &dyn Fn(&TaskCount) -> Option<f64>| {
        let values: Option<Vec<f64>> = tasks.iter().map(of).collect();
        Some(values?.iter().sum::<f64>() / tasks.len() as f64)
    };
    let at = |k| {
        Some(Repeated {
            k,
            any: mean(&|task| pass_at(k, task.right, task.all))?,
            all: mean(&|task| pass_hat(k, task.right, task.all))?,
        })
    };
    (1..=most).filter_map(at).collect()
}

fn beside_independence(series: &Series<'_>, trials: &[&Trial]) -> Option<Independence> {
    let counted = |trials: &[&'_ Trial]| -> Vec<Counted<String, String>> {
        let tasks = by_task(trials, verified).into_iter();
        let counted = tasks.map(|task| Counted {
            paper: task.paper.to_owned(),
            // Functions of two papers may have one name.
            functions: task
                .masked
                .iter()
                .map(|it| format!("{}/{it}", task.paper))
                .collect(),
            attempts: task.all,
            right: task.right,
        });
        counted.collect()
    };
    let alone: Vec<&Trial> = series
        .trials
        .iter()
        .copied()
        .filter(|it| it.n == 1)
        .collect();
    independence(&counted(trials), &counted(&alone))
}

/// Why there is no independence baseline.
pub fn no_baseline() -> String {
    format!(
        "no independence baseline: it needs at least {FEWEST} attempts at each function masked alone \
         (--n 1 --sample all --attempts {FEWEST})"
    )
}

fn debugging(trials: &[&Trial]) -> Option<Debugging> {
    let mut found = Debugging {
        attempts: 0,
        crashed_first: 0,
        recovered: 0,
        solved: 0,
    };
    for trial in trials {
        let Some(runs) = trial.runs else {
            continue;
        };
        found.attempts += 1;
        if runs.first_crashed {
            found.crashed_first += 1;
            found.recovered += usize::from(runs.recovered);
            found.solved += usize::from(trial.verified == Some(true));
        }
    }
    (found.attempts > 0).then_some(found)
}

fn total(trials: &[&Trial], of: impl Fn(&Trial) -> Option<f64>) -> Option<f64> {
    let known: Option<Vec<f64>> = trials.iter().map(|trial| of(trial)).collect();
    known
        .filter(|known| !known.is_empty())
        .map(|known| known.iter().sum())
}

fn quartiles(mut values: Vec<f64>) -> Option<Quartiles> {
    values.sort_unstable_by(f64::total_cmp);
    let last = values.len().checked_sub(1)?;
    let at = |share: f64| {
        let place = share * last as f64;
        let (low, high) = (
            values[place.floor() as usize],
            values[place.ceil() as usize],
        );
        low + (high - low) * place.fract()
    };
    Some(Quartiles {
        low: at(0.25),
        median: at(0.5),
        high: at(0.75),
    })
}
