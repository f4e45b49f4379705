//! The papers, for clients whose agents work on their tasks.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::{Value, json};

use super::hosted::Beginning;
use super::protocol::{Failure, FailureKind};
use crate::agent::Prompts;
use crate::packages::Packages;
use crate::sandbox::Runner;
use crate::sweep::{Choice, Ns, Only};
use crate::task::{Docstring, Parser, Sample, Task, TaskId};
use crate::trial;
use crate::workspace::Tree;

/// What it takes to hand out tasks and to score them.
pub struct Benchmark {
    /// The folder of the papers.
    pub tasks: PathBuf,
    pub parser: Parser,
    pub packages: Packages,
    pub prompts: Prompts,
}

/// Which tasks are wanted.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    /// Papers, for their tasks of every n, or single tasks; all papers where there are none.
    #[serde(default)]
    ids: Vec<String>,
    #[serde(default = "single")]
    n: String,
    /// At most so many of each n.
    #[serde(default)]
    sample: Option<usize>,
    #[serde(default)]
    seed: u64,
}

fn single() -> String {
    "1".to_owned()
}

fn params(error: impl std::fmt::Display) -> Failure {
    Failure::new(FailureKind::Params, error.to_string())
}

/// Of an error with what it is due to.
fn chain(doing: &str, error: impl Into<anyhow::Error>) -> Failure {
    let error = error.into().context(doing.to_owned());
    Failure::new(FailureKind::Host, format!("{error:#}"))
}

impl Benchmark {
    pub(super) fn list(&self, wanted: &Wanted) -> Result<Value, Failure> {
        let ids: Result<Vec<TaskId>, _> = wanted.ids.iter().map(|id| id.parse()).collect();
        let ids = ids.map_err(params)?;
        let n: Ns = wanted.n.parse().map_err(params)?;
        let sample = wanted.sample.map(|per_n| Sample {
            per_n,
            seed: wanted.seed,
        });
        let chosen = Choice::make(
            &self.tasks,
            &ids,
            &n,
            &Only::default(),
            sample,
            &self.parser,
        );
        let Choice { ids, papers } = chosen.map_err(|error| chain("choose tasks", error))?;
        let mut tasks = Vec::new();
        for id in ids {
            let task = Task::new(papers[id.paper()].clone(), id.masked().iter().copied());
            let task = task.map_err(|error| chain("load the task", error))?;
            tasks.push(self.described(&task)?);
        }
        Ok(json!({"tasks": tasks}))
    }

    fn described(&self, task: &Task) -> Result<Value, Failure> {
        let paper = task.paper();
        let masked: Vec<String> = task
            .functions()
            .map(|function| format!("{}::{}", function.file, function.name))
            .collect();
        let experiments = task
            .experiments()
            .map_err(|error| chain("choose the experiments", error))?;
        let metrics: BTreeMap<&String, Vec<&String>> = experiments
            .iter()
            .map(|experiment| {
                let names = experiment.metrics.iter().map(|metric| &metric.name);
                (&experiment.id, names.collect())
            })
            .collect();
        let told = trial::told_in_sandbox(task, &self.prompts)
            .map_err(|error| chain("tell the task", error))?;
        Ok(json!({
            "id": task.id(),
            "paper": paper.id,
            "title": paper.title,
            "field": paper.field,
            "n": task.n(),
            "masked": masked,
            "metrics": metrics,
            "instructions": told,
        }))
    }

    pub(super) fn load(&self, id: &TaskId) -> Result<Task, Failure> {
        Task::load(&self.tasks, id, &self.parser).map_err(|error| chain("load the task", error))
    }

    /// What a sandbox begins with whose agent is to work on a task, and how its commands are run.
    pub(super) fn beginning(
        &self,
        task: &Task,
        docstring: Docstring,
        runner: &Runner,
    ) -> Result<(Beginning, Runner), Failure> {
        let files = trial::told_in_sandbox(task, &self.prompts)
            .and_then(|told| trial::handed_files(task, docstring, told))
            .map_err(|error| chain("lay out the task", error))?;
        let runner = task
            .paper()
            .runner(runner, &self.packages)
            .map_err(|error| chain("fetch the paper's packages", error))?;
        let beginning = Beginning {
            files,
            mounts: Vec::new(),
        };
        Ok((beginning, runner))
    }

    /// The score of what was left of a task, with an answer.
    pub(super) fn score(
        &self,
        task: &Task,
        left: &Tree,
        answer: &Value,
        runner: &Runner,
    ) -> Result<Value, Failure> {
        if !answer.is_object() {
            return Err(params(
                "answer is an object with an experiment's metrics under each experiment's id",
            ));
        }
        let score = trial::score_tree(task, left, answer, runner, &self.prompts)
            .map_err(|error| chain("score the task", error))?;
        serde_json::to_value(score).map_err(|error| chain("write the score", error))
    }
}
