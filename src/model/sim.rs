//! A model whose truth is known: it writes each function right with a given probability, and else
//! code that is known to miss the paper's numbers.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use crate::task::{Function, Mutant, Task, TaskError};

/// A probability, in millionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Share(u32);

impl Share {
    pub const CERTAIN: Share = Share(Share::ONE);
    const ONE: u32 = 1_000_000;
}

impl FromStr for Share {
    type Err = ();

    /// A decimal from 0 to 1 with at most six digits behind the point.
    fn from_str(text: &str) -> Result<Share, ()> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
        let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !all_digits(whole) || !all_digits(decimals) || decimals.len() > 6 {
            return Err(());
        }
        let whole: u32 = whole.parse().map_err(|_| ())?;
        let decimals: u32 = format!("{decimals:0<6}").parse().map_err(|_| ())?;
        let share = whole.checked_mul(Share::ONE).ok_or(())? + decimals;
        match share <= Share::ONE {
            true => Ok(Share(share)),
            false => Err(()),
        }
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, decimals) = (self.0 / Share::ONE, self.0 % Share::ONE);
        let decimals = format!("{decimals:06}");
        match decimals.trim_end_matches('0') {
            "" => write!(f, "{whole}"),
            decimals => write!(f, "{whole}.{decimals}"),
        }
    }
}

/// The masked files as the model writes them: each masked function is right with probability
/// `right`, independently of the others, of other tasks and of other attempts; else it is a mutant
/// that the paper's audit saw fail on every experiment that calls it. So an attempt at a task of n
/// functions is right with probability `right`ⁿ.
pub fn simulated(
    task: &Task,
    right: Share,
    seed: u64,
    attempt: u32,
) -> Result<BTreeMap<String, String>, TaskError> {
    let pristine = task.paper().code()?;
    let source = |file: &str| {
        let bytes = pristine.get(file).map_or(&[][..], Vec::as_slice);
        String::from_utf8_lossy(bytes).into_owned()
    };
    let mut edits: BTreeMap<&str, Vec<Mutant>> = BTreeMap::new();
    for function in task.functions() {
        let of_file = edits.entry(&function.file).or_default();
        let mut draws = draws(task, seed, attempt, function);
        if draws.share() < right {
            continue;
        }
        let mut wrong = task.paper().failing(function, &source(&function.file))?;
        of_file.push(wrong.swap_remove(draws.below(wrong.len())));
    }
    let files = edits.into_iter().map(|(file, mut mutants)| {
        let mut text = source(file);
        // From the end, so that what is still to be changed stays where it is.
        mutants.sort_by_key(|mutant| std::cmp::Reverse(mutant.at));
        let mut untouched = text.len();
        for mutant in mutants {
            let end = mutant.at + mutant.before.len();
            // One function within another may have been changed at the same place: once is wrong.
            if end <= untouched {
                text.replace_range(mutant.at..end, &mutant.after);
                untouched = mutant.at;
            }
        }
        (file.to_owned(), text)
    });
    Ok(files.collect())
}

/// Numbers that follow from what they are drawn for.
struct Draws(blake3::OutputReader);

fn draws(task: &Task, seed: u64, attempt: u32, function: &Function) -> Draws {
    let mut hasher = blake3::Hasher::new_derive_key("autoexp 2026 draws of a simulated model");
    hasher.update(&seed.to_le_bytes());
    hasher.update(&attempt.to_le_bytes());
    for text in [&task.id().to_string(), &function.file, &function.name] {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    Draws(hasher.finalize_xof())
}

impl Draws {
    /// Uniform below 2⁶⁴.
    fn next(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    /// Uniform below 1, in steps of a share's.
    fn share(&mut self) -> Share {
        Share(self.below(Share::ONE as usize) as u32)
    }

    /// Uniform below a small number.
    fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.next()) * bound as u128) >> 64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_read_and_written() {
        for (text, written) in [("0.6", "0.6"), ("1", "1"), ("0.350", "0.35"), ("0", "0")] {
            assert_eq!(text.parse::<Share>().unwrap().to_string(), written);
        }
        for wrong in [
            "",
            "1.1",
            "-0.1",
            ".5",
            "0.1234567",
            "1.000001",
            "9999999999",
        ] {
            assert!(wrong.parse::<Share>().is_err(), "{wrong}");
        }
    }
}
