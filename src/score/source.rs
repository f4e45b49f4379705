//! The value of a metric from what a run left: its standard output or a file.

use std::collections::BTreeSet;

use regex::Regex;
use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};
use thiserror::Error;

use super::{
    python_json::{is_non_finite, last_document, parse},
    reason::JsonKind,
};
use crate::task::{JsonPath, Source};

/// Why a run's output has no value for a metric.
#[derive(Clone, Debug, Error, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SourceError {
    /// No complete JSON object or list on standard output.
    #[error("standard output has no complete JSON document on lines of its own")]
    NoDocument,
    /// The pattern isn't found on standard output.
    #[error("standard output has no match of the pattern")]
    NoMatch,
    /// The file isn't there.
    #[error("there is no file {file}")]
    NoFile {
        /// The file.
        file: String,
    },
    /// The file is no JSON document.
    #[error("{file} is not JSON: {error}")]
    NotJson {
        /// The file.
        file: String,
        /// What the parser says.
        error: String,
    },
    /// The document has nothing at the path.
    #[error("the document has nothing at {path}")]
    Absent {
        /// The path.
        path: String,
    },
    /// The pattern finds different values.
    #[error("the pattern finds {count} different values")]
    Ambiguous {
        /// How many; two or more.
        count: usize,
    },
    /// What the pattern finds is no number.
    #[error("the pattern finds `{found}`, which is not a number")]
    NotANumber {
        /// The text.
        found: String,
    },
    /// What is at the path is neither a number nor a list of such.
    #[error("a number or a list of numbers was expected, found {found}")]
    WrongType {
        /// What it is, or has in it.
        found: JsonKind,
    },
    /// NaN, an infinity, or beyond a 64-bit float.
    #[error("a number is not finite")]
    NotFinite,
}

/// Reads a metric: a finite number, or a list, perhaps nested, of such.
///
/// Standard output and files needn't be valid UTF-8. `file` gives a file's bytes by the name the
/// source has for it, or none if it isn't there.
///
/// # Errors
///
/// No value, several different ones, or one that is no number.
pub fn read(
    source: &Source,
    stdout: &[u8],
    file: &dyn Fn(&str) -> Option<Vec<u8>>,
) -> Result<Value, SourceError> {
    match source {
        Source::Stdout { path } => {
            let text = String::from_utf8_lossy(stdout);
            let document = last_document(&text).ok_or(SourceError::NoDocument)?;
            at(&document, path)
        }
        Source::Pattern { regex } => only_match(regex, &String::from_utf8_lossy(stdout)),
        Source::File { file: name, path } => {
            let bytes = file(name).ok_or_else(|| SourceError::NoFile { file: name.clone() })?;
            let document =
                parse(&String::from_utf8_lossy(&bytes)).map_err(|error| SourceError::NotJson {
                    file: name.clone(),
                    error: error.to_string(),
                })?;
            at(&document, path)
        }
    }
}

fn at(document: &Value, path: &JsonPath) -> Result<Value, SourceError> {
    let value = path.get(document).ok_or_else(|| SourceError::Absent {
        path: path.to_string(),
    })?;
    numeric(value)?;
    Ok(value.clone())
}

/// Refuses what is neither a finite number nor a list of such. The depth is bounded by the
/// parser's, which is 128.
fn numeric(value: &Value) -> Result<(), SourceError> {
    match value {
        Value::Number(number) if number.as_f64().is_some_and(f64::is_finite) => Ok(()),
        Value::Number(_) => Err(SourceError::NotFinite),
        Value::Array(items) => items.iter().try_for_each(numeric),
        value if is_non_finite(value) => Err(SourceError::NotFinite),
        value => Err(SourceError::WrongType {
            found: JsonKind::of(value),
        }),
    }
}

