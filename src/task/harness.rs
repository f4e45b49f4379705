//! An experiment run within a program that watches it, and tells what it saw in a file.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use thiserror::Error;

use super::spec::{Experiment, Function};
use crate::sandbox::{Invocation, Limits, Outcome, Program, Runner, SandboxError};
use crate::workspace::{Access, MountError, Tree, Workspace};

/// A guest program, by its name.
pub(crate) type GuestFile = (&'static str, &'static str);

const HARNESS: GuestFile = ("harness", include_str!("harness.py"));
/// Where the guest finds the repository, the harness, and what it may write its result to.
const WORKSPACE: &str = "/workspace";
const PROGRAMS: &str = "/autoexp";
const RESULTS: &str = "/autoexp-out";
const RESULT: &str = "/autoexp-out/result.json";

/// Why an experiment could not be run in a harness.
#[derive(Debug, Error)]
pub enum HarnessError {
    /// A command that runs no script and no module.
    #[error(
        "`{command}` can't be watched: it runs neither a script nor a module; write `python FILE …` or `python -m MODULE …`"
    )]
    Command {
        /// The command.
        command: String,
    },
    /// The run ended before the harness could tell what it saw.
    #[error("the run left no result: it {ended}")]
    NoResult {
        /// How it ended.
        ended: String,
    },
    /// The repository has no place in the guest.
    #[error(transparent)]
    Mount(#[from] MountError),
    /// The sandbox failed.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
}

/// A program that watches an experiment.
pub(crate) struct Harness<'a> {
    /// What does the watching: executed in this order, in one namespace, after `harness.py`.
    pub programs: &'a [GuestFile],
    /// What it is asked about.
    pub functions: &'a [Function],
    /// What else it is told.
    pub settings: Value,
    /// Another repository it sees, read-only, and where.
    pub beside: Option<(&'a str, &'a Tree)>,
}

impl Harness<'_> {
    /// Runs an experiment in a repository. What comes of it is what comes of it alone, but for the
    /// fuel and memory that watching takes; beside it is what the harness tells.
    pub fn run(
        &self,
        runner: &Runner,
        code: &Tree,
        experiment: &Experiment,
        limits: &Limits,
    ) -> Result<(Outcome, Value), HarnessError> {
        let alone = alone(experiment)?;
        let spec = json!({
            "process": process(&alone),
            "functions": self.functions.iter().map(|function| {
                json!({"file": function.file, "name": function.name})
            }).collect::<Vec<_>>(),
            "settings": self.settings,
        });
        let sources: Vec<GuestFile> = [HARNESS].iter().chain(self.programs).copied().collect();
        let mut files: Vec<(String, Vec<u8>)> = sources
            .iter()
            .map(|(name, source)| (format!("{name}.py"), source.as_bytes().to_vec()))
            .collect();
        files.push(("spec.json".to_owned(), spec.to_string().into_bytes()));

        let mut workspace = Workspace::new();
        workspace.mount(WORKSPACE, code, Access::ReadWrite)?;
        workspace.mount(PROGRAMS, &files.into_iter().collect(), Access::ReadOnly)?;
        workspace.mount(RESULTS, &Tree::default(), Access::ReadWrite)?;
        if let Some((path, tree)) = self.beside {
            workspace.mount(path, tree, Access::ReadOnly)?;
        }
        let invocation = Invocation {
            program: Program::Command(start(&sources)),
            ..alone
        };
        let outcome = runner.run(&mut workspace, invocation, limits)?;
        let result = workspace.read(RESULT).ok();
        // Half a document is none.
        match result.and_then(|bytes| serde_json::from_slice(&bytes).ok()) {
            Some(result) => Ok((outcome, result)),
            None => Err(HarnessError::NoResult {
                ended: outcome.exit.explain(limits),
            }),
        }
    }

    /// What a harness told, by its meaning.
    pub fn understand<T: DeserializeOwned>(told: Value) -> Result<T, HarnessError> {
        serde_json::from_value(told).map_err(|_| HarnessError::NoResult {
            ended: "wrote over what the harness told".to_owned(),
        })
    }
}

/// The experiment's own invocation.
fn alone(experiment: &Experiment) -> Result<Invocation, HarnessError> {
    let args = experiment.command.get(1..).unwrap_or_default();
    Invocation::from_command_line(args)
        .ok()
        .filter(|found| matches!(found.program, Program::Script(_) | Program::Module(_)))
        .ok_or_else(|| HarnessError::Command {
            command: experiment.command.join(" "),
        })
}

/// What `boot.py` is to make of the process when the harness is ready.
fn process(alone: &Invocation) -> Value {
    let program = match &alone.program {
        Program::Script(path) => ["script", path],
        Program::Module(name) => ["module", name],
        Program::Command(_) | Program::Stdin | Program::Interactive => {
            unreachable!("alone() lets none of these through")
        }
    };
    json!({
        "program": program,
        "args": alone.args,
        "warnings": alone.warnings,
        // Pairs, whose order a program sees.
        "env": alone.env,
        "cwd": alone.cwd,
    })
}

/// The command that starts the harness. It has builtins of its own, which a program can't change;
/// the names of its files are such that tracebacks leave them out.
fn start(sources: &[GuestFile]) -> String {
    let names: Vec<&str> = sources.iter().map(|(name, _)| *name).collect();
    format!(
        "import builtins, sys\n\
         harness = {{'__name__': 'autoexp', '__builtins__': dict(vars(builtins)), \
         'boot': sys._getframe(1).f_globals}}\n\
         for name in '{}'.split():\n \
         with open(f'{PROGRAMS}/{{name}}.py', 'rb') as file:\n  source = file.read()\n \
         exec(compile(source, f'<autoexp {{name}}>', 'exec', dont_inherit=True), harness)\n",
        names.join(" ")
    )
}
