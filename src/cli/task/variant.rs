//! `autoexp task rename` and `autoexp task canary`.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;

use crate::author::{self, Renamed};
use crate::check::{Reference, Soundness, sound};
use crate::cli::common::{Common, Reuse, Tasks};
use crate::sandbox::Runner;
use crate::task::{Paper, PaperId, Parser, Task, TaskId, canary};

#[derive(Debug, clap::Args)]
#[command(after_help = RENAME_EXAMPLES)]
pub(super) struct Rename {
    /// The paper
    #[arg(value_name = "PAPER")]
    id: PaperId,
    /// What the new names follow from
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    seed: u64,
    /// The folder in which the variant's folder is made
    #[arg(long, value_name = "DIR", default_value = "drafts")]
    to: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    reuse: Reuse,
    #[command(flatten)]
    tasks: Tasks,
}

const RENAME_EXAMPLES: &str = "\
Example:
  autoexp task rename exposure-ebb --seed 3        # makes drafts/exposure-ebb-r3

Exits with 1 if the variant is no sound task.";

pub(super) fn rename(args: Rename, common: &Common, out: &mut impl Write) -> anyhow::Result<u8> {
    let parser = common.parser();
    let progress = common.progress();
    let all = args.reuse.runner(common, progress.as_ref())?;
    let paper = load(&args.tasks.folder(), &args.id, &parser).context("load the paper")?;
    let id: PaperId = format!("{}-r{}", args.id, args.seed).parse()?;
    let folder = args.to.join(id.as_str());
    let doing = || format!("rename {}", args.id);
    let renamed = author::rename(&paper, args.seed, &id, &all, &folder).with_context(doing)?;

    let packages = common.packages()?;
    let check = || -> anyhow::Result<Soundness> {
        let paper = load(&args.to, &id, &parser)?;
        let runner = paper.runner(&all, &packages)?;
        let uncached = Runner::new(all.sandbox().clone(), None);
        let fresh = paper.runner(&uncached, &packages)?;
        let reference = Reference::make(paper, &runner)?;
        reference.measured()?.write(&reference.paper)?;
        let reference = Reference::make(load(&args.to, &id, &parser)?, &runner)?;
        Ok(sound(&reference, &runner, &fresh, progress.as_ref())?)
    };
    let soundness = check().with_context(|| format!("check the variant {id}"))?;
    Reuse::warn(&all);
    if args.json {
        let told = serde_json::json!({
            "folder": folder, "renamed": renamed, "soundness": soundness,
        });
        serde_json::to_writer_pretty(&mut *out, &told).map_err(std::io::Error::from)?;
        writeln!(out)?;
    } else {
        show(out, &renamed, &soundness, &folder)?;
    }
    Ok(u8::from(!soundness.sound))
}

fn show(
    out: &mut impl Write,
    renamed: &Renamed,
    soundness: &Soundness,
    folder: &std::path::Path,
) -> std::io::Result<()> {
    for (old, new) in &renamed.names {
        writeln!(out, "{old} → {new}")?;
    }
    for (name, why) in &renamed.left {
        writeln!(out, "left: {name}: {why}")?;
    }
    let verdict = if soundness.sound {
        "sound"
    } else {
        "not sound"
    };
    writeln!(
        out,
        "\n{}: {verdict} ({} runs)",
        renamed.paper, soundness.runs
    )?;
    for finding in &soundness.findings {
        writeln!(out, "  {finding}")?;
    }
    writeln!(out, "variant: {}", folder.display())
}

#[derive(Debug, clap::Args)]
#[command(after_help = CANARY_EXAMPLES)]
pub(super) struct Canary {
    /// Papers [default: all]
    #[arg(value_name = "PAPER")]
    ids: Vec<PaperId>,
    /// Put it into the texts that don't have it
    #[arg(long)]
    write: bool,
    #[command(flatten)]
    tasks: Tasks,
}

const CANARY_EXAMPLES: &str = "\
Examples:
  autoexp task canary exposure-ebb
  autoexp task canary --write

Exits with 1 if a text doesn't have its canary.";

pub(super) fn canaries(args: Canary, common: &Common, out: &mut impl Write) -> anyhow::Result<u8> {
    let parser = common.parser();
    let papers = super::named(&args.ids, &args.tasks, &parser).context("load the papers")?;
    let mut missing = false;
    for paper in papers {
        let state = match paper.has_canary() {
            true => "in its text",
            false if args.write => {
                paper.write_canary().context("write the canary")?;
                "put into its text"
            }
            false => {
                missing = true;
                "not in its text"
            }
        };
        writeln!(out, "{}: {} ({state})", paper.id, canary(&paper.id))?;
    }
    Ok(u8::from(missing))
}

fn load(tasks: &std::path::Path, id: &PaperId, parser: &Parser) -> anyhow::Result<Arc<Paper>> {
    let task = Task::load(tasks, &TaskId::new(id.clone(), []), parser)?;
    Ok(task.paper().clone())
}
