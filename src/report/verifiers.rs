//! Which of several attempts to trust, without knowing what is right.
//!
//! A verifier gives each attempt at a task a score, from what can be seen without gold; the attempt
//! with the highest counts, and of several with the highest, each as much as any other. What it is
//! worth is how much it recovers of what knowing the right one would bring: of pass@k − pass@1.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde::Serialize;

use super::trial::Trial;

/// Two reported numbers agree if they are no further apart than this, relative to the larger.
const AGREE: f64 = 0.01;

/// How a verifier scores an attempt among others; compared from the first number on.
type Score = fn(&Trial, &[&Trial]) -> Vec<f64>;

const JUDGE: &str = "LLM judge";

const VERIFIERS: [(&str, &str, Score); 5] = [
    (
        "consensus",
        "as many attempts as possible report the same numbers",
        |trial, among| vec![votes(trial, among)],
    ),
    (
        "grounded consensus",
        "of attempts whose numbers the repository as it was left prints again",
        |trial, among| vec![grounded_votes(trial, among)],
    ),
    (
        "execution health",
        "an answer is there, an experiment's run ended well, at once if possible, few replies failed",
        |trial, _| health(trial),
    ),
    (
        JUDGE,
        "whose numbers a language model, reading paper and code, is surest of",
        |trial, _| vec![trial.judged.unwrap_or(-1.0)],
    ),
    (
        "combination",
        "grounded consensus, then consensus, then the judge if there is one, then execution health",
        |trial, among| {
            let mut score = vec![grounded_votes(trial, among), votes(trial, among)];
            score.push(trial.judged.unwrap_or(-1.0));
            score.extend(health(trial));
            score
        },
    ),
];

/// What verifiers come to on tasks with several attempts.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verified {
    /// Tasks with at least two attempts of known outcome.
    pub tasks: usize,
    /// The mean share of verified attempts, and of tasks with one.
    pub first: f64,
    pub any: f64,
    pub by: Vec<By>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct By {
    pub name: &'static str,
    pub rule: &'static str,
    /// How often the attempt that it chooses is verified.
    pub chosen: f64,
    /// Of `any − first`; none where that is 0.
    pub recovered: Option<f64>,
}

/// Has each verifier choose at each task; none where no task has two attempts.
pub fn verifiers(trials: &[&Trial]) -> Option<Verified> {
    let mut tasks: BTreeMap<&str, Vec<&Trial>> = BTreeMap::new();
    for trial in trials.iter().filter(|trial| trial.verified.is_some()) {
        tasks.entry(&trial.task).or_default().push(trial);
    }
    tasks.retain(|_, attempts| attempts.len() > 1);
    if tasks.is_empty() {
        return None;
    }
    let mean = |of: &dyn Fn(&[&Trial]) -> f64| {
        tasks.values().map(|attempts| of(attempts)).sum::<f64>() / tasks.len() as f64
    };
    let first = mean(&|attempts| share_right(attempts));
    let any = mean(&|attempts| f64::from(u8::from(share_right(attempts) > 0.0)));
    let judged = tasks.values().flatten().any(|trial| trial.judged.is_some());
    let there = VERIFIERS
        .iter()
        .filter(|(name, ..)| judged || *name != JUDGE);
    let by = there.map(|(name, rule, score)| {
        let chosen = mean(&|attempts| share_right(&best(attempts, *score)));
        By {
            name,
            rule,
            chosen,
            recovered: (any > first).then(|| (chosen - first) / (any - first)),
        }
    });
    Some(Verified {
        tasks: tasks.len(),
        first,
        any,
        by: by.collect(),
    })
}

fn share_right(attempts: &[&Trial]) -> f64 {
    let right = attempts.iter().filter(|it| it.verified == Some(true));
    right.count() as f64 / attempts.len() as f64
}

/// The attempts with the highest score.
fn best<'a>(attempts: &[&'a Trial], score: Score) -> Vec<&'a Trial> {
    let scores: Vec<Vec<f64>> = attempts.iter().map(|it| score(it, attempts)).collect();
    let compare = |a: &Vec<f64>, b: &Vec<f64>| {
        let pairs = a.iter().zip(b).map(|(a, b)| a.total_cmp(b));
        pairs.fold(Ordering::Equal, Ordering::then)
    };
    let highest = scores
        .iter()
        .max_by(|a, b| compare(a, b))
        .cloned()
        .unwrap_or_default();
    let chosen = attempts.iter().zip(&scores);
    let chosen = chosen.filter(|(_, score)| compare(score, &highest) == Ordering::Equal);
    chosen.map(|(attempt, _)| *attempt).collect()
}

/// How many attempts report the same numbers, this one too; none for one without all numbers.
fn votes(trial: &Trial, among: &[&Trial]) -> f64 {
    among.iter().filter(|other| agree(trial, other)).count() as f64
}

fn grounded_votes(trial: &Trial, among: &[&Trial]) -> f64 {
    let grounded = |it: &Trial| it.grounded == Some(true);
    let votes = among
        .iter()
        .filter(|other| grounded(other) && agree(trial, other));
    match grounded(trial) {
        true => votes.count() as f64,
        false => 0.0,
    }
}

fn agree(a: &Trial, b: &Trial) -> bool {
    let (Some(a), Some(b)) = (&a.reported, &b.reported) else {
        return false;
    };
    let close = |(a, b): (&f64, &f64)| (a - b).abs() <= AGREE * a.abs().max(b.abs());
    a.len() == b.len() && a.iter().zip(b.iter()).all(close)
}

fn health(trial: &Trial) -> Vec<f64> {
    let runs = trial.runs;
    vec![
        f64::from(u8::from(trial.reported.is_some())),
        f64::from(u8::from(
            runs.is_some_and(|it| !it.first_crashed || it.recovered),
        )),
        f64::from(u8::from(runs.is_some_and(|it| !it.first_crashed))),
        -f64::from(trial.corrections),
    ]
}
