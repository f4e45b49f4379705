//! The trials that a grid comes to.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::choice::Choice;
use super::grid::Grid;
use crate::agent::Prompts;
use crate::model::ModelName;
use crate::packages::Packages;
use crate::sandbox::Runner;
use crate::task::{GuestError, Paper, PaperId, Parser, Task, TaskError, TaskId};
use crate::trial::{FORMAT, RecordError, RunFolder, TrialError, TrialSpec};

/// What is kept in a run's folder as.
const FILE: &str = "plan.json";

/// A grid and its trials, with the papers they are about.
#[derive(Clone, Debug)]
pub struct Plan {
    pub grid: Grid,
    pub trials: Vec<TrialSpec>,
    papers: BTreeMap<PaperId, Arc<Paper>>,
    /// Papers that simulated models are left out for, since no audit says what wrong code is.
    pub unaudited: BTreeSet<PaperId>,
}

/// What becomes of simulated models at papers without an audit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unaudited {
    /// The plan is refused: they were asked for.
    Refuse,
    /// They are left out there.
    LeaveOut,
}

/// `plan.json`.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlanFile {
    format: u32,
    grid: Grid,
    trials: Vec<String>,
    /// What it was extended from, in the order of having been asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    earlier: Vec<Part>,
}

/// A grid and the names of the trials that it comes to.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    grid: Grid,
    trials: Vec<String>,
}

impl PlanFile {
    /// The names of all trials, each once.
    pub fn trials(&self) -> BTreeSet<&String> {
        let earlier = self.earlier.iter().flat_map(|part| &part.trials);
        earlier.chain(&self.trials).collect()
    }

    /// That of a run's folder; nothing where there is none.
    pub fn read(folder: &Path) -> Result<Option<PlanFile>, RecordError> {
        RunFolder::peek(folder, FILE)
    }

    pub fn write(&self, folder: &RunFolder) -> Result<(), RecordError> {
        folder.write(FILE, self)
    }
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
        "{folder} holds another run; choose another folder with --out, ask for the same, or have this run be added to it with --extend"
    )]
    Other { folder: String },
    #[error(
        "{folder} holds no run that was planned so: it has other trials than papers, prompts and the runtime come to on this machine (processors without AVX2 and FMA have a runtime of their own)"
    )]
    Changed { folder: String },
    #[error(transparent)]
    Record(#[from] RecordError),
    #[error(transparent)]
    Guest(#[from] GuestError),
}

impl Plan {
    /// The trials of a grid, over the papers in a folder.
    pub fn make(
        grid: Grid,
        tasks: &Path,
        prompts: &Prompts,
        parser: &Parser,
        unaudited: Unaudited,
    ) -> Result<Plan, PlanError> {
        let Choice { ids, papers } =
            Choice::make(tasks, &grid.tasks, &grid.n, &grid.only, grid.sample, parser)?;
        let mut plan = Plan {
            grid,
            trials: Vec::new(),
            papers,
            unaudited: BTreeSet::new(),
        };
        let simulated = |model: &ModelName| matches!(model, ModelName::Sim { .. });
        if plan.grid.models.iter().any(simulated) {
            let papers: BTreeSet<&PaperId> = ids.iter().map(TaskId::paper).collect();
            for id in papers {
                match (plan.papers[id].check_failing(), unaudited) {
                    (Ok(()), _) => {}
                    (Err(TaskError::NoWrongCode { .. }), Unaudited::LeaveOut) => {
                        plan.unaudited.insert(id.clone());
                    }
                    (Err(error), _) => return Err(error.into()),
                }
            }
        }
        for id in &ids {
            let task = plan.task(id)?;
            for model in &plan.grid.models {
                if simulated(model) && plan.unaudited.contains(id.paper()) {
                    continue;
                }
                for settings in &plan.grid.settings {
                    for attempt in 1..=plan.grid.attempts {
                        plan.trials.push(TrialSpec::new(
                            &task,
                            model.clone(),
                            attempt,
                            settings.clone(),
                            prompts,
                        )?);
                    }
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

    /// Makes sure that a run's folder holds this plan.
    pub fn check(&self, folder: &RunFolder) -> Result<(), PlanError> {
        match folder.read::<PlanFile>(FILE)? {
            Some(kept) if kept.grid == self.grid && kept.trials == self.file().trials => Ok(()),
            _ => Err(PlanError::Changed {
                folder: folder.path().display().to_string(),
            }),
        }
    }

    /// Fetches what the papers' code needs beside the runtime's packages.
    pub fn fetch(&self, runner: &Runner, packages: &Packages) -> Result<(), PlanError> {
        for paper in self.papers.values() {
            paper.runner(runner, packages)?;
        }
        Ok(())
    }

    fn file(&self) -> PlanFile {
        PlanFile {
            format: FORMAT,
            grid: self.grid.clone(),
            trials: self
                .trials
                .iter()
                .map(|trial| trial.id().to_string())
                .collect(),
            earlier: Vec::new(),
        }
    }

    /// Writes the plan to its run's folder, or finds that it is there already. Another one that is
    /// there is only added to, with `extend`: its trials stay.
    pub fn keep(&self, folder: &RunFolder, extend: bool) -> Result<(), PlanError> {
        let mut file = self.file();
        let Some(kept) = folder.read::<PlanFile>(FILE)? else {
            return Ok(file.write(folder)?);
        };
        let known = kept.earlier.iter().any(|part| part.grid == file.grid);
        if kept.grid != file.grid && !known && !extend {
            return Err(PlanError::Other {
                folder: folder.path().display().to_string(),
            });
        }
        let is_same = kept.grid == file.grid && kept.trials == file.trials;
        file.earlier = kept.earlier;
        file.earlier.push(Part {
            grid: kept.grid,
            trials: kept.trials,
        });
        // The same grid over papers, prompts or a runtime that have changed: other trials.
        file.earlier.retain(|part| part.grid != file.grid);
        match is_same {
            true => Ok(()),
            false => Ok(file.write(folder)?),
        }
    }
}
