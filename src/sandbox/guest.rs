//! The host's side of one run: what the guest's calls read and change.

use std::collections::BTreeMap;
use std::io::Write;
use std::os::fd::AsFd;
use std::sync::Arc;

use wasmtime::{Memory, ResourceLimiter};

use super::alarm::Alarm;
use super::cores;
use super::director::Director;
use super::gauge::Gauge;
use super::invocation::{Output, Stdin};
use super::limits::Limits;
use super::nested::Ancestry;
use super::outcome::Printed;
use crate::workspace::{DirEntry, Errno, Ino, Workspace};

/// When virtual time starts: 2025-01-01 00:00 UTC, in nanoseconds since 1970.
const VIRTUAL_START: u64 = 1_735_689_600_000_000_000;
/// When it starts at the latest, whatever was slept away before: 2200-01-01.
const LATEST_START: u64 = 7_258_118_400_000_000_000;

pub(super) struct Guest {
    pub workspace: Workspace,
    pub descriptors: Descriptors,
    /// As WASI gives them, before Python is told its own.
    pub args: Vec<String>,
    pub env: Vec<String>,
    pub stdin: Stdin,
    stdin_at: usize,
    pub stdout: Sink,
    pub stderr: Sink,
    pub entropy: blake3::OutputReader,
    /// The counters of the instance, once there is one.
    pub gauge: Option<Gauge>,
    /// The fuel that the run started with.
    pub fuel_limit: u64,
    /// Virtual time at the start, in nanoseconds since 1970.
    pub started: u64,
    /// Virtual time slept away, in nanoseconds.
    pub slept: u64,
    /// Virtual time that may pass since the start, in nanoseconds.
    pub clock: u64,
    /// The guest's memory, once there is an instance.
    pub memory: Option<Memory>,
    memory_limit: usize,
    pub memory_refused: bool,
    pub disk_refused: bool,
    /// What the processes that it starts have from it; none while an image is made.
    pub ancestry: Option<Ancestry>,
    /// Tells it what to do next, where it is a program that asks.
    pub director: Option<Box<dyn Director>>,
    /// The most memory that it and a process that it started had together, in bytes.
    pub nested_peak: u64,
    /// Tells when to stop.
    pub alarm: Arc<Alarm>,
}

/// A seeded stream of bytes, the same on every machine.
pub(super) fn entropy(seed: u64) -> blake3::OutputReader {
    let mut hasher = blake3::Hasher::new_derive_key("autoexp sandbox 1 entropy");
    hasher.update(&seed.to_le_bytes());
    hasher.finalize_xof()
}

/// The next whole second. A run starts in a second of its own after whatever was done to its
/// workspace before, since what caches by time (`make`, `.pyc` files) may compare seconds.
pub(super) fn next_second(time: u64) -> u64 {
    const SECOND: u64 = 1_000_000_000;
    (time / SECOND).saturating_add(1).saturating_mul(SECOND)
}

impl Guest {
    pub fn new(workspace: Workspace, limits: &Limits) -> Guest {
        Guest {
            started: next_second(workspace.time()).clamp(VIRTUAL_START, LATEST_START),
            workspace,
            descriptors: Descriptors::new(limits.descriptors),
            args: Vec::new(),
            env: Vec::new(),
            stdin: Stdin::Bytes(Vec::new()),
            stdin_at: 0,
            stdout: Sink::new(Output::Capture, limits.output),
            stderr: Sink::new(Output::Capture, limits.output),
            entropy: entropy(0),
            gauge: None,
            fuel_limit: 0,
            slept: 0,
            clock: u64::try_from(limits.clock.as_nanos()).unwrap_or(u64::MAX),
            memory: None,
            memory_limit: usize::try_from(limits.memory).unwrap_or(usize::MAX),
            memory_refused: false,
            disk_refused: false,
            ancestry: None,
            director: None,
            nested_peak: 0,
            alarm: Arc::default(),
        }
    }

    /// Exchanges standard input, as far as it was read, with another's.
    pub fn swap_stdin(&mut self, other: &mut Guest) {
        std::mem::swap(&mut self.stdin, &mut other.stdin);
        std::mem::swap(&mut self.stdin_at, &mut other.stdin_at);
    }

