//! The whole way from a repository and a paper to a checked draft.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::command;
use super::error::AuthorError;
use super::intake::intake;
use super::needs::{Need, Unmet, needs};
use super::output::{self, AskedMetric};
use super::paper_in;
use super::preflight::{Preflight, preflight};
use super::propose::{Candidate, Proposal, candidates, propose};
use super::settle::Settle;
use super::survey::survey;
use crate::check::Soundness;
use crate::packages::Packages;
use crate::progress::{Progress, Total};
use crate::sandbox::runtime::{Cache, FetchOptions};
use crate::sandbox::{Limits, Runner};
use crate::task::{Experiment, PaperId, Parser, Trace, trace};
use crate::workspace::Tree;

/// What watching takes at most, as a multiple of the run alone.
const WATCHED: u64 = 10;

/// What an author asks for.
#[derive(Clone, Debug)]
pub struct Asked {
    pub repository: PathBuf,
    pub paper: PathBuf,
    /// Each `python …`; an `id: ` may stand before it.
    pub commands: Vec<String>,
    /// None: what the commands leave is searched.
    pub metrics: Vec<AskedMetric>,
    /// Functions, as `FILE:NAME`; none: proposed ones.
    pub functions: Vec<String>,
    /// How many functions are proposed.
    pub most: usize,
    /// Packages beside those that the repository names.
    pub guest: Vec<String>,
    /// Files of another input.
    pub alternative: Option<PathBuf>,
    pub id: PaperId,
    /// The folder that the paper's folder comes to be in.
    pub tasks: PathBuf,
    pub title: Option<String>,
    pub licence: Option<String>,
    pub field: Option<String>,
}

/// What the sandbox gives for it.
pub struct Means<'a> {
    pub runner: &'a Runner,
    pub cache: &'a Cache,
    pub options: &'a FetchOptions,
    pub parser: &'a Parser,
    pub progress: &'a dyn Progress,
}

/// What came of it.
#[derive(Clone, Debug, Serialize)]
pub struct Drafted {
    pub paper: String,
    /// The draft's folder; none where none could be made.
    pub folder: Option<PathBuf>,
    /// Why none could be made.
    pub refused: Option<String>,
    /// What was done to the repository's files and commands.
    pub notes: Vec<String>,
    pub needs: Vec<Need>,
    pub unmet: Vec<Unmet>,
    pub preflight: Preflight,
    pub commands: Vec<RanCommand>,
    /// The functions that the draft can mask.
    pub functions: Vec<Proposal>,
    /// Better ones that a check refused.
    pub left_out: Vec<LeftOut>,
    /// The next best.
    pub others: Vec<Proposal>,
    /// Results that were found in the paper and tagged.
    pub tagged: Vec<String>,
    /// What was found of another input.
    pub alternative: Option<String>,
    pub soundness: Option<Soundness>,
    /// What is left to do, in sentences.
    pub left: Vec<String>,
}

/// A command that was run.
#[derive(Clone, Debug, Serialize)]
pub struct RanCommand {
    pub experiment: String,
    pub command: String,
    pub fuel: u64,
    /// Why it gives no numbers.
    pub trouble: Option<String>,
    pub metrics: Vec<String>,
    /// Numbers that were seen and left.
    pub left: Vec<String>,
}

/// A function that was proposed first, and isn't in the draft.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LeftOut {
    pub file: String,
    pub name: String,
    pub why: String,
}

