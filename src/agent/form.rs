//! Replies in which fields and one call are written as text.
//!
//! ```text
//! Thought: The body is missing.
//! Action: {"tool": "read_file", "arguments": {"file_name": "a.py"}}
//! ```
//!
//! Models decorate what they write: a field's name may be bold or a heading, the call may stand in a
//! fence or go over several lines, with lines broken inside its strings. What follows a call is
//! left out, unless it is another.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::model::Call;

/// Before the call.
const ACTION: &str = "Action";

/// What is wrong with a reply: a correction says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Problem {
    /// It calls nothing.
    NoCall,
    /// It has several calls where one is allowed.
    SeveralCalls { count: usize },
    /// These fields are missing or empty.
    NoFields { missing: Vec<&'static str> },
    /// The call can't be read.
    Unreadable { why: String },
    /// It acts before there is a plan.
    NoPlan,
    /// These functions aren't in it.
    NoFunctions { missing: Vec<String> },
}

/// The one call of a text that has these fields before it.
pub(super) fn read(text: &str, fields: &[&'static str]) -> Result<Call, Problem> {
    let marked = |name: &str| marker(text, name);
    let action = marked(ACTION);
    let before = &text[..action.map_or(text.len(), |(start, _)| start)];
    let missing: Vec<&str> = fields
        .iter()
        .filter(|name| !is_filled(before, name, fields))
        .copied()
        .collect();
    let Some((_, behind)) = action else {
        return Err(Problem::NoCall);
    };
    if !missing.is_empty() {
        return Err(Problem::NoFields { missing });
    }
    let rest = &text[behind..];
    let unreadable = |why: String| Problem::Unreadable { why };
    let start = rest.find('{');
    let start = start.ok_or_else(|| unreadable("there is no JSON object".to_owned()))?;
    let object = &rest[start..];
    let end = end(object).ok_or_else(|| unreadable("the JSON object isn't closed".to_owned()))?;
    let others = markers(&object[end..], ACTION);
    if others > 0 {
        return Err(Problem::SeveralCalls { count: others + 1 });
    }
    let written: Written = parse(&object[..end]).map_err(|error| unreadable(error.to_string()))?;
    Ok(Call {
        id: String::new(),
        tool: written.tool,
        arguments: Value::Object(written.arguments),
        signatures: Vec::new(),
    })
}

/// A reply that [`read`] reads so.
pub(super) fn write(call: &Call, fields: &[&str]) -> String {
    let fields = fields.iter().map(|name| format!("{name}: As planned.\n"));
    let action = serde_json::json!({"tool": call.tool, "arguments": call.arguments});
    fields.collect::<String>() + &format!("{ACTION}: {action}")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    tool: String,
    #[serde(default)]
    arguments: Map<String, Value>,
}

/// Where the line begins that a field's name opens, and where its content does.
fn marker(text: &str, name: &str) -> Option<(usize, usize)> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if let Some(behind) = opens(line, name) {
            return Some((start, start + behind));
        }
        start += line.len();
    }
    None
}

fn markers(text: &str, name: &str) -> usize {
    let opening = text.lines().filter(|line| opens(line, name).is_some());
    opening.count()
}

/// How much of a line its field's name takes, colon and decoration included.
fn opens(line: &str, name: &str) -> Option<usize> {
    let is_decoration = |c: char| c.is_whitespace() || "*#_`".contains(c);
    let bare = line.trim_start_matches(is_decoration);
    let named = bare.get(..name.len())?;
    let behind = bare[name.len()..].trim_start_matches(is_decoration);
    let behind = behind.strip_prefix(':')?;
    named
        .eq_ignore_ascii_case(name)
        .then(|| line.len() - behind.len())
}

/// Whether there is something behind a field's name, before the next one's.
fn is_filled(text: &str, name: &str, fields: &[&str]) -> bool {
    let Some((_, behind)) = marker(text, name) else {
        return false;
    };
    let content = &text[behind..];
    let next = fields
        .iter()
        .filter_map(|name| marker(content, name))
        .map(|(start, _)| start);
    let content = &content[..next.min().unwrap_or(content.len())];
    content.chars().any(char::is_alphanumeric)
}

