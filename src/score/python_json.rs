//! JSON as Python's `json` module writes it, with the tokens `NaN`, `Infinity` and `-Infinity`.
//!
//! JSON has no such numbers, and [`Value`] can't hold them. They become strings of the same name,
//! as in the JSON mapping of Protocol Buffers; what asks for a number knows them from other
//! strings by [`is_non_finite`].

use std::{borrow::Cow, sync::LazyLock};

use regex::{Captures, Regex};
use serde_json::Value;

/// A string on one line, which is kept as it is, or a token that JSON doesn't have.
static TOKENS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#""(?:[^"\\\n]|\\.)*"|(?<token>-?Infinity|NaN)"#)
        .expect("the pattern is a constant and compiles")
});

/// Reads one JSON document as Python writes it.
///
/// # Errors
///
/// Anything else than one document.
pub fn parse(text: &str) -> Result<Value, serde_json::Error> {
    serde_json::from_str(&quote_non_finite(text))
}

/// The last object or list in a text that is complete, starts at the start of a line and ends at
/// the end of one. Other text may stand before and after.
pub fn last_document(text: &str) -> Option<Value> {
    let text = quote_non_finite(text);
    let mut last = None;
    let mut rest = text.as_ref();
    while !rest.is_empty() {
        let mut after = rest;
        if let Some((document, behind)) = first_document(rest) {
            last = Some(document);
            after = behind;
        }
        rest = after.split_once('\n').map_or("", |(_, next)| next);
    }
    last
}

/// Whether a value stands for a number that isn't finite.
pub fn is_non_finite(value: &Value) -> bool {
    matches!(value.as_str(), Some("NaN" | "Infinity" | "-Infinity"))
}

/// The object or list that a text starts with, if nothing else stands on its last line, and the
/// text behind it.
fn first_document(text: &str) -> Option<(Value, &str)> {
    if !text.starts_with(['{', '[']) {
        return None;
    }
    let mut documents = serde_json::Deserializer::from_str(text).into_iter();
    let document = documents.next()?.ok()?;
    let behind = &text[documents.byte_offset()..];
    let line = behind.lines().next().unwrap_or_default();
    line.trim().is_empty().then_some((document, behind))
}

/// A JSON string doesn't go over the end of a line, so text that is no JSON can't spoil what
/// starts on a line of its own.
fn quote_non_finite(text: &str) -> Cow<'_, str> {
    TOKENS.replace_all(text, |found: &Captures| match found.name("token") {
        Some(token) => format!("\"{}\"", token.as_str()),
        None => found[0].to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn tokens_that_json_does_not_have_become_strings() {
        assert_eq!(
            parse(r#"{"a": NaN, "NaN \" Infinity": [-Infinity, Infinity, "é NaN"]}"#).unwrap(),
            json!({"a": "NaN", "NaN \" Infinity": ["-Infinity", "Infinity", "é NaN"]})
        );
        assert!(parse("nan").is_err());
    }

    #[test]
    fn the_last_complete_document_on_lines_of_its_own_is_found() {
        for (text, found) in [
            ("", None),
            ("no JSON\n12\n\"text\"\n", None),
            ("{\"a\": 1}", Some(json!({"a": 1}))),
            (
                "start \"\n{\"a\": 1}\r\ndon't \"worry\n",
                Some(json!({"a": 1})),
            ),
            ("{\"a\": 1}\n{\"a\": 2}\n{\"a\": 3", Some(json!({"a": 2}))),
            ("[1]\n[2] done\n[INFO] x\n", Some(json!([1]))),
            ("say {\"a\": 1}\n", None),
            (
                "{\n\"a\": [\n{},\n[2]\n]\n}\n",
                Some(json!({"a": [{}, [2]]})),
            ),
            ("{\n  \"a\": NaN\n}\n\n", Some(json!({"a": "NaN"}))),
            ("[\n[1]\n", Some(json!([1]))),
        ] {
            assert_eq!(last_document(text), found, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_search_panic(text in "([\\[\\]{}\",:\\\\ \n0é]|NaN|-Infinity){0,60}") {
            let _ = (parse(&text), last_document(&text));
        }
    }
}
