//! The sandbox behind the tools, one call after the other.

use std::collections::BTreeMap;
use std::time::Duration;

use rmcp::model::{CallToolResult, ContentBlock};

use super::super::hosted::{Command, Frozen, Hosted, HostedError, Run};
use super::super::python::{self, Cell, Session, Stop};
use super::pictures::{self, Pictures};
use super::tools::{
    Call, EditFile, ListFiles, Nothing, PythonSession, Ran, ReadFile, Restore, RunCommand,
    RunPython, WriteFile,
};
use super::write_back::WriteBack;
use crate::sandbox::{Cancel, Exit, Limits, Outcome};
use crate::units;
use crate::workspace::{Errno, NodeKind};

/// Snapshots that may be kept.
const SNAPSHOTS_MAX: usize = 1_000;
/// Lines and bytes of a file in one answer, and entries of a folder.
const LINES: u64 = 2_000;
const TEXT_MAX: usize = 256 << 10;
const ENTRIES_MAX: usize = 2_000;

/// Why a call isn't met, in words for whoever made it.
#[derive(Debug, thiserror::Error)]
pub(super) enum Mistake {
    #[error("{0}")]
    Asked(String),
    #[error(transparent)]
    Hosted(#[from] HostedError),
}

impl From<std::io::Error> for Mistake {
    fn from(error: std::io::Error) -> Mistake {
        HostedError::Files(error).into()
    }
}

fn asked<T>(why: impl Into<String>) -> Result<T, Mistake> {
    Err(Mistake::Asked(why.into()))
}

pub(super) struct Desk {
    hosted: Hosted,
    session: Option<Session>,
    /// Whether the session went with a cell whose caller got no answer.
    lost_untold: bool,
    seed: u64,
    snapshots: BTreeMap<String, Frozen>,
    write_back: Option<WriteBack>,
}

impl Desk {
    pub fn new(hosted: Hosted, seed: u64, write_back: Option<WriteBack>) -> Desk {
        Desk {
            hosted,
            session: None,
            seed,
            lost_untold: false,
            snapshots: BTreeMap::new(),
            write_back,
        }
    }

    /// Meets a call. What a program does wrong is part of the result; what the caller does is an
    /// error that the caller sees.
    pub fn call(&mut self, call: Call, stop: &Stop) -> CallToolResult {
        let changes = !matches!(
            call,
            Call::ReadFile(_) | Call::ListFiles(_) | Call::Snapshot(_)
        );
        let met = match call {
            Call::RunPython(asked) => self.run_python(asked, stop),
            Call::PythonSession(asked) => self.cell(asked, stop),
            Call::RunCommand(asked) => self.run_command(asked, stop),
            Call::ReadFile(asked) => self.read(&asked),
            Call::WriteFile(asked) => self.write(&asked),
            Call::EditFile(asked) => self.edit(&asked),
            Call::ListFiles(asked) => self.list(&asked),
            Call::Snapshot(Nothing {}) => self.snapshot(),
            Call::Restore(asked) => self.restore(&asked),
        };
        let mut result = match met {
            Ok(result) => result,
            Err(mistake) => {
                let why = self.explain(mistake);
                CallToolResult::error(vec![ContentBlock::text(why)])
            }
        };
        // What a cancelled call changed is half-way to somewhere: it goes with the next.
        if changes
            && !stop.is_stopped()
            && let Some(write_back) = &mut self.write_back
            && let Some(trouble) = write_back.settle(&mut self.hosted)
        {
            result.content.push(ContentBlock::text(trouble));
        }
        result
    }

    fn explain(&self, mistake: Mistake) -> String {
        let hint = match &mistake {
            Mistake::Hosted(HostedError::File { errno, .. }) => match errno {
                Errno::Noent => "; list_files shows what is there",
                Errno::Isdir => " (a folder); list_files shows what is in it",
                Errno::Rofs => "; only /workspace and /tmp can be written",
                _ => "",
            },
            _ => "",
        };
        format!("{:#}{hint}", anyhow::Error::from(mistake))
    }

