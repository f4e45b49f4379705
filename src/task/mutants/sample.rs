//! A choice of mutants of all kinds.

use std::collections::BTreeMap;

use super::{Mutant, Operator};

/// At most so many of a function's mutants: of each operator one, then of each a second, and so
/// on; those with the smallest keyed hashes first.
///
/// So the choice is the same everywhere, and a larger one holds a smaller one of the same seed.
/// The order stays.
pub fn sample(mutants: Vec<Mutant>, most: usize, seed: u64) -> Vec<Mutant> {
    let mut groups: BTreeMap<Operator, Vec<([u8; 32], usize)>> = BTreeMap::new();
    for (place, mutant) in mutants.iter().enumerate() {
        let group = groups.entry(mutant.operator).or_default();
        group.push((rank(mutant, seed), place));
    }
    let mut ranked = Vec::new();
    for group in groups.values_mut() {
        group.sort_unstable();
        let rounds = group.iter().enumerate();
        ranked.extend(rounds.map(|(round, &(rank, place))| (round, rank, place)));
    }
    ranked.sort_unstable();
    ranked.truncate(most);

    let mut taken = vec![false; mutants.len()];
    for (.., place) in ranked {
        taken[place] = true;
    }
    let chosen = mutants.into_iter().zip(taken);
    chosen
        .filter_map(|(mutant, taken)| taken.then_some(mutant))
        .collect()
}

fn rank(mutant: &Mutant, seed: u64) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key("autoexp 2026 sample of mutants");
    hasher.update(&seed.to_le_bytes());
    hasher.update(mutant.operator.name().as_bytes());
    hasher.update(mutant.source.as_bytes());
    *hasher.finalize().as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mutant(operator: Operator, number: usize) -> Mutant {
        Mutant {
            at: 0,
            operator,
            line: number,
            before: String::new(),
            after: String::new(),
            source: number.to_string(),
        }
    }

    #[test]
    fn a_sample_has_all_kinds_and_holds_a_smaller_one() {
        let kinds = [Operator::Arithmetic, Operator::Loop, Operator::Axis];
        let mut all: Vec<Mutant> = (0..40).map(|number| mutant(kinds[0], number)).collect();
        all.extend([mutant(kinds[1], 40), mutant(kinds[2], 41)]);

        let three = sample(all.clone(), 3, 7);
        let mut found: Vec<Operator> = three.iter().map(|mutant| mutant.operator).collect();
        found.sort();
        assert_eq!(found, [kinds[0], kinds[2], kinds[1]]);

        let many = sample(all.clone(), 20, 7);
        assert_eq!(many.len(), 20);
        assert!(many.is_sorted_by_key(|mutant| mutant.line));
        assert!(three.iter().all(|mutant| many.contains(mutant)));
        assert_ne!(sample(all.clone(), 20, 8), many);
        assert_eq!(sample(all.clone(), 100, 7), all);
    }

    #[test]
    fn a_sample_stays_what_it_was_once() {
        let all = (0..30).map(|number| mutant(Operator::Constant, number));
        let taken = sample(all.collect(), 5, 1);
        let lines: Vec<String> = taken.iter().map(|mutant| mutant.line.to_string()).collect();
        insta::assert_snapshot!(lines.join(" "), @"0 11 17 24 27");
    }
}
