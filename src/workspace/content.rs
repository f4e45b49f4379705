//! What a file holds: bytes in memory, or a file of the host that is read when it is needed.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use cap_std::fs::{Dir, File, Metadata, MetadataExt, OpenOptions, OpenOptionsExt};
use rustix::fs::OFlags;

use super::tree::Hash;

/// The bytes of a file.
#[derive(Clone)]
pub enum Content {
    /// In memory.
    Bytes(Arc<Vec<u8>>),
    /// On the host's disk.
    Host(Arc<HostFile>),
}

impl From<Vec<u8>> for Content {
    fn from(bytes: Vec<u8>) -> Content {
        Content::Bytes(Arc::new(bytes))
    }
}

impl From<HostFile> for Content {
    fn from(file: HostFile) -> Content {
        Content::Host(Arc::new(file))
    }
}

impl Content {
    /// In bytes.
    pub fn len(&self) -> u64 {
        match self {
            Content::Bytes(bytes) => bytes.len() as u64,
            Content::Host(file) => file.len,
        }
    }

    /// Whether there is no byte.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Made ready to be read from; a host file is opened, and refused if it is no longer the
    /// file that was listed.
    pub fn open(&self) -> io::Result<OpenContent> {
        Ok(match self {
            Content::Bytes(bytes) => OpenContent::Bytes(bytes.clone()),
            Content::Host(file) => OpenContent::Host {
                handle: file.open()?,
                file: file.clone(),
            },
        })
    }

    /// Everything, in memory.
    pub fn read_all(&self) -> io::Result<Arc<Vec<u8>>> {
        self.read_start(self.len())
    }

    /// The first `len` bytes, or all where there are fewer, in memory.
    pub fn read_start(&self, len: u64) -> io::Result<Arc<Vec<u8>>> {
        match self {
            Content::Bytes(bytes) => Ok(bytes.clone()),
            Content::Host(file) => {
                let len = len.min(file.len);
                let mut bytes = vec![0; usize::try_from(len).map_err(io::Error::other)?];
                let open = self.open()?;
                let mut at = 0;
                while at < bytes.len() {
                    at += open.read_at(&mut bytes[at..], at as u64)?;
                }
                Ok(Arc::new(bytes))
            }
        }
    }

    pub(super) fn hash(&self) -> io::Result<Hash> {
        const PIECE: usize = 1 << 16;
        match self {
            Content::Bytes(bytes) => Ok(Hash::of(bytes)),
            Content::Host(file) => {
                let open = self.open()?;
                let mut hasher = blake3::Hasher::new();
                let mut buffer = vec![0; PIECE];
                let mut at = 0;
                while at < file.len {
                    let read = open.read_at(&mut buffer, at)?;
                    hasher.update(&buffer[..read]);
                    at += read as u64;
                }
                Ok(Hash::from(hasher.finalize()))
            }
        }
    }
}

/// A [`Content`] that can be read from.
#[derive(Clone)]
pub enum OpenContent {
    Bytes(Arc<Vec<u8>>),
    Host {
        handle: Arc<File>,
        file: Arc<HostFile>,
    },
}

impl OpenContent {
    /// Reads up to `buffer.len()` bytes from `offset`; 0 only at or after the end. A host file
    /// that changed since it was listed is an error, never a mix of old and new.
    pub fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        match self {
            OpenContent::Bytes(bytes) => {
                let start = usize::try_from(offset)
                    .unwrap_or(usize::MAX)
                    .min(bytes.len());
                let count = buffer.len().min(bytes.len() - start);
                buffer[..count].copy_from_slice(&bytes[start..start + count]);
                Ok(count)
            }
            OpenContent::Host { handle, file } => file.read_at(handle, buffer, offset),
        }
    }
}

/// A host file is not what it was when it was listed.
#[derive(Debug, thiserror::Error)]
#[error("the host file {0} changed while it was in use")]
struct Changed(String);

/// A regular file of the host, or a range of one, known by where it is and by what it was when it
/// was listed.
pub struct HostFile {
    place: Place,
    offset: u64,
    len: u64,
    stamp: Stamp,
}

enum Place {
    /// A path below a folder; opened while someone reads.
    Below { root: Arc<Dir>, path: PathBuf },
    /// Open for as long as anyone refers to it.
    Open(Arc<File>),
}

