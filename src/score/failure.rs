//! Why an attempt isn't verified, in a word.

use serde::{Deserialize, Serialize};

use crate::sandbox::Exit;

/// Why an attempt isn't verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// All that was asked for was reported, and some of it is out of tolerance.
    WrongNumber,
    /// Nothing was reported.
    NoAnswer,
    /// Something asked for is missing, something else was reported, or a value is no number.
    MalformedAnswer,
    /// A number was reported that neither a run of the agent's nor one of the harness' gave.
    Fabricated,
    /// The experiment's command fails on the repository as it was left.
    Crashed,
    /// It runs out of fuel, or all runs of the agent's together do.
    OutOfFuel,
    /// It runs out of memory.
    OutOfMemory,
    /// It runs out of time, or the attempt does.
    OutOfTime,
    /// It runs out of disk.
    OutOfDisk,
    /// The numbers are right and were seen, but the repository as it was left gives others.
    NotReproduced,
    /// The bodies give the right numbers on the input that the agent saw, and not on another.
    HardCoded,
    /// The right numbers come from changes beside the masked functions.
    Tampered,
    OutOfSteps,
    /// The replies took as many tokens as they might.
    OutOfTokens,
    /// They cost as much as they might.
    OutOfDollars,
    /// The model went on without calling a tool.
    NoValidCall,
    /// The model, or a filter of its provider's, refused to go on.
    Refused,
    /// The model couldn't go on with the conversation: no failure of the agent's.
    ModelFailed,
}

impl Failure {
    pub fn name(self) -> &'static str {
        match self {
            Failure::WrongNumber => "wrong number",
            Failure::NoAnswer => "no answer",
            Failure::MalformedAnswer => "malformed answer",
            Failure::Fabricated => "fabricated",
            Failure::Crashed => "crashed",
            Failure::OutOfFuel => "out of fuel",
            Failure::OutOfMemory => "out of memory",
            Failure::OutOfTime => "out of time",
            Failure::OutOfDisk => "out of disk",
            Failure::NotReproduced => "not reproduced",
            Failure::HardCoded => "hard-coded",
            Failure::Tampered => "tampered",
            Failure::OutOfSteps => "out of steps",
            Failure::OutOfTokens => "out of tokens",
            Failure::OutOfDollars => "out of dollars",
            Failure::NoValidCall => "no valid call",
            Failure::Refused => "refused",
            Failure::ModelFailed => "model failed",
        }
    }

    /// What a run that ended so is a failure of, if it is one.
    pub(super) fn of_exit(exit: Exit) -> Option<Failure> {
        match exit {
            Exit::Exited(0) => None,
            Exit::OutOfFuel => Some(Failure::OutOfFuel),
            Exit::OutOfMemory(_) => Some(Failure::OutOfMemory),
            Exit::OutOfTime | Exit::Cancelled => Some(Failure::OutOfTime),
            Exit::OutOfDisk(_) => Some(Failure::OutOfDisk),
            Exit::Exited(_) | Exit::StackOverflow | Exit::Trapped(_) => Some(Failure::Crashed),
        }
    }
}
