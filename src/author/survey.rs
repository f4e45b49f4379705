//! What a repository imports and no longer finds, and what it says it needs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::error::AuthorError;
use super::guest::{GuestProgram, ask};
use crate::sandbox::Runner;
use crate::workspace::Tree;

const SURVEY: GuestProgram = ("the survey of the sources", include_str!("survey.py"));

/// What looking through a repository tells.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Survey {
    pub sources: Vec<SourceFile>,
    pub requirements: Vec<Requirement>,
    /// Modules that are imported somewhere and aren't here, by their top names, with what importing
    /// them says.
    pub absent: BTreeMap<String, Option<String>>,
}

/// A Python source.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct SourceFile {
    pub file: String,
    pub imports: Vec<Import>,
    /// Modules of the repository's own that it imports, as it names them.
    pub of_own: Vec<String>,
    pub removed: Vec<Removed>,
    /// Why it can't be read.
    pub problem: Option<Unreadable>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Import {
    pub line: usize,
    pub module: String,
    /// Within a `try`, or the like: the program goes on without it.
    pub guarded: bool,
}

/// Something that packages or Python no longer have.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Removed {
    pub line: usize,
    pub what: String,
    pub mend: String,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Unreadable {
    pub line: Option<usize>,
    pub text: String,
}

/// Something that a repository, or a package, says it needs.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Requirement {
    /// Where it stands; nothing for one of a package's.
    pub file: Option<String>,
    pub line: Option<usize>,
    pub text: String,
    /// None where the text is no requirement.
    pub name: Option<String>,
    /// The version that is here.
    pub has: Option<String>,
    /// Whether that is one asked for.
    pub met: bool,
    /// Whether it is asked for on a machine like this.
    pub wanted: bool,
}

pub(super) fn survey(runner: &Runner, files: &Tree) -> Result<Survey, AuthorError> {
    ask(runner, files, SURVEY, &[])
}

/// What requirements, each as a line, come to here.
pub(super) fn requirements(
    runner: &Runner,
    lines: &[String],
) -> Result<Vec<Requirement>, AuthorError> {
    match lines {
        [] => Ok(Vec::new()),
        lines => ask(runner, &Tree::default(), SURVEY, lines),
    }
}
