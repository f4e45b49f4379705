//! The functions that a Python source defines, and exactly which bytes are each one's body.
//!
//! - `parser.rs`: [`Parser`]: the front door
//! - `module.rs`: what is found: [`Module`], [`Definition`]
//! - `grammar.rs`: finding by tree-sitter, which is always at hand
//! - `guest.rs`, `definitions.py`: finding by Python's own parser, in the sandbox, where tree-sitter's
//!   grammar doesn't know the syntax
//! - `lines.rs`: where a body ends and how it is indented, which no syntax tree says
//! - `encoding.rs`: sources as Python's tokenizer sees them
//! - `top_level.rs`: the statements at the top of a source
//! - `names.rs`: the names in a source, and where each stands
//! - `tokens.rs`: a source as its tokens
//! - `error.rs`: why a source can't be taken apart

mod encoding;
mod error;
mod grammar;
mod guest;
mod lines;
mod module;
mod names;
mod parser;
#[cfg(test)]
mod tests;
mod tokens;
mod top_level;

pub use error::SyntaxError;
pub use module::{Definition, Kind, Module, Other};
pub use names::{NameAt, NamePlace, names};
pub use parser::{Parser, Reader};
pub use tokens::{Token, tokens};
pub use top_level::{Imported, Statement, What, mentioned, statements};
