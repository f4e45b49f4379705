//! What can be wrong with a task.

use std::{fmt, io, path::PathBuf};

use thiserror::Error;

use super::{
    id::PaperId, json_path::JsonPathError, mask::MaskError, near::Near, paper_text::TextError,
    select::TaskId,
};
use crate::units::UnitError;

/// Why a paper or task can't be used.
#[derive(Debug, Error)]
pub enum TaskError {
    /// A file or folder can't be read.
    #[error("read {}: {source}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A paper's folder doesn't have a file that it must have.
    #[error("{} is missing: a paper is a folder with task.toml, paper.md and code/", path.display())]
    Missing {
        /// The file or folder.
        path: PathBuf,
    },
    /// Something in `task.toml`.
    #[error(transparent)]
    Spec(#[from] Box<SpecError>),
    /// Something in `paper.md`.
    #[error("{}:{error}", path.display())]
    Text {
        /// The paper's text.
        path: PathBuf,
        /// What is wrong, and where.
        error: TextError,
    },
    /// No folder of this name among the papers.
    #[error(
        "there is no paper `{paper}` in {}{near} (known: {})",
        tasks.display(),
        list(known)
    )]
    UnknownPaper {
        /// What was asked for.
        paper: PaperId,
        /// The folder of the papers.
        tasks: PathBuf,
        /// Known ids that look like it.
        near: Near,
        /// All known ids.
        known: Vec<PaperId>,
    },
    /// A task id with a function number that the paper doesn't have.
    #[error("task `{id}` masks function {index}, but the paper has {count}, numbered from 0")]
    UnknownFunction {
        /// What was asked for.
        id: TaskId,
        /// The number that is too large.
        index: usize,
        /// How many functions there are.
        count: usize,
    },
    /// What is kept of running the paper's code is of no use.
    #[error("{} {problem}: run `autoexp task measure {paper}`", path.display())]
    Measured {
        /// The file.
        path: PathBuf,
        /// Whose it is.
        paper: PaperId,
        /// Why it is of no use.
        problem: MeasuredProblem,
    },
    /// A file that a command writes, and that was changed by something else.
    #[error("{} can't be read: {found}; have it written again by `{command}`", path.display())]
    Generated {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        found: String,
        /// What writes it.
        command: &'static str,
    },
    /// No experiment calls a masked function.
    #[error(
        "task `{id}` can't be scored: no experiment of the paper calls a function that it masks"
    )]
    NoExperiment {
        /// The task.
        id: TaskId,
    },
    /// No wrong version of a function is known.
    #[error(
        "no wrong version of {function} in {paper} is known that misses its numbers: run `autoexp task audit {paper} --write`"
    )]
    NoWrongCode {
        /// The paper.
        paper: PaperId,
        /// The function's qualified name.
        function: String,
    },
    /// A file can't be written.
    #[error("write {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file in `code/` that can't be part of a task.
    #[error("{}: {problem}", path.display())]
    Code {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: CodeProblem,
    },
}

/// Why what is kept of running a paper's code is of no use.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum MeasuredProblem {
    /// There is no such file.
    #[error("is missing, so which experiments depend on a function is not known")]
    Missing,
    /// The code, the functions or the commands are others than they were.
    #[error("is about code, functions or commands that have changed since")]
    Stale,
}

/// Why a file in `code/` can't be part of a task.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum CodeProblem {
    /// A symbolic link to somewhere else, or to nothing.
    #[error("the symbolic link leads out of code/ or nowhere")]
    LinkOutside,
    /// A symbolic link to a folder.
    #[error("the symbolic link leads to a folder; only links to files are followed")]
    LinkToFolder,
    /// Neither file, folder nor link.
    #[error("this is neither a file nor a folder")]
    Special,
    /// A name that isn't Unicode.
    #[error("the name is not valid Unicode")]
    Name,
    /// Something that holds the bodies that a mask takes out.
    #[error("this would give masked functions away: delete it")]
    Leak,
    /// A file to be masked that isn't text.
    #[error("line {line}: not valid UTF-8; convert the file to UTF-8")]
    Encoding {
        /// From 1, counting line feeds.
        line: usize,
    },
    /// A file to be masked that can't be read.
    #[error("the file can't be read: {0}")]
    Read(io::ErrorKind),
    /// A file that can't be masked.
    #[error(transparent)]
    Mask(#[from] MaskError),
}

/// What is wrong in a `task.toml`, and where.
#[derive(Debug, Error)]
#[error("{}:{position}: {field}: {problem}", file.display())]
pub struct SpecError {
    /// The `task.toml`.
    pub file: PathBuf,
    /// Where in it.
    pub position: Position,
    /// The key, from the top: `experiment[0].metric[1].gold`.
    pub field: String,
    /// What was found and what is allowed.
    pub problem: Problem,
}

