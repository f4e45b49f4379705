//! A message of a conversation, a tool and a use of tokens, as Inspect has them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::model::{Call, Message, Reasoning, Reply, Stop, ToolSpec, Usage};

/// The names of tools by the ids of their calls.
pub type Called = BTreeMap<String, String>;

pub fn message(message: &Message, id: &str, called: &Called) -> Value {
    match message {
        Message::System { text } => json!({"id": id, "role": "system", "content": text}),
        Message::User { text } => json!({"id": id, "role": "user", "content": text}),
        Message::Assistant(reply) => assistant(reply, id),
        Message::Tool { call, text } => json!({
            "id": id,
            "role": "tool",
            "content": text,
            "tool_call_id": call,
            "function": called.get(call),
        }),
    }
}

pub fn assistant(reply: &Reply, id: &str) -> Value {
    let calls: Vec<Value> = reply.calls.iter().map(call).collect();
    let mut message = json!({
        "id": id,
        "role": "assistant",
        "source": "generate",
        "content": content(reply),
    });
    if let Some(model) = &reply.model {
        message["model"] = json!(model);
    }
    if !calls.is_empty() {
        message["tool_calls"] = Value::Array(calls);
    }
    message
}

/// A reply's text, after what was thought where something was.
fn content(reply: &Reply) -> Value {
    let mut parts: Vec<Value> = Vec::new();
    for thought in &reply.reasoning {
        match thought {
            Reasoning::Text(text) => parts.push(json!({"type": "reasoning", "reasoning": text})),
            Reasoning::Signature(seal) => match parts.last_mut() {
                Some(words)
                    if words.get("redacted").is_none() && words.get("signature").is_none() =>
                {
                    words["signature"] = json!(seal);
                }
                _ => parts.push(sealed(seal)),
            },
            Reasoning::Item(item) => parts.push(sealed(&item.to_string())),
        }
    }
    if parts.is_empty() {
        return json!(reply.text);
    }
    if !reply.text.is_empty() {
        parts.push(json!({"type": "text", "text": reply.text}));
    }
    Value::Array(parts)
}

/// What a provider hands out sealed.
fn sealed(text: &str) -> Value {
    json!({"type": "reasoning", "reasoning": text, "redacted": true})
}

fn call(call: &Call) -> Value {
    let mut told = json!({
        "id": call.id,
        "function": call.tool,
        "arguments": arguments(call),
        "type": "function",
    });
    if !call.arguments.is_object() {
        told["parse_error"] = json!(format!("the arguments are no object: {}", call.arguments));
    }
    told
}

/// A call's arguments: an object, whatever the model gave.
pub fn arguments(call: &Call) -> Value {
    match &call.arguments {
        Value::Object(_) => call.arguments.clone(),
        _ => json!({}),
    }
}

/// What a model said when it was asked, with what it took.
pub fn output(reply: &Reply, id: &str, model: &str, ms: u64) -> Value {
    let stop = match reply.stop {
        Stop::Length => "max_tokens",
        Stop::Refused => "content_filter",
        Stop::Done if !reply.calls.is_empty() => "tool_calls",
        Stop::Done => "stop",
    };
    let mut output = json!({
        "model": reply.model.as_deref().unwrap_or(model),
        "choices": [{"message": assistant(reply, id), "stop_reason": stop}],
        "completion": reply.text,
        "time": seconds(ms),
    });
    if let Some(used) = reply.usage {
        output["usage"] = usage(used, reply.cost_usd);
    }
    output
}

/// Tokens: Inspect counts those from and to a cache apart from those that were read.
pub fn usage(used: Usage, cost_usd: Option<f64>) -> Value {
    let cached = used.cached_tokens.saturating_add(used.cache_write_tokens);
    let mut told = json!({
        "input_tokens": used.input_tokens.saturating_sub(cached),
        "output_tokens": used.output_tokens,
        "total_tokens": used.tokens(),
        "input_tokens_cache_read": used.cached_tokens,
        "input_tokens_cache_write": used.cache_write_tokens,
        "reasoning_tokens": used.reasoning_tokens,
    });
    if let Some(cost) = cost_usd {
        told["total_cost"] = json!(cost);
    }
    told
}

pub fn tool(spec: &ToolSpec) -> Value {
    let mut parameters = json!({"type": "object", "properties": {}, "required": []});
    for name in ["properties", "required", "additionalProperties"] {
        if let Some(given) = spec.parameters.get(name) {
            parameters[name] = given.clone();
        }
    }
    json!({"name": spec.name, "description": spec.description, "parameters": parameters})
}

pub fn seconds(ms: u64) -> f64 {
    ms as f64 / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_from_and_to_a_cache_are_no_input_tokens() {
        let used = Usage {
            input_tokens: 100,
            cached_tokens: 60,
            cache_write_tokens: 30,
            output_tokens: 7,
            reasoning_tokens: 3,
        };
        let told = usage(used, Some(0.5));
        assert_eq!(told["input_tokens"], 10);
        assert_eq!(told["total_tokens"], 107);
        assert_eq!(told["total_cost"], 0.5);
        assert_eq!(usage(used, None).get("total_cost"), None);
    }

    #[test]
    fn a_seal_stands_with_the_words_that_it_seals() {
        let reply = Reply {
            text: "said".to_owned(),
            reasoning: vec![
                Reasoning::Text("thought".to_owned()),
                Reasoning::Signature("a".to_owned()),
                Reasoning::Signature("b".to_owned()),
            ],
            ..Reply::default()
        };
        let expected = json!([
            {"type": "reasoning", "reasoning": "thought", "signature": "a"},
            {"type": "reasoning", "reasoning": "b", "redacted": true},
            {"type": "text", "text": "said"},
        ]);
        assert_eq!(content(&reply), expected);
    }
}
