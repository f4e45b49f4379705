//! What several commands take, meaning the same everywhere.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use clap::Args;

use crate::packages::Packages;
use crate::progress::{self, Progress};
use crate::sandbox::runtime::{Cache, FetchOptions, Lock};
use crate::sandbox::{Cancel, Limits, RunCache, Runner, Sandbox, Standing};
use crate::task::{Docstring, Parser};
use crate::units;

/// What Ctrl-C ends with.
pub(super) const INTERRUPTED: u8 = 130;

#[derive(Clone, Debug, Args)]
pub(super) struct Common {
    /// Show no progress
    #[arg(long, short, global = true)]
    quiet: bool,
    /// Take the Python runtime's wheel from this file, and download nothing
    #[arg(
        long,
        global = true,
        value_name = "PATH",
        env = "AUTOEXP_RUNTIME_WHEEL"
    )]
    runtime_wheel: Option<PathBuf>,
}

impl Common {
    pub fn progress(&self) -> Box<dyn Progress> {
        if self.quiet {
            Box::new(progress::Silent)
        } else {
            progress::stderr()
        }
    }

    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    pub fn fetch_options(&self) -> FetchOptions {
        let options = FetchOptions::from_env();
        FetchOptions {
            wheel: self.runtime_wheel.clone().or(options.wheel),
            ..options
        }
    }

    pub fn cache(&self) -> anyhow::Result<Cache> {
        Cache::here().context("open the cache directory")
    }

    /// The sandbox, made ready with progress shown.
    pub fn sandbox(&self, progress: &dyn Progress) -> anyhow::Result<Sandbox> {
        let sandbox = Sandbox::prepare(&self.cache()?, &self.fetch_options(), progress)
            .context("prepare the Python sandbox")?;
        let image = sandbox.image();
        if let Standing::Other { pinned } = image.standing(Lock::pinned()) {
            eprintln!(
                "warning: the memory image that this machine made is not the one that others \
                 have: its BLAKE3 is {}, where runtime.lock says {pinned}. Programs run, but what \
                 they give may differ in bits from what they give elsewhere. Records name the \
                 image they were made with.\n\
                 hint: run `autoexp runtime clean`, to have it made again; if it comes out the \
                 same, please report it, with the processor's name",
                image.blake3
            );
        }
        Ok(sandbox)
    }

    /// Packages that papers name.
    pub fn packages(&self) -> anyhow::Result<Packages> {
        Ok(Packages::new(self.cache()?, self.fetch_options()))
    }

    /// What earlier runs came to.
    pub fn run_cache(&self) -> anyhow::Result<RunCache> {
        RunCache::open(&self.cache()?.runs_dir()).context("open the cache of runs")
    }

    /// What reads the papers' code. The sandbox is made ready only for a file that needs it.
    pub fn parser(&self) -> Parser {
        let common = self.clone();
        Parser::with_sandbox(move || {
            let prepared = common.sandbox(common.progress().as_ref());
            prepared.map_err(|error| format!("{error:#}"))
        })
    }
}

/// Has Ctrl-C cancel what is run, and the whole program when it comes again.
pub(super) fn cancel_on_interrupt(cancel: &Cancel) -> anyhow::Result<()> {
    let cancel = cancel.clone();
    let interrupt = move || match cancel.is_cancelled() {
        false => cancel.cancel(),
        true => std::process::exit(INTERRUPTED.into()),
    };
    match ctrlc::try_set_handler(interrupt) {
        // Somebody started us so that Ctrl-C is ignored.
        Ok(()) | Err(ctrlc::Error::MultipleHandlers) => Ok(()),
        Err(error) => Err(error).context("watch for Ctrl-C"),
    }
}

/// What commands in sandboxes may use, for a client of ours.
#[derive(Debug, Args)]
pub(super) struct Bounds {
    /// Units of fuel that a command may use, about one a nanosecond: 10G, 500M
    #[arg(long, value_name = "FUEL", value_parser = units::parse_fuel)]
    fuel: Option<u64>,
    /// Memory that a command may have, at most 4GiB
    #[arg(long, value_name = "SIZE", value_parser = units::parse_size)]
    memory: Option<u64>,
    /// Wall-clock time that a command may take: 10s, 2m
    #[arg(long, value_name = "TIME", value_parser = units::parse_duration)]
    time: Option<Duration>,
    /// Bytes of files that a sandbox may hold in memory
    #[arg(long, value_name = "SIZE", value_parser = units::parse_size)]
    disk: Option<u64>,
    /// Bytes kept of each stream that a command prints to
    #[arg(long, value_name = "SIZE", value_parser = units::parse_size)]
    output: Option<u64>,
}

impl Bounds {
    /// Those that are given in place of the defaults.
    pub fn limits(&self, defaults: Limits) -> Limits {
        Limits {
            fuel: self.fuel.unwrap_or(defaults.fuel),
            memory: self.memory.unwrap_or(defaults.memory),
            wall: self.time.unwrap_or(defaults.wall),
            disk: self.disk.unwrap_or(defaults.disk),
            output: self.output.unwrap_or(defaults.output),
            ..defaults
        }
    }
}

/// How functions are masked.
#[derive(Debug, Args)]
pub(super) struct Masking {
    /// What is left of the docstring of a masked function
    #[arg(long, value_name = "WHAT", value_enum, default_value_t)]
    pub docstring: Docstring,
}

/// Whether runs that were made before are made again.
#[derive(Debug, Args)]
pub(super) struct Reuse {
    /// Make every run, also those whose outcome is known since the same was run before
    #[arg(long)]
    no_cache: bool,
}

impl Reuse {
    pub fn runner(&self, common: &Common, progress: &dyn Progress) -> anyhow::Result<Runner> {
        let cache = match self.no_cache {
            true => None,
            false => Some(common.run_cache()?),
        };
        Ok(Runner::new(common.sandbox(progress)?, cache))
    }

    /// Tells of a cache that couldn't be used.
    pub fn warn(runner: &Runner) {
        if let Some(trouble) = runner.trouble() {
            eprintln!(
                "warning: the cache of runs was not used: {trouble}\n\
                 hint: all runs were made; give --no-cache, or see to the disk"
            );
        }
    }
}

/// Where the bundled papers are.
#[derive(Debug, Args)]
pub(super) struct Tasks {
    /// The folder of the papers [default: ./tasks, else what came with this program]
    #[arg(long, value_name = "DIR", env = "AUTOEXP_TASKS")]
    tasks: Option<PathBuf>,
}

impl Tasks {
    pub fn folder(&self) -> PathBuf {
        let here = PathBuf::from("tasks");
        match &self.tasks {
            Some(folder) => folder.clone(),
            None if here.is_dir() => here,
            None => installed().unwrap_or_else(|| PathBuf::from(BUILT_WITH)),
        }
    }
}

/// The papers of the repository that this program was built in.
const BUILT_WITH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tasks");

/// The papers of a program that was installed: `PREFIX/bin/autoexp` has them in
/// `PREFIX/share/autoexp/tasks`, where a wheel puts them too.
fn installed() -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?;
    let tasks = program.parent()?.parent()?.join("share/autoexp/tasks");
    tasks.is_dir().then_some(tasks)
}
