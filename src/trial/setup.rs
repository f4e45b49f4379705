//! The repository, the brief and the model of a trial.

use std::collections::BTreeMap;

use super::attempt::TrialError;
use super::replay;
use super::resume::Recorded;
use super::spec::{Settings, TrialSpec};
use crate::agent::{Brief, BriefExperiment, BriefFunction, Event, History, Prompts, WORKSPACE};
use crate::model::{Model, ModelName, Nop, Oracle, Providers, Scripted, Share, simulated};
use crate::sandbox::Limits;
use crate::task::{Docstring, Files, Paper, Task};
use crate::workspace::{Hash, Tree};

/// The files that an agent finds beside the code.
pub(super) const PAPER_FILE: &str = "PAPER.md";
pub(super) const TASK_FILE: &str = "TASK.md";

/// What the model is told of a task.
pub(super) fn brief(task: &Task, settings: &Settings) -> Result<Brief, TrialError> {
    let paper = task.paper();
    Ok(Brief {
        title: paper.title.clone(),
        place: WORKSPACE.to_owned(),
        packages: paper.guest.0.clone(),
        functions: task
            .functions()
            .map(|function| BriefFunction {
                file: function.file.clone(),
                name: function.name.clone(),
                description: function.description.clone(),
            })
            .collect(),
        experiments: task
            .experiments()?
            .into_iter()
            .map(|experiment| BriefExperiment {
                id: experiment.id.clone(),
                description: experiment.description.clone(),
                command: shlex::try_join(experiment.command.iter().map(String::as_str))
                    .unwrap_or_else(|_| experiment.command.join(" ")),
                metrics: experiment
                    .metrics
                    .iter()
                    .map(|metric| metric.name.clone())
                    .collect(),
            })
            .collect(),
        max_steps: settings.max_steps,
        limits: settings.budget.told(),
    })
}

/// The repository as the agent finds it: the masked code, the paper without its results, the task.
pub(super) fn repository(
    task: &Task,
    docstring: Docstring,
    brief: &Brief,
    prompts: &Prompts,
) -> Result<Tree, TrialError> {
    let files = files(task, docstring, prompts.task(brief)?)?;
    Ok(files.into_iter().collect())
}

/// The files of a repository whose task is told in these words.
pub(super) fn files(task: &Task, docstring: Docstring, told: String) -> Result<Files, TrialError> {
    let mut files = task.masked_code(docstring)?;
    let added = [
        (PAPER_FILE, task.paper().text.redacted()),
        (TASK_FILE, told),
    ];
    for (name, text) in added {
        if files.insert(name.to_owned(), text.into_bytes()).is_some() {
            return Err(TrialError::Taken {
                paper: task.paper().id.clone(),
                file: name,
            });
        }
    }
    Ok(files)
}

/// The repository of a task as an agent finds it.
pub fn as_found(task: &Task, settings: &Settings, prompts: &Prompts) -> Result<Tree, TrialError> {
    repository(task, settings.docstring, &brief(task, settings)?, prompts)
}

/// The model by its name. Only the oracle, and those that are simulated with it, are given the
/// reference. One that has to be paid for goes on
/// from what was recorded of the trial when it was stopped.
pub(super) fn model(
    spec: &TrialSpec,
    task: &Task,
    providers: &Providers,
    earlier: &[Event],
) -> Result<Box<dyn Model>, TrialError> {
    Ok(match &spec.model {
        ModelName::Nop => Box::new(Nop),
        ModelName::Oracle => oracle(task, Share::CERTAIN, 0, spec.attempt)?,
        ModelName::Sim { right, seed } => oracle(task, *right, *seed, spec.attempt)?,
        ModelName::Script(path) => Box::new(Scripted::read(path)?),
        ModelName::Replay(path) => Box::new(Scripted::new(replay::replies(
            path,
            task.id(),
            spec.attempt,
        )?)),
        ModelName::Remote { provider, model } => {
            let model = providers.model(*provider, model, spec.attempt);
            let model = model.ok_or_else(|| TrialError::NotReady(spec.model.clone()))?;
            Box::new(Recorded::conversation(earlier, model))
        }
    })
}

