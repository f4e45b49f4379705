//! What the agent's loop takes of each step, beside what the guest's runs and the model take: a model
//! answers at once, a thousand times, and what is between its replies is timed.
//!
//! `cargo bench --bench agent_loop`

use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use autoexp::agent::{
    Agent, Brief, BriefPaper, Budget, Environment, Event, Interaction, Prompts, Recorder, Strategy,
    Tools, WORKSPACE,
};
use autoexp::model::{Call, Model, ModelError, Reply, Request};
use autoexp::progress;
use autoexp::sandbox::runtime::{Cache, FetchOptions};
use autoexp::sandbox::{Limits, Runner, Sandbox};
use autoexp::task::{Parser, Task};
use autoexp::trial::{self, Settings};
use autoexp::workspace::{Access, Workspace};
use serde_json::json;

const STEPS: usize = 1_000;
/// Steps at the start and at the end that are compared.
const SPAN: usize = 100;

/// Edits a file and looks at another, in turn, and notes when it is asked and when it has answered.
#[derive(Default)]
struct AtOnce {
    between: Vec<Duration>,
    answered: Option<Instant>,
}

impl Model for AtOnce {
    fn reply(&mut self, _: &Request<'_>) -> Result<Reply, ModelError> {
        self.between.extend(self.answered.map(|at| at.elapsed()));
        let step = self.between.len();
        let (tool, arguments) = match step % 2 {
            _ if step == STEPS => ("final_answer", json!({"answer": {}})),
            0 => ("read_file", json!({"file_name": "run_audit.py"})),
            _ => {
                let content = format!("step = {step}\n").repeat(20);
                (
                    "write_file",
                    json!({"file_name": "ebb/notes.py", "content": content}),
                )
            }
        };
        let reply = Reply {
            calls: vec![Call {
                id: format!("call-{step}"),
                tool: tool.to_owned(),
                arguments,
                signatures: Vec::new(),
            }],
            ..Reply::default()
        };
        self.answered = Some(Instant::now());
        Ok(reply)
    }
}

/// Writes events as they are written to a record, and leaves them.
#[derive(Default)]
struct Written(u64);

impl Recorder for Written {
    fn record(&mut self, event: &Event) -> io::Result<()> {
        self.0 += serde_json::to_vec(event)?.len() as u64;
        Ok(())
    }
}

fn median(times: &[Duration]) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    times[times.len() / 2]
}

fn main() {
    let cache = Cache::locate()
        .and_then(Cache::open)
        .expect("a cache directory");
    let options = FetchOptions::from_env();
    let sandbox = Sandbox::prepare(&cache, &options, progress::stderr().as_ref());
    let runner = Runner::new(sandbox.expect("a runtime"), None);
    let tasks = Path::new(env!("CARGO_MANIFEST_DIR")).join("tasks");
    let id = "exposure-ebb_0".parse().expect("a task");
    let task = Task::load(&tasks, &id, &Parser::default()).expect("a task");
    let prompts = Prompts::load().expect("the prompts");
    let found = trial::as_found(&task, &Settings::default(), &prompts).expect("a repository");

    println!("history        median of all  of the first {SPAN}  of the last {SPAN}  record");
    for history in ["full", "window:10", "retrieval:10"] {
        let mut workspace = Workspace::new();
        workspace
            .mount(WORKSPACE, &found, Access::ReadWrite)
            .expect("a free place");
        let environment = Environment::new(workspace, &runner, Limits::default(), |_| ());
        let mut environment = environment.expect("an environment");
        let (mut model, mut written) = (AtOnce::default(), Written::default());
        Agent {
            model: &mut model,
            strategy: Strategy::Native,
            interaction: Interaction::Dynamic,
            tools: &Strategy::Native.tools(Tools::Aci),
            prompts: &prompts,
            history: history.parse().expect("a history"),
            max_steps: u32::MAX,
            budget: Budget::default(),
        }
        .run(
            &Brief {
                title: String::new(),
                place: WORKSPACE.to_owned(),
                paper: BriefPaper::File,
                files: Vec::new(),
                left_out: Vec::new(),
                commands: true,
                packages: Vec::new(),
                functions: Vec::new(),
                experiments: Vec::new(),
                max_steps: u32::MAX,
                limits: Vec::new(),
            },
            &mut environment,
            &mut written,
        )
        .expect("an attempt");
        let between = &model.between;
        assert_eq!(between.len(), STEPS, "every step was taken");
        println!(
            "{history:<14} {:>13.3?} {:>17.3?} {:>16.3?} {:>6.1} kB a step",
            median(between),
            median(&between[..SPAN]),
            median(&between[STEPS - SPAN..]),
            written.0 as f64 / 1e3 / STEPS as f64
        );
    }
}
