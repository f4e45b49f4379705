//! Is what was reported right?
//!
//! This room holds a report against the golds of a task, and reads the same numbers from what a
//! run left. Whatever an agent reports is data: it is judged, with a reason by name, and never
//! an error or a panic.
//!
//! - `judge`: an answer against the golds, metric by metric; the rule of tolerance.
//! - `reason`: why a value doesn't pass.
//! - `source`: the value of a metric from standard output or a file.
//! - `python_json`: JSON as Python writes it, which knows NaN.

mod judge;
mod python_json;
mod reason;
mod source;

pub use judge::{ExperimentJudgement, Judgement, MetricJudgement, judge};
pub use python_json::parse as parse_json;
pub use reason::{JsonKind, Place, Reason};
pub use source::{SourceError, read};
