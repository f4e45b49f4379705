//! The whole way from a repository and a paper to a checked draft.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;

use super::alternative::{self, Alternative};
use super::command::{self, Ran};
use super::draft::{About, Draft};
use super::error::AuthorError;
use super::intake::intake;
use super::needs::{Need, Unmet, needs};
use super::output::{self, AskedMetric};
use super::paper_in;
use super::preflight::{Preflight, preflight};
use super::propose::{Candidate, Proposal, candidates, propose};
use super::survey::survey;
use crate::check::{Finding, Reference, Severity, Soundness, leaks_of, sound};
use crate::packages::Packages;
use crate::progress::{Progress, Total};
use crate::sandbox::runtime::{Cache, FetchOptions};
use crate::sandbox::{Limits, Runner};
use crate::task::{
    Experiment, Files, Paper, PaperId, Parser, Task, TaskId, Trace, canary_line, trace,
};
use crate::workspace::Tree;

/// How often functions that a check refuses are replaced by the next best; then they are left out.
const ROUNDS: usize = 4;
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
    let work = Work {
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
    work.check(&mut drafted, experiments, chosen, rest, &folder)?;
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

/// What the last step works with.
struct Work<'a> {
    asked: &'a Asked,
    means: &'a Means<'a>,
    packages: &'a Packages,
    /// With the packages.
    runner: &'a Runner,
    code: &'a Files,
    paper: &'a str,
    ran: &'a [Ran],
    guest: Vec<&'a str>,
    wheels: Vec<crate::packages::LockedWheel>,
}

impl Work<'_> {
    /// Writes the draft, checks it, and replaces functions that the check refuses by the next best.
    /// What is left of it takes its place.
    fn check(
        &self,
        drafted: &mut Drafted,
        experiments: Vec<(Experiment, u64)>,
        mut chosen: Vec<Proposal>,
        mut rest: Vec<Proposal>,
        folder: &Path,
    ) -> Result<(), AuthorError> {
        let failed = |doing, path: &Path| {
            let path = path.to_owned();
            move |source| AuthorError::Io {
                doing,
                path,
                source,
            }
        };
        fs::create_dir_all(&self.asked.tasks).map_err(failed("make", &self.asked.tasks))?;
        let room = tempfile::tempdir_in(&self.asked.tasks)
            .map_err(failed("make a folder in", &self.asked.tasks))?;
        let at = room.path().join(self.asked.id.as_str());
        let plain: Vec<Experiment> = experiments
            .iter()
            .map(|(experiment, _)| experiment.clone())
            .collect();
        let (text, tagged) = paper_in::tag(self.paper, &plain);
        let text = format!("{text}\n{}\n", canary_line(&self.asked.id));
        drafted.tagged = tagged;
        let title = self.asked.title.clone().or_else(|| paper_in::title(&text));
        let licence = self.asked.licence.clone().or_else(|| licence(self.code));
        let mut rounds = 0;
        loop {
            rounds += 1;
            let masked: Vec<&str> = chosen.iter().map(|one| one.file.as_str()).collect();
            let other = self.alternative(&plain, &masked)?;
            let mut experiments = experiments.clone();
            let files = match &other {
                Ok(found) => {
                    for ((experiment, _), values) in experiments.iter_mut().zip(&found.values) {
                        for (metric, value) in experiment.metrics.iter_mut().zip(values) {
                            metric.alternative.clone_from(value);
                        }
                    }
                    Some(&found.files)
                }
                Err(_) => None,
            };
            let draft = Draft {
                about: About {
                    id: self.asked.id.as_str(),
                    title: title.as_deref().unwrap_or("(no title)"),
                    licence: licence.as_deref().unwrap_or("LicenseRef-unknown"),
                    field: self.asked.field.as_deref().unwrap_or("(no field)"),
                    guest: self.guest.clone(),
                },
                functions: &chosen,
                experiments: &experiments,
            };
            if at.exists() {
                fs::remove_dir_all(&at).map_err(failed("remove", &at))?;
            }
            draft.write(&at, self.code, files, &text)?;
            let soundness = self.sound(room.path())?;
            let refused = refused(&soundness, &chosen);
            let next = match rounds < ROUNDS {
                true => refused.len().min(rest.len()),
                false => 0,
            };
            let none_left = refused.len() == chosen.len() && next == 0;
            if refused.is_empty() || none_left || !self.asked.functions.is_empty() {
                drafted.alternative = match &other {
                    Ok(found) => Some(found.files.keys().cloned().collect::<Vec<_>>().join(", ")),
                    Err(_) => None,
                };
                drafted.functions = chosen;
                drafted.others = rest;
                drafted.left = self.left(drafted, &soundness, &other.err(), &plain);
                drafted.soundness = Some(soundness);
                break;
            }
            chosen.retain(|one| !refused.iter().any(|left| left.is(one)));
            chosen.extend(rest.drain(..next));
            drafted.left_out.extend(refused);
        }
        fs::rename(&at, folder).map_err(failed("move the draft to", folder))?;
        drafted.folder = Some(folder.to_owned());
        Ok(())
    }

    /// The author's other input, or one by another seed; else why there is none.
    fn alternative(
        &self,
        experiments: &[Experiment],
        masked: &[&str],
    ) -> Result<Result<Alternative, String>, AuthorError> {
        if let Some(folder) = &self.asked.alternative {
            let files = intake(folder, &self.asked.paper)?.files;
            let found = alternative::values(self.runner, self.code, files, experiments)?;
            return Ok(found.map_err(|why| format!("on the files of {}: {why}", folder.display())));
        }
        let found = alternative::by_seed(self.runner, self.code, self.ran, experiments, masked)?;
        Ok(found.ok_or_else(|| {
            "no other seed in a file of the repository's moves a number enough".to_owned()
        }))
    }

    /// Locks, measures and checks what was written.
    fn sound(&self, room: &Path) -> Result<Soundness, AuthorError> {
        let id = TaskId::new(self.asked.id.clone(), []);
        let load = || {
            Ok::<Arc<Paper>, AuthorError>(Task::load(room, &id, self.means.parser)?.paper().clone())
        };
        let paper = load()?;
        if !self.wheels.is_empty() {
            paper.write_lock(self.wheels.clone())?;
        }
        let runner = paper.runner(self.means.runner, self.packages)?;
        let uncached = Runner::new(self.means.runner.sandbox().clone(), None);
        let fresh = paper.runner(&uncached, self.packages)?;
        let reference = Reference::make(paper, &runner)?;
        reference.measured()?.write(&reference.paper)?;
        let reference = Reference::make(load()?, &runner)?;
        Ok(sound(&reference, &runner, &fresh, self.means.progress)?)
    }

    /// What the author has to do.
    fn left(
        &self,
        drafted: &Drafted,
        soundness: &Soundness,
        no_other: &Option<String>,
        experiments: &[Experiment],
    ) -> Vec<String> {
        let mut left = Vec::new();
        for ran in &drafted.commands {
            if let Some(trouble) = &ran.trouble {
                left.push(format!("`{}` is no experiment: {trouble}", ran.command));
            }
        }
        if let Some(why) = no_other {
            left.push(format!(
                "write alternative/: other data, or a configuration with another seed, size or setting, on which \
                 the numbers are others, and give it as --alternative DIR ({why})"
            ));
        }
        let errors = soundness
            .findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error);
        // What follows from there being no other input is said.
        let follows = |finding: &&Finding| {
            no_other.is_some()
                && (finding.check == "alternative"
                    || finding.text.contains("has no alternative input"))
        };
        for finding in errors.filter(|finding| !follows(finding)) {
            let hint = match finding.check {
                "leak" => ": take it out, or acknowledge it in task.toml if it is another number",
                _ => "",
            };
            let Finding {
                check,
                subject,
                text,
                ..
            } = finding;
            left.push(format!("{check}: {subject}: {text}{hint}"));
        }
        if self.asked.field.is_none() {
            left.push("task.toml: write the field of research".to_owned());
        }
        if self.asked.licence.is_none() && licence(self.code).is_none() {
            left.push(
                "task.toml: write the licence: no file of the repository's names a known one"
                    .to_owned(),
            );
        }
        let texts = self.code.iter().filter(|(file, _)| !file.ends_with(".py"));
        let leaks = leaks_of(
            experiments,
            texts.map(|(file, bytes)| (file.as_str(), bytes.as_slice())),
        );
        if drafted.tagged.is_empty() && leaks.is_empty() {
            left.push(
                "paper.md: no number in it is a gold to three digits; if it tells a result in other words, put it in \
                 a tag <result of=\"experiment.metric\">"
                    .to_owned(),
            );
        }
        left.push(
            "task.toml: read each description: one line that doesn't give the method away"
                .to_owned(),
        );
        left
    }
}

