//! A log: the samples of a series, and what is said of all of them.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::{Map, Value, json};
use tempfile::NamedTempFile;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::sample::{Source, sample};
use super::scores::Totals;
use super::{LogError, id, time};
use crate::model::Usage;
use crate::report::ReportError;
use crate::report::series::Series;
use crate::report::trial::{Recorded, Trial};
use crate::trial::{RunFolder, TrialOutcome, TrialSpec};

/// The version of Inspect's schema.
const SCHEMA: u32 = 2;
/// What the benchmark is called in Inspect.
const TASK: &str = "autoexp";

/// A log that is being written.
pub struct Log<'a> {
    recorded: &'a Recorded,
    series: &'a Series<'a>,
    path: PathBuf,
    zip: ZipWriter<NamedTempFile>,
    /// Ids and epochs that are taken.
    taken: BTreeSet<(String, u32)>,
    listed: Vec<Value>,
    totals: Totals,
    usage: Option<Usage>,
    cost_usd: Option<f64>,
    failed: usize,
    /// When the first trial began and the last one was over, in milliseconds since 1970.
    span: Option<(u64, u64)>,
    spec: Option<TrialSpec>,
}

impl<'a> Log<'a> {
    pub fn begin(
        recorded: &'a Recorded,
        series: &'a Series<'a>,
        folder: &Path,
    ) -> Result<Log<'a>, LogError> {
        let file = crate::aside::file_in(folder).map_err(LogError::of(folder))?;
        Ok(Log {
            recorded,
            series,
            path: folder.to_owned(),
            zip: ZipWriter::new(file),
            taken: BTreeSet::new(),
            listed: Vec::new(),
            totals: Totals::default(),
            usage: None,
            cost_usd: None,
            failed: 0,
            span: None,
            spec: None,
        })
    }

    /// Adds a trial.
    pub fn add(&mut self, trial: &Trial) -> Result<(), ReportError> {
        let folder = RunFolder::find(Path::new(&self.recorded.runs[trial.run].folder))?;
        let Some((spec, outcome)) = folder.finished(&trial.id)? else {
            return Ok(());
        };
        let task = spec.task.to_string();
        let mut epoch = spec.attempt;
        while !self.taken.insert((task.clone(), epoch)) {
            epoch += 1;
        }
        let (changes, _) = folder.patches(&trial.id)?;
        let told = sample(Source {
            trial: &trial.id,
            epoch,
            spec: &spec,
            outcome: &outcome,
            events: folder.trajectory(&trial.id)?,
            changes: &changes,
        });
        self.count(&outcome);
        self.totals.add(&task, &told.scores);
        self.failed += usize::from(!told.whole["error"].is_null());
        self.put(&format!("samples/{task}_epoch_{epoch}.json"), &told.whole)?;
        self.listed.push(told.listed);
        self.spec.get_or_insert(spec);
        Ok(())
    }

    fn count(&mut self, outcome: &TrialOutcome) {
        let began = outcome.measured.started.saturating_mul(1000);
        let over = began.saturating_add(outcome.measured.elapsed_ms);
        let (first, last) = self.span.unwrap_or((began, over));
        self.span = Some((first.min(began), last.max(over)));
        if let Some(usage) = outcome.usage {
            self.usage = Some(self.usage.unwrap_or_default().plus(usage));
        }
        if let Some(cost) = outcome.cost_usd {
            self.cost_usd = Some(self.cost_usd.unwrap_or_default() + cost);
        }
    }

    fn put(&mut self, name: &str, value: &impl Serialize) -> Result<(), LogError> {
        let written = (|| {
            // At no time, so that equal logs are equal bytes.
            let options = SimpleFileOptions::default()
                .compression_method(CompressionMethod::Deflated)
                .last_modified_time(DateTime::default());
            self.zip
                .start_file(name, options)
                .map_err(io::Error::from)?;
            serde_json::to_writer(&mut self.zip, value).map_err(io::Error::from)?;
            self.zip.flush()
        })();
        written.map_err(LogError::of(&self.path))
    }

    /// Writes what is said of all samples, and puts the log in its place.
    pub fn end(mut self) -> Result<PathBuf, LogError> {
        let (began, over) = self.span.unwrap_or_default();
        let eval = self.eval(began);
        let plan = self.plan();
        let listed = std::mem::take(&mut self.listed);
        let reductions = self.totals.reductions();
        let header = self.header(&listed, &eval, &plan, (began, over));
        self.put(
            "_journal/start.json",
            &json!({"version": SCHEMA, "eval": eval, "plan": plan}),
        )?;
        self.put("summaries.json", &listed)?;
        self.put("reductions.json", &reductions)?;
        self.put("header.json", &header)?;
        let created = time(began)
            .split('.')
            .next()
            .unwrap_or_default()
            .replace(':', "-");
        let task = eval["task_id"].as_str().unwrap_or_default();
        let path = self
            .path
            .join(format!("{created}-00-00_{TASK}_{task}.eval"));
        let finish = || {
            let file = self.zip.finish().map_err(io::Error::from)?;
            file.as_file().sync_all()?;
            file.persist(&path).map_err(|error| error.error)
        };
        finish().map_err(LogError::of(&path))?;
        Ok(path)
    }

    fn header(&self, listed: &[Value], eval: &Value, plan: &Value, span: (u64, u64)) -> Value {
        let results = json!({
            "total_samples": listed.len(),
            "completed_samples": listed.len() - self.failed,
            "scores": self.totals.results(listed.len()),
            "headline": {"scorer": "verified", "score": "verified", "metric": "accuracy"},
        });
        let mut usage = Map::new();
        if let Some(all) = self.usage {
            let told = super::message::usage(all, self.cost_usd);
            usage.insert(self.series.model.to_owned(), told);
        }
        json!({
            "version": SCHEMA,
            "status": "success",
            "eval": eval,
            "plan": plan,
            "results": results,
            "stats": {
                "started_at": time(span.0),
                "completed_at": time(span.1),
                "model_usage": usage,
            },
        })
    }

    /// What was run.
    fn eval(&self, began: u64) -> Value {
        let trials = &self.series.trials;
        let settings = trials
            .first()
            .map(|trial| trial.settings.clone())
            .unwrap_or_default();
        let told = serde_json::to_string(&*settings).unwrap_or_default();
        // The same as long as the same trials are first, while others are added.
        let words = [self.series.model, &told, &time(began)];
        let ids: BTreeSet<&str> = self.taken.iter().map(|(task, _)| task.as_str()).collect();
        let epochs = self
            .taken
            .iter()
            .map(|(_, epoch)| *epoch)
            .max()
            .unwrap_or(1);
        let runs = trials
            .iter()
            .map(|trial| trial.run)
            .collect::<BTreeSet<_>>();
        let runs = runs.into_iter().map(|run| json!(self.recorded.runs[run]));
        let spec = self.spec.as_ref();
        let budget = spec.map(|spec| &spec.settings.budget);
        let asking = spec.map(|spec| &spec.settings.asking);
        let metrics = json!([{"name": "inspect_ai/accuracy"}, {"name": "inspect_ai/stderr"}]);
        let scorers = self
            .totals
            .names()
            .map(|name| json!({"name": name, "metrics": metrics}));
        json!({
            "eval_id": id(&[&["eval"][..], &words[..]].concat()),
            "run_id": id(&[&["run"][..], &words[..]].concat()),
            "task_id": id(&[&["task"][..], &words[..]].concat()),
            "created": time(began),
            "task": TASK,
            "task_display_name": self.series.label,
            "task_args": *settings,
            "task_args_passed": self.series.settings,
            "solver": TASK,
            "dataset": {
                "name": TASK,
                "samples": ids.len(),
                "sample_ids": ids,
                "shuffled": false,
            },
            "sandbox": {"type": "autoexp"},
            "model": self.series.model,
            "model_base_url": asking.and_then(|it| it.base_url.clone()),
            "model_generate_config": {
                "temperature": asking.and_then(|it| it.temperature),
                "seed": asking.and_then(|it| it.seed),
                "max_tokens": asking.and_then(|it| it.reply_tokens),
            },
            "config": {
                "epochs": epochs,
                "epochs_reducer": ["mean"],
                "turn_limit": spec.map(|spec| spec.settings.max_steps),
                "token_limit": budget.and_then(|it| it.tokens),
                "cost_limit": budget.and_then(|it| it.cost_usd),
                "time_limit": budget.and_then(|it| it.seconds),
                "fail_on_error": false,
            },
            "packages": {"autoexp": env!("CARGO_PKG_VERSION")},
            "metadata": {"runs": runs.collect::<Vec<_>>(), "series": self.series.label},
            "scorers": scorers.collect::<Vec<_>>(),
        })
    }

    fn plan(&self) -> Value {
        let settings = self
            .series
            .trials
            .first()
            .map(|trial| trial.settings.clone());
        json!({"name": "plan", "steps": [{"solver": TASK, "params": settings}]})
    }
}
