//! The functions worth masking.

use std::collections::BTreeSet;

use serde::Serialize;

use super::preflight::is_apart;
use crate::task::{Files, Function, Parser, Trace, maskable};

/// Lines of a body below and above which a function is no task.
const LINES: std::ops::RangeInclusive<usize> = 2..=80;
/// The body's lines from which on more are no more of a task.
const ENOUGH: usize = 12;
/// The share of the fuel from which on a function is the experiment itself.
const DRIVER: f64 = 0.97;
/// Words of names that tell of no method.
const PLUMBING: [&str; 26] = [
    "main", "parse", "args", "argparse", "cli", "plot", "draw", "show", "print", "log", "logger",
    "load", "save", "read", "write", "dump", "config", "setup", "debug", "path", "dir", "file",
    "format", "repr", "str", "validate",
];
/// Words of names that every paper speaks of.
const COMMON: [&str; 22] = [
    "get",
    "set",
    "compute",
    "calc",
    "calculate",
    "make",
    "run",
    "from",
    "with",
    "and",
    "for",
    "the",
    "one",
    "all",
    "new",
    "add",
    "update",
    "apply",
    "build",
    "create",
    "init",
    "fit",
];

/// A function that may be worth masking, and why.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Proposal {
    pub file: String,
    pub name: String,
    /// What its docstring says first, or a sentence of its name.
    pub description: String,
    /// Lines of its body, without blank ones, comments and the docstring.
    pub lines: usize,
    /// How often it is called, in all commands.
    pub calls: u64,
    /// The largest part of a command's fuel within it and what it calls.
    pub share: f64,
    /// How many other candidates call it or are called by it.
    pub coupling: usize,
    /// The part of its name's words that the paper uses.
    pub said: f64,
    /// The larger, the more worth masking.
    pub score: f64,
}

/// A function of a repository that can be masked.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub function: Function,
    /// Whether its name says that it is no method.
    plumbing: bool,
}

/// Every function that a source defines and that can be masked.
pub(super) fn candidates(files: &Files, parser: &Parser) -> Vec<Candidate> {
    let mut found = Vec::new();
    let sources = files
        .iter()
        .filter(|(file, _)| file.ends_with(".py") && !is_apart(file));
    for (file, bytes) in sources {
        let Ok(source) = std::str::from_utf8(bytes) else {
            continue;
        };
        // What can't be read was told by the survey.
        let Ok(module) = parser.parse(source) else {
            continue;
        };
        let mut seen = BTreeSet::new();
        for definition in &module.functions {
            if !seen.insert(definition.name.clone()) {
                continue;
            }
            let Ok(lines) = maskable(parser, source, &definition.name) else {
                continue;
            };
            let (scope, own) = definition
                .name
                .rsplit_once('.')
                .unwrap_or(("", &definition.name));
            // One within another function goes with it.
            let nested = module.functions.iter().any(|outer| outer.name == scope);
            let special = own.starts_with("__") && own != "__call__" || own.starts_with("test_");
            let plumbing = words(own)
                .iter()
                .any(|word| PLUMBING.contains(&word.as_str()));
            let docstring = definition.docstring.clone().map(|range| &source[range]);
            found.push(Candidate {
                plumbing: plumbing || special || nested,
                function: Function {
                    file: file.clone(),
                    name: definition.name.clone(),
                    description: describe(own, docstring),
                    docstring: None,
                    lines,
                },
            });
        }
    }
    found
}

/// The first sentence of a docstring, or the name in words.
fn describe(name: &str, docstring: Option<&str>) -> String {
    let bare = docstring.map(|text| {
        text.trim_start_matches(|each: char| each.is_ascii_alphabetic())
            .trim_matches(['"', '\''])
    });
    let first = bare.and_then(|text| text.lines().map(str::trim).find(|line| !line.is_empty()));
    match first {
        Some(first) => first.trim_end_matches('.').to_owned(),
        None => words(name).join(" "),
    }
}

/// A name's words: `fit_linearModel` has `fit`, `linear` and `model`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for each in name.chars() {
        let new = !each.is_alphanumeric() || each.is_uppercase() && before.is_lowercase();
        if new {
            words.push(String::new());
        }
        if let (true, Some(word)) = (each.is_alphanumeric(), words.last_mut()) {
            word.extend(each.to_lowercase());
        }
        before = each;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The candidates in the order of their worth: those that experiments call.
