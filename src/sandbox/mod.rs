//! Python in a box: a run is a process that sees a workspace and nothing else.
//!
//! [`Sandbox::run`] takes a [`Workspace`](crate::workspace::Workspace), an [`Invocation`] and
//! [`Limits`], and gives an [`Outcome`]. The same ones give the same outcome, bit for bit. What the
//! guest does wrong is part of the outcome; an error is ours, or the machine's.
//!
//! - `machine.rs`: [`Sandbox`]: the front door
//! - `invocation.rs`, `limits.rs`, `outcome.rs`: what goes in and comes out
//! - `prepare.rs`: from the runtime's package to something runs can be started on
//! - `runner.rs`: [`Runner`]: runs that needn't be made again; `run_cache.rs`: what they came to
//! - `process.rs`: one run, from its instance to its outcome; `launch.rs`: its thread
//! - `nested.rs`: processes that a guest starts
//! - `director.rs`: programs that last, and are told what to do next
//! - `engine.rs`: wasmtime's settings, compiling and loading
//! - `meter/`: makes a module count its own fuel; `gauge.rs`: the host's hand on the counters
//! - `alarm.rs`: stops a run, `cancel.rs`: lets others do so
//! - `blas/`: matrix products by the host
//! - `made.rs`: whether the image is the one that others have
//! - `image.rs`, `memory.rs`, `mapping.rs`: the memory of a started interpreter, and mapping it
//! - `threads.rs`, `cores.rs`: the threads that guests run on, and how many at once
//! - `pagemap.rs`: which pages of a memory were written
//! - `boot.rs` (and `python-wasi/guest/`): from a started interpreter to the program
//! - `library.rs`: what every guest sees beside the workspace; `error.rs`: what can go wrong
//! - `runtime/`: the Python runtime: fetched, checked, kept
//! - `fuzzing.rs`: calls of those functions that no honest guest makes, for tests
//! - `guest.rs`, `wasi/`: the host's side of a run: descriptors, streams, the preview-1 functions;
//!   `preview1.rs`: these under a module of a test's own
//!
//! Above the workspace, below everything that runs Python.

mod alarm;
mod blas;
mod boot;
mod cancel;
mod cores;
mod director;
mod engine;
mod error;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod gauge;
mod guest;
mod image;
mod invocation;
mod launch;
mod library;
mod limits;
mod machine;
mod made;
mod mapping;
mod memory;
pub mod meter;
mod nested;
mod outcome;
#[cfg(target_os = "linux")]
mod pagemap;
mod prepare;
mod preview1;
mod process;
mod run_cache;
mod runner;
pub mod runtime;
mod threads;
mod wasi;

pub use cancel::Cancel;
pub use director::{Director, Next, Pause};
pub use error::SandboxError;
pub use invocation::{CommandLineError, Invocation, Output, Program, Stdin, WORKSPACE};
pub use limits::Limits;
pub use machine::{Machine, Sandbox};
pub use made::{MadeImage, Standing};
pub use outcome::{Exit, Outcome, Printed};
#[doc(hidden)]
pub use prepare::Metering;
#[doc(hidden)]
pub use preview1::{Calls, Preview1};
pub use run_cache::{RunCache, RunCacheError, RunCacheInfo};
pub use runner::Runner;
