//! The workspace as the interpreter's file system: what a script writes is what Python reads.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bashkit::{
    DirEntry, FileSystem, FileSystemExt, FileType, FsLimits, Metadata, Result, async_trait,
};

use crate::workspace::{Errno, Exists, Follow, Ino, NodeKind, PATH_MAX, Stat, Workspace};

/// The largest file that a command reads or makes: it holds all of it, twice.
const READ_MAX: u64 = 64 << 20;
/// Virtual time that a change takes, so that no two have the same.
const CHANGE: u64 = 1_000;
/// Bytes of one look at a source of entropy.
const ENTROPY: usize = 8192;
/// Where `dd` reads the session's entropy, since it would ask the machine for that of the devices it
/// knows; and the bytes that are there.
pub(super) const ENTROPY_DEVICE: &str = "/dev/entropy";
const ENTROPY_MAX: usize = 1_000_000;
/// A time of the machine's that lies no further back is its now.
const NOW: Duration = Duration::from_secs(60);

/// A workspace that is lent to a script.
#[derive(Default)]
pub(super) struct Files(Mutex<Lent>);

#[derive(Default)]
pub(super) struct Lent {
    pub workspace: Workspace,
    /// What `chmod` set, by path. Files of a workspace have no modes.
    modes: BTreeMap<String, u32>,
    /// Whether bytes or files beyond the limits were refused.
    pub refused: bool,
    /// Looks at sources of entropy so far.
    looks: u64,
}

impl Files {
    pub fn lock(&self) -> MutexGuard<'_, Lent> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something that changes files, a moment later than what was done before.
    fn change<T>(
        &self,
        change: impl FnOnce(&mut Lent) -> std::result::Result<T, Errno>,
    ) -> Result<T> {
        let lent = &mut *self.lock();
        let later = lent.workspace.time() + CHANGE;
        lent.workspace.set_time(later);
        let done = change(lent);
        lent.refused |= done.as_ref().err() == Some(&Errno::Nospc);
        done.map_err(refusal)
    }

    fn look<T>(
        &self,
        look: impl FnOnce(&mut Workspace) -> std::result::Result<T, Errno>,
    ) -> Result<T> {
        look(&mut self.lock().workspace).map_err(refusal)
    }

    /// Bytes that look random, the same ones in the same place of the same session.
    pub fn entropy(&self, bytes: &mut [u8]) {
        let lent = &mut *self.lock();
        lent.looks += 1;
        let seed = [lent.workspace.time(), lent.looks].map(u64::to_le_bytes);
        let mut hasher = blake3::Hasher::new_derive_key("autoexp shell 1 entropy");
        hasher.update(seed.as_flattened());
        hasher.finalize_xof().fill(bytes);
    }
}

/// As Linux's tools say it.
fn refusal(errno: Errno) -> bashkit::Error {
    let (kind, text) = match errno {
        Errno::Noent => (ErrorKind::NotFound, "No such file or directory"),
        Errno::Exist => (ErrorKind::AlreadyExists, "File exists"),
        Errno::Isdir => (ErrorKind::IsADirectory, "Is a directory"),
        Errno::Notdir => (ErrorKind::NotADirectory, "Not a directory"),
        Errno::Notempty => (ErrorKind::DirectoryNotEmpty, "Directory not empty"),
        Errno::Rofs => (ErrorKind::ReadOnlyFilesystem, "Read-only file system"),
        Errno::Nospc => (ErrorKind::StorageFull, "No space left on device"),
        Errno::Loop => (ErrorKind::Other, "Too many levels of symbolic links"),
        Errno::Nametoolong => (ErrorKind::InvalidFilename, "File name too long"),
        Errno::Fbig => (ErrorKind::FileTooLarge, "File too large"),
        Errno::Inval => (ErrorKind::InvalidInput, "Invalid argument"),
        Errno::Busy => (ErrorKind::ResourceBusy, "Device or resource busy"),
        Errno::Acces | Errno::Perm => (ErrorKind::PermissionDenied, "Permission denied"),
        other => return io::Error::other(other.to_string()).into(),
    };
    io::Error::new(kind, text).into()
}

fn text(path: &Path) -> std::result::Result<&str, Errno> {
    path.to_str().ok_or(Errno::Ilseq)
}

fn find(workspace: &mut Workspace, path: &Path, follow: Follow) -> std::result::Result<Ino, Errno> {
    workspace.resolve(Ino::ROOT, text(path)?, follow)
}

fn write(
    workspace: &mut Workspace,
    path: &Path,
    bytes: &[u8],
    at: impl FnOnce(&Stat) -> u64,
) -> std::result::Result<(), Errno> {
    let ino = workspace.create(Ino::ROOT, text(path)?, Follow::Yes, Exists::Open)?;
    let stat = workspace.stat(ino)?;
    if stat.kind == NodeKind::Dir {
        return Err(Errno::Isdir);
    }
    let at = at(&stat);
    if at == 0 {
        workspace.truncate(ino, 0)?;
    }
    workspace.write_at(ino, bytes, at)
}

