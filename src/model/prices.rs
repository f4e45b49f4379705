//! What replies cost, and how much models can read: from a table in the program, and a file beside
//! it that goes first.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{Finite, Provider, Usage};

/// The program's own.
const TABLE: &str = include_str!("prices.toml");

/// A price table that can't be read.
#[derive(Debug, thiserror::Error)]
pub enum PriceError {
    #[error("read the prices in {path}: {source}")]
    Io { path: PathBuf, source: io::Error },
    #[error("read the prices in {path}: {source}")]
    Toml {
        path: PathBuf,
        source: Box<toml::de::Error>,
    },
}

/// What is known of models, by names as on the command line.
#[derive(Clone, Debug, Default)]
pub struct Prices {
    /// Of a file given by the user: for models wherever they are.
    given: Table,
    /// Of the program: for providers' own servers.
    own: Table,
}

type Table = BTreeMap<String, Entry>;

/// Dollars for a million tokens; and the tokens that a conversation and its reply may have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    input: Option<Finite>,
    /// Read from a cache; as `input` where it isn't said.
    cached: Option<Finite>,
    /// Written to a cache; as `input` where it isn't said.
    cache_write: Option<Finite>,
    output: Option<Finite>,
    context: Option<u64>,
}

/// What one model's replies cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Price {
    input: Finite,
    cached: Finite,
    cache_write: Finite,
    output: Finite,
}

impl Price {
    /// In dollars.
    pub fn of(&self, usage: &Usage) -> f64 {
        let cached = usage.cached_tokens.min(usage.input_tokens);
        let written = usage.cache_write_tokens.min(usage.input_tokens - cached);
        let fresh = usage.input_tokens - cached - written;
        let millionths = [
            (fresh, self.input),
            (cached, self.cached),
            (written, self.cache_write),
            (usage.output_tokens, self.output),
        ];
        let sum: f64 = millionths
            .iter()
            .map(|(tokens, price)| *tokens as f64 * price.get())
            .sum();
        sum / 1e6
    }
}

impl Prices {
    /// The program's table, and a file that goes before it.
    pub fn load(file: Option<&Path>) -> Result<Prices, PriceError> {
        let own = parse(TABLE, Path::new("prices.toml"))?;
        let given = match file {
            None => Table::new(),
            Some(path) => {
                let text = std::fs::read_to_string(path).map_err(|source| PriceError::Io {
                    path: path.to_owned(),
                    source,
                })?;
                parse(&text, path)?
            }
        };
        Ok(Prices { given, own })
    }

    /// What a model's replies cost, where that is known. A server that isn't the provider's own has
    /// prices of its own.
    pub(super) fn price(&self, provider: Provider, model: &str, elsewhere: bool) -> Option<Price> {
        let entry = self.entries(provider, model, elsewhere);
        entry.into_iter().flatten().find_map(|entry| {
            let (input, output) = (entry.input?, entry.output?);
            Some(Price {
                input,
                cached: entry.cached.unwrap_or(input),
                cache_write: entry.cache_write.unwrap_or(input),
                output,
            })
        })
    }

    /// Dollars for some usage of a model, where its price is known.
    pub fn cost(
        &self,
        provider: Provider,
        model: &str,
        elsewhere: bool,
        usage: &Usage,
    ) -> Option<f64> {
        let price = self.price(provider, model, elsewhere)?;
        Some(price.of(usage))
    }

    /// How many tokens a model can have before it, where that is known.
    pub(super) fn context(&self, provider: Provider, model: &str, elsewhere: bool) -> Option<u64> {
        let entry = self.entries(provider, model, elsewhere);
        entry.into_iter().flatten().find_map(|entry| entry.context)
    }

