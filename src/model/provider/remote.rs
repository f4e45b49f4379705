//! One model of a provider: asked, asked again, given up.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Arc, PoisonError};
use std::task::Poll;
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use genai::chat::{ChatOptions, ChatRequest};
use genai::resolver::Endpoint;
use genai::{ModelIden, ServiceTarget};
use serde_json::Value;

use super::super::prices::Price;
use super::super::{Asking, Model, ModelError, Provider, Reply, Request};
use super::trouble::{Kind, Trouble, clip};
use super::{Network, ProviderOptions, Reached, adapter, home, wire};
use crate::sandbox::Cancel;

/// Waits between calls that failed: from, and at most; each twice the one before, and up to as much
/// again by chance, so that trials that failed together don't come back together.
const FIRST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// How often a call is looked at for whether it is given up.
const LOOK: Duration = Duration::from_millis(20);

/// A language model of one trial.
pub(super) struct Remote {
    provider: Provider,
    model: String,
    attempt: u32,
    asking: Asking,
    pub(super) price: Option<Price>,
    context: Option<u64>,
    retries: usize,
    timeout: Duration,
    cancel: Cancel,
    reached: Arc<Reached>,
    pub(super) network: Arc<Network>,
}

impl Remote {
    pub fn new(
        provider: Provider,
        model: &str,
        attempt: u32,
        asking: &Asking,
        options: &ProviderOptions,
        reached: Arc<Reached>,
        network: Arc<Network>,
    ) -> Remote {
        let elsewhere = options.base_url.is_some();
        Remote {
            provider,
            model: model.to_owned(),
            attempt,
            asking: asking.clone(),
            price: options.prices.price(provider, model, elsewhere),
            context: options.prices.context(provider, model, elsewhere),
            retries: options.retries,
            timeout: options.timeout,
            cancel: options.cancel.clone(),
            reached,
            network,
        }
    }

    pub(super) fn target(&self) -> ServiceTarget {
        let adapter = adapter(self.provider);
        ServiceTarget {
            endpoint: match &self.reached.base_url {
                Some(url) => Endpoint::from_owned(url.as_str()),
                None => Endpoint::from_static(home(self.provider)),
            },
            auth: self.reached.key.auth(),
            model: ModelIden::new(adapter, self.model.as_str()),
        }
    }

    /// Calls until there is a reply, or none is to be had.
    pub(super) async fn ask<T, F>(&self, call: impl Fn() -> F) -> Result<T, Trouble>
    where
        F: Future<Output = Result<T, Trouble>>,
    {
        let waits = ExponentialBuilder::new()
            .with_min_delay(FIRST_WAIT)
            .with_max_delay(LONGEST_WAIT)
            .with_jitter()
            .with_max_times(self.retries);
        let call = || self.in_turn(call());
        call.retry(waits)
            .sleep(tokio::time::sleep)
            .when(Trouble::passes)
            // No earlier than the provider said.
            .adjust(|trouble, wait| wait.map(|wait| trouble.wait().unwrap_or(wait)))
            .await
    }

    /// One call, when it is this one's turn.
    async fn in_turn<T>(
        &self,
        call: impl Future<Output = Result<T, Trouble>>,
    ) -> Result<T, Trouble> {
        // Never closed.
        let _slot = self.reached.slots.acquire().await;
        if let Some(said) = self.closed() {
            return Err(Trouble {
                kind: Kind::Lasting,
                said,
            });
        }
        let replied = tokio::time::timeout(self.timeout, call).await;
        let replied = replied.unwrap_or_else(|_| {
            let seconds = self.timeout.as_secs_f64();
            Err(Trouble::passing(format!("no reply within {seconds} s")))
        });
        replied.inspect_err(|trouble| {
            if trouble.kind == Kind::Key {
                self.close(&trouble.said);
            }
        })
    }

