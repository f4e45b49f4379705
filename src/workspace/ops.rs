//! The operations of a POSIX file system, by inode. What a path-based caller (an agent's tools)
//! needs is at the end, in the same terms.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::content::HostFile;
use super::errno::{Errno, errno_of};
use super::fs::{Quota, Workspace};
use super::inode::{Data, DirInode, FileInode, Ino, Inode, Kind, NodeKind};
use super::resolve::{Follow, Found, PATH_MAX};
use super::tree::Name;

/// The largest file, in bytes: what a 32-bit guest can hold.
const FILE_MAX: u64 = u32::MAX as u64;

/// The most names of one file: what ext4 has.
const LINKS_MAX: u64 = 65_000;

/// What [`Workspace::create`] does where the file is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exists {
    /// It is what is asked for.
    Open,
    /// [`Errno::Exist`].
    Refuse,
}

/// One entry of a listed directory.
#[derive(Clone, Debug)]
pub struct DirEntry {
    /// Its name, which is not `.` or `..`.
    pub name: Name,
    /// Its number.
    pub ino: Ino,
    /// What it is; symlinks are not followed.
    pub kind: NodeKind,
}

impl Workspace {
    /// Reads into `buffer` from `offset`; 0 at or after the end.
    pub fn read_at(&mut self, ino: Ino, buffer: &mut [u8], offset: u64) -> Result<usize, Errno> {
        let file = match &mut self.table.get_mut(ino)?.kind {
            Kind::File(file) => file,
            Kind::Null => return Ok(0),
            Kind::Dir(_) => return Err(Errno::Isdir),
            Kind::Symlink(_) => return Err(Errno::Inval),
        };
        let read = match &mut file.data {
            Data::Own(bytes) => {
                let start = usize::try_from(offset)
                    .unwrap_or(usize::MAX)
                    .min(bytes.len());
                let count = buffer.len().min(bytes.len() - start);
                buffer[..count].copy_from_slice(&bytes[start..start + count]);
                return Ok(count);
            }
            Data::Frozen(_, Some(open)) => open.read_at(buffer, offset),
            Data::Frozen(frozen, open) => frozen
                .content()
                .open()
                .and_then(|content| open.insert(content).read_at(buffer, offset)),
        };
        read.map_err(|error| host_fault(&mut self.fault, error))
    }

    /// Writes all of `bytes` at `offset`, filling a gap with zeros; nothing if it doesn't fit.
    pub fn write_at(&mut self, ino: Ino, bytes: &[u8], offset: u64) -> Result<(), Errno> {
        if matches!(self.table.get(ino)?.kind, Kind::Null) || bytes.is_empty() {
            return Ok(());
        }
        let end = offset.checked_add(bytes.len() as u64).ok_or(Errno::Fbig)?;
        let len = self.size(ino)?.max(end);
        let own = self.resize(ino, len)?;
        // In bounds: `resize` made the file at least `end` long.
        own[offset as usize..end as usize].copy_from_slice(bytes);
        Ok(())
    }

    /// Cuts a file or fills it up with zeros.
    pub fn truncate(&mut self, ino: Ino, len: u64) -> Result<(), Errno> {
        if matches!(self.table.get(ino)?.kind, Kind::Null) {
            return Ok(());
        }
        self.resize(ino, len).map(|_| ())
    }

