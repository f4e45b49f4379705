//! Why something reported doesn't pass.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

/// Why an answer, an experiment or a metric doesn't pass.
#[derive(Clone, Debug, Error, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Reason {
    /// The answer or an experiment is no object.
    #[error("an object was expected, found {found}")]
    NotAnObject {
        /// What it is.
        found: JsonKind,
    },
    /// Nothing is reported.
    #[error("missing")]
    Missing,
    /// Something is reported that nobody asked for.
    #[error("something was reported that is not asked for")]
    Extra,
    /// Not a number where gold has one, or not a list where gold has one.
    #[error("{expected} was expected{at}, found {found}")]
    WrongType {
        /// Where in the value.
        at: Place,
        /// What is there.
        found: JsonKind,
        /// What gold has there.
        expected: JsonKind,
    },
    /// A list of another length than gold's.
    #[error("a list of {expected} was expected{at}, found one of {found}")]
    WrongLength {
        /// Where in the value.
        at: Place,
        /// How many items are there.
        found: usize,
        /// How many gold has there.
        expected: usize,
    },
    /// NaN, an infinity, or beyond a 64-bit float.
    #[error("the number{at} is not finite")]
    NotFinite {
        /// Where in the value.
        at: Place,
    },
    /// Too far from gold.
    #[error("{reported:?}{at} is not within {allowed:?} of {gold:?}")]
    OutOfTolerance {
        /// Where in the value: the first such place.
        at: Place,
        /// The number there.
        reported: f64,
        /// Gold's number there.
        gold: f64,
        /// The largest difference allowed.
        allowed: f64,
    },
}

/// A place in nested lists: the position in the outermost, in the next, and so on, from 0. Empty
/// for the value itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Place(pub Vec<usize>);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.0.is_empty() {
            f.write_str(" at ")?;
        }
        self.0.iter().try_for_each(|index| write!(f, "[{index}]"))
    }
}

/// The kinds of JSON values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JsonKind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// A number.
    Number,
    /// A string, a number in quotes included.
    String,
    /// A list.
    List,
    /// An object.
    Object,
}

impl JsonKind {
    /// The kind of a value.
    pub fn of(value: &Value) -> Self {
        match value {
            Value::Null => JsonKind::Null,
            Value::Bool(_) => JsonKind::Bool,
            Value::Number(_) => JsonKind::Number,
            Value::String(_) => JsonKind::String,
            Value::Array(_) => JsonKind::List,
            Value::Object(_) => JsonKind::Object,
        }
    }
}

impl fmt::Display for JsonKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            JsonKind::Null => "null",
            JsonKind::Bool => "a boolean",
            JsonKind::Number => "a number",
            JsonKind::String => "a string",
            JsonKind::List => "a list",
            JsonKind::Object => "an object",
        })
    }
}
