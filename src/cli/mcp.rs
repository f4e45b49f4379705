//! `autoexp mcp`: the sandbox for a model's client.

use std::path::PathBuf;
use std::time::Duration;

use super::common::{Common, Reuse};
use crate::sandbox::Limits;
use crate::serve::mcp::{self, Options};
use crate::units;

/// Give a model's client a sandbox: the Model Context Protocol over standard input and output
///
/// Tools run Python (whole programs, and a session that keeps its variables) and bash, read, write,
/// edit and list files, and go back to snapshots. Figures come back as pictures. Nothing reaches the
/// network or the host; there is no Docker. Ends when the client closes standard input. How to tell
/// a client of it is in docs/mcp.md.
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
    /// Units of fuel that a call may use, about one a nanosecond: 10G, 500M
    #[arg(long, value_name = "FUEL", value_parser = units::parse_fuel)]
    fuel: Option<u64>,
    /// Memory that a call may have, at most 4GiB
    #[arg(long, value_name = "SIZE", value_parser = units::parse_size)]
    memory: Option<u64>,
    /// Wall-clock time that a call may take: 10s, 2m
    #[arg(long, value_name = "TIME", value_parser = units::parse_duration)]
    time: Option<Duration>,
    /// Bytes of files that the sandbox may hold in memory
    #[arg(long, value_name = "SIZE", value_parser = units::parse_size)]
    disk: Option<u64>,
    /// Bytes kept of each stream that a program prints to
    #[arg(long, value_name = "SIZE", default_value = "64KiB", value_parser = units::parse_size)]
    output: u64,
    /// What unseeded randomness follows from
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    seed: u64,
    #[command(flatten)]
    reuse: Reuse,
}

const EXAMPLES: &str = r#"Example, for a client that is configured in JSON:
  {"mcpServers": {"sandbox": {"command": "autoexp", "args": ["mcp", "--mount", "/home/me/project"]}}}

By hand:
  npx @modelcontextprotocol/inspector --cli autoexp mcp --method tools/list"#;

pub(super) fn run(args: Args, common: &Common) -> anyhow::Result<u8> {
    let defaults = Limits::default();
    let options = Options {
        limits: Limits {
            fuel: args.fuel.unwrap_or(defaults.fuel),
            memory: args.memory.unwrap_or(defaults.memory),
            wall: args.time.unwrap_or(defaults.wall),
            disk: args.disk.unwrap_or(defaults.disk),
            output: args.output,
            ..defaults
        },
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
