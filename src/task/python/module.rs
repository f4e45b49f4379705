//! What a source defines.

use std::{fmt, ops::Range};

use serde::Deserialize;
use unicode_normalization::{UnicodeNormalization, is_nfkc};

use super::{lines, parser::Reader};

/// What a Python source defines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// All functions, in the order of their headers.
    pub functions: Vec<Definition>,
    /// Names that might be taken for functions: by qualified name, sorted.
    pub others: Vec<(String, Other)>,
    /// Who found them.
    pub reader: Reader,
}

/// One `def` in a Python source. All ranges are in bytes of the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// The qualified name: the names of the enclosing classes and functions and its own, joined
    /// by dots (Python's own has `<locals>` between a function's name and what is defined in it).
    /// In Unicode's form NFKC, as Python compares names. Several definitions of a source may
    /// share one (overloads, property accessors, branches of an `if`).
    pub name: String,
    /// What calling it gives.
    pub kind: Kind,
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
}

/// What calling a function gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// What it returns.
    Function,
    /// A generator: there is a `yield` in the body.
    Generator,
    /// A coroutine: `async def`.
    Coroutine,
    /// An asynchronous generator: both.
    AsyncGenerator,
}

impl Kind {
    pub(super) fn new(is_async: bool, yields: bool) -> Kind {
        match (is_async, yields) {
            (false, false) => Kind::Function,
            (false, true) => Kind::Generator,
            (true, false) => Kind::Coroutine,
            (true, true) => Kind::AsyncGenerator,
        }
    }

    /// Whether it has a `yield`.
    pub fn yields(self) -> bool {
        matches!(self, Kind::Generator | Kind::AsyncGenerator)
    }
}

/// What a name stands for that is no `def`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Other {
    /// A class.
    Class,
    /// A lambda that is assigned to the name.
    Lambda,
}

impl fmt::Display for Other {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Other::Class => "a class, which isn't masked as a whole: name its methods",
            Other::Lambda => "a lambda, which has no body to mask: write it as a `def`",
        })
    }
}

/// What a parser says of a source.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Sites {
    pub functions: Vec<Site>,
    pub others: Vec<(String, Other)>,
}

/// What a parser says of one `def`. Positions are in bytes.
#[derive(Debug, Deserialize)]
pub(super) struct Site {
    pub name: String,
    pub kind: Kind,
    /// Where its first decorator starts, or `header` does.
    pub start: usize,
    /// From `def` or `async` to the colon, included.
    pub header: Range<usize>,
    pub docstring: Option<Range<usize>>,
    /// The end of the last token of its last statement.
    pub end: usize,
}

impl Module {
    /// What the sites come to in the text they were found in.
    pub(super) fn new(text: &str, mut sites: Sites, reader: Reader) -> Module {
        sites.functions.sort_by_key(|site| site.header.start);
        sites.others.sort();
        sites.others.dedup();
        Module {
            functions: sites
                .functions
                .into_iter()
                .map(|site| Definition::new(text, site))
                .collect(),
            others: sites.others,
            reader,
        }
    }

    /// The definitions of a name, in the order of their headers.
    pub fn named(&self, name: &str) -> impl Iterator<Item = &Definition> {
        let name = normal(name);
        self.functions
            .iter()
            .filter(move |definition| definition.name == name)
    }

    /// What a name stands for that no `def` has.
    pub fn other(&self, name: &str) -> Option<Other> {
        let name = normal(name);
        let found = self.others.iter().find(|(other, _)| *other == name);
        found.map(|&(_, what)| what)
    }
}

impl Definition {
    fn new(text: &str, site: Site) -> Definition {
        let own = lines::indentation(text, site.header.start);
        let body = site.header.end..lines::body_end(text, site.end, own);
        Definition {
            indent: lines::body_indent(text, site.header.end, own),
            name: site.name,
            kind: site.kind,
            whole: site.start..body.end,
            header: site.header,
            docstring: site.docstring,
            body,
        }
    }
}

/// A name as Python compares it.
pub(super) fn normal(name: &str) -> String {
    match is_nfkc(name) {
        true => name.to_owned(),
        false => name.nfkc().collect(),
    }
}
