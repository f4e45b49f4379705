//! The conversation between the loop and a model.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::workspace::Hash;

/// What a model is asked with.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    pub messages: &'a [Message],
    pub tools: &'a [ToolSpec],
}

/// One message of a conversation, in the order they were said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "role", rename_all = "snake_case")]
pub enum Message {
    System {
        text: String,
    },
    User {
        text: String,
    },
    Assistant(Reply),
    /// What a tool call came to.
    Tool {
        call: String,
        text: String,
    },
}

impl Message {
    /// What tells this message from any other: the start of the hash of its JSON.
    pub fn hash(&self) -> String {
        // Text, numbers and JSON values: always serialisable.
        let json = serde_json::to_vec(self).unwrap_or_default();
        Hash::of(&json).to_string()[..16].to_owned()
    }

    /// The characters in it, about three or four of which make a token.
    pub fn size(&self) -> usize {
        match self {
            Message::System { text } | Message::User { text } | Message::Tool { text, .. } => {
                text.len()
            }
            Message::Assistant(reply) => {
                let calls = reply.calls.iter();
                reply.text.len()
                    + calls
                        .map(|it| it.arguments.to_string().len())
                        .sum::<usize>()
            }
        }
    }
}

/// What a model said: text, tool calls, or both; and what its provider told of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    #[serde(default)]
    pub text: String,
    #[serde(default)]
    pub calls: Vec<Call>,
    /// What it thought, in order, as it has to be handed back with the next request.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub reasoning: Vec<Reasoning>,
    #[serde(skip_serializing_if = "Stop::is_done", default)]
    pub stop: Stop,
    /// The model that answered, as the provider names it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub model: Option<String>,
    /// None where the provider didn't tell, or there is none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub usage: Option<Usage>,
    /// None where the price isn't known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cost_usd: Option<f64>,
}

/// A tool call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// Unique within the conversation.
    #[serde(default)]
    pub id: String,
    pub tool: String,
    /// As the model gave them: not checked yet. Text that is no JSON stands as a string.
    #[serde(default)]
    pub arguments: Value,
    /// What the provider sealed this call with, to be handed back.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub signatures: Vec<String>,
}

/// A piece of what a model thought.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reasoning {
    /// In words.
    Text(String),
    /// Sealed, or the seal of the words beside it.
    Signature(String),
    /// An item of the provider's own.
    Item(Value),
}

/// Why a reply ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stop {
    /// All was said.
    #[default]
    Done,
    /// It was cut off: the most tokens that a reply may have.
    Length,
    /// The model or a filter of its provider's refused.
    Refused,
}

impl Stop {
    fn is_done(&self) -> bool {
        *self == Stop::Done
    }
}

/// Tokens that a reply took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Usage {
    /// All that was read, from and to caches too.
    pub input_tokens: u64,
    /// What of it came from a cache.
    pub cached_tokens: u64,
    /// What of it was written to a cache.
    pub cache_write_tokens: u64,
    /// All that was written, thoughts too.
    pub output_tokens: u64,
    /// What of it was thought.
    pub reasoning_tokens: u64,
}

impl Usage {
    pub fn tokens(&self) -> u64 {
        self.input_tokens.saturating_add(self.output_tokens)
    }

    /// Both together.
    pub fn plus(self, other: Usage) -> Usage {
        Usage {
            input_tokens: self.input_tokens.saturating_add(other.input_tokens),
            cached_tokens: self.cached_tokens.saturating_add(other.cached_tokens),
            cache_write_tokens: self
                .cache_write_tokens
                .saturating_add(other.cache_write_tokens),
            output_tokens: self.output_tokens.saturating_add(other.output_tokens),
            reasoning_tokens: self.reasoning_tokens.saturating_add(other.reasoning_tokens),
        }
    }
}

/// A tool as a model is told of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolSpec {
    pub name: String,
    pub description: String,
    /// A JSON schema of the arguments, an object.
    pub parameters: Value,
}
