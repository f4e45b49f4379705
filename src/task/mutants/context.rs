//! The function being mutated, and the changes found so far.

use std::{collections::BTreeSet, ops::Range};

use tree_sitter::Node;

use super::{
    Operator,
    syntax::{parts, walk},
};

/// A change to one place of the source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Edit {
    // The order of the fields is the order of mutants.
    pub start: usize,
    pub operator: Operator,
    pub end: usize,
    pub after: String,
}

/// What the operators know of a function, and where they put what they find.
pub(super) struct Context<'t> {
    pub source: &'t str,
    /// The names of modules in this file.
    pub modules: BTreeSet<&'t str>,
    /// The names that count a loop's rounds.
    pub counters: BTreeSet<&'t str>,
    pub edits: Vec<Edit>,
}

impl<'t> Context<'t> {
    pub(super) fn new(source: &'t str, modules: BTreeSet<&'t str>, function: Node<'t>) -> Self {
        let mut context = Context {
            source,
            modules,
            counters: BTreeSet::new(),
            edits: Vec::new(),
        };
        context.counters = walk(function, |_| true)
            .into_iter()
            .filter(|node| node.kind() == "for_statement")
            .filter_map(|node| context.counter(node))
            .collect();
        context
    }

    /// The name that counts the rounds of a `for` over a `range` or an `enumerate`.
    fn counter(&self, node: Node<'t>) -> Option<&'t str> {
        let call = Call::of(self, node.child_by_field_name("right")?)?;
        let left = node.child_by_field_name("left")?;
        let name = match call.name {
            "range" => left,
            "enumerate" => left.named_child(0)?,
            _ => return None,
        };
        (name.kind() == "identifier").then(|| self.text(name))
    }

    pub(super) fn text(&self, node: Node) -> &'t str {
        &self.source[node.byte_range()]
    }

    /// Puts a text in the place of a range.
    pub(super) fn edit(
        &mut self,
        operator: Operator,
        range: Range<usize>,
        after: impl Into<String>,
    ) {
        self.edits.push(Edit {
            start: range.start,
            operator,
            end: range.end,
            after: after.into(),
        });
    }

    /// Puts a text in the place of a node.
    pub(super) fn replace(&mut self, operator: Operator, node: Node, after: impl Into<String>) {
        self.edit(operator, node.byte_range(), after);
    }

    /// Swaps the text of two nodes, the first of which stands first.
    pub(super) fn swap(&mut self, operator: Operator, first: Node, second: Node) {
        let between = &self.source[first.end_byte()..second.start_byte()];
        let swapped = format!("{}{between}{}", self.text(second), self.text(first));
        self.edit(operator, first.start_byte()..second.end_byte(), swapped);
    }

    /// Puts a part of an expression in the place of the whole.
    pub(super) fn reduce(&mut self, operator: Operator, whole: Node, part: Node) {
        let text = if is_loose(whole) && !has_to_be_enclosed(self.text(part), part) {
            self.text(part).to_owned()
        } else {
            self.operand(part)
        };
        self.replace(operator, whole, text);
    }

    /// Takes an argument out of a call, with the comma beside it.
    pub(super) fn remove_argument(&mut self, operator: Operator, argument: Node) {
        let range = match (argument.prev_named_sibling(), argument.next_named_sibling()) {
            (Some(before), _) => before.end_byte()..argument.end_byte(),
            (None, Some(after)) => argument.start_byte()..after.start_byte(),
            (None, None) => argument.byte_range(),
        };
        self.edit(operator, range, "");
    }

    /// The text of an expression as an operand of any operator.
    pub(super) fn operand(&self, node: Node) -> String {
        let text = self.text(node);
        if is_atom(node) {
            text.to_owned()
        } else {
            format!("({text})")
        }
    }

    /// Whether an expression is one of the file's modules, or within one: `np.linalg`.
    pub(super) fn is_module(&self, mut node: Node) -> bool {
        while node.kind() == "attribute" {
            match node.child_by_field_name("object") {
                Some(object) => node = object,
                None => return false,
            }
        }
        node.kind() == "identifier" && self.modules.contains(self.text(node))
    }

    /// Whether a node is left as it is with all that is under it: text for people, types, checks
    /// that only raise, and what isn't an expression's or a statement's place.
    pub(super) fn is_untouched(&self, node: Node) -> bool {
        match node.kind() {
            "string"
            | "concatenated_string"
            | "type"
            | "raise_statement"
            | "assert_statement"
            | "case_pattern"
            | "decorator"
            | "delete_statement"
            | "global_statement"
            | "nonlocal_statement"
            | "comment" => node.is_named(),
            "argument_list" => node
                .parent()
                .is_some_and(|parent| parent.kind() == "class_definition"),
            kind if kind.starts_with("import") => node.is_named(),
            "if_statement" => only_raises(node),
            "call" => self.is_log(node),
            _ => false,
        }
    }

