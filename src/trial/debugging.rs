//! Whether an agent's first run of an experiment crashes, and what becomes of that.
//!
//! AutoExperiment found that 70 % of its agents' first runs crashed, that 29 % came to run, and that
//! 19 % ended right (arXiv 2506.19724, section 5).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::outcome::TrialOutcome;
use crate::agent::PythonRun;
use crate::task::Experiment;

/// What is known of the runs of an attempt's experiments: of those by which the agent ran one of the
/// scripts that the experiments' commands run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Debugging {
    /// How many there were.
    pub runs: u32,
    /// Whether the first didn't end well; none where there was none.
    pub first_crashed: Option<bool>,
    /// Whether a later one ended well; none where the first did.
    pub recovered: Option<bool>,
}

impl Debugging {
    pub(super) fn of<'a>(
        runs: &[PythonRun],
        experiments: impl IntoIterator<Item = &'a Experiment>,
    ) -> Debugging {
        let programs: BTreeSet<String> = experiments
            .into_iter()
            .filter_map(|experiment| program(&experiment.command))
            .collect();
        let runs: Vec<&PythonRun> = runs
            .iter()
            .filter(|run| programs.contains(&run.program))
            .collect();
        let first_crashed = runs.first().map(|run| !run.is_well());
        Debugging {
            runs: u32::try_from(runs.len()).unwrap_or(u32::MAX),
            first_crashed,
            recovered: (first_crashed == Some(true)).then(|| runs.iter().any(|run| run.is_well())),
        }
    }
}

/// What a command runs of Python, as a record names it.
fn program(command: &[String]) -> Option<String> {
    let mut words = command.iter().map(String::as_str);
    words.next().filter(|word| word.starts_with("python"))?;
    match words.next()? {
        "-m" => words.next().map(|module| format!("-m {module}")),
        option if option.starts_with('-') => None,
        script => Some(script.trim_start_matches("./").to_owned()),
    }
}

/// Of many attempts: how many there are of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DebuggingCounts {
    /// Attempts that ran an experiment at all.
    pub attempts: usize,
    /// Those whose first run crashed,
    pub crashed: usize,
    /// of these those with a later run that ended well,
    pub recovered: usize,
    /// and those that are verified.
    pub solved: usize,
}

impl DebuggingCounts {
    pub fn add(&mut self, outcome: &TrialOutcome) {
        let Some(debugging) = outcome.debugging else {
            return;
        };
        let has_crashed = debugging.first_crashed == Some(true);
        self.attempts += usize::from(debugging.first_crashed.is_some());
        self.crashed += usize::from(has_crashed);
        self.recovered += usize::from(debugging.recovered == Some(true));
        self.solved += usize::from(has_crashed && outcome.score.verified == Some(true));
    }

    /// By model, of trials with their models.
    pub fn by_model<'a>(
        trials: impl IntoIterator<Item = (String, &'a TrialOutcome)>,
    ) -> BTreeMap<String, DebuggingCounts> {
        let mut models: BTreeMap<String, DebuggingCounts> = BTreeMap::new();
        for (model, outcome) in trials {
            models.entry(model).or_default().add(outcome);
        }
        models
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::ExperimentLimits;

    fn experiment(command: &str) -> Experiment {
        Experiment {
            id: "main".to_owned(),
            description: String::new(),
            command: command.split(' ').map(str::to_owned).collect(),
            limits: ExperimentLimits::default(),
            metrics: Vec::new(),
            reseeded: None,
        }
    }

    fn run(program: &str, status: Option<u8>) -> PythonRun {
        PythonRun {
            program: program.to_owned(),
            exit: if status.is_some() {
                "exited"
            } else {
                "out_of_fuel"
            }
            .to_owned(),
            status,
        }
    }

    #[test]
    fn the_first_run_of_an_experiment_decides_and_a_later_one_recovers() {
        let experiments = [
            experiment("python ./run.py --fast"),
            experiment("python -m a.b"),
        ];
        for (runs, expected) in [
            (vec![], (0, None, None)),
            (
                vec![run("-c", Some(1)), run("other.py", Some(1))],
                (0, None, None),
            ),
            (
                vec![run("-c", Some(1)), run("run.py", Some(0))],
                (1, Some(false), None),
            ),
            (vec![run("run.py", Some(1))], (1, Some(true), Some(false))),
            (
                vec![run("run.py", None), run("-m a.b", Some(0))],
                (2, Some(true), Some(true)),
            ),
            (
                vec![run("run.py", Some(0)), run("run.py", Some(1))],
                (2, Some(false), None),
            ),
        ] {
            let found = Debugging::of(&runs, &experiments);
            assert_eq!(
                (found.runs, found.first_crashed, found.recovered),
                expected,
                "{runs:?}"
            );
        }
    }
}
