//! Descriptors: reading, writing, seeking, listing, and what is known of them.

use std::sync::Arc;

use super::super::guest::{Descriptor, Guest, PREOPEN, Target};
use super::super::invocation::Stdin;
use super::call::Call;
use crate::workspace::{DirEntry, Errno, Ino, NodeKind, Stat};

/// `filetype` of the interface.
pub(super) const CHARACTER_DEVICE: u8 = 2;
const DIRECTORY: u8 = 3;
const REGULAR_FILE: u8 = 4;
const SYMBOLIC_LINK: u8 = 7;

/// `fdflags`.
pub(super) const APPEND: u32 = 1;
/// `fstflags`: a time is set, and the one after it to the present.
const SET_ACCESSED: u32 = 1 << 0;
const SET_MODIFIED: u32 = 1 << 2;
/// `rights`: a character device that can't seek or tell is a terminal to the guest's C library.
const ALL_RIGHTS: u64 = (1 << 30) - 1;
const SEEK_AND_TELL: u64 = 1 << 2 | 1 << 5;
/// Entries kept for listings that go on, beyond which no other is begun.
const LISTED_MAX: usize = 1 << 20;
/// The one device number there is.
const DEVICE: u64 = 1;

pub(super) fn file_type(kind: NodeKind) -> u8 {
    match kind {
        NodeKind::Dir => DIRECTORY,
        NodeKind::File => REGULAR_FILE,
        NodeKind::Symlink => SYMBOLIC_LINK,
        NodeKind::Null => CHARACTER_DEVICE,
    }
}

/// `filestat` as it lies in memory.
pub(super) fn filestat(stat: &Stat) -> [u8; 64] {
    let mut bytes = [0; 64];
    bytes[0..8].copy_from_slice(&DEVICE.to_le_bytes());
    bytes[8..16].copy_from_slice(&stat.ino.raw().to_le_bytes());
    bytes[16] = file_type(stat.kind);
    bytes[24..32].copy_from_slice(&stat.links.to_le_bytes());
    bytes[32..40].copy_from_slice(&stat.size.to_le_bytes());
    bytes[40..48].copy_from_slice(&stat.accessed.to_le_bytes());
    bytes[48..56].copy_from_slice(&stat.modified.to_le_bytes());
    bytes[56..64].copy_from_slice(&stat.modified.to_le_bytes());
    bytes
}

/// What `fstflags` have the time of access, or that of modification, set to.
pub(super) fn wanted_times(
    now: u64,
    accessed: u64,
    modified: u64,
    flags: u32,
) -> Result<(Option<u64>, Option<u64>), Errno> {
    let wanted = |set: u32, time| match (flags & set != 0, flags & set << 1 != 0) {
        (true, true) => Err(Errno::Inval),
        (true, false) => Ok(Some(time)),
        (false, true) => Ok(Some(now)),
        (false, false) => Ok(None),
    };
    Ok((
        wanted(SET_ACCESSED, accessed)?,
        wanted(SET_MODIFIED, modified)?,
    ))
}

pub fn fd_advise(call: &mut Call, fd: u32, _: u64, _: u64, _: u32) -> Result<(), Errno> {
    call.guest
        .descriptors
        .get(fd)?
        .node()
        .map_err(|_| Errno::Spipe)
        .map(|_| ())
}

/// As `posix_fallocate`: the file is at least so long afterwards.
pub fn fd_allocate(call: &mut Call, fd: u32, offset: u64, length: u64) -> Result<(), Errno> {
    let descriptor = call.guest.descriptors.get(fd)?;
    let ino = descriptor.node().map_err(|_| Errno::Spipe)?;
    if !descriptor.write {
        return Err(Errno::Badf);
    }
    let end = offset.checked_add(length).ok_or(Errno::Fbig)?;
    if length == 0 {
        return Err(Errno::Inval);
    }
    let before = call.guest.workspace.stat(ino)?.size;
    if end > before {
        grow(call, ino, before, end)?;
    }
    Ok(())
}

fn grow(call: &mut Call, ino: Ino, before: u64, size: u64) -> Result<(), Errno> {
    call.guest.workspace.truncate(ino, size)?;
    call.charge_bytes(usize::try_from(size.saturating_sub(before)).unwrap_or(usize::MAX));
    Ok(())
}

