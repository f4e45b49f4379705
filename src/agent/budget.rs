//! What an attempt may use, and what it used.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::event::Ending;
use crate::model::{Finite, Reply, Usage};
use crate::units;

/// Beside steps: no limit where there is none. A limit on tokens or dollars may be passed by one
/// reply, since what a reply takes is known when it is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// Of all replies, read and written.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tokens: Option<u64>,
    /// Of all replies.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cost_usd: Option<Finite>,
    /// Of all runs of the agent's.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub fuel: Option<u64>,
    /// From the attempt's start, or from where it was last gone on with.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub seconds: Option<u64>,
}

impl Budget {
    /// As a model is told of it.
    pub fn told(&self) -> Vec<String> {
        let told = [
            self.tokens
                .map(|tokens| format!("{tokens} tokens, of what you read and write")),
            self.cost_usd.map(|cost| format!("{} dollars", cost.get())),
            self.fuel
                .map(|fuel| format!("{} units of fuel", units::format_fuel(fuel))),
            self.seconds.map(|seconds| format!("{seconds} seconds")),
        ];
        told.into_iter().flatten().collect()
    }
}

/// What an attempt used so far.
#[derive(Clone, Debug)]
pub(super) struct Spent {
    since: Instant,
    pub steps: u32,
    /// Those of tries before this one.
    steps_before: u32,
    /// As far as replies said.
    usage: Usage,
    cost_usd: f64,
    /// Replies that didn't say what they took, and whose price isn't known.
    untold: u32,
    unpriced: u32,
    fuel: u64,
    /// What the last step took of tokens, dollars and time.
    last: (u64, f64, Duration),
    step_began: Instant,
}

/// What runs out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Resource {
    Steps,
    Tokens,
    Dollars,
    Fuel,
    Time,
}

/// What can be said of what is left.
#[derive(Debug, PartialEq)]
pub(super) enum Outlook {
    Plenty,
    /// These are nearly used up: what is left of each.
    Near(Vec<(Resource, String)>),
    /// The next step is the last.
    Last(Resource),
}

impl Resource {
    pub fn name(self) -> &'static str {
        match self {
            Resource::Steps => "steps",
            Resource::Tokens => "tokens",
            Resource::Dollars => "dollars",
            Resource::Fuel => "fuel",
            Resource::Time => "time",
        }
    }
}

impl Spent {
    pub fn new() -> Spent {
        let now = Instant::now();
        Spent {
            since: now,
            steps: 0,
            steps_before: 0,
            usage: Usage::default(),
            cost_usd: 0.0,
            untold: 0,
            unpriced: 0,
            fuel: 0,
            last: (0, 0.0, Duration::ZERO),
            step_began: now,
        }
    }

    /// A try begins: steps are counted anew, and nothing else is.
    pub fn begin_try(&mut self) {
        self.steps_before = self.steps;
    }

    fn steps_of_try(&self) -> u32 {
        self.steps - self.steps_before
    }

    /// A step begins.
    pub fn begin(&mut self) {
        self.last = (0, 0.0, Duration::ZERO);
        self.step_began = Instant::now();
    }

    /// A reply for the step: its own, a summary made for it, or what a tool of its asked for.
    pub fn reply(&mut self, reply: &Reply) {
        let usage = reply.usage.unwrap_or_default();
        let cost = reply.cost_usd.unwrap_or(0.0);
        self.usage = self.usage.plus(usage);
        self.cost_usd += cost;
        self.untold += u32::from(reply.usage.is_none());
        self.unpriced += u32::from(reply.cost_usd.is_none());
        self.last.0 += usage.tokens();
        self.last.1 += cost;
    }

    /// Of all replies together; nothing where one of them didn't say.
    pub fn usage(&self) -> Option<Usage> {
        (self.steps > 0 && self.untold == 0).then_some(self.usage)
    }

    /// Likewise.
    pub fn cost_usd(&self) -> Option<f64> {
        (self.steps > 0 && self.unpriced == 0).then_some(self.cost_usd)
    }

    /// The step is over; so much fuel was used by all runs so far.
    pub fn done(&mut self, fuel: u64) {
        self.fuel = fuel;
        self.last.2 = self.step_began.elapsed();
    }

