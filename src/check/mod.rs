//! Is a paper a sound task, and do its numbers mean anything?
//!
//! - `reference`: a paper's experiments as they are: what everything else is held against.
//! - `sound`: [`sound`]: what must hold of a paper before anybody is measured with it.
//! - `audit`: [`audit`]: how often wrong code gets the right numbers.
//! - `wrong`: masks and neutral bodies are told from the reference.
//! - `text`: what the paper says of its results is so.
//! - `leaks`: golds that an agent can read; `twins`: bodies that it can.
//! - `native`: the same commands under a Python of the host's; `wraps`: integers that wrap here and not
//!   there (`wraps.py` is its half in the sandbox).
//! - `work`: many runs on all cores.
//!
//! Above `score`, below the command line. Runs a paper's code and nothing of an agent's.

mod audit;
mod leaks;
mod native;
mod reference;
mod sound;
mod text;
mod twins;
mod work;
mod wraps;
mod wrong;

pub use audit::{Audit, AuditedFunction, MutantRecord, Tighter, audit};
pub use leaks::{Leak, leaks, leaks_of};
pub use native::native;
pub(crate) use reference::distance;
pub use reference::{CheckError, Reference};
pub use sound::{Finding, Severity, Soundness, sound};
pub(crate) use work::each;
