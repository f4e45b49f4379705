//! Intervals by resampling whole clusters.
//!
//! Attempts at one task have their task in common, and tasks of one paper their paper; so trials say
//! less than as many independent ones would. A draw takes as many papers as there are, with
//! replacement, and of each as many tasks, with replacement; the attempts at a task stay together.
//! Where there is one paper, its tasks are the clusters.
//!
//! With few clusters the percentiles of the draws are too narrow. So those further out are taken,
//! as far as an interval by Student's t is wider than one by the normal distribution that divides by
//! n (T. C. Hesterberg, Am. Stat. 69, 2015, section 5.3).

use std::collections::BTreeMap;

use super::CONFIDENCE;
use super::interval::Interval;
use super::quantile::{normal_below, student};
use super::random::Random;

/// How often is drawn.
pub const DRAWS: usize = 2000;
const SEED: u64 = 250_619_724;

/// Items (tasks) by the cluster (paper) that they are in.
#[derive(Clone, Debug)]
pub struct Clusters {
    items: usize,
    clusters: Vec<Vec<usize>>,
}

impl Clusters {
    /// From the cluster of each item.
    pub fn of<K: Ord>(keys: impl IntoIterator<Item = K>) -> Clusters {
        let mut clusters: BTreeMap<K, Vec<usize>> = BTreeMap::new();
        let mut items = 0;
        for key in keys {
            clusters.entry(key).or_default().push(items);
            items += 1;
        }
        let mut clusters: Vec<Vec<usize>> = clusters.into_values().collect();
        if let [one] = clusters.as_slice() {
            clusters = one.iter().map(|item| vec![*item]).collect();
        }
        Clusters { items, clusters }
    }

    /// Clusters that are drawn.
    pub fn len(&self) -> usize {
        self.clusters.len()
    }

    pub fn is_empty(&self) -> bool {
        self.clusters.is_empty()
    }

    /// How often each item is in one draw.
    fn draw(&self, random: &mut Random, weights: &mut [u32]) {
        weights.fill(0);
        for _ in &self.clusters {
            let cluster = &self.clusters[random.below(self.clusters.len())];
            for _ in cluster {
                weights[cluster[random.below(cluster.len())]] += 1;
            }
        }
    }

    /// Intervals of statistics that are computed from one draw together, from how often each item is
    /// in it. Draws for which there is none don't count. None where there are no two clusters, or too
    /// few draws have a statistic.
    pub fn intervals<const K: usize>(
        &self,
        mut statistics: impl FnMut(&[u32], &mut Random) -> Option<[f64; K]>,
    ) -> Option<[Interval; K]> {
        if self.clusters.len() < 2 {
            return None;
        }
        let mut random = Random::new(SEED);
        let mut weights = vec![0; self.items];
        let mut drawn: Vec<[f64; K]> = Vec::with_capacity(DRAWS);
        for _ in 0..DRAWS {
            self.draw(&mut random, &mut weights);
            drawn.extend(statistics(&weights, &mut random));
        }
        if drawn.len() < DRAWS / 2 {
            return None;
        }
        let outside = self.outside();
        Some(std::array::from_fn(|k| {
            let mut values: Vec<f64> = drawn.iter().map(|draw| draw[k]).collect();
            values.sort_unstable_by(f64::total_cmp);
            let last = values.len() - 1;
            let at = ((outside * values.len() as f64).floor() as usize).min(last / 2);
            Interval {
                low: values[at],
                high: values[last - at],
            }
        }))
    }

    /// The interval of a weighted mean of the items' values.
    pub fn mean(&self, values: &[f64]) -> Option<Interval> {
        let mean = |weights: &[u32], _: &mut Random| Some([mean(values, weights)?]);
        self.intervals(mean).map(|[interval]| interval)
    }

    /// The share of draws below the interval, and above.
    fn outside(&self) -> f64 {
        let n = self.clusters.len();
        let freedom = u32::try_from(n - 1).unwrap_or(u32::MAX).min(10_000);
        let t = student(0.5 + CONFIDENCE / 2.0, freedom);
        normal_below(-(n as f64 / (n as f64 - 1.0)).sqrt() * t)
    }
}

