//! What was asked for.

use std::collections::BTreeSet;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::model::ModelName;
use crate::task::{All, N, Sample, TaskId};
use crate::trial::Settings;

/// A grid of trials: every model at every task with all settings, so many times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grid {
    pub models: Vec<ModelName>,
    /// Papers (written as their n = 0 task) whose tasks of every wanted n are meant, and single
    /// tasks; all papers where there are none.
    pub tasks: Vec<TaskId>,
    pub n: Ns,
    /// Which of them; not for tasks that are named.
    #[serde(default)]
    pub only: Only,
    /// At most so many tasks of each n, chosen by their hashes; all where there is none.
    pub sample: Option<Sample>,
    pub attempts: u32,
    /// Each tried with all else.
    pub settings: Vec<Settings>,
}

impl Grid {
    /// A name for a run of this grid, the same each time.
    pub fn name(&self) -> String {
        // A struct of strings and numbers: always serialisable.
        let json = serde_json::to_vec(self).unwrap_or_default();
        format!("eval-{}", &blake3::hash(&json).to_hex()[..8])
    }
}

/// What tasks must be like.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Only {
    /// Fields of research, any of them; any at all where there are none. Parts of a field's name do.
    pub fields: Vec<String>,
    /// Lines of the masked bodies together, without blank ones and comments.
    pub size: Option<Span>,
    /// Pairs of masked functions of which one calls the other.
    pub coupling: Option<Span>,
}

/// Numbers from the first to the last, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Span {
    pub first: usize,
    /// None for no bound.
    pub last: Option<usize>,
}

/// A text that is no [`Span`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no range; write 10, 10..30 (both ends included), 10.. or ..30")]
pub struct SpanError(String);

impl Span {
    pub fn contains(&self, number: usize) -> bool {
        self.first <= number && self.last.is_none_or(|last| number <= last)
    }
}

impl FromStr for Span {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Span, SpanError> {
        let wrong = || SpanError(text.to_owned());
        let number = |text: &str| text.trim().parse::<usize>().map_err(|_| wrong());
        let (first, last) = match text.split_once("..") {
            None => (number(text)?, Some(number(text)?)),
            Some(("", "")) => return Err(wrong()),
            Some(("", last)) => (0, Some(number(last)?)),
            Some((first, "")) => (number(first)?, None),
            Some((first, last)) => (number(first)?, Some(number(last)?)),
        };
        match last.is_some_and(|last| last < first) {
            true => Err(wrong()),
            false => Ok(Span { first, last }),
        }
    }
}

impl TryFrom<String> for Span {
    type Error = SpanError;

    fn try_from(text: String) -> Result<Span, SpanError> {
        text.parse()
    }
}

impl From<Span> for String {
    fn from(span: Span) -> String {
        let last = span.last.map_or_else(String::new, |last| last.to_string());
        format!("{}..{last}", span.first)
    }
}

/// How many functions to mask: a set of numbers, written `2`, `0..2` (both ends included), `0,2..4`
/// or `0..2,all`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ns(pub BTreeSet<N>);

/// A text that is no set of numbers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no number of masked functions; write 2, 0..2 (both ends included), 0,2..4 or all"
)]
pub struct NsError(String);

/// More functions than any paper has.
const MOST: usize = 1_000;

impl FromStr for Ns {
    type Err = NsError;

    fn from_str(text: &str) -> Result<Ns, NsError> {
        let wrong = || NsError(text.to_owned());
        let number = |text: &str| match text.trim().parse::<usize>() {
            Ok(number) if number <= MOST => Ok(number),
            _ => Err(wrong()),
        };
        let mut numbers = BTreeSet::new();
        for part in text.split(',') {
            if part.trim() == "all" {
                numbers.insert(N::All(All::All));
                continue;
            }
            let (first, last) = match part.split_once("..") {
                Some((first, last)) => (number(first)?, number(last)?),
                None => (number(part)?, number(part)?),
            };
            if first > last {
                return Err(wrong());
            }
            numbers.extend((first..=last).map(N::Of));
        }
        Ok(Ns(numbers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_ranges_make_a_set() {
        let set = |text: &str| {
            text.parse::<Ns>()
                .map(|ns| serde_json::to_string(&ns).unwrap())
        };
        assert_eq!(set("2"), Ok("[2]".to_owned()));
        assert_eq!(set("0..2"), Ok("[0,1,2]".to_owned()));
        assert_eq!(set("all, 4, 0..1,1"), Ok("[0,1,4,\"all\"]".to_owned()));
        let read: Ns = serde_json::from_str("[0,\"all\"]").unwrap();
        assert_eq!(read, "0,all".parse().unwrap());
        for wrong in ["", "a", "2..0", "1..", "-1", "0..99999", "1,,2"] {
            assert_eq!(set(wrong), Err(NsError(wrong.to_owned())));
        }
    }

    #[test]
    fn spans_are_read_and_written() {
        for (text, inside, outside) in [
            ("3", vec![3], vec![2, 4]),
            ("2..4", vec![2, 4], vec![1, 5]),
            ("2..", vec![2, 1000], vec![1]),
            ("..4", vec![0, 4], vec![5]),
        ] {
            let span: Span = text.parse().unwrap();
            assert!(inside.into_iter().all(|number| span.contains(number)));
            assert!(!outside.into_iter().any(|number| span.contains(number)));
            assert_eq!(String::from(span).parse(), Ok(span));
        }
        for wrong in ["", "..", "a", "4..2", "-1"] {
            assert_eq!(wrong.parse::<Span>(), Err(SpanError(wrong.to_owned())));
        }
    }
}
