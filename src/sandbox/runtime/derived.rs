//! What is made from the runtime, once per machine and version: native code and memory images.

use std::error::Error;
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

use super::cache::{Cache, Key, Kind};
use super::entry::{Claim, Entry};
use super::error::RuntimeError;
use super::install::Installed;
use super::record::{Flaw, Record, create_private};
use crate::progress::{Progress, Stage, Total};

/// The name of the file in its entry.
const FILE: &str = "artifact";

/// A cached file that is what was written, and open. Load it through [`Artifact::file`], which the
/// checks were made on, and not through its name.
#[derive(Debug)]
pub struct Artifact {
    /// Where it is.
    pub path: PathBuf,
    /// The file, open for reading.
    pub file: File,
    /// The BLAKE3 of what was written, in hexadecimal.
    pub blake3: String,
}

/// What to make.
#[derive(Clone, Debug)]
pub struct Recipe {
    /// Its kind, [`Kind::Native`] or [`Kind::Image`].
    pub kind: Kind,
    /// Its name, which must differ whenever its bytes would.
    pub key: Key,
    /// What making it is called, as `compiling the Python runtime`.
    pub label: String,
}

/// Gives the native code of `installed`, compiled by `compile` from the WebAssembly module if it
/// is not cached under `key`. `key` stands for everything else the code depends on: the compiler,
/// its settings, the processor.
///
/// Native code that is not what was written, or that others could have written, is never given:
/// it is compiled again.
///
/// # Errors
///
/// [`RuntimeError::Make`] when `compile` fails, [`RuntimeError::BadKey`], and what reading and
/// writing the cache may give.
pub fn compiled<E: Into<Box<dyn Error + Send + Sync>>>(
    cache: &Cache,
    installed: &Installed,
    key: &str,
    compile: impl FnOnce(&[u8], &dyn Stage) -> Result<Vec<u8>, E>,
    progress: &dyn Progress,
) -> Result<Artifact, RuntimeError> {
    let recipe = Recipe {
        kind: Kind::Native,
        key: compiled_key(&installed.key, key)?,
        label: "compiling the Python runtime for this machine (about a minute)".to_owned(),
    };
    let make = |stage: &dyn Stage| {
        compile(&installed.read_wasm()?, stage).map_err(|error| RuntimeError::Make {
            label: "compile the Python runtime".to_owned(),
            source: error.into(),
        })
    };
    derived(cache, &recipe, make, progress)
}

/// What [`compiled`] keeps native code under.
///
/// # Errors
///
/// [`RuntimeError::BadKey`].
pub fn compiled_key(runtime: &Key, key: &str) -> Result<Key, RuntimeError> {
    Key::new(format!("{}-{key}", runtime.as_str()))
}

/// Gives what `recipe` names, made by `make` if it is not cached. Several processes may call this
/// at once; one does the work.
///
/// # Errors
///
/// What `make` gives, and what reading and writing the cache may give. After an error there is
/// nothing under that name.
pub fn derived(
    cache: &Cache,
    recipe: &Recipe,
    make: impl FnOnce(&dyn Stage) -> Result<Vec<u8>, RuntimeError>,
    progress: &dyn Progress,
) -> Result<Artifact, RuntimeError> {
    let entry = Entry::new(cache, recipe.kind, &recipe.key);
    if let Ok(artifact) = open(&entry) {
        return Ok(artifact);
    }
    let claim = entry.claim(progress)?;
    let label = match open(&entry) {
        // Another process has made it in the meantime.
        Ok(artifact) => return Ok(artifact),
        Err(Flaw::Missing) => recipe.label.clone(),
        Err(flaw) => format!("{flaw}: {} again", recipe.label),
    };
    if let Some(shared) = cache.shared()
        && claim.take_over(shared, progress)?
        && let Ok(artifact) = open(&entry)
    {
        return Ok(artifact);
    }
    let stage = progress.stage(&label, Total::Unknown);
    let bytes = make(stage.as_ref())?;
    if cache.is_interrupted() {
        return Err(RuntimeError::Interrupted);
    }
    let needed = bytes.len() as u64;
    cache.check_room(needed)?;
    put(&claim, &bytes).map_err(|error| error.needing(cache.root(), needed))?;
    stage.finish();
    claim.give();
    open(&entry).map_err(|flaw| entry.unusable(flaw))
}

fn open(entry: &Entry<'_>) -> Result<Artifact, Flaw> {
    let record = Record::read(entry.dir())?;
    Ok(Artifact {
        path: entry.dir().join(FILE),
        file: record.open(entry.dir(), FILE)?,
        blake3: record.blake3(FILE)?.to_owned(),
    })
}

fn put(claim: &Claim<'_>, bytes: &[u8]) -> Result<(), RuntimeError> {
    let partial = claim.begin()?;
    let path = partial.dir().join(FILE);
    create_private(&path)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .map_err(|error| RuntimeError::io("write", &path, error))?;
    partial.publish(&[(FILE, blake3::hash(bytes))])
}
