//! The models that can be asked for by name.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::sim::Share;

/// A model as it is asked for on the command line and named in records.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ModelName {
    Oracle,
    Nop,
    /// Right with a known probability for each function: see [`simulated`](super::simulated()).
    Sim {
        right: Share,
        seed: u64,
    },
    /// Replies from a file.
    Script(PathBuf),
    /// Replies from a trial that was recorded.
    Replay(PathBuf),
    /// A language model over the network.
    Remote {
        provider: Provider,
        model: String,
    },
}

/// Who serves a language model, or whose protocol is spoken with whoever does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Provider {
    /// Chat Completions: OpenAI's, and of any server compatible with it.
    OpenAi,
    /// OpenAI's Responses.
    OpenAiResponses,
    /// Messages.
    Anthropic,
    Gemini,
    /// Ollama's own protocol.
    Ollama,
}

impl Provider {
    const ALL: [(&'static str, Provider); 5] = [
        ("openai", Provider::OpenAi),
        ("openai-responses", Provider::OpenAiResponses),
        ("anthropic", Provider::Anthropic),
        ("gemini", Provider::Gemini),
        ("ollama", Provider::Ollama),
    ];

    pub fn name(self) -> &'static str {
        let named = Provider::ALL.iter().find(|(_, provider)| *provider == self);
        named.map_or("", |(name, _)| name)
    }

    /// The environment variable with the key to the provider's own servers; none for those that
    /// need no key.
    pub fn key_variable(self) -> Option<&'static str> {
        match self {
            Provider::OpenAi | Provider::OpenAiResponses => Some("OPENAI_API_KEY"),
            Provider::Anthropic => Some("ANTHROPIC_API_KEY"),
            Provider::Gemini => Some("GEMINI_API_KEY"),
            Provider::Ollama => None,
        }
    }
}

/// No model of that name.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "there is no model `{0}`; there are: oracle, nop, sim:P and sim:P,SEED with P from 0 to 1, \
     script:FILE, replay:FOLDER, and PROVIDER/MODEL of the providers openai, openai-responses, \
     anthropic, gemini and ollama; of several, each has an option of its own"
)]
pub struct UnknownModel(String);

impl FromStr for ModelName {
    type Err = UnknownModel;

    fn from_str(name: &str) -> Result<ModelName, UnknownModel> {
        let unknown = || UnknownModel(name.to_owned());
        match name {
            "oracle" => return Ok(ModelName::Oracle),
            "nop" => return Ok(ModelName::Nop),
            _ => {}
        }
        if let Some(simulated) = simulated(name) {
            return Ok(simulated);
        }
        for (prefix, with) in [
            ("script:", ModelName::Script as fn(PathBuf) -> ModelName),
            ("replay:", ModelName::Replay),
        ] {
            if let Some(path) = name.strip_prefix(prefix).filter(|path| !path.is_empty()) {
                return Ok(with(path.into()));
            }
        }
        let (provider, model) = name.split_once('/').ok_or_else(unknown)?;
        let provider = Provider::ALL.iter().find(|(name, _)| *name == provider);
        match (provider, model) {
            // With a comma, it is a list of models.
            (Some((_, provider)), model) if !model.is_empty() && !model.contains(',') => {
                Ok(ModelName::Remote {
                    provider: *provider,
                    model: model.to_owned(),
                })
            }
            _ => Err(unknown()),
        }
    }
}

fn simulated(name: &str) -> Option<ModelName> {
    let settings = name.strip_prefix("sim:")?;
    let (right, seed) = settings.split_once(',').unwrap_or((settings, "0"));
    Some(ModelName::Sim {
        right: right.parse().ok()?,
        seed: seed.parse().ok()?,
    })
}

impl TryFrom<String> for ModelName {
    type Error = UnknownModel;

    fn try_from(name: String) -> Result<ModelName, UnknownModel> {
        name.parse()
    }
}

impl From<ModelName> for String {
    fn from(name: ModelName) -> String {
        name.to_string()
    }
}

impl fmt::Display for ModelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ModelName::Oracle => f.write_str("oracle"),
            ModelName::Nop => f.write_str("nop"),
            ModelName::Sim { right, seed: 0 } => write!(f, "sim:{right}"),
            ModelName::Sim { right, seed } => write!(f, "sim:{right},{seed}"),
            ModelName::Script(path) => write!(f, "script:{}", path.display()),
            ModelName::Replay(path) => write!(f, "replay:{}", path.display()),
            ModelName::Remote { provider, model } => write!(f, "{}/{model}", provider.name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_as_they_are_read() {
        for name in [
            "oracle",
            "nop",
            "sim:0.6",
            "sim:1",
            "sim:0.000001,12",
            "script:replies/a.jsonl",
            "replay:runs/x",
            "openai/gpt-5",
            "openai-responses/gpt-5",
            "anthropic/claude-sonnet-4-5",
            "gemini/gemini-3-pro",
            "ollama/qwen3:8b",
            "openai/meta-llama/Llama-3.3-70B",
        ] {
            assert_eq!(name.parse::<ModelName>().unwrap().to_string(), name);
        }
        for wrong in [
            "",
            "gpt-5",
            "sim",
            "sim:",
            "sim:0.5,",
            "sim:0.5,x",
            "sim:2",
            "openai/",
            "/x",
            "OpenAI/x",
            "script:",
            "azure/x",
            "openai/x,nop",
        ] {
            assert_eq!(
                wrong.parse::<ModelName>(),
                Err(UnknownModel(wrong.to_owned()))
            );
        }
    }
}
