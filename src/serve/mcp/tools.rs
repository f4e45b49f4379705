//! The tools: what they take and give.

use std::sync::Arc;

use rmcp::handler::server::tool::{schema_for_output, schema_for_type};
use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// A call of a tool.
pub(super) enum Call {
    RunPython(RunPython),
    PythonSession(PythonSession),
    RunCommand(RunCommand),
    ReadFile(ReadFile),
    WriteFile(WriteFile),
    EditFile(EditFile),
    ListFiles(ListFiles),
    Snapshot(Nothing),
    Restore(Restore),
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RunPython {
    /// The program.
    pub code: String,
    /// What it reads from standard input.
    #[serde(default, deserialize_with = "or_null")]
    pub stdin: String,
    /// Seconds it may take, at most the server's limit.
    pub timeout: Option<f64>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PythonSession {
    /// The cell: statements, and perhaps a last expression whose value is shown.
    pub code: String,
    /// Seconds it may take, at most the server's limit.
    pub timeout: Option<f64>,
    /// Begin with a new interpreter, without the variables of earlier cells.
    #[serde(default, deserialize_with = "or_null")]
    pub restart: bool,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RunCommand {
    /// A line, or lines, of bash.
    pub command: String,
    /// The folder to run it in [default: /workspace].
    pub cwd: Option<String>,
    /// What it reads from standard input.
    #[serde(default, deserialize_with = "or_null")]
    pub stdin: String,
    /// Seconds it may take, at most the server's limit.
    pub timeout: Option<f64>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadFile {
    /// Absolute, or below /workspace.
    pub path: String,
    /// The first line to read, from 1 [default: 1].
    pub offset: Option<u64>,
    /// Lines to read at most [default: 2000].
    pub limit: Option<u64>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WriteFile {
    /// Absolute, or below /workspace. The folders that lead there are made.
    pub path: String,
    /// All of the file.
    pub content: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EditFile {
    /// Absolute, or below /workspace.
    pub path: String,
    /// Text that is in the file exactly once, to the character.
    pub old: String,
    /// What comes in its place.
    pub new: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ListFiles {
    /// Absolute, or below /workspace [default: /workspace].
    #[serde(default, deserialize_with = "or_null")]
    pub path: String,
    /// Whether folders are looked into.
    #[serde(default, deserialize_with = "or_null")]
    pub recursive: bool,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Restore {
    /// A name that `snapshot` gave.
    pub snapshot: String,
}

/// What a run came to.
#[derive(Serialize, JsonSchema)]
pub(super) struct Ran {
    /// What it printed, what isn't UTF-8 replaced.
    pub stdout: String,
    pub stderr: String,
    /// The program's own; 137 where it met the limit on fuel or time or was cancelled, 139 after a
    /// stack overflow, 134 after a trap. Of a cell: 0, or 1 after an uncaught exception.
    pub exit_code: i32,
    /// How it ended: exited, out_of_fuel, out_of_memory, out_of_time, out_of_disk, cancelled,
    /// stack_overflow or trapped.
    pub exit: &'static str,
    pub timed_out: bool,
    /// Units of fuel it used, about one a nanosecond; the same each time.
    pub fuel: u64,
    pub peak_memory_bytes: u64,
    pub elapsed_ms: u64,
    /// Bytes printed beyond the limit on output, which are lost.
    pub stdout_dropped_bytes: u64,
    pub stderr_dropped_bytes: u64,
    /// Of a cell: whether its variables are still there for the next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_kept: Option<bool>,
    /// Pictures that it wrote or showed.
    pub images: Vec<String>,
}

/// Why a call of a tool can't be met.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unreadable {
    #[error("there is no tool {0}; there are {names}", names = NAMES.join(", "))]
    Unknown(String),
    #[error("read the arguments of {tool}: {error}")]
    Arguments {
        tool: String,
        error: serde_json::Error,
    },
}

const NAMES: [&str; 9] = [
    "run_python",
    "python_session",
    "run_command",
    "read_file",
    "write_file",
    "edit_file",
    "list_files",
    "snapshot",
    "restore",
];

impl Call {
    pub fn read(tool: &str, arguments: Option<JsonObject>) -> Result<Call, Unreadable> {
        fn of<T: DeserializeOwned>(
            tool: &str,
            arguments: Option<JsonObject>,
            call: fn(T) -> Call,
        ) -> Result<Call, Unreadable> {
            let arguments = Value::Object(arguments.unwrap_or_default());
            let read = serde_json::from_value(arguments);
            read.map(call).map_err(|error| Unreadable::Arguments {
                tool: tool.to_owned(),
                error,
            })
        }
        match tool {
            "run_python" => of(tool, arguments, Call::RunPython),
            "python_session" => of(tool, arguments, Call::PythonSession),
            "run_command" => of(tool, arguments, Call::RunCommand),
            "read_file" => of(tool, arguments, Call::ReadFile),
            "write_file" => of(tool, arguments, Call::WriteFile),
            "edit_file" => of(tool, arguments, Call::EditFile),
            "list_files" => of(tool, arguments, Call::ListFiles),
            "snapshot" => of(tool, arguments, Call::Snapshot),
            "restore" => of(tool, arguments, Call::Restore),
            _ => Err(Unreadable::Unknown(tool.to_owned())),
        }
    }
}

/// All of them, as a client is told.
pub(super) fn all() -> Vec<Tool> {
    let changes = || ToolAnnotations::new().open_world(false);
    let looks = || changes().read_only(true);
    vec![
        runs(tool::<RunPython>(
            "run_python",
            "Run a Python program in a fresh interpreter, in /workspace. Print what you want to \
             see. Figures that it shows (plt.show()) and pictures that it writes come back.",
            changes(),
        )),
        runs(tool::<PythonSession>(
            "python_session",
            "Run a cell in a Python interpreter that keeps its variables from cell to cell, as a \
             notebook does. The value of a last expression is shown. A cell that meets a limit or \
             is cancelled ends the interpreter: variables are lost then, files are kept.",
            changes(),
        )),
        runs(tool::<RunCommand>(
            "run_command",
            "Run bash, in /workspace or another folder. Each call is a shell of its own. There \
             are the usual commands for text and files, git status and diff, and python.",
            changes(),
        )),
        tool::<ReadFile>(
            "read_file",
            "Read lines of a text file, or look at a picture (PNG, JPEG, GIF, WebP).",
            looks(),
        ),
        tool::<WriteFile>(
            "write_file",
            "Make a file, or replace all of it.",
            changes().idempotent(true),
        ),
        tool::<EditFile>(
            "edit_file",
            "Replace a piece of a text file that is in it exactly once.",
            changes(),
        ),
        tool::<ListFiles>("list_files", "List a folder, with sizes in bytes.", looks()),
        tool::<Nothing>(
            "snapshot",
            "Keep all files as they are now, to go back to with restore. Gives its name.",
            changes().destructive(false),
        ),
        tool::<Restore>(
            "restore",
            "Put all files back to how they were at a snapshot. Variables of python_session stay.",
            changes().idempotent(true),
        ),
    ]
}

/// Some clients give each argument that their model left out as null.
fn or_null<'a, D: Deserializer<'a>, T: Deserialize<'a> + Default>(from: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

fn tool<T: JsonSchema + 'static>(
    name: &'static str,
    description: &'static str,
    annotations: ToolAnnotations,
) -> Tool {
    let schema = plain(&schema_for_type::<T>());
    Tool::new(name, description, schema).with_annotations(annotations)
}

fn runs(tool: Tool) -> Tool {
    tool.with_raw_output_schema(plain(&schema_for_output::<Ran>()))
}

/// A schema without what providers of models don't take: the formats that only Rust knows
/// (`uint64`), `default`, which OpenAI refuses in strict schemas, and `$schema`.
fn plain(schema: &JsonObject) -> Arc<JsonObject> {
    fn strip(schema: &mut Value) {
        match schema {
            Value::Object(fields) => {
                if fields.get("format").is_some_and(Value::is_string) {
                    fields.remove("format");
                }
                // A property may be called that, and is an object.
                if fields
                    .get("default")
                    .is_some_and(|default| !default.is_object())
                {
                    fields.remove("default");
                }
                fields.values_mut().for_each(strip);
            }
            Value::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
    let mut fields = schema.clone();
    fields.remove("$schema");
    fields.values_mut().for_each(strip);
    Arc::new(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemas_have_nothing_that_clients_do_not_take() {
        let told = serde_json::to_string(&all()).unwrap();
        assert!(told.contains("peak_memory_bytes"), "{told}");
        for word in ["format", "default", "$schema"] {
            assert!(!told.contains(&format!("\"{word}\":")), "{word}: {told}");
        }
    }

    #[test]
    fn an_argument_that_is_null_is_left_out() {
        let arguments = serde_json::json!({"code": "1", "timeout": null, "restart": null});
        let read = Call::read("python_session", arguments.as_object().cloned());
        assert!(matches!(
            read,
            Ok(Call::PythonSession(PythonSession {
                restart: false,
                timeout: None,
                ..
            }))
        ));
    }

    #[test]
    fn every_tool_that_is_named_can_be_called_and_no_other() {
        let told: Vec<_> = all().into_iter().map(|tool| tool.name).collect();
        assert_eq!(told, NAMES);
        for name in NAMES {
            let refused = Call::read(name, None).err();
            assert!(!matches!(refused, Some(Unreadable::Unknown(_))), "{name}");
        }
        let unknown = Call::read("eval", None).err().unwrap().to_string();
        assert!(unknown.contains("run_python"), "{unknown}");
    }
}
