//! What running a paper's code told, kept beside it for what has to know it without running it.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{
    error::{MeasuredProblem, TaskError},
    select::subsets,
    spec::Paper,
};

/// The file in a paper's folder.
const FILE: &str = "measured.json";
const FORMAT: u32 = 1;

/// `measured.json`: what each experiment of a paper takes, and what it runs of the functions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    format: u32,
    /// The digest of the code that was measured.
    code: String,
    /// In the order of `task.toml`.
    pub experiments: Vec<MeasuredExperiment>,
}

/// What an experiment takes and runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeasuredExperiment {
    pub id: String,
    /// Units of fuel.
    pub fuel: u64,
    /// Bytes of memory at most.
    pub peak_memory: u64,
    /// In the order of `task.toml`.
    pub functions: Vec<MeasuredFunction>,
}

/// What an experiment runs of a function.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeasuredFunction {
    /// As in `task.toml`.
    pub file: String,
    pub name: String,
    /// How often it is called.
    pub calls: u64,
    /// Its part of the experiment's fuel, with what it calls, from 0 to 1. Those of functions that
    /// call each other add up to more.
    pub share: f64,
    /// The functions of the paper that call it, by their numbers, directly or through code that
    /// isn't maskable.
    pub callers: Vec<usize>,
}

impl Measured {
    /// What was measured of a paper as it is now.
    pub fn new(paper: &Paper, experiments: Vec<MeasuredExperiment>) -> Result<Measured, TaskError> {
        Ok(Measured {
            format: FORMAT,
            code: paper.code_digest()?,
            experiments,
        })
    }

    /// Whether it is of the same code, and every function is called as often by the same.
    pub fn depends_as(&self, other: &Measured) -> bool {
        let calls = |measured: &Measured| -> Vec<_> {
            let experiments = measured.experiments.iter();
            experiments
                .map(|experiment| {
                    let functions = experiment.functions.iter();
                    let called =
                        functions.map(|function| (function.calls, function.callers.clone()));
                    (experiment.id.clone(), called.collect::<Vec<_>>())
                })
                .collect()
        };
        self.code == other.code && calls(self) == calls(other)
    }

    /// Reads what is kept in a paper's folder.
    pub(super) fn read(paper: &Paper) -> Result<Result<Measured, MeasuredProblem>, TaskError> {
        let path = paper.dir.join(FILE);
        let found: Option<Measured> = read_json(&path, FORMAT, "autoexp task measure")?;
        let Some(found) = found else {
            return Ok(Err(MeasuredProblem::Missing));
        };
        match found.code == paper.code_digest()? {
            true => Ok(Ok(found)),
            false => Ok(Err(MeasuredProblem::Stale)),
        }
    }

    /// Keeps it in its paper's folder.
    pub fn write(&self, paper: &Paper) -> Result<(), TaskError> {
        write_json(&paper.dir.join(FILE), self)
    }
}

impl Paper {
    /// The digest of all that decides what its experiments run: the code, what can be masked in it,
    /// and the commands.
    pub fn code_digest(&self) -> Result<String, TaskError> {
        let mut hasher = blake3::Hasher::new_derive_key("autoexp 2026 code of a paper");
        let mut add = |part: &[u8]| {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        };
        for (path, bytes) in self.code()? {
            add(path.as_bytes());
            add(&bytes);
        }
        for function in &self.functions {
            add(function.file.as_bytes());
            add(function.name.as_bytes());
        }
        for experiment in &self.experiments {
            add(experiment.id.as_bytes());
            for word in &experiment.command {
                add(word.as_bytes());
            }
        }
        Ok(hasher.finalize().to_hex()[..32].to_owned())
    }

    /// What is kept of running its code.
    ///
    /// # Errors
    ///
    /// Nothing is kept, or it is about other code than there is now.
    pub fn measured(&self) -> Result<&Measured, TaskError> {
        self.measured
            .as_ref()
            .map_err(|&problem| TaskError::Measured {
                path: self.dir.join(FILE),
                paper: self.id.clone(),
                problem,
            })
    }

    /// How many pairs of some functions there are of which one calls the other.
    pub fn coupling(&self, functions: &[usize]) -> Result<usize, TaskError> {
        let measured = self.measured()?;
        let calls = |caller: usize, called: usize| {
            let mut experiments = measured.experiments.iter();
            experiments.any(|experiment| experiment.functions[called].callers.contains(&caller))
        };
        let pairs =
            subsets(functions.len(), 2).map(|pair| (functions[pair[0]], functions[pair[1]]));
        Ok(pairs.filter(|&(a, b)| calls(a, b) || calls(b, a)).count())
    }

    /// The experiments that call any of some functions, by their positions.
    pub fn dependents(&self, functions: &[usize]) -> Result<Vec<usize>, TaskError> {
        let experiments = self.measured()?.experiments.iter().enumerate();
        let calls = |experiment: &MeasuredExperiment| {
            functions
                .iter()
                .any(|index| experiment.functions[*index].calls > 0)
        };
        Ok(experiments
            .filter(|(_, experiment)| calls(experiment))
            .map(|(index, _)| index)
            .collect())
    }
}

/// Reads a generated file of a paper's.
pub(super) fn read_json<T: serde::de::DeserializeOwned>(
    path: &Path,
    format: u32,
    command: &'static str,
) -> Result<Option<T>, TaskError> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(source) => {
            let path = path.to_owned();
            return Err(TaskError::Read { path, source });
        }
    };
    let wrong = |found: String| TaskError::Generated {
        path: path.to_owned(),
        found,
        command,
    };
    let value: serde_json::Value =
        serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))?;
    if value.get("format") != Some(&format.into()) {
        return Err(wrong(format!("it is not of format {format}")));
    }
    serde_json::from_value(value)
        .map(Some)
        .map_err(|error| wrong(error.to_string()))
}

/// Writes a generated file of a paper's, whole or not at all.
pub(super) fn write_json(path: &Path, value: &impl Serialize) -> Result<(), TaskError> {
    let write = || {
        let mut text = serde_json::to_string_pretty(value)?;
        text.push('\n');
        let temporary = path.with_extension(format!("json.{}", std::process::id()));
        fs::write(&temporary, text)?;
        fs::rename(&temporary, path)
    };
    write().map_err(|source| TaskError::Write {
        path: path.to_owned(),
        source,
    })
}
