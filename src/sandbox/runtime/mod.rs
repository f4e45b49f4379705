//! The pinned Python runtime: fetched once, checked to the byte, kept in the user's cache with
//! what is made from it.
//!
//! [`install`] gives the interpreter and its standard library; [`compiled`] the native code that a
//! compiler makes of it; [`derived`] anything else made from it. [`info`], [`verify`] and [`clean`]
//! look after the cache. What is given is open and has been checked; what does not pass is made
//! again. This room knows nothing of WebAssembly engines: compiling is a parameter.
//!
//! - `lock.rs`: which runtime, to the byte; `hash.rs`: the hashes in it
//! - `cache.rs`: the cache directory and who may write to it
//! - `entry.rs`: one thing in it: claimed, made, published whole; `record.rs`: what its files were
//! - `install.rs`: from lock to installed, by way of `python.rs` (a host Python with pip),
//!   `fetch.rs` (pip at work) and `wheel.rs` (checked and unpacked)
//! - `derived.rs`: native code and images
//! - `inventory.rs`: list, verify, clean
//! - `error.rs`: what can go wrong, with what to do about it

mod cache;
mod derived;
mod entry;
mod error;
mod fetch;
mod hash;
mod install;
mod inventory;
mod lock;
mod python;
mod record;
mod wheel;

pub use cache::{Cache, Key, Kind};
pub use derived::{Artifact, Recipe, compiled, compiled_key, derived};
pub use error::{CacheFlaw, RuntimeError};
pub use hash::Sha256;
pub use install::{FetchOptions, Installed, install, python_with_pip};
pub use inventory::{Clean, Cleaned, EntryInfo, Info, RuntimeInfo, clean, info, verify};
pub use lock::{Lock, LockError, Member, PinnedImage, Wheel};
