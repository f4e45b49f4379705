//! Trials that differ in nothing but task and attempt.

use std::collections::{BTreeMap, BTreeSet};

use super::trial::{Recorded, Settings, Trial};

/// What stands for a setting that was left as it is.
pub const DEFAULT: &str = "default";

/// The trials of a model with settings, which make a line in a figure.
#[derive(Clone, Debug)]
pub struct Series<'a> {
    /// The model, and what of the settings isn't the same in the whole report.
    pub label: String,
    pub model: &'a str,
    /// Those of the settings, by name.
    pub settings: Settings,
    pub trials: Vec<&'a Trial>,
}

impl Series<'_> {
    /// The numbers of masked functions that there are trials of.
    pub fn ns(&self) -> BTreeSet<usize> {
        self.trials.iter().map(|trial| trial.n).collect()
    }
}

/// Whether a model is one that measures the tasks and not a mind.
pub fn is_instrument(model: &str) -> bool {
    matches!(model, "oracle" | "nop")
}

/// The settings that differ between trials, each with its values.
pub fn varying(recorded: &Recorded) -> BTreeMap<String, BTreeSet<String>> {
    // Trials share them: there are few.
    let mut different: BTreeSet<&Settings> = BTreeSet::new();
    for trial in &recorded.trials {
        different.insert(&trial.settings);
    }
    let mut names: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for name in different.iter().flat_map(|settings| settings.keys()) {
        names.entry(name.clone()).or_default();
    }
    for (name, values) in &mut names {
        values.extend(different.iter().map(|it| value(it, name).to_owned()));
    }
    names.retain(|_, values| values.len() > 1);
    names
}

/// A setting's value.
pub fn value<'s>(settings: &'s Settings, name: &str) -> &'s str {
    settings.get(name).map_or(DEFAULT, String::as_str)
}

/// The series of a report: by model, then by settings. Runs are told apart where two have the same
/// trial with another outcome to count.
pub fn series(recorded: &Recorded) -> Vec<Series<'_>> {
    let varying = varying(recorded);
    let mut seen = BTreeSet::new();
    let twice = recorded.trials.iter().any(|trial| {
        let settings: Vec<&str> = varying
            .keys()
            .map(|name| value(&trial.settings, name))
            .collect();
        !seen.insert((&trial.model, settings, &trial.task, trial.attempt))
    });
    let mut series: BTreeMap<(&str, Settings), Vec<&Trial>> = BTreeMap::new();
    for trial in &recorded.trials {
        let of = varying
            .keys()
            .map(|name| (name.clone(), value(&trial.settings, name).to_owned()));
        let mut settings: Settings = of.collect();
        if twice {
            settings.insert("run".to_owned(), recorded.runs[trial.run].folder.clone());
        }
        series
            .entry((&trial.model, settings))
            .or_default()
            .push(trial);
    }
    let label = |model: &str, settings: &Settings| {
        let told = settings.iter().filter(|(_, value)| *value != DEFAULT);
        let told = told.map(|(name, value)| format!("{name} {value}"));
        [model.to_owned()]
            .into_iter()
            .chain(told)
            .collect::<Vec<_>>()
            .join(" · ")
    };
    let all = series
        .into_iter()
        .map(|((model, settings), trials)| Series {
            label: label(model, &settings),
            model,
            settings,
            trials,
        });
    all.collect()
}
