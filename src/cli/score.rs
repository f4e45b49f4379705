//! `autoexp score`: the score of a task in a plain folder.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;

use super::common::{Common, Reuse, Tasks};
use super::error::inert;
use crate::agent::Prompts;
use crate::score::Score;
use crate::task::{Task, TaskId};
use crate::trial::{ANSWER, read_answer, score_folder};
use crate::workspace::ChangeKind;

/// Score a task that was worked on in a plain folder
///
/// The experiments' commands are run on the folder as it stands, and the bodies of the masked
/// functions in a fresh copy of the repository on other data. Left out of the folder are .git,
/// .venv, __pycache__ and answer.json.
///
/// Exits with 1 if it isn't verified.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The task
    #[arg(value_name = "TASK")]
    id: TaskId,
    /// The folder, made by `autoexp workspace create`
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The answer: a JSON file with an object of metrics under each experiment's id [default:
    /// answer.json in the folder]
    #[arg(long, value_name = "FILE")]
    answer: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    reuse: Reuse,
    #[command(flatten)]
    tasks: Tasks,
}

const EXAMPLES: &str = "\
Examples:
  autoexp score exposure-ebb_0,3 work
  autoexp score exposure-ebb_0,3 work --answer numbers.json --json | jq .verified";

pub(super) fn run(args: Args, common: &Common) -> anyhow::Result<u8> {
    let task =
        Task::load(&args.tasks.folder(), &args.id, &common.parser()).context("load the task")?;
    let answer = args.answer.unwrap_or_else(|| args.folder.join(ANSWER));
    let answer = read_answer(&answer).context("score the folder")?;
    let progress = common.progress();
    let runner = args.reuse.runner(common, progress.as_ref())?;
    let runner = task.paper().runner(&runner, &common.packages()?)?;
    let prompts = Prompts::load()?;
    let score = score_folder(&task, &args.folder, &answer, &runner, &prompts)
        .context("score the folder")?;
    Reuse::warn(&runner);
    let mut stdout = std::io::stdout().lock();
    if args.json {
        serde_json::to_writer_pretty(&mut stdout, &score).map_err(std::io::Error::from)?;
        writeln!(stdout)?;
    } else {
        write!(stdout, "{}", told(&task, &score))?;
    }
    Ok(u8::from(score.verified != Some(true)))
}

/// A score in words.
fn told(task: &Task, score: &Score) -> String {
    let word = |holds: Option<bool>| match holds {
        Some(true) => "yes",
        Some(false) => "no",
        None => "not known",
    };
    let mut text = format!("{}\n", task.id());
    let checks = [
        ("pass", Some(score.pass)),
        ("grounded", score.grounded),
        ("transplanted", score.transplanted),
        ("verified", score.verified),
    ];
    for (name, holds) in checks {
        text += &format!("  {name:<13}{}", word(holds));
        match score.reasons.get(name) {
            Some(reason) => text += &format!(": {}\n", inert(reason)),
            None => text += "\n",
        }
    }
    for experiment in &score.judgement.experiments {
        let right = experiment.metrics.iter().filter(|metric| metric.pass);
        text += &format!(
            "  {}: {} of {} metrics within tolerance\n",
            experiment.id,
            right.count(),
            experiment.metrics.len()
        );
    }
    for function in &score.functions {
        let note = function.note.as_ref();
        text += &format!(
            "  {}: right: {}{}\n",
            function.name,
            word(function.right),
            note.map_or_else(String::new, |note| format!(" ({})", inert(note)))
        );
    }
    for changed in &score.changed {
        let kind = match changed.kind {
            ChangeKind::Added => "added",
            ChangeKind::Modified => "changed",
            ChangeKind::Removed => "removed",
        };
        text += &format!("  besides, {kind}: {}\n", inert(&changed.path));
    }
    text
}
