//! A part of a run, for one of several machines that share no folder.

use std::str::FromStr;

use crate::trial::TrialId;

/// The `number`th of `of` parts, from 1. Which part a trial is in follows from its id alone, so
/// trials that are added move none of the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    number: u64,
    of: u64,
}

/// A text that is no [`Shard`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no part of a run; write 1/4 for the first of four")]
pub struct ShardError(String);

impl Shard {
    pub fn holds(self, trial: &TrialId) -> bool {
        Shard::holding(trial, self.of) == self.number
    }

    /// The number of the part, out of so many, that a trial is in.
    pub(super) fn holding(trial: &TrialId, of: u64) -> u64 {
        let mut hasher = blake3::Hasher::new_derive_key("autoexp 2026 shard of a run");
        hasher.update(trial.as_str().as_bytes());
        let mut word = [0; 8];
        hasher.finalize_xof().fill(&mut word);
        u64::from_le_bytes(word) % of + 1
    }
}

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Shard, ShardError> {
        let wrong = || ShardError(text.to_owned());
        let (number, of) = text.split_once('/').ok_or_else(wrong)?;
        let number = number.trim().parse().map_err(|_| wrong())?;
        let of = of.trim().parse().map_err(|_| wrong())?;
        match (1..=of).contains(&number) {
            true => Ok(Shard { number, of }),
            false => Err(wrong()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_read_as_written() {
        assert_eq!("2/3".parse(), Ok(Shard { number: 2, of: 3 }));
        for wrong in ["", "1", "0/3", "4/3", "1/0", "a/b", "-1/2"] {
            assert_eq!(wrong.parse::<Shard>(), Err(ShardError(wrong.to_owned())));
        }
    }
}
