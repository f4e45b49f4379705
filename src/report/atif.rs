//! Trajectories as other harnesses read them: ATIF 1.7, the Agent Trajectory Interchange Format,
//! a document a trial.
//!
//! What ATIF has no place for (fuel, exits, digests, hashes of the repository, the score) stands
//! under `extra`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::ReportError;
use crate::agent::{Ending, Event, Observed, Purpose, Said};
use crate::model::{Call, Message, Reasoning, Reply, Stop, ToolSpec, Usage};
use crate::trial::{Record, RecordError, trials};

/// The newest version that all readers of today take.
const VERSION: &str = "ATIF-v1.7";

/// The tool that ends an attempt.
const FINAL_ANSWER: &str = "final_answer";

/// The file that is written for a trial.
const FILE: &str = "trajectory.json";

/// Writes the trajectories of runs, in a folder of its own each; those of `wanted` alone, if any are.
/// Gives how many there are.
pub fn write_atif(runs: &[PathBuf], wanted: &[String], out: &Path) -> Result<usize, ReportError> {
    let mut written = Vec::new();
    for run in runs {
        for folder in trials(run)? {
            let name = folder.file_name().unwrap_or_default().to_string_lossy();
            // A trial under way has its claim's token behind its name.
            let is_wanted = |it: &String| *it == *name || name.starts_with(&format!("{it}."));
            if !wanted.is_empty() && !wanted.iter().any(is_wanted) {
                continue;
            }
            let record = Record::read(&folder)?;
            let Some(document) = trajectory(&name, &record) else {
                continue;
            };
            let folder = out.join(&*name);
            let path = folder.join(FILE);
            let text = format!("{document:#}\n");
            fs::create_dir_all(&folder)
                .and_then(|()| fs::write(&path, text))
                .map_err(|source| io_error(&path, source))?;
            written.push(name.into_owned());
        }
    }
    let is_missing = |it: &&String| !written.iter().any(|name| name.starts_with(it.as_str()));
    let missing: Vec<String> = wanted.iter().filter(is_missing).cloned().collect();
    match (missing.is_empty(), written.is_empty()) {
        (false, _) => Err(ReportError::Unknown(missing)),
        (true, true) => Err(ReportError::Nothing(runs.to_vec())),
        (true, false) => Ok(written.len()),
    }
}

fn io_error(path: &Path, source: io::Error) -> ReportError {
    ReportError::Record(RecordError::Io {
        doing: "write",
        path: path.to_owned(),
        source,
    })
}

/// A trial's trajectory; nothing of one that didn't come to its first message.
pub fn trajectory(id: &str, record: &Record) -> Option<Value> {
    let mut steps = Steps::default();
    for event in &record.events {
        steps.add(event);
    }
    let (spec, outcome) = (&record.spec, record.outcome.as_ref());
    let count = steps.all.len();
    if count == 0 {
        return None;
    }
    let mut agent = json!({
        "name": "autoexp",
        "version": env!("CARGO_PKG_VERSION"),
        "model_name": spec.model.to_string(),
        "extra": {"settings": spec.settings},
    });
    if !steps.tools.is_empty() {
        agent["tool_definitions"] = steps.tools.iter().map(definition).collect();
    }
    let mut extra = json!({
        "task": spec.task.to_string(),
        "n": spec.n,
        "masked": spec.masked,
        "attempt": spec.attempt,
        "digests": spec.digests,
    });
    let mut totals = json!({"total_steps": count});
    if let Some(usage) = outcome.and_then(|outcome| outcome.usage) {
        totals["total_prompt_tokens"] = usage.input_tokens.into();
        totals["total_completion_tokens"] = usage.output_tokens.into();
        totals["total_cached_tokens"] = usage.cached_tokens.into();
    }
    if let Some(cost) = outcome.and_then(|outcome| outcome.cost_usd) {
        totals["total_cost_usd"] = cost.into();
    }
    if let Some(outcome) = outcome {
        let score = &outcome.score;
        extra["ending"] = json!(outcome.ending);
        extra["score"] = json!({
            "verified": score.verified,
            "pass": score.pass,
            "grounded": score.grounded,
            "transplanted": score.transplanted,
            "failure": score.failure,
        });
        totals["extra"] = json!({
            "fuel": outcome.fuel,
            "peak_memory_bytes": outcome.peak_memory_bytes,
            "replies": outcome.steps,
            "corrections": outcome.corrections,
            "elapsed_ms": outcome.measured.elapsed_ms,
        });
    } else {
        extra["unfinished"] = true.into();
    }
    Some(json!({
        "schema_version": VERSION,
        "session_id": id,
        "agent": agent,
        "steps": steps.all,
        "final_metrics": totals,
        "extra": extra,
    }))
}

