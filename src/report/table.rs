//! Rows as tables for people.

use std::collections::{BTreeMap, BTreeSet};

use comfy_table::{CellAlignment, Table, presets};
use serde_json::Value;

use super::row::{Metric, Row};
use crate::task::Gold;
use crate::units;

/// A line for each experiment of each trial, with the metric that is furthest off.
pub fn table(rows: &[Row]) -> String {
    let mut table = plain([
        "paper",
        "experiment",
        "n",
        "masked",
        "model",
        "metric",
        "reported",
        "gold",
        "rel. error",
        "pass",
        "verified",
        "right",
        "fuel",
        "time",
    ]);
    for row in rows {
        let worst = worst(&row.metrics);
        let metric = |of: &dyn Fn(&Metric) -> String| worst.map_or_else(String::new, of);
        table.add_row([
            row.paper.clone(),
            row.experiment.clone(),
            row.n.to_string(),
            masked(row),
            attempt(row),
            metric(&|metric| metric.name.clone()),
            metric(&|metric| {
                metric
                    .reported
                    .as_ref()
                    .map_or_else(|| "-".to_owned(), reported)
            }),
            metric(&|metric| gold(&metric.gold)),
            metric(&|metric| {
                metric
                    .relative_error
                    .map_or_else(|| "-".to_owned(), |error| format!("{:.2} %", error * 100.0))
            }),
            verdict(row.pass).to_owned(),
            verified(row),
            match (row.n, row.trial_functions_right) {
                (0, _) | (_, None) => "-".to_owned(),
                (n, Some(right)) => format!("{right}/{n}"),
            },
            units::format_fuel_short(row.trial_fuel),
            format!("{:.1} s", row.trial_elapsed_ms as f64 / 1000.0),
        ]);
    }
    for column in [2, 6, 7, 8, 11, 12, 13] {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.trim_fmt()
}

/// What is summed up of a model's trials.
#[derive(Default)]
struct Summed {
    /// Verified trials and all, by the number of masked functions.
    by_n: BTreeMap<usize, (usize, usize)>,
    tokens: Total<u64>,
    cost: Total<f64>,
}

/// A sum, as long as every part of it is known.
struct Total<T>(Option<T>);

impl<T: Default> Default for Total<T> {
    fn default() -> Total<T> {
        Total(Some(T::default()))
    }
}

impl<T: std::ops::Add<Output = T>> Total<T> {
    fn add(&mut self, part: Option<T>) {
        self.0 = self.0.take().zip(part).map(|(sum, part)| sum + part);
    }
}

/// How many trials of each model are verified, by the number of masked functions; and what they took,
/// where there is a model that had to be asked.
pub fn summary(rows: &[Row]) -> String {
    let trials: BTreeMap<&str, &Row> = rows.iter().map(|row| (row.trial.as_str(), row)).collect();
    let mut models: BTreeMap<&str, Summed> = BTreeMap::new();
    for row in trials.into_values() {
        let summed = models.entry(&row.model).or_default();
        let (verified, all) = summed.by_n.entry(row.n).or_default();
        *verified += usize::from(row.trial_verified == Some(true));
        *all += 1;
        summed.tokens.add(row.trial_tokens);
        summed.cost.add(row.trial_cost_usd);
    }
    let ns: BTreeSet<usize> = rows.iter().map(|row| row.n).collect();
    let asked = rows.iter().any(|row| row.trial_tokens.is_some());
    let mut heads = vec!["model".to_owned()];
    heads.extend(ns.iter().map(|n| format!("n = {n}")));
    if asked {
        heads.extend(["tokens", "cost"].map(str::to_owned));
    }
    let mut table = plain(heads);
    for (model, summed) in models {
        let mut cells = vec![model.to_owned()];
        cells.extend(ns.iter().map(|n| match summed.by_n.get(n) {
            Some((verified, all)) => format!("{verified}/{all}"),
            None => String::new(),
        }));
        if asked {
            let (tokens, cost) = (summed.tokens.0, summed.cost.0);
            cells.push(tokens.map_or_else(|| "-".to_owned(), |tokens| tokens.to_string()));
            cells.push(match (tokens, cost) {
                (Some(_), Some(cost)) => format!("${cost:.4}"),
                (Some(_), None) => "unknown".to_owned(),
                (None, _) => "-".to_owned(),
            });
        }
        table.add_row(cells);
    }
    table.trim_fmt()
}

fn plain<T: Into<comfy_table::Cell>>(heads: impl IntoIterator<Item = T>) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(
        heads
            .into_iter()
            .map(Into::into)
            .collect::<Vec<comfy_table::Cell>>(),
    );
    table
}

/// The metric that decides: one without a number first, then the one furthest off.
fn worst(metrics: &[Metric]) -> Option<&Metric> {
    metrics.iter().max_by(|a, b| {
        let badness = |metric: &Metric| metric.relative_error.unwrap_or(f64::INFINITY);
        a.pass
            .cmp(&b.pass)
            .reverse()
            .then(badness(a).total_cmp(&badness(b)))
    })
}

fn masked(row: &Row) -> String {
    let names: Vec<&str> = row
        .masked
        .iter()
        .map(|function| {
            function
                .rsplit_once("::")
                .map_or(function.as_str(), |(_, name)| name)
        })
        .collect();
    if names.is_empty() {
        "-".to_owned()
    } else {
        names.join(", ")
    }
}

fn attempt(row: &Row) -> String {
    match row.attempt {
        1 => row.model.clone(),
        attempt => format!("{} #{attempt}", row.model),
    }
}

fn verdict(pass: bool) -> &'static str {
    if pass { "yes" } else { "no" }
}

/// The trial's headline, with why not.
fn verified(row: &Row) -> String {
    match (row.trial_verified, row.failure) {
        (Some(true), _) => "yes".to_owned(),
        (None, None) => "not known".to_owned(),
        (_, Some(failure)) => failure.to_owned(),
        (Some(false), None) => "no".to_owned(),
    }
}

fn reported(value: &Value) -> String {
    match value.as_f64() {
        Some(number) => short(number),
        None => clip(&value.to_string()),
    }
}

fn gold(gold: &Gold) -> String {
    match gold {
        Gold::Number(number) => short(*number),
        list => clip(&serde_json::to_string(list).unwrap_or_default()),
    }
}

/// Six significant digits, as far as they say something.
fn short(number: f64) -> String {
    let magnitude = number.abs();
    if magnitude != 0.0 && !(1e-4..1e9).contains(&magnitude) {
        return format!("{number:.5e}");
    }
    let digits = 5 - (magnitude.max(1e-4).log10().floor() as i32).clamp(-4, 5);
    format!("{number:.*}", digits as usize)
}

fn clip(text: &str) -> String {
    const MOST: usize = 24;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    text.chars().take(MOST - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_show_six_digits() {
        for (number, text) in [
            (0.0, "0.000000000"),
            (0.123456789, "0.123457"),
            (12345.678, "12345.7"),
            (-0.00012345678, "-0.000123457"),
            (1234567.0, "1234567"),
            (1.5e-7, "1.50000e-7"),
        ] {
            assert_eq!(short(number), text);
        }
    }
}
