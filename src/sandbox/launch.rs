//! Starts a guest on a thread of its own, and watches the clock.

use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};

use super::alarm::{Alarm, Reason};
use super::cores;
use super::error::SandboxError;
use super::guest::Guest;
use super::limits::Limits;
use super::prepare::Prepared;
use super::process::{Ended, Process};
use super::threads;

/// Runs a guest's turn on a thread with a stack of the size it needs.
pub(super) fn launch(
    prepared: &Arc<Prepared>,
    mut guest: Guest,
    turn: String,
    limits: &Limits,
) -> Result<Ended, SandboxError> {
    let alarm = Arc::new(Alarm::default());
    if let Some(ancestry) = &guest.ancestry {
        ancestry.cancel.rings(&alarm);
    }
    guest.alarm = alarm.clone();
    let (starts, started) = mpsc::channel();
    let (prepared, image) = (prepared.clone(), prepared.image.clone());
    let (granted, armed) = (limits.clone(), alarm.clone());
    let run = move || {
        cores::with_core(
            || armed.rung().is_some(),
            || Process::run(&prepared, guest, &turn, &granted, &armed, starts),
        )
    };
    let run = threads::spawn(run, move || image.tidy()).map_err(SandboxError::Thread)?;
    if started.recv().is_ok() && started.recv_timeout(limits.wall) == Err(RecvTimeoutError::Timeout)
    {
        alarm.ring(Reason::Time);
    }
    match run.recv() {
        Ok(Ok(ended)) => Ok(ended),
        // A panic of ours goes on where it would have without the thread.
        Ok(Err(panic)) => std::panic::resume_unwind(panic),
        Err(_) => Err(SandboxError::Thread(std::io::ErrorKind::Other.into())),
    }
}
