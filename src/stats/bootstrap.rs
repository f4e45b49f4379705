//! Intervals by resampling whole clusters.
//!
//! Attempts at one task have their task in common, and tasks of one paper their paper; so trials say
//! less than as many independent ones would. A draw takes as many papers as there are, with
//! replacement, each with all that is of it. Tasks aren't drawn again within a paper: what differs
//! between papers has what differs between their tasks in it already, and would count twice. Where
//! there is one paper, its tasks are the clusters.
//!
//! Of few papers there are few different draws, whose percentiles lie too close together. So the
//! interval is Student's, with the draws' deviation as its error, freed of what it lacks of one that
//! divides by n − 1 (T. C. Hesterberg, Am. Stat. 69, 2015, sections 5.2 and 5.3). How often it holds
//! what is known is tested in `coverage.rs`.

use std::collections::BTreeMap;

use super::CONFIDENCE;
use super::interval::Interval;
use super::quantile::student;
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
            for item in cluster {
                weights[*item] += 1;
            }
        }
    }

    /// Whether the items are clusters themselves, since all are of one.
    pub fn are_items(&self) -> bool {
        self.clusters.len() == self.items
    }

    /// Intervals around estimates, from what a draw would have for them: statistics that are computed
    /// together from how often each item is in it. Draws for which there is none don't count. None
    /// where there are no two clusters, or too few draws have a statistic.
    pub fn intervals<const K: usize>(
        &self,
        estimates: [f64; K],
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
        let reach = self.reach();
        Some(std::array::from_fn(|k| {
            let half = reach * deviation(drawn.iter().map(|draw| draw[k]));
            Interval {
                low: estimates[k] - half,
                high: estimates[k] + half,
            }
        }))
    }

    /// The interval of a weighted mean of the items' values.
    pub fn mean(&self, values: &[f64]) -> Option<Interval> {
        let estimate = mean(values, &vec![1; values.len()])?;
        let drawn = |weights: &[u32], _: &mut Random| Some([mean(values, weights)?]);
        self.intervals([estimate], drawn).map(|[interval]| interval)
    }

    /// Deviations of draws from the middle of an interval to its end.
    fn reach(&self) -> f64 {
        let n = self.clusters.len();
        let freedom = u32::try_from(n - 1).unwrap_or(u32::MAX).min(10_000);
        let t = student(0.5 + CONFIDENCE / 2.0, freedom);
        (n as f64 / (n as f64 - 1.0)).sqrt() * t
    }
}

/// The standard deviation of all that there are.
fn deviation(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let count = values.clone().count() as f64;
    let mean = values.clone().sum::<f64>() / count;
    let squares: f64 = values.map(|value| (value - mean).powi(2)).sum();
    (squares / count).sqrt()
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
        let means = (0..n.pow(n as u32)).map(|mut choice| {
            let mut sum = 0.0;
            for _ in 0..n {
                sum += values[choice % n];
                choice /= n;
            }
            sum / n as f64
        });
        means.collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn the_error_is_that_of_all_draws_there_are(values in prop::collection::vec(0.0..1.0f64, 2..6)) {
            let clusters = Clusters::of(0..values.len());
            let found = clusters.mean(&values).unwrap();
            let n = values.len() as f64;
            let centre = values.iter().sum::<f64>() / n;
            prop_assert!((found.low + found.high - 2.0 * centre).abs() < 1e-12);
            // 2000 draws leave a deviation uncertain by 1 part in 60: four times that.
            let close = |half: f64, other: f64| (half - other).abs() <= other / 15.0 + 1e-12;
            let half = found.width() / 2.0;
            let all = deviation(all_means(&values).into_iter());
            prop_assert!(close(half, clusters.reach() * all), "{half} {all}");
            // Which is Student's interval for a mean.
            let squares: f64 = values.iter().map(|value| (value - centre).powi(2)).sum();
            let t = student(0.5 + CONFIDENCE / 2.0, values.len() as u32 - 1);
            prop_assert!(close(half, t * (squares / (n - 1.0) / n).sqrt()), "{half}");
        }

        #[test]
        fn a_draw_has_as_many_clusters_as_there_are(keys in prop::collection::vec(0u8..4, 1..12), seed: u64) {
            let clusters = Clusters::of(&keys);
            let mut weights = vec![0; keys.len()];
            clusters.draw(&mut Random::new(seed), &mut weights);
            let sizes: Vec<u32> = (0..4).map(|key| keys.iter().filter(|it| **it == key).count() as u32).collect();
            let papers = sizes.iter().filter(|size| **size > 0).count();
            if papers > 1 {
                // All tasks of a paper are drawn as often as it is, and that adds up to a draw.
                let mut drawn = 0;
                for key in (0..4u8).filter(|key| sizes[usize::from(*key)] > 0) {
                    let mut of = keys.iter().zip(&weights).filter(|(it, _)| **it == key).map(|(_, weight)| *weight);
                    let first = of.next().unwrap();
                    prop_assert!(of.all(|weight| weight == first));
                    drawn += first;
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