fn time(nanoseconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_nanos(nanoseconds)
}

impl Lent {
    pub fn mode(&self, path: &str) -> Option<u32> {
        self.modes.get(path).copied()
    }

    fn metadata(&self, path: &str, ino: Ino) -> std::result::Result<Metadata, Errno> {
        let stat = self.workspace.stat(ino)?;
        let (file_type, mode) = match stat.kind {
            NodeKind::Dir => (FileType::Directory, 0o755),
            NodeKind::Symlink => (FileType::Symlink, 0o777),
            // Repositories have their scripts marked so.
            NodeKind::File if path.ends_with(".sh") => (FileType::File, 0o755),
            NodeKind::File | NodeKind::Null => (FileType::File, 0o644),
        };
        let mode = match (file_type, self.modes.get(path)) {
            (FileType::Symlink, _) | (_, None) => mode,
            (_, Some(mode)) => *mode,
        };
        Ok(Metadata {
            file_type,
            size: stat.size,
            mode,
            modified: time(stat.modified),
            created: time(stat.modified),
        })
    }
}

#[async_trait]
impl FileSystemExt for Files {
    fn limits(&self) -> FsLimits {
        FsLimits::unlimited()
            .max_path_length(PATH_MAX)
            .max_file_size(READ_MAX)
    }
}

#[async_trait]
impl FileSystem for Files {
    async fn read_file(&self, path: &Path) -> Result<Vec<u8>> {
        match path.to_str() {
            Some("/dev/null") => return Ok(Vec::new()),
            Some(device @ ("/dev/random" | "/dev/urandom" | ENTROPY_DEVICE)) => {
                let mut bytes = match device {
                    ENTROPY_DEVICE => vec![0; ENTROPY_MAX],
                    _ => vec![0; ENTROPY],
                };
                self.entropy(&mut bytes);
                return Ok(bytes);
            }
            Some("/proc/uptime") => return Ok(b"0.00 0.00\n".to_vec()),
            Some("/proc/sys/kernel/random/uuid") => return Ok((uuid(self) + "\n").into_bytes()),
            _ => {}
        }
        self.look(|workspace| {
            let ino = find(workspace, path, Follow::Yes)?;
            let stat = workspace.stat(ino)?;
            match stat.kind {
                NodeKind::Dir => return Err(Errno::Isdir),
                _ if stat.size > READ_MAX => return Err(Errno::Fbig),
                _ => {}
            }
            let mut bytes = vec![0; usize::try_from(stat.size).map_err(|_| Errno::Fbig)?];
            let mut filled = 0;
            while filled < bytes.len() {
                match workspace.read_at(ino, &mut bytes[filled..], filled as u64)? {
                    0 => break,
                    count => filled += count,
                }
            }
            bytes.truncate(filled);
            Ok(bytes)
        })
    }

    async fn write_file(&self, path: &Path, content: &[u8]) -> Result<()> {
        self.change(|lent| write(&mut lent.workspace, path, content, |_| 0))
    }

    async fn append_file(&self, path: &Path, content: &[u8]) -> Result<()> {
        self.change(|lent| write(&mut lent.workspace, path, content, |stat| stat.size))
    }

    async fn mkdir(&self, path: &Path, recursive: bool) -> Result<()> {
        self.change(|lent| {
            let (workspace, path) = (&mut lent.workspace, text(path)?);
            if !recursive {
                return workspace.make_dir(Ino::ROOT, path).map(drop);
            }
            let ends = path.match_indices('/').map(|(end, _)| end).skip(1);
            for end in ends.chain([path.len()]) {
                match workspace.make_dir(Ino::ROOT, &path[..end]) {
                    Ok(_) => {}
                    Err(Errno::Exist) => {
                        let ino = workspace.resolve(Ino::ROOT, &path[..end], Follow::Yes)?;
                        if workspace.stat(ino)?.kind != NodeKind::Dir {
                            return Err(Errno::Exist);
                        }
                    }
                    Err(error) => return Err(error),
                }
            }
            Ok(())
        })
    }

    async fn remove(&self, path: &Path, recursive: bool) -> Result<()> {
        self.change(|lent| {
            let path = text(path)?;
            if path == "/" {
                return Err(Errno::Busy);
            }
            lent.modes.remove(path);
            let ino = find(&mut lent.workspace, Path::new(path), Follow::No)?;
            match lent.workspace.stat(ino)?.kind {
                NodeKind::Dir if recursive => lent.workspace.remove_all(path),
                NodeKind::Dir => lent.workspace.remove_dir(Ino::ROOT, path),
                _ => lent.workspace.unlink(Ino::ROOT, path),
            }
        })
    }