    fn limits(&self, timeout: Option<f64>) -> Result<Limits, Mistake> {
        let limits = self.hosted.limits().clone();
        let Some(seconds) = timeout else {
            return Ok(limits);
        };
        let Some(timeout) = Duration::try_from_secs_f64(seconds)
            .ok()
            .filter(|timeout| !timeout.is_zero())
        else {
            return asked(format!("timeout is seconds, more than 0, not {seconds}"));
        };
        if timeout > limits.wall {
            return asked(format!(
                "timeout {seconds} is more than the {} that this server allows",
                humantime::format_duration(limits.wall)
            ));
        }
        Ok(Limits {
            wall: timeout,
            clock: timeout,
            ..limits
        })
    }

    fn run_python(&mut self, asked: RunPython, stop: &Stop) -> Result<CallToolResult, Mistake> {
        let crate::sandbox::Program::Command(code) = python::program(&asked.code) else {
            unreachable!("a program that runs a piece of code is a command");
        };
        let argv = ["python", "-c", &code].map(str::to_owned).into();
        self.run(Run::Argv(argv), asked.stdin, None, asked.timeout, stop)
    }

    fn run_command(&mut self, asked: RunCommand, stop: &Stop) -> Result<CallToolResult, Mistake> {
        let run = Run::Script(asked.command);
        self.run(run, asked.stdin, asked.cwd, asked.timeout, stop)
    }

    fn run(
        &mut self,
        run: Run,
        stdin: String,
        cwd: Option<String>,
        timeout: Option<f64>,
        stop: &Stop,
    ) -> Result<CallToolResult, Mistake> {
        let limits = self.limits(timeout)?;
        let cancel = Cancel::default();
        stop.stops(&cancel);
        let before = self.hosted.freeze()?;
        let outcome = self.hosted.run(Command {
            run,
            stdin: stdin.into_bytes(),
            cwd,
            env: Vec::new(),
            seed: self.seed,
            timeout: timeout.map(|_| limits.wall),
            limits: limits.clone(),
            cancel,
        })?;
        self.answer(Came::from(outcome), &limits, &before)
    }

    fn cell(&mut self, asked: PythonSession, stop: &Stop) -> Result<CallToolResult, Mistake> {
        let limits = self.limits(asked.timeout)?;
        let before = self.hosted.freeze()?;
        if asked.restart {
            self.session = None;
        }
        // Nobody was answered when that cell ended.
        let told = std::mem::take(&mut self.lost_untold) && !asked.restart;
        let mut session = match self.session.take() {
            Some(session) => session,
            None => Session::start(&mut self.hosted, self.seed)?,
        };
        let cell = session.run(&mut self.hosted, &asked.code, &limits, stop)?;
        if cell.goes_on {
            self.session = Some(session);
        }
        self.lost_untold = !cell.goes_on && stop.is_stopped();
        let mut result = self.answer(Came::from(cell), &limits, &before)?;
        if told {
            result.content.push(ContentBlock::text(
                "[this is a new interpreter: the variables of earlier cells went with one that was \
                 cancelled]",
            ));
        }
        Ok(result)
    }

