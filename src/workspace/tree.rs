//! The immutable tree: directories, files and symlinks, shared and hashed.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::sync::{Arc, OnceLock};

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::content::Content;
use super::entries::Entries;
use super::import::HostDir;
use super::listing::Listing;

/// A file's name within its directory. UTF-8, as preview 1 demands of paths.
pub type Name = Arc<str>;

/// A blake3 hash. That of a node is of its kind and of all it holds, never of when it was made.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hash([u8; 32]);

impl Hash {
    /// The hash of some bytes.
    pub fn of(bytes: &[u8]) -> Hash {
        blake3::hash(bytes).into()
    }

    /// Reads what [`Display`](fmt::Display) writes: 64 hexadecimal digits.
    pub fn parse(digits: &str) -> Option<Hash> {
        blake3::Hash::from_hex(digits).ok().map(Hash::from)
    }

    /// Its 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The first eight bytes as a number: enough to derive something stable from a content.
    pub fn prefix(&self) -> u64 {
        self.0
            .iter()
            .take(8)
            .fold(0, |n, byte| n << 8 | u64::from(*byte))
    }
}

impl From<[u8; 32]> for Hash {
    fn from(bytes: [u8; 32]) -> Hash {
        Hash(bytes)
    }
}

impl From<blake3::Hash> for Hash {
    fn from(hash: blake3::Hash) -> Hash {
        Hash(*hash.as_bytes())
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Hash, D::Error> {
        let digits = String::deserialize(deserializer)?;
        Hash::parse(&digits).ok_or_else(|| D::Error::custom("not 64 hexadecimal digits"))
    }
}

/// One entry of a directory.
#[derive(Clone)]
pub enum Node {
    /// A directory.
    Dir(Arc<Dir>),
    /// A file.
    File(Arc<File>),
    /// A symlink: what it leads to.
    Symlink(Arc<str>),
}

impl Node {
    /// Whether both are one and the same node in memory. Equal nodes may well answer no.
    pub fn is(&self, other: &Node) -> bool {
        match (self, other) {
            (Node::Dir(a), Node::Dir(b)) => Arc::ptr_eq(a, b),
            (Node::File(a), Node::File(b)) => Arc::ptr_eq(a, b),
            (Node::Symlink(a), Node::Symlink(b)) => a == b,
            _ => false,
        }
    }

    /// See [`File::modified`]; a symlink has no time of its own.
    pub(super) fn modified(&self) -> Option<u64> {
        match self {
            Node::Dir(dir) => dir.modified(),
            Node::File(file) => file.modified(),
            Node::Symlink(_) => None,
        }
    }

    /// A letter for its kind, in hashes.
    pub(super) fn letter(&self) -> u8 {
        match self {
            Node::Dir(_) => b'd',
            Node::File(_) => b'f',
            Node::Symlink(_) => b'l',
        }
    }

    /// Reads what was not read yet to tell.
    pub fn hash(&self) -> io::Result<Hash> {
        match self {
            Node::Dir(dir) => dir.hash(),
            Node::File(file) => file.hash(),
            Node::Symlink(target) => Ok(hash_of_symlink(target)),
        }
    }
}

/// Apart from a tree's recursion, since a hasher takes 2 KiB of the stack.
#[inline(never)]
fn hash_of_symlink(target: &str) -> Hash {
    let mut hasher = blake3::Hasher::new_derive_key("autoexp tree 1 symlink");
    hasher.update(target.as_bytes());
    Hash::from(hasher.finalize())
}

/// A directory: its entries, or the host folder they are listed from when first asked for.
pub struct Dir {
    host: Option<HostDir>,
    entries: OnceLock<Entries>,
    modified: Option<u64>,
    hash: OnceLock<Hash>,
    state: OnceLock<Option<Hash>>,
}

impl Dir {
    /// A directory in memory.
    pub fn new(entries: impl Into<Entries>) -> Dir {
        Dir {
            host: None,
            entries: OnceLock::from(entries.into()),
            modified: None,
            hash: OnceLock::new(),
            state: OnceLock::new(),
        }
    }

    pub(super) fn on_host(host: HostDir) -> Dir {
        Dir {
            host: Some(host),
            entries: OnceLock::new(),
            modified: None,
            hash: OnceLock::new(),
            state: OnceLock::new(),
        }
    }

