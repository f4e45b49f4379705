//! The score of an attempt: what was reported, against gold, against the repository as it was left,
//! and against what the bodies give where nobody could know the result.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    failure::Failure,
    functions::{FunctionScore, functions},
    judge::{Judgement, judge},
    measure::{MeasureError, Measurement, RunRecord, limits, measure},
    printed::Printed,
    reason::Reason,
    upstream::upstream_pass,
};
use crate::sandbox::Runner;
use crate::task::{
    Experiment, Files, Gold, Task, TaskError, TransplantError, statements, transplant,
};
use crate::workspace::{ChangeKind, Tree, diff};

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// Whether every reported value is within tolerance of gold.
    pub pass: bool,
    /// The same by AutoExperiment's rule.
    pub upstream_pass: bool,
    /// Whether the commands, run afresh on the repository as it was left, give what was reported.
    pub grounded: Option<bool>,
    /// Whether the bodies, put into the repository as it was, give the reference's values on an input
    /// that no agent sees.
    pub transplanted: Option<bool>,
    /// All three: the headline. At n = 0 the first two.
    pub verified: Option<bool>,
    /// Why those that aren't true aren't, by their names.
    pub reasons: BTreeMap<String, String>,
    /// Why it isn't verified, in a word.
    pub failure: Option<Failure>,
    /// What was reported, experiment by experiment and metric by metric, beside the gold.
    pub judgement: Judgement,
    /// The commands, run afresh on the repository as it was left.
    pub runs: Vec<RunRecord>,
    /// The commands on the other input, with the bodies carried over.
    pub transplanted_runs: Vec<RunRecord>,
    /// The masked functions one by one, where their bodies can be carried over: for a finer look, in
    /// no verdict.
    #[serde(default)]
    pub functions: Vec<FunctionScore>,
    /// What was changed beside the masked functions and what was carried over with them.
    pub changed: Vec<Changed>,
}

/// A file that was changed, made or removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Changed {
    pub path: String,
    pub kind: ChangeKind,
}

/// What stands in the way of a score, on our side.
#[derive(Debug, thiserror::Error)]
pub enum ScoreError {
    #[error(transparent)]
    Task(#[from] TaskError),
    #[error(transparent)]
    Measure(#[from] MeasureError),
    #[error("compare the repository with what it was: {0}")]
    Files(#[from] std::io::Error),
}

/// Who reports the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reporter {
    /// The agent, or whoever solved the task.
    Agent,
    /// The harness, from the runs of bodies that were written without seeing them: where it has none
    /// to report, the failure is the run's.
    Harness,
}

/// What there is to score.
pub struct Attempt<'a> {
    pub task: &'a Task,
    /// The repository as it was given.
    pub given: &'a Tree,
    /// The repository as it was left.
    pub left: &'a Tree,
    /// `{"<experiment>": {"<metric>": value, …}, …}`.
    pub answer: &'a Value,
    /// The numbers that were seen; none where nobody watched.
    pub printed: Option<&'a Printed>,
    /// Who read the numbers that were reported.
    pub reporter: Reporter,
}

impl Attempt<'_> {
    /// Scores it: runs each experiment on the repository as it was left and, if something was
    /// masked, on the other input with the bodies carried over.
    pub fn score(&self, runner: &Runner) -> Result<Score, ScoreError> {
        let experiments = self.task.experiments()?;
        let judgement = judge(&experiments, self.answer);
        let runs = run(runner, self.left, &experiments)?;
        let grounded = grounded(&experiments, &runs, self.answer);
        let moved = self.transplant()?;
        let (transplanted, other_runs) = match &moved {
            None => (None, Vec::new()),
            Some(moved) => {
                let (verdict, runs) = self.on_other_input(runner, &experiments, moved)?;
                (Some(verdict), runs)
            }
        };
        let functions = match &moved {
            Some(Ok(moved)) => {
                let pristine = self.task.paper().code()?;
                functions(runner, self.task, &experiments, &pristine, moved)?
            }
            _ => Vec::new(),
        };
        let verified = verified(judgement.pass, &grounded, transplanted.as_ref());
        let transplanted = transplanted.unwrap_or_else(|| Verdict::not_known("nothing was masked"));
        let failure = match verified.value {
            Some(false) => Some(self.failure(
                runner,
                &experiments,
                &judgement,
                &grounded,
                &runs,
                moved.as_ref(),
            )?),
            _ => None,
        };
        let checks = [
            ("grounded", &grounded),
            ("transplanted", &transplanted),
            ("verified", &verified),
        ];
        let reasons = checks
            .iter()
            .filter_map(|(name, verdict)| Some(((*name).to_owned(), verdict.reason.clone()?)));
        let record = |runs: &[Measurement]| runs.iter().map(Measurement::record).collect();
        Ok(Score {
            pass: judgement.pass,
            upstream_pass: upstream_pass(&experiments, self.answer),
            grounded: grounded.value,
            transplanted: transplanted.value,
            verified: verified.value,
            reasons: reasons.collect(),
            failure,
            runs: record(&runs),
            transplanted_runs: record(&other_runs),
            functions,
            changed: self.changed(moved.as_ref().and_then(|moved| moved.as_ref().ok()))?,
            judgement,
        })
    }

