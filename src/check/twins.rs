//! Bodies that stand elsewhere in the repository, where an agent finds them when they are masked.

use std::collections::BTreeSet;

use serde_json::Value;

use super::sound::{Finding, Severity};
use crate::task::{Definition, Files, Paper, tokens};

/// Tokens that are compared together.
const RUN: usize = 6;
/// Runs that a body must have to be told from another.
const FEWEST: usize = 10;
/// The share of a body's runs that stand elsewhere from which on it gives the body away. Code that
/// only looks alike has less than half of them.
const TWIN: f64 = 0.7;
/// The share from which on it is worth a look.
const ALIKE: f64 = 0.5;

/// A piece of code or text that isn't the function's own.
struct Piece {
    file: String,
    /// From 1.
    line: usize,
    what: String,
    /// Bytes of the file that it takes up, if it is a function.
    range: std::ops::Range<usize>,
    runs: BTreeSet<Vec<String>>,
}

/// Finds functions of a paper whose bodies stand elsewhere with other names: in other functions, in
/// comments, docstrings, notebooks or code blocks of texts.
pub(super) fn twins(paper: &Paper, code: &Files) -> Vec<Finding> {
    let texts = code
        .iter()
        .filter_map(|(file, bytes)| Some((file, std::str::from_utf8(bytes).ok()?)));
    let (mut bodies, mut pieces) = (Vec::new(), Vec::new());
    for (file, text) in texts {
        if file.ends_with(".py") {
            // What is no Python has no functions; its comments and texts are looked at all the same.
            let module = paper.parser.parse(text);
            for definition in module.map(|module| module.functions).unwrap_or_default() {
                let runs = runs(&body(text, &definition));
                let mut functions = paper.functions.iter();
                let is_masked = functions
                    .any(|function| function.file == *file && function.name == definition.name);
                if is_masked {
                    bodies.push((file, definition.clone(), runs.clone()));
                }
                pieces.push(Piece {
                    file: file.clone(),
                    line: line(text, definition.header.start),
                    what: definition.name.clone(),
                    range: definition.whole.clone(),
                    runs,
                });
                if let Some(docstring) = definition.docstring {
                    let said = &text[docstring.clone()];
                    pieces.push(piece(file, text, docstring.start, "a docstring", said));
                }
            }
            for (at, said) in comments(text) {
                pieces.push(piece(file, text, at, "a comment", &said));
            }
        } else if file.ends_with(".ipynb") {
            for (number, cell) in cells(text).iter().enumerate() {
                pieces.push(piece(file, text, 0, &format!("cell {number}"), cell));
            }
        } else {
            for (at, block) in blocks(text) {
                pieces.push(piece(file, text, at, "a code block", &block));
            }
        }
    }
    let mut found = Vec::new();
    for (file, definition, runs) in &bodies {
        if runs.len() < FEWEST {
            continue;
        }
        for piece in &pieces {
            let own = piece.file == **file
                && piece.range.start < definition.whole.end
                && definition.whole.start < piece.range.end;
            let shared = runs.intersection(&piece.runs).count() as f64 / runs.len() as f64;
            if own || shared < ALIKE {
                continue;
            }
            found.push(Finding {
                severity: match shared < TWIN {
                    true => Severity::Note,
                    false => Severity::Error,
                },
                check: "twin",
                subject: definition.name.clone(),
                text: format!(
                    "{:.0} % of its body stands in {}:{}, in {}, but for names: an agent finds it there",
                    shared * 100.0,
                    piece.file,
                    piece.line,
                    piece.what
                ),
            });
        }
    }
    found
}

/// The code of a body, without its docstring.
fn body(text: &str, definition: &Definition) -> String {
    let mut body = text[definition.body.clone()].to_owned();
    if let Some(docstring) = &definition.docstring {
        let start = docstring.start - definition.body.start;
        body.replace_range(start..docstring.end - definition.body.start, "");
    }
    // On a level of its own, as code elsewhere may be.
    dedent(&body)
}

fn dedent(text: &str) -> String {
    let lines = || text.lines().filter(|line| !line.trim().is_empty());
    let indent = lines()
        .map(|line| line.len() - line.trim_start().len())
        .min()
        .unwrap_or(0);
    let lines = text.lines().map(|line| line.get(indent..).unwrap_or(""));
    lines.collect::<Vec<_>>().join("\n")
}

fn piece(file: &str, text: &str, at: usize, what: &str, said: &str) -> Piece {
    Piece {
        file: file.to_owned(),
        line: line(text, at),
        what: what.to_owned(),
        range: at..at,
        runs: runs(&dedent(said)),
    }
}

fn line(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// All runs of tokens.
fn runs(text: &str) -> BTreeSet<Vec<String>> {
    let texts: Vec<String> = tokens(text).0.into_iter().map(|token| token.text).collect();
    texts.windows(RUN).map(<[String]>::to_vec).collect()
}

/// Blocks of comments on lines of their own and beside code, without their marks.
fn comments(text: &str) -> Vec<(usize, String)> {
    let mut blocks: Vec<(usize, usize, String)> = Vec::new();
    for (at, comment) in tokens(text).1 {
        let line = line(text, at);
        let said = comment.trim_start_matches('#');
        match blocks.last_mut() {
            Some((_, last, block)) if *last + 1 == line => {
                *last = line;
                *block += "\n";
                *block += said;
            }
            _ => blocks.push((at, line, said.to_owned())),
        }
    }
    let blocks = blocks.into_iter();
    blocks.map(|(at, _, block)| (at, block)).collect()
}

/// The sources of a notebook's cells.
fn cells(text: &str) -> Vec<String> {
    let notebook: Value = serde_json::from_str(text).unwrap_or_default();
    let cells = notebook["cells"].as_array().cloned().unwrap_or_default();
    cells
        .iter()
        .map(|cell| match &cell["source"] {
            Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
            source => source.as_str().unwrap_or_default().to_owned(),
        })
        .collect()
}

/// What a text has between fences.
fn blocks(text: &str) -> Vec<(usize, String)> {
    let mut blocks: Vec<(usize, String)> = Vec::new();
    let mut open: Option<(usize, String)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let fence = line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~");
        open = match (open.take(), fence) {
            (Some(block), true) => {
                blocks.push(block);
                None
            }
            (None, true) => Some((at, String::new())),
            (Some((start, block)), false) => Some((start, block + line)),
            (None, false) => None,
        };
        at += line.len();
    }
    blocks.extend(open);
    blocks
}
