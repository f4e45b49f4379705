//! `autoexp judge`: has a language model judge a run's attempts, without gold.

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail};

use super::common::{Common, Tasks};
use crate::agent::Prompts;
use crate::judge::Judge;
use crate::model::{Asking, Effort, ModelName, Prices, ProviderOptions, Providers};
use crate::progress::Total;
use crate::sandbox::Cancel;
use crate::task::{Task, TaskId};
use crate::trial::RunFolder;

/// Calls to the judge at once, how often one is made again, and how long it may take: as `eval` has
/// them where nothing else is said.
const AT_ONCE: usize = 8;
const RETRIES: usize = 8;
const TIMEOUT: Duration = Duration::from_secs(600);

/// Have a language model judge a run's attempts by the paper and the code, without gold
///
/// Where a task has several attempts, each is judged: how likely its numbers are the paper's. The
/// verdicts are kept in the run's folder, and `autoexp report` shows how much choosing by them
/// recovers of pass@k − pass@1. Verdicts that are there aren't asked for again.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The folder of the run
    #[arg(value_name = "RUN")]
    run: PathBuf,
    /// The judge: PROVIDER/MODEL, or script:FILE with a reply
    #[arg(long, value_name = "MODEL")]
    model: ModelName,
    /// Ask it at this address, by the protocol of the provider it is named after
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// The environment variable with the key [default: the provider's own, such as OPENAI_API_KEY;
    /// with --base-url, none]
    #[arg(long, value_name = "NAME")]
    key_variable: Option<String>,
    /// How much it thinks: none, minimal, low, medium, high, xhigh, max, or a number of tokens
    #[arg(long, value_name = "EFFORT")]
    effort: Option<Effort>,
    /// A TOML file of prices, which goes before the program's own
    #[arg(long, value_name = "FILE")]
    prices: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    tasks: Tasks,
}

const EXAMPLES: &str = "\
Examples:
  autoexp judge runs/five-attempts --model anthropic/claude-sonnet-4-5
  autoexp judge runs/five-attempts --model openai/qwen3-32b --base-url http://localhost:8000/v1
  autoexp report runs/five-attempts";

pub(super) fn run(args: Args, common: &Common) -> anyhow::Result<u8> {
    let folder = RunFolder::find(&args.run).context("judge the run")?;
    let prompts = Prompts::load()?;
    let prices = Prices::load(args.prices.as_deref()).context("ask what models cost")?;
    let asking = Asking {
        base_url: args.base_url,
        effort: args.effort,
        ..Asking::default()
    };
    let options = ProviderOptions {
        embedders: Vec::new(),
        base_url: asking.base_url.clone(),
        efforts: asking.effort.into_iter().collect(),
        key_variable: args.key_variable,
        prices,
        needs_prices: false,
        parallel_calls: AT_ONCE,
        retries: RETRIES,
        timeout: TIMEOUT,
        cancel: Cancel::default(),
    };
    let providers = Providers::open(std::slice::from_ref(&args.model), options)?;
    let (tasks, parser) = (args.tasks.folder(), common.parser());
    let judge = Judge {
        name: &args.model,
        providers: &providers,
        asking: &asking,
        prompts: &prompts,
        task: &|id: &TaskId| Task::load(&tasks, id, &parser),
        at_once: AT_ONCE,
    };
    let count = judge.count(&folder).context("judge the run")?;
    if count == 0 {
        bail!(
            "judge the run: it has no task with several attempts and functions masked; run it with \
             --attempts"
        );
    }
    let progress = common.progress();
    let stage = progress.stage("judging", Total::Items(count as u64));
    let judged = judge
        .judge(&folder, stage.as_ref())
        .context("judge the run")?;
    stage.finish();
    let mut stdout = std::io::stdout().lock();
    if args.json {
        serde_json::to_writer_pretty(&mut stdout, &judged).map_err(std::io::Error::from)?;
        writeln!(stdout)?;
    } else {
        let cost = match judged.cost_usd {
            Some(cost) if judged.judged > 0 => format!(" for ${cost:.4}"),
            _ => String::new(),
        };
        writeln!(
            stdout,
            "judged {} attempts{cost}, {} without a verdict; {} were judged before",
            judged.judged, judged.without, judged.before
        )?;
    }
    Ok(0)
}
