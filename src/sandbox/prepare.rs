//! From the runtime's package to something runs can be started on: metered, compiled, with an image.

use std::fs::File;
use std::sync::Arc;

use wasmtime::{Engine, InstancePre, Linker};

use super::blas::Blas;
use super::boot;
use super::engine;
use super::error::SandboxError;
use super::guest::Guest;
use super::image::{self, ImageError};
use super::library;
use super::limits::Limits;
use super::made::MadeImage;
use super::memory::Image;
use super::meter::{self, Segment};
use super::process::Process;
use super::runtime::{self, Cache, FetchOptions, Installed, Key, Kind, Lock, Recipe, RuntimeError};
use super::wasi;
use crate::progress::{Progress, Stage};
use crate::workspace::{Hash, Node, Workspace};

/// A runtime that is ready for runs.
pub(super) struct Prepared {
    pub engine: Engine,
    pub metering: Metering,
    pub runtime: InstancePre<Guest>,
    pub library: Node,
    pub image: Arc<Image>,
    pub made: MadeImage,
}

/// What a run's outcome follows from beside its arguments: the runtime, the meaning of its fuel,
/// and what an image holds. The same on every machine.
pub(super) fn fingerprint() -> String {
    format!(
        "{}-meter-{}-boot-{:016x}-{}",
        Lock::pinned().key().as_str(),
        meter::VERSION,
        boot::version().prefix(),
        Blas::of_this_machine().name()
    )
}

/// What is made on this machine, and kept under these keys.
pub(super) fn parts() -> Result<[(Kind, Key); 4], SandboxError> {
    let runtime = Lock::pinned().key();
    let engine = engine::engine(false).map_err(SandboxError::Load)?;
    let native = runtime::compiled_key(&runtime, &engine::artifact_key(&engine))?;
    let data = library::key(&runtime)?;
    Ok([
        (Kind::Runtime, runtime),
        (Kind::Native, native),
        (Kind::Image, image_key()?),
        (Kind::Image, data),
    ])
}

fn image_key() -> Result<Key, RuntimeError> {
    Key::new(format!("{}-{:016x}", fingerprint(), pass().prefix()))
}

/// The metering pass: an image has the time in it that its making took.
fn pass() -> Hash {
    Hash::of(meter::SOURCE.concat().as_bytes())
}

/// How the guest's code counts what it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metering {
    /// By the code that the pass has added.
    Own,
    /// Not at all: what the price of counting is measured against.
    None,
    /// By wasmtime's fuel, of which there is no end: what ours is compared with.
    Engine,
}

/// Fetches, meters, compiles and images the runtime the first time, and opens what is cached after
/// that.
pub(super) fn prepare(
    cache: &Cache,
    options: &FetchOptions,
    metering: Metering,
    progress: &dyn Progress,
) -> Result<Prepared, SandboxError> {
    let installed = runtime::install(cache, options, progress)?;
    let engine = engine::engine(metering == Metering::Engine).map_err(SandboxError::Load)?;
    let runtime = load(cache, &installed, &engine, metering, progress)?;
    let library = library::node(cache, &installed, progress)?;
    let (image, made) = image(cache, &installed, &engine, &runtime, &library, progress)?;
    let memory = runtime.module().get_export("memory");
    let pages = memory.and_then(|memory| memory.memory().map(|memory| memory.minimum()));
    let image = Image::new(image, pages.unwrap_or(0)).map_err(SandboxError::Image)?;
    Ok(Prepared {
        engine,
        metering,
        runtime,
        library,
        image: Arc::new(image),
        made,
    })
}

fn load(
    cache: &Cache,
    installed: &Installed,
    engine: &Engine,
    metering: Metering,
    progress: &dyn Progress,
) -> Result<InstancePre<Guest>, SandboxError> {
    let key = match metering {
        Metering::Own => engine::artifact_key(engine),
        Metering::None | Metering::Engine => {
            format!("uncounted-{}", engine::artifact_key(engine))
        }
    };
    let handed_over = Blas::of_this_machine().handed_over();
    let compile = |wasm: &[u8], stage: &dyn Stage| {
        stage.message("metering");
        let (code, _) = split(wasm)?;
        let metered = match metering {
            Metering::Own => meter::instrument(&code, handed_over)?,
            Metering::None | Metering::Engine => meter::uncounted(&code, handed_over)?,
        };
        stage.message("compiling");
        engine::compile(engine, &metered.wasm).map_err(|error| error.to_string().into())
    };
    let artifact = runtime::compiled::<Box<dyn std::error::Error + Send + Sync>>(
        cache, installed, &key, compile, progress,
    )?;
    // SAFETY: `compiled` gives what `compile` made under a key of this engine, from a directory
    // that only this user can write to, checked against its record on the open file.
    let module = unsafe { engine::load(engine, artifact.file) }.map_err(SandboxError::Load)?;
    let mut linker = Linker::new(engine);
    wasi::link(&mut linker).map_err(SandboxError::Load)?;
    linker.instantiate_pre(&module).map_err(SandboxError::Load)
}

/// The module without its data, and that. Instances have it from their image.
fn split(wasm: &[u8]) -> Result<(Vec<u8>, Vec<Segment>), meter::DataError> {
    meter::strip_data(wasm)
}

fn image(
    cache: &Cache,
    installed: &Installed,
    engine: &Engine,
    runtime: &InstancePre<Guest>,
    library: &Node,
    progress: &dyn Progress,
) -> Result<(File, MadeImage), SandboxError> {
    let recipe = Recipe {
        kind: Kind::Image,
        key: image_key()?,
        label: "importing the scientific stack into a memory image".to_owned(),
    };
    let make = |_: &dyn Stage| {
        let made = || {
            let (_, segments) = split(&installed.read_wasm()?)?;
            warm(engine, runtime, library, &segments)
        };
        made().map_err(|source| RuntimeError::Make {
            label: "make a memory image of the interpreter".to_owned(),
            source,
        })
    };
    let artifact = runtime::derived(cache, &recipe, make, progress)?;
    let made = MadeImage {
        recipe: recipe.key.as_str().to_owned(),
        blake3: artifact.blake3,
    };
    Ok((artifact.file, made))
}

/// Starts an interpreter, imports the stack, and takes its memory.
fn warm(
    engine: &Engine,
    runtime: &InstancePre<Guest>,
    library: &Node,
    segments: &[Segment],
) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
    let limits = Limits::default();
    let mut workspace = Workspace::new();
    library::mount(&mut workspace, library)?;
    let guest = Guest::new(workspace, &limits);
    let (mut memory, mut guest) = std::thread::scope(|scope| {
        let warm = || Process::warm(engine, runtime, guest, segments, &boot::image_turn());
        std::thread::Builder::new()
            .stack_size(engine::THREAD_STACK)
            .spawn_scoped(scope, warm)?
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })?;
    let open = guest.descriptors.beyond_standard();
    if open > 0 {
        return Err(ImageError::Descriptors(open).into());
    }
    image::widen_stack(&mut memory)?;
    let objects = guest.workspace.read(boot::OBJECTS)?;
    image::make_immortal(&mut memory, &objects)?;
    memory.truncate(image::trimmed(&memory).len());
    Ok(memory)
}
