//! `autoexp report`: what came of runs, as a page or as numbers.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::common::Common;
use crate::progress::Total;
use crate::report::{Format, Report, ReportError, Wanted, blocks, load, write_atif};

/// The page in a run's folder.
const PAGE: &str = "report.html";
/// The folder of trajectories there.
const TRAJECTORIES: &str = "atif";

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
    /// Where it goes [default: report.html, or of trajectories atif, in the folder of the run, or
    /// here if there are several; other formats to standard output]
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
  autoexp report runs/a --trial exposure-ebb_0.sim-0.6.1.0123456789ab --out trial.html";

pub(super) fn run(args: Args, common: &Common) -> anyhow::Result<u8> {
    if args.format == Format::Atif {
        return trajectories(&args, common);
    }
    let wanted = Wanted {
        trials: args.trials,
        upstream: args.upstream,
    };
    let page = match args.runs.as_slice() {
        [run] => run.join(PAGE),
        _ => PathBuf::from(PAGE),
    };
    let text = make(&args.runs, args.format, &wanted, common).context("make the report")?;
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

fn trajectories(args: &Args, common: &Common) -> anyhow::Result<u8> {
    let out = match (&args.out, args.runs.as_slice()) {
        (Some(out), _) => out.clone(),
        (None, [run]) => run.join(TRAJECTORIES),
        (None, _) => PathBuf::from(TRAJECTORIES),
    };
    let progress = common.progress();
    let stage = progress.stage("writing trajectories", Total::Unknown);
    let count = write_atif(&args.runs, &args.trials, &out).context("write the trajectories")?;
    stage.finish();
    writeln!(
        std::io::stdout().lock(),
        "trajectories: {count}, each in a folder of {}",
        out.display()
    )?;
    Ok(0)
}

fn make(
    runs: &[PathBuf],
    format: Format,
    wanted: &Wanted,
    common: &Common,
) -> anyhow::Result<String> {
    let progress = common.progress();
    let stage = progress.stage("reading records", Total::Unknown);
    let recorded = load(runs)?;
    if recorded.trials.is_empty() {
        return Err(ReportError::Nothing(runs.to_vec()).into());
    }
    stage.message("counting and drawing");
    let report = Report::new(&recorded, wanted);
    let text = match format {
        Format::Html => report.page(wanted)?,
        Format::Csv => report.csv(),
        Format::Json => report.json()?,
        Format::Md => report.markdown(),
        Format::Latex => report.latex(),
        Format::Atif => unreachable!("trajectories are written by themselves"),
    };
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
    let written = tempfile::NamedTempFile::new_in(folder).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)
    });
    written.with_context(|| format!("write {}", path.display()))?;
    Ok(())
}