/// Where an object ends that a text begins with.
fn end(text: &str) -> Option<usize> {
    let (mut depth, mut quoted, mut escaped) = (0_u32, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' if !quoted => depth += 1,
            b'}' if !quoted => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// Reads an object, with lines broken inside its strings if need be.
fn parse(text: &str) -> Result<Written, serde_json::Error> {
    serde_json::from_str(text)
        .or_else(|error| serde_json::from_str(&unbroken(text)).map_err(|_| error))
}

/// A JSON text with the control characters in its strings escaped.
fn unbroken(text: &str) -> String {
    let (mut quoted, mut escaped) = (false, false);
    let mut unbroken = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' if quoted => unbroken.push_str("\\n"),
            '\r' if quoted => unbroken.push_str("\\r"),
            '\t' if quoted => unbroken.push_str("\\t"),
            c => unbroken.push(c),
        }
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ => {}
        }
    }
    unbroken
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn thought(text: &str) -> Result<(String, Value), Problem> {
        read(text, &["Thought"]).map(|call| (call.tool, call.arguments))
    }

    #[test]
    fn a_thought_and_a_call_are_found_however_they_are_decorated() {
        let call = Ok(("f".to_owned(), json!({"x": "a\nb"})));
        for text in [
            "Thought: I look.\nAction: {\"tool\": \"f\", \"arguments\": {\"x\": \"a\\nb\"}}",
            "**Thought:** I look.\n\n**Action:**\n```json\n{\"tool\": \"f\",\n \"arguments\": {\"x\": \"a\\nb\"}}\n```\n",
            "### Thought\n: I look.\nThought: yes\naction : {\"tool\": \"f\", \"arguments\": {\"x\": \"a\nb\"}}",
            "Thought: I look.\nAction: {\"tool\": \"f\", \"arguments\": {\"x\": \"a\\nb\"}}\nObservation: it is there",
        ] {
            assert_eq!(thought(text), call, "{text}");
        }
        let braces = "Thought: t\nAction: {\"tool\": \"f\", \"arguments\": {\"x\": \"}\\\"{\"}}";
        assert_eq!(thought(braces), Ok(("f".to_owned(), json!({"x": "}\"{"}))));
        let bare = "Thought: t\nAction: {\"tool\": \"f\"}";
        assert_eq!(thought(bare), Ok(("f".to_owned(), json!({}))));
    }

    #[test]
    fn what_is_wrong_with_a_reply_has_a_name() {
        let missing = |missing: &[&'static str]| Problem::NoFields {
            missing: missing.to_vec(),
        };
        let action = "Action: {\"tool\": \"f\", \"arguments\": {}}";
        for (text, problem) in [
            ("I would rather talk.".to_owned(), Problem::NoCall),
            ("Thought: nothing to do".to_owned(), Problem::NoCall),
            (action.to_owned(), missing(&["Thought"])),
            (format!("Thought: **\n{action}"), missing(&["Thought"])),
            (
                format!("Thought: t\n{action}\nThought: u\n{action}"),
                Problem::SeveralCalls { count: 2 },
            ),
        ] {
            assert_eq!(thought(&text), Err(problem), "{text}");
        }
        for (action, why) in [
            ("f()", "there is no JSON object"),
            ("{\"tool\": \"f\"", "the JSON object isn't closed"),
            ("{\"tool\": f}", "expected"),
            ("{\"arguments\": {}}", "missing field `tool`"),
            ("{\"tool\": \"f\", \"arguments\": [1]}", "expected a map"),
            ("{\"tool\": \"f\", \"input\": 1}", "unknown field `input`"),
        ] {
            let found = thought(&format!("Thought: t\nAction: {action}"));
            let Err(Problem::Unreadable { why: found }) = &found else {
                panic!("{action}: {found:?}")
            };
            assert!(found.contains(why), "{action}: {found}");
        }
    }

    #[test]
    fn each_field_is_asked_for_by_name() {
        let fields = ["Reflection", "Fact Check"];
        let call = Call {
            id: String::new(),
            tool: "f".to_owned(),
            arguments: json!({"x": "Action: {}\nThought:"}),
            signatures: Vec::new(),
        };
        let text = write(&call, &fields);
        assert_eq!(read(&text, &fields), Ok(call));
        let text = text.replace("Fact Check: As planned.", "Fact Check:");
        let missing = vec!["Fact Check"];
        assert_eq!(read(&text, &fields), Err(Problem::NoFields { missing }));
    }
}