    /// The masked files with the bodies as they were left and all else as it was; nothing where
    /// nothing was masked.
    fn transplant(&self) -> Result<Option<Result<Files, TransplantError>>, ScoreError> {
        if self.task.n() == 0 {
            return Ok(None);
        }
        let paper = self.task.paper();
        let functions: Vec<_> = self.task.functions().collect();
        let left = |file: &str| Some(self.left.read(file).ok()??.to_vec());
        Ok(Some(transplant(
            &paper.parser,
            &paper.code()?,
            &functions,
            &left,
        )))
    }

    fn on_other_input(
        &self,
        runner: &Runner,
        experiments: &[&Experiment],
        moved: &Result<Files, TransplantError>,
    ) -> Result<(Verdict, Vec<Measurement>), ScoreError> {
        let Some(other) = self.task.paper().alternative()? else {
            let why = "the paper has no alternative input";
            return Ok((Verdict::not_known(why), Vec::new()));
        };
        let compared: Vec<Experiment> = experiments
            .iter()
            .filter_map(|experiment| on_alternative(experiment))
            .collect();
        if compared.is_empty() {
            let why = "no metric of the experiments has a value on the alternative input";
            return Ok((Verdict::not_known(why), Vec::new()));
        }
        let moved = match moved {
            Ok(moved) => moved,
            Err(error) => return Ok((Verdict::no(error.to_string()), Vec::new())),
        };
        let mut files = self.task.paper().code()?;
        files.extend(other);
        files.extend(moved.clone());
        let runs = run(runner, &files.into_iter().collect(), experiments)?;
        let compared: Vec<&Experiment> = compared.iter().collect();
        Ok((agrees(&compared, &runs), runs))
    }

    /// Why an attempt that isn't verified isn't.
    fn failure(
        &self,
        runner: &Runner,
        experiments: &[&Experiment],
        judgement: &Judgement,
        grounded: &Verdict,
        runs: &[Measurement],
        moved: Option<&Result<Files, TransplantError>>,
    ) -> Result<Failure, ScoreError> {
        let nothing = self.answer.as_object().is_none_or(Map::is_empty);
        let ends = runs
            .iter()
            .find_map(|run| Failure::of_exit(run.outcome.exit));
        if nothing || (!judgement.pass && !judgement.only_numbers_differ()) {
            return Ok(match (self.reporter, ends, nothing) {
                (Reporter::Harness, Some(end), _) => end,
                (_, _, true) => Failure::NoAnswer,
                (_, _, false) => Failure::MalformedAnswer,
            });
        }
        if grounded.value != Some(true) {
            if self
                .printed
                .is_some_and(|printed| !printed.has(self.answer))
            {
                return Ok(Failure::Fabricated);
            }
            return Ok(match (ends, judgement.pass) {
                (Some(end), _) => end,
                (None, true) => Failure::NotReproduced,
                (None, false) => Failure::WrongNumber,
            });
        }
        if !judgement.pass {
            return Ok(Failure::WrongNumber);
        }
        // Do the bodies alone give the numbers, on the input that was seen?
        let Some(Ok(moved)) = moved else {
            return Ok(Failure::Tampered);
        };
        let mut files = self.task.paper().code()?;
        files.extend(moved.clone());
        let runs = run(runner, &files.into_iter().collect(), experiments)?;
        Ok(match agrees(experiments, &runs).value {
            Some(true) => Failure::HardCoded,
            _ => Failure::Tampered,
        })
    }

    fn changed(&self, moved: Option<&Files>) -> Result<Vec<Changed>, ScoreError> {
        let masked: BTreeSet<&str> = self
            .task
            .functions()
            .map(|function| function.file.as_str())
            .collect();
        let mut changed = Vec::new();
        for change in diff(self.given, self.left)? {
            let explained = masked.contains(change.path.as_str())
                && moved.is_some_and(|moved| {
                    let left = self.left.read(&change.path).ok().flatten();
                    left.is_some_and(|left| same_statements(&left, &moved[&change.path]))
                });
            if !change.is_dir() && !explained {
                changed.push(Changed {
                    kind: change.kind(),
                    path: change.path,
                });
            }
        }
        Ok(changed)
    }
}

/// Whether two sources have the same statements at their top, in whatever order and with whatever
/// between them.
fn same_statements(one: &[u8], other: &[u8]) -> bool {
    let [one, other] = [one, other].map(|source| {
        let source = std::str::from_utf8(source).ok()?;
        let statements = statements(source).ok()?.into_iter();
        let texts: BTreeSet<&str> = statements.map(|found| &source[found.range]).collect();
        Some(texts)
    });
    one.is_some() && one == other
}

/// Whether something holds, or why it doesn't, or why that isn't known.
struct Verdict {
    value: Option<bool>,
    reason: Option<String>,
}

impl Verdict {
    const YES: Verdict = Verdict {
        value: Some(true),
        reason: None,
    };

