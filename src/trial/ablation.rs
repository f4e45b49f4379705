//! What a model is given of a task, and what is kept from it.

use serde::{Deserialize, Serialize};

use crate::task::Files;

/// What a model is given of the paper's text.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum PaperGiven {
    /// All, without its results, as PAPER.md
    #[default]
    Full,
    /// Nothing
    None,
    /// The paragraphs that share most words with the masked functions' names and descriptions
    Lexical,
    /// The sections that are about the masked functions, as their docstrings name them
    Oracle,
}

/// Whether a model is told how the experiments are run.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum CommandGiven {
    /// It is told the commands
    #[default]
    Given,
    /// It has to find out
    Withheld,
}

/// Whether the repository's own READMEs are there.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Readme {
    /// As the paper's authors left them
    #[default]
    Kept,
    /// Every file whose name begins with README is missing
    Removed,
}

/// An experiment's description without its command.
pub(super) fn without_command(description: &str, command: &str) -> String {
    description.replace(&format!("`{command}`"), "it")
}

/// Removes the READMEs, wherever they are.
pub(super) fn remove_readmes(files: &mut Files) {
    files.retain(|path, _| {
        let name = path.rsplit('/').next().unwrap_or(path);
        !name.to_lowercase().starts_with("readme")
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_can_be_had_without_the_command() {
        let told = without_command(
            "A run. Run `python a.py --b` and report c.",
            "python a.py --b",
        );
        assert_eq!(told, "A run. Run it and report c.");
    }

    #[test]
    fn readmes_are_removed_by_their_names_only() {
        let mut files: Files = ["README.md", "a/readme", "a/readable.py", "README/x.py"]
            .map(|name| (name.to_owned(), Vec::new()))
            .into();
        remove_readmes(&mut files);
        assert_eq!(
            files.keys().collect::<Vec<_>>(),
            ["README/x.py", "a/readable.py"]
        );
    }
}
