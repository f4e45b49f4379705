//! Minds that drive the agent loop: one trait, those that need no provider, and those that do.
//!
//! A model is given the conversation so far and the tools it may call, and gives a reply. It sees
//! nothing else: the reference and the gold are known only to [`Oracle`], which is handed them by
//! whoever makes it.
//!
//! - `message.rs`: the conversation
//! - `name.rs`: the models that can be asked for by name; `asking.rs`: how a provider's is asked
//! - `oracle.rs`: writes the reference bodies, runs the experiments, reports what they print
//! - `sim.rs`: the same with code that is wrong with a known probability
//! - `nop.rs`: submits at once
//! - `scripted.rs`: gives replies that were written or recorded before
//! - `provider/`: language models over the network; `prices.rs`: what they cost; `embed.rs`: texts as
//!   vectors
//!
//! Knows of tasks (for the oracle), of nothing above.

mod asking;
mod embed;
mod message;
mod name;
mod nop;
mod oracle;
mod prices;
mod provider;
mod scripted;
mod sim;

pub use asking::{Asking, Effort, EffortError, Finite, FiniteError};
pub use embed::{Embed, Embedded};
pub use message::{Call, Message, Reasoning, Reply, Request, Stop, ToolSpec, Usage};
pub use name::{ModelName, Provider, UnknownModel};
pub use nop::Nop;
pub use oracle::Oracle;
pub use prices::{PriceError, Prices};
pub use provider::{ProviderError, ProviderOptions, Providers};
pub use scripted::{ScriptError, Scripted};
pub use sim::{Share, simulated};

/// Why a model gave no reply.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The conversation is not one this model can go on with. No failure of the agent's.
    #[error("{0}")]
    Confused(String),
    /// The conversation is longer than the model can read.
    #[error("the conversation is too long for the model: {0}")]
    Overflow(String),
    /// The model's provider won't have this conversation answered.
    #[error("{0}")]
    Refused(String),
    /// No reply was to be had, for now. No failure of the agent's.
    #[error("{0}")]
    Provider(String),
}

/// Something that answers.
pub trait Model: Send {
    fn reply(&mut self, request: &Request<'_>) -> Result<Reply, ModelError>;

    /// Tokens that a conversation and its reply may have together, where that is known.
    fn context(&self) -> Option<u64> {
        None
    }
}
