//! One attempt: from a task and a model's name to an outcome.

use std::cell::RefCell;
use std::io;
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::FORMAT;
use super::debugging::Debugging;
use super::embedding::{Comparer, Found, NotFound};
use super::outcome::{Measured, TrialOutcome, answer, failure};
use super::patches::Patches;
use super::replay::ReplayError;
use super::setup;
use super::spec::{Digests, Seeds, Settings, TrialSpec};
use crate::agent::{
    Agent, AgentError, BriefPaper, End, Environment, Event, Interaction, Opening, PromptError,
    Prompts, Recorder, WORKSPACE,
};
use crate::model::{Model, ModelName, Providers, ScriptError};
use crate::sandbox::{Runner, Sandbox, SandboxError};
use crate::score::{self, Printed, Reporter, ScoreError};
use crate::task::{GuestError, PaperId, Task, TaskError};
use crate::workspace::{Access, Hash, MountError, Workspace};

/// What stands in the way of a trial, on our side. Nothing a model or a guest does is one of these.
#[derive(Debug, thiserror::Error)]
pub enum TrialError {
    #[error(transparent)]
    Task(#[from] TaskError),
    #[error(transparent)]
    Guest(#[from] GuestError),
    #[error(transparent)]
    Prompt(#[from] PromptError),
    #[error(transparent)]
    Agent(#[from] AgentError),
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    #[error("score the attempt: {0}")]
    Score(#[from] ScoreError),
    #[error(transparent)]
    Mount(#[from] MountError),
    #[error(
        "the code of {paper} has a file {file} of its own, where the agent's belongs; rename it"
    )]
    Taken { paper: PaperId, file: &'static str },
    #[error("read {path}: {source}")]
    Read { path: PathBuf, source: io::Error },
    #[error("hash the repository: {0}")]
    Hash(#[source] io::Error),
    #[error("compare the repository with what it was: {0}")]
    Compare(#[source] io::Error),
    #[error(transparent)]
    Script(#[from] ScriptError),
    #[error(transparent)]
    Replay(#[from] ReplayError),
    #[error(
        "a fixed interaction has no steps, so it goes with no --strategy, --tools or --history; leave them out"
    )]
    Steps,
    #[error(
        "find what {paper} says of {function}: its docstring in task.toml names no section of the paper; write it there, as in Section 3.1, or give the paper otherwise"
    )]
    NoPassages { paper: PaperId, function: String },
    #[error("{0} was not made ready to be asked")]
    NotReady(ModelName),
}

/// What a trial came to.
#[derive(Debug)]
pub enum Came {
    /// It is finished.
    Done(Box<Finished>),
    /// Its provider gave no reply, or it was cancelled; it waits to be gone on with.
    Interrupted { reason: String },
}

/// What is kept of a trial that is finished.
#[derive(Clone, Debug)]
pub struct Finished {
    pub outcome: TrialOutcome,
    pub patches: Patches,
}

/// Who answers in a trial.
pub(super) struct Minds {
    pub model: Box<dyn Model>,
    /// Whom tools may ask.
    pub auxiliary: Option<Box<dyn Model>>,
    /// What finds passages of the paper.
    pub comparer: Option<Comparer>,
    /// Whether the trial's limit on time is kept: not where it is run again.
    pub keeps_time: bool,
}

impl TrialSpec {
    /// All that determines the trial of a model at a task.
    pub fn new(
        task: &Task,
        model: ModelName,
        attempt: u32,
        settings: Settings,
        prompts: &Prompts,
    ) -> Result<TrialSpec, TrialError> {
        let replies = setup::replies_digest(&model, task, attempt)?;
        Ok(TrialSpec {
            format: FORMAT,
            task: task.id().clone(),
            paper: task.paper().id.clone(),
            n: task.n(),
            masked: task
                .functions()
                .map(|function| format!("{}::{}", function.file, function.name))
                .collect(),
            model,
            attempt,
            digests: digests(task, &settings, prompts, replies)?,
            settings,
            seeds: Seeds { sandbox: 0 },
            fork: None,
        })
    }
}

/// Hashes of all that a trial is made from.
pub(super) fn digests(
    task: &Task,
    settings: &Settings,
    prompts: &Prompts,
    replies: Option<String>,
) -> Result<Digests, TrialError> {
    let brief = setup::brief(task, settings)?;
    let repository = setup::repository(task, settings, &brief, prompts)?;
    let Opening { messages, tools } = setup::opening(task, settings, prompts)?;
    let told = serde_json::json!({"opening": messages, "tools": tools});
    Ok(Digests {
        paper: setup::paper_digest(task.paper())?,
        workspace: repository.hash().map_err(TrialError::Hash)?.to_string(),
        runtime: Sandbox::fingerprint(),
        prompt: Hash::of(told.to_string().as_bytes()).to_string(),
        replies,
    })
}

/// Runs a trial to its end, giving each step to `recorder` as it is taken; from where it was
/// stopped, if `earlier` has what was recorded then.
pub fn attempt(
    spec: &TrialSpec,
    task: &Task,
    runner: &Runner,
    prompts: &Prompts,
    providers: &Providers,
    earlier: &[Event],
    recorder: &mut dyn Recorder,
) -> Result<Came, TrialError> {
    let minds = Minds {
        model: setup::model(spec, task, providers, earlier)?,
        auxiliary: setup::auxiliary(spec, providers, earlier),
        comparer: setup::comparer(spec, providers, earlier)?,
        keeps_time: true,
    };
    attempt_with(minds, spec, task, runner, prompts, recorder)
}

/// Runs a trial to its end with these minds, whatever its model is called.
pub(super) fn attempt_with(
    mut minds: Minds,
    spec: &TrialSpec,
    task: &Task,
    runner: &Runner,
    prompts: &Prompts,
    recorder: &mut dyn Recorder,
) -> Result<Came, TrialError> {
    let clock = Instant::now();
    let started = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_secs());
    let settings = &spec.settings;
    let mut brief = setup::brief(task, settings)?;
    let given = setup::repository(task, settings, &brief, prompts)?;
    let mut asked = Vec::new();
    if let (BriefPaper::Passages(passages), Some(comparer)) =
        (&mut brief.paper, &mut minds.comparer)
    {
        match comparer.find(task, &mut |event| recorder.record(event)) {
            Ok(found) => {
                Found {
                    passages: *passages,
                    replies: asked,
                } = found
            }
            Err(NotFound::Record(error)) => return Err(AgentError::Record(error).into()),
            Err(NotFound::Interrupted(reason)) => {
                let event = Event::Interrupted {
                    reason: reason.clone(),
                };
                recorder.record(&event).map_err(AgentError::Record)?;
                return Ok(Came::Interrupted { reason });
            }
        }
    }
    let mut workspace = Workspace::new();
    workspace.mount(WORKSPACE, &given, Access::ReadWrite)?;
    let mut printed = Printed::default();
    let limits = setup::limits(task.paper());
    let mut budget = settings.budget.clone();
    budget.seconds = budget.seconds.filter(|_| minds.keeps_time);
    let recorder = RefCell::new(recorder);
    let environment = Environment::new(workspace, runner, limits, |outcome| {
        printed.add(&outcome.stdout.bytes);
        printed.add(&outcome.stderr.bytes);
    });
    let mut environment = environment
        .map_err(TrialError::Hash)?
        .having_asked(asked)
        .within(budget.fuel, budget.seconds.map(Duration::from_secs));
    if let Some(model) = &mut minds.auxiliary {
        let record = |event: &Event| recorder.borrow_mut().record(event);
        environment = environment.with_auxiliary(model.as_mut(), prompts, record);
    }
    let attempted = Agent {
        model: minds.model.as_mut(),
        strategy: settings.strategy,
        interaction: settings.interaction,
        tools: &setup::tools(task, settings)?,
        prompts,
        history: setup::history(spec),
        max_steps: settings.max_steps,
        budget,
    }
    .run(&brief, &mut environment, &mut &recorder)?;
    let ending = match attempted.end {
        End::Over(ending) => ending,
        End::Interrupted { reason } => return Ok(Came::Interrupted { reason }),
    };

    let left = environment
        .workspace
        .tree(WORKSPACE)
        .map_err(TrialError::Hash)?;
    let (fuel, peak_memory_bytes) = (environment.fuel_used(), environment.peak_memory());
    let reused_runs = environment.reused();
    let debugging = Debugging::of(environment.python(), task.experiments()?);
    drop(environment);
    let mut score = score::Attempt {
        task,
        given: &given,
        left: &left,
        answer: &answer(&ending),
        printed: Some(&printed),
        reporter: match settings.interaction {
            Interaction::Dynamic => Reporter::Agent,
            Interaction::Fixed => Reporter::Harness,
        },
    }
    .score(runner)?;
    if runner.cancel().is_cancelled() {
        // What was scored may be of runs that were cut short.
        let reason = "cancelled while it was scored".to_owned();
        return Ok(Came::Interrupted { reason });
    }
    score.failure = failure(&ending).or(score.failure);
    let patches = Patches::make(task, &given, &left)?;
    let outcome = TrialOutcome {
        format: FORMAT,
        score,
        ending,
        steps: attempted.steps,
        corrections: attempted.corrections,
        usage: attempted.usage,
        cost_usd: attempted.cost_usd,
        fuel,
        peak_memory_bytes,
        debugging: Some(debugging),
        tree: left.hash().map_err(TrialError::Hash)?.to_string(),
        image: Some(runner.sandbox().image().blake3.clone()),
        measured: Measured {
            started,
            reused_runs,
            elapsed_ms: u64::try_from(clock.elapsed().as_millis()).unwrap_or(u64::MAX),
        },
    };
    Ok(Came::Done(Box::new(Finished { outcome, patches })))
}
