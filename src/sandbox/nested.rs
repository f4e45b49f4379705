//! Processes that a guest starts: one at a time, while it waits, on its own files and streams, and
//! within what its limits leave.
//!
//! The child takes the parent's workspace and gives it back, so the bound on disk is one; what it
//! uses of fuel and time, the parent pays for.

use std::mem;
use std::sync::Arc;
use std::time::Instant;

use serde::Deserialize;

use super::alarm::Reason;
use super::boot;
use super::cancel::Cancel;
use super::cores;
use super::error::SandboxError;
use super::guest::{Descriptor, Guest, Sink, Target, entropy};
use super::invocation::{Invocation, Output, Stdin};
use super::launch::launch;
use super::limits::Limits;
use super::outcome::{Exit, Outcome};
use super::prepare::Prepared;

/// How deep processes may nest: each has a thread of the host.
const DEPTH_MAX: u32 = 4;
/// Bytes kept of a stream that the parent reads, and bytes that it may give to a child's input.
pub(super) const KEPT: u64 = 64 << 20;
/// Bytes of a request: what is made of it here takes many times its size.
pub(super) const REQUEST_MAX: usize = 2 << 20;

/// What a guest passes on to the processes that it starts.
#[derive(Clone)]
pub(super) struct Ancestry {
    pub prepared: Arc<Prepared>,
    pub limits: Limits,
    /// How many processes are above this one.
    pub depth: u32,
    pub started: Instant,
    /// Cancels all of them.
    pub cancel: Cancel,
}

impl Ancestry {
    pub fn new(prepared: Arc<Prepared>, limits: &Limits, cancel: Cancel) -> Ancestry {
        Ancestry {
            prepared,
            limits: limits.clone(),
            depth: 0,
            started: Instant::now(),
            cancel,
        }
    }
}

