//! The bodies that somebody wrote for masked functions, in the repository as it was.
//!
//! Carried over are the bodies and, from the same file, what they reach of the new top-level imports,
//! functions, classes and constants. All else that was changed stays behind: other functions,
//! scripts, data, new modules, statements that run when a module is imported.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use super::{
    bundle::Files,
    code,
    error::CodeProblem,
    mask::{MaskError, unmask},
    python::{Imported, Parser, Statement, SyntaxError, What, mentioned, statements},
    spec::Function,
};

/// Why bodies can't be carried over. What was written is to blame.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum TransplantError {
    /// The file was removed.
    #[error("{file} is gone")]
    Gone {
        /// The file.
        file: String,
    },
    /// The file isn't text, or can't be taken apart, or doesn't define the function.
    #[error("{file}: {problem}")]
    Written {
        /// The file.
        file: String,
        /// What is wrong with it.
        problem: CodeProblem,
    },
    /// The file with the bodies in it isn't valid Python.
    #[error("{file} with the bodies carried over: {error}")]
    Torn {
        /// The file.
        file: String,
        /// What the parser says.
        error: SyntaxError,
    },
}

/// The files of the repository as it was with the bodies of some functions as somebody wrote them.
/// `written` gives a file as it was left, if it is there.
pub fn transplant(
    parser: &Parser,
    pristine: &Files,
    functions: &[&Function],
    written: &dyn Fn(&str) -> Option<Vec<u8>>,
) -> Result<Files, TransplantError> {
    let mut names: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for function in functions {
        names
            .entry(&function.file)
            .or_default()
            .push(&function.name);
    }
    let mut files = Files::new();
    for (file, names) in names {
        let problem = |problem| TransplantError::Written {
            file: file.to_owned(),
            problem,
        };
        let gone = || TransplantError::Gone {
            file: file.to_owned(),
        };
        let before = pristine.get(file).cloned().ok_or_else(gone)?;
        let before = code::text(before).map_err(problem)?;
        let after = code::text(written(file).ok_or_else(gone)?).map_err(problem)?;
        let with_bodies =
            unmask(parser, &before, &after, &names).map_err(|error| problem(error.into()))?;
        let carried = carry(parser, &with_bodies, &before, &after, &names)
            .map_err(|error| problem(error.into()))?;
        parser
            .parse(&carried)
            .map_err(|error| TransplantError::Torn {
                file: file.to_owned(),
                error,
            })?;
        files.insert(file.to_owned(), carried.into_bytes());
    }
    Ok(files)
}

/// A piece of the written file to put into the other.
struct Piece<'a> {
    /// The name it binds.
    name: &'a str,
    text: &'a str,
    /// What it needs in turn; an import needs nothing.
    mentions: Option<&'a BTreeSet<String>>,
    /// How many of the old statements it stands behind.
    behind: usize,
}

/// Adds to a file what the bodies reach of the new names at the top of the written one.
fn carry(
    parser: &Parser,
    target: &str,
    before: &str,
    after: &str,
    names: &[&str],
) -> Result<String, MaskError> {
    // In syntax newer than the grammar only the bodies are carried over.
    let (Ok(old), Ok(new), Ok(there)) = (statements(before), statements(after), statements(target))
    else {
        return Ok(target.to_owned());
    };
    let known: BTreeSet<&str> = old
        .iter()
        .flat_map(|statement| bound(&statement.what))
        .collect();
    let pieces = pieces(before, after, &old, &new, &known);

    let module = parser.parse(after)?;
    let mut reached = BTreeSet::new();
    for name in names {
        for definition in module.named(name) {
            reached.extend(mentioned(after, definition.body.clone())?);
        }
    }
    let mut wanted = vec![false; pieces.len()];
    loop {
        let more: Vec<usize> = (0..pieces.len())
            .filter(|&index| !wanted[index])
            .filter(|&index| pieces[index].name == "*" || reached.contains(pieces[index].name))
            .collect();
        if more.is_empty() {
            break;
        }
        for index in more {
            wanted[index] = true;
            reached.extend(pieces[index].mentions.into_iter().flatten().cloned());
        }
    }

    let first = there
        .iter()
        .take_while(|statement| statement.what == What::First)
        .count();
    let mut result = String::new();
    let mut at = 0;
    for behind in 0..=there.len() {
        let here = pieces.iter().zip(&wanted).filter(|(piece, wanted)| {
            **wanted && piece.behind.max(first).min(there.len()) == behind
        });
        let texts: Vec<&str> = here.map(|(piece, _)| piece.text).collect();
        if texts.is_empty() {
            continue;
        }
        let end = behind
            .checked_sub(1)
            .map_or(0, |last| there[last].range.end);
        // To the end of the line, for a comment may follow.
        let end = target[end..]
            .find('\n')
            .map_or(target.len(), |line| end + line + 1);
        let end = if behind == 0 { 0 } else { end };
        result += &target[at..end];
        if !result.is_empty() && !result.ends_with('\n') {
            result.push('\n');
        }
        for text in texts {
            result += text;
            result.push('\n');
        }
        at = end;
    }
    Ok(result + &target[at..])
}

