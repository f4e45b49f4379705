//! Golds that an agent can read.

use std::sync::LazyLock;

use regex::Regex;
use serde::Serialize;

use crate::task::{Gold, Paper};

/// Significant digits from which on a number is no accident.
const TELLING: usize = 3;

/// A number as people write it.
static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(\d+\.?\d*|\.\d+)(?:[eE]([-+]?\d+))?").expect("a pattern of ours")
});

/// A number that an agent can read and that is a gold, rounded.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Leak {
    pub file: String,
    /// From 1.
    pub line: usize,
    /// As it stands there.
    pub text: String,
    /// `experiment.metric`.
    pub metric: String,
    /// Significant digits that agree.
    pub digits: usize,
}

/// Looks for golds in texts, by name: as they are, as percentages, rounded, in any notation; of
/// numbers with fewer than three significant digits nothing can be said.
pub fn leaks<'t>(paper: &Paper, texts: impl IntoIterator<Item = (&'t str, &'t str)>) -> Vec<Leak> {
    let mut golds = Vec::new();
    for experiment in &paper.experiments {
        for metric in &experiment.metrics {
            let name = format!("{}.{}", experiment.id, metric.name);
            numbers(&metric.gold, &mut |number| {
                golds.push((name.clone(), number.abs()))
            });
        }
    }
    let mut found = Vec::new();
    for (file, text) in texts {
        for (index, line) in text.lines().enumerate() {
            for number in NUMBER.captures_iter(line) {
                let written = &number[0];
                let digits = significant(&number[1]);
                if digits < TELLING {
                    continue;
                }
                let Ok(value) = written.parse::<f64>() else {
                    continue;
                };
                let gold = golds.iter().find(|(_, gold)| {
                    [1.0, 100.0]
                        .iter()
                        .any(|scale| agree(value, gold * scale, digits))
                });
                if let Some((metric, _)) = gold {
                    found.push(Leak {
                        file: file.to_owned(),
                        line: index + 1,
                        text: written.to_owned(),
                        metric: metric.clone(),
                        digits,
                    });
                }
            }
        }
    }
    found
}

fn numbers(gold: &Gold, of: &mut dyn FnMut(f64)) {
    match gold {
        Gold::Number(number) => of(*number),
        Gold::List(items) => items.iter().for_each(|item| numbers(item, of)),
    }
}

/// Digits of a mantissa from the first that isn't 0.
fn significant(mantissa: &str) -> usize {
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_start_matches('0');
    match mantissa.contains('.') {
        true => digits.len(),
        // 1200 may well be round.
        false => digits.trim_end_matches('0').len(),
    }
}

/// Whether a number is a gold rounded to so many significant digits.
fn agree(value: f64, gold: f64, digits: usize) -> bool {
    if gold == 0.0 || value == 0.0 {
        return false;
    }
    let last = 10f64.powi(value.log10().floor() as i32 + 1 - digits as i32);
    (value - gold).abs() <= 0.5 * last * (1.0 + 1e-9)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gold_is_found_in_any_usual_form() {
        let gold = 0.20630023434339304;
        for (text, found) in [
            ("0.2063", true),
            ("0.206", true),
            (".20630", true),
            ("20.63", true),
            ("2.063e-1", true),
            ("0.21", false),
            ("0.207", false),
            ("206", false),
            ("0.2062", false),
        ] {
            let number = NUMBER.captures(text).unwrap();
            let digits = significant(&number[1]);
            let value: f64 = number[0].parse().unwrap();
            let agrees = digits >= TELLING
                && [1.0, 100.0]
                    .iter()
                    .any(|scale| agree(value, gold * scale, digits));
            assert_eq!(agrees, found, "{text}");
        }
        assert_eq!(significant("0.0012"), 2);
        assert_eq!(significant("1200"), 2);
        assert_eq!(significant("1200."), 4);
    }
}
