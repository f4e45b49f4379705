//! The tasks that are wanted, of the papers in a folder.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::grid::{Ns, Only};
use crate::task::{Paper, PaperId, Parser, Sample, Selection, Task, TaskError, TaskId, papers};

/// Tasks, in order and each once, and the papers they are of.
#[derive(Clone, Debug)]
pub struct Choice {
    pub ids: Vec<TaskId>,
    pub papers: BTreeMap<PaperId, Arc<Paper>>,
}

impl Choice {
    /// A paper that is named (as its n = 0 task) stands for its tasks of every n that are like
    /// `only`, and a sample of those; a task with masks for itself. Where nothing is named, all
    /// papers are.
    pub fn make(
        tasks: &Path,
        named: &[TaskId],
        n: &Ns,
        only: &Only,
        sample: Option<Sample>,
        parser: &Parser,
    ) -> Result<Choice, TaskError> {
        let mut all = BTreeMap::new();
        let wanted: Vec<PaperId> = match named {
            [] => papers(tasks)?,
            named => named.iter().map(|task| task.paper().clone()).collect(),
        };
        for id in wanted {
            let whole = Task::load(tasks, &TaskId::new(id.clone(), []), parser)?;
            all.insert(id, whole.paper().clone());
        }
        let whole: Vec<(PaperId, usize)> = all
            .iter()
            .filter(|(id, _)| {
                let is_it = |task: &TaskId| task.masked().is_empty() && task.paper() == *id;
                named.is_empty() || named.iter().any(is_it)
            })
            .map(|(id, paper)| (id.clone(), paper.functions.len()))
            .collect();
        let selection = Selection {
            n: n.0.iter().copied().collect(),
            sample,
        };
        let mut ids = selection.tasks(&whole, |id| is_wanted(only, &all[id.paper()], id))?;
        ids.extend(
            named
                .iter()
                .filter(|task| !task.masked().is_empty())
                .cloned(),
        );
        let mut seen = BTreeSet::new();
        ids.retain(|id| seen.insert(id.clone()));
        Ok(Choice { ids, papers: all })
    }
}

/// Whether a task is like those that are wanted.
fn is_wanted(only: &Only, paper: &Paper, id: &TaskId) -> Result<bool, TaskError> {
    let masked = id.masked();
    let is_field = |field: &String| paper.field.to_lowercase().contains(&field.to_lowercase());
    if !only.fields.is_empty() && !only.fields.iter().any(is_field) {
        return Ok(false);
    }
    let lines = masked.iter().map(|index| paper.functions[*index].lines);
    if only.size.is_some_and(|size| !size.contains(lines.sum())) {
        return Ok(false);
    }
    match only.coupling {
        Some(coupling) => Ok(coupling.contains(paper.coupling(masked)?)),
        None => Ok(true),
    }
}
