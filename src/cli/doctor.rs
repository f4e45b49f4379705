//! `autoexp doctor`: what is wrong with this machine.

use std::io::Write;

use super::common::Common;
use crate::doctor::{self, Verdict};

/// Look at everything the sandbox needs on this machine, and say what to do
///
/// Fetches and makes nothing. Hashes what is cached, and runs a program if it can.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  autoexp doctor
  autoexp doctor --json

Exit codes: 0 all is well; 1 something won't work.";

pub(super) fn run(args: Args, common: &Common) -> anyhow::Result<u8> {
    let findings = doctor::examine(&common.cache()?, &common.fetch_options());
    let mut stdout = std::io::stdout().lock();
    if args.json {
        serde_json::to_writer_pretty(&mut stdout, &findings).map_err(std::io::Error::from)?;
        writeln!(stdout)?;
    } else {
        for finding in &findings {
            let verdict = match finding.verdict {
                Verdict::Ok => "ok  ",
                Verdict::Note => "note",
                Verdict::Bad => "BAD ",
            };
            writeln!(stdout, "{verdict} {}: {}", finding.about, finding.found)?;
            if let Some(advice) = &finding.advice {
                writeln!(stdout, "     {advice}")?;
            }
        }
    }
    Ok(u8::from(!doctor::is_well(&findings)))
}
