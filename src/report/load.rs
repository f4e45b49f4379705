//! Runs' folders into what a report counts.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde::Deserialize;
use serde_json::Value;

use super::trial::{Recorded, Run, Runs, Settings, Trial};
use crate::score::Judgement;
use crate::trial::{RecordError, RunFolder, TrialOutcome, TrialSpec, read_record};

/// What counts of `plan.json`.
#[derive(Deserialize)]
struct Planned {
    trials: BTreeSet<String>,
    /// What the run was extended from.
    #[serde(default)]
    earlier: Vec<Planned>,
}

impl Planned {
    fn all(self) -> BTreeSet<String> {
        let mut all = self.trials;
        all.extend(self.earlier.into_iter().flat_map(Planned::all));
        all
    }
}

/// Reads the finished trials of runs. A trial that stands in several runs counts once.
pub fn load(folders: &[PathBuf]) -> Result<Recorded, RecordError> {
    let mut recorded = Recorded::default();
    let mut seen = BTreeSet::new();
    let mut known = Known::default();
    for (run, path) in folders.iter().enumerate() {
        let folder = RunFolder::find(path)?;
        let mut names = folder.names()?;
        let all = names.len();
        let mut unfinished = 0;
        if let Some(planned) = folder.read::<Planned>("plan.json")? {
            let planned = planned.all();
            names.retain(|name| planned.contains(name));
            unfinished = planned.len();
        }
        let outdated = all - names.len();
        let mut trials = read(&folder, &names, run)?;
        let verdicts = verdicts(path)?;
        for trial in &mut trials {
            trial.judged = verdicts
                .get(&trial.id)
                .map(|said| said.iter().sum::<f64>() / said.len() as f64);
        }
        recorded.runs.push(Run {
            folder: path.display().to_string(),
            unfinished: unfinished.saturating_sub(trials.len()),
            outdated,
        });
        // Of one run, each trial is there once.
        let new = trials
            .into_iter()
            .filter(|trial| folders.len() == 1 || seen.insert(trial.id.clone()));
        recorded.trials.extend(new.map(|trial| known.share(trial)));
    }
    Ok(recorded)
}

/// Reads the trials with these names, on as many threads as there are cores.
fn read(folder: &RunFolder, names: &[String], run: usize) -> Result<Vec<Trial>, RecordError> {
    let next = AtomicUsize::new(0);
    let take = || {
        // Shared at once: what is read of a trial is several times what is new of it.
        let (mut trials, mut known) = (Vec::new(), Known::default());
        while let Some(name) = names.get(next.fetch_add(1, Ordering::Relaxed)) {
            if let Some((spec, outcome)) = folder.finished(name)? {
                trials.push(known.share(trial(run, name, &spec, &outcome)));
            }
        }
        Ok(trials)
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let found = thread::scope(|scope| {
        let others: Vec<_> = (1..cores).map(|_| scope.spawn(take)).collect();
        let mut found = vec![take()];
        found.extend(others.into_iter().map(|other| match other.join() {
            Ok(read) => read,
            Err(panic) => std::panic::resume_unwind(panic),
        }));
        found
    });
    let mut trials = Vec::with_capacity(names.len());
    for read in found {
        trials.extend(read?);
    }
    trials.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    Ok(trials)
}

/// What judges said of each trial: see the room `judge`.
fn verdicts(run: &Path) -> Result<BTreeMap<String, Vec<f64>>, RecordError> {
    #[derive(Deserialize)]
    struct Verdict {
        trial: String,
        confidence: Option<f64>,
    }
    let mut all: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for judge in list(&run.join("judged"))? {
        for path in list(&judge)? {
            let verdict: Option<Verdict> = read_record(&path)?;
            if let Some((trial, said)) = verdict.and_then(|it| Some((it.trial, it.confidence?))) {
                all.entry(trial).or_default().push(said);
            }
        }
    }
    Ok(all)
}

/// The paths in a folder, in their order; none where there is no folder.
fn list(folder: &Path) -> Result<Vec<PathBuf>, RecordError> {
    let io = |source| RecordError::Io {
        doing: "read",
        path: folder.to_owned(),
        source,
    };
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(io)?,
    };
    let paths: Result<Vec<PathBuf>, _> = entries.map(|entry| Ok(entry?.path())).collect();
    let mut paths = paths.map_err(io)?;
    paths.sort_unstable();
    Ok(paths)
}

