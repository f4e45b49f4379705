//! `autoexp shell`: the agent's seat, for people.

mod editor;

use std::io::{self, IsTerminal, Read, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, bail};
use serde::Serialize;

use super::common::{Common, INTERRUPTED, Masking, Reuse, Tasks};
use super::python::{self, Changes, HOME, MountArg, Mounted};
use crate::agent::Prompts;
use crate::sandbox::{Cancel, Exit, Limits, Outcome, Runner, SandboxError};
use crate::shell::{Script, Shell};
use crate::task::{Task, TaskId};
use crate::trial::{self, Settings};
use crate::units;
use crate::workspace::{Access, Tree, Workspace};

/// Run bash in the sandbox, as an agent does: on a folder or on a task's masked repository, with
/// Python, without network, processes or files of the host
///
/// The folder is there as /workspace. What is changed stays in memory and is listed at the end,
/// unless the folder is given with :rw; a task's repository is as an agent finds it. On a terminal,
/// lines are edited, with history and completion; otherwise standard input is one script.
#[derive(Debug, clap::Args)]
#[command(after_help = NOTES)]
pub(super) struct Args {
    /// A folder, DIR:ro or DIR:rw, or a task such as PAPER_0,3 [default: the current directory]
    #[arg(value_name = "DIR|TASK", default_value = ".")]
    place: String,
    /// Run this, with no input, and end
    #[arg(short, value_name = "COMMAND")]
    command: Option<String>,
    /// Units of fuel that each command may use, about one a nanosecond: 10G, 500M
    #[arg(long, value_name = "FUEL", value_parser = units::parse_fuel)]
    fuel: Option<u64>,
    /// Memory that each run of Python may have, at most 4GiB
    #[arg(long, value_name = "SIZE", value_parser = units::parse_size)]
    memory: Option<u64>,
    /// Wall-clock time that each command may take: 10s, 2m
    #[arg(long, value_name = "TIME", value_parser = units::parse_duration)]
    time: Option<Duration>,
    /// Say on standard error what each command used
    #[arg(long)]
    stats: bool,
    /// Print what came of the command as JSON; not on a terminal
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    masking: Masking,
    #[command(flatten)]
    reuse: Reuse,
    #[command(flatten)]
    tasks: Tasks,
}

const NOTES: &str = "\
Exit codes: that of the last command (which may be any of these too), or, where it met a limit,
  121 out of fuel     122 out of memory   123 out of time
  124 out of disk     125 stack overflow  126 trapped
  130 interrupted

Ctrl-C ends a command, and nothing that it changed in a folder is written back if it was the last.

Examples:
  autoexp shell exposure-ebb_0
  autoexp shell . -c 'python train.py | tail -3; git diff --stat'
  echo 'ls | wc -l' | autoexp shell ~/project:rw";

const TMP: &str = "/tmp";

/// What a person works on.
struct Session<'a> {
    workspace: Workspace,
    shell: Shell,
    runner: &'a Runner,
    limits: Limits,
    /// Cancels the command that runs.
    cancel: Arc<Mutex<Cancel>>,
}

/// What came of a command.
#[derive(Serialize)]
struct Report<'a> {
    exit: &'static str,
    code: u8,
    stdout: std::borrow::Cow<'a, str>,
    stderr: std::borrow::Cow<'a, str>,
    fuel: u64,
    digest: String,
    directory: String,
}

pub(super) fn run(args: Args, common: &Common) -> anyhow::Result<u8> {
    let interactive = args.command.is_none() && io::stdin().is_terminal();
    if interactive && args.json {
        bail!("print JSON on a terminal: give -c COMMAND, or a script on standard input");
    }
    let mut workspace = Workspace::new();
    let (origin, mounts) = lay(&args, common, &mut workspace)?;
    workspace.mount(TMP, &Tree::default(), Access::ReadWrite)?;
    let defaults = Limits::default();
    let progress = common.progress();
    let runner = args.reuse.runner(common, progress.as_ref())?;
    drop(progress);
    let mut session = Session {
        workspace,
        shell: Shell::new(origin, HOME),
        runner: &runner,
        limits: Limits {
            fuel: args.fuel.unwrap_or(defaults.fuel),
            memory: args.memory.unwrap_or(defaults.memory),
            wall: args.time.unwrap_or(defaults.wall),
            ..defaults
        },
        cancel: Arc::default(),
    };
    session.cancel_on_interrupt()?;
    let exit = match (interactive, args.command) {
        (true, _) => editor::work(&mut session, common, args.stats)?,
        (false, command) => {
            let text = match command {
                Some(command) => command,
                None => {
                    let mut script = Vec::new();
                    let read = io::stdin().read_to_end(&mut script);
                    read.context("read the script from standard input")?;
                    String::from_utf8(script).context("read the script from standard input")?
                }
            };
            let outcome = session.run(&text).context("run the command")?;
            match args.json {
                true => session.report(&outcome)?,
                false => session.show(&outcome, args.stats)?,
            }
            outcome.exit
        }
    };
    Reuse::warn(&runner);
    for mounted in &mounts {
        python::settle(mounted, &mut session.workspace, exit)?;
    }
    Ok(python::code(exit))
}

