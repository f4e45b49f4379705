//! The page: one file with everything in it, and nothing from elsewhere.
//!
//! What models wrote stands in it as text: the templates escape it, and the page's own policy runs
//! no script but the page's.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::Report;
use super::analysis::{Analysis, Estimate};
use super::compare::Comparison;
use super::figures::{Figure, percent};
use super::look::{Look, Prompt};
use super::summary::{Summary, rate};
use super::trial::{Run, Trial};

const SCRIPT: &str = include_str!("script.js");
const STYLE: &str = include_str!("style.css");

/// The page can't be more than this; trials to look into are left out until it isn't.
const LARGEST: usize = 20_000_000;
/// What its table of trials may take of that: each series has an equal share, and trials beyond are
/// left out of the table.
const LARGEST_TABLE: usize = 10_000_000;

/// A page that can't be made.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// A template does not fit what it is filled with: a mistake in the template.
    #[error("fill in the report's template: {0:#}")]
    Template(#[from] minijinja::Error),
    #[error("write the table of trials: {0}")]
    Json(#[from] serde_json::Error),
}

/// A table that can be sorted.
#[derive(Serialize)]
struct Table {
    title: &'static str,
    note: String,
    heads: Vec<String>,
    rows: Vec<Vec<Cell>>,
}

#[derive(Serialize)]
struct Cell {
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    sort: Option<f64>,
}

fn text(text: impl Into<String>) -> Cell {
    Cell {
        text: text.into(),
        sort: None,
    }
}

fn number(shown: String, sort: f64) -> Cell {
    Cell {
        text: shown,
        sort: Some(sort),
    }
}

fn rated(found: &Option<Estimate>) -> Cell {
    match found {
        Some(found) => number(
            format!("{}{}", rate(found), if found.few { " *" } else { "" }),
            found.rate,
        ),
        None => text("–"),
    }
}

/// Renders a report with as many of the trials as fit.
pub fn page(report: &Report<'_>, looks: &[Look], prompts: &[Prompt]) -> Result<String, PageError> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).build()?);
    environment.add_template("report.html", include_str!("report.html.j2"))?;
    environment.add_template("end.html", include_str!("end.html.j2"))?;
    environment.add_template("look.html", include_str!("look.html.j2"))?;
    let look = environment.get_template("look.html")?;
    let Data {
        text: data,
        left_out,
    } = data(report, LARGEST_TABLE)?;
    let mut room = LARGEST
        .saturating_sub(data.len() + SCRIPT.len() + STYLE.len())
        .saturating_sub(report.figures.iter().map(size).sum())
        .saturating_sub(prompts.iter().map(|it| 2 * it.text.len()).sum())
        .saturating_sub(LARGEST / 20);
    let mut rendered = Vec::new();
    for it in looks {
        let html = look.render(Serde(it))?;
        if html.len() <= room {
            room -= html.len();
            rendered.push(html);
        }
    }
    let script_hash = format!("sha256-{}", base64(&Sha256::digest(SCRIPT)));
    let comparisons: Vec<Vec<String>> = report.comparisons.iter().map(Comparison::row).collect();
    let filled = Filled {
        title: report.title(),
        style: STYLE,
        script_hash,
        summary: &report.summary,
        figures: &report.figures,
        absent: &report.absent,
        tables: tables(&report.analyses),
        comparisons,
        comparison_heads: Comparison::HEADS,
        looks: rendered,
        prompts,
        trials: report.recorded.trials.len(),
        runs: &report.recorded.runs,
        version: env!("CARGO_PKG_VERSION"),
        format: crate::trial::FORMAT,
        left_out,
    };
    let mut page = environment
        .get_template("report.html")?
        .render(Serde(&filled))?;
    let end = environment
        .get_template("end.html")?
        .render(minijinja::context! { script => SCRIPT })?;
    // Not by way of a template, which would copy it.
    page.reserve_exact(data.len() + end.len());
    page += &data;
    page += &end;
    Ok(page)
}

/// What the page's template is filled with.
#[derive(Serialize)]
struct Filled<'r> {
    title: String,
    style: &'static str,
    script_hash: String,
    summary: &'r Summary,
    figures: &'r [Figure],
    absent: &'r [&'static str],
    tables: Vec<Table>,
    comparisons: Vec<Vec<String>>,
    comparison_heads: [&'static str; Comparison::HEADS.len()],
    looks: Vec<String>,
    prompts: &'r [Prompt],
    trials: usize,
    runs: &'r [Run],
    version: &'static str,
    format: u32,
    /// Trials that the table has no room for.
    left_out: usize,
}

