//! Changes written to the host's folder, call by call.
//!
//! All of the folder is read at the start: what is then written there is nothing that a snapshot
//! still has to read.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::Dir;

use super::super::hosted::{Hosted, HostedError, at};
use crate::sandbox::WORKSPACE;
use crate::workspace::{self, Change, Content, ImportError, Node, Tree};

/// The folder of the host's that changes are written to.
pub(super) struct WriteBack {
    host: PathBuf,
    folder: Dir,
    /// What is there, as far as it comes from here.
    written: Tree,
    /// What somebody else changed there too: left alone from then on.
    theirs: BTreeSet<String>,
}

impl WriteBack {
    /// Reads all of a folder that a sandbox has as its [`WORKSPACE`].
    pub fn new(host: &Path, hosted: &mut Hosted) -> Result<WriteBack, HostedError> {
        let folder = Dir::open_ambient_dir(host, ambient_authority()).map_err(|source| {
            ImportError::Open {
                path: host.to_owned(),
                source,
            }
        })?;
        let mut left = hosted.left(0)?;
        let mut todo = vec![(String::new(), hosted.tree()?.root().clone())];
        while let Some((at_path, dir)) = todo.pop() {
            for (name, node) in dir.entries()? {
                let path = format!("{at_path}/{name}");
                match node {
                    Node::Dir(dir) => todo.push((path, dir.clone())),
                    Node::File(file) if matches!(file.content(), Content::Host(_)) => {
                        let length = file.content().len();
                        let Some(rest) = left.checked_sub(length) else {
                            let limit = hosted.limits().disk;
                            return Err(HostedError::Full {
                                held: limit.saturating_add(length - left),
                                limit,
                            });
                        };
                        left = rest;
                        let bytes = file.content().read_all()?;
                        let path = format!("{WORKSPACE}{path}");
                        hosted.workspace.write(&path, &bytes).map_err(at(&path))?;
                        hosted.held += length;
                    }
                    _ => {}
                }
            }
        }
        Ok(WriteBack {
            host: host.to_owned(),
            folder,
            written: hosted.tree()?,
            theirs: BTreeSet::new(),
        })
    }

    /// Writes what was changed since the last time; what kept some of it from being written.
    pub fn settle(&mut self, hosted: &mut Hosted) -> Option<String> {
        let host = self.host.display().to_string();
        match self.write(hosted) {
            Ok(theirs) if theirs.is_empty() => None,
            Ok(theirs) => Some(format!(
                "[not written to {host}, since it was changed there too: {}. What is there stays, \
                 and what is in the sandbox; start the server anew to go on from the folder]",
                theirs.join(", ")
            )),
            Err(error) => Some(format!(
                "[changes were not written to {host}: {error:#}; the next call tries again]"
            )),
        }
    }

    fn write(&mut self, hosted: &mut Hosted) -> anyhow::Result<Vec<String>> {
        let now = hosted.tree()?;
        let mut ours = Vec::new();
        let mut theirs = Vec::new();
        for change in workspace::diff(&self.written, &now)? {
            if self.theirs.contains(&change.path) {
                continue;
            }
            match self.is_as_before(&change)? {
                true => ours.push(change),
                false => theirs.push(change.path),
            }
        }
        workspace::export(&ours, &self.folder)?;
        self.theirs.extend(theirs.iter().cloned());
        self.written = now;
        Ok(theirs)
    }

    /// Whether what is in the folder is what was read from there or written to there.
    fn is_as_before(&self, change: &Change) -> io::Result<bool> {
        let there = match self.folder.symlink_metadata(&change.path) {
            Ok(there) => there,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                // Gone is as good as gone from here.
                return Ok(change.before.is_none() || change.after.is_none());
            }
            // Something on the way is no folder any more.
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => return Ok(false),
            Err(error) => return Err(error),
        };
        Ok(match &change.before {
            None => matches!(change.after, Some(Node::Dir(_))) && there.is_dir(),
            Some(Node::Dir(_)) => there.is_dir(),
            Some(Node::Symlink(target)) => {
                there.is_symlink()
                    && self.folder.read_link_contents(&change.path)?.to_str() == Some(&**target)
            }
            Some(Node::File(file)) => {
                there.is_file()
                    && there.len() == file.content().len()
                    && self.folder.read(&change.path)? == **file.content().read_all()?
            }
        })
    }
}
