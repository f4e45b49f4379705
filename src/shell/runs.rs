//! The runs of Python that a script asks for, on what is left of its limits.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::commands::Ask;
use super::ending::Stopped;
use super::files::Files;
use super::job::Said;
use super::meter::Meter;
use crate::sandbox::{Cancel, Exit, Invocation, Limits, Outcome, SandboxError};
use crate::workspace::{Quota, Workspace};

/// How often a script is looked at for whether it is to stop.
const LOOK: Duration = Duration::from_millis(20);

/// Makes the runs that a script asks for, and sees to it that it ends.
pub(super) struct Runs<'a> {
    pub python: &'a mut (
                dyn FnMut(&mut Workspace, Invocation, &Limits) -> Result<Outcome, SandboxError> + 'a
            ),
    pub limits: &'a Limits,
    /// What is left of it.
    pub quota: Quota,
    pub meter: &'a Meter,
    pub said: &'a Mutex<Said>,
    pub cancel: &'a Cancel,
    pub began: Instant,
    pub stopped: Option<Stopped>,
    pub peak_memory: u64,
    pub made: u32,
    pub reused: u32,
    pub trouble: Option<SandboxError>,
}

impl Runs<'_> {
    /// Until the script's thread is done.
    pub fn serve(&mut self, files: &Files, asked: &Receiver<Ask>, stop: &AtomicBool) {
        loop {
            let left = self.limits.wall.saturating_sub(self.began.elapsed());
            let stopped = match (self.cancel.is_cancelled(), left.is_zero()) {
                (true, _) => Some(Stopped::Cancelled),
                (_, true) => Some(Stopped::Time),
                _ => None,
            };
            if stopped.is_some() {
                self.stopped = self.stopped.or(stopped);
                stop.store(true, Ordering::Relaxed);
            }
            match asked.recv_timeout(LOOK) {
                Ok(ask) if self.trouble.is_none() => self.make(files, ask, left, stop),
                // Nobody answers: the script ends.
                Ok(_) | Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn make(&mut self, files: &Files, ask: Ask, left: Duration, stop: &AtomicBool) {
        let mut lent = files.lock();
        // Its clock goes on from what the script has done so far.
        let stored = lent.workspace.stored();
        self.quota.bytes = self.quota.bytes.saturating_sub(stored.bytes);
        self.quota.files = self.quota.files.saturating_sub(stored.files);
        let limits = Limits {
            fuel: ask.fuel,
            wall: left,
            disk: self.quota.bytes,
            files: self.quota.files,
            ..self.limits.clone()
        };
        let invocation = Invocation {
            cancel: self.cancel.clone(),
            ..ask.invocation
        };
        match (self.python)(&mut lent.workspace, invocation, &limits) {
            Ok(outcome) => {
                self.quota.bytes = self.quota.bytes.saturating_sub(outcome.written);
                // What the run stored is paid for; what is stored from here on is the script's.
                if let Err(error) = lent.workspace.renew() {
                    self.trouble = Some(SandboxError::Changes(error));
                    return;
                }
                lent.workspace.set_quota(self.quota);
                self.peak_memory = self.peak_memory.max(outcome.peak_memory);
                self.made += 1;
                self.reused += u32::from(outcome.reused);
                let stopped = match outcome.exit {
                    Exit::OutOfTime => Some(Stopped::Time),
                    Exit::Cancelled => Some(Stopped::Cancelled),
                    _ => None,
                };
                if stopped.is_some() {
                    self.stopped = stopped;
                    stop.store(true, Ordering::Relaxed);
                }
                // What ran out of fuel used all that there was, to the unit.
                let beyond = u64::from(outcome.exit == Exit::OutOfFuel);
                let paid = self.meter.charge(outcome.fuel_used + beyond);
                if stopped.is_some() || paid.is_err() {
                    // That ends the script at once, and nothing comes of what it was to do with
                    // what the run printed.
                    let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
                    said.stdout.extend_from_slice(&outcome.stdout.bytes);
                    said.stderr.extend_from_slice(&outcome.stderr.bytes);
                }
                _ = ask.outcome.send(outcome);
            }
            Err(error) => self.trouble = Some(error),
        }
    }
}
