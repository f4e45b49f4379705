//! Calls: their arguments, and which function it is.

use tree_sitter::Node;

use super::{
    Operator,
    context::{Call, Context, Form},
    syntax::parts,
};

pub(super) fn edits<'t>(context: &mut Context<'t>, node: Node<'t>) {
    let Some(call) = Call::of(context, node) else {
        return;
    };
    argument_order(context, &call);
    for argument in &call.named {
        named_argument(context, *argument);
    }
    degrees_of_freedom(context, &call);
    for other in functions_like(context, &call) {
        context.replace(Operator::SwappedFunction, call.name_node, *other);
    }
}

/// Functions whose arguments have no order, or none that a mistake would confuse.
const UNORDERED: &[&str] = &[
    "range",
    "arange",
    "isinstance",
    "issubclass",
    "hasattr",
    "getattr",
    "setattr",
    "open",
    "super",
    "max",
    "min",
    "maximum",
    "minimum",
    "fmax",
    "fmin",
    "add",
    "multiply",
    "hypot",
    "logical_and",
    "logical_or",
    "equal",
    "array_equal",
    "allclose",
    "isclose",
    "gcd",
    "where",
];

fn argument_order(context: &mut Context, call: &Call) {
    if UNORDERED.contains(&call.name) {
        return;
    }
    let can_move = |node: &Node| {
        !matches!(
            node.kind(),
            "string" | "concatenated_string" | "list_splat" | "lambda"
        )
    };
    for pair in call.placed.windows(2) {
        if pair.iter().all(can_move) && context.text(pair[0]) != context.text(pair[1]) {
            context.swap(Operator::ArgumentOrder, pair[0], pair[1]);
        }
    }
}

/// Whether other operators than those of arguments given by name leave an argument alone.
pub(super) fn is_special(context: &Context, argument: Node) -> bool {
    let name = argument.child_by_field_name("name");
    argument.kind() == "keyword_argument"
        && name.is_some_and(|name| {
            matches!(context.text(name), "axis" | "dim" | "ddof" | "keepdims")
                || argument
                    .child_by_field_name("value")
                    .is_some_and(|value| matches!(value.kind(), "true" | "false"))
        })
}

fn named_argument(context: &mut Context, argument: Node) {
    let field = |name| argument.child_by_field_name(name);
    let (Some(name), Some(value)) = (field("name"), field("value")) else {
        return;
    };
    match context.text(name) {
        "axis" | "dim" => {
            axis(context, value);
            context.remove_argument(Operator::Axis, argument);
        }
        "ddof" => match context.text(value) {
            "0" => context.replace(Operator::Ddof, value, "1"),
            "1" => context.replace(Operator::Ddof, value, "0"),
            _ => {}
        },
        "keepdims" | "dtype" | "out" | "copy" => {}
        _ => {
            match value.kind() {
                "true" => context.replace(Operator::Keyword, value, "False"),
                "false" => context.replace(Operator::Keyword, value, "True"),
                _ => {}
            }
            context.remove_argument(Operator::Keyword, argument);
        }
    }
}

fn axis(context: &mut Context, value: Node) {
    if value.kind() == "tuple" {
        for part in parts(value) {
            context.replace(Operator::Axis, value, context.text(part));
        }
        return;
    }
    match context.text(value).parse::<i64>() {
        Ok(0) => context.replace(Operator::Axis, value, "1"),
        Ok(axis) if axis > 0 => context.replace(Operator::Axis, value, (axis - 1).to_string()),
        Ok(-1) => context.replace(Operator::Axis, value, "0"),
        Ok(axis) => context.replace(Operator::Axis, value, (axis + 1).to_string()),
        Err(_) => {}
    }
}

fn degrees_of_freedom(context: &mut Context, call: &Call) {
    let is_spread = matches!(call.name, "std" | "var" | "nanstd" | "nanvar");
    if !is_spread || call.object.is_none() || call.argument(context, "ddof").is_some() {
        return;
    }
    let mut written = call.placed.iter().chain(&call.named);
    let (at, text) = match written.next() {
        None => (call.list.start_byte() + 1, "ddof=1"),
        Some(_) => {
            let last = parts(call.list).last().map(Node::end_byte);
            (last.unwrap_or(call.list.start_byte() + 1), ", ddof=1")
        }
    };
    context.edit(Operator::Ddof, at..at, text);
}

/// The names of other functions that take and give the same kind of thing.
fn functions_like(context: &Context, call: &Call) -> &'static [&'static str] {
    match (call.name, call.form(context)) {
        // Arrays have no such method.
        ("mean" | "sum", Form::Method) => match call.name {
            "mean" => &["sum"],
            _ => &["mean"],
        },
        ("median", Form::Method) => &["mean"],
        // Without a module there are neither means nor products to be had.
        ("sum" | "prod", Form::Bare) => &[],
        (name, _) => match name {
            "log" => &["log2"],
            "log2" | "log10" | "log1p" => &["log"],
            "exp" => &["exp2"],
            "exp2" | "expm1" => &["exp"],
            "mean" => &["sum", "median"],
            "sum" => &["mean", "median"],
            "median" => &["mean"],
            "nanmean" => &["nansum", "nanmedian"],
            "nansum" => &["nanmean"],
            "nanmedian" => &["nanmean"],
            "prod" => &["sum"],
            "max" => &["min"],
            "min" => &["max"],
            "amax" => &["amin"],
            "amin" => &["amax"],
            "nanmax" => &["nanmin"],
            "nanmin" => &["nanmax"],
            "maximum" => &["minimum"],
            "minimum" => &["maximum"],
            "fmax" => &["fmin"],
            "fmin" => &["fmax"],
            "argmax" => &["argmin"],
            "argmin" => &["argmax"],
            "cumsum" => &["cumprod"],
            "cumprod" => &["cumsum"],
            "std" => &["var"],
            "var" => &["std"],
            "nanstd" => &["nanvar"],
            "nanvar" => &["nanstd"],
            "any" => &["all"],
            "all" => &["any"],
            "floor" => &["ceil"],
            "ceil" => &["floor"],
            "sin" => &["cos"],
            "cos" => &["sin"],
            "zeros" => &["ones"],
            "ones" => &["zeros"],
            "zeros_like" => &["ones_like"],
            "ones_like" => &["zeros_like"],
            "logical_and" => &["logical_or"],
            "logical_or" => &["logical_and"],
            "intersection" => &["union"],
            "union" => &["intersection"],
            _ => &[],
        },
    }
}
