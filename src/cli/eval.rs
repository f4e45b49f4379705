//! `autoexp eval`: plan and run a sweep, or go on with one, and show what came of it.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, bail};
use clap::Args as _;
use serde::Serialize;

use super::cluster::{self, Cluster};
use super::common::{Common, Reuse, Tasks};
use super::config;
use super::error::inert;
use super::settings::Attempts;
use crate::agent::Prompts;
use crate::model::{Finite, ModelName};
use crate::progress::Total;
use crate::report::{self, Row};
use crate::sandbox::Cancel;
use crate::sweep::{
    self, Bounds, Done, Estimate, Grid, Interrupted, Means, Ns, Only, Plan, Shard, Span, Unaudited,
};
use crate::task::{Sample, TaskId};
use crate::trial::{DebuggingCounts, RunFolder, TrialSpec};

/// Run models over tasks, and show which get the paper's numbers back by code that does what the paper says
///
/// With no options: the models oracle (which knows the reference code), nop (which submits at once),
/// sim:0.6 and sim:0.35 (which write each function right with that probability) over a sample of the
/// bundled papers' tasks, with 0 to 5 functions masked; and a report to look at. The first start
/// fetches, checks and compiles the Python runtime. A run that was stopped goes on when the same command is
/// given again; any number of processes may work on one run.
///
/// Exits with 1 if the oracle is not verified on a task, for then the task is broken; and if the
/// provider of a model gave no reply, for then trials are left to be run.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// A model to run: oracle, nop, sim:P, script:FILE, replay:FOLDER or PROVIDER/MODEL, such as
    /// openai/gpt-5; may be given more than once [default: oracle, nop, sim:0.6 and sim:0.35, the
    /// last two for papers with an audit]
    #[arg(long = "model", value_name = "MODEL")]
    models: Vec<ModelName>,
    /// A paper, for its tasks of every n, or one task such as PAPER_0,3; may be given more than
    /// once [default: all papers]
    #[arg(long = "task", value_name = "ID")]
    ids: Vec<TaskId>,
    /// How many functions to mask: 2, 0..2 (both ends included), 0,2..4; `all` for all of a paper
    /// at once
    #[arg(long, value_name = "N", default_value = "0..5")]
    n: Ns,
    /// Only papers of this field of research, or a part of its name; may be given more than once
    #[arg(long = "field", value_name = "TEXT")]
    fields: Vec<String>,
    /// Only tasks whose masked bodies together have so many lines, without blank ones and
    /// comments: 10..30, 10.. or ..30
    #[arg(long, value_name = "LINES")]
    size: Option<Span>,
    /// Only tasks with so many pairs of masked functions of which one calls the other: 1.., 0
    #[arg(long, value_name = "PAIRS")]
    coupling: Option<Span>,
    /// At most so many tasks of each n, a seeded sample; `all` for all
    #[arg(long, value_name = "K", default_value = "3", value_parser = per_n)]
    sample: PerN,
    /// What the sample follows from
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    seed: u64,
    /// How often each model tries each task
    #[arg(long, value_name = "K", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    attempts: u32,
    /// Where the records go [default: runs/<a name that follows from the above>]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Trials to run at once [default: the number of cores, and for models over the network as many
    /// as may be asked at once]
    #[arg(long, value_name = "JOBS")]
    jobs: Option<std::num::NonZeroUsize>,
    /// Add this run to the one that the folder holds: what is there stays, and what is missing is run
    #[arg(long, requires = "out")]
    extend: bool,
    /// Run only a part of the trials, as 1/4 for the first of four; `autoexp merge` puts parts of
    /// several machines together
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,
    /// Run only what the folder's plan has, and refuse where papers, prompts or the runtime have
    /// changed since, or aren't the same on this machine
    #[arg(long, requires = "out")]
    planned: bool,
    /// Run nothing: show what is finished, and make the report; exits with 1 if trials are missing
    #[arg(long)]
    collect: bool,
    /// Dollars that all trials together may cost; those that are begun go to their end
    #[arg(long, value_name = "DOLLARS")]
    max_cost: Option<Finite>,
    /// Say what would be run and what it may take, and run nothing
    #[arg(long)]
    dry_run: bool,
    /// Don't ask before a run that may cost much
    #[arg(long)]
    yes: bool,
    /// Take options from a TOML file, each by its long name; those of the command line go before
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print a JSON Schema of such a file
    #[arg(long, exclusive = true)]
    config_schema: bool,
    /// Print the rows as JSON instead of a table
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    reuse: Reuse,
    #[command(flatten)]
    tasks: Tasks,
    #[command(flatten)]
    settings: Attempts,
    #[command(flatten)]
    cluster: Cluster,
}

