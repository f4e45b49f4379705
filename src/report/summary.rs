//! What a busy person has to know of a report, and what makes it less than it looks.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::analysis::{Analysis, Estimate, estimate, no_baseline, verified};
use super::compare::p_value;
use super::figures::percent;
use super::series::{Series, is_instrument};
use super::trial::{Recorded, Trial};
use crate::units;

/// A difference between what was observed and the baseline is told below this p-value.
const SIGNIFICANT: f64 = 0.05;

#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// One sentence.
    pub headline: String,
    /// A few facts, each a name and a value with what it means.
    pub facts: Vec<Fact>,
    /// What to keep in mind.
    pub warnings: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Fact {
    pub name: String,
    pub value: String,
    pub meaning: String,
    pub good: Option<bool>,
}

/// A rate with its interval.
pub fn rate(found: &Estimate) -> String {
    let interval = found.interval;
    format!(
        "{} ({:.0} to {:.0} %)",
        percent(found.rate),
        interval.low * 100.0,
        interval.high * 100.0
    )
}

pub fn summary(recorded: &Recorded, series: &[Series<'_>], all: &[Analysis]) -> Summary {
    let minds: Vec<&Analysis> = all.iter().filter(|it| !is_instrument(&it.model)).collect();
    let best = minds
        .iter()
        .filter_map(|it| Some((*it, it.verified?)))
        .max_by(|a, b| a.1.rate.total_cmp(&b.1.rate));
    let headline = match (&best, minds.len()) {
        (Some((best, found)), 1) => format!(
            "{} got the paper's numbers back, by code that holds on data it never saw, in {} of {} trials.",
            best.label,
            rate(found),
            found.all
        ),
        (Some((best, found)), count) => {
            let mut others = minds.iter().filter(|it| it.label != best.label);
            let apart = others.all(|other| {
                let theirs = other.verified.map(|it| it.interval.high);
                theirs.is_none_or(|high| high < found.interval.low)
            });
            let apart = match apart {
                true => "",
                false => " Others are as good within their intervals.",
            };
            format!(
                "Of {count} models and settings, {} did best: its code gave the paper's numbers, and holds \
                 on data it never saw, in {} of {} trials.{apart}",
                best.label,
                rate(found),
                found.all
            )
        }
        (None, _) => {
            "No model was at work on masked functions here, only what checks the tasks.".to_owned()
        }
    };
    let mut facts = vec![size(recorded)];
    facts.extend(instruments(series));
    if let Some((best, _)) = &best {
        facts.extend(cliff(best));
        facts.extend(independent(best));
    }
    facts.extend(spent(all));
    Summary {
        headline,
        facts,
        warnings: warnings(recorded, series, all),
    }
}

fn fact(name: &str, value: String, meaning: String) -> Fact {
    Fact {
        name: name.to_owned(),
        value,
        meaning,
        good: None,
    }
}

fn size(recorded: &Recorded) -> Fact {
    let count = |of: fn(&Trial) -> &str| {
        let different: BTreeSet<&str> = recorded.trials.iter().map(of).collect();
        different.len()
    };
    let (tasks, papers) = (count(|it| &it.task), count(|it| &it.paper));
    fact(
        "Trials",
        recorded.trials.len().to_string(),
        format!(
            "of {} made of {}",
            counted(tasks, "task"),
            counted(papers, "paper")
        ),
    )
}

fn counted(count: usize, what: &str) -> String {
    let end = if count == 1 { "" } else { "s" };
    format!("{count} {what}{end}")
}

/// Whether the oracle is verified everywhere, and nop nowhere that something is masked.
fn instruments(series: &[Series<'_>]) -> Vec<Fact> {
    // Each task, with whether all of the model's trials of it are as wanted.
    let of = |model: &str, wanted: fn(&Trial) -> Option<bool>| {
        let mut tasks: BTreeMap<(&str, &str), bool> = BTreeMap::new();
        let series = series.iter().filter(|it| it.model == model);
        for trial in series.flat_map(|it| &it.trials) {
            if let Some(wanted) = wanted(trial) {
                *tasks.entry((&trial.paper, &trial.task)).or_insert(true) &= wanted;
            }
        }
        tasks
    };
    let mut facts = Vec::new();
    let oracle = of("oracle", |it| Some(it.verified != Some(false)));
    if !oracle.is_empty() {
        let solved = oracle.values().filter(|solved| **solved).count();
        facts.push(Fact {
            good: Some(solved == oracle.len()),
            ..fact(
                "Tasks that can be solved",
                format!("{solved} of {}", oracle.len()),
                "oracle, which knows the code, is verified".to_owned(),
            )
        });
    }
    let nop = of("nop", |it| (it.n > 0).then_some(it.verified != Some(true)));
    if !nop.is_empty() {
        let solved = nop.values().filter(|unsolved| !**unsolved).count();
        facts.push(Fact {
            good: Some(solved == 0),
            ..fact(
                "Tasks that solve themselves",
                format!("{solved} of {}", nop.len()),
                "nop, which does nothing, is verified".to_owned(),
            )
        });
    }
    facts
}

fn cliff(best: &Analysis) -> Option<Fact> {
    let masked = || {
        best.by_n
            .iter()
            .filter(|at| at.n > 0 && at.verified.is_some())
    };
    let (first, last) = (masked().next()?, masked().next_back()?);
    (first.n < last.n).then(|| {
        let rate =
            |at: &super::analysis::AtN| at.verified.map_or_else(String::new, |it| percent(it.rate));
        fact(
            "More functions at once",
            format!("{} → {}", rate(first), rate(last)),
            format!(
                "{} verified, from n = {} to n = {}",
                best.label, first.n, last.n
            ),
        )
    })
}

fn independent(best: &Analysis) -> Option<Fact> {
    let at = best.by_n.iter().rfind(|at| at.independence.is_some())?;
    let found = at.independence.as_ref()?;
    let word = match found.p_steeper < SIGNIFICANT {
        true => "steeper",
        false => "not steeper",
    };
    Some(fact(
        "Than if functions were independent",
        word.to_owned(),
        format!(
            "n = {}: {} verified where the functions' own rates would give {} (p = {})",
            at.n,
            percent(found.observed),
            percent(found.baseline),
            p_value(found.p_steeper)
        ),
    ))
}

fn spent(all: &[Analysis]) -> Option<Fact> {
    let known: Vec<f64> = all.iter().filter_map(|it| it.total_cost_usd).collect();
    if !known.is_empty() {
        let value = format!("${:.2}", known.iter().sum::<f64>());
        return Some(fact(
            "Cost",
            value,
            "of all trials whose price is known".to_owned(),
        ));
    }
    let tokens: f64 = all
        .iter()
        .filter_map(|it| Some(it.mean_tokens? * it.trials as f64))
        .sum();
    (tokens > 0.0).then(|| {
        let value = units::format_fuel_short(tokens as u64);
        fact(
            "Tokens",
            value,
            "of all trials; their price isn't known".to_owned(),
        )
    })
}

fn warnings(recorded: &Recorded, series: &[Series<'_>], all: &[Analysis]) -> Vec<String> {
    let mut warnings = Vec::new();
    let few = all
        .iter()
        .filter(|it| !is_instrument(&it.model))
        .flat_map(|it| &it.by_n);
    let few = few
        .filter(|at| at.n > 0 && at.verified.is_some_and(|it| it.few))
        .count();
    if few > 0 {
        warnings.push(format!(
            "{few} of the rates below rest on fewer than 20 trials or are uncertain by more than 30 \
             points: too few to say. They are marked."
        ));
    }
    let bare = all.iter().any(|it| {
        let many = || it.by_n.iter().filter(|at| at.n > 1);
        !is_instrument(&it.model)
            && many().next().is_some()
            && many().all(|at| at.independence.is_none())
    });
    if bare {
        warnings.push(no_baseline());
    }
    for run in &recorded.runs {
        if run.unfinished > 0 {
            warnings.push(format!(
                "{} trials of {} aren't finished; give its command again to go on",
                run.unfinished, run.folder
            ));
        }
        if run.outdated > 0 {
            warnings.push(format!(
                "{} trials of {} aren't in its plan any more, since papers, prompts, the runtime or what was asked for changed; they are left out",
                run.outdated, run.folder
            ));
        }
    }
    let unknown = recorded
        .trials
        .iter()
        .filter(|it| it.verified.is_none())
        .count();
    if unknown > 0 {
        warnings.push(format!(
            "of {unknown} trials it isn't known whether they are verified (their paper has no second \
             input); they count in no verified rate"
        ));
    }
    let broken = series
        .iter()
        .filter(|it| it.model == "oracle")
        .filter_map(|it| estimate(&it.trials, verified))
        .any(|it| it.right < it.all);
    if broken {
        warnings.push("the oracle isn't verified on every task: those tasks are broken, see the table of trials".to_owned());
    }
    warnings
}
