//! Calls of the preview-1 functions that no honest guest makes: wild pointers, lengths, descriptors
//! and paths, on a small workspace in memory, and what must hold whatever is called.
//!
//! [`check`] takes any bytes for a sequence of calls; `fuzz/` gives it bytes that reach ever more of
//! the code, the tests here random ones.

use arbitrary::{Result, Unstructured};
use wasm_encoder::{
    ConstExpr, ExportKind, ExportSection, GlobalSection, GlobalType, MemorySection, MemoryType,
    ValType,
};
use wasmtime::{Engine, Instance, Linker, Memory, Module, Store, Trap, Val};

use super::cores;
use super::gauge::Gauge;
use super::guest::{Guest, PREOPEN, Target};
use super::invocation::Stdin;
use super::limits::Limits;
use super::meter;
use super::wasi::{self, ProcExit};
use crate::workspace::{Access, Ino, Quota, Tree, Workspace};

/// Bytes of the guest's memory.
const MEMORY: u32 = 2 << 16;
/// Where the driver lays what it points to.
const PATHS: u32 = 0x1000;
const VECTORS: u32 = 0x8000;

const LIMITS: Limits = Limits {
    fuel: 0,
    memory: MEMORY as u64,
    wall: std::time::Duration::MAX,
    clock: std::time::Duration::MAX,
    output: 1 << 12,
    disk: 1 << 16,
    files: 24,
    descriptors: 12,
};

/// Paths as programs have them, and as they don't.
const NAMES: &[&[u8]] = &[
    b"/w/f",
    b"/w/d",
    b"/w/d/x",
    b"f",
    b"d",
    b"d/x",
    b"new",
    b"d/new",
    b"w",
    b"w/l",
    b"l",
    b"/w/l/x",
    b"..",
    b".",
    b"/",
    b"",
    b"../../..",
    b"/w/../w/./d/",
    b"/ro/f",
    b"/ro",
    b"ro/d",
    b"/null",
    b"null/x",
    b"a.zip/in/x",
    b"/w/a.zip",
    b"a.zip",
    b"nul\0",
    b"\xff\xfe",
    b"loop",
    b"/w/loop/x",
    b"d/",
    b"f/",
];

/// The functions, with what each argument is: a descriptor, a path (its place and length), vectors
/// (their place and number), a place, a number of 32 or of 64 bits.
const FUNCTIONS: &[(&str, &str, &str)] = &[
    ("wasi_snapshot_preview1", "args_get", "oo"),
    ("wasi_snapshot_preview1", "args_sizes_get", "oo"),
    ("wasi_snapshot_preview1", "environ_get", "oo"),
    ("wasi_snapshot_preview1", "environ_sizes_get", "oo"),
    ("wasi_snapshot_preview1", "random_get", "on"),
    ("wasi_snapshot_preview1", "sched_yield", ""),
    ("wasi_snapshot_preview1", "clock_res_get", "no"),
    ("wasi_snapshot_preview1", "clock_time_get", "nNo"),
    ("wasi_snapshot_preview1", "poll_oneoff", "oono"),
    ("wasi_snapshot_preview1", "fd_advise", "fNNn"),
    ("wasi_snapshot_preview1", "fd_allocate", "fNN"),
    ("wasi_snapshot_preview1", "fd_close", "f"),
    ("wasi_snapshot_preview1", "fd_datasync", "f"),
    ("wasi_snapshot_preview1", "fd_sync", "f"),
    ("wasi_snapshot_preview1", "fd_fdstat_get", "fo"),
    ("wasi_snapshot_preview1", "fd_fdstat_set_flags", "fn"),
    ("wasi_snapshot_preview1", "fd_fdstat_set_rights", "fNN"),
    ("wasi_snapshot_preview1", "fd_filestat_get", "fo"),
    ("wasi_snapshot_preview1", "fd_filestat_set_size", "fN"),
    ("wasi_snapshot_preview1", "fd_filestat_set_times", "fNNn"),
    ("wasi_snapshot_preview1", "fd_read", "fvo"),
    ("wasi_snapshot_preview1", "fd_pread", "fvNo"),
    ("wasi_snapshot_preview1", "fd_write", "fvo"),
    ("wasi_snapshot_preview1", "fd_pwrite", "fvNo"),
    ("wasi_snapshot_preview1", "fd_prestat_get", "fo"),
    ("wasi_snapshot_preview1", "fd_prestat_dir_name", "fon"),
    ("wasi_snapshot_preview1", "fd_readdir", "fonNo"),
    ("wasi_snapshot_preview1", "fd_renumber", "ff"),
    ("wasi_snapshot_preview1", "fd_seek", "fNno"),
    ("wasi_snapshot_preview1", "fd_tell", "fo"),
    ("wasi_snapshot_preview1", "path_open", "fnpnNNno"),
    ("wasi_snapshot_preview1", "path_open", "fnpnNNno"),
    ("wasi_snapshot_preview1", "path_create_directory", "fp"),
    ("wasi_snapshot_preview1", "path_filestat_get", "fnpo"),
    (
        "wasi_snapshot_preview1",
        "path_filestat_set_times",
        "fnpNNn",
    ),
    ("wasi_snapshot_preview1", "path_link", "fnpfp"),
    ("wasi_snapshot_preview1", "path_readlink", "fpono"),
    ("wasi_snapshot_preview1", "path_remove_directory", "fp"),
    ("wasi_snapshot_preview1", "path_rename", "fpfp"),
    ("wasi_snapshot_preview1", "path_symlink", "pfp"),
    ("wasi_snapshot_preview1", "path_unlink_file", "fp"),
    ("wasi_snapshot_preview1", "sock_accept", "fno"),
    ("wasi_snapshot_preview1", "sock_recv", "fvnoo"),
    ("wasi_snapshot_preview1", "sock_send", "fvno"),
    ("wasi_snapshot_preview1", "sock_shutdown", "fn"),
    ("wasi_snapshot_preview1", "proc_exit", "n"),
    ("host", "call", "onoo"),
];

