//! How often wrong code gets the right numbers.

use serde::Serialize;

use super::reference::{CheckError, Reference, distance, tree, value, watched_fuel};
use super::work::each;
use crate::progress::{Progress, Silent, Total};
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
    /// Some that fail on each of these experiments, [`FAILING`] at most, by their ids.
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

/// How many mutants of a function that fail everywhere are looked for: wrong code of several kinds,
/// for models that write some.
const FAILING: usize = 8;

/// Values that are closer than this, in tolerances, are told by no tolerance that correct code of
/// another kind would meet.
const NOISE: f64 = 1e-4;

impl MutantRecord {
    fn new(mutant: &Mutant, off: Option<Off>) -> MutantRecord {
        let distance = off.as_ref().map_or(0.0, |off| off.far);
        MutantRecord {
            operator: mutant.operator.to_string(),
            line: mutant.line,
            before: mutant.before.clone(),
            after: mutant.after.clone(),
            distance,
            tighter: off
                .filter(|off| off.far > NOISE && off.metric.rtol > 0.0)
                .map(|off| Tighter {
                    metric: format!("{}.{}", off.experiment, off.metric.name),
                    below: off.far * off.metric.rtol,
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
    // Side by side, so that the last mutants of one don't leave a core idle.
    let functions = each(&reference.paper.functions, &Silent, |function| {
        let mut dependents = reference.dependents(function);
        // The cheapest first: most mutants are told by it.
        dependents.sort_by_key(|&index| reference.runs[index].outcome.fuel_used);
        let of = OfFunction {
            reference,
            runner,
            function,
            dependents,
        };
        of.audit(most, seed, progress)
    })?;
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

/// The audit of one function.
struct OfFunction<'a> {
    reference: &'a Reference,
    runner: &'a Runner,
    function: &'a Function,
    /// The experiments that call it, in the order in which they are tried.
    dependents: Vec<usize>,
}

/// How an experiment comes out with a mutant: how far off in tolerances, of the metric that is
/// furthest.
struct Off<'a> {
    far: f64,
    experiment: &'a str,
    metric: &'a Metric,
}

/// What is known of a mutant.
enum Verdict<'a> {
    /// So many experiments came out right, and the next didn't.
    Told {
        after: usize,
    },
    /// All came out right: how far off is the one that is furthest.
    Survives(Option<Off<'a>>),
    Equivalent,
}

impl<'a> OfFunction<'a> {
    fn audit(
        &self,
        most: usize,
        seed: u64,
        progress: &dyn Progress,
    ) -> Result<AuditedFunction, CheckError> {
        let function = self.function;
        let all = mutants(self.reference.source(function), &function.name);
        let all = all.map_err(|source| CheckError::Mutants {
            function: function.name.clone(),
            source,
        })?;
        let made = all.len();
        let tried = sample(all, most, seed);
        let stage = progress.stage(
            &format!("{}: mutants of {}", self.reference.paper.id, function.name),
            Total::Items(tried.len() as u64),
        );
        let verdicts = each(&tried, stage.as_ref(), |mutant| self.verdict(mutant))?;

        let (mut equivalent, mut survivors, mut told) = (Vec::new(), Vec::new(), Vec::new());
        for (mutant, verdict) in tried.iter().zip(verdicts) {
            match verdict {
                Verdict::Told { after: 0 } => told.push(mutant),
                Verdict::Told { .. } => {}
                Verdict::Survives(off) => survivors.push(MutantRecord::new(mutant, off)),
                Verdict::Equivalent => equivalent.push(MutantRecord::new(mutant, None)),
            }
        }
        let failing = self.failing(told)?;
        stage.finish();
        let different = tried.len() - equivalent.len();
        Ok(AuditedFunction {
            file: function.file.clone(),
            name: function.name.clone(),
            made,
            tried: tried.len(),
            false_pass_rate: survivors.len() as f64 / different.max(1) as f64,
            equivalent,
            survivors,
            failing,
        })
    }

    /// Whether a mutant is told from the reference: runs it until an experiment comes out wrong.
    fn verdict(&self, mutant: &Mutant) -> Result<Verdict<'a>, CheckError> {
        let mut furthest: Option<Off> = None;
        for (after, &index) in self.dependents.iter().enumerate() {
            let off = self.off(mutant, index)?;
            if off.far > 1.0 {
                return Ok(Verdict::Told { after });
            }
            if furthest.as_ref().is_none_or(|found| off.far >= found.far) {
                furthest = Some(off);
            }
        }
        Ok(match self.is_equivalent(mutant)? {
            true => Verdict::Equivalent,
            false => Verdict::Survives(furthest),
        })
    }

    /// Of mutants that fail on the first experiment, the first that fail on all, in an order that
    /// has nothing to do with their places.
    fn failing(&self, mut told: Vec<&Mutant>) -> Result<Vec<String>, CheckError> {
        told.sort_by_cached_key(|mutant| mutant.id());
        let mut failing = Vec::new();
        while failing.len() < FAILING && !told.is_empty() {
            let more = told.len().min(FAILING - failing.len());
            let next: Vec<&Mutant> = told.drain(..more).collect();
            let fail = each(&next, &Silent, |mutant| {
                for &index in &self.dependents[1..] {
                    if self.off(mutant, index)?.far <= 1.0 {
                        return Ok(false);
                    }
                }
                Ok::<_, CheckError>(true)
            })?;
            let next = next.iter().zip(fail).filter(|(_, fails)| *fails);
            failing.extend(next.map(|(mutant, _)| mutant.id()));
        }
        Ok(failing)
    }

    /// How far off an experiment is with a mutant.
    fn off(&self, mutant: &Mutant, index: usize) -> Result<Off<'a>, CheckError> {
        let (reference, file) = (self.reference, &self.function.file);
        let code = &reference.code;
        let run = reference.with_source(self.runner, code, index, file, &mutant.source)?;
        let experiment = &reference.paper.experiments[index];
        let metrics = experiment.metrics.iter().map(|metric| Off {
            far: value(&run, metric).map_or(f64::INFINITY, |value| {
                distance(metric, &metric.gold, &value)
            }),
            experiment: &experiment.id,
            metric,
        });
        let furthest = metrics.max_by(|a, b| a.far.total_cmp(&b.far));
        Ok(furthest.expect("an experiment has a metric"))
    }

    /// Whether a mutant does what the reference does on every call of the experiments, on the main
    /// and on the alternative input.
    fn is_equivalent(&self, mutant: &Mutant) -> Result<bool, CheckError> {
        let (reference, function) = (self.reference, self.function);
        let inputs = [Some(&reference.code), reference.other.as_ref()];
        for files in inputs.into_iter().flatten() {
            let mut changed = files.clone();
            changed.insert(function.file.clone(), mutant.source.clone().into_bytes());
            let (pristine, changed) = (tree(files), tree(&changed));
            for &index in &self.dependents {
                let experiment = &reference.paper.experiments[index];
                let used = reference.runs[index].outcome.fuel_used;
                let limits = Limits {
                    // Both sides, copies and comparisons.
                    fuel: watched_fuel(used, 30),
                    ..limits(experiment)
                };
                let functions = std::slice::from_ref(function);
                let compared = compare(
                    self.runner,
                    &pristine,
                    &changed,
                    experiment,
                    functions,
                    MOST_CALLS,
                    &limits,
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
}
