//! `autoexp merge`: parts of a run from several machines, put together.

use std::path::PathBuf;

use anyhow::Context;

use crate::sweep;

/// Put together what several machines did of one run, each with `eval --shard`
///
/// The folders must be of runs that were planned alike. Finished trials are copied; those that the
/// folder has already stay as they are. Machines that share a folder need no shards: give all of
/// them the same --out.
///
/// Exits with 1 if trials are missing.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLE)]
pub(super) struct Args {
    /// The folders of the parts
    #[arg(value_name = "RUN", required = true)]
    runs: Vec<PathBuf>,
    /// Where the whole goes
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

const EXAMPLE: &str = "\
Example:
  autoexp eval --model openai/gpt-5 --n 0..5 --shard 1/2 --out part1     # on one machine
  autoexp eval --model openai/gpt-5 --n 0..5 --shard 2/2 --out part2     # on another
  autoexp merge part1 part2 --out whole
  autoexp eval --model openai/gpt-5 --n 0..5 --out whole                 # the table, and what is missing";

pub(super) fn run(args: Args) -> anyhow::Result<u8> {
    let merged = sweep::merge(&args.runs, &args.out).context("put the runs together")?;
    println!(
        "{}: {} trials taken over, {} there already, {} missing",
        args.out.display(),
        merged.taken,
        merged.known,
        merged.missing
    );
    Ok(u8::from(merged.missing > 0))
}
