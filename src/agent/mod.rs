//! The agent: a loop that asks a model, runs the tools it calls, and shows it what came of them.
//!
//! - `run.rs`: the loop; start here
//! - `prompt.rs`, `prompts/`: every word the model reads of us, as templates
//! - `tools/`: what it can call; `environment.rs`: what the tools work on
//! - `event.rs`: what is recorded of it, step by step
//! - `history.rs`: what of the conversation is shown again; `budget.rs`: what an attempt may use
//!
//! The loop knows nothing of gold values or reference code, and nothing of where its events go.

mod budget;
mod environment;
mod event;
mod history;
mod prompt;
mod run;
mod tools;

pub use budget::Budget;
pub use environment::{Environment, WORKSPACE};
pub use event::{
    Ending, Event, Observed, Purpose, PythonRun, Recorder, ReplyTime, Said, Sent, ToolsTime,
};
pub use history::{History, HistoryError};
pub use prompt::{Brief, BriefExperiment, BriefFunction, PromptError, Prompts};
pub use run::{Agent, AgentError, Attempted, End};
pub use tools::{ToolSet, Tools};
