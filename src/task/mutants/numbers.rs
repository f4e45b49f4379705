//! Numbers: constants, and what is off by one.

use tree_sitter::Node;

use super::{
    Operator,
    context::{Call, Context},
    syntax::parts,
};

pub(super) fn edits<'t>(context: &mut Context<'t>, node: Node<'t>) {
    match node.kind() {
        "integer" | "float" => constant(context, node),
        "binary_operator" => one_dropped(context, node),
        "slice" => slice(context, node),
        "call" => range(context, node),
        "subscript" => counter(context, node),
        _ => {}
    }
}

fn constant(context: &mut Context, node: Node) {
    let text = context.text(node).replace('_', "");
    let mut others = match (node.kind(), text.parse::<i64>(), text.parse::<f64>()) {
        ("integer", Ok(number), _) => whole(number),
        ("float", _, Ok(number)) if number.is_finite() => fraction(number),
        // Hexadecimal, imaginary or out of range.
        _ => return,
    };
    let is_zero = text.parse::<f64>() == Ok(0.0);
    if !is_zero && may_change_sign(context, node) {
        others.push(format!("-{text}"));
    }
    for other in others {
        context.replace(Operator::Constant, node, other);
    }
}

fn whole(number: i64) -> Vec<String> {
    let mut others = vec![number.saturating_add(1)];
    if number > 0 {
        others.push(number - 1);
    }
    if number >= 4 && number / 2 != number - 1 {
        others.push(number / 2);
    }
    others.iter().map(i64::to_string).collect()
}

fn fraction(number: f64) -> Vec<String> {
    /// What is no larger keeps a computation from dividing by zero; twice of it does so too.
    const TINY: f64 = 1e-6;
    let others = match number {
        0.0 => vec![1.0],
        1.0 => vec![1.5, 0.5, 2.0],
        number if number <= TINY => vec![0.0],
        number => vec![number * 1.5, number / 2.0],
    };
    others.into_iter().map(written).collect()
}

/// A number with at most twelve digits, so that 0.1 · 1.5 reads 0.15.
fn written(number: f64) -> String {
    match format!("{number:.11e}").parse::<f64>() {
        Ok(rounded) if rounded.is_finite() => format!("{rounded:?}"),
        _ => format!("{number:?}"),
    }
}

/// Whether a number is the operand of an operation that another sign makes a new one of: not
/// what is added or subtracted, for that is another operator.
fn may_change_sign(context: &Context, node: Node) -> bool {
    let Some(parent) = node.parent() else {
        return false;
    };
    let operator = parent.child_by_field_name("operator");
    let is_left = parent.child_by_field_name("left") == Some(node);
    parent.kind() == "binary_operator"
        && match operator.map(|operator| context.text(operator)) {
            Some("+" | "-") => is_left,
            // `-x ** y` is `-(x ** y)`.
            Some("**") => !is_left,
            Some("*" | "/") => true,
            _ => false,
        }
}

fn is_one(context: &Context, node: Node) -> bool {
    matches!(context.text(node), "1" | "1.0" | "1.")
}

/// `k + 1` and `k - 1`, by the part without the one.
fn beside_one<'t>(context: &Context<'t>, node: Node<'t>) -> Option<Node<'t>> {
    let field = |name| node.child_by_field_name(name);
    let (left, operator, right) = (field("left")?, field("operator")?, field("right")?);
    match context.text(operator) {
        "+" | "-" if is_one(context, right) => Some(left),
        "+" if is_one(context, left) => Some(right),
        _ => None,
    }
}

fn one_dropped<'t>(context: &mut Context<'t>, node: Node<'t>) {
    if let Some(rest) = beside_one(context, node) {
        context.reduce(Operator::Boundary, node, rest);
    }
}

/// Whether other operators don't move this by one already.
fn is_movable<'t>(context: &Context<'t>, node: Node<'t>) -> bool {
    let is_number = |node: Node| matches!(node.kind(), "integer" | "float");
    let is_negative = node.kind() == "unary_operator"
        && node.child_by_field_name("argument").is_some_and(is_number);
    !is_number(node) && !is_negative && beside_one(context, node).is_none()
}

fn slice<'t>(context: &mut Context<'t>, node: Node<'t>) {
    let mut cursor = node.walk();
    let mut ends: [Option<Node>; 3] = [None; 3];
    let mut place = 0;
    for child in node.children(&mut cursor).filter(|child| !child.is_extra()) {
        if child.kind() == ":" {
            place += 1;
        } else if let Some(end) = ends.get_mut(place) {
            *end = Some(child);
        }
    }
    let [start, stop, _] = ends;
    for end in [start, stop].into_iter().flatten() {
        // `[0:]` is `[:]`.
        if context.text(end) != "0" {
            context.replace(Operator::Boundary, end, "");
        }
    }
    if let Some(start) = start.filter(|start| is_movable(context, *start)) {
        let text = format!("{} + 1", context.operand(start));
        context.replace(Operator::Boundary, start, text);
    }
    if let Some(stop) = stop.filter(|stop| is_movable(context, *stop)) {
        for sign in ["-", "+"] {
            let text = format!("{} {sign} 1", context.operand(stop));
            context.replace(Operator::Boundary, stop, text);
        }
    }
    if start.is_none() && stop.is_some() {
        context.edit(
            Operator::Boundary,
            node.start_byte()..node.start_byte(),
            "1",
        );
    }
}

fn range<'t>(context: &mut Context<'t>, node: Node<'t>) {
    let Some(call) = Call::of(context, node) else {
        return;
    };
    if !matches!(call.name, "range" | "arange") {
        return;
    }
    let (start, stop) = match call.placed[..] {
        [stop] => (None, stop),
        [start, stop, ..] => (Some(start), stop),
        [] => return,
    };
    match start {
        None => context.edit(
            Operator::Boundary,
            stop.start_byte()..stop.start_byte(),
            "1, ",
        ),
        Some(start) if is_movable(context, start) => {
            let text = format!("{} + 1", context.operand(start));
            context.replace(Operator::Boundary, start, text);
        }
        Some(_) => {}
    }
    if is_movable(context, stop) {
        let text = format!("{} - 1", context.operand(stop));
        context.replace(Operator::Boundary, stop, text);
    }
}

fn counter<'t>(context: &mut Context<'t>, node: Node<'t>) {
    for index in parts(node).into_iter().skip(1) {
        let name = context.text(index);
        if context.counters.contains(name) {
            context.replace(Operator::Boundary, index, format!("{name} - 1"));
        }
    }
}
