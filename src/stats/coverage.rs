//! How often intervals hold the truth, where it is known: of `sim:P`, which is right on n functions
//! with probability Pⁿ at each attempt anew, and of models that are better at some papers and tasks
//! than at others.

use super::quantile::{normal, student};
use super::{CONFIDENCE, Clusters, Random, wilson};

/// Sweeps of each kind.
const SWEEPS: u64 = 300;

/// A kind of sweep.
struct Kind {
    papers: usize,
    /// Tasks of each, and attempts at each.
    tasks: usize,
    attempts: u64,
    /// The chance at a task that is neither hard nor easy, as `sim:P` at some n has it.
    chance: f64,
    /// How far papers, and tasks within them, differ: standard deviations of the logit.
    by_paper: f64,
    by_task: f64,
}

const fn kind(papers: usize, tasks: usize, attempts: u64, chance: f64, by: [f64; 2]) -> Kind {
    Kind {
        papers,
        tasks,
        attempts,
        chance,
        by_paper: by[0],
        by_task: by[1],
    }
}

const KINDS: [Kind; 10] = [
    kind(12, 3, 5, 0.6, [0.0, 0.0]),
    kind(12, 3, 5, 0.36, [0.0, 0.0]),
    kind(12, 3, 5, 0.35, [0.0, 0.0]),
    kind(12, 3, 5, 0.59, [0.0, 0.0]),
    kind(12, 3, 5, 0.6, [0.0, 1.0]),
    kind(12, 3, 5, 0.6, [1.0, 0.0]),
    kind(12, 3, 5, 0.35, [1.0, 1.0]),
    kind(5, 4, 3, 0.6, [0.0, 0.0]),
    kind(5, 4, 3, 0.6, [1.0, 1.0]),
    kind(3, 6, 5, 0.5, [1.0, 0.0]),
];

/// The chance on average over papers and tasks.
fn truth(kind: &Kind) -> f64 {
    // Both differ normally, so their sum does: its quantiles, each as likely.
    let deviation = kind.by_paper.hypot(kind.by_task);
    const PARTS: u32 = 1000;
    let parts = (0..PARTS).map(|part| {
        let z = normal((f64::from(part) + 0.5) / f64::from(PARTS));
        chance(kind.chance, deviation * z)
    });
    parts.sum::<f64>() / f64::from(PARTS)
}

/// A chance, so much further on the scale of logits.
fn chance(middle: f64, by: f64) -> f64 {
    1.0 / (1.0 + (1.0 / middle - 1.0) * (-by).exp())
}

fn normally(random: &mut Random) -> f64 {
    normal((random.below(1 << 20) as f64 + 0.5) / f64::from(1 << 20))
}

/// How many are right of each task's attempts.
fn sweep(kind: &Kind, random: &mut Random) -> Vec<u64> {
    let mut counts = Vec::new();
    for _ in 0..kind.papers {
        let paper = kind.by_paper * normally(random);
        for _ in 0..kind.tasks {
            let by = paper + kind.by_task * normally(random);
            counts.push(random.binomial(kind.attempts, chance(kind.chance, by)));
        }
    }
    counts
}

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
fn intervals_hold_the_truth_as_often_as_they_say_and_are_no_wider_than_that_takes() {
    for (number, kind) in KINDS.iter().enumerate() {
        let tasks = kind.papers * kind.tasks;
        let clusters = Clusters::of((0..tasks).map(|task| task / kind.tasks));
        let all = tasks as u64 * kind.attempts;
        let truth = truth(kind);
        let (mut by_wilson, mut by_clusters, mut by_both) = (0, 0, 0);
        let (mut width, mut squares) = (0.0, 0.0);
        for sweep_number in 0..SWEEPS {
            let mut random = Random::new(number as u64 * SWEEPS + sweep_number);
            let counts = sweep(kind, &mut random);
            let shares: Vec<f64> = counts
                .iter()
                .map(|count| *count as f64 / kind.attempts as f64)
                .collect();
            let independent = wilson(counts.iter().sum(), all).unwrap();
            let clustered = clusters.mean(&shares).unwrap();
            by_wilson += u64::from(independent.holds(truth));
            by_clusters += u64::from(clustered.holds(truth));
            by_both += u64::from(independent.hull(clustered).holds(truth));
            width += clustered.width() / SWEEPS as f64;
            let rate = shares.iter().sum::<f64>() / tasks as f64;
            squares += (rate - truth).powi(2) / SWEEPS as f64;
        }
        // As wide as Student's interval is whose error is how far rates really are from the truth.
        let t = student(0.5 + CONFIDENCE / 2.0, kind.papers as u32 - 1);
        let needed = 2.0 * t * squares.sqrt();
        let told = format!(
            "{} papers of {} tasks with {} attempts, {} ± {} ± {}: held by Wilson {by_wilson}, by papers \
             {by_clusters}, by both {by_both} of {SWEEPS}; {width:.3} wide, {needed:.3} needed",
            kind.papers, kind.tasks, kind.attempts, kind.chance, kind.by_paper, kind.by_task,
        );
        if kind.by_paper == 0.0 && kind.by_task == 0.0 {
            let expected = exactly(all, truth);
            assert!((expected - CONFIDENCE).abs() < 0.02, "{told}: {expected}");
            let wanted = SWEEPS as f64 * expected;
            assert!(
                (by_wilson as f64 - wanted).abs() < slack(expected),
                "{told}, not {wanted:.0} by Wilson"
            );
        }
        // Three papers that differ a lot are too few for Student's assumptions.
        let share = if kind.papers < 5 { 0.92 } else { CONFIDENCE };
        let least = SWEEPS as f64 * share - slack(share);
        assert!(by_clusters as f64 > least, "{told}, not {least:.0}");
        assert!(by_both >= by_wilson.max(by_clusters), "{told}");
        // A deviation estimated from a few papers is a little small on average.
        assert!((0.7..1.2).contains(&(width / needed)), "{told}");
        println!("{told}");
    }
}
