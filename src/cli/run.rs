//! `autoexp run`: one trial, watched as it goes on.

use std::path::PathBuf;

use anyhow::{Context, bail};

use super::common::{Common, Reuse, Tasks};
use super::settings::Attempts;
use super::watched::Watched;
use crate::agent::Prompts;
use crate::model::ModelName;
use crate::sandbox::Cancel;
use crate::sweep::{Grid, Only, Plan, Unaudited};
use crate::task::TaskId;
use crate::trial::{RunFolder, attempt};

/// Run a model at one task, and watch it
///
/// Shows each step as it is taken: what the model says, the tools it calls, what they show and
/// change, and the tokens, dollars and fuel so far. Then the final repository is scored.
///
/// Ctrl-C stops it, whatever it is at. The same command goes on with it: replies that were recorded
/// are given again, and none is bought twice.
///
/// Exits with 130 if it was stopped; with 1 if the model's provider gave no reply, or the oracle
/// isn't verified.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The task: PAPER_0,3 with functions 0 and 3 masked, PAPER with none
    #[arg(value_name = "TASK")]
    id: TaskId,
    /// The model: oracle, nop, script:FILE, replay:FOLDER or PROVIDER/MODEL, such as openai/gpt-5
    #[arg(long, value_name = "MODEL")]
    model: ModelName,
    /// Where the records go [default: runs/<the trial's name>]
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
    attempts: Attempts,
}

const EXAMPLES: &str = "\
Examples:
  autoexp run exposure-ebb_0 --model oracle
  autoexp run exposure-ebb_0,3 --model anthropic/claude-sonnet-4-5 --effort high
  autoexp run quiet-onset_2 --model openai/qwen3-32b --base-url http://localhost:8000/v1 --tools bash
  autoexp run exposure-ebb_0 --model openai/gpt-5 --json | jq -r 'select(.event==\"reply\").reply.text'";

pub(super) fn run(args: Args, common: &Common) -> anyhow::Result<u8> {
    let prompts = Prompts::load()?;
    let grid = Grid {
        models: vec![args.model],
        n: args.id.masked().len().to_string().parse()?,
        tasks: vec![args.id.clone()],
        only: Only::default(),
        sample: None,
        attempts: 1,
        settings: vec![args.attempts.settings()?],
    };
    let plan = Plan::make(
        grid,
        &args.tasks.folder(),
        &prompts,
        &common.parser(),
        Unaudited::Refuse,
    )
    .context("plan the trial")?;
    let [spec] = plan.trials.as_slice() else {
        bail!("plan the trial: {} is no one task", args.id);
    };
    let task = plan.task(&spec.task)?;
    let out = args
        .out
        .unwrap_or_else(|| PathBuf::from("runs").join(spec.id().as_str()));
    let cancel = Cancel::default();
    // Nothing is made before the model can be asked; what is finished can be shown without a key.
    let providers = match args.attempts.providers(&plan.grid.models, false, &cancel) {
        Err(error) if !out.exists() => return Err(error),
        providers => providers,
    };
    let folder = RunFolder::open(&out).context("open the run's folder")?;
    plan.keep(&folder, false).context("plan the trial")?;
    let watched = Watched {
        spec,
        task: &task,
        folder: &folder,
        prompts: &prompts,
        common,
        reuse: &args.reuse,
        cancel: &cancel,
        is_json: args.json,
    };
    watched.run(|runner, earlier, recorder| {
        let providers = providers?;
        Ok(attempt(
            spec, &task, runner, &prompts, &providers, earlier, recorder,
        )?)
    })
}
