//! What an audit found, kept beside the paper.

use serde::{Deserialize, Serialize};

use super::{
    error::TaskError,
    measured::{read_json, write_json},
    mutants::{Mutant, mutants},
    spec::{Function, Paper},
};

/// The file in a paper's folder.
const FILE: &str = "audit.json";
const FORMAT: u32 = 1;

/// `audit.json`: how often wrong code gets a paper's numbers, and wrong code that doesn't.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Audited {
    format: u32,
    /// The digest of what was audited.
    of: String,
    /// Mutants of each function at most, a sample that follows from the seed.
    pub mutants: usize,
    pub seed: u64,
    /// In the order of `task.toml`.
    pub functions: Vec<AuditedFunction>,
}

/// What an audit found of a function.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditedFunction {
    pub file: String,
    pub name: String,
    /// Mutants there are, and how many were run.
    pub made: usize,
    pub tried: usize,
    /// Those of them that do what the reference does.
    pub equivalent: usize,
    /// The others that get every number right.
    pub survivors: usize,
    /// `survivors` as a part of those that aren't equivalent.
    pub false_pass_rate: f64,
    /// Some that fail on every experiment that calls the function, by [`Mutant::id`].
    pub failing: Vec<String>,
}

impl Audited {
    /// What was found of a paper as it is now.
    pub fn new(
        paper: &Paper,
        mutants: usize,
        seed: u64,
        functions: Vec<AuditedFunction>,
    ) -> Result<Audited, TaskError> {
        Ok(Audited {
            format: FORMAT,
            of: digest(paper)?,
            mutants,
            seed,
            functions,
        })
    }

    /// Keeps it in its paper's folder.
    pub fn write(&self, paper: &Paper) -> Result<(), TaskError> {
        write_json(&paper.dir.join(FILE), self)
    }
}

impl Paper {
    /// What is kept of the last audit; nothing where there was none, or where code, inputs, golds or
    /// tolerances have changed since.
    pub fn audited(&self) -> Result<Option<Audited>, TaskError> {
        let command = "autoexp task audit --write";
        let found: Option<Audited> = read_json(&self.dir.join(FILE), FORMAT, command)?;
        let digest = digest(self)?;
        Ok(found.filter(|found| found.of == digest))
    }

    /// Finds that there is wrong code for each of the paper's functions: see [`Paper::failing`].
    pub fn check_failing(&self) -> Result<(), TaskError> {
        let code = self.code()?;
        for function in &self.functions {
            let source = code.get(&function.file).map_or(&[][..], Vec::as_slice);
            self.failing(function, &String::from_utf8_lossy(source))?;
        }
        Ok(())
    }

    /// The mutants of one of the paper's functions that the last audit saw fail on every experiment
    /// that calls it.
    ///
    /// # Errors
    ///
    /// There was no audit of the paper as it is, or it saw none fail.
    pub fn failing(&self, function: &Function, source: &str) -> Result<Vec<Mutant>, TaskError> {
        let unknown = || TaskError::NoWrongCode {
            paper: self.id.clone(),
            function: function.name.clone(),
        };
        let audited = self.audited()?.ok_or_else(unknown)?;
        let found = audited
            .functions
            .iter()
            .find(|found| (&found.file, &found.name) == (&function.file, &function.name));
        let failing = &found.ok_or_else(unknown)?.failing;
        let mut all = mutants(source, &function.name).map_err(|_| unknown())?;
        all.retain(|mutant| failing.contains(&mutant.id()));
        match all.is_empty() {
            true => Err(unknown()),
            false => Ok(all),
        }
    }
}

/// The digest of all that an audit's findings follow from.
fn digest(paper: &Paper) -> Result<String, TaskError> {
    let mut hasher = blake3::Hasher::new_derive_key("autoexp 2026 audit of a paper");
    let mut add = |part: &[u8]| {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    };
    add(paper.code_digest()?.as_bytes());
    for (path, bytes) in paper.alternative()?.unwrap_or_default() {
        add(path.as_bytes());
        add(&bytes);
    }
    for metric in paper
        .experiments
        .iter()
        .flat_map(|experiment| &experiment.metrics)
    {
        add(format!("{metric:?}").as_bytes());
    }
    Ok(hasher.finalize().to_hex()[..32].to_owned())
}
