//! Working through a plan.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use serde::Serialize;

use super::plan::{Plan, PlanError};
use crate::agent::Prompts;
use crate::model::{ModelName, Providers};
use crate::packages::Packages;
use crate::progress::Stage;
use crate::sandbox::Runner;
use crate::trial::{Came, Claimed, RecordError, RunFolder, TrialError, TrialSpec, attempt};

/// How long to wait before looking again at trials that other processes are at: at first, and at
/// most, since each look asks the file system about all of them.
const WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(3);

/// What stops a sweep. The trials finished so far stay; another run goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum WorkError {
    #[error("trial {trial}: {source}")]
    Trial {
        trial: String,
        source: Box<TrialError>,
    },
    #[error(transparent)]
    Record(#[from] RecordError),
    #[error(transparent)]
    Plan(#[from] Box<PlanError>),
}

/// What this process did of a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Trials that it finished.
    pub ran: usize,
    /// Trials whose provider gave no reply: they aren't finished, and the same run goes on with them
    /// when it is started again.
    pub interrupted: Vec<Interrupted>,
    /// Trials that weren't begun, since those before had cost what all may.
    pub unaffordable: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Interrupted {
    pub trial: String,
    pub model: String,
    pub reason: String,
}

/// How a plan is worked through.
#[derive(Clone, Copy)]
pub struct Means<'a> {
    pub runner: &'a Runner,
    pub packages: &'a Packages,
    pub prompts: &'a Prompts,
    pub providers: &'a Providers,
    /// Trials at once.
    pub jobs: usize,
    /// Dollars that all trials of the run may cost together: beyond that, none is begun.
    pub max_cost: Option<f64>,
}

/// Where a trial stands after a look at it.
enum Stands {
    Finished,
    Elsewhere,
    Interrupted,
    Unaffordable,
}

/// Runs trials of a plan that aren't finished, and waits for those that other processes are at.
pub fn work(
    plan: &Plan,
    trials: &[&TrialSpec],
    folder: &RunFolder,
    means: Means<'_>,
    stage: &dyn Stage,
) -> Result<Done, WorkError> {
    let worker = Worker {
        plan,
        folder,
        means,
        stage,
        finished: AtomicUsize::new(0),
        ran: AtomicUsize::new(0),
        interrupted: Mutex::new(Vec::new()),
        unaffordable: AtomicUsize::new(0),
        spent: Mutex::new(match means.max_cost {
            Some(_) => spent(trials, folder)?,
            None => 0.0,
        }),
        error: Mutex::new(None),
    };
    let mut left: Vec<&TrialSpec> = trials.to_vec();
    let mut wait = WAIT;
    while !left.is_empty() {
        left = worker.pass(&left, means.jobs.max(1))?;
        if !left.is_empty() {
            stage.message("waiting for trials that another process is running");
            thread::sleep(wait);
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }
    let mut interrupted = std::mem::take(&mut *lock(&worker.interrupted));
    interrupted.sort();
    Ok(Done {
        ran: worker.ran.into_inner(),
        interrupted,
        unaffordable: worker.unaffordable.into_inner(),
    })
}

/// Dollars that finished trials have cost.
fn spent(trials: &[&TrialSpec], folder: &RunFolder) -> Result<f64, RecordError> {
    let mut sum = 0.0;
    for trial in trials {
        let outcome = folder.outcome(&trial.id())?;
        sum += outcome.and_then(|outcome| outcome.cost_usd).unwrap_or(0.0);
    }
    Ok(sum)
}

struct Worker<'a> {
    plan: &'a Plan,
    folder: &'a RunFolder,
    means: Means<'a>,
    stage: &'a dyn Stage,
    finished: AtomicUsize,
    ran: AtomicUsize,
    interrupted: Mutex<Vec<Interrupted>>,
    unaffordable: AtomicUsize,
    /// Dollars that finished trials have cost.
    spent: Mutex<f64>,
    error: Mutex<Option<WorkError>>,
}

impl Worker<'_> {
    /// Goes once over the trials; those that other processes are at are given back.
    fn pass<'t>(
        &self,
        trials: &[&'t TrialSpec],
        jobs: usize,
    ) -> Result<Vec<&'t TrialSpec>, WorkError> {
        let next = AtomicUsize::new(0);
        let left = Mutex::new(Vec::new());
        let take = || {
            while let Some(trial) = trials.get(next.fetch_add(1, Ordering::Relaxed)) {
                match self.one(trial) {
                    Ok(Stands::Finished) => {
                        let finished = self.finished.fetch_add(1, Ordering::Relaxed) + 1;
                        self.stage.advance(finished as u64);
                    }
                    Ok(Stands::Elsewhere) => lock(&left).push(*trial),
                    Ok(Stands::Interrupted) => {}
                    Ok(Stands::Unaffordable) => {
                        self.unaffordable.fetch_add(1, Ordering::Relaxed);
                    }
                    Err(error) => {
                        lock(&self.error).get_or_insert(error);
                        // The others stop after the trial they are at.
                        next.store(trials.len(), Ordering::Relaxed);
                    }
                }
            }
        };
        thread::scope(|scope| {
            for _ in 1..jobs.min(trials.len()) {
                scope.spawn(take);
            }
            take();
        });
        match lock(&self.error).take() {
            Some(error) => Err(error),
            None => Ok(std::mem::take(&mut *lock(&left))),
        }
    }

    /// Whether a trial has to be paid for, and there is nothing left to pay with.
    fn costs(&self, spec: &TrialSpec) -> bool {
        let is_paid = matches!(spec.model, ModelName::Remote { .. });
        let spent = *lock(&self.spent);
        is_paid && self.means.max_cost.is_some_and(|most| spent >= most)
    }

    /// Runs a trial, if it is free.
    fn one(&self, spec: &TrialSpec) -> Result<Stands, WorkError> {
        if self.costs(spec) && !self.folder.is_done(&spec.id()) {
            return Ok(Stands::Unaffordable);
        }
        let mut record = match self.folder.claim(spec)? {
            Claimed::Done => return Ok(Stands::Finished),
            Claimed::Elsewhere => return Ok(Stands::Elsewhere),
            Claimed::Ours(record) => record,
        };
        self.stage.message(&format!("{} {}", spec.model, spec.task));
        let task = self.plan.task(&spec.task).map_err(Box::new)?;
        let failed = |source| WorkError::Trial {
            trial: spec.id().to_string(),
            source: Box::new(source),
        };
        let Means {
            runner,
            packages,
            prompts,
            providers,
            ..
        } = self.means;
        let runner = task.paper().runner(runner, packages);
        let runner = runner.map_err(|error| failed(error.into()))?;
        let earlier = record.earlier().to_vec();
        let came = attempt(
            spec,
            &task,
            &runner,
            prompts,
            providers,
            &earlier,
            record.as_mut(),
        );
        match came.map_err(failed)? {
            Came::Done(finished) => {
                *lock(&self.spent) += finished.outcome.cost_usd.unwrap_or(0.0);
                record.finish(&finished)?;
            }
            Came::Interrupted { reason } => {
                lock(&self.interrupted).push(Interrupted {
                    trial: spec.id().to_string(),
                    model: spec.model.to_string(),
                    reason,
                });
                return Ok(Stands::Interrupted);
            }
        }
        self.ran.fetch_add(1, Ordering::Relaxed);
        Ok(match self.folder.is_done(&spec.id()) {
            true => Stands::Finished,
            false => Stands::Elsewhere,
        })
    }
}

/// A panic of another worker's goes on where it is joined; what it left is whole.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}
