//! `autoexp eval --on slurm`: the run handed to a cluster.

use std::collections::BTreeSet;
use std::io::Write;
use std::num::NonZeroU16;
use std::path::Path;

use anyhow::{Context, bail};
use clap::parser::ValueSource;
use clap::{ArgAction, Args, CommandFactory, ValueEnum};
use serde::Serialize;

use super::{Cli, config};
use crate::model::{Finite, ModelName};
use crate::sweep::{self, Jobs, Plan};
use crate::trial::{TrialId, TrialSpec};

/// What runs trials in place of this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum System {
    /// The jobs of a cluster, by sbatch
    Slurm,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "On a cluster")]
pub(super) struct Cluster {
    /// Hand the trials to a cluster: a job array whose tasks take parts of the run, and a job after
    /// it that makes the report. The run's folder must lie where all nodes see it
    #[arg(long, value_name = "SYSTEM", value_enum, conflicts_with_all = ["shard", "collect", "planned"])]
    on: Option<System>,
    /// Tasks of the job array, at most
    #[arg(long, value_name = "TASKS", requires = "on", default_value = "16")]
    array_size: NonZeroU16,
    /// The partition [default: the cluster's]
    #[arg(long, value_name = "NAME", requires = "on")]
    partition: Option<String>,
    /// How long a task may take, as Slurm writes it: 4:00:00 [default: the partition's]
    #[arg(long, value_name = "TIME", requires = "on")]
    time: Option<String>,
    /// Another option of sbatch's, such as --sbatch=--account=lab; may be given more than once
    #[arg(
        long,
        value_name = "OPTION",
        requires = "on",
        allow_hyphen_values = true
    )]
    sbatch: Vec<String>,
}

/// Options that tasks aren't given as they stand, by their long names.
const NOT_FOR_TASKS: [&str; 15] = [
    "on",
    "array-size",
    "partition",
    "time",
    "sbatch",
    "config",
    "out",
    "extend",
    "dry-run",
    "yes",
    "json",
    "jobs",
    "max-cost",
    "quiet",
    "runtime-wheel",
];

#[derive(Serialize)]
struct Told<'a> {
    folder: &'a Path,
    trials: usize,
    missing: usize,
    array: &'a str,
    report: &'a str,
}

impl Cluster {
    pub fn is_wanted(&self) -> bool {
        self.on.is_some()
    }

    /// What the cluster is to do for a run. A folder may be named that isn't there yet.
    pub fn jobs(
        &self,
        plan: &Plan,
        missing: &[&TrialSpec],
        run: &Path,
        jobs: Option<usize>,
        max_cost: Option<Finite>,
    ) -> anyhow::Result<Jobs> {
        let parts = u64::from(self.array_size.get());
        let ids: Vec<TrialId> = missing.iter().map(|trial| trial.id()).collect();
        let unfinished: BTreeSet<u64> = sweep::parts(ids.iter(), parts);
        let run = std::path::absolute(run).context("find the run's folder")?;
        let directory = std::env::current_dir().context("find the current folder")?;
        let program = std::env::current_exe().context("find this program")?;
        let is_remote = |model: &ModelName| matches!(model, ModelName::Remote { .. });
        // Trials of models over the network mostly wait, and need no core for that.
        let waits = plan.grid.models.iter().any(is_remote);
        let mut command = vec![utf8(program.into_os_string())?, "eval".to_owned()];
        command.extend(given()?);
        command.push(format!("--out={}", utf8(run.clone().into_os_string())?));
        match (jobs, waits) {
            (Some(jobs), _) => command.push(format!("--jobs={jobs}")),
            (None, false) => command.push("--jobs=1".to_owned()),
            (None, true) => {}
        }
        if let Some(dollars) = max_cost {
            // Tasks don't know what the others spend.
            let share = dollars.get() / f64::from(self.array_size.get());
            command.push(format!("--max-cost={share}"));
        }
        command.extend(["--planned".to_owned(), "--yes".to_owned()]);
        let cores = match waits {
            true => 1,
            false => jobs.unwrap_or(1),
        };
        let mut options = vec![format!("--cpus-per-task={cores}")];
        options.extend(
            self.partition
                .iter()
                .map(|name| format!("--partition={name}")),
        );
        options.extend(self.time.iter().map(|time| format!("--time={time}")));
        options.extend(self.sbatch.iter().cloned());
        Ok(Jobs {
            run,
            directory,
            command,
            options,
            parts,
            unfinished,
        })
    }
}

/// What would be submitted.
pub(super) fn show(jobs: &Jobs) -> anyhow::Result<u8> {
    let (array, report) = (jobs.array(), jobs.report());
    let (array, report) = (
        array.context("write the job")?,
        report.context("write the job")?,
    );
    let mut stdout = std::io::stdout().lock();
    writeln!(
        stdout,
        "\n# slurm/array.sh, a task for each part with trials that are missing\n{array}"
    )?;
    writeln!(
        stdout,
        "# slurm/report.sh, after all of them, however they end\n{report}"
    )?;
    Ok(0)
}

pub(super) fn submit(
    jobs: &Jobs,
    trials: usize,
    missing: usize,
    out: &Path,
    json: bool,
) -> anyhow::Result<u8> {
    let submitted = jobs.submit().context("hand the run to Slurm")?;
    let sweep::Submitted { array, report } = &submitted;
    let mut stdout = std::io::stdout().lock();
    if json {
        let told = Told {
            folder: out,
            trials,
            missing,
            array,
            report,
        };
        serde_json::to_writer_pretty(&mut stdout, &told).map_err(std::io::Error::from)?;
        writeln!(stdout)?;
        return Ok(0);
    }
    writeln!(
        stdout,
        "submitted job {array}: {} task{} for {missing} of {trials} trials; after it job {report} \
         makes the report\n\
         records: {}\n\
         what the jobs say: {}",
        jobs.unfinished.len(),
        if jobs.unfinished.len() == 1 { "" } else { "s" },
        out.display(),
        out.join("slurm").display()
    )?;
    eprintln!(
        "hint: `squeue --jobs {array},{report}` says where they stand, `scancel {array}` stops \
         them; give the same command again to have what is missing run"
    );
    Ok(0)
}

/// The options that were given on the command line and in a configuration, for tasks.
fn given() -> anyhow::Result<Vec<String>> {
    let mut command = Cli::command();
    let args = config::expand(&command, std::env::args_os().collect())?;
    command.build();
    let matches = command.clone().try_get_matches_from(args)?;
    let (Some((name, matches)), Some(eval)) =
        (matches.subcommand(), command.find_subcommand("eval"))
    else {
        bail!("hand anything but eval to a cluster");
    };
    anyhow::ensure!(name == "eval", "hand anything but eval to a cluster");
    let mut said = Vec::new();
    for option in eval.get_arguments() {
        let Some(long) = option.get_long() else {
            continue;
        };
        let id = option.get_id().as_str();
        if NOT_FOR_TASKS.contains(&long)
            || matches.value_source(id) != Some(ValueSource::CommandLine)
        {
            continue;
        }
        if matches!(option.get_action(), ArgAction::SetTrue) {
            said.push(format!("--{long}"));
            continue;
        }
        for value in matches.get_raw(id).into_iter().flatten() {
            said.push(format!("--{long}={}", utf8(value.to_owned())?));
        }
    }
    Ok(said)
}

fn utf8(text: std::ffi::OsString) -> anyhow::Result<String> {
    match text.into_string() {
        Ok(text) => Ok(text),
        Err(text) => bail!("write {text:?} into a job's script, since it is no UTF-8"),
    }
}
