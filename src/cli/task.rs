//! `autoexp task`: the benchmark itself.

use std::io::Write;

use anyhow::Context;
use clap::Subcommand;
use comfy_table::{Table, presets};
use serde::Serialize;

use super::common::{Common, Masking, Tasks};
use crate::task::{Paper, Parser, Task, TaskId, papers};

/// Look at the papers and their tasks
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  autoexp task list
  autoexp task show exposure-ebb
  autoexp task mask exposure-ebb_0,3 --docstring none";

#[derive(Debug, Subcommand)]
enum Command {
    /// List the papers
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        tasks: Tasks,
    },
    /// Show a paper: its functions with their numbers, its experiments and what they report
    Show {
        /// The paper
        #[arg(value_name = "PAPER")]
        id: TaskId,
        #[command(flatten)]
        tasks: Tasks,
    },
    /// Print the masked files of a task, as an agent finds them
    Mask {
        /// The task
        #[arg(value_name = "TASK")]
        id: TaskId,
        #[command(flatten)]
        masking: Masking,
        #[command(flatten)]
        tasks: Tasks,
    },
}

#[derive(Serialize)]
struct Listed {
    id: String,
    title: String,
    field: String,
    licence: String,
    functions: usize,
    experiments: usize,
}

pub(super) fn run(args: Args, common: &Common) -> anyhow::Result<u8> {
    let parser = common.parser();
    let mut stdout = std::io::stdout().lock();
    match args.command {
        Command::List { json, tasks } => {
            let listed = list(&tasks, &parser).context("list the papers")?;
            if json {
                serde_json::to_writer_pretty(&mut stdout, &listed).map_err(std::io::Error::from)?;
                writeln!(stdout)?;
            } else {
                let mut table = Table::new();
                table.load_style(presets::NOTHING).set_header([
                    "paper",
                    "functions",
                    "experiments",
                    "field",
                    "title",
                ]);
                for paper in listed {
                    let (functions, experiments) =
                        (paper.functions.to_string(), paper.experiments.to_string());
                    table.add_row([paper.id, functions, experiments, paper.field, paper.title]);
                }
                writeln!(stdout, "{}", table.trim_fmt())?;
            }
        }
        Command::Show { id, tasks } => {
            let task = Task::load(&tasks.folder(), &id, &parser).context("load the task")?;
            show(&mut stdout, task.paper())?;
        }
        Command::Mask { id, masking, tasks } => {
            let task = Task::load(&tasks.folder(), &id, &parser).context("load the task")?;
            let files = task
                .masked_code(masking.docstring)
                .context("mask the task")?;
            let masked: std::collections::BTreeSet<&str> = task
                .functions()
                .map(|function| function.file.as_str())
                .collect();
            for file in masked {
                if let Some(bytes) = files.get(file) {
                    writeln!(stdout, "# {file}")?;
                    stdout.write_all(bytes)?;
                    writeln!(stdout)?;
                }
            }
        }
    }
    Ok(0)
}

fn list(tasks: &Tasks, parser: &Parser) -> anyhow::Result<Vec<Listed>> {
    let folder = tasks.folder();
    let mut listed = Vec::new();
    for id in papers(&folder)? {
        let paper = Paper::load(&folder.join(id.as_str()), parser)?;
        listed.push(Listed {
            id: id.to_string(),
            title: paper.title,
            field: paper.field,
            licence: paper.licence,
            functions: paper.functions.len(),
            experiments: paper.experiments.len(),
        });
    }
    Ok(listed)
}

fn show(out: &mut impl Write, paper: &Paper) -> std::io::Result<()> {
    writeln!(out, "{}: {}", paper.id, paper.title)?;
    writeln!(out, "{}; {}\n", paper.field, paper.licence)?;
    writeln!(out, "functions")?;
    for (number, function) in paper.functions.iter().enumerate() {
        writeln!(out, "  {number:>2}  {} in {}", function.name, function.file)?;
        writeln!(out, "      {}", function.description)?;
        for line in function.docstring.iter().flat_map(|text| text.lines()) {
            writeln!(out, "{}", format!("          | {line}").trim_end())?;
        }
    }
    writeln!(out, "\nexperiments")?;
    for experiment in &paper.experiments {
        let metrics: Vec<&str> = experiment
            .metrics
            .iter()
            .map(|metric| metric.name.as_str())
            .collect();
        writeln!(out, "  {}: {}", experiment.id, experiment.command.join(" "))?;
        writeln!(out, "      reports {}", metrics.join(", "))?;
    }
    Ok(())
}
