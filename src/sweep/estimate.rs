//! What a run may take of models that are paid for, before it begins.

use crate::agent::Interaction;
use crate::model::{ModelName, Prices, Usage};
use crate::trial::TrialSpec;

/// Steps that a trial is taken to have, where it may have as many.
const STEPS: u32 = 20;
/// Tokens of what a conversation begins with: the task, the tools.
const OPENING: u64 = 4_000;
/// Tokens that each step adds, with what comes of it, and those of them that a model writes.
const STEP: u64 = 1_200;
const WRITTEN: u64 = 400;
/// Tokens of a request that has everything in it at once.
const WHOLE: u64 = 30_000;

/// What trials of models over the network may take.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Estimate {
    pub trials: u64,
    /// Calls at most.
    pub calls: u64,
    /// Tokens, if trials are as they are taken to be and nothing is cached.
    pub tokens: u64,
    /// Dollars for them; none where a price isn't known.
    pub cost_usd: Option<f64>,
}

impl Estimate {
    pub fn of<'a>(trials: impl Iterator<Item = &'a TrialSpec>, prices: &Prices) -> Estimate {
        let mut all = Estimate {
            cost_usd: Some(0.0),
            ..Estimate::default()
        };
        for trial in trials {
            let ModelName::Remote { provider, model } = &trial.model else {
                continue;
            };
            let settings = &trial.settings;
            let usage = guess(settings.interaction, settings.max_steps);
            let elsewhere = settings.asking.base_url.is_some();
            let cost = prices.cost(*provider, model, elsewhere, &usage);
            all.trials += 1;
            all.calls += u64::from(settings.max_steps);
            all.tokens += usage.input_tokens + usage.output_tokens;
            all.cost_usd = all.cost_usd.zip(cost).map(|(sum, cost)| sum + cost);
        }
        all
    }
}

/// The tokens of a trial.
fn guess(interaction: Interaction, max_steps: u32) -> Usage {
    let steps = u64::from(max_steps.min(STEPS));
    let (input, output) = match interaction {
        Interaction::Fixed => (WHOLE, 10 * WRITTEN),
        // Each step's request has all that was before it.
        Interaction::Dynamic => (
            steps * OPENING + STEP * steps * steps.saturating_sub(1) / 2,
            steps * WRITTEN,
        ),
    };
    Usage {
        input_tokens: input,
        output_tokens: output,
        ..Usage::default()
    }
}
