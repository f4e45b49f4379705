//! `autoexp task`: the benchmark itself.

mod audits;
mod export;
mod import;
mod list;
mod new;
mod variant;

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use clap::Subcommand;
use comfy_table::{Table, presets};

use self::audits::show_audits;
use self::list::{Listed, listed, page};
use super::common::{Common, Masking, Reuse, Tasks};
use crate::check::{Audit, Reference, audit, each, native, sound};
use crate::packages::{self, Packages};
use crate::progress::Silent;
use crate::sandbox::Runner;
use crate::task::{Paper, PaperId, Parser, Task, TaskId, papers};
use crate::units::format_fuel_short;

/// Look at the papers and their tasks
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  autoexp task list
  autoexp task show exposure-ebb
  autoexp task mask exposure-ebb_0,3 --docstring none
  autoexp task new --repo ~/src/tides --paper tides.md --command 'python run.py'
  autoexp task measure exposure-ebb
  autoexp task check exposure-ebb
  autoexp task audit --mutants 40 --json | jq '.[].false_pass_rate'";

#[derive(Debug, Subcommand)]
enum Command {
    /// List the papers
    List {
        /// Print JSON
        #[arg(long, conflicts_with = "markdown")]
        json: bool,
        /// Print a page of Markdown
        #[arg(long)]
        markdown: bool,
        #[command(flatten)]
        tasks: Tasks,
    },
    /// Make a draft of a paper from a repository, its paper and a command
    ///
    /// Imports every module in the sandbox, runs the commands, proposes the functions worth masking,
    /// reads the numbers to report, and checks what comes of it.
    New(Box<new::Args>),
    /// Show a paper: its functions with their numbers, its experiments and what they report
    Show {
        /// The paper
        #[arg(value_name = "PAPER")]
        id: TaskId,
        #[command(flatten)]
        tasks: Tasks,
    },
    /// Print the masked files of a task, as an agent finds them
    Mask {
        /// The task
        #[arg(value_name = "TASK")]
        id: TaskId,
        #[command(flatten)]
        masking: Masking,
        #[command(flatten)]
        tasks: Tasks,
    },
    /// Find out whether papers are sound tasks: their golds, masks, dependencies, alternative
    /// inputs and texts hold, wrong code is told from right, nothing leaks
    ///
    /// Exits with 1 if one isn't.
    Check {
        /// Papers [default: all]
        #[arg(value_name = "PAPER")]
        ids: Vec<PaperId>,
        /// Also run the experiments under this Python of the host's, and compare. Nothing holds it
        /// back from what you may do yourself
        #[arg(long, value_name = "PYTHON")]
        native: Option<PathBuf>,
        #[command(flatten)]
        among: Among,
        /// Print JSON
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        reuse: Reuse,
        #[command(flatten)]
        tasks: Tasks,
    },
    /// Run the experiments, watch what they call, and keep it in the paper's folder, in
    /// measured.json
    ///
    /// A task is scored on the experiments that call one of its masked functions.
    Measure {
        /// Papers [default: all]
        #[arg(value_name = "PAPER")]
        ids: Vec<PaperId>,
        #[command(flatten)]
        reuse: Reuse,
        #[command(flatten)]
        tasks: Tasks,
    },
    /// Bring in the papers of another benchmark, from your own checkout of it
    Import(import::Args),
    /// Write tasks as another harness takes them, for its agents to work on
    Export(export::Args),
    /// Make a variant of a paper in which functions, methods and classes have other names, and check it
    ///
    /// So whether a model remembers a public repository is told from whether it can rebuild it.
    Rename(variant::Rename),
    /// Print the papers' canaries: strings that their texts carry, and that stand nowhere else
    Canary(variant::Canary),
    /// Find the wheels of the packages that a paper names as `guest`, and keep which they are in its
    /// folder, in guest.lock
    ///
    /// Wheels of pure Python only, found by your own pip. They are fetched when they are needed.
    Lock {
        /// Papers [default: all]
        #[arg(value_name = "PAPER")]
        ids: Vec<PaperId>,
        #[command(flatten)]
        tasks: Tasks,
    },
    /// Find out how often wrong code gets the right numbers: run mutants of each function
    ///
    /// A mutant survives if every experiment that calls the function comes out within tolerance.
    /// Those that do what the reference does on every call, and on the alternative input, are left
    /// out. Exits with 1 if a function's rate is above 10 %, or a paper's mean above 3 %.
    Audit {
        /// Papers [default: all]
        #[arg(value_name = "PAPER")]
        ids: Vec<PaperId>,
        /// At most so many mutants of each function, a seeded sample
        #[arg(long, value_name = "K", default_value_t = 24)]
        mutants: usize,
        /// What the sample follows from
        #[arg(long, value_name = "NUMBER", default_value_t = 0)]
        seed: u64,
        /// Keep what was found in the paper's folder, in audit.json; the models sim:P take their
        /// wrong code from there
        #[arg(long)]
        write: bool,
        /// Print JSON
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        reuse: Reuse,
        #[command(flatten)]
        tasks: Tasks,
    },
}

