//! The model that knows the reference: what fails for it is wrong with the task, not with a mind.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{Call, Message, Model, ModelError, Reply, Request, ToolSpec};
use crate::score;
use crate::task::{Experiment, Source};

/// Writes the reference files, runs the experiments, and reports what they print: through the same
/// tools as any other model, one call a reply. It knows no gold value.
pub struct Oracle {
    deeds: Vec<Deed>,
    experiments: Vec<Experiment>,
}

/// The tool that edits files, by the name that models know.
const EDITOR: &str = "str_replace_based_edit_tool";

/// One thing to do, in order.
enum Deed {
    Write { file: String, content: String },
    Run { experiment: usize },
    Read { experiment: usize, file: String },
}

impl Oracle {
    /// Knows the reference content of the files that were masked, and what to run.
    pub fn new(files: BTreeMap<String, String>, experiments: Vec<&Experiment>) -> Oracle {
        let writes = files
            .into_iter()
            .map(|(file, content)| Deed::Write { file, content });
        let runs = experiments
            .iter()
            .enumerate()
            .flat_map(|(experiment, described)| {
                let metrics = described.metrics.iter();
                let files: BTreeSet<&String> = metrics
                    .filter_map(|metric| match &metric.source {
                        Source::File { file, .. } => Some(file),
                        _ => None,
                    })
                    .collect();
                let reads = files.into_iter().map(move |file| Deed::Read {
                    experiment,
                    file: file.clone(),
                });
                [Deed::Run { experiment }].into_iter().chain(reads)
            });
        Oracle {
            deeds: writes.chain(runs).collect(),
            experiments: experiments.into_iter().cloned().collect(),
        }
    }

    /// By the tools that are offered: those for one thing, where there are any, or a shell.
    fn call(&self, index: usize, deed: &Deed, tools: &[ToolSpec]) -> Result<Call, ModelError> {
        let offered = |name: &str| tools.iter().any(|tool| tool.name == name);
        let in_bash = |words: &[&str], after: &str| {
            let command = shlex::try_join(words.iter().copied()).map_err(|error| {
                ModelError::Confused(format!("a command of the oracle: {error}"))
            })?;
            let shell = if offered("bash") {
                "bash"
            } else {
                "command_line"
            };
            Ok((shell, json!({"command": command + after})))
        };
        let (tool, arguments) = match deed {
            Deed::Write { file, content } if offered("write_file") => {
                ("write_file", json!({"file_name": file, "content": content}))
            }
            Deed::Write { file, content } if offered(EDITOR) => (
                EDITOR,
                json!({"command": "create", "path": file, "file_text": content}),
            ),
            Deed::Write { file, content } => {
                let to = format!(" > {}", quoted(file)?);
                in_bash(&["printf", "%s", content], &to)?
            }
            Deed::Read { file, .. } if offered("read_file") => {
                ("read_file", json!({"file_name": file}))
            }
            Deed::Read { file, .. } => in_bash(&["cat", file], "")?,
            Deed::Run { experiment } => {
                let command = &self.experiments[*experiment].command;
                match command.get(1).filter(|_| offered("execute_python_script")) {
                    Some(script) if !script.starts_with('-') => (
                        "execute_python_script",
                        json!({"file_name": script, "arguments": &command[2..]}),
                    ),
                    // A module, or no tool for scripts.
                    _ => {
                        let words: Vec<&str> = command.iter().map(String::as_str).collect();
                        in_bash(&words, "")?
                    }
                }
            }
        };
        Ok(Call {
            id: call_id(index),
            tool: tool.to_owned(),
            arguments,
            signatures: Vec::new(),
        })
    }

    /// What the observations say of each metric; one that can't be read is left out.
    fn answer(&self, messages: &[Message]) -> Value {
        let shown = |index: usize| {
            messages.iter().find_map(|message| match message {
                Message::Tool { call, text } if *call == call_id(index) => Some(text.as_str()),
                _ => None,
            })
        };
        let mut answer: Map<String, Value> = Map::new();
        for (number, experiment) in self.experiments.iter().enumerate() {
            let done =
                |wanted: &dyn Fn(&Deed) -> bool| self.deeds.iter().position(wanted).and_then(shown);
            let run =
                done(&|deed| matches!(deed, Deed::Run { experiment } if *experiment == number))
                    .map_or("", printed);
            let read = |wanted: &str| {
                let of = |deed: &Deed| matches!(deed, Deed::Read { experiment, file } if *experiment == number && file == wanted);
                done(&of).map(|text| printed(text).as_bytes().to_vec())
            };
            let metrics = experiment.metrics.iter().filter_map(|metric| {
                let value = score::read(&metric.source, run.as_bytes(), &read);
                Some((metric.name.clone(), value.ok()?))
            });
            answer.insert(experiment.id.clone(), Value::Object(metrics.collect()));
        }
        Value::Object(answer)
    }
}

/// What a run printed, in what was shown of it; of a file that was shown, all.
fn printed(shown: &str) -> &str {
    let is_run =
        |before: &str| before.starts_with("The command ") || before.starts_with("The run ");
    match shown.split_once("Standard output:\n") {
        Some((before, printed)) if is_run(before) => printed,
        _ => shown,
    }
}

fn quoted(word: &str) -> Result<String, ModelError> {
    let quoted = shlex::try_quote(word);
    let quoted = quoted.map_err(|error| ModelError::Confused(format!("a file's name: {error}")));
    Ok(quoted?.into_owned())
}

fn call_id(index: usize) -> String {
    format!("call-{}", index + 1)
}

impl Model for Oracle {
    fn reply(&mut self, request: &Request<'_>) -> Result<Reply, ModelError> {
        let said = request
            .messages
            .iter()
            .filter(|message| matches!(message, Message::Assistant(_)));
        let index = said.count();
        let call = match self.deeds.get(index) {
            Some(deed) => self.call(index, deed, request.tools)?,
            None => Call {
                id: call_id(index),
                tool: "final_answer".to_owned(),
                arguments: json!({"answer": self.answer(request.messages)}),
                signatures: Vec::new(),
            },
        };
        Ok(Reply {
            calls: vec![call],
            ..Reply::default()
        })
    }
}