/// Makes a draft.
///
/// # Errors
///
/// What the author gave can't be read or isn't allowed; something on our side. That the repository's
/// code fails is told in what is given back.
pub fn new(asked: &Asked, means: &Means<'_>) -> Result<Drafted, AuthorError> {
    let folder = asked.tasks.join(asked.id.as_str());
    let exists = |path: &Path| fs::symlink_metadata(path).is_ok();
    if exists(&folder) {
        return Err(AuthorError::Input {
            path: folder,
            reason: "it is there already; give another --id, or remove it".to_owned(),
        });
    }
    let commands = named_commands(&asked.commands)?;
    let taken = intake(&asked.repository, &asked.paper)?;
    let code = taken.files;
    let paper = paper_in::text(means.runner, &asked.paper)?;
    let tree: Tree = code
        .iter()
        .map(|(path, bytes)| (path, bytes.clone()))
        .collect();

    let looked = survey(means.runner, &tree)?;
    let needs = needs(
        means.runner,
        &looked,
        &asked.guest,
        means.cache,
        means.options,
        means.progress,
    )?;
    let packages = Packages::new(means.cache.clone(), means.options.clone());
    let runner = means.runner.with_packages(packages.tree(&needs.wheels)?);
    let scripts: Vec<&str> = commands
        .iter()
        .map(|(_, words)| words[1].trim_start_matches("./"))
        .collect();
    let mut drafted = Drafted {
        paper: asked.id.to_string(),
        folder: None,
        refused: None,
        notes: taken.notes,
        needs: needs.needs,
        unmet: needs.unmet,
        preflight: preflight(&runner, &code, &looked, &scripts, means.progress)?,
        commands: Vec::new(),
        functions: Vec::new(),
        left_out: Vec::new(),
        others: Vec::new(),
        tagged: Vec::new(),
        alternative: None,
        soundness: None,
        left: Vec::new(),
    };

    let mut experiments = Vec::new();
    let mut good = Vec::new();
    for (id, words) in commands {
        let stage = means
            .progress
            .stage(&format!("run {}", words.join(" ")), Total::Unknown);
        let ran = command::run(&runner, &code, &id, words)?;
        stage.finish();
        let found = match asked.metrics.is_empty() {
            true => output::metrics(&ran),
            false => output::asked(&ran, &asked.metrics),
        };
        drafted.notes.extend(ran.note.clone());
        let trouble = ran.trouble();
        let nothing = found.metrics.is_empty().then(|| {
            "it ends well, and no number to report was found in what it leaves: name some with --metric".to_owned()
        });
        let metrics = match trouble {
            Some(_) => Vec::new(),
            None => found.metrics,
        };
        drafted.commands.push(RanCommand {
            experiment: id,
            command: ran.command.join(" "),
            fuel: ran.outcome.fuel_used,
            trouble: trouble.or(nothing),
            metrics: metrics.iter().map(output::shown).collect(),
            left: found.left,
        });
        if !metrics.is_empty() {
            experiments.push((ran.experiment(metrics), ran.outcome.fuel_used));
            good.push(ran);
        }
    }
    if experiments.is_empty() {
        drafted.refused = Some("no command gives a number to report".to_owned());
        return Ok(drafted);
    }

    let known = candidates(&code, means.parser);
    let traces = traces(&runner, &tree, &experiments, &known, means.progress)?;
    let proposals = propose(&known, &traces, &paper);
    let (chosen, rest) = choose(asked, &known, &traces, proposals)?;
    if chosen.is_empty() {
        drafted.refused =
            Some("no function of the repository's is called that could be masked".to_owned());
        return Ok(drafted);
    }
    let settle = Settle {
        asked,
        means,
        packages: &packages,
        runner: &runner,
        code: &code,
        paper: &paper,
        ran: &good,
        guest: needs
            .wheels
            .iter()
            .map(|wheel| wheel.requirement.as_str())
            .collect(),
        wheels: needs.wheels.clone(),
    };
    settle.draft(&mut drafted, experiments, chosen, rest, &folder)?;
    Ok(drafted)
}

/// The commands, each with the id of its experiment: the author's, or made of the script's name.
fn named_commands(commands: &[String]) -> Result<Vec<(String, Vec<String>)>, AuthorError> {
    let mut named: Vec<(String, Vec<String>)> = Vec::new();
    for command in commands {
        let (id, words) = match command.split_once(": ").filter(|(id, _)| is_id(id)) {
            Some((id, rest)) => (id.to_owned(), command::words(rest)?),
            None => {
                let words = command::words(command)?;
                (id_of(&words), words)
            }
        };
        let taken = |id: &str| named.iter().any(|(known, _)| known == id);
        let mut free = id.clone();
        let mut number = 2;
        while taken(&free) {
            free = format!("{id}-{number}");
            number += 1;
        }
        named.push((free, words));
    }
    Ok(named)
}

fn is_id(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && !text.starts_with('-') && text.bytes().all(plain)
}

/// An experiment's id, from what its command runs.
fn id_of(words: &[String]) -> String {
    let script = match words.get(1).map(String::as_str) {
        Some("-m") => words.get(2),
        _ => words.get(1),
    };
    let script = script.map_or("main", String::as_str);
    let stem = script
        .rsplit(['/', '.'])
        .find(|part| !part.is_empty() && *part != "py");
    let id = output::named(stem.unwrap_or("main")).replace('_', "-");
    match is_id(&id) {
        true => id,
        false => "main".to_owned(),
    }
}

/// What each experiment runs of the candidates.
fn traces(
    runner: &Runner,
    tree: &Tree,
    experiments: &[(Experiment, u64)],
    known: &[Candidate],
    progress: &dyn Progress,
) -> Result<Vec<Trace>, AuthorError> {
    let functions: Vec<_> = known
        .iter()
        .map(|candidate| candidate.function.clone())
        .collect();
    let mut traces = Vec::new();
    for (experiment, fuel) in experiments {
        let stage = progress.stage(&format!("trace {}", experiment.id), Total::Unknown);
        let limits = Limits {
            fuel: fuel.saturating_mul(WATCHED).max(Limits::default().fuel),
            ..Limits::default()
        };
        traces.push(trace(runner, tree, experiment, &functions, &limits)?);
        stage.finish();
    }
    Ok(traces)
}

/// The functions to begin with, and the next best: the author's own, or the most worth masking.
fn choose(
    asked: &Asked,
    known: &[Candidate],
    traces: &[Trace],
    proposals: Vec<Proposal>,
) -> Result<(Vec<Proposal>, Vec<Proposal>), AuthorError> {
    if asked.functions.is_empty() {
        let mut chosen = proposals;
        let rest = chosen.split_off(chosen.len().min(asked.most));
        return Ok((chosen, rest));
    }
    let mut chosen = Vec::new();
    for text in &asked.functions {
        let found = known.iter().position(|candidate| {
            let function = &candidate.function;
            format!("{}:{}", function.file, function.name) == *text
        });
        let index = found.ok_or_else(|| AuthorError::Input {
            path: text.into(),
            reason:
                "no function of this file and name can be masked; write FILE:NAME, with NAME as in \
                     Class.method"
                    .to_owned(),
        })?;
        chosen.push(Proposal::of(&known[index], index, traces));
    }
    Ok((chosen, Vec::new()))
}
