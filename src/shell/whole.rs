//! The whole file system that a script sees: the workspace, and what the interpreter lays beside it
//! (`/etc`, `/proc`, a stub in `/usr/bin` for each command), which has the machine's time on it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use bashkit::{
    DirEntry, FileSystem, FileSystemExt, FsLimits, FsUsage, Metadata, Result, async_trait,
};

use super::files::Files;
use crate::sandbox::WORKSPACE;

/// All that there is, and what of it is the workspace's. The rest is from 1970.
pub(super) struct Whole {
    all: Arc<dyn FileSystem>,
    files: Arc<Files>,
}

impl Whole {
    pub fn new(all: Arc<dyn FileSystem>, files: Arc<Files>) -> Whole {
        Whole { all, files }
    }

    async fn settle(&self, path: &Path, metadata: Metadata) -> Metadata {
        // Where nearly all is, and nothing but the workspace's.
        if path.starts_with(WORKSPACE) || path.starts_with("/tmp") {
            return metadata;
        }
        let own = self.files.stat(path).await;
        let modified = own.map_or(UNIX_EPOCH, |own| own.modified);
        Metadata {
            modified,
            created: modified,
            ..metadata
        }
    }
}

#[async_trait]
impl FileSystemExt for Whole {
    fn usage(&self) -> FsUsage {
        self.all.usage()
    }

    fn limits(&self) -> FsLimits {
        self.all.limits()
    }

    async fn mkfifo(&self, path: &Path, mode: u32) -> Result<()> {
        self.all.mkfifo(path, mode).await
    }

    fn backend_kind(&self) -> &'static str {
        self.all.backend_kind()
    }
}

#[async_trait]
impl FileSystem for Whole {
    async fn stat(&self, path: &Path) -> Result<Metadata> {
        let metadata = self.all.stat(path).await?;
        Ok(self.settle(path, metadata).await)
    }

    async fn lstat(&self, path: &Path) -> Result<Metadata> {
        let metadata = self.all.lstat(path).await?;
        Ok(self.settle(path, metadata).await)
    }

    async fn read_dir(&self, path: &Path) -> Result<Vec<DirEntry>> {
        let mut entries = self.all.read_dir(path).await?;
        for entry in &mut entries {
            let metadata = entry.metadata.clone();
            entry.metadata = self.settle(&path.join(&entry.name), metadata).await;
        }
        Ok(entries)
    }

    async fn read_file(&self, path: &Path) -> Result<Vec<u8>> {
        self.all.read_file(path).await
    }

    async fn write_file(&self, path: &Path, content: &[u8]) -> Result<()> {
        self.all.write_file(path, content).await
    }

    async fn append_file(&self, path: &Path, content: &[u8]) -> Result<()> {
        self.all.append_file(path, content).await
    }

    async fn mkdir(&self, path: &Path, recursive: bool) -> Result<()> {
        self.all.mkdir(path, recursive).await
    }

    async fn remove(&self, path: &Path, recursive: bool) -> Result<()> {
        self.all.remove(path, recursive).await
    }

    async fn exists(&self, path: &Path) -> Result<bool> {
        self.all.exists(path).await
    }

    async fn rename(&self, from: &Path, to: &Path) -> Result<()> {
        self.all.rename(from, to).await
    }

    async fn copy(&self, from: &Path, to: &Path) -> Result<()> {
        self.all.copy(from, to).await
    }

    async fn symlink(&self, target: &Path, link: &Path) -> Result<()> {
        self.all.symlink(target, link).await
    }

    async fn read_link(&self, path: &Path) -> Result<PathBuf> {
        self.all.read_link(path).await
    }

    async fn chmod(&self, path: &Path, mode: u32) -> Result<()> {
        self.all.chmod(path, mode).await
    }

    async fn set_modified_time(&self, path: &Path, time: SystemTime) -> Result<()> {
        self.all.set_modified_time(path, time).await
    }
}
