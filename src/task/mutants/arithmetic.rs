//! Operators of expressions: arithmetic, comparisons, truth values.

use tree_sitter::Node;

use super::{Operator, context::Context, syntax::parts};

pub(super) fn edits(context: &mut Context, node: Node) {
    match node.kind() {
        "binary_operator" => binary(context, node),
        "augmented_assignment" => augmented(context, node),
        "unary_operator" => unary(context, node),
        "comparison_operator" => comparison(context, node),
        "boolean_operator" => boolean(context, node),
        "not_operator" => {
            if let Some(argument) = node.child_by_field_name("argument") {
                context.reduce(Operator::Boolean, node, argument);
            }
        }
        "true" => context.replace(Operator::Boolean, node, "False"),
        "false" => context.replace(Operator::Boolean, node, "True"),
        _ => {}
    }
}

fn other_arithmetic(operator: &str) -> Option<&'static str> {
    Some(match operator {
        "+" => "-",
        "-" => "+",
        "*" | "//" => "/",
        "/" | "**" => "*",
        "%" => "//",
        _ => return None,
    })
}

fn other_bits(operator: &str) -> Option<&'static str> {
    Some(match operator {
        "&" => "|",
        "|" => "&",
        _ => return None,
    })
}

fn binary(context: &mut Context, node: Node) {
    let field = |name| node.child_by_field_name(name);
    let (Some(left), Some(operator), Some(right)) =
        (field("left"), field("operator"), field("right"))
    else {
        return;
    };
    if is_text_or_list(left) || is_text_or_list(right) {
        return;
    }
    let sign = context.text(operator);
    // These bind less tightly than what they replace, so the operands may need enclosing.
    let looser = matches!(sign, "**" | "&");
    let with = |context: &Context, other: &str| {
        let between = |from: usize, to: usize| context.source[from..to].to_owned();
        let text = format!(
            "{}{}{other}{}{}",
            context.text(left),
            between(left.end_byte(), operator.start_byte()),
            between(operator.end_byte(), right.start_byte()),
            context.text(right),
        );
        format!("({text})")
    };
    let kind = match other_arithmetic(sign) {
        Some(_) => Operator::Arithmetic,
        None => Operator::Boolean,
    };
    if let Some(other) = other_arithmetic(sign).or_else(|| other_bits(sign)) {
        if looser && is_operand(node) {
            let text = with(context, other);
            context.replace(kind, node, text);
        } else {
            context.replace(kind, operator, other);
        }
    }
    if matches!(sign, "-" | "/" | "//" | "@") {
        // What stood on the left may be another operation of the same rank.
        let right = context.text(right);
        let left = match left.kind() {
            "binary_operator" => context.operand(left),
            _ => context.text(left).to_owned(),
        };
        context.replace(
            Operator::OperandOrder,
            node,
            format!("{right} {sign} {left}"),
        );
    }
}

fn is_operand(node: Node) -> bool {
    node.parent().is_some_and(|parent| {
        matches!(
            parent.kind(),
            "binary_operator" | "unary_operator" | "await" | "boolean_operator" | "not_operator"
        )
    })
}

/// Whether `+`, `*` and `%` aren't arithmetic on this.
fn is_text_or_list(node: Node) -> bool {
    matches!(
        node.kind(),
        "string" | "concatenated_string" | "list" | "tuple" | "list_comprehension"
    )
}

fn augmented(context: &mut Context, node: Node) {
    let Some(operator) = node.child_by_field_name("operator") else {
        return;
    };
    if node
        .child_by_field_name("right")
        .is_some_and(is_text_or_list)
    {
        return;
    }
    let sign = context.text(operator).trim_end_matches('=');
    if let Some(other) = other_arithmetic(sign) {
        context.replace(Operator::Arithmetic, operator, format!("{other}="));
    } else if let Some(other) = other_bits(sign) {
        context.replace(Operator::Boolean, operator, format!("{other}="));
    }
}

fn unary(context: &mut Context, node: Node) {
    let field = |name| node.child_by_field_name(name);
    let (Some(operator), Some(argument)) = (field("operator"), field("argument")) else {
        return;
    };
    match context.text(operator) {
        "-" => context.replace(Operator::UnaryMinus, node, context.text(argument)),
        "~" => context.reduce(Operator::Boolean, node, argument),
        _ => {}
    }
}

fn comparison(context: &mut Context, node: Node) {
    let mut cursor = node.walk();
    let operators: Vec<Node> = node
        .children_by_field_name("operators", &mut cursor)
        .collect();
    for operator in operators {
        let others: &[&str] = match context.text(operator) {
            "<" => &["<=", ">"],
            "<=" => &["<", ">="],
            ">" => &[">=", "<"],
            ">=" => &[">", "<="],
            "==" => &["!="],
            "!=" => &["=="],
            "in" => &["not in"],
            "is" => &["is not"],
            text if text.starts_with("not") => &["in"],
            text if text.starts_with("is") => &["is"],
            _ => &[],
        };
        for other in others {
            context.replace(Operator::Comparison, operator, *other);
        }
    }
}

fn boolean(context: &mut Context, node: Node) {
    let [left, right] = parts(node)[..] else {
        return;
    };
    let Some(operator) = node.child_by_field_name("operator") else {
        return;
    };
    let other = match context.text(operator) {
        "and" => "or",
        _ => "and",
    };
    let text = format!(
        "{} {other} {}",
        context.operand(left),
        context.operand(right)
    );
    let text = if is_operand(node) || text.contains('\n') {
        format!("({text})")
    } else {
        text
    };
    context.replace(Operator::Boolean, node, text);
}
