//! How a run ended and what it used.

use std::fmt;
use std::time::Duration;

use super::limits::Limits;
use crate::units;
use crate::workspace::Hash;

/// How a run ended. Nothing the guest does is an error of the sandbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// By itself, with a status from 0 to 255.
    Exited(u8),
    /// The limit on fuel was reached.
    OutOfFuel,
    /// With the status of an uncaught exception, after memory beyond the limit was refused.
    OutOfMemory(u8),
    /// The limit on wall-clock time was reached, or that on the guest's own.
    OutOfTime,
    /// Whoever started it cancelled it.
    Cancelled,
    /// With the status of an uncaught exception, after bytes or files beyond the limits were refused.
    OutOfDisk(u8),
    /// Calls nested deeper than the guest's stack holds.
    StackOverflow,
    /// The guest broke: an abort, or an access outside its memory.
    Trapped(&'static str),
}

impl Exit {
    /// Whether it ended by itself with status 0.
    pub fn success(self) -> bool {
        self == Exit::Exited(0)
    }

    /// What a shell sees of a process that ended so: its status, or 128 and a signal's number.
    pub fn shell_status(self) -> i32 {
        match self {
            Exit::Exited(status) | Exit::OutOfMemory(status) | Exit::OutOfDisk(status) => {
                status.into()
            }
            // SIGKILL, SIGSEGV, SIGABRT.
            Exit::OutOfFuel | Exit::OutOfTime | Exit::Cancelled => 128 + 9,
            Exit::StackOverflow => 128 + 11,
            Exit::Trapped(_) => 128 + 6,
        }
    }

    /// A name for records: the kind alone.
    pub fn kind(self) -> &'static str {
        match self {
            Exit::Exited(_) => "exited",
            Exit::OutOfFuel => "out_of_fuel",
            Exit::OutOfMemory(_) => "out_of_memory",
            Exit::OutOfTime => "out_of_time",
            Exit::Cancelled => "cancelled",
            Exit::OutOfDisk(_) => "out_of_disk",
            Exit::StackOverflow => "stack_overflow",
            Exit::Trapped(_) => "trapped",
        }
    }

    /// One sentence for whoever has to act on it.
    pub fn explain(self, limits: &Limits) -> String {
        match self {
            Exit::Exited(status) => format!("exited with status {status}"),
            Exit::OutOfFuel => format!(
                "ran out of fuel after {} units: do less work, or allow more fuel",
                units::format_fuel(limits.fuel)
            ),
            Exit::OutOfMemory(status) => format!(
                "ran out of memory: more than {} was asked for and refused (exit status {status})",
                units::format_size(limits.memory)
            ),
            Exit::OutOfTime => {
                let mut text = format!(
                    "ran out of time after {} of wall-clock time",
                    humantime::format_duration(limits.wall)
                );
                if limits.clock < Duration::MAX {
                    let clock = humantime::format_duration(limits.clock);
                    text += &format!(", or {clock} of its own clock");
                }
                text
            }
            Exit::Cancelled => "was cancelled".to_owned(),
            Exit::OutOfDisk(status) => format!(
                "ran out of disk: more than {} in files or {} files were asked for and refused (exit status {status})",
                units::format_size(limits.disk),
                limits.files
            ),
            Exit::StackOverflow => "overflowed the stack: calls nested too deeply".to_owned(),
            Exit::Trapped(what) => format!("was stopped by a trap: {what}"),
        }
    }
}

/// What a run printed on one stream.
#[derive(Clone, PartialEq, Eq)]
pub struct Printed {
    /// The bytes kept; empty where the stream was passed on.
    pub bytes: Vec<u8>,
    /// The hash of the bytes kept or passed on.
    pub hash: Hash,
    /// Bytes beyond the limit on output, which were dropped.
    pub dropped: u64,
}

impl Printed {
    pub(super) fn nothing() -> Printed {
        Printed {
            bytes: Vec::new(),
            hash: Hash::of(&[]),
            dropped: 0,
        }
    }

    /// As text, with what isn't UTF-8 replaced.
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.bytes)
    }
}

impl fmt::Debug for Printed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.text())?;
        if self.dropped > 0 {
            write!(f, " and {} bytes dropped", self.dropped)?;
        }
        Ok(())
    }
}

