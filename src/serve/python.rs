//! A Python that lasts: cells that share their variables, in a sandbox where other things are done
//! between them.
//!
//! The interpreter is a run of its own, on a thread of its own, which waits to be told. It has its
//! files from the sandbox; when a cell begins it is given what was changed since, and when a cell
//! has ended the sandbox takes what that changed. `driver.py` is its half.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::hosted::{Frozen, Hosted, HostedError, at};
use crate::sandbox::{
    Cancel, Director, Exit, Invocation, Limits, Next, Outcome, Output, Pause, Program, SandboxError,
};
use crate::workspace::{self, Change, Dir, Errno, Follow, Ino, Node, Quota, Tree, Workspace};

const DRIVER: &str = include_str!("driver.py");

/// The program that runs a piece of code as `python -c` does, and has figures shown.
pub(super) fn program(code: &str) -> Program {
    driven(&format!("program({})", literal(code)))
}

fn driven(call: &str) -> Program {
    // A line that leaves no names behind.
    Program::Command(format!(
        "exec(compile({} + {}, '<autoexp driver>', 'exec'), {{}})",
        literal(DRIVER),
        literal(&format!("\n{call}\n"))
    ))
}

/// Text as a literal of Python's: the escapes that are written here mean the same in both.
fn literal(text: &str) -> String {
    json!(text).to_string()
}

/// Ends what is run for a call, once it was asked to.
#[derive(Clone, Default)]
pub struct Stop(Arc<Mutex<Stopping>>);

#[derive(Default)]
struct Stopping {
    stopped: bool,
    cancels: Vec<Cancel>,
}

impl Stop {
    pub fn stop(&self) {
        let cancels = {
            let mut stopping = lock(&self.0);
            stopping.stopped = true;
            std::mem::take(&mut stopping.cancels)
        };
        cancels.iter().for_each(Cancel::cancel);
    }

    pub fn is_stopped(&self) -> bool {
        lock(&self.0).stopped
    }

    /// What was run for the call goes on after it.
    fn release(&self) {
        lock(&self.0).cancels.clear();
    }

