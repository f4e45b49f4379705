//! How long work tells that it goes on: stages, each with a label and perhaps a known length.
//!
//! Progress goes to standard error, so that standard output holds data only. Work takes a
//! `&dyn Progress` and never asks where it ends up; the command line picks one with [`stderr`].

use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How much there is to do in a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Total {
    /// Not known beforehand.
    Unknown,
    /// A number of bytes.
    Bytes(u64),
    /// A number of things of any other kind.
    Items(u64),
}

/// Where stages are shown.
pub trait Progress: Send + Sync {
    /// Begins a stage. A stage dropped without [`Stage::finish`] was given up, and its bar goes
    /// without a word: the error says why.
    fn stage(&self, label: &str, total: Total) -> Box<dyn Stage + '_>;
}

/// One piece of work under way.
pub trait Stage: Send + Sync {
    /// Says how much is done so far, in the unit of the stage's [`Total`].
    fn advance(&self, done: u64);

    /// Says what the stage is doing at the moment.
    fn message(&self, message: &str);

    /// Says how it goes so far: worth a line of a log now and then.
    fn tally(&self, so_far: &str);

    /// Ends the stage: its work is done.
    fn finish(self: Box<Self>);
}

/// The progress that fits standard error: bars on a terminal, plain lines elsewhere.
pub fn stderr() -> Box<dyn Progress> {
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    if io::stderr().is_terminal() && !dumb {
        Box::new(Bars::new())
    } else {
        Box::new(Lines::new(io::stderr()))
    }
}

/// Shows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn stage(&self, _label: &str, _total: Total) -> Box<dyn Stage + '_> {
        Box::new(Silent)
    }
}

impl Stage for Silent {
    fn advance(&self, _done: u64) {}
    fn message(&self, _message: &str) {}
    fn tally(&self, _so_far: &str) {}
    fn finish(self: Box<Self>) {}
}

/// How long a log has no line of how it goes.
const EVERY: Duration = Duration::from_secs(30);

/// A line when a stage begins and a line with its seconds when it ends, for logs. Between them a
/// line now and then of stages that tell how it goes, and else nothing: a log of a thousand
/// percentages helps nobody.
pub struct Lines<W> {
    out: Mutex<W>,
    every: Duration,
}

impl<W: Write + Send> Lines<W> {
    /// Lines written to `out`.
    pub fn new(out: W) -> Self {
        Lines {
            out: Mutex::new(out),
            every: EVERY,
        }
    }

    fn line(&self, line: &str) {
        let mut out = self
            .out
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        // Work does not fail because nobody can read about it.
        let _ = writeln!(out, "{line}");
    }
}

impl<W: Write + Send> Progress for Lines<W> {
    fn stage(&self, label: &str, total: Total) -> Box<dyn Stage + '_> {
        self.line(&format!("{label} …"));
        Box::new(LineStage {
            lines: self,
            label: label.to_owned(),
            total,
            done: AtomicU64::new(0),
            begun: Instant::now(),
            last: Mutex::new(Instant::now()),
        })
    }
}

struct LineStage<'a, W> {
    lines: &'a Lines<W>,
    label: String,
    total: Total,
    done: AtomicU64,
    begun: Instant,
    /// When there was a line of it.
    last: Mutex<Instant>,
}

impl<W: Write + Send> Stage for LineStage<'_, W> {
    fn advance(&self, done: u64) {
        self.done.store(done, Ordering::Relaxed);
    }

    fn message(&self, _message: &str) {}

    fn tally(&self, so_far: &str) {
        let mut last = self
            .last
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        if last.elapsed() < self.lines.every {
            return;
        }
        *last = Instant::now();
        let (label, done) = (&self.label, self.done.load(Ordering::Relaxed));
        self.lines.line(&match self.total {
            Total::Items(all) => format!("{label}: {done} of {all}, {so_far}"),
            Total::Bytes(_) | Total::Unknown => format!("{label}: {so_far}"),
        });
    }

    fn finish(self: Box<Self>) {
        let seconds = self.begun.elapsed().as_secs_f64();
        self.lines
            .line(&format!("{}: done in {seconds:.1} s", self.label));
    }
}

