//! What an attempt made of the repository, for people to read.

use std::collections::BTreeSet;
use std::io;

use super::attempt::TrialError;
use crate::task::Task;
use crate::workspace::{Change, Node, Tree, diff, patch};

/// Larger files, and what goes beyond the whole's limit, are left out: nobody reads them.
const LARGEST_FILE: u64 = 256 * 1024;
const LARGEST: usize = 1024 * 1024;

/// What an attempt made of the repository, as two patches in git's form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Patches {
    /// From the repository as it was given to how it was left.
    pub changes: Vec<u8>,
    /// From the reference's masked files to how those were left.
    pub reference: Vec<u8>,
}

impl Patches {
    pub(super) fn make(task: &Task, given: &Tree, left: &Tree) -> Result<Patches, TrialError> {
        let pristine: Tree = task.paper().code()?.into_iter().collect();
        let masked: BTreeSet<&str> = task.functions().map(|it| it.file.as_str()).collect();
        let of = |before: &Tree, wanted: &dyn Fn(&Change) -> bool| -> io::Result<Vec<u8>> {
            let mut changes = diff(before, left)?;
            changes.retain(|change| wanted(change) && is_small(change));
            let mut patch = patch(&changes)?;
            if patch.len() > LARGEST {
                let lines = patch[..LARGEST].iter().rposition(|byte| *byte == b'\n');
                patch.truncate(lines.map_or(0, |end| end + 1));
            }
            Ok(patch)
        };
        let is_masked = |change: &Change| masked.contains(change.path.as_str());
        Ok(Patches {
            changes: of(given, &|_| true).map_err(TrialError::Compare)?,
            reference: of(&pristine, &is_masked).map_err(TrialError::Compare)?,
        })
    }
}

fn is_small(change: &Change) -> bool {
    let size = |node: &Option<Node>| match node {
        Some(Node::File(file)) => file.content().len(),
        _ => 0,
    };
    size(&change.before) <= LARGEST_FILE && size(&change.after) <= LARGEST_FILE
}
