//! What must hold of a paper before anybody is measured with it.

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value};

use super::leaks::{Leak, leaks};
use super::reference::{CheckError, Reference, distance, tree, value};
use super::text::text;
use super::twins::twins;
use super::work::each;
use super::wraps::wraps;
use super::wrong::wrong_versions;
use crate::progress::{Progress, Silent};
use crate::sandbox::Runner;
use crate::score::{Attempt, Measurement, Printed, Reporter, limits, measure};
use crate::task::{
    Acknowledged, Docstring, Experiment, Gold, Metric, Paper, Task, TaskError, canary_line,
    transplant, unmask,
};

/// What a value may be off where the same code runs on the same input, relative to gold: golds are
/// written in decimals.
const SAME: f64 = 1e-9;
/// How far the values on the alternative input must be from the main ones, in tolerances.
const APART: f64 = 2.0;
/// How far another random stream may move a value, in tolerances.
const STEADY: f64 = 0.5;
/// The share of the fuel that an experiment may take.
const HEADROOM: u64 = 3;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The paper is no sound task.
    Error,
    /// Worth knowing.
    Note,
}

/// Something that doesn't hold, or is worth knowing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub severity: Severity,
    /// What was looked at: `gold`, `repeat`, `alternative`, `stream`, `depends`, `measured`, `mask`, `nop`,
    /// `stub`, `oracle`, `sibling`, `limits`, `text`, `canary`, `leak`, `twin`, `wraps`, `native`.
    pub check: &'static str,
    /// An experiment, a metric, a function, a place in a file.
    pub subject: String,
    pub text: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Note => "note",
        };
        write!(
            f,
            "{severity}: {}: {}: {}",
            self.check, self.subject, self.text
        )
    }
}

/// What a check of a paper found.
#[derive(Clone, Debug, Serialize)]
pub struct Soundness {
    pub paper: String,
    /// Whether nothing is an error.
    pub sound: bool,
    pub findings: Vec<Finding>,
    /// Runs that were made for it.
    pub runs: usize,
}

/// Checks a paper. `fresh` makes every run.
pub fn sound(
    reference: &Reference,
    runner: &Runner,
    fresh: &Runner,
    progress: &dyn Progress,
) -> Result<Soundness, CheckError> {
    let mut check = Check {
        reference,
        runner,
        findings: Vec::new(),
        runs: 2 * reference.runs.len(),
    };
    check.golds();
    check.repeat(fresh)?;
    check.alternative();
    check.stream()?;
    check.siblings();
    check.depends();
    check.measured()?;
    check.masks()?;
    check.oracle()?;
    check.leaks();
    let (wrapped, watched) = wraps(reference, runner)?;
    let (found, runs) = wrong_versions(reference, runner, progress)?;
    let runs = runs + watched;
    let mut findings = check.findings;
    findings.extend(found);
    findings.extend(wrapped);
    findings.extend(text(&reference.paper));
    findings.extend(canary(&reference.paper));
    findings.extend(twins(&reference.paper, &reference.code));
    let mut soundness = Soundness {
        paper: reference.paper.id.to_string(),
        sound: true,
        findings: Vec::new(),
        runs: check.runs + runs,
    };
    soundness.add(findings);
    Ok(soundness)
}

/// The text carries the paper's canary.
fn canary(paper: &Paper) -> Option<Finding> {
    (!paper.has_canary()).then(|| Finding {
        severity: Severity::Error,
        check: "canary",
        subject: "paper.md".to_owned(),
        text: format!(
            "it doesn't have the paper's canary: run `autoexp task canary {} --write`, or add the line {}",
            paper.id,
            canary_line(&paper.id)
        ),
    })
}

impl Soundness {
    /// Takes in more findings.
    pub fn add(&mut self, findings: Vec<Finding>) {
        self.findings.extend(findings);
        self.findings.sort_by_key(|finding| finding.severity);
        let mut all = self.findings.iter();
        self.sound = all.all(|finding| finding.severity != Severity::Error);
    }
}

struct Check<'a> {
    reference: &'a Reference,
    runner: &'a Runner,
    findings: Vec<Finding>,
    runs: usize,
}

