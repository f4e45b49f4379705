//! Host folders as trees: listed when first looked into, read when first read.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use cap_std::ambient_authority;
use cap_std::fs::{Dir as CapDir, DirEntry};

use super::content::HostFile;
use super::tree::{Dir, File, Name, Node, Tree};

/// A host folder that can't be taken in.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "their messages say what they are")]
pub enum ImportError {
    #[error("open the folder {path}: {source}")]
    Open { path: PathBuf, source: io::Error },
}

/// What a folder holds that has no place in a tree: its path, and why.
pub type Refused = (PathBuf, &'static str);

/// A host folder as a tree. Only the folder itself is opened now; everything below it is listed
/// and read through that one handle, so a symlink can't lead out of it.
///
/// Sockets, pipes, devices and names that aren't UTF-8 are left out; which, [`Imported::refused`]
/// tells of all that was listed so far.
pub fn import(folder: &Path) -> Result<Imported, ImportError> {
    let root = CapDir::open_ambient_dir(folder, ambient_authority()).map_err(|source| {
        ImportError::Open {
            path: folder.to_owned(),
            source,
        }
    })?;
    let refused = Arc::new(Mutex::new(Vec::new()));
    let host = HostDir {
        root: Arc::new(root),
        path: PathBuf::new(),
        refused: refused.clone(),
    };
    Ok(Imported {
        tree: Tree::from(Arc::new(Dir::on_host(host))),
        refused,
    })
}

/// A host folder that was taken in.
pub struct Imported {
    /// Its files, as they are when they are first looked at.
    pub tree: Tree,
    refused: Arc<Mutex<Vec<Refused>>>,
}

impl Imported {
    /// What was left out of the parts listed so far, in the order they were met.
    pub fn refused(&self) -> Vec<Refused> {
        self.refused
            .lock()
            .map(|refused| refused.clone())
            .unwrap_or_default()
    }
}

/// A folder below an imported one, not listed yet.
pub(super) struct HostDir {
    root: Arc<CapDir>,
    path: PathBuf,
    refused: Arc<Mutex<Vec<Refused>>>,
}

impl HostDir {
    pub(super) fn list(&self) -> io::Result<BTreeMap<Name, Node>> {
        let mut entries = BTreeMap::new();
        let here = match self.path.as_os_str().is_empty() {
            true => Path::new("."),
            false => &self.path,
        };
        for entry in self.root.read_dir(here)? {
            let entry = entry?;
            let path = self.path.join(entry.file_name());
            let Some(name) = entry.file_name().to_str().map(Name::from) else {
                self.refuse(path, "its name is not UTF-8");
                continue;
            };
            match self.node(&entry, path.clone()) {
                Ok(Some(node)) => _ = entries.insert(name, node),
                Ok(None) => {}
                Err(_) => self.refuse(path, "it can't be looked at"),
            }
        }
        Ok(entries)
    }

    /// Nothing for what was refused, or went away since it was listed.
    fn node(&self, entry: &DirEntry, path: PathBuf) -> io::Result<Option<Node>> {
        let metadata = match entry.metadata() {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let kind = metadata.file_type();
        if kind.is_dir() {
            let dir = HostDir {
                root: self.root.clone(),
                path,
                refused: self.refused.clone(),
            };
            return Ok(Some(Node::Dir(Arc::new(Dir::on_host(dir)))));
        }
        if kind.is_file() {
            let file = HostFile::below(self.root.clone(), path, &metadata);
            return Ok(Some(Node::File(Arc::new(File::new(file)))));
        }
        if !kind.is_symlink() {
            self.refuse(path, "it is a socket, a pipe or a device");
            return Ok(None);
        }
        match self.root.read_link_contents(&path)?.to_str() {
            Some(target) => Ok(Some(Node::Symlink(target.into()))),
            None => {
                self.refuse(path, "its target is not UTF-8");
                Ok(None)
            }
        }
    }

    fn refuse(&self, path: PathBuf, why: &'static str) {
        if let Ok(mut refused) = self.refused.lock() {
            refused.push((path, why));
        }
    }
}
