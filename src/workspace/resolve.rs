//! From a path to an inode.
//!
//! Every path ends inside the namespace: `..` at the root stays there, as POSIX has it, and a
//! symlink's target, absolute or not, is looked up in the same namespace.

use super::errno::Errno;
use super::fs::Workspace;
use super::inode::{FileInode, Ino, Kind};
use super::tree::Name;

/// The longest path, and the longest single name, in bytes (Linux's `PATH_MAX`, `NAME_MAX`).
pub const PATH_MAX: usize = 4096;
const NAME_MAX: usize = 255;
/// Symlinks followed in one look-up before it is a loop (Linux's `MAXSYMLINKS`).
const SYMLINKS_MAX: u32 = 40;

/// Whether a symlink at the very end of a path is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follow {
    /// To what it leads to.
    Yes,
    /// It is itself what is asked for.
    No,
}

/// Where a path leads.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// The directory of the last name.
    pub parent: Ino,
    /// The last name; none where the path ends in the root, `.` or `..`.
    pub name: Option<Name>,
    node: Option<Ino>,
    /// The path ended in `/`, so only a directory will do.
    pub slash: bool,
}

impl Found {
    /// What is there, if anything. Where the last name is longer than one can be, it is here that it
    /// is refused, as in Linux: after whatever is wrong with the directories before it.
    pub fn node(&self) -> Result<Option<Ino>, Errno> {
        match &self.name {
            Some(name) if name.len() > NAME_MAX => Err(Errno::Nametoolong),
            _ => Ok(self.node),
        }
    }
}

impl Workspace {
    /// The inode at `path`, which starts at `from` unless it is absolute.
    pub fn resolve(&mut self, from: Ino, path: &str, follow: Follow) -> Result<Ino, Errno> {
        // A slash at the end means the directory behind a symlink.
        let follow = match path.ends_with('/') {
            true => Follow::Yes,
            false => follow,
        };
        let found = self.find(from, path, follow)?;
        let node = found.node()?.ok_or(Errno::Noent)?;
        if found.slash {
            self.table.dir(node)?;
        }
        Ok(node)
    }

    /// Where `path` leads, whether or not something is there; the directory it leads into must be.
    /// For what makes, moves or removes a name: a slash at the end doesn't have a symlink followed,
    /// as in Linux.
    pub(super) fn find(&mut self, from: Ino, path: &str, follow: Follow) -> Result<Found, Errno> {
        if path.is_empty() {
            return Err(Errno::Noent);
        }
        let mut symlinks = 0;
        self.walk(from, path, follow, &mut symlinks)
    }

    /// Where a file is, or is to be made, by opening `path`. A slash at the end of that, or of a
    /// symlink that it ends in, means a directory, which isn't made so: that is looked at before
    /// what is there, as in Linux.
    pub(super) fn find_to_create(
        &mut self,
        from: Ino,
        path: &str,
        follow: Follow,
    ) -> Result<Found, Errno> {
        if path.is_empty() {
            return Err(Errno::Noent);
        }
        let mut symlinks = 0;
        let mut found = self.walk(from, path, Follow::No, &mut symlinks)?;
        loop {
            if found.slash && found.name.is_some() {
                return Err(Errno::Isdir);
            }
            let Some(node) = found.node()? else {
                return Ok(found);
            };
            let target = match (&self.table.get(node)?.kind, follow) {
                (Kind::Symlink(target), Follow::Yes) => target.clone(),
                _ => return Ok(found),
            };
            symlinks += 1;
            if symlinks > SYMLINKS_MAX {
                return Err(Errno::Loop);
            }
            found = self.walk(found.parent, &target, Follow::No, &mut symlinks)?;
        }
    }

    fn walk(
        &mut self,
        from: Ino,
        path: &str,
        follow: Follow,
        symlinks: &mut u32,
    ) -> Result<Found, Errno> {
        if path.len() > PATH_MAX {
            return Err(Errno::Nametoolong);
        }
        let slash = path.ends_with('/');
        let mut at = if path.starts_with('/') {
            Ino::ROOT
        } else {
            from
        };
        let named = || path.split('/').filter(|name| !name.is_empty());
        let mut names: Vec<&str> = named().filter(|name| *name != ".").collect();
        // At the end it says that a directory is meant, and that nothing is named in it.
        names.extend(named().next_back().filter(|name| *name == "."));
        let mut rest = names.as_slice();
        while let [name, others @ ..] = rest {
            let dir = match &self.table.get(at)?.kind {
                Kind::Dir(_) => at,
                Kind::File(FileInode {
                    annex: Some((path, dir)),
                    ..
                }) if leads(rest, path) => {
                    rest = &rest[path.len()..];
                    at = *dir;
                    continue;
                }
                _ => return Err(Errno::Notdir),
            };
            rest = others;
            let (name, last) = (*name, others.is_empty());
            if name == "." {
                at = dir;
                continue;
            }
            if name == ".." {
                at = self.table.dir(dir)?.parent;
                continue;
            }
            if name.len() > NAME_MAX && !last {
                return Err(Errno::Nametoolong);
            }
            let Some(child) = self.table.child(dir, name)? else {
                return if last {
                    Ok(Found {
                        parent: dir,
                        name: Some(name.into()),
                        node: None,
                        slash,
                    })
                } else {
                    Err(Errno::Noent)
                };
            };
            let followed = !last || follow == Follow::Yes;
            if let (Kind::Symlink(target), true) = (&self.table.get(child)?.kind, followed) {
                *symlinks += 1;
                if *symlinks > SYMLINKS_MAX {
                    return Err(Errno::Loop);
                }
                let target = target.clone();
                let found = self.walk(dir, &target, Follow::Yes, symlinks)?;
                if last {
                    let slash = slash || found.slash;
                    return Ok(Found { slash, ..found });
                }
                at = found.node()?.ok_or(Errno::Noent)?;
                continue;
            }
            if last {
                return Ok(Found {
                    parent: dir,
                    name: Some(name.into()),
                    node: Some(child),
                    slash,
                });
            }
            at = child;
        }
        let parent = match &self.table.get(at)?.kind {
            Kind::Dir(dir) => dir.parent,
            _ => return Err(Errno::Notdir),
        };
        Ok(Found {
            parent,
            name: None,
            node: Some(at),
            slash,
        })
    }
}

/// Whether the names of a path go through all of another.
fn leads(names: &[&str], path: &[Name]) -> bool {
    names.len() >= path.len()
        && names
            .iter()
            .zip(path)
            .all(|(name, wanted)| *name == &**wanted)
}
