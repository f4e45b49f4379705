//! What a run may use.

use std::time::Duration;

/// The bounds of one run. Each is enforced, and a run that meets one ends in an
/// [`Exit`](super::Exit) or an error within the guest that says which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Units of fuel: work of the guest and of the host on its behalf. Deterministic.
    pub fuel: u64,
    /// Bytes of linear memory, the interpreter's own 40 MiB included. At most 4 GiB, since the
    /// guest is a 32-bit machine. Python sees a `MemoryError`.
    pub memory: u64,
    /// Wall-clock time: a safety net, the one bound that is not deterministic.
    pub wall: Duration,
    /// Time by the guest's own clock, which passes with its work and jumps where it sleeps; met
    /// where it would sleep beyond. Deterministic.
    pub clock: Duration,
    /// Bytes kept of standard output and of standard error each; the rest is counted and dropped.
    pub output: u64,
    /// Bytes in files that the run makes or changes, at any one moment; of a file with several
    /// names, once for each.
    pub disk: u64,
    /// Names of files, directories and symlinks that the run makes, at any one moment.
    pub files: u64,
    /// Descriptors open at once.
    pub descriptors: u32,
}

impl Default for Limits {
    fn default() -> Limits {
        const MIB: u64 = 1 << 20;
        Limits {
            fuel: 100_000_000_000,
            memory: 2048 * MIB,
            wall: Duration::from_secs(300),
            clock: Duration::MAX,
            output: 16 * MIB,
            disk: 1024 * MIB,
            files: 100_000,
            descriptors: 1024,
        }
    }
}
