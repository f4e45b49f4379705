//! A session of the shell, one script after another.

use std::io;
use std::sync::mpsc;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use bashkit::{Bash, BashBuilder, ExecutionLimits, MemoryLimits, SessionLimits, ShellState};

use super::commands::{
    Absent, Ask, Conda, Git, MakeTemp, Packages, Python, Shuffle, is_kept, steady,
};
use super::ending::{self, Stopped};
use super::files::Files;
use super::job::{Ended, Job, Said};
use super::meter::{self, FUEL_PER_WORK, Meter};
use super::runs::Runs;
use super::whole::Whole;
use crate::sandbox::{Cancel, Exit, Invocation, Limits, Outcome, Printed, SandboxError};
use crate::workspace::{Hash, Quota, Tree, Workspace};

/// Bytes that a script may hold: of its own counting, and of the host's memory. Python's memory is
/// apart from these.
const HELD: u64 = 256 << 20;
pub(super) const HELD_ON_HOST: u64 = 512 << 20;
/// Bytes of a script.
const SCRIPT_MAX: usize = 4 << 20;
/// Depth of the parser's and the interpreter's recursion takes so much stack.
const STACK: usize = 256 << 20;
/// More virtual time than any script sleeps.
const FOREVER: Duration = Duration::from_secs(100 * 365 * 86_400);
/// Elements of all arrays together: appending one takes time in proportion to those that are there.
pub(super) const ELEMENTS: usize = 10_000;
/// Elements of the interpreter's own arrays, such as the statuses of a pipe's commands, and some more.
const SPARE: usize = 100;

/// In nanoseconds.
pub(super) const SECOND: u64 = 1_000_000_000;

/// Runs Python on a workspace, under limits.
pub type RunPython<'a> =
    dyn FnMut(&mut Workspace, Invocation, &Limits) -> Result<Outcome, SandboxError> + 'a;

/// A script to run.
pub struct Script<'a> {
    pub text: &'a str,
    pub stdin: Vec<u8>,
    /// Variables that are exported to it, beside those that the shell has.
    pub env: Vec<(String, String)>,
    pub cancel: Cancel,
}

impl<'a> Script<'a> {
    /// With no input, and nobody to cancel it.
    pub fn new(text: &'a str) -> Script<'a> {
        Script {
            text,
            stdin: Vec::new(),
            env: Vec::new(),
            cancel: Cancel::default(),
        }
    }
}

/// A shell: its directory, variables, functions and options.
pub struct Shell {
    files: Arc<Files>,
    /// These with the interpreter's own beside them; nothing before the first script.
    whole: OnceLock<Arc<Whole>>,
    origin: Tree,
    /// Nothing before the first script.
    state: Option<ShellState>,
    /// Where it starts.
    start: String,
    /// How the last script ended: `$?`.
    status: i32,
}

impl Shell {
    /// A shell in a directory. `origin` is what is mounted at
    /// [`WORKSPACE`](crate::sandbox::WORKSPACE) as it was found, which `git diff` compares with.
    pub fn new(origin: Tree, start: &str) -> Shell {
        Shell {
            files: Arc::default(),
            whole: OnceLock::new(),
            origin,
            state: None,
            start: start.to_owned(),
            status: 0,
        }
    }

    /// The directory that the next script starts in.
    pub fn directory(&self) -> String {
        match &self.state {
            Some(state) => state.cwd.to_string_lossy().into_owned(),
            None => self.start.clone(),
        }
    }

    /// Forgets directory, variables, functions, options and `$?`, as a new process has none of another's;
    /// what `chmod` set stays.
    pub fn renew(&mut self, directory: &str) {
        self.state = None;
        self.status = 0;
        directory.clone_into(&mut self.start);
    }

    /// What `chmod` set of a file, if it set anything.
    pub fn mode(&self, path: &str) -> Option<u32> {
        self.files.lock().mode(path)
    }

    /// Makes another directory the one that the next script starts in.
    pub fn enter(&mut self, directory: &str) {
        match &mut self.state {
            Some(state) => state.cwd = directory.into(),
            None => self.start = directory.to_owned(),
        }
    }

