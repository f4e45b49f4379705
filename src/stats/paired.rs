//! Two models or settings on the same trials.

use serde::Serialize;

use super::CONFIDENCE;
use super::bootstrap::Clusters;
use super::interval::Interval;
use super::quantile::normal;

/// One trial of both: the same task and attempt.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair<P> {
    pub paper: P,
    pub task: P,
    pub first: bool,
    pub second: bool,
}

/// How two compare.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Paired {
    pub pairs: u64,
    /// Right in both, in the first alone, in the second alone.
    pub both: u64,
    pub first_alone: u64,
    pub second_alone: u64,
    /// The second's share minus the first's.
    pub difference: f64,
    /// Of the difference: the smallest interval that holds the one for independent pairs and the one
    /// by clusters.
    pub interval: Interval,
    /// Exact, two-sided: the chance of discordant pairs at least as one-sided if neither were better.
    pub p: f64,
}

/// Compares two on pairs of trials; none without a pair.
pub fn paired<P: Ord + Clone>(pairs: &[Pair<P>]) -> Option<Paired> {
    let count = |first, second| {
        let alike = pairs
            .iter()
            .filter(|it| (it.first, it.second) == (first, second));
        alike.count() as u64
    };
    let all = pairs.len() as u64;
    let (first_alone, second_alone) = (count(true, false), count(false, true));
    let by_pairs = bonett_price(first_alone, second_alone, all)?;
    let difference = (second_alone as f64 - first_alone as f64) / all as f64;
    let interval = match by_clusters(pairs, difference) {
        Some(by_clusters) => by_pairs.hull(by_clusters.within(-1.0, 1.0)),
        None => by_pairs,
    };
    Some(Paired {
        pairs: all,
        both: count(true, true),
        first_alone,
        second_alone,
        difference,
        interval,
        p: mcnemar(first_alone, second_alone),
    })
}

/// McNemar's test, exact: under the hypothesis that neither is better, the discordant pairs fall to
/// either side like coins (Q. McNemar, Psychometrika 12, 1947).
pub fn mcnemar(first_alone: u64, second_alone: u64) -> f64 {
    let (all, less) = (first_alone + second_alone, first_alone.min(second_alone));
    // Each term of the binomial from the one before, as logarithms: 2^-n of many is no number.
    let mut term = -(all as f64) * std::f64::consts::LN_2;
    let mut tail = 0.0;
    for right in 0..=less {
        tail += term.exp();
        term += ((all - right) as f64 / (right + 1) as f64).ln();
    }
    (2.0 * tail).min(1.0)
}

/// The adjusted Wald interval of a difference of paired shares (D. G. Bonett, R. M. Price, J. Educ.
/// Behav. Stat. 37, 2012): good for few pairs too.
fn bonett_price(first_alone: u64, second_alone: u64, all: u64) -> Option<Interval> {
    if all == 0 {
        return None;
    }
    let n = all as f64 + 2.0;
    let (first, second) = (
        (first_alone as f64 + 1.0) / n,
        (second_alone as f64 + 1.0) / n,
    );
    let difference = second - first;
    let z = normal(0.5 + CONFIDENCE / 2.0);
    let half = z * ((first + second - difference * difference) / n).sqrt();
    Some(Interval {
        low: (difference - half).max(-1.0),
        high: (difference + half).min(1.0),
    })
}

fn by_clusters<P: Ord + Clone>(pairs: &[Pair<P>], difference: f64) -> Option<Interval> {
    // By task, so that its attempts stay together.
    let mut tasks: std::collections::BTreeMap<(&P, &P), (f64, f64)> = Default::default();
    for pair in pairs {
        let (sum, all) = tasks.entry((&pair.paper, &pair.task)).or_default();
        *sum += f64::from(u8::from(pair.second)) - f64::from(u8::from(pair.first));
        *all += 1.0;
    }
    let clusters = Clusters::of(tasks.keys().map(|(paper, _)| *paper));
    let sums: Vec<(f64, f64)> = tasks.into_values().collect();
    let drawn = |weights: &[u32], _: &mut _| {
        let weighted = sums.iter().zip(weights);
        let (sum, all) = weighted.fold((0.0, 0.0), |(sum, all), (task, weight)| {
            let weight = f64::from(*weight);
            (sum + weight * task.0, all + weight * task.1)
        });
        (all > 0.0).then(|| [sum / all])
    };
    clusters
        .intervals([difference], drawn)
        .map(|[interval]| interval)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn mcnemar_is_the_share_of_all_ways_the_coins_can_fall(first in 0u64..9, second in 0u64..9) {
            let all = first + second;
            let apart = first.abs_diff(second);
            let ways = (0u64..1 << all).filter(|way| {
                let ones = u64::from(way.count_ones());
                ones.abs_diff(all - ones) >= apart
            });
            let share = ways.count() as f64 / (1u64 << all) as f64;
            prop_assert!((mcnemar(first, second) - share).abs() < 1e-12);
            prop_assert_eq!(mcnemar(first, second), mcnemar(second, first));
        }

        #[test]
        fn the_difference_is_that_of_the_shares(pairs in prop::collection::vec((0u8..3, 0u8..3, any::<bool>(), any::<bool>()), 1..40)) {
            let pairs: Vec<Pair<u8>> = pairs.into_iter().map(|(paper, task, first, second)| Pair { paper, task, first, second }).collect();
            let found = paired(&pairs).unwrap();
            let share = |of: fn(&Pair<u8>) -> bool| pairs.iter().filter(|it| of(it)).count() as f64 / pairs.len() as f64;
            prop_assert!((found.difference - (share(|it| it.second) - share(|it| it.first))).abs() < 1e-12);
            prop_assert!(found.interval.holds(found.difference));
            let turned: Vec<Pair<u8>> = pairs.iter().map(|it| Pair { first: it.second, second: it.first, ..it.clone() }).collect();
            let turned = paired(&turned).unwrap();
            prop_assert_eq!((turned.difference, turned.p), (-found.difference, found.p));
        }
    }

    #[test]
    fn many_discordant_pairs_are_counted_too() {
        assert!((mcnemar(10_000, 10_000) - 1.0).abs() < 1e-9);
        assert!(mcnemar(5_000, 15_000) < 1e-300);
        // R: mcnemar.exact, 1 against 9.
        assert!((mcnemar(1, 9) - 0.021484375).abs() < 1e-12);
        assert_eq!(paired::<u8>(&[]), None);
    }
}
