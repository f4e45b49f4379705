//! Contents on disk, by hash: each kept once, compressed, for any number of writers.
//!
//! ```text
//! <dir>/objects/ab/cdef…   the contents whose blake3 hash is abcdef…, as zstd
//! <dir>/lock               held shared by whoever uses the store, alone by whoever sweeps it
//! ```
//!
//! An object is written aside and renamed into place, so that one is there whole or not at all, and
//! what is read is hashed again, so that a damaged one is as good as none, and so is a directory that
//! misses something. A directory of a tree is an object too: its listing, under the hash that is the
//! directory's state.

use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File as HostFile, TryLockError};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::listing::{Entry, Listing};
use super::tree::{Dir, File, Hash, Node};

/// Level 3, zstd's own default: about 300 MB/s, and text to a quarter.
const LEVEL: i32 = zstd::DEFAULT_COMPRESSION_LEVEL;
/// The largest object, in bytes, as of a file of a workspace: what a 32-bit guest can hold.
const OBJECT_MAX: u64 = u32::MAX as u64;
/// What file systems hand out, in bytes.
const BLOCK: u64 = 4096;
const OBJECTS: &str = "objects";
/// What an object is called while it is written.
const PARTIAL: &str = ".partial-";

/// A store's folder can't be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{action} {path}: {source}")]
pub struct StoreError {
    action: &'static str,
    path: PathBuf,
    source: io::Error,
}

impl StoreError {
    fn at(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> StoreError {
        let path = path.to_owned();
        move |source| StoreError {
            action,
            path,
            source,
        }
    }
}

/// Contents by hash, in a folder of their own.
pub struct Store {
    dir: PathBuf,
}

/// What a sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Objects removed.
    pub objects: u64,
    /// Bytes on disk that they took.
    pub bytes: u64,
}

impl Store {
    /// The store in a folder, which is made if it isn't there.
    pub fn open(dir: &Path) -> Result<Store, StoreError> {
        let objects = dir.join(OBJECTS);
        fs::create_dir_all(&objects).map_err(StoreError::at("create", &objects))?;
        Ok(Store {
            dir: dir.to_owned(),
        })
    }

    /// To read and write. Nothing is swept away while it lasts; a sweep that is going on is waited
    /// for.
    pub fn using(&self) -> Result<Using<'_>, StoreError> {
        let (path, lock) = self.lock()?;
        lock.lock_shared().map_err(StoreError::at("lock", &path))?;
        Ok(Using::new(self, lock))
    }

    /// To remove what isn't wanted any more, alone. Waits until nobody uses the store.
    pub fn sweeping(&self) -> Result<Sweeping<'_>, StoreError> {
        let (path, lock) = self.lock()?;
        lock.lock().map_err(StoreError::at("lock", &path))?;
        Ok(Sweeping(Using::new(self, lock)))
    }

    /// As [`sweeping`](Store::sweeping), unless somebody uses the store just now.
    pub fn try_sweeping(&self) -> Result<Option<Sweeping<'_>>, StoreError> {
        let (path, lock) = self.lock()?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(Sweeping(Using::new(self, lock)))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(StoreError::at("lock", &path)(error)),
        }
    }

    fn lock(&self) -> Result<(PathBuf, HostFile), StoreError> {
        let path = self.dir.join("lock");
        let lock = HostFile::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(StoreError::at("open", &path))?;
        Ok((path, lock))
    }

    fn place(&self, hash: &Hash) -> PathBuf {
        let digits = hash.to_string();
        let (shelf, name) = digits.split_at(2);
        self.dir.join(OBJECTS).join(shelf).join(name)
    }
}

/// The right to read from a store and write to it, for as long as it lasts.
pub struct Using<'s> {
    store: &'s Store,
    added: AtomicU64,
    _lock: HostFile,
}

