//! The trials that a grid comes to.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::grid::{Grid, Only};
use crate::agent::Prompts;
use crate::model::ModelName;
use crate::task::{Paper, PaperId, Parser, Selection, Task, TaskError, TaskId, papers};
use crate::trial::{FORMAT, RecordError, RunFolder, TrialError, TrialSpec};

/// What is kept in a run's folder as.
const FILE: &str = "plan.json";

/// A grid and its trials, with the papers they are about.
#[derive(Clone, Debug)]
pub struct Plan {
    pub grid: Grid,
    pub trials: Vec<TrialSpec>,
    papers: BTreeMap<PaperId, Arc<Paper>>,
}

/// `plan.json`.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlanFile {
    format: u32,
    grid: Grid,
    trials: Vec<String>,
}

/// A grid that comes to nothing that can be run.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    #[error(transparent)]
    Task(#[from] TaskError),
    #[error(transparent)]
    Trial(#[from] TrialError),
    #[error(
        "there is nothing to run: no paper has a task that is all of what was asked for with --n, --field, --size and --coupling"
    )]
    Nothing,
    #[error(
        "{folder} holds another run; choose another folder with --out, or ask for the same models, tasks, n and attempts"
    )]
    Other { folder: String },
    #[error(transparent)]
    Record(#[from] RecordError),
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

impl Plan {
    /// The trials of a grid, over the papers in a folder.
    pub fn make(
        grid: Grid,
        tasks: &Path,
        prompts: &Prompts,
        parser: &Parser,
    ) -> Result<Plan, PlanError> {
        let mut all = BTreeMap::new();
        let wanted: Vec<PaperId> = match grid.tasks.as_slice() {
            [] => papers(tasks)?,
            named => named.iter().map(|task| task.paper().clone()).collect(),
        };
        for id in wanted {
            let whole = Task::load(tasks, &TaskId::new(id.clone(), []), parser)?;
            all.insert(id, whole.paper().clone());
        }
        // A paper stands for its tasks of every n, a task with masks for itself.
        let whole: Vec<(PaperId, usize)> = all
            .iter()
            .filter(|(id, _)| {
                let named = |task: &TaskId| task.masked().is_empty() && task.paper() == *id;
                grid.tasks.is_empty() || grid.tasks.iter().any(named)
            })
            .map(|(id, paper)| (id.clone(), paper.functions.len()))
            .collect();
        let selection = Selection {
            n: grid.n.0.iter().copied().collect(),
            sample: grid.sample,
        };
        let mut ids = selection.tasks(&whole, |id| is_wanted(&grid.only, &all[id.paper()], id))?;
        ids.extend(
            grid.tasks
                .iter()
                .filter(|task| !task.masked().is_empty())
                .cloned(),
        );
        let mut seen = BTreeSet::new();
        ids.retain(|id| seen.insert(id.clone()));
        let mut plan = Plan {
            grid,
            trials: Vec::new(),
            papers: all,
        };
        let simulated = |model: &ModelName| matches!(model, ModelName::Sim { .. });
        if plan.grid.models.iter().any(simulated) {
            let papers: BTreeSet<&PaperId> = ids.iter().map(TaskId::paper).collect();
            for id in papers {
                plan.papers[id].check_failing()?;
            }
        }
        for id in &ids {
            let task = plan.task(id)?;
            for model in &plan.grid.models {
                for attempt in 1..=plan.grid.attempts {
                    let settings = plan.grid.settings.clone();
                    plan.trials.push(TrialSpec::new(
                        &task,
                        model.clone(),
                        attempt,
                        settings,
                        prompts,
                    )?);
                }
            }
        }
        if plan.trials.is_empty() {
            return Err(PlanError::Nothing);
        }
        Ok(plan)
    }

    /// One of the plan's tasks.
    pub fn task(&self, id: &TaskId) -> Result<Task, PlanError> {
        let paper = self.papers.get(id.paper()).ok_or(PlanError::Nothing)?;
        Ok(Task::new(paper.clone(), id.masked().iter().copied())?)
    }

    /// Writes the plan to its run's folder, or finds that it is there already. How many of its
    /// trials are finished is given back.
    pub fn keep(&self, folder: &RunFolder) -> Result<usize, PlanError> {
        let file = PlanFile {
            format: FORMAT,
            grid: self.grid.clone(),
            trials: self
                .trials
                .iter()
                .map(|trial| trial.id().to_string())
                .collect(),
        };
        match folder.read::<PlanFile>(FILE)? {
            Some(kept) if kept.grid != file.grid => {
                return Err(PlanError::Other {
                    folder: folder.path().display().to_string(),
                });
            }
            Some(kept) if kept == file => {}
            // The same grid over papers, prompts or a runtime that have changed: other trials.
            _ => folder.write(FILE, &file)?,
        }
        Ok(self
            .trials
            .iter()
            .filter(|trial| folder.is_done(&trial.id()))
            .count())
    }
}
