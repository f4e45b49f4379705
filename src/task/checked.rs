//! Which version of a paper was found sound, kept beside it: what hasn't changed since needn't be
//! checked each time.

use std::fs;

use serde::{Deserialize, Serialize};

use super::{
    error::TaskError,
    measured::{read_json, write_json},
    spec::Paper,
};

/// The file in a paper's folder.
const FILE: &str = "checked.json";
const FORMAT: u32 = 1;

/// `checked.json`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Checked {
    format: u32,
    /// The digest of all that its author wrote, and of what was measured.
    content: String,
}

impl Paper {
    /// Whether it is, to the byte, what was found sound and kept.
    pub fn is_as_checked(&self) -> Result<bool, TaskError> {
        let path = self.dir.join(FILE);
        let kept: Option<Checked> = read_json(&path, FORMAT, "autoexp task check --keep")?;
        Ok(match kept {
            Some(kept) => kept.content == self.content_digest()?,
            None => false,
        })
    }

    /// Keeps that it was found sound as it is.
    pub fn write_checked(&self) -> Result<(), TaskError> {
        let checked = Checked {
            format: FORMAT,
            content: self.content_digest()?,
        };
        write_json(&self.dir.join(FILE), &checked)
    }

    fn content_digest(&self) -> Result<String, TaskError> {
        let mut hasher = blake3::Hasher::new_derive_key("autoexp 2026 content of a paper");
        let mut add = |part: &[u8]| {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        };
        for name in ["task.toml", "paper.md", "guest.lock", "measured.json"] {
            let path = self.dir.join(name);
            match fs::read(&path) {
                Ok(bytes) => add(&bytes),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => add(&[]),
                Err(source) => return Err(TaskError::Read { path, source }),
            }
        }
        for files in [Some(self.code()?), self.alternative()?] {
            for (name, bytes) in files.into_iter().flatten() {
                add(name.as_bytes());
                add(&bytes);
            }
            add(b"");
        }
        Ok(hasher.finalize().to_hex()[..32].to_owned())
    }
}
