//! The conversation between the loop and a model.

use serde::{Deserialize, Serialize};
use serde_json::Value;

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

/// What a model said: text, tool calls, or both.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    pub text: String,
    pub calls: Vec<Call>,
}

/// A tool call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// Unique within the conversation.
    pub id: String,
    pub tool: String,
    /// As the model gave them: not checked yet.
    pub arguments: Value,
}

/// A tool as a model is told of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolSpec {
    pub name: String,
    pub description: String,
    /// A JSON schema of the arguments, an object.
    pub parameters: Value,
}
