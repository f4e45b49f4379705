//! How a script ended, from what the interpreter says.

use bashkit::{Error, ExecutionBudgetExceeded, LimitExceeded};

use super::session::HELD_ON_HOST;
use crate::sandbox::Exit;
use crate::units;

/// Why a script was told to stop from our side, if it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stopped {
    Time,
    Cancelled,
    Memory,
}

/// The status of a script that a syntax error keeps from running, as bash has it.
const SYNTAX: u8 = 2;

/// How a script that the interpreter gave up ended, and what there is to say beyond that.
pub(super) fn of(error: &Error, stopped: Option<Stopped>) -> (Exit, Option<String>) {
    let exit = match (error, stopped) {
        (_, Some(Stopped::Memory)) => {
            let bound = units::format_size(HELD_ON_HOST);
            let what = format!("the commands hold more than the {bound} that a script may have");
            return (Exit::OutOfMemory(1), Some(what));
        }
        (_, Some(Stopped::Time)) => return (Exit::OutOfTime, None),
        (_, Some(Stopped::Cancelled)) => return (Exit::Cancelled, None),
        (Error::Parse { .. }, _) => Exit::Exited(SYNTAX),
        (Error::ResourceLimit(limit), _) => of_limit(limit),
        _ => Exit::Exited(1),
    };
    // The crate's units of work are nobody's; the exit says how much fuel there was.
    let says_all = exit == Exit::OutOfFuel;
    (exit, (!says_all).then(|| error.to_string()))
}

fn of_limit(limit: &LimitExceeded) -> Exit {
    use LimitExceeded as Limit;
    match limit {
        Limit::ExecutionBudget(ExecutionBudgetExceeded::WorkUnits { .. })
        | Limit::MaxCommands(_)
        | Limit::MaxLoopIterations(_)
        | Limit::MaxTotalLoopIterations(_)
        | Limit::ParserExhausted(..) => Exit::OutOfFuel,
        Limit::ExecutionBudget(
            ExecutionBudgetExceeded::LiveBytes { .. } | ExecutionBudgetExceeded::InputBytes { .. },
        )
        | Limit::Memory(_)
        | Limit::InputTooLarge(..) => Exit::OutOfMemory(1),
        Limit::ExecutionBudget(ExecutionBudgetExceeded::Deadline { .. })
        | Limit::Timeout(_)
        | Limit::ParserTimeout(_) => Exit::OutOfTime,
        Limit::MaxFunctionDepth(_)
        | Limit::MaxSubstDepth(_)
        | Limit::MaxSubshellDepth(_)
        | Limit::MaxPromptDepth(_)
        | Limit::MaxTrapDepth(_)
        | Limit::AstTooDeep(..) => Exit::StackOverflow,
        _ => Exit::Exited(1),
    }
}
