//! The entries of a directory: sorted, immutable, and in pieces that its versions share, so that a
//! change to a large one copies, hashes and compares what it touches.
//!
//! A directory of up to [`SMALL`] entries is one piece. In a larger one a piece begins at each name
//! whose own hash says so; pieces follow from the names alone, and equal directories have equal
//! ones, however they came to be.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashSet};
use std::io;
use std::sync::{Arc, OnceLock};

use super::tree::{Hash, Name, Node};

/// Up to so many entries are kept together.
const SMALL: usize = 128;
/// The mean number of entries in a piece of more.
const MEAN: u32 = 32;

type Entry = (Name, Node);

/// The entries of a directory, in the order of their names.
#[derive(Clone, Default)]
pub struct Entries {
    pieces: Vec<Arc<Piece>>,
    len: usize,
}

struct Piece {
    /// One at least.
    entries: Vec<Entry>,
    hash: OnceLock<Hash>,
}

/// A name, and what it leads to in one version of a directory and in another.
type Difference<'a> = (&'a Name, Option<&'a Node>, Option<&'a Node>);

impl From<BTreeMap<Name, Node>> for Entries {
    fn from(entries: BTreeMap<Name, Node>) -> Entries {
        Entries::cut(entries.into_iter().collect())
    }
}

impl<'a> IntoIterator for &'a Entries {
    type Item = (&'a Name, &'a Node);
    type IntoIter = Box<dyn Iterator<Item = Self::Item> + 'a>;

    fn into_iter(self) -> Self::IntoIter {
        Box::new(flat(&self.pieces))
    }
}

fn flat(pieces: &[Arc<Piece>]) -> impl Iterator<Item = (&Name, &Node)> {
    let entries = pieces.iter().flat_map(|piece| &piece.entries);
    entries.map(|(name, node)| (name, node))
}

/// Whether a piece begins at a name, by its FNV-1a hash.
fn begins(name: &str) -> bool {
    let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    // The low bits of a product depend on the low bits of the bytes only.
    (hash ^ hash >> 15).is_multiple_of(MEAN)
}

impl Piece {
    fn of(entries: Vec<Entry>) -> Arc<Piece> {
        Arc::new(Piece {
            entries,
            hash: OnceLock::new(),
        })
    }

    fn hash(&self) -> io::Result<Hash> {
        if let Some(hash) = self.hash.get() {
            return Ok(*hash);
        }
        let nodes = self.entries.iter().map(|(_, node)| node.hash());
        let hashes: Vec<Hash> = nodes.collect::<io::Result<_>>()?;
        let hash = hash_of_entries(&self.entries, &hashes);
        Ok(*self.hash.get_or_init(|| hash))
    }
}

/// Apart from a tree's recursion, since a hasher takes 2 KiB of the stack.
#[inline(never)]
fn hash_of_entries(entries: &[Entry], hashes: &[Hash]) -> Hash {
    let mut hasher = blake3::Hasher::new_derive_key("autoexp tree 1 directory");
    for ((name, node), hash) in entries.iter().zip(hashes) {
        hasher.update(&[node.letter()]);
        hasher.update(&(name.len() as u64).to_le_bytes());
        hasher.update(name.as_bytes());
        hasher.update(hash.as_bytes());
    }
    hasher.finalize().into()
}

/// Apart from the recursion too.
#[inline(never)]
fn hash_of_pieces(hashes: &[Hash]) -> Hash {
    let mut hasher = blake3::Hasher::new_derive_key("autoexp tree 1 directory in pieces");
    for hash in hashes {
        hasher.update(hash.as_bytes());
    }
    hasher.finalize().into()
}

