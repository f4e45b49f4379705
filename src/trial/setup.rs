//! The repository, the brief and the model of a trial.

use std::collections::BTreeMap;

use super::ablation::{CommandGiven, PaperGiven, Readme, remove_readmes, without_command};
use super::attempt::TrialError;
use super::embedding::{self, Comparer};
use super::fixed::{self, Fixed};
use super::passages::passages;
use super::replay;
use super::resume::Recorded;
use super::spec::{Settings, TrialSpec};
use crate::agent::{
    Brief, BriefExperiment, BriefFunction, BriefPaper, Event, History, Interaction, Opening,
    Prompts, Speaker, ToolSet, WORKSPACE,
};
use crate::model::{Model, ModelName, Nop, Oracle, Providers, Scripted, Share, simulated};
use crate::sandbox::Limits;
use crate::task::{Experiment, Files, Paper, Task};
use crate::workspace::{Hash, Tree};

/// The files that an agent finds beside the code.
pub(super) const PAPER_FILE: &str = "PAPER.md";
pub(super) const TASK_FILE: &str = "TASK.md";

/// What the model is told of a task.
pub(super) fn brief(task: &Task, settings: &Settings) -> Result<Brief, TrialError> {
    let paper = task.paper();
    let brief = Brief {
        title: paper.title.clone(),
        place: WORKSPACE.to_owned(),
        paper: match &settings.paper {
            PaperGiven::Full => BriefPaper::File,
            PaperGiven::None => BriefPaper::None,
            // They are found when the trial begins, since that has to be paid for.
            PaperGiven::Embedding(_) if task.n() > 0 => BriefPaper::Passages(Vec::new()),
            given => match passages(task, given)? {
                found if found.is_empty() => BriefPaper::None,
                found => BriefPaper::Passages(found),
            },
        },
        files: Vec::new(),
        left_out: Vec::new(),
        commands: settings.command == CommandGiven::Given,
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
            .map(|experiment| told_of(experiment, settings))
            .collect(),
        max_steps: settings.max_steps,
        limits: settings.budget.told(),
    };
    match settings.interaction {
        Interaction::Dynamic => Ok(brief),
        Interaction::Fixed => all_shown(task, settings, brief),
    }
}

/// The brief of a model that can't look for itself: with the files, and the paper, beside the task.
fn all_shown(task: &Task, settings: &Settings, brief: Brief) -> Result<Brief, TrialError> {
    let (files, left_out) = fixed::shown(task, &code(task, settings)?);
    let whole = || vec![task.paper().text.redacted()];
    Ok(Brief {
        paper: match brief.paper {
            BriefPaper::File => BriefPaper::Passages(whole()),
            other => other,
        },
        files,
        left_out,
        ..brief
    })
}

fn told_of(experiment: &Experiment, settings: &Settings) -> BriefExperiment {
    let command = shlex::try_join(experiment.command.iter().map(String::as_str))
        .unwrap_or_else(|_| experiment.command.join(" "));
    let metrics = experiment.metrics.iter().map(|metric| metric.name.clone());
    BriefExperiment {
        id: experiment.id.clone(),
        description: match settings.command {
            CommandGiven::Given => experiment.description.clone(),
            CommandGiven::Withheld => without_command(&experiment.description, &command),
        },
        command: (settings.command == CommandGiven::Given).then_some(command),
        metrics: metrics.collect(),
    }
}

/// The repository as the agent finds it: the masked code, the paper without its results, the task.
pub(super) fn repository(
    task: &Task,
    settings: &Settings,
    brief: &Brief,
    prompts: &Prompts,
) -> Result<Tree, TrialError> {
    let files = files(task, settings, prompts.task(brief)?)?;
    Ok(files.into_iter().collect())
}

/// The masked code, with what of it is given.
fn code(task: &Task, settings: &Settings) -> Result<Files, TrialError> {
    let mut files = task.masked_code(settings.docstring)?;
    if settings.readme == Readme::Removed {
        remove_readmes(&mut files);
    }
    Ok(files)
}

/// The files of a repository whose task is told in these words.
pub(super) fn files(task: &Task, settings: &Settings, told: String) -> Result<Files, TrialError> {
    let mut files = code(task, settings)?;
    let paper = (settings.paper == PaperGiven::Full).then(|| task.paper().text.redacted());
    let paper = paper.map(|text| (PAPER_FILE, text));
    for (name, text) in paper.into_iter().chain([(TASK_FILE, told)]) {
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
    repository(task, settings, &brief(task, settings)?, prompts)
}

/// What a trial with these settings begins with.
pub fn opening(task: &Task, settings: &Settings, prompts: &Prompts) -> Result<Opening, TrialError> {
    settings.check()?;
    let brief = brief(task, settings)?;
    Ok(match settings.interaction {
        Interaction::Dynamic => {
            prompts.opening(&brief, settings.strategy, &tools(task, settings)?, &[])?
        }
        Interaction::Fixed => prompts.fixed(&brief)?,
    })
}

/// What the agent can call.
pub(super) fn tools(task: &Task, settings: &Settings) -> Result<ToolSet, TrialError> {
    Ok(match settings.interaction {
        Interaction::Dynamic => settings.strategy.tools(settings.tools),
        Interaction::Fixed => ToolSet::fixed(Box::new(Fixed {
            experiments: task.experiments()?.into_iter().cloned().collect(),
            task: task.clone(),
        })),
    })
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
    let is_fixed = spec.settings.interaction == Interaction::Fixed;
    let speaking = |model| -> Box<dyn Model> {
        let Settings {
            strategy, tools, ..
        } = spec.settings;
        Box::new(Speaker::new(model, strategy, strategy.tools(tools).specs()))
    };
    Ok(match &spec.model {
        ModelName::Nop => speaking(Box::new(Nop)),
        ModelName::Oracle if is_fixed => {
            fixed::replying(task, &simulated(task, Share::CERTAIN, 0, spec.attempt)?)
        }
        ModelName::Sim { right, seed } if is_fixed => {
            fixed::replying(task, &simulated(task, *right, *seed, spec.attempt)?)
        }
        ModelName::Oracle => speaking(oracle(task, Share::CERTAIN, 0, spec.attempt)?),
        ModelName::Sim { right, seed } => speaking(oracle(task, *right, *seed, spec.attempt)?),
        ModelName::Script(path) => Box::new(Scripted::read(path)?),
        ModelName::Replay(path) => Box::new(Scripted::new(replay::replies(
            path,
            task.id(),
            spec.attempt,
        )?)),
        ModelName::Remote { provider, model } => {
            let model = providers.model(*provider, model, spec.attempt, &spec.settings.asking);
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
            let model = providers.model(*provider, model, spec.attempt, &spec.settings.asking)?;
            Some(Box::new(Recorded::auxiliary(earlier, model)))
        }
        ModelName::Nop
        | ModelName::Oracle
        | ModelName::Sim { .. }
        | ModelName::Script(_)
        | ModelName::Replay(_) => None,
    }
}

/// What finds passages of the paper for a trial, if it wants that; it goes on from what was recorded.
pub(super) fn comparer(
    spec: &TrialSpec,
    providers: &Providers,
    earlier: &[Event],
) -> Result<Option<Comparer>, TrialError> {
    let PaperGiven::Embedding(name) = &spec.settings.paper else {
        return Ok(None);
    };
    let embedder = providers.embedder(name);
    Ok(Some(Comparer {
        recorded: embedding::recorded(earlier),
        embedder: Some(embedder.ok_or_else(|| TrialError::NotReady(name.clone()))?),
    }))
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
