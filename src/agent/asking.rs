//! Asking the model: with as much of the conversation as the history has it, and with less where that
//! is too long.

use std::time::Instant;

use super::event::{Ending, Event, Purpose, ReplyTime};
use super::run::{AgentError, Attempt, End, Stopped, over};
use super::sending::Sending;
use crate::model::{Message, ModelError, Reply, Request, Stop};

/// Characters to a token, where the model hasn't shown how many: fewer than there are in most texts.
pub(super) const TOKEN: f64 = 3.0;
/// Why a conversation isn't sent as it is, where its length was counted.
const FORESEEN: &str = "it is longer than the model can read, as counted beforehand";
/// Tokens kept free for a reply.
const REPLY_TOKENS: u64 = 4_096;

impl Attempt<'_, '_, '_> {
    /// The reply to the conversation as it stands; to less of it, where it is too long.
    pub(super) fn reply(&mut self) -> Result<Reply, Stopped> {
        loop {
            let sending = self.conversation.sending(self.agent.prompts)?;
            let told = match self.is_too_long(&sending) && self.conversation.can_show_less() {
                true => Err(Stopped::TooLong(FORESEEN.to_owned())),
                false => self.ask(&sending, Purpose::Step),
            };
            self.conversation.sent(sending);
            match told {
                Err(Stopped::TooLong(reason)) => self.show_less(reason)?,
                other => return other,
            }
        }
    }

    /// Asks once, and records what was asked and what was said.
    pub(super) fn ask(&mut self, sending: &Sending, purpose: Purpose) -> Result<Reply, Stopped> {
        let asked = Instant::now();
        let request = Request {
            messages: &sending.messages,
            tools: &self.tools,
        };
        let reply = self
            .agent
            .model
            .reply(&request)
            .map_err(|error| match error {
                ModelError::Confused(reason) => over(Ending::ModelFailed { reason }),
                ModelError::Refused(reason) => over(Ending::Refused { reason }),
                ModelError::Overflow(reason) => Stopped::TooLong(reason),
                ModelError::Provider(reason) => Stopped::End(End::Interrupted { reason }),
            })?;
        self.spent.steps += u32::from(purpose == Purpose::Step);
        self.spent.reply(&reply);
        if let Some(usage) = reply.usage.filter(|usage| usage.input_tokens > 0) {
            self.characters_a_token = sending.size.max(1) as f64 / usage.input_tokens as f64;
        }
        let event = Event::Reply {
            step: match purpose {
                Purpose::Step => self.spent.steps,
                Purpose::Summary | Purpose::Reflection => self.spent.steps + 1,
            },
            purpose,
            request: self.requests.sent(&sending.messages, &sending.hashes),
            reply: reply.clone(),
            measured: ReplyTime {
                model_ms: asked.elapsed().as_millis() as u64,
            },
        };
        self.record(&event)?;
        Ok(reply)
    }

    /// Whether the model couldn't read so much and still reply, as far as that is known beforehand.
    fn is_too_long(&self, sending: &Sending) -> bool {
        let Some(context) = self.agent.model.context() else {
            return false;
        };
        let free = context.saturating_sub(REPLY_TOKENS.min(context / 4));
        sending.size as f64 / self.characters_a_token > free as f64
    }

    /// Shows less of a conversation that is too long, as the history has it.
    fn show_less(&mut self, reason: String) -> Result<(), Stopped> {
        if !self.conversation.can_show_less() {
            return Err(over(Ending::ModelFailed { reason }));
        }
        self.too_long(reason)?;
        match self.conversation.summary_helps() {
            Some(end) if self.summarise(end)? => {}
            _ => self.conversation.show_less(),
        }
        Ok(())
    }

    pub(super) fn too_long(&mut self, reason: String) -> Result<(), AgentError> {
        let step = self.spent.steps + 1;
        self.record(&Event::TooLong { step, reason })
    }

    pub(super) fn summarise_if_due(&mut self) -> Result<(), Stopped> {
        match self.conversation.summary_due() {
            Some(end) => self.summarise(end).map(|_| ()),
            None => Ok(()),
        }
    }

    /// Has the model sum up the turns before one; false where they are too many for it, or it says
    /// nothing.
    fn summarise(&mut self, end: usize) -> Result<bool, Stopped> {
        let mut messages = self.conversation.until(end, self.agent.prompts)?;
        messages.push(Message::User {
            text: self.agent.prompts.summarise()?,
        });
        match self.ask(&Sending::of(messages), Purpose::Summary) {
            Ok(reply) if is_said(&reply) => {
                self.conversation.summarised(end, reply.text);
                Ok(true)
            }
            Ok(_) => Ok(false),
            Err(Stopped::TooLong(reason)) => self
                .too_long(reason)
                .map(|()| false)
                .map_err(Stopped::Error),
            Err(stopped) => Err(stopped),
        }
    }
}

/// Whether a reply is text that a model meant to give.
pub(super) fn is_said(reply: &Reply) -> bool {
    !reply.text.trim().is_empty() && reply.stop != Stop::Refused
}
