//! Runs Python under wasmtime.

pub mod runtime;
