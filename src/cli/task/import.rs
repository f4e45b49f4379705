//! `autoexp task import`: what became of another benchmark's papers, for people.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;

use crate::author::{self, ImportedPaper, State};
use crate::cli::common::{Common, Reuse};

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Which benchmark's they are
    #[arg(value_enum)]
    from: From,
    /// Your checkout of it, in either of its layouts
    #[arg(value_name = "PATH")]
    path: PathBuf,
    /// The folder in which the papers' folders are made
    #[arg(long, value_name = "DIR", default_value = "drafts")]
    tasks: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    reuse: Reuse,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum From {
    /// AutoExperiment (arXiv 2506.19724)
    #[value(name = "autoexperiment")]
    AutoExperiment,
}

const EXAMPLES: &str = "\
Example:
  autoexp task import autoexperiment ~/src/AutoExperiment --tasks upstream

Exits with 1 if something of it can't be used here; what is printed says what, and why.";

pub(super) fn run(args: Args, common: &Common, out: &mut impl Write) -> anyhow::Result<u8> {
    let progress = common.progress();
    let runner = args.reuse.runner(common, progress.as_ref())?;
    let From::AutoExperiment = args.from;
    let papers = author::import(
        &args.path,
        &args.tasks,
        &runner,
        &common.parser(),
        progress.as_ref(),
    )
    .context("import AutoExperiment's papers")?;
    Reuse::warn(&runner);
    if args.json {
        serde_json::to_writer_pretty(&mut *out, &papers).map_err(std::io::Error::from)?;
        writeln!(out)?;
    } else {
        for paper in &papers {
            show(out, paper)?;
        }
        let experiments = || papers.iter().flat_map(|paper| &paper.experiments);
        let runs = experiments().filter(|experiment| experiment.runs).count();
        writeln!(
            out,
            "{} papers; {runs} of {} experiments give their numbers here",
            papers.len(),
            experiments().count()
        )?;
    }
    let whole = |paper: &ImportedPaper| {
        let lost = |state: &State| matches!(state, State::Lost { .. });
        paper.experiments.iter().all(|experiment| experiment.runs)
            && !paper.functions.iter().any(|function| lost(&function.state))
    };
    Ok(u8::from(!papers.iter().all(whole)))
}

fn show(out: &mut impl Write, paper: &ImportedPaper) -> std::io::Result<()> {
    writeln!(out, "{}: {}", paper.paper, paper.title)?;
    match &paper.folder {
        Some(folder) => writeln!(out, "  in {}", folder.display())?,
        None => writeln!(out, "  not written: none of its experiments can be")?,
    }
    for function in &paper.functions {
        let name = function.name.as_deref().unwrap_or(&function.listed);
        let state = match &function.state {
            State::Exact => continue,
            State::Repaired { how } => format!("repaired: {how}"),
            State::Twice => "listed twice; taken once".to_owned(),
            State::Lost { why } => format!("lost: {why}"),
        };
        writeln!(
            out,
            "  function {}: {name} in {}: {state}",
            function.number, function.file
        )?;
    }
    let exact = paper
        .functions
        .iter()
        .filter(|function| function.state == State::Exact);
    writeln!(
        out,
        "  {} functions of {} stand where they are listed",
        exact.count(),
        paper.functions.len()
    )?;
    for experiment in &paper.experiments {
        let verdict = if experiment.runs {
            "gives its numbers here"
        } else {
            "doesn't"
        };
        writeln!(
            out,
            "  experiment {}: {verdict}: {}",
            experiment.number, experiment.command
        )?;
        for need in &experiment.needs {
            writeln!(out, "      {need}")?;
        }
    }
    writeln!(out)
}
