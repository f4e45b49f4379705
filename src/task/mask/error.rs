//! Why functions can't be masked or put back.

use thiserror::Error;

use crate::task::{
    near::Near,
    python::{Module, Other, SyntaxError},
};

/// Why functions can't be masked or put back.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum MaskError {
    /// The source can't be taken apart.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// The source has no function of this qualified name.
    #[error("no function `{name}` is defined here{near}")]
    NotFound {
        /// The qualified name.
        name: String,
        /// Names that are defined and look like it.
        near: Near,
    },
    /// The name stands for something else.
    #[error("`{name}` is {what}")]
    NoFunction {
        /// The qualified name.
        name: String,
        /// What it is.
        what: Other,
    },
    /// The masked source and the original define a function a different number of times.
    #[error("`{name}` is defined {masked} times in the masked file and {original} in the original")]
    Mismatch {
        /// The qualified name.
        name: String,
        /// Definitions in the masked source.
        masked: usize,
        /// Definitions in the original.
        original: usize,
    },
    /// The masked source can't be taken apart. A defect of the masker, or what was put in can't
    /// be written in the encoding that the file declares.
    #[error("the mask of {names} leaves an invalid file: {error}")]
    Torn {
        /// The qualified names that were masked, joined.
        names: String,
        /// What the parser says of it.
        error: SyntaxError,
    },
    /// The masked source defines other functions than the original. A defect of the masker.
    #[error("the mask of {names} changes which functions are defined")]
    Changed {
        /// The qualified names that were masked, joined.
        names: String,
    },
}

impl MaskError {
    pub(super) fn no_function(module: &Module, name: &str) -> MaskError {
        let defined = module.functions.iter().map(|found| found.name.as_str());
        let (near, name) = (Near::new(name, defined), name.to_owned());
        match module.other(&name) {
            Some(what) => MaskError::NoFunction { name, what },
            None => MaskError::NotFound { name, near },
        }
    }
}