/// A trial's counts.
pub fn trial(run: usize, id: &str, spec: &TrialSpec, outcome: &TrialOutcome) -> Trial {
    let score = &outcome.score;
    let experiments = &score.judgement.experiments;
    let right = score
        .functions
        .iter()
        .filter(|it| it.right == Some(true))
        .count();
    Trial {
        run,
        id: id.to_owned(),
        paper: spec.paper.to_string().into(),
        task: spec.task.to_string().into(),
        n: spec.n,
        masked: spec.masked.clone().into(),
        model: spec.model.to_string().into(),
        attempt: spec.attempt,
        settings: Arc::new(settings(spec)),
        pass: score.pass,
        upstream_pass: score.upstream_pass,
        grounded: score.grounded,
        transplanted: score.transplanted,
        verified: score.verified,
        failure: score.failure.map(|failure| failure.name()),
        functions_right: (score.functions.len() == spec.n).then_some(right),
        experiments: experiments.len() as u32,
        experiments_right: experiments.iter().filter(|it| it.pass).count() as u32,
        reported: reported(&score.judgement),
        judged: None,
        steps: outcome.steps,
        corrections: outcome.corrections,
        tokens: outcome.usage.map(|usage| usage.tokens()),
        cost_usd: outcome.cost_usd,
        fuel: outcome.fuel,
        peak_memory_bytes: outcome.peak_memory_bytes,
        elapsed_ms: outcome.measured.elapsed_ms,
        runs: outcome.debugging.and_then(|it| {
            Some(Runs {
                first_crashed: it.first_crashed?,
                recovered: it.recovered == Some(true),
            })
        }),
    }
}

/// The settings by name, whatever there are: of settings in groups, the names of what is in them.
fn settings(spec: &TrialSpec) -> Settings {
    let mut settings = Settings::new();
    // A struct of strings and numbers: always serialisable.
    flatten(
        "",
        serde_json::to_value(&spec.settings).unwrap_or_default(),
        &mut settings,
    );
    settings
}

fn flatten(name: &str, value: Value, settings: &mut Settings) {
    let shown = match value {
        Value::Object(fields) => {
            for (field, value) in fields {
                flatten(&field, value, settings);
            }
            return;
        }
        Value::Null => return,
        Value::String(text) => text,
        other => other.to_string(),
    };
    settings.insert(name.replace('_', " "), shown);
}

/// All numbers that were reported; none where one is missing.
fn reported(judgement: &Judgement) -> Option<Box<[f64]>> {
    fn numbers(value: &Value, into: &mut Vec<f64>) -> Option<()> {
        match value {
            Value::Array(values) => values.iter().try_for_each(|value| numbers(value, into)),
            value => {
                into.push(value.as_f64()?);
                Some(())
            }
        }
    }
    let mut all = Vec::new();
    let metrics = judgement.experiments.iter().flat_map(|it| &it.metrics);
    for metric in metrics {
        numbers(metric.reported.as_ref()?, &mut all)?;
    }
    (!all.is_empty()).then(|| all.into())
}

/// What trials have in common, kept once.
#[derive(Default)]
struct Known {
    texts: BTreeSet<Arc<str>>,
    masked: BTreeSet<Arc<[String]>>,
    settings: BTreeMap<Settings, Arc<Settings>>,
}

impl Known {
    fn share(&mut self, mut trial: Trial) -> Trial {
        for text in [&mut trial.paper, &mut trial.task, &mut trial.model] {
            *text = shared(&mut self.texts, text);
        }
        trial.masked = shared(&mut self.masked, &trial.masked);
        trial.settings = match self.settings.get(&*trial.settings) {
            Some(known) => known.clone(),
            None => {
                let settings = (*trial.settings).clone();
                self.settings.insert(settings, trial.settings.clone());
                trial.settings
            }
        };
        trial
    }
}

fn shared<T: Ord + ?Sized>(known: &mut BTreeSet<Arc<T>>, value: &Arc<T>) -> Arc<T> {
    match known.get(value) {
        Some(known) => known.clone(),
        None => {
            known.insert(value.clone());
            value.clone()
        }
    }
}
