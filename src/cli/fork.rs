//! `autoexp fork`: a recorded trial gone on with from one of its steps.

use std::path::PathBuf;

use anyhow::{Context, bail};

use super::common::{Common, Reuse, Tasks};
use super::models::Models;
use super::replay::told;
use super::watched::Watched;
use crate::agent::Prompts;
use crate::model::ModelName;
use crate::sandbox::Cancel;
use crate::task::Task;
use crate::trial::{Before, Fork, Forked, Record, RunFolder, fork};

/// Go on from a step of a recorded trial, with another model
///
/// The steps up to there are taken again as recorded, and compared; then the other model is asked,
/// with the same task, tools, history and limits. The result is a trial of its own, in a folder of
/// its own, whose record says what it goes on from.
///
/// Ctrl-C stops it, and the same command goes on with it, as with `autoexp run`.
///
/// Exits with 130 if it was stopped; with 1 if the model's provider gave no reply, or the recorded
/// steps come out otherwise.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The folder of the recorded trial, in a run's trials/ or work/
    #[arg(value_name = "TRIAL")]
    trial: PathBuf,
    /// The last step that is kept
    #[arg(long, value_name = "STEP", value_parser = clap::value_parser!(u32).range(1..))]
    at: u32,
    /// The model that goes on
    #[arg(long, value_name = "MODEL")]
    model: ModelName,
    /// Where the records go [default: runs/<the new trial's name>]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Print the events as JSON, one a line, and the outcome last
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    reuse: Reuse,
    #[command(flatten)]
    tasks: Tasks,
    #[command(flatten)]
    asked: Models,
}

const EXAMPLES: &str = "\
Examples:
  autoexp fork runs/a/trials/exposure-ebb_0.openai-gpt-5.1.0123456789ab --at 4 --model anthropic/claude-sonnet-4-5
  autoexp fork runs/a/trials/exposure-ebb_0.oracle.1.0123456789ab --at 1 --model script:replies.jsonl";

pub(super) fn run(args: Args, common: &Common) -> anyhow::Result<u8> {
    let prompts = Prompts::load()?;
    let record = Record::read(&args.trial)?;
    let task = Task::load(&args.tasks.folder(), &record.spec.task, &common.parser())
        .context("load the task")?;
    let models = [args.model.clone()];
    let asking = args.asked.asking()?;
    let spec = Fork::spec(&record, args.at, args.model, asking, &task, &prompts)
        .context("fork the trial")?;
    let out = args
        .out
        .unwrap_or_else(|| PathBuf::from("runs").join(spec.id().as_str()));
    let cancel = Cancel::default();
    let needs_prices = spec.settings.budget.cost_usd.is_some();
    let providers = match args
        .asked
        .providers(&models, Vec::new(), needs_prices, &cancel)
    {
        Err(error) if !out.exists() => return Err(error),
        providers => providers,
    };
    let folder = RunFolder::open(&out).context("open the run's folder")?;
    let watched = Watched {
        spec: &spec,
        task: &task,
        folder: &folder,
        prompts: &prompts,
        common,
        reuse: &args.reuse,
        cancel: &cancel,
        is_json: args.json,
    };
    let mut differs = None;
    let done = watched.run(|runner, earlier, recorder| {
        let providers = providers?;
        let before = Before {
            begun: record.until(args.at).unwrap_or_default(),
            earlier,
        };
        let forked = fork(&spec, before, &task, runner, &prompts, &providers, recorder)?;
        match forked {
            Forked::Came(came) => Ok(came),
            Forked::Differs(difference) => {
                differs = Some(difference);
                bail!("the steps before don't come out as recorded")
            }
        }
    });
    match differs {
        Some(difference) => {
            eprintln!(
                "{}: {}\nhint: nothing was asked of {}; `autoexp replay` shows whether the record holds",
                record.spec.id(),
                told(&difference),
                spec.model
            );
            Ok(1)
        }
        None => done,
    }
}