fn only_match(regex: &Regex, text: &str) -> Result<Value, SourceError> {
    let found: BTreeSet<&str> = regex
        .captures_iter(text)
        .filter_map(|found| found.name("value"))
        .map(|value| value.as_str().trim())
        .collect();
    if found.len() > 1 {
        return Err(SourceError::Ambiguous { count: found.len() });
    }
    let found = found.first().ok_or(SourceError::NoMatch)?;
    if let Ok(whole) = found.parse::<i64>() {
        return Ok(whole.into());
    }
    let number: f64 = found.parse().map_err(|_| SourceError::NotANumber {
        found: (*found).to_owned(),
    })?;
    // None is an infinity or NaN, which Rust reads as Python writes them.
    Number::from_f64(number)
        .map(Value::Number)
        .ok_or(SourceError::NotFinite)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn stdout(path: &str) -> Source {
        Source::Stdout {
            path: path.parse().unwrap(),
        }
    }

    fn pattern() -> Source {
        Source::Pattern {
            regex: Regex::new(r"(?m)^gap: (?<value>.*)$").unwrap(),
        }
    }

    fn read_stdout(source: &Source, stdout: &[u8]) -> Result<Value, SourceError> {
        read(source, stdout, &|_| None)
    }

    #[test]
    fn a_value_is_read_from_the_last_document_on_standard_output() {
        let out = b"epoch 1 \xff\n{\"gap\": 1}\n{\"gap\": [0.5, 2], \"bad\": NaN}\nbye\n";
        assert_eq!(read_stdout(&stdout("$.gap"), out), Ok(json!([0.5, 2])));
        for (path, reason) in [
            ("$.bad", SourceError::NotFinite),
            (
                "$.none",
                SourceError::Absent {
                    path: "$.none".to_owned(),
                },
            ),
            (
                "$",
                SourceError::WrongType {
                    found: JsonKind::Object,
                },
            ),
        ] {
            assert_eq!(read_stdout(&stdout(path), out), Err(reason));
        }
        assert_eq!(
            read_stdout(&stdout("$"), b"1\n"),
            Err(SourceError::NoDocument)
        );
    }

    #[test]
    fn what_is_no_number_is_refused_by_name() {
        for (out, found) in [
            ("[null]", JsonKind::Null),
            ("[[1, true]]", JsonKind::Bool),
            ("[\"0.5\"]", JsonKind::String),
            ("[{}]", JsonKind::Object),
        ] {
            let reason = SourceError::WrongType { found };
            assert_eq!(read_stdout(&stdout("$"), out.as_bytes()), Err(reason));
        }
        assert_eq!(
            read_stdout(&stdout("$"), b"[-Infinity]"),
            Err(SourceError::NotFinite)
        );
    }

    #[test]
    fn a_pattern_must_find_one_value() {
        let ambiguous = Err(SourceError::Ambiguous { count: 2 });
        let not_a_number = |found: &str| {
            let found = found.to_owned();
            Err(SourceError::NotANumber { found })
        };
        for (out, value) in [
            ("a\ngap: 0.5 \nb", Ok(json!(0.5))),
            ("gap: 3", Ok(json!(3))),
            ("gap: 3\ngap: 3\n", Ok(json!(3))),
            ("gap: -1e-3", Ok(json!(-0.001))),
            ("gap: 3\ngap: 4\ngap: 3\n", ambiguous),
            ("gup: 3", Err(SourceError::NoMatch)),
            ("gap: 50%", not_a_number("50%")),
            ("gap: ", not_a_number("")),
            ("gap: nan", Err(SourceError::NotFinite)),
            ("gap: -inf", Err(SourceError::NotFinite)),
            ("gap: 1e999", Err(SourceError::NotFinite)),
        ] {
            assert_eq!(read_stdout(&pattern(), out.as_bytes()), value, "{out}");
        }
    }

    #[test]
    fn a_value_is_read_from_a_file() {
        let source = Source::File {
            file: "out.json".to_owned(),
            path: "$.rows[0]".parse().unwrap(),
        };
        let from = |text: &'static str| {
            read(&source, b"", &move |name| {
                (name == "out.json").then(|| text.into())
            })
        };
        assert_eq!(from("{\"rows\": [1, NaN]}\n"), Ok(json!(1)));
        assert!(matches!(
            from("{\"rows\":"),
            Err(SourceError::NotJson { .. })
        ));
        assert!(matches!(
            from("{\"rows\": [NaN]}"),
            Err(SourceError::NotFinite)
        ));
        assert_eq!(
            read_stdout(&source, b""),
            Err(SourceError::NoFile {
                file: "out.json".to_owned()
            })
        );
    }

    proptest! {
        #[test]
        fn no_output_makes_a_source_panic(out in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = (read_stdout(&stdout("$[0]"), &out), read_stdout(&pattern(), &out));
        }

        #[test]
        fn a_number_printed_is_read_back(number in -1e300f64..1e300) {
            let out = format!("gap: {number:?}\n[{number:?}]\n");
            for source in [pattern(), stdout("$[0]")] {
                let value = read_stdout(&source, out.as_bytes()).unwrap();
                prop_assert_eq!(value.as_f64(), Some(number));
            }
        }
    }
}