/// A process that is to be started.
#[derive(Debug, Deserialize)]
pub(super) struct Request {
    /// Python's command line, without `python`.
    args: Vec<String>,
    cwd: String,
    env: Vec<(String, String)>,
    stdin: Source,
    stdout: Route,
    stderr: Route,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Source {
    /// The parent's own.
    Parent,
    /// What follows the request.
    Bytes,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Route {
    /// To the parent's standard output.
    Stdout,
    /// To the parent's standard error.
    Stderr,
    /// Kept for the parent to read.
    Kept,
    /// Of standard error: wherever standard output goes.
    Merged,
}

/// What the parent has left when it starts a process.
#[derive(Clone, Copy)]
pub(super) struct Left {
    pub fuel: u64,
    /// Bytes of its own memory.
    pub memory: u64,
    /// Virtual time, in nanoseconds since 1970.
    pub now: u64,
}

/// A process that has ended, and what is kept of its streams.
pub(super) struct Child {
    pub outcome: Outcome,
}

impl Child {
    /// As `Popen.returncode` has it: the exit status, or the negative number of a signal.
    pub fn status(&self) -> i32 {
        match self.outcome.exit {
            Exit::Exited(status) | Exit::OutOfMemory(status) | Exit::OutOfDisk(status) => {
                status.into()
            }
            // SIGSEGV, SIGABRT, SIGKILL.
            Exit::StackOverflow => -11,
            Exit::Trapped(_) => -6,
            Exit::OutOfFuel | Exit::OutOfTime | Exit::Cancelled => -9,
        }
    }
}

/// Why no process was started.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refused {
    #[error("the request is none")]
    Frame,
    #[error("processes nest no deeper than {DEPTH_MAX} in this sandbox")]
    Depth,
    #[error("its arguments and environment are longer than {REQUEST_MAX} bytes")]
    Arguments,
    #[error("its input is longer than {KEPT} bytes; give it a file instead")]
    Input,
    #[error("of the memory of this sandbox too little is left for another process")]
    Memory,
    #[error("{0}")]
    CommandLine(#[from] super::invocation::CommandLineError),
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
}

/// Runs a process to its end.
pub(super) fn run(
    parent: &mut Guest,
    request: Request,
    stdin: Vec<u8>,
    left: Left,
) -> Result<Child, Refused> {
    // Nothing is started while an image is made.
    let Some(ancestry) = parent.ancestry.clone() else {
        return Err(Refused::Depth);
    };
    if ancestry.depth >= DEPTH_MAX {
        return Err(Refused::Depth);
    }
    let limits = Limits {
        fuel: left.fuel,
        memory: ancestry.limits.memory.saturating_sub(left.memory),
        wall: ancestry
            .limits
            .wall
            .saturating_sub(ancestry.started.elapsed()),
        ..ancestry.limits
    };
    if limits.memory < ancestry.prepared.image.len() {
        return Err(Refused::Memory);
    }
    let invocation = Invocation {
        cwd: request.cwd,
        env: request.env,
        ..Invocation::from_command_line(&request.args)?
    };
    let turn = boot::run_turn(&invocation);

    let mut seed = [0; 8];
    parent.entropy.fill(&mut seed);
    let mut guest = Guest::new(mem::take(&mut parent.workspace), &limits);
    guest.entropy = entropy(u64::from_le_bytes(seed));
    guest.ancestry = Some(Ancestry {
        limits: limits.clone(),
        depth: ancestry.depth + 1,
        ..ancestry.clone()
    });
    // Its clock goes on from the parent's.
    let slept = left.now.saturating_sub(parent.started);
    (guest.started, guest.slept) = (parent.started, slept);
    let streams = Streams {
        stdin: request.stdin,
        stdout: request.stdout,
        stderr: request.stderr,
    };
    streams.lend(parent, &mut guest, stdin);
    let alarm = parent.alarm.clone();
    let ended = cores::without_core(
        || alarm.rung().is_some(),
        || launch(&ancestry.prepared, guest, turn, &limits),
    )?;
    let mut guest = ended.guest;
    parent.workspace = mem::take(&mut guest.workspace);
    parent.slept = parent.slept.saturating_add(guest.slept - slept);
    let kept = streams.take_back(parent, &mut guest);
    let outcome = ended.outcome?;
    if outcome.exit == Exit::OutOfTime {
        // It had what the parent has left, which is nothing.
        parent.alarm.ring(Reason::Time);
    }
    let peak = left.memory.saturating_add(outcome.peak_memory);
    parent.nested_peak = parent.nested_peak.max(peak);
    let (stdout, stderr) = kept;
    Ok(Child {
        outcome: Outcome {
            stdout: stdout.into_printed(),
            stderr: stderr.into_printed(),
            ..outcome
        },
    })
}

/// Where a child's streams come from and go.
#[derive(Clone, Copy)]
struct Streams {
    stdin: Source,
    stdout: Route,
    stderr: Route,
}

impl Streams {
    fn lend(self, parent: &mut Guest, child: &mut Guest, stdin: Vec<u8>) {
        match self.stdin {
            Source::Parent => parent.swap_stdin(child),
            Source::Bytes => child.stdin = Stdin::Bytes(stdin),
        }
        child.stdout = lent(parent, self.stdout);
        child.stderr = match self.one() {
            true => kept(),
            false => lent(parent, self.stderr),
        };
        if self.one() {
            let stdout = Descriptor::on(Target::Stdout);
            child.descriptors.replace(2, stdout);
        }
    }

    /// Gives the parent its own back; what was kept of the child's standard output and error.
    fn take_back(self, parent: &mut Guest, child: &mut Guest) -> (Sink, Sink) {
        if self.stdin == Source::Parent {
            parent.swap_stdin(child);
        }
        let empty = || Sink::new(Output::Capture, 0);
        let mut stdout = mem::replace(&mut child.stdout, empty());
        let mut stderr = mem::replace(&mut child.stderr, empty());
        if let Some(own) = parents(parent, self.stdout) {
            mem::swap(own, &mut stdout);
        }
        if let (false, Some(own)) = (self.one(), parents(parent, self.stderr)) {
            mem::swap(own, &mut stderr);
        }
        (stdout, stderr)
    }

    /// Whether both go to one place, and so are one.
    fn one(self) -> bool {
        self.stderr == Route::Merged || (self.stderr == self.stdout && self.stdout != Route::Kept)
    }
}

/// The parent's own stream that a child writes to, if it does.
fn parents(parent: &mut Guest, route: Route) -> Option<&mut Sink> {
    match route {
        Route::Stdout => Some(&mut parent.stdout),
        Route::Stderr => Some(&mut parent.stderr),
        Route::Kept | Route::Merged => None,
    }
}

fn lent(parent: &mut Guest, route: Route) -> Sink {
    match parents(parent, route) {
        Some(own) => mem::replace(own, kept()),
        None => kept(),
    }
}

fn kept() -> Sink {
    Sink::new(Output::Capture, KEPT)
}
