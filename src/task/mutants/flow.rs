//! Control flow: branches, conditions, loops.

use tree_sitter::Node;

use super::{
    Operator,
    context::{Call, Context},
    syntax::{is_async, parts},
};

pub(super) fn edits<'t>(context: &mut Context<'t>, node: Node<'t>) {
    match node.kind() {
        "if_statement" => {
            swapped_bodies(context, node);
            forced(
                context,
                node.child_by_field_name("condition"),
                &["True", "False"],
            );
        }
        "elif_clause" => {
            forced(
                context,
                node.child_by_field_name("condition"),
                &["True", "False"],
            );
        }
        // One that is always true would hardly end.
        "while_statement" => forced(context, node.child_by_field_name("condition"), &["False"]),
        "if_clause" => forced(context, node.named_child(0), &["True", "False"]),
        "conditional_expression" => {
            if let [then, condition, otherwise] = parts(node)[..] {
                swapped_arms(context, [then, condition, otherwise]);
                forced(context, Some(condition), &["True", "False"]);
            }
        }
        "for_statement" => iteration(context, node),
        "break_statement" => context.replace(Operator::Loop, node, "continue"),
        "continue_statement" => context.replace(Operator::Loop, node, "break"),
        _ => {}
    }
}

fn forced(context: &mut Context, condition: Option<Node>, values: &[&str]) {
    for value in values {
        if let Some(condition) = condition {
            context.replace(Operator::ForcedCondition, condition, *value);
        }
    }
}

/// The bodies of an `if` and an `else` that follows at once.
fn swapped_bodies(context: &mut Context, node: Node) {
    let alternative = node.child_by_field_name("alternative");
    let consequence = node.child_by_field_name("consequence");
    let otherwise = alternative
        .filter(|clause| clause.kind() == "else_clause")
        .and_then(|clause| clause.child_by_field_name("body"));
    if let (Some(consequence), Some(otherwise)) = (consequence, otherwise) {
        context.swap(Operator::SwappedBranch, consequence, otherwise);
    }
}

fn swapped_arms(context: &mut Context, [then, condition, otherwise]: [Node; 3]) {
    let between = |from: Node, to: Node| &context.source[from.end_byte()..to.start_byte()];
    let text = [
        // A chain of conditions stands on the right without parentheses, and not on the left.
        &match otherwise.kind() {
            "conditional_expression" | "lambda" => context.operand(otherwise),
            _ => context.text(otherwise).to_owned(),
        },
        between(then, condition),
        context.text(condition),
        between(condition, otherwise),
        context.text(then),
    ]
    .concat();
    let range = then.start_byte()..otherwise.end_byte();
    context.edit(Operator::SwappedBranch, range, text);
}

fn iteration<'t>(context: &mut Context<'t>, node: Node<'t>) {
    let Some(items) = node.child_by_field_name("right") else {
        return;
    };
    if is_async(node) {
        return;
    }
    let text = context.text(items);
    let is_range = Call::of(context, items).is_some_and(|call| call.name == "range");
    if is_range {
        // One round fewer is off by one.
        context.replace(Operator::Loop, items, format!("{text}[::-1]"));
        return;
    }
    let text = match items.kind() {
        "expression_list" | "generator_expression" => format!("list(({text}))"),
        _ => format!("list({text})"),
    };
    context.replace(Operator::Loop, items, format!("{text}[::-1]"));
    context.replace(Operator::Loop, items, format!("{text}[:-1]"));
}