    pub fn read_stdin(&mut self, buffer: &mut [u8]) -> Result<usize, Errno> {
        match &mut self.stdin {
            Stdin::Bytes(bytes) => {
                let left = &bytes[self.stdin_at.min(bytes.len())..];
                let count = buffer.len().min(left.len());
                buffer[..count].copy_from_slice(&left[..count]);
                self.stdin_at += count;
                Ok(count)
            }
            Stdin::Stream(stream) | Stdin::Terminal(stream) => {
                let alarm = &self.alarm;
                let in_hurry = || alarm.rung().is_some();
                cores::without_core(in_hurry, || {
                    alarm.wait_to_read(stream.as_fd())?;
                    Ok(rustix::io::retry_on_intr(|| {
                        rustix::io::read(&*stream, &mut *buffer)
                    })?)
                })
                .map_err(|_: std::io::Error| Errno::Io)
            }
        }
    }
}

impl ResourceLimiter for Guest {
    fn memory_growing(
        &mut self,
        _: usize,
        desired: usize,
        _: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let granted = desired <= self.memory_limit;
        self.memory_refused |= !granted;
        Ok(granted)
    }

    /// The runtime's one table never grows (its minimum is its maximum).
    fn table_growing(
        &mut self,
        _: usize,
        _: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        Ok(maximum.is_some())
    }
}

/// Where a standard stream goes, up to a limit.
pub(super) struct Sink {
    output: Output,
    left: u64,
    kept: Vec<u8>,
    hasher: blake3::Hasher,
    dropped: u64,
}

impl Sink {
    pub fn new(output: Output, limit: u64) -> Sink {
        Sink {
            output,
            left: limit,
            kept: Vec::new(),
            hasher: blake3::Hasher::new(),
            dropped: 0,
        }
    }

    /// Takes everything, and keeps or passes on what the limit leaves room for.
    pub fn write(&mut self, bytes: &[u8], alarm: &Alarm) -> Result<(), Errno> {
        let in_hurry = || alarm.rung().is_some();
        let keep = usize::try_from(self.left)
            .unwrap_or(usize::MAX)
            .min(bytes.len());
        self.left -= keep as u64;
        self.dropped += (bytes.len() - keep) as u64;
        self.hasher.update(&bytes[..keep]);
        match &mut self.output {
            Output::Capture => self.kept.extend_from_slice(&bytes[..keep]),
            Output::Stream(stream) => cores::without_core(in_hurry, || {
                stream.write_all(&bytes[..keep])?;
                stream.flush()
            })
            .map_err(|error| match error.kind() {
                std::io::ErrorKind::BrokenPipe => Errno::Pipe,
                _ => Errno::Io,
            })?,
        }
        Ok(())
    }

    pub fn into_printed(self) -> Printed {
        Printed {
            bytes: self.kept,
            hash: self.hasher.finalize().into(),
            dropped: self.dropped,
        }
    }
}

/// What a descriptor is open on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Stdin,
    Stdout,
    Stderr,
    Node(Ino),
}

#[derive(Clone)]
pub(super) struct Descriptor {
    pub target: Target,
    pub position: u64,
    pub append: bool,
    pub read: bool,
    pub write: bool,
    /// A directory's entries as they were when its listing began, so that what is removed while
    /// it goes on skips nothing.
    pub listing: Option<Arc<Vec<DirEntry>>>,
}

impl Descriptor {
    pub fn on(target: Target) -> Descriptor {
        Descriptor {
            target,
            position: 0,
            append: false,
            read: true,
            write: true,
            listing: None,
        }
    }

    pub fn node(&self) -> Result<Ino, Errno> {
        match self.target {
            Target::Node(ino) => Ok(ino),
            _ => Err(Errno::Notdir),
        }
    }
}

/// The open descriptors, by number; a new one gets the lowest free, as POSIX has it.
pub(super) struct Descriptors {
    /// Numbers that were duplicated from each other lead to one descriptor, and so to one position.
    open: BTreeMap<u32, u64>,
    descriptors: BTreeMap<u64, Descriptor>,
    made: u64,
    limit: u32,
}

/// The descriptor that the whole namespace is opened on beforehand.
pub(super) const PREOPEN: u32 = 3;

