//! Working through a plan.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::lanes::{Bounds, Lanes};
use super::plan::{Plan, PlanError};
use super::tally::Tally;
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
    pub bounds: Bounds,
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
        begun: Instant::now(),
        tally: Mutex::new(before(trials, folder)?),
        interrupted: Mutex::new(Vec::new()),
        unaffordable: AtomicUsize::new(0),
        error: Mutex::new(None),
    };
    let mut left: Vec<&TrialSpec> = trials.to_vec();
    let mut wait = WAIT;
    left.retain(|trial| !folder.is_done(&trial.id()));
    while !left.is_empty() {
        left = worker.pass(&left)?;
        if !left.is_empty() {
            stage.message("waiting for trials that another process is running");
            thread::sleep(wait);
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }
    let mut interrupted = std::mem::take(&mut *lock(&worker.interrupted));
    interrupted.sort();
    let ran = lock(&worker.tally).ran;
    Ok(Done {
        ran,
        interrupted,
        unaffordable: worker.unaffordable.into_inner(),
    })
}

/// What trials came to so far.
fn before(trials: &[&TrialSpec], folder: &RunFolder) -> Result<Tally, RecordError> {
    let mut tally = Tally {
        all: trials.len(),
        ..Tally::default()
    };
    let unfinished = folder.unfinished()?;
    for trial in trials {
        if let Some(outcome) = folder.outcome(&trial.id())? {
            tally.finished += 1;
            tally.count(trial, &outcome);
        } else if is_paid(trial)
            && let Some((name, spending)) = unfinished.get_key_value(trial.id().as_str())
        {
            tally.unfinished.insert(name.clone(), *spending);
        }
    }
    Ok(tally)
}

/// Whether a trial's replies may have to be paid for.
fn is_paid(spec: &TrialSpec) -> bool {
    matches!(spec.model, ModelName::Remote { .. })
}

struct Worker<'a> {
    plan: &'a Plan,
    folder: &'a RunFolder,
    means: Means<'a>,
    stage: &'a dyn Stage,
    begun: Instant,
    tally: Mutex<Tally>,
    interrupted: Mutex<Vec<Interrupted>>,
    unaffordable: AtomicUsize,
    error: Mutex<Option<WorkError>>,
}

impl Worker<'_> {
    /// Goes once over the trials; those that other processes are at are given back.
    fn pass<'t>(&self, trials: &[&'t TrialSpec]) -> Result<Vec<&'t TrialSpec>, WorkError> {
        let lanes = Lanes::new(trials, self.means.bounds);
        let left = Mutex::new(Vec::new());
        let take = || {
            while let Some(turn) = lanes.next() {
                match self.one(turn.trial) {
                    Ok(Stands::Finished) => self.tell(),
                    Ok(Stands::Elsewhere) => lock(&left).push(turn.trial),
                    Ok(Stands::Interrupted) => {}
                    Ok(Stands::Unaffordable) => {
                        self.unaffordable.fetch_add(1, Ordering::Relaxed);
                    }
                    Err(error) => {
                        lock(&self.error).get_or_insert(error);
                        lanes.stop();
                    }
                }
            }
        };
        let most = lanes
            .most()
            .min(self.means.bounds.all.unwrap_or(usize::MAX));
        thread::scope(|scope| {
            for _ in 1..most {
                scope.spawn(take);
            }
            take();
        });
        match lock(&self.error).take() {
            Some(error) => Err(error),
            None => Ok(std::mem::take(&mut *lock(&left))),
        }
    }

    /// Says that a trial more is finished.
    fn tell(&self) {
        let mut tally = lock(&self.tally);
        tally.finished += 1;
        self.stage.advance(tally.finished as u64);
        self.stage.tally(&tally.told(self.begun.elapsed()));
    }

    /// Whether a trial has to be paid for, and there is nothing left to pay with.
    fn costs(&self, spec: &TrialSpec) -> bool {
        let spent = lock(&self.tally).spent().unwrap_or(0.0);
        is_paid(spec) && self.means.max_cost.is_some_and(|most| spent >= most)
    }

    /// Runs a trial, if it is free.
    fn one(&self, spec: &TrialSpec) -> Result<Stands, WorkError> {
        if self.costs(spec) && !self.folder.is_done(&spec.id()) {
            return Ok(Stands::Unaffordable);
        }
        let mut record = match self.folder.claim(spec)? {
            Claimed::Done => {
                // By another process.
                if let Some(outcome) = self.folder.outcome(&spec.id())? {
                    lock(&self.tally).count(spec, &outcome);
                }
                return Ok(Stands::Finished);
            }
            Claimed::Elsewhere => return Ok(Stands::Elsewhere),
            Claimed::Ours(record) => record,
        };
        if lock(&self.tally).ran == 0 {
            self.stage.message(&format!("{} {}", spec.model, spec.task));
        }
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
                lock(&self.tally).count(spec, &finished.outcome);
                record.finish(&finished)?;
            }
            Came::Interrupted { reason } => {
                if is_paid(spec) {
                    let spending = record.spending();
                    let mut tally = lock(&self.tally);
                    tally.unfinished.insert(spec.id().to_string(), spending);
                }
                lock(&self.interrupted).push(Interrupted {
                    trial: spec.id().to_string(),
                    model: spec.model.to_string(),
                    reason,
                });
                return Ok(Stands::Interrupted);
            }
        }
        lock(&self.tally).ran += 1;
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
