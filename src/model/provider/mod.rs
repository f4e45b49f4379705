//! Language models over the network, through the crate `genai`.
//!
//! - `remote.rs`: one model of a provider: asked, asked again, given up
//! - `trouble.rs`: what a call that failed means: whether to ask again, and when
//! - `wire.rs`: the conversation as `genai` has it, and its replies as we do; `lenient.rs`: replies
//!   that it finds malformed
//! - `embedding.rs`: texts as vectors
//! - `key.rs`: what must not be seen
//!
//! A trial has a thread, which blocks on its calls; one runtime serves them all. Calls wait for each
//! other by provider.

mod embedding;
mod key;
mod lenient;
mod remote;
mod trouble;
mod wire;

use std::collections::BTreeMap;
use std::env;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use genai::adapter::AdapterKind;
use tokio::runtime::Runtime;
use tokio::sync::Semaphore;

use self::key::Key;
use self::remote::Remote;
use super::{Asking, Effort, Embed, Model, ModelName, Prices, Provider};
use crate::sandbox::Cancel;

/// How providers are reached. What decides a reply is in [`Asking`].
#[derive(Clone)]
pub struct ProviderOptions {
    /// Where they are, if not at home.
    pub base_url: Option<String>,
    /// Models that will be asked for embeddings, and for nothing else.
    pub embedders: Vec<ModelName>,
    /// Those that models will be asked to think with.
    pub efforts: Vec<Effort>,
    /// The environment variable with the key, instead of the provider's own.
    pub key_variable: Option<String>,
    pub prices: Prices,
    /// Whether a model without a price is an error.
    pub needs_prices: bool,
    /// Calls to one provider at once.
    pub parallel_calls: usize,
    /// How often a call is made again that failed in a way that passes.
    pub retries: usize,
    /// How long one call may take.
    pub timeout: Duration,
    /// Gives up all calls.
    pub cancel: Cancel,
}

/// Models that can't be asked as things stand.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    #[error(
        "ask {model}: the environment variable {variable} is not set; put the key there (keys are taken from the environment only)"
    )]
    NoKey { model: ModelName, variable: String },
    #[error("ask {model}: the key in {variable} has characters that no key has; set it again")]
    BadKey { model: ModelName, variable: String },
    #[error("ask {model}: --base-url {url}: {problem}")]
    BaseUrl {
        model: ModelName,
        url: String,
        problem: &'static str,
    },
    #[error(
        "ask {model}: its provider takes no number of tokens as effort; give none, minimal, low, medium, high, xhigh or max"
    )]
    Effort { model: ModelName },
    #[error(
        "ask {model}: the end of its name would be taken for an effort; give one with --effort, and the name is left as it is"
    )]
    EffortInName { model: ModelName },
    #[error(
        "keep {model} within a cost: its price is not known; say it with --prices FILE, or set no cost"
    )]
    NoPrice { model: ModelName },
    #[error("make ready for calls over the network: {0}")]
    Client(String),
}

/// The language models of a run, ready to be asked.
pub struct Providers {
    options: ProviderOptions,
    reached: BTreeMap<Provider, Arc<Reached>>,
    /// None where no model needs it.
    network: Option<Arc<Network>>,
}

/// What all calls share.
struct Network {
    runtime: Runtime,
    client: genai::Client,
}

/// What the calls to one provider share.
struct Reached {
    key: Key,
    base_url: Option<String>,
    slots: Semaphore,
    /// Why no further call will do better, once that is known.
    closed: Mutex<Option<String>>,
}

impl Providers {
    /// Makes ready to ask these models: those of no provider need nothing. Keys are read here.
    pub fn open(
        models: &[ModelName],
        options: ProviderOptions,
    ) -> Result<Providers, ProviderError> {
        let mut reached = BTreeMap::new();
        for name in models.iter().chain(&options.embedders) {
            let thinks = !options.embedders.contains(name);
            let ModelName::Remote { provider, model } = name else {
                continue;
            };
            let elsewhere = options.base_url.is_some();
            let is_tokens = |effort: &Effort| matches!(effort, Effort::Tokens(_));
            if thinks && options.efforts.iter().any(is_tokens) && !takes_tokens(*provider) {
                return Err(ProviderError::Effort {
                    model: name.clone(),
                });
            }
            // Where the name is in the address, `genai` can't be told otherwise; see `wire.rs`.
            let ends_as_effort = genai::chat::ReasoningEffort::from_model_name(model)
                .0
                .is_some();
            if thinks
                && *provider == Provider::Gemini
                && options.efforts.is_empty()
                && ends_as_effort
            {
                return Err(ProviderError::EffortInName {
                    model: name.clone(),
                });
            }
            let price = options.prices.price(*provider, model, elsewhere);
            if options.needs_prices && price.is_none() {
                return Err(ProviderError::NoPrice {
                    model: name.clone(),
                });
            }
            let base_url = base_url(name, options.base_url.as_deref())?;
            let key = key(name, *provider, &options)?;
            reached.entry(*provider).or_insert_with(|| {
                Arc::new(Reached {
                    key,
                    base_url,
                    slots: Semaphore::new(options.parallel_calls.clamp(1, Semaphore::MAX_PERMITS)),
                    closed: Mutex::new(None),
                })
            });
        }
        let network = match reached.is_empty() {
            true => None,
            false => Some(Arc::new(Network::open()?)),
        };
        Ok(Providers {
            options,
            reached,
            network,
        })
    }

    /// Calls to one provider at once.
    pub fn parallel_calls(&self) -> usize {
        self.options.parallel_calls
    }