pub fn fd_close(call: &mut Call, fd: u32) -> Result<(), Errno> {
    if let Target::Node(ino) = call.guest.descriptors.close(fd)? {
        call.guest.workspace.release(ino);
    }
    Ok(())
}

/// `dup` and, with a number to use, `dup2`, which the interface lacks.
pub(super) fn duplicate(guest: &mut Guest, fd: u32, to: Option<u32>) -> Result<u32, Errno> {
    let (duplicate, closed) = guest.descriptors.duplicate(fd, to)?;
    if duplicate != fd {
        if let Ok(ino) = guest.descriptors.get(fd)?.node() {
            guest.workspace.retain(ino)?;
        }
        if let Some(Target::Node(ino)) = closed {
            guest.workspace.release(ino);
        }
    }
    Ok(duplicate)
}

pub fn fd_datasync(call: &mut Call, fd: u32) -> Result<(), Errno> {
    fd_sync(call, fd)
}

pub fn fd_sync(call: &mut Call, fd: u32) -> Result<(), Errno> {
    call.guest
        .descriptors
        .get(fd)?
        .node()
        .map_err(|_| Errno::Inval)
        .map(|_| ())
}

pub fn fd_fdstat_get(call: &mut Call, fd: u32, out: u32) -> Result<(), Errno> {
    let descriptor = call.guest.descriptors.get(fd)?;
    let terminal = matches!(call.guest.stdin, Stdin::Terminal(_));
    let (kind, rights) = match descriptor.target {
        Target::Node(ino) => (file_type(call.guest.workspace.stat(ino)?.kind), ALL_RIGHTS),
        _ if terminal => (CHARACTER_DEVICE, ALL_RIGHTS & !SEEK_AND_TELL),
        _ => (CHARACTER_DEVICE, ALL_RIGHTS),
    };
    let mut bytes = [0; 24];
    bytes[0] = kind;
    bytes[2] = if descriptor.append { APPEND as u8 } else { 0 };
    bytes[8..16].copy_from_slice(&rights.to_le_bytes());
    bytes[16..24].copy_from_slice(&rights.to_le_bytes());
    call.write(out, &bytes)
}

pub fn fd_fdstat_set_flags(call: &mut Call, fd: u32, flags: u32) -> Result<(), Errno> {
    call.guest.descriptors.get_mut(fd)?.append = flags & APPEND != 0;
    Ok(())
}

/// Rights are not kept: a descriptor can do what it was opened for.
pub fn fd_fdstat_set_rights(call: &mut Call, fd: u32, _: u64, _: u64) -> Result<(), Errno> {
    call.guest.descriptors.get(fd)?;
    Err(Errno::Notsup)
}

pub fn fd_filestat_get(call: &mut Call, fd: u32, out: u32) -> Result<(), Errno> {
    let bytes = match call.guest.descriptors.get(fd)?.target {
        Target::Node(ino) => filestat(&call.guest.workspace.stat(ino)?),
        _ => {
            let mut bytes = [0; 64];
            bytes[16] = CHARACTER_DEVICE;
            bytes
        }
    };
    call.write(out, &bytes)
}

pub fn fd_filestat_set_size(call: &mut Call, fd: u32, size: u64) -> Result<(), Errno> {
    if i64::try_from(size).is_err() {
        return Err(Errno::Inval);
    }
    let descriptor = call.guest.descriptors.get(fd)?;
    let ino = descriptor.node().map_err(|_| Errno::Inval)?;
    if !descriptor.write {
        return Err(Errno::Inval);
    }
    let before = call.guest.workspace.stat(ino)?.size;
    grow(call, ino, before, size)
}

pub fn fd_filestat_set_times(
    call: &mut Call,
    fd: u32,
    accessed: u64,
    modified: u64,
    flags: u32,
) -> Result<(), Errno> {
    let (accessed, modified) = wanted_times(call.now, accessed, modified, flags)?;
    let node = call.guest.descriptors.get(fd)?.node();
    let ino = node.map_err(|_| Errno::Inval)?;
    call.guest.workspace.set_times(ino, accessed, modified)
}

pub fn fd_read(call: &mut Call, fd: u32, vectors: u32, count: u32, out: u32) -> Result<(), Errno> {
    let position = call.guest.descriptors.get(fd)?.position;
    let read = read(call, fd, vectors, count, position)?;
    call.guest.descriptors.get_mut(fd)?.position = position + u64::from(read);
    call.write_u32(out, read)
}

