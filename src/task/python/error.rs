//! Why a source can't be taken apart.

use thiserror::Error;

/// Why a source can't be taken apart.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum SyntaxError {
    /// Not Python.
    #[error("line {line}: not valid Python: {problem}")]
    Invalid {
        /// From 1.
        line: usize,
        /// What the parser says.
        problem: String,
    },
    /// tree-sitter's grammar doesn't know it, and Python's own parser wasn't asked.
    #[error("{refused} (so tree-sitter's grammar says; Python's own parser wasn't asked: {why})")]
    Unasked {
        /// What the grammar says.
        refused: Box<SyntaxError>,
        /// Why there is no sandbox to ask in.
        why: String,
    },
    /// Python's own parser can't be asked.
    #[error("Python's own parser can't be asked: {why}")]
    NoPython {
        /// What stands in the way.
        why: String,
    },
    /// A NUL character, which no Python source may hold.
    #[error("line {line}: there is a NUL character, which Python doesn't take in a source")]
    Nul {
        /// From 1.
        line: usize,
    },
    /// A declaration of another encoding than the one that sources are read in here.
    #[error(
        "the file declares that it is in {declared} and isn't plain ASCII; convert it to UTF-8, \
         the declaration too"
    )]
    Encoding {
        /// The declared encoding.
        declared: String,
    },
}
