//! One WebAssembly module under two hosts: ours, on a workspace, and wasmtime-wasi's, on a folder of
//! the disk. It has a function for each of the preview-1 functions of files, which calls that.

use std::path::Path;
use std::sync::LazyLock;

use autoexp::sandbox::{Calls, Preview1};
use autoexp::workspace::Workspace;
use wasmtime::{Engine, Instance, InstancePre, Linker, Module, Store, Val, ValType};
use wasmtime_wasi::p1::{self, WasiP1Ctx};
use wasmtime_wasi::{FsPerms, WasiCtxBuilder};

/// The functions and their parameters (`i`: 32 bits, `l`: 64).
const FUNCTIONS: [(&str, &str); 31] = [
    ("fd_advise", "illi"),
    ("fd_allocate", "ill"),
    ("fd_close", "i"),
    ("fd_datasync", "i"),
    ("fd_fdstat_get", "ii"),
    ("fd_fdstat_set_flags", "ii"),
    ("fd_fdstat_set_rights", "ill"),
    ("fd_filestat_get", "ii"),
    ("fd_filestat_set_size", "il"),
    ("fd_filestat_set_times", "illi"),
    ("fd_pread", "iiili"),
    ("fd_prestat_dir_name", "iii"),
    ("fd_prestat_get", "ii"),
    ("fd_pwrite", "iiili"),
    ("fd_read", "iiii"),
    ("fd_readdir", "iiili"),
    ("fd_renumber", "ii"),
    ("fd_seek", "ilii"),
    ("fd_sync", "i"),
    ("fd_tell", "ii"),
    ("fd_write", "iiii"),
    ("path_create_directory", "iii"),
    ("path_filestat_get", "iiiii"),
    ("path_filestat_set_times", "iiiilli"),
    ("path_link", "iiiiiii"),
    ("path_open", "iiiiillii"),
    ("path_readlink", "iiiiii"),
    ("path_remove_directory", "iii"),
    ("path_rename", "iiiiii"),
    ("path_symlink", "iiiii"),
    ("path_unlink_file", "iii"),
];

/// The module. Its counters are what our host is paid from; the other doesn't know of them.
fn module() -> Vec<u8> {
    let mut imports = String::new();
    let mut functions = String::new();
    for (name, parameters) in FUNCTIONS {
        let types: Vec<&str> = parameters
            .chars()
            .map(|kind| if kind == 'l' { "i64" } else { "i32" })
            .collect();
        let types = types.join(" ");
        let gets: String = (0..parameters.len())
            .map(|index| format!("(local.get {index})"))
            .collect();
        imports += &format!(
            "(import \"wasi_snapshot_preview1\" \"{name}\" (func ${name} (param {types}) (result i32)))\n"
        );
        functions += &format!(
            "(func (export \"{name}\") (param {types}) (result i32) (call ${name} {gets}))\n"
        );
    }
    let text = format!(
        "(module {imports} (memory (export \"memory\") 4)
         (global (export \"autoexp:fuel\") (mut i64) (i64.const {}))
         (global (export \"autoexp:stack\") (mut i64) (i64.const 0)) {functions})",
        i64::MAX
    );
    wat::parse_str(text).unwrap()
}

/// A host of the module.
pub trait Host {
    /// Calls the function of this name; the errno it gives.
    fn call(&mut self, name: &str, arguments: &[u64]) -> i32;
    fn memory(&mut self) -> &mut [u8];
}

/// Ours.
pub struct Ours(Calls);

impl Ours {
    pub fn new(workspace: Workspace) -> Ours {
        static MODULE: LazyLock<Preview1> = LazyLock::new(|| Preview1::compile(&module()).unwrap());
        Ours(MODULE.on(workspace).unwrap())
    }

    /// The workspace as the calls left it.
    pub fn end(self) -> Workspace {
        self.0.end()
    }
}

impl Host for Ours {
    fn call(&mut self, name: &str, arguments: &[u64]) -> i32 {
        self.0.call(name, arguments).unwrap()
    }

    fn memory(&mut self) -> &mut [u8] {
        self.0.memory()
    }
}

/// wasmtime-wasi's.
pub struct Theirs {
    store: Store<WasiP1Ctx>,
    instance: Instance,
}

impl Theirs {
    /// With a folder of the disk as the root.
    pub fn new(folder: &Path) -> Theirs {
        static MODULE: LazyLock<InstancePre<WasiP1Ctx>> = LazyLock::new(|| {
            let engine = Engine::default();
            let mut linker = Linker::new(&engine);
            p1::add_to_linker_sync(&mut linker, |wasi| wasi).unwrap();
            let module = Module::new(&engine, module()).unwrap();
            linker.instantiate_pre(&module).unwrap()
        });
        let wasi = WasiCtxBuilder::new()
            .preopened_dir(folder, "/", FsPerms::ReadWrite)
            .unwrap()
            .build_p1();
        let mut store = Store::new(MODULE.module().engine(), wasi);
        let instance = MODULE.instantiate(&mut store).unwrap();
        Theirs { store, instance }
    }
}

impl Host for Theirs {
    fn call(&mut self, name: &str, arguments: &[u64]) -> i32 {
        let function = self.instance.get_func(&mut self.store, name).unwrap();
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
        function
            .call(&mut self.store, &arguments, &mut errno)
            .unwrap();
        errno[0].unwrap_i32()
    }

    fn memory(&mut self) -> &mut [u8] {
        let memory = self.instance.get_memory(&mut self.store, "memory");
        memory.unwrap().data_mut(&mut self.store)
    }
}
