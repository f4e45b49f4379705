//! Which passages of a paper a model is given, where it isn't given all of it.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::ablation::PaperGiven;
use super::attempt::TrialError;
use crate::agent::{Index, Words};
use crate::task::{Function, Task};

/// Passages that are found for each function by its words, or by what they mean.
pub(super) const FOUND: usize = 3;

/// What a docstring says of where the paper describes its function.
static SECTION: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\bSection ([0-9]+(?:\.[0-9]+)*)").expect("a regular expression"));

/// A paragraph of the paper, and the heading that it stands under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Passage<'t> {
    heading: &'t str,
    text: &'t str,
}

/// The passages of a task's paper that a model is given beside the task, in the paper's order, each
/// with its heading.
pub(super) fn passages(task: &Task, given: &PaperGiven) -> Result<Vec<String>, TrialError> {
    let text = task.paper().text.redacted();
    let all = split(&text);
    let mut chosen = BTreeSet::new();
    for function in task.functions() {
        match given {
            PaperGiven::Full | PaperGiven::None | PaperGiven::Embedding(_) => {}
            PaperGiven::Lexical => chosen.extend(by_words(&all, function)),
            PaperGiven::Oracle => {
                let found = by_sections(&all, function);
                if found.is_empty() {
                    return Err(TrialError::NoPassages {
                        paper: task.paper().id.clone(),
                        function: function.name.clone(),
                    });
                }
                chosen.extend(found);
            }
        }
    }
    Ok(chosen.into_iter().map(|at| all[at].shown()).collect())
}

/// All passages of a task's paper as they are shown, and what is to be written, each in words.
pub(super) fn texts(task: &Task) -> (Vec<String>, Vec<String>) {
    let text = task.paper().text.redacted();
    let passages = split(&text).iter().map(Passage::shown).collect();
    let functions = task
        .functions()
        .map(|function| format!("{}: {}", function.name, function.description));
    (passages, functions.collect())
}

impl Passage<'_> {
    fn shown(&self) -> String {
        format!("{}\n\n{}", self.heading, self.text)
    }
}

/// The paragraphs: what blank lines separate.
fn split(text: &str) -> Vec<Passage<'_>> {
    let mut heading = "";
    let mut passages = Vec::new();
    for paragraph in text.split("\n\n").map(str::trim) {
        match paragraph.split_once('\n') {
            None if paragraph.starts_with('#') => heading = paragraph,
            None if paragraph.is_empty() => {}
            _ => passages.push(Passage {
                heading,
                text: paragraph,
            }),
        }
    }
    passages
}

/// Those that share most words with a function's name and description.
fn by_words(all: &[Passage<'_>], function: &Function) -> Vec<usize> {
    let mut index = Index::default();
    for passage in all {
        index.add(Words::of([passage.heading, passage.text]));
    }
    let query = Words::of([function.name.as_str(), &function.description]);
    index.most_relevant(all.len(), &query, FOUND)
}

/// Those of the sections that a function's docstring names.
fn by_sections(all: &[Passage<'_>], function: &Function) -> Vec<usize> {
    let docstring = function.docstring.as_deref().unwrap_or_default();
    let named = SECTION
        .captures_iter(docstring)
        .map(|found| found.extract());
    let named: BTreeSet<&str> = named.map(|(_, [number])| number).collect();
    let is_named = |passage: &Passage<'_>| {
        let heading = passage.heading.trim_start_matches('#').trim_start();
        let number = heading.split_whitespace().next().unwrap_or_default();
        named.contains(number.trim_end_matches('.'))
    };
    (0..all.len()).filter(|at| is_named(&all[*at])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passage_is_a_paragraph_under_its_heading() {
        let text = "# T\n\nOne\nline.\n\n\n## 1. A\n\n### 1.1 B\n\nTwo.\n\n#no\nheading\n";
        let found: Vec<_> = split(text).iter().map(|it| (it.heading, it.text)).collect();
        let expected = [
            ("# T", "One\nline."),
            ("### 1.1 B", "Two."),
            ("### 1.1 B", "#no\nheading"),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn sections_are_found_by_the_numbers_in_a_docstring() {
        let text = "## 1. A\n\na\n\n### 1.1 B\n\nb\n\nbb\n\n### 1.10 C\n\nc\n";
        let function = |docstring: &str| Function {
            file: String::new(),
            name: String::new(),
            description: String::new(),
            docstring: Some(docstring.to_owned()),
            lines: 1,
        };
        let all = split(text);
        for (docstring, found) in [
            ("Section 1.1.", vec![1, 2]),
            ("As in Section 1.10, and Section 1", vec![0, 3]),
            ("Section 2", vec![]),
        ] {
            assert_eq!(
                by_sections(&all, &function(docstring)),
                found,
                "{docstring}"
            );
        }
    }
}
