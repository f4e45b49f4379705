//! What comes of bodies that were all written at once.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::agent::{Applied, Apply, BriefFile, Environment, NotApplied, WORKSPACE, write_fixed};
use crate::model::{Model, Reply, Scripted};
use crate::sandbox::{Invocation, SandboxError};
use crate::score;
use crate::task::{Experiment, Files, Source, Task, write_bodies};

/// Characters of the repository that a model is shown.
const SHOWN: usize = 200_000;

/// A task to whose repository bodies are applied.
pub(super) struct Fixed {
    pub task: Task,
    pub experiments: Vec<Experiment>,
}

impl Apply for Fixed {
    fn apply(
        &self,
        written: &BTreeMap<String, String>,
        environment: &mut Environment<'_>,
    ) -> Result<Applied, NotApplied> {
        let mut by_file: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
        for function in self.task.functions() {
            if let Some(source) = written.get(&label(&function.file, &function.name)) {
                let of_file = by_file.entry(&function.file).or_default();
                of_file.push((&function.name, source));
            }
        }
        let mut files = Vec::new();
        for (file, bodies) in by_file {
            let path = format!("{WORKSPACE}/{file}");
            let told = |why: String| NotApplied::Written(format!("{file}: {why}"));
            let before = environment.workspace.read(&path);
            let before = before.map_err(|errno| told(errno.to_string()))?;
            let before = String::from_utf8_lossy(&before);
            let after = write_bodies(&self.task.paper().parser, &before, &bodies);
            files.push((path, after.map_err(|error| told(error.to_string()))?));
        }
        for (path, text) in files {
            let done = environment.workspace.write(&path, text.as_bytes());
            done.map_err(|errno| NotApplied::Written(format!("{path}: {errno}")))?;
        }
        self.run(environment)
            .map_err(|error| NotApplied::Sandbox(Box::new(error)))
    }
}

impl Fixed {
    /// Runs each experiment in its turn, and reads what it reports where its source says.
    fn run(&self, environment: &mut Environment<'_>) -> Result<Applied, SandboxError> {
        let mut answer = Map::new();
        let (mut told, mut last) = (String::new(), None);
        for experiment in &self.experiments {
            for metric in &experiment.metrics {
                if let Source::File { file, .. } = &metric.source {
                    // Most often it isn't there.
                    _ = environment.workspace.remove(&format!("{WORKSPACE}/{file}"));
                }
            }
            let words = &experiment.command[1..];
            let invocation = match Invocation::from_command_line(words) {
                Ok(invocation) => invocation,
                Err(error) => {
                    told += &format!("{}: {error}\n", experiment.id);
                    continue;
                }
            };
            let outcome = environment.run(invocation)?;
            let ended = outcome.exit.explain(environment.limits());
            told += &format!("{}: the command {ended}\n", experiment.id);
            let left = match environment.tree() {
                Ok(left) => Some(left),
                Err(error) => {
                    told += &format!("read the repository: {error}\n");
                    None
                }
            };
            let file = |name: &str| Some(left.as_ref()?.read(name).ok()??.to_vec());
            let mut values = Map::new();
            for metric in experiment.metrics.iter().filter(|_| outcome.exit.success()) {
                match score::read(&metric.source, &outcome.stdout.bytes, &file) {
                    Ok(value) => _ = values.insert(metric.name.clone(), value),
                    Err(error) => told += &format!("{}: {error}\n", metric.name),
                }
            }
            if !values.is_empty() {
                answer.insert(experiment.id.clone(), Value::Object(values));
            }
            last = Some(outcome);
        }
        Ok(Applied {
            answer: Value::Object(answer),
            told,
            outcome: last,
        })
    }
}

/// What a function is called in a reply.
pub(super) fn label(file: &str, name: &str) -> String {
    format!("{file}::{name}")
}

/// The repository's files as a model is shown them: those with masked functions first, whole, then
/// as many others as there is room for; those that are left out are named.
pub(super) fn shown(task: &Task, files: &Files) -> (Vec<BriefFile>, Vec<String>) {
    let masked: BTreeSet<&str> = task.functions().map(|it| it.file.as_str()).collect();
    let is_masked = |path: &str| masked.contains(path);
    let mut paths: Vec<&String> = files.keys().collect();
    paths.sort_by_key(|path| (!is_masked(path), !path.ends_with(".py")));
    let (mut shown, mut left_out, mut room) = (Vec::new(), Vec::new(), SHOWN);
    for path in paths {
        match std::str::from_utf8(&files[path]) {
            Ok(text) if is_masked(path) || text.len() <= room => {
                room = room.saturating_sub(text.len());
                shown.push(BriefFile {
                    path: path.clone(),
                    text: text.trim_end().to_owned(),
                });
            }
            _ => left_out.push(path.clone()),
        }
    }
    (shown, left_out)
}

/// A model that replies with these files' functions.
pub(super) fn replying(task: &Task, files: &BTreeMap<String, String>) -> Box<dyn Model> {
    let mut written = BTreeMap::new();
    for function in task.functions() {
        let source = files.get(&function.file).map_or("", String::as_str);
        let module = task.paper().parser.parse(source);
        let definitions = module
            .iter()
            .flat_map(|module| module.named(&function.name));
        let text: String = definitions
            .map(|definition| {
                let start = definition.header.start;
                let line = source[..start].rfind('\n').map_or(0, |at| at + 1);
                let blanks = &source[line..start];
                format!("{blanks}{}\n", &source[start..definition.body.end])
            })
            .collect();
        written.insert(label(&function.file, &function.name), text);
    }
    Box::new(Scripted::new([Reply {
        text: write_fixed(&written),
        ..Reply::default()
    }]))
}
