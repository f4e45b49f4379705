//! What the one who has models tried may choose for an attempt: the same options in `eval` and `run`.

use std::time::Duration;

use clap::Args;

use super::common::Masking;
use super::models::Models;
use crate::agent::{Budget, History, Tools};
use crate::model::{Finite, ModelName, Providers};
use crate::sandbox::Cancel;
use crate::trial::{MAX_STEPS, Settings};
use crate::units;

#[derive(Debug, Args)]
pub(super) struct Attempts {
    /// Replies a model may give in one attempt
    #[arg(long, value_name = "STEPS", default_value_t = MAX_STEPS, value_parser = clap::value_parser!(u32).range(1..))]
    max_steps: u32,
    /// The tools that models are given
    #[arg(long, value_enum, default_value_t)]
    tools: Tools,
    #[command(flatten)]
    masking: Masking,
    /// What of the conversation a model is shown again: full, window:K (the last K steps), or
    /// summary:K (the last steps, and every K steps a summary of those before)
    #[arg(long, value_name = "HISTORY", default_value_t)]
    history: History,
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
    #[arg(long, value_name = "DURATION", value_parser = units::parse_duration)]
    max_time: Option<Duration>,
}

impl Attempts {
    pub fn settings(&self) -> Settings {
        Settings {
            tools: self.tools,
            max_steps: self.max_steps,
            docstring: self.masking.docstring,
            asking: self.asked.asking(),
            history: self.history,
            budget: Budget {
                tokens: self.limits.max_tokens,
                cost_usd: self.limits.max_cost_per_trial,
                fuel: self.limits.max_fuel,
                // A part of a second is none to work in.
                seconds: self.limits.max_time.map(|time| time.as_secs().max(1)),
            },
        }
    }

    /// The models made ready to be asked, until that is cancelled.
    pub fn providers(&self, models: &[ModelName], cancel: &Cancel) -> anyhow::Result<Providers> {
        let needs_prices = self.limits.max_cost_per_trial.is_some();
        self.asked.providers(models, needs_prices, cancel)
    }
}