/// The functions that the check refuses, each with the reason.
fn refused(soundness: &Soundness, chosen: &[Proposal]) -> Vec<LeftOut> {
    let errors = soundness.findings.iter().filter(|finding| {
        finding.severity == Severity::Error
            && ["nop", "stub", "twin", "mask", "depends"].contains(&finding.check)
    });
    let mut left: Vec<LeftOut> = Vec::new();
    for finding in errors {
        let named = chosen.iter().find(|one| {
            finding.subject == one.name
                || finding
                    .subject
                    .ends_with(&format!("{}: {}", one.file, one.name))
        });
        if let Some(one) = named
            && !left.iter().any(|known| known.is(one))
        {
            left.push(LeftOut {
                file: one.file.clone(),
                name: one.name.clone(),
                why: finding.text.clone(),
            });
        }
    }
    left
}

impl LeftOut {
    fn is(&self, proposal: &Proposal) -> bool {
        (&self.file, &self.name) == (&proposal.file, &proposal.name)
    }
}

/// The licence that a repository's files name, as an SPDX expression.
fn licence(code: &Files) -> Option<String> {
    let known = [
        ("Apache License", "Apache-2.0"),
        ("MIT License", "MIT"),
        ("Permission is hereby granted, free of charge", "MIT"),
        ("GNU AFFERO GENERAL PUBLIC LICENSE", "AGPL-3.0-only"),
        ("GNU LESSER GENERAL PUBLIC LICENSE", "LGPL-3.0-only"),
        ("GNU GENERAL PUBLIC LICENSE", "GPL-3.0-only"),
        ("Mozilla Public License", "MPL-2.0"),
        ("Neither the name", "BSD-3-Clause"),
        (
            "Redistribution and use in source and binary forms",
            "BSD-2-Clause",
        ),
        ("Creative Commons Attribution 4.0", "CC-BY-4.0"),
        ("This is free and unencumbered software", "Unlicense"),
    ];
    let files = code.iter().filter(|(file, _)| {
        let name = file.to_uppercase();
        ["LICENSE", "LICENCE", "COPYING"]
            .iter()
            .any(|start| name.starts_with(start))
    });
    let mut texts = files.map(|(_, bytes)| {
        String::from_utf8_lossy(bytes)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    });
    texts.find_map(|text| {
        let found = known.iter().find(|(mark, _)| text.contains(mark))?;
        Some(found.1.to_owned())
    })
}
