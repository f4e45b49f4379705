//! A program that lasts: it asks what to do, does it, says what came of it, and asks again.
//!
//! It asks by the runtime's door, with `"next"` (`wasi/door.rs`). While it waits for the answer it
//! holds no core, and its workspace is the director's to look at and change.

use std::time::Duration;

use crate::workspace::Workspace;

/// Who tells a program what to do next.
pub trait Director: Send {
    /// The program says what came of what it was told before (nothing at first) and waits. `None`
    /// tells it that there is no more.
    ///
    /// A [`Cancel`](super::Cancel) stops the program only once this returns.
    fn next(&mut self, said: &[u8], pause: Pause<'_>) -> Option<Next>;
}

/// A program that waits to be told.
pub struct Pause<'a> {
    /// What it works on, with the files that it has open. Its quota holds until it is set anew.
    pub workspace: &'a mut Workspace,
    /// Units of fuel that it used since it was told last.
    pub fuel_used: u64,
    /// The most linear memory so far, in bytes; with that of the processes that it started since it
    /// was told last.
    pub peak_memory: u64,
}

/// What a program is told.
pub struct Next {
    /// In words that the program understands; the sandbox doesn't look at them.
    pub told: Vec<u8>,
    /// Units of fuel until it asks again, in place of what it has left.
    pub fuel: u64,
    /// Time by its own clock until it asks again.
    pub clock: Duration,
}