impl Descriptors {
    fn new(limit: u32) -> Descriptors {
        let standard = [
            Target::Stdin,
            Target::Stdout,
            Target::Stderr,
            Target::Node(Ino::ROOT),
        ];
        let mut descriptors = Descriptors {
            open: BTreeMap::new(),
            descriptors: BTreeMap::new(),
            made: 0,
            limit,
        };
        for (fd, target) in (0..).zip(standard) {
            descriptors.replace(fd, Descriptor::on(target));
        }
        descriptors
    }

    pub fn get(&self, fd: u32) -> Result<&Descriptor, Errno> {
        let found = self.open.get(&fd).and_then(|at| self.descriptors.get(at));
        found.ok_or(Errno::Badf)
    }

    pub fn get_mut(&mut self, fd: u32) -> Result<&mut Descriptor, Errno> {
        let at = self.open.get(&fd).ok_or(Errno::Badf)?;
        self.descriptors.get_mut(at).ok_or(Errno::Badf)
    }

    pub fn open(&mut self, descriptor: Descriptor) -> Result<u32, Errno> {
        let fd = self.lowest_free()?;
        self.replace(fd, descriptor);
        Ok(fd)
    }

    /// Gives what `fd` is open on another number, in place of what that was open on; `None` is the
    /// lowest free one. Also what was closed so.
    pub fn duplicate(&mut self, fd: u32, to: Option<u32>) -> Result<(u32, Option<Target>), Errno> {
        let at = *self.open.get(&fd).ok_or(Errno::Badf)?;
        let to = match to {
            // The guest's C library finds all files from there.
            Some(to) if to == PREOPEN || to >= self.limit => return Err(Errno::Badf),
            Some(to) => to,
            None => self.lowest_free()?,
        };
        let closed = match to == fd {
            true => None,
            false => self.close(to).ok(),
        };
        self.open.insert(to, at);
        Ok((to, closed))
    }

    /// Gives what `from` is open on the number `to`, which is open too, and closes `from`. What was
    /// closed so.
    pub fn renumber(&mut self, from: u32, to: u32) -> Result<Option<Target>, Errno> {
        let at = *self.open.get(&from).ok_or(Errno::Badf)?;
        self.get(to)?;
        if from == to {
            return Ok(None);
        }
        let closed = self.close(to)?;
        self.open.remove(&from);
        self.open.insert(to, at);
        Ok(Some(closed))
    }

    fn lowest_free(&self) -> Result<u32, Errno> {
        let taken = self
            .open
            .keys()
            .zip(0..)
            .take_while(|(fd, index)| **fd == *index)
            .count();
        let fd = u32::try_from(taken).map_err(|_| Errno::Mfile)?;
        if fd >= self.limit {
            return Err(Errno::Mfile);
        }
        Ok(fd)
    }

    /// Opens a descriptor by this number, in place of what it was open on.
    pub fn replace(&mut self, fd: u32, descriptor: Descriptor) {
        _ = self.close(fd);
        self.made += 1;
        self.descriptors.insert(self.made, descriptor);
        self.open.insert(fd, self.made);
    }

    /// What the number was open on.
    pub fn close(&mut self, fd: u32) -> Result<Target, Errno> {
        let target = self.get(fd)?.target;
        if let Some(at) = self.open.remove(&fd)
            && !self.open.values().any(|other| *other == at)
        {
            self.descriptors.remove(&at);
        }
        Ok(target)
    }

    /// How many entries of directories are kept for listings that go on.
    pub fn listed(&self) -> usize {
        let kept = self.descriptors.values();
        let listings = kept.filter_map(|descriptor| descriptor.listing.as_ref());
        listings.map(|listing| listing.len()).sum()
    }

    /// The numbers that are open.
    #[cfg(any(test, feature = "fuzzing"))]
    pub fn numbers(&self) -> impl Iterator<Item = u32> {
        self.open.keys().copied()
    }

    /// How many are open beside those that a process starts with.
    pub fn beyond_standard(&self) -> usize {
        self.open.keys().filter(|fd| **fd > PREOPEN).count()
    }

    /// Closes all; the nodes they were open on, once for each number.
    pub fn close_all(&mut self) -> Vec<Ino> {
        let open: Vec<u32> = self.open.keys().copied().collect();
        open.into_iter()
            .filter_map(|fd| match self.close(fd) {
                Ok(Target::Node(ino)) => Some(ino),
                _ => None,
            })
            .collect()
    }
}
