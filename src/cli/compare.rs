//! `autoexp compare`: two runs, or the models and settings of one, on the same trials.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, bail};
use comfy_table::{Table, presets};

use super::common::Common;
use crate::report::{Comparison, Report, Wanted, comparisons_json, load};

/// Compare two runs, or the models and settings of one, on the tasks and attempts that both have
///
/// For each two that differ in one thing, the model or a setting: how much more of the second's
/// trials are verified, with a 95 % interval, and McNemar's exact test.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The folders of one or two runs
    #[arg(value_name = "RUN", required = true, num_args = 1..=2)]
    runs: Vec<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  autoexp compare runs/low-effort runs/high-effort
  autoexp compare runs/three-models --json | jq '.comparisons[].paired'";

pub(super) fn run(args: Args, _common: &Common) -> anyhow::Result<u8> {
    let recorded = load(&args.runs).context("compare the runs")?;
    let report = Report::new(&recorded, &Wanted::default());
    let all = report.comparisons();
    if all.is_empty() {
        bail!(
            "compare the runs: no two models or settings in them have a task and attempt in common, \
             and differ in one thing alone; `autoexp report` shows what is there"
        );
    }
    let mut stdout = std::io::stdout().lock();
    match args.json {
        true => write!(stdout, "{}", comparisons_json(all)?)?,
        false => {
            let mut table = Table::new();
            table
                .load_style(presets::NOTHING)
                .set_header(Comparison::HEADS);
            for comparison in all {
                table.add_row(comparison.row());
            }
            writeln!(stdout, "{}", table.trim_fmt())?;
        }
    }
    Ok(0)
}
