//! Steps of a computation left out: normalisations, transforms, sorting.

use tree_sitter::Node;

use super::{
    Operator,
    context::{Call, Context, Form},
    syntax::parts,
};

pub(super) fn edits<'t>(context: &mut Context<'t>, node: Node<'t>) {
    match node.kind() {
        "binary_operator" => normalisation(context, node),
        "attribute" => transpose(context, node),
        "subscript" => reversal(context, node),
        "call" => {
            if let Some(call) = Call::of(context, node) {
                transform(context, &call);
                one_of_two(context, &call);
                sort(context, &call);
            }
        }
        _ => {}
    }
}

fn normalisation<'t>(context: &mut Context<'t>, node: Node<'t>) {
    let field = |name| node.child_by_field_name(name);
    let (Some(left), Some(operator), Some(right)) =
        (field("left"), field("operator"), field("right"))
    else {
        return;
    };
    match context.text(operator) {
        "/" if !matches!(right.kind(), "integer" | "float" | "string") => {
            context.reduce(Operator::DroppedNormalisation, node, left);
        }
        "-" if is_centre(context, right) => {
            context.reduce(Operator::DroppedNormalisation, node, left);
        }
        "-" if matches!(context.text(left), "1" | "1.0" | "1.") => {
            context.reduce(Operator::DroppedTransform, node, right);
        }
        _ => {}
    }
}

/// Whether an expression is a mean, a median or an extreme, perhaps with axes added.
fn is_centre<'t>(context: &Context<'t>, mut node: Node<'t>) -> bool {
    while node.kind() == "subscript" {
        match node.child_by_field_name("value") {
            Some(value) => node = value,
            None => return false,
        }
    }
    Call::of(context, node).is_some_and(|call| {
        matches!(
            call.name,
            "mean" | "median" | "min" | "max" | "nanmean" | "nanmedian" | "amin" | "amax"
        )
    })
}

fn transpose(context: &mut Context, node: Node) {
    let field = |name| node.child_by_field_name(name);
    if let (Some(object), Some(attribute)) = (field("object"), field("attribute"))
        && context.text(attribute) == "T"
        && !context.is_module(object)
    {
        context.reduce(Operator::DroppedTransform, node, object);
    }
}

fn reversal(context: &mut Context, node: Node) {
    if let [value, index] = parts(node)[..]
        && context.text(index).replace(' ', "") == "::-1"
    {
        context.reduce(Operator::SortOrder, node, value);
    }
}

/// Functions that map their first argument to something of the same shape.
const FUNCTIONS: &[&str] = &[
    "sqrt",
    "cbrt",
    "log",
    "log2",
    "log10",
    "log1p",
    "exp",
    "exp2",
    "expm1",
    "abs",
    "absolute",
    "fabs",
    "square",
    "tanh",
    "cumsum",
    "cumprod",
    "clip",
    "round",
    "around",
    "rint",
    "floor",
    "ceil",
    "transpose",
    "nan_to_num",
    "softmax",
    "sigmoid",
    "normalize",
];

/// Methods that do so with what they are called on.
const METHODS: &[&str] = &[
    "sqrt",
    "log",
    "exp",
    "abs",
    "square",
    "tanh",
    "cumsum",
    "cumprod",
    "clip",
    "clamp",
    "round",
    "transpose",
    "softmax",
    "sigmoid",
];

fn transform<'t>(context: &mut Context<'t>, call: &Call<'t>) {
    let names = match call.form(context) {
        Form::Bare | Form::Module => FUNCTIONS,
        Form::Method => METHODS,
    };
    let Some(subject) = call.subject(context) else {
        return;
    };
    let is_receiver = matches!(context.text(subject), "self" | "cls");
    if names.contains(&call.name) && !is_receiver {
        context.reduce(Operator::DroppedTransform, call.node, subject);
    }
}

/// `np.maximum(a, b)` and its like become one of both; `np.where` swaps them.
fn one_of_two<'t>(context: &mut Context<'t>, call: &Call<'t>) {
    match (call.name, call.form(context), &call.placed[..]) {
        ("maximum" | "minimum" | "fmax" | "fmin", _, [first, second])
        | ("max" | "min", Form::Bare, [first, second]) => {
            for part in [first, second] {
                if part.kind() != "list_splat" {
                    context.reduce(Operator::DroppedTransform, call.node, *part);
                }
            }
        }
        ("where", Form::Module, [_, first, second]) => {
            context.swap(Operator::SwappedBranch, *first, *second);
        }
        _ => {}
    }
}

fn sort<'t>(context: &mut Context<'t>, call: &Call<'t>) {
    let is_sort = matches!(
        call.name,
        "sort" | "argsort" | "sorted" | "partition" | "argpartition"
    );
    // A method that sorts in place is a statement, which another operator drops.
    let in_place = call.form(context) == Form::Method && call.name != "argsort";
    let Some(subject) = call.subject(context).filter(|_| is_sort && !in_place) else {
        return;
    };
    if call.name == "sorted" {
        if call.argument(context, "reverse").is_none()
            && let Some(last) = parts(call.list).last()
        {
            let at = last.end_byte();
            context.edit(Operator::SortOrder, at..at, ", reverse=True");
        }
    } else {
        let text = match negated(context, subject) {
            Some(argument) => context.operand(argument),
            None if call.form(context) == Form::Method => {
                format!("(-{})", context.operand(subject))
            }
            None => format!("-{}", context.operand(subject)),
        };
        context.replace(Operator::SortOrder, subject, text);
    }
    if matches!(call.name, "sort" | "sorted") {
        context.reduce(Operator::SortOrder, call.node, subject);
    }
}

/// What is negated in `-x` or `(-x)`.
fn negated<'t>(context: &Context<'t>, mut node: Node<'t>) -> Option<Node<'t>> {
    while node.kind() == "parenthesized_expression" {
        node = node.named_child(0)?;
    }
    let operator = node.child_by_field_name("operator")?;
    let is_minus = node.kind() == "unary_operator" && context.text(operator) == "-";
    node.child_by_field_name("argument").filter(|_| is_minus)
}
