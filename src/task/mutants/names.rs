//! Names: what a function binds where, and what follows for its statements.

use tree_sitter::Node;

use super::{
    Operator,
    context::Context,
    syntax::{Parameter, Passing, is_scope, parameters, parts, walk, yields},
};

/// The changes to a function that need its names, without the functions inside.
pub(super) fn edits<'t>(context: &mut Context<'t>, function: Node<'t>) {
    let Some(body) = function.child_by_field_name("body") else {
        return;
    };
    let names = Names::of(context, function, body);
    let touched = walk(body, |node| !is_scope(node) && !context.is_untouched(node));
    let yield_count = yield_count(function);
    for node in &touched {
        match node.kind() {
            "expression_statement" => {
                // Without its last `yield` a function is no generator.
                let own = yield_count_under(*node);
                if (own == 0 || own < yield_count) && names.may_drop(context, *node) {
                    context.replace(Operator::DroppedStatement, *node, "pass");
                }
            }
            "identifier" if is_read(*node) => {
                if let Some(other) = names.other(context.text(*node), node.start_byte()) {
                    context.replace(Operator::SwappedName, *node, other);
                }
            }
            _ => {}
        }
    }
    if !yields(function) {
        early_return(context, function, body, &names);
    }
}

fn yield_count(function: Node) -> usize {
    function
        .child_by_field_name("body")
        .map_or(0, yield_count_under)
}

fn yield_count_under(node: Node) -> usize {
    walk(node, |node| !is_scope(node))
        .iter()
        .filter(|node| node.is_named() && node.kind() == "yield")
        .count()
}

/// How a local name is bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Binding {
    Assigned,
    Looped,
    /// By `with`, `except` or `:=`.
    Other,
}

/// The names a function binds, without those of the functions inside.
struct Names<'t> {
    parameters: Vec<Parameter<'t>>,
    /// Each local name where it is first bound, in the source's order. It has its value from
    /// the byte given on.
    locals: Vec<(&'t str, Binding, usize)>,
}

impl<'t> Names<'t> {
    fn of(context: &Context<'t>, function: Node<'t>, body: Node<'t>) -> Self {
        let mut names = Names {
            parameters: parameters(context.source, function),
            locals: Vec::new(),
        };
        for node in walk(body, |node| !is_scope(node)) {
            let (target, binding, from) = match node.kind() {
                // `x: int` alone binds nothing.
                "assignment" if node.child_by_field_name("right").is_some() => (
                    node.child_by_field_name("left"),
                    Binding::Assigned,
                    node.end_byte(),
                ),
                "for_statement" => (
                    node.child_by_field_name("left"),
                    Binding::Looped,
                    node.child_by_field_name("right")
                        .map_or(node.end_byte(), |right| right.end_byte()),
                ),
                "as_pattern_target" => (node.named_child(0), Binding::Other, node.end_byte()),
                "named_expression" => (
                    node.child_by_field_name("name"),
                    Binding::Other,
                    node.end_byte(),
                ),
                _ => continue,
            };
            for name in target.map(targets).unwrap_or_default() {
                names.bind(context.text(name), binding, from);
            }
        }
        names
    }

    fn bind(&mut self, name: &'t str, binding: Binding, from: usize) {
        let is_known = self.locals.iter().any(|(known, ..)| *known == name)
            || self.parameters.iter().any(|known| known.name == name);
        if !is_known {
            self.locals.push((name, binding, from));
        }
    }

    /// Whether a name has a value before the statement that starts at a byte.
    fn is_bound(&self, name: &str, at: usize) -> bool {
        self.parameters.iter().any(|known| known.name == name)
            || self
                .locals
                .iter()
                .any(|(known, _, from)| *known == name && *from <= at)
    }

    /// Whether the function still has its names when a statement is dropped, and something may
    /// come of it.
    fn may_drop(&self, context: &Context<'t>, statement: Node<'t>) -> bool {
        let Some(inner) = statement.named_child(0) else {
            return false;
        };
        if context.is_untouched(inner) {
            return false;
        }
        match inner.kind() {
            "augmented_assignment" | "call" | "await" | "yield" => true,
            "assignment" => {
                let has_value = inner.child_by_field_name("right").is_some();
                let target = inner.child_by_field_name("left");
                has_value
                    && target.is_some_and(|target| {
                        targets(target)
                            .into_iter()
                            .all(|name| self.is_bound(context.text(name), statement.start_byte()))
                    })
            }
            _ => false,
        }
    }

