//! The name of a bundled paper.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A paper's id, which is its folder's name: `[a-z0-9][a-z0-9.-]*`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PaperId(String);

/// A text that is no [`PaperId`].
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("`{0}` is no paper's id: allowed are a-z, 0-9, `.` and `-`, with a letter or digit first")]
pub struct PaperIdError(String);

impl PaperId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PaperId {
    type Err = PaperIdError;

    fn from_str(text: &str) -> Result<Self, PaperIdError> {
        if is_word(text, |c| matches!(c, '.' | '-')) {
            Ok(PaperId(text.to_owned()))
        } else {
            Err(PaperIdError(text.to_owned()))
        }
    }
}

impl TryFrom<String> for PaperId {
    type Error = PaperIdError;

    fn try_from(text: String) -> Result<Self, PaperIdError> {
        text.parse()
    }
}

impl From<PaperId> for String {
    fn from(id: PaperId) -> String {
        id.0
    }
}

impl fmt::Display for PaperId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a text is lower-case letters, digits and the marks allowed, with no mark first.
pub(super) fn is_word(text: &str, mark: impl Fn(char) -> bool) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text.starts_with(plain) && text.chars().all(|c| plain(c) || mark(c))
}
