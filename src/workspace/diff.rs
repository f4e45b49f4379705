//! What differs between two trees, in time proportional to what does.

use std::io;

use serde::{Deserialize, Serialize};

use super::tree::{Dir, Node, Tree};

/// What happened to a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// Nothing was there.
    Added,
    /// Something else was there.
    Modified,
    /// Nothing is there any more.
    Removed,
}

/// One path that differs.
#[derive(Clone)]
pub struct Change {
    /// Relative to the roots, with `/` between names.
    pub path: String,
    /// What was there.
    pub before: Option<Node>,
    /// What is there.
    pub after: Option<Node>,
}

impl Change {
    /// What happened, by what was and is there.
    pub fn kind(&self) -> ChangeKind {
        match (&self.before, &self.after) {
            (None, _) => ChangeKind::Added,
            (_, None) => ChangeKind::Removed,
            _ => ChangeKind::Modified,
        }
    }

    /// Whether it is a directory that came or went; its contents are changes of their own.
    pub fn is_dir(&self) -> bool {
        matches!(
            self.after.as_ref().or(self.before.as_ref()),
            Some(Node::Dir(_))
        )
    }
}

/// The changes that make `after` out of `before`, in the order of their paths; a directory comes
/// before what is new in it and goes after what was removed from it. Subtrees that are one and
/// the same in memory aren't looked into.
pub fn diff(before: &Tree, after: &Tree) -> io::Result<Vec<Change>> {
    let mut changes = Vec::new();
    compare(before.root(), after.root(), "", &mut changes)?;
    Ok(changes)
}

fn compare(before: &Dir, after: &Dir, at: &str, changes: &mut Vec<Change>) -> io::Result<()> {
    for (name, old, new) in before.entries()?.differences(after.entries()?) {
        let path = format!("{at}{name}");
        match (old, new) {
            (Some(Node::Dir(old)), Some(Node::Dir(new))) => {
                compare(old, new, &format!("{path}/"), changes)?;
            }
            (Some(old), Some(new)) => {
                let replaced = matches!(old, Node::Dir(_)) || matches!(new, Node::Dir(_));
                if replaced {
                    removed(old, &path, changes)?;
                    added(new, &path, changes)?;
                } else if differ(old, new)? {
                    changes.push(Change {
                        path,
                        before: Some(old.clone()),
                        after: Some(new.clone()),
                    });
                }
            }
            (Some(old), None) => removed(old, &path, changes)?,
            (None, Some(new)) => added(new, &path, changes)?,
            (None, None) => {}
        }
    }
    Ok(())
}

/// Reads what has to be read to tell: nothing where the lengths do.
fn differ(old: &Node, new: &Node) -> io::Result<bool> {
    if let (Node::File(old), Node::File(new)) = (old, new)
        && old.content().len() != new.content().len()
    {
        return Ok(true);
    }
    Ok(old.hash()? != new.hash()?)
}

fn added(node: &Node, path: &str, changes: &mut Vec<Change>) -> io::Result<()> {
    changes.push(Change {
        path: path.to_owned(),
        before: None,
        after: Some(node.clone()),
    });
    if let Node::Dir(dir) = node {
        for (name, child) in dir.entries()? {
            added(child, &format!("{path}/{name}"), changes)?;
        }
    }
    Ok(())
}

fn removed(node: &Node, path: &str, changes: &mut Vec<Change>) -> io::Result<()> {
    if let Node::Dir(dir) = node {
        for (name, child) in dir.entries()? {
            removed(child, &format!("{path}/{name}"), changes)?;
        }
    }
    changes.push(Change {
        path: path.to_owned(),
        before: Some(node.clone()),
        after: None,
    });
    Ok(())
}