fn size(figure: &Figure) -> usize {
    let cells: usize = figure
        .rows
        .iter()
        .flatten()
        .map(|cell| cell.len() + 12)
        .sum();
    figure.svg.len() + figure.alt.len() + cells
}

/// What the page's script makes the table of trials from.
struct Data {
    /// JSON that may stand in a script.
    text: String,
    /// Trials that there is no room for.
    left_out: usize,
}

/// The trials as rows of values, in no more than so many bytes.
fn data(report: &Report<'_>, most: usize) -> serde_json::Result<Data> {
    let heads = [
        ("verified", false),
        ("model", false),
        ("task", false),
        ("n", true),
        ("attempt", true),
        ("numbers", false),
        ("functions", false),
        ("steps", true),
        ("tokens", true),
        ("cost", true),
        ("fuel", true),
        ("seconds", true),
        ("trial", false),
    ];
    let series: Vec<&str> = report.series.iter().map(|it| it.label.as_str()).collect();
    let mut text = inert(&json!({
        "heads": heads.map(|(head, _)| head),
        "numeric": heads.map(|(_, numeric)| numeric),
        "series": series,
    }))?;
    // The rows are the object's last field.
    text.pop();
    text += ",\"rows\":[";
    let mut left_out = 0;
    let begun = text.len();
    for (place, series) in report.series.iter().enumerate() {
        let until = begun + (most / report.series.len()) * (place + 1);
        for (number, trial) in series.trials.iter().enumerate() {
            let row = inert(&row(place, trial))?;
            if text.len() + row.len() > until {
                left_out += series.trials.len() - number;
                break;
            }
            text += &row;
            text.push(',');
        }
    }
    if text.ends_with(',') {
        text.pop();
    }
    text += "]}";
    Ok(Data { text, left_out })
}

/// As JSON that can't end the script that it stands in.
fn inert(value: &impl Serialize) -> serde_json::Result<String> {
    Ok(serde_json::to_string(value)?.replace('<', "\\u003c"))
}

fn row<'t>(series: usize, trial: &'t Trial) -> impl Serialize + 't {
    let verdict = match (trial.verified, trial.failure) {
        (Some(true), _) => "verified",
        (_, Some(failure)) => failure,
        (Some(false), None) => "not verified",
        (None, None) => "not known",
    };
    let functions = trial.functions_right.filter(|_| trial.n > 0);
    (
        verdict,
        series,
        &*trial.task,
        trial.n,
        trial.attempt,
        if trial.pass { "right" } else { "wrong" },
        functions.map(|right| format!("{right}/{}", trial.n)),
        trial.steps,
        trial.tokens,
        trial.cost_usd,
        trial.fuel,
        trial.elapsed_ms as f64 / 1000.0,
        &*trial.id,
    )
}

fn tables(all: &[Analysis]) -> Vec<Table> {
    let mut tables = vec![over_n(all)];
    tables.extend(costs(all));
    tables.extend(debugging(all));
    tables.extend(chosen(all));
    tables
}

fn over_n(all: &[Analysis]) -> Table {
    let ns: std::collections::BTreeSet<usize> =
        all.iter().flat_map(|it| &it.by_n).map(|at| at.n).collect();
    let mut heads = vec!["model".to_owned(), "n from 1".to_owned()];
    heads.extend(ns.iter().map(|n| format!("n = {n}")));
    let rows = all.iter().map(|it| {
        let mut row = vec![text(&it.label), rated(&it.verified)];
        row.extend(ns.iter().map(|n| {
            let at = it.by_n.iter().find(|at| at.n == *n);
            rated(&at.and_then(|at| at.verified))
        }));
        row
    });
    Table {
        title: "Verified, with 95 % intervals",
        note: "* too few trials, or too wide an interval, to say".to_owned(),
        heads,
        rows: rows.collect(),
    }
}

