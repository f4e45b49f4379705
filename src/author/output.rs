//! The numbers in what a run leaves, as metrics.

use std::collections::BTreeSet;
use std::str::FromStr;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::command::Ran;
use crate::score::{last_document, parse_json, read};
use crate::task::{DEFAULT_RTOL, Gold, JsonPath, Metric, Source};

/// Metrics that are taken of one command at most, where the author names none.
const MOST: usize = 12;
/// Numbers that one metric may have.
const LONGEST: usize = 200;
/// Words of names that tell of a machine or a setting, not of a result.
const NO_RESULT: [&str; 18] = [
    "time",
    "seconds",
    "secs",
    "elapsed",
    "duration",
    "runtime",
    "date",
    "timestamp",
    "seed",
    "version",
    "epoch",
    "epochs",
    "iter",
    "iters",
    "pid",
    "memory",
    "path",
    "device",
];

/// A line that says what a number is: `test error: 0.12`, `R^2 = 0.93 %`.
static LABELLED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?m)^[ \t]*(?P<label>[A-Za-z][A-Za-z0-9 _()\[\]/@%^.*-]{0,60}?)(?P<mark>[ \t]*[:=][ \t]*)(?P<value>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)(?:[ \t,;%].*)?$",
    )
    .expect("a pattern of ours")
});

/// A metric as an author asks for it.
#[derive(Clone, Debug)]
pub struct AskedMetric {
    /// None: of every command.
    experiment: Option<String>,
    name: String,
    source: Source,
}

/// A text that asks for no metric.
#[derive(Debug, thiserror::Error)]
#[error(
    "`{text}` is no metric: {why}; write NAME=$.path for JSON on standard output, NAME=FILE:$.path for a \
     JSON file, NAME=PATTERN for a regular expression with a group (?<value>…)"
)]
pub struct AskedMetricError {
    text: String,
    why: String,
}

impl FromStr for AskedMetric {
    type Err = AskedMetricError;

    fn from_str(text: &str) -> Result<AskedMetric, AskedMetricError> {
        let wrong = |why: String| AskedMetricError {
            text: text.to_owned(),
            why,
        };
        let (name, source) = text
            .split_once('=')
            .ok_or_else(|| wrong("there is no `=`".to_owned()))?;
        let (experiment, name) = match name.split_once('.') {
            Some((experiment, name)) => (Some(experiment.to_owned()), name),
            None => (None, name),
        };
        if name != named(name) {
            return Err(wrong(format!("a metric's name is like `{}`", named(name))));
        }
        let path = |path: &str| {
            path.parse::<JsonPath>()
                .map_err(|error| wrong(error.to_string()))
        };
        let source = match source.split_once(":$") {
            _ if source.starts_with('$') => Source::Stdout {
                path: path(source)?,
            },
            Some((file, rest)) if !source.contains("(?<value>") => Source::File {
                file: file.to_owned(),
                path: path(&format!("${rest}"))?,
            },
            _ => {
                let regex = Regex::new(source).map_err(|error| wrong(error.to_string()))?;
                if !regex.capture_names().flatten().any(|name| name == "value") {
                    return Err(wrong("the pattern has no group `value`".to_owned()));
                }
                Source::Pattern { regex }
            }
        };
        Ok(AskedMetric {
            experiment,
            name: name.to_owned(),
            source,
        })
    }
}

/// What was found of metrics, and what was seen and left.
#[derive(Default)]
pub(super) struct Found {
    pub metrics: Vec<Metric>,
    pub left: Vec<String>,
}

/// The metrics that an author asks for of a run.
pub(super) fn asked(ran: &Ran, asked: &[AskedMetric]) -> Found {
    let mut found = Found::default();
    let of_this = asked.iter().filter(|one| {
        one.experiment
            .as_ref()
            .is_none_or(|experiment| *experiment == ran.id)
    });
    for one in of_this {
        let file = |name: &str| ran.made.get(name).cloned();
        let value = read(&one.source, &ran.outcome.stdout.bytes, &file);
        let gold = value.map_err(|error| error.to_string()).and_then(|value| {
            serde_json::from_value::<Gold>(value).map_err(|error| error.to_string())
        });
        match gold.and_then(|gold| metric(&one.name, one.source.clone(), gold)) {
            Ok(metric) => found.metrics.push(metric),
            Err(why) => found.left.push(format!("{}.{}: {why}", ran.id, one.name)),
        }
    }
    found
}