/// A mean with weights; none where they are all 0.
pub(super) fn mean(values: &[f64], weights: &[u32]) -> Option<f64> {
    let all: u32 = weights.iter().sum();
    let sum: f64 = values
        .iter()
        .zip(weights)
        .map(|(value, weight)| value * f64::from(*weight))
        .sum();
    (all > 0).then(|| sum / f64::from(all))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// All means that a draw of one of as many clusters of one item each can have, each as often as
    /// it comes.
    fn all_means(values: &[f64]) -> Vec<f64> {
        let n = values.len();
        let mut means: Vec<f64> = (0..n.pow(n as u32))
            .map(|mut choice| {
                let mut sum = 0.0;
                for _ in 0..n {
                    sum += values[choice % n];
                    choice /= n;
                }
                sum / n as f64
            })
            .collect();
        means.sort_unstable_by(f64::total_cmp);
        means
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn the_percentiles_are_those_of_all_draws_there_are(values in prop::collection::vec(0.0..1.0f64, 2..6)) {
            let clusters = Clusters::of(0..values.len());
            let found = clusters.mean(&values).unwrap();
            let means = all_means(&values);
            // Within what drawing 2000 times leaves to chance: five deviations of the share below.
            let outside = clusters.outside();
            let slack = 5.0 * (outside * (1.0 - outside) / DRAWS as f64).sqrt() + 1.0 / DRAWS as f64;
            let at = |share: f64| means[((share.clamp(0.0, 1.0)) * (means.len() - 1) as f64).round() as usize];
            let tiny = 1e-12;
            prop_assert!(found.low >= at(0.0) - tiny && found.low <= at(outside + slack) + tiny);
            prop_assert!(found.high <= at(1.0) + tiny && found.high >= at(1.0 - outside - slack) - tiny);
            prop_assert!(found.low >= at(outside - slack) - tiny && found.high <= at(1.0 - outside + slack) + tiny);
        }

        #[test]
        fn a_draw_has_as_many_clusters_as_there_are(keys in prop::collection::vec(0u8..4, 1..12), seed: u64) {
            let clusters = Clusters::of(&keys);
            let mut weights = vec![0; keys.len()];
            clusters.draw(&mut Random::new(seed), &mut weights);
            let sizes: Vec<u32> = (0..4).map(|key| keys.iter().filter(|it| **it == key).count() as u32).collect();
            let papers = sizes.iter().filter(|size| **size > 0).count();
            if papers > 1 {
                // Each paper's weight is a multiple of its number of tasks, and they add up to a draw.
                let mut drawn = 0;
                for (key, size) in sizes.iter().enumerate().filter(|(_, size)| **size > 0) {
                    let weight: u32 = keys.iter().zip(&weights).filter(|(it, _)| usize::from(**it) == key).map(|(_, weight)| weight).sum();
                    prop_assert_eq!(weight % size, 0);
                    drawn += weight / size;
                }
                prop_assert_eq!(drawn as usize, papers);
            } else {
                prop_assert_eq!(weights.iter().sum::<u32>() as usize, keys.len());
            }
        }
    }

    #[test]
    fn trials_that_agree_within_papers_say_less() {
        let values: Vec<f64> = (0..40).map(|item| f64::from(item / 20)).collect();
        let mixed: Vec<f64> = (0..40).map(|item| f64::from(item % 2)).collect();
        let clusters = Clusters::of((0..40).map(|item| item / 5));
        let [agreeing, mixed] = [values, mixed].map(|values| clusters.mean(&values).unwrap());
        assert!(
            agreeing.width() > 1.5 * mixed.width(),
            "{agreeing:?} {mixed:?}"
        );
        assert!(Clusters::of([1]).mean(&[0.5]).is_none());
        assert!(Clusters::of([0u8; 0]).is_empty());
    }
}