    /// The file's bytes as its own, `len` long, paid for by the quota.
    fn resize(&mut self, ino: Ino, len: u64) -> Result<&mut Vec<u8>, Errno> {
        let inode = self.table.get(ino)?;
        if let (false, Kind::File(file)) = (inode.read_only, &inode.kind)
            && matches!(file.data, Data::Frozen(..))
        {
            self.table.touch(ino)?;
        }
        let (now, free) = (self.now, self.quota.bytes.saturating_sub(self.stored.bytes));
        let inode = self.table.get_mut(ino)?;
        let read_only = inode.read_only;
        // As `Inode::due` has it of a file that was changed.
        let due = len.saturating_mul(inode.links.max(1));
        let file = match &mut inode.kind {
            Kind::File(_) if read_only => return Err(Errno::Rofs),
            Kind::File(file) => file,
            Kind::Dir(_) => return Err(Errno::Isdir),
            _ => return Err(Errno::Inval),
        };
        if len > FILE_MAX {
            return Err(Errno::Fbig);
        }
        if due.saturating_sub(inode.charged.bytes) > free {
            return Err(Errno::Nospc);
        }
        let bytes = match &mut file.data {
            Data::Own(bytes) => std::mem::take(bytes),
            Data::Frozen(frozen, _) => match frozen.content().read_start(len) {
                Ok(bytes) => {
                    self.thawed += bytes.len().min(len as usize) as u64;
                    bytes
                }
                Err(error) => return Err(host_fault(&mut self.fault, error)),
            },
        };
        self.stored.bytes = self.stored.bytes - inode.charged.bytes + due;
        inode.charged.bytes = due;
        inode.modified = Some(now);
        file.changed = true;
        let own = file.data.insert_own(bytes);
        own.resize(len as usize, 0);
        // What a file had once counts no more, so isn't kept either.
        if own.capacity() / 2 > own.len() {
            own.shrink_to_fit();
        }
        Ok(own)
    }

    /// Makes an empty file, or finds the one that is there.
    pub fn create(
        &mut self,
        from: Ino,
        path: &str,
        follow: Follow,
        exists: Exists,
    ) -> Result<Ino, Errno> {
        let found = self.find_to_create(from, path, follow)?;
        match (found.node()?, exists) {
            (Some(_), Exists::Refuse) => return Err(Errno::Exist),
            (Some(node), Exists::Open) => return Ok(node),
            (None, _) => {}
        }
        let file = FileInode {
            data: Data::Own(Arc::default()),
            changed: true,
            places: Vec::new(),
            annex: None,
        };
        self.make(&found, Kind::File(file))
    }

    /// Makes a directory where nothing is yet; its parent must be there.
    pub fn make_dir(&mut self, from: Ino, path: &str) -> Result<Ino, Errno> {
        let found = self.find(from, path, Follow::No)?;
        let dir = DirInode {
            parent: found.parent,
            name: found.name.clone().unwrap_or_default(),
            base: None,
            overlay: BTreeMap::new(),
            stale: BTreeSet::new(),
            mounted: false,
        };
        self.make(&found, Kind::Dir(dir))
    }

    /// Makes a symlink where nothing is yet. What it leads to needn't be there.
    pub fn make_symlink(&mut self, target: &str, from: Ino, path: &str) -> Result<Ino, Errno> {
        if target.is_empty() {
            return Err(Errno::Noent);
        }
        if target.len() >= PATH_MAX {
            return Err(Errno::Nametoolong);
        }
        let found = self.find(from, path, Follow::No)?;
        self.vacant(&found)?;
        if found.slash {
            return Err(Errno::Noent);
        }
        self.make(&found, Kind::Symlink(target.into()))
    }

    /// What a symlink leads to; [`Errno::Inval`] of anything else.
    pub fn read_link(&self, ino: Ino) -> Result<Arc<str>, Errno> {
        match &self.table.get(ino)?.kind {
            Kind::Symlink(target) => Ok(target.clone()),
            _ => Err(Errno::Inval),
        }
    }

    /// Gives a file one more name. The names are one file until the tree is frozen; in a tree
    /// they are two files that share their bytes.
    pub fn link(&mut self, node: Ino, from: Ino, path: &str) -> Result<(), Errno> {
        let found = self.find(from, path, Follow::No)?;
        let name = self.vacant(&found)?;
        if found.slash {
            return Err(Errno::Noent);
        }
        let linked = self.table.get(node)?;
        if matches!(linked.kind, Kind::Dir(_)) {
            return Err(Errno::Perm);
        }
        if linked.links >= LINKS_MAX {
            return Err(Errno::Mlink);
        }
        let free = self.quota.bytes.saturating_sub(self.stored.bytes);
        if self.stored.files >= self.quota.files || self.size(node)? > free {
            return Err(Errno::Nospc);
        }
        self.attach(found.parent, name, node)?;
        self.table.get_mut(node)?.links += 1;
        self.recount(node)
    }