impl<'s> Using<'s> {
    fn new(store: &'s Store, lock: HostFile) -> Using<'s> {
        Using {
            store,
            added: AtomicU64::new(0),
            _lock: lock,
        }
    }

    /// Bytes on disk that were added so far.
    pub fn added(&self) -> u64 {
        self.added.load(Ordering::Relaxed)
    }

    /// Bytes on disk that all objects take.
    pub fn disk_bytes(&self) -> Result<u64, StoreError> {
        let mut bytes = 0;
        for shelf in entries(&self.store.dir.join(OBJECTS))? {
            bytes += entries(&shelf)?
                .iter()
                .map(|object| size(object))
                .sum::<u64>();
        }
        Ok(bytes)
    }

    /// Keeps some bytes. Returns their hash.
    pub fn put(&self, bytes: &[u8]) -> Result<Hash, StoreError> {
        let hash = Hash::of(bytes);
        self.put_as(&hash, bytes)?;
        Ok(hash)
    }

    /// The bytes of a hash; nothing where they aren't there, or aren't what they were.
    pub fn get(&self, hash: &Hash) -> Result<Option<Vec<u8>>, StoreError> {
        let path = self.store.place(hash);
        let file = match HostFile::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(StoreError::at("open", &path)(error)),
        };
        let mut bytes = Vec::new();
        let read = zstd::Decoder::new(file)
            .and_then(|decoder| decoder.take(OBJECT_MAX + 1).read_to_end(&mut bytes));
        if read.is_ok() && Hash::of(&bytes) == *hash {
            return Ok(Some(bytes));
        }
        self.drop_damaged(hash);
        Ok(None)
    }

    /// Keeps a directory with all below it. Returns its state; nothing where a part of it is the
    /// host's to change.
    pub fn put_dir(&self, dir: &Dir) -> Result<Option<Hash>, StoreError> {
        let (Some(state), Some(listing)) = (dir.state(), Listing::of(dir)) else {
            return Ok(None);
        };
        // What is below is written first, so that a listing that is there is complete.
        if !self.has(&state) {
            for (_, node) in dir.entries().into_iter().flatten() {
                match node {
                    Node::Dir(dir) => _ = self.put_dir(dir)?,
                    Node::File(file) => self.put_file(file)?,
                    Node::Symlink(_) => {}
                }
            }
            self.put_as(&state, &listing.to_bytes())?;
        }
        Ok(Some(state))
    }

    fn put_file(&self, file: &File) -> Result<(), StoreError> {
        let kept = file.hash().and_then(|hash| match self.has(&hash) {
            true => Ok(None),
            false => Ok(Some((hash, file.content().read_all()?))),
        });
        match kept.map_err(StoreError::at("read a file for", &self.store.dir))? {
            Some((hash, bytes)) => self.put_as(&hash, &bytes),
            None => Ok(()),
        }
    }

    /// The directory of a state, with all below it; nothing where a part of it isn't there. What
    /// `near` has of it isn't read.
    pub fn dir(
        &self,
        state: &Hash,
        near: Option<&Arc<Dir>>,
    ) -> Result<Option<Arc<Dir>>, StoreError> {
        if let Some(near) = near.filter(|near| near.state().as_ref() == Some(state)) {
            return Ok(Some(near.clone()));
        }
        let Some(listing) = self.listing(state)? else {
            return Ok(None);
        };
        let dir = self.assemble(listing, near)?;
        if dir.is_none() {
            self.drop_damaged(state);
        }
        Ok(dir.map(Arc::new))
    }

    fn assemble(
        &self,
        listing: Listing,
        near: Option<&Arc<Dir>>,
    ) -> Result<Option<Dir>, StoreError> {
        let near = near.and_then(|near| near.entries().ok());
        let mut entries = BTreeMap::new();
        for (name, entry) in listing.entries {
            let near = near.and_then(|entries| entries.get(&name));
            let node = match entry {
                Entry::Dir { state } => {
                    let near = near.and_then(|node| match node {
                        Node::Dir(dir) => Some(dir),
                        _ => None,
                    });
                    self.dir(&state, near)?.map(Node::Dir)
                }
                Entry::File { hash, modified } => {
                    let near = near.and_then(|node| match node {
                        Node::File(file) if file.hash().ok() == Some(hash) => Some(file),
                        _ => None,
                    });
                    match near {
                        Some(near) if near.modified() == modified => Some(near.clone()),
                        Some(near) => Some(Arc::new(near.modified_at(modified))),
                        None => self
                            .get(&hash)?
                            .map(|bytes| Arc::new(File::new(bytes).modified_at(modified))),
                    }
                    .map(Node::File)
                }
                Entry::Symlink { target } => Some(Node::Symlink(target)),
            };
            let Some(node) = node else {
                return Ok(None);
            };
            entries.insert(name, node);
        }
        Ok(Some(Dir::new(entries).modified_at(listing.modified)))
    }

