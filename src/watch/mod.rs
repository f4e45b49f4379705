//! A trial watched as it goes on: by a person, or by a program.
//!
//! - `view.rs`: [`View`], what is shown of each event; `text.rs`: how much of a call, a text or a
//!   change that is
//! - `screen.rs`: lines on standard output, in colour where there is a terminal, and what is being
//!   waited for on standard error
//! - `json.rs`: [`JsonLines`], the events themselves
//! - `inert.rs`: text of others without what a terminal would obey
//!
//! Each is an [`agent::Recorder`](crate::agent::Recorder); [`Both`] writes a record and is watched.

mod inert;
mod json;
mod screen;
mod text;
mod view;

use std::io;

pub use inert::inert;
pub use json::JsonLines;
pub use screen::Screen;
pub use view::View;

use crate::agent::{Event, Recorder};
use crate::workspace::Tree;

/// What is recorded, then shown.
pub struct Both<'a>(pub &'a mut dyn Recorder, pub &'a mut dyn Recorder);

impl Recorder for Both<'_> {
    fn record(&mut self, event: &Event) -> io::Result<()> {
        self.0.record(event)?;
        self.1.record(event)
    }

    fn left(&mut self, tree: &Tree) {
        self.0.left(tree);
        self.1.left(tree);
    }
}
