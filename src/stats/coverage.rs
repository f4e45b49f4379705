//! How often intervals hold the truth, where it is known: of `sim:P`, which is right on n functions
//! with probability Pⁿ, at each attempt anew.

use super::{CONFIDENCE, Clusters, Random, wilson};

/// Sweeps of each kind.
const SWEEPS: u64 = 300;

/// Papers, tasks of each, attempts at each.
const PAPERS: usize = 12;
const TASKS: usize = 3;
const ATTEMPTS: u64 = 5;

/// What of `SWEEPS` a share may differ from what is expected by chance: four deviations.
fn slack(share: f64) -> f64 {
    4.0 * (SWEEPS as f64 * share * (1.0 - share)).sqrt()
}

/// How often Wilson's interval holds a chance exactly: the sum of the binomial probabilities of the
/// counts whose intervals do.
fn exactly(all: u64, chance: f64) -> f64 {
    let mut probability = (1.0 - chance).powi(all as i32);
    let mut sum = 0.0;
    for right in 0..=all {
        if wilson(right, all).unwrap().holds(chance) {
            sum += probability;
        }
        probability *= (all - right) as f64 / (right + 1) as f64 * chance / (1.0 - chance);
    }
    sum
}

#[test]
fn intervals_hold_the_truth_of_simulated_models_as_often_as_they_say() {
    let papers = (0..PAPERS * TASKS).map(|task| task / TASKS);
    let clusters = Clusters::of(papers);
    let all = (PAPERS * TASKS) as u64 * ATTEMPTS;
    for (kind, (right, n)) in [(0.6_f64, 1), (0.6, 2), (0.35, 1), (0.9, 5)]
        .into_iter()
        .enumerate()
    {
        let truth = right.powi(n);
        let (mut by_wilson, mut by_clusters, mut by_both) = (0, 0, 0);
        for sweep in 0..SWEEPS {
            let mut random = Random::new(kind as u64 * SWEEPS + sweep);
            let counts: Vec<u64> = (0..PAPERS * TASKS)
                .map(|_| random.binomial(ATTEMPTS, truth))
                .collect();
            let shares: Vec<f64> = counts
                .iter()
                .map(|count| *count as f64 / ATTEMPTS as f64)
                .collect();
            let independent = wilson(counts.iter().sum(), all).unwrap();
            let clustered = clusters.mean(&shares).unwrap();
            by_wilson += u64::from(independent.holds(truth));
            by_clusters += u64::from(clustered.holds(truth));
            by_both += u64::from(independent.hull(clustered).holds(truth));
        }
        let told = format!(
            "sim:{right} at n = {n}: {by_wilson}, {by_clusters}, {by_both} of {SWEEPS} sweeps"
        );
        let expected = exactly(all, truth);
        assert!((expected - CONFIDENCE).abs() < 0.02, "{told}: {expected}");
        let wanted = SWEEPS as f64 * expected;
        assert!(
            (by_wilson as f64 - wanted).abs() < slack(expected),
            "{told}, not {wanted:.0} by Wilson"
        );
        // The bootstrap draws papers and then tasks of them, which where tasks have nothing in
        // common makes it too wide rather than too narrow.
        let least = SWEEPS as f64 * CONFIDENCE - slack(CONFIDENCE);
        assert!(by_clusters as f64 > least, "{told}, not {least:.0}");
        assert!(by_both >= by_wilson.max(by_clusters), "{told}");
        println!("{told}");
    }
}
