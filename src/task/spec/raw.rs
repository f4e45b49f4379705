//! `task.toml` as it is written: types and keys are checked, values aren't yet.

use serde::Deserialize;
use toml::Spanned;

use crate::task::gold::Gold;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paper {
    /// Checked before the rest is read, see [`super::document::Document::parse`].
    #[serde(rename = "format")]
    pub _format: i64,
    pub id: Spanned<String>,
    pub title: Spanned<String>,
    pub licence: Spanned<String>,
    pub field: Spanned<String>,
    #[serde(default)]
    pub guest: Vec<Spanned<String>>,
    #[serde(rename = "function")]
    pub functions: Vec<Function>,
    #[serde(rename = "experiment")]
    pub experiments: Spanned<Vec<Experiment>>,
    #[serde(default)]
    pub acknowledged: Vec<Acknowledged>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acknowledged {
    pub file: Spanned<String>,
    pub text: Spanned<String>,
    pub reason: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Function {
    pub file: Spanned<String>,
    pub name: Spanned<String>,
    pub description: Spanned<String>,
    pub docstring: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Experiment {
    pub id: Spanned<String>,
    pub description: Spanned<String>,
    pub command: Spanned<String>,
    pub reseeded: Option<Spanned<String>>,
    #[serde(default)]
    pub limits: Limits,
    #[serde(rename = "metric")]
    pub metrics: Spanned<Vec<Metric>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    pub fuel: Option<Spanned<String>>,
    pub memory: Option<Spanned<String>>,
    pub time: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metric {
    pub name: Spanned<String>,
    pub source: Spanned<Source>,
    pub gold: Spanned<Gold>,
    pub alternative: Option<Spanned<Gold>>,
    pub rtol: Option<Spanned<f64>>,
    pub atol: Option<Spanned<f64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    pub stdout: Option<Spanned<String>>,
    pub pattern: Option<Spanned<String>>,
    pub file: Option<Spanned<String>>,
    pub path: Option<Spanned<String>>,
}
