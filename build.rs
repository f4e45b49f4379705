//! Names the code that a run's outcome follows from, so that what an older build kept is no answer
//! of this one: see `src/sandbox/run_cache.rs`.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// What decides how a run goes: our code, the guest's, and what both are built on.
const SOURCES: [&str; 4] = ["src/sandbox", "src/workspace", "python-wasi", "Cargo.lock"];

fn main() -> io::Result<()> {
    let mut hasher = DefaultHasher::new();
    for source in SOURCES {
        println!("cargo::rerun-if-changed={source}");
        for file in files(Path::new(source))? {
            file.hash(&mut hasher);
            fs::read(&file)?.hash(&mut hasher);
        }
    }
    println!("cargo::rustc-env=AUTOEXP_SOURCES={:016x}", hasher.finish());
    Ok(())
}

/// All files at or below a path, in the order of their names.
fn files(path: &Path) -> io::Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(path)? {
        found.extend(files(&entry?.path())?);
    }
    found.sort();
    Ok(found)
}