    /// Whether a call tells people something: `print(…)`, `logger.info(…)`, `warnings.warn(…)`.
    fn is_log(&self, node: Node) -> bool {
        let Some(function) = node.child_by_field_name("function") else {
            return false;
        };
        let text = self.text(function).to_ascii_lowercase();
        match text.rsplit_once('.') {
            None => text == "print",
            Some((object, method)) => {
                let object = object.trim_end();
                ["log", "logger", "logging", "warnings"]
                    .iter()
                    .any(|name| object.ends_with(name))
                    && [
                        "debug",
                        "info",
                        "warning",
                        "warn",
                        "error",
                        "exception",
                        "critical",
                        "log",
                    ]
                    .contains(&method)
            }
        }
    }
}

/// Whether an `if` does nothing but raise.
fn only_raises(node: Node) -> bool {
    let alternative = node.child_by_field_name("alternative");
    let consequence = node.child_by_field_name("consequence");
    alternative.is_none()
        && consequence.is_some_and(|block| {
            let statements = parts(block);
            statements
                .iter()
                .all(|statement| statement.kind() == "raise_statement")
        })
}

/// Whether an expression can be the operand of anything without parentheses of its own.
fn is_atom(node: Node) -> bool {
    matches!(
        node.kind(),
        "identifier"
            | "attribute"
            | "subscript"
            | "call"
            | "integer"
            | "float"
            | "true"
            | "false"
            | "none"
            | "parenthesized_expression"
            | "tuple"
            | "list"
            | "dictionary"
            | "set"
            | "list_comprehension"
            | "dictionary_comprehension"
            | "set_comprehension"
            | "generator_expression"
    )
}

/// Whether an expression stands where any other could stand in its place.
fn is_loose(node: Node) -> bool {
    let Some(parent) = node.parent() else {
        return false;
    };
    match parent.kind() {
        "argument_list"
        | "parenthesized_expression"
        | "return_statement"
        | "expression_statement" => true,
        "assignment" | "augmented_assignment" => parent.child_by_field_name("right") == Some(node),
        _ => false,
    }
}

/// Whether an expression can't stand alone: it goes over a line's end, or is of the kind that is
/// always enclosed.
fn has_to_be_enclosed(text: &str, node: Node) -> bool {
    text.contains('\n') || matches!(node.kind(), "named_expression" | "yield" | "list_splat")
}

/// A call with a list of arguments.
pub(super) struct Call<'t> {
    pub node: Node<'t>,
    /// The last part of the name.
    pub name: &'t str,
    /// Where that stands.
    pub name_node: Node<'t>,
    /// What the attribute is of.
    pub object: Option<Node<'t>>,
    pub list: Node<'t>,
    /// The arguments given by place, `*rest` included.
    pub placed: Vec<Node<'t>>,
    /// The arguments given by name.
    pub named: Vec<Node<'t>>,
}

/// How a function is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `f(x)`
    Bare,
    /// `np.f(x)`
    Module,
    /// `x.f()`
    Method,
}

impl<'t> Call<'t> {
    pub(super) fn of(context: &Context<'t>, node: Node<'t>) -> Option<Self> {
        if node.kind() != "call" {
            return None;
        }
        let function = node.child_by_field_name("function")?;
        let list = node.child_by_field_name("arguments")?;
        let (name_node, object) = match function.kind() {
            "identifier" => (function, None),
            "attribute" => (
                function.child_by_field_name("attribute")?,
                Some(function.child_by_field_name("object")?),
            ),
            _ => return None,
        };
        if list.kind() != "argument_list" {
            return None;
        }
        let (named, placed) = parts(list)
            .into_iter()
            .filter(|part| part.kind() != "dictionary_splat")
            .partition(|part| part.kind() == "keyword_argument");
        Some(Call {
            node,
            name: context.text(name_node),
            name_node,
            object,
            list,
            placed,
            named,
        })
    }

    pub(super) fn form(&self, context: &Context) -> Form {
        match self.object {
            None => Form::Bare,
            Some(object) if context.is_module(object) => Form::Module,
            Some(_) => Form::Method,
        }
    }

    /// What a function that maps its first argument, or a method that maps its object, is given.
    pub(super) fn subject(&self, context: &Context) -> Option<Node<'t>> {
        match self.form(context) {
            Form::Method => self.object,
            Form::Bare | Form::Module => self
                .placed
                .first()
                .copied()
                .filter(|first| first.kind() != "list_splat"),
        }
    }

    /// The argument of a name.
    pub(super) fn argument(&self, context: &Context, name: &str) -> Option<Node<'t>> {
        self.named.iter().copied().find(|argument| {
            argument
                .child_by_field_name("name")
                .is_some_and(|found| context.text(found) == name)
        })
    }
}
