//! The agent: a loop that asks a model, runs the tools it calls, and shows it what came of them.
//!
//! - `run.rs`: the loop; start here
//! - `asking.rs`: asking the model, with no more than it can read; `acting.rs`: what comes of its reply
//! - `strategy.rs`: how a model goes from step to step; `form.rs`: calls that are written as text;
//!   `speaker.rs`: models that only call natively, made to follow any strategy
//! - `reflexion.rs`: another try, with what was learned
//! - `fixed.rs`: all bodies in one reply, without a loop
//! - `relevance.rs`: which texts have to do with a query
//! - `prompt.rs`, `prompts/`: every word the model reads of us, as templates
//! - `tools/`: what it can call; `environment.rs`: what the tools work on
//! - `event.rs`: what is recorded of it, step by step
//! - `history.rs`, `conversation.rs`: what of the conversation is shown again; `sending.rs`: as it is
//!   sent
//! - `budget.rs`: what an attempt may use
//!
//! The loop knows nothing of gold values or reference code, and nothing of where its events go.

mod acting;
mod asking;
mod budget;
mod conversation;
mod environment;
mod event;
mod fixed;
mod form;
mod history;
mod prompt;
mod reflexion;
mod relevance;
mod run;
mod sending;
mod speaker;
mod strategy;
mod tools;

pub use budget::Budget;
pub use environment::{Environment, WORKSPACE};
pub use event::{
    Ending, Event, Observed, Purpose, PythonRun, Recorder, ReplyTime, Said, Sent, ToolsTime,
};
pub use fixed::{Applied, Apply, NotApplied, write as write_fixed};
pub use form::Problem;
pub use history::{History, HistoryError};
pub use prompt::{
    Brief, BriefExperiment, BriefFile, BriefFunction, BriefPaper, Opening, PromptError, Prompts,
};
pub use reflexion::Lesson;
pub use relevance::{Index, Words};
pub use run::{Agent, AgentError, Attempted, End};
pub use speaker::Speaker;
pub use strategy::{Interaction, Strategy};
pub use tools::{ToolSet, Tools};
