//! What came of a run, from its records alone.
//!
//! - `row.rs`: one line for each experiment of each trial
//! - `table.rs`: the lines as a table, and how often each model passed at each n

mod row;
mod table;

pub use row::{Metric, Row, rows};
pub use table::{summary, table};
