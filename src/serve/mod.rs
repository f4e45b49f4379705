//! Sandboxes for programs: one process, one client, many sandboxes.
//!
//! - `hosted.rs`: [`Hosted`], a sandbox with files and a shell, to run commands in
//! - `protocol.rs`: what is said over the wire; `docs/serve.md` describes it
//! - `benchmark.rs`: the papers, for clients whose agents work on their tasks
//! - `calls.rs`: the methods; `server.rs`: [`serve`], whose turn it is

mod benchmark;
mod calls;
mod hosted;
mod protocol;
mod server;

pub use benchmark::Benchmark;
pub use hosted::{Beginning, Command, Found, Frozen, Hosted, HostedError, MountHost, Run, Used};
pub use protocol::VERSION;
pub use server::{Options, serve};
