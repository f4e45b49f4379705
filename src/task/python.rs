//! The functions a Python file defines, and exactly which bytes are each one's body.
//!
//! tree-sitter finds the definitions. Where a body ends is decided here, since comments after a
//! body's last statement belong to it or not by their indentation, which no syntax tree says.

use std::ops::{Range, RangeInclusive};

use thiserror::Error;
use tree_sitter::{Node, Parser, Tree};

/// One `def` in a Python file. All ranges are in bytes of the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// The qualified name: the names of the enclosing classes and functions and its own, joined
    /// by dots. Several definitions of a file may share one (overloads, property accessors,
    /// branches of an `if`).
    pub name: String,
    /// Everything: decorators, header and body.
    pub whole: Range<usize>,
    /// From `def` or `async` to the header's colon, included.
    pub header: Range<usize>,
    /// From behind the header's colon to the end of the last line that belongs to the body, its
    /// line ending excluded. A comment beside the header and comments around the statements are
    /// part of it.
    pub body: Range<usize>,
    /// The first statement, if it is a docstring.
    pub docstring: Option<Range<usize>>,
    /// What a line of the body starts with.
    pub indent: String,
    /// First and last line of `whole`, from 1.
    pub lines: RangeInclusive<usize>,
}

/// Why a source can't be taken apart.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum SyntaxError {
    /// Not Python, as far as the grammar of tree-sitter knows it.
    #[error("line {line}: not valid Python, at `{found}`")]
    Invalid {
        /// From 1.
        line: usize,
        /// The start of what wasn't understood.
        found: String,
    },
    /// Something is missing, such as a closing bracket.
    #[error("line {line}: not valid Python, `{expected}` is missing")]
    Missing {
        /// From 1.
        line: usize,
        /// The missing token.
        expected: String,
    },
    /// A function without a statement.
    #[error("line {line}: not valid Python, `{name}` has no body")]
    NoBody {
        /// From 1.
        line: usize,
        /// The function's qualified name.
        name: String,
    },
    /// A carriage return alone. Python ends a line there and tree-sitter doesn't, so what one
    /// takes for a comment may be code to the other.
    #[error(
        "line {line}: a carriage return without a line feed; convert the file's line endings to \
         `\\n` or `\\r\\n`"
    )]
    LoneCarriageReturn {
        /// From 1, counting line feeds.
        line: usize,
    },
}

/// All functions a Python source defines, in the order of their headers.
///
/// # Errors
///
/// A source that isn't valid Python.
pub fn functions(source: &str) -> Result<Vec<Definition>, SyntaxError> {
    let tree = parse(source)?;
    let mut found = Vec::new();
    // A stack of our own: the depth of the tree is the source's choice.
    let mut pending = vec![(tree.root_node(), String::new())];
    while let Some((node, scope)) = pending.pop() {
        let scope = match named_scope(source, node, &scope) {
            Some(name) => {
                if node.kind() == "function_definition" {
                    found.push(definition(source, node, name.clone())?);
                }
                name
            }
            None => scope,
        };
        let mut cursor = node.walk();
        pending.extend(
            node.named_children(&mut cursor)
                .filter(|child| may_define(child.kind()))
                .map(|child| (child, scope.clone())),
        );
    }
    found.sort_by_key(|definition| definition.header.start);
    Ok(found)
}

/// Where a line ends, before its line feed or carriage return and line feed.
fn line_end(source: &str, from: usize) -> usize {
    let end = source[from..]
        .find('\n')
        .map_or(source.len(), |length| from + length);
    if source[from..end].ends_with('\r') {
        end - 1
    } else {
        end
    }
}

fn parse(source: &str) -> Result<Tree, SyntaxError> {
    if let Some(at) = lone_carriage_return(source) {
        return Err(SyntaxError::LoneCarriageReturn {
            line: source[..at].matches('\n').count() + 1,
        });
    }
    let mut parser = Parser::new();
    parser
        .set_language(&tree_sitter_python::LANGUAGE.into())
        .expect("tree-sitter-python and tree-sitter speak the same ABI");
    let tree = parser
        .parse(source, None)
        .expect("parsing has a language, no time limit and nothing that cancels it");
    match tree.root_node().has_error() {
        true => Err(first_error(source, &tree)),
        false => Ok(tree),
    }
}