impl Entries {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The node of a name.
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.get_key_value(name).map(|(_, node)| node)
    }

    /// The node of a name, and the name as it is kept.
    pub fn get_key_value(&self, name: &str) -> Option<(&Name, &Node)> {
        let piece = self.pieces.get(self.piece_of(name))?;
        let found = piece.entries.binary_search_by(|(at, _)| (**at).cmp(name));
        let (name, node) = &piece.entries[found.ok()?];
        Some((name, node))
    }

    /// Whether there is a node of a name.
    pub fn contains_key(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The names, in order.
    pub fn keys(&self) -> impl Iterator<Item = &Name> {
        self.into_iter().map(|(name, _)| name)
    }

    /// The piece that has a name, or would have it.
    fn piece_of(&self, name: &str) -> usize {
        let after = |piece: &Arc<Piece>| *piece.entries[0].0 <= *name;
        self.pieces.partition_point(after).saturating_sub(1)
    }

    /// Sorted entries in pieces.
    fn cut(entries: Vec<Entry>) -> Entries {
        let len = entries.len();
        let mut pieces = Vec::new();
        if len > SMALL {
            cut_into(&mut pieces, entries);
        } else if len > 0 {
            pieces.push(Piece::of(entries));
        }
        Entries { pieces, len }
    }

    /// These entries, with some set or taken away.
    pub(super) fn with(&self, changes: BTreeMap<Name, Option<Node>>) -> Entries {
        if changes.is_empty() {
            return self.clone();
        }
        let mut len = self.len;
        for (name, node) in &changes {
            match (self.contains_key(name), node.is_some()) {
                (false, true) => len += 1,
                (true, false) => len -= 1,
                _ => {}
            }
        }
        let mut changes = changes.into_iter().peekable();
        if self.len <= SMALL || len <= SMALL {
            let all = flat(&self.pieces).map(|(name, node)| (name.clone(), node.clone()));
            return Entries::cut(merge(all, changes));
        }
        let mut pieces: Vec<Arc<Piece>> = Vec::with_capacity(self.pieces.len() + 1);
        // Entries that are to be cut anew.
        let mut open: Vec<Entry> = Vec::new();
        for (index, piece) in self.pieces.iter().enumerate() {
            let next = self.pieces.get(index + 1).map(|next| &next.entries[0].0);
            let here = std::iter::from_fn(|| {
                changes.next_if(|(name, _)| next.is_none_or(|next| name < next))
            });
            let here: Vec<_> = here.collect();
            if here.is_empty() {
                cut_into(&mut pieces, std::mem::take(&mut open));
                pieces.push(piece.clone());
                continue;
            }
            let merged = merge(piece.entries.iter().cloned(), here.into_iter());
            // Without the name that it began at, it goes on from the one before.
            if open.is_empty()
                && merged.first().is_some_and(|(name, _)| !begins(name))
                && let Some(before) = pieces.pop()
            {
                open = before.entries.clone();
            }
            open.extend(merged);
        }
        cut_into(&mut pieces, open);
        Entries { pieces, len }
    }

    /// What differs from another version of the directory. Pieces that both have aren't looked at,
    /// nor are nodes that are one and the same in memory.
    pub(super) fn differences<'a>(&'a self, other: &'a Entries) -> Vec<Difference<'a>> {
        let addresses = |entries: &Entries| -> HashSet<*const Piece> {
            entries.pieces.iter().map(Arc::as_ptr).collect()
        };
        let (before, after) = (addresses(self), addresses(other));
        let own = |entries: &'a Entries, others: HashSet<*const Piece>| {
            let pieces = entries.pieces.iter();
            pieces
                .filter(move |piece| !others.contains(&Arc::as_ptr(piece)))
                .flat_map(|piece| &piece.entries)
        };
        let mut old = own(self, after).peekable();
        let mut new = own(other, before).peekable();
        let mut found = Vec::new();
        loop {
            let order = match (old.peek(), new.peek()) {
                (Some((old, _)), Some((new, _))) => old.cmp(new),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => return found,
            };
            let before = if order.is_le() { old.next() } else { None };
            let after = if order.is_ge() { new.next() } else { None };
            match (before, after) {
                (Some((_, old)), Some((_, new))) if old.is(new) => {}
                (Some((name, old)), new) => found.push((name, Some(old), new.map(|new| &new.1))),
                (None, Some((name, new))) => found.push((name, None, Some(new))),
                (None, None) => {}
            }
        }
    }

    pub(super) fn hash(&self) -> io::Result<Hash> {
        if self.len <= SMALL {
            return match self.pieces.first() {
                Some(all) => all.hash(),
                None => Piece::of(Vec::new()).hash(),
            };
        }
        let pieces = self.pieces.iter().map(|piece| piece.hash());
        Ok(hash_of_pieces(&pieces.collect::<io::Result<Vec<_>>>()?))
    }
}

