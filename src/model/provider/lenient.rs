//! Replies that are malformed, read as far as they go: a call whose arguments are no JSON was paid
//! for, and its model is told of it.

use serde_json::Value;

use super::super::{Call, Reasoning, Reply, Stop, Usage};

/// A Chat Completions reply.
pub(super) fn chat(raw: &Value) -> Option<Reply> {
    let choice = raw["choices"].get(0)?;
    let message = choice["message"].as_object()?;
    let calls = message.get("tool_calls").and_then(Value::as_array);
    let calls = calls.into_iter().flatten().filter_map(|call| {
        let function = call.get("function")?;
        Some(Call {
            id: text(&call["id"]),
            tool: function["name"].as_str()?.to_owned(),
            arguments: arguments(&function["arguments"]),
            signatures: Vec::new(),
        })
    });
    let thought = ["reasoning_content", "reasoning"]
        .iter()
        .find_map(|name| message.get(*name)?.as_str())
        .map(|text| Reasoning::Text(text.to_owned()));
    let read = Reply {
        text: refusal(raw).unwrap_or_else(|| match message.get("content") {
            Some(Value::Array(parts)) => parts.iter().map(|part| text(&part["text"])).collect(),
            content => content.map(text).unwrap_or_default(),
        }),
        calls: calls.collect(),
        reasoning: thought.into_iter().collect(),
        stop: match choice["finish_reason"].as_str() {
            Some("content_filter") => Stop::Refused,
            Some("length") => Stop::Length,
            _ if refusal(raw).is_some() => Stop::Refused,
            _ => Stop::Done,
        },
        model: raw["model"].as_str().map(str::to_owned),
        usage: usage(&raw["usage"], "prompt", "completion"),
        cost_usd: None,
    };
    Some(read)
}

/// A Responses reply.
pub(super) fn responses(raw: &Value) -> Option<Reply> {
    let mut reply = Reply {
        text: refusal(raw).unwrap_or_default(),
        model: raw["model"].as_str().map(str::to_owned),
        usage: usage(&raw["usage"], "input", "output"),
        stop: match (raw["status"].as_str(), refusal(raw)) {
            (_, Some(_)) => Stop::Refused,
            (Some("incomplete"), None) => Stop::Length,
            _ => Stop::Done,
        },
        ..Reply::default()
    };
    for item in raw["output"].as_array()? {
        match item["type"].as_str() {
            Some("message") => {
                let parts = item["content"].as_array().into_iter().flatten();
                reply.text += &parts.map(|part| text(&part["text"])).collect::<String>();
            }
            Some("function_call") => reply.calls.push(Call {
                id: text(&item["call_id"]),
                tool: item["name"].as_str()?.to_owned(),
                arguments: arguments(&item["arguments"]),
                signatures: Vec::new(),
            }),
            Some("reasoning") => {
                let sealed = item["encrypted_content"].as_str();
                let sealed = sealed.map(|it| Reasoning::Signature(it.to_owned()));
                reply.reasoning.extend(sealed);
            }
            _ => {}
        }
    }
    Some(reply)
}

/// A Messages reply. Servers that translate to it have been seen to leave thoughts unsigned.
pub(super) fn messages(raw: &Value) -> Option<Reply> {
    let usage = &raw["usage"];
    let count = |name: &str| usage[name].as_u64().unwrap_or(0);
    let (cached, written) = (
        count("cache_read_input_tokens"),
        count("cache_creation_input_tokens"),
    );
    let mut reply = Reply {
        model: raw["model"].as_str().map(str::to_owned),
        stop: match raw["stop_reason"].as_str() {
            Some("refusal") => Stop::Refused,
            Some("max_tokens" | "model_context_window_exceeded") => Stop::Length,
            _ => Stop::Done,
        },
        usage: usage["output_tokens"].as_u64().map(|output| Usage {
            input_tokens: count("input_tokens") + cached + written,
            cached_tokens: cached,
            cache_write_tokens: written,
            output_tokens: output,
            reasoning_tokens: 0,
        }),
        ..Reply::default()
    };
    for block in raw["content"].as_array()? {
        match block["type"].as_str() {
            Some("text") => reply.text += &text(&block["text"]),
            Some("tool_use") => reply.calls.push(Call {
                id: text(&block["id"]),
                tool: block["name"].as_str()?.to_owned(),
                arguments: arguments(&block["input"]),
                signatures: Vec::new(),
            }),
            Some("thinking") => {
                let signature = block["signature"].as_str().map(str::to_owned);
                reply.reasoning.extend(signature.map(Reasoning::Signature));
                reply
                    .reasoning
                    .push(Reasoning::Text(text(&block["thinking"])));
            }
            Some(_) => reply.reasoning.push(Reasoning::Item(block.clone())),
            None => {}
        }
    }
    Some(reply)
}

/// What the model said instead of an answer, or that a filter kept it from one.
pub(super) fn refusal(raw: &Value) -> Option<String> {
    let said = raw["choices"][0]["message"]["refusal"].as_str();
    let items = raw["output"].as_array().into_iter().flatten();
    let parts = items
        .filter_map(|item| item["content"].as_array())
        .flatten();
    let refused = parts
        .filter(|part| part["type"] == "refusal")
        .find_map(|part| part["refusal"].as_str());
    let filtered = raw["incomplete_details"]["reason"] == "content_filter";
    said.or(refused)
        .filter(|said| !said.is_empty())
        .map(str::to_owned)
        .or_else(|| filtered.then(String::new))
}