/// Bars and spinners on the terminal behind standard error.
pub struct Bars {
    all: MultiProgress,
}

impl Bars {
    fn new() -> Self {
        // Ten frames a second move smoothly; more only costs a slow connection.
        Bars {
            all: MultiProgress::with_draw_target(ProgressDrawTarget::stderr_with_hz(10)),
        }
    }
}

impl Progress for Bars {
    fn stage(&self, label: &str, total: Total) -> Box<dyn Stage + '_> {
        let (bar, template) = match total {
            Total::Unknown => (
                ProgressBar::no_length(),
                "{spinner} {prefix} {elapsed} {msg}",
            ),
            Total::Bytes(n) => (
                ProgressBar::new(n),
                "{spinner} {prefix} [{bar:30}] {decimal_bytes}/{decimal_total_bytes} {msg}",
            ),
            Total::Items(n) => (
                ProgressBar::new(n),
                // With what a sweep says of itself, this fits into 80 columns.
                "{spinner} {prefix} [{bar:8}] {pos}/{len} {msg}",
            ),
        };
        let style = ProgressStyle::with_template(template)
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .progress_chars("=> ");
        let bar = self
            .all
            .add(bar.with_style(style).with_prefix(label.to_owned()));
        bar.enable_steady_tick(Duration::from_millis(100));
        Box::new(BarStage {
            bar,
            begun: Instant::now(),
        })
    }
}

struct BarStage {
    bar: ProgressBar,
    begun: Instant,
}

impl Stage for BarStage {
    fn advance(&self, done: u64) {
        self.bar.set_position(done);
    }

    fn message(&self, message: &str) {
        self.bar.set_message(message.to_owned());
    }

    fn tally(&self, so_far: &str) {
        self.message(so_far);
    }

    fn finish(self: Box<Self>) {
        let seconds = self.begun.elapsed().as_secs_f64();
        if let Ok(style) = ProgressStyle::with_template("  {prefix}: {msg}") {
            self.bar.set_style(style);
        }
        self.bar
            .finish_with_message(format!("done in {seconds:.1} s"));
    }
}

impl Drop for BarStage {
    fn drop(&mut self) {
        if !self.bar.is_finished() {
            self.bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_say_when_a_stage_begins_and_ends_and_nothing_between() {
        let lines = Lines::new(Vec::new());
        let stage = lines.stage("fetching", Total::Bytes(10));
        stage.advance(5);
        stage.message("half");
        stage.finish();
        drop(lines.stage("unpacking", Total::Unknown));

        let text = String::from_utf8(lines.out.into_inner().unwrap()).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 3, "{text}");
        assert_eq!(lines[0], "fetching …");
        assert!(
            lines[1].starts_with("fetching: done in 0.") && lines[1].ends_with(" s"),
            "{text}"
        );
        assert_eq!(lines[2], "unpacking …");
    }

    #[test]
    fn lines_say_how_it_goes_now_and_then() {
        let lines = |every| Lines {
            out: Mutex::new(Vec::new()),
            every,
        };
        for (lines, told) in [(lines(Duration::ZERO), true), (lines(EVERY), false)] {
            let stage = lines.stage("running", Total::Items(96));
            stage.advance(12);
            stage.tally("34/min");
            drop(stage);
            let text = String::from_utf8(lines.out.into_inner().unwrap()).unwrap();
            assert_eq!(text.contains("running: 12 of 96, 34/min\n"), told, "{text}");
        }
    }

    #[test]
    fn every_kind_of_bar_has_a_valid_template() {
        let bars = Bars {
            all: MultiProgress::with_draw_target(ProgressDrawTarget::hidden()),
        };
        for total in [Total::Unknown, Total::Bytes(1), Total::Items(1)] {
            let stage = bars.stage("label", total);
            stage.advance(1);
            stage.message("m");
            stage.tally("t");
            stage.finish();
        }
    }
}
