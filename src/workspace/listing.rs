//! A directory as bytes: what its state is the hash of, and what a store keeps of it.

use serde::{Deserialize, Serialize};

use super::content::Content;
use super::tree::{Dir, Hash, Name, Node};

/// A directory without what its files hold.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Listing {
    /// When the directory was last changed, in nanoseconds since 1970, if it was within a workspace.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub modified: Option<u64>,
    /// In the order of their names.
    pub entries: Vec<(Name, Entry)>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub(super) enum Entry {
    Dir {
        /// The hash of its listing.
        state: Hash,
    },
    File {
        hash: Hash,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        modified: Option<u64>,
    },
    Symlink {
        target: Name,
    },
}

impl Listing {
    /// Nothing where a part of the directory is the host's to change.
    pub fn of(dir: &Dir) -> Option<Listing> {
        if dir.is_on_host() {
            return None;
        }
        let entries = dir.entries().ok()?.into_iter();
        let entries = entries.map(|(name, node)| Some((name.clone(), Entry::of(node)?)));
        Some(Listing {
            modified: dir.modified(),
            entries: entries.collect::<Option<_>>()?,
        })
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("names, numbers and hashes are JSON")
    }
}

impl Entry {
    fn of(node: &Node) -> Option<Entry> {
        Some(match node {
            Node::Dir(dir) => Entry::Dir {
                state: dir.state()?,
            },
            Node::File(file) => match file.content() {
                Content::Bytes(_) if file.annex().is_none() => Entry::File {
                    hash: file.hash().ok()?,
                    modified: file.modified(),
                },
                _ => return None,
            },
            Node::Symlink(target) => Entry::Symlink {
                target: target.clone(),
            },
        })
    }
}