    /// A model that was made ready; nothing for any other.
    pub fn model(
        &self,
        provider: Provider,
        model: &str,
        attempt: u32,
        asking: &Asking,
    ) -> Option<Box<dyn Model>> {
        let remote = self.remote(provider, model, attempt, asking)?;
        Some(Box::new(remote))
    }

    /// A model that was made ready to be asked for embeddings; nothing for any other.
    pub fn embedder(&self, name: &ModelName) -> Option<Box<dyn Embed>> {
        let ModelName::Remote { provider, model } = name else {
            return None;
        };
        let remote = self.remote(*provider, model, 1, &Asking::default())?;
        Some(Box::new(remote))
    }

    fn remote(
        &self,
        provider: Provider,
        model: &str,
        attempt: u32,
        asking: &Asking,
    ) -> Option<Remote> {
        let (reached, network) = (self.reached.get(&provider)?, self.network.as_ref()?);
        Some(Remote::new(
            provider,
            model,
            attempt,
            asking,
            &self.options,
            reached.clone(),
            network.clone(),
        ))
    }
}

impl Network {
    fn open() -> Result<Network, ProviderError> {
        let failed = |error: &dyn std::fmt::Display| ProviderError::Client(error.to_string());
        // Fails where the process has one already, which will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // A redirection to another host would take the key along.
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(30))
            .build()
            .map_err(|error| failed(&error))?;
        let client = genai::Client::builder().with_reqwest(http).build();
        // The threads that block on calls do the work of them.
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("network")
            .enable_all()
            .build();
        Ok(Network {
            client: client.map_err(|error| failed(&error))?,
            runtime: runtime.map_err(|error| failed(&error))?,
        })
    }
}

fn takes_tokens(provider: Provider) -> bool {
    matches!(provider, Provider::Anthropic | Provider::Gemini)
}

fn adapter(provider: Provider) -> AdapterKind {
    match provider {
        Provider::OpenAi => AdapterKind::OpenAI,
        Provider::OpenAiResponses => AdapterKind::OpenAIResp,
        Provider::Anthropic => AdapterKind::Anthropic,
        Provider::Gemini => AdapterKind::Gemini,
        Provider::Ollama => AdapterKind::Ollama,
    }
}

/// Where a provider's own servers are.
fn home(provider: Provider) -> &'static str {
    match provider {
        Provider::OpenAi | Provider::OpenAiResponses => "https://api.openai.com/v1/",
        Provider::Anthropic => "https://api.anthropic.com/v1/",
        Provider::Gemini => "https://generativelanguage.googleapis.com/v1beta/",
        Provider::Ollama => "http://localhost:11434/",
    }
}

/// The key of the provider; of a server elsewhere only the one that was named for it, since a
/// provider's own key is nothing to give to others.
fn key(
    name: &ModelName,
    provider: Provider,
    options: &ProviderOptions,
) -> Result<Key, ProviderError> {
    let named = options.key_variable.as_deref();
    let own = match options.base_url {
        Some(_) => None,
        None => provider.key_variable(),
    };
    let Some(variable) = named.or(own) else {
        return Ok(Key::none());
    };
    let (model, variable_name) = (name.clone(), variable.to_owned());
    match env::var(variable) {
        Ok(key) if key.trim().is_empty() => {}
        Ok(key) if key.trim().chars().all(|c| c.is_ascii_graphic()) => {
            return Ok(Key::new(key.trim()));
        }
        Err(env::VarError::NotPresent) => {}
        _ => {
            return Err(ProviderError::BadKey {
                model,
                variable: variable_name,
            });
        }
    }
    Err(ProviderError::NoKey {
        model,
        variable: variable_name,
    })
}

/// A base URL as `genai` wants it. One with a secret in it would end up in records.
fn base_url(model: &ModelName, url: Option<&str>) -> Result<Option<String>, ProviderError> {
    let Some(url) = url else {
        return Ok(None);
    };
    let wrong = |problem| {
        Err(ProviderError::BaseUrl {
            model: model.clone(),
            url: url.to_owned(),
            problem,
        })
    };
    let Ok(parsed) = reqwest::Url::parse(url) else {
        return wrong("this is no URL; write it as in http://localhost:8000/v1");
    };
    if !matches!(parsed.scheme(), "http" | "https") || !parsed.has_host() {
        return wrong("this is no address of a server; write it as in http://localhost:8000/v1");
    }
    if !parsed.username().is_empty() || parsed.password().is_some() || parsed.query().is_some() {
        return Err(ProviderError::BaseUrl {
            model: model.clone(),
            url: "…".to_owned(),
            problem: "it has a name, a password or a query in it, and it is recorded; give a key by --key-variable",
        });
    }
    Ok(Some(format!("{}/", url.trim_end_matches('/'))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_is_an_address_without_secrets() {
        let model: ModelName = "openai/m".parse().unwrap();
        let read = |url| base_url(&model, Some(url));
        for url in ["http://localhost:8000/v1", "http://localhost:8000/v1/"] {
            let read = read(url).unwrap();
            assert_eq!(read.as_deref(), Some("http://localhost:8000/v1/"));
        }
        for url in ["localhost:8000", "v1", "file:///etc/passwd"] {
            assert!(read(url).is_err(), "{url}");
        }
        for url in [
            "https://me:hunter22@host/v1",
            "https://host/v1?key=hunter22",
        ] {
            let error = read(url).unwrap_err().to_string();
            assert!(!error.contains("hunter22"), "{error}");
        }
    }
}
