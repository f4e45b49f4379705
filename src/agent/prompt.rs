//! The words the model reads, from templates.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior, Value, context};
use serde::Serialize;

use super::form::Problem;
use super::reflexion::Lesson;
use super::strategy::Strategy;
use super::tools::ToolSet;
use crate::model::{Message, ToolSpec};
use crate::task::TaskId;

/// Templates by their names, one folder a style; `shared` has what all styles say alike.
macro_rules! templates {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("prompts/", $name, ".md.j2")))),*]
    };
}

const TEMPLATES: &[(&str, &str)] = &templates![
    "native/system",
    "native/correction",
    "react/system",
    "react/correction",
    "plan/system",
    "plan/correction",
    "four_field/system",
    "four_field/correction",
    "reflexion/reflect",
    "reflexion/lessons",
    "asked/edit_file",
    "asked/understand_part",
    "asked/merge_notes",
    "fixed/system",
    "fixed/task",
    "fixed/correction",
    "shared/system",
    "shared/text_tools",
    "shared/passages",
    "shared/text_correction",
    "shared/plan",
    "shared/task",
    "shared/folder",
    "shared/sandbox",
    "shared/container",
    "shared/malformed",
    "shared/near",
    "shared/last_step",
    "shared/summarise",
    "shared/earlier",
    "shared/elsewhere",
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
    /// What there is of the paper.
    pub paper: BriefPaper,
    /// The files that are shown, where the model can't look for itself; those that aren't, by name.
    pub files: Vec<BriefFile>,
    pub left_out: Vec<String>,
    /// Whether the experiments' commands are told.
    pub commands: bool,
    /// Packages beside the runtime's, with their versions.
    pub packages: Vec<String>,
    /// The functions to write; none at n = 0.
    pub functions: Vec<BriefFunction>,
    pub experiments: Vec<BriefExperiment>,
    pub max_steps: u32,
    /// What else it may use, in words.
    pub limits: Vec<String>,
}

/// What of the paper a model is given, and where it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", content = "passages", rename_all = "snake_case")]
pub enum BriefPaper {
    /// All of it, in a file.
    File,
    /// These, beside the task.
    Passages(Vec<String>),
    None,
}

/// A file as it is shown.
#[derive(Clone, Debug, Serialize)]
pub struct BriefFile {
    pub path: String,
    pub text: String,
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
    /// None where it isn't told.
    pub command: Option<String>,
    pub metrics: Vec<String>,
}

