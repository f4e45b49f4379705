//! How often wrong code gets the right numbers.

use serde::Serialize;

use super::reference::{CheckError, Reference, distance, tree, value, watched_fuel};
use super::work::each;
use crate::progress::{Progress, Total};
use crate::sandbox::{Limits, Runner};
use crate::score::{MOST_CALLS, compare, limits};
use crate::task::{self, Audited, Function, Metric, Mutant, Paper, TaskError, mutants, sample};

/// What an audit of a paper found.
#[derive(Clone, Debug, Serialize)]
pub struct Audit {
    pub paper: String,
    /// Mutants of each function at most, a sample that follows from the seed.
    pub mutants: usize,
    pub seed: u64,
    pub functions: Vec<AuditedFunction>,
    /// The mean of the functions' rates.
    pub false_pass_rate: f64,
    /// The largest of the functions' rates.
    pub worst_rate: f64,
}

/// A function's mutants.
#[derive(Clone, Debug, Serialize)]
pub struct AuditedFunction {
    pub file: String,
    pub name: String,
    /// Mutants there are, and how many were tried.
    pub made: usize,
    pub tried: usize,
    /// Those that do the same as the reference on all calls and on the alternative input.
    pub equivalent: Vec<MutantRecord>,
    /// The others that get every number of the task right: of all experiments that call the
    /// function.
    pub survivors: Vec<MutantRecord>,
    /// Survivors as a part of those tried that aren't equivalent.
    pub false_pass_rate: f64,
    /// The same for each experiment that calls the function.
    pub by_experiment: Vec<(String, f64)>,
    /// Those that fail on each of these experiments, by their ids.
    pub failing: Vec<String>,
}

impl Audit {
    /// What is kept of it.
    pub fn kept(&self, paper: &Paper) -> Result<Audited, TaskError> {
        let functions = self.functions.iter().map(|found| task::AuditedFunction {
            file: found.file.clone(),
            name: found.name.clone(),
            made: found.made,
            tried: found.tried,
            equivalent: found.equivalent.len(),
            survivors: found.survivors.len(),
            false_pass_rate: (found.false_pass_rate * 1e4).round() / 1e4,
            failing: found.failing.clone(),
        });
        Audited::new(paper, self.mutants, self.seed, functions.collect())
    }
}

/// A mutant as a person looks at it.
#[derive(Clone, Debug, Serialize)]
pub struct MutantRecord {
    pub operator: String,
    pub line: usize,
    pub before: String,
    pub after: String,
    /// How far its numbers are from gold, in tolerances: the largest of the experiments' metrics.
    pub distance: f64,
    /// The tolerance that would tell it from the reference, of the metric that is furthest off.
    pub tighter: Option<Tighter>,
}

/// A tolerance that would tell a mutant from the reference.
#[derive(Clone, Debug, Serialize)]
pub struct Tighter {
    /// `experiment.metric`.
    pub metric: String,
    /// The mutant is told by any relative tolerance below this one.
    pub below: f64,
}

/// Values that are closer than this, in tolerances, are told by no tolerance that correct code of
/// another kind would meet.
const NOISE: f64 = 1e-4;

impl MutantRecord {
    fn new(mutant: &Mutant, distance: f64, furthest: Option<(&str, &Metric)>) -> MutantRecord {
        MutantRecord {
            operator: mutant.operator.to_string(),
            line: mutant.line,
            before: mutant.before.clone(),
            after: mutant.after.clone(),
            distance,
            tighter: furthest
                .filter(|(_, metric)| distance > NOISE && metric.rtol > 0.0)
                .map(|(experiment, metric)| Tighter {
                    metric: format!("{experiment}.{}", metric.name),
                    below: distance * metric.rtol,
                }),
        }
    }
}

/// Runs at most `most` mutants of each function, a seeded sample, on what depends on them.
pub fn audit(
    reference: &Reference,
    runner: &Runner,
    most: usize,
    seed: u64,
    progress: &dyn Progress,
) -> Result<Audit, CheckError> {
    let mut functions = Vec::new();
    for function in &reference.paper.functions {
        functions.push(audit_function(
            reference, runner, function, most, seed, progress,
        )?);
    }
    let rates = || functions.iter().map(|found| found.false_pass_rate);
    Ok(Audit {
        paper: reference.paper.id.to_string(),
        mutants: most,
        seed,
        false_pass_rate: rates().sum::<f64>() / functions.len().max(1) as f64,
        worst_rate: rates().fold(0.0, f64::max),
        functions,
    })
}

