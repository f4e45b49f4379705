//! Working through a plan.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use super::plan::{Plan, PlanError};
use crate::agent::Prompts;
use crate::packages::Packages;
use crate::progress::Stage;
use crate::sandbox::Runner;
use crate::trial::{Claimed, RecordError, RunFolder, TrialError, TrialSpec, attempt};

/// How long to wait before looking again at trials that other processes are at.
const WAIT: Duration = Duration::from_millis(200);

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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Trials that it ran.
    pub ran: usize,
}

/// Runs the trials of a plan that aren't finished, `jobs` at a time, and waits for those that other
/// processes are at.
pub fn work(
    plan: &Plan,
    folder: &RunFolder,
    runner: &Runner,
    packages: &Packages,
    prompts: &Prompts,
    jobs: usize,
    stage: &dyn Stage,
) -> Result<Done, WorkError> {
    let worker = Worker {
        plan,
        folder,
        runner,
        packages,
        prompts,
        stage,
        finished: AtomicUsize::new(0),
        ran: AtomicUsize::new(0),
        error: Mutex::new(None),
    };
    let mut left: Vec<&TrialSpec> = plan.trials.iter().collect();
    while !left.is_empty() {
        left = worker.pass(&left, jobs.max(1))?;
        if !left.is_empty() {
            stage.message("waiting for trials that another process is running");
            thread::sleep(WAIT);
        }
    }
    Ok(Done {
        ran: worker.ran.into_inner(),
    })
}

struct Worker<'a> {
    plan: &'a Plan,
    folder: &'a RunFolder,
    runner: &'a Runner,
    packages: &'a Packages,
    prompts: &'a Prompts,
    stage: &'a dyn Stage,
    finished: AtomicUsize,
    ran: AtomicUsize,
    error: Mutex<Option<WorkError>>,
}

impl Worker<'_> {
    /// Goes once over the trials; those that are still not finished are given back.
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
                    Ok(true) => {
                        let finished = self.finished.fetch_add(1, Ordering::Relaxed) + 1;
                        self.stage.advance(finished as u64);
                    }
                    Ok(false) => lock(&left).push(*trial),
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

    /// Whether a trial is finished now.
    fn one(&self, spec: &TrialSpec) -> Result<bool, WorkError> {
        let mut record = match self.folder.claim(spec)? {
            Claimed::Done => return Ok(true),
            Claimed::Elsewhere => return Ok(false),
            Claimed::Ours(record) => record,
        };
        self.stage.message(&format!("{} {}", spec.model, spec.task));
        let task = self.plan.task(&spec.task).map_err(Box::new)?;
        let failed = |source| WorkError::Trial {
            trial: spec.id().to_string(),
            source: Box::new(source),
        };
        let runner = task.paper().runner(self.runner, self.packages);
        let runner = runner.map_err(|error| failed(error.into()))?;
        let outcome = attempt(spec, &task, &runner, self.prompts, &mut record).map_err(failed)?;
        record.finish(&outcome)?;
        self.ran.fetch_add(1, Ordering::Relaxed);
        Ok(self.folder.is_done(&spec.id()))
    }
}

/// A panic of another worker's goes on where it is joined; what it left is whole.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}
