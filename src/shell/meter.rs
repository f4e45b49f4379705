//! What the interpreter has used, in fuel.
//!
//! It counts work itself: a unit for each command, each turn of a loop, each step of a command's
//! own, each block of data. The count isn't part of its interface; a copy of the counter's handle
//! is, for commands, and tells it when it is printed for debugging. So each script starts with a
//! command of ours that takes a copy. The crate's version is pinned, and a test sees to it that the
//! count is found.

use std::sync::{Arc, Mutex, PoisonError};

use bashkit::{Bash, Builtin, BuiltinContext, ExecResult, ExecutionBudget, async_trait};

/// Fuel for a unit of work: those that take longest take about two microseconds.
pub(super) const FUEL_PER_WORK: u64 = 2_000;

/// What is put before a script, on its first line. See [`Meter`].
pub(super) const PREFIX: &str = "_meter; ";
pub(super) const COMMAND: &str = "_meter";

/// A pipeline whose stages are counted one by one, in a directory whose name is short.
const STAGES: &str = "_meter; (cd /; { :; } | :)";
/// What it takes where the table's room is the usual one.
const USUAL: u64 = 843;

/// The command that starts a script, and what it found. Its own status is that of the script before,
/// so that `$?` lasts.
#[derive(Clone, Default)]
pub(super) struct Meter {
    found: Arc<Mutex<Option<ExecutionBudget>>>,
    status: i32,
}

impl Meter {
    pub fn after(status: i32) -> Meter {
        Meter {
            status,
            ..Meter::default()
        }
    }

    /// Whether an interpreter counts as others do.
    ///
    /// It counts the room of its table of commands for each stage of a pipeline, in units of a
    /// kibibyte, and the room that is left after some were taken out (`is_kept`) follows from how
    /// the others were hashed, which is by the machine's entropy. About one in five counts a unit
    /// more. Such ones aren't used, so that equal scripts use equal fuel.
    pub fn is_usual(&self, bash: &mut Bash) -> bool {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build();
        // Without a runtime nothing will run, which is said then.
        let Ok(runtime) = runtime else { return true };
        let done = runtime.block_on(bash.exec(STAGES));
        // Where there is less fuel than that, no script comes to a pipeline's end.
        done.is_err() || self.exhausted() || self.used() == USUAL * FUEL_PER_WORK
    }

    /// Fuel used by the script so far, or by the last one.
    pub fn used(&self) -> u64 {
        let budget = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        budget.as_ref().and_then(work).unwrap_or(0) * FUEL_PER_WORK
    }

    /// Whether the script asked for more than there was, even if it went on to another end: what
    /// fails in a trap is forgiven.
    pub fn exhausted(&self) -> bool {
        let budget = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        budget
            .as_ref()
            .is_some_and(|budget| format!("{budget:?}").contains("Some(WorkUnits {"))
    }

    /// Has the script pay for what was done on its behalf.
    pub fn charge(&self, fuel: u64) -> bashkit::Result<()> {
        let budget = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        match budget.as_ref() {
            Some(budget) => Ok(budget.consume_work(fuel.div_ceil(FUEL_PER_WORK))?),
            None => Ok(()),
        }
    }
}

fn work(budget: &ExecutionBudget) -> Option<u64> {
    let printed = format!("{budget:?}");
    let (_, count) = printed.split_once(" work_units: ")?;
    let digits = count.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

#[async_trait]
impl Builtin for Meter {
    async fn execute(&self, context: BuiltinContext<'_>) -> bashkit::Result<ExecResult> {
        let budget = context.execution_extension::<ExecutionBudget>();
        let budget = budget.and_then(|budget| budget.try_with(Clone::clone).ok());
        *self.found.lock().unwrap_or_else(PoisonError::into_inner) = budget;
        Ok(ExecResult {
            exit_code: self.status,
            ..ExecResult::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_found_in_what_is_printed() {
        let limits = bashkit::ExecutionLimits::default();
        let budget = ExecutionBudget::new(&limits, Arc::default());
        assert_eq!(work(&budget), Some(0));
        budget.consume_work(12).unwrap();
        assert_eq!(work(&budget), Some(12));
        let meter = Meter::default();
        *meter.found.lock().unwrap() = Some(budget);
        assert!(!meter.exhausted());
        assert!(meter.charge(u64::MAX).is_err());
        assert!(meter.exhausted());
    }
}
