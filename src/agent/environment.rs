//! What an agent's tools work on: a workspace, and what runs Python.

pub use crate::sandbox::WORKSPACE;
use crate::sandbox::{Invocation, Limits, Outcome, Runner, SandboxError};
use crate::workspace::{Hash, Workspace};

/// A workspace mounted at [`WORKSPACE`], what runs Python, and what a run may use.
pub struct Environment<'a> {
    pub workspace: Workspace,
    runner: &'a Runner,
    limits: Limits,
    fuel_used: u64,
    peak_memory: u64,
    reused: u32,
    watch: Box<dyn FnMut(&Outcome) + 'a>,
}

impl<'a> Environment<'a> {
    /// `watch` is told of each run.
    pub fn new(
        workspace: Workspace,
        runner: &'a Runner,
        limits: Limits,
        watch: impl FnMut(&Outcome) + 'a,
    ) -> Environment<'a> {
        Environment {
            workspace,
            runner,
            limits,
            fuel_used: 0,
            peak_memory: 0,
            reused: 0,
            watch: Box::new(watch),
        }
    }

    /// What each run may use.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Fuel used by all runs so far.
    pub fn fuel_used(&self) -> u64 {
        self.fuel_used
    }

    /// The most memory that any run so far had, in bytes.
    pub fn peak_memory(&self) -> u64 {
        self.peak_memory
    }

    /// How many of the runs were known from earlier ones.
    pub fn reused(&self) -> u32 {
        self.reused
    }

    pub fn run(&mut self, invocation: Invocation) -> Result<Outcome, SandboxError> {
        let outcome = self
            .runner
            .run(&mut self.workspace, invocation, &self.limits)?;
        self.fuel_used = self.fuel_used.saturating_add(outcome.fuel_used);
        self.peak_memory = self.peak_memory.max(outcome.peak_memory);
        self.reused += u32::from(outcome.reused);
        (self.watch)(&outcome);
        Ok(outcome)
    }

    /// The hash of the repository as it stands.
    pub fn tree_hash(&mut self) -> std::io::Result<Hash> {
        self.workspace.tree(WORKSPACE)?.hash()
    }
}