impl Check<'_> {
    fn find(
        &mut self,
        severity: Severity,
        check: &'static str,
        subject: impl Into<String>,
        text: impl Into<String>,
    ) {
        self.findings.push(Finding {
            severity,
            check,
            subject: subject.into(),
            text: text.into(),
        });
    }

    fn error(&mut self, check: &'static str, subject: impl Into<String>, text: impl Into<String>) {
        self.find(Severity::Error, check, subject, text);
    }

    /// The code gives the golds that stand in the description, with fuel to spare.
    fn golds(&mut self) {
        let reference = self.reference;
        for (experiment, run) in reference.paper.experiments.iter().zip(&reference.runs) {
            if let Some(trouble) = run.trouble() {
                self.error("gold", &experiment.id, trouble);
                continue;
            }
            self.values("gold", experiment, run, |metric| Some(metric.gold.clone()));
            let limit = limits(experiment).fuel;
            if run.outcome.fuel_used.saturating_mul(HEADROOM) > limit {
                let text = format!(
                    "it takes {} of {limit} units of fuel: allow at least {HEADROOM} times what it takes",
                    run.outcome.fuel_used
                );
                self.error("limits", &experiment.id, text);
            }
        }
    }

    /// A run gives what is written for each metric.
    fn values(
        &mut self,
        check: &'static str,
        experiment: &Experiment,
        run: &Measurement,
        written: impl Fn(&Metric) -> Option<Gold>,
    ) {
        for metric in &experiment.metrics {
            let (Some(gold), Some(value)) = (written(metric), value(run, metric)) else {
                continue;
            };
            let exact = Metric {
                rtol: SAME,
                atol: 1e-300,
                ..metric.clone()
            };
            if distance(&exact, &gold, &value) > 1.0 {
                let text = format!(
                    "the code gives {}, and {} is written",
                    json(&value),
                    json(&gold)
                );
                self.error(check, subject(experiment, metric), text);
            }
        }
    }

    /// Two runs agree to the bit.
    fn repeat(&mut self, fresh: &Runner) -> Result<(), CheckError> {
        let reference = self.reference;
        let laid = tree(&reference.code);
        let experiments = &reference.paper.experiments;
        let second = each(experiments, &Silent, |experiment| {
            let limits = limits(experiment);
            measure(fresh, &laid, experiment, &experiment.command, &limits)
        })?;
        self.runs += second.len();
        for (experiment, (run, again)) in experiments.iter().zip(reference.runs.iter().zip(second))
        {
            if again.outcome.digest() != run.outcome.digest() {
                let text = "two runs differ; the second says ".to_owned() + &again.ended;
                self.error("repeat", &experiment.id, text);
            }
        }
        Ok(())
    }

    /// The values on the alternative input are those written, and far from the main ones.
    fn alternative(&mut self) {
        let reference = self.reference;
        let Some(runs) = &reference.other_runs else {
            let text = "there is no folder `alternative`, so whether an agent's functions do what the \
                        paper says on another input can't be known";
            self.error("alternative", reference.paper.id.as_str(), text);
            return;
        };
        for (experiment, run) in reference.paper.experiments.iter().zip(runs) {
            if let Some(trouble) = run.trouble() {
                self.error("alternative", &experiment.id, trouble);
                continue;
            }
            self.values("alternative", experiment, run, |metric| {
                metric.alternative.clone()
            });
            for metric in &experiment.metrics {
                let Some(other) = &metric.alternative else {
                    let text =
                        "no value on the alternative input is written; it isn't compared there";
                    self.find(
                        Severity::Note,
                        "alternative",
                        subject(experiment, metric),
                        text,
                    );
                    continue;
                };
                let apart = distance(metric, &metric.gold, other);
                if apart <= APART {
                    let text = format!(
                        "{} on the alternative input is {apart:.1} tolerances from gold, {}; more than \
                         {APART} are needed",
                        json(other),
                        json(&metric.gold)
                    );
                    self.error("alternative", subject(experiment, metric), text);
                }
            }
        }
    }

    /// Another random stream of the algorithm's moves no value by half of its tolerance.
    fn stream(&mut self) -> Result<(), CheckError> {
        let reference = self.reference;
        let inputs = [
            ("main", Some(&reference.code)),
            ("alternative", reference.other.as_ref()),
        ];
        for experiment in &reference.paper.experiments {
            let Some(command) = &experiment.reseeded else {
                continue;
            };
            for (input, files) in inputs {
                let Some(files) = files else {
                    continue;
                };
                let run = measure(
                    self.runner,
                    &tree(files),
                    experiment,
                    command,
                    &limits(experiment),
                )?;
                self.runs += 1;
                if let Some(trouble) = run.trouble() {
                    self.error("stream", &experiment.id, trouble);
                    continue;
                }
                for metric in &experiment.metrics {
                    let gold = match input {
                        "main" => Some(&metric.gold),
                        _ => metric.alternative.as_ref(),
                    };
                    let (Some(gold), Some(value)) = (gold, value(&run, metric)) else {
                        continue;
                    };
                    let moved = distance(metric, gold, &value);
                    if moved >= STEADY {
                        let text = format!(
                            "another random stream moves it by {moved:.1} tolerances on the {input} \
                             input, to {}; steady it, or leave its value there out",
                            json(&value)
                        );
                        self.error("stream", subject(experiment, metric), text);
                    }
                }
            }
        }
        Ok(())
    }

    /// No experiment can be answered with another's numbers.
    fn siblings(&mut self) {
        let experiments = &self.reference.paper.experiments;
        let mut found = Vec::new();
        for (index, one) in experiments.iter().enumerate() {
            for metric in &one.metrics {
                let others = experiments[index + 1..]
                    .iter()
                    .flat_map(|other| other.metrics.iter().map(move |metric| (other, metric)));
                for (other, sibling) in others {
                    if distance(metric, &metric.gold, &sibling.gold) <= 1.0 {
                        found.push((subject(one, metric), subject(other, sibling)));
                    }
                }
            }
        }
        for (one, other) in found {
            let text = format!("its gold is within tolerance of that of {other}");
            self.find(Severity::Note, "sibling", one, text);
        }
    }

    /// Every function is called by an experiment, and every experiment calls one.
    fn depends(&mut self) {
        let reference = self.reference;
        for function in &reference.paper.functions {
            if reference.dependents(function).is_empty() {
                let text = "no experiment calls it, so whether it is right shows nowhere";
                self.error("depends", &function.name, text);
            }
        }
        for (experiment, trace) in reference.paper.experiments.iter().zip(&reference.traces) {
            let calls =
                |trace: &crate::task::Trace| trace.functions.iter().any(|traced| traced.calls > 0);
            if trace.as_ref().is_some_and(|trace| !calls(trace)) {
                let text = "it calls none of the functions, so it comes out right whatever they do";
                self.error("depends", &experiment.id, text);
            }
        }
    }

    /// What is kept of measuring is what is measured.
    fn measured(&mut self) -> Result<(), CheckError> {
        let reference = self.reference;
        let measured = reference.measured()?;
        // Fuel and memory are those of a runtime and a processor.
        let same = reference
            .kept
            .as_ref()
            .is_some_and(|kept| kept.depends_as(measured));
        if !same {
            let text = format!(
                "what is kept of running the code is missing or out of date: run `autoexp task measure {}`",
                reference.paper.id
            );
            self.error("measured", "measured.json", text);
        }
        Ok(())
    }

    /// Each function alone, and all at once: masked and put back, the file is what it was, and the
    /// bodies can be carried over.
    fn masks(&mut self) -> Result<(), CheckError> {
        let reference = self.reference;
        let all: Vec<usize> = (0..reference.paper.functions.len()).collect();
        let sets = all.iter().map(|&index| vec![index]).chain([all.clone()]);
        for set in sets {
            let task = Task::new(reference.paper.clone(), set)?;
            let masked = task.masked_code(Docstring::default())?;
            let parser = &reference.paper.parser;
            let files: BTreeSet<&str> = task.functions().map(|found| found.file.as_str()).collect();
            for file in files {
                let names: Vec<&str> = task
                    .functions()
                    .filter(|function| function.file == file)
                    .map(|function| function.name.as_str())
                    .collect();
                let text = |files: &crate::task::Files| {
                    String::from_utf8_lossy(files.get(file).map_or(&[][..], Vec::as_slice))
                        .into_owned()
                };
                let (before, after) = (text(&reference.code), text(&masked));
                match unmask(parser, &after, &before, &names) {
                    Ok(back) if back == before => {}
                    Ok(_) => self.error("mask", names.join(", "), "unmasking gives another file"),
                    Err(error) => self.error("mask", names.join(", "), error.to_string()),
                }
            }
            let functions: Vec<_> = task.functions().collect();
            let left = |file: &str| reference.code.get(file).cloned();
            match transplant(parser, &reference.code, &functions, &left) {
                Ok(moved)
                    if moved
                        .iter()
                        .all(|(file, bytes)| reference.code[file] == *bytes) => {}
                Ok(_) => self.error(
                    "mask",
                    task.id().to_string(),
                    "carrying bodies over changes a file",
                ),
                Err(error) => self.error("mask", task.id().to_string(), error.to_string()),
            }
        }
        Ok(())
    }

    /// Reporting what the code gives is verified: with nothing masked, with each function alone and
    /// with all.
    fn oracle(&mut self) -> Result<(), CheckError> {
        let reference = self.reference;
        if reference.runs.iter().any(|run| run.trouble().is_some()) {
            return Ok(());
        }
        let mut printed = Printed::default();
        for run in &reference.runs {
            printed.add(&run.outcome.stdout.bytes);
        }
        let all: Vec<usize> = (0..reference.paper.functions.len()).collect();
        let alone = all.iter().map(|index| vec![*index]);
        for masked in [Vec::new()].into_iter().chain(alone).chain([all.clone()]) {
            let task = Task::new(reference.paper.clone(), masked)?;
            let experiments = match task.experiments() {
                Ok(experiments) => experiments,
                // Found by `depends`.
                Err(TaskError::NoExperiment { .. }) => continue,
                Err(error) => return Err(error.into()),
            };
            let asked = |run: &&Measurement| {
                let mut experiments = experiments.iter();
                experiments.any(|experiment| experiment.id == run.experiment)
            };
            let reports = reference.runs.iter().filter(asked);
            let reports = reports.map(|run| (run.experiment.clone(), run.report()));
            let given = tree(&task.masked_code(Docstring::default())?);
            let score = Attempt {
                task: &task,
                given: &given,
                left: &tree(&reference.code),
                answer: &Value::Object(reports.collect::<Map<_, _>>()),
                printed: Some(&printed),
                reporter: Reporter::Agent,
            }
            .score(self.runner)?;
            if score.verified != Some(true) {
                let why: Vec<String> = score
                    .reasons
                    .iter()
                    .map(|(name, reason)| format!("{name}: {reason}"))
                    .collect();
                self.error("oracle", task.id().to_string(), why.join("; "));
            }
        }
        Ok(())
    }

    /// No gold stands where an agent can read it.
    fn leaks(&mut self) {
        let reference = self.reference;
        let redacted = reference.paper.text.redacted();
        let code = reference.code.iter();
        let code = code.map(|(file, bytes)| (file.as_str(), bytes.as_slice()));
        let files = code.chain([("PAPER.md", redacted.as_bytes())]);
        let (known, found): (Vec<_>, Vec<_>) = leaks(&reference.paper, files)
            .into_iter()
            .partition(|leak| {
                reference
                    .paper
                    .acknowledged
                    .iter()
                    .any(|known| is(known, leak))
            });
        for unused in &reference.paper.acknowledged {
            if !known.iter().any(|leak| is(unused, leak)) {
                let text = format!(
                    "{} is acknowledged, and no such number is there",
                    unused.text
                );
                self.error("leak", &unused.file, text);
            }
        }
        for leak in found {
            let text = format!(
                "{} is the gold of {} to {} digits",
                leak.text, leak.metric, leak.digits
            );
            let severity = match leak.is_telling() {
                true => Severity::Error,
                false => Severity::Note,
            };
            let line = leak
                .line
                .map_or_else(String::new, |line| format!(":{line}"));
            self.find(severity, "leak", format!("{}{line}", leak.file), text);
        }
    }
}

fn is(known: &Acknowledged, leak: &Leak) -> bool {
    (&known.file, &known.text) == (&leak.file, &leak.text)
}

fn subject(experiment: &Experiment, metric: &Metric) -> String {
    format!("{}.{}", experiment.id, metric.name)
}

fn json(gold: &Gold) -> String {
    serde_json::to_string(gold).unwrap_or_default()
}
