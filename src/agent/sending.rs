//! A request's messages, as they are sent.

use crate::model::Message;

/// Messages as they are sent. Their hashes and lengths are kept with them, so that a step takes as
/// long as what it adds, however much was said before.
#[derive(Debug, Default)]
pub(super) struct Sending {
    pub messages: Vec<Message>,
    pub hashes: Vec<String>,
    /// Of all messages, in characters.
    pub size: usize,
    /// Turns of the conversation that there were.
    pub turns: usize,
}

impl Sending {
    pub fn of(messages: Vec<Message>) -> Sending {
        let mut sending = Sending::default();
        sending.extend(messages);
        sending
    }

    pub fn extend(&mut self, messages: impl IntoIterator<Item = Message>) {
        for message in messages {
            self.hashes.push(message.hash());
            self.size += message.size();
            self.messages.push(message);
        }
    }
}