fn lone_carriage_return(source: &str) -> Option<usize> {
    source
        .match_indices('\r')
        .map(|(at, _)| at)
        .find(|at| source.as_bytes().get(at + 1) != Some(&b'\n'))
}

fn first_error(source: &str, tree: &Tree) -> SyntaxError {
    let mut pending = vec![tree.root_node()];
    while let Some(node) = pending.pop() {
        let line = node.start_position().row + 1;
        if node.is_missing() {
            return SyntaxError::Missing {
                line,
                expected: node.kind().to_owned(),
            };
        }
        if node.is_error() {
            let text = &source[node.byte_range()];
            let first = text.lines().next().unwrap_or_default();
            return SyntaxError::Invalid {
                line,
                found: first.chars().take(60).collect(),
            };
        }
        let mut cursor = node.walk();
        let mut torn: Vec<Node> = node
            .children(&mut cursor)
            .filter(|child| child.has_error() || child.is_missing())
            .collect();
        torn.reverse();
        pending.extend(torn);
    }
    SyntaxError::Invalid {
        line: 1,
        found: String::new(),
    }
}

/// Whether a node of this kind may have definitions under it: expressions never do.
fn may_define(kind: &str) -> bool {
    kind == "block"
        || ["_definition", "_statement", "_clause"]
            .iter()
            .any(|ending| kind.ends_with(ending))
}

/// The qualified name of a class or function, or none for any other node.
fn named_scope(source: &str, node: Node, scope: &str) -> Option<String> {
    if !matches!(node.kind(), "function_definition" | "class_definition") {
        return None;
    }
    let name = &source[node.child_by_field_name("name")?.byte_range()];
    Some(match scope {
        "" => name.to_owned(),
        scope => format!("{scope}.{name}"),
    })
}

fn definition(source: &str, node: Node, name: String) -> Result<Definition, SyntaxError> {
    let mut cursor = node.walk();
    let colon = node.children(&mut cursor).find(|child| child.kind() == ":");
    let first = node
        .child_by_field_name("body")
        .and_then(|body| statements(body).next());
    let (Some(colon), Some(first)) = (colon, first) else {
        return Err(SyntaxError::NoBody {
            line: node.start_position().row + 1,
            name,
        });
    };

    let header = node.start_byte()..colon.end_byte();
    let own_indent = indentation(source, header.start);
    let body = header.end..body_end(source, last_token(node), width(own_indent));
    let outer = node
        .parent()
        .filter(|parent| parent.kind() == "decorated_definition")
        .unwrap_or(node);
    let whole = outer.start_byte()..body.end;
    let first_line = outer.start_position().row + 1;
    let more_lines = source[whole.clone()].matches('\n').count();
    Ok(Definition {
        name,
        lines: first_line..=first_line + more_lines,
        whole,
        docstring: is_docstring(source, first).then(|| first.byte_range()),
        indent: body_indent(source, header.end..first.start_byte(), own_indent),
        header,
        body,
    })
}

/// The statements of a block, comments passed over.
fn statements(block: Node) -> impl Iterator<Item = Node> {
    (0..)
        .map_while(move |index| block.named_child(index))
        .filter(|child| !child.is_extra())
}

/// The end of a node's last token that is no comment.
fn last_token(mut node: Node) -> usize {
    loop {
        let last = (0..node.child_count())
            .rev()
            .filter_map(|index| node.child(index))
            .find(|child| !child.is_extra() && !child.byte_range().is_empty());
        match last {
            Some(child) => node = child,
            None => return node.end_byte(),
        }
    }
}

/// From the body's last token to the end of the last line that is the body's: the rest of the
/// token's line (`;`, a comment), and comments below that are indented deeper than the `def`.
fn body_end(source: &str, last_token: usize, own_width: usize) -> usize {
    let mut end = line_end(source, last_token);
    let mut at = end;
    while let Some(feed) = source[at..].find('\n') {
        let start = at + feed + 1;
        at = line_end(source, start);
        let line = source[start..at].trim_start();
        if line.is_empty() {
            continue;
        }
        if !line.starts_with('#') || width(indentation(source, at - line.len())) <= own_width {
            break;
        }
        end = at;
    }
    end
}

