//! What is left of a docstring.

use serde::{Deserialize, Serialize};

/// How much of a masked function's docstring is left, from nothing to all. The lines are for the
/// help of commands.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, clap::ValueEnum,
)]
#[serde(rename_all = "snake_case")]
pub enum Docstring {
    /// Nothing
    None,
    /// The line that describes the function in task.toml
    Signature,
    /// What the paper's author wrote in task.toml, else as `signature`
    #[default]
    Paper,
    /// The docstring of the code, byte for byte
    Full,
}

/// What stands in the place of a docstring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept<'a> {
    /// Nothing.
    Nothing,
    /// The docstring itself, byte for byte, if there is one.
    Original,
    /// A text, quoted and indented.
    Text(&'a str),
}
