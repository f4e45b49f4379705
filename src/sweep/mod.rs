//! Many trials: a grid of what to run, the plan it comes to, and working through it.
//!
//! - `choice.rs`: [`Choice`], the tasks that are wanted
//! - `grid.rs`: [`Grid`], what was asked for; `plan.rs`: [`Plan`], the trials it comes to
//! - `estimate.rs`: [`Estimate`], what that may take of models that are paid for
//! - `shard.rs`: [`Shard`], a part for one of several machines; `merge.rs`: their parts put together
//! - `slurm.rs`: [`Jobs`], that a cluster does for a run
//! - `work.rs`: workers that take the trials one by one, in this process and in others; `lanes.rs`:
//!   which is next; `tally.rs`: how it goes so far

mod choice;
mod estimate;
mod grid;
mod lanes;
mod merge;
mod plan;
mod shard;
mod slurm;
mod tally;
mod work;

pub use choice::Choice;
pub use estimate::Estimate;
pub use grid::{Grid, Ns, NsError, Only, Span, SpanError};
pub use lanes::Bounds;
pub use merge::{MergeError, Merged, merge};
pub use plan::{Plan, PlanError, Unaudited};
pub use shard::{Shard, ShardError};
pub use slurm::{Jobs, SlurmError, Submitted, parts};
pub use work::{Done, Interrupted, Means, WorkError, work};
