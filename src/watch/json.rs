//! Events for programs: one a line, as in `trajectory.jsonl`.

use std::io::{self, Write};

use serde::Serialize;

use crate::agent::{Event, Recorder};

/// JSON on standard output, a line each, there as soon as it is known.
pub struct JsonLines;

impl JsonLines {
    pub fn line(&self, value: &impl Serialize) -> io::Result<()> {
        let mut line = serde_json::to_vec(value)?;
        line.push(b'\n');
        let mut out = io::stdout().lock();
        out.write_all(&line)?;
        out.flush()
    }
}

impl Recorder for JsonLines {
    fn record(&mut self, event: &Event) -> io::Result<()> {
        self.line(event)
    }
}