    /// What a run came to, and what of it is to be seen.
    fn answer(
        &mut self,
        came: Came,
        limits: &Limits,
        before: &Frozen,
    ) -> Result<CallToolResult, Mistake> {
        let after = self.hosted.freeze()?;
        let pictures = Pictures::between(before, &after)?;
        match self.hosted.remove(pictures::SHOWN, true) {
            Ok(()) | Err(HostedError::File { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        let ran = came.ran(pictures.names.clone());
        let mut content = vec![ContentBlock::text(came.text(&ran, limits, &pictures))];
        content.extend(pictures.blocks);
        let mut result = CallToolResult::success(content);
        let structured = serde_json::to_value(&ran);
        result.structured_content = Some(structured.map_err(std::io::Error::from)?);
        Ok(result)
    }

    fn read(&mut self, asked_for: &ReadFile) -> Result<CallToolResult, Mistake> {
        let path = &asked_for.path;
        let (bytes, size) = self.hosted.read(path, 0, None)?;
        if let Some(kind) = pictures::kind(path) {
            return match pictures::block(&bytes, kind) {
                Some(picture) => Ok(CallToolResult::success(vec![picture])),
                None => asked(format!(
                    "{path}: a picture of {} is too large to be shown",
                    units::format_size(size)
                )),
            };
        }
        let Ok(text) = String::from_utf8(bytes) else {
            return asked(format!(
                "{path}: {size} bytes that are no text in UTF-8; look at it with a program"
            ));
        };
        let offset = asked_for.offset.unwrap_or(1);
        let limit = asked_for.limit.unwrap_or(LINES);
        if offset == 0 || limit == 0 {
            return asked("lines are counted from 1, and at least one is read");
        }
        let total = text.lines().count() as u64;
        if offset > total.max(1) {
            return asked(format!("{path} has {total} lines, and no line {offset}"));
        }
        let mut part = String::new();
        let mut read = 0;
        let from = usize::try_from(offset - 1).unwrap_or(usize::MAX);
        for line in text.split_inclusive('\n').skip(from) {
            if read == limit || part.len() + line.len() > TEXT_MAX {
                break;
            }
            part += line;
            read += 1;
        }
        if read == 0 && total > 0 {
            return asked(format!(
                "{path}: line {offset} is longer than {}; look at it with a program",
                units::format_size(TEXT_MAX as u64)
            ));
        }
        let mut content = vec![ContentBlock::text(part)];
        if offset > 1 || offset - 1 + read < total {
            let last = offset + read - 1;
            content.push(ContentBlock::text(format!(
                "[lines {offset} to {last} of {total}]"
            )));
        }
        Ok(CallToolResult::success(content))
    }

    fn write(&mut self, asked: &WriteFile) -> Result<CallToolResult, Mistake> {
        let WriteFile { path, content } = asked;
        self.hosted.write(path, content.as_bytes(), false)?;
        Ok(said(format!("wrote {} bytes to {path}", content.len())))
    }

    fn edit(&mut self, asked_for: &EditFile) -> Result<CallToolResult, Mistake> {
        let EditFile { path, old, new } = asked_for;
        let (bytes, _) = self.hosted.read(path, 0, None)?;
        let Ok(text) = String::from_utf8(bytes) else {
            return asked(format!("{path} is no text in UTF-8; nothing was changed"));
        };
        if old.is_empty() {
            return asked(
                "old is empty: give the text to replace, or write the file with write_file",
            );
        }
        // Of overlapping places each counts.
        let places: Vec<usize> = text
            .char_indices()
            .map(|(at, _)| at)
            .filter(|at| text[*at..].starts_with(old.as_str()))
            .take(100)
            .collect();
        let line = |at: usize| text[..at].matches('\n').count() + 1;
        match places[..] {
            [at] => {
                let text = [&text[..at], new, &text[at + old.len()..]].concat();
                self.hosted.write(path, text.as_bytes(), false)?;
                Ok(said(format!("edited {path} at line {}", line(at))))
            }
            [] => asked(format!(
                "{path} does not have the text of old; nothing was changed. Read the file, and give \
                 the text as it is there, with its spaces and line ends"
            )),
            [..] => {
                let lines: Vec<String> = places.iter().map(|at| line(*at).to_string()).collect();
                asked(format!(
                    "{path} has the text of old {} times, at lines {}; nothing was changed. Give \
                     more of what is around it",
                    places.len(),
                    lines.join(", ")
                ))
            }
        }
    }

    fn list(&mut self, asked: &ListFiles) -> Result<CallToolResult, Mistake> {
        let found = self.hosted.list(&asked.path, asked.recursive)?;
        let mut text = String::new();
        for entry in found.iter().take(ENTRIES_MAX) {
            text += &match entry.kind {
                NodeKind::Dir => format!("{}/\n", entry.path),
                NodeKind::Symlink => format!("{} (a symlink)\n", entry.path),
                NodeKind::File | NodeKind::Null => format!("{} ({})\n", entry.path, entry.size),
            };
        }
        if found.is_empty() {
            text += "(empty)";
        }
        if found.len() > ENTRIES_MAX {
            text += &format!("[and {} more]", found.len() - ENTRIES_MAX);
        }
        Ok(said(text.trim_end()))
    }

    fn snapshot(&mut self) -> Result<CallToolResult, Mistake> {
        if self.snapshots.len() >= SNAPSHOTS_MAX {
            return asked(format!("{SNAPSHOTS_MAX} snapshots are kept already"));
        }
        let name = format!("snapshot-{}", self.snapshots.len() + 1);
        self.snapshots.insert(name.clone(), self.hosted.freeze()?);
        Ok(said(name))
    }

    fn restore(&mut self, asked_for: &Restore) -> Result<CallToolResult, Mistake> {
        let name = &asked_for.snapshot;
        let Some(frozen) = self.snapshots.get(name) else {
            let names: Vec<&str> = self.snapshots.keys().map(String::as_str).collect();
            return asked(match names.is_empty() {
                true => format!("there is no snapshot {name}: none was made"),
                false => format!(
                    "there is no snapshot {name}; there are {}",
                    names.join(", ")
                ),
            });
        };
        self.hosted.restore(frozen)?;
        let stays = match self.session {
            Some(_) => "; the variables of python_session are as they were before",
            None => "",
        };
        Ok(said(format!("all files are as they were at {name}{stays}")))
    }
}

fn said(text: impl Into<String>) -> CallToolResult {
    CallToolResult::success(vec![ContentBlock::text(text.into())])
}

/// What a run or a cell came to.
struct Came {
    exit: Exit,
    stdout: (Vec<u8>, u64),
    stderr: (Vec<u8>, u64),
    fuel: u64,
    peak_memory: u64,
    elapsed: Duration,
    session_kept: Option<bool>,
}

impl From<Outcome> for Came {
    fn from(outcome: Outcome) -> Came {
        Came {
            exit: outcome.exit,
            stdout: (outcome.stdout.bytes, outcome.stdout.dropped),
            stderr: (outcome.stderr.bytes, outcome.stderr.dropped),
            fuel: outcome.fuel_used,
            peak_memory: outcome.peak_memory,
            elapsed: outcome.elapsed,
            session_kept: None,
        }
    }
}

impl From<Cell> for Came {
    fn from(cell: Cell) -> Came {
        Came {
            exit: cell.exit,
            stdout: (cell.stdout, cell.stdout_dropped),
            stderr: (cell.stderr, cell.stderr_dropped),
            fuel: cell.fuel,
            peak_memory: cell.peak_memory,
            elapsed: cell.elapsed,
            session_kept: Some(cell.goes_on),
        }
    }
}

impl Came {
    fn ran(&self, images: Vec<String>) -> Ran {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ran {
            stdout: text(&self.stdout.0),
            stderr: text(&self.stderr.0),
            exit_code: self.exit.shell_status(),
            exit: self.exit.kind(),
            timed_out: self.exit == Exit::OutOfTime,
            fuel: self.fuel,
            peak_memory_bytes: self.peak_memory,
            elapsed_ms: u64::try_from(self.elapsed.as_millis()).unwrap_or(u64::MAX),
            stdout_dropped_bytes: self.stdout.1,
            stderr_dropped_bytes: self.stderr.1,
            session_kept: self.session_kept,
            images,
        }
    }

    /// For a model to read: what was printed, then in brackets what else there is to know.
    fn text(&self, ran: &Ran, limits: &Limits, pictures: &Pictures) -> String {
        let mut text = ran.stdout.clone();
        let mut note = |note: &str| {
            if !text.is_empty() && !text.ends_with('\n') {
                text.push('\n');
            }
            text += note;
        };
        if self.stdout.1 > 0 {
            note(&format!("[{} more bytes were not kept]\n", self.stdout.1));
        }
        if !ran.stderr.is_empty() {
            note("[standard error]\n");
            text += &ran.stderr;
        }
        let mut note = |note: String| {
            if !text.is_empty() && !text.ends_with('\n') {
                text.push('\n');
            }
            text += &note;
        };
        if self.stderr.1 > 0 {
            note(format!("[{} more bytes were not kept]\n", self.stderr.1));
        }
        match (self.exit, self.session_kept) {
            (Exit::Exited(0), None) | (Exit::Exited(0 | 1), Some(true)) => {}
            (Exit::Exited(status), None) => note(format!("[exit status {status}]\n")),
            (exit, None) => note(format!("[the program {}]\n", exit.explain(limits))),
            (exit, Some(true)) => note(format!("[the cell {}]\n", exit.explain(limits))),
            (exit, Some(false)) => note(format!(
                "[the cell {}. The session's state is lost, its files are kept; the next cell starts \
                 a new interpreter]\n",
                exit.explain(limits)
            )),
        }
        for left_out in &pictures.left_out {
            note(format!("[not shown: {left_out}]\n"));
        }
        if !pictures.names.is_empty() {
            note(format!("[pictures: {}]\n", pictures.names.join(", ")));
        }
        match text.is_empty() {
            true => "(no output)".to_owned(),
            false => text,
        }
    }
}