/// Which of the papers are checked.
#[derive(Debug, clap::Args)]
struct Among {
    /// Keep in the folders of sound papers, in checked.json, that they are
    #[arg(long)]
    keep: bool,
    /// Only papers that aren't to the byte what was found sound and kept
    #[arg(long)]
    changed: bool,
    /// With --changed: so many of the others too
    #[arg(long, value_name = "K", default_value_t = 0, requires = "changed")]
    sample: usize,
    /// What the sample follows from
    #[arg(long, value_name = "NUMBER", default_value_t = 0, requires = "sample")]
    seed: u64,
}

impl Among {
    fn of(&self, papers: Vec<Arc<Paper>>) -> anyhow::Result<Vec<Arc<Paper>>> {
        if !self.changed {
            return Ok(papers);
        }
        let (mut chosen, mut others) = (Vec::new(), Vec::new());
        for paper in papers {
            match paper.is_as_checked()? {
                true => others.push(paper),
                false => chosen.push(paper),
            }
        }
        // An order that the seed decides.
        others.sort_by_cached_key(|paper| {
            blake3::hash(format!("{} {}", self.seed, paper.id).as_bytes()).to_hex()
        });
        chosen.extend(others.into_iter().take(self.sample));
        chosen.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(chosen)
    }
}

pub(super) fn run(args: Args, common: &Common) -> anyhow::Result<u8> {
    let parser = common.parser();
    let mut stdout = std::io::stdout().lock();
    match args.command {
        Command::List {
            json,
            markdown,
            tasks,
        } => {
            let papers = named(&[], &tasks, &parser).context("list the papers")?;
            let listed = papers.iter().map(|paper| listed(paper));
            let listed: Vec<Listed> = listed
                .collect::<Result<_, _>>()
                .context("list the papers")?;
            if markdown {
                write!(stdout, "{}", page(&listed))?;
            } else if json {
                serde_json::to_writer_pretty(&mut stdout, &listed).map_err(std::io::Error::from)?;
                writeln!(stdout)?;
            } else {
                let mut table = Table::new();
                table.load_style(presets::NOTHING).set_header([
                    "paper",
                    "functions",
                    "experiments",
                    "field",
                    "title",
                ]);
                for paper in listed {
                    let (functions, experiments) =
                        (paper.functions.to_string(), paper.experiments.to_string());
                    table.add_row([paper.id, functions, experiments, paper.field, paper.title]);
                }
                writeln!(stdout, "{}", table.trim_fmt())?;
            }
        }
        Command::New(args) => return new::run(*args, common, &mut stdout),
        Command::Import(args) => return import::run(args, common, &mut stdout),
        Command::Export(args) => return export::run(args, common, &mut stdout),
        Command::Rename(args) => return variant::rename(args, common, &mut stdout),
        Command::Canary(args) => return variant::canaries(args, common, &mut stdout),
        Command::Show { id, tasks } => {
            let task = Task::load(&tasks.folder(), &id, &parser).context("load the task")?;
            show(&mut stdout, task.paper())?;
        }
        Command::Mask { id, masking, tasks } => {
            let task = Task::load(&tasks.folder(), &id, &parser).context("load the task")?;
            let files = task
                .masked_code(masking.docstring)
                .context("mask the task")?;
            let masked: std::collections::BTreeSet<&str> = task
                .functions()
                .map(|function| function.file.as_str())
                .collect();
            for file in masked {
                if let Some(bytes) = files.get(file) {
                    writeln!(stdout, "# {file}")?;
                    stdout.write_all(bytes)?;
                    writeln!(stdout)?;
                }
            }
        }
        Command::Check {
            ids,
            native: python,
            among,
            json,
            reuse,
            tasks,
        } => {
            let papers = named(&ids, &tasks, &parser).context("load the papers")?;
            let papers = among.of(papers).context("choose the papers to check")?;
            let progress = common.progress();
            let (all, packages) = (reuse.runner(common, progress.as_ref())?, common.packages()?);
            // Side by side, so that the last runs of one don't leave a core idle.
            let found = each(&papers, &Silent, |paper| {
                let doing = || format!("check {}", paper.id);
                let uncached = Runner::new(all.sandbox().clone(), None);
                let fresh = paper.runner(&uncached, &packages).with_context(doing)?;
                let checked = reference(paper.clone(), &all, &packages);
                let (runner, reference) = checked.with_context(doing)?;
                let soundness = sound(&reference, &runner, &fresh, progress.as_ref());
                let mut soundness = soundness.with_context(doing)?;
                if let Some(python) = &python {
                    soundness.add(native(&reference, python).with_context(doing)?);
                }
                if among.keep && soundness.sound {
                    reference.paper.write_checked().with_context(doing)?;
                }
                anyhow::Ok(soundness)
            })?;
            Reuse::warn(&all);
            if json {
                serde_json::to_writer_pretty(&mut stdout, &found).map_err(std::io::Error::from)?;
                writeln!(stdout)?;
            } else {
                for soundness in &found {
                    let verdict = if soundness.sound {
                        "sound"
                    } else {
                        "not sound"
                    };
                    writeln!(
                        stdout,
                        "{}: {verdict} ({} runs)",
                        soundness.paper, soundness.runs
                    )?;
                    for finding in &soundness.findings {
                        writeln!(stdout, "  {finding}")?;
                    }
                }
            }
            return Ok(u8::from(found.iter().any(|soundness| !soundness.sound)));
        }
        Command::Measure { ids, reuse, tasks } => {
            let papers = named(&ids, &tasks, &parser).context("load the papers")?;
            let progress = common.progress();
            let (all, packages) = (reuse.runner(common, progress.as_ref())?, common.packages()?);
            for paper in papers {
                let doing = format!("measure {}", paper.id);
                let (_, reference) = reference(paper, &all, &packages).context(doing.clone())?;
                measure(&mut stdout, &reference).context(doing)?;
            }
            Reuse::warn(&all);
        }
        Command::Lock { ids, tasks } => {
            let (cache, options) = (common.cache()?, common.fetch_options());
            for paper in named(&ids, &tasks, &parser).context("load the papers")? {
                if paper.guest.0.is_empty() {
                    continue;
                }
                let doing = || format!("lock the packages of {}", paper.id);
                let wheels = packages::lock(&paper.guest.0, &cache, &options);
                let wheels = wheels.with_context(doing)?;
                for wheel in &wheels {
                    writeln!(stdout, "{}: {} {}", paper.id, wheel.file, wheel.sha256)?;
                }
                paper.write_lock(wheels).with_context(doing)?;
            }
        }
        Command::Audit {
            ids,
            mutants,
            seed,
            write,
            json,
            reuse,
            tasks,
        } => {
            let papers = named(&ids, &tasks, &parser).context("load the papers")?;
            let progress = common.progress();
            let (all, packages) = (reuse.runner(common, progress.as_ref())?, common.packages()?);
            let mut audits = Vec::new();
            for paper in papers {
                let doing = format!("audit {}", paper.id);
                let (runner, reference) =
                    reference(paper, &all, &packages).context(doing.clone())?;
                let found = audit(&reference, &runner, mutants, seed, progress.as_ref())
                    .context(doing.clone())?;
                if write {
                    let kept = found.kept(&reference.paper).context(doing.clone())?;
                    kept.write(&reference.paper).context(doing)?;
                }
                audits.push(found);
            }
            Reuse::warn(&all);
            if json {
                serde_json::to_writer_pretty(&mut stdout, &audits).map_err(std::io::Error::from)?;
                writeln!(stdout)?;
            } else {
                show_audits(&mut stdout, &audits)?;
            }
            let weak = |audit: &Audit| audit.worst_rate > 0.10 || audit.false_pass_rate > 0.03;
            return Ok(u8::from(audits.iter().any(weak)));
        }
    }
    Ok(0)
}

