//! Cancelling runs.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::alarm::{Alarm, Reason};

/// Cancels the runs that were given a clone of it, from any thread: those that run, those that wait
/// for input or for a core, and those that come later. Each ends as
/// [`Exit::Cancelled`](super::Exit::Cancelled), within milliseconds unless it waits for whoever
/// reads its output, and gives back its workspace as it was by then.
#[derive(Clone, Default)]
pub struct Cancel(Arc<Mutex<Runs>>);

#[derive(Default)]
struct Runs {
    cancelled: bool,
    alarms: Vec<Weak<Alarm>>,
}

impl Cancel {
    /// Ends them. Cannot be taken back.
    pub fn cancel(&self) {
        let alarms = {
            let mut runs = self.lock();
            runs.cancelled = true;
            std::mem::take(&mut runs.alarms)
        };
        for alarm in alarms.iter().filter_map(Weak::upgrade) {
            alarm.ring(Reason::Cancelled);
        }
    }

    /// Whether they were cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.lock().cancelled
    }

    /// Has the alarm of a run ring when it is cancelled, or at once if it was.
    pub(super) fn rings(&self, alarm: &Arc<Alarm>) {
        let mut runs = self.lock();
        if runs.cancelled {
            drop(runs);
            return alarm.ring(Reason::Cancelled);
        }
        runs.alarms.retain(|alarm| alarm.strong_count() > 0);
        runs.alarms.push(Arc::downgrade(alarm));
    }

    fn lock(&self) -> MutexGuard<'_, Runs> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
