//! The files that a guest, a shell and an agent's tools work on, with no host directory behind
//! any of their operations.
//!
//! A [`Tree`] is an immutable, hashed directory whose nodes are shared. A [`Workspace`] is a
//! namespace of mounted trees being changed, copy on write; taking its [`Tree`] back costs only
//! what was touched. Host folders come in lazily through [`import`], and changes go out through
//! [`export`], file by file.
//!
//! - `tree.rs`: the immutable tree, its hash, and paths into it
//! - `entries.rs`: the entries of its directories, in pieces that versions share
//! - `content.rs`: what a file holds: bytes in memory, or a file of the host not read yet
//! - `import.rs`, `export.rs`: the one door to the host's disk (cap-std)
//! - `fs.rs`: [`Workspace`]: mounts, quota and what a path-based caller needs
//! - `inode.rs`: the table under it, and freezing it back into trees
//! - `resolve.rs`: from a path to an inode; symlinks and `..` end inside the namespace
//! - `ops.rs`: the operations of a POSIX file system, by inode
//! - `diff.rs`: what differs between two trees
//! - `patch.rs`: that as a patch
//! - `snapshot.rs`: what was done to a workspace, as a hash
//! - `store.rs`: contents on disk, by hash; `listing.rs`: a directory as one of them
//! - `consistent.rs`: what holds of a workspace at any time, for tests
//! - `errno.rs`: why an operation was refused
//!
//! Nothing here knows of WebAssembly, tasks or agents.

#![warn(missing_docs)]

#[cfg(any(test, feature = "fuzzing"))]
mod consistent;
mod content;
mod diff;
mod entries;
mod errno;
mod export;
mod fs;
mod import;
mod inode;
mod listing;
mod ops;
mod patch;
mod resolve;
mod snapshot;
mod store;
mod tree;

pub use content::{Content, HostFile};
pub use diff::{Change, ChangeKind, diff};
pub use entries::Entries;
pub use errno::Errno;
pub use export::{ExportError, export};
pub use fs::{Access, MountError, Quota, Workspace};
pub use import::{ImportError, Imported, import};
pub use inode::{Ino, NodeKind, Stat};
pub use ops::{DirEntry, Exists};
pub use patch::patch;
pub use resolve::{Follow, PATH_MAX};
pub use snapshot::Snapshot;
pub use store::{Store, StoreError, Sweeping, Swept, Using};
pub use tree::{Annex, Dir, File, Hash, Name, Node, Tree};
