//! Wrong versions of a function: mutants, each with one plausible mistake, and neutral stubs.
//!
//! A paper's number is worth rebuilding only if wrong code misses it. [`mutants`] makes every
//! version of a function that differs by one fixed kind of change; [`sample`] takes some of them,
//! of all kinds; [`stubs`] are versions that compute nothing of what the function should.
//!
//! - `operator`: the kinds of change. `arithmetic`, `numbers`, `calls`, `transforms`, `flow` and
//!   `names` find them in a syntax tree; `context` is what they share.
//! - `make`: mutants from what they found; `sample`: a choice of them.
//! - `stubs`: neutral stubs; `layout`: a function's text at another indentation.
//! - `syntax`: reading the tree.

mod arithmetic;
mod calls;
mod context;
mod flow;
mod layout;
mod make;
mod names;
mod numbers;
mod operator;
mod sample;
mod stubs;
mod syntax;
#[cfg(test)]
mod tests;
mod transforms;

pub use make::{Mutant, MutantError, mutants};
pub use operator::Operator;
pub use sample::sample;
pub use stubs::{Stub, StubKind, stubs};
