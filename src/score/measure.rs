//! Running an experiment in a fresh sandbox, and reading its metrics.

use std::collections::BTreeMap;
use std::io;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::source::{SourceError, read};
use crate::sandbox::{
    CommandLineError, Exit, Invocation, Limits, Outcome, Runner, SandboxError, WORKSPACE,
};
use crate::task::{Experiment, Source};
use crate::workspace::{Access, MountError, Tree, Workspace};

/// What stands in the way of a run, on our side.
#[derive(Debug, thiserror::Error)]
pub enum MeasureError {
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    #[error(transparent)]
    Mount(#[from] MountError),
    #[error("the command {command:?}: {source}")]
    Command {
        command: Vec<String>,
        source: CommandLineError,
    },
    #[error("lay the repository: {0}")]
    Files(#[from] io::Error),
}

/// What an experiment came to.
#[derive(Clone, Debug)]
pub struct Measurement {
    /// The experiment's id.
    pub experiment: String,
    /// Each metric's value, by name, in the order of the description.
    pub values: Vec<(String, Result<Value, SourceError>)>,
    /// The run.
    pub outcome: Outcome,
    /// How it ended, in a sentence.
    pub ended: String,
}

/// What is kept of a run in a record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunRecord {
    /// The experiment's id.
    pub experiment: String,
    /// The kind of the exit, as in the trajectory.
    pub exit: String,
    /// Units of fuel.
    pub fuel: u64,
    /// The outcome's digest.
    pub digest: String,
    /// The values that its sources gave.
    pub values: BTreeMap<String, Value>,
    /// Why the others gave none.
    pub missing: BTreeMap<String, SourceError>,
}

/// What a run of an experiment may use: its own limits, else the usual ones.
pub fn limits(experiment: &Experiment) -> Limits {
    let (own, usual) = (&experiment.limits, Limits::default());
    Limits {
        fuel: own.fuel.unwrap_or(usual.fuel),
        memory: own.memory.unwrap_or(usual.memory),
        wall: own.time.unwrap_or(usual.wall),
        ..usual
    }
}

/// Runs a command of an experiment on a repository, and reads the experiment's metrics from what
/// it leaves. Files that metrics are read from are removed before, so that what is there afterwards
/// is this run's.
pub fn measure(
    runner: &Runner,
    repository: &Tree,
    experiment: &Experiment,
    command: &[String],
    limits: &Limits,
) -> Result<Measurement, MeasureError> {
    let mut workspace = Workspace::new();
    workspace.mount(WORKSPACE, repository, Access::ReadWrite)?;
    for metric in &experiment.metrics {
        if let Source::File { file, .. } = &metric.source {
            // Most often it isn't there.
            _ = workspace.remove(&format!("{WORKSPACE}/{file}"));
        }
    }
    let invocation =
        Invocation::from_command_line(&command[1..]).map_err(|source| MeasureError::Command {
            command: command.to_vec(),
            source,
        })?;
    let outcome = runner.run(&mut workspace, invocation, limits)?;
    let left = workspace.tree(WORKSPACE)?;
    let file = |name: &str| Some(left.read(name).ok()??.to_vec());
    let values = experiment.metrics.iter().map(|metric| {
        let value = read(&metric.source, &outcome.stdout.bytes, &file);
        (metric.name.clone(), value)
    });
    Ok(Measurement {
        experiment: experiment.id.clone(),
        values: values.collect(),
        ended: outcome.exit.explain(limits),
        outcome,
    })
}

impl Measurement {
    /// What would be reported of it: nothing where the run didn't end well, for then whatever it
    /// printed is no result.
    pub fn report(&self) -> Value {
        let values = self.values.iter().filter(|_| self.outcome.exit.success());
        let values = values.filter_map(|(name, value)| {
            let value = value.as_ref().ok()?;
            Some((name.clone(), value.clone()))
        });
        Value::Object(values.collect::<Map<_, _>>())
    }

    /// Why it gives no report, or only a part of one.
    pub fn trouble(&self) -> Option<String> {
        if !self.outcome.exit.success() {
            let stderr = self.outcome.stderr.text();
            let last = stderr.lines().rev().find(|line| !line.trim().is_empty());
            return Some(match (self.outcome.exit, last) {
                (Exit::Exited(_), Some(last)) => format!("{}: {}", self.ended, last.trim()),
                _ => self.ended.clone(),
            });
        }
        self.values.iter().find_map(|(name, value)| {
            let error = value.as_ref().err()?;
            Some(format!("{name}: {error}"))
        })
    }

    pub fn record(&self) -> RunRecord {
        let (mut values, mut missing) = (BTreeMap::new(), BTreeMap::new());
        for (name, value) in &self.values {
            match value {
                Ok(value) => _ = values.insert(name.clone(), value.clone()),
                Err(error) => _ = missing.insert(name.clone(), error.clone()),
            }
        }
        RunRecord {
            experiment: self.experiment.clone(),
            exit: self.outcome.exit.kind().to_owned(),
            fuel: self.outcome.fuel_used,
            digest: self.outcome.digest().to_string(),
            values,
            missing,
        }
    }
}
