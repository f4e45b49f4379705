//! autoexp measures whether an AI agent can rebuild the missing parts of a paper's code and get
//! the paper's number back.
//!
//! Rooms depend one way: `cli` → `sweep` → `trial` → `agent`, `score` → `model`, `task` →
//! `sandbox`, `workspace`. [`sandbox`] over [`workspace`] is fit to be used alone.

// What is said of a public item may name a private one, for those who read the code.
#![allow(rustdoc::private_intra_doc_links)]

pub mod agent;
mod aside;
pub mod author;
pub mod check;
pub mod cli;
pub mod doctor;
pub mod harbor;
pub mod judge;
pub mod model;
pub mod packages;
pub mod progress;
pub mod report;
pub mod sandbox;
pub mod score;
pub mod serve;
pub mod shell;
pub mod stats;
pub mod sweep;
pub mod task;
pub mod trial;
pub mod units;
pub mod watch;
pub mod workspace;

#[global_allocator]
static ALLOCATOR: shell::Counting = shell::Counting;
