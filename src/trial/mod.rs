//! One attempt of one model at one task: what determines it, how it goes, what came of it.
//!
//! - `spec.rs`: [`TrialSpec`], all that determines a trial, and its id
//! - `ablation.rs`: what a model is given of a task, and what is kept from it
//! - `passages.rs`: passages of the paper, where it isn't given as a whole; `embedding.rs`: those that
//!   an embedding model finds
//! - `fixed.rs`: what comes of bodies that were all written at once
//! - `setup.rs`: the repository, the brief and the model of a trial
//! - `attempt.rs`: the attempt itself; `resume.rs`: what was recorded of one, said again
//! - `record.rs`: what was recorded of trials; `proof.rs`: whether it is what comes of the replies;
//!   `fork.rs`: a trial that goes on from a step of another
//! - `replay.rs`: the replies that a recorded trial had, for a model
//! - `outcome.rs`: [`TrialOutcome`], what is kept of it; `debugging.rs`: what became of its first run;
//!   `patches.rs`: what it made of the code, for people
//! - `handed.rs`: a task as a plain folder, and its score
//! - `folder.rs`: a run's folder on disk; `in_flight.rs`: a trial's; `claim.rs`: whose turn a trial is;
//!   `spending.rs`: what unfinished trials took
//!
//! Every record carries [`FORMAT`]. What is measured (times) stands apart under `measured`;
//! everything else is the same each time a trial is run.

mod ablation;
mod attempt;
mod claim;
mod debugging;
mod embedding;
mod fixed;
mod folder;
mod fork;
mod handed;
mod in_flight;
mod outcome;
mod passages;
mod patches;
mod proof;
mod record;
mod replay;
mod resume;
mod setup;
mod spec;
mod spending;

pub use ablation::{CommandGiven, PaperGiven, Readme};
pub use attempt::{Came, Finished, TrialError, attempt};
pub use claim::Claim;
pub use debugging::{Debugging, DebuggingCounts};
pub use folder::{Claimed, RecordError, RunFolder, read as read_record};
pub use fork::{Before, Fork, ForkError, Forked, fork};
pub use handed::{
    ANSWER, HandedError, hand_over, handed_files, read_answer, score_folder, score_tree,
    told_in_container, told_in_sandbox,
};
pub use outcome::{Measured, TrialOutcome};
pub use patches::Patches;
pub use proof::{Difference, Proof, prove};
pub use record::{Record, trials};
pub use replay::ReplayError;
pub use setup::{as_found, opening};
pub use spec::{Digests, MAX_STEPS, Seeds, Settings, TrialId, TrialSpec};
pub use spending::Spending;

/// The version of the records' format. A reader refuses any other.
pub const FORMAT: u32 = 4;