    /// Removes a name of a file or symlink.
    pub fn unlink(&mut self, from: Ino, path: &str) -> Result<(), Errno> {
        let found = self.find(from, path, Follow::No)?;
        let node = found.node()?.ok_or(Errno::Noent)?;
        if matches!(self.table.get(node)?.kind, Kind::Dir(_)) {
            return Err(Errno::Isdir);
        }
        if found.slash {
            return Err(Errno::Notdir);
        }
        self.detach(found.parent, &found.name.ok_or(Errno::Inval)?, node)?;
        self.unlink_inode(node)
    }

    /// Removes an empty directory.
    pub fn remove_dir(&mut self, from: Ino, path: &str) -> Result<(), Errno> {
        let found = self.find(from, path, Follow::No)?;
        let node = found.node()?.ok_or(Errno::Noent)?;
        let last = path.split('/').rfind(|name| !name.is_empty());
        let name = match (found.name, last) {
            (Some(name), _) if !self.table.dir(node)?.mounted => name,
            // As Linux has it.
            (None, Some(".")) => return Err(Errno::Inval),
            (None, Some("..")) => return Err(Errno::Notempty),
            _ => return Err(Errno::Busy),
        };
        if !self.table.is_empty(node)? {
            return Err(Errno::Notempty);
        }
        self.detach(found.parent, &name, node)?;
        self.unlink_inode(node)
    }

    /// Moves a node to another name, over what is there if POSIX allows it.
    pub fn rename(
        &mut self,
        old_from: Ino,
        old: &str,
        new_from: Ino,
        new: &str,
    ) -> Result<(), Errno> {
        let old = self.find(old_from, old, Follow::No)?;
        let new = self.find(new_from, new, Follow::No)?;
        let (Some(old_name), Some(new_name)) = (old.name.clone(), new.name.clone()) else {
            return Err(Errno::Busy);
        };
        // In Linux's order, where more than one of these applies.
        let node = old.node()?.ok_or(Errno::Noent)?;
        let target = new.node()?;
        let moves_dir = match &self.table.get(node)?.kind {
            Kind::Dir(dir) if dir.mounted => return Err(Errno::Busy),
            Kind::Dir(_) => true,
            _ if old.slash || new.slash => return Err(Errno::Notdir),
            _ => false,
        };
        if moves_dir && self.is_within(new.parent, node)? {
            return Err(Errno::Inval);
        }
        if let Some(target) = target
            && self.is_within(old.parent, target)?
        {
            return Err(Errno::Notempty);
        }
        if self.table.get(old.parent)?.read_only || self.table.get(new.parent)?.read_only {
            return Err(Errno::Rofs);
        }
        // It was removed, and only a descriptor keeps it.
        if self.table.get(new.parent)?.links == 0 {
            return Err(Errno::Noent);
        }
        self.named_by_a_path(new.parent, new_name.len() + self.table.reach(node))?;
        if let Some(target) = target {
            if target == node {
                return Ok(());
            }
            match &self.table.get(target)?.kind {
                Kind::Dir(dir) if dir.mounted => return Err(Errno::Busy),
                Kind::Dir(_) if !moves_dir => return Err(Errno::Isdir),
                Kind::Dir(_) if !self.table.is_empty(target)? => return Err(Errno::Notempty),
                Kind::Dir(_) => {}
                _ if moves_dir => return Err(Errno::Notdir),
                _ => {}
            }
            self.detach(new.parent, &new_name, target)?;
            self.unlink_inode(target)?;
        }
        self.detach(old.parent, &old_name, node)?;
        if let Kind::Dir(dir) = &mut self.table.get_mut(node)?.kind {
            (dir.parent, dir.name) = (new.parent, new_name.clone());
        }
        self.attach(new.parent, new_name, node)?;
        Ok(())
    }

