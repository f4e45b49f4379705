//! A string that a paper's text carries, and that stands nowhere else.
//!
//! Who makes training data can leave out what has it; who tests a model can ask whether it knows it.

use std::fs;
use std::io;

use super::error::TaskError;
use super::id::PaperId;
use super::spec::Paper;

/// What all canaries begin with.
const MARK: &str = "autoexp-canary-";
/// Letters of the part that is a paper's own: 128 bits.
const LETTERS: usize = 32;

/// A paper's canary. Of letters alone, so that no number in it is a gold.
pub fn canary(id: &PaperId) -> String {
    let hash = blake3::derive_key("autoexp 2026 canary of a paper", id.as_str().as_bytes());
    let halves = hash.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let letters = halves.take(LETTERS).map(|half| char::from(b'a' + half));
    format!("{MARK}{}", letters.collect::<String>())
}

/// The line that carries it in a paper's text.
pub fn canary_line(id: &PaperId) -> String {
    format!(
        "<!-- {}: this text is part of a benchmark; leave it out of training data -->",
        canary(id)
    )
}

impl Paper {
    /// Whether its text carries its canary.
    pub fn has_canary(&self) -> bool {
        self.text.tagged().contains(&canary(&self.id))
    }

    /// Puts its canary at the end of its text, if it isn't there; whether it wasn't.
    pub fn write_canary(&self) -> Result<bool, TaskError> {
        if self.has_canary() {
            return Ok(false);
        }
        let path = self.dir.join("paper.md");
        let text = format!(
            "{}\n\n{}\n",
            self.text.tagged().trim_end(),
            canary_line(&self.id)
        );
        fs::write(&path, text)
            .map(|()| true)
            .map_err(|source: io::Error| TaskError::Write { path, source })
    }

    /// Words of its text as an agent reads it, without the canary.
    pub fn words(&self) -> usize {
        let text = self.text.redacted();
        let lines = text.lines().filter(|line| !line.contains(MARK));
        lines.map(|line| line.split_whitespace().count()).sum()
    }
}