    /// One call of the conversation.
    async fn chat(&self, chat: &ChatRequest, options: &ChatOptions) -> Result<Reply, Trouble> {
        let client = &self.network.client;
        let answered = client.exec_chat(self.target(), chat.clone(), Some(options));
        match answered.await {
            Ok(mut response) => {
                let raw = response.captured_raw_body.take().unwrap_or(Value::Null);
                wire::reply(self.provider, response, &raw)
            }
            Err(genai::Error::ChatResponseGeneration {
                model_iden,
                request_payload,
                response_body,
                cause,
            }) => {
                let raw = (*response_body).clone();
                let error = Trouble::of(&genai::Error::ChatResponseGeneration {
                    model_iden,
                    request_payload,
                    response_body,
                    cause,
                });
                wire::malformed(self.provider, &raw, error)
            }
            Err(error) => Err(Trouble::of(&error)),
        }
    }

    /// What comes of asking, unless that is cancelled.
    pub(super) fn wait<T>(
        &self,
        asked: impl Future<Output = Result<T, Trouble>>,
    ) -> Result<T, ModelError> {
        let asking = unless_cancelled(&self.cancel, asked);
        let Some(asked) = self.network.runtime.block_on(asking) else {
            return Err(ModelError::Provider("cancelled".to_owned()));
        };
        asked.map_err(|trouble| {
            let said = format!(
                "{}/{}: {}",
                self.provider.name(),
                self.model,
                clip(&self.hidden(&trouble.said))
            );
            match trouble.kind {
                Kind::Overflow => ModelError::Overflow(said),
                Kind::Refused => ModelError::Refused(said),
                Kind::Passing(_) | Kind::Lasting | Kind::Key => ModelError::Provider(said),
            }
        })
    }

    /// A text without the key.
    pub(super) fn hidden(&self, text: &str) -> String {
        self.reached.key.hide(text).into_owned()
    }

    fn closed(&self) -> Option<String> {
        let closed = self.reached.closed.lock();
        closed.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn close(&self, said: &str) {
        let closed = self.reached.closed.lock();
        let mut closed = closed.unwrap_or_else(PoisonError::into_inner);
        closed.get_or_insert_with(|| said.to_owned());
    }

    /// A reply with the key taken out, wherever a server may have put it.
    fn without_key(&self, reply: Reply) -> Result<Reply, ModelError> {
        let unreadable = |error: serde_json::Error| ModelError::Provider(error.to_string());
        let json = serde_json::to_string(&reply).map_err(unreadable)?;
        match self.reached.key.hide(&json) {
            std::borrow::Cow::Borrowed(_) => Ok(reply),
            std::borrow::Cow::Owned(hidden) => serde_json::from_str(&hidden).map_err(unreadable),
        }
    }
}

/// What comes of it; nothing once it is cancelled.
async fn unless_cancelled<T>(cancel: &Cancel, work: impl Future<Output = T>) -> Option<T> {
    let cancelled = async {
        while !cancel.is_cancelled() {
            tokio::time::sleep(LOOK).await;
        }
    };
    let (mut work, mut cancelled) = (pin!(work), pin!(cancelled));
    poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending => cancelled.as_mut().poll(context).map(|()| None),
    })
    .await
}

impl Model for Remote {
    fn reply(&mut self, request: &Request<'_>) -> Result<Reply, ModelError> {
        let chat = wire::request(self.provider, request);
        // A trial's requests share all but their ends.
        let cache_key = match self.reached.base_url {
            Some(_) => None,
            None => request.messages.get(1).map(|message| message.hash()),
        };
        let options = wire::options(
            self.provider,
            &self.model,
            &self.asking,
            self.attempt,
            cache_key,
        );
        let mut reply = self.wait(self.ask(|| self.chat(&chat, &options)))?;
        wire::name_calls(&mut reply, request.messages);
        reply.cost_usd = match (reply.usage, self.price) {
            (Some(usage), Some(price)) => Some(price.of(&usage)),
            _ => None,
        };
        self.without_key(reply)
    }

    fn context(&self) -> Option<u64> {
        self.context
    }
}
