//! How a provider's model is asked: what a user may choose of it.

use std::fmt;
use std::str::FromStr;

use genai::chat::ReasoningEffort;
use serde::{Deserialize, Serialize};

/// What isn't said is the provider's own choice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asking {
    /// Where the model is; the provider's own address where there is none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub base_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub effort: Option<Effort>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub temperature: Option<Finite>,
    /// What a first attempt's sampling follows from; a later attempt's from the numbers after it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub seed: Option<u64>,
    /// The most tokens that one reply may have.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reply_tokens: Option<u32>,
}

/// How much a model thinks before it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Effort {
    None,
    Minimal,
    Low,
    Medium,
    High,
    Xhigh,
    Max,
    /// Tokens of thought.
    Tokens(u32),
}

const LEVELS: [(&str, Effort); 7] = [
    ("none", Effort::None),
    ("minimal", Effort::Minimal),
    ("low", Effort::Low),
    ("medium", Effort::Medium),
    ("high", Effort::High),
    ("xhigh", Effort::Xhigh),
    ("max", Effort::Max),
];

/// A text that is no effort.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no effort; write none, minimal, low, medium, high, xhigh, max, or a number of tokens"
)]
pub struct EffortError(String);

impl FromStr for Effort {
    type Err = EffortError;

    fn from_str(text: &str) -> Result<Effort, EffortError> {
        let level = LEVELS.iter().find(|(name, _)| *name == text);
        let tokens = || text.parse().ok().filter(|tokens| *tokens > 0);
        level
            .map(|(_, effort)| *effort)
            .or_else(|| tokens().map(Effort::Tokens))
            .ok_or_else(|| EffortError(text.to_owned()))
    }
}

impl TryFrom<String> for Effort {
    type Error = EffortError;

    fn try_from(text: String) -> Result<Effort, EffortError> {
        text.parse()
    }
}

impl From<Effort> for String {
    fn from(effort: Effort) -> String {
        effort.to_string()
    }
}

impl fmt::Display for Effort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = LEVELS.iter().find(|(_, effort)| effort == self);
        match (name, self) {
            (Some((name, _)), _) => f.write_str(name),
            (None, Effort::Tokens(tokens)) => write!(f, "{tokens}"),
            (None, _) => Ok(()),
        }
    }
}

impl From<Effort> for ReasoningEffort {
    fn from(effort: Effort) -> ReasoningEffort {
        match effort {
            Effort::None => ReasoningEffort::Zero,
            Effort::Minimal => ReasoningEffort::Minimal,
            Effort::Low => ReasoningEffort::Low,
            Effort::Medium => ReasoningEffort::Medium,
            Effort::High => ReasoningEffort::High,
            Effort::Xhigh => ReasoningEffort::XHigh,
            Effort::Max => ReasoningEffort::Max,
            Effort::Tokens(tokens) => ReasoningEffort::Budget(tokens),
        }
    }
}

/// A number from 0 on: never NaN nor infinite, so it equals itself.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Finite(f64);

impl Eq for Finite {}

/// A number that is none of those.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no number from 0 on")]
pub struct FiniteError(String);

impl Finite {
    pub fn get(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for Finite {
    type Error = FiniteError;

    fn try_from(number: f64) -> Result<Finite, FiniteError> {
        match number.is_finite() && number >= 0.0 {
            true => Ok(Finite(number)),
            false => Err(FiniteError(number.to_string())),
        }
    }
}

impl From<Finite> for f64 {
    fn from(number: Finite) -> f64 {
        number.0
    }
}

impl FromStr for Finite {
    type Err = FiniteError;

    fn from_str(text: &str) -> Result<Finite, FiniteError> {
        let number: f64 = text.parse().map_err(|_| FiniteError(text.to_owned()))?;
        Finite::try_from(number).map_err(|_| FiniteError(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn efforts_are_levels_or_tokens_and_are_written_as_they_are_read() {
        for text in [
            "none", "minimal", "low", "medium", "high", "xhigh", "max", "8000",
        ] {
            assert_eq!(text.parse::<Effort>().unwrap().to_string(), text);
        }
        for wrong in ["", "0", "-1", "hard", "1.5"] {
            assert_eq!(wrong.parse::<Effort>(), Err(EffortError(wrong.to_owned())));
        }
    }

    #[test]
    fn numbers_are_finite_and_not_negative() {
        assert_eq!("0.7".parse::<Finite>().unwrap().get(), 0.7);
        for wrong in ["nan", "inf", "-0.1", ""] {
            assert!(wrong.parse::<Finite>().is_err(), "{wrong}");
        }
    }
}