    /// Runs a script to its end. What it starts of Python is run by `python`, on the workspace and
    /// under the limits it is given, and paid for by the script. An error is ours, or the sandbox's;
    /// whatever the script does is in the outcome.
    pub fn run(
        &mut self,
        script: Script<'_>,
        workspace: &mut Workspace,
        limits: &Limits,
        python: &mut RunPython<'_>,
    ) -> Result<Outcome, SandboxError> {
        let began = Instant::now();
        workspace.renew().map_err(SandboxError::Changes)?;
        let before = workspace.snapshot().map_err(SandboxError::Changes)?;
        let started = workspace.time();
        let quota = Quota {
            bytes: limits.disk,
            files: limits.files,
        };
        workspace.set_quota(quota);
        std::mem::swap(&mut self.files.lock().workspace, workspace);
        self.files.lock().refused = false;

        let (asks, asked) = mpsc::channel();
        let meter = Meter::after(self.status);
        let said = Arc::new(Mutex::new(Said::default()));
        let bash = self.bash(limits, &meter, asks, started, script.env);
        let stop = bash.cancellation_token();
        let job = Job {
            bash,
            started,
            text: script.text.to_owned(),
            stdin: script.stdin,
            said: said.clone(),
            state: self.state.clone(),
            clock: limits.clock,
        };
        let mut runs = Runs {
            python,
            limits,
            quota,
            meter: &meter,
            said: &said,
            cancel: &script.cancel,
            began,
            stopped: None,
            peak_memory: 0,
            reused: 0,
            made: 0,
            trouble: None,
        };
        let spawned: io::Result<_> = thread::scope(|scope| {
            let job = thread::Builder::new()
                .name("shell".to_owned())
                .stack_size(STACK)
                .spawn_scoped(scope, move || job.run())?;
            runs.serve(&self.files, &asked, &stop);
            Ok(job.join())
        });
        std::mem::swap(&mut self.files.lock().workspace, workspace);
        workspace.set_quota(Quota::default());
        let written = (limits.disk - runs.quota.bytes).saturating_add(workspace.stored().bytes);
        let ended = match spawned.map_err(SandboxError::Thread)? {
            Ok(ended) => ended,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        if let Some(trouble) = runs.trouble {
            return Err(trouble);
        }
        if let Some(fault) = workspace.take_fault() {
            return Err(SandboxError::HostFile(fault));
        }

        let (exit, mut stdout, mut stderr) = self.settle(ended, runs.stopped, &said);
        let refused = self.files.lock().refused;
        let exit = match exit {
            Exit::Exited(status) if status != 0 && refused => Exit::OutOfDisk(status),
            Exit::Exited(_) if meter.exhausted() => Exit::OutOfFuel,
            exit => exit,
        };
        self.status = exit.shell_status();
        erase(&mut stderr, meter::PREFIX);
        let fuel_used = match exit {
            Exit::OutOfFuel => limits.fuel,
            _ => meter.used().min(limits.fuel),
        };
        let later = workspace.time().max(started + meter.used());
        workspace.set_time(next_second(later));
        let changes = workspace
            .snapshot()
            .and_then(|after| after.changes_since(&before))
            .map_err(SandboxError::Changes)?;
        Ok(Outcome {
            exit,
            stdout: printed(std::mem::take(&mut stdout), limits.output),
            stderr: printed(std::mem::take(&mut stderr), limits.output),
            fuel_used,
            peak_memory: runs.peak_memory,
            written,
            changes,
            reused: runs.made > 0 && runs.reused == runs.made,
            elapsed: began.elapsed(),
        })
    }

    /// An interpreter for one script: its clock is the workspace's, and stands still meanwhile.
    fn bash(
        &self,
        limits: &Limits,
        meter: &Meter,
        asks: mpsc::Sender<Ask>,
        now: u64,
        env: Vec<(String, String)>,
    ) -> Bash {
        let whole = self.whole.get_or_init(|| {
            let (asks, _) = mpsc::channel();
            let builder = self.builder(&Limits::default(), &Meter::default(), asks);
            let bare = builder.fs(self.files.clone()).follow_symlinks(false);
            Arc::new(Whole::new(bare.build().fs(), self.files.clone()))
        });
        let another = || {
            let builder = self
                .builder(limits, meter, asks.clone())
                .fs(whole.clone())
                .rootfs(false)
                .cwd(&self.start)
                .fixed_epoch(i64::try_from(now / SECOND).unwrap_or(i64::MAX));
            let env = env.iter();
            env.fold(builder, |builder, (name, value)| builder.env(name, value))
                .build()
        };
        let mut bash = another();
        // Four of five are usual, so that one will be found.
        for _ in 0..100 {
            if meter.is_usual(&mut bash) {
                break;
            }
            bash = another();
        }
        bash
    }

    /// What all interpreters have.
    fn builder(&self, limits: &Limits, meter: &Meter, asks: mpsc::Sender<Ask>) -> BashBuilder {
        let work = limits.fuel / FUEL_PER_WORK;
        let count = usize::try_from(work).unwrap_or(usize::MAX);
        let output = usize::try_from(limits.output).unwrap_or(usize::MAX);
        let python = Python {
            asks,
            meter: meter.clone(),
            limits: limits.clone(),
        };
        let packages = || Packages(python.clone());
        let files = || self.files.clone();
        let execution = ExecutionLimits::new()
            .max_work_units(work)
            .max_commands(count)
            .max_loop_iterations(count)
            .max_total_loop_iterations(count)
            .max_aggregate_input_bytes(u64::MAX)
            .max_live_intermediate_bytes(HELD)
            .max_input_bytes(SCRIPT_MAX)
            .max_parser_operations(count)
            .max_stdout_bytes(output)
            .max_stderr_bytes(output)
            .parser_timeout(FOREVER)
            .timeout(FOREVER);
        let memory = MemoryLimits::new().max_array_entries(ELEMENTS + SPARE);
        let builder = Bash::builder()
            .username("user")
            .hostname("sandbox")
            .env("HOME", "/tmp")
            .env("TMPDIR", "/tmp")
            .limits(execution)
            .session_limits(SessionLimits::unlimited())
            .memory_limits(memory)
            .builtin_filter(is_kept)
            .before_tool(Box::new(steady))
            .command_resolver(Arc::new(Absent))
            .builtin(meter::COMMAND, Box::new(meter.clone()))
            .builtin("mktemp", Box::new(MakeTemp(files())))
            .builtin("shuf", Box::new(Shuffle(files())))
            .builtin("pip", Box::new(packages()))
            .builtin("pip3", Box::new(packages()))
            .builtin("conda", Box::new(Conda(packages())))
            .builtin("mamba", Box::new(Conda(packages())))
            .builtin(
                "git",
                Box::new(Git {
                    files: files(),
                    origin: self.origin.clone(),
                }),
            );
        ["python", "python3"]
            .into_iter()
            .fold(builder, |builder, name| {
                builder.builtin(name, Box::new(python.clone()))
            })
    }

    /// Takes over what the script left of the session, and puts its end in words.
    fn settle(
        &mut self,
        ended: Option<Ended>,
        stopped: Option<Stopped>,
        said: &Mutex<Said>,
    ) -> (Exit, Vec<u8>, Vec<u8>) {
        let said = std::mem::take(&mut *said.lock().unwrap_or_else(PoisonError::into_inner));
        let Some(ended) = ended else {
            let what = "the shell broke; its directory and variables are as before the script";
            return (Exit::Trapped(what), said.stdout, said.stderr);
        };
        self.state = Some(ended.state);
        let full = ended.full;
        let stopped = stopped
            .or(ended.out_of_memory.then_some(Stopped::Memory))
            .or(ended.out_of_time.then_some(Stopped::Time));
        let (exit, stdout, mut stderr) = match ended.result {
            Ok(done) if stopped.is_none() => {
                let mut stderr = done.stderr.into_bytes();
                if done.stdout_truncated || done.stderr_truncated {
                    stderr.extend(b"bash: output beyond the limit was dropped\n");
                }
                let status = u8::try_from(done.exit_code & 0xff).unwrap_or(u8::MAX);
                (Exit::Exited(status), done.stdout.into_bytes(), stderr)
            }
            Ok(done) => {
                let error = bashkit::Error::Cancelled;
                let (exit, _) = ending::of(&error, stopped);
                (exit, done.stdout.into_bytes(), done.stderr.into_bytes())
            }
            Err(error) => {
                let (exit, what) = ending::of(&error, stopped);
                let mut stderr = said.stderr;
                let report = error.syntax_report("bash", &ended.text);
                match (report, what) {
                    (Some(report), _) => stderr.extend(report.into_bytes()),
                    (None, Some(what)) => stderr.extend(format!("bash: {what}\n").into_bytes()),
                    (None, None) => {}
                }
                (exit, said.stdout, stderr)
            }
        };
        let Some(name) = full else {
            return (exit, stdout, stderr);
        };
        let what = format!(
            "bash: {name}: arrays have no more than {ELEMENTS} elements together; it is lost\n"
        );
        stderr.extend(what.into_bytes());
        match exit {
            Exit::Exited(_) => (Exit::OutOfMemory(1), stdout, stderr),
            exit => (exit, stdout, stderr),
        }
    }
}

/// The commands that there are, in order.
pub fn command_names() -> Vec<String> {
    let shell = Shell::new(Tree::default(), "/");
    let (asks, _) = mpsc::channel();
    let bash = shell.bash(&Limits::default(), &Meter::default(), asks, 0, Vec::new());
    let mut names = bash.builtin_names();
    names.retain(|name| name != meter::COMMAND);
    names.sort();
    names
}

/// Some bytes, as what is left of a stream.
fn printed(mut bytes: Vec<u8>, limit: u64) -> Printed {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let dropped = bytes.len().saturating_sub(limit);
    bytes.truncate(limit);
    Printed {
        hash: Hash::of(&bytes),
        bytes,
        dropped: dropped as u64,
    }
}

/// Takes out of a message what was put before the script.
fn erase(text: &mut Vec<u8>, what: &str) {
    let mut at = 0;
    while let Some(found) = text[at..]
        .windows(what.len())
        .position(|window| window == what.as_bytes())
    {
        at += found;
        text.drain(at..at + what.len());
    }
}

/// The full second after all that was done so far, as after a run of Python.
fn next_second(nanoseconds: u64) -> u64 {
    (nanoseconds / SECOND + 1) * SECOND
}
