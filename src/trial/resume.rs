//! Replies that were recorded are given again: so a trial that was stopped goes on and none is bought
//! twice, and one that is finished is proved or gone on with from one of its steps.

use std::collections::VecDeque;

use crate::agent::{Event, Said};
use crate::model::{Message, Model, ModelError, Reply, Request};

/// Says again what was recorded, to the same requests, then asks on.
pub(super) struct Recorded {
    recorded: VecDeque<(Asked, Result<Reply, ModelError>)>,
    model: Box<dyn Model>,
}

/// What was asked.
enum Asked {
    /// The messages with these hashes.
    Messages(Vec<String>),
    /// Something that was too long, whatever it was.
    TooMuch,
}

impl Recorded {
    /// What was said in the conversation.
    pub fn conversation(events: &[Event], model: Box<dyn Model>) -> Recorded {
        let mut before = Vec::new();
        let recorded = events.iter().filter_map(|event| match event {
            Event::Reply { request, reply, .. } => {
                before = request.hashes(&before);
                Some((Asked::Messages(before.clone()), Ok(reply.clone())))
            }
            Event::TooLong { reason, .. } => {
                Some((Asked::TooMuch, Err(ModelError::Overflow(reason.clone()))))
            }
            _ => None,
        });
        Recorded {
            recorded: recorded.collect(),
            model,
        }
    }

    /// What was said to tools.
    pub fn auxiliary(events: &[Event], model: Box<dyn Model>) -> Recorded {
        let recorded = events.iter().filter_map(|event| match event {
            Event::Auxiliary { text, said, .. } => {
                let text = text.clone();
                let asked = Asked::Messages(vec![Message::User { text }.hash()]);
                Some(match said {
                    Said::Reply(reply) => (asked, Ok(reply.clone())),
                    Said::Refusal(why) => (asked, Err(ModelError::Confused(why.clone()))),
                })
            }
            _ => None,
        });
        Recorded {
            recorded: recorded.collect(),
            model,
        }
    }
}

impl Model for Recorded {
    fn reply(&mut self, request: &Request<'_>) -> Result<Reply, ModelError> {
        if let Some((asked, said)) = self.recorded.pop_front() {
            let is_same = match asked {
                Asked::Messages(hashes) => request.messages.iter().map(Message::hash).eq(hashes),
                Asked::TooMuch => true,
            };
            if is_same {
                return said;
            }
            // Something came out otherwise than before, so that what was said then answers
            // another question.
            self.recorded.clear();
        }
        self.model.reply(request)
    }

    /// While there is a record, it says what was too long.
    fn context(&self) -> Option<u64> {
        match self.recorded.is_empty() {
            true => self.model.context(),
            false => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::{Purpose, ReplyTime, Sent};
    use crate::model::Scripted;

    fn said(text: &str) -> Reply {
        Reply {
            text: text.to_owned(),
            ..Reply::default()
        }
    }

    fn user(text: &str) -> Message {
        Message::User { text: text.into() }
    }

    fn recorded(kept: usize, added: &[&Message], text: &str) -> Event {
        Event::Reply {
            step: 1,
            purpose: Purpose::Step,
            request: Sent {
                kept,
                added: added.iter().map(|message| message.hash()).collect(),
                messages: Vec::new(),
            },
            reply: said(text),
            measured: ReplyTime::default(),
        }
    }

    /// What is said to requests of these messages.
    fn ask(events: &[Event], requests: &[&[&Message]]) -> Vec<String> {
        let fresh = Scripted::new([said("new 1"), said("new 2")]);
        let mut model = Recorded::conversation(events, Box::new(fresh));
        let replies = requests.iter().map(|messages| {
            let messages: Vec<Message> = messages.iter().map(|it| (*it).clone()).collect();
            let request = Request {
                messages: &messages,
                tools: &[],
            };
            match model.reply(&request) {
                Ok(reply) => reply.text,
                Err(error) => error.to_string(),
            }
        });
        replies.collect()
    }

    #[test]
    fn recorded_replies_are_given_while_the_requests_are_the_same() {
        let (a, b, c, other) = (user("a"), user("b"), user("c"), user("other"));
        let events = [
            recorded(0, &[&a], "1"),
            recorded(1, &[&b], "2"),
            recorded(2, &[&c], "3"),
        ];
        let same: [&[&Message]; 3] = [&[&a], &[&a, &b], &[&a, &b, &c]];
        assert_eq!(ask(&events, &same), ["1", "2", "3"]);
        let differs: [&[&Message]; 3] = [&[&a], &[&a, &other], &[&a, &b, &c]];
        assert_eq!(ask(&events, &differs), ["1", "new 1", "new 2"]);
    }

    #[test]
    fn what_was_too_long_is_so_again() {
        let (a, b) = (user("a"), user("b"));
        let too_long = Event::TooLong {
            step: 2,
            reason: "512 tokens".to_owned(),
        };
        let events = [recorded(0, &[&a], "1"), too_long, recorded(0, &[&b], "2")];
        let asked: [&[&Message]; 4] = [&[&a], &[&a, &b], &[&b], &[&b]];
        let why = "the conversation is too long for the model: 512 tokens";
        assert_eq!(ask(&events, &asked), ["1", why, "2", "new 1"]);
    }
}
