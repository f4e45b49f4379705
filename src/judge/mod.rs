//! A language model that judges finished attempts by the paper and the code, without gold.
//!
//! What it is shown: the paper's text without its results, the task, what was changed, and what was
//! reported. Its verdicts are kept in the run's folder beside the trials, and the report shows how
//! much choosing by them recovers. One that is there isn't asked for again.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use minijinja::{Environment, UndefinedBehavior, context};
use serde::{Deserialize, Serialize};

use crate::agent::{Ending, Event, Prompts};
use crate::model::{
    Asking, Message, Model, ModelError, ModelName, Providers, Request, ScriptError, Scripted, Usage,
};
use crate::progress::Stage;
use crate::task::{Task, TaskError, TaskId};
use crate::trial::{FORMAT, RecordError, RunFolder, TrialError, TrialOutcome, TrialSpec, as_found};

/// Characters of a patch that a judge reads.
const LONGEST: usize = 60_000;

/// What stands in the way of judging.
#[derive(Debug, thiserror::Error)]
pub enum JudgeError {
    #[error(transparent)]
    Record(#[from] RecordError),
    #[error(transparent)]
    Task(#[from] TaskError),
    #[error(transparent)]
    Trial(#[from] TrialError),
    #[error(transparent)]
    Script(#[from] ScriptError),
    #[error("fill in the judge's prompt: {0:#}")]
    Prompt(#[from] minijinja::Error),
    #[error("{0} can't judge: name a model over the network, or script:FILE")]
    NoJudge(ModelName),
    #[error(
        "the paper of {0} has changed since it was run; name the folder of the papers that the run was made with (--tasks)"
    )]
    Changed(String),
    #[error("ask about {trial}: {source}")]
    Model { trial: String, source: ModelError },
    #[error("{doing} {path}: {source}")]
    Io {
        doing: &'static str,
        path: PathBuf,
        source: io::Error,
    },
}

fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> JudgeError {
    let path = path.to_owned();
    move |source| JudgeError::Io {
        doing,
        path,
        source,
    }
}

/// `judged/<judge>/<trial>.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    pub format: u32,
    pub trial: String,
    pub judge: ModelName,
    /// That the reported numbers are right, from 0 to 100; none where the reply held no verdict.
    pub confidence: Option<f64>,
    pub reason: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub usage: Option<Usage>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cost_usd: Option<f64>,
}

/// What came of judging.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Judged {
    /// Attempts that were judged now, and those whose verdict was there.
    pub judged: usize,
    pub before: usize,
    /// Of those judged now: replies that held no verdict.
    pub without: usize,
    /// None where the price isn't known.
    pub cost_usd: Option<f64>,
}

/// Who judges, and how.
pub struct Judge<'a> {
    pub name: &'a ModelName,
    pub providers: &'a Providers,
    /// How it is asked.
    pub asking: &'a Asking,
    pub prompts: &'a Prompts,
    /// Finds a task by its id.
    pub task: &'a (dyn Fn(&TaskId) -> Result<Task, TaskError> + Sync),
    /// Attempts judged at once.
    pub at_once: usize,
}

/// What is judged: an attempt at a task of which there are several.
struct Attempt {
    name: String,
    spec: TrialSpec,
    outcome: TrialOutcome,
}

