//! The same commands under a Python of the host's: does the sandbox change a result?

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use super::reference::{CheckError, Reference, distance, value};
use super::sound::{Finding, Severity};
use crate::score::{Measurement, read};
use crate::task::{Experiment, Files, Metric, Source};

/// Values apart by more than this, relative to each other, differ by more than the order of sums.
const NOISE: f64 = 1e-6;

/// Runs each experiment under a host Python in a folder of its own, on both inputs, and compares its
/// values with the sandbox's. Nothing holds that Python back: the code is run as the user's own is.
pub fn native(reference: &Reference, python: &Path) -> Result<Vec<Finding>, CheckError> {
    // The code is run elsewhere; a name alone is looked for on PATH.
    let python = match python.components().count() {
        1 => python.to_owned(),
        _ => std::path::absolute(python).map_err(|source| CheckError::Native {
            doing: "find the host's Python",
            source,
        })?,
    };
    let mut found = Vec::new();
    let inputs = [
        ("", Some(&reference.code), Some(&reference.runs)),
        (
            " on the alternative input",
            reference.other.as_ref(),
            reference.other_runs.as_ref(),
        ),
    ];
    for (input, files, runs) in inputs {
        let (Some(files), Some(runs)) = (files, runs) else {
            continue;
        };
        for (experiment, run) in reference.paper.experiments.iter().zip(runs) {
            let here = run_natively(&python, files, experiment)?;
            found.extend(compare(experiment, run, here, input));
        }
    }
    Ok(found)
}

/// The metrics' values, or why there are none.
type Values = Result<Vec<(String, Option<serde_json::Value>)>, String>;

fn run_natively(
    python: &Path,
    files: &Files,
    experiment: &Experiment,
) -> Result<Values, CheckError> {
    let failed = |doing: &'static str| move |source| CheckError::Native { doing, source };
    let folder = tempfile::tempdir().map_err(failed("make a folder"))?;
    for (name, bytes) in files {
        let path = folder.path().join(name);
        let parent = path.parent().unwrap_or(folder.path());
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&path, bytes))
            .map_err(failed("write the code"))?;
    }
    for metric in &experiment.metrics {
        if let Source::File { file, .. } = &metric.source {
            // Most often it isn't there.
            _ = fs::remove_file(folder.path().join(file));
        }
    }
    let done = Command::new(python)
        .args(&experiment.command[1..])
        .current_dir(folder.path())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::null())
        .output()
        .map_err(failed("start the host's Python"))?;
    if !done.status.success() {
        let stderr = String::from_utf8_lossy(&done.stderr);
        let last = stderr.lines().rev().find(|line| !line.trim().is_empty());
        let status = done.status;
        return Ok(Err(format!(
            "{status}: {}",
            last.unwrap_or("it said nothing")
        )));
    }
    let file = |name: &str| fs::read(folder.path().join(name)).ok();
    let metrics = experiment.metrics.iter();
    let values = metrics.map(|metric| {
        let value = read(&metric.source, &done.stdout, &file);
        (metric.name.clone(), value.ok())
    });
    Ok(Ok(values.collect()))
}

fn compare(experiment: &Experiment, run: &Measurement, here: Values, input: &str) -> Vec<Finding> {
    let finding = |severity, subject: String, text| Finding {
        severity,
        check: "native",
        subject,
        text,
    };
    let here = match here {
        Ok(here) => here,
        Err(why) => {
            let text = format!("the host's Python fails{input}: {why}");
            return vec![finding(Severity::Error, experiment.id.clone(), text)];
        }
    };
    let metrics = experiment.metrics.iter().zip(here);
    metrics
        .filter_map(|(metric, (_, native))| {
            let subject = format!("{}.{}", experiment.id, metric.name);
            let sandbox = value(run, metric)?;
            let native = native.and_then(|native| serde_json::from_value(native).ok());
            let Some(native) = native else {
                let text = format!("the host's Python gives no value{input}");
                return Some(finding(Severity::Error, subject, text));
            };
            let exact = Metric {
                rtol: NOISE,
                atol: metric.atol * NOISE,
                ..metric.clone()
            };
            if distance(&exact, &sandbox, &native) <= 1.0 {
                return None;
            }
            let off = distance(metric, &sandbox, &native);
            let severity = match off > 1.0 {
                true => Severity::Error,
                false => Severity::Note,
            };
            let json = |gold| serde_json::to_string(gold).unwrap_or_default();
            let text = format!(
                "the sandbox gives {} and the host's Python {}{input}, {off:.2} tolerances apart: look \
                 for integers that need more than 32 bits, for what the order of threads decides, \
                 and for other versions of packages",
                json(&sandbox),
                json(&native)
            );
            Some(finding(severity, subject, text))
        })
        .collect()
}
