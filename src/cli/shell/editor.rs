//! Lines of a person at a terminal: edited, remembered, completed.

use std::cell::RefCell;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use anyhow::Context as _;
use rustyline::completion::{Completer, Pair, Quote, escape, extract_word, unescape};
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{CompletionType, Config, Context, Editor, Helper};

use super::{Common, Session};
use crate::progress::Total;
use crate::sandbox::Exit;
use crate::shell;
use crate::workspace::{Follow, Ino, NodeKind, Workspace};

/// How long a command may take before it is said that it runs.
const PATIENCE: Duration = Duration::from_secs(1);
/// Lines that are remembered.
const REMEMBERED: usize = 1_000;
const HISTORY: &str = "shell-history";
/// Before a character that stands for itself.
const ESCAPE: Option<char> = Some('\\');

/// Whether a word of the shell ends before a character.
fn ends_word(c: char) -> bool {
    " \t\n;|&()<>=`".contains(c)
}

/// Whether a character has to be escaped in a name.
fn is_special(c: char) -> bool {
    ends_word(c) || "'\"\\$*?[]#!{}".contains(c)
}

/// Reads and runs lines until there are no more; how the last one ended.
pub(super) fn work(
    session: &mut Session<'_>,
    common: &Common,
    stats: bool,
) -> anyhow::Result<Exit> {
    let config = Config::builder()
        .completion_type(CompletionType::List)
        .max_history_size(REMEMBERED)
        .context("set up the line editor")?
        .build();
    let mut editor: Editor<Seat, FileHistory> =
        Editor::with_config(config).context("set up the line editor")?;
    editor.set_helper(Some(Seat {
        commands: shell::command_names(),
        workspace: RefCell::default(),
        directory: String::new(),
    }));
    let history = common.cache()?.root().join(HISTORY);
    // The first session finds none, and none is no trouble.
    _ = editor.load_history(&history);
    let mut exit = Exit::Exited(0);
    loop {
        let directory = session.shell.directory();
        if let Some(seat) = editor.helper_mut() {
            std::mem::swap(seat.workspace.get_mut(), &mut session.workspace);
            seat.directory.clone_from(&directory);
        }
        let prompt = format!("{directory}$ ");
        let line = editor.readline(prompt.as_str());
        if let Some(seat) = editor.helper_mut() {
            std::mem::swap(seat.workspace.get_mut(), &mut session.workspace);
        }
        let line = match line {
            Ok(line) => line,
            Err(ReadlineError::Interrupted) => continue,
            Err(ReadlineError::Eof) => break,
            Err(error) => return Err(error).context("read a line"),
        };
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            [] => continue,
            ["exit" | "logout"] => break,
            ["exit", status] if status.parse::<u8>().is_ok() => {
                exit = Exit::Exited(status.parse().unwrap_or(0));
                break;
            }
            _ => {}
        }
        _ = editor.add_history_entry(line.as_str());
        let outcome = waited_for(common, || session.run(&line)).context("run the command")?;
        session.show(&outcome, stats)?;
        exit = outcome.exit;
    }
    if let Err(error) = editor.save_history(&history) {
        eprintln!("warning: the history was not kept: {error}");
    }
    Ok(exit)
}

/// What comes of a command, with a sign of life while it takes long: what it prints is there when it
/// is done.
fn waited_for<T>(common: &Common, command: impl FnOnce() -> T) -> T {
    let progress = common.progress();
    let (done, is_done) = mpsc::channel::<()>();
    thread::scope(|scope| {
        scope.spawn(|| {
            let is_done = is_done;
            if is_done.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                let _running = progress.stage("running, Ctrl-C stops it", Total::Unknown);
                _ = is_done.recv();
            }
        });
        let came = command();
        drop(done);
        came
    })
}

/// What completion looks at.
struct Seat {
    commands: Vec<String>,
    workspace: RefCell<Workspace>,
    directory: String,
}

impl Helper for Seat {}
impl Hinter for Seat {
    type Hint = String;
}
impl Highlighter for Seat {}

impl Validator for Seat {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        Ok(match shell::is_whole(context.input()) {
            true => ValidationResult::Valid(None),
            false => ValidationResult::Incomplete,
        })
    }
}

impl Completer for Seat {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        at: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let before = &line[..at];
        let (start, written) = extract_word(line, at, ESCAPE, ends_word);
        let word = &*unescape(written, ESCAPE);
        let lead = before[..start].trim_end();
        let first = lead.is_empty() || lead.ends_with([';', '|', '&', '(', '`']);
        let mut found = self.files(word);
        if first && !word.contains('/') {
            let meant = self.commands.iter().filter(|name| name.starts_with(word));
            found.extend(meant.map(|name| (name.clone(), ' ')));
        }
        found.sort();
        let pairs = found.into_iter().map(|(text, end)| Pair {
            replacement: escape(text.clone(), ESCAPE, is_special, Quote::None) + &end.to_string(),
            display: match end {
                '/' => text + "/",
                _ => text,
            },
        });
        Ok((start, pairs.collect()))
    }
}

impl Seat {
    /// Paths that a word may become, and what follows: a slash after a directory, a space after a
    /// file.
    fn files(&self, word: &str) -> Vec<(String, char)> {
        let (dir, name) = match word.rfind('/') {
            Some(at) => word.split_at(at + 1),
            None => ("", word),
        };
        let full = match dir.starts_with('/') {
            true => dir.to_owned(),
            false => format!("{}/{dir}", self.directory),
        };
        let workspace = &mut *self.workspace.borrow_mut();
        let entries = workspace
            .resolve(Ino::ROOT, &full, Follow::Yes)
            .and_then(|ino| workspace.list(ino));
        let is_meant = |entry: &str| {
            entry.starts_with(name) && (name.starts_with('.') || !entry.starts_with('.'))
        };
        entries
            .unwrap_or_default()
            .into_iter()
            .filter(|entry| is_meant(&entry.name))
            .map(|entry| match entry.kind {
                NodeKind::Dir => (format!("{dir}{}", entry.name), '/'),
                _ => (format!("{dir}{}", entry.name), ' '),
            })
            .collect()
    }
}
