//! The passages of a paper that are nearest to the functions to write, as an embedding model has it.
//!
//! What was paid for is recorded before anything comes of it: how near each passage is to each
//! function. Which passages are shown follows from that, so that a trial that goes on, or is run
//! again, asks for nothing that was recorded.

use std::collections::{BTreeSet, VecDeque};
use std::io;
use std::time::Instant;

use super::passages::{self, FOUND};
use crate::agent::{Event, ReplyTime};
use crate::model::{Embed, ModelError, Reply};
use crate::task::Task;

/// Texts of one request: Gemini takes no more.
const BATCH: usize = 100;
/// Nearness is kept to so many parts of one.
const PARTS: f64 = 1e6;

/// What there is to compare with.
pub(super) struct Comparer {
    /// What was recorded before.
    pub recorded: VecDeque<Event>,
    /// Who is asked for the rest.
    pub embedder: Option<Box<dyn Embed>>,
}

/// What was found.
pub(super) struct Found {
    /// In the paper's order.
    pub passages: Vec<String>,
    /// What was asked for it, and what that took.
    pub replies: Vec<Reply>,
}

/// Why nothing was.
pub(super) enum NotFound {
    Interrupted(String),
    Record(io::Error),
}

/// What was recorded of comparing, from all events of a trial.
pub(super) fn recorded(events: &[Event]) -> VecDeque<Event> {
    let is_compared = |event: &&Event| matches!(event, Event::Compared { .. });
    events.iter().filter(is_compared).cloned().collect()
}

impl Comparer {
    /// The passages to show, each function's nearest.
    pub fn find(
        &mut self,
        task: &Task,
        record: &mut dyn FnMut(&Event) -> io::Result<()>,
    ) -> Result<Found, NotFound> {
        let (all, functions) = passages::texts(task);
        let room = BATCH.saturating_sub(functions.len()).max(1);
        let (mut near, mut replies) = (Vec::new(), Vec::new());
        while near.len() < all.len() {
            let event = match self.recorded.pop_front() {
                Some(event) => event,
                None => {
                    let batch = all[near.len()..].iter().take(room);
                    self.compare(&functions, batch.cloned().collect())?
                }
            };
            record(&event).map_err(NotFound::Record)?;
            if let Event::Compared {
                nearness, reply, ..
            } = event
            {
                if nearness.is_empty() {
                    return Err(NotFound::Interrupted(
                        "the record has no passages".to_owned(),
                    ));
                }
                near.extend(nearness);
                replies.push(reply);
            }
        }
        let chosen = nearest(&near, functions.len());
        Ok(Found {
            passages: chosen
                .into_iter()
                .filter_map(|at| all.get(at).cloned())
                .collect(),
            replies,
        })
    }

    /// How near passages are to functions: one request.
    fn compare(&mut self, functions: &[String], batch: Vec<String>) -> Result<Event, NotFound> {
        let over = || NotFound::Interrupted("the record ends here".to_owned());
        let embedder = self.embedder.as_mut().ok_or_else(over)?;
        let asked = Instant::now();
        let texts: Vec<String> = functions.iter().cloned().chain(batch).collect();
        let embedded = embedder.embed(&texts).map_err(|error| match error {
            // Another trial would meet the same; none of it is the agent's doing.
            ModelError::Confused(why)
            | ModelError::Overflow(why)
            | ModelError::Refused(why)
            | ModelError::Provider(why) => NotFound::Interrupted(why),
        })?;
        let (of_functions, of_passages) = embedded.vectors.split_at(functions.len());
        let nearness = of_passages.iter().map(|passage| {
            let of = of_functions
                .iter()
                .map(|function| cosine(passage, function));
            of.collect()
        });
        Ok(Event::Compared {
            nearness: nearness.collect(),
            reply: Reply {
                model: embedded.model,
                usage: embedded.usage,
                cost_usd: embedded.cost_usd,
                ..Reply::default()
            },
            measured: ReplyTime {
                model_ms: asked.elapsed().as_millis() as u64,
            },
        })
    }
}

/// Each function's nearest passages; of equals the earlier ones.
fn nearest(near: &[Vec<f64>], functions: usize) -> BTreeSet<usize> {
    let mut chosen = BTreeSet::new();
    for function in 0..functions {
        let of = |at: usize| near[at].get(function).copied().unwrap_or(-1.0);
        let mut order: Vec<usize> = (0..near.len()).collect();
        order.sort_by(|a, b| of(*b).total_cmp(&of(*a)).then(a.cmp(b)));
        chosen.extend(order.into_iter().take(FOUND));
    }
    chosen
}

/// From −1 to 1; 0 where one of them is nothing.
fn cosine(a: &[f32], b: &[f32]) -> f64 {
    let dot = |a: &[f32], b: &[f32]| -> f64 {
        a.iter()
            .zip(b)
            .map(|(a, b)| f64::from(*a) * f64::from(*b))
            .sum()
    };
    let lengths = (dot(a, a) * dot(b, b)).sqrt();
    match lengths > 0.0 {
        true => (dot(a, b) / lengths * PARTS).round() / PARTS,
        false => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_are_near_by_their_angle() {
        assert_eq!(cosine(&[1.0, 2.0], &[2.0, 4.0]), 1.0);
        assert_eq!(cosine(&[1.0, 0.0], &[0.0, 3.0]), 0.0);
        assert_eq!(cosine(&[1.0, 0.0], &[-2.0, 0.0]), -1.0);
        assert_eq!(cosine(&[0.0], &[1.0]), 0.0);
    }

    #[test]
    fn the_nearest_of_each_function_are_shown() {
        let near: Vec<Vec<f64>> = [[0.1, 0.9], [0.2, 0.0], [0.3, 0.0], [0.2, 0.1], [0.2, 0.8]]
            .map(Vec::from)
            .to_vec();
        let chosen = |functions| nearest(&near, functions).into_iter().collect::<Vec<_>>();
        assert_eq!(chosen(0), Vec::<usize>::new());
        assert_eq!(chosen(1), [1, 2, 3]);
        assert_eq!(chosen(2), [0, 1, 2, 3, 4]);
    }
}