    /// What is left, judged by what the last step took: two more like it must fit, one to go on and
    /// one for the answer, or the next is the last.
    pub fn outlook(&self, max_steps: u32, budget: &Budget) -> Outlook {
        let elapsed = self.since.elapsed().as_secs_f64();
        let share = |used: f64, next: f64, limit: f64| (limit - used, next, limit);
        let whole = |left: f64| format!("{}", left.max(0.0).round());
        let limits = [
            Some((
                Resource::Steps,
                share(f64::from(self.steps_of_try()), 1.0, f64::from(max_steps)),
            )),
            budget.tokens.map(|limit| {
                let used = share(self.usage.tokens() as f64, self.last.0 as f64, limit as f64);
                (Resource::Tokens, used)
            }),
            budget.cost_usd.map(|limit| {
                (
                    Resource::Dollars,
                    share(self.cost_usd, self.last.1, limit.get()),
                )
            }),
            // A run gets no more fuel than is left, so one that fits is worth trying.
            budget
                .fuel
                .map(|limit| (Resource::Fuel, share(self.fuel as f64, 0.0, limit as f64))),
            budget.seconds.map(|limit| {
                let used = share(elapsed, self.last.2.as_secs_f64(), limit as f64);
                (Resource::Time, used)
            }),
        ];
        let limits = limits.into_iter().flatten();
        let mut near = Vec::new();
        for (resource, (left, next, limit)) in limits {
            if left < 2.0 * next || left <= 0.0 {
                return Outlook::Last(resource);
            }
            if left <= 0.2 * limit || left < 3.0 * next {
                let left = match resource {
                    Resource::Dollars => format!("{left:.4}"),
                    Resource::Fuel => units::format_fuel(left as u64),
                    Resource::Time => format!("{} seconds", whole(left)),
                    Resource::Steps | Resource::Tokens => whole(left),
                };
                near.push((resource, left));
            }
        }
        match near.is_empty() {
            true => Outlook::Plenty,
            false => Outlook::Near(near),
        }
    }

    /// The ending of an attempt that used one up.
    pub fn ending(&self, resource: Resource) -> Ending {
        match resource {
            Resource::Steps => Ending::OutOfSteps {
                steps: self.steps_of_try(),
            },
            Resource::Tokens => Ending::OutOfTokens {
                tokens: self.usage.tokens(),
            },
            Resource::Dollars => Ending::OutOfDollars {
                cost_usd: self.cost_usd,
            },
            Resource::Fuel => Ending::OutOfFuel { fuel: self.fuel },
            Resource::Time => Ending::OutOfTime,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(steps: &[u64]) -> Spent {
        let mut spent = Spent::new();
        for tokens in steps {
            spent.begin();
            let reply = Reply {
                usage: Some(Usage {
                    input_tokens: *tokens,
                    ..Usage::default()
                }),
                cost_usd: Some(*tokens as f64 / 1e3),
                ..Reply::default()
            };
            spent.steps += 1;
            spent.reply(&reply);
            spent.done(*tokens);
        }
        spent
    }

    #[test]
    fn a_limit_is_told_when_it_is_near_and_leaves_one_last_step() {
        let tokens = |limit: u64| Budget {
            tokens: Some(limit),
            ..Budget::default()
        };
        let spent = after(&[10, 20, 30]);
        let look = |budget: &Budget| spent.outlook(100, budget);
        assert_eq!(look(&Budget::default()), Outlook::Plenty);
        assert_eq!(look(&tokens(1_000)), Outlook::Plenty);
        let near = Outlook::Near(vec![(Resource::Tokens, "70".to_owned())]);
        assert_eq!(look(&tokens(130)), near);
        // Two more of 30 wouldn't fit.
        assert_eq!(look(&tokens(119)), Outlook::Last(Resource::Tokens));
        assert_eq!(look(&tokens(10)), Outlook::Last(Resource::Tokens));
        let dollars = Budget {
            cost_usd: Some("0.08".parse().unwrap()),
            ..Budget::default()
        };
        assert_eq!(look(&dollars), Outlook::Last(Resource::Dollars));
        assert_eq!(
            spent.ending(Resource::Tokens),
            Ending::OutOfTokens { tokens: 60 }
        );
    }

    #[test]
    fn the_last_of_the_steps_is_the_last_and_fuel_lasts_until_it_is_gone() {
        let spent = after(&[0, 0, 0]);
        assert_eq!(
            spent.outlook(4, &Budget::default()),
            Outlook::Last(Resource::Steps)
        );
        let near = Outlook::Near(vec![(Resource::Steps, "2".to_owned())]);
        assert_eq!(spent.outlook(5, &Budget::default()), near);
        let fuel = |limit| Budget {
            fuel: Some(limit),
            ..Budget::default()
        };
        let spent = after(&[90]);
        assert!(matches!(spent.outlook(50, &fuel(100)), Outlook::Near(_)));
        assert_eq!(spent.outlook(50, &fuel(90)), Outlook::Last(Resource::Fuel));
    }
}
