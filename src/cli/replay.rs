//! `autoexp replay`: whether records are what comes of their replies.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use serde::Serialize;
use serde_json::Value;

use super::common::{Common, Tasks};
use super::error::inert;
use crate::agent::Prompts;
use crate::progress::Total;
use crate::sandbox::Runner;
use crate::task::Task;
use crate::trial::{Difference, Proof, Record, prove, trials};

/// Run recorded trials again with no model, and prove that they come out as recorded
///
/// Each tool call is made again on a fresh repository, and no run is taken from the cache. Compared
/// are, step by step, what the model was asked and shown, how each run ended, its output and fuel,
/// and the hash of the repository; at the end of a finished trial, its score and all else of its
/// outcome but the times. The first difference of a trial is shown.
///
/// The folder may have been moved. A trial that isn't finished is run again up to where it came.
///
/// Exits with 1 if anything comes out otherwise.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The folder of a run, or of one of its trials
    #[arg(value_name = "RUN|TRIAL")]
    path: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    tasks: Tasks,
}

const EXAMPLES: &str = "\
Examples:
  autoexp replay runs/eval-0123abcd
  autoexp replay runs/eval-0123abcd/trials/exposure-ebb_0.oracle.1.0123456789ab
  autoexp replay runs/eval-0123abcd --json | jq '.trials[] | select(.difference)'";

#[derive(Serialize)]
struct Report {
    trials: Vec<Replayed>,
}

#[derive(Serialize)]
struct Replayed {
    trial: String,
    #[serde(flatten)]
    proof: Proof,
}

pub(super) fn run(args: Args, common: &Common) -> anyhow::Result<u8> {
    let prompts = Prompts::load()?;
    let folders = trials(&args.path)?;
    let progress = common.progress();
    // No cache: what a run came to before is what is to be proved.
    let runner = Runner::new(common.sandbox(progress.as_ref())?, None);
    let packages = common.packages()?;
    let label = format!("replaying {} trials", folders.len());
    let stage = progress.stage(&label, Total::Items(folders.len() as u64));
    let mut replayed = Vec::new();
    for (number, folder) in folders.iter().enumerate() {
        let record = Record::read(folder)?;
        let trial = record.spec.id().to_string();
        stage.message(&trial);
        let task = Task::load(&args.tasks.folder(), &record.spec.task, &common.parser())
            .context("load the task")?;
        let runner = task.paper().runner(&runner, &packages)?;
        let proof =
            prove(&record, &task, &runner, &prompts).with_context(|| format!("replay {trial}"))?;
        replayed.push(Replayed { trial, proof });
        stage.advance(number as u64 + 1);
    }
    stage.finish();
    let differ = replayed.iter().any(|it| it.proof.difference.is_some());
    let mut out = std::io::stdout().lock();
    if args.json {
        let report = Report { trials: replayed };
        serde_json::to_writer_pretty(&mut out, &report).map_err(std::io::Error::from)?;
        writeln!(out)?;
    } else {
        for Replayed { trial, proof } in &replayed {
            writeln!(out, "{trial}: {}", line(proof))?;
        }
    }
    Ok(u8::from(differ))
}

fn line(proof: &Proof) -> String {
    let steps = match proof.steps {
        1 => "1 step".to_owned(),
        steps => format!("{steps} steps"),
    };
    match (&proof.difference, &proof.undecided) {
        (Some(difference), _) => told(difference),
        (None, Some(why)) => format!(
            "{} of {steps} as recorded; then {why}, which isn't the same each time",
            proof.equal
        ),
        (None, None) if proof.outcome => format!("{steps} and the outcome as recorded"),
        (None, None) => format!("{steps} as recorded; it isn't finished"),
    }
}

/// A difference in words.
pub(super) fn told(difference: &Difference) -> String {
    let step = match difference.step {
        Some(step) => format!("step {step} differs in "),
        None => "differs in ".to_owned(),
    };
    format!(
        "{step}{}\n  recorded: {}\n  now:      {}",
        difference.at,
        value(&difference.recorded),
        value(&difference.now)
    )
}

fn value(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::String(text) => inert(text),
        other => inert(&other.to_string()),
    }
}
