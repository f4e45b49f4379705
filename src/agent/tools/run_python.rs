//! Running a Python script of the repository in the sandbox.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Called, Environment, Observation, Refused, Tool, arguments, show, within_workspace};
use crate::model::ToolSpec;
use crate::sandbox::{Invocation, Program};

pub(super) struct ExecutePythonScript;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    file_name: String,
    #[serde(default)]
    arguments: Vec<String>,
}

impl Tool for ExecutePythonScript {
    fn spec(&self) -> ToolSpec {
        ToolSpec {
            name: "execute_python_script".into(),
            description: "Run a Python script from /workspace, as `python FILE ARGUMENTS…` would."
                .into(),
            parameters: json!({
                "type": "object",
                "properties": {
                    "file_name": {"type": "string", "description": "The script, relative to /workspace."},
                    "arguments": {
                        "type": "array", "items": {"type": "string"},
                        "description": "Its command-line arguments, one by one."
                    }
                },
                "required": ["file_name"],
                "additionalProperties": false
            }),
        }
    }

    fn call(&self, given: &Value, environment: &mut Environment<'_>) -> Result<Called, Refused> {
        let Arguments {
            file_name,
            arguments,
        } = arguments(given)?;
        within_workspace(&file_name)?;
        let invocation = Invocation {
            args: arguments,
            ..Invocation::new(Program::Script(file_name))
        };
        let outcome = environment.run(invocation)?;
        Ok(Called::Observation(Observation {
            text: show::run(&outcome, environment.limits()),
            outcome: Some(Box::new(outcome)),
            invalid: false,
        }))
    }
}