    /// A name of the same kind to read instead of this one.
    fn other(&self, name: &str, at: usize) -> Option<&'t str> {
        if let Some(found) = self.parameters.iter().position(|known| known.name == name) {
            let parameter = self.parameters[found];
            let (before, after) = self.parameters.split_at(found);
            let is_alike = |other: &&Parameter| {
                matches!(other.passing, Passing::Place | Passing::Name)
                    && other.annotation == parameter.annotation
                    && other.name != name
                    && !other.is_receiver()
            };
            return after
                .iter()
                .chain(before)
                .find(is_alike)
                .filter(|_| !parameter.is_receiver())
                .map(|other| other.name);
        }
        let found = self.locals.iter().position(|(known, ..)| *known == name)?;
        let (_, binding, _) = self.locals[found];
        let (before, after) = self.locals.split_at(found);
        let is_alike = |(other, bound, from): &&(&'t str, Binding, usize)| {
            *bound == binding && *from <= at && *other != name
        };
        before
            .iter()
            .rev()
            .chain(after)
            .find(is_alike)
            .map(|(other, ..)| *other)
    }
}

/// The names in the target of an assignment: not what it takes a part of.
fn targets(target: Node) -> Vec<Node> {
    walk(target, |node| {
        !matches!(node.kind(), "subscript" | "attribute")
    })
    .into_iter()
    .filter(|node| node.kind() == "identifier")
    .collect()
}

/// Whether a name is read here, and not called.
fn is_read(node: Node) -> bool {
    let Some(parent) = node.parent() else {
        return false;
    };
    let is = |field| parent.child_by_field_name(field) == Some(node);
    match parent.kind() {
        "attribute" => is("object"),
        "keyword_argument" => is("value"),
        "assignment" | "augmented_assignment" | "for_in_clause" | "for_statement" => is("right"),
        "argument_list"
        | "binary_operator"
        | "boolean_operator"
        | "comparison_operator"
        | "conditional_expression"
        | "expression_list"
        | "not_operator"
        | "parenthesized_expression"
        | "return_statement"
        | "slice"
        | "subscript"
        | "unary_operator"
        | "yield" => true,
        _ => false,
    }
}

/// Returns the value as it first was, or a parameter.
fn early_return<'t>(context: &mut Context<'t>, function: Node, body: Node<'t>, names: &Names<'t>) {
    let statements = parts(body);
    let Some((last, before)) = statements.split_last() else {
        return;
    };
    let Some(value) = last
        .named_child(0)
        .filter(|_| last.kind() == "return_statement")
    else {
        return;
    };
    let annotation = function
        .child_by_field_name("return_type")
        .map(|annotation| context.text(annotation));
    let alike = names
        .parameters
        .iter()
        .find(|parameter| annotation.is_some() && parameter.annotation == annotation);
    if let Some(parameter) = alike {
        context.replace(Operator::EarlyReturn, value, parameter.name);
    }
    let Some(name) = root(value).map(|root| context.text(root)) else {
        return;
    };
    let first = before
        .iter()
        .position(|statement| assigns(context, *statement, name));
    if let Some(first) = first
        && (first + 1 < before.len() || value.kind() != "identifier")
        && let Some(indent) = own_line(context.source, before[first])
    {
        let text = format!("\n{indent}return {name}");
        let at = before[first].end_byte();
        context.edit(Operator::EarlyReturn, at..at, text);
    }
}

/// What an expression is computed from in the first place: the leftmost name.
fn root(mut node: Node) -> Option<Node> {
    loop {
        node = match node.kind() {
            "identifier" => return Some(node),
            "binary_operator" => node.child_by_field_name("left")?,
            "attribute" => node.child_by_field_name("object")?,
            "subscript" => node.child_by_field_name("value")?,
            "call" => node
                .child_by_field_name("function")
                .filter(|function| function.kind() == "attribute")?,
            "parenthesized_expression" => node.named_child(0)?,
            _ => return None,
        };
    }
}

fn assigns(context: &Context, statement: Node, name: &str) -> bool {
    let assignment = statement
        .named_child(0)
        .filter(|inner| statement.kind() == "expression_statement" && inner.kind() == "assignment");
    let target = assignment.and_then(|assignment| assignment.child_by_field_name("left"));
    target.is_some_and(|target| {
        targets(target)
            .into_iter()
            .any(|found| context.text(found) == name)
    })
}

/// The indentation of a statement that has its lines for itself.
fn own_line<'s>(source: &'s str, statement: Node) -> Option<&'s str> {
    let start = source[..statement.start_byte()]
        .rfind('\n')
        .map_or(0, |feed| feed + 1);
    let rest = source[statement.end_byte()..].lines().next().unwrap_or("");
    let indent = &source[start..statement.start_byte()];
    let is_alone = rest.trim().is_empty() || rest.trim_start().starts_with('#');
    (indent.trim().is_empty() && is_alone).then_some(indent)
}
