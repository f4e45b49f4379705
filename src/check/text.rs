//! What a paper's text says of its results is so.

use std::collections::BTreeMap;

use minijinja::Environment;

use super::sound::{Finding, Severity};
use crate::task::{Gold, Metric, MetricRef, Paper, ResultSpan};

/// Recomputes each tagged result: a number for one metric is that metric's gold, rounded; what
/// stands in `is` is true, or the number that is said.
pub(super) fn text(paper: &Paper) -> Vec<Finding> {
    let tagged = paper.text.tagged();
    let mut found = Vec::new();
    for span in paper.text.results() {
        let said = tagged[span.content.clone()].trim();
        let line = tagged[..span.whole.start].matches('\n').count() + 1;
        let verdict = match (&span.is, number(paper, span)) {
            (Some(is), _) => recompute(paper, is, said).map_err(|text| (Severity::Error, text)),
            (None, Some(gold)) if is_number(said) => match tells(said, gold) {
                true => Ok(()),
                false => {
                    let text = format!("the text says {said}, and the gold is {gold}");
                    Err((Severity::Error, text))
                }
            },
            (None, _) => Err((
                Severity::Note,
                "it isn't recomputed: say the same as an expression, as is=\"…\" in the tag"
                    .to_owned(),
            )),
        };
        if let Err((severity, text)) = verdict {
            let of: Vec<String> = span.of.iter().map(name).collect();
            found.push(Finding {
                severity,
                check: "text",
                subject: format!("paper.md:{line}: {}", of.join(",")),
                text,
            });
        }
    }
    found
}

fn name(of: &MetricRef) -> String {
    format!("{}.{}", of.experiment, of.metric.as_deref().unwrap_or("*"))
}

/// The gold that a result tells, if it is of one metric, which is a number.
fn number(paper: &Paper, span: &ResultSpan) -> Option<f64> {
    let [of] = span.of.as_slice() else {
        return None;
    };
    let mut experiments = paper.experiments.iter();
    let experiment = experiments.find(|experiment| experiment.id == of.experiment)?;
    let mut metrics = experiment.metrics.iter();
    match metrics.find(|metric| Some(&metric.name) == of.metric.as_ref()) {
        Some(Metric {
            gold: Gold::Number(gold),
            ..
        }) => Some(*gold),
        _ => None,
    }
}

/// A number as a text has it: its value, how much larger it is written than it is, and decimals.
fn written(said: &str) -> Option<(f64, f64, usize)> {
    let (number, scale) = match said.strip_suffix('%') {
        Some(number) => (number.trim(), 100.0),
        None => (said, 1.0),
    };
    // A typographic minus, as papers have it.
    let number = number.replace('\u{2212}', "-");
    let decimals = number
        .split_once('.')
        .map_or(0, |(_, decimals)| decimals.len());
    Some((number.parse().ok()?, scale, decimals))
}

fn is_number(said: &str) -> bool {
    written(said).is_some()
}

/// Whether a text says a number, rounded.
fn tells(said: &str, number: f64) -> bool {
    written(said).is_some_and(|(written, scale, decimals)| {
        let half = 0.5 * 10f64.powi(-(decimals as i32));
        (written - number * scale).abs() <= half * (1.0 + 1e-9)
    })
}

/// Computes an expression over the golds, `experiment.metric` each, with `_` for `-`.
fn recompute(paper: &Paper, is: &str, said: &str) -> Result<(), String> {
    let golds: BTreeMap<String, BTreeMap<&str, &Gold>> = paper
        .experiments
        .iter()
        .map(|experiment| {
            let metrics = experiment.metrics.iter();
            let metrics = metrics.map(|metric| (metric.name.as_str(), &metric.gold));
            (experiment.id.replace('-', "_"), metrics.collect())
        })
        .collect();
    let mut environment = Environment::new();
    environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    let wrong = |error: minijinja::Error| format!("`{is}` can't be computed: {error}");
    let value = environment
        .compile_expression(is)
        .and_then(|expression| expression.eval(minijinja::value::Serde(golds)))
        .map_err(wrong)?;
    if value.kind() == minijinja::value::ValueKind::Bool {
        return match value.is_true() {
            true => Ok(()),
            false => Err(format!("{said:?} is not so: `{is}` is false")),
        };
    }
    match f64::try_from(value.clone()) {
        Ok(number) if tells(said, number) => Ok(()),
        Ok(number) => Err(format!("the text says {said}, and `{is}` is {number}")),
        Err(_) => Err(format!(
            "`{is}` is {value}, neither true nor false nor a number"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::tells;

    #[test]
    fn a_number_is_told_by_what_it_is_rounded_to() {
        for (said, number, told) in [
            ("0.21", 0.2063, true),
            ("0.20", 0.2063, false),
            ("20.6 %", 0.2063, true),
            ("20.6%", 0.2063, true),
            ("\u{2212}3", -3.2, true),
            ("3", 3.5, true),
            ("about 3", 3.0, false),
        ] {
            assert_eq!(tells(said, number), told, "{said}");
        }
    }
}