/// A tool as OpenAI's API has it.
fn definition(tool: &ToolSpec) -> Value {
    json!({
        "type": "function",
        "function": {
            "name": tool.name,
            "description": tool.description,
            "parameters": tool.parameters,
        },
    })
}

/// The steps so far.
#[derive(Default)]
struct Steps {
    all: Vec<Value>,
    tools: Vec<ToolSpec>,
    /// What the models of the last agent step took together; none where one didn't tell.
    usage: Option<Usage>,
    cost: Option<f64>,
    /// How many models were asked in it.
    asked: u32,
}

impl Steps {
    fn push(&mut self, source: &str, message: &str) -> &mut Value {
        let id = self.all.len() + 1;
        self.all
            .push(json!({"step_id": id, "source": source, "message": message}));
        &mut self.all[id - 1]
    }

    fn add(&mut self, event: &Event) {
        match event {
            Event::Started { messages, tools } => {
                self.messages(messages);
                if self.tools.is_empty() {
                    self.tools.clone_from(tools);
                }
            }
            Event::Compared { reply, .. } => {
                let step = self.push("system", "Passages of the paper were chosen by a model.");
                step["extra"] = json!({
                    "event": "compared",
                    "model": reply.model,
                    "usage": reply.usage,
                    "cost_usd": reply.cost_usd,
                });
            }
            Event::Reply {
                step,
                purpose,
                request,
                reply,
                measured,
            } => {
                self.messages(&request.messages);
                self.reply(reply);
                let extra = self.extra();
                extra.insert("step".to_owned(), (*step).into());
                extra.insert("model_ms".to_owned(), measured.model_ms.into());
                if *purpose != Purpose::Step {
                    extra.insert("purpose".to_owned(), json!(purpose));
                }
            }
            Event::Auxiliary { text, said, .. } => self.auxiliary(text, said),
            Event::Observed {
                observations,
                measured,
                ..
            } => {
                self.observed(observations);
                let tools_ms = measured.tools_ms.into();
                self.extra().insert("tools_ms".to_owned(), tools_ms);
            }
            Event::TooLong { reason, .. } => {
                let step = self.push("system", &format!("The conversation is too long: {reason}"));
                step["extra"] = json!({"event": "too_long"});
            }
            Event::Tried { ending } => {
                self.answered(ending);
                let step = self.push("system", "This try is over; another one begins.");
                step["extra"] = json!({"event": "tried", "ending": ending});
            }
            Event::Interrupted { reason } => {
                let step = self.push("system", &format!("No reply of the model's: {reason}"));
                step["extra"] = json!({"event": "interrupted"});
            }
            // How it ended stands beside the score.
            Event::Ended { ending } => self.answered(ending),
        }
    }

    /// Messages that nobody answered with a step of its own.
    fn messages(&mut self, messages: &[Message]) {
        for message in messages {
            match message {
                Message::System { text } => _ = self.push("system", text),
                Message::User { text } => _ = self.push("user", text),
                // Earlier steps, perhaps shortened.
                Message::Assistant(_) | Message::Tool { .. } => {}
            }
        }
    }

    fn reply(&mut self, reply: &Reply) {
        let thoughts = reply.reasoning.iter().filter_map(|piece| match piece {
            Reasoning::Text(text) => Some(text.as_str()),
            Reasoning::Signature(_) | Reasoning::Item(_) => None,
        });
        let thoughts: Vec<&str> = thoughts.collect();
        let calls: Vec<Value> = reply.calls.iter().map(|it| call(it, &it.id)).collect();
        let step = self.push("agent", &reply.text);
        if let Some(model) = &reply.model {
            step["model_name"] = model.as_str().into();
        }
        if !thoughts.is_empty() {
            step["reasoning_content"] = thoughts.join("\n\n").into();
        }
        if !calls.is_empty() {
            step["tool_calls"] = calls.into();
        }
        (self.usage, self.cost, self.asked) = (reply.usage, reply.cost_usd, 1);
        self.metrics();
        if reply.stop != Stop::Done {
            self.extra().insert("stop".to_owned(), json!(reply.stop));
        }
    }

