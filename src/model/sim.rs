//! A model whose truth is known: it writes each function right with a given probability, and else
//! code that is known to miss the paper's numbers.

use std::collections::BTreeMap;

use super::Share;
use crate::task::{Function, Mutant, Task, TaskError};

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
