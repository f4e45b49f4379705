//! Stopping a guest from another thread: while it computes, and while it waits.

use std::io;
use std::os::fd::BorrowedFd;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use wasmtime::{AsContextMut, Instance};

use super::cores;
use super::meter;

/// Why a guest is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// Its limit on wall-clock time was reached.
    Time,
    Cancelled,
}

/// What a run that was told to stop within a call to the host ends with.
#[derive(Debug, thiserror::Error)]
#[error("told to stop")]
pub(super) struct Stopped;

/// Stops the guest of one run.
#[derive(Default)]
pub(super) struct Alarm {
    /// Set once.
    reason: OnceLock<Reason>,
    reached: Mutex<Reached>,
}

/// What the guest has to be reached by.
#[derive(Default)]
struct Reached {
    /// While it runs.
    flag: Option<Flag>,
    /// While it waits. Hanging up ends the wait.
    waiting: Option<io::PipeWriter>,
}

/// The flag of an instance: the first word of its memory [`meter::STOP`].
struct Flag(*const AtomicI64);

// SAFETY: it points to memory that any thread may write, as long as it is there.
unsafe impl Send for Flag {}

impl Flag {
    fn raise(&self) {
        // SAFETY: the instance lives as long as its flag is in an alarm, whose lock is held. The
        // memory has a fixed size, so it doesn't move, and is aligned to a page. Beside the
        // guest's loads, which the machine makes whole, nothing else reads or writes it.
        unsafe { &*self.0 }.store(-1, Ordering::Relaxed);
    }
}

impl Alarm {
    /// Connects the alarm to an instance, while `run` runs it. If it has rung before, the guest
    /// stops at once.
    pub fn while_armed<S: AsContextMut, T>(
        &self,
        instance: &Instance,
        mut store: S,
        run: impl FnOnce(S) -> T,
    ) -> T {
        let flag = instance
            .get_memory(&mut store, meter::STOP)
            .map(|memory| Flag(memory.data_ptr(&store).cast()));
        {
            let mut reached = self.lock();
            if let (Some(flag), Some(_)) = (&flag, self.rung()) {
                flag.raise();
            }
            reached.flag = flag;
        }
        // Taken back however `run` ends, before the store and its memories can go.
        let _disarm = Disarm(self);
        run(store)
    }

    /// Makes the guest stop soon, whatever it is at. The first reason counts.
    pub fn ring(&self, reason: Reason) {
        {
            let mut reached = self.lock();
            _ = self.reason.set(reason);
            reached.waiting = None;
            if let Some(flag) = &reached.flag {
                flag.raise();
            }
        }
        cores::hurry();
    }

    /// Why the guest is to stop, if it is.
    pub fn rung(&self) -> Option<Reason> {
        self.reason.get().copied()
    }

    /// Waits until something can be read; an error when the alarm rings.
    pub fn wait_to_read(&self, from: BorrowedFd) -> io::Result<()> {
        let ready = PollFlags::IN;
        let mut at_once = [PollFd::from_borrowed_fd(from, ready)];
        if self.rung().is_none() && poll(&mut at_once, Some(&Timespec::default()))? > 0 {
            return Ok(());
        }
        let (bell, hang_up) = io::pipe()?;
        {
            let mut reached = self.lock();
            if self.rung().is_some() {
                return Err(io::ErrorKind::Interrupted.into());
            }
            reached.waiting = Some(hang_up);
        }
        let mut either = [
            PollFd::from_borrowed_fd(from, ready),
            PollFd::new(&bell, ready),
        ];
        let waited = loop {
            match poll(&mut either, None) {
                Err(rustix::io::Errno::INTR) => {}
                waited => break waited,
            }
        };
        self.lock().waiting = None;
        match self.rung() {
            Some(_) => Err(io::ErrorKind::Interrupted.into()),
            None => Ok(waited.map(drop)?),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Reached> {
        self.reached.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Disarm<'a>(&'a Alarm);

impl Drop for Disarm<'_> {
    fn drop(&mut self) {
        self.0.lock().flag = None;
    }
}