/// A place in a text, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

impl Position {
    /// The place of a byte. One past the end, or inside a character, counts as what is before it.
    pub(super) fn of(text: &str, byte: usize) -> Self {
        let before = &text[..text.floor_char_boundary(byte)];
        let line_start = before.rfind('\n').map_or(0, |feed| feed + 1);
        Position {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// What is wrong with a field of a `task.toml`.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum Problem {
    /// No TOML, a key unknown or missing, or a value of the wrong type: the parser's words.
    #[error("{0}")]
    Toml(String),
    /// A format of another version.
    #[error("format {found} is not known; this version reads format 1")]
    Format {
        /// What the file says.
        found: String,
    },
    /// Not the kind of name that is allowed here.
    #[error("`{found}` is not allowed; write {allowed}")]
    Name {
        /// What was written.
        found: String,
        /// What may be written.
        allowed: &'static str,
    },
    /// The paper's id and the folder's name differ.
    #[error("`{found}` must be the name of the folder, `{folder}`")]
    NotFolder {
        /// The id.
        found: String,
        /// The folder's name.
        folder: String,
    },
    /// Used before.
    #[error("`{found}` is already on line {first}; give each its own")]
    Duplicate {
        /// What was written twice.
        found: String,
        /// Where it was first.
        first: usize,
    },
    /// Nothing where something is needed.
    #[error("is empty; write {allowed}")]
    Empty {
        /// What is needed.
        allowed: &'static str,
    },
    /// Several lines where one is wanted.
    #[error("has a line break; write one line")]
    NotOneLine,
    /// A character that no Python source may hold.
    #[error("holds a NUL character, which Python doesn't take in a source; leave it out")]
    Nul,
    /// A path that doesn't stay inside.
    #[error(
        "`{found}` is not allowed; write a path inside code/: relative, `/` between its parts, \
         none of them `.` or `..`"
    )]
    Path {
        /// What was written.
        found: String,
    },
    /// No such file, or not a file.
    #[error("there is no file `{found}` in code/")]
    NoFile {
        /// What was written.
        found: String,
    },
    /// A source file that can't be read or masked.
    #[error("code/{file}: {problem}")]
    Code {
        /// The file.
        file: String,
        /// What is wrong with it.
        problem: CodeProblem,
    },
    /// A command that isn't `python` with something to run.
    #[error(
        "`{found}` is not allowed; write `python` and what it runs, split into words and quoted \
         as in a shell"
    )]
    Command {
        /// What was written.
        found: String,
    },
    /// A source with too few or too many keys.
    #[error(
        "found {found}; write `stdout`, or `pattern`, or both `file` and `path`, and nothing else"
    )]
    Source {
        /// The keys found.
        found: String,
    },
    /// Not a JSON path.
    #[error(transparent)]
    JsonPath(#[from] JsonPathError),
    /// Not a regular expression.
    #[error("`{found}` is not a regular expression: {reason}")]
    Regex {
        /// What was written.
        found: String,
        /// The `regex` crate's words.
        reason: String,
    },
    /// A regular expression that doesn't say which part is the value.
    #[error("`{found}` has no group `value`; mark the number with `(?<value>…)`")]
    NoValueGroup {
        /// What was written.
        found: String,
    },
    /// A pattern reads one number.
    #[error("a list can't be read by a pattern, which reads one number; use a JSON source")]
    PatternOfList,
    /// Not an amount with its unit.
    #[error(transparent)]
    Unit(#[from] UnitError),
    /// A limit under which nothing runs.
    #[error("is zero; write a limit above it, or none")]
    ZeroLimit,
    /// A relative tolerance out of range.
    #[error("{found:?} is not allowed; write a number from 0 up to, not including, 1")]
    RelativeTolerance {
        /// What was written.
        found: f64,
    },
    /// An absolute tolerance out of range.
    #[error("{found:?} is not allowed; write a finite number, 0 or above")]
    AbsoluteTolerance {
        /// What was written.
        found: f64,
    },
    /// A relative tolerance of nothing is nothing.
    #[error("holds a 0, of which no share can be taken; give `atol`, above 0")]
    ZeroGold,
    /// A value on an input that isn't there.
    #[error("is a value on the alternative input, but there is no folder `alternative`")]
    NoAlternative,
}

fn list(ids: &[PaperId]) -> String {
    match ids {
        [] => "none".to_owned(),
        ids => {
            let ids: Vec<&str> = ids.iter().map(PaperId::as_str).collect();
            ids.join(", ")
        }
    }
}
