//! What an agent's tools work on: a workspace, a shell, and what runs Python.

use std::io;
use std::time::{Duration, Instant};

use super::event::{Event, PythonRun, ReplyTime, Said};
use super::prompt::{PromptError, Prompts};
use crate::model::{Message, Model, ModelError, Reply, Request};
pub use crate::sandbox::WORKSPACE;
use crate::sandbox::{Exit, Invocation, Limits, Outcome, Program, Runner, SandboxError};
use crate::shell::{Script, Shell};
use crate::workspace::{Access, Tree, Workspace};

/// Where temporary files go; they last as long as the attempt.
const TMP: &str = "/tmp";

/// Keeps an event.
type Record<'a> = dyn FnMut(&Event) -> io::Result<()> + 'a;

/// A workspace mounted at [`WORKSPACE`], a shell on it, what runs Python, and what a run may use.
pub struct Environment<'a> {
    pub workspace: Workspace,
    pub shell: Shell,
    /// What the agent wrote down for itself.
    pub memo: String,
    /// What it plans, as it last wrote it.
    pub plan: Option<String>,
    runner: &'a Runner,
    /// What each run may use.
    each: Limits,
    /// What the last run might, else each.
    limits: Limits,
    /// Fuel for all runs together, where it is limited, and when they have to be over.
    fuel: Option<u64>,
    deadline: Option<Instant>,
    fuel_used: u64,
    peak_memory: u64,
    reused: u32,
    /// Whether the last run ended well.
    ended_well: Option<bool>,
    /// The repository as it was at first.
    origin: Tree,
    watch: Box<dyn FnMut(&Outcome) + 'a>,
    auxiliary: Option<Auxiliary<'a>>,
    asked: Vec<Reply>,
    python: Vec<PythonRun>,
    /// How many of them were told of.
    python_told: usize,
    halt: Option<Halt>,
}

/// A model that tools may ask, and where what it says is recorded.
struct Auxiliary<'a> {
    model: &'a mut dyn Model,
    prompts: &'a Prompts,
    record: Box<Record<'a>>,
}

/// What stops an attempt in the middle of a call.
#[derive(Debug)]
pub(super) enum Halt {
    /// To be gone on with.
    Interrupted(String),
    Record(io::Error),
    Prompt(PromptError),
}

/// Why an attempt stopped that whoever runs it cancelled.
const CANCELLED: &str = "cancelled";