/// What a conversation begins with: the first request, as it is sent.
#[derive(Clone, Debug, Serialize)]
pub struct Opening {
    pub messages: Vec<Message>,
    /// None where they are told of in the messages.
    pub tools: Vec<ToolSpec>,
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
        self.fill("shared/task", brief)
    }

    /// All that an agent with tools of its own is told, which works in a sandbox of ours.
    pub fn sandbox(&self, brief: &Brief) -> Result<String, PromptError> {
        self.fill("shared/sandbox", brief)
    }

    /// All that an agent with tools of its own is told, which works in a container of somebody's.
    pub fn container(&self, brief: &Brief) -> Result<String, PromptError> {
        self.fill("shared/container", brief)
    }

    /// What is added to it for whoever works on a task with other tools than ours.
    pub fn folder(&self, task: &TaskId, packages: &[String]) -> Result<String, PromptError> {
        self.fill(
            "shared/folder",
            minijinja::context! { task => task.to_string(), packages => packages.to_vec() },
        )
    }

    /// What the conversation starts with.
    pub fn opening(
        &self,
        brief: &Brief,
        strategy: Strategy,
        tools: &ToolSet,
        lessons: &[Lesson],
    ) -> Result<Opening, PromptError> {
        let tools = tools.specs();
        let (told, sent) = match strategy.fields() {
            None => (Vec::new(), tools),
            Some(_) => (tools, Vec::new()),
        };
        let told: Vec<_> = told
            .iter()
            .map(|tool| {
                let parameters = tool.parameters.to_string();
                context! { name => tool.name.as_str(), description => tool.description.as_str(), parameters }
            })
            .collect();
        let system = context! {
            tools => told,
            fields => Serde(strategy.fields()),
            ..Serde(brief)
        };
        let messages = vec![
            Message::System {
                text: self.of(strategy, "system", system)?,
            },
            Message::User {
                text: self.beside_task(brief, lessons)?,
            },
        ];
        Ok(Opening {
            messages,
            tools: sent,
        })
    }

    /// The task, and what else a model has before it.
    fn beside_task(&self, brief: &Brief, lessons: &[Lesson]) -> Result<String, PromptError> {
        let mut parts = vec![self.task(brief)?];
        if let BriefPaper::Passages(_) = brief.paper {
            parts.push(self.fill("shared/passages", brief)?);
        }
        if !lessons.is_empty() {
            parts.push(self.fill("reflexion/lessons", context! { lessons => Serde(lessons) })?);
        }
        Ok(parts.join("\n\n"))
    }

    /// Asks what is to be learned from a try that ended so.
    pub fn reflect(&self, ending: &str) -> Result<String, PromptError> {
        self.fill("reflexion/reflect", context! { ending })
    }

    /// All that a model is told that writes all functions in one reply.
    pub fn fixed(&self, brief: &Brief) -> Result<Opening, PromptError> {
        let messages = vec![
            Message::System {
                text: self.fill("fixed/system", brief)?,
            },
            Message::User {
                text: self.fill("fixed/task", brief)?,
            },
        ];
        Ok(Opening {
            messages,
            tools: Vec::new(),
        })
    }

    /// The answer to such a reply that lacks functions.
    pub fn fixed_correction(&self, problem: &Problem, is_cut: bool) -> Result<String, PromptError> {
        let with = context! { problem => Serde(problem), cut => is_cut };
        self.fill("fixed/correction", with)
    }

    /// The answer to a reply that isn't as the strategy has it; `is_cut` where it was cut off.
    pub fn correction(
        &self,
        strategy: Strategy,
        problem: &Problem,
        is_cut: bool,
    ) -> Result<String, PromptError> {
        let with = context! {
            problem => Serde(problem),
            cut => is_cut,
            fields => Serde(strategy.fields()),
        };
        self.of(strategy, "correction", with)
    }

    /// The answer to a call whose arguments are no JSON object.
    pub fn malformed(&self, tool: &str, cut: bool) -> Result<String, PromptError> {
        self.fill("shared/malformed", context! { tool, cut })
    }

    /// What is added to an observation when something is nearly used up.
    pub fn near(&self, what: &str, left: &str) -> Result<String, PromptError> {
        self.fill("shared/near", context! { what, left })
    }

    /// What is added to the last observation before the last step.
    pub fn last_step(&self, what: &str) -> Result<String, PromptError> {
        self.fill("shared/last_step", context! { what })
    }

    /// Asks another model for a changed file.
    pub fn edit_file(
        &self,
        file: &str,
        instruction: &str,
        text: &str,
    ) -> Result<String, PromptError> {
        self.fill("asked/edit_file", context! { file, instruction, text })
    }

    /// Asks another model what a part of a file says, one of so many.
    pub fn understand_part(
        &self,
        file: &str,
        wanted: &str,
        (part, parts): (usize, usize),
        text: &str,
    ) -> Result<String, PromptError> {
        let with = context! { file, wanted, part, parts, text };
        self.fill("asked/understand_part", with)
    }

    /// Asks it to make one answer of what it noted of each part.
    pub fn merge_notes(
        &self,
        file: &str,
        wanted: &str,
        notes: &[String],
    ) -> Result<String, PromptError> {
        self.fill(
            "asked/merge_notes",
            context! { file, wanted, notes => Serde(notes) },
        )
    }

    /// Asks for a summary of the conversation so far.
    pub fn summarise(&self) -> Result<String, PromptError> {
        self.fill("shared/summarise", ())
    }

    /// What stands for the first steps when they aren't shown any more.
    pub fn earlier(&self, steps: usize, summary: Option<&str>) -> Result<String, PromptError> {
        self.fill("shared/earlier", context! { steps, summary })
    }

    /// What stands for steps that aren't shown, wherever they were.
    pub fn elsewhere(&self, steps: usize) -> Result<String, PromptError> {
        self.fill("shared/elsewhere", context! { steps })
    }

    /// The plan, beside the task.
    pub fn plan(&self, plan: &str) -> Result<String, PromptError> {
        self.fill("shared/plan", context! { plan })
    }

    /// A strategy's own template.
    fn of(&self, strategy: Strategy, name: &str, with: Value) -> Result<String, PromptError> {
        let template = self
            .0
            .get_template(&format!("{}/{name}", strategy.style()))?;
        Ok(template.render(with)?)
    }

    fn fill(&self, name: &str, with: impl Serialize) -> Result<String, PromptError> {
        Ok(self.0.get_template(name)?.render(Serde(with))?)
    }
}
