//! A function's text at another indentation.

use std::ops::Range;

use tree_sitter::{Node, Tree};

use super::syntax::{is_async, named_part, parts, walk};
use crate::task::python::Definition;

/// A source with what is needed to move its functions.
pub(super) struct Layout<'t> {
    pub source: &'t str,
    /// Strings that go over a line's end.
    strings: Vec<Range<usize>>,
}

impl<'t> Layout<'t> {
    pub(super) fn new(source: &'t str, tree: &'t Tree) -> Self {
        let strings = walk(tree.root_node(), |_| true)
            .into_iter()
            .filter(|node| node.is_named() && node.kind() == "string")
            .map(|node| node.byte_range())
            .filter(|range| source[range.clone()].contains('\n'))
            .collect();
        Layout { source, strings }
    }

    /// The line ending in use.
    pub(super) fn newline(&self) -> &'static str {
        match self.source.find('\n') {
            Some(feed) if self.source[..feed].ends_with('\r') => "\r\n",
            _ => "\n",
        }
    }

    /// A function under another name and at another indentation, without decorators, default
    /// values and annotations. Its first line isn't indented.
    pub(super) fn moved(
        &self,
        definition: &Definition,
        function: Node,
        name: &str,
        indent: &str,
    ) -> String {
        let prefix = if is_async(function) { "async " } else { "" };
        let parameters = self.parameters(function).join(", ");
        let body = self.body_at(definition, indent);
        format!("{prefix}def {name}({parameters}):{body}")
    }

    fn parameters(&self, function: Node) -> Vec<&'t str> {
        let list = function.child_by_field_name("parameters");
        list.map(parts)
            .unwrap_or_default()
            .into_iter()
            .filter_map(named_part)
            .map(|part| &self.source[part.byte_range()])
            .collect()
    }

    /// A body whose header stands at an indentation. What is within a string stays.
    fn body_at(&self, definition: &Definition, indent: &str) -> String {
        let before = &self.source[..definition.header.start];
        let own = &before[before.trim_end_matches([' ', '\t']).len()..];
        let mut text = String::new();
        let mut at = definition.body.start;
        for line in self.source[definition.body.clone()].split_inclusive('\n') {
            let is_first = at == definition.body.start;
            let in_string = self
                .strings
                .iter()
                .any(|string| string.start < at && at < string.end);
            if is_first || in_string || line.trim().is_empty() {
                text += line;
            } else {
                text += indent;
                text += line.strip_prefix(own).unwrap_or(line);
            }
            at += line.len();
        }
        text
    }
}
