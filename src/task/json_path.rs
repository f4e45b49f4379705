//! A JSON path that names exactly one place: `$`, `.name`, `["name"]` and `[0]`.
//!
//! The subset of RFC 9535 (JSONPath) called "normalized path" there, plus the `.name` shorthand.
//! Wildcards, slices and filters could name several places, so they are refused.

use std::{fmt, str::FromStr};

use serde_json::Value;
use thiserror::Error;

/// One place in a JSON document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonPath(Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    Index(usize),
}

/// Why a text is no [`JsonPath`].
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error(
    "`{path}` is not a JSON path: at `{at}`, expected {expected} \
     (allowed: `$`, then any of `.name`, `[\"name\"]`, `[0]`)"
)]
pub struct JsonPathError {
    path: String,
    at: String,
    expected: &'static str,
}

impl JsonPath {
    /// The value at this place, if the document has one there.
    pub fn get<'v>(&self, document: &'v Value) -> Option<&'v Value> {
        self.0.iter().try_fold(document, |value, step| match step {
            Step::Key(key) => value.as_object()?.get(key),
            Step::Index(index) => value.as_array()?.get(*index),
        })
    }

    /// Its steps, as a list of names and positions.
    pub fn steps(&self) -> Value {
        let steps = self.0.iter().map(|step| match step {
            Step::Key(key) => Value::from(key.as_str()),
            Step::Index(index) => Value::from(*index),
        });
        steps.collect()
    }
}

impl FromStr for JsonPath {
    type Err = JsonPathError;

    fn from_str(path: &str) -> Result<Self, JsonPathError> {
        let error = |rest: &str, expected| JsonPathError {
            path: path.to_owned(),
            at: rest.to_owned(),
            expected,
        };
        let mut rest = path
            .strip_prefix('$')
            .ok_or_else(|| error(path, "`$` first"))?;
        let mut steps = Vec::new();
        while !rest.is_empty() {
            let (step, after) = if let Some(name) = rest.strip_prefix('.') {
                shorthand(name).ok_or_else(|| error(rest, "a name after the dot"))?
            } else if rest.starts_with("[\"") {
                quoted(rest).ok_or_else(|| error(rest, "a JSON string and `]`"))?
            } else if rest.starts_with('[') {
                index(rest).ok_or_else(|| error(rest, "a number from 0 and `]`"))?
            } else {
                return Err(error(rest, "`.` or `[`"));
            };
            steps.push(step);
            rest = after;
        }
        Ok(JsonPath(steps))
    }
}

/// `name` of `.name`: letters, digits, `_` and anything beyond ASCII, no digit first.
fn shorthand(text: &str) -> Option<(Step, &str)> {
    let end = text
        .find(|c: char| c.is_ascii() && !c.is_ascii_alphanumeric() && c != '_')
        .unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let first = name.chars().next()?;
    (!first.is_ascii_digit()).then(|| (Step::Key(name.to_owned()), rest))
}

fn quoted(text: &str) -> Option<(Step, &str)> {
    let inside = text.strip_prefix('[')?;
    let mut strings = serde_json::Deserializer::from_str(inside).into_iter::<String>();
    let name = strings.next()?.ok()?;
    let rest = inside[strings.byte_offset()..].strip_prefix(']')?;
    Some((Step::Key(name), rest))
}

fn index(text: &str) -> Option<(Step, &str)> {
    let (number, rest) = text.strip_prefix('[')?.split_once(']')?;
    let canonical = number.bytes().all(|b| b.is_ascii_digit())
        && (number.len() == 1 || !number.starts_with('0'));
    canonical
        .then(|| number.parse().ok())?
        .map(|index| (Step::Index(index), rest))
}

impl fmt::Display for JsonPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("$")?;
        for step in &self.0 {
            match step {
                Step::Key(key) if shorthand(key).is_some_and(|(_, rest)| rest.is_empty()) => {
                    write!(f, ".{key}")?;
                }
                Step::Key(key) => write!(f, "[{}]", Value::from(key.as_str()))?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn path(text: &str) -> JsonPath {
        text.parse().unwrap()
    }

    #[test]
    fn a_path_finds_its_one_place() {
        let document = json!({"rows": [{"gap": 0.5, "a b": [1, 2]}], "π": 3, "": 4});
        for (text, value) in [
            ("$", Some(&document)),
            ("$.rows[0].gap", Some(&json!(0.5))),
            ("$[\"rows\"][0][\"a b\"][1]", Some(&json!(2))),
            ("$.π", Some(&json!(3))),
            ("$[\"\"]", Some(&json!(4))),
            ("$.rows[1]", None),
            ("$.rows.gap", None),
            ("$[0]", None),
        ] {
            assert_eq!(path(text).get(&document), value, "{text}");
        }
    }

    #[test]
    fn what_names_no_single_place_is_refused() {
        for text in [
            "",
            "rows",
            ".rows",
            "$rows",
            "$.",
            "$..rows",
            "$.*",
            "$[*]",
            "$[-1]",
            "$[01]",
            "$[]",
            "$[0",
            "$[0:2]",
            "$['a']",
            "$[\"a\"",
            "$[\"a\" ]",
            "$.a b",
            "$.0",
            "$.a-b",
            "$ ",
            "$[+1]",
            "$[99999999999999999999999]",
        ] {
            assert!(text.parse::<JsonPath>().is_err(), "{text}");
        }
        assert_eq!(
            "$.rows[*]".parse::<JsonPath>().unwrap_err().to_string(),
            "`$.rows[*]` is not a JSON path: at `[*]`, expected a number from 0 and `]` \
             (allowed: `$`, then any of `.name`, `[\"name\"]`, `[0]`)"
        );
    }

    proptest! {
        #[test]
        fn a_path_written_is_read_back(
            steps in prop::collection::vec(
                prop_oneof![
                    ".{0,6}".prop_map(Step::Key),
                    (0usize..1000).prop_map(Step::Index),
                ],
                0..5,
            )
        ) {
            let path = JsonPath(steps);
            prop_assert_eq!(path.to_string().parse(), Ok(path));
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in "\\$?[.\\[\\]\"a0\\\\*é]{0,12}") {
            let _ = text.parse::<JsonPath>();
        }
    }
}
