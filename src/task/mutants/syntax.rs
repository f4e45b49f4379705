//! Reading a syntax tree: what the operators and the stubs ask of it.

use std::{collections::BTreeSet, ops::Range};

use tree_sitter::{Node, Parser, Tree};

use crate::task::python::{self, Definition, Reader, SyntaxError};

/// The functions of a source, as tree-sitter's grammar sees them.
pub(super) fn functions(source: &str) -> Result<Vec<Definition>, SyntaxError> {
    let module = python::Parser::default().parse_as(Reader::Grammar, source)?;
    Ok(module.functions)
}

/// The tree of a source that is known to be Python.
pub(super) fn parse(source: &str) -> Tree {
    let mut parser = Parser::new();
    parser
        .set_language(&tree_sitter_python::LANGUAGE.into())
        .expect("tree-sitter-python and tree-sitter speak the same ABI");
    parser
        .parse(source, None)
        .expect("parsing has a language, no time limit and nothing that cancels it")
}

/// The node of a definition that was found in the same source.
pub(super) fn function<'t>(tree: &'t Tree, definition: &Definition) -> Option<Node<'t>> {
    let Range { start, end } = definition.header;
    let mut node = tree.root_node().descendant_for_byte_range(start, end)?;
    while node.kind() != "function_definition" || node.start_byte() != start {
        node = node.parent()?;
    }
    Some(node)
}

/// The named children of a node, comments left out.
pub(super) fn parts(node: Node) -> Vec<Node> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor)
        .filter(|child| !child.is_extra())
        .collect()
}

/// The nodes of a tree, parents before their children and in the source's order. What `enter`
/// refuses is left out with all that is under it.
pub(super) fn walk<'t>(root: Node<'t>, enter: impl Fn(Node<'t>) -> bool) -> Vec<Node<'t>> {
    // A stack of our own: the depth of the tree is the source's choice.
    let (mut found, mut pending) = (Vec::new(), vec![root]);
    while let Some(node) = pending.pop() {
        if !enter(node) {
            continue;
        }
        found.push(node);
        let mut cursor = node.walk();
        let from = pending.len();
        pending.extend(node.children(&mut cursor));
        pending[from..].reverse();
    }
    found
}

/// Whether a node has names of its own: what is under it is no part of the function around it.
pub(super) fn is_scope(node: Node) -> bool {
    matches!(
        node.kind(),
        "function_definition" | "class_definition" | "lambda"
    )
}

/// Whether a function yields, in its own body.
pub(super) fn yields(function: Node) -> bool {
    let body = function.child_by_field_name("body");
    body.is_some_and(|body| {
        walk(body, |node| !is_scope(node))
            .iter()
            .any(|node| node.is_named() && node.kind() == "yield")
    })
}

/// Whether it is a function's `async def`.
pub(super) fn is_async(function: Node) -> bool {
    function
        .child(0)
        .is_some_and(|first| first.kind() == "async")
}

/// How a parameter takes its argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Passing {
    /// By its place, or by its name too.
    Place,
    /// By its name only.
    Name,
    /// `*rest`.
    Rest,
    /// `**rest`.
    NamedRest,
}

/// A parameter of a function.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parameter<'s> {
    pub name: &'s str,
    pub passing: Passing,
    pub annotation: Option<&'s str>,
}

impl Parameter<'_> {
    /// Whether it is what a method works on, by its name.
    pub(super) fn is_receiver(&self) -> bool {
        matches!(self.name, "self" | "cls")
    }
}

/// The parameters of a function, in their order.
pub(super) fn parameters<'s>(source: &'s str, function: Node) -> Vec<Parameter<'s>> {
    let text = |node: Node| &source[node.byte_range()];
    let mut found = Vec::new();
    let mut passing = Passing::Place;
    let list = function.child_by_field_name("parameters");
    for node in list.map(parts).unwrap_or_default() {
        let Some(named) = named_part(node) else {
            continue;
        };
        let (name, passing) = match named.kind() {
            "identifier" => (named, passing),
            "list_splat_pattern" | "dictionary_splat_pattern" => {
                let Some(name) = named.named_child(0) else {
                    continue;
                };
                if named.kind() == "list_splat_pattern" {
                    passing = Passing::Name;
                    (name, Passing::Rest)
                } else {
                    (name, Passing::NamedRest)
                }
            }
            "keyword_separator" => {
                passing = Passing::Name;
                continue;
            }
            _ => continue,
        };
        found.push(Parameter {
            name: text(name),
            passing,
            annotation: node.child_by_field_name("type").map(text),
        });
    }
    found
}

/// A parameter without its default value and annotation.
pub(super) fn named_part(parameter: Node) -> Option<Node> {
    match parameter.kind() {
        "typed_parameter" => parameter.named_child(0),
        "default_parameter" | "typed_default_parameter" => parameter.child_by_field_name("name"),
        _ => Some(parameter),
    }
}

/// The names that modules have in a source: `np` after `import numpy as np`.
pub(super) fn modules<'s>(source: &'s str, tree: &Tree) -> BTreeSet<&'s str> {
    let imports = walk(tree.root_node(), |_| true);
    imports
        .into_iter()
        .filter(|node| node.kind() == "import_statement" && node.is_named())
        .flat_map(parts)
        .filter_map(|import| match import.kind() {
            "aliased_import" => import.child_by_field_name("alias"),
            _ => import.named_child(0),
        })
        .map(|name| &source[name.byte_range()])
        .collect()
}