/// What a run came to. All but `reused` and `elapsed` follows from the runtime, the workspace, the invocation
/// and the limits, as long as the exit is neither [`Exit::OutOfTime`] nor
/// [`Exit::Cancelled`].
#[derive(Clone, Debug)]
pub struct Outcome {
    /// How it ended.
    pub exit: Exit,
    /// What it printed.
    pub stdout: Printed,
    /// What it printed on standard error.
    pub stderr: Printed,
    /// Units of fuel, from the first instruction of the program on; of one with a
    /// [`Director`](super::Director), since it was told last.
    pub fuel_used: u64,
    /// The most linear memory, in bytes; it never shrinks.
    pub peak_memory: u64,
    /// Bytes in files that the run made or changed, at its end.
    pub written: u64,
    /// The hash of what became of the workspace's files: see
    /// [`Snapshot::changes_since`](crate::workspace::Snapshot::changes_since).
    pub changes: Hash,
    /// Whether it is what an earlier run came to, so that `elapsed` is the time of finding it. Never
    /// part of what is compared.
    pub reused: bool,
    /// Wall-clock time. Measured, so never part of what is compared.
    pub elapsed: Duration,
}

impl Outcome {
    /// The hash of all of it but `reused` and `elapsed`. Two runs of one program on one workspace with the same
    /// limits and image have the same, wherever they run, as long as neither is out of time.
    pub fn digest(&self) -> Hash {
        let detail = match self.exit {
            Exit::Exited(status) | Exit::OutOfMemory(status) | Exit::OutOfDisk(status) => {
                status.to_string()
            }
            Exit::Trapped(what) => what.to_owned(),
            Exit::OutOfFuel | Exit::OutOfTime | Exit::Cancelled | Exit::StackOverflow => {
                String::new()
            }
        };
        let mut hasher = blake3::Hasher::new_derive_key("autoexp sandbox 1 outcome");
        for text in [self.exit.kind(), &detail] {
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        }
        for printed in [&self.stdout, &self.stderr] {
            hasher.update(printed.hash.as_bytes());
            hasher.update(&printed.dropped.to_le_bytes());
        }
        for number in [self.fuel_used, self.peak_memory, self.written] {
            hasher.update(&number.to_le_bytes());
        }
        hasher.update(self.changes.as_bytes());
        hasher.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_but_the_time_it_took_is_in_the_digest() {
        let printed = |text: &str| Printed {
            bytes: text.into(),
            hash: Hash::of(text.as_bytes()),
            dropped: 0,
        };
        let outcome = Outcome {
            exit: Exit::Exited(0),
            stdout: printed("out"),
            stderr: printed("err"),
            fuel_used: 1,
            peak_memory: 2,
            written: 3,
            changes: Hash::of(b"files"),
            reused: false,
            elapsed: Duration::from_secs(4),
        };
        let digest = |change: &dyn Fn(&mut Outcome)| {
            let mut other = outcome.clone();
            change(&mut other);
            other.digest()
        };
        assert_eq!(
            digest(&|outcome| outcome.elapsed = Duration::ZERO),
            outcome.digest()
        );
        let others = [
            digest(&|_| ()),
            digest(&|outcome| outcome.exit = Exit::Exited(1)),
            digest(&|outcome| outcome.exit = Exit::OutOfMemory(1)),
            digest(&|outcome| outcome.exit = Exit::OutOfDisk(1)),
            digest(&|outcome| outcome.exit = Exit::OutOfFuel),
            digest(&|outcome| outcome.exit = Exit::Trapped("a")),
            digest(&|outcome| outcome.exit = Exit::Trapped("b")),
            digest(&|outcome| outcome.stdout = printed("other")),
            digest(&|outcome| outcome.stdout.dropped = 1),
            digest(&|outcome| outcome.stderr = printed("other")),
            digest(&|outcome| std::mem::swap(&mut outcome.stdout, &mut outcome.stderr)),
            digest(&|outcome| outcome.fuel_used = 2),
            digest(&|outcome| outcome.peak_memory = 3),
            digest(&|outcome| outcome.written = 4),
            digest(&|outcome| outcome.changes = Hash::of(b"other")),
        ];
        for (index, one) in others.iter().enumerate() {
            assert!(!others[..index].contains(one), "{index}");
        }
    }
}
