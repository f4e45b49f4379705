//! The wasmtime engine, and native code made for it.

use std::sync::Arc;

use wasmtime::{Config, Engine, Module};

use super::blas::Blas;
use super::memory::Creator;
use super::meter;

/// The native stack that the guest's calls may use. The guest counts the stack it takes by an
/// estimate, of which this is three times as much, so that the count ends first.
const WASM_STACK: usize = 3 * meter::STACK_BYTES as usize;
/// The stack of the thread that a guest runs on: its own part, and the host functions' on top.
pub(super) const THREAD_STACK: usize = WASM_STACK + (8 << 20);

/// Address space for the exceptions that a guest has thrown, in bytes. They are never collected: it
/// ends after some 16 million, which are 16 virtual seconds of throwing.
const EXCEPTIONS: u64 = 512 << 20;

/// The guest's memory: all that 32 bits reach, and what an access may be off by.
const MEMORY: u64 = 4 << 30;
const GUARD: u64 = 32 << 20;

/// What a run takes in address space, in bytes.
pub(super) const ADDRESS_SPACE: u64 = MEMORY + GUARD + EXCEPTIONS + THREAD_STACK as u64;

/// An engine for this machine; with wasmtime's own fuel for comparisons.
pub(super) fn engine(fuel: bool) -> wasmtime::Result<Engine> {
    Engine::new(&config(fuel))
}

/// The one configuration there is.
fn config(fuel: bool) -> Config {
    let mut config = Config::new();
    config
        .wasm_exceptions(true)
        .consume_fuel(fuel)
        .with_host_memory(Arc::new(Creator))
        .memory_reservation(MEMORY)
        .memory_guard_size(GUARD)
        .gc_heap_reservation(EXCEPTIONS)
        .gc_heap_guard_size(1 << 16)
        .gc_heap_may_move(false)
        .max_wasm_stack(WASM_STACK)
        // Refused if smaller than the above, though nothing here is async.
        .async_stack_size(THREAD_STACK);
    config
}

/// What native code depends on beside the module: how it is metered, who multiplies
/// its matrices, engine version, settings,
/// target, CPU features. Code made under one key does not load under another.
pub(super) fn artifact_key(engine: &Engine) -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    meter::SOURCE.hash(&mut hasher);
    engine.precompile_compatibility_hash().hash(&mut hasher);
    format!(
        "meter-{}-{}-wasmtime-48-{:016x}",
        meter::VERSION,
        Blas::of_this_machine().name(),
        hasher.finish()
    )
}

/// Compiles a module to native code. Takes about a minute on two cores and 2.5 GB for the Python
/// runtime.
pub(super) fn compile(engine: &Engine, wasm: &[u8]) -> wasmtime::Result<Vec<u8>> {
    engine.precompile_module(wasm)
}

/// Maps native code made by [`compile`] on this machine.
///
/// # Safety
///
/// The file is native code that will run in this process: it must be one that [`compile`] made and
/// that nobody else could have changed since.
pub(super) unsafe fn load(engine: &Engine, artifact: std::fs::File) -> wasmtime::Result<Module> {
    // SAFETY: the caller's promise.
    unsafe { Module::deserialize_open_file(engine, artifact) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A machine of this kind that has nothing but what all of them have.
    fn plain() -> Engine {
        let mut config = config(false);
        config
            .target(&format!("{}-unknown-linux-gnu", std::env::consts::ARCH))
            .unwrap();
        Engine::new(&config).unwrap()
    }

    #[test]
    fn native_code_is_keyed_by_what_the_processor_can_do() {
        let (here, plain) = (engine(false).unwrap(), plain());
        assert_eq!(artifact_key(&here), artifact_key(&engine(false).unwrap()));
        assert_ne!(artifact_key(&here), artifact_key(&plain));
    }
}
