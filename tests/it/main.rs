//! What a user does with the binary, and what must hold then.
//!
//! All tests share the prepared runtime in the user's cache. The first that needs it prepares it,
//! which takes some minutes on a machine that has never run autoexp.

mod ablations;
mod atif;
mod authoring;
mod calls;
mod cheats;
mod checks;
mod cluster;
mod concurrency;
mod escape;
mod eval;
mod file_operations;
mod fresh;
mod given;
mod golden;
mod handed;
mod harbor;
mod hermetic;
mod hostile;
mod limits;
mod masking;
mod matrices;
mod mcp;
mod metering;
mod missing;
mod models;
mod mutants;
mod native;
mod nested;
mod packages;
mod paper;
mod prompts;
mod python;
mod random_programs;
mod regression;
mod report;
mod reuse;
mod serve;
mod session;
mod set_up;
mod shell;
mod simulated;
mod strategies;
mod support;
mod sweeps;
mod tasks;
mod tools;
mod trace;
mod trajectories;
mod upstream;
mod variants;
mod watched;
mod workspace;
mod write_back;
