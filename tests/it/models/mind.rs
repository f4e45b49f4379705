//! What the server's model says: in our terms, and in those of each protocol.

use serde_json::{Value, json};

use super::server::{Answer, Ask};
use crate::paper;

/// A reply: text, calls as tool and arguments, and a thought.
#[derive(Clone, Debug, Default)]
pub struct Said {
    pub text: &'static str,
    pub calls: Vec<(&'static str, Value)>,
    pub thought: Option<&'static str>,
}

pub fn call(tool: &'static str, arguments: Value) -> Said {
    Said {
        calls: vec![(tool, arguments)],
        ..Said::default()
    }
}

/// The right answer to the tiny paper.
pub fn answer() -> Said {
    let answer = json!({
        "main": {"mean": 7.3125, "width": 11.25},
        "table": {"rows": [[2.4375, 3.75], [4.875, 7.5]]},
    });
    call("final_answer", json!({"answer": answer}))
}

/// Solves any task of the tiny paper in four steps.
pub fn solve(turn: usize) -> Said {
    match turn {
        0 => Said {
            thought: Some("First the body."),
            ..call(
                "write_file",
                json!({"file_name": "tiny/means.py", "content": paper::MEANS}),
            )
        },
        1 => Said {
            text: "Now I run it.",
            thought: Some("Then the run."),
            ..call(
                "execute_python_script",
                json!({"file_name": "run.py", "arguments": ["--scale", "3"]}),
            )
        },
        2 => call("execute_python_script", json!({"file_name": "table.py"})),
        _ => answer(),
    }
}

/// How many replies a conversation has, by any protocol.
pub fn turn(ask: &Ask) -> usize {
    let body = &ask.body;
    let list = ["messages", "input", "contents"]
        .iter()
        .find_map(|name| body[*name].as_array());
    let is_turn = |message: &&Value| {
        matches!(message["role"].as_str(), Some("assistant" | "model"))
            && message.get("type").is_none()
            || message["type"] == "function_call"
    };
    list.map_or(0, |list| list.iter().filter(is_turn).count())
}

/// Chat Completions.
pub fn chat(said: &Said, turn: usize) -> Value {
    let calls: Vec<Value> = said
        .calls
        .iter()
        .enumerate()
        .map(|(number, (tool, arguments))| {
            let arguments = match arguments {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            json!({"id": format!("c{turn}-{number}"), "type": "function",
                "function": {"name": tool, "arguments": arguments}})
        })
        .collect();
    let mut message = json!({"role": "assistant", "content": said.text});
    if !calls.is_empty() {
        message["tool_calls"] = json!(calls);
    }
    if let Some(thought) = said.thought {
        message["reasoning_content"] = json!(thought);
    }
    json!({
        "id": "x", "object": "chat.completion", "model": "m-1",
        "choices": [{"index": 0, "message": message,
            "finish_reason": if calls.is_empty() { "stop" } else { "tool_calls" }}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110,
            "prompt_tokens_details": {"cached_tokens": 40},
            "completion_tokens_details": {"reasoning_tokens": 4}},
    })
}

pub fn responses(said: &Said, turn: usize) -> Value {
    let mut output = Vec::new();
    if let Some(thought) = said.thought {
        output.push(
            json!({"type": "reasoning", "id": format!("rs{turn}"), "summary": [],
            "encrypted_content": format!("sealed: {thought}")}),
        );
    }
    if !said.text.is_empty() {
        output.push(json!({"type": "message", "role": "assistant",
            "content": [{"type": "output_text", "text": said.text}]}));
    }
    for (number, (tool, arguments)) in said.calls.iter().enumerate() {
        output.push(
            json!({"type": "function_call", "call_id": format!("c{turn}-{number}"),
            "name": tool, "arguments": arguments.to_string()}),
        );
    }
    json!({
        "id": "resp", "object": "response", "model": "m-1", "status": "completed",
        "output": output,
        "usage": {"input_tokens": 100, "input_tokens_details": {"cached_tokens": 40},
            "output_tokens": 10, "output_tokens_details": {"reasoning_tokens": 4},
            "total_tokens": 110},
    })
}

pub fn messages(said: &Said, turn: usize) -> Value {
    let mut content = Vec::new();
    if let Some(thought) = said.thought {
        content.push(json!({"type": "thinking", "thinking": thought,
            "signature": format!("signed {turn}")}));
        content.push(json!({"type": "redacted_thinking", "data": format!("redacted {turn}")}));
    }
    if !said.text.is_empty() {
        content.push(json!({"type": "text", "text": said.text}));
    }
    for (number, (tool, arguments)) in said.calls.iter().enumerate() {
        content.push(
            json!({"type": "tool_use", "id": format!("c{turn}-{number}"),
            "name": tool, "input": arguments}),
        );
    }
    json!({
        "id": "msg", "type": "message", "role": "assistant", "model": "m-1",
        "content": content, "stop_reason": "tool_use",
        "usage": {"input_tokens": 50, "cache_read_input_tokens": 40,
            "cache_creation_input_tokens": 10, "output_tokens": 10},
    })
}

pub fn gemini(said: &Said, turn: usize) -> Value {
    let mut parts = Vec::new();
    if !said.text.is_empty() {
        parts.push(json!({"text": said.text}));
    }
    for (tool, arguments) in &said.calls {
        let mut part = json!({"functionCall": {"name": tool, "args": arguments}});
        if said.thought.is_some() {
            part["thoughtSignature"] = json!(format!("signed {turn}"));
        }
        parts.push(part);
    }
    json!({
        "modelVersion": "m-1",
        "candidates": [{"content": {"role": "model", "parts": parts}, "finishReason": "STOP"}],
        "usageMetadata": {"promptTokenCount": 100, "cachedContentTokenCount": 40,
            "candidatesTokenCount": 6, "thoughtsTokenCount": 4, "totalTokenCount": 110},
    })
}

pub fn ollama(said: &Said, _: usize) -> Value {
    let calls: Vec<Value> = said
        .calls
        .iter()
        .map(|(tool, arguments)| json!({"function": {"name": tool, "arguments": arguments}}))
        .collect();
    json!({
        "model": "m-1", "done": true, "done_reason": "stop",
        "message": {"role": "assistant", "content": said.text, "tool_calls": calls,
            "thinking": said.thought},
        "prompt_eval_count": 100, "eval_count": 10,
    })
}

/// The whole of a Chat Completions model.
pub fn chatting(solve: impl Fn(usize) -> Said) -> impl Fn(&Ask) -> Answer {
    move |ask| {
        let turn = turn(ask);
        Answer::Json(chat(&solve(turn), turn))
    }
}

/// The places of a vector; a word counts in the one that its letters come to.
const PLACES: usize = 512;

/// Words that mean the same to this model.
const ALIKE: [(&str, &str); 2] = [("average", "mean"), ("extent", "width")];

fn vector(text: &str) -> Vec<f32> {
    let mut vector = vec![0.0; PLACES];
    let text = text.to_lowercase();
    let words = text.split(|c: char| !c.is_alphanumeric());
    for word in words.filter(|word| word.len() > 3) {
        let alike = ALIKE.iter().find(|(one, _)| *one == word);
        let word = alike.map_or(word, |(_, other)| other);
        let place = word.bytes().fold(7_u64, |hash, byte| {
            hash.wrapping_mul(31).wrapping_add(u64::from(byte))
        });
        vector[usize::try_from(place).unwrap() % PLACES] += 1.0;
    }
    vector
}

/// The answer of an embedding model by OpenAI's protocol, the last text first.
pub fn embedded(ask: &Ask) -> Answer {
    let texts = ask.body["input"].as_array().unwrap().iter().enumerate();
    let data: Vec<Value> = texts
        .map(|(index, text)| {
            let vector = vector(text.as_str().unwrap());
            json!({"object": "embedding", "index": index, "embedding": vector})
        })
        .rev()
        .collect();
    Answer::Json(json!({
        "object": "list", "data": data, "model": "e-1",
        "usage": {"prompt_tokens": 200, "total_tokens": 200},
    }))
}
