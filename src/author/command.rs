//! Running an author's commands.

use super::error::AuthorError;
use crate::sandbox::{CommandLineError, Invocation, Limits, Outcome, Runner, WORKSPACE};
use crate::task::{Experiment, ExperimentLimits, Files, Metric};
use crate::workspace::{Access, Tree, Workspace, diff};

/// A command, and what running it left.
pub(super) struct Ran {
    /// The experiment's id, made of the command.
    pub id: String,
    /// The words; the first is `python`.
    pub command: Vec<String>,
    pub outcome: Outcome,
    /// Files that it made or changed.
    pub made: Files,
    /// What the run could use.
    pub limits: Limits,
    /// What was changed of the command to have it run, in a sentence.
    pub note: Option<String>,
}

impl Ran {
    /// The run as an experiment.
    pub fn experiment(&self, metrics: Vec<Metric>) -> Experiment {
        Experiment {
            id: self.id.clone(),
            description: String::new(),
            command: self.command.clone(),
            reseeded: None,
            limits: ExperimentLimits::default(),
            metrics,
        }
    }

    /// Why there are no numbers to read of it: its last words.
    pub fn trouble(&self) -> Option<String> {
        if self.outcome.exit.success() {
            return None;
        }
        let errors = self.outcome.stderr.text();
        let last = error_line(&errors);
        let how = self.outcome.exit.explain(&self.limits);
        let place = place(&errors).map_or_else(String::new, |place| format!(" (at {place})"));
        Some(match last {
            Some(last) => format!("it {how}: {}{place}", last.trim()),
            None => format!("it {how}"),
        })
    }
}

/// The line of a traceback that names the exception: notes may follow it.
pub(super) fn error_line(traceback: &str) -> Option<&str> {
    let is_named = |line: &&str| {
        let name = line.split(':').next().unwrap_or_default();
        let own = name.rsplit('.').next().unwrap_or_default();
        own.starts_with(char::is_uppercase)
            && name
                .chars()
                .all(|each| each.is_alphanumeric() || "._".contains(each))
    };
    let lines = || {
        traceback
            .lines()
            .rev()
            .filter(|line| !line.trim().is_empty())
    };
    lines().find(is_named).or_else(|| lines().next())
}

/// The innermost place of a repository's own in a traceback: a file and a line.
pub(super) fn place(traceback: &str) -> Option<String> {
    let lines = traceback.lines().rev();
    let mut places = lines.filter_map(|line| {
        let rest = line.trim().strip_prefix("File \"/workspace/")?;
        let (file, rest) = rest.split_once("\", line ")?;
        let line: String = rest.chars().take_while(char::is_ascii_digit).collect();
        Some(format!("{file}:{line}"))
    });
    places.next()
}

/// The words of a command that runs Python.
pub(super) fn words(command: &str) -> Result<Vec<String>, AuthorError> {
    let wrong = |reason: &str| AuthorError::Command {
        command: command.to_owned(),
        reason: reason.to_owned(),
    };
    let words = shlex::split(command).ok_or_else(|| wrong("a quote in it is never closed"))?;
    match words.split_first() {
        Some((first, rest))
            if ["python", "python3"].contains(&first.as_str()) && !rest.is_empty() =>
        {
            Ok([&["python".to_owned()], rest].concat())
        }
        _ => Err(wrong(
            "write `python` and what it runs, such as `python run.py --config configs/main.toml`",
        )),
    }
}

/// Runs a command. A script in a folder finds the packages beside that folder as it would if they
/// were installed: where it doesn't, it is run as a module.
pub(super) fn run(
    runner: &Runner,
    files: &Files,
    id: &str,
    command: Vec<String>,
) -> Result<Ran, AuthorError> {
    let ran = run_as(runner, files, id, command)?;
    let module = ran.command.get(1).and_then(|script| as_module(script));
    let Some(module) = module.filter(|_| lacks_own(&ran, files)) else {
        return Ok(ran);
    };
    let mut command = vec!["python".to_owned(), "-m".to_owned(), module];
    command.extend(ran.command[2..].iter().cloned());
    let mut again = run_as(runner, files, id, command)?;
    again.note = Some(format!(
        "`{}` is run as `{}`, so that it finds the packages of the repository",
        ran.command.join(" "),
        again.command.join(" ")
    ));
    Ok(again)
}

/// Whether a run failed for want of a module that the repository itself has.
fn lacks_own(ran: &Ran, files: &Files) -> bool {
    let errors = ran.outcome.stderr.text();
    let missing = errors.split("No module named '").nth(1);
    let top = missing.and_then(|rest| rest.split(['.', '\'']).next());
    top.is_some_and(|top| {
        let mut files = files.keys();
        files.any(|file| file.starts_with(&format!("{top}/")) || *file == format!("{top}.py"))
    })
}

/// `examples/demo.py` as `examples.demo`.
fn as_module(script: &str) -> Option<String> {
    let module = script.strip_suffix(".py")?.trim_start_matches("./");
    let is_name = |part: &str| {
        let mut letters = part.chars();
        letters
            .next()
            .is_some_and(|first| first.is_alphabetic() || first == '_')
            && letters.all(|each| each.is_alphanumeric() || each == '_')
    };
    let parts: Vec<&str> = module.split('/').collect();
    (parts.len() > 1 && parts.iter().all(|part| is_name(part))).then(|| parts.join("."))
}

fn run_as(
    runner: &Runner,
    files: &Files,
    id: &str,
    command: Vec<String>,
) -> Result<Ran, AuthorError> {
    let before: Tree = files
        .iter()
        .map(|(path, bytes)| (path, bytes.clone()))
        .collect();
    let mut workspace = Workspace::new();
    workspace.mount(WORKSPACE, &before, Access::ReadWrite)?;
    let invocation =
        Invocation::from_command_line(&command[1..]).map_err(|error: CommandLineError| {
            AuthorError::Command {
                command: command.join(" "),
                reason: error.to_string(),
            }
        })?;
    let limits = Limits::default();
    let outcome = runner.run(&mut workspace, invocation, &limits)?;
    let lost = |source| AuthorError::Io {
        doing: "look at what the run left in",
        path: WORKSPACE.into(),
        source,
    };
    let after = workspace.tree(WORKSPACE).map_err(lost)?;
    let mut made = Files::new();
    for change in diff(&before, &after).map_err(lost)? {
        if let Some(bytes) = after.read(&change.path).map_err(lost)? {
            made.insert(change.path, bytes.to_vec());
        }
    }
    Ok(Ran {
        id: id.to_owned(),
        command,
        outcome,
        made,
        limits,
        note: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exception_of_a_traceback_is_found_above_its_notes() {
        let text = "Traceback (most recent call last):\n  File \"/workspace/a/b.py\", line 12, in f\n    x\n\
                    pkg.OddError: it: is odd\nAnother note: Look.\nmore\n";
        assert_eq!(error_line(text), Some("pkg.OddError: it: is odd"));
        assert_eq!(place(text).as_deref(), Some("a/b.py:12"));
        assert_eq!(error_line("usage: run.py\n"), Some("usage: run.py"));
        assert_eq!(
            as_module("./examples/demo.py").as_deref(),
            Some("examples.demo")
        );
        assert_eq!(as_module("run.py"), None);
    }
}