/// What a function that is called gave.
#[derive(Debug, PartialEq, Eq)]
enum Called {
    Errno(i32),
    /// The guest is at its end.
    Ended,
}

/// The functions of one guest that has no code of its own.
struct Caller {
    store: Store<Guest>,
    linker: Linker<Guest>,
    memory: Memory,
    /// Nodes that the workspace knew before.
    nodes: usize,
}

/// A module with a memory and the meter's counters, and nothing that runs.
fn module() -> Vec<u8> {
    let mut memories = MemorySection::new();
    memories.memory(MemoryType {
        minimum: u64::from(MEMORY >> 16),
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    let mut globals = GlobalSection::new();
    let mut exports = ExportSection::new();
    for (index, counter) in (0..).zip([meter::FUEL, meter::STACK]) {
        let ty = GlobalType {
            val_type: ValType::I64,
            mutable: true,
            shared: false,
        };
        globals.global(ty, &ConstExpr::i64_const(0));
        exports.export(counter, ExportKind::Global, index);
    }
    exports.export("memory", ExportKind::Memory, 0);
    let mut module = wasm_encoder::Module::new();
    module
        .section(&memories)
        .section(&globals)
        .section(&exports);
    module.finish()
}

fn workspace() -> Workspace {
    let files: Tree = [("f", b"file".to_vec()), ("d/x", b"inner".to_vec())]
        .into_iter()
        .collect();
    let archive = crate::workspace::File::new(b"zip".to_vec());
    let archive = archive.with_annex("in", files.root().clone());
    let mut workspace = Workspace::new();
    let mounted = [
        workspace.mount("/w", &files, Access::ReadWrite),
        workspace.mount("/ro", &files, Access::ReadOnly),
        workspace.mount("/w/d/deep", &Tree::default(), Access::ReadWrite),
        workspace.mount_node(
            "/w/a.zip",
            &crate::workspace::Node::File(archive.into()),
            Access::ReadOnly,
        ),
        workspace.mount_null("/null"),
    ];
    assert!(mounted.iter().all(std::result::Result::is_ok));
    workspace
}

impl Caller {
    fn new(fuel: u64) -> wasmtime::Result<Caller> {
        use std::sync::OnceLock;
        static MODULE: OnceLock<(Engine, Module)> = OnceLock::new();
        let (engine, module) = match MODULE.get() {
            Some(made) => made,
            None => {
                let engine = Engine::default();
                let module = Module::new(&engine, module())?;
                MODULE.get_or_init(|| (engine, module))
            }
        };
        let mut workspace = workspace();
        let nodes = workspace.nodes();
        workspace.set_quota(Quota {
            bytes: LIMITS.disk,
            files: LIMITS.files,
        });
        let mut guest = Guest::new(workspace, &LIMITS);
        guest.args = vec!["python".to_owned(), "x".repeat(99)];
        guest.env = vec!["A=1".to_owned()];
        guest.stdin = Stdin::Bytes(b"input".repeat(9));
        let mut store = Store::new(engine, guest);
        store.limiter(|guest| guest);
        let mut linker = Linker::new(engine);
        wasi::link(&mut linker)?;
        let instance = Instance::new(&mut store, module, &[])?;
        let memory = instance
            .get_memory(&mut store, "memory")
            .expect("it was exported above");
        let gauge = Gauge::of(&instance, &mut store).expect("it was exported above");
        let filled = gauge.fill(&mut store, fuel)?;
        let guest = store.data_mut();
        (guest.memory, guest.gauge) = (Some(memory), Some(gauge));
        guest.fuel_limit = filled;
        Ok(Caller {
            store,
            linker,
            memory,
            nodes,
        })
    }

    /// Calls a function with these arguments, as many bits of each as it takes.
    fn call(&mut self, module: &str, name: &str, arguments: &[u64]) -> Called {
        let found = self.linker.get(&mut self.store, module, name);
        let function = found.ok().and_then(wasmtime::Extern::into_func);
        let function = function.expect(name);
        let ty = function.ty(&self.store);
        let values: Vec<Val> = ty
            .params()
            .zip(arguments)
            .map(|(ty, argument)| match ty {
                wasmtime::ValType::I64 => Val::I64(argument.cast_signed()),
                _ => Val::I32((*argument as u32).cast_signed()),
            })
            .collect();
        let mut results = vec![Val::I32(0); ty.results().len()];
        match function.call(&mut self.store, &values, &mut results) {
            Ok(()) => Called::Errno(results.first().and_then(Val::i32).unwrap_or(0)),
            Err(error) => {
                let known = error.is::<ProcExit>()
                    || error.downcast_ref::<Trap>() == Some(&Trap::OutOfFuel);
                assert!(known, "{name}{arguments:?}: {error:?}");
                Called::Ended
            }
        }
    }

    /// What holds between any two calls.
    fn assert_in_order(&self, after: &str) {
        let guest = self.store.data();
        guest.workspace.assert_consistent();
        assert_eq!(self.memory.data_size(&self.store), MEMORY as usize);
        assert!(
            guest
                .descriptors
                .numbers()
                .all(|fd| fd < LIMITS.descriptors)
        );
        for fd in guest.descriptors.numbers() {
            if let Ok(Target::Node(ino)) = guest.descriptors.get(fd).map(|it| it.target) {
                assert!(
                    guest.workspace.stat(ino).is_ok(),
                    "{after}: {fd} is on nothing"
                );
            }
        }
    }

    /// Ends the guest: nothing of it stays but what it did to its mounts.
    fn end(self) {
        let mut guest = self.store.into_data();
        for ino in guest.descriptors.close_all() {
            guest.workspace.release(ino);
        }
        for sink in [guest.stdout, guest.stderr] {
            let printed = sink.into_printed();
            assert!(printed.bytes.len() as u64 <= LIMITS.output);
        }
        let workspace = &mut guest.workspace;
        workspace.assert_consistent();
        let snapshot = workspace.snapshot().expect("nothing of it is the host's");
        let again = workspace.snapshot().expect("nothing of it is the host's");
        let nothing = again.changes_since(&again).ok();
        assert_eq!(again.changes_since(&snapshot).ok(), nothing);
        let tree = workspace.tree("/w").expect("it is mounted");
        assert!(tree.hash().is_ok());
        workspace.assert_consistent();
        for mount in ["/w/d/deep", "/w/a.zip", "/w", "/ro", "/null"] {
            // What it lies in may have been moved away with it.
            _ = workspace.unmount(mount);
        }
        workspace.set_quota(Quota::default());
        assert_eq!(workspace.stored(), Quota { bytes: 0, files: 0 });
        assert!(workspace.nodes() <= self.nodes, "nodes are left");
        assert!(workspace.stat(Ino::ROOT).is_ok());
    }
}

/// Takes bytes for calls, makes them, and panics where something doesn't hold.
pub fn check(data: &[u8]) {
    // As a run has one; what waits gives it up.
    let _: Result<()> = cores::with_core(|| false, || calls(&mut Unstructured::new(data)));
}

fn calls(input: &mut Unstructured) -> Result<()> {
    let fuel = if input.ratio(1, 8)? { 50_000 } else { 1 << 40 };
    let mut caller = Caller::new(fuel).map_err(|_| arbitrary::Error::IncorrectFormat)?;
    while !input.is_empty() {
        // No call does so; but what was frozen is changed in other ways than what never was.
        if input.ratio(1, 16)? {
            let frozen = caller.store.data_mut().workspace.snapshot();
            assert!(frozen.is_ok(), "nothing of it is the host's");
        }
        let Ok((module, name, arguments)) = next_call(&mut caller, input) else {
            break;
        };
        let called = caller.call(module, name, &arguments);
        match called {
            // All that the interface has are below 77; the door has one of its own.
            Called::Errno(0..77) => {}
            Called::Errno(-2) if module == "host" => {}
            Called::Errno(errno) => panic!("{name}{arguments:?} gave {errno}"),
            Called::Ended => break,
        }
        caller.assert_in_order(name);
    }
    caller.end();
    Ok(())
}

fn next_call(
    caller: &mut Caller,
    input: &mut Unstructured,
) -> Result<(&'static str, &'static str, Vec<u64>)> {
    let (module, name, kinds) = *input.choose(FUNCTIONS)?;
    let mut arguments = Vec::new();
    for kind in kinds.bytes() {
        match kind {
            b'f' => arguments.push(descriptor(input)?),
            b'p' => arguments.extend(path(caller, input, arguments.len() as u32)?),
            b'v' => arguments.extend(vectors(caller, input)?),
            b'o' => arguments.push(place(input)?),
            _ => arguments.push(number(input)?),
        }
    }
    Ok((module, name, arguments))
}

fn descriptor(input: &mut Unstructured) -> Result<u64> {
    Ok(match input.int_in_range(0..=19)? {
        0 => input.arbitrary()?,
        1..=8 => PREOPEN.into(),
        _ => input.int_in_range(0..=LIMITS.descriptors + 1)?.into(),
    })
}

/// Mostly somewhere harmless, else at an edge or anywhere.
fn place(input: &mut Unstructured) -> Result<u64> {
    Ok(match input.int_in_range(0..=15)? {
        0 => u64::from(MEMORY) - u64::from(input.int_in_range(0..=70u8)?),
        1 => u64::from(u32::MAX - u32::from(input.int_in_range(0..=70u8)?)),
        2 => VECTORS.into(),
        3 => input.arbitrary::<u32>()?.into(),
        _ => 0x4000 + u64::from(input.arbitrary::<u8>()?),
    })
}

fn number(input: &mut Unstructured) -> Result<u64> {
    Ok(match input.int_in_range(0..=9)? {
        0 => input.arbitrary()?,
        1 => u64::MAX - u64::from(input.int_in_range(0..=9u8)?),
        2 => (1 << 63) - u64::from(input.int_in_range(0..=9u8)?),
        3 => 1 << input.int_in_range(0..=63u8)?,
        4 => u64::MAX >> 1,
        5 => u64::from(input.arbitrary::<u16>()?),
        _ => input.int_in_range(0..=15u64)?,
    })
}

/// Lays a path, and gives its place and length; one or the other may be off.
fn path(caller: &mut Caller, input: &mut Unstructured, number: u32) -> Result<[u64; 2]> {
    let mut text = Vec::new();
    match input.int_in_range(0..=15)? {
        0 => text.extend_from_slice(input.bytes(usize::from(input.len().min(40) as u8))?),
        1 => text.resize(input.int_in_range(200..=4200)?, b'n'),
        2 => text.extend(b"d/".repeat(input.int_in_range(1..=2100)?)),
        parts => {
            for _ in 0..=parts / 13 {
                if !text.is_empty() {
                    text.push(b'/');
                }
                text.extend_from_slice(input.choose(NAMES)?);
            }
        }
    }
    let at = PATHS + number * 0x1400;
    let lay = caller.memory.write(&mut caller.store, at as usize, &text);
    assert!(lay.is_ok(), "a path of {} bytes", text.len());
    Ok(match input.int_in_range(0..=30)? {
        0 => [place(input)?, text.len() as u64],
        1 => [at.into(), number_of_bytes(input)?],
        _ => [at.into(), text.len() as u64],
    })
}

fn number_of_bytes(input: &mut Unstructured) -> Result<u64> {
    Ok(u64::from(u32::MAX) & number(input)?)
}

/// Lays vectors, some of which overlap each other, themselves, or the end.
fn vectors(caller: &mut Caller, input: &mut Unstructured) -> Result<[u64; 2]> {
    let count = input.int_in_range(0..=4u32)?;
    for index in 0..count {
        let at = place(input)? as u32;
        let length = match input.int_in_range(0..=7)? {
            0 => input.arbitrary()?,
            1 => MEMORY,
            2 => u32::MAX,
            _ => input.arbitrary::<u8>()?.into(),
        };
        let bytes = [at.to_le_bytes(), length.to_le_bytes()].concat();
        let lay = (VECTORS + index * 8) as usize;
        let lay = caller.memory.write(&mut caller.store, lay, &bytes);
        assert!(lay.is_ok());
    }
    Ok(match input.int_in_range(0..=20)? {
        0 => [place(input)?, number_of_bytes(input)?],
        1 => [VECTORS.into(), number_of_bytes(input)?],
        _ => [VECTORS.into(), count.into()],
    })
}

#[cfg(test)]
mod tests;