/// Metrics in what a run left: in the last JSON document on standard output, else in JSON files
/// that it made, else in lines that name a number.
pub(super) fn metrics(ran: &Ran) -> Found {
    let mut search = Search::default();
    let stdout = String::from_utf8_lossy(&ran.outcome.stdout.bytes);
    if let Some(document) = last_document(&stdout) {
        search.document(&document, "$", "", &|path| Source::Stdout { path });
    }
    if search.found.metrics.is_empty() {
        let files = ran.made.iter().filter(|(name, _)| name.ends_with(".json"));
        for (name, bytes) in files {
            if let Ok(document) = parse_json(&String::from_utf8_lossy(bytes)) {
                search.document(&document, "$", "", &|path| Source::File {
                    file: name.clone(),
                    path,
                });
            }
        }
    }
    if search.found.metrics.is_empty() {
        search.lines(&stdout);
    }
    let mut found = search.found;
    if found.metrics.len() > MOST {
        let more = found.metrics.split_off(MOST);
        let names: Vec<&str> = more.iter().map(|metric| metric.name.as_str()).collect();
        let text = format!(
            "{}: more than {MOST} numbers; left: {}",
            ran.id,
            names.join(", ")
        );
        found.left.push(text);
    }
    found
}

#[derive(Default)]
struct Search {
    found: Found,
    names: BTreeSet<String>,
}

impl Search {
    /// Takes the numbers, and lists of such, of a document.
    fn document(
        &mut self,
        value: &Value,
        path: &str,
        name: &str,
        source: &dyn Fn(JsonPath) -> Source,
    ) {
        match value {
            Value::Object(fields) => {
                for (key, value) in fields {
                    let quoted = Value::from(key.as_str());
                    let name = match name {
                        "" => key.clone(),
                        name => format!("{name}_{key}"),
                    };
                    self.document(value, &format!("{path}[{quoted}]"), &name, source);
                }
            }
            Value::Array(items) if items.iter().any(Value::is_object) => {
                for (index, item) in items.iter().enumerate() {
                    self.document(
                        item,
                        &format!("{path}[{index}]"),
                        &format!("{name}_{index}"),
                        source,
                    );
                }
            }
            Value::Number(_) | Value::Array(_) => {
                // Texts and empty lists are no golds.
                if let (Ok(gold), Ok(path)) = (serde_json::from_value(value.clone()), path.parse())
                {
                    self.take(name, source(path), gold);
                }
            }
            _ => {}
        }
    }

    /// Takes the numbers of lines whose label is no other line's.
    fn lines(&mut self, text: &str) {
        let labels = || {
            LABELLED
                .captures_iter(text)
                .map(|line| line["label"].to_owned())
        };
        for line in LABELLED.captures_iter(text) {
            let label = &line["label"];
            if labels().filter(|other| other == label).count() > 1 {
                if self.names.insert(named(label)) {
                    let text = format!("`{label}` is printed several times");
                    self.found.left.push(text);
                }
                continue;
            }
            let mark = regex::escape(line["mark"].trim());
            let label_pattern = regex::escape(label);
            let pattern = format!(
                r"(?m)^\s*{label_pattern}\s*{mark}\s*(?<value>[-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?)"
            );
            if let (Ok(regex), Ok(number)) = (Regex::new(&pattern), line["value"].parse::<f64>()) {
                self.take(label, Source::Pattern { regex }, Gold::Number(number));
            }
        }
    }

    fn take(&mut self, label: &str, source: Source, gold: Gold) {
        let mut name = named(label);
        let telling = name.split('_').any(|word| NO_RESULT.contains(&word));
        if telling {
            self.found
                .left
                .push(format!("`{label}` tells of no result, by its name"));
            return;
        }
        while !self.names.insert(name.clone()) {
            name.push_str("_2");
        }
        match metric(&name, source, gold) {
            Ok(metric) => self.found.metrics.push(metric),
            Err(why) => self.found.left.push(format!("`{label}` {why}")),
        }
    }
}