fn audit_function(
    reference: &Reference,
    runner: &Runner,
    function: &Function,
    most: usize,
    seed: u64,
    progress: &dyn Progress,
) -> Result<AuditedFunction, CheckError> {
    let failed = |source| CheckError::Mutants {
        function: function.name.clone(),
        source,
    };
    let all = mutants(reference.source(function), &function.name).map_err(failed)?;
    let made = all.len();
    let tried = sample(all, most, seed);
    let dependents = reference.dependents(function);
    let experiments = &reference.paper.experiments;
    let stage = progress.stage(
        &format!("{}: mutants of {}", reference.paper.id, function.name),
        Total::Items(tried.len() as u64),
    );
    // For each mutant: its distance on each experiment, and whether it is the reference in disguise.
    let outcomes = each(&tried, stage.as_ref(), |mutant| {
        let mut distances = Vec::new();
        for &index in &dependents {
            let run = reference.with_source(
                runner,
                &reference.code,
                index,
                &function.file,
                &mutant.source,
            )?;
            let metrics = experiments[index].metrics.iter();
            let far = metrics.map(|metric| {
                let far = value(&run, metric).map_or(f64::INFINITY, |value| {
                    distance(metric, &metric.gold, &value)
                });
                (far, metric)
            });
            // An experiment has a metric.
            distances.extend(far.max_by(|(a, _), (b, _)| a.total_cmp(b)));
        }
        let passed = distances.iter().any(|(far, _)| *far <= 1.0);
        let equivalent = passed && is_equivalent(reference, runner, function, mutant, &dependents)?;
        Ok::<_, CheckError>((distances, equivalent))
    })?;
    stage.finish();

    let (mut equivalent, mut survivors, mut failing) = (Vec::new(), Vec::new(), Vec::new());
    let mut right = vec![0usize; dependents.len()];
    for (mutant, (distances, same)) in tried.iter().zip(&outcomes) {
        let named = dependents.iter().zip(distances);
        let named = named.map(|(index, (far, metric))| (*far, &*experiments[*index].id, *metric));
        let furthest = named.max_by(|(a, ..), (b, ..)| a.total_cmp(b));
        let record = |furthest: Option<(f64, &str, &Metric)>| {
            let place = furthest.map(|(_, experiment, metric)| (experiment, metric));
            MutantRecord::new(mutant, furthest.map_or(0.0, |(far, ..)| far), place)
        };
        if *same {
            equivalent.push(record(None));
            continue;
        }
        for (count, (far, _)) in right.iter_mut().zip(distances) {
            *count += usize::from(*far <= 1.0);
        }
        if !distances.is_empty() && distances.iter().all(|(far, _)| *far > 1.0) {
            failing.push(mutant.id());
        }
        if furthest.is_some_and(|(far, ..)| far <= 1.0) {
            survivors.push(record(furthest));
        }
    }
    let different = tried.len() - equivalent.len();
    let rate = |count: usize| count as f64 / different.max(1) as f64;
    Ok(AuditedFunction {
        file: function.file.clone(),
        name: function.name.clone(),
        made,
        tried: tried.len(),
        false_pass_rate: rate(survivors.len()),
        by_experiment: dependents
            .iter()
            .zip(&right)
            .map(|(index, count)| (experiments[*index].id.clone(), rate(*count)))
            .collect(),
        equivalent,
        survivors,
        failing,
    })
}

/// Whether a mutant does what the reference does on every call of the experiments, on the main and
/// on the alternative input.
fn is_equivalent(
    reference: &Reference,
    runner: &Runner,
    function: &Function,
    mutant: &Mutant,
    dependents: &[usize],
) -> Result<bool, CheckError> {
    let inputs = [Some(&reference.code), reference.other.as_ref()];
    for files in inputs.into_iter().flatten() {
        let mut changed = files.clone();
        changed.insert(function.file.clone(), mutant.source.clone().into_bytes());
        let (pristine, changed) = (tree(files), tree(&changed));
        for &index in dependents {
            let experiment = &reference.paper.experiments[index];
            let used = reference.runs[index].outcome.fuel_used;
            let limits = Limits {
                // Both sides, copies and comparisons.
                fuel: watched_fuel(used, 30),
                ..limits(experiment)
            };
            let functions = std::slice::from_ref(function);
            let compared = compare(
                runner, &pristine, &changed, experiment, functions, MOST_CALLS, &limits,
            );
            // One that can't be compared isn't known to be the same.
            let same = compared.is_ok_and(|found| {
                let calls = &found.functions[0];
                found.finished && calls.equal == calls.compared && calls.not_compared.is_none()
            });
            if !same {
                return Ok(false);
            }
        }
    }
    Ok(true)
}
