//! Many trials: a grid of what to run, the plan it comes to, and working through it.
//!
//! - `choice.rs`: [`Choice`], the tasks that are wanted
//! - `grid.rs`: [`Grid`], what was asked for; `plan.rs`: [`Plan`], the trials it comes to
//! - `work.rs`: workers that take the trials one by one, in this process and in others

mod choice;
mod grid;
mod plan;
mod work;

pub use choice::Choice;
pub use grid::{Grid, Ns, NsError, Only, Span, SpanError};
pub use plan::{Plan, PlanError};
pub use work::{Done, Interrupted, Means, WorkError, work};
