//! A report's numbers for other programs and texts.

use serde::Serialize;
use serde_json::json;

use super::analysis::AtN;
use super::compare::Comparison;
use super::summary::rate;
use super::{Report, figures::percent};

/// How a report is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// One page with everything in it
    #[default]
    Html,
    /// A line for each trial
    Csv,
    /// All estimates and comparisons
    Json,
    /// Tables for Markdown
    Md,
    /// Tables for LaTeX, with booktabs
    Latex,
    /// Trajectories in the Agent Trajectory Interchange Format: a folder, with one for each trial
    Atif,
    /// Logs for Inspect's viewer, one of each model and setting, a trial a sample
    Inspect,
}

/// The version of the JSON's layout.
const JSON_FORMAT: u32 = 1;

/// A table of text.
struct Table {
    title: String,
    heads: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Report<'_> {
    /// The trials, a line each, as RFC 4180 has it.
    pub fn csv(&self) -> String {
        const HEADS: [&str; 24] = [
            "trial",
            "run",
            "paper",
            "task",
            "n",
            "masked",
            "model",
            "attempt",
            "settings",
            "verified",
            "pass",
            "upstream_pass",
            "grounded",
            "transplanted",
            "failure",
            "functions_right",
            "experiments_right",
            "experiments",
            "steps",
            "tokens",
            "cost_usd",
            "fuel",
            "peak_memory_bytes",
            "elapsed_ms",
        ];
        let mut text = line(HEADS.iter().map(|head| (*head).to_owned()));
        let known = |it: Option<bool>| it.map_or_else(String::new, |it| it.to_string());
        for trial in &self.recorded.trials {
            let settings = trial
                .settings
                .iter()
                .map(|(name, value)| format!("{name}={value}"));
            text += &line([
                trial.id.clone(),
                self.recorded.runs[trial.run].folder.clone(),
                trial.paper.to_string(),
                trial.task.to_string(),
                trial.n.to_string(),
                trial.masked.join(";"),
                trial.model.to_string(),
                trial.attempt.to_string(),
                settings.collect::<Vec<_>>().join(";"),
                known(trial.verified),
                trial.pass.to_string(),
                trial.upstream_pass.to_string(),
                known(trial.grounded),
                known(trial.transplanted),
                trial.failure.unwrap_or_default().to_owned(),
                trial
                    .functions_right
                    .map_or_else(String::new, |it| it.to_string()),
                trial.experiments_right.to_string(),
                trial.experiments.to_string(),
                trial.steps.to_string(),
                trial.tokens.map_or_else(String::new, |it| it.to_string()),
                trial.cost_usd.map_or_else(String::new, |it| it.to_string()),
                trial.fuel.to_string(),
                trial.peak_memory_bytes.to_string(),
                trial.elapsed_ms.to_string(),
            ]);
        }
        text
    }

