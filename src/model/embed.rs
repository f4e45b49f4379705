//! Texts as vectors, which are near where the texts are alike.

use super::{ModelError, Usage};

/// Something that makes them.
pub trait Embed: Send {
    /// One vector for each text, in order, all of one length.
    fn embed(&mut self, texts: &[String]) -> Result<Embedded, ModelError>;
}

/// What it made, and what its provider told of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Embedded {
    pub vectors: Vec<Vec<f32>>,
    /// The model that answered, as the provider names it.
    pub model: Option<String>,
    /// None where the provider didn't tell.
    pub usage: Option<Usage>,
    /// None where the price isn't known.
    pub cost_usd: Option<f64>,
}
