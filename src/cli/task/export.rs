//! `autoexp task export`: tasks as the folders of another benchmark's harness.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;

use crate::agent::Prompts;
use crate::check::{Finding, Reference};
use crate::cli::common::{Common, Masking, Reuse, Tasks};
use crate::harbor::{ExportError, Native, export, find_python, have_room, hold};
use crate::progress::Total;
use crate::task::{Task, TaskId};

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Whose harness they are for
    #[arg(value_enum)]
    to: To,
    /// The tasks
    #[arg(value_name = "TASK", required = true)]
    ids: Vec<TaskId>,
    /// The folder in which the tasks' folders are made
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The Python of the host's to check the golds against [default: the first on PATH that has
    /// numpy and scipy]. Nothing holds it back from what you may do yourself
    #[arg(long, value_name = "PYTHON")]
    native: Option<PathBuf>,
    /// Don't ask whether the golds hold under a native Python: for tasks that are to run in
    /// autoexp's own sandbox alone
    #[arg(long, conflicts_with = "native")]
    unchecked: bool,
    #[command(flatten)]
    masking: Masking,
    #[command(flatten)]
    reuse: Reuse,
    #[command(flatten)]
    tasks: Tasks,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum To {
    /// Harbor, version 0.24
    Harbor,
}

const EXAMPLES: &str = "\
Examples:
  autoexp task export harbor exposure-ebb_0 exposure-ebb_0,3 --out harbor-tasks
  harbor run -p harbor-tasks -a oracle

A task whose golds don't hold under the native Python is refused, with the numbers; the others are
written all the same, and the exit code is 1. docs/harbor.md has the rest.";

pub(super) fn run(args: Args, common: &Common, out: &mut impl Write) -> anyhow::Result<u8> {
    let To::Harbor = args.to;
    let parser = common.parser();
    let folder = args.tasks.folder();
    let prompts = Prompts::load()?;
    let tasks: Vec<Task> = args
        .ids
        .iter()
        .map(|id| Task::load(&folder, id, &parser))
        .collect::<Result<_, _>>()
        .context("load the tasks")?;
    // Before papers are run, which takes longer.
    have_room(tasks.iter().map(Task::id), &args.out).context("export the tasks")?;
    let native = match args.unchecked {
        true => None,
        false => Some(find_python(args.native.as_deref())?),
    };
    let mut known = None;
    let mut refused = false;
    for task in &tasks {
        let found = match &native {
            None => None,
            Some(native) => {
                let id = &task.paper().id;
                if known.as_ref().is_none_or(|(paper, _)| paper != id) {
                    let found = findings(task, native, &args.reuse, common);
                    let found = found.with_context(|| format!("check the golds of {id}"))?;
                    known = Some((id.clone(), found));
                }
                known.as_ref().map(|(_, found)| (native, &found[..]))
            }
        };
        let doing = format!("export {}", task.id());
        match export(task, args.masking.docstring, found, &prompts, &args.out) {
            Ok(made) => writeln!(out, "{}: {} files", made.folder.display(), made.files)?,
            Err(ExportError::Native(why)) => {
                refused = true;
                eprintln!("error: failed to {doing}: {why}");
            }
            Err(error) => return Err(error).context(doing),
        }
    }
    Ok(u8::from(refused))
}

/// What a paper's code gives under the host's Python, where that isn't what it gives here.
fn findings(
    task: &Task,
    native: &Native,
    reuse: &Reuse,
    common: &Common,
) -> anyhow::Result<Vec<Finding>> {
    let progress = common.progress();
    let label = format!(
        "running {} here and under {} (CPython {})",
        task.paper().id,
        native.python.display(),
        native.version
    );
    let stage = progress.stage(&label, Total::Unknown);
    let runner = reuse.runner(common, progress.as_ref())?;
    let runner = task.paper().runner(&runner, &common.packages()?)?;
    let reference = Reference::make(task.paper().clone(), &runner)?;
    Reuse::warn(&runner);
    let found = hold(&reference, native)?;
    stage.finish();
    Ok(found)
}
