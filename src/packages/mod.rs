//! Packages of pure Python that a paper's code needs beside those of the runtime.
//!
//! A paper names them; [`lock`] has the user's pip find their wheels once and keeps which those are,
//! to the byte; [`Packages`] has them fetched when they are needed and gives them as a tree, which a
//! run finds on its path. Nothing is installed anywhere, and no code of a package runs but in the
//! sandbox.
//!
//! Above the workspace and the runtime's cache, below the sandbox's callers.

mod error;
mod pip;
mod wheel;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};

pub use error::PackageError;

use crate::sandbox::runtime::{Cache, FetchOptions, Sha256};
use crate::workspace::Tree;

/// A package and its version: `autograd==1.9.1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pinned(String);

impl FromStr for Pinned {
    type Err = String;

    fn from_str(text: &str) -> Result<Pinned, String> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.+!".contains(&b);
        let word = |text: &str| {
            !text.is_empty() && !text.starts_with(['-', '.']) && text.bytes().all(plain)
        };
        match text.split_once("==") {
            Some((name, version)) if word(name) && word(version) => Ok(Pinned(text.to_owned())),
            _ => Err("write a package and its version, as in autograd==1.9.1".to_owned()),
        }
    }
}

/// A wheel, to the byte.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockedWheel {
    /// The package and its version, as a paper names them: `autograd==1.9.1`.
    pub requirement: String,
    /// The wheel's file name.
    pub file: String,
    pub sha256: Sha256,
}

/// A wheel that was found, and what it says of itself.
#[derive(Clone, Debug)]
pub struct Found {
    pub wheel: LockedWheel,
    /// What it depends on, as its metadata has it.
    pub requires: Vec<String>,
    /// The names that can be imported of it.
    pub modules: BTreeSet<String>,
}

/// Finds the wheel of a package, of the newest version that a requirement such as `autograd>=1.3`
/// allows, and keeps it.
pub fn find(
    requirement: &str,
    cache: &Cache,
    options: &FetchOptions,
) -> Result<Found, PackageError> {
    let packages = Packages::new(cache.clone(), options.clone());
    let (file, bytes) = packages.download(requirement, None)?;
    let files = wheel::unpack(&file, &bytes)?;
    let metadata = files
        .iter()
        .find(|(path, _)| path.ends_with(".dist-info/METADATA"));
    let metadata = metadata.map_or_else(String::new, |(_, bytes)| {
        String::from_utf8_lossy(bytes).into_owned()
    });
    let field = |line: &str, name: &str| Some(line.strip_prefix(name)?.trim().to_owned());
    // Behind the first empty line is a description.
    let head: Vec<&str> = metadata
        .lines()
        .take_while(|line| !line.is_empty())
        .collect();
    let named = |name: &str| head.iter().find_map(|line| field(line, name));
    let (Some(name), Some(version)) = (named("Name:"), named("Version:")) else {
        let reason = "its metadata names no package and version".to_owned();
        return Err(PackageError::Wheel { file, reason });
    };
    let wheel = LockedWheel {
        requirement: format!("{name}=={version}"),
        sha256: Sha256::of(&bytes),
        file,
    };
    packages.keep(&wheel, &bytes)?;
    let tops = files.keys().filter(|path| path.ends_with(".py"));
    let tops = tops.filter_map(|path| path.split('/').next());
    Ok(Found {
        wheel,
        requires: head
            .iter()
            .filter_map(|line| field(line, "Requires-Dist:"))
            .collect(),
        modules: tops
            .map(|top| top.trim_end_matches(".py").to_owned())
            .collect(),
    })
}

/// Finds the wheels of packages.
pub fn lock(
    requirements: &[String],
    cache: &Cache,
    options: &FetchOptions,
) -> Result<Vec<LockedWheel>, PackageError> {
    let packages = Packages::new(cache.clone(), options.clone());
    let found = requirements.iter().map(|requirement| {
        let (file, bytes) = packages.download(requirement, None)?;
        wheel::unpack(&file, &bytes)?;
        let locked = LockedWheel {
            requirement: requirement.clone(),
            sha256: Sha256::of(&bytes),
            file,
        };
        packages.keep(&locked, &bytes)?;
        Ok(locked)
    });
    found.collect()
}

