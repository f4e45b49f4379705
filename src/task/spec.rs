//! A bundled paper as `task.toml` describes it.
//!
//! Everything is checked while loading, so what holds a [`Paper`] can rely on it: ids are unique,
//! functions exist, paths stay inside, patterns compile, golds are finite.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use regex::Regex;

use super::{
    error::{MeasuredProblem, TaskError},
    gold::Gold,
    guest::Guest,
    id::PaperId,
    json_path::JsonPath,
    mask::{Docstring, Kept, Mask},
    measured::Measured,
    paper_text::PaperText,
    python::Parser,
};

mod check;
mod document;
mod raw;
#[cfg(test)]
mod tests;

/// The relative tolerance where a metric gives none: AutoExperiment's ±5 %.
pub const DEFAULT_RTOL: f64 = 0.05;

/// A paper: a folder with `task.toml`, `paper.md`, `code/` and, perhaps, `alternative/`.
#[derive(Clone, Debug)]
pub struct Paper {
    /// The folder's name.
    pub id: PaperId,
    /// The paper's title.
    pub title: String,
    /// The licence of the code, as an SPDX expression.
    pub licence: String,
    /// The field of research, in a few words.
    pub field: String,
    /// Packages of pure Python beside the runtime's.
    pub guest: Guest,
    /// What can be masked. A task id's numbers are positions in this list.
    pub functions: Vec<Function>,
    /// What is to be run and reported; at least one.
    pub experiments: Vec<Experiment>,
    /// What looks like a gold where an agent can read it, and isn't.
    pub acknowledged: Vec<Acknowledged>,
    /// What is kept of running its code.
    pub measured: Result<Measured, MeasuredProblem>,
    /// `paper.md`.
    pub text: PaperText,
    /// The folder.
    pub dir: PathBuf,
    /// What reads its code.
    pub parser: Parser,
}

/// A number that an agent can read, and that only looks like a gold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acknowledged {
    /// The file, as an agent finds it.
    pub file: String,
    /// The number as it stands there.
    pub text: String,
    /// Why it gives nothing away.
    pub reason: String,
}

/// A function of the paper's code that can be masked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// The file, relative to `code/`, with `/` between the parts.
    pub file: String,
    /// The qualified name, such as `Class.method`.
    pub name: String,
    /// What it does, in one line.
    pub description: String,
    /// A docstring for whoever writes it again, if there is one beside the description.
    pub docstring: Option<String>,
    /// Lines of its body, without blank ones, comments and the docstring.
    pub lines: usize,
}

impl Function {
    /// How it is masked.
    pub(super) fn mask(&self, docstring: Docstring) -> Mask<'_> {
        let description = Kept::Text(&self.description);
        Mask {
            name: &self.name,
            docstring: match docstring {
                Docstring::None => Kept::Nothing,
                Docstring::Signature => description,
                Docstring::Paper => self.docstring.as_deref().map_or(description, Kept::Text),
                Docstring::Full => Kept::Original,
            },
        }
    }
}

/// A run of the paper's code and the numbers it gives.
#[derive(Clone, Debug)]
pub struct Experiment {
    /// Unique in the paper: `[a-z0-9][a-z0-9-]*`.
    pub id: String,
    /// What to run and which numbers to report.
    pub description: String,
    /// The words of the command; the first is `python`.
    pub command: Vec<String>,
    /// The same command but for the algorithm's own random stream; none where it draws nothing.
    pub reseeded: Option<Vec<String>>,
    /// What a run may use.
    pub limits: ExperimentLimits,
    /// The numbers to report; at least one.
    pub metrics: Vec<Metric>,
}

/// What a run of an experiment may use; where nothing is said, the harness' own limits hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExperimentLimits {
    /// Units of fuel, above 0.
    pub fuel: Option<u64>,
    /// Bytes of memory, above 0.
    pub memory: Option<u64>,
    /// Wall-clock time, above 0.
    pub time: Option<Duration>,
}

/// A number, or list of numbers, that an experiment reports.
#[derive(Clone, Debug)]
pub struct Metric {
    /// Unique in the experiment: `[a-z][a-z0-9_]*`.
    pub name: String,
    /// Where a run leaves it.
    pub source: Source,
    /// What it ought to be.
    pub gold: Gold,
    /// What it ought to be on the alternative input; none where it isn't compared there.
    pub alternative: Option<Gold>,
    /// The tolerance relative to |gold|: 0 up to, not including, 1.
    pub rtol: f64,
    /// The absolute tolerance: finite, 0 or above, and above 0 where gold holds a 0.
    pub atol: f64,
}

/// Where a run leaves a metric.
#[derive(Clone, Debug)]
pub enum Source {
    /// In the last complete JSON document on standard output.
    Stdout {
        /// The place in the document.
        path: JsonPath,
    },
    /// In the text of standard output.
    Pattern {
        /// Has a group named `value`.
        regex: Regex,
    },
    /// In a JSON file.
    File {
        /// The file, relative to the working directory, with `/` between the parts.
        file: String,
        /// The place in the document.
        path: JsonPath,
    },
}

impl Paper {
    /// Loads a paper's folder and checks all of it that can be checked without running its code.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong, with its file, line and field, what was found and what is
    /// allowed.
    pub fn load(dir: &Path, parser: &Parser) -> Result<Paper, TaskError> {
        check::load(dir, parser)
    }

    /// The folder of the paper's code.
    pub fn code_dir(&self) -> PathBuf {
        self.dir.join("code")
    }

    /// The folder of the files that take the place of some of the code's for the alternative
    /// input, or are added to it.
    pub fn alternative_dir(&self) -> PathBuf {
        self.dir.join("alternative")
    }
}
