//! The names in a source, and where each stands.

use std::ops::Range;

use tree_sitter::Node;

use super::{encoding::as_tokenized, error::SyntaxError, grammar};

/// A name in a source. The range is in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameAt {
    pub range: Range<usize>,
    pub place: NamePlace,
}

/// What a name is a part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamePlace {
    /// An identifier of its own, or the object that something is asked of.
    Code,
    /// What is asked of an object: `object.name`.
    Attribute,
    /// An argument's name in a call: `f(name=1)`.
    Keyword,
    /// A word of a comment or a docstring.
    Prose,
    /// A word of another string.
    String,
}

/// Every identifier of a source, and every word of its strings and comments that could be one.
///
/// # Errors
///
/// A source that isn't valid Python, as far as tree-sitter's grammar knows it.
pub fn names(source: &str) -> Result<Vec<NameAt>, SyntaxError> {
    let text = as_tokenized(source)?;
    let tree = grammar::parse(&text)?;
    let mut found = Vec::new();
    let mut cursor = tree.walk();
    let mut pending = vec![tree.root_node()];
    while let Some(node) = pending.pop() {
        match node.kind() {
            "identifier" => found.push(NameAt {
                range: node.byte_range(),
                place: place(node),
            }),
            "comment" => words(&text, node.byte_range(), NamePlace::Prose, &mut found),
            "string_content" => {
                let place = match node.parent().is_some_and(is_docstring) {
                    true => NamePlace::Prose,
                    false => NamePlace::String,
                };
                words(&text, node.byte_range(), place, &mut found);
            }
            _ => pending.extend(node.children(&mut cursor)),
        }
    }
    found.sort_by_key(|name| name.range.start);
    Ok(found)
}

fn place(identifier: Node) -> NamePlace {
    let field = |kind: &str, field: &str| {
        let parent = identifier.parent().filter(|parent| parent.kind() == kind);
        parent.and_then(|parent| parent.child_by_field_name(field)) == Some(identifier)
    };
    if field("attribute", "attribute") {
        NamePlace::Attribute
    } else if field("keyword_argument", "name") {
        NamePlace::Keyword
    } else {
        NamePlace::Code
    }
}

/// Whether a string stands for itself: a docstring, or a comment in that form.
fn is_docstring(string: Node) -> bool {
    let parent = string.parent();
    parent.is_some_and(|parent| {
        parent.kind() == "expression_statement"
            || parent.kind() == "module"
            || parent.kind() == "block"
    })
}

fn words(text: &str, range: Range<usize>, place: NamePlace, found: &mut Vec<NameAt>) {
    let is_part = |each: char| each.is_alphanumeric() || each == '_';
    let mut start = None;
    let content = &text[range.clone()];
    for (at, each) in content.char_indices().chain([(content.len(), ' ')]) {
        match (start, is_part(each)) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                let range = range.start + from..range.start + at;
                found.push(NameAt { range, place });
                start = None;
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart_by_where_they_stand() {
        let source =
            "def f(a):\n    \"\"\"Doc f.\"\"\"\n    return g(a.f, f=f'{a} f', k='f')  # f\n";
        let found = names(source).unwrap();
        let places: Vec<NamePlace> = found
            .iter()
            .filter(|name| &source[name.range.clone()] == "f")
            .map(|name| name.place)
            .collect();
        use NamePlace::{Attribute, Code, Keyword, Prose, String};
        assert_eq!(
            places,
            [Code, Prose, Attribute, Keyword, String, String, Prose]
        );
        assert_eq!(
            found
                .iter()
                .filter(|name| &source[name.range.clone()] == "a")
                .count(),
            3
        );
    }
}
