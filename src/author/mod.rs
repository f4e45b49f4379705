//! From somebody's repository and paper to a paper of the benchmark.
//!
//! - `new`: [`new()`]: the whole way: what follows, in this order.
//! - `intake`: the files of a repository, laid so that nothing needs to be installed.
//! - `survey`: what the sources import and no longer find, and what the repository says it needs;
//!   `survey.py` is its half in the sandbox.
//! - `needs`: meeting that from the runtime, or with wheels of pure Python.
//! - `preflight`: importing every module.
//! - `command`: running the author's commands.
//! - `output`: the numbers in what a run leaves, as metrics.
//! - `propose`: the functions worth masking.
//! - `paper_in`: a paper's text from Markdown, LaTeX, text or PDF, with its results tagged.
//! - `alternative`: another input, by another seed.
//! - `settle`: which functions are masked: those that the check doesn't refuse; `draft`: `task.toml` as
//!   it is written.
//! - `import`: [`import()`]: AutoExperiment's papers; `upstream`: its files.
//! - `rename`: [`rename()`]: a variant of a paper with other names; `known.py` knows those that are taken.
//! - `error`: what stands in the way, on our side or the author's.
//!
//! Above `check`, below the command line.

mod alternative;
mod command;
mod draft;
mod error;
mod guest;
mod import;
mod intake;
mod needs;
mod new;
mod output;
mod paper_in;
mod preflight;
mod propose;
mod rename;
mod settle;
mod survey;
mod upstream;

pub use error::AuthorError;
pub use import::{ImportedExperiment, ImportedFunction, ImportedPaper, State, import};
pub use needs::{Met, Need, Unmet};
pub use new::{Asked, Drafted, LeftOut, Means, RanCommand, new};
pub use output::{AskedMetric, AskedMetricError};
pub use preflight::{ModuleTrouble, Preflight};
pub use propose::Proposal;
pub use rename::{Renamed, rename};