fn cut_into(pieces: &mut Vec<Arc<Piece>>, entries: Vec<Entry>) {
    let mut piece = Vec::new();
    for entry in entries {
        if begins(&entry.0) && !piece.is_empty() {
            pieces.push(Piece::of(std::mem::take(&mut piece)));
        }
        piece.push(entry);
    }
    if !piece.is_empty() {
        pieces.push(Piece::of(piece));
    }
}

/// Sorted entries with sorted changes made to them.
fn merge(
    entries: impl Iterator<Item = Entry>,
    changes: impl Iterator<Item = (Name, Option<Node>)>,
) -> Vec<Entry> {
    let mut entries = entries.peekable();
    let mut merged = Vec::with_capacity(entries.size_hint().0);
    for (name, node) in changes {
        merged.extend(std::iter::from_fn(|| entries.next_if(|(at, _)| *at < name)));
        entries.next_if(|(at, _)| *at == name);
        merged.extend(node.map(|node| (name, node)));
    }
    merged.extend(entries);
    merged
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::workspace::File;

    fn node(number: u32) -> Node {
        Node::File(Arc::new(File::new(number.to_le_bytes().to_vec())))
    }

    fn text(entries: &Entries) -> Vec<(String, Hash)> {
        let of = |(name, node): (&Name, &Node)| (name.to_string(), node.hash().unwrap());
        entries.into_iter().map(of).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

        /// Sizes go over [`SMALL`] and back; a piece loses the name that it begins at, and others.
        #[test]
        fn versions_are_what_they_would_be_made_anew_and_differ_by_what_was_changed(
            first in prop::collection::btree_map(0u32..600, any::<u32>(), 0..400),
            steps in prop::collection::vec(
                prop::collection::btree_map(0u32..600, prop::option::of(any::<u32>()), 0..100),
                1..5,
            ),
        ) {
            let name = |number: &u32| Name::from(format!("name {number}"));
            let mut all: BTreeMap<Name, Node> =
                first.iter().map(|(at, value)| (name(at), node(*value))).collect();
            let mut entries = Entries::from(all.clone());
            for step in steps {
                let changes: BTreeMap<Name, Option<Node>> =
                    step.iter().map(|(at, value)| (name(at), value.map(node))).collect();
                let next = entries.with(changes.clone());
                for (name, node, other) in entries.differences(&next) {
                    prop_assert!(changes.contains_key(name), "{name} was not changed");
                    prop_assert_eq!(node.is_some(), all.contains_key(name));
                    prop_assert_eq!(other.is_some(), changes[name].is_some());
                }
                let found = entries.differences(&next).len();
                let changed = changes.iter().filter(|(name, node)| node.is_some() || all.contains_key(*name));
                prop_assert_eq!(found, changed.count());
                for (name, node) in changes {
                    match node {
                        Some(node) => all.insert(name, node),
                        None => all.remove(&name),
                    };
                }
                let anew = Entries::from(all.clone());
                prop_assert_eq!(next.len(), all.len());
                prop_assert_eq!(text(&next), text(&anew));
                let lengths = |entries: &Entries| -> Vec<usize> {
                    entries.pieces.iter().map(|piece| piece.entries.len()).collect()
                };
                prop_assert_eq!(lengths(&next), lengths(&anew));
                prop_assert_eq!(next.hash().unwrap(), anew.hash().unwrap());
                prop_assert!(all.keys().all(|name| next.contains_key(name)));
                prop_assert!(!next.contains_key("name"));
                entries = next;
            }
        }
    }

    #[test]
    fn a_change_to_a_large_directory_leaves_most_of_it_shared() {
        let names = (0..100_000).map(|number| Name::from(format!("file {number}")));
        let all: BTreeMap<Name, Node> = names.map(|name| (name, node(0))).collect();
        let entries = Entries::from(all);
        let largest = entries.pieces.iter().map(|piece| piece.entries.len()).max();
        assert!(largest < Some(600), "{largest:?}");
        let next = entries.with([("file 5000".into(), Some(node(1)))].into());
        let before: HashSet<_> = entries.pieces.iter().map(Arc::as_ptr).collect();
        let new = next.pieces.iter().map(Arc::as_ptr);
        assert_eq!(new.filter(|piece| !before.contains(piece)).count(), 1);
    }
}
