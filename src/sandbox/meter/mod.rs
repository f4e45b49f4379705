//! Metering: a pass over a WebAssembly module, after which it counts by itself what it does.
//!
//! [`instrument`] adds two counters and a flag, which the host sees as exports and the guest's
//! own code can't reach:
//!
//! - [`FUEL`]: an `i64` global: the fuel left, in steps ([`STEPS_PER_UNIT`] to a unit). Each
//!   function and loop takes from it before it works, and traps if that makes it negative.
//! - [`STACK`]: an `i64` global: the bytes of stack left. Each call that may recurse takes its frame
//!   from it and gives it back, and traps if that makes it negative.
//! - [`STOP`]: a memory of one page. While the `i64` at its start is negative, the guest traps at
//!   the next such call, or turn of a loop that calls. Another thread may set it.
//!
//! It can also have the host do what some functions do, found by their names: see [`HOST`].
//!
//! All trap by `unreachable`: the engine's own metering calls the host when fuel runs out, and a
//! call in a loop, even one never taken, makes tight loops two to four times slower. The signs of
//! the counters tell these traps from the guest's own.
//!
//! - `weight.rs`: what instructions cost
//! - `survey.rs`: validates a module and gathers what must be known beforehand
//! - `depth.rs`: which calls are counted against the stack
//! - `outline.rs`, `plan.rs`: where a function is charged, and how much
//! - `body.rs`, `module.rs`: writing functions, and the module around them
//! - `hand_over.rs`: functions that the host stands in for
//! - `data.rs`: splitting off the data segments
//!
//! Knows nothing of the sandbox around it.

mod body;
mod data;
mod depth;
mod hand_over;
mod module;
mod outline;
mod plan;
mod survey;
#[cfg(test)]
mod tests;
mod weight;

pub use data::{DataError, Segment, strip_data};
pub use depth::STACK_BYTES;
#[doc(hidden)]
pub use module::uncounted;
pub use module::{Metered, Stats, instrument};
pub use weight::STEPS_PER_UNIT;

/// Changes with the meaning of a unit of fuel or a byte of stack: amounts under different versions
/// can't be compared, nor code made by them mixed.
pub const VERSION: u32 = 1;

/// The pass itself: native code that an older one made is not to be used with this one.
pub(super) const SOURCE: [&str; 9] = [
    include_str!("body.rs"),
    include_str!("data.rs"),
    include_str!("depth.rs"),
    include_str!("hand_over.rs"),
    include_str!("module.rs"),
    include_str!("outline.rs"),
    include_str!("plan.rs"),
    include_str!("survey.rs"),
    include_str!("weight.rs"),
];

/// The export that holds the fuel left, in steps.
pub const FUEL: &str = "autoexp:fuel";
/// The export that holds the bytes of stack left.
pub const STACK: &str = "autoexp:stack";
/// The export that holds the flag to stop.
pub const STOP: &str = "autoexp:stop";

/// The export, if any function was handed over, that the host puts its own in: a table with one
/// entry for each, in the order in which they were named, each of the same type as the module's.
pub const HOST: &str = "autoexp:host";

const EXPORTS: [&str; 4] = [FUEL, STACK, STOP, HOST];

/// Why a module can't be metered.
#[derive(Debug, thiserror::Error)]
pub enum MeterError {
    /// It is no module, an invalid one, or uses what the pass has no price for.
    #[error("not a module that can be metered: {0}")]
    Invalid(#[from] wasmparser::Error),
    /// It has an export by the name of one of ours.
    #[error("the module already exports `{0}`")]
    NameTaken(String),
    /// What is to be handed over to the host must be one function.
    #[error("the module names {found} functions `{name}`, where there should be one")]
    Named { name: String, found: usize },
}