    /// Of a symlink itself: the layer above follows.
    async fn stat(&self, path: &Path) -> Result<Metadata> {
        if is_made_up(path) {
            return Ok(Metadata {
                file_type: FileType::File,
                size: 0,
                mode: 0o666,
                modified: UNIX_EPOCH,
                created: UNIX_EPOCH,
            });
        }
        let lent = &mut *self.lock();
        find(&mut lent.workspace, path, Follow::No)
            .and_then(|ino| lent.metadata(text(path)?, ino))
            .map_err(refusal)
    }

    async fn read_dir(&self, path: &Path) -> Result<Vec<DirEntry>> {
        let lent = &mut *self.lock();
        let mut list = || {
            let ino = find(&mut lent.workspace, path, Follow::Yes)?;
            let path = text(path)?.trim_end_matches('/');
            let mut entries = Vec::new();
            for entry in lent.workspace.list(ino)? {
                let metadata = lent.metadata(&format!("{path}/{}", entry.name), entry.ino)?;
                entries.push(DirEntry {
                    name: entry.name.to_string(),
                    metadata,
                });
            }
            Ok(entries)
        };
        list().map_err(refusal)
    }

    async fn exists(&self, path: &Path) -> Result<bool> {
        Ok(is_made_up(path) || find(&mut self.lock().workspace, path, Follow::No).is_ok())
    }

    async fn rename(&self, from: &Path, to: &Path) -> Result<()> {
        self.change(|lent| {
            let (from, to) = (text(from)?, text(to)?);
            lent.workspace.rename(Ino::ROOT, from, Ino::ROOT, to)?;
            if let Some(mode) = lent.modes.remove(from) {
                lent.modes.insert(to.to_owned(), mode);
            }
            Ok(())
        })
    }

    async fn copy(&self, from: &Path, to: &Path) -> Result<()> {
        self.change(|lent| {
            let workspace = &mut lent.workspace;
            let ino = find(workspace, from, Follow::No)?;
            let copied = match workspace.stat(ino)?.kind {
                NodeKind::Dir => Err(Errno::Isdir),
                NodeKind::Symlink => {
                    let target = workspace.read_link(ino)?;
                    workspace
                        .make_symlink(&target, Ino::ROOT, text(to)?)
                        .map(drop)
                }
                NodeKind::File | NodeKind::Null => {
                    let bytes = workspace.read(text(from)?)?;
                    write(workspace, to, &bytes, |_| 0)
                }
            };
            copied?;
            if let Some(mode) = lent.modes.get(text(from)?).copied() {
                lent.modes.insert(text(to)?.to_owned(), mode);
            }
            Ok(())
        })
    }

    async fn symlink(&self, target: &Path, link: &Path) -> Result<()> {
        self.change(|lent| {
            let workspace = &mut lent.workspace;
            workspace
                .make_symlink(text(target)?, Ino::ROOT, text(link)?)
                .map(drop)
        })
    }

    async fn read_link(&self, path: &Path) -> Result<PathBuf> {
        self.look(|workspace| {
            let ino = find(workspace, path, Follow::No)?;
            Ok(PathBuf::from(&*workspace.read_link(ino)?))
        })
    }

    async fn chmod(&self, path: &Path, mode: u32) -> Result<()> {
        self.change(|lent| {
            find(&mut lent.workspace, path, Follow::No)?;
            lent.modes.insert(text(path)?.to_owned(), mode & 0o7777);
            Ok(())
        })
    }

    async fn set_modified_time(&self, path: &Path, time: SystemTime) -> Result<()> {
        // `touch` means now, and takes the machine's.
        let is_now = SystemTime::now()
            .duration_since(time)
            .is_ok_and(|age| age < NOW);
        self.change(|lent| {
            let ino = find(&mut lent.workspace, path, Follow::Yes)?;
            let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
            let nanoseconds = match is_now {
                true => lent.workspace.time(),
                false => u64::try_from(since.as_nanos()).map_err(|_| Errno::Inval)?,
            };
            lent.workspace.set_times(ino, None, Some(nanoseconds))
        })
    }
}

/// What the workspace doesn't have, and the interpreter would ask the machine for.
fn is_made_up(path: &Path) -> bool {
    [
        "/dev/null",
        "/dev/random",
        "/dev/urandom",
        "/proc/uptime",
        "/proc/sys/kernel/random/uuid",
    ]
    .iter()
    .any(|known| path == Path::new(known))
}

/// A version 4 UUID.
fn uuid(files: &Files) -> String {
    let mut bytes = [0; 16];
    files.entropy(&mut bytes);
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let (a, b, c, d, e) = (
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    );
    format!("{a}-{b}-{c}-{d}-{e}")
}