fn costs(all: &[Analysis]) -> Option<Table> {
    let dollars =
        |it: Option<f64>| it.map_or_else(|| text("–"), |it| number(format!("${it:.4}"), it));
    let rows = all.iter().filter(|it| it.mean_tokens.is_some()).map(|it| {
        let tokens = it
            .mean_tokens
            .map_or_else(|| text("–"), |it| number(format!("{it:.0}"), it));
        vec![
            text(&it.label),
            number(it.trials.to_string(), it.trials as f64),
            tokens,
            dollars(it.mean_cost_usd),
            dollars(it.cost_per_verified_usd),
            dollars(it.total_cost_usd),
        ]
    });
    let rows: Vec<Vec<Cell>> = rows.collect();
    let heads = [
        "model",
        "trials",
        "tokens a trial",
        "dollars a trial",
        "dollars a verified trial",
        "dollars in all",
    ];
    (!rows.is_empty()).then(|| Table {
        title: "What it took",
        note: String::new(),
        heads: heads.map(str::to_owned).to_vec(),
        rows,
    })
}

fn debugging(all: &[Analysis]) -> Option<Table> {
    let share = |part: usize, whole: usize| match whole {
        0 => text("–"),
        _ => {
            let share = part as f64 / whole as f64;
            number(format!("{part}/{whole} ({})", percent(share)), share)
        }
    };
    let rows = all.iter().filter_map(|it| {
        let found = it.debugging?;
        Some(vec![
            text(&it.label),
            share(found.crashed_first, found.attempts),
            share(found.recovered, found.crashed_first),
            share(found.solved, found.crashed_first),
        ])
    });
    let rows: Vec<Vec<Cell>> = rows.collect();
    let heads = [
        "model",
        "first run crashes",
        "of these, a later one doesn't",
        "of these, verified",
    ];
    (!rows.is_empty()).then(|| Table {
        title: "Debugging",
        note: "Of attempts with functions masked that ran an experiment: those whose first run crashed, and what became of them.".to_owned(),
        heads: heads.map(str::to_owned).to_vec(),
        rows,
    })
}

fn chosen(all: &[Analysis]) -> Option<Table> {
    let rows = all
        .iter()
        .filter_map(|it| Some((it, it.verifiers.as_ref()?)))
        .flat_map(|(it, found)| {
            found.by.iter().map(move |by| {
                vec![
                    text(&it.label),
                    text(by.name),
                    number(found.tasks.to_string(), found.tasks as f64),
                    number(percent(found.first), found.first),
                    number(percent(by.chosen), by.chosen),
                    number(percent(found.any), found.any),
                    by.recovered
                        .map_or_else(|| text("–"), |it| number(percent(it), it)),
                    text(by.rule),
                ]
            })
        });
    let rows: Vec<Vec<Cell>> = rows.collect();
    let heads = [
        "model",
        "verifier",
        "tasks",
        "pass@1",
        "chosen",
        "pass@k",
        "of pass@k − pass@1 recovered",
        "rule",
    ];
    (!rows.is_empty()).then(|| Table {
        title: "Choosing one of several attempts without gold",
        note: "At tasks with at least two attempts: how often the attempt that a verifier chooses is verified.".to_owned(),
        heads: heads.map(str::to_owned).to_vec(),
        rows,
    })
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits = group
            .iter()
            .fold(0u32, |bits, byte| bits << 8 | u32::from(*byte))
            << (8 * (3 - group.len()));
        for digit in 0..4 {
            match digit <= group.len() {
                true => text.push(char::from(DIGITS[(bits >> (18 - 6 * digit) & 63) as usize])),
                false => text.push('='),
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_rfc() {
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }
}
