//! `autoexp workspace`: tasks as plain folders.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use clap::Subcommand;

use super::common::{Common, Masking, Tasks};
use crate::agent::Prompts;
use crate::task::{Task, TaskId};
use crate::trial::hand_over;

/// Get a task as a plain folder, to work on with any tool
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  autoexp workspace create exposure-ebb_0,3 work
  cd work && autoexp python run_audit.py --config configs/audit.toml
  autoexp score exposure-ebb_0,3 work";

#[derive(Debug, Subcommand)]
enum Command {
    /// Write a task into a new folder: the masked code, the paper without its results, and TASK.md
    /// with what is to be done and how the answer is given
    Create {
        /// The task
        #[arg(value_name = "TASK")]
        id: TaskId,
        /// The folder to make; it may be there if it is empty
        #[arg(value_name = "DIR")]
        folder: PathBuf,
        #[command(flatten)]
        masking: Masking,
        #[command(flatten)]
        tasks: Tasks,
    },
}

pub(super) fn run(args: Args, common: &Common) -> anyhow::Result<u8> {
    let Command::Create {
        id,
        folder,
        masking,
        tasks,
    } = args.command;
    let task = Task::load(&tasks.folder(), &id, &common.parser()).context("load the task")?;
    let prompts = Prompts::load()?;
    let files =
        hand_over(&task, masking.docstring, &folder, &prompts).context("make the task's folder")?;
    writeln!(
        std::io::stdout().lock(),
        "{}: {files} files; start with TASK.md",
        folder.display()
    )?;
    Ok(0)
}
