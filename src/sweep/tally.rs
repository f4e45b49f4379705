//! How a sweep goes so far, in a line.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::model::ModelName;
use crate::trial::{Spending, TrialOutcome, TrialSpec};

/// What trials came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Tally {
    /// Trials of the sweep.
    pub all: usize,
    /// Those that are finished, whoever ran them.
    pub finished: usize,
    /// Those that this process ran.
    pub ran: usize,
    /// Those of which it is known whether they are verified, and those that are.
    pub known: usize,
    pub verified: usize,
    /// Dollars of finished trials; none before the first of a model that may cost something.
    pub cost_usd: Option<f64>,
    /// Whether there was a finished trial whose cost isn't known.
    pub is_cost_unknown: bool,
    /// What those took that were begun and aren't finished, by their names: once finished, an outcome
    /// has it all.
    pub unfinished: BTreeMap<String, Spending>,
}

impl Tally {
    /// Counts what came of a trial.
    pub fn count(&mut self, spec: &TrialSpec, outcome: &TrialOutcome) {
        self.unfinished.remove(spec.id().as_str());
        if let Some(verified) = outcome.score.verified {
            self.known += 1;
            self.verified += usize::from(verified);
        }
        if matches!(spec.model, ModelName::Remote { .. }) {
            *self.cost_usd.get_or_insert(0.0) += outcome.cost_usd.unwrap_or(0.0);
            self.is_cost_unknown |= outcome.cost_usd.is_none();
        }
    }

    /// Dollars of all trials together, finished or not; none where none may have cost something.
    pub fn spent(&self) -> Option<f64> {
        let unfinished = self.unfinished.values().map(|it| it.cost_usd);
        match self.unfinished.is_empty() {
            true => self.cost_usd,
            false => Some(self.cost_usd.unwrap_or(0.0) + unfinished.sum::<f64>()),
        }
    }

    /// All of it, after so much time: `34/min, 2m left, $0.12, 58 % verified`.
    pub fn told(&self, after: Duration) -> String {
        let mut parts = Vec::new();
        let minutes = after.as_secs_f64() / 60.0;
        if self.ran > 0 && minutes > 0.0 {
            let rate = self.ran as f64 / minutes;
            parts.push(match rate < 10.0 {
                true => format!("{rate:.1}/min"),
                false => format!("{rate:.0}/min"),
            });
            let left = self.all.saturating_sub(self.finished);
            parts.push(format!("{} left", short(left as f64 / rate * 60.0)));
        }
        let is_unknown = self.is_cost_unknown || self.unfinished.values().any(|it| it.is_unknown);
        match (self.spent(), is_unknown) {
            (None, _) => {}
            (Some(cost), false) => parts.push(format!("${cost:.2}")),
            (Some(cost), true) if cost > 0.0 => parts.push(format!("over ${cost:.2}")),
            (Some(_), true) => parts.push("$ unknown".to_owned()),
        }
        if self.known > 0 {
            let share = 100.0 * self.verified as f64 / self.known as f64;
            parts.push(format!("{share:.0} % verified"));
        }
        parts.join(", ")
    }
}

/// A time in its two largest units.
fn short(seconds: f64) -> String {
    let seconds = seconds.ceil() as u64;
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3600 => format!("{}m", seconds.div_ceil(60)),
        3600..86_400 => format!("{}h {}m", seconds / 3600, seconds % 3600 / 60),
        _ => format!("{}d {}h", seconds / 86_400, seconds % 86_400 / 3600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_is_known_and_no_more() {
        let minute = Duration::from_secs(60);
        let mut tally = Tally {
            all: 96,
            ..Tally::default()
        };
        assert_eq!(tally.told(minute), "");
        tally.finished = 46;
        tally.ran = 25;
        tally.known = 46;
        tally.verified = 23;
        assert_eq!(tally.told(minute), "25/min, 2m left, 50 % verified");
        tally.cost_usd = Some(1.234);
        assert_eq!(
            tally.told(10 * minute),
            "2.5/min, 20m left, $1.23, 50 % verified"
        );
        tally.is_cost_unknown = true;
        assert_eq!(
            tally.told(minute),
            "25/min, 2m left, over $1.23, 50 % verified"
        );
        tally.cost_usd = Some(0.0);
        assert!(tally.told(minute).contains("$ unknown"));
    }

    #[test]
    fn times_are_short() {
        for (seconds, text) in [
            (0.2, "1s"),
            (59.0, "59s"),
            (61.0, "2m"),
            (3599.0, "60m"),
            (7500.0, "2h 5m"),
            (100_000.0, "1d 3h"),
        ] {
            assert_eq!(short(seconds), text);
        }
    }
}