    /// What a tool asked of a model, within the last step.
    fn auxiliary(&mut self, text: &str, said: &Said) {
        if let Said::Reply(reply) = said {
            self.usage = self
                .usage
                .zip(reply.usage)
                .map(|(one, other)| one.plus(other));
            self.cost = self
                .cost
                .zip(reply.cost_usd)
                .map(|(one, other)| one + other);
            self.asked += 1;
            self.metrics();
        }
        let asked = json!({"asked": text, "said": said});
        let list = self.extra().entry("auxiliary").or_insert(json!([]));
        if let Some(list) = list.as_array_mut() {
            list.push(asked);
        }
    }

    fn metrics(&mut self) {
        let mut metrics = Map::new();
        if let Some(usage) = self.usage {
            metrics.insert("prompt_tokens".to_owned(), usage.input_tokens.into());
            metrics.insert("completion_tokens".to_owned(), usage.output_tokens.into());
            metrics.insert("cached_tokens".to_owned(), usage.cached_tokens.into());
            let extra = json!({
                "cache_write_tokens": usage.cache_write_tokens,
                "reasoning_tokens": usage.reasoning_tokens,
            });
            metrics.insert("extra".to_owned(), extra);
        }
        if let Some(cost) = self.cost {
            metrics.insert("cost_usd".to_owned(), cost.into());
        }
        let asked = self.asked;
        let Some(step) = self.all.last_mut().and_then(Value::as_object_mut) else {
            return;
        };
        step.remove("metrics");
        if !metrics.is_empty() {
            step.insert("llm_call_count".to_owned(), asked.into());
            step.insert("metrics".to_owned(), metrics.into());
        }
    }

    fn observed(&mut self, observations: &[Observed]) {
        let Some(step) = self.all.last_mut() else {
            return;
        };
        let number = step["step_id"].clone();
        let mut calls = step["tool_calls"].as_array().cloned().unwrap_or_default();
        let mut results = Vec::new();
        for (place, observed) in observations.iter().enumerate() {
            let mut id = observed.call.clone();
            if let Some(read) = &observed.read {
                // Read from the reply's text, where calls have no ids.
                let made = format!("step-{number}-{}", place + 1);
                calls.push(call(read, &made));
                id = Some(made);
            }
            let mut result = json!({"content": observed.text, "extra": behind(observed)});
            let answered = |id: &String| calls.iter().any(|it| it["tool_call_id"] == **id);
            if let Some(id) = id.filter(answered) {
                result["source_call_id"] = id.into();
            }
            results.push(result);
        }
        if !calls.is_empty() {
            step["tool_calls"] = calls.into();
        }
        if !results.is_empty() {
            step["observation"] = json!({"results": results});
        }
    }

    /// The final answer that was read from the last reply's text: nothing comes of it, so it isn't
    /// among what was observed.
    fn answered(&mut self, ending: &Ending) {
        let (Ending::Answered { answer }, Some(step)) = (ending, self.all.last_mut()) else {
            return;
        };
        let is_plain = step["tool_calls"].is_null() && step["observation"].is_null();
        if step["source"] == "agent" && is_plain {
            let read = Call {
                id: String::new(),
                tool: FINAL_ANSWER.to_owned(),
                arguments: json!({ "answer": answer }),
                signatures: Vec::new(),
            };
            let id = format!("step-{}-1", step["step_id"]);
            step["tool_calls"] = json!([call(&read, &id)]);
        }
    }

    fn extra(&mut self) -> &mut Map<String, Value> {
        if self.all.is_empty() {
            self.push("system", "");
        }
        let last = self.all.len() - 1;
        let step = &mut self.all[last];
        if !step["extra"].is_object() {
            step["extra"] = Value::Object(Map::new());
        }
        step["extra"].as_object_mut().expect("it was just made one")
    }
}

/// A call; what is no object of arguments stands under `text`.
fn call(call: &Call, id: &str) -> Value {
    let arguments = match &call.arguments {
        Value::Object(arguments) => Value::Object(arguments.clone()),
        Value::Null => json!({}),
        other => json!({"text": other}),
    };
    json!({"tool_call_id": id, "function_name": call.tool, "arguments": arguments})
}

/// What lies behind an observation.
fn behind(observed: &Observed) -> Value {
    let mut extra = json!({"tree": observed.tree});
    if let Some(exit) = &observed.exit {
        extra["exit"] = exit.as_str().into();
    }
    if let Some(fuel) = observed.fuel {
        extra["fuel"] = fuel.into();
    }
    if let Some(digest) = &observed.digest {
        extra["digest"] = digest.as_str().into();
    }
    if !observed.python.is_empty() {
        extra["python"] = json!(observed.python);
    }
    extra
}