/// Refuses what is no offset, and a stream, which has no places to read from or write to.
fn at_any_place(call: &Call, fd: u32, offset: u64) -> Result<(), Errno> {
    if i64::try_from(offset).is_err() {
        return Err(Errno::Inval);
    }
    let node = call.guest.descriptors.get(fd)?.node();
    node.map(drop).map_err(|_| Errno::Spipe)
}

/// Refuses to go to where no offset leads.
fn within_offsets(offset: u64, length: u64) -> Result<(), Errno> {
    match offset.checked_add(length).map(i64::try_from) {
        Some(Ok(_)) => Ok(()),
        _ => Err(Errno::Inval),
    }
}

pub fn fd_pread(
    call: &mut Call,
    fd: u32,
    vectors: u32,
    count: u32,
    offset: u64,
    out: u32,
) -> Result<(), Errno> {
    at_any_place(call, fd, offset)?;
    let read = read(call, fd, vectors, count, offset)?;
    call.write_u32(out, read)
}

fn read(call: &mut Call, fd: u32, vectors: u32, count: u32, offset: u64) -> Result<u32, Errno> {
    let descriptor = call.guest.descriptors.get(fd)?;
    if !descriptor.read {
        return Err(Errno::Badf);
    }
    let target = descriptor.target;
    within_offsets(offset, call.total(vectors, count)?)?;
    let mut at = offset;
    call.scatter(vectors, count, |guest: &mut Guest, buffer| match target {
        Target::Stdin => guest.read_stdin(buffer),
        Target::Node(ino) => {
            let mut filled = 0;
            // Once at least: a directory is refused where nothing is asked for, too.
            loop {
                let got = guest.workspace.read_at(ino, &mut buffer[filled..], at)?;
                filled += got;
                at += got as u64;
                if got == 0 || filled == buffer.len() {
                    return Ok(filled);
                }
            }
        }
        Target::Stdout | Target::Stderr => Err(Errno::Badf),
    })
}

pub fn fd_write(call: &mut Call, fd: u32, vectors: u32, count: u32, out: u32) -> Result<(), Errno> {
    let position = match end_to_append_at(call, fd)? {
        Some(end) => end,
        None => call.guest.descriptors.get(fd)?.position,
    };
    let written = write(call, fd, vectors, count, position)?;
    // Writing nothing doesn't go to the end either.
    if written > 0 {
        call.guest.descriptors.get_mut(fd)?.position = position + u64::from(written);
    }
    call.write_u32(out, written)
}

pub fn fd_pwrite(
    call: &mut Call,
    fd: u32,
    vectors: u32,
    count: u32,
    offset: u64,
    out: u32,
) -> Result<(), Errno> {
    at_any_place(call, fd, offset)?;
    // POSIX would have `O_APPEND` change nothing here; Linux appends (pwrite(2), "BUGS").
    let offset = end_to_append_at(call, fd)?.unwrap_or(offset);
    let written = write(call, fd, vectors, count, offset)?;
    call.write_u32(out, written)
}

/// The end of a file that is open to append.
fn end_to_append_at(call: &Call, fd: u32) -> Result<Option<u64>, Errno> {
    let descriptor = call.guest.descriptors.get(fd)?;
    Ok(match (descriptor.append, descriptor.target) {
        (true, Target::Node(ino)) => Some(call.guest.workspace.stat(ino)?.size),
        _ => None,
    })
}

fn write(call: &mut Call, fd: u32, vectors: u32, count: u32, offset: u64) -> Result<u32, Errno> {
    let descriptor = call.guest.descriptors.get(fd)?;
    if !descriptor.write {
        return Err(Errno::Badf);
    }
    let target = descriptor.target;
    within_offsets(offset, call.total(vectors, count)?)?;
    let mut at = offset;
    call.gather(vectors, count, |guest: &mut Guest, bytes| match target {
        Target::Stdout => guest.stdout.write(bytes, &guest.alarm),
        Target::Stderr => guest.stderr.write(bytes, &guest.alarm),
        Target::Node(ino) => {
            guest.workspace.write_at(ino, bytes, at)?;
            at += bytes.len() as u64;
            Ok(())
        }
        Target::Stdin => Err(Errno::Badf),
    })
}