    /// The entries of a directory, sorted by name, without `.` and `..`.
    pub fn list(&mut self, dir: Ino) -> Result<Vec<DirEntry>, Errno> {
        let names = self.table.names(dir)?;
        let mut entries = Vec::with_capacity(names.len());
        for name in names {
            if let Some(ino) = self.table.child(dir, &name)? {
                let kind = self.stat(ino)?.kind;
                entries.push(DirEntry { name, ino, kind });
            }
        }
        Ok(entries)
    }

    /// The directory above one; of the root, itself.
    pub fn parent(&self, dir: Ino) -> Result<Ino, Errno> {
        Ok(self.table.dir(dir)?.parent)
    }

    /// Whether it is on a mount that can't be changed.
    pub fn is_read_only(&self, ino: Ino) -> Result<bool, Errno> {
        Ok(self.table.get(ino)?.read_only)
    }

    /// Sets the times of access and of modification, in nanoseconds since 1970.
    pub fn set_times(
        &mut self,
        ino: Ino,
        accessed: Option<u64>,
        modified: Option<u64>,
    ) -> Result<(), Errno> {
        let inode = self.table.get_mut(ino)?;
        if inode.read_only {
            return Err(Errno::Rofs);
        }
        inode.accessed = accessed.or(inode.accessed);
        if modified.is_some() {
            inode.modified = modified;
            self.table.touch(ino)?;
        }
        Ok(())
    }

    /// Keeps a node alive while a descriptor is open on it, whatever becomes of its names.
    pub fn retain(&mut self, ino: Ino) -> Result<(), Errno> {
        self.table.get_mut(ino)?.opens += 1;
        Ok(())
    }

    /// Gives up what [`Workspace::retain`] took.
    pub fn release(&mut self, ino: Ino) {
        if let Ok(inode) = self.table.get_mut(ino) {
            inode.opens = inode.opens.saturating_sub(1);
            if let (0, Kind::File(file)) = (inode.opens, &mut inode.kind)
                && let Data::Frozen(_, open) = &mut file.data
            {
                *open = None;
            }
        }
        self.settle(ino);
    }

    /// The whole file at an absolute path.
    pub fn read(&mut self, path: &str) -> Result<Arc<Vec<u8>>, Errno> {
        let ino = self.resolve(Ino::ROOT, path, Follow::Yes)?;
        let content = match &self.table.get(ino)?.kind {
            Kind::File(file) => match &file.data {
                Data::Own(bytes) => return Ok(bytes.clone()),
                Data::Frozen(frozen, _) => frozen.content().read_all(),
            },
            Kind::Dir(_) => return Err(Errno::Isdir),
            _ => return Err(Errno::Inval),
        };
        content.map_err(|error| host_fault(&mut self.fault, error))
    }

    /// Makes or replaces the file at an absolute path, and the directories that lead there.
    pub fn write(&mut self, path: &str, bytes: &[u8]) -> Result<(), Errno> {
        if let Some((dir, _)) = path.rsplit_once('/') {
            self.make_dirs(dir)?;
        }
        let ino = self.create(Ino::ROOT, path, Follow::Yes, Exists::Open)?;
        self.truncate(ino, 0)?;
        self.write_at(ino, bytes, 0)
    }

    /// Removes the file or symlink at an absolute path.
    pub fn remove(&mut self, path: &str) -> Result<(), Errno> {
        self.unlink(Ino::ROOT, path)
    }

    /// Removes what is at an absolute path, with all below it.
    pub fn remove_all(&mut self, path: &str) -> Result<(), Errno> {
        let ino = self.resolve(Ino::ROOT, path, Follow::No)?;
        if self.stat(ino)?.kind != NodeKind::Dir {
            return self.unlink(Ino::ROOT, path);
        }
        for entry in self.list(ino)? {
            self.remove_all(&format!("{path}/{}", entry.name))?;
        }
        self.remove_dir(Ino::ROOT, path)
    }

