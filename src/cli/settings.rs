//! The settings of a trial: the options that are part of what names it.

use clap::Args;

use super::common::Masking;
use super::models::Models;
use crate::agent::{History, Interaction, Strategy, Tools};
use crate::trial::{CommandGiven, MAX_STEPS, PaperGiven, Readme, Settings};

/// How a model works, and what it is given to work with.
#[derive(Debug, Args)]
#[command(next_help_heading = "How a model works")]
pub(super) struct Attempt {
    /// Replies a model may give in one attempt
    #[arg(long, value_name = "STEPS", default_value_t = MAX_STEPS, value_parser = clap::value_parser!(u32).range(1..))]
    max_steps: u32,
    /// The tools that a model is given
    #[arg(long, value_name = "SET", value_enum, default_value_t)]
    tools: Tools,
    /// Whether a model hears what comes of what it does
    #[arg(long, value_name = "HOW", value_enum, default_value_t)]
    interaction: Interaction,
    /// How a model goes from step to step
    #[arg(long, value_name = "STRATEGY", value_enum, default_value_t)]
    strategy: Strategy,
    /// What of the conversation a model is shown again: full, window:K (the last K steps), summary:K
    /// (the last steps, and every K steps a summary of those before), or retrieval:K (K steps: half
    /// of them the last, and of those before the ones that have most to do with the last)
    #[arg(long, value_name = "HISTORY", default_value_t)]
    history: History,
    /// What a model is given of the paper
    #[arg(long, value_name = "WHAT", value_enum, default_value_t)]
    paper: PaperGiven,
    /// Whether a model is told the experiments' commands
    #[arg(long, value_name = "WHETHER", value_enum, default_value_t)]
    command: CommandGiven,
    /// Whether the repository's READMEs are there
    #[arg(long, value_name = "WHETHER", value_enum, default_value_t)]
    readme: Readme,
    #[command(flatten)]
    masking: Masking,
}

impl Attempt {
    /// With how models are asked, all that a trial is made with.
    pub fn settings(&self, models: &Models) -> Settings {
        Settings {
            tools: self.tools,
            interaction: self.interaction,
            strategy: self.strategy,
            max_steps: self.max_steps,
            docstring: self.masking.docstring,
            paper: self.paper,
            command: self.command,
            readme: self.readme,
            asking: models.asking(),
            history: self.history,
            budget: models.budget(),
        }
    }
}