/// A model that writes each function right with a probability.
fn oracle(
    task: &Task,
    right: Share,
    seed: u64,
    attempt: u32,
) -> Result<Box<dyn Model>, TrialError> {
    let written = simulated(task, right, seed, attempt)?;
    Ok(Box::new(Oracle::new(written, task.experiments()?)))
}

/// What of the conversation the model is shown again: all, for those that can't sum up.
pub(super) fn history(spec: &TrialSpec) -> History {
    match spec.model {
        ModelName::Oracle | ModelName::Nop | ModelName::Sim { .. } => History::Full,
        ModelName::Script(_) | ModelName::Replay(_) | ModelName::Remote { .. } => {
            spec.settings.history
        }
    }
}

/// The hash of what a model that has its replies from a file will say.
pub(super) fn replies_digest(
    model: &ModelName,
    task: &Task,
    attempt: u32,
) -> Result<Option<String>, TrialError> {
    Ok(match model {
        ModelName::Script(path) => {
            // Read as a whole, so that a script that can't be is told before anything is run.
            Scripted::read(path)?;
            let bytes = std::fs::read(path).map_err(|source| TrialError::Read {
                path: path.clone(),
                source,
            })?;
            Some(Hash::of(&bytes).to_string())
        }
        ModelName::Replay(path) => {
            let replies = replay::replies(path, task.id(), attempt)?;
            let json = serde_json::to_vec(&replies).unwrap_or_default();
            Some(Hash::of(&json).to_string())
        }
        ModelName::Nop | ModelName::Oracle | ModelName::Sim { .. } | ModelName::Remote { .. } => {
            None
        }
    })
}

/// The model that tools may ask, which is the agent's own: none where that only acts.
pub(super) fn auxiliary(
    spec: &TrialSpec,
    providers: &Providers,
    earlier: &[Event],
) -> Option<Box<dyn Model>> {
    match &spec.model {
        ModelName::Remote { provider, model } => {
            let model = providers.model(*provider, model, spec.attempt)?;
            Some(Box::new(Recorded::auxiliary(earlier, model)))
        }
        ModelName::Nop
        | ModelName::Oracle
        | ModelName::Sim { .. }
        | ModelName::Script(_)
        | ModelName::Replay(_) => None,
    }
}

/// What each run of a trial may use: enough for the most demanding experiment.
pub(super) fn limits(paper: &Paper) -> Limits {
    let limits = Limits::default();
    let most = |default: u64, of: &dyn Fn(&crate::task::ExperimentLimits) -> Option<u64>| {
        let set = paper
            .experiments
            .iter()
            .filter_map(|experiment| of(&experiment.limits));
        set.max().unwrap_or(default)
    };
    let time = paper
        .experiments
        .iter()
        .filter_map(|experiment| experiment.limits.time)
        .max();
    Limits {
        fuel: most(limits.fuel, &|set| set.fuel),
        memory: most(limits.memory, &|set| set.memory),
        wall: time.unwrap_or(limits.wall),
        ..limits
    }
}

/// The hash of a paper's folder: of its description, its text, its code and its alternative input.
pub(super) fn paper_digest(paper: &Paper) -> Result<String, TrialError> {
    let read = |name: &str| {
        let path = paper.dir.join(name);
        std::fs::read(&path).map_err(|source| TrialError::Read { path, source })
    };
    let code = paper.code()?;
    let mut files: BTreeMap<String, Vec<u8>> = code
        .into_iter()
        .map(|(path, bytes)| (format!("code/{path}"), bytes))
        .collect();
    let alternative = paper.alternative()?.unwrap_or_default().into_iter();
    files.extend(alternative.map(|(path, bytes)| (format!("alternative/{path}"), bytes)));
    let lock = (!paper.guest.0.is_empty()).then_some("guest.lock");
    for name in ["task.toml", "paper.md"].into_iter().chain(lock) {
        files.insert(name.to_owned(), read(name)?);
    }
    let tree: Tree = files.into_iter().collect();
    Ok(tree.hash().map_err(TrialError::Hash)?.to_string())
}