/// What stands at the top of the written file and binds a name that is new.
fn pieces<'a>(
    before: &str,
    after: &'a str,
    old: &[Statement],
    new: &'a [Statement],
    known: &BTreeSet<&str>,
) -> Vec<Piece<'a>> {
    let mut pieces = Vec::new();
    let mut behind = 0;
    for statement in new {
        let text = &after[statement.range.clone()];
        let same = |other: &Statement| match (&statement.what, &other.what) {
            (What::Define(name), What::Define(other)) => name == other,
            _ => *text == before[other.range.clone()],
        };
        if let Some(place) = old.iter().skip(behind).position(same) {
            behind += place + 1;
            continue;
        }
        let mut piece = |name: &'a str, text: &'a str, mentions| {
            pieces.push(Piece {
                name,
                text,
                mentions,
                behind,
            });
        };
        match &statement.what {
            What::Import(names) => {
                for Imported { name, statement } in names {
                    // `import a.b` adds to an `a` that is there.
                    let dotted = statement.starts_with("import ") && statement.contains('.');
                    if name == "*" || dotted || !known.contains(name.as_str()) {
                        piece(name, statement, None);
                    }
                }
            }
            What::Define(name) | What::Constant(name) if !known.contains(name.as_str()) => {
                piece(name, text, Some(&statement.mentions));
            }
            _ => {}
        }
    }
    pieces
}

/// The names that a statement binds.
fn bound(what: &What) -> Vec<&str> {
    match what {
        What::Import(names) => names
            .iter()
            .map(|imported| imported.name.as_str())
            .collect(),
        What::Define(name) | What::Constant(name) => vec![name],
        What::First | What::Other => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = "\"\"\"Doc.\"\"\"\nfrom __future__ import annotations\nimport math  # of old\n\n\n\
        def other(x):\n    return x\n\n\nclass C:\n    def f(self, x):\n        return math.sqrt(x)\n";

    fn carried(after: &str) -> Result<String, String> {
        let function = Function {
            lines: 1,
            file: "m.py".to_owned(),
            name: "C.f".to_owned(),
            description: String::new(),
            docstring: None,
        };
        let pristine = Files::from([("m.py".to_owned(), BEFORE.into())]);
        let written = |_: &str| Some(after.as_bytes().to_vec());
        let files = transplant(&Parser::default(), &pristine, &[&function], &written)
            .map_err(|error| error.to_string())?;
        Ok(String::from_utf8(files["m.py"].clone()).unwrap())
    }

    #[test]
    fn an_unchanged_file_is_carried_over_as_it_is() {
        assert_eq!(carried(BEFORE).unwrap(), BEFORE);
    }

    #[test]
    fn bodies_come_with_what_they_reach_and_with_nothing_else() {
        let after = BEFORE
            .replace(
                "import math  # of old\n",
                "import math  # of old\nimport os, json\nfrom m import a, b\nEPS = 1e-9\nUNUSED = 2\nHOOK = print(1)\njson.dump = None\n",
            )
            .replace("return x\n", "return x + 1\n")
            .replace(
                "class C:",
                "def helper(x):\n    return inner(x) + EPS\n\n\ndef inner(x):\n    return json.dumps(a(x))\n\n\n\
                 def unused():\n    pass\n\n\nclass C:",
            )
            .replace("return math.sqrt(x)", "return helper(x)");
        let expected = BEFORE
            .replace(
                "import math  # of old\n",
                "import math  # of old\nimport json\nfrom m import a\nEPS = 1e-9\n",
            )
            .replace(
                "return x\n",
                "return x\ndef helper(x):\n    return inner(x) + EPS\ndef inner(x):\n    return json.dumps(a(x))\n",
            )
            .replace("return math.sqrt(x)", "return helper(x)");
        assert_eq!(carried(&after).unwrap(), expected);
    }

    #[test]
    fn names_that_were_there_keep_what_they_stood_for() {
        let after = BEFORE
            .replace("import math  # of old", "import mine as math")
            .replace(
                "def other(x):\n    return x",
                "def other(x):\n    return 42",
            )
            .replace("return math.sqrt(x)", "return other(math.sqrt(x))");
        let expected = BEFORE.replace("return math.sqrt(x)", "return other(math.sqrt(x))");
        assert_eq!(carried(&after).unwrap(), expected);
    }

    #[test]
    fn nothing_comes_before_docstring_and_future_imports() {
        let after = format!("import os\n{BEFORE}").replace("return math", "return os, math");
        let expected = BEFORE
            .replace("annotations\n", "annotations\nimport os\n")
            .replace("return math", "return os, math");
        assert_eq!(carried(&after).unwrap(), expected);
    }

    #[test]
    fn what_can_not_be_carried_over_is_told() {
        let gone = BEFORE.replace("def f", "def g");
        assert!(carried(&gone).unwrap_err().contains("no function `C.f`"));
        let torn = format!("{BEFORE}\nif:\n");
        assert!(carried(&torn).unwrap_err().starts_with("m.py: line "));
    }
}
