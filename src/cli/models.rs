//! How models are asked.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Args;

use crate::model::{Asking, Effort, Finite, ModelName, Prices, ProviderOptions, Providers};
use crate::sandbox::Cancel;
use crate::units;

/// Models over the network.
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
    #[arg(long, value_name = "DURATION", default_value = "10m", value_parser = units::parse_seconds)]
    call_timeout: Duration,
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

    /// Where there is one effort at most.
    pub fn asking(&self) -> anyhow::Result<Asking> {
        let mut all = self.askings();
        match (all.pop(), all.is_empty()) {
            (Some(one), true) => Ok(one),
            _ => bail!("ask with one effort: give --effort one value"),
        }
    }

    /// What models cost.
    pub fn prices(&self) -> anyhow::Result<Prices> {
        Prices::load(self.prices.as_deref()).context("ask what models cost")
    }

    /// The models made ready to be asked, until that is cancelled.
    pub fn providers(
        &self,
        models: &[ModelName],
        embedders: Vec<ModelName>,
        needs_prices: bool,
        cancel: &Cancel,
    ) -> anyhow::Result<Providers> {
        let options = ProviderOptions {
            base_url: self.base_url.clone(),
            embedders,
            efforts: self.effort.clone(),
            key_variable: self.key_variable.clone(),
            prices: self.prices()?,
            needs_prices,
            parallel_calls: usize::from(self.parallel_calls),
            retries: usize::from(self.retries),
            timeout: self.call_timeout,
            cancel: cancel.clone(),
        };
        Ok(Providers::open(models, options)?)
    }
}
