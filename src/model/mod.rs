//! Minds that drive the agent loop: one trait, and those that need no provider.
//!
//! A model is given the conversation so far and the tools it may call, and gives a reply. It sees
//! nothing else: the reference and the gold are known only to [`Oracle`], which is handed them by
//! whoever makes it.
//!
//! - `message.rs`: the conversation
//! - `oracle.rs`: writes the reference bodies, runs the experiments, reports what they print
//! - `sim.rs`: the same with code that is wrong with a known probability
//! - `nop.rs`: submits at once
//! - `name.rs`: the models that can be asked for by name
//!
//! Knows of tasks (for the oracle), of nothing above.

mod message;
mod name;
mod nop;
mod oracle;
mod sim;

pub use message::{Call, Message, Reply, Request, ToolSpec};
pub use name::{ModelName, Share, UnknownModel};
pub use nop::Nop;
pub use oracle::Oracle;
pub use sim::simulated;

/// Why a model gave no reply. No failure of the agent's.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The conversation is not one this model can go on with.
    #[error("{0}")]
    Confused(String),
}

/// Something that answers.
pub trait Model: Send {
    fn reply(&mut self, request: &Request<'_>) -> Result<Reply, ModelError>;
}
