//! What an agent's tools work on: a workspace, and what runs Python.

use std::time::{Duration, Instant};

pub use crate::sandbox::WORKSPACE;
use crate::sandbox::{Invocation, Limits, Outcome, Runner, SandboxError};
use crate::workspace::{Hash, Workspace};

/// A workspace mounted at [`WORKSPACE`], what runs Python, and what a run may use.
pub struct Environment<'a> {
    pub workspace: Workspace,
    runner: &'a Runner,
    limits: Limits,
    /// What the last run might use.
    granted: Limits,
    /// Fuel for all runs together, where it is limited, and when they have to be over.
    fuel: Option<u64>,
    deadline: Option<Instant>,
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
            granted: limits.clone(),
            limits,
            fuel: None,
            deadline: None,
            fuel_used: 0,
            peak_memory: 0,
            reused: 0,
            watch: Box::new(watch),
        }
    }

    /// Limits what all runs together may use.
    pub fn within(mut self, fuel: Option<u64>, time: Option<Duration>) -> Environment<'a> {
        self.fuel = fuel;
        self.deadline = time.and_then(|time| Instant::now().checked_add(time));
        self
    }

    /// What a run may use: the last one, else each.
    pub fn limits(&self) -> &Limits {
        &self.granted
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
        self.granted = self.limits_now();
        let outcome = self
            .runner
            .run(&mut self.workspace, invocation, &self.granted)?;
        self.fuel_used = self.fuel_used.saturating_add(outcome.fuel_used);
        self.peak_memory = self.peak_memory.max(outcome.peak_memory);
        self.reused += u32::from(outcome.reused);
        (self.watch)(&outcome);
        Ok(outcome)
    }

    /// What the next run may use: no more than is left for all.
    fn limits_now(&self) -> Limits {
        let left = self.fuel.map(|fuel| fuel.saturating_sub(self.fuel_used));
        let time = self
            .deadline
            .map(|at| at.saturating_duration_since(Instant::now()));
        Limits {
            fuel: left.map_or(self.limits.fuel, |left| left.min(self.limits.fuel)),
            wall: time.map_or(self.limits.wall, |left| left.min(self.limits.wall)),
            ..self.limits.clone()
        }
    }

    /// The hash of the repository as it stands.
    pub fn tree_hash(&mut self) -> std::io::Result<Hash> {
        self.workspace.tree(WORKSPACE)?.hash()
    }
}
