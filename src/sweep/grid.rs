//! What was asked for.

use std::collections::BTreeSet;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::model::ModelName;
use crate::task::{Sample, TaskId};
use crate::trial::Settings;

/// A grid of trials: every model at every task, so many times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grid {
    pub models: Vec<ModelName>,
    /// Papers (written as their n = 0 task) whose tasks of every wanted n are meant, and single
    /// tasks; all papers where there are none.
    pub tasks: Vec<TaskId>,
    pub n: Ns,
    /// At most so many tasks of each n, chosen by their hashes; all where there is none.
    pub sample: Option<Sample>,
    pub attempts: u32,
    pub settings: Settings,
}

impl Grid {
    /// A name for a run of this grid, the same each time.
    pub fn name(&self) -> String {
        // A struct of strings and numbers: always serialisable.
        let json = serde_json::to_vec(self).unwrap_or_default();
        format!("eval-{}", &blake3::hash(&json).to_hex()[..8])
    }
}

/// How many functions to mask: a set of numbers, written `2`, `0..2` (both ends included) or
/// `0,2..4`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ns(pub BTreeSet<usize>);

/// A text that is no set of numbers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no number of masked functions; write 2, 0..2 (both ends included) or 0,2..4")]
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
            let (first, last) = match part.split_once("..") {
                Some((first, last)) => (number(first)?, number(last)?),
                None => (number(part)?, number(part)?),
            };
            if first > last {
                return Err(wrong());
            }
            numbers.extend(first..=last);
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
                .map(|ns| ns.0.into_iter().collect::<Vec<_>>())
        };
        assert_eq!(set("2"), Ok(vec![2]));
        assert_eq!(set("0..2"), Ok(vec![0, 1, 2]));
        assert_eq!(set("4, 0..1,1"), Ok(vec![0, 1, 4]));
        for wrong in ["", "a", "2..0", "1..", "-1", "0..99999", "1,,2"] {
            assert_eq!(set(wrong), Err(NsError(wrong.to_owned())));
        }
    }
}
