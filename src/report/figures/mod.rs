//! Figures: what a report draws, with the numbers behind it.
//!
//! - `canvas.rs`: axes, marks and colours, by `plotters`
//! - `over_n.rs`: what is over the number of masked functions
//! - `across.rs`: series beside each other: cost and tokens, comparisons, tasks

mod across;
mod canvas;
mod over_n;

use serde::Serialize;

pub use across::{against_cost, against_tokens, differences, heat_map};
pub use canvas::COLOURS;
pub use over_n::{failures, passed_over_n, repeated, short_fuel, solved, verified_over_n};

/// A figure.
#[derive(Clone, Debug, Serialize)]
pub struct Figure {
    pub id: String,
    pub title: String,
    /// What it shows, for who doesn't see it.
    pub alt: String,
    /// What there is to know about reading it.
    pub note: String,
    pub keys: Vec<Key>,
    pub svg: String,
    /// The numbers behind it.
    pub heads: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

/// What a mark in a figure stands for.
#[derive(Clone, Debug, Serialize)]
pub struct Key {
    pub label: String,
    /// Of [`COLOURS`].
    pub colour: usize,
    pub mark: &'static str,
}

/// A share as people read it.
pub fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}
