//! Changes of a tree written back to a host folder.

use std::io::{self, Write};
use std::os::fd::AsFd;

use cap_std::fs::{Dir, OpenOptions, Permissions};
use rustix::fs::{Mode, OFlags};

use super::content::Content;
use super::diff::Change;
use super::tree::Node;

/// A change that could not be written; those before it in the list were.
#[derive(Debug, thiserror::Error)]
#[error("write {path} to the host folder: {source}")]
pub struct ExportError {
    path: String,
    source: io::Error,
}

/// Writes changes to a folder, each file whole or not at all (written under another name, then
/// renamed), never through a symlink: neither one at the file's own place nor one on the way.
///
/// Where it fails half-way, files that were on their way to another place stay in the folder as
/// `.autoexp-*`, so that nothing is lost.
pub fn export(changes: &[Change], folder: &Dir) -> Result<(), ExportError> {
    let failed = |change: &Change| {
        let path = change.path.clone();
        move |source| ExportError { path, source }
    };
    // Files that were moved or copied have their bytes where they were: these are taken first.
    let mut staged = Vec::new();
    for change in changes {
        if let Some(Node::File(file)) = &change.after
            && let Content::Host(_) = file.content()
        {
            let name = temporary(staged.len());
            let done = create(folder, &name, file.content(), None);
            staged.push((&change.path, name));
            if let Err(source) = done {
                for (_, name) in &staged {
                    let _ = folder.remove_file(name);
                }
                return Err(failed(change)(source));
            }
        }
    }
    let mut staged = staged.into_iter().peekable();
    // What went makes room: a file may have become a directory, or the other way round.
    let (removed, written): (Vec<_>, Vec<_>) =
        changes.iter().partition(|change| change.after.is_none());
    for change in removed.into_iter().chain(written) {
        let ours = |(path, _): &(&String, String)| change.after.is_some() && **path == change.path;
        let staged = staged.next_if(ours).map(|(_, name)| name);
        apply(change, folder, staged).map_err(failed(change))?;
    }
    Ok(())
}

fn apply(change: &Change, folder: &Dir, staged: Option<String>) -> io::Result<()> {
    let (dirs, name) = change.path.rsplit_once('/').unwrap_or(("", &change.path));
    match (&change.after, staged) {
        (Some(_), Some(staged)) => {
            let parent = descend(folder, dirs, true)?;
            if let Some(mode) = mode(&parent, name) {
                folder.set_permissions(&staged, mode)?;
            }
            folder.rename(&staged, &parent, name)
        }
        (Some(node), None) => write(&descend(folder, dirs, true)?, name, node),
        (None, _) if change.is_dir() => descend(folder, dirs, false)?.remove_dir(name),
        (None, _) => descend(folder, dirs, false)?.remove_file(name),
    }
}

/// Opens the directory at a path of plain names, one after the other, following no symlink.
fn descend(folder: &Dir, path: &str, make: bool) -> io::Result<Dir> {
    let mut dir = folder.try_clone()?;
    for name in path.split('/').filter(|name| !name.is_empty()) {
        if make
            && let Err(error) = dir.create_dir(name)
            && error.kind() != io::ErrorKind::AlreadyExists
        {
            return Err(error);
        }
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let fd = rustix::fs::openat(dir.as_fd(), name, flags, Mode::empty())?;
        dir = Dir::from_std_file(fd.into());
    }
    Ok(dir)
}

/// What a file is called until it is whole. Short, since its own name may be as long as any.
fn temporary(number: usize) -> String {
    format!(".autoexp-{}-{number}", std::process::id())
}

/// The mode of the file that is there, which the one that replaces it keeps.
fn mode(parent: &Dir, name: &str) -> Option<Permissions> {
    let old = parent.symlink_metadata(name).ok()?;
    old.is_file().then(|| old.permissions())
}

fn write(parent: &Dir, name: &str, node: &Node) -> io::Result<()> {
    let temporary = temporary(usize::MAX);
    let written = match node {
        Node::Dir(_) => match parent.create_dir(name) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(()),
            other => return other,
        },
        Node::Symlink(target) => parent.symlink_contents(&**target, &temporary),
        Node::File(file) => create(parent, &temporary, file.content(), mode(parent, name)),
    };
    written
        .and_then(|()| parent.rename(&temporary, parent, name))
        .inspect_err(|_| {
            let _ = parent.remove_file(&temporary);
        })
}

/// A new file, whole on the disk.
fn create(
    parent: &Dir,
    name: &str,
    content: &Content,
    mode: Option<Permissions>,
) -> io::Result<()> {
    const PIECE: usize = 1 << 20;
    let mut to = parent.open_with(name, OpenOptions::new().write(true).create_new(true))?;
    let from = content.open()?;
    let mut buffer = vec![0; PIECE];
    let mut at = 0;
    while at < content.len() {
        let read = from.read_at(&mut buffer, at)?;
        to.write_all(&buffer[..read])?;
        at += read as u64;
    }
    if let Some(mode) = mode {
        to.set_permissions(mode)?;
    }
    to.sync_all()
}
