//! Which trial is next, so that no provider waits for the cores, and they for none.
//!
//! Trials of models over the network queue by provider, all others together. Each queue has a bound
//! of its own on how many of it run at once: a queue that is at its bound holds up no other.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard};

use crate::model::{ModelName, Provider};
use crate::trial::TrialSpec;

/// How many trials may run at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Of those that need no provider: they compute all the time.
    pub cores: usize,
    /// Calls to one provider at once. As many trials more as there are cores run at a provider,
    /// since those that are computing don't ask.
    pub calls: usize,
    /// Of all together; none for the sum of the others.
    pub all: Option<usize>,
}

impl Bounds {
    fn of(self, queue: Option<Provider>) -> usize {
        let bound = match queue {
            None => self.cores,
            Some(_) => self.calls.saturating_add(self.cores),
        };
        bound.max(1)
    }
}

/// Trials in their queues.
pub(super) struct Lanes<'t> {
    lanes: Mutex<Vec<Lane<'t>>>,
    freed: Condvar,
}

struct Lane<'t> {
    provider: Option<Provider>,
    /// With each trial's place among all.
    waiting: VecDeque<(usize, &'t TrialSpec)>,
    running: usize,
    most: usize,
}

/// A trial that runs; its place in the queue is free again when this is dropped.
pub(super) struct Turn<'l, 't> {
    pub trial: &'t TrialSpec,
    lane: usize,
    lanes: &'l Lanes<'t>,
}

impl<'t> Lanes<'t> {
    pub fn new(trials: &[&'t TrialSpec], bounds: Bounds) -> Lanes<'t> {
        let mut lanes: Vec<Lane<'t>> = Vec::new();
        for (place, trial) in trials.iter().copied().enumerate() {
            let provider = match &trial.model {
                ModelName::Remote { provider, .. } => Some(*provider),
                _ => None,
            };
            match lanes.iter_mut().find(|lane| lane.provider == provider) {
                Some(lane) => lane.waiting.push_back((place, trial)),
                None => lanes.push(Lane {
                    provider,
                    waiting: [(place, trial)].into(),
                    running: 0,
                    most: bounds.of(provider),
                }),
            }
        }
        Lanes {
            lanes: Mutex::new(lanes),
            freed: Condvar::new(),
        }
    }

    /// How many trials may run at once at most.
    pub fn most(&self) -> usize {
        let lanes = self.lock();
        let most = lanes.iter().map(|lane| lane.most.min(lane.waiting.len()));
        most.fold(0, usize::saturating_add)
    }

    /// The next trial, of the queue that is furthest from its bound, and of several the one whose
    /// trial comes first. Waits while all queues with trials are at their bounds; nothing once no
    /// trial is left.
    pub fn next(&self) -> Option<Turn<'_, 't>> {
        let mut lanes = self.lock();
        loop {
            if lanes.iter().all(|lane| lane.waiting.is_empty()) {
                return None;
            }
            let free = lanes.iter_mut().enumerate().filter_map(|(at, lane)| {
                let first = lane.waiting.front()?.0;
                (lane.running < lane.most).then_some((at, lane, first))
            });
            let emptiest = free.min_by(|(_, a, first), (_, b, other)| {
                let filled = (a.running * b.most).cmp(&(b.running * a.most));
                filled.then(first.cmp(other))
            });
            if let Some((at, lane, _)) = emptiest
                && let Some((_, trial)) = lane.waiting.pop_front()
            {
                lane.running += 1;
                return Some(Turn {
                    trial,
                    lane: at,
                    lanes: self,
                });
            }
            lanes = self
                .freed
                .wait(lanes)
                .unwrap_or_else(|poisoned| poisoned.into_inner());
        }
    }

    /// Takes no more: those that run go to their end.
    pub fn stop(&self) {
        for lane in self.lock().iter_mut() {
            lane.waiting.clear();
        }
        self.freed.notify_all();
    }

    /// A panic of another worker's goes on where it is joined; what it left is whole.
    fn lock(&self) -> MutexGuard<'_, Vec<Lane<'t>>> {
        self.lanes
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Drop for Turn<'_, '_> {
    fn drop(&mut self) {
        self.lanes.lock()[self.lane].running -= 1;
        self.lanes.freed.notify_all();
    }
}
