//! What of a conversation is shown again: a choice, by name. `Conversation` follows it.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How much of it is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum History {
    /// All; the oldest turns go when it gets too long.
    #[default]
    Full,
    /// The last so many turns.
    Window(NonZeroU32),
    /// The last turns, so many at most, and a summary of those before, made by the model.
    Summary(NonZeroU32),
    /// So many turns at most: half of them the last, and of those before the ones that have most to
    /// do with the last.
    Retrieval(NonZeroU32),
}

/// A text that is no history.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no history; write full, window:K, summary:K or retrieval:K, with K steps")]
pub struct HistoryError(String);

impl FromStr for History {
    type Err = HistoryError;

    fn from_str(text: &str) -> Result<History, HistoryError> {
        let steps = |text: &str| text.parse::<NonZeroU32>().ok();
        let read = match text.split_once(':') {
            None if text == "full" => Some(History::Full),
            Some(("window", k)) => steps(k).map(History::Window),
            Some(("summary", k)) => steps(k).map(History::Summary),
            Some(("retrieval", k)) => steps(k).map(History::Retrieval),
            _ => None,
        };
        read.ok_or_else(|| HistoryError(text.to_owned()))
    }
}

impl TryFrom<String> for History {
    type Error = HistoryError;

    fn try_from(text: String) -> Result<History, HistoryError> {
        text.parse()
    }
}

impl From<History> for String {
    fn from(history: History) -> String {
        history.to_string()
    }
}

impl fmt::Display for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            History::Full => f.write_str("full"),
            History::Window(k) => write!(f, "window:{k}"),
            History::Summary(k) => write!(f, "summary:{k}"),
            History::Retrieval(k) => write!(f, "retrieval:{k}"),
        }
    }
}

impl History {
    pub fn is_full(&self) -> bool {
        *self == History::Full
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn histories_are_written_as_they_are_read() {
        for text in ["full", "window:3", "summary:1", "retrieval:12"] {
            assert_eq!(text.parse::<History>().unwrap().to_string(), text);
        }
        for wrong in ["", "window", "window:0", "summary:-1", "all", "retrieval:"] {
            assert!(wrong.parse::<History>().is_err(), "{wrong}");
        }
    }
}
