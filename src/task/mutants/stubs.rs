//! Neutral stubs: bodies that compute nothing of what the function should.

use std::fmt;

use tree_sitter::{Node, Tree};

use super::{
    layout::Layout,
    make::{MutantError, named},
    syntax::{Passing, function, functions, is_async, is_scope, parameters, parse, walk, yields},
};
use crate::task::python::Definition;

/// A file in which a function's body is replaced by something neutral.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stub {
    /// What the function does instead.
    pub kind: StubKind,
    /// The whole file with the stub.
    pub source: String,
}

/// What a stub does instead of what the function should.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StubKind {
    /// It returns `None`. A generator yields nothing.
    None,
    /// It returns its first parameter other than `self` and `cls`. A generator yields it once.
    Identity,
    /// It returns what the function should, with zero for every number.
    Zeros,
    /// It returns what the function should, with one for every number.
    Ones,
    /// It does what another function of the file does, with its own arguments in their places.
    Sibling(String),
}

impl StubKind {
    /// What it does, for people: fit after "a stub that".
    pub fn explanation(&self) -> String {
        match self {
            StubKind::None => "does nothing and returns None".to_owned(),
            StubKind::Identity => "returns its first argument as it is".to_owned(),
            StubKind::Zeros => "returns zeros of the right shape".to_owned(),
            StubKind::Ones => "returns ones of the right shape".to_owned(),
            StubKind::Sibling(name) => format!("does what `{name}` does"),
        }
    }
}

impl fmt::Display for StubKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StubKind::None => f.write_str("none"),
            StubKind::Identity => f.write_str("identity"),
            StubKind::Zeros => f.write_str("zeros"),
            StubKind::Ones => f.write_str("ones"),
            StubKind::Sibling(name) => write!(f, "sibling {name}"),
        }
    }
}

/// How many siblings lend their bodies at most.
const SIBLINGS: usize = 3;

/// A function of the file: its bytes and its node.
type Found<'t> = (&'t Definition, Node<'t>);

/// All neutral stubs of the function of a qualified name. Docstring, header, decorators and all
/// else stay. If several definitions share the name, all are replaced.
///
/// - `none` always.
/// - `identity`, `zeros` and `ones` if the function returns or yields something. For the last
///   two it is called as it was, as an inner function; arrays, numbers, and what is in tuples,
///   lists, sets, dicts, data frames, sparse matrices and objects is replaced, and what can be
///   multiplied and divided stands for numbers; all else stays.
/// - `sibling` for the first three functions of the file that are alike: as many parameters,
///   which all take their arguments by place, also a method or none, a generator or none, a
///   coroutine or none. Functions inside others aren't siblings.
///
/// # Errors
///
/// A source that isn't valid Python, or a name that isn't defined in it.
pub fn stubs(source: &str, name: &str) -> Result<Vec<Stub>, MutantError> {
    let own = named(source, name)?;
    let all = functions(source)?;
    let tree = parse(source);
    let file = File {
        layout: Layout::new(source, &tree),
        tree: &tree,
    };
    let (own, all) = (file.nodes(&own), file.nodes(&all));

    let mut stubs = vec![file.stub(&own, StubKind::None, nothing)];
    let firsts: Option<Vec<&str>> = own.iter().map(|found| file.first(found)).collect();
    if own.iter().any(|(_, node)| gives(*node)) {
        if firsts.is_some() {
            let identity = |found: &Found| give(found, file.first(found).unwrap_or("None"));
            stubs.push(file.stub(&own, StubKind::Identity, identity));
        }
        for (kind, number) in [(StubKind::Zeros, "0"), (StubKind::Ones, "1")] {
            stubs.push(file.stub(&own, kind, |found| file.filled(found, number)));
        }
    }
    if let [found] = &own[..] {
        for sibling in file.siblings(found, &all) {
            let kind = StubKind::Sibling(sibling.0.name.clone());
            stubs.push(file.stub(&own, kind, |found| file.lent(found, sibling)));
        }
    }
    Ok(stubs)
}

/// A function that fills a structure with one number.
const FILLED: &str = include_str!("filled.py");

/// A file whose functions are replaced.
struct File<'t> {
    layout: Layout<'t>,
    tree: &'t Tree,
}

