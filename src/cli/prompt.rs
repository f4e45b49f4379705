//! `autoexp prompt`: the words that models read.

use std::io::Write;

use anyhow::{Context, bail};
use clap::Subcommand;
use serde_json::json;

use super::common::{Common, Tasks};
use super::settings::Attempts;
use crate::agent::{Opening, Prompts};
use crate::model::Message;
use crate::task::{Task, TaskId};
use crate::trial::{PaperGiven, opening};

/// Show what a model is told
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  autoexp prompt show exposure-ebb_0,3
  autoexp prompt show exposure-ebb_0,3 --strategy react --tools bash --paper none
  autoexp prompt show exposure-ebb_0,3 --json | jq -r '.messages[0].text'";

#[derive(Debug, Subcommand)]
enum Command {
    /// Print a trial's first request as it is sent: the messages, and the tools with their schemas
    Show(Box<Show>),
}

#[derive(Debug, clap::Args)]
struct Show {
    /// The task
    #[arg(value_name = "TASK")]
    id: TaskId,
    /// Print JSON, as in the first line of a trajectory
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    attempt: Attempts,
    #[command(flatten)]
    tasks: Tasks,
}

pub(super) fn run(args: Args, common: &Common) -> anyhow::Result<u8> {
    let Command::Show(args) = args.command;
    let folder = args.tasks.folder();
    let task = Task::load(&folder, &args.id, &common.parser()).context("load the task")?;
    let settings = args.attempt.settings()?;
    if let PaperGiven::Embedding(model) = &settings.paper {
        bail!(
            "show the prompt: which passages of the paper stand in it is asked of {model} when a trial begins, and paid for; see the `started` line of a trial's trajectory.jsonl, or take --paper lexical"
        );
    }
    let prompts = Prompts::load()?;
    let Opening { messages, tools } = opening(&task, &settings, &prompts)?;
    let mut stdout = std::io::stdout().lock();
    if args.json {
        let opening = json!({"messages": messages, "tools": tools});
        serde_json::to_writer_pretty(&mut stdout, &opening).map_err(std::io::Error::from)?;
        writeln!(stdout)?;
        return Ok(0);
    }
    for message in &messages {
        let (role, text) = match message {
            Message::System { text } => ("system", text),
            Message::User { text } => ("user", text),
            Message::Assistant(reply) => ("assistant", &reply.text),
            Message::Tool { text, .. } => ("tool", text),
        };
        writeln!(stdout, "=== {role}\n{}\n", text.trim_end())?;
    }
    for tool in &tools {
        let schema = serde_json::to_string_pretty(&tool.parameters);
        let schema = schema.map_err(std::io::Error::from)?;
        writeln!(
            stdout,
            "=== tool {}\n{}\n{schema}\n",
            tool.name, tool.description
        )?;
    }
    Ok(0)
}
