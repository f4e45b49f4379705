//! What came of runs, from their records alone.
//!
//! - `row.rs`: one line for each experiment of each trial; `table.rs`: the lines as a table, and how
//!   often each model passed at each n; `blocks.rs`: the same as a small plot of text
//! - `load.rs`: runs' folders into `trial.rs`'s trials, small enough that many fit
//! - `series.rs`: trials that differ in nothing but task and attempt
//! - `analysis.rs`: a series in numbers; `compare.rs`: two of them; `verifiers.rs`: choosing one of
//!   several attempts; `summary.rs`: all of it in a few words
//! - `figures/`: what is drawn; `upstream.rs`: what was published elsewhere
//! - `look.rs`: trials to look into; `page/`: the page
//! - `export.rs`: the numbers for other programs and texts; `atif.rs`: trajectories; `inspect/`: the
//!   trials as Inspect's logs
//!
//! Nothing here runs or reads a task: a folder that was moved, and whose papers are gone, still
//! reports.

mod analysis;
mod atif;
mod blocks;
mod compare;
mod export;
mod figures;
mod inspect;
mod load;
mod look;
mod page;
mod row;
mod series;
mod summary;
mod table;
mod trial;
mod upstream;
mod verifiers;

use std::collections::BTreeSet;
use std::path::PathBuf;

pub use atif::write_atif;
pub use blocks::blocks;
pub use compare::Comparison;
pub use export::{Format, comparisons_json};
pub use inspect::{LogError, write_logs};
pub use load::load;
pub use page::PageError;
pub use row::{Metric, Row, rows};
pub use table::{summary, table};
pub use trial::{Recorded, Run, Trial};

use crate::trial::RecordError;
use analysis::{Analysis, analyse};
use figures::Figure;
use series::Series;
use summary::Summary;

/// What is asked for with a report.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Trials to look into; failures and surprises where there are none.
    pub trials: Vec<String>,
    /// Whether to draw what AutoExperiment published beside what is reported.
    pub upstream: bool,
}

/// A report that can't be made.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    #[error(transparent)]
    Record(#[from] RecordError),
    #[error(transparent)]
    Page(#[from] PageError),
    #[error(transparent)]
    Log(#[from] LogError),
    #[error("{} has no finished trial yet; run the sweep first", folders(.0))]
    Nothing(Vec<PathBuf>),
    #[error(
        "the runs have no trial {}; `autoexp report --format csv` lists those that there are",
        .0.join(", ")
    )]
    Unknown(Vec<String>),
}

fn folders(folders: &[PathBuf]) -> String {
    let folders = folders.iter().map(|folder| folder.display().to_string());
    folders.collect::<Vec<_>>().join(", ")
}

/// Names that were asked for and are no trials of the runs.
fn unknown(recorded: &Recorded, named: &[String]) -> Vec<String> {
    let known: BTreeSet<&str> = recorded.trials.iter().map(|it| it.id.as_str()).collect();
    let unknown = named.iter().filter(|name| !known.contains(name.as_str()));
    unknown.cloned().collect()
}

/// Everything there is to say of some runs.
pub struct Report<'a> {
    recorded: &'a Recorded,
    series: Vec<Series<'a>>,
    analyses: Vec<Analysis>,
    comparisons: Vec<Comparison>,
    summary: Summary,
    figures: Vec<Figure>,
    /// Figures that the data doesn't cover.
    absent: Vec<&'static str>,
}

impl<'a> Report<'a> {
    /// Counts and draws.
    pub fn new(recorded: &'a Recorded, wanted: &Wanted) -> Report<'a> {
        let series = series::series(recorded);
        let analyses: Vec<Analysis> = series.iter().map(analyse).collect();
        let comparisons = compare::comparisons(&series);
        let summary = summary::summary(recorded, &series, &analyses);
        let (figures, absent) = drawn(&series, &analyses, &comparisons, wanted);
        Report {
            recorded,
            series,
            analyses,
            comparisons,
            summary,
            figures,
            absent,
        }
    }

    fn title(&self) -> String {
        let mut models: Vec<&str> = self.series.iter().map(|it| it.model).collect();
        models.dedup();
        const SHOWN: usize = 4;
        let more = models.len().saturating_sub(SHOWN);
        let shown = models[..models.len().min(SHOWN)].join(", ");
        match more {
            0 => shown,
            more => format!("{shown} and {more} more"),
        }
    }

    /// How the series that can be compared do.
    pub fn comparisons(&self) -> &[Comparison] {
        &self.comparisons
    }

    /// The page, as HTML.
    pub fn page(&self, wanted: &Wanted) -> Result<String, ReportError> {
        let unknown = unknown(self.recorded, &wanted.trials);
        if !unknown.is_empty() {
            return Err(ReportError::Unknown(unknown));
        }
        let (looks, prompts) = look::looks(self, &wanted.trials)?;
        Ok(page::page(self, &looks, &prompts)?)
    }
}

/// The figures that the data covers, and the names of those that it doesn't.
fn drawn(
    series: &[Series<'_>],
    analyses: &[Analysis],
    comparisons: &[Comparison],
    wanted: &Wanted,
) -> (Vec<Figure>, Vec<&'static str>) {
    let published: &[_] = if wanted.upstream {
        &upstream::PUBLISHED
    } else {
        &[]
    };
    let mut figures = vec![
        figures::verified_over_n(analyses, published),
        figures::passed_over_n(analyses),
    ];
    let mut absent = Vec::new();
    let mut add = |figure: Option<Figure>, name| match figure {
        Some(figure) => figures.push(figure),
        None => absent.push(name),
    };
    add(
        figures::repeated(analyses),
        "pass@k (one attempt at each task)",
    );
    add(
        figures::against_cost(analyses),
        "cost (no model with a known price)",
    );
    add(
        figures::against_tokens(analyses),
        "tokens (no model that takes tokens)",
    );
    let fuel = figures::solved("fuel", "fuel", analyses, |at| at.fuel, &figures::short_fuel);
    add(fuel, "fuel of solved tasks");
    let steps = figures::solved("steps", "steps", analyses, |at| at.steps, &|steps| {
        format!("{steps:.0}")
    });
    add(steps, "steps of solved tasks");
    let models: Vec<&Comparison> = comparisons
        .iter()
        .filter(|it| it.setting.is_none())
        .collect();
    add(
        figures::differences("between-models", "Differences between models", &models),
        "differences between models (fewer than two of them at the same tasks)",
    );
    let mut settings: Vec<&str> = comparisons
        .iter()
        .filter_map(|it| it.setting.as_deref())
        .collect();
    settings.sort_unstable();
    settings.dedup();
    for setting in &settings {
        let of: Vec<&Comparison> = comparisons
            .iter()
            .filter(|it| it.setting.as_deref() == Some(setting))
            .collect();
        let id = format!("by-{}", setting.replace(' ', "-"));
        add(
            figures::differences(&id, &format!("What {setting} makes of it"), &of),
            "settings",
        );
    }
    if settings.is_empty() {
        absent.push("comparisons by setting (all trials have the same)");
    }
    figures.extend(figures::failures(analyses));
    figures.extend(figures::heat_map(series));
    (figures, absent)
}
