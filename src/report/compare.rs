//! Two series on the same tasks and attempts.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::series::{DEFAULT, Series, is_instrument, value};
use super::trial::Trial;
use crate::stats::{Pair, Paired, paired};

/// Fewer discordant pairs than this can't be significant at 5 %, however they fall.
const FEWEST_DISCORDANT: u64 = 6;
/// More models than this aren't all compared with each other.
const MOST_MODELS: usize = 6;

/// How two series compare.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    /// The setting that they differ in; none where it is the model.
    pub setting: Option<String>,
    /// What both have in common, for people.
    pub of: String,
    pub first: String,
    pub second: String,
    /// Verified in both, in one; the second's share minus the first's.
    pub paired: Paired,
    /// Whether there are too few pairs that differ to say anything.
    pub few: bool,
}

impl Comparison {
    pub const HEADS: [&'static str; 8] = [
        "",
        "first",
        "second",
        "pairs",
        "both",
        "only one",
        "difference",
        "p (McNemar)",
    ];

    pub fn label(&self) -> String {
        match self.of.is_empty() {
            true => format!("{} → {}", self.first, self.second),
            false => format!("{}: {} → {}", self.of, self.first, self.second),
        }
    }

    pub fn row(&self) -> Vec<String> {
        let Paired {
            pairs,
            both,
            first_alone,
            second_alone,
            difference,
            interval,
            p,
        } = &self.paired;
        let points = |share: f64| format!("{:+.0}", share * 100.0);
        vec![
            self.of.clone(),
            self.first.clone(),
            self.second.clone(),
            pairs.to_string(),
            both.to_string(),
            format!("{first_alone} / {second_alone}"),
            format!(
                "{} ({} to {}) points",
                points(*difference),
                points(interval.low),
                points(interval.high)
            ),
            format!(
                "{}{}",
                p_value(*p),
                if self.few { ", too few to say" } else { "" }
            ),
        ]
    }

    pub fn told(&self) -> String {
        let row = self.row();
        format!(
            "{}: {}, p {} over {} pairs",
            self.label(),
            row[6],
            row[7],
            row[3]
        )
    }
}

/// A p-value as people read it.
pub fn p_value(p: f64) -> String {
    match p < 0.001 {
        true => "< 0.001".to_owned(),
        false => format!("{p:.3}"),
    }
}

/// Compares two series; none where they share no trial of known outcome.
pub fn compare(first: &Series<'_>, second: &Series<'_>) -> Option<Paired> {
    let mut others: BTreeMap<(&str, u32), &Trial> = BTreeMap::new();
    for trial in &second.trials {
        others.insert((&trial.task, trial.attempt), trial);
    }
    let pairs = first.trials.iter().filter_map(|trial| {
        let other = others.get(&(&*trial.task, trial.attempt))?;
        Some(Pair {
            paper: &*trial.paper,
            task: &*trial.task,
            first: trial.verified?,
            second: other.verified?,
        })
    });
    paired(&pairs.collect::<Vec<_>>())
}

fn comparison(
    setting: Option<&str>,
    of: String,
    names: [&str; 2],
    [first, second]: [&Series<'_>; 2],
) -> Option<Comparison> {
    let paired = compare(first, second)?;
    Some(Comparison {
        setting: setting.map(str::to_owned),
        of,
        first: names[0].to_owned(),
        second: names[1].to_owned(),
        few: paired.first_alone + paired.second_alone < FEWEST_DISCORDANT,
        paired,
    })
}

/// Series that differ in one thing: in one setting, or in the model alone.
pub fn comparisons(all: &[Series<'_>]) -> Vec<Comparison> {
    let models: BTreeSet<&str> = all.iter().map(|it| it.model).collect();
    let mut found = Vec::new();
    for (place, first) in all.iter().enumerate() {
        for second in &all[place + 1..] {
            let names = first.settings.keys();
            let differing: Vec<&String> = names
                .filter(|name| first.settings.get(*name) != second.settings.get(*name))
                .collect();
            let told = |leaving: &str| {
                let rest = first
                    .settings
                    .iter()
                    .filter(|(name, value)| *name != leaving && *value != DEFAULT);
                rest.map(|(name, value)| format!("{name} {value}"))
                    .collect::<Vec<_>>()
            };
            let both = [first, second];
            match differing.as_slice() {
                [name] if first.model == second.model => {
                    let names = both.map(|it| value(&it.settings, name));
                    let mut of = vec![first.model.to_owned()];
                    of.extend(told(name));
                    found.extend(comparison(Some(name), of.join(" · "), names, both));
                }
                [] if models.len() <= MOST_MODELS
                    && !both.iter().any(|it| is_instrument(it.model)) =>
                {
                    let of = told("").join(" · ");
                    found.extend(comparison(None, of, [first.model, second.model], both));
                }
                _ => {}
            }
        }
    }
    found
}
