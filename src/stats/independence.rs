//! What would come of functions that fail independently, beside what came.
//!
//! A task of n functions would be right with the product of the chances of its functions, each as it
//! was measured with that function masked alone. Where more functions are right together than that,
//! or fewer, they aren't independent for the model: it loses the thread, or what helps with one helps
//! with another.

use std::collections::BTreeMap;

use serde::Serialize;

use super::bootstrap::{Clusters, DRAWS, mean};
use super::interval::Interval;
use super::random::Random;

/// The fewest attempts that a function's own rate may rest on.
pub const FEWEST: u64 = 5;
const SEED: u64 = 31_415;

/// A task and how often it was right.
#[derive(Clone, Debug, PartialEq)]
pub struct Counted<P, F> {
    pub paper: P,
    /// The masked functions.
    pub functions: Vec<F>,
    pub attempts: u64,
    pub right: u64,
}

impl<P, F> Counted<P, F> {
    fn share(&self) -> f64 {
        self.right as f64 / self.attempts as f64
    }

    /// The share, off the ends (H. Jeffreys): of what was always right in few attempts it isn't known
    /// that it always would be.
    fn shrunk(&self) -> f64 {
        (self.right as f64 + 0.5) / (self.attempts as f64 + 1.0)
    }
}

/// The baseline beside what was observed, over the same tasks.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Independence {
    /// Tasks that both sides are over, and those left out, since a rate of theirs would rest on fewer
    /// than [`FEWEST`] attempts.
    pub tasks: usize,
    pub refused: usize,
    /// Means over the tasks.
    pub observed: f64,
    pub baseline: f64,
    /// By clusters; none where there are no two.
    pub observed_interval: Option<Interval>,
    pub baseline_interval: Option<Interval>,
    pub difference_interval: Option<Interval>,
    /// The chance of as little or less being right if the functions were independent.
    pub p_steeper: f64,
}