/// As JSON where it is any; the text itself where it isn't.
fn arguments(given: &Value) -> Value {
    match given {
        Value::String(text) if text.trim().is_empty() => Value::Object(Default::default()),
        Value::String(text) => serde_json::from_str(text).unwrap_or_else(|_| given.clone()),
        Value::Null => Value::Object(Default::default()),
        other => other.clone(),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn usage(usage: &Value, read: &str, written: &str) -> Option<Usage> {
    let count = |of: &Value, name: String| of[name].as_u64();
    let cache = &usage[format!("{read}_tokens_details")];
    let thoughts = &usage[format!("{written}_tokens_details")];
    Some(Usage {
        input_tokens: count(usage, format!("{read}_tokens"))?,
        cached_tokens: count(cache, "cached_tokens".to_owned()).unwrap_or(0),
        cache_write_tokens: count(cache, "cache_write_tokens".to_owned()).unwrap_or(0),
        output_tokens: count(usage, format!("{written}_tokens"))?,
        reasoning_tokens: count(thoughts, "reasoning_tokens".to_owned()).unwrap_or(0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn calls_of_a_chat_are_read_whatever_their_arguments_are() {
        let call = |arguments: Value| json!({"function": {"name": "run", "arguments": arguments}});
        let calls = [
            call(json!("{\"a\": 1}")),
            call(json!({"a": 1})),
            call(json!("")),
            call(json!("{\"a\": ")),
            json!({"id": "x"}),
        ];
        let raw = json!({
            "model": "m-1",
            "choices": [{"finish_reason": "tool_calls", "message": {"content": null, "tool_calls": calls}}],
            "usage": {"prompt_tokens": 7, "completion_tokens": 3,
                "prompt_tokens_details": {"cached_tokens": 2}},
        });
        let reply = chat(&raw).unwrap();
        let arguments: Vec<&Value> = reply.calls.iter().map(|call| &call.arguments).collect();
        let object = json!({"a": 1});
        assert_eq!(
            arguments,
            [&object, &object, &json!({}), &json!("{\"a\": ")]
        );
        let usage = reply.usage.unwrap();
        assert_eq!(
            (usage.input_tokens, usage.cached_tokens, usage.output_tokens),
            (7, 2, 3)
        );
        assert_eq!(chat(&json!({"choices": []})), None);
    }

    #[test]
    fn a_response_is_read_item_by_item() {
        let raw = json!({
            "status": "completed", "model": "m",
            "output": [
                {"type": "reasoning", "encrypted_content": "sealed"},
                {"type": "message", "content": [{"type": "output_text", "text": "Now."}]},
                {"type": "function_call", "call_id": "c", "name": "run", "arguments": "{"},
            ],
            "usage": {"input_tokens": 5, "output_tokens": 4,
                "output_tokens_details": {"reasoning_tokens": 3}},
        });
        let reply = responses(&raw).unwrap();
        assert_eq!(reply.text, "Now.");
        assert_eq!(reply.reasoning, [Reasoning::Signature("sealed".to_owned())]);
        assert_eq!(reply.calls[0].arguments, json!("{"));
        assert_eq!(reply.usage.unwrap().reasoning_tokens, 3);
    }

    #[test]
    fn a_message_is_read_with_a_thought_that_nobody_signed() {
        let raw = json!({
            "model": "m", "stop_reason": "tool_use",
            "content": [
                {"type": "thinking", "thinking": "Hm.", "signature": null},
                {"type": "text", "text": "Now."},
                {"type": "tool_use", "id": "c", "name": "run", "input": {"a": 1}},
            ],
            "usage": {"input_tokens": 60, "cache_read_input_tokens": 40, "output_tokens": 10},
        });
        let reply = messages(&raw).unwrap();
        assert_eq!(reply.reasoning, [Reasoning::Text("Hm.".to_owned())]);
        assert_eq!(
            (reply.text.as_str(), &reply.calls[0].arguments),
            ("Now.", &json!({"a": 1}))
        );
        let usage = reply.usage.unwrap();
        assert_eq!(
            (usage.input_tokens, usage.cached_tokens, usage.output_tokens),
            (100, 40, 10)
        );
        assert_eq!(messages(&json!({"type": "message"})), None);
    }

    #[test]
    fn refusals_are_seen_in_both_formats() {
        let chat = json!({"choices": [{"message": {"refusal": "I won't."}}]});
        assert_eq!(refusal(&chat).as_deref(), Some("I won't."));
        let item = json!({"output": [{"content": [{"type": "refusal", "refusal": "No."}]}]});
        assert_eq!(refusal(&item).as_deref(), Some("No."));
        let filtered = json!({"incomplete_details": {"reason": "content_filter"}});
        assert_eq!(refusal(&filtered).as_deref(), Some(""));
        assert_eq!(
            refusal(&json!({"choices": [{"message": {"refusal": null}}]})),
            None
        );
    }
}
