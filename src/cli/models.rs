//! How models are asked: the options that `eval` has for it.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use clap::Args;

use crate::agent::Budget;
use crate::model::{Asking, Effort, Finite, ModelName, Prices, ProviderOptions, Providers};
use crate::sandbox::Cancel;
use crate::units;

/// Models over the network, and what a trial of any model may use.
#[derive(Debug, Args)]
#[command(next_help_heading = "Models")]
pub(super) struct Models {
    /// Ask the models at this address, by the protocol of the provider they are named after
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// The environment variable with the key [default: the provider's own, such as OPENAI_API_KEY;
    /// with --base-url, none]
    #[arg(long, value_name = "NAME")]
    key_variable: Option<String>,
    /// How much a model thinks: none, minimal, low, medium, high, xhigh, max, or a number of tokens
    #[arg(long, value_name = "EFFORT", value_delimiter = ',')]
    effort: Vec<Effort>,
    /// The temperature of sampling
    #[arg(long, value_name = "NUMBER")]
    temperature: Option<Finite>,
    /// What sampling follows from, where the provider takes it; attempt k takes the k-th from here on
    #[arg(long, value_name = "NUMBER")]
    model_seed: Option<u64>,
    /// The most tokens of one reply
    #[arg(long, value_name = "TOKENS", value_parser = clap::value_parser!(u32).range(1..))]
    reply_tokens: Option<u32>,
    /// A TOML file of prices, which goes before the program's own
    #[arg(long, value_name = "FILE")]
    prices: Option<PathBuf>,
    /// Calls to one provider at once
    #[arg(long, value_name = "CALLS", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..))]
    parallel_calls: u16,
    /// How often a call is made again that failed in a way that passes
    #[arg(long, value_name = "TIMES", default_value_t = 8)]
    retries: u16,
    /// How long one call may take
    #[arg(long, value_name = "DURATION", default_value = "10m", value_parser = units::parse_duration)]
    call_timeout: Duration,
    #[command(flatten)]
    limits: Limits,
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

impl Models {
    /// One for each effort.
    pub fn askings(&self) -> Vec<Asking> {
        let base = Asking {
            base_url: self.base_url.clone(),
            effort: None,
            temperature: self.temperature,
            seed: self.model_seed,
            reply_tokens: self.reply_tokens,
        };
        match self.effort.as_slice() {
            [] => vec![base],
            efforts => efforts
                .iter()
                .map(|effort| Asking {
                    effort: Some(*effort),
                    ..base.clone()
                })
                .collect(),
        }
    }

    /// What models cost.
    pub fn prices(&self) -> anyhow::Result<Prices> {
        Prices::load(self.prices.as_deref()).context("ask what models cost")
    }

    pub fn budget(&self) -> Budget {
        Budget {
            tokens: self.limits.max_tokens,
            cost_usd: self.limits.max_cost_per_trial,
            fuel: self.limits.max_fuel,
            // A part of a second is none to work in.
            seconds: self.limits.max_time.map(|time| time.as_secs().max(1)),
        }
    }

    /// The models made ready to be asked, until that is cancelled.
    pub fn providers(
        &self,
        models: &[ModelName],
        needs_prices: bool,
        cancel: &Cancel,
    ) -> anyhow::Result<Providers> {
        let options = ProviderOptions {
            base_url: self.base_url.clone(),
            efforts: self.effort.clone(),
            key_variable: self.key_variable.clone(),
            prices: self.prices()?,
            needs_prices: needs_prices || self.limits.max_cost_per_trial.is_some(),
            parallel_calls: usize::from(self.parallel_calls),
            retries: usize::from(self.retries),
            timeout: self.call_timeout,
            cancel: cancel.clone(),
        };
        Ok(Providers::open(models, options)?)
    }
}
