//! How an error is shown, and what it makes of the exit code.

use std::io;
use std::process::ExitCode;

use crate::sandbox::SandboxError;
use crate::sandbox::runtime::RuntimeError;
pub(super) use crate::watch::inert;

/// Usage or environment: what the user can mend.
const ENVIRONMENT: u8 = 2;

/// Says what was tried, why it failed and what to do. A reader of our output that went away is no
/// error.
pub(super) fn show(error: &anyhow::Error) -> ExitCode {
    let broken_pipe = |cause: &(dyn std::error::Error + 'static)| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    };
    if error.chain().any(broken_pipe) {
        return ExitCode::SUCCESS;
    }
    let told = told(error);
    let lines: Vec<String> = told.split('\n').map(inert).collect();
    eprintln!("error: failed to {}", lines.join("\n"));
    let hint = error.chain().find_map(|cause| {
        let runtime = match cause.downcast_ref::<SandboxError>() {
            Some(SandboxError::Runtime(runtime)) => Some(runtime),
            _ => cause.downcast_ref::<RuntimeError>(),
        };
        runtime.and_then(RuntimeError::hint)
    });
    if let Some(hint) = hint {
        eprintln!("hint: {hint}");
    }
    ExitCode::from(ENVIRONMENT)
}

/// The causes one after the other, each once: many an error's own text ends in its cause's.
fn told(error: &anyhow::Error) -> String {
    let mut told = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if told.is_empty() {
            told = cause;
        } else if !told.ends_with(&cause) {
            told = format!("{told}: {cause}");
        }
    }
    told
}