/// What a line of the body starts with: the first statement's indentation if it stands on a line
/// of its own, four blanks more than the `def` if it stands beside the header.
///
/// `gap` is what lies between the header's colon and the first statement.
fn body_indent(source: &str, gap: Range<usize>, own_indent: &str) -> String {
    let found = indentation(source, gap.end);
    if has_newline(&source[gap]) && found.starts_with(own_indent) && found != own_indent {
        found.to_owned()
    } else {
        format!("{own_indent}    ")
    }
}

/// Whether a logical line ends in a gap between tokens; a backslash carries it over the end of a
/// physical one, except in a comment.
fn has_newline(gap: &str) -> bool {
    gap.split_inclusive('\n')
        .filter_map(|line| line.strip_suffix('\n'))
        .any(|line| line.contains('#') || !line.trim_end_matches('\r').ends_with('\\'))
}

/// The blanks a position's line starts with. A byte order mark is none, and a form feed starts
/// over, as in Python's tokenizer.
fn indentation(source: &str, at: usize) -> &str {
    let start = source[..at]
        .rfind(['\n', '\x0c'])
        .map_or(0, |before| before + 1);
    let line = source[start..at].trim_start_matches('\u{feff}');
    let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
    &line[..blanks]
}

/// How far an indentation reaches, as Python's tokenizer counts: a tab goes on to the next
/// multiple of eight.
fn width(indentation: &str) -> usize {
    indentation.chars().fold(0, |width, blank| match blank {
        '\t' => (width / 8 + 1) * 8,
        _ => width + 1,
    })
}

/// Whether a first statement is a string that Python keeps as `__doc__`: one literal or several
/// joined, neither bytes nor formatted.
fn is_docstring(source: &str, statement: Node) -> bool {
    let is_text = |string: Node| {
        let prefix = source[string.byte_range()].split(['"', '\'']).next();
        prefix.is_some_and(|prefix| !prefix.contains(['b', 'B', 'f', 'F', 't', 'T']))
    };
    if statement.kind() != "expression_statement" || statement.named_child_count() != 1 {
        return false;
    }
    match statement.named_child(0) {
        Some(string) if string.kind() == "string" => is_text(string),
        Some(joined) if joined.kind() == "concatenated_string" => statements(joined).all(is_text),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_are_named_by_their_scopes_in_file_order() {
        let source = "\
def f(): pass
class A:
    @property
    def p(self): return 1
    @p.setter
    def p(self, v): pass
    class B:
        async def m(self):
            def inner(): pass
            return inner
if True:
    def g(): pass
else:
    def g(): pass
";
        let found = functions(source).unwrap();
        let names: Vec<&str> = found.iter().map(|found| found.name.as_str()).collect();
        assert_eq!(names, ["f", "A.p", "A.p", "A.B.m", "A.B.m.inner", "g", "g"]);
        assert_eq!(found[1].lines, 3..=4);
        assert_eq!(&source[found[3].header.clone()], "async def m(self):");
    }

    #[test]
    fn only_a_plain_string_in_first_place_is_a_docstring() {
        for (body, docstring) in [
            ("'d'; return 1", Some("'d'")),
            ("r'''d\n'''", Some("r'''d\n'''")),
            ("'a' \"b\"", Some("'a' \"b\"")),
            ("u'd'", Some("u'd'")),
            ("f'd'", None),
            ("b'd'", None),
            ("'a' f'b'", None),
            ("x = 'd'", None),
            ("'a', 'b'", None),
            ("pass; 'd'", None),
        ] {
            let source = format!("def f(): {body}\n");
            let found = &functions(&source).unwrap()[0];
            let text = found.docstring.clone().map(|range| &source[range]);
            assert_eq!(text, docstring, "{body}");
        }
    }

    #[test]
    fn what_is_not_python_is_refused_with_its_line() {
        for (source, message) in [
            (
                "x = 1\ndef f(:\n    pass\n",
                "line 2: not valid Python, `)` is missing",
            ),
            ("x = 1\ny = = 2\n", "line 2: not valid Python, at `=`"),
            ("def f():\n    return (1\n", "line 2: not valid Python"),
            ("\ndef f():\n", "line 2: not valid Python, `f` has no body"),
            ("x = 1\r\n# a\rimport os\n", "line 2: a carriage return"),
        ] {
            let error = functions(source).unwrap_err().to_string();
            assert!(error.starts_with(message), "{source:?}: {error}");
        }
    }
}