/// A metric with a gold that something can be told by.
pub(super) fn metric(name: &str, source: Source, gold: Gold) -> Result<Metric, String> {
    let (mut count, mut largest) = (0, 0.0f64);
    numbers(&gold, &mut |number| {
        count += 1;
        largest = largest.max(number.abs());
    });
    if largest == 0.0 {
        return Err("is 0, by which little is told".to_owned());
    }
    if count > LONGEST {
        return Err(format!("has {count} numbers, and {LONGEST} are the most"));
    }
    // Of a 0 no share can be taken; what is around it is held to the largest's.
    let atol = match gold.all(&|number| number != 0.0) {
        true => 0.0,
        false => round(largest * DEFAULT_RTOL / 10.0),
    };
    Ok(Metric {
        name: name.to_owned(),
        source,
        gold,
        alternative: None,
        rtol: DEFAULT_RTOL,
        atol,
    })
}

/// A number of one digit.
fn round(number: f64) -> f64 {
    let scale = 10f64.powi(number.log10().floor() as i32);
    (number / scale).round() * scale
}

fn numbers(gold: &Gold, of: &mut dyn FnMut(f64)) {
    match gold {
        Gold::Number(number) => of(*number),
        Gold::List(items) => items.iter().for_each(|item| numbers(item, of)),
    }
}

/// A metric in a line for people.
pub(super) fn shown(metric: &Metric) -> String {
    let gold = match &metric.gold {
        Gold::Number(number) => number.to_string(),
        Gold::List(items) => format!("a list of {}", items.len()),
    };
    format!("{} = {gold}", metric.name)
}

/// A label as a metric's name: `[a-z][a-z0-9_]*`.
pub(super) fn named(label: &str) -> String {
    let mut name = String::new();
    for each in label.chars() {
        match each.is_ascii_alphanumeric() {
            true => name.push(each.to_ascii_lowercase()),
            false if !name.ends_with('_') => name.push('_'),
            false => {}
        }
    }
    let name = name.trim_matches('_');
    match name.chars().next() {
        Some(first) if first.is_ascii_lowercase() => name.to_owned(),
        _ => format!("m_{name}").trim_end_matches('_').to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_name_a_number_are_metrics() {
        let mut search = Search::default();
        search.lines(
            "loading 3 files\nepoch: 1\nloss: 0.5\nloss: 0.4\n  Test accuracy = 0.8125 (of 64)\n\
             R^2: -1.5e-3\nelapsed time: 3.2\nrank: 0\n",
        );
        let found = search.found;
        let names: Vec<&str> = found.metrics.iter().map(|metric| &*metric.name).collect();
        assert_eq!(names, ["test_accuracy", "r_2"]);
        assert_eq!(found.metrics[1].gold, Gold::Number(-0.0015));
        assert_eq!(found.left.len(), 4, "{:?}", found.left);
        let text = b"  Test accuracy = 0.8125 (of 64)\n";
        let value = read(&found.metrics[0].source, text, &|_| None).unwrap();
        assert_eq!(value, 0.8125);
    }

    #[test]
    fn a_document_gives_its_numbers_with_their_places() {
        let mut search = Search::default();
        let document = serde_json::json!({
            "rows": [{"mean err": 0.5, "n": 3}, {"mean err": 0.25}],
            "curve": [[1.0, 0.0], [2.0, 3.0]],
            "name": "x", "none": [], "seed": 7,
        });
        search.document(&document, "$", "", &|path| Source::Stdout { path });
        let shown: Vec<String> = search
            .found
            .metrics
            .iter()
            .map(|metric| format!("{} {}", metric.name, metric.atol))
            .collect();
        assert_eq!(
            shown,
            [
                "rows_0_mean_err 0",
                "rows_0_n 0",
                "rows_1_mean_err 0",
                "curve 0.02"
            ]
        );
    }

    #[test]
    fn an_author_names_metrics_by_any_source() {
        for text in [
            "gap=$.gap",
            "main.gap=out/r.json:$.rows[0]",
            "gap=gap (?<value>\\S+)",
        ] {
            text.parse::<AskedMetric>().unwrap();
        }
        for text in ["gap", "Gap=$.x", "gap=$.*", "gap=(\\S+)"] {
            text.parse::<AskedMetric>().unwrap_err();
        }
    }
}
