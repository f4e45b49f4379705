//! The models that can be asked for by name.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A model as it is asked for on the command line and named in records.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ModelName {
    Oracle,
    Nop,
}

/// No model of that name.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no model `{0}`; there are: oracle, nop")]
pub struct UnknownModel(String);

impl FromStr for ModelName {
    type Err = UnknownModel;

    fn from_str(name: &str) -> Result<ModelName, UnknownModel> {
        match name {
            "oracle" => Ok(ModelName::Oracle),
            "nop" => Ok(ModelName::Nop),
            _ => Err(UnknownModel(name.to_owned())),
        }
    }
}

impl TryFrom<String> for ModelName {
    type Error = UnknownModel;

    fn try_from(name: String) -> Result<ModelName, UnknownModel> {
        name.parse()
    }
}

impl From<ModelName> for String {
    fn from(name: ModelName) -> String {
        name.to_string()
    }
}

impl fmt::Display for ModelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ModelName::Oracle => "oracle",
            ModelName::Nop => "nop",
        })
    }
}
