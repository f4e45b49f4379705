//! `autoexp serve`: sandboxes for programs.

use std::io;

use anyhow::Context;

use super::common::{Bounds, Common, Reuse, Tasks};
use crate::agent::Prompts;
use crate::sandbox::Limits;
use crate::serve::{self, Benchmark, Options};
use crate::units;

/// Give a program sandboxes: JSON-RPC 2.0 over standard input and output, a message a line
///
/// A sandbox has files, a shell and Python, and is seen by nobody else: a crash in one disturbs no
/// other. The client is trusted as whoever started it; what runs in its sandboxes is not. Ends when
/// the client asks for it or closes standard input. The protocol is in docs/serve.md, a client in
/// Python in integrations/python.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten)]
    bounds: Bounds,
    /// Sandboxes, and snapshots, that may be there at once
    #[arg(long, value_name = "COUNT", default_value_t = Options::default().sandboxes)]
    max_sandboxes: usize,
    /// Requests that may wait for their answers at once
    #[arg(long, value_name = "COUNT", default_value_t = Options::default().in_flight)]
    max_in_flight: usize,
    /// Bytes that a message may have
    #[arg(long, value_name = "SIZE", default_value = "256MiB", value_parser = units::parse_size)]
    max_message: u64,
    #[command(flatten)]
    reuse: Reuse,
    #[command(flatten)]
    tasks: Tasks,
}

const EXAMPLES: &str = r#"Example:
  (echo '{"jsonrpc":"2.0","id":1,"method":"create","params":{"files":{"a.py":"print(6*7)"}}}'
   echo '{"jsonrpc":"2.0","id":2,"method":"exec","params":{"sandbox":"s1","argv":["python","a.py"]}}'
   echo '{"jsonrpc":"2.0","id":3,"method":"shutdown"}') | autoexp serve"#;

pub(super) fn run(args: Args, common: &Common) -> anyhow::Result<u8> {
    let options = Options {
        limits: args.bounds.limits(Limits::default()),
        sandboxes: args.max_sandboxes,
        in_flight: args.max_in_flight,
        message: usize::try_from(args.max_message).unwrap_or(usize::MAX),
    };
    let progress = common.progress();
    let runner = args.reuse.runner(common, progress.as_ref())?;
    drop(progress);
    let input = io::stdin().lock();
    let benchmark = Benchmark {
        tasks: args.tasks.folder(),
        parser: common.parser(),
        packages: common.packages()?,
        prompts: Prompts::load()?,
    };
    serve::serve(&runner, benchmark, options, input, io::stdout()).context("serve the client")?;
    Reuse::warn(&runner);
    Ok(0)
}