const EXAMPLES: &str = "\
Examples:
  autoexp eval
  autoexp eval --model oracle --task exposure-ebb --n 1..3 --sample all
  autoexp eval --field ranking --n 2 --coupling 1.. --size ..40
  autoexp eval --model anthropic/claude-sonnet-4-5 --effort high --max-cost-per-trial 2
  autoexp eval --model openai/qwen3-32b --base-url http://localhost:8000/v1 --n 1
  autoexp eval --config configs/fixed-or-dynamic.toml --model openai/gpt-5 --dry-run
  autoexp eval --model openai/gpt-5 --out runs/sweep --on slurm --partition short --time 4:00:00
  autoexp eval --task exposure-ebb_0,3 --json | jq '.rows[].pass'";

/// More lines than this aren't read in a terminal; the report has them all.
const MOST_ROWS: usize = 48;

/// What runs where no model is named: what measures the tasks, and two whose truth is known.
const DEFAULT_MODELS: [&str; 4] = ["oracle", "nop", "sim:0.6", "sim:0.35"];

fn default_models() -> anyhow::Result<Vec<ModelName>> {
    let models = DEFAULT_MODELS.iter().map(|name| name.parse());
    Ok(models.collect::<Result<_, _>>()?)
}

#[derive(Clone, Copy, Debug)]
enum PerN {
    All,
    Most(usize),
}

fn per_n(text: &str) -> Result<PerN, String> {
    match (text, text.parse()) {
        ("all", _) => Ok(PerN::All),
        (_, Ok(most @ 1..)) => Ok(PerN::Most(most)),
        _ => Err("give a number above 0, or `all`".to_owned()),
    }
}

#[derive(Serialize)]
struct Report<'a> {
    folder: &'a std::path::Path,
    trials: usize,
    ran: usize,
    interrupted: &'a [Interrupted],
    /// Trials that weren't begun, since those before had cost what --max-cost allows.
    unaffordable: usize,
    debugging: BTreeMap<String, DebuggingCounts>,
    /// The page, if there is something to show.
    report: Option<&'a std::path::Path>,
    rows: &'a [Row],
}

