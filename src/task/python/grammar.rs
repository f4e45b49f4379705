//! Finding functions by tree-sitter.

use tree_sitter::{Node, Parser, Tree};

use super::{
    error::SyntaxError,
    lines,
    module::{Kind, Other, Site, Sites, normal},
};

/// What a text without lone carriage returns defines.
///
/// # Errors
///
/// A text that isn't valid Python, as far as the grammar knows it.
pub fn find(text: &str) -> Result<Sites, SyntaxError> {
    let tree = parse(text)?;
    let mut sites = Sites::default();
    let mut cursor = tree.walk();
    // A stack of our own: the depth of the tree is the source's choice.
    let mut pending = vec![(tree.root_node(), String::new())];
    while let Some((node, scope)) = pending.pop() {
        let scope = match node.kind() {
            "function_definition" => {
                let name = qualified(text, node, &scope);
                sites.functions.push(site(text, node, name.clone())?);
                name
            }
            "class_definition" => {
                let name = qualified(text, node, &scope);
                sites.others.push((name.clone(), Other::Class));
                name
            }
            "expression_statement" => {
                if let Some(name) = lambda(node) {
                    let name = join(&scope, &text[name.byte_range()]);
                    sites.others.push((name, Other::Lambda));
                }
                continue;
            }
            _ => scope,
        };
        let children = node.named_children(&mut cursor);
        pending.extend(
            children
                .filter(|child| may_define(child.kind()))
                .map(|child| (child, scope.clone())),
        );
    }
    Ok(sites)
}

pub(super) fn parse(text: &str) -> Result<Tree, SyntaxError> {
    // In indentation, Python takes that of this line, the grammar that of the next.
    if let Some(line) = lines::bare_backslash(text) {
        let problem = "at a line of nothing but a backslash".to_owned();
        return Err(SyntaxError::Invalid { line, problem });
    }
    let mut parser = Parser::new();
    parser
        .set_language(&tree_sitter_python::LANGUAGE.into())
        .expect("tree-sitter-python and tree-sitter speak the same ABI");
    let tree = parser
        .parse(text, None)
        .expect("parsing has a language, no time limit and nothing that cancels it");
    match tree.root_node().has_error() {
        true => Err(first_error(text, &tree)),
        false => Ok(tree),
    }
}

fn first_error(text: &str, tree: &Tree) -> SyntaxError {
    let mut node = tree.root_node();
    loop {
        let line = node.start_position().row + 1;
        if node.is_missing() {
            let problem = format!("`{}` is missing", node.kind());
            return SyntaxError::Invalid { line, problem };
        }
        let mut children = (0..node.child_count()).filter_map(|index| node.child(index));
        let torn = children.find(|child| child.has_error() || child.is_missing());
        match torn {
            Some(torn) if !node.is_error() => node = torn,
            _ => {
                let found = text[node.byte_range()].lines().next().unwrap_or_default();
                let found: String = found.chars().take(60).collect();
                let problem = format!("at `{found}`");
                return SyntaxError::Invalid { line, problem };
            }
        }
    }
}

/// Whether a node of this kind may be a definition or an assignment, or hold one.
fn may_define(kind: &str) -> bool {
    kind == "block"
        || ["_definition", "_statement", "_clause"]
            .iter()
            .any(|ending| kind.ends_with(ending))
}

fn qualified(text: &str, node: Node, scope: &str) -> String {
    let name = node.child_by_field_name("name");
    join(scope, name.map_or("", |name| &text[name.byte_range()]))
}

fn join(scope: &str, name: &str) -> String {
    let name = normal(name);
    match scope {
        "" => name,
        scope => format!("{scope}.{name}"),
    }
}

/// The name that a statement assigns a lambda to.
fn lambda<'t>(statement: Node<'t>) -> Option<Node<'t>> {
    let assignment = statement.named_child(0)?;
    let value = unbracketed(assignment.child_by_field_name("right")?)?;
    let name = assignment.child_by_field_name("left")?;
    (value.kind() == "lambda" && name.kind() == "identifier").then_some(name)
}

fn site(text: &str, node: Node, name: String) -> Result<Site, SyntaxError> {
    let mut cursor = node.walk();
    let colon = node.children(&mut cursor).find(|child| child.kind() == ":");
    let body = node.child_by_field_name("body");
    let first = body.and_then(|body| statements(body).next());
    let (Some(colon), Some(body), Some(first)) = (colon, body, first) else {
        return Err(SyntaxError::Invalid {
            line: node.start_position().row + 1,
            problem: format!("`{name}` has no body"),
        });
    };
    let outer = node
        .parent()
        .filter(|parent| parent.kind() == "decorated_definition")
        .unwrap_or(node);
    let is_async = node.child(0).is_some_and(|first| first.kind() == "async");
    Ok(Site {
        name,
        kind: Kind::new(is_async, yields(text, body)),
        start: outer.start_byte(),
        header: node.start_byte()..colon.end_byte(),
        docstring: is_docstring(text, first).then(|| first.byte_range()),
        end: last_token(node),
    })
}

/// The statements of a block, or the parts of an expression, comments passed over.
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

/// Whether a body has a `yield` of its own. Those of functions, classes and lambdas in it are
/// theirs, except in their decorators, bases and defaults.
fn yields(text: &str, body: Node) -> bool {
    if !text[body.byte_range()].contains("yield") {
        return false;
    }
    let mut cursor = body.walk();
    let mut pending = vec![body];
    while let Some(node) = pending.pop() {
        if node.kind() == "yield" && node.is_named() {
            return true;
        }
        let scope = matches!(
            node.kind(),
            "function_definition" | "class_definition" | "lambda"
        );
        let theirs = node.child_by_field_name("body").filter(|_| scope);
        let children = node.named_children(&mut cursor);
        pending.extend(children.filter(|child| Some(*child) != theirs));
    }
    false
}

/// The only part of an expression.
fn only(node: Node) -> Option<Node> {
    let mut parts = statements(node);
    let first = parts.next();
    first.filter(|_| parts.next().is_none())
}

/// An expression without the brackets around it.
fn unbracketed(mut node: Node) -> Option<Node> {
    while node.kind() == "parenthesized_expression" {
        node = only(node)?;
    }
    Some(node)
}

/// Whether a first statement is a string that Python keeps as `__doc__`: one literal or several
/// joined, neither bytes nor formatted, in any number of brackets.
fn is_docstring(text: &str, statement: Node) -> bool {
    let is_text = |string: Node| {
        let prefix = text[string.byte_range()].split(['"', '\'']).next();
        prefix.is_some_and(|prefix| !prefix.contains(['b', 'B', 'f', 'F', 't', 'T']))
    };
    if statement.kind() != "expression_statement" {
        return false;
    }
    // `'a',` has one part as well, and a comma.
    let inner = only(statement).filter(|_| statement.child_count() == 1);
    match inner.and_then(unbracketed) {
        Some(string) if string.kind() == "string" => is_text(string),
        Some(joined) if joined.kind() == "concatenated_string" => statements(joined).all(is_text),
        _ => false,
    }
}