/// Finds the wheels of packages whose versions are said, as [`lock`] does; pip is asked once for
/// each, and what it found is kept.
pub fn pinned(
    requirements: &[Pinned],
    cache: &Cache,
    options: &FetchOptions,
) -> Result<Vec<LockedWheel>, PackageError> {
    let packages = Packages::new(cache.clone(), options.clone());
    let found = requirements.iter().map(|Pinned(requirement)| {
        let path = packages.folder().join(format!("{requirement}.toml"));
        let known = fs::read_to_string(&path).ok();
        // What can't be read is found anew.
        if let Some(wheel) = known.and_then(|text| toml::from_str(&text).ok()) {
            return Ok(wheel);
        }
        let wheel = lock(std::slice::from_ref(requirement), cache, options)?.remove(0);
        let text = toml::to_string(&wheel).map_err(std::io::Error::other);
        let written = text.and_then(|text| write(&path, text.as_bytes()));
        written.map_err(|source| PackageError::Io {
            doing: "write",
            path,
            source,
        })?;
        Ok(wheel)
    });
    found.collect()
}

/// Writes a file whole or not at all.
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    std::io::Write::write_all(&mut file, bytes)?;
    file.persist(path)?;
    Ok(())
}

/// Locked wheels as trees: fetched into the cache when they are first asked for. To be shared.
#[derive(Clone)]
pub struct Packages {
    cache: Cache,
    options: FetchOptions,
    trees: Arc<Mutex<BTreeMap<String, Tree>>>,
}

impl Packages {
    /// The options say which host Python's pip is asked.
    pub fn new(cache: Cache, options: FetchOptions) -> Packages {
        Packages {
            cache,
            options,
            trees: Arc::default(),
        }
    }

    /// What the wheels hold, together; nothing of none.
    pub fn tree(&self, wheels: &[LockedWheel]) -> Result<Option<Tree>, PackageError> {
        if wheels.is_empty() {
            return Ok(None);
        }
        let key = wheels.iter().map(|wheel| format!("{} ", wheel.sha256));
        let key: String = key.collect();
        // Held while they are fetched: others would fetch the same.
        let mut trees = self.trees.lock().unwrap_or_else(|held| held.into_inner());
        if let Some(tree) = trees.get(&key) {
            return Ok(Some(tree.clone()));
        }
        let mut files = BTreeMap::new();
        for locked in wheels {
            files.extend(wheel::unpack(&locked.file, &self.bytes(locked)?)?);
        }
        let tree: Tree = files.into_iter().collect();
        trees.insert(key, tree.clone());
        Ok(Some(tree))
    }

    fn bytes(&self, locked: &LockedWheel) -> Result<Vec<u8>, PackageError> {
        let kept = fs::read(self.path(locked)).ok();
        if let Some(bytes) = kept.filter(|bytes| Sha256::of(bytes) == locked.sha256) {
            return Ok(bytes);
        }
        let (_, bytes) = self.download(&locked.requirement, Some(locked.sha256))?;
        let found = Sha256::of(&bytes);
        if found != locked.sha256 {
            return Err(PackageError::Other {
                file: locked.file.clone(),
                expected: locked.sha256,
                found,
            });
        }
        self.keep(locked, &bytes)?;
        Ok(bytes)
    }

    fn download(
        &self,
        requirement: &str,
        sha256: Option<Sha256>,
    ) -> Result<(String, Vec<u8>), PackageError> {
        pip::download(requirement, sha256, &self.options, self.cache.root())
    }

    fn folder(&self) -> PathBuf {
        // Small, read whole and checked: needs no copy on local disk.
        let cache = self.cache.shared().unwrap_or(&self.cache);
        cache.root().join("wheels")
    }

    fn path(&self, locked: &LockedWheel) -> PathBuf {
        self.folder().join(format!("{}.whl", locked.sha256))
    }

    fn keep(&self, locked: &LockedWheel, bytes: &[u8]) -> Result<(), PackageError> {
        let path = self.path(locked);
        write(&path, bytes).map_err(|source| PackageError::Io {
            doing: "write",
            path,
            source,
        })
    }
}
