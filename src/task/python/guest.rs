//! Finding functions by Python's own parser, in the sandbox.

use serde::Deserialize;

use super::{error::SyntaxError, module::Sites};
use crate::{
    sandbox::{Invocation, Limits, Program, Sandbox, Stdin},
    workspace::{Access, Tree, Workspace},
};

/// Reads a source from standard input and prints what it defines.
const PROGRAM: &str = include_str!("definitions.py");

/// What the program prints.
#[derive(Deserialize)]
#[serde(untagged)]
enum Told {
    Sites(Sites),
    Refused { line: usize, problem: String },
}

/// What a text without lone carriage returns defines.
///
/// # Errors
///
/// A text that isn't valid Python, or why the program couldn't be run to its end.
pub fn find(sandbox: &Sandbox, text: &str) -> Result<Sites, SyntaxError> {
    match ask(sandbox, text) {
        Ok(Told::Sites(sites)) => Ok(sites),
        Ok(Told::Refused { line, problem }) => Err(SyntaxError::Invalid { line, problem }),
        Err(why) => Err(SyntaxError::NoPython { why }),
    }
}

fn ask(sandbox: &Sandbox, text: &str) -> Result<Told, String> {
    let invocation = Invocation {
        stdin: Stdin::Bytes(text.into()),
        warnings: vec!["ignore".to_owned()],
        ..Invocation::new(Program::Command(PROGRAM.to_owned()))
    };
    let mut workspace = Workspace::new();
    workspace
        .mount(&invocation.cwd, &Tree::default(), Access::ReadOnly)
        .map_err(|error| error.to_string())?;
    let limits = Limits {
        output: u64::MAX,
        ..Limits::default()
    };
    let outcome = sandbox
        .run(&mut workspace, invocation, &limits)
        .map_err(|error| error.to_string())?;
    if !outcome.exit.success() {
        let errors = outcome.stderr.text();
        let last = errors.lines().last().unwrap_or_default();
        return Err(format!("it {}: {last}", outcome.exit.explain(&limits)));
    }
    serde_json::from_slice(&outcome.stdout.bytes).map_err(|error| error.to_string())
}