/// The papers named, or all.
fn named(ids: &[PaperId], tasks: &Tasks, parser: &Parser) -> anyhow::Result<Vec<Arc<Paper>>> {
    let folder = tasks.folder();
    let ids = match ids {
        [] => papers(&folder)?,
        ids => ids.to_vec(),
    };
    let load = |id: PaperId| {
        let task = Task::load(&folder, &TaskId::new(id, []), parser)?;
        Ok(task.paper().clone())
    };
    ids.into_iter().map(load).collect()
}

/// What runs a paper's code, and what its experiments come to.
fn reference(
    paper: Arc<Paper>,
    all: &Runner,
    packages: &Packages,
) -> anyhow::Result<(Runner, Reference)> {
    let runner = paper.runner(all, packages)?;
    let reference = Reference::make(paper, &runner)?;
    Ok((runner, reference))
}

/// Keeps what was measured, and shows it.
fn measure(out: &mut impl Write, reference: &Reference) -> anyhow::Result<()> {
    let paper = &reference.paper;
    let failed = paper.experiments.iter().zip(&reference.runs);
    for (experiment, run) in failed {
        if let Some(trouble) = run.trouble() {
            anyhow::bail!("experiment {}: {trouble}", experiment.id);
        }
    }
    let measured = reference.measured()?;
    measured.write(paper)?;
    for experiment in &measured.experiments {
        let called = experiment.functions.iter().filter(|each| each.calls > 0);
        writeln!(
            out,
            "{}: {}: {} fuel, calls {} of {} functions",
            paper.id,
            experiment.id,
            format_fuel_short(experiment.fuel),
            called.count(),
            experiment.functions.len()
        )?;
    }
    Ok(())
}

fn show(out: &mut impl Write, paper: &Paper) -> std::io::Result<()> {
    writeln!(out, "{}: {}", paper.id, paper.title)?;
    writeln!(out, "{}; {}\n", paper.field, paper.licence)?;
    writeln!(out, "functions")?;
    for (number, function) in paper.functions.iter().enumerate() {
        writeln!(out, "  {number:>2}  {} in {}", function.name, function.file)?;
        writeln!(out, "      {}", function.description)?;
        for line in function.docstring.iter().flat_map(|text| text.lines()) {
            writeln!(out, "{}", format!("          | {line}").trim_end())?;
        }
    }
    writeln!(out, "\nexperiments")?;
    for experiment in &paper.experiments {
        let metrics: Vec<&str> = experiment
            .metrics
            .iter()
            .map(|metric| metric.name.as_str())
            .collect();
        writeln!(out, "  {}: {}", experiment.id, experiment.command.join(" "))?;
        writeln!(out, "      reports {}", metrics.join(", "))?;
    }
    Ok(())
}
