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
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::workspace::Errno;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

        #[test]
        fn no_sequence_of_calls_breaks_anything(data in prop::collection::vec(any::<u8>(), 0..3_000)) {
            check(&data);
        }
    }

    const PREVIEW1: &str = "wasi_snapshot_preview1";
    const NOWHERE: u64 = u32::MAX as u64;
    const LAST: u64 = MEMORY as u64 - 1;

    fn errno(errno: Errno) -> Called {
        Called::Errno(errno.raw().into())
    }

    /// A guest with a path laid at 0x1000 and two vectors at 0x8000, and its descriptor 4 open on a
    /// file, 5 on a folder, 6 on the null device.
    fn guest() -> Caller {
        let mut caller = Caller::new(1 << 40).unwrap();
        for path in ["/w/f", "/w", "/null"] {
            lay(&mut caller, 0x1000, path.as_bytes());
            let rights = if path == "/w" { 0 } else { 1 << 1 | 1 << 6 };
            let open = [3, 1, 0x1000, path.len() as u64, 0, rights, 0, 0, 0x2000];
            assert_eq!(caller.call(PREVIEW1, "path_open", &open), Called::Errno(0));
        }
        lay(&mut caller, 0x1000, b"f\xff\0");
        caller
    }

    fn lay(caller: &mut Caller, at: u32, bytes: &[u8]) {
        caller
            .memory
            .write(&mut caller.store, at as usize, bytes)
            .unwrap();
    }

    fn lay_vectors(caller: &mut Caller, vectors: &[(u32, u32)]) {
        for (index, (at, length)) in (0..).zip(vectors) {
            let bytes = [at.to_le_bytes(), length.to_le_bytes()].concat();
            lay(caller, 0x8000 + index * 8, &bytes);
        }
    }

    #[test]
    fn wild_arguments_are_refused_by_their_errno() {
        let cases: &[(&str, &[u64], Errno)] = &[
            ("args_get", &[NOWHERE, 0], Errno::Fault),
            ("args_sizes_get", &[0, LAST], Errno::Fault),
            ("environ_get", &[0, LAST], Errno::Fault),
            ("random_get", &[0, NOWHERE], Errno::Fault),
            ("random_get", &[NOWHERE, NOWHERE], Errno::Fault),
            ("clock_time_get", &[9, 0, 0], Errno::Inval),
            ("clock_time_get", &[0, 0, LAST - 6], Errno::Fault),
            ("poll_oneoff", &[0, 0, 0, 0], Errno::Inval),
            ("poll_oneoff", &[0, 0, NOWHERE, 0], Errno::Inval),
            ("poll_oneoff", &[LAST, 0, 1, 0], Errno::Fault),
            ("fd_close", &[NOWHERE], Errno::Badf),
            ("fd_read", &[77, 0x8000, 1, 0], Errno::Badf),
            ("fd_read", &[4, 0x8000, NOWHERE, 0], Errno::Inval),
            ("fd_read", &[4, 0x8000, 1025, 0], Errno::Inval),
            ("fd_read", &[4, LAST - 7, 2, 0], Errno::Fault),
            ("fd_read", &[5, 0x8000, 1, 0], Errno::Badf),
            ("fd_write", &[5, 0x8000, 1, 0], Errno::Badf),
            ("fd_pwrite", &[4, 0x8000, 1, u64::MAX, 0], Errno::Inval),
            ("fd_pwrite", &[4, 0x8000, 1, 1 << 62, 0], Errno::Fbig),
            ("fd_allocate", &[4, u64::MAX, 1], Errno::Fbig),
            ("fd_allocate", &[4, 1 << 17, 1], Errno::Nospc),
            ("fd_allocate", &[4, 0, 0], Errno::Inval),
            ("fd_renumber", &[4, NOWHERE], Errno::Badf),
            ("fd_pread", &[1, 0x8000, 1, 0, 0], Errno::Spipe),
            ("fd_filestat_set_size", &[4, u64::MAX], Errno::Inval),
            ("fd_filestat_set_size", &[4, u64::MAX >> 1], Errno::Fbig),
            ("fd_filestat_set_size", &[4, 1 << 17], Errno::Nospc),
            ("fd_seek", &[4, u64::MAX, 0, 0], Errno::Inval),
            ("fd_seek", &[4, 0, 9, 0], Errno::Inval),
            ("fd_tell", &[1, 0], Errno::Spipe),
            ("fd_readdir", &[4, 0, 99, 0, 0], Errno::Notdir),
            ("fd_readdir", &[5, LAST, 99, 0, 0], Errno::Fault),
            (
                "fd_readdir",
                &[5, 0, NOWHERE, u64::MAX, NOWHERE],
                Errno::Fault,
            ),
            ("fd_prestat_dir_name", &[3, LAST + 1, 1], Errno::Fault),
            ("fd_prestat_get", &[4, 0], Errno::Badf),
            (
                "path_filestat_get",
                &[5, 0, 0x1000, NOWHERE, 0],
                Errno::Nametoolong,
            ),
            (
                "path_filestat_get",
                &[5, 0, 0x1000, 4097, 0],
                Errno::Nametoolong,
            ),
            ("path_filestat_get", &[5, 0, NOWHERE, 1, 0], Errno::Fault),
            ("path_filestat_get", &[5, 0, LAST, 2, 0], Errno::Fault),
            ("path_filestat_get", &[5, 0, 0x1000, 2, 0], Errno::Ilseq),
            ("path_filestat_get", &[5, 0, 0x1002, 1, 0], Errno::Inval),
            ("path_filestat_get", &[5, 0, 0x1000, 0, 0], Errno::Noent),
            ("path_filestat_get", &[5, 0, 0x1000, 1, LAST], Errno::Fault),
            ("path_filestat_get", &[1, 0, 0x1000, 1, 0], Errno::Notdir),
            (
                "path_open",
                &[5, 0, 0x1000, 1, 1 | 1 << 2, 0, 0, 0, 0],
                Errno::Exist,
            ),
            (
                "path_open",
                &[5, 0, 0x1000, 1, 0, 0, 0, 0, NOWHERE],
                Errno::Fault,
            ),
            ("path_readlink", &[5, 0x1000, 1, 0, 9, 0], Errno::Inval),
            (
                "path_symlink",
                &[0x1000, NOWHERE, 5, 0x1000, 1],
                Errno::Nametoolong,
            ),
            ("path_rename", &[5, 0x1000, 1, 77, 0x1000, 1], Errno::Badf),
            ("sock_recv", &[4, 0, NOWHERE, 0, 0, 0], Errno::Notsup),
        ];
        for (name, arguments, expected) in cases {
            let mut caller = guest();
            lay_vectors(&mut caller, &[(0x3000, 8)]);
            let called = caller.call(PREVIEW1, name, arguments);
            assert_eq!(called, errno(*expected), "{name}{arguments:?}");
            caller.assert_in_order(name);
            caller.end();
        }
    }

    #[test]
    fn vectors_may_overlap_themselves_and_what_is_told() {
        let mut caller = guest();
        // The buffers lie in the table of vectors, and the count is told there too.
        lay_vectors(&mut caller, &[(0x8000, 4), (0x8002, 100)]);
        let read = caller.call(PREVIEW1, "fd_read", &[4, 0x8000, 2, 0x8000]);
        assert_eq!(read, Called::Errno(0));
        let told = &caller.memory.data(&caller.store)[0x8000..0x8004];
        assert_eq!(told, 4u32.to_le_bytes());
        // A thousand buffers of all the memory there is.
        lay_vectors(&mut caller, &[(0, MEMORY); 1024]);
        for fd in [1, 6] {
            let wrote = caller.call(PREVIEW1, "fd_write", &[fd, 0x8000, 1024, 0x3000]);
            assert_eq!(wrote, Called::Errno(0));
            let told = &caller.memory.data(&caller.store)[0x3000..0x3004];
            assert_eq!(told, (64u32 << 20).to_le_bytes(), "it stops after a piece");
        }
        lay_vectors(&mut caller, &[(0, u32::MAX), (1, 1)]);
        let wrote = caller.call(PREVIEW1, "fd_write", &[1, 0x8000, 2, 0x3000]);
        assert_eq!(wrote, errno(Errno::Fault));
        caller.assert_in_order("fd_write");
        caller.end();
    }

    #[test]
    fn the_null_device_takes_any_offset_that_there_is() {
        let mut caller = guest();
        lay_vectors(&mut caller, &[(0x3000, 8), (0x3000, 8)]);
        let pwrite = |caller: &mut Caller, offset| {
            caller.call(PREVIEW1, "fd_pwrite", &[6, 0x8000, 2, offset, 0x2000])
        };
        let pread = |caller: &mut Caller, offset| {
            caller.call(PREVIEW1, "fd_pread", &[6, 0x8000, 2, offset, 0x2000])
        };
        for offset in [u64::MAX, 1 << 63, (1 << 63) - 16] {
            assert_eq!(pwrite(&mut caller, offset), errno(Errno::Inval));
            assert_eq!(pread(&mut caller, offset), errno(Errno::Inval));
        }
        for offset in [0, (1 << 63) - 17] {
            assert_eq!(pwrite(&mut caller, offset), Called::Errno(0));
            assert_eq!(pread(&mut caller, offset), Called::Errno(0));
        }
        caller.end();
    }

    #[test]
    fn frames_for_the_door_that_are_none_are_faults() {
        let mut caller = guest();
        lay(&mut caller, 0x5000, b"\x02\0\0\0{}");
        lay(&mut caller, 0x6000, &[0xff; 8]);
        for (at, length) in [
            (0, 0),
            (0x5000, 6),
            (0x6000, 8),
            (NOWHERE, 1),
            (0, NOWHERE),
            (LAST, 2),
        ] {
            let called = caller.call("host", "call", &[at, length, 0, 4]);
            assert_eq!(called, Called::Errno(-2), "{at} {length}");
        }
        caller.end();
    }
}
