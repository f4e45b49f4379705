//! Masking: a function's body becomes `raise NotImplementedError`, and nothing else changes.
//!
//! Functions are found by name in the syntax tree, never by stored line numbers, and what a mask
//! leaves is parsed again before it is returned. In the predecessor's dataset, where lines were
//! stored and nothing was checked, 8 of 36 single masks left a file that doesn't parse.
//!
//! - `stub.rs`: what stands in the place of a body
//! - `docstring.rs`: what is left of a docstring
//! - `error.rs`: why functions can't be masked or put back

use std::{collections::BTreeSet, ops::Range};

use super::python::{Definition, Module, Parser};

mod docstring;
mod error;
mod stub;
#[cfg(test)]
mod tests;

pub use docstring::{Docstring, Kept};
pub use error::MaskError;

/// A function to mask.
#[derive(Clone, Copy, Debug)]
pub struct Mask<'a> {
    /// Its qualified name.
    pub name: &'a str,
    /// What is left of its docstring.
    pub docstring: Kept<'a>,
}

/// Masks every definition of the functions named.
///
/// Each body becomes what is kept as its docstring and a
/// `raise NotImplementedError("<qualified name>")`, so that calling the function raises it: or
/// awaiting what the call gives, or iterating it, for coroutines and generators stay what they
/// are. Comments in and beside the body go with it. A function inside another that is masked too
/// is gone with the outer body. Every byte outside the bodies stays.
///
/// # Errors
///
/// A source that can't be taken apart, or a name that isn't defined in it.
pub fn mask(parser: &Parser, source: &str, masks: &[Mask]) -> Result<String, MaskError> {
    let module = parser.parse(source)?;
    let names: Vec<&str> = masks.iter().map(|mask| mask.name).collect();
    let masked = outermost(&module, &names)?;
    let edits = masked.iter().map(|&(index, definition)| Edit {
        range: definition.body.clone(),
        text: stub::stub(source, definition, masks[index].docstring),
    });
    let result = splice(source, edits.collect());
    let names = || {
        let names: BTreeSet<_> = masked.iter().map(|(_, found)| &*found.name).collect();
        names.into_iter().collect::<Vec<_>>().join(", ")
    };
    let left = parser
        .parse_as(module.reader, &result)
        .map_err(|error| MaskError::Torn {
            names: names(),
            error,
        })?;
    match same_outside(&module, source, &masked, &left, &result) {
        true => Ok(result),
        false => Err(MaskError::Changed { names: names() }),
    }
}

/// Puts the original bodies of the functions named back into a source they were masked in, so
/// that unmasking all that [`mask`] masked gives the original byte for byte.
///
/// # Errors
///
/// A source that can't be taken apart, a name that one of the sources doesn't define, or one that
/// they define a different number of times.
pub fn unmask(
    parser: &Parser,
    masked: &str,
    original: &str,
    names: &[&str],
) -> Result<String, MaskError> {
    let (present, module) = (parser.parse(masked)?, parser.parse(original)?);
    let bodies = outermost(&module, names)?;
    let mut edits = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let bodies: Vec<_> = bodies.iter().filter(|(of, _)| *of == index).collect();
        // All that is in other bodies comes back with them.
        if bodies.is_empty() {
            continue;
        }
        let targets: Vec<_> = present.named(name).collect();
        if targets.len() != bodies.len() {
            return Err(MaskError::Mismatch {
                name: (*name).to_owned(),
                masked: targets.len(),
                original: bodies.len(),
            });
        }
        edits.extend(
            targets
                .into_iter()
                .zip(bodies)
                .map(|(target, (_, body))| Edit {
                    range: target.body.clone(),
                    text: original[body.body.clone()].to_owned(),
                }),
        );
    }
    Ok(splice(masked, edits))
}

/// Finds that a function can be masked.
///
/// # Errors
///
/// A source that can't be taken apart, or a name that isn't defined in it.
pub fn check(parser: &Parser, source: &str, name: &str) -> Result<usize, MaskError> {
    let module = parser.parse(source)?;
    let definitions = outermost(&module, &[name])?;
    let lines = definitions.iter().map(|(_, definition)| {
        let (body, docstring) = (&definition.body, &definition.docstring);
        let is_code = |(start, line): &(usize, &str)| {
            let text = line.trim();
            let in_docstring = docstring
                .as_ref()
                .is_some_and(|range| range.contains(start));
            !text.is_empty() && !text.starts_with('#') && !in_docstring
        };
        let mut at = body.start;
        let starts = source[body.clone()].split('\n').map(|line| {
            let start = at + line.len() - line.trim_start().len();
            at += line.len() + 1;
            (start, line)
        });
        starts.filter(is_code).count()
    });
    Ok(lines.sum())
}

/// A text to stand in the place of a range of the source.
struct Edit {
    range: Range<usize>,
    text: String,
}

/// The definitions of these names that lie in no other's body, in file order, each with the
/// position of its name in the list.
fn outermost<'m>(
    module: &'m Module,
    names: &[&str],
) -> Result<Vec<(usize, &'m Definition)>, MaskError> {
    let mut found = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let before = found.len();
        found.extend(module.named(name).map(|definition| (index, definition)));
        if found.len() == before {
            return Err(MaskError::no_function(module, name));
        }
    }
    found.sort_by_key(|(_, definition)| definition.header.start);
    let mut end = 0;
    found.retain(|(_, definition)| {
        let outside = definition.header.start >= end;
        if outside {
            end = definition.body.end;
        }
        outside
    });
    Ok(found)
}

/// Applies edits, none of which lie inside another, to a source.
fn splice(source: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|edit| edit.range.start);
    let mut result = String::with_capacity(source.len());
    let mut at = 0;
    for edit in edits {
        result += &source[at..edit.range.start];
        result += &edit.text;
        at = edit.range.end;
    }
    result + &source[at..]
}

/// Whether a masked source defines the same functions as the original, of the same kinds and with
/// the same headers, but for what was in the masked bodies.
fn same_outside(
    module: &Module,
    source: &str,
    masked: &[(usize, &Definition)],
    left: &Module,
    result: &str,
) -> bool {
    let gone = |definition: &&Definition| {
        let at = definition.header.start;
        let before = masked.partition_point(|(_, outer)| outer.body.start <= at);
        before > 0 && at < masked[before - 1].1.body.end
    };
    let of = |definition: &Definition, text: &str| {
        let header = text[definition.header.clone()].to_owned();
        (definition.name.clone(), definition.kind, header)
    };
    let expected = module.functions.iter().filter(|found| !gone(found));
    expected
        .map(|found| of(found, source))
        .eq(left.functions.iter().map(|found| of(found, result)))
}
