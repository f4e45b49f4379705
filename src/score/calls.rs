//! Whether a candidate's functions do what the reference's do, on the calls of an experiment.

use serde::Deserialize;
use serde_json::json;

use crate::sandbox::{Limits, Outcome, Runner};
use crate::task::{Experiment, Function, GuestFile, Harness, HarnessError};
use crate::workspace::Tree;

const PROGRAMS: [GuestFile; 5] = [
    ("values", include_str!("calls/values.py")),
    ("isolate", include_str!("calls/isolate.py")),
    ("load", include_str!("calls/load.py")),
    ("trial", include_str!("calls/trial.py")),
    ("calls", include_str!("calls/calls.py")),
];
/// Where `load.py` finds the candidate's repository.
const CANDIDATE: &str = "/autoexp-candidate";

/// Calls of one function that are compared where nothing else is said.
pub const MOST_CALLS: u64 = 2_000;

/// What a comparison found.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The functions asked for, in the order asked.
    pub functions: Vec<Calls>,
    /// Whether the experiment came to its end. If not, what was found is of a part of the calls.
    pub finished: bool,
    /// What the run came to: the experiment's own exit and output, the fuel of both sides.
    pub outcome: Outcome,
}

/// The calls of one function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calls {
    pub function: Function,
    /// How often the experiment calls it. A generator counts when it is first asked for an item.
    pub calls: u64,
    /// The calls of which something can be said.
    pub compared: u64,
    /// Those of them on which both did the same.
    pub equal: u64,
    /// Those on which the candidate raised another exception than the reference, or it alone did.
    pub raised: u64,
    /// The number of the first call on which they differ, and how.
    pub first_difference: Option<String>,
    /// Why a call could not be compared, for the first that couldn't.
    pub not_compared: Option<String>,
}

#[derive(Deserialize)]
struct Told {
    finished: bool,
    functions: Vec<Counted>,
}

#[derive(Deserialize)]
struct Counted {
    calls: u64,
    compared: u64,
    equal: u64,
    raised: u64,
    first_difference: Option<String>,
    not_compared: Option<String>,
}

/// Runs an experiment in the reference's repository, and at each call of a function asked for the
/// candidate's on a copy of the arguments. The experiment goes on with what the reference did.
///
/// Compared are results, exceptions by their class, what becomes of the arguments, and the state of
/// the global generators of random numbers; at most `most` calls of each function. The fuel is for
/// both sides together.
///
/// # Errors
///
/// A run that met a limit before its first call, a command that can't be watched, a sandbox that
/// fails.
pub fn compare(
    runner: &Runner,
    reference: &Tree,
    candidate: &Tree,
    experiment: &Experiment,
    functions: &[Function],
    most: u64,
    limits: &Limits,
) -> Result<Comparison, HarnessError> {
    let harness = Harness {
        programs: &PROGRAMS,
        functions,
        settings: json!({"most": most}),
        beside: Some((CANDIDATE, candidate)),
    };
    let (outcome, told) = harness.run(runner, reference, experiment, limits)?;
    let told: Told = Harness::understand(told)?;
    let functions = functions.iter().zip(told.functions);
    Ok(Comparison {
        functions: functions
            .map(|(function, counted)| Calls {
                function: function.clone(),
                calls: counted.calls,
                compared: counted.compared,
                equal: counted.equal,
                raised: counted.raised,
                first_difference: counted.first_difference,
                not_compared: counted.not_compared,
            })
            .collect(),
        finished: told.finished,
        outcome,
    })
}
