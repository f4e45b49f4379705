//! Papers and what is masked in them.
//!
//! A paper is a folder with its code, its text and a description of its experiments and
//! functions; a task is a paper with some functions masked. This room reads and checks those
//! folders, masks code and redacts text. It knows nothing of agents, trials or scores.
//!
//! - [`spec`](Paper): `task.toml`, checked in full when it is loaded; `gold`, `json_path` and
//!   `id` are its parts.
//! - `python/`: the functions of a Python source and the bytes of their bodies.
//! - `mask`: takes bodies out and puts them back.
//! - `bodies`: puts in bodies that were written apart.
//! - `mutants`: wrong versions of a function, and neutral ones.
//! - `paper_text`: the results in a paper's text, and the text without them.
//! - `select`: task ids, subsets of functions, samples.
//! - `bundle`: a [`Task`], and the folder of papers; `code`: the files it gives an agent.
//! - `canary`: a string that a paper's text carries.
//! - `guest`: the packages that its code needs beside the runtime's.
//! - `measured`: what running the code told, kept beside it.
//! - `checked`: which version of it was found sound, likewise.
//! - `audited`: what an audit found, likewise.
//! - `trace`: which functions an experiment runs, seen from within its run; `harness`: what runs an
//!   experiment so that it can be seen.
//! - `error`, `near`: what can be wrong, said with its place and what was perhaps meant.

mod audited;
mod bodies;
mod bundle;
mod canary;
mod checked;
mod code;
mod error;
#[cfg(test)]
mod fixture;
mod gold;
mod guest;
mod harness;
mod id;
mod json_path;
mod mask;
mod measured;
mod mutants;
mod near;
mod paper_text;
mod python;
mod select;
mod spec;
mod trace;
mod transplant;

pub use audited::{Audited, AuditedFunction};
pub use bodies::{BodyError, write_bodies};
pub use bundle::{Files, Task, papers};
pub use canary::{canary, canary_line};
pub use error::{CodeProblem, MeasuredProblem, Position, Problem, SpecError, TaskError};
pub use gold::Gold;
pub use guest::{Guest, GuestError};
pub use harness::HarnessError;
pub(crate) use harness::{GuestFile, Harness};
pub use id::{PaperId, PaperIdError};
pub use json_path::{JsonPath, JsonPathError};
pub use mask::{Docstring, Kept, Mask, MaskError, check as maskable, mask, unmask};
pub use measured::{Measured, MeasuredExperiment, MeasuredFunction};
pub use mutants::{Mutant, MutantError, Operator, Stub, StubKind, mutants, sample, stubs};
pub use near::Near;
pub use paper_text::{MetricRef, PaperText, REMOVED, ResultSpan, TextError, TextProblem};
pub use python::{
    Definition, Kind, Module, NameAt, NamePlace, Other, Parser, Reader, SyntaxError, Token, names,
    statements, tokens,
};
pub use select::{All, N, Sample, Selection, TaskId, TaskIdError, subsets};
pub use spec::{
    Acknowledged, DEFAULT_RTOL, Experiment, ExperimentLimits, Function, Metric, Paper, Source,
};
pub use trace::{Trace, Traced, trace};
pub use transplant::{TransplantError, transplant};