pub(super) fn propose(candidates: &[Candidate], traces: &[Trace], paper: &str) -> Vec<Proposal> {
    let text: BTreeSet<String> = words(paper).into_iter().map(|word| stem(&word)).collect();
    let worth = candidates
        .iter()
        .enumerate()
        .filter(|(_, candidate)| !candidate.plumbing && LINES.contains(&candidate.function.lines));
    let mut found: Vec<Proposal> = worth
        .map(|(index, candidate)| {
            let one = Proposal::of(candidate, index, traces);
            let own = one.name.rsplit('.').next().unwrap_or(&one.name);
            let said = said(own, paper, &text);
            let size = one.lines.min(ENOUGH) as f64 / ENOUGH as f64;
            let driver = one.share > DRIVER && one.calls == traces.len() as u64;
            let score = said
                + 0.6 * size
                + 0.8 * one.share.min(1.0).sqrt()
                + 0.1 * one.coupling.min(4) as f64
                - f64::from(u8::from(driver));
            Proposal {
                said: round(said),
                score: round(score),
                ..one
            }
        })
        .filter(|one| one.calls > 0)
        .collect();
    found.sort_by(|a, b| {
        let place = |one: &Proposal| (one.file.clone(), one.name.clone());
        b.score
            .total_cmp(&a.score)
            .then_with(|| place(a).cmp(&place(b)))
    });
    found
}

impl Proposal {
    /// A function that an author names, of which nothing was traced.
    pub(super) fn named(file: &str, name: &str, description: String, lines: usize) -> Proposal {
        Proposal {
            file: file.to_owned(),
            name: name.to_owned(),
            description,
            lines,
            calls: 0,
            share: 0.0,
            coupling: 0,
            said: 0.0,
            score: 0.0,
        }
    }

    /// What was traced of a candidate, by its place among them.
    pub(super) fn of(candidate: &Candidate, index: usize, traces: &[Trace]) -> Proposal {
        let function = &candidate.function;
        let of_each = || traces.iter().map(|trace| &trace.functions[index]);
        let callers = of_each().flat_map(|traced| traced.callers.iter().copied());
        let called = traces.iter().flat_map(|trace| {
            let functions = trace.functions.iter().enumerate();
            let called = functions.filter(|(_, other)| other.callers.contains(&index));
            called.map(|(other, _)| other)
        });
        let others: BTreeSet<usize> = callers.chain(called).collect();
        Proposal {
            file: function.file.clone(),
            name: function.name.clone(),
            description: function.description.clone(),
            lines: function.lines,
            calls: of_each().map(|traced| traced.calls).sum(),
            share: (of_each().map(|traced| traced.share).fold(0.0, f64::max) * 1e4).round() / 1e4,
            coupling: others.len(),
            said: 0.0,
            score: 0.0,
        }
    }
}

/// Two decimals, which is more than such a number tells.
fn round(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

/// How much of a name a paper speaks of: 1 where it has the name itself.
fn said(name: &str, paper: &str, text: &BTreeSet<String>) -> f64 {
    if name.contains('_') && paper.contains(name) {
        return 1.0;
    }
    let own = words(name);
    let telling: Vec<&String> = own
        .iter()
        .filter(|word| word.len() > 2 && !COMMON.contains(&word.as_str()))
        .collect();
    if telling.is_empty() {
        return 0.0;
    }
    let used = telling.iter().filter(|word| text.contains(&stem(word)));
    used.count() as f64 / telling.len() as f64
}

/// A word without what its number or form adds.
fn stem(word: &str) -> String {
    word.to_lowercase()
        .chars()
        .take(6)
        .collect::<String>()
        .trim_end_matches('s')
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_apart_and_looked_for() {
        assert_eq!(words("fit_linearModel2"), ["fit", "linear", "model2"]);
        let paper = "We anneal the Temperatures by a geometric rule; see `tilt_x`.";
        let text = words(paper).into_iter().map(|word| stem(&word)).collect();
        assert_eq!(said("anneal_temperature", paper, &text), 1.0);
        assert_eq!(said("anneal_pressure", paper, &text), 0.5);
        assert_eq!(said("get", paper, &text), 0.0);
        assert_eq!(said("tilt_x", paper, &text), 1.0);
        assert_eq!(describe("fit_model", None), "fit model");
        assert_eq!(
            describe("x", Some("r\"\"\"\n  Fits it.\n\n  More.\"\"\"")),
            "Fits it"
        );
    }
}