    fn entries(&self, provider: Provider, model: &str, elsewhere: bool) -> [Option<&Entry>; 2] {
        let provider = match provider {
            // One model at one price, by two protocols.
            Provider::OpenAiResponses => Provider::OpenAi,
            provider => provider,
        };
        let name = format!("{}/{model}", provider.name());
        let own = match elsewhere {
            true => None,
            false => find(&self.own, &name),
        };
        [find(&self.given, &name), own]
    }
}

fn parse(text: &str, path: &Path) -> Result<Table, PriceError> {
    toml::from_str(text).map_err(|source| PriceError::Toml {
        path: path.to_owned(),
        source: Box::new(source),
    })
}

/// By the name itself; by a name that a date was added to; by the longest beginning that is followed
/// by `*`.
fn find<'t>(table: &'t Table, name: &str) -> Option<&'t Entry> {
    table.get(name).or_else(|| {
        let dated = name
            .char_indices()
            .filter(|(at, c)| *c == '-' && is_date(&name[at + 1..]))
            .find_map(|(at, _)| table.get(&name[..at]));
        dated.or_else(|| {
            let begins = |key: &&String| {
                let start = key.strip_suffix('*');
                start.is_some_and(|start| name.starts_with(start))
            };
            let longest = table.keys().filter(begins).max_by_key(|key| key.len())?;
            table.get(longest)
        })
    })
}

/// `20250929` or `2025-08-07`.
fn is_date(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let dashes = text.chars().filter(|c| *c == '-').count();
    digits == 8 && text.len() == digits + dashes && (dashes == 0 || dashes == 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prices(given: &str) -> Prices {
        Prices {
            given: parse(given, Path::new("given")).unwrap(),
            own: parse(TABLE, Path::new("own")).unwrap(),
        }
    }

    #[test]
    fn a_reply_costs_what_was_read_fresh_and_cached_and_what_was_written() {
        let prices = prices(
            "[\"openai/m\"]\ninput = 2.0\ncached = 0.5\noutput = 10.0\n\
             [\"openai/whole\"]\ninput = 1.0\noutput = 0.0\n",
        );
        let usage = Usage {
            input_tokens: 1_000_000,
            cached_tokens: 400_000,
            cache_write_tokens: 100_000,
            output_tokens: 50_000,
            reasoning_tokens: 20_000,
        };
        let cost = |model| {
            prices
                .price(Provider::OpenAi, model, true)
                .unwrap()
                .of(&usage)
        };
        assert!((cost("m") - (0.5 * 2.0 + 0.4 * 0.5 + 0.1 * 2.0 + 0.05 * 10.0)).abs() < 1e-12);
        assert!((cost("whole") - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_model_is_found_by_its_name_with_a_date_or_by_how_it_begins() {
        let prices = prices(
            "[\"openai/m\"]\ninput = 1.0\noutput = 1.0\n\
             [\"openai/m-mini\"]\ninput = 2.0\noutput = 2.0\n\
             [\"ollama/*\"]\ncontext = 8192\n",
        );
        let input = |model| {
            let price = prices.price(Provider::OpenAiResponses, model, true);
            price.map(|price| price.input.get())
        };
        assert_eq!(input("m"), Some(1.0));
        assert_eq!(input("m-2025-08-07"), Some(1.0));
        assert_eq!(input("m-mini-20250807"), Some(2.0));
        assert_eq!(input("m-large"), None);
        // What a file doesn't say is the table's.
        let local = prices.price(Provider::Ollama, "qwen", false);
        assert_eq!(local.map(|price| price.input.get()), Some(0.0));
        assert_eq!(prices.context(Provider::Ollama, "qwen", false), Some(8192));
    }

    #[test]
    fn a_server_elsewhere_has_no_price_of_the_programs() {
        let prices = Prices::load(None).unwrap();
        assert!(prices.price(Provider::OpenAi, "gpt-5", false).is_some());
        assert!(prices.price(Provider::OpenAi, "gpt-5", true).is_none());
        assert!(
            prices
                .price(Provider::OpenAi, "gpt-unheard-of", false)
                .is_none()
        );
    }
}