impl Judge<'_> {
    /// Judges the attempts of a run at tasks that have several, of models that are minds.
    pub fn judge(&self, folder: &RunFolder, stage: &dyn Stage) -> Result<Judged, JudgeError> {
        let place = folder.path().join("judged").join(self.folder_name());
        std::fs::create_dir_all(&place).map_err(failed("create", &place))?;
        let attempts = attempts(folder)?;
        let (there, open): (Vec<Attempt>, Vec<Attempt>) = attempts
            .into_iter()
            .partition(|it| place.join(format!("{}.json", it.name)).is_file());
        let next = AtomicUsize::new(0);
        let done = Mutex::new((Vec::new(), None));
        let take = || {
            while let Some(attempt) = open.get(next.fetch_add(1, Ordering::Relaxed)) {
                let verdict = self.one(folder, attempt).and_then(|verdict| {
                    keep(&place, &verdict)?;
                    Ok(verdict)
                });
                let mut done = done.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
                match verdict {
                    Ok(verdict) => done.0.push(verdict),
                    Err(error) => {
                        done.1.get_or_insert(error);
                        // The others stop after the one they are at.
                        next.store(open.len(), Ordering::Relaxed);
                    }
                }
                stage.advance(done.0.len() as u64);
            }
        };
        thread::scope(|scope| {
            for _ in 1..self.at_once.min(open.len()) {
                scope.spawn(take);
            }
            take();
        });
        let (verdicts, error) = done
            .into_inner()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(error) = error {
            return Err(error);
        }
        Ok(Judged {
            judged: verdicts.len(),
            before: there.len(),
            without: verdicts.iter().filter(|it| it.confidence.is_none()).count(),
            cost_usd: verdicts.iter().map(|it| it.cost_usd).sum(),
        })
    }

    /// How many attempts there are to judge.
    pub fn count(&self, folder: &RunFolder) -> Result<usize, JudgeError> {
        Ok(attempts(folder)?.len())
    }

    fn folder_name(&self) -> String {
        let plain = |c: char| {
            if c.is_ascii_alphanumeric() || "-.".contains(c) {
                c
            } else {
                '-'
            }
        };
        self.name.to_string().chars().map(plain).collect()
    }

    fn one(&self, folder: &RunFolder, attempt: &Attempt) -> Result<Verdict, JudgeError> {
        let text = self.prompt(folder, attempt)?;
        let messages = [Message::User { text }];
        let request = Request {
            messages: &messages,
            tools: &[],
        };
        let reply = self
            .model()?
            .reply(&request)
            .map_err(|source| JudgeError::Model {
                trial: attempt.name.clone(),
                source,
            })?;
        let said = verdict(&reply.text);
        Ok(Verdict {
            format: FORMAT,
            trial: attempt.name.clone(),
            judge: self.name.clone(),
            confidence: said.as_ref().map(|said| said.confidence.clamp(0.0, 100.0)),
            reason: said.map_or(reply.text, |said| said.reason),
            usage: reply.usage,
            cost_usd: reply.cost_usd,
        })
    }

    fn model(&self) -> Result<Box<dyn Model>, JudgeError> {
        let none = || JudgeError::NoJudge(self.name.clone());
        match self.name {
            ModelName::Remote { provider, model } => self
                .providers
                .model(*provider, model, 1, self.asking)
                .ok_or_else(none),
            ModelName::Script(path) => Ok(Box::new(Scripted::read(path)?)),
            _ => Err(none()),
        }
    }

    fn prompt(&self, folder: &RunFolder, attempt: &Attempt) -> Result<String, JudgeError> {
        let Attempt {
            name,
            spec,
            outcome,
        } = attempt;
        let task = (self.task)(&spec.task)?;
        let found = as_found(&task, &spec.settings, self.prompts)?;
        let hash = found.hash().map_err(TrialError::Hash)?.to_string();
        if hash != spec.digests.workspace {
            return Err(JudgeError::Changed(name.clone()));
        }
        let told = told(folder.trajectory(name)?);
        let (changes, _) = folder.patches(name)?;
        let changes = String::from_utf8_lossy(&changes);
        let answer = match &outcome.ending {
            Ending::Answered { answer } => format!("{answer:#}"),
            _ => "Nothing: the attempt ended without an answer.".to_owned(),
        };
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.add_template("judge", include_str!("prompts/judge.md.j2"))?;
        Ok(environment.get_template("judge")?.render(context! {
            paper => task.paper().text.redacted(),
            task => told,
            changes => changes.chars().take(LONGEST).collect::<String>(),
            answer,
        })?)
    }
}

/// The attempts with functions masked at tasks that have several by one model with one set of
/// settings.
fn attempts(folder: &RunFolder) -> Result<Vec<Attempt>, JudgeError> {
    let mut all: BTreeMap<String, Vec<Attempt>> = BTreeMap::new();
    for name in folder.names()? {
        let Some((spec, outcome)) = folder.finished(&name)? else {
            continue;
        };
        if spec.n == 0 || matches!(spec.model, ModelName::Oracle | ModelName::Nop) {
            continue;
        }
        let alike = TrialSpec {
            attempt: 0,
            ..spec.clone()
        };
        let attempts = all.entry(alike.id().to_string()).or_default();
        attempts.push(Attempt {
            name,
            spec,
            outcome,
        });
    }
    Ok(all
        .into_values()
        .filter(|attempts| attempts.len() > 1)
        .flatten()
        .collect())
}

/// What the one who is judged was told.
fn told(events: Vec<Event>) -> String {
    let messages = events.into_iter().find_map(|event| match event {
        Event::Started { messages, .. } => Some(messages),
        _ => None,
    });
    let texts = messages
        .into_iter()
        .flatten()
        .filter_map(|message| match message {
            Message::User { text } => Some(text),
            _ => None,
        });
    texts.collect::<Vec<_>>().join("\n\n")
}

fn keep(place: &Path, verdict: &Verdict) -> Result<(), JudgeError> {
    let path = place.join(format!("{}.json", verdict.trial));
    let write = || {
        let mut file = crate::aside::file_in(place)?;
        serde_json::to_writer_pretty(&mut file, verdict)?;
        file.as_file().sync_all()?;
        file.persist(&path).map_err(|error| error.error)
    };
    write().map(drop).map_err(failed("write", &path))
}

#[derive(Deserialize)]
struct Said {
    confidence: f64,
    #[serde(default)]
    reason: String,
}

/// The last JSON object in a reply that is a verdict.
fn verdict(text: &str) -> Option<Said> {
    let starts: BTreeSet<usize> = text.match_indices('{').map(|(at, _)| at).collect();
    starts.into_iter().rev().find_map(|start| {
        let mut read = serde_json::Deserializer::from_str(&text[start..]).into_iter::<Said>();
        read.next()?.ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_is_read_from_whatever_is_around_it() {
        let confidence = |text| verdict(text).map(|said| said.confidence);
        assert_eq!(
            confidence(r#"{"confidence": 80, "reason": "fine"}"#),
            Some(80.0)
        );
        assert_eq!(
            confidence("Well {x}.\n```json\n{\"confidence\": 12.5}\n```\nThat's it."),
            Some(12.5)
        );
        assert_eq!(
            confidence(r#"{"confidence": 1} no: {"confidence": 2}"#),
            Some(2.0)
        );
        assert_eq!(confidence("I am sure"), None);
        assert_eq!(confidence(r#"{"confidence": "high"}"#), None);
    }
}
