//! `autoexp task new`: drafts for people.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use comfy_table::{Table, presets};

use crate::author::{self, Asked, AskedMetric, Drafted, Means, Met, Proposal};
use crate::check::Severity;
use crate::cli::common::{Common, Reuse};
use crate::task::PaperId;
use crate::units::format_fuel_short;

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The repository
    #[arg(long, value_name = "DIR")]
    repo: PathBuf,
    /// The paper: Markdown, text, LaTeX or a PDF with text in it
    #[arg(long, value_name = "FILE")]
    paper: PathBuf,
    /// What to run, from the repository's folder: `python …`, an experiment's id and `: ` before it
    /// if wanted. May be given more than once
    #[arg(long = "command", value_name = "COMMAND", required = true)]
    commands: Vec<String>,
    /// A number to report: NAME=$.path in JSON on standard output, NAME=FILE:$.path in a JSON file,
    /// NAME=PATTERN with a group (?<value>…); EXPERIMENT. before it for one command alone. May be
    /// given more than once [default: what the commands leave is searched]
    #[arg(long = "metric", value_name = "NAME=SOURCE")]
    metrics: Vec<AskedMetric>,
    /// A function to mask, as FILE:NAME. May be given more than once [default: proposed ones]
    #[arg(long = "function", value_name = "FILE:NAME")]
    functions: Vec<String>,
    /// How many functions are proposed
    #[arg(
        long,
        value_name = "K",
        default_value_t = 8,
        conflicts_with = "functions"
    )]
    propose: usize,
    /// A package of pure Python that the repository needs and doesn't name: autograd>=1.9. May be
    /// given more than once
    #[arg(long, value_name = "PACKAGE")]
    guest: Vec<String>,
    /// A folder of files of another input, which take the place of the repository's [default: a seed
    /// is changed, where there is one]
    #[arg(long, value_name = "DIR")]
    alternative: Option<PathBuf>,
    /// The paper's id, which its folder is named by [default: the repository's name]
    #[arg(long, value_name = "ID")]
    id: Option<PaperId>,
    /// The folder in which the paper's folder is made
    #[arg(long, value_name = "DIR", default_value = "drafts")]
    tasks: PathBuf,
    /// The title [default: the paper's first heading]
    #[arg(long)]
    title: Option<String>,
    /// The code's licence, as an SPDX expression [default: what its LICENSE is]
    #[arg(long, value_name = "SPDX")]
    licence: Option<String>,
    /// The field of research, in a few words
    #[arg(long)]
    field: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    reuse: Reuse,
}

/// Notes of one kind that are shown.
const NOTES: usize = 4;

const EXAMPLES: &str = "\
Examples:
  autoexp task new --repo ~/src/tides --paper tides.md --command 'python run.py'
  autoexp task new --repo tides --paper tides.tex --command 'main: python run.py --n 200' \\
      --metric 'gap=gap: (?<value>\\S+)' --field 'time series'

Exits with 0 if the draft is a sound task, with 1 if something is left to do or no draft can be made;
what is printed says what.";

pub(super) fn run(args: Args, common: &Common, out: &mut impl Write) -> anyhow::Result<u8> {
    let progress = common.progress();
    let runner = args.reuse.runner(common, progress.as_ref())?;
    let id = match args.id {
        Some(id) => id,
        None => id_of(&args.repo)?,
    };
    let asked = Asked {
        repository: args.repo,
        paper: args.paper,
        commands: args.commands,
        metrics: args.metrics,
        functions: args.functions,
        most: args.propose,
        guest: args.guest,
        alternative: args.alternative,
        id,
        tasks: args.tasks.clone(),
        title: args.title,
        licence: args.licence,
        field: args.field,
    };
    let (cache, options, parser) = (common.cache()?, common.fetch_options(), common.parser());
    let means = Means {
        runner: &runner,
        cache: &cache,
        options: &options,
        parser: &parser,
        progress: progress.as_ref(),
    };
    let drafted = author::new(&asked, &means).context("make a draft")?;
    Reuse::warn(&runner);
    if args.json {
        serde_json::to_writer_pretty(&mut *out, &drafted).map_err(std::io::Error::from)?;
        writeln!(out)?;
    } else {
        show(out, &drafted, &args.tasks)?;
    }
    let sound = drafted.soundness.as_ref().is_some_and(|found| found.sound);
    Ok(u8::from(!sound))
}

/// A repository's name as an id.
fn id_of(repository: &std::path::Path) -> anyhow::Result<PaperId> {
    let real = std::fs::canonicalize(repository)
        .with_context(|| format!("read the repository {}", repository.display()))?;
    let name = real.file_name().unwrap_or_default().to_string_lossy();
    let plain = name.to_lowercase().replace(['_', ' '], "-");
    plain
        .parse()
        .with_context(|| format!("name the draft by its repository, {name}: give --id"))
}