pub fn fd_prestat_get(call: &mut Call, fd: u32, out: u32) -> Result<(), Errno> {
    if fd != PREOPEN {
        return Err(Errno::Badf);
    }
    call.write_u32(out, 0)?;
    call.write_u32(out.wrapping_add(4), 1)
}

pub fn fd_prestat_dir_name(
    call: &mut Call,
    fd: u32,
    buffer: u32,
    length: u32,
) -> Result<(), Errno> {
    match (fd, length) {
        (PREOPEN, 1..) => call.write(buffer, b"/"),
        (PREOPEN, 0) => Err(Errno::Nametoolong),
        _ => Err(Errno::Badf),
    }
}

/// Gives a descriptor the number of another, which is closed.
pub fn fd_renumber(call: &mut Call, from: u32, to: u32) -> Result<(), Errno> {
    if let Some(Target::Node(ino)) = call.guest.descriptors.renumber(from, to)? {
        call.guest.workspace.release(ino);
    }
    Ok(())
}

/// Entries after the one that `cookie` names, as many as fit; the last may be cut, which tells the
/// guest to come back with more room.
pub fn fd_readdir(
    call: &mut Call,
    fd: u32,
    buffer: u32,
    length: u32,
    cookie: u64,
    out: u32,
) -> Result<(), Errno> {
    let listing = listing(call, fd, cookie)?;
    let room = length as usize;
    let mut bytes = Vec::new();
    let first = usize::try_from(cookie).unwrap_or(usize::MAX);
    for (index, entry) in listing.iter().enumerate().skip(first) {
        bytes.extend_from_slice(&(index as u64 + 1).to_le_bytes());
        bytes.extend_from_slice(&entry.ino.raw().to_le_bytes());
        bytes.extend_from_slice(&(entry.name.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&[file_type(entry.kind), 0, 0, 0]);
        bytes.extend_from_slice(entry.name.as_bytes());
        if bytes.len() >= room {
            break;
        }
    }
    bytes.truncate(room);
    call.write(buffer, &bytes)?;
    call.write_u32(out, bytes.len() as u32)
}

/// The entries a listing goes over: made when it starts, kept while it goes on.
fn listing(call: &mut Call, fd: u32, cookie: u64) -> Result<Arc<Vec<DirEntry>>, Errno> {
    let descriptor = call.guest.descriptors.get(fd)?;
    let dir = descriptor.node()?;
    if let (Some(listing), 1..) = (&descriptor.listing, cookie) {
        return Ok(listing.clone());
    }
    let itself = |name: &str, ino| DirEntry {
        name: name.into(),
        ino,
        kind: NodeKind::Dir,
    };
    if call.guest.descriptors.listed() > LISTED_MAX {
        return Err(Errno::Nomem);
    }
    let parent = call.guest.workspace.parent(dir)?;
    let mut entries = vec![itself(".", dir), itself("..", parent)];
    entries.extend(call.guest.workspace.list(dir)?);
    call.charge_bytes(entries.len() * size_of::<DirEntry>());
    let listing = Arc::new(entries);
    call.guest.descriptors.get_mut(fd)?.listing = Some(listing.clone());
    Ok(listing)
}

pub fn fd_seek(call: &mut Call, fd: u32, offset: i64, whence: u32, out: u32) -> Result<(), Errno> {
    let descriptor = call.guest.descriptors.get(fd)?;
    let ino = descriptor.node().map_err(|_| Errno::Spipe)?;
    let from = match whence {
        0 => 0,
        1 => descriptor.position,
        2 => call.guest.workspace.stat(ino)?.size,
        _ => return Err(Errno::Inval),
    };
    let position = from
        .checked_add_signed(offset)
        .filter(|position| *position <= i64::MAX as u64)
        .ok_or(Errno::Inval)?;
    call.guest.descriptors.get_mut(fd)?.position = position;
    call.write_u64(out, position)
}

pub fn fd_tell(call: &mut Call, fd: u32, out: u32) -> Result<(), Errno> {
    let descriptor: &Descriptor = call.guest.descriptors.get(fd)?;
    descriptor.node().map_err(|_| Errno::Spipe)?;
    let position = descriptor.position;
    call.write_u64(out, position)
}
