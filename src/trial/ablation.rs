//! What a model is given of a task, and what is kept from it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::model::{ModelName, Provider};
use crate::task::Files;

/// What a model is given of the paper's text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum PaperGiven {
    /// All, without its results, as PAPER.md.
    #[default]
    Full,
    /// Nothing.
    None,
    /// The paragraphs that share most words with the masked functions' names and descriptions.
    Lexical,
    /// The paragraphs that are nearest to these, as this embedding model has it.
    Embedding(ModelName),
    /// The sections that are about the masked functions, as their docstrings name them.
    Oracle,
}

/// A text that says nothing of the kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is nothing that can be given of the paper; write full, none, lexical, oracle, or \
     embedding:PROVIDER/MODEL with an embedding model of openai, gemini or ollama (the other \
     providers have none)"
)]
pub struct PaperGivenError(String);

impl FromStr for PaperGiven {
    type Err = PaperGivenError;

    fn from_str(text: &str) -> Result<PaperGiven, PaperGivenError> {
        let embedder = text.strip_prefix("embedding:");
        match (text, embedder.and_then(|name| name.parse().ok())) {
            ("full", _) => Ok(PaperGiven::Full),
            ("none", _) => Ok(PaperGiven::None),
            ("lexical", _) => Ok(PaperGiven::Lexical),
            ("oracle", _) => Ok(PaperGiven::Oracle),
            (
                _,
                Some(
                    name @ ModelName::Remote {
                        provider: Provider::OpenAi | Provider::Gemini | Provider::Ollama,
                        ..
                    },
                ),
            ) => Ok(PaperGiven::Embedding(name)),
            _ => Err(PaperGivenError(text.to_owned())),
        }
    }
}

impl TryFrom<String> for PaperGiven {
    type Error = PaperGivenError;

    fn try_from(text: String) -> Result<PaperGiven, PaperGivenError> {
        text.parse()
    }
}

impl From<PaperGiven> for String {
    fn from(given: PaperGiven) -> String {
        given.to_string()
    }
}

impl fmt::Display for PaperGiven {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PaperGiven::Full => f.write_str("full"),
            PaperGiven::None => f.write_str("none"),
            PaperGiven::Lexical => f.write_str("lexical"),
            PaperGiven::Oracle => f.write_str("oracle"),
            PaperGiven::Embedding(model) => write!(f, "embedding:{model}"),
        }
    }
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
    fn what_is_given_of_the_paper_is_written_as_it_is_read() {
        for text in [
            "full",
            "none",
            "lexical",
            "oracle",
            "embedding:openai/text-embedding-3-small",
            "embedding:ollama/nomic-embed-text",
        ] {
            assert_eq!(text.parse::<PaperGiven>().unwrap().to_string(), text);
        }
        for wrong in [
            "",
            "embedding",
            "embedding:",
            "embedding:nop",
            "embedding:anthropic/x",
        ] {
            assert!(wrong.parse::<PaperGiven>().is_err(), "{wrong}");
        }
    }

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
