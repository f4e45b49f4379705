//! The front door: from a source to what it defines.

use std::{
    fmt,
    sync::{Arc, LazyLock},
};

use super::{encoding::as_tokenized, error::SyntaxError, grammar, guest, module::Module};
use crate::sandbox::Sandbox;

/// Who took a source apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// tree-sitter's grammar.
    Grammar,
    /// Python's own parser, in the sandbox.
    Python,
}

type Prepare = Box<dyn FnOnce() -> Result<Sandbox, String> + Send>;

/// Takes sources apart: by tree-sitter's grammar, and where that gives up, which it does at
/// syntax newer than itself, by Python's own parser in a sandbox, if there is one.
#[derive(Clone, Default)]
pub struct Parser {
    sandbox: Option<Arc<LazyLock<Result<Sandbox, String>, Prepare>>>,
}

impl Parser {
    /// With a sandbox, made ready when it is first needed. If it can't be, why not, in words.
    pub fn with_sandbox(
        prepare: impl FnOnce() -> Result<Sandbox, String> + Send + 'static,
    ) -> Parser {
        Parser {
            sandbox: Some(Arc::new(LazyLock::new(Box::new(prepare)))),
        }
    }

    /// What a source defines.
    ///
    /// # Errors
    ///
    /// A source that isn't valid Python, or that the grammar doesn't know where Python's own
    /// parser can't be asked.
    pub fn parse(&self, source: &str) -> Result<Module, SyntaxError> {
        let refused = match self.parse_as(Reader::Grammar, source) {
            Err(refused @ SyntaxError::Invalid { .. }) => Box::new(refused),
            decided => return decided,
        };
        match self.parse_as(Reader::Python, source) {
            Err(SyntaxError::NoPython { why }) => Err(SyntaxError::Unasked { refused, why }),
            decided => decided,
        }
    }

    /// What a source defines, as one reader sees it.
    ///
    /// # Errors
    ///
    /// A source that this reader doesn't take.
    pub fn parse_as(&self, reader: Reader, source: &str) -> Result<Module, SyntaxError> {
        let text = as_tokenized(source)?;
        let sites = match reader {
            Reader::Grammar => grammar::find(&text)?,
            Reader::Python => guest::find(self.sandbox()?, &text)?,
        };
        Ok(Module::new(&text, sites, reader))
    }

    fn sandbox(&self) -> Result<&Sandbox, SyntaxError> {
        let no_python = |why: &str| SyntaxError::NoPython {
            why: why.to_owned(),
        };
        let sandbox = self.sandbox.as_deref();
        let sandbox = sandbox.ok_or_else(|| no_python("there is no sandbox here to ask it in"))?;
        LazyLock::force(sandbox)
            .as_ref()
            .map_err(|why| no_python(why))
    }
}

impl fmt::Debug for Parser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parser")
            .field("has_sandbox", &self.sandbox.is_some())
            .finish()
    }
}
