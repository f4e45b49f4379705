//! Another input, by another seed: what an author can begin with.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::command::Ran;
use super::error::AuthorError;
use crate::check::distance;
use crate::sandbox::Runner;
use crate::score::{limits, measure};
use crate::task::{Experiment, Files, Gold};
use crate::workspace::Tree;

/// A seed that a source or a configuration gives as a number.
static SEED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?x)(?i)(?P<before>\b\w*seed\w*["']?\s*[:=]\s*(?:int\s*=\s*)?
        | \brandom_state\s*=\s* | \b(?:default_rng|RandomState|seed|manual_seed|PRNGKey)\(\s*)(?P<number>\d{1,9})\b"#,
    )
    .expect("a pattern of ours")
});
/// Endings of files that may have one.
const ENDINGS: [&str; 7] = [".py", ".json", ".toml", ".yaml", ".yml", ".ini", ".cfg"];
/// Files that are tried.
const TRIED: usize = 24;
/// What is added to a seed.
const STEP: u64 = 1009;
/// How far a value has to be from the main one, in tolerances: what a check asks for, and a little.
const APART: f64 = 2.2;

/// Files of another input, and what each metric is on it, by experiment and metric.
pub(super) struct Alternative {
    pub files: Files,
    pub values: Vec<Vec<Option<Gold>>>,
}

/// What the experiments give on files that take the place of some; none where one of them fails.
pub(super) fn values(
    runner: &Runner,
    code: &Files,
    other: Files,
    experiments: &[Experiment],
) -> Result<Result<Alternative, String>, AuthorError> {
    let mut files = code.clone();
    files.extend(other.clone());
    let tree: Tree = files.into_iter().collect();
    let mut all = Vec::new();
    for experiment in experiments {
        let run = measure(
            runner,
            &tree,
            experiment,
            &experiment.command,
            &limits(experiment),
        )?;
        if let Some(trouble) = run.trouble() {
            return Ok(Err(format!("{}: {trouble}", experiment.id)));
        }
        let metrics = experiment.metrics.iter().zip(&run.values);
        let values = metrics.map(|(metric, (_, value))| {
            let value: Gold = serde_json::from_value(value.as_ref().ok()?.clone()).ok()?;
            // Where it is hardly another, it tells nothing.
            (distance(metric, &metric.gold, &value) > APART).then_some(value)
        });
        all.push(values.collect());
    }
    Ok(Ok(Alternative {
        files: other,
        values: all,
    }))
}

/// Tries another seed in each file that has one and that no function to be masked is in, and gives
/// the input on which the most values are others.
pub(super) fn by_seed(
    runner: &Runner,
    code: &Files,
    ran: &[Ran],
    experiments: &[Experiment],
    masked: &[&str],
) -> Result<Option<Alternative>, AuthorError> {
    let has_seed = |text: &str| SEED.is_match(text);
    let files = code.iter().filter(|(file, _)| {
        ENDINGS.iter().any(|ending| file.ends_with(ending))
            && !masked.contains(&file.as_str())
            && !super::preflight::is_apart(file)
    });
    let mut tried: Vec<(&String, &str)> = files
        .filter_map(|(file, bytes)| Some((file, std::str::from_utf8(bytes).ok()?)))
        .filter(|(_, text)| has_seed(text))
        .collect();
    // What a command names comes first.
    let named = |file: &str| {
        ran.iter().any(|ran| {
            ran.command
                .iter()
                .any(|word| file.ends_with(word.trim_start_matches("./")))
        })
    };
    tried.sort_by_key(|(file, _)| !named(file));
    let mut best: Option<(usize, Alternative)> = None;
    for (file, text) in tried.into_iter().take(TRIED) {
        let other = SEED.replace_all(text, |found: &Captures<'_>| {
            let number: u64 = found["number"].parse().unwrap_or_default();
            format!("{}{}", &found["before"], number + STEP)
        });
        let other = Files::from([(file.clone(), other.into_owned().into_bytes())]);
        let Ok(found) = values(runner, code, other, experiments)? else {
            continue;
        };
        let moved = found.values.iter().flatten().flatten().count();
        if moved > best.as_ref().map_or(0, |(most, _)| *most) {
            best = Some((moved, found));
        }
    }
    Ok(best.map(|(_, found)| found))
}