    fn no(reason: impl Into<String>) -> Verdict {
        Verdict {
            value: Some(false),
            reason: Some(reason.into()),
        }
    }

    fn not_known(reason: impl Into<String>) -> Verdict {
        Verdict {
            value: None,
            reason: Some(reason.into()),
        }
    }
}

/// Each experiment's command on a repository, in a fresh sandbox each.
fn run(
    runner: &Runner,
    repository: &Tree,
    experiments: &[&Experiment],
) -> Result<Vec<Measurement>, MeasureError> {
    let runs = experiments.iter().map(|experiment| {
        let limits = limits(experiment);
        measure(runner, repository, experiment, &experiment.command, &limits)
    });
    runs.collect()
}

/// Whether what was reported is what the runs gave, within the tolerance of each metric.
fn grounded(experiments: &[&Experiment], runs: &[Measurement], answer: &Value) -> Verdict {
    let mut given = Vec::new();
    for (experiment, run) in experiments.iter().zip(runs) {
        if let Some(trouble) = run.trouble() {
            return Verdict::no(format!("{}: {trouble}", experiment.id));
        }
        given.push(with_golds(experiment, |name| {
            let (_, value) = run.values.iter().find(|(metric, _)| metric == name)?;
            serde_json::from_value(value.as_ref().ok()?.clone()).ok()
        }));
    }
    let given: Vec<&Experiment> = given.iter().collect();
    let judged = judge(&given, answer);
    match judged.pass {
        true => Verdict::YES,
        false => Verdict::no(format!(
            "the repository as it was left gives something else than was reported: {}",
            judged.first_reason()
        )),
    }
}

/// Whether runs give an experiment's golds.
fn agrees(experiments: &[&Experiment], runs: &[Measurement]) -> Verdict {
    let mut report = Map::new();
    for experiment in experiments {
        // A run has all of the experiments, those compared are some of them.
        let Some(run) = runs.iter().find(|run| run.experiment == experiment.id) else {
            continue;
        };
        if let Some(trouble) = run.trouble() {
            return Verdict::no(format!("{}: {trouble}", experiment.id));
        }
        let Value::Object(mut values) = run.report() else {
            continue;
        };
        values.retain(|name, _| experiment.metrics.iter().any(|metric| metric.name == *name));
        report.insert(experiment.id.clone(), Value::Object(values));
    }
    let judged = judge(experiments, &Value::Object(report));
    match judged.pass {
        true => Verdict::YES,
        false => Verdict::no(judged.first_reason()),
    }
}

/// All that there is to check; nothing is carried over where nothing was masked.
fn verified(pass: bool, grounded: &Verdict, transplanted: Option<&Verdict>) -> Verdict {
    if !pass {
        return Verdict::no("a reported value is not within tolerance of gold");
    }
    if grounded.value == Some(false) {
        return Verdict::no("not grounded");
    }
    match transplanted.map(|verdict| verdict.value) {
        Some(Some(false)) => Verdict::no("not transplanted"),
        Some(None) => Verdict::not_known("whether it is transplanted is not known"),
        Some(Some(true)) | None => Verdict::YES,
    }
}

/// The experiment as it ought to come out on the alternative input; nothing where that is unknown
/// for all of its metrics.
fn on_alternative(experiment: &Experiment) -> Option<Experiment> {
    let of = |name: &str| {
        let metric = experiment
            .metrics
            .iter()
            .find(|metric| metric.name == name)?;
        metric.alternative.clone()
    };
    Some(with_golds(experiment, of)).filter(|experiment| !experiment.metrics.is_empty())
}

/// The experiment with other golds, and without the metrics for which there is none.
fn with_golds(experiment: &Experiment, gold: impl Fn(&str) -> Option<Gold>) -> Experiment {
    let metrics = experiment.metrics.iter().filter_map(|metric| {
        let gold = gold(&metric.name)?;
        Some(crate::task::Metric {
            gold,
            ..metric.clone()
        })
    });
    Experiment {
        metrics: metrics.collect(),
        ..experiment.clone()
    }
}

impl Judgement {
    /// Whether all that was asked for was reported, and nothing else, with the right shapes.
    fn only_numbers_differ(&self) -> bool {
        let metrics = self
            .experiments
            .iter()
            .flat_map(|experiment| &experiment.metrics);
        let numbers = metrics
            .filter_map(|metric| metric.reason.as_ref())
            .all(|reason| matches!(reason, Reason::OutOfTolerance { .. }));
        let mut experiments = self.experiments.iter();
        numbers
            && self.extra.is_empty()
            && experiments.all(|experiment| experiment.extra.is_empty())
    }

    /// The first thing that doesn't pass, with its place.
    fn first_reason(&self) -> String {
        for experiment in &self.experiments {
            for metric in &experiment.metrics {
                if let Some(reason) = &metric.reason {
                    return format!("{}.{}: {reason}", experiment.id, metric.name);
                }
            }
            if let Some(reason) = &experiment.reason {
                return format!("{}: {reason}", experiment.id);
            }
        }
        self.reason
            .as_ref()
            .map_or_else(String::new, ToString::to_string)
    }
}
