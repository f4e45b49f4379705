//! Mutants from the changes that the operators find.

use std::{collections::BTreeSet, ops::Range};

use thiserror::Error;
use tree_sitter::Node;

use super::{
    Operator, arithmetic, calls,
    context::{Context, Edit},
    flow, names, numbers,
    syntax::{function, functions, modules, parse, walk},
    transforms,
};
use crate::task::{
    near::Near,
    python::{Definition, SyntaxError},
};

/// A file with one change in the body of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// The kind of change.
    pub operator: Operator,
    /// The line of the change, from 1.
    pub line: usize,
    /// Where the replaced text starts in the original, in bytes.
    pub at: usize,
    /// The text that was replaced. Empty if something was only added.
    pub before: String,
    /// What replaced it. Empty if something was only taken away.
    pub after: String,
    /// The whole file with the change.
    pub source: String,
}

impl Mutant {
    /// Names the change, whatever else is made of the function.
    pub fn id(&self) -> String {
        let change = (self.at, &self.before, &self.after);
        let hash = blake3::hash(format!("{change:?}").as_bytes());
        hash.to_hex()[..16].to_owned()
    }
}

/// Why a function has no mutants or stubs.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum MutantError {
    /// The source isn't valid Python.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// The source has no function of this qualified name.
    #[error("no function `{name}` is defined here{near}")]
    NotFound {
        /// The qualified name.
        name: String,
        /// Names that are defined and look like it.
        near: Near,
    },
}

/// All mutants of the function of a qualified name, each with one change by an [`Operator`], in
/// the order of their places and then of their operators.
///
/// No two have the same source, none has the original's, and each is Python to the parser.
/// Nothing changes outside the function's body; docstrings and other texts, types, what is
/// raised, `assert` and an `if` that only raises, and what is printed or logged stay as they are.
/// If several definitions share the name, each is mutated in turn.
///
/// # Errors
///
/// A source that isn't valid Python, or a name that isn't defined in it.
pub fn mutants(source: &str, name: &str) -> Result<Vec<Mutant>, MutantError> {
    let found = named(source, name)?;
    let tree = parse(source);
    let modules = modules(source, &tree);
    let mut edits = Vec::new();
    for definition in &found {
        if let Some(node) = function(&tree, definition) {
            let mut context = Context::new(source, modules.clone(), node);
            operate(&mut context, node);
            let inside = |edit: &Edit| {
                definition.body.start <= edit.start && edit.end <= definition.body.end
            };
            edits.extend(context.edits.into_iter().filter(inside));
        }
    }
    edits.sort();

    let (mut seen, mut mutants) = (BTreeSet::from([source.to_owned()]), Vec::new());
    for edit in edits {
        let range = edit.start..edit.end;
        let changed = [&source[..edit.start], &edit.after, &source[edit.end..]].concat();
        if is_sound(&found, &range, edit.after.len(), &changed) && seen.insert(changed.clone()) {
            mutants.push(Mutant {
                operator: edit.operator,
                at: edit.start,
                line: source[..edit.start].matches('\n').count() + 1,
                before: source[range].to_owned(),
                after: edit.after,
                source: changed,
            });
        }
    }
    Ok(mutants)
}

/// The definitions of a name, in file order, at least one.
pub(super) fn named(source: &str, name: &str) -> Result<Vec<Definition>, MutantError> {
    let (found, others): (Vec<_>, Vec<_>) = functions(source)?
        .into_iter()
        .partition(|definition| definition.name == name);
    if found.is_empty() {
        let near = Near::new(name, others.iter().map(|other| other.name.as_str()));
        return Err(MutantError::NotFound {
            name: name.to_owned(),
            near,
        });
    }
    Ok(found)
}

/// Has all operators look at all of a function's body.
fn operate<'t>(context: &mut Context<'t>, function: Node<'t>) {
    names::edits(context, function);
    let Some(body) = function.child_by_field_name("body") else {
        return;
    };
    let nodes = walk(body, |node| !context.is_untouched(node));
    for &node in &nodes {
        if node.kind() == "function_definition" {
            names::edits(context, node);
        }
        calls::edits(context, node);
    }
    // What is given by name for an axis and the like is for the operators of calls alone.
    let plain = walk(body, |node| {
        !context.is_untouched(node) && !calls::is_special(context, node)
    });
    for node in plain {
        arithmetic::edits(context, node);
        numbers::edits(context, node);
        transforms::edits(context, node);
        flow::edits(context, node);
    }
}

/// Whether a changed source is Python whose function ends where the change leaves its end.
fn is_sound(found: &[Definition], range: &Range<usize>, length: usize, changed: &str) -> bool {
    let Some(original) = found.iter().find(|definition| {
        definition.body.start <= range.start && range.end <= definition.body.end
    }) else {
        return false;
    };
    let end = original.body.end - range.len() + length;
    functions(changed).is_ok_and(|changed| {
        changed.iter().any(|definition| {
            definition.header == original.header
                && definition.name == original.name
                && definition.body.end == end
        })
    })
}
