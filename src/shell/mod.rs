//! bash on a workspace, with no process of the host's behind it.
//!
//! [`Shell::run`] takes a script, a workspace and limits, and gives an
//! [`Outcome`](crate::sandbox::Outcome), as a run of Python does: the same ones give the same
//! outcome. Its `python` is the sandbox, run by whoever calls. Directory, variables, functions and
//! options last from one script to the next.
//!
//! The shell itself is the crate bashkit: an interpreter and some hundred and fifty commands. What
//! it can't know is ours:
//!
//! - `session.rs`: [`Shell`]: one script from its start to its outcome; start here
//! - `job.rs`: the script's own thread; `runs.rs`: the runs of Python that it asks for
//! - `lines.rs`: what a line editor asks
//! - `ending.rs`: how it ended
//! - `meter.rs`: what the interpreter has used
//! - `allocation.rs`: the bound on the host's memory
//! - `files.rs`: the workspace as the interpreter's file system; `whole.rs`: with what lies beside it
//! - `commands/`: `python`, `pip`, `git`, what needs entropy, and what isn't there
//!
//! Above the sandbox and the workspace; knows nothing of tasks or agents.

mod allocation;
mod commands;
mod ending;
mod files;
mod job;
mod lines;
mod meter;
mod runs;
mod session;
mod whole;

pub use allocation::Counting;
pub use lines::is_whole;
pub use session::{RunPython, Script, Shell, command_names};