    /// The hashes of a directory's state and of all that it needs; nothing where a listing isn't
    /// there.
    pub fn needed(&self, state: &Hash) -> Result<Option<HashSet<Hash>>, StoreError> {
        let mut found = HashSet::new();
        let mut open = vec![*state];
        while let Some(state) = open.pop() {
            if !found.insert(state) {
                continue;
            }
            let Some(listing) = self.listing(&state)? else {
                return Ok(None);
            };
            for (_, entry) in listing.entries {
                match entry {
                    Entry::Dir { state } => open.push(state),
                    Entry::File { hash, .. } => _ = found.insert(hash),
                    Entry::Symlink { .. } => {}
                }
            }
        }
        Ok(Some(found))
    }

    /// Bytes on disk that an object takes; 0 where it isn't there.
    pub fn size(&self, hash: &Hash) -> u64 {
        size(&self.store.place(hash))
    }

    fn listing(&self, state: &Hash) -> Result<Option<Listing>, StoreError> {
        let bytes = self.get(state)?;
        let listing = bytes.and_then(|bytes| serde_json::from_slice::<Listing>(&bytes).ok());
        // A store may have been made by others: no name may lead out of its directory.
        Ok(listing.filter(|listing| listing.entries.iter().all(|(name, _)| is_plain(name))))
    }

    /// Makes room for an object to be put again. If that fails it is found damaged again.
    fn drop_damaged(&self, hash: &Hash) {
        _ = fs::remove_file(self.store.place(hash));
    }

    fn has(&self, hash: &Hash) -> bool {
        self.store.place(hash).exists()
    }

    fn put_as(&self, hash: &Hash, bytes: &[u8]) -> Result<(), StoreError> {
        let path = self.store.place(hash);
        if path.exists() {
            return Ok(());
        }
        let write = || {
            let shelf = path.parent().unwrap_or(&self.store.dir);
            fs::create_dir_all(shelf)?;
            let aside = tempfile::Builder::new()
                .prefix(PARTIAL)
                .permissions(crate::aside::permissions())
                .tempfile_in(shelf)?;
            zstd::stream::copy_encode(bytes, &aside, LEVEL)?;
            aside.persist(&path)?;
            Ok(())
        };
        write().map_err(StoreError::at("write", &path))?;
        self.added.fetch_add(size(&path), Ordering::Relaxed);
        Ok(())
    }
}

/// The right to remove from a store, which nobody else uses while it lasts.
pub struct Sweeping<'s>(Using<'s>);

impl<'s> Sweeping<'s> {
    /// To look at what there is.
    pub fn using(&self) -> &Using<'s> {
        &self.0
    }

    /// Removes every object but those wanted, and what writers that were killed left behind.
    pub fn keep(&self, wanted: &HashSet<Hash>) -> Result<Swept, StoreError> {
        let mut swept = Swept::default();
        let objects = self.0.store.dir.join(OBJECTS);
        for shelf in entries(&objects)? {
            for object in entries(&shelf)? {
                if is_wanted(&shelf, &object, wanted) {
                    continue;
                }
                let bytes = size(&object);
                fs::remove_file(&object).map_err(StoreError::at("remove", &object))?;
                swept.objects += 1;
                swept.bytes += bytes;
            }
        }
        Ok(swept)
    }
}

fn is_wanted(shelf: &Path, object: &Path, wanted: &HashSet<Hash>) -> bool {
    let digits = [shelf, object].map(|path| path.file_name().and_then(|name| name.to_str()));
    match digits {
        [Some(shelf), Some(name)] => {
            Hash::parse(&format!("{shelf}{name}")).is_some_and(|hash| wanted.contains(&hash))
        }
        _ => false,
    }
}

/// Bytes on disk that a file takes, in whole blocks; 0 where none is.
fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |found| found.len().next_multiple_of(BLOCK))
}

/// What is in a folder, in no order.
fn entries(dir: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let list = || {
        fs::read_dir(dir)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<io::Result<Vec<_>>>()
    };
    list().map_err(StoreError::at("list", dir))
}

fn is_plain(name: &str) -> bool {
    !matches!(name, "" | "." | "..") && !name.contains(['/', '\0'])
}

#[cfg(test)]
mod tests;
