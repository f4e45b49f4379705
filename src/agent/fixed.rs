//! All bodies at once: the form of the only reply, and the tool that it comes to.
//!
//! ````text
//! ### tiny/means.py::mean
//! ```python
//! def mean(numbers):
//!     return sum(numbers) / len(numbers)
//! ```
//! ````
//!
//! A reply that lacks a function is corrected like any other that isn't as it should be. Of what the
//! bodies do the model hears nothing.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::environment::Environment;
use super::form::Problem;
use super::tools::{Called, Observation, Refused, Tool};
use crate::model::{Call, ToolSpec};
use crate::sandbox::{Outcome, SandboxError};

/// The tool that a reply comes to.
const WRITE_FUNCTIONS: &str = "write_functions";

/// Puts bodies into the repository, runs the experiments, and reads their numbers.
pub trait Apply: Send + Sync {
    /// `written` has the source of each function under `file::name`.
    fn apply(
        &self,
        written: &BTreeMap<String, String>,
        environment: &mut Environment<'_>,
    ) -> Result<Applied, NotApplied>;
}

/// What came of it.
pub struct Applied {
    pub answer: Value,
    /// How the runs ended, for the record.
    pub told: String,
    /// The last run.
    pub outcome: Option<Outcome>,
}

/// Why nothing came of it.
pub enum NotApplied {
    /// A body can't be put into its file.
    Written(String),
    Sandbox(Box<SandboxError>),
}

/// The call that a reply comes to which has a block of code for each function wanted.
pub(super) fn read(text: &str, wanted: &[String]) -> Result<Call, Problem> {
    let mut found: BTreeMap<&String, String> = BTreeMap::new();
    for (label, code) in blocks(text) {
        if let Some(function) = wanted.iter().find(|function| names(label, function)) {
            found.insert(function, code);
        }
    }
    let missing = wanted.iter().filter(|name| !found.contains_key(name));
    let missing: Vec<String> = missing.cloned().collect();
    if !missing.is_empty() {
        return Err(Problem::NoFunctions { missing });
    }
    let arguments = found
        .into_iter()
        .map(|(name, code)| (name.clone(), code.into()));
    Ok(Call {
        id: String::new(),
        tool: WRITE_FUNCTIONS.to_owned(),
        arguments: Value::Object(arguments.collect::<Map<_, _>>()),
        signatures: Vec::new(),
    })
}

/// Whether a function's name stands in a text, and no longer one.
fn names(text: &str, function: &str) -> bool {
    text.match_indices(function).any(|(at, _)| {
        let next = text[at + function.len()..].chars().next();
        !next.is_some_and(|c| c.is_alphanumeric() || "_.".contains(c))
    })
}

/// A reply that [`read`] reads so.
pub fn write(functions: &BTreeMap<String, String>) -> String {
    let blocks = functions
        .iter()
        .map(|(name, code)| format!("### {name}\n`````python\n{}\n`````\n", code.trim_end()));
    blocks.collect()
}

/// Each fenced block with the last line before it that isn't blank.
fn blocks(text: &str) -> Vec<(&str, String)> {
    let mut blocks = Vec::new();
    let mut label = "";
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let fence = line.len() - line.trim_start_matches('`').len();
        if fence < 3 {
            label = if line.trim().is_empty() { label } else { line };
            continue;
        }
        let is_closing = |line: &&str| {
            let bare = line.trim_end();
            bare.len() >= fence && bare.chars().all(|c| c == '`')
        };
        let code = lines.by_ref().take_while(|line| !is_closing(line));
        let code: String = code.map(|line| format!("{line}\n")).collect();
        blocks.push((label, code));
        label = "";
    }
    blocks
}

/// The tool, for the loop alone: no model is told of it.
pub(super) struct WriteFunctions(pub Box<dyn Apply>);

impl Tool for WriteFunctions {
    fn spec(&self) -> ToolSpec {
        ToolSpec {
            name: WRITE_FUNCTIONS.to_owned(),
            description: "Write the functions, run the experiments, report.".to_owned(),
            parameters: json!({"type": "object", "additionalProperties": {"type": "string"}}),
        }
    }

    fn call(&self, given: &Value, environment: &mut Environment<'_>) -> Result<Called, Refused> {
        let written: BTreeMap<String, String> = super::tools::arguments(given)?;
        let applied = self.0.apply(&written, environment);
        let Applied {
            answer,
            told,
            outcome,
        } = applied.map_err(|error| match error {
            NotApplied::Written(why) => Refused::Invalid(why),
            NotApplied::Sandbox(error) => Refused::Sandbox(error),
        })?;
        let observation = Observation {
            text: told,
            outcome: outcome.map(Box::new),
            invalid: false,
        };
        Ok(Called::Finished(observation, answer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_belongs_to_the_function_that_is_named_before_it() {
        let wanted = ["a.py::f".to_owned(), "b/c.py::C.g".to_owned()];
        let text = "Sure.\n\n**`b/c.py::C.g`**\n\n````python\ndef g(self):\n    \"\"\"\n    ```\n    \"\"\"\n````\n\
                    ### a.py::f\n```\ndef f(): pass\n```\nThat is a.py::f.\n```sh\nls\n```";
        let call = read(&text.replace("That is a.py::f.", "To see:"), &wanted).unwrap();
        let expected = json!({
            "a.py::f": "def f(): pass\n",
            "b/c.py::C.g": "def g(self):\n    \"\"\"\n    ```\n    \"\"\"\n",
        });
        assert_eq!(call.arguments, expected);
        let given: BTreeMap<String, String> = serde_json::from_value(expected.clone()).unwrap();
        assert_eq!(read(&write(&given), &wanted).unwrap().arguments, expected);

        let missing = |missing: &[&str]| {
            let missing = missing.iter().map(|name| (*name).to_owned()).collect();
            Err(Problem::NoFunctions { missing })
        };
        assert_eq!(
            read("def f(): pass", &wanted),
            missing(&["a.py::f", "b/c.py::C.g"])
        );
        let other = "a.py::f_2\n```\ndef f(): pass\n```\nb/c.py::C.g\n```\n```";
        assert_eq!(read(other, &wanted), missing(&["a.py::f"]));
        let one = "a.py::f\n```\ndef f(): pass\n```";
        assert_eq!(read(one, &wanted), missing(&["b/c.py::C.g"]));
        assert_eq!(read("Nothing to do.", &[]).unwrap().arguments, json!({}));
    }
}
