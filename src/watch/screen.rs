//! Lines for a person.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::text::clip;

/// Columns where there is no terminal to ask: long enough to say something, short enough to read.
const COLUMNS: usize = 160;
const FEWEST: usize = 40;

/// What a line is, and so what it looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Plain,
    Head,
    Call,
    Quiet,
    Added,
    Removed,
    Good,
    Bad,
}

impl Tone {
    /// The terminal's code for it.
    fn code(self) -> &'static str {
        match self {
            Tone::Plain => "0",
            Tone::Head => "1",
            Tone::Call => "36",
            Tone::Quiet => "2",
            Tone::Added => "32",
            Tone::Removed => "31",
            Tone::Good => "1;32",
            Tone::Bad => "1;31",
        }
    }
}

/// A line that takes no more than a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub tone: Tone,
    pub text: String,
}

impl Line {
    pub fn new(tone: Tone, text: impl Into<String>) -> Line {
        Line {
            tone,
            text: text.into(),
        }
    }
}

/// Standard output for lines, and standard error for what is being waited for.
pub struct Screen {
    is_coloured: bool,
    columns: usize,
    waiting: ProgressBar,
}

impl Screen {
    /// `is_quiet` shows nothing of what is being waited for.
    pub fn new(is_quiet: bool) -> Screen {
        let stdout = io::stdout();
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let is_plain = std::env::var_os("NO_COLOR").is_some_and(|it| !it.is_empty());
        let columns = match stdout.is_terminal() {
            true => rustix::termios::tcgetwinsize(&stdout).map_or(0, |size| size.ws_col.into()),
            false => 0,
        };
        let target = match is_quiet || is_dumb || !io::stderr().is_terminal() {
            true => ProgressDrawTarget::hidden(),
            false => ProgressDrawTarget::stderr_with_hz(10),
        };
        let style = ProgressStyle::with_template("{spinner} {msg} {elapsed}");
        let waiting = ProgressBar::with_draw_target(None, target)
            .with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        Screen {
            is_coloured: stdout.is_terminal() && !is_dumb && !is_plain,
            columns: match columns {
                0 => COLUMNS,
                columns => columns.max(FEWEST),
            },
            waiting,
        }
    }

    /// Shows some lines, each cut to the width there is.
    pub fn show(&self, lines: &[Line]) -> io::Result<()> {
        let mut text = String::new();
        for line in lines {
            let shown = clip(&line.text, self.columns);
            match self.is_coloured && line.tone != Tone::Plain {
                true => text += &format!("\x1b[{}m{shown}\x1b[0m\n", line.tone.code()),
                false => text += &format!("{shown}\n"),
            }
        }
        self.waiting.suspend(|| {
            let mut out = io::stdout().lock();
            out.write_all(text.as_bytes())?;
            out.flush()
        })
    }

    /// Says what is being waited for from now on.
    pub fn wait(&self, what: &str) {
        self.waiting.set_message(clip(what, self.columns - 20));
        self.waiting.reset_elapsed();
        self.waiting.enable_steady_tick(Duration::from_millis(100));
    }

    /// Nothing is waited for any more.
    pub fn rest(&self) {
        self.waiting.finish_and_clear();
    }
}