impl<'t> File<'t> {
    fn nodes<'d>(&self, definitions: &'d [Definition]) -> Vec<(&'d Definition, Node<'t>)> {
        definitions
            .iter()
            .filter_map(|definition| Some((definition, function(self.tree, definition)?)))
            .collect()
    }

    /// The file with other statements in the bodies of some functions.
    fn stub(
        &self,
        own: &[Found],
        kind: StubKind,
        statements: impl Fn(&Found) -> Vec<String>,
    ) -> Stub {
        let source = self.layout.source;
        let (mut text, mut at) = (String::new(), 0);
        for found in own {
            let (definition, _) = found;
            text += &source[at..definition.body.start];
            let docstring = definition.docstring.clone();
            let docstring = docstring.map(|docstring| source[docstring].to_owned());
            for statement in docstring.into_iter().chain(statements(found)) {
                text += self.layout.newline();
                if !statement.is_empty() {
                    text += &definition.indent;
                    text += &statement;
                }
            }
            at = definition.body.end;
        }
        text += &source[at..];
        Stub { kind, source: text }
    }

    /// The first parameter that is no receiver.
    fn first(&self, (_, node): &Found) -> Option<&'t str> {
        parameters(self.layout.source, *node)
            .into_iter()
            .find(|parameter| !parameter.is_receiver())
            .map(|parameter| parameter.name)
    }

    /// The function as it was within itself, and what it gives with all numbers replaced.
    fn filled(&self, found: &Found, number: &str) -> Vec<String> {
        const NAME: &str = "_autoexp_reference";
        let (definition, node) = found;
        let arguments: Vec<String> = parameters(self.layout.source, *node)
            .iter()
            .map(|parameter| match (parameter.passing, parameter.name) {
                (Passing::Place, name) => name.to_owned(),
                (Passing::Name, name) => format!("{name}={name}"),
                (Passing::Rest, name) => format!("*{name}"),
                (Passing::NamedRest, name) => format!("**{name}"),
            })
            .collect();
        let call = format!("{NAME}({})", arguments.join(", "));
        let mut statements = vec![
            self.layout
                .moved(definition, *node, NAME, &definition.indent),
        ];
        statements.extend(FILLED.replace("NUMBER", number).lines().map(str::to_owned));
        statements.extend(pass_on(*node, &call, |value| {
            format!("_autoexp_filled({value})")
        }));
        statements
    }

    /// Another function within this one, called in its stead.
    fn lent(&self, found: &Found, sibling: &Found) -> Vec<String> {
        const NAME: &str = "_autoexp_sibling";
        let (definition, node) = found;
        let arguments: Vec<&str> = parameters(self.layout.source, *node)
            .iter()
            .map(|parameter| parameter.name)
            .collect();
        let call = format!("{NAME}({})", arguments.join(", "));
        let moved = self
            .layout
            .moved(sibling.0, sibling.1, NAME, &definition.indent);
        let mut statements = vec![moved];
        statements.extend(pass_on(*node, &call, str::to_owned));
        statements
    }

    /// The first functions that can lend their bodies to this one.
    fn siblings<'f>(&self, found: &Found, all: &'f [Found<'t>]) -> Vec<&'f Found<'t>> {
        let own = self.shape(found);
        let Some(own) = own else { return Vec::new() };
        let mut names = vec![&found.0.name];
        let mut siblings = Vec::new();
        for other in all {
            let is_own = !names.contains(&&other.0.name) && !is_inner(other.1);
            if is_own && self.shape(other) == Some(own) {
                names.push(&other.0.name);
                siblings.push(other);
            }
        }
        siblings.truncate(SIBLINGS);
        siblings
    }

    /// What has to be the same so that one function can be called in another's stead; none if it
    /// has other parameters than those that take arguments by place.
    fn shape(&self, (_, node): &Found) -> Option<(usize, bool, bool, bool)> {
        let parameters = parameters(self.layout.source, *node);
        parameters
            .iter()
            .all(|parameter| parameter.passing == Passing::Place)
            .then(|| {
                (
                    parameters.len(),
                    is_method(*node),
                    is_async(*node),
                    yields(*node),
                )
            })
    }
}

/// Whether the scope around a function is a class.
fn is_method(function: Node) -> bool {
    let mut node = function;
    while let Some(parent) = node.parent() {
        if is_scope(parent) {
            return parent.kind() == "class_definition";
        }
        node = parent;
    }
    false
}

/// Whether a function stands inside another one, perhaps as a method.
fn is_inner(function: Node) -> bool {
    let mut node = function;
    while let Some(parent) = node.parent() {
        if parent.kind() == "function_definition" {
            return true;
        }
        node = parent;
    }
    false
}

/// Whether a function returns or yields a value.
fn gives(function: Node) -> bool {
    let body = function.child_by_field_name("body");
    let returns = body.is_some_and(|body| {
        walk(body, |node| !is_scope(node))
            .iter()
            .any(|node| node.kind() == "return_statement" && node.named_child_count() > 0)
    });
    returns || yields(function)
}

fn nothing((_, node): &Found) -> Vec<String> {
    match yields(*node) {
        true => vec!["return".to_owned(), "yield".to_owned()],
        false => vec!["return None".to_owned()],
    }
}

fn give((_, node): &Found, value: &str) -> Vec<String> {
    match yields(*node) {
        true => vec![format!("yield {value}")],
        false => vec![format!("return {value}")],
    }
}

/// The statements that give what a call of a function's like gives, each value changed.
fn pass_on(function: Node, call: &str, change: impl Fn(&str) -> String) -> Vec<String> {
    match (yields(function), is_async(function)) {
        (false, false) => vec![format!("return {}", change(call))],
        (false, true) => vec![format!("return {}", change(&format!("await {call}")))],
        (true, is_async) => vec![
            format!(
                "{}for _autoexp_item in {call}:",
                if is_async { "async " } else { "" }
            ),
            format!("    yield {}", change("_autoexp_item")),
        ],
    }
}
