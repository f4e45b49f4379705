//! The statements at the top of a source: what each binds, and the names that each mentions.

use std::{collections::BTreeSet, ops::Range};

use tree_sitter::{Node, Tree};

use super::{encoding::as_tokenized, error::SyntaxError, grammar};

/// A statement at the top of a source. Ranges are in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    pub range: Range<usize>,
    pub what: What,
    /// Every identifier in it, whatever it stands for.
    pub mentions: BTreeSet<String>,
}

/// What a statement does, as far as it matters to those who carry it elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Imports names.
    Import(Vec<Imported>),
    /// Defines a function or a class.
    Define(String),
    /// Gives a name a constant: literals, and tuples, lists, sets and dictionaries of such.
    Constant(String),
    /// A docstring, or a `from __future__ import`, before which nothing may come.
    First,
    Other,
}

/// A name that is imported, and a statement that imports it alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    pub name: String,
    pub statement: String,
}

/// The statements at the top of a source, in order. Those within an `if` or a `try` are one with it.
///
/// # Errors
///
/// A source that isn't valid Python, as far as tree-sitter's grammar knows it.
pub fn statements(source: &str) -> Result<Vec<Statement>, SyntaxError> {
    let text = as_tokenized(source)?;
    let tree = grammar::parse(&text)?;
    let mut cursor = tree.walk();
    let nodes = tree.root_node().named_children(&mut cursor);
    let nodes = nodes.filter(|node| node.kind() != "comment");
    let statements = nodes.enumerate().map(|(index, node)| Statement {
        range: node.byte_range(),
        what: what(&text, node, index == 0),
        mentions: mentions(&text, &tree, node.byte_range()),
    });
    Ok(statements.collect())
}

/// Every identifier in a range of a source.
///
/// # Errors
///
/// As [`statements`].
pub fn mentioned(source: &str, range: Range<usize>) -> Result<BTreeSet<String>, SyntaxError> {
    let text = as_tokenized(source)?;
    let tree = grammar::parse(&text)?;
    Ok(mentions(&text, &tree, range))
}

fn mentions(text: &str, tree: &Tree, range: Range<usize>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut pending = vec![tree.root_node()];
    let mut cursor = tree.walk();
    while let Some(node) = pending.pop() {
        if node.end_byte() <= range.start || node.start_byte() >= range.end {
            continue;
        }
        if node.kind() == "identifier" {
            found.insert(text[node.byte_range()].to_owned());
        }
        pending.extend(node.named_children(&mut cursor));
    }
    found
}

fn what(text: &str, node: Node, is_first: bool) -> What {
    let name = |node: Node| {
        let name = node.child_by_field_name("name");
        name.map_or(What::Other, |name| {
            What::Define(text[name.byte_range()].to_owned())
        })
    };
    match node.kind() {
        "function_definition" | "class_definition" => name(node),
        "decorated_definition" => node
            .child_by_field_name("definition")
            .map_or(What::Other, name),
        "future_import_statement" => What::First,
        "import_statement" | "import_from_statement" => What::Import(imported(text, node)),
        "expression_statement" => match node.named_child(0) {
            Some(string) if is_first && string.kind() == "string" => What::First,
            Some(assignment) if assignment.kind() == "assignment" => constant(text, assignment),
            _ => What::Other,
        },
        _ => What::Other,
    }
}

fn constant(text: &str, assignment: Node) -> What {
    let sides = ["left", "right"].map(|side| assignment.child_by_field_name(side));
    match sides {
        [Some(left), Some(right)] if left.kind() == "identifier" && is_literal(right) => {
            What::Constant(text[left.byte_range()].to_owned())
        }
        _ => What::Other,
    }
}

fn is_literal(node: Node) -> bool {
    let mut cursor = node.walk();
    match node.kind() {
        "integer" | "float" | "true" | "false" | "none" | "comment" => true,
        // One without a place to fill in.
        "string" => node
            .named_children(&mut cursor)
            .all(|part| part.kind() != "interpolation"),
        "unary_operator"
        | "parenthesized_expression"
        | "tuple"
        | "list"
        | "set"
        | "dictionary"
        | "pair"
        | "concatenated_string" => node.named_children(&mut cursor).all(is_literal),
        // Such as 1 / 3 and 2 ** 0.5.
        "binary_operator" => node.named_children(&mut cursor).all(is_literal),
        _ => false,
    }
}

fn imported(text: &str, node: Node) -> Vec<Imported> {
    let module = node.child_by_field_name("module_name");
    let mut cursor = node.walk();
    let names = node.children_by_field_name("name", &mut cursor);
    let mut imported: Vec<Imported> = names
        .map(|name| {
            let written = &text[name.byte_range()];
            let alias = name.child_by_field_name("alias");
            let bound = match (alias, module) {
                (Some(alias), _) => &text[alias.byte_range()],
                (None, Some(_)) => written,
                (None, None) => written.split('.').next().unwrap_or(written),
            };
            Imported {
                name: bound.trim().to_owned(),
                statement: match module {
                    Some(module) => {
                        format!("from {} import {written}", &text[module.byte_range()])
                    }
                    None => format!("import {written}"),
                },
            }
        })
        .collect();
    let star = node
        .named_children(&mut cursor)
        .any(|child| child.kind() == "wildcard_import");
    if let (true, Some(_)) = (star, module) {
        imported.push(Imported {
            name: "*".to_owned(),
            statement: text[node.byte_range()].to_owned(),
        });
    }
    imported
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_told_apart_by_what_they_bind() {
        let source = "\"\"\"Doc.\"\"\"\nfrom __future__ import annotations\nimport os.path, json as j\n\
            from .a import (b,\n    c as d)\nfrom m import *\nX = -1\nY: list = [1, (2, 'x'), {3: None}]\n\
            Z = f'{X}'\nW = f()\nA, B = 1, 2\n@deco\ndef f(): pass\nclass C:\n    x = 1\nif X:\n    import q\nC.x = 2\n'no doc'\n";
        let found = statements(source).unwrap();
        let shown: Vec<String> = found
            .iter()
            .map(|statement| match &statement.what {
                What::Import(names) => {
                    let names = names
                        .iter()
                        .map(|found| format!("{}: {}", found.name, found.statement));
                    names.collect::<Vec<_>>().join("; ")
                }
                What::Define(name) => format!("def {name}"),
                What::Constant(name) => format!("const {name}"),
                What::First => "first".to_owned(),
                What::Other => format!("other {}", &source[statement.range.clone()]),
            })
            .collect();
        let expected = [
            "first",
            "first",
            "os: import os.path; j: import json as j",
            "b: from .a import b; d: from .a import c as d",
            "*: from m import *",
            "const X",
            "const Y",
            "other Z = f'{X}'",
            "other W = f()",
            "other A, B = 1, 2",
            "def f",
            "def C",
            "other if X:\n    import q",
            "other C.x = 2",
            "other 'no doc'",
        ];
        assert_eq!(shown, expected);
        let mentions: Vec<&str> = found[8].mentions.iter().map(String::as_str).collect();
        assert_eq!(mentions, ["W", "f"]);
    }

    #[test]
    fn mentions_are_those_of_the_range() {
        let source = "def f(a):\n    return g(a.b) + 1\n\n\ndef h(): return z\n";
        let body = source.find("return g").unwrap()..source.find("def h").unwrap();
        let found = mentioned(source, body).unwrap();
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["a", "b", "g"]);
    }
}
