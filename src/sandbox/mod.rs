//! Runs Python under wasmtime.

pub mod meter;
pub mod runtime;
