//! Masking: a function's body becomes `raise NotImplementedError`, and nothing else changes.
//!
//! Functions are found by name in the syntax tree, never by stored line numbers, and what a mask
//! leaves is parsed again before it is returned. In the predecessor's dataset, where lines were
//! stored and nothing was checked, 8 of 36 single masks left a file that doesn't parse.

use std::{collections::BTreeSet, ops::Range};

use thiserror::Error;

use super::{
    near::Near,
    python::{Definition, SyntaxError, functions},
};

#[cfg(test)]
mod tests;

/// What becomes of the docstring of a masked function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Docstring {
    /// It stays, byte for byte.
    Full,
    /// It goes with the body.
    None,
}

/// Why functions can't be masked or restored.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum MaskError {
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
    /// The masked source and the original define a function a different number of times.
    #[error("`{name}` is defined {masked} times in the masked file and {original} in the original")]
    Mismatch {
        /// The qualified name.
        name: String,
        /// Definitions in the masked source.
        masked: usize,
        /// Definitions in the original.
        original: usize,
    },
    /// The masked source isn't valid Python. A defect of the masker.
    #[error("the mask of {names} leaves an invalid file: {error}")]
    Torn {
        /// The qualified names that were masked, joined.
        names: String,
        /// What the parser says of it.
        error: SyntaxError,
    },
    /// The masked source defines other functions than the original. A defect of the masker.
    #[error("the mask of {names} changes which other functions are defined")]
    Changed {
        /// The qualified names that were masked, joined.
        names: String,
    },
}

/// Masks every definition of the functions named.
///
/// Each body becomes the docstring, if that is kept, and a
/// `raise NotImplementedError("<qualified name>")`. Comments in and beside the body go with it.
/// A function inside another that is masked too is gone with the outer body. Every byte outside
/// the bodies stays.
///
/// # Errors
///
/// A source that isn't valid Python, or a name that isn't defined in it.
pub fn mask(source: &str, names: &[&str], docstring: Docstring) -> Result<String, MaskError> {
    let all = functions(source)?;
    let masked = outermost(&all, names)?;
    let edits = masked.iter().map(|definition| Edit {
        range: definition.body.clone(),
        text: stub(source, definition, docstring),
    });
    let result = splice(source, edits.collect());
    verify(&all, &masked, &result)?;
    Ok(result)
}

/// Puts the original bodies of the functions named back into a source they were masked in, so
/// that restoring all that [`mask`] masked gives the original byte for byte.
///
/// # Errors
///
/// A source that isn't valid Python, a name that one of the sources doesn't define, or one that
/// they define a different number of times.
pub fn restore(masked: &str, original: &str, names: &[&str]) -> Result<String, MaskError> {
    let (present, all) = (functions(masked)?, functions(original)?);
    let bodies = outermost(&all, names)?;
    let mut edits = Vec::new();
    for name in bodies
        .iter()
        .map(|body| &body.name)
        .collect::<BTreeSet<_>>()
    {
        let targets: Vec<_> = present.iter().filter(|found| found.name == *name).collect();
        let bodies: Vec<_> = bodies.iter().filter(|body| body.name == *name).collect();
        if targets.len() != bodies.len() {
            return Err(MaskError::Mismatch {
                name: name.clone(),
                masked: targets.len(),
                original: bodies.len(),
            });
        }
        edits.extend(targets.into_iter().zip(bodies).map(|(target, body)| Edit {
            range: target.body.clone(),
            text: original[body.body.clone()].to_owned(),
        }));
    }
    Ok(splice(masked, edits))
}

/// The text of each body of a function, from behind the header's colon: one for each of its
/// definitions, in file order.
///
/// # Errors
///
/// A source that isn't valid Python, or a name that isn't defined in it.
pub fn body_of<'s>(source: &'s str, name: &str) -> Result<Vec<&'s str>, MaskError> {
    let all = functions(source)?;
    let bodies: Vec<&str> = all
        .iter()
        .filter(|definition| definition.name == name)
        .map(|definition| &source[definition.body.clone()])
        .collect();
    match bodies.is_empty() {
        true => Err(not_found(&all, name)),
        false => Ok(bodies),
    }
}

/// A text to stand in the place of a range of the source.
struct Edit {
    range: Range<usize>,
    text: String,
}

/// The definitions of these names that lie in no other's body, in file order.
fn outermost<'d>(all: &'d [Definition], names: &[&str]) -> Result<Vec<&'d Definition>, MaskError> {
    for name in names {
        if !all.iter().any(|definition| definition.name == *name) {
            return Err(not_found(all, name));
        }
    }
    let mut outermost: Vec<&Definition> = Vec::new();
    for definition in all {
        let inside = outermost
            .last()
            .is_some_and(|outer| definition.header.start < outer.body.end);
        if names.contains(&definition.name.as_str()) && !inside {
            outermost.push(definition);
        }
    }
    Ok(outermost)
}

fn not_found(all: &[Definition], name: &str) -> MaskError {
    MaskError::NotFound {
        name: name.to_owned(),
        near: Near::new(name, all.iter().map(|definition| definition.name.as_str())),
    }
}

/// What stands behind the header's colon of a masked function.
fn stub(source: &str, definition: &Definition, docstring: Docstring) -> String {
    let newline = newline_at(source, definition.header.end);
    let indent = &definition.indent;
    let kept = definition.docstring.clone().filter(|_| match docstring {
        Docstring::Full => true,
        Docstring::None => false,
    });
    let mut stub = String::new();
    if let Some(kept) = kept {
        stub += &format!("{newline}{indent}{}", &source[kept]);
    }
    stub + &format!(
        "{newline}{indent}raise NotImplementedError(\"{}\")",
        definition.name
    )
}

/// The line ending in use around a position: that of its line, or of the file's first.
fn newline_at(source: &str, at: usize) -> &'static str {
    let end = source[at..].find('\n').map(|length| at + length);
    match end.or_else(|| source.find('\n')) {
        Some(feed) if source[..feed].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

/// Applies edits to a source. One that lies inside another is dropped.
fn splice(source: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|edit| edit.range.start);
    let mut result = String::with_capacity(source.len());
    let mut at = 0;
    for edit in edits {
        if edit.range.start < at {
            continue;
        }
        result += &source[at..edit.range.start];
        result += &edit.text;
        at = edit.range.end;
    }
    result + &source[at..]
}

/// Parses what a mask left and compares which functions are defined outside the masked bodies.
fn verify(all: &[Definition], masked: &[&Definition], result: &str) -> Result<(), MaskError> {
    let names = || {
        let names: BTreeSet<_> = masked.iter().map(|found| found.name.as_str()).collect();
        names.into_iter().collect::<Vec<_>>().join(", ")
    };
    let left = functions(result).map_err(|error| MaskError::Torn {
        names: names(),
        error,
    })?;
    let gone = |definition: &&Definition| {
        masked
            .iter()
            .any(|outer| outer.body.contains(&definition.header.start))
    };
    let expected = all.iter().filter(|definition| !gone(definition));
    if expected
        .map(|definition| &definition.name)
        .eq(left.iter().map(|definition| &definition.name))
    {
        Ok(())
    } else {
        Err(MaskError::Changed { names: names() })
    }
}
