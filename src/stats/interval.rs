//! Intervals, and Wilson's for a share.

use serde::Serialize;

use super::CONFIDENCE;
use super::quantile::normal;

/// From one number to another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    pub low: f64,
    pub high: f64,
}

impl Interval {
    pub fn holds(&self, number: f64) -> bool {
        (self.low..=self.high).contains(&number)
    }

    /// The smallest that holds both.
    pub fn hull(self, other: Interval) -> Interval {
        Interval {
            low: self.low.min(other.low),
            high: self.high.max(other.high),
        }
    }

    /// What of it lies where the number can be at all.
    pub fn within(self, low: f64, high: f64) -> Interval {
        Interval {
            low: self.low.clamp(low, high),
            high: self.high.clamp(low, high),
        }
    }

    pub fn width(&self) -> f64 {
        self.high - self.low
    }
}

/// The interval for a share of independent trials (E. B. Wilson, J. Am. Stat. Assoc. 22, 1927): the
/// shares that the normal approximation of the binomial wouldn't reject. None without trials.
pub fn wilson(right: u64, all: u64) -> Option<Interval> {
    if all == 0 {
        return None;
    }
    let (share, all) = (right as f64 / all as f64, all as f64);
    let z2 = normal(0.5 + CONFIDENCE / 2.0).powi(2);
    let centre = (share + z2 / (2.0 * all)) / (1.0 + z2 / all);
    let half =
        (z2 * (share * (1.0 - share) / all + z2 / (4.0 * all * all))).sqrt() / (1.0 + z2 / all);
    Some(Interval {
        // Exact ends: rounding must not leave the share itself outside.
        low: (centre - half).clamp(0.0, share),
        high: (centre + half).clamp(share, 1.0),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_ends_are_where_the_observed_share_would_just_be_rejected(all in 1u64..2000, part in 0.0..=1.0f64) {
            let right = (all as f64 * part).round() as u64;
            let found = wilson(right, all).unwrap();
            let share = right as f64 / all as f64;
            prop_assert!(found.holds(share));
            for end in [found.low, found.high] {
                let deviation = (end * (1.0 - end) / all as f64).sqrt();
                let inner = end > 0.0 && end < 1.0;
                prop_assert!(!inner || ((share - end).abs() - 1.959963984540054 * deviation).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn known_values_come_out() {
        // statsmodels: proportion_confint(30, 85, method="wilson").
        let found = wilson(30, 85).unwrap();
        assert!(
            (found.low - 0.25972485).abs() < 1e-8 && (found.high - 0.45887499).abs() < 1e-8,
            "{found:?}"
        );
        assert_eq!(wilson(0, 5).unwrap().low, 0.0);
        assert_eq!(wilson(5, 5).unwrap().high, 1.0);
        assert_eq!(wilson(0, 0), None);
    }
}
