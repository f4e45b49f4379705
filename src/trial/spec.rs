//! All that determines a trial.

use std::fmt;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::ablation::{CommandGiven, PaperGiven, Readme};
use super::attempt::TrialError;
use super::fork::Fork;
use crate::agent::{Budget, History, Interaction, Strategy, Tools};
use crate::model::{Asking, ModelName};
use crate::task::{Docstring, PaperId, TaskId};

/// `trial.json`: everything that determines a trial, with versions and hashes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrialSpec {
    pub format: u32,
    pub task: TaskId,
    pub paper: PaperId,
    /// How many functions are masked.
    pub n: usize,
    /// Which: file and qualified name, as `file::name`.
    pub masked: Vec<String>,
    pub model: ModelName,
    /// From 1.
    pub attempt: u32,
    pub settings: Settings,
    pub seeds: Seeds,
    pub digests: Digests,
    /// Where it begins, if it goes on from another trial.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub fork: Option<Fork>,
}

/// What the one who runs a trial may choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The set of tools.
    pub tools: Tools,
    /// Whether the model hears what comes of what it does.
    #[serde(skip_serializing_if = "is_default", default)]
    pub interaction: Interaction,
    /// How the model goes from step to step.
    #[serde(skip_serializing_if = "is_default", default)]
    pub strategy: Strategy,
    /// Replies the model may give.
    pub max_steps: u32,
    /// What is left of the docstrings of masked functions; in records from before it was kept, all.
    #[serde(default = "full")]
    pub docstring: Docstring,
    /// What the model is given of the paper.
    #[serde(skip_serializing_if = "is_default", default)]
    pub paper: PaperGiven,
    /// Whether it is told how the experiments are run.
    #[serde(skip_serializing_if = "is_default", default)]
    pub command: CommandGiven,
    /// Whether the repository's READMEs are there.
    #[serde(skip_serializing_if = "is_default", default)]
    pub readme: Readme,
    /// How a provider's model is asked.
    #[serde(skip_serializing_if = "is_default", default)]
    pub asking: Asking,
    /// What of the conversation is shown again.
    #[serde(skip_serializing_if = "History::is_full", default)]
    pub history: History,
    /// What the trial may use beside steps.
    #[serde(skip_serializing_if = "is_default", default)]
    pub budget: Budget,
}

/// Replies a model may give in one attempt where nothing else is said.
pub const MAX_STEPS: u32 = 50;

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            tools: Tools::default(),
            interaction: Interaction::default(),
            strategy: Strategy::default(),
            max_steps: MAX_STEPS,
            docstring: Docstring::default(),
            paper: PaperGiven::default(),
            command: CommandGiven::default(),
            readme: Readme::default(),
            asking: Asking::default(),
            history: History::default(),
            budget: Budget::default(),
        }
    }
}

impl Settings {
    /// Finds that they go together.
    pub(super) fn check(&self) -> Result<(), TrialError> {
        let has_steps = self.interaction == Interaction::Dynamic;
        let is_plain =
            is_default(&self.strategy) && is_default(&self.tools) && self.history.is_full();
        match has_steps || is_plain {
            true => Ok(()),
            false => Err(TrialError::Steps),
        }
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

fn full() -> Docstring {
    Docstring::Full
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seeds {
    /// What the guest's entropy follows from.
    pub sandbox: u64,
}

/// Hashes of all that a trial is made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Digests {
    /// The paper's folder: description, text and code.
    pub paper: String,
    /// The repository as the agent finds it.
    pub workspace: String,
    /// The Python runtime and the meaning of its fuel.
    pub runtime: String,
    /// What the agent is told and offered.
    pub prompt: String,
    /// The replies of a model that has them from a file.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub replies: Option<String>,
}

/// What a trial's folder is called: the task, the model and the attempt, for people, and the hash
/// of the whole [`TrialSpec`], which decides.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TrialId(String);

impl TrialId {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TrialId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Characters of a model's name in a trial's: a name is a folder's, and has to fit.
const LONGEST_NAME: usize = 80;

fn ending(path: &Path) -> String {
    let name = path.file_name();
    name.map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

impl TrialSpec {
    pub fn id(&self) -> TrialId {
        // A struct of strings and numbers: always serialisable.
        let json = serde_json::to_vec(self).unwrap_or_default();
        let hash = blake3::hash(&json).to_hex();
        // Of a path, its end.
        let name = match &self.model {
            ModelName::Script(path) => format!("script-{}", ending(path)),
            ModelName::Replay(path) => format!("replay-{}", ending(path)),
            name => name.to_string(),
        };
        let model: String = name
            .chars()
            .take(LONGEST_NAME)
            .map(|c| {
                if c.is_ascii_alphanumeric() || "-.".contains(c) {
                    c
                } else {
                    '-'
                }
            })
            .collect();
        TrialId(format!(
            "{}.{model}.{}.{}",
            self.task,
            self.attempt,
            &hash[..12]
        ))
    }
}