/// Mounts what was asked for; it as it was found, and the folder to settle at the end.
fn lay(
    args: &Args,
    common: &Common,
    workspace: &mut Workspace,
) -> anyhow::Result<(Tree, Vec<Mounted>)> {
    let mount: Result<MountArg, String> = args.place.parse();
    if let Ok(mount) = mount
        && (mount.host.is_dir() || mount.changes != Changes::InMemory)
    {
        let guest = mount.guest.clone().unwrap_or_else(|| HOME.to_owned());
        if guest != HOME {
            bail!("lay {} at {guest}: the shell works at {HOME}", args.place);
        }
        let mount = MountArg {
            guest: Some(guest),
            ..mount
        };
        let mounts = python::mount(&[mount], Path::new("/"), workspace)?;
        let origin = mounts
            .first()
            .map(|mounted| mounted.imported.tree.clone())
            .unwrap_or_default();
        return Ok((origin, mounts));
    }
    let id: TaskId = args.place.parse().with_context(|| {
        format!(
            "find {}: it is no folder that is there, and no task",
            args.place
        )
    })?;
    let task = Task::load(&args.tasks.folder(), &id, &common.parser()).context("load the task")?;
    let prompts = Prompts::load()?;
    let settings = Settings {
        docstring: args.masking.docstring,
        ..Settings::default()
    };
    let tree = trial::as_found(&task, &settings, &prompts).context("lay out the task")?;
    workspace.mount(HOME, &tree, Access::ReadWrite)?;
    Ok((tree, Vec::new()))
}

impl Session<'_> {
    fn run(&mut self, text: &str) -> Result<Outcome, SandboxError> {
        let cancel = Cancel::default();
        *self.cancel.lock().unwrap_or_else(PoisonError::into_inner) = cancel.clone();
        let script = Script {
            cancel,
            ..Script::new(text)
        };
        let runner = self.runner;
        let mut python = |workspace: &mut Workspace, invocation, limits: &Limits| {
            runner.run(workspace, invocation, limits)
        };
        self.shell
            .run(script, &mut self.workspace, &self.limits, &mut python)
    }

    /// Has Ctrl-C end the command that runs, and the whole program when it comes again.
    fn cancel_on_interrupt(&self) -> anyhow::Result<()> {
        let cancel = self.cancel.clone();
        let interrupt = move || {
            let cancel = cancel.lock().unwrap_or_else(PoisonError::into_inner);
            match cancel.is_cancelled() {
                false => cancel.cancel(),
                true => std::process::exit(INTERRUPTED.into()),
            }
        };
        match ctrlc::try_set_handler(interrupt) {
            Ok(()) | Err(ctrlc::Error::MultipleHandlers) => Ok(()),
            Err(error) => Err(error).context("watch for Ctrl-C"),
        }
    }

    fn show(&self, outcome: &Outcome, stats: bool) -> io::Result<()> {
        io::stdout().write_all(&outcome.stdout.bytes)?;
        io::stdout().flush()?;
        io::stderr().write_all(&outcome.stderr.bytes)?;
        if !matches!(outcome.exit, Exit::Exited(_)) {
            let why = outcome.exit.explain(&self.limits);
            eprintln!("autoexp: the command {why}");
        }
        if stats {
            eprintln!(
                "autoexp: fuel {}, written {}, time {:.3} s, digest {}",
                units::format_fuel_short(outcome.fuel_used),
                units::format_size_short(outcome.written),
                outcome.elapsed.as_secs_f64(),
                outcome.digest()
            );
        }
        Ok(())
    }

    fn report(&self, outcome: &Outcome) -> io::Result<()> {
        let report = Report {
            exit: outcome.exit.kind(),
            code: python::code(outcome.exit),
            stdout: outcome.stdout.text(),
            stderr: outcome.stderr.text(),
            fuel: outcome.fuel_used,
            digest: outcome.digest().to_string(),
            directory: self.shell.directory(),
        };
        let mut stdout = io::stdout().lock();
        serde_json::to_writer_pretty(&mut stdout, &report)?;
        writeln!(stdout)
    }
}