    /// The same directory, with the virtual time it was last changed at.
    pub(super) fn modified_at(self, modified: Option<u64>) -> Dir {
        Dir { modified, ..self }
    }

    /// When it was last changed within a workspace, in nanoseconds since 1970. No part of the hash.
    pub(super) fn modified(&self) -> Option<u64> {
        self.modified
    }

    /// The entries in the order of their names. Fails where a host folder can't be listed.
    pub fn entries(&self) -> io::Result<&Entries> {
        if let Some(entries) = self.entries.get() {
            return Ok(entries);
        }
        let listed = match &self.host {
            Some(host) => host.list()?.into(),
            None => Entries::default(),
        };
        Ok(self.entries.get_or_init(|| listed))
    }

    /// The bytes of the longest path below it, of what was listed so far, with the slash before it.
    pub(super) fn reach(&self) -> usize {
        let entries = self.entries.get().into_iter().flatten();
        let lengths = entries.map(|(name, node)| match node {
            Node::Dir(dir) => 1 + name.len() + dir.reach(),
            Node::File(_) | Node::Symlink(_) => 1 + name.len(),
        });
        lengths.max().unwrap_or(0)
    }

    /// The hash of its names and what they lead to, all the way down; reads all that has no hash
    /// yet. Fails where something of the host's can't be read.
    pub fn hash(&self) -> io::Result<Hash> {
        if let Some(hash) = self.hash.get() {
            return Ok(*hash);
        }
        let hash = self.entries()?.hash()?;
        Ok(*self.hash.get_or_init(|| hash))
    }

    /// The hash of all that a guest can tell of it: what the hash is of, and times. Nothing where
    /// a part of it is the host's to change.
    pub fn state(&self) -> Option<Hash> {
        *self.state.get_or_init(|| {
            let listing = Listing::of(self)?;
            Some(Hash::of(&listing.to_bytes()))
        })
    }

    /// Whether its entries were not listed yet.
    pub fn is_unread(&self) -> bool {
        self.entries.get().is_none()
    }

    /// Whether its entries are the host's.
    pub(super) fn is_on_host(&self) -> bool {
        self.host.is_some()
    }
}

/// A file: what it holds and, for an archive with a folder laid out inside it, that folder.
pub struct File {
    content: Content,
    annex: Option<Annex>,
    modified: Option<u64>,
    hash: OnceLock<Hash>,
}

/// A folder at a place inside a file: paths that go on from the file through exactly these names
/// lead into it.
#[derive(Clone)]
pub struct Annex {
    /// The names that lead there.
    pub path: Arc<[Name]>,
    /// What is there.
    pub dir: Arc<Dir>,
}

impl File {
    /// A file of these bytes.
    pub fn new(content: impl Into<Content>) -> File {
        File {
            content: content.into(),
            annex: None,
            modified: None,
            hash: OnceLock::new(),
        }
    }

    /// The same file, with the virtual time it was last changed at.
    pub(super) fn modified_at(&self, modified: Option<u64>) -> File {
        File {
            content: self.content.clone(),
            annex: self.annex.clone(),
            modified,
            hash: self.hash.clone(),
        }
    }

    /// When it was last changed within a workspace, in nanoseconds since 1970. No part of the hash.
    pub(super) fn modified(&self) -> Option<u64> {
        self.modified
    }

    /// The same file, with `dir` at a relative path inside it.
    pub fn with_annex(self, path: &str, dir: Arc<Dir>) -> File {
        let path = path.split('/').map(Name::from).collect();
        File {
            annex: Some(Annex { path, dir }),
            ..self
        }
    }

    /// What it holds.
    pub fn content(&self) -> &Content {
        &self.content
    }

    /// The folder inside it, if there is one.
    pub fn annex(&self) -> Option<&Annex> {
        self.annex.as_ref()
    }

