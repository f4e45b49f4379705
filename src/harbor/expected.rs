//! What a verifier in Python is told of the experiments.

use regex::Regex;
use serde_json::{Value, json};

use crate::score::limits;
use crate::task::{Experiment, Metric, Source};

/// A pattern that Python's `re` reads otherwise than the crate `regex`, or not at all.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "the pattern `{pattern}` of {metric} has `{found}`, which Python's re doesn't read alike; write \
     it without"
)]
pub struct PatternError {
    metric: String,
    pattern: String,
    found: String,
}

/// Which numbers are there to be had: with what they ought to be, or without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Golds {
    Told,
    Withheld,
}

/// The experiments, for `measure.py`.
pub(super) fn experiments(
    experiments: &[&Experiment],
    golds: Golds,
) -> Result<Value, PatternError> {
    let told = experiments.iter().map(|experiment| {
        let metrics = experiment.metrics.iter();
        let metrics = metrics.map(|metric| told(experiment, metric, golds));
        Ok(json!({
            "id": experiment.id,
            "command": experiment.command,
            "seconds": limits(experiment).wall.as_secs(),
            "metrics": metrics.collect::<Result<Vec<_>, _>>()?,
        }))
    });
    told.collect::<Result<Vec<_>, _>>().map(Value::Array)
}

fn told(experiment: &Experiment, metric: &Metric, golds: Golds) -> Result<Value, PatternError> {
    let source = match &metric.source {
        Source::Stdout { path } => json!({"kind": "stdout", "path": path.steps()}),
        Source::File { file, path } => json!({"kind": "file", "file": file, "path": path.steps()}),
        Source::Pattern { regex } => {
            let pattern = in_python(regex).map_err(|found| PatternError {
                metric: format!("{}.{}", experiment.id, metric.name),
                pattern: regex.to_string(),
                found,
            })?;
            json!({"kind": "pattern", "pattern": pattern})
        }
    };
    Ok(match golds {
        Golds::Withheld => json!({"name": metric.name, "source": source}),
        Golds::Told => json!({
            "name": metric.name,
            "source": source,
            "gold": metric.gold,
            "alternative": metric.alternative,
            "rtol": metric.rtol,
            "atol": metric.atol,
        }),
    })
}

/// The same pattern for Python, or what of it isn't the same there.
fn in_python(regex: &Regex) -> Result<String, String> {
    // Properties, other names for places and classes, set operations, flags that Python lacks or
    // allows at the start alone, and `$` where it isn't the end of any line.
    let differs = Regex::new(
        r"\\[pPzxuU<>]|\[\[:|&&|--|~~|\(\?[a-z-]*[RUux-][a-z-]*[:)]|.\(\?[a-zR-]+\)|\(\?P<",
    )
    .expect("the pattern is a constant and compiles");
    let pattern = regex.as_str();
    if let Some(found) = differs.find(pattern) {
        return Err(found.as_str().to_owned());
    }
    if pattern.contains('$') && !pattern.starts_with("(?m") {
        return Err("$".to_owned());
    }
    Ok(pattern.replace("(?<", "(?P<"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn python(pattern: &str) -> Result<String, String> {
        in_python(&Regex::new(pattern).unwrap())
    }

    #[test]
    fn groups_are_named_as_in_python() {
        let told = python(r"(?m)^gap \d+: (?<value>\S+)$").unwrap();
        assert_eq!(told, r"(?m)^gap \d+: (?P<value>\S+)$");
        // The beginning of the text, in both.
        let told = python(r"\Agap: (?<value>\S+)").unwrap();
        assert_eq!(told, r"\Agap: (?P<value>\S+)");
        assert_eq!(python("gap=(?<value>.*)").unwrap(), "gap=(?P<value>.*)");
    }

    #[test]
    fn what_python_reads_otherwise_is_refused() {
        for (pattern, found) in [
            (r"gap: (?<value>\p{Nd}+)", r"\p"),
            (r"gap: (?<value>[[:digit:]]+)", "[[:"),
            (r"gap: (?<value>\d+)\z", r"\z"),
            (r"gap: (?<value>\d+)$", "$"),
            (r"gap (?i)x: (?<value>\d+)", " (?i)"),
            (r"(?x) gap (?<value>\d+)", "(?x)"),
            (r"(?U)gap (?<value>\d+)", "(?U)"),
        ] {
            assert_eq!(python(pattern), Err(found.to_owned()), "{pattern}");
        }
    }
}