impl<'a> Environment<'a> {
    /// `watch` is told of each run.
    pub fn new(
        mut workspace: Workspace,
        runner: &'a Runner,
        limits: Limits,
        watch: impl FnMut(&Outcome) + 'a,
    ) -> io::Result<Environment<'a>> {
        let origin = workspace.tree(WORKSPACE)?;
        workspace
            .mount(TMP, &Tree::default(), Access::ReadWrite)
            .map_err(io::Error::other)?;
        Ok(Environment {
            workspace,
            shell: Shell::new(origin.clone(), WORKSPACE),
            memo: String::new(),
            plan: None,
            runner,
            each: limits.clone(),
            limits,
            fuel: None,
            deadline: None,
            fuel_used: 0,
            peak_memory: 0,
            reused: 0,
            ended_well: None,
            origin,
            watch: Box::new(watch),
            auxiliary: None,
            asked: Vec::new(),
            python: Vec::new(),
            python_told: 0,
            halt: None,
        })
    }

    /// With a model that tools may ask. What it says goes to `record` as it is said.
    pub fn with_auxiliary(
        mut self,
        model: &'a mut dyn Model,
        prompts: &'a Prompts,
        record: impl FnMut(&Event) -> io::Result<()> + 'a,
    ) -> Environment<'a> {
        self.auxiliary = Some(Auxiliary {
            model,
            prompts,
            record: Box::new(record),
        });
        self
    }

    /// With what was asked of other models before the attempt: it is paid for by the attempt.
    pub fn having_asked(mut self, replies: Vec<Reply>) -> Environment<'a> {
        self.asked = replies;
        self
    }

    /// Limits what all runs together may use.
    pub fn within(mut self, fuel: Option<u64>, time: Option<Duration>) -> Environment<'a> {
        self.fuel = fuel;
        self.deadline = time.and_then(|time| Instant::now().checked_add(time));
        self
    }

    /// Whether the last run ended well; nothing where there was none.
    pub fn ended_well(&self) -> Option<bool> {
        self.ended_well
    }

    /// Makes repository, shell and notes what they were at first. What was used stays used.
    pub(super) fn start_over(&mut self) -> io::Result<()> {
        let mut workspace = Workspace::new();
        for (place, tree) in [(WORKSPACE, &self.origin), (TMP, &Tree::default())] {
            workspace
                .mount(place, tree, Access::ReadWrite)
                .map_err(io::Error::other)?;
        }
        self.workspace = workspace;
        self.shell = Shell::new(self.origin.clone(), WORKSPACE);
        self.memo.clear();
        self.plan = None;
        self.ended_well = None;
        Ok(())
    }

    /// What a run may use: the last one, else each.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Fuel used by all runs so far.
    pub fn fuel_used(&self) -> u64 {
        self.fuel_used
    }

    /// The most memory that any run so far had, in bytes.
    pub fn peak_memory(&self) -> u64 {
        self.peak_memory
    }

    /// How many of the runs were known from earlier ones.
    pub fn reused(&self) -> u32 {
        self.reused
    }

    pub fn run(&mut self, invocation: Invocation) -> Result<Outcome, SandboxError> {
        self.limits = self.limits_now();
        let program = named(&invocation);
        let outcome = self
            .runner
            .run(&mut self.workspace, invocation, &self.limits)?;
        self.python.push(python_run(program, &outcome));
        self.count(&outcome);
        (self.watch)(&outcome);
        Ok(outcome)
    }

    /// Runs a script of the shell. Its outcome has the fuel of what it ran of Python in it.
    pub fn script(&mut self, text: &str) -> Result<Outcome, SandboxError> {
        self.limits = self.limits_now();
        let (runner, watch, python_runs) = (self.runner, &mut self.watch, &mut self.python);
        let mut python = |workspace: &mut Workspace,
                          invocation: Invocation,
                          limits: &Limits|
         -> Result<Outcome, SandboxError> {
            let program = named(&invocation);
            let outcome = runner.run(workspace, invocation, limits)?;
            python_runs.push(python_run(program, &outcome));
            (*watch)(&outcome);
            Ok(outcome)
        };
        let script = Script {
            cancel: runner.cancel(),
            ..Script::new(text)
        };
        let outcome = self
            .shell
            .run(script, &mut self.workspace, &self.limits, &mut python)?;
        self.count(&outcome);
        (self.watch)(&outcome);
        Ok(outcome)
    }

    fn count(&mut self, outcome: &Outcome) {
        self.fuel_used = self.fuel_used.saturating_add(outcome.fuel_used);
        self.peak_memory = self.peak_memory.max(outcome.peak_memory);
        self.reused += u32::from(outcome.reused);
        self.ended_well = Some(outcome.exit.success());
    }

    /// What the auxiliary model says to a text; otherwise, what the agent can do instead.
    pub fn ask(
        &mut self,
        text: impl FnOnce(&Prompts) -> Result<String, PromptError>,
    ) -> Result<String, String> {
        let Some(auxiliary) = &mut self.auxiliary else {
            return Err("no model is there to do it".to_owned());
        };
        let Auxiliary {
            model,
            prompts,
            record,
        } = auxiliary;
        let text = text(prompts).map_err(|error| {
            let told = error.to_string();
            self.halt = Some(Halt::Prompt(error));
            told
        })?;
        let asked = Instant::now();
        let messages = [Message::User { text: text.clone() }];
        let request = Request {
            messages: &messages,
            tools: &[],
        };
        let said = match model.reply(&request) {
            Ok(reply) => Said::Reply(reply),
            Err(ModelError::Provider(reason)) => {
                // The trial's provider, as in the conversation: no failure of the agent's.
                self.halt = Some(Halt::Interrupted(reason.clone()));
                return Err(reason);
            }
            Err(error) => Said::Refusal(error.to_string()),
        };
        let event = Event::Auxiliary {
            text,
            said: said.clone(),
            measured: ReplyTime {
                model_ms: asked.elapsed().as_millis() as u64,
            },
        };
        if let Err(error) = record(&event) {
            let told = error.to_string();
            self.halt = Some(Halt::Record(error));
            return Err(told);
        }
        match said {
            Said::Reply(reply) => {
                let text = reply.text.clone();
                self.asked.push(reply);
                match text.trim().is_empty() {
                    true => Err("the model that is to do it said nothing".to_owned()),
                    false => Ok(text),
                }
            }
            Said::Refusal(why) => Err(format!("the model that is to do it gave no reply: {why}")),
        }
    }

    /// What was asked of the auxiliary model since this was last asked; it is paid for like any other
    /// reply.
    pub(super) fn take_asked(&mut self) -> Vec<Reply> {
        std::mem::take(&mut self.asked)
    }

    /// The runs of Python since this was last asked.
    pub(super) fn new_python(&mut self) -> Vec<PythonRun> {
        let runs = self.python[self.python_told..].to_vec();
        self.python_told = self.python.len();
        runs
    }

    /// All runs of Python so far.
    pub fn python(&self) -> &[PythonRun] {
        &self.python
    }

    /// Why the attempt stops here, if it does.
    pub(super) fn halt(&mut self) -> Option<Halt> {
        match self.runner.cancel().is_cancelled() {
            true => Some(Halt::Interrupted(CANCELLED.to_owned())),
            false => self.halt.take(),
        }
    }

    /// What the next run may use: no more than is left for all.
    fn limits_now(&self) -> Limits {
        let left = self.fuel.map(|fuel| fuel.saturating_sub(self.fuel_used));
        let time = self
            .deadline
            .map(|at| at.saturating_duration_since(Instant::now()));
        Limits {
            fuel: left.map_or(self.each.fuel, |left| left.min(self.each.fuel)),
            wall: time.map_or(self.each.wall, |left| left.min(self.each.wall)),
            ..self.each.clone()
        }
    }

    /// The repository as it stands.
    pub fn tree(&mut self) -> io::Result<Tree> {
        self.workspace.tree(WORKSPACE)
    }
}

