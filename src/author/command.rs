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
        let last = errors.lines().rev().find(|line| !line.trim().is_empty());
        let how = self.outcome.exit.explain(&self.limits);
        let place = place(&errors).map_or_else(String::new, |place| format!(" (at {place})"));
        Some(match last {
            Some(last) => format!("it {how}: {}{place}", last.trim()),
            None => format!("it {how}"),
        })
    }
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
    let lost = ran.outcome.stderr.text().contains("ModuleNotFoundError");
    let module = ran.command.get(1).and_then(|script| as_module(script));
    let Some(module) = module.filter(|_| lost) else {
        return Ok(ran);
    };
    let mut command = vec!["python".to_owned(), "-m".to_owned(), module];
    command.extend(ran.command[2..].iter().cloned());
    let mut again = run_as(runner, files, id, command)?;
    // The first says it better, where this fails as well.
    if again.trouble().is_some() && again.outcome.stderr.text().contains("ModuleNotFoundError") {
        return Ok(ran);
    }
    again.note = Some(format!(
        "`{}` is run as `{}`, so that it finds the packages of the repository",
        ran.command.join(" "),
        again.command.join(" ")
    ));
    Ok(again)
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
