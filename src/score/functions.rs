//! Which of the functions that were written do what the reference's do, call by call.

use serde::{Deserialize, Serialize};

use super::calls::{Calls, compare};
use super::measure::limits;
use crate::sandbox::{Limits, Runner};
use crate::task::{Experiment, Files, Function, Task, TaskError};
use crate::workspace::Tree;

/// Calls of a function that are compared in one experiment: comparing one takes many times what
/// making it does.
const MOST: u64 = 20;
/// The fuel that a comparison may take, in times of what the experiment takes: both sides run, what
/// they are called with is copied, and what comes of it compared.
const FUEL: u64 = 30;

/// A function as it was written, beside the reference's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FunctionScore {
    pub file: String,
    pub name: String,
    /// Whether it did the same on every call that was compared; null where none could be.
    pub right: Option<bool>,
    /// Calls that were compared, over the scored experiments.
    pub compared: u64,
    /// Those of them on which it did the same.
    pub equal: u64,
    /// The first call on which it didn't, and how; or why a call could not be compared.
    pub note: Option<String>,
}

/// Plays the calls that the experiments make of the masked functions to those that were written.
/// `moved` has the masked files with the bodies as they were written. A function that stands there
/// as in the reference needs no comparing.
pub(super) fn functions(
    runner: &Runner,
    task: &Task,
    experiments: &[&Experiment],
    pristine: &Files,
    moved: &Files,
) -> Result<Vec<FunctionScore>, TaskError> {
    let same = |function: &Function| pristine.get(&function.file) == moved.get(&function.file);
    let (known, open): (Vec<Function>, Vec<Function>) = task.functions().cloned().partition(same);
    let mut scores: Vec<FunctionScore> =
        known.iter().map(|known| score(known, Some(true))).collect();
    let mut compared: Vec<FunctionScore> = open.iter().map(|open| score(open, None)).collect();
    if !open.is_empty() {
        let mut written = pristine.clone();
        written.extend(moved.clone());
        let [reference, candidate] = [pristine, &written].map(|files| {
            let files = files.iter();
            files
                .map(|(path, bytes)| (path.as_str(), bytes.clone()))
                .collect::<Tree>()
        });
        let measured = &task.paper().measured()?.experiments;
        for experiment in experiments {
            let alone = measured.iter().find(|found| found.id == experiment.id);
            let limits = Limits {
                fuel: alone.map_or(0, |found| found.fuel.saturating_mul(FUEL)),
                ..limits(experiment)
            };
            match compare(
                runner, &reference, &candidate, experiment, &open, MOST, &limits,
            ) {
                Ok(found) => {
                    for (score, calls) in compared.iter_mut().zip(found.functions) {
                        score.add(calls, found.finished);
                    }
                }
                Err(error) => {
                    for score in &mut compared {
                        score.note.get_or_insert_with(|| error.to_string());
                    }
                }
            }
        }
    }
    scores.append(&mut compared);
    // As the task has them.
    let place = |score: &FunctionScore| {
        task.functions()
            .position(|function| (&function.file, &function.name) == (&score.file, &score.name))
    };
    scores.sort_by_key(place);
    Ok(scores)
}

fn score(function: &Function, right: Option<bool>) -> FunctionScore {
    FunctionScore {
        file: function.file.clone(),
        name: function.name.clone(),
        right,
        compared: 0,
        equal: 0,
        note: None,
    }
}

impl FunctionScore {
    /// Takes in the calls of one experiment.
    fn add(&mut self, calls: Calls, finished: bool) {
        self.compared += calls.compared;
        self.equal += calls.equal;
        if calls.equal < calls.compared {
            self.right = Some(false);
        } else if calls.compared > 0 && self.right.is_none() {
            self.right = Some(true);
        }
        let cut = (!finished && calls.compared == 0)
            .then(|| "the experiment met a limit before a call was compared".to_owned());
        let note = calls.first_difference.or(calls.not_compared).or(cut);
        self.note = self.note.take().or(note);
    }
}
