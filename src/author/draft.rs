//! `task.toml` as it is written, and the rest of a paper's folder.

use std::fmt::Write;
use std::path::Path;

use super::error::AuthorError;
use super::propose::Proposal;
use super::rename::write;
use crate::task::{Experiment, Files, Gold, Source};

/// What a paper says of itself.
pub(super) struct About<'a> {
    pub id: &'a str,
    pub title: &'a str,
    pub licence: &'a str,
    pub field: &'a str,
    pub guest: Vec<&'a str>,
}

/// An experiment, and the fuel that it takes.
pub(super) struct Draft<'a> {
    pub about: About<'a>,
    pub functions: &'a [Proposal],
    pub experiments: &'a [(Experiment, u64)],
}

/// How much more fuel than it takes an experiment may have.
const HEADROOM: u64 = 4;

impl Draft<'_> {
    /// `task.toml`.
    pub fn spec(&self) -> String {
        let About {
            id,
            title,
            licence,
            field,
            guest,
        } = &self.about;
        let mut spec = String::from("format = 1\n");
        for (key, value) in [
            ("id", id),
            ("title", title),
            ("licence", licence),
            ("field", field),
        ] {
            line(&mut spec, key, &quoted(value));
        }
        if !guest.is_empty() {
            let names: Vec<String> = guest.iter().map(|name| quoted(name)).collect();
            line(&mut spec, "guest", &format!("[{}]", names.join(", ")));
        }
        for function in self.functions {
            spec += "\n[[function]]\n";
            line(&mut spec, "file", &quoted(&function.file));
            line(&mut spec, "name", &quoted(&function.name));
            line(&mut spec, "description", &quoted(&function.description));
        }
        for (experiment, fuel) in self.experiments {
            let command = shlex::try_join(experiment.command.iter().map(String::as_str));
            // A NUL, the one thing that can't be quoted, is in no command line.
            let command = command.unwrap_or_else(|_| experiment.command.join(" "));
            spec += "\n[[experiment]]\n";
            line(&mut spec, "id", &quoted(&experiment.id));
            line(
                &mut spec,
                "description",
                &quoted(&describe(&command, experiment)),
            );
            line(&mut spec, "command", &quoted(&command));
            let fuel = fuel
                .saturating_mul(HEADROOM)
                .max(1_000_000_000)
                .div_ceil(1_000_000_000);
            line(&mut spec, "limits", &format!("{{ fuel = \"{fuel}G\" }}"));
            for metric in &experiment.metrics {
                spec += "\n[[experiment.metric]]\n";
                line(&mut spec, "name", &quoted(&metric.name));
                line(&mut spec, "source", &source(&metric.source));
                line(&mut spec, "gold", &number(&metric.gold));
                if let Some(alternative) = &metric.alternative {
                    line(&mut spec, "alternative", &number(alternative));
                }
                if metric.atol > 0.0 {
                    line(&mut spec, "atol", &format!("{:?}", metric.atol));
                }
            }
        }
        spec
    }

    /// Writes the folder.
    pub fn write(
        &self,
        folder: &Path,
        code: &Files,
        alternative: Option<&Files>,
        paper: &str,
    ) -> Result<(), AuthorError> {
        write(&folder.join("task.toml"), self.spec().as_bytes())?;
        write(&folder.join("paper.md"), paper.as_bytes())?;
        let parts = [("code", Some(code)), ("alternative", alternative)];
        for (part, files) in parts {
            for (name, bytes) in files.into_iter().flatten() {
                write(&folder.join(part).join(name), bytes)?;
            }
        }
        Ok(())
    }
}

fn line(spec: &mut String, key: &str, value: &str) {
    // Writing to a String never fails.
    let _ = writeln!(spec, "{key} = {value}");
}

fn quoted(text: &str) -> String {
    toml::Value::from(text.split_whitespace().collect::<Vec<_>>().join(" ")).to_string()
}

fn describe(command: &str, experiment: &Experiment) -> String {
    let names: Vec<&str> = experiment
        .metrics
        .iter()
        .map(|metric| metric.name.as_str())
        .collect();
    let names = match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => "what it prints".to_owned(),
    };
    format!("Run `{command}` and report {names}.")
}

/// A metric's source, as `task.toml` has it.
pub(super) fn source(source: &Source) -> String {
    let exact = |text: String| toml::Value::from(text).to_string();
    match source {
        Source::Stdout { path } => format!("{{ stdout = {} }}", exact(path.to_string())),
        Source::Pattern { regex } => {
            format!("{{ pattern = {} }}", exact(regex.as_str().to_owned()))
        }
        Source::File { file, path } => {
            format!(
                "{{ file = {}, path = {} }}",
                exact(file.clone()),
                exact(path.to_string())
            )
        }
    }
}

fn number(gold: &Gold) -> String {
    match gold {
        Gold::Number(number) => format!("{number:?}"),
        Gold::List(items) => {
            let items: Vec<String> = items.iter().map(number).collect();
            format!("[{}]", items.join(", "))
        }
    }
}