/// What tells one state of a host file from another without reading it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Stamp {
    device: u64,
    inode: u64,
    len: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Stamp {
    fn of(metadata: &Metadata) -> Stamp {
        Stamp {
            device: metadata.dev(),
            inode: metadata.ino(),
            len: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }
}

impl HostFile {
    /// The regular file at `path` below `root`, as `metadata` describes it.
    pub(super) fn below(root: Arc<Dir>, path: PathBuf, metadata: &Metadata) -> HostFile {
        HostFile {
            place: Place::Below { root, path },
            offset: 0,
            len: metadata.len(),
            stamp: Stamp::of(metadata),
        }
    }

    /// All of an open file.
    pub fn whole(file: std::fs::File) -> io::Result<HostFile> {
        let file = File::from_std(file);
        let metadata = file.metadata()?;
        Ok(HostFile {
            place: Place::Open(Arc::new(file)),
            offset: 0,
            len: metadata.len(),
            stamp: Stamp::of(&metadata),
        })
    }

    /// `len` bytes of an open file, from `offset`. Nothing where they aren't all in it, or the file
    /// isn't open to stay.
    pub fn range(&self, offset: u64, len: u64) -> Option<HostFile> {
        let Place::Open(file) = &self.place else {
            return None;
        };
        let end = offset.checked_add(len)?;
        (end <= self.len).then(|| HostFile {
            place: Place::Open(file.clone()),
            offset: self.offset + offset,
            len,
            stamp: self.stamp,
        })
    }

    fn open(&self) -> io::Result<Arc<File>> {
        match &self.place {
            Place::Open(file) => Ok(file.clone()),
            Place::Below { root, path } => {
                // Not to wait for a writer, should there be a pipe by now.
                let nonblock = OFlags::NONBLOCK.bits().cast_signed();
                let options = OpenOptions::new().read(true).custom_flags(nonblock).clone();
                let handle = root.open_with(path, &options).map_err(|error| {
                    match root.symlink_metadata(path) {
                        Ok(metadata) if Stamp::of(&metadata) == self.stamp => error,
                        // Gone, or a symlink that leads out of the folder, say.
                        _ => self.changed(),
                    }
                })?;
                self.check(&handle)?;
                Ok(Arc::new(handle))
            }
        }
    }

    fn read_at(&self, handle: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let left = usize::try_from(self.len.saturating_sub(offset)).unwrap_or(usize::MAX);
        let count = buffer.len().min(left);
        let read = rustix::io::pread(
            handle,
            &mut buffer[..count],
            self.offset.saturating_add(offset),
        )?;
        self.check(handle)?;
        if read == 0 && count > 0 {
            return Err(self.changed());
        }
        Ok(read)
    }

    fn check(&self, handle: &File) -> io::Result<()> {
        if Stamp::of(&handle.metadata()?) == self.stamp {
            Ok(())
        } else {
            Err(self.changed())
        }
    }

    fn changed(&self) -> io::Error {
        let name = match &self.place {
            Place::Below { path, .. } => path.display().to_string(),
            Place::Open(_) => "of the runtime".to_owned(),
        };
        io::Error::other(Changed(name))
    }

    /// Whether an error says that a host file is not what it was when it was listed.
    pub fn is_change(error: &io::Error) -> bool {
        error.get_ref().is_some_and(|inner| inner.is::<Changed>())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{MetadataExt, symlink};
    use std::path::Path;

    use super::super::{Access, Errno, Tree, Workspace, import};

    /// What a file's place can come to hold between being listed and being read.
    type Replace = fn(&Path);

    #[test]
    fn a_host_file_that_changed_is_a_fault_whatever_took_its_place() {
        let replacements: [(&str, Replace); 8] = [
            ("longer", |file| {
                fs::write(file, "longer than it was").unwrap()
            }),
            ("of the same length", |file| {
                fs::write(file, "after.").unwrap()
            }),
            ("gone", |file| fs::remove_file(file).unwrap()),
            ("another of the same length and times", |file| {
                let times = fs::metadata(file).unwrap().modified().unwrap();
                fs::rename(file, file.with_extension("old")).unwrap();
                fs::write(file, "after.").unwrap();
                let new = fs::File::options().write(true).open(file).unwrap();
                new.set_modified(times).unwrap();
            }),
            ("a directory", |file| {
                fs::remove_file(file).unwrap();
                fs::create_dir(file).unwrap();
            }),
            ("a symlink to another", |file| {
                fs::rename(file, file.with_extension("old")).unwrap();
                fs::write(file.with_extension("new"), "after.").unwrap();
                symlink("file.new", file).unwrap();
            }),
            ("a pipe", |file| {
                fs::remove_file(file).unwrap();
                let mut mkfifo = std::process::Command::new("mkfifo");
                assert!(mkfifo.arg(file).status().unwrap().success());
            }),
            ("nothing, its folder being gone", |file| {
                fs::remove_dir_all(file.parent().unwrap()).unwrap();
            }),
        ];
        for (what, replace) in replacements {
            let disk = tempfile::tempdir().unwrap();
            let file = disk.path().join("folder/file");
            fs::create_dir(file.parent().unwrap()).unwrap();
            fs::write(&file, "before").unwrap();
            let imported = import(disk.path()).unwrap();
            let mut workspace = Workspace::new();
            let access = Access::ReadWrite;
            workspace.mount("/w", &imported.tree, access).unwrap();
            assert!(imported.tree.get("folder/file").unwrap().is_some());
            // Older kernels count the times of files in steps of some milliseconds.
            std::thread::sleep(std::time::Duration::from_millis(20));
            replace(&file);
            assert_eq!(workspace.read("/w/folder/file"), Err(Errno::Io), "{what}");
            let fault = workspace.take_fault();
            assert!(fault.is_some_and(|it| it.contains("folder/file")), "{what}");
            assert!(imported.tree.hash().is_err(), "{what}");
        }
    }

    #[test]
    fn a_host_file_of_gigabytes_is_read_where_it_is_looked_at() {
        const SIZE: u64 = 3 << 30;
        let disk = tempfile::tempdir().unwrap();
        let file = fs::File::create(disk.path().join("large")).unwrap();
        file.set_len(SIZE).unwrap();
        std::os::unix::fs::FileExt::write_at(&file, b"end", SIZE - 3).unwrap();
        // It has holes: reading it through would take seconds, and gigabytes of memory.
        assert!(file.metadata().unwrap().blocks() * 512 < SIZE);
        let tree: Tree = import(disk.path()).unwrap().tree;
        let mut workspace = Workspace::new();
        workspace.mount("/w", &tree, Access::ReadWrite).unwrap();
        let root = super::super::Ino::ROOT;
        let follow = super::super::Follow::Yes;
        let ino = workspace.resolve(root, "/w/large", follow).unwrap();
        let mut buffer = [0; 8];
        assert_eq!(workspace.read_at(ino, &mut buffer, SIZE - 3), Ok(3));
        assert_eq!(&buffer[..3], b"end");
        assert_eq!(workspace.stat(ino).unwrap().size, SIZE);
        assert_eq!(workspace.thawed(), 0);
    }
}
