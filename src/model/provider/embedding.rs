//! A provider's embeddings.

use genai::embed::{EmbedOptions, EmbedRequest};

use super::super::{Embed, Embedded, ModelError, Usage};
use super::remote::Remote;
use super::trouble::{Kind, Trouble};

impl Embed for Remote {
    fn embed(&mut self, texts: &[String]) -> Result<Embedded, ModelError> {
        let embedded = self.wait(self.ask(|| self.embeddings(texts)))?;
        Ok(Embedded {
            cost_usd: match (embedded.usage, self.price) {
                (Some(usage), Some(price)) => Some(price.of(&usage)),
                _ => None,
            },
            ..embedded
        })
    }
}

impl Remote {
    /// One call.
    async fn embeddings(&self, texts: &[String]) -> Result<Embedded, Trouble> {
        let request = EmbedRequest::new_batch(texts.to_vec());
        let options = EmbedOptions::new().with_capture_usage(true);
        let client = &self.network.client;
        let embedded = client.exec_embed(self.target(), request, Some(&options));
        let mut embedded = embedded.await.map_err(|error| match error {
            genai::Error::StreamParse { serde_error, .. } => {
                Trouble::passing(format!("its reply can't be read: {serde_error}"))
            }
            other => Trouble::of(&other),
        })?;
        embedded.embeddings.sort_by_key(|it| it.index);
        let model = embedded.provider_model_iden.model_name.to_string();
        let read = embedded
            .usage
            .prompt_tokens
            .and_then(|it| u64::try_from(it).ok());
        let vectors = embedded.embeddings.into_iter().map(|it| it.vector);
        let vectors: Vec<Vec<f32>> = vectors.collect();
        let length = vectors.first().map_or(0, Vec::len);
        let is_whole = |vector: &Vec<f32>| {
            vector.len() == length && vector.iter().all(|number| number.is_finite())
        };
        if vectors.len() != texts.len() || length == 0 || !vectors.iter().all(is_whole) {
            // A server that doesn't know several texts at once won't the next time either.
            return Err(Trouble {
                kind: Kind::Lasting,
                said: format!(
                    "it was asked for {} vectors, and gave {}, not all of them whole and of one length",
                    texts.len(),
                    vectors.len()
                ),
            });
        }
        Ok(Embedded {
            vectors,
            model: Some(self.hidden(&model)),
            usage: read.map(|input_tokens| Usage {
                input_tokens,
                ..Usage::default()
            }),
            cost_usd: None,
        })
    }
}
