//! Programs of ours that look at a repository in the sandbox.

use serde::de::DeserializeOwned;

use super::error::AuthorError;
use crate::sandbox::{Invocation, Limits, Program, Runner, Stdin, WORKSPACE};
use crate::workspace::{Access, Tree, Workspace};

/// A program's name and text.
pub(super) type GuestProgram = (&'static str, &'static str);

/// Runs a program on files, and reads the JSON that it prints.
pub(super) fn ask<T: DeserializeOwned>(
    runner: &Runner,
    files: &Tree,
    (program, text): GuestProgram,
    args: &[String],
) -> Result<T, AuthorError> {
    let mut workspace = Workspace::new();
    workspace.mount(WORKSPACE, files, Access::ReadOnly)?;
    let invocation = Invocation {
        args: args.to_vec(),
        stdin: Stdin::Bytes(text.as_bytes().to_vec()),
        ..Invocation::new(Program::Stdin)
    };
    let limits = Limits {
        output: u64::MAX,
        ..Limits::default()
    };
    let outcome = runner.run(&mut workspace, invocation, &limits)?;
    let failed = |ended: String| AuthorError::Guest { program, ended };
    if !outcome.exit.success() {
        let errors = outcome.stderr.text();
        let last = errors.lines().last().unwrap_or_default();
        let how = outcome.exit.explain(&limits);
        return Err(failed(format!("{how}: {last}")));
    }
    serde_json::from_slice(&outcome.stdout.bytes)
        .map_err(|error| failed(format!("printed what can't be read: {error}")))
}
