//! `autoexp mcp`: the sandbox for a model's client.

use std::path::PathBuf;

use super::common::{Bounds, Common, Reuse};
use crate::sandbox::Limits;
use crate::serve::mcp::{self, Options};

/// Give a model's client a sandbox: the Model Context Protocol over standard input and output
///
/// Tools run Python (whole programs, and a session that keeps its variables) and bash, read, write,
/// edit and list files, and go back to snapshots. Figures come back as pictures. Nothing reaches the
/// network or the host; there is no Docker. Ends when the client closes standard input. How to tell
/// a client of it is in docs/mcp.md. Of what a program prints, 64 KiB of each stream are kept, unless
/// --output says otherwise.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// A folder to begin with, as /workspace. Its files are read when they are looked at; what is
    /// changed stays in the sandbox
    #[arg(long, value_name = "DIR")]
    mount: Option<PathBuf>,
    /// Write changes to that folder after each call, file by file. All of it is read at the start;
    /// a file that somebody else changes meanwhile is left alone
    #[arg(long, requires = "mount")]
    write_back: bool,
    #[command(flatten)]
    bounds: Bounds,
    /// What unseeded randomness follows from
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    seed: u64,
    #[command(flatten)]
    reuse: Reuse,
}

/// Bytes of a stream where nothing is said: a model is to read them.
const OUTPUT: u64 = 64 << 10;

const EXAMPLES: &str = r#"Example, for a client that is configured in JSON:
  {"mcpServers": {"sandbox": {"command": "autoexp", "args": ["mcp", "--mount", "/home/me/project"]}}}

By hand:
  npx @modelcontextprotocol/inspector --cli autoexp mcp --method tools/list"#;

pub(super) fn run(args: Args, common: &Common) -> anyhow::Result<u8> {
    let options = Options {
        limits: args.bounds.limits(Limits {
            output: OUTPUT,
            ..Limits::default()
        }),
        mount: args.mount,
        write_back: args.write_back,
        seed: args.seed,
    };
    let progress = common.progress();
    let runner = args.reuse.runner(common, progress.as_ref())?;
    drop(progress);
    mcp::serve(&runner, options)?;
    Reuse::warn(&runner);
    Ok(0)
}
