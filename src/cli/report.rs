//! `autoexp report`: what came of runs, as a page or as numbers.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::common::Common;
use crate::progress::{Progress, Total};
use crate::report::{
    Format, Recorded, Report, ReportError, Wanted, blocks, load, write_atif, write_logs,
};

/// The page in a run's folder.
const PAGE: &str = "report.html";
/// The folder of trajectories there.
const TRAJECTORIES: &str = "atif";
/// The folder of Inspect's logs there: what Inspect calls it.
const LOGS: &str = "logs";

/// Make a report of one run or several: a page to look at, or its numbers
///
/// Only the records are read: a folder that was moved reports like any other. The page is one file
/// with everything in it, and needs no network.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Folders of runs; several are counted together
    #[arg(value_name = "RUN", required = true)]
    runs: Vec<PathBuf>,
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: Format,
    /// Where it goes [default: report.html, or of trajectories the folder atif, or of Inspect's logs
    /// the folder logs, in the folder of the run, or here if there are several; other formats to
    /// standard output]
    #[arg(long, value_name = "PATH")]
    out: Option<PathBuf>,
    /// A trial to look into, whole; may be given more than once [default: failures and surprises]
    #[arg(long = "trial", value_name = "ID")]
    trials: Vec<String>,
    /// Draw AutoExperiment's published rates too: of other tasks, by another rule, not comparable
    #[arg(long)]
    upstream: bool,
}

const EXAMPLES: &str = "\
Examples:
  autoexp report runs/eval-0a1b2c3d
  autoexp report runs/a runs/b --out both.html
  autoexp report runs/a --format csv > trials.csv
  autoexp report runs/a --format json | jq '.series[] | [.label, .verified.rate]'
  autoexp report runs/a --format atif --out trajectories
  autoexp report runs/a --format inspect && inspect view --log-dir runs/a/logs
  autoexp report runs/a --trial exposure-ebb_0.sim-0.6.1.0123456789ab --out trial.html";

pub(super) fn run(args: Args, common: &Common) -> anyhow::Result<u8> {
    let wanted = Wanted {
        trials: args.trials,
        upstream: args.upstream,
    };
    let beside = |name: &str| match args.runs.as_slice() {
        [run] => run.join(name),
        _ => PathBuf::from(name),
    };
    let text: Text = match args.format {
        Format::Html => |report, wanted| Ok(report.page(wanted)?),
        Format::Csv => |report, _| Ok(report.csv()),
        Format::Json => |report, _| Ok(report.json()?),
        Format::Md => |report, _| Ok(report.markdown()),
        Format::Latex => |report, _| Ok(report.latex()),
        Format::Atif => {
            let folder = args.out.unwrap_or_else(|| beside(TRAJECTORIES));
            return trajectories(&args.runs, &wanted.trials, &folder, common);
        }
        Format::Inspect => {
            let folder = args.out.unwrap_or_else(|| beside(LOGS));
            return logs(&args.runs, &wanted.trials, &folder, common).context("make the logs");
        }
    };
    let page = beside(PAGE);
    let text = make(&args.runs, text, &wanted, common).context("make the report")?;
    let out = match (args.format, args.out) {
        (_, Some(out)) => out,
        (Format::Html, None) => page,
        (_, None) => {
            std::io::stdout().lock().write_all(text.as_bytes())?;
            return Ok(0);
        }
    };
    write(&out, &text)?;
    writeln!(std::io::stdout().lock(), "report: {}", out.display())?;
    Ok(0)
}

fn trajectories(
    runs: &[PathBuf],
    trials: &[String],
    out: &Path,
    common: &Common,
) -> anyhow::Result<u8> {
    let progress = common.progress();
    let stage = progress.stage("writing trajectories", Total::Unknown);
    let count = write_atif(runs, trials, out).context("write the trajectories")?;
    stage.finish();
    writeln!(
        std::io::stdout().lock(),
        "trajectories: {count}, each in a folder of {}",
        out.display()
    )?;
    Ok(0)
}

/// A report in a form.
type Text = fn(&Report<'_>, &Wanted) -> anyhow::Result<String>;

/// Writes Inspect's logs, and says which.
fn logs(runs: &[PathBuf], trials: &[String], folder: &Path, common: &Common) -> anyhow::Result<u8> {
    let progress = common.progress();
    let recorded = recorded(runs, progress.as_ref())?;
    let total = Total::Items(recorded.trials.len() as u64);
    let stage = progress.stage("writing logs", total);
    let paths = write_logs(&recorded, trials, folder, stage.as_ref())?;
    stage.finish();
    let mut stdout = std::io::stdout().lock();
    for path in paths {
        writeln!(stdout, "log: {}", path.display())?;
    }
    Ok(0)
}

/// Reads runs that have something to report.
fn recorded(runs: &[PathBuf], progress: &dyn Progress) -> Result<Recorded, ReportError> {
    let stage = progress.stage("reading records", Total::Unknown);
    let recorded = load(runs)?;
    if recorded.trials.is_empty() {
        return Err(ReportError::Nothing(runs.to_vec()));
    }
    stage.finish();
    Ok(recorded)
}

fn make(runs: &[PathBuf], text: Text, wanted: &Wanted, common: &Common) -> anyhow::Result<String> {
    let progress = common.progress();
    let recorded = recorded(runs, progress.as_ref())?;
    let stage = progress.stage("counting and drawing", Total::Unknown);
    let report = Report::new(&recorded, wanted);
    let text = text(&report, wanted)?;
    stage.finish();
    Ok(text)
}

/// The page in a run's folder, and what of it fits into a terminal.
pub(super) struct Beside {
    pub path: PathBuf,
    pub blocks: String,
}

/// Makes the page of a run that just ended.
pub(super) fn beside(run: &Path) -> anyhow::Result<Beside> {
    let wanted = Wanted::default();
    let recorded = load(&[run.to_owned()]).context("make the report")?;
    let report = Report::new(&recorded, &wanted);
    let path = run.join(PAGE);
    write(&path, &report.page(&wanted).context("make the report")?)?;
    Ok(Beside {
        path,
        blocks: blocks(&report),
    })
}

/// Writes a file whole or not at all: what was there stays until what replaces it is.
fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let written = crate::aside::file_in(folder).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)
    });
    written.with_context(|| format!("write {}", path.display()))?;
    Ok(())
}
