//! Python in a box: a run is a process that sees a workspace and nothing else.
//!
//! [`Sandbox::run`] takes a [`Workspace`](crate::workspace::Workspace), an [`Invocation`] and
//! [`Limits`], and gives an [`Outcome`]. The same ones give the same outcome, bit for bit. What the
//! guest does wrong is part of the outcome; an error is ours, or the machine's.
//!
//! ```
//! use autoexp::progress::Silent;
//! use autoexp::sandbox::runtime::{Cache, FetchOptions};
//! use autoexp::sandbox::{Exit, Invocation, Limits, Program, Sandbox, WORKSPACE};
//! use autoexp::workspace::{Access, Tree, Workspace};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // The first time this fetches the runtime and prepares it; then it opens what is kept.
//! let cache = Cache::open(Cache::locate()?)?;
//! let sandbox = Sandbox::prepare(&cache, &FetchOptions::from_env(), &Silent)?;
//!
//! // Files in memory; `workspace::import` takes a folder of the host's.
//! let files: Tree = [("data.csv", b"x\n20\n22\n".to_vec())].into_iter().collect();
//! let mut workspace = Workspace::new();
//! workspace.mount(WORKSPACE, &files, Access::ReadWrite)?;
//! let mut fork = workspace.fork_with(&Default::default())?;
//!
//! let code = "import pandas\n\
//!             total = pandas.read_csv('data.csv').x.sum()\n\
//!             print(total, file=open('total', 'w'))\n\
//!             print(total)";
//! let limits = Limits { fuel: 5_000_000_000, ..Limits::default() };
//! let run = || Invocation::new(Program::Command(code.to_owned()));
//! let outcome = sandbox.run(&mut workspace, run(), &limits)?;
//! assert_eq!(outcome.exit, Exit::Exited(0));
//! assert_eq!(outcome.stdout.text(), "42\n");
//! assert_eq!(workspace.read("/workspace/total").as_deref(), Ok(&b"42\n".to_vec()));
//!
//! // The fork has none of it, and comes to the same, to the last unit of fuel.
//! assert!(fork.read("/workspace/total").is_err());
//! assert_eq!(sandbox.run(&mut fork, run(), &limits)?.digest(), outcome.digest());
//!
//! // What a program does wrong is no error.
//! let endless = Invocation::new(Program::Command("while True: pass".to_owned()));
//! let outcome = sandbox.run(&mut fork, endless, &limits)?;
//! assert_eq!(outcome.exit, Exit::OutOfFuel);
//! # Ok(())
//! # }
//! ```
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

#![warn(missing_docs)]

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
// For tests and benchmarks; a guest is metered without asking for it.
#[doc(hidden)]
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