/// Holds tasks against the rates of their functions, each masked alone. None where every task is
/// refused.
pub fn independence<P: Ord, F: Ord>(
    tasks: &[Counted<P, F>],
    alone: &[Counted<P, F>],
) -> Option<Independence> {
    let rates: BTreeMap<&F, (usize, &Counted<P, F>)> = alone
        .iter()
        .filter(|single| single.attempts >= FEWEST)
        .enumerate()
        .filter_map(|(place, single)| match single.functions.as_slice() {
            [function] => Some((function, (place, single))),
            _ => None,
        })
        .collect();
    let rated: Vec<(&Counted<P, F>, Vec<usize>)> = tasks
        .iter()
        .filter(|task| task.attempts > 0)
        .filter_map(|task| {
            let places = task.functions.iter();
            let places: Option<Vec<usize>> = places.map(|it| Some(rates.get(it)?.0)).collect();
            Some((task, places?))
        })
        .collect();
    if rated.is_empty() {
        return None;
    }
    let singles: BTreeMap<usize, &Counted<P, F>> = rates.into_values().collect();
    let product = |places: &[usize], rates: &BTreeMap<usize, f64>| -> f64 {
        places.iter().map(|place| rates[place]).product()
    };
    let of_singles = |rate: fn(&Counted<P, F>) -> f64| -> BTreeMap<usize, f64> {
        let rates = singles.iter().map(|(place, single)| (*place, rate(single)));
        rates.collect()
    };
    let measured = of_singles(Counted::share);
    let shrunk = of_singles(Counted::shrunk);
    // The rates as they might have been measured, too.
    let redrawn = |random: &mut Random| -> BTreeMap<usize, f64> {
        let again = singles.iter().map(|(place, single)| {
            let right = random.binomial(single.attempts, shrunk[place]);
            (*place, right as f64 / single.attempts as f64)
        });
        again.collect()
    };
    let observed: Vec<f64> = rated.iter().map(|(task, _)| task.share()).collect();
    let baseline: Vec<f64> = rated
        .iter()
        .map(|(_, places)| product(places, &measured))
        .collect();

    let even = vec![1; rated.len()];
    let (seen, expected) = (mean(&observed, &even)?, mean(&baseline, &even)?);
    let clusters = Clusters::of(rated.iter().map(|(task, _)| &task.paper));
    let intervals = clusters.intervals([seen, expected, seen - expected], |weights, random| {
        // Papers come with their functions, and those with how they were measured; of one paper's
        // tasks, several have functions in common.
        let products = match clusters.are_items() {
            false => None,
            true => {
                let rates = redrawn(random);
                let all = rated.iter().map(|(_, places)| product(places, &rates));
                Some(all.collect::<Vec<_>>())
            }
        };
        let products = products.as_ref().unwrap_or(&baseline);
        let (seen, expected) = (mean(&observed, weights)?, mean(products, weights)?);
        Some([seen, expected, seen - expected])
    });
    let [observed_interval, baseline_interval, difference_interval] = match intervals {
        None => [None; 3],
        Some([seen, expected, difference]) => [
            Some(seen.within(0.0, 1.0)),
            Some(expected.within(0.0, 1.0)),
            Some(difference.within(-1.0, 1.0)),
        ],
    };
    // Were they independent: attempts at the tasks with the products of the chances, and rates
    // measured again, so that what is left to chance on both sides is in the comparison.
    let chances: Vec<f64> = rated
        .iter()
        .map(|(_, places)| product(places, &shrunk))
        .collect();
    let mut random = Random::new(SEED);
    let as_little = (0..DRAWS).filter(|_| {
        let rates = redrawn(&mut random);
        let gap = rated.iter().zip(&chances).map(|((task, places), chance)| {
            let right = random.binomial(task.attempts, *chance) as f64 / task.attempts as f64;
            right - product(places, &rates)
        });
        gap.sum::<f64>() / rated.len() as f64 <= seen - expected + 1e-12
    });
    let p_steeper = (as_little.count() + 1) as f64 / (DRAWS + 1) as f64;
    Some(Independence {
        tasks: rated.len(),
        refused: tasks.len() - rated.len(),
        observed: seen,
        baseline: expected,
        observed_interval,
        baseline_interval,
        difference_interval,
        p_steeper,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Task = Counted<u32, u32>;

    /// Attempts at tasks over papers of five functions, each right with its chance; all of a task's
    /// functions together with another chance, where `together` says so.
    fn sweep(
        random: &mut Random,
        papers: u32,
        attempts: u64,
        together: impl Fn(f64) -> f64,
    ) -> (Vec<Task>, Vec<Task>) {
        let chance = |function: u32| 0.5 + 0.08 * f64::from(function % 5);
        let mut task = |paper, functions: Vec<u32>| {
            let all: f64 = functions.iter().map(|it| chance(*it)).product();
            let right = random.binomial(
                attempts,
                if functions.len() == 1 {
                    all
                } else {
                    together(all)
                },
            );
            Task {
                paper,
                functions,
                attempts,
                right,
            }
        };
        let mut tasks = Vec::new();
        let mut alone = Vec::new();
        for paper in 0..papers {
            let functions: Vec<u32> = (0..5).map(|it| paper * 5 + it).collect();
            for (at, first) in functions.iter().enumerate() {
                alone.push(task(paper, vec![*first]));
                for second in &functions[at + 1..] {
                    tasks.push(task(paper, vec![*first, *second]));
                }
            }
        }
        (tasks, alone)
    }

    #[test]
    fn a_cliff_is_found_where_there_is_one_and_seldom_where_there_is_none() {
        let mut random = Random::new(7);
        let (mut false_alarms, mut found, mut covered) = (0, 0, 0);
        for _ in 0..200 {
            let (tasks, alone) = sweep(&mut random, 6, 5, |chance| chance);
            let none = independence(&tasks, &alone).unwrap();
            false_alarms += u32::from(none.p_steeper < 0.05);
            covered += u32::from(none.difference_interval.unwrap().holds(0.0));
            let (tasks, alone) = sweep(&mut random, 6, 5, |chance| chance / 2.0);
            found += u32::from(independence(&tasks, &alone).unwrap().p_steeper < 0.05);
        }
        assert!(false_alarms <= 20, "{false_alarms} of 200");
        // 95 % of 200, less four deviations of that.
        assert!(covered >= 178, "{covered} of 200");
        assert!(found >= 190, "{found} of 200");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn the_baseline_is_the_mean_of_the_products(counts in prop::collection::vec(0u64..=9, 4), few in 0usize..4) {
            let alone: Vec<Task> = counts.iter().enumerate().map(|(at, right)| Task {
                paper: at as u32 % 2,
                functions: vec![at as u32],
                attempts: if at == few { FEWEST - 1 } else { 9 },
                right: (*right).min(if at == few { FEWEST - 1 } else { 9 }),
            }).collect();
            let masks = [[0, 1], [1, 2], [2, 3], [0, 3], [0, 2], [1, 3]];
            let tasks: Vec<Task> = masks.iter().map(|mask| Task {
                paper: mask[0] % 2,
                functions: mask.to_vec(),
                attempts: 3,
                right: u64::from(mask[1]),
            }).collect();
            let found = independence(&tasks, &alone).unwrap();
            let kept: Vec<&[u32; 2]> = masks.iter().filter(|mask| !mask.contains(&(few as u32))).collect();
            prop_assert_eq!((found.tasks, found.refused), (kept.len(), 6 - kept.len()));
            let rate = |at: u32| alone[at as usize].right as f64 / 9.0;
            let products: f64 = kept.iter().map(|mask| rate(mask[0]) * rate(mask[1])).sum();
            prop_assert!((found.baseline - products / kept.len() as f64).abs() < 1e-12);
            let observed: f64 = kept.iter().map(|mask| f64::from(mask[1]) / 3.0).sum();
            prop_assert!((found.observed - observed / kept.len() as f64).abs() < 1e-12);
        }
    }

    #[test]
    fn rates_of_too_few_attempts_are_refused() {
        let single = |attempts| Task {
            paper: 0,
            functions: vec![0],
            attempts,
            right: 1,
        };
        let task = Task {
            paper: 0,
            functions: vec![0],
            attempts: 1,
            right: 1,
        };
        assert!(independence(std::slice::from_ref(&task), &[single(FEWEST - 1)]).is_none());
        assert!(independence(&[task], &[single(FEWEST)]).is_some());
        assert!(independence::<u32, u32>(&[], &[]).is_none());
    }
}