    /// Has a run end with the call.
    pub fn stops(&self, cancel: &Cancel) {
        let mut stopping = lock(&self.0);
        match stopping.stopped {
            true => {
                drop(stopping);
                cancel.cancel();
            }
            false => stopping.cancels.push(cancel.clone()),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What came of a cell.
pub struct Cell {
    /// Where the interpreter goes on: 0, or 1 after an uncaught exception. Else how it ended.
    pub exit: Exit,
    /// Whether variables are still there.
    pub goes_on: bool,
    pub stdout: Vec<u8>,
    pub stdout_dropped: u64,
    pub stderr: Vec<u8>,
    pub stderr_dropped: u64,
    pub fuel: u64,
    pub peak_memory: u64,
    pub elapsed: Duration,
}

/// An interpreter that waits for a cell.
pub struct Session {
    tell: Sender<Told>,
    hear: Receiver<Heard>,
    cancel: Cancel,
    streams: [Stream; 2],
    /// The files that it and the sandbox both have.
    folders: BTreeMap<String, Arc<Dir>>,
    cells: u64,
}

struct Told {
    words: Vec<u8>,
    /// What was changed below folders since it waits.
    changes: Vec<(String, Vec<Change>)>,
    time: u64,
    limits: Limits,
}

enum Heard {
    Waits(Waits),
    /// It couldn't be given what changed.
    Fault(HostedError),
    Ended(Box<Result<Outcome, SandboxError>>, io::Result<Frozen>),
}

struct Waits {
    said: Vec<u8>,
    files: io::Result<Frozen>,
    /// Bytes in files that came with what it was told last.
    stored: u64,
    fuel: u64,
    peak_memory: u64,
}

impl Session {
    /// Starts an interpreter on the files of a sandbox.
    pub fn start(hosted: &mut Hosted, seed: u64) -> Result<Session, HostedError> {
        let mut workspace = hosted.workspace.fork_with(&BTreeMap::new())?;
        let folders = Frozen::of(&mut hosted.workspace)?.folders;
        let (tell, told) = mpsc::channel();
        let (says, hear) = mpsc::channel();
        let cancel = Cancel::default();
        let streams = [Stream::default(), Stream::default()];
        let [stdout, stderr] = streams.clone();
        let director = Conductor {
            told,
            says: says.clone(),
            stored: 0,
        };
        let invocation = Invocation {
            stdout: Output::Stream(Box::new(stdout)),
            stderr: Output::Stream(Box::new(stderr)),
            seed,
            cancel: cancel.clone(),
            director: Some(Box::new(director)),
            ..Invocation::new(driven("session()"))
        };
        let runner = hosted.runner.clone();
        let limits = Limits {
            wall: Duration::MAX,
            output: u64::MAX,
            ..hosted.limits().clone()
        };
        let run = move || {
            let ended = runner.run(&mut workspace, invocation, &limits);
            let files = Frozen::of(&mut workspace);
            // Nobody listens to one that was given up.
            _ = says.send(Heard::Ended(Box::new(ended), files));
        };
        thread::Builder::new()
            .name("session".to_owned())
            .spawn(run)
            .map_err(SandboxError::Thread)?;
        let session = Session {
            tell,
            hear,
            cancel,
            streams,
            folders,
            cells: 0,
        };
        match session.hear.recv() {
            Ok(Heard::Waits(_)) => Ok(session),
            Ok(Heard::Fault(error)) => Err(error),
            Ok(Heard::Ended(ended, _)) => {
                let how = (*ended)?.exit.explain(hosted.limits());
                let said = lock(&session.streams[1].0).taken.clone();
                let said = String::from_utf8_lossy(&said).into_owned();
                Err(HostedError::Command(format!(
                    "the interpreter {how}: {}",
                    said.trim_end()
                )))
            }
            Err(_) => Err(broke()),
        }
    }

    /// Runs a cell within limits of its own, with what the sandbox has become by now; the sandbox
    /// has what it left.
    pub fn run(
        &mut self,
        hosted: &mut Hosted,
        code: &str,
        limits: &Limits,
        stop: &Stop,
    ) -> Result<Cell, HostedError> {
        stop.stops(&self.cancel);
        let limits = Limits {
            disk: hosted.left(1)?.min(limits.disk),
            ..limits.clone()
        };
        let now = Frozen::of(&mut hosted.workspace)?;
        let mut changes = Vec::new();
        for (path, after) in &now.folders {
            let before = self.folders.get(path).cloned();
            let before = before.map_or_else(Tree::default, Tree::from);
            let changed = workspace::diff(&before, &Tree::from(after.clone()))?;
            changes.push((path.clone(), changed));
        }
        for stream in &self.streams {
            stream.begin(limits.output);
        }
        self.cells += 1;
        let words = json!({"name": format!("<cell {}>", self.cells), "code": code});
        let started = Instant::now();
        let told = Told {
            words: words.to_string().into_bytes(),
            changes,
            time: now.time,
            limits: limits.clone(),
        };
        // One that has gone has said so.
        _ = self.tell.send(told);
        let (heard, late) = match self.hear.recv_timeout(limits.wall) {
            Err(RecvTimeoutError::Timeout) => {
                self.cancel.cancel();
                (self.hear.recv().map_err(|_| broke())?, true)
            }
            heard => (heard.map_err(|_| broke())?, false),
        };
        let elapsed = started.elapsed();
        let (exit, fuel, peak_memory, goes_on) = match heard {
            Heard::Waits(waits) => {
                self.take(hosted, waits.files?, waits.stored)?;
                let said: Value = serde_json::from_slice(&waits.said).unwrap_or_default();
                let status = said["status"].as_u64().unwrap_or(1);
                let exit = Exit::Exited(u8::try_from(status).unwrap_or(1));
                stop.release();
                // Where it came to its end just when it was stopped, it stops now.
                (
                    exit,
                    waits.fuel,
                    waits.peak_memory,
                    !self.cancel.is_cancelled(),
                )
            }
            Heard::Fault(error) => return Err(error),
            Heard::Ended(ended, files) => {
                let outcome = (*ended)?;
                self.take(hosted, files?, outcome.written)?;
                let exit = match outcome.exit {
                    Exit::Cancelled if late => Exit::OutOfTime,
                    exit => exit,
                };
                (exit, outcome.fuel_used, outcome.peak_memory, false)
            }
        };
        hosted.used.commands += 1;
        hosted.used.fuel = hosted.used.fuel.saturating_add(fuel);
        hosted.used.peak_memory = hosted.used.peak_memory.max(peak_memory);
        let [(stdout, stdout_dropped), (stderr, stderr_dropped)] =
            [&self.streams[0], &self.streams[1]].map(Stream::end);
        Ok(Cell {
            exit,
            goes_on,
            stdout,
            stdout_dropped,
            stderr,
            stderr_dropped,
            fuel,
            peak_memory,
            elapsed,
        })
    }

    /// Has the sandbox go on from the interpreter's files.
    fn take(&mut self, hosted: &mut Hosted, files: Frozen, stored: u64) -> io::Result<()> {
        hosted.workspace.renew_with(&files.folders)?;
        let time = files.time.max(hosted.workspace.time());
        hosted.workspace.set_time(time);
        hosted.held = hosted.held.saturating_add(stored);
        self.folders = files.folders;
        Ok(())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // One that waits ends when nobody can tell it anything any more.
        self.cancel.cancel();
    }
}

fn broke() -> HostedError {
    HostedError::Command("the interpreter's thread broke".to_owned())
}

/// What stands between the interpreter, when it waits, and its session.
struct Conductor {
    told: Receiver<Told>,
    says: Sender<Heard>,
    /// Bytes in files when it was told last, beyond what it began with.
    stored: u64,
}

impl Director for Conductor {
    fn next(&mut self, said: &[u8], pause: Pause<'_>) -> Option<Next> {
        let workspace = pause.workspace;
        let waits = Waits {
            said: said.to_owned(),
            files: Frozen::of(workspace),
            stored: workspace.stored().bytes.saturating_sub(self.stored),
            fuel: pause.fuel_used,
            peak_memory: pause.peak_memory,
        };
        self.says.send(Heard::Waits(waits)).ok()?;
        let told = self.told.recv().ok()?;
        workspace.set_time(told.time.max(workspace.time()));
        workspace.set_quota(Quota::default());
        for (folder, changes) in &told.changes {
            for change in changes {
                let path = format!("{folder}/{}", change.path);
                if let Err(error) = apply(workspace, &path, change) {
                    // Whoever told it waits for this.
                    _ = self.says.send(Heard::Fault(error));
                    return None;
                }
            }
        }
        let stored = workspace.stored();
        self.stored = stored.bytes;
        workspace.set_quota(Quota {
            bytes: stored.bytes.saturating_add(told.limits.disk),
            files: stored.files.saturating_add(told.limits.files),
        });
        Some(Next {
            told: told.words,
            fuel: told.limits.fuel,
            clock: told.limits.clock,
        })
    }
}

/// Does to a workspace, whatever is open in it, what was done elsewhere.
fn apply(workspace: &mut Workspace, path: &str, change: &Change) -> Result<(), HostedError> {
    let stays = matches!(
        (&change.before, &change.after),
        (Some(Node::File(_)), Some(Node::File(_)))
    );
    let gone = |done: Result<(), Errno>| match done {
        // Its own doing, which the other side has seen as well.
        Err(Errno::Noent) => Ok(()),
        done => done.map_err(at(path)),
    };
    match &change.before {
        Some(Node::Dir(_)) => gone(workspace.remove_dir(Ino::ROOT, path))?,
        Some(_) if !stays => gone(workspace.unlink(Ino::ROOT, path))?,
        _ => {}
    }
    match &change.after {
        None => Ok(()),
        Some(Node::Dir(_)) => workspace.make_dir(Ino::ROOT, path).map(drop),
        Some(Node::Symlink(target)) => workspace.make_symlink(target, Ino::ROOT, path).map(drop),
        Some(Node::File(file)) => {
            let bytes = file.content().read_all()?;
            // What is there is no symlink that a write would follow.
            debug_assert!(workspace.resolve(Ino::ROOT, path, Follow::No).is_ok() == stays);
            workspace.write(path, &bytes)
        }
    }
    .map_err(at(path))
}

/// What an interpreter prints, taken cell by cell.
#[derive(Clone, Default)]
struct Stream(Arc<Mutex<Taken>>);

#[derive(Default)]
struct Taken {
    taken: Vec<u8>,
    room: u64,
    dropped: u64,
}

impl Stream {
    fn begin(&self, room: u64) {
        *lock(&self.0) = Taken {
            room,
            ..Taken::default()
        };
    }

    fn end(&self) -> (Vec<u8>, u64) {
        let taken = std::mem::take(&mut *lock(&self.0));
        (taken.taken, taken.dropped)
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut taken = lock(&self.0);
        let kept = usize::try_from(taken.room)
            .unwrap_or(usize::MAX)
            .min(bytes.len());
        taken.taken.extend_from_slice(&bytes[..kept]);
        taken.room -= kept as u64;
        taken.dropped += (bytes.len() - kept) as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
