//! Bodies that were written apart, put into the file that lacks them.

use thiserror::Error;

use super::python::{Definition, Module, Parser, SyntaxError};

/// Why a body can't be put in. What was written is to blame, or the file it is for.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum BodyError {
    /// What was written is no Python.
    #[error("what was written of {name} can't be read: {error}")]
    Written {
        /// The function.
        name: String,
        /// What the parser says.
        error: SyntaxError,
    },
    /// It is Python, without the function.
    #[error("what was written of {name} has no `def` of that name")]
    NoDefinition {
        /// The function.
        name: String,
    },
    /// The file defines it several times, and what was written does another number of times.
    #[error("{name} is defined {wanted} times in the file, and {found} times in what was written")]
    Times {
        /// The function.
        name: String,
        /// In the file.
        wanted: usize,
        /// In what was written.
        found: usize,
    },
    /// The file itself can't be read.
    #[error("the file can't be read: {0}")]
    File(#[from] SyntaxError),
}

/// A file's source with the bodies of some functions, by their qualified names, taken from
/// definitions that were written apart, at whatever indentation. Nothing else of what was written is
/// taken over. A function inside another that is written comes with that.
///
/// # Errors
///
/// The first that can't be put in.
pub fn write_bodies(
    parser: &Parser,
    file: &str,
    written: &[(&str, &str)],
) -> Result<String, BodyError> {
    let module = parser.parse(file)?;
    let mut edits = Vec::new();
    for (name, source) in written {
        let targets: Vec<&Definition> = module.named(name).collect();
        let source = dedent(source);
        let found = parser.parse(&source).map_err(|error| BodyError::Written {
            name: (*name).to_owned(),
            error,
        })?;
        let found = definitions(&found, name);
        if found.is_empty() {
            return Err(BodyError::NoDefinition {
                name: (*name).to_owned(),
            });
        }
        if found.len() != targets.len() {
            return Err(BodyError::Times {
                name: (*name).to_owned(),
                wanted: targets.len(),
                found: found.len(),
            });
        }
        for (target, found) in targets.into_iter().zip(found) {
            let body = &source[found.body.clone()];
            let text = indented(body, &found.indent, &target.indent);
            edits.push((target.body.clone(), text));
        }
    }
    edits.sort_by_key(|(range, _)| range.start);
    let mut result = String::with_capacity(file.len());
    let mut at = 0;
    for (range, text) in edits {
        if range.start < at {
            continue;
        }
        result += &file[at..range.start];
        result += &text;
        at = range.end;
    }
    Ok(result + &file[at..])
}

/// Those of the qualified name, else those at the top that have the function's own.
fn definitions<'m>(module: &'m Module, name: &str) -> Vec<&'m Definition> {
    let qualified: Vec<_> = module.named(name).collect();
    match (qualified.is_empty(), name.rsplit_once('.')) {
        (true, Some((_, own))) => module.named(own).collect(),
        _ => qualified,
    }
}

/// Without the blanks that its first line has before it.
fn dedent(source: &str) -> String {
    let first = source.lines().find(|line| !line.trim().is_empty());
    let first = first.unwrap_or_default();
    let blanks = &first[..first.len() - first.trim_start().len()];
    let lines = source
        .lines()
        .map(|line| line.strip_prefix(blanks).unwrap_or(line.trim_start()));
    lines.map(|line| format!("{line}\n")).collect()
}

/// A body whose lines begin with other blanks than they did. Its first line stands beside the header.
fn indented(body: &str, from: &str, to: &str) -> String {
    let mut lines = body.split('\n');
    let mut result = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        result.push('\n');
        match line.strip_prefix(from) {
            Some(rest) => result.extend([to, rest]),
            None => result.push_str(line),
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "\
import math

def mean(xs):
    raise NotImplementedError

class Spread:
    @property
    def width(self):
        raise NotImplementedError

    def other(self):
        return 1
";

    fn put(written: &[(&str, &str)]) -> Result<String, BodyError> {
        write_bodies(&Parser::default(), FILE, written)
    }

    #[test]
    fn bodies_go_to_their_functions_at_any_indentation() {
        let whole = "def mean(xs):\n    \"\"\"Doc.\"\"\"\n    return sum(xs) / len(xs)\n";
        let expected = FILE
            .replacen(
                "    raise NotImplementedError",
                "    \"\"\"Doc.\"\"\"\n    return sum(xs) / len(xs)",
                1,
            )
            .replacen(
                "        raise NotImplementedError",
                "        if self:\n\n            return 2",
                1,
            );
        for method in [
            "def width(self):\n    if self:\n\n        return 2",
            "    def width(self):\n        if self:\n\n            return 2\n",
            "class Spread:\n  def width(self):\n      if self:\n\n          return 2",
            "import os\n\ndef width(self):\n    if self:\n\n        return 2\n\nprint(1)",
        ] {
            let put = put(&[("Spread.width", method), ("mean", whole)]);
            assert_eq!(put.as_deref(), Ok(expected.as_str()), "{method}");
        }
        let one_line = put(&[("mean", "def mean(xs): return 1")]).unwrap();
        assert!(
            one_line.contains("def mean(xs): return 1\n\nclass"),
            "{one_line}"
        );
    }

    #[test]
    fn what_cannot_be_put_in_is_told_by_name() {
        let wrong = |source| put(&[("mean", source)]).unwrap_err().to_string();
        assert!(wrong("def mean(xs:\n").starts_with("what was written of mean can't be read"));
        let none = "what was written of mean has no `def` of that name";
        assert_eq!(wrong("def average(xs):\n    return 1\n"), none);
        let twice = "mean is defined 1 times in the file, and 2 times in what was written";
        assert_eq!(wrong("def mean(x):\n  pass\ndef mean(x):\n  pass\n"), twice);
    }
}
