//! A paper's experiments as they are.

use std::sync::Arc;

use super::work::each;
use crate::progress::Silent;
use crate::sandbox::{Limits, Runner};
use crate::score::{MeasureError, Measurement, ScoreError, limits, measure};
use crate::task::{
    Experiment, Files, Function, Gold, HarnessError, Measured, MeasuredExperiment,
    MeasuredFunction, Metric, MutantError, Paper, TaskError, Trace, trace,
};
use crate::workspace::Tree;

/// Units of fuel, far more than what watches an experiment takes to start.
const WATCHING: u64 = 1_000_000_000;

/// What stands in the way of a check, on our side.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    #[error(transparent)]
    Task(#[from] TaskError),
    #[error(transparent)]
    Measure(#[from] MeasureError),
    #[error(transparent)]
    Score(#[from] ScoreError),
    #[error("trace the experiment {experiment}: {source}")]
    Trace {
        experiment: String,
        source: HarnessError,
    },
    #[error("compare with the host's Python: {doing}: {source}")]
    Native {
        doing: &'static str,
        source: std::io::Error,
    },
    #[error("make wrong versions of {function}: {source}")]
    Mutants {
        function: String,
        source: MutantError,
    },
}

/// A paper, its files, and what its experiments come to.
pub struct Reference {
    /// With what was measured now.
    pub paper: Arc<Paper>,
    /// What was kept of earlier measuring.
    pub kept: Option<Measured>,
    pub code: Files,
    /// The code on the alternative input, if there is one.
    pub other: Option<Files>,
    /// What each experiment comes to.
    pub runs: Vec<Measurement>,
    pub other_runs: Option<Vec<Measurement>>,
    /// Which functions each experiment calls; nothing of one that doesn't end well.
    pub traces: Vec<Option<Trace>>,
}

impl Reference {
    pub fn make(paper: Arc<Paper>, runner: &Runner) -> Result<Reference, CheckError> {
        let code = paper.code()?;
        let other = paper.alternative()?.map(|files| {
            let mut all = code.clone();
            all.extend(files);
            all
        });
        let laid = tree(&code);
        let mut asked: Vec<_> = paper
            .experiments
            .iter()
            .map(|found| (&laid, found))
            .collect();
        let other_laid = other.as_ref().map(tree);
        if let Some(laid) = &other_laid {
            asked.extend(paper.experiments.iter().map(|found| (laid, found)));
        }
        let mut runs = each(&asked, &Silent, |(laid, experiment)| {
            let limits = limits(experiment);
            measure(runner, laid, experiment, &experiment.command, &limits)
        })?;
        let others = runs.split_off(paper.experiments.len());
        let other_runs = other.is_some().then_some(others);
        let watched: Vec<_> = paper.experiments.iter().zip(&runs).collect();
        let traces = each(&watched, &Silent, |(experiment, found)| {
            let trace = |source| CheckError::Trace {
                experiment: experiment.id.clone(),
                source,
            };
            let limits = Limits {
                fuel: watched_fuel(found.outcome.fuel_used, 3),
                ..limits(experiment)
            };
            let ended_well = found.outcome.exit.success();
            let watch = || self::trace(runner, &laid, experiment, &paper.functions, &limits);
            ended_well.then(watch).transpose().map_err(trace)
        })?;
        let mut paper = Arc::unwrap_or_clone(paper);
        let measured = measured(&paper, &runs, &traces)?;
        let kept = std::mem::replace(&mut paper.measured, Ok(measured)).ok();
        Ok(Reference {
            paper: Arc::new(paper),
            kept,
            code,
            other,
            runs,
            other_runs,
            traces,
        })
    }

    /// What was measured.
    pub fn measured(&self) -> Result<&Measured, TaskError> {
        self.paper.measured()
    }

    /// The experiments that call a function, by their positions.
    pub fn dependents(&self, function: &Function) -> Vec<usize> {
        let depends = |index: &usize| {
            self.traces[*index]
                .as_ref()
                .is_some_and(|trace| trace.depends(function))
        };
        (0..self.paper.experiments.len()).filter(depends).collect()
    }

    /// The source of a function's file.
    pub fn source(&self, function: &Function) -> &str {
        let bytes = self.code.get(&function.file).map_or(&[][..], Vec::as_slice);
        // Read as UTF-8 when the paper was loaded.
        std::str::from_utf8(bytes).unwrap_or_default()
    }

    /// An experiment's metrics with another source in the place of a file, with no more than three
    /// times the fuel that it takes as it is.
    pub fn with_source(
        &self,
        runner: &Runner,
        files: &Files,
        experiment: usize,
        file: &str,
        source: &str,
    ) -> Result<Measurement, MeasureError> {
        let mut files = files.clone();
        files.insert(file.to_owned(), source.as_bytes().to_vec());
        let (run, experiment) = (&self.runs[experiment], &self.paper.experiments[experiment]);
        let limits = Limits {
            fuel: run.outcome.fuel_used.saturating_mul(3),
            ..limits(experiment)
        };
        measure(
            runner,
            &tree(&files),
            experiment,
            &experiment.command,
            &limits,
        )
    }
}

/// What is kept of the runs and traces.
fn measured(
    paper: &Paper,
    runs: &[Measurement],
    traces: &[Option<Trace>],
) -> Result<Measured, TaskError> {
    let experiments = paper.experiments.iter().zip(runs.iter().zip(traces));
    let experiments = experiments.map(|(experiment, (run, trace))| MeasuredExperiment {
        id: experiment.id.clone(),
        fuel: run.outcome.fuel_used,
        peak_memory: run.outcome.peak_memory,
        functions: paper
            .functions
            .iter()
            .enumerate()
            .map(|(index, function)| {
                let traced = trace.as_ref().map(|trace| &trace.functions[index]);
                MeasuredFunction {
                    file: function.file.clone(),
                    name: function.name.clone(),
                    calls: traced.map_or(0, |traced| traced.calls),
                    // More digits say nothing of a method.
                    share: traced.map_or(0.0, |traced| (traced.share * 1e4).round() / 1e4),
                    callers: traced.map_or_else(Vec::new, |traced| traced.callers.clone()),
                }
            })
            .collect(),
    });
    Measured::new(paper, experiments.collect())
}

/// Fuel for a run that is watched: `times` what it takes alone, and what the watching takes to start.
pub(super) fn watched_fuel(alone: u64, times: u64) -> u64 {
    alone.saturating_mul(times).saturating_add(WATCHING)
}

/// Files as a tree.
pub(super) fn tree(files: &Files) -> Tree {
    files
        .iter()
        .map(|(path, bytes)| (path.as_str(), bytes.clone()))
        .collect()
}

/// What a run gives for a metric.
pub(super) fn value(run: &Measurement, metric: &Metric) -> Option<Gold> {
    let (_, value) = run.values.iter().find(|(name, _)| *name == metric.name)?;
    let ended_well = run.outcome.exit.success();
    let value = value.as_ref().ok().filter(|_| ended_well)?;
    serde_json::from_value(value.clone()).ok()
}

/// Whether a run gives every gold of an experiment, within `share` of each tolerance.
pub(super) fn passes(run: &Measurement, experiment: &Experiment, share: f64) -> bool {
    experiment.metrics.iter().all(|metric| {
        value(run, metric).is_some_and(|value| distance(metric, &metric.gold, &value) <= share)
    })
}

/// How far a value is from a gold, in tolerances; of lists, the place furthest off. Infinite where
/// the shapes differ.
pub(crate) fn distance(metric: &Metric, gold: &Gold, value: &Gold) -> f64 {
    let Some(pairs) = gold.pairs(value) else {
        return f64::INFINITY;
    };
    let apart = pairs.iter().map(|(gold, value)| {
        let apart = (gold - value).abs();
        let allowed = metric.atol.max(metric.rtol * gold.abs());
        match apart == 0.0 {
            true => 0.0,
            false => apart / allowed,
        }
    });
    apart.fold(0.0, f64::max)
}
