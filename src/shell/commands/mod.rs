//! The commands that the interpreter can't have of its own.
//!
//! - `python.rs`: Python, run by whoever runs the script
//! - `packages.rs`: `pip` and `conda`, which tell what is installed and that nothing else can be
//! - `git.rs`: what differs from the repository as it was found
//! - `chance.rs`: what draws on entropy, here from the session's own
//! - `absent.rs`: why a command isn't there

mod absent;
mod chance;
mod git;
mod packages;
mod python;

pub(super) use absent::{Absent, is_kept};
pub(super) use chance::{MakeTemp, Shuffle, steady};
pub(super) use git::Git;
pub(super) use packages::{Conda, Packages};
pub(super) use python::{Ask, Python};

use bashkit::ExecResult;

/// What a command says on standard error as it fails, after its name.
fn complaint(name: &str, text: impl std::fmt::Display, status: i32) -> ExecResult {
    ExecResult::err(format!("{name}: {text}\n"), status)
}