    /// The hash of its bytes; reads them the first time. Fails where a host file can't be read.
    #[inline(never)]
    pub fn hash(&self) -> io::Result<Hash> {
        if let Some(hash) = self.hash.get() {
            return Ok(*hash);
        }
        let hash = self.content.hash()?;
        Ok(*self.hash.get_or_init(|| hash))
    }
}

/// A whole tree: a root directory, cheap to clone.
#[derive(Clone)]
pub struct Tree(Arc<Dir>);

impl Default for Tree {
    fn default() -> Tree {
        Tree(Arc::new(Dir::new(Entries::default())))
    }
}

impl From<Arc<Dir>> for Tree {
    fn from(root: Arc<Dir>) -> Tree {
        Tree(root)
    }
}

impl Tree {
    /// The directory at its top.
    pub fn root(&self) -> &Arc<Dir> {
        &self.0
    }

    /// See [`Dir::hash`].
    pub fn hash(&self) -> io::Result<Hash> {
        self.0.hash()
    }

    /// See [`Dir::state`].
    pub fn state(&self) -> Option<Hash> {
        self.0.state()
    }

    /// The node at a relative path of plain names, if there is one. Follows no symlink.
    pub fn get(&self, path: &str) -> io::Result<Option<Node>> {
        let mut node = Node::Dir(self.0.clone());
        for name in path.split('/').filter(|name| !name.is_empty()) {
            let Node::Dir(dir) = &node else {
                return Ok(None);
            };
            match dir.entries()?.get(name) {
                Some(next) => node = next.clone(),
                None => return Ok(None),
            }
        }
        Ok(Some(node))
    }

    /// The bytes of the file at a relative path; nothing where no file is.
    pub fn read(&self, path: &str) -> io::Result<Option<Arc<Vec<u8>>>> {
        match self.get(path)? {
            Some(Node::File(file)) => file.content().read_all().map(Some),
            _ => Ok(None),
        }
    }
}

/// Lays a tree from paths and what their files hold, making the directories between.
impl<P: AsRef<str>, C: Into<Content>> FromIterator<(P, C)> for Tree {
    fn from_iter<T: IntoIterator<Item = (P, C)>>(files: T) -> Tree {
        let mut root = Draft::default();
        for (path, content) in files {
            root.insert(path.as_ref(), content.into());
        }
        Tree(root.build())
    }
}

/// A tree while it is being laid.
#[derive(Default)]
struct Draft {
    dirs: BTreeMap<String, Draft>,
    files: BTreeMap<String, Content>,
}

impl Draft {
    fn insert(&mut self, path: &str, content: Content) {
        match path.split_once('/') {
            Some(("", rest)) => self.insert(rest, content),
            Some((dir, rest)) => self
                .dirs
                .entry(dir.to_owned())
                .or_default()
                .insert(rest, content),
            None => _ = self.files.insert(path.to_owned(), content),
        }
    }

    fn build(self) -> Arc<Dir> {
        let dirs = self
            .dirs
            .into_iter()
            .map(|(name, dir)| (Name::from(name), Node::Dir(dir.build())));
        let files = self
            .files
            .into_iter()
            .map(|(name, content)| (Name::from(name), Node::File(Arc::new(File::new(content)))));
        Arc::new(Dir::new(dirs.chain(files).collect::<BTreeMap<_, _>>()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> Tree {
        files
            .iter()
            .map(|(path, text)| (*path, text.as_bytes().to_vec()))
            .collect()
    }

    #[test]
    fn equal_trees_have_equal_hashes_and_others_do_not() {
        let one = tree(&[("a/b.py", "1"), ("c", "2")]);
        assert_eq!(
            one.hash().unwrap(),
            tree(&[("c", "2"), ("a/b.py", "1")]).hash().unwrap()
        );
        for other in [
            tree(&[("a/b.py", "1"), ("c", "3")]),
            tree(&[("a/b.py", "1"), ("d", "2")]),
            tree(&[("a/b.py/x", "1"), ("c", "2")]),
            tree(&[("ab.py", "1"), ("c", "2")]),
        ] {
            assert_ne!(one.hash().unwrap(), other.hash().unwrap());
        }
    }

    #[test]
    fn a_path_finds_its_node() {
        let tree = tree(&[("a/b.py", "1")]);
        assert_eq!(tree.read("a/b.py").unwrap().unwrap().as_slice(), b"1");
        assert!(tree.read("a").unwrap().is_none());
        assert!(tree.get("a/b.py/c").unwrap().is_none());
    }
}