pub(super) fn run(args: Args, common: &Common) -> anyhow::Result<u8> {
    if args.config_schema {
        let schema = config::schema(&Args::augment_args(clap::Command::new("eval")));
        println!("{}", serde_json::to_string_pretty(&schema)?);
        return Ok(0);
    }
    let progress = common.progress();
    let prompts = Prompts::load()?;
    let (models, unaudited) = match args.models.is_empty() {
        true => (default_models()?, Unaudited::LeaveOut),
        false => (dedup(args.models), Unaudited::Refuse),
    };
    let grid = Grid {
        models,
        tasks: dedup(args.ids),
        n: args.n,
        only: Only {
            fields: args.fields,
            size: args.size,
            coupling: args.coupling,
        },
        sample: match args.sample {
            PerN::All => None,
            PerN::Most(per_n) => Some(Sample {
                per_n,
                seed: args.seed,
            }),
        },
        attempts: args.attempts,
        settings: args.settings.variants(),
    };
    let out = args
        .out
        .unwrap_or_else(|| PathBuf::from("runs").join(grid.name()));
    let plan = Plan::make(
        grid,
        &args.tasks.folder(),
        &prompts,
        &common.parser(),
        unaudited,
    )
    .context("plan the run")?;
    if !plan.unaudited.is_empty() {
        let papers = plan.unaudited.iter().map(ToString::to_string);
        eprintln!(
            "note: no simulated models at {}, since what wrong code is there isn't known; \
             `autoexp task audit --write` finds out",
            papers.collect::<Vec<_>>().join(", ")
        );
    }
    let trials: Vec<&TrialSpec> = match args.shard {
        None => plan.trials.iter().collect(),
        Some(shard) => {
            let mine = |trial: &&TrialSpec| shard.holds(&trial.id());
            plan.trials.iter().filter(mine).collect()
        }
    };
    let is_done = |trial: &TrialSpec| {
        let path = out.join("trials").join(trial.id().as_str());
        path.join("outcome.json").is_file()
    };
    let missing = trials.iter().copied().filter(|trial| !is_done(trial));
    let estimate = Estimate::of(missing.clone(), &args.settings.prices()?);
    let missing: Vec<&TrialSpec> = missing.collect();
    let jobs = match args.cluster.is_wanted() {
        false => None,
        true => {
            let jobs = args.jobs.map(|jobs| jobs.get());
            let cluster = &args.cluster;
            Some(cluster.jobs(&plan, &missing, &out, jobs, args.max_cost)?)
        }
    };
    if args.dry_run {
        let told = tell_plan(&trials, missing.len(), estimate, args.json)?;
        return match &jobs {
            Some(jobs) if !args.json && !missing.is_empty() => cluster::show(jobs),
            _ => Ok(told),
        };
    }
    if !args.collect && estimate.trials > 0 {
        eprintln!("{}", told(&estimate));
        confirm(&estimate, args.max_cost, args.yes)?;
    }
    // Of a run that isn't there yet, nothing is made before its models can be asked; one that is
    // finished can be shown without a key.
    let providers = match args.settings.providers(
        &plan.grid.models,
        args.max_cost.is_some(),
        &Cancel::default(),
    ) {
        Err(error) if !out.exists() => return Err(error),
        providers => providers,
    };
    let folder = match args.collect {
        true => RunFolder::find(&out),
        false => RunFolder::open(&out),
    };
    let folder = folder.context("open the run's folder")?;
    match args.planned || args.collect {
        true => plan.check(&folder),
        false => plan.keep(&folder, args.extend),
    }
    .context("plan the run")?;
    let is_done = |trial: &&&TrialSpec| folder.is_done(&trial.id());
    let (finished, count) = (trials.iter().filter(is_done).count(), trials.len());
    if finished > 0 && !args.json {
        eprintln!(
            "resuming {}: {finished} of {count} trials are finished",
            out.display()
        );
    }
    let mut done = Done::default();
    if finished < count && !args.collect {
        let providers = providers?;
        let runner = args.reuse.runner(common, progress.as_ref())?;
        // A trial of a model over the network mostly waits for it, and needs no core for that.
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let packages = common.packages()?;
        if let Some(jobs) = &jobs {
            // Nodes may have no way to a package registry.
            plan.fetch(&runner, &packages).context("fetch packages")?;
            return cluster::submit(jobs, count, missing.len(), &out, args.json);
        }
        let means = Means {
            runner: &runner,
            packages: &packages,
            prompts: &prompts,
            providers: &providers,
            bounds: Bounds {
                cores,
                calls: providers.parallel_calls(),
                all: args.jobs.map(|jobs| jobs.get()),
            },
            max_cost: args.max_cost.map(Finite::get),
        };
        let started = Instant::now();
        let stage = progress.stage("running trials", Total::Items(count as u64));
        stage.advance(finished as u64);
        done = sweep::work(&plan, &trials, &folder, means, stage.as_ref())
            .context("run the trials")?;
        stage.finish();
        Reuse::warn(&runner);
        if !args.json {
            eprintln!(
                "ran {} trials in {:.1} s",
                done.ran,
                started.elapsed().as_secs_f64()
            );
            tell_interrupted(&done.interrupted);
            if done.unaffordable > 0 {
                eprintln!(
                    "{} trials were not begun, since those before had cost what --max-cost allows",
                    done.unaffordable
                );
            }
        }
    }

    let (mut rows, mut outcomes) = (Vec::new(), Vec::new());
    for trial in trials.iter().copied() {
        if let Some(outcome) = folder.outcome(&trial.id())? {
            rows.extend(report::rows(trial, &outcome));
            outcomes.push((trial.model.to_string(), outcome));
        }
    }
    let trials_of = outcomes.iter().map(|(model, it)| (model.clone(), it));
    let debugging = DebuggingCounts::by_model(trials_of);
    // Of a task of a cluster's, the job after it makes it.
    let page = match rows.is_empty() || (args.planned && !args.collect) {
        true => None,
        false => Some(super::report::beside(&out)?),
    };
    let mut stdout = std::io::stdout().lock();
    if args.json {
        let report = Report {
            folder: &out,
            trials: count,
            ran: done.ran,
            interrupted: &done.interrupted,
            unaffordable: done.unaffordable,
            debugging,
            report: page.as_ref().map(|page| page.path.as_path()),
            rows: &rows,
        };
        serde_json::to_writer_pretty(&mut stdout, &report).map_err(std::io::Error::from)?;
        writeln!(stdout)?;
    } else {
        if !rows.is_empty() && rows.len() <= MOST_ROWS {
            writeln!(stdout, "{}\n", report::table(&rows))?;
        }
        if !rows.is_empty() {
            writeln!(stdout, "trials verified\n{}\n", report::summary(&rows))?;
        }
        if let Some(page) = &page {
            writeln!(stdout, "{}", page.blocks)?;
        }
        writeln!(stdout, "records: {}", out.display())?;
        if let Some(page) = &page {
            writeln!(stdout, "report: {}", page.path.display())?;
        }
    }
    let oracle = ModelName::Oracle.to_string();
    let broken = rows
        .iter()
        .any(|row| row.model == oracle && row.trial_verified == Some(false));
    let left = count - outcomes.len();
    if args.collect && left > 0 {
        eprintln!("{left} of {count} trials are missing: give the command again without --collect");
    }
    let is_incomplete = args.collect && left > 0 || !done.interrupted.is_empty();
    Ok(u8::from(broken || is_incomplete))
}

