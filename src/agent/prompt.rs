//! The words the model reads, from templates.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior, context};
use serde::Serialize;

use crate::model::Message;
use crate::task::TaskId;

const TEMPLATES: [(&str, &str); 9] = [
    ("system", include_str!("prompts/system.md.j2")),
    ("task", include_str!("prompts/task.md.j2")),
    ("folder", include_str!("prompts/folder.md.j2")),
    ("no_call", include_str!("prompts/no_call.md.j2")),
    ("malformed", include_str!("prompts/malformed.md.j2")),
    ("near", include_str!("prompts/near.md.j2")),
    ("last_step", include_str!("prompts/last_step.md.j2")),
    ("summarise", include_str!("prompts/summarise.md.j2")),
    ("earlier", include_str!("prompts/earlier.md.j2")),
];

/// A template that does not fit what it is filled with: a mistake in the template.
#[derive(Debug, thiserror::Error)]
#[error("fill in the prompt template: {0:#}")]
pub struct PromptError(#[from] minijinja::Error);

/// All that the model is told of its task. Holds no result and no reference code.
#[derive(Clone, Debug, Serialize)]
pub struct Brief {
    pub title: String,
    /// The folder that holds the repository.
    pub place: String,
    /// Packages beside the runtime's, with their versions.
    pub packages: Vec<String>,
    /// The functions to write; none at n = 0.
    pub functions: Vec<BriefFunction>,
    pub experiments: Vec<BriefExperiment>,
    pub max_steps: u32,
    /// What else it may use, in words.
    pub limits: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct BriefFunction {
    pub file: String,
    pub name: String,
    pub description: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct BriefExperiment {
    pub id: String,
    pub description: String,
    pub command: String,
    pub metrics: Vec<String>,
}

/// The templates, ready to be filled.
pub struct Prompts(Environment<'static>);

impl Prompts {
    pub fn load() -> Result<Prompts, PromptError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        let syntax = SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build()?;
        environment.set_syntax(syntax);
        for (name, source) in TEMPLATES {
            environment.add_template(name, source)?;
        }
        Ok(Prompts(environment))
    }

    /// What stands in the repository as `TASK.md`.
    pub fn task(&self, brief: &Brief) -> Result<String, PromptError> {
        self.fill("task", brief)
    }

    /// What is added to it for whoever works on a task with other tools than ours.
    pub fn folder(&self, task: &TaskId) -> Result<String, PromptError> {
        self.fill("folder", minijinja::context! { task => task.to_string() })
    }

    /// What the conversation starts with.
    pub fn opening(&self, brief: &Brief) -> Result<Vec<Message>, PromptError> {
        Ok(vec![
            Message::System {
                text: self.fill("system", brief)?,
            },
            Message::User {
                text: self.task(brief)?,
            },
        ])
    }

    /// The answer to a reply that calls no tool; `cut` where it was cut off.
    pub fn no_call(&self, cut: bool) -> Result<String, PromptError> {
        self.fill("no_call", context! { cut })
    }

    /// The answer to a call whose arguments are no JSON object.
    pub fn malformed(&self, tool: &str, cut: bool) -> Result<String, PromptError> {
        self.fill("malformed", context! { tool, cut })
    }

    /// What is added to an observation when something is nearly used up.
    pub fn near(&self, what: &str, left: &str) -> Result<String, PromptError> {
        self.fill("near", context! { what, left })
    }

    /// What is added to the last observation before the last step.
    pub fn last_step(&self, what: &str) -> Result<String, PromptError> {
        self.fill("last_step", context! { what })
    }

    /// Asks for a summary of the conversation so far.
    pub fn summarise(&self) -> Result<String, PromptError> {
        self.fill("summarise", ())
    }

    /// What stands for the first steps when they aren't shown any more.
    pub fn earlier(&self, steps: usize, summary: Option<&str>) -> Result<String, PromptError> {
        self.fill("earlier", context! { steps, summary })
    }

    fn fill(&self, name: &str, with: impl Serialize) -> Result<String, PromptError> {
        Ok(self.0.get_template(name)?.render(Serde(with))?)
    }
}
