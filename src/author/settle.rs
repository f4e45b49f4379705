//! Which functions a draft masks: it is written and checked, and those that the check refuses are
//! replaced by the next best. What is left for the author is told.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use super::alternative::{self, Alternative};
use super::command::Ran;
use super::draft::{About, Draft};
use super::error::AuthorError;
use super::intake::intake;
use super::new::{Asked, Drafted, LeftOut, Means};
use super::paper_in;
use super::propose::Proposal;
use crate::check::{Finding, Reference, Severity, Soundness, leaks_of, sound};
use crate::packages::{LockedWheel, Packages};
use crate::sandbox::Runner;
use crate::task::{Experiment, Files, Paper, Task, TaskId, canary_line};

/// How often functions that a check refuses are replaced by the next best; then they are left out.
const ROUNDS: usize = 4;

/// What is settled, and with what.
pub(super) struct Settle<'a> {
    pub(super) asked: &'a Asked,
    pub(super) means: &'a Means<'a>,
    pub(super) packages: &'a Packages,
    /// With the packages.
    pub(super) runner: &'a Runner,
    pub(super) code: &'a Files,
    pub(super) paper: &'a str,
    pub(super) ran: &'a [Ran],
    pub(super) guest: Vec<&'a str>,
    pub(super) wheels: Vec<LockedWheel>,
}

impl Settle<'_> {
    /// Writes the draft, checks it, and replaces functions that the check refuses by the next best.
    /// What is left of it takes its place.
    pub(super) fn draft(
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
        let wraps = soundness.findings.iter();
        match wraps.filter(|finding| finding.check == "wraps").count() {
            0 => {}
            places => left.push(format!(
                "an integer wraps here, and wouldn't natively, at {places} of the places above: ask for int64, or \
                 the numbers are other ones than the paper's"
            )),
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