    /// All that was counted.
    pub fn json(&self) -> serde_json::Result<String> {
        #[derive(Serialize)]
        struct Document<'r> {
            format: u32,
            runs: &'r [super::Run],
            trials: usize,
            summary: &'r super::Summary,
            series: &'r [super::Analysis],
            comparisons: &'r [Comparison],
        }
        let document = Document {
            format: JSON_FORMAT,
            runs: &self.recorded.runs,
            trials: self.recorded.trials.len(),
            summary: &self.summary,
            series: &self.analyses,
            comparisons: &self.comparisons,
        };
        Ok(serde_json::to_string_pretty(&document)? + "\n")
    }

    pub fn markdown(&self) -> String {
        let mut text = format!("{}\n\n", self.summary.headline);
        for warning in &self.summary.warnings {
            text += &format!("- {warning}\n");
        }
        for table in self.tables() {
            let row = |cells: &[String]| {
                let cells = cells
                    .iter()
                    .map(|cell| cell.replace('|', "\\|").replace('\n', " "));
                format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "))
            };
            text += &format!("\n## {}\n\n", table.title);
            text += &row(&table.heads);
            text += &format!("|{}\n", "---|".repeat(table.heads.len()));
            text.extend(table.rows.iter().map(|cells| row(cells)));
        }
        text
    }

    pub fn latex(&self) -> String {
        let mut text = String::new();
        for table in self.tables() {
            let row = |cells: &[String]| {
                let cells = cells.iter().map(|cell| tex(cell));
                format!("{} \\\\\n", cells.collect::<Vec<_>>().join(" & "))
            };
            let columns = "l".repeat(table.heads.len());
            text += &format!(
                "% {}\n\\begin{{tabular}}{{{columns}}}\n\\toprule\n",
                table.title
            );
            text += &row(&table.heads);
            text += "\\midrule\n";
            text.extend(table.rows.iter().map(|cells| row(cells)));
            text += "\\bottomrule\n\\end{tabular}\n\n";
        }
        text
    }

    fn tables(&self) -> Vec<Table> {
        let at = |label: &str, at: &AtN| {
            let repeated = at.pass_at.last().filter(|it| it.k > 1);
            vec![
                label.to_owned(),
                at.n.to_string(),
                at.tasks.to_string(),
                at.trials.to_string(),
                at.verified.as_ref().map_or_else(|| "–".to_owned(), rate),
                at.pass.as_ref().map_or_else(|| "–".to_owned(), rate),
                repeated.map_or_else(
                    || "–".to_owned(),
                    |it| format!("{} (k = {})", percent(it.any), it.k),
                ),
                at.independence
                    .as_ref()
                    .map_or_else(|| "–".to_owned(), |it| percent(it.baseline)),
            ]
        };
        let heads = [
            "model",
            "n",
            "tasks",
            "trials",
            "verified",
            "right numbers",
            "pass@k",
            "if independent",
        ];
        let series = self.analyses.iter();
        let rows = series.flat_map(|it| it.by_n.iter().map(|n| at(&it.label, n)));
        let mut tables = vec![Table {
            title: "Verified over n".to_owned(),
            heads: heads.map(str::to_owned).to_vec(),
            rows: rows.collect(),
        }];
        if !self.comparisons.is_empty() {
            tables.push(Table {
                title: "Comparisons".to_owned(),
                heads: Comparison::HEADS.map(str::to_owned).to_vec(),
                rows: self.comparisons.iter().map(Comparison::row).collect(),
            });
        }
        let verifiers = series_verifiers(self);
        if !verifiers.rows.is_empty() {
            tables.push(verifiers);
        }
        tables
    }
}

fn series_verifiers(report: &Report<'_>) -> Table {
    let series = report
        .analyses
        .iter()
        .filter_map(|it| Some((it, it.verifiers.as_ref()?)));
    let rows = series.flat_map(|(it, found)| {
        found.by.iter().map(move |by| {
            vec![
                it.label.clone(),
                by.name.to_owned(),
                percent(found.first),
                percent(by.chosen),
                percent(found.any),
                by.recovered.map_or_else(|| "–".to_owned(), percent),
            ]
        })
    });
    let heads = [
        "model",
        "verifier",
        "pass@1",
        "chosen",
        "pass@k",
        "recovered",
    ];
    Table {
        title: "Verifiers".to_owned(),
        heads: heads.map(str::to_owned).to_vec(),
        rows: rows.collect(),
    }
}

fn line(cells: impl IntoIterator<Item = String>) -> String {
    let cells = cells
        .into_iter()
        .map(|cell| match cell.contains([',', '"', '\n', '\r']) {
            true => format!("\"{}\"", cell.replace('"', "\"\"")),
            false => cell,
        });
    cells.collect::<Vec<_>>().join(",") + "\r\n"
}

fn tex(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '\\' => escaped += "\\textbackslash{}",
            '~' => escaped += "\\textasciitilde{}",
            '^' => escaped += "\\textasciicircum{}",
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => escaped.extend(['\\', character]),
            '–' => escaped += "--",
            '·' => escaped += "$\\cdot$",
            '→' => escaped += "$\\to$",
            _ => escaped.push(character),
        }
    }
    escaped
}

/// The JSON of comparisons alone.
pub fn comparisons_json(all: &[Comparison]) -> serde_json::Result<String> {
    Ok(serde_json::to_string_pretty(&json!({"format": JSON_FORMAT, "comparisons": all}))? + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_break_a_format_is_escaped() {
        let cells = ["a,b", "say \"x\"", "plain"].map(str::to_owned);
        assert_eq!(line(cells), "\"a,b\",\"say \"\"x\"\"\",plain\r\n");
        assert_eq!(tex("50 % of a_b\\"), "50 \\% of a\\_b\\textbackslash{}");
    }
}
