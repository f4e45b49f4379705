//! Commands of the shell, and scripts.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Called, Environment, Observation, Refused, Tool, arguments, path_in, show, spec};
use crate::model::ToolSpec;
use crate::sandbox::{Invocation, Outcome, Program};
use crate::workspace::{Follow, Ino};

const COMMAND: &str = "\
Run commands in bash, in the current directory. Directory, variables and functions last from one \
call to the next. `python` is the sandbox's, `pip list` shows what is installed, `git diff` shows \
what was changed; there is no network, and no terminal.";

/// A tool that runs commands, by its name in a set.
pub(super) struct Bash(pub &'static str);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CommandArguments {
    command: String,
}

impl Tool for Bash {
    fn spec(&self) -> ToolSpec {
        spec(
            self.0,
            COMMAND,
            json!({"command": {"type": "string", "description": "What to run: a command, or a script of several lines."}}),
            &["command"],
        )
    }

    fn call(&self, given: &Value, environment: &mut Environment<'_>) -> Result<Called, Refused> {
        let CommandArguments { command } = arguments(given)?;
        let outcome = environment.script(&command)?;
        Ok(observed(outcome, environment, "command"))
    }
}

fn observed(outcome: Outcome, environment: &Environment<'_>, what: &str) -> Called {
    Called::Observation(Observation {
        text: show::run(&outcome, environment.limits(), what),
        outcome: Some(Box::new(outcome)),
        invalid: false,
    })
}

pub(super) struct ExecutePythonScript;
pub(super) struct ExecuteBashScript;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScriptArguments {
    file_name: String,
    #[serde(default)]
    arguments: Words,
}

/// Arguments one by one, or as a shell has them.
#[derive(Deserialize)]
#[serde(untagged)]
enum Words {
    List(Vec<String>),
    Text(String),
}

impl Default for Words {
    fn default() -> Words {
        Words::List(Vec::new())
    }
}

impl Words {
    fn split(self) -> Result<Vec<String>, Refused> {
        match self {
            Words::List(words) => Ok(words),
            Words::Text(text) => shlex::split(&text).ok_or_else(|| {
                Refused::Mistake(format!(
                    "the arguments {text:?} have a quote that isn't closed"
                ))
            }),
        }
    }
}

fn script_arguments() -> Value {
    json!({
        "file_name": {"type": "string", "description": "The script."},
        "arguments": {
            "anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "string"}],
            "description": "Its command-line arguments: one by one, or as one text."
        }
    })
}

impl Tool for ExecutePythonScript {
    fn spec(&self) -> ToolSpec {
        spec(
            "execute_python_script",
            "Run a Python script in the current directory, as `python FILE ARGUMENTS…` would.",
            script_arguments(),
            &["file_name"],
        )
    }

    fn call(&self, given: &Value, environment: &mut Environment<'_>) -> Result<Called, Refused> {
        let ScriptArguments {
            file_name,
            arguments,
        } = arguments(given)?;
        path_in(environment, &file_name)?;
        let invocation = Invocation {
            args: arguments.split()?,
            cwd: environment.shell.directory(),
            ..Invocation::new(Program::Script(file_name))
        };
        let outcome = environment.run(invocation)?;
        Ok(observed(outcome, environment, "run"))
    }
}

impl Tool for ExecuteBashScript {
    fn spec(&self) -> ToolSpec {
        spec(
            "execute_bash_script",
            "Run a bash script in the current directory, as `bash FILE ARGUMENTS…` would.",
            script_arguments(),
            &["file_name"],
        )
    }

    fn call(&self, given: &Value, environment: &mut Environment<'_>) -> Result<Called, Refused> {
        let ScriptArguments {
            file_name,
            arguments,
        } = arguments(given)?;
        let path = path_in(environment, &file_name)?;
        environment
            .workspace
            .resolve(Ino::ROOT, &path, Follow::Yes)
            .map_err(super::files::refused(&file_name))?;
        let words = arguments.split()?;
        let words = ["bash", "--", &file_name]
            .into_iter()
            .chain(words.iter().map(String::as_str));
        let command = shlex::try_join(words)
            .map_err(|error| Refused::Mistake(format!("the arguments: {error}")))?;
        let outcome = environment.script(&command)?;
        Ok(observed(outcome, environment, "script"))
    }
}