    fn make_dirs(&mut self, path: &str) -> Result<(), Errno> {
        let ends = path
            .match_indices('/')
            .map(|(end, _)| end)
            .chain([path.len()]);
        for end in ends.filter(|end| *end > 0) {
            match self.make_dir(Ino::ROOT, &path[..end]) {
                Ok(_) | Err(Errno::Exist) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn make(&mut self, found: &Found, kind: Kind) -> Result<Ino, Errno> {
        let name = self.vacant(found)?;
        if self.stored.files >= self.quota.files {
            return Err(Errno::Nospc);
        }
        let ino = self.table.insert(Inode {
            kind,
            links: 1,
            opens: 0,
            read_only: false,
            modified: Some(self.now),
            accessed: None,
            made: true,
            charged: Quota::NOTHING,
        });
        self.recount(ino)?;
        self.attach(found.parent, name, ino)?;
        Ok(ino)
    }

    /// The name of a place that is free and may be filled.
    fn vacant(&self, found: &Found) -> Result<Name, Errno> {
        let (None, Some(name)) = (found.node()?, &found.name) else {
            return Err(Errno::Exist);
        };
        let parent = self.table.get(found.parent)?;
        if parent.read_only {
            return Err(Errno::Rofs);
        }
        if parent.links == 0 {
            // It was removed, and only a descriptor keeps it.
            return Err(Errno::Noent);
        }
        if name.contains('\0') {
            return Err(Errno::Inval);
        }
        self.named_by_a_path(found.parent, name.len())?;
        Ok(name.clone())
    }

    /// Refuses a place below `parent` that no absolute path can name, though relative ones could.
    /// It bounds how deep a tree is, and how long a listing of it with paths.
    fn named_by_a_path(&self, parent: Ino, len: usize) -> Result<(), Errno> {
        match self.table.path_len(parent)? + 1 + len <= PATH_MAX {
            true => Ok(()),
            false => Err(Errno::Nametoolong),
        }
    }

    fn attach(&mut self, parent: Ino, name: Name, ino: Ino) -> Result<(), Errno> {
        let now = self.now;
        let dir = self.table.dir_mut(parent)?;
        dir.overlay.insert(name.clone(), Some(ino));
        self.table.get_mut(parent)?.modified = Some(now);
        if let Kind::File(file) = &mut self.table.get_mut(ino)?.kind {
            file.places.push((parent, name.clone()));
        }
        self.table.touch_entry(parent, name)
    }

    fn detach(&mut self, parent: Ino, name: &Name, ino: Ino) -> Result<(), Errno> {
        let now = self.now;
        let inode = self.table.get_mut(parent)?;
        if inode.read_only {
            return Err(Errno::Rofs);
        }
        inode.modified = Some(now);
        let dir = self.table.dir_mut(parent)?;
        let below = match &dir.base {
            Some(base) => base
                .entries()
                .map_err(|error| errno_of(&error))?
                .contains_key(name),
            None => false,
        };
        if below {
            dir.overlay.insert(name.clone(), None);
        } else {
            dir.overlay.remove(name);
        }
        if let Kind::File(file) = &mut self.table.get_mut(ino)?.kind {
            file.places.retain(|(dir, at)| (*dir, at) != (parent, name));
        }
        self.table.touch_entry(parent, name.clone())
    }

    fn is_within(&self, mut dir: Ino, above: Ino) -> Result<bool, Errno> {
        while dir != above {
            if dir == Ino::ROOT {
                return Ok(false);
            }
            dir = self.table.dir(dir)?.parent;
        }
        Ok(true)
    }
}

/// What a failure of the host's is to the guest. That a file changed underfoot is kept: whatever
/// the guest makes of it, the run can't be trusted.
fn host_fault(fault: &mut Option<String>, error: std::io::Error) -> Errno {
    if HostFile::is_change(&error) {
        fault.get_or_insert_with(|| error.to_string());
    }
    errno_of(&error)
}
