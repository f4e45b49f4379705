//! Estimates from trials, and how sure they are.
//!
//! - `repeated.rs`: pass@k and pass^k
//! - `interval.rs`: an interval, and Wilson's for a share
//! - `bootstrap.rs`: intervals that know that trials come in tasks and tasks in papers
//! - `paired.rs`: two models or settings on the same trials
//! - `independence.rs`: what would come of functions that fail independently, beside what came
//! - `coverage.rs`: how often the intervals hold what is known
//! - `quantile.rs`, `random.rs`: what these need of distributions and chance
//!
//! All of it follows from the numbers given, to the bit: random draws follow from fixed seeds.

mod bootstrap;
#[cfg(test)]
mod coverage;
mod independence;
mod interval;
mod paired;
mod quantile;
mod random;
mod repeated;

pub use bootstrap::{Clusters, DRAWS};
pub use independence::{Counted, FEWEST, Independence, independence};
pub use interval::{Interval, wilson};
pub use paired::{Pair, Paired, mcnemar, paired};
pub use random::Random;
pub use repeated::{pass_at, pass_hat};

/// How often an interval is meant to hold the truth.
pub const CONFIDENCE: f64 = 0.95;
