//! The settings of a trial: the options that are part of what names it, the same in every command.

use std::time::Duration;

use anyhow::bail;
use clap::Args;

use super::models::Models;
use crate::agent::{Budget, History, Interaction, Strategy, Tools};
use crate::model::{Finite, ModelName, Prices, Providers};
use crate::sandbox::Cancel;
use crate::task::Docstring;
use crate::trial::{CommandGiven, MAX_STEPS, PaperGiven, Readme, Settings};
use crate::units;

/// How a model works, and what it is given to work with. Several values of an option, with commas
/// between them, are each tried, with each of every other's.
#[derive(Debug, Args)]
#[command(next_help_heading = "How a model works")]
pub(super) struct Attempts {
    /// Replies a model may give in one attempt
    #[arg(long, value_name = "STEPS", value_delimiter = ',', default_values_t = [MAX_STEPS], value_parser = clap::value_parser!(u32).range(1..))]
    max_steps: Vec<u32>,
    /// The tools that a model is given
    #[arg(long, value_name = "SET", value_enum, value_delimiter = ',', default_values_t = [Tools::default()])]
    tools: Vec<Tools>,
    /// Whether a model hears what comes of what it does
    #[arg(long, value_name = "HOW", value_enum, value_delimiter = ',', default_values_t = [Interaction::default()])]
    interaction: Vec<Interaction>,
    /// How a model goes from step to step
    #[arg(long, value_name = "STRATEGY", value_enum, value_delimiter = ',', default_values_t = [Strategy::default()])]
    strategy: Vec<Strategy>,
    /// What of the conversation a model is shown again: full, window:K (the last K steps), summary:K
    /// (the last steps, and every K steps a summary of those before), or retrieval:K (K steps: half
    /// of them the last, and of those before the ones that have most to do with the last)
    #[arg(long, value_name = "HISTORY", value_delimiter = ',', default_values_t = [History::default()])]
    history: Vec<History>,
    /// What a model is given of the paper: full (all, without its results, as PAPER.md), none, lexical
    /// (the paragraphs that share most words with the masked functions' names and descriptions),
    /// embedding:PROVIDER/MODEL (those that are nearest to these, as an embedding model of openai's,
    /// gemini's or ollama's has it), or oracle (the sections that the functions' docstrings name)
    #[arg(long, value_name = "WHAT", value_delimiter = ',', default_values_t = [PaperGiven::default()])]
    paper: Vec<PaperGiven>,
    /// Whether a model is told the experiments' commands
    #[arg(long, value_name = "WHETHER", value_enum, value_delimiter = ',', default_values_t = [CommandGiven::default()])]
    command: Vec<CommandGiven>,
    /// Whether the repository's READMEs are there
    #[arg(long, value_name = "WHETHER", value_enum, value_delimiter = ',', default_values_t = [Readme::default()])]
    readme: Vec<Readme>,
    /// What is left of the docstring of a masked function
    #[arg(long, value_name = "WHAT", value_enum, value_delimiter = ',', default_values_t = [Docstring::default()])]
    docstring: Vec<Docstring>,
    #[command(flatten)]
    limits: Limits,
    #[command(flatten)]
    asked: Models,
}

/// What a trial may use beside steps.
#[derive(Debug, Args)]
#[command(next_help_heading = "Limits of a trial")]
struct Limits {
    /// Tokens of all replies
    #[arg(long, value_name = "TOKENS", value_parser = clap::value_parser!(u64).range(1..))]
    max_tokens: Option<u64>,
    /// Dollars of all replies
    #[arg(long, value_name = "DOLLARS")]
    max_cost_per_trial: Option<Finite>,
    /// Fuel of all runs of the agent's
    #[arg(long, value_name = "FUEL", value_parser = units::parse_fuel)]
    max_fuel: Option<u64>,
    /// Time, from the trial's start
    #[arg(long, value_name = "DURATION", value_parser = units::parse_seconds)]
    max_time: Option<Duration>,
}

impl Attempts {
    /// With how models are asked, all that a trial is made with.
    pub fn settings(&self) -> anyhow::Result<Settings> {
        let mut all = self.variants();
        match (all.pop(), all.is_empty()) {
            (Some(one), true) => Ok(one),
            _ => bail!("take one trial's settings: give one value for each option"),
        }
    }

    /// Every combination of what was given, each once.
    pub fn variants(&self) -> Vec<Settings> {
        let base = Settings {
            budget: Budget {
                tokens: self.limits.max_tokens,
                cost_usd: self.limits.max_cost_per_trial,
                fuel: self.limits.max_fuel,
                seconds: self.limits.max_time.map(|time| time.as_secs()),
            },
            ..Settings::default()
        };
        let mut all = vec![base];
        fn each<T: Clone>(all: &mut Vec<Settings>, values: &[T], set: fn(&mut Settings, T)) {
            let of = |settings: &Settings, value: &T| {
                let mut settings = settings.clone();
                set(&mut settings, value.clone());
                settings
            };
            let varied = all
                .iter()
                .flat_map(|settings| values.iter().map(move |value| of(settings, value)));
            *all = varied.collect();
        }
        each(&mut all, &self.interaction, |to, value| {
            to.interaction = value;
        });
        each(&mut all, &self.strategy, |to, value| to.strategy = value);
        each(&mut all, &self.tools, |to, value| to.tools = value);
        each(&mut all, &self.history, |to, value| to.history = value);
        each(&mut all, &self.paper, |to, value| to.paper = value);
        each(&mut all, &self.command, |to, value| to.command = value);
        each(&mut all, &self.readme, |to, value| to.readme = value);
        each(&mut all, &self.docstring, |to, value| to.docstring = value);
        each(&mut all, &self.max_steps, |to, value| to.max_steps = value);
        each(&mut all, &self.asked.askings(), |to, value| {
            to.asking = value
        });
        let mut each_once: Vec<Settings> = Vec::new();
        for settings in all {
            if !each_once.contains(&settings) {
                each_once.push(settings);
            }
        }
        each_once
    }

    /// What models cost.
    pub fn prices(&self) -> anyhow::Result<Prices> {
        self.asked.prices()
    }

    /// The models made ready to be asked, until that is cancelled.
    pub fn providers(
        &self,
        models: &[ModelName],
        needs_prices: bool,
        cancel: &Cancel,
    ) -> anyhow::Result<Providers> {
        let needs_prices = needs_prices || self.limits.max_cost_per_trial.is_some();
        let embedders = self.paper.iter().filter_map(|given| match given {
            PaperGiven::Embedding(model) => Some(model.clone()),
            _ => None,
        });
        let embedders = embedders.collect();
        self.asked
            .providers(models, embedders, needs_prices, cancel)
    }
}
