//! Is what was reported right?
//!
//! This room holds a report against the golds of a task, runs the repository as it was left and the
//! bodies that were written where nobody could know the result. Whatever an agent reports or leaves
//! is data: it is judged, with a reason by name, and never an error or a panic.
//!
//! - `verify`: a [`Score`]: pass, grounded, transplanted, verified; `failure`: why not, in a word.
//! - `measure`: an experiment run in a fresh sandbox.
//! - `printed`: the numbers that an agent has seen.
//! - `upstream`: AutoExperiment's own rule.
//! - `judge`: an answer against the golds, metric by metric; the rule of tolerance.
//! - `reason`: why a value doesn't pass.
//! - `source`: the value of a metric from standard output or a file.
//! - `calls`: a candidate's functions against the reference's, call by call of an experiment.
//! - `functions`: which functions are right, from these comparisons.
//! - `python_json`: JSON as Python writes it, which knows NaN.

mod calls;
mod failure;
mod functions;
mod judge;
mod measure;
mod printed;
mod python_json;
mod reason;
mod source;
mod upstream;
mod verify;

pub use calls::{Calls, Comparison, MOST_CALLS, compare};
pub use failure::Failure;
pub use functions::FunctionScore;
pub use judge::{ExperimentJudgement, Judgement, MetricJudgement, judge};
pub use measure::{MeasureError, Measurement, RunRecord, limits, measure};
pub use printed::Printed;
pub use python_json::{last_document, parse as parse_json};
pub use reason::{JsonKind, Place, Reason};
pub use source::{SourceError, read};
pub use upstream::upstream_pass;
pub use verify::{Attempt, Changed, Reporter, Score, ScoreError};