/// What would be run.
fn tell_plan(
    trials: &[&TrialSpec],
    missing: usize,
    estimate: Estimate,
    json: bool,
) -> anyhow::Result<u8> {
    let mut stdout = std::io::stdout().lock();
    if json {
        let trials: Vec<_> = trials
            .iter()
            .map(|trial| {
                serde_json::json!({
                    "trial": trial.id().as_str(),
                    "task": trial.task,
                    "n": trial.n,
                    "masked": trial.masked,
                    "model": trial.model,
                    "attempt": trial.attempt,
                    "settings": trial.settings,
                })
            })
            .collect();
        let plan = serde_json::json!({
            "trials": trials,
            "missing": missing,
            "model_calls_at_most": estimate.calls,
            "model_tokens": estimate.tokens,
            "cost_usd": estimate.cost_usd,
        });
        serde_json::to_writer_pretty(&mut stdout, &plan).map_err(std::io::Error::from)?;
        writeln!(stdout)?;
        return Ok(0);
    }
    let mut by_model: BTreeMap<(String, usize), usize> = BTreeMap::new();
    for trial in trials {
        *by_model
            .entry((trial.model.to_string(), trial.n))
            .or_default() += 1;
    }
    for ((model, n), count) in by_model {
        writeln!(stdout, "{model}, n = {n}: {count} trials")?;
    }
    writeln!(
        stdout,
        "{} trials, {missing} of them to be run",
        trials.len()
    )?;
    if estimate.trials > 0 {
        writeln!(stdout, "{}", told(&estimate))?;
    }
    Ok(0)
}

/// What a run may take of models that are paid for.
fn told(estimate: &Estimate) -> String {
    let cost = match estimate.cost_usd {
        Some(cost) => format!("about ${cost:.2}"),
        None => "at a price that isn't known (say it with --prices)".to_owned(),
    };
    format!(
        "{} trials of models over the network: at most {} calls; about {:.1} million tokens, {cost}, \
         if a trial takes 20 steps of 1,200 tokens and nothing is cached",
        estimate.trials,
        estimate.calls,
        estimate.tokens as f64 / 1e6
    )
}

/// Dollars, and trials at a price that isn't known, beyond which one is asked before.
const MUCH: f64 = 20.0;
const MANY: u64 = 200;

fn confirm(estimate: &Estimate, max_cost: Option<Finite>, yes: bool) -> anyhow::Result<()> {
    let is_much = match (estimate.cost_usd, max_cost) {
        (_, Some(_)) => false,
        (Some(cost), None) => cost > MUCH,
        (None, None) => estimate.trials > MANY,
    };
    if !is_much || yes {
        return Ok(());
    }
    if !std::io::stdin().is_terminal() {
        bail!("begin a run that may cost much: give --yes, or bound it with --max-cost");
    }
    eprint!("go on? [y/N] ");
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    match answer.trim().to_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => bail!("nothing was run"),
    }
}

/// Trials without an outcome, by what kept them from it.
fn tell_interrupted(interrupted: &[Interrupted]) {
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for trial in interrupted {
        *reasons.entry(&trial.reason).or_default() += 1;
    }
    for (reason, trials) in reasons {
        eprintln!("provider error in {trials} trials: {}", inert(reason));
    }
    if !interrupted.is_empty() {
        eprintln!(
            "hint: these count for nothing; give the same command again to go on with them, from \
             the replies they have"
        );
    }
}

fn dedup<T: Clone + Ord>(list: Vec<T>) -> Vec<T> {
    let mut seen = std::collections::BTreeSet::new();
    list.into_iter()
        .filter(|item| seen.insert(item.clone()))
        .collect()
}
