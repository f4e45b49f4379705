//! Tasks as folders for Harbor, which runs agents on them in containers.
//!
//! What is exported stands alone: the repository as an agent finds it, what it is told, a verifier
//! in plain Python that does what [`score`](crate::score) does, and the reference for Harbor's
//! `oracle`. There the code runs on a native Python, so whether golds hold on one is asked first.
//!
//! - `task`: the files of a task, and writing them.
//! - `expected`: what the verifier is told of the experiments.
//! - `native`: the Python that golds are checked against.
//! - `files/`: what stands in the folder as it is here.
//!
//! Above `trial` and `check`, below `cli`.

mod expected;
mod native;
mod task;

pub use expected::PatternError;
pub use native::{Native, NativeError, find_python, hold};
pub use task::{ExportError, Exported, export, folder_name, have_room};
