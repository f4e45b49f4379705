//! The preview-1 functions under a module that is not the Python runtime: by it they are compared
//! with those of another host.

use wasmtime::{Instance, InstancePre, Linker, Module, Store, Val, ValType};

use super::engine;
use super::gauge::Gauge;
use super::guest::Guest;
use super::limits::Limits;
use super::wasi;
use crate::workspace::Workspace;

/// A module that has a memory and the counters of a metered one, exported by their names.
#[doc(hidden)]
pub struct Preview1(InstancePre<Guest>);

/// An instance of it, whose functions are called one by one.
#[doc(hidden)]
pub struct Calls {
    store: Store<Guest>,
    instance: Instance,
}

impl Preview1 {
    pub fn compile(wasm: &[u8]) -> wasmtime::Result<Preview1> {
        let engine = engine::engine(false)?;
        let mut linker = Linker::new(&engine);
        wasi::link(&mut linker)?;
        let module = Module::new(&engine, wasm)?;
        linker.instantiate_pre(&module).map(Preview1)
    }

    /// Starts an instance on a workspace.
    pub fn on(&self, workspace: Workspace) -> wasmtime::Result<Calls> {
        let guest = Guest::new(workspace, &Limits::default());
        let mut store = Store::new(self.0.module().engine(), guest);
        let instance = self.0.instantiate(&mut store)?;
        let memory = instance.get_memory(&mut store, "memory");
        let gauge = Gauge::of(&instance, &mut store);
        store.data_mut().memory = memory;
        store.data_mut().gauge = gauge;
        Ok(Calls { store, instance })
    }
}

impl Calls {
    /// Calls an exported function of integers that gives an errno.
    pub fn call(&mut self, name: &str, arguments: &[u64]) -> wasmtime::Result<i32> {
        let function = self
            .instance
            .get_func(&mut self.store, name)
            .ok_or_else(|| wasmtime::Error::msg(format!("no function {name}")))?;
        let types = function.ty(&self.store);
        let arguments: Vec<Val> = types
            .params()
            .zip(arguments)
            .map(|(kind, word)| match kind {
                ValType::I32 => Val::I32(*word as i32),
                _ => Val::I64(*word as i64),
            })
            .collect();
        let mut errno = [Val::I32(0)];
        function.call(&mut self.store, &arguments, &mut errno)?;
        Ok(errno[0].unwrap_i32())
    }

    /// The guest's memory.
    pub fn memory(&mut self) -> &mut [u8] {
        let memory = self.store.data().memory;
        memory.map_or(&mut [], |memory| memory.data_mut(&mut self.store))
    }

    /// Ends it; the workspace as it left it.
    pub fn end(self) -> Workspace {
        let mut guest = self.store.into_data();
        for ino in guest.descriptors.close_all() {
            guest.workspace.release(ino);
        }
        guest.workspace
    }
}
