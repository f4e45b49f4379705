//! Paths: opening, making, removing, renaming, and what is known of them.

use super::super::guest::{Descriptor, Target};
use super::call::Call;
use super::fd::{APPEND, filestat, wanted_times};
use crate::workspace::{Errno, Exists, Follow, Ino, NodeKind};

/// `lookupflags`.
const SYMLINK_FOLLOW: u32 = 1;
/// `oflags`.
const CREATE: u32 = 1;
const DIRECTORY: u32 = 1 << 1;
const EXCLUSIVE: u32 = 1 << 2;
const TRUNCATE: u32 = 1 << 3;
/// `rights`.
const FD_READ: u64 = 1 << 1;
const FD_WRITE: u64 = 1 << 6;
const FD_READDIR: u64 = 1 << 14;

fn follow(lookup: u32) -> Follow {
    if lookup & SYMLINK_FOLLOW != 0 {
        Follow::Yes
    } else {
        Follow::No
    }
}

/// The directory a path starts from, and the path.
fn named(call: &mut Call, fd: u32, path: u32, length: u32) -> Result<(Ino, String), Errno> {
    let dir = call.guest.descriptors.get(fd)?.node()?;
    Ok((dir, call.text(path, length)?))
}

fn resolve(call: &mut Call, fd: u32, lookup: u32, path: u32, length: u32) -> Result<Ino, Errno> {
    let (dir, path) = named(call, fd, path, length)?;
    call.guest.workspace.resolve(dir, &path, follow(lookup))
}

#[expect(clippy::too_many_arguments, reason = "the interface's own")]
pub fn path_open(
    call: &mut Call,
    fd: u32,
    lookup: u32,
    path: u32,
    length: u32,
    open: u32,
    rights: u64,
    _: u64,
    flags: u32,
    out: u32,
) -> Result<(), Errno> {
    // As Linux has it since 6.4.
    if open & CREATE != 0 && open & DIRECTORY != 0 {
        return Err(Errno::Inval);
    }
    let (dir, path) = named(call, fd, path, length)?;
    let workspace = &mut call.guest.workspace;
    let write = rights & FD_WRITE != 0;
    let ino = match (open & CREATE != 0, open & EXCLUSIVE != 0) {
        (true, true) => workspace.create(dir, &path, Follow::No, Exists::Refuse)?,
        (true, false) => workspace.create(dir, &path, follow(lookup), Exists::Open)?,
        (false, _) => workspace.resolve(dir, &path, follow(lookup))?,
    };
    match workspace.stat(ino)?.kind {
        NodeKind::Dir if write || open & (CREATE | TRUNCATE) != 0 => return Err(Errno::Isdir),
        NodeKind::Dir => {}
        _ if open & DIRECTORY != 0 => return Err(Errno::Notdir),
        NodeKind::Symlink => return Err(Errno::Loop),
        NodeKind::File | NodeKind::Null => {}
    }
    if write && workspace.is_read_only(ino)? {
        return Err(Errno::Rofs);
    }
    if open & TRUNCATE != 0 {
        workspace.truncate(ino, 0)?;
    }
    workspace.retain(ino)?;
    let descriptor = Descriptor {
        append: flags & APPEND != 0,
        read: rights & (FD_READ | FD_READDIR) != 0,
        write,
        ..Descriptor::on(Target::Node(ino))
    };
    match call.guest.descriptors.open(descriptor) {
        Ok(opened) => call.write_u32(out, opened),
        Err(errno) => {
            call.guest.workspace.release(ino);
            Err(errno)
        }
    }
}

pub fn path_create_directory(
    call: &mut Call,
    fd: u32,
    path: u32,
    length: u32,
) -> Result<(), Errno> {
    let (dir, path) = named(call, fd, path, length)?;
    call.guest.workspace.make_dir(dir, &path).map(|_| ())
}

pub fn path_filestat_get(
    call: &mut Call,
    fd: u32,
    lookup: u32,
    path: u32,
    length: u32,
    out: u32,
) -> Result<(), Errno> {
    let ino = resolve(call, fd, lookup, path, length)?;
    let bytes = filestat(&call.guest.workspace.stat(ino)?);
    call.write(out, &bytes)
}

#[expect(clippy::too_many_arguments, reason = "the interface's own")]
pub fn path_filestat_set_times(
    call: &mut Call,
    fd: u32,
    lookup: u32,
    path: u32,
    length: u32,
    accessed: u64,
    modified: u64,
    flags: u32,
) -> Result<(), Errno> {
    let (accessed, modified) = wanted_times(call.now, accessed, modified, flags)?;
    let ino = resolve(call, fd, lookup, path, length)?;
    call.guest.workspace.set_times(ino, accessed, modified)
}

#[expect(clippy::too_many_arguments, reason = "the interface's own")]
pub fn path_link(
    call: &mut Call,
    old_fd: u32,
    lookup: u32,
    old: u32,
    old_length: u32,
    new_fd: u32,
    new: u32,
    new_length: u32,
) -> Result<(), Errno> {
    let node = resolve(call, old_fd, lookup, old, old_length)?;
    let (dir, path) = named(call, new_fd, new, new_length)?;
    call.guest.workspace.link(node, dir, &path)
}

pub fn path_readlink(
    call: &mut Call,
    fd: u32,
    path: u32,
    length: u32,
    buffer: u32,
    size: u32,
    out: u32,
) -> Result<(), Errno> {
    let ino = resolve(call, fd, 0, path, length)?;
    let target = call.guest.workspace.read_link(ino)?;
    let fits = target.len().min(size as usize);
    call.write(buffer, &target.as_bytes()[..fits])?;
    call.write_u32(out, fits as u32)
}

pub fn path_remove_directory(
    call: &mut Call,
    fd: u32,
    path: u32,
    length: u32,
) -> Result<(), Errno> {
    let (dir, path) = named(call, fd, path, length)?;
    call.guest.workspace.remove_dir(dir, &path)
}

pub fn path_rename(
    call: &mut Call,
    old_fd: u32,
    old: u32,
    old_length: u32,
    new_fd: u32,
    new: u32,
    new_length: u32,
) -> Result<(), Errno> {
    let (old_dir, old) = named(call, old_fd, old, old_length)?;
    let (new_dir, new) = named(call, new_fd, new, new_length)?;
    call.guest.workspace.rename(old_dir, &old, new_dir, &new)
}

pub fn path_symlink(
    call: &mut Call,
    target: u32,
    target_length: u32,
    fd: u32,
    path: u32,
    length: u32,
) -> Result<(), Errno> {
    let target = call.text(target, target_length)?;
    let (dir, path) = named(call, fd, path, length)?;
    call.guest
        .workspace
        .make_symlink(&target, dir, &path)
        .map(|_| ())
}

pub fn path_unlink_file(call: &mut Call, fd: u32, path: u32, length: u32) -> Result<(), Errno> {
    let (dir, path) = named(call, fd, path, length)?;
    call.guest.workspace.unlink(dir, &path)
}
