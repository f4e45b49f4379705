//! Which of a paper's functions an experiment runs, and how much of its work is theirs.

use serde::Deserialize;
use serde_json::Value;

use super::harness::{GuestFile, Harness, HarnessError};
use super::spec::{Experiment, Function};
use crate::sandbox::{Limits, Outcome, Runner};
use crate::workspace::Tree;

const TRACE: GuestFile = ("trace", include_str!("trace.py"));

/// What an experiment runs.
#[derive(Clone, Debug)]
pub struct Trace {
    /// The functions asked for, in the order asked.
    pub functions: Vec<Traced>,
    /// What the run came to. Its fuel has that of tracing in it.
    pub outcome: Outcome,
}

/// What an experiment runs of one function.
#[derive(Clone, Debug, PartialEq)]
pub struct Traced {
    pub function: Function,
    /// How often it is called. A generator counts when it is first asked for an item.
    pub calls: u64,
    /// Units of fuel within it and what it calls, where it calls itself once; and nanoseconds slept
    /// there.
    pub fuel: u64,
    /// `fuel` as a part of the whole run's, from 0 to 1. Those of functions that call each other
    /// add up to more.
    pub share: f64,
    /// Positions of the other functions asked for that call it, directly or through functions that
    /// weren't asked for.
    pub callers: Vec<usize>,
}

impl Trace {
    /// Whether the experiment calls a function of this file and name.
    pub fn depends(&self, function: &Function) -> bool {
        self.functions.iter().any(|traced| {
            (&traced.function.file, &traced.function.name) == (&function.file, &function.name)
                && traced.calls > 0
        })
    }
}

#[derive(Deserialize)]
struct Told {
    lasted: u64,
    functions: Vec<Counted>,
}

#[derive(Deserialize)]
struct Counted {
    calls: u64,
    spent: u64,
    callers: Vec<usize>,
}

/// Runs an experiment in a repository and watches functions of it. What Python processes that it
/// starts call isn't seen.
///
/// # Errors
///
/// A run that met a limit before its end, a command that can't be watched, a sandbox that fails.
pub fn trace(
    runner: &Runner,
    code: &Tree,
    experiment: &Experiment,
    functions: &[Function],
    limits: &Limits,
) -> Result<Trace, HarnessError> {
    let harness = Harness {
        programs: &[TRACE],
        functions,
        settings: Value::Null,
        beside: None,
    };
    let (outcome, told) = harness.run(runner, code, experiment, limits)?;
    let told: Told = Harness::understand(told)?;
    let functions = functions.iter().zip(told.functions);
    Ok(Trace {
        functions: functions
            .map(|(function, counted)| Traced {
                function: function.clone(),
                calls: counted.calls,
                fuel: counted.spent,
                share: counted.spent as f64 / told.lasted.max(1) as f64,
                callers: counted.callers,
            })
            .collect(),
        outcome,
    })
}