/// What is run, in a word: a script by its path from the repository, where it lies there.
fn named(invocation: &Invocation) -> String {
    match &invocation.program {
        Program::Command(_) => "-c".to_owned(),
        Program::Module(name) => format!("-m {name}"),
        Program::Stdin | Program::Interactive => "-".to_owned(),
        Program::Script(path) => {
            let path = normal(&invocation.cwd, path);
            let inside = path.strip_prefix(WORKSPACE);
            let inside = inside.and_then(|path| path.strip_prefix('/'));
            inside.unwrap_or(&path).to_owned()
        }
    }
}

fn python_run(program: String, outcome: &Outcome) -> PythonRun {
    PythonRun {
        program,
        exit: outcome.exit.kind().to_owned(),
        status: match outcome.exit {
            Exit::Exited(status) => Some(status),
            _ => None,
        },
    }
}

/// A path from a directory, as an absolute one without dots.
pub(super) fn normal(directory: &str, path: &str) -> String {
    let full = match path.starts_with('/') {
        true => path.to_owned(),
        false => format!("{directory}/{path}"),
    };
    let mut names: Vec<&str> = Vec::new();
    for name in full.split('/') {
        match name {
            "" | "." => {}
            ".." => _ = names.pop(),
            name => names.push(name),
        }
    }
    format!("/{}", names.join("/"))
}
