//! The call that ends an attempt.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Called, Environment, Refused, Tool, arguments};
use crate::model::ToolSpec;

pub(super) struct FinalAnswer;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    answer: Value,
}

impl Tool for FinalAnswer {
    fn spec(&self) -> ToolSpec {
        ToolSpec {
            name: "final_answer".into(),
            description: "Report the numbers and end the task.".into(),
            parameters: json!({
                "type": "object",
                "properties": {
                    "answer": {
                        "type": "object",
                        "description": "The experiments' ids, and for each an object with its metrics by name."
                    }
                },
                "required": ["answer"],
                "additionalProperties": false
            }),
        }
    }

    /// Some models give the object as JSON text: read as what it says.
    fn call(&self, given: &Value, _: &mut Environment<'_>) -> Result<Called, Refused> {
        let Arguments { answer } = arguments(given)?;
        let answer = match &answer {
            Value::String(text) => serde_json::from_str(text).ok(),
            other => Some(other.clone()),
        };
        match answer {
            Some(answer @ Value::Object(_)) => Ok(Called::Answer(answer)),
            _ => Err(Refused::Invalid(
                "the answer is no JSON object; nothing was submitted".to_owned(),
            )),
        }
    }
}
