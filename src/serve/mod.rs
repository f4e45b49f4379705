//! Sandboxes for programs: one process, one client, and many sandboxes or, over MCP, one.
//!
//! - `hosted.rs`: [`Hosted`], a sandbox with files and a shell, to run commands in
//! - `protocol.rs`: what is said over the wire; `docs/serve.md` describes it
//! - `benchmark.rs`: the papers, for clients whose agents work on their tasks
//! - `calls.rs`: the methods; `server.rs`: [`serve`], whose turn it is
//! - `python.rs`: [`Session`], a Python that lasts, beside what else is done in a sandbox
//! - `mcp/`: a sandbox for a model's client

mod benchmark;
mod calls;
mod hosted;
pub mod mcp;
mod protocol;
mod python;
mod server;

pub use benchmark::Benchmark;
pub use hosted::{Beginning, Command, Found, Frozen, Hosted, HostedError, MountHost, Run, Used};
pub use protocol::VERSION;
pub use python::{Cell, Session, Stop};
pub use server::{Options, serve};