fn show(out: &mut impl Write, drafted: &Drafted, tasks: &std::path::Path) -> std::io::Result<()> {
    show_needs(out, drafted)?;
    show_preflight(out, drafted)?;
    for note in &drafted.notes {
        writeln!(out, "note: {note}")?;
    }
    writeln!(out, "\ncommands")?;
    for ran in &drafted.commands {
        let fuel = format_fuel_short(ran.fuel);
        writeln!(out, "  {}: {} ({fuel} fuel)", ran.experiment, ran.command)?;
        if let Some(trouble) = &ran.trouble {
            writeln!(out, "      fails: {trouble}")?;
        }
        for metric in &ran.metrics {
            writeln!(out, "      {metric}")?;
        }
        for left in &ran.left {
            writeln!(out, "      left: {left}")?;
        }
    }
    if let Some(refused) = &drafted.refused {
        writeln!(out, "\nno draft was made of {}: {refused}", drafted.paper)?;
        return Ok(());
    }
    writeln!(out, "\nfunctions worth masking")?;
    writeln!(out, "{}", table(&drafted.functions))?;
    for left in &drafted.left_out {
        writeln!(
            out,
            "  left out: {} in {}: {}",
            left.name, left.file, left.why
        )?;
    }
    if !drafted.others.is_empty() {
        let next: Vec<String> = drafted
            .others
            .iter()
            .take(6)
            .map(|one| format!("{}:{}", one.file, one.name))
            .collect();
        writeln!(out, "  next: {}", next.join(", "))?;
    }
    for tagged in &drafted.tagged {
        writeln!(out, "tagged: {tagged}")?;
    }
    if let Some(files) = &drafted.alternative {
        writeln!(out, "alternative input: {files}")?;
    }
    if let Some(found) = &drafted.soundness {
        let verdict = if found.sound {
            "sound"
        } else {
            "not sound yet"
        };
        writeln!(out, "\n{}: {verdict} ({} runs)", drafted.paper, found.runs)?;
        let notes = found
            .findings
            .iter()
            .filter(|finding| finding.severity == Severity::Note);
        let mut shown: BTreeMap<&str, usize> = BTreeMap::new();
        for note in notes {
            let count = shown.entry(note.check).or_default();
            *count += 1;
            if *count <= NOTES {
                writeln!(out, "  {note}")?;
            }
        }
        for (check, count) in shown.into_iter().filter(|(_, count)| *count > NOTES) {
            writeln!(out, "  note: {check}: {} more", count - NOTES)?;
        }
    }
    writeln!(out, "\nleft to do")?;
    for left in &drafted.left {
        writeln!(out, "  - {left}")?;
    }
    if let Some(folder) = &drafted.folder {
        writeln!(out, "\ndraft: {}", folder.display())?;
        writeln!(
            out,
            "then: autoexp task check {} --tasks {}",
            drafted.paper,
            tasks.display()
        )?;
    }
    Ok(())
}

fn show_needs(out: &mut impl Write, drafted: &Drafted) -> std::io::Result<()> {
    if !drafted.needs.is_empty() {
        writeln!(out, "requirements")?;
    }
    for need in &drafted.needs {
        let how = match &need.met {
            Met::Runtime { version } => format!("here, {version}"),
            Met::OtherVersion { version } => format!("here in another version, {version}"),
            Met::Wheel { package } => format!("met by the wheel of {package}"),
            Met::NotImported => "not here, and nothing imports it".to_owned(),
            Met::Nothing { why } => format!("not to be had: {why}"),
        };
        writeln!(out, "  {} ({}): {how}", need.text, need.place)?;
    }
    for unmet in &drafted.unmet {
        let shown: Vec<&str> = unmet.places.iter().take(3).map(String::as_str).collect();
        let more = match unmet.places.len() > shown.len() {
            true => format!(" and {} more", unmet.places.len() - shown.len()),
            false => String::new(),
        };
        let optional = if unmet.optional {
            ", which goes on without it"
        } else {
            ""
        };
        writeln!(
            out,
            "  not here: {} (imported at {}{more}{optional}): {}",
            unmet.module,
            shown.join(", "),
            unmet.why
        )?;
    }
    Ok(())
}

fn show_preflight(out: &mut impl Write, drafted: &Drafted) -> std::io::Result<()> {
    let found = &drafted.preflight;
    let good = found.imported - found.trouble.len();
    writeln!(
        out,
        "preflight: {good} of {} modules can be imported",
        found.imported
    )?;
    // One cause may stand in the way of many.
    let mut causes: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for trouble in &found.trouble {
        let place = trouble.place.as_deref().unwrap_or(&trouble.file);
        *causes.entry((place, &trouble.why)).or_default() += 1;
    }
    for ((place, why), count) in causes {
        match count {
            1 => writeln!(out, "  {place}: {why}")?,
            count => writeln!(out, "  {place} ({count} modules): {why}")?,
        }
    }
    for (file, problem) in &found.unreadable {
        let line = problem
            .line
            .map_or_else(String::new, |line| format!(":{line}"));
        writeln!(out, "  {file}{line}: not valid Python 3: {}", problem.text)?;
    }
    for (file, removed) in &found.removed {
        writeln!(
            out,
            "  {file}:{}: {}: {}",
            removed.line, removed.what, removed.mend
        )?;
    }
    Ok(())
}

fn table(functions: &[Proposal]) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header([
        " function",
        "file",
        "lines",
        "calls",
        "share of fuel",
        "coupling",
        "said in the paper",
    ]);
    for one in functions {
        table.add_row([
            format!(" {}", one.name),
            one.file.clone(),
            one.lines.to_string(),
            one.calls.to_string(),
            format!("{:.1} %", one.share * 100.0),
            one.coupling.to_string(),
            format!("{:.0} %", one.said * 100.0),
        ]);
    }
    table.trim_fmt()
}
