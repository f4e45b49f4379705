//! A trial that was stopped is gone on with: the replies it had are given again, and none is bought
//! twice.

use std::collections::VecDeque;

use crate::agent::Event;
use crate::model::{Message, Model, ModelError, Reply, Request};

/// Gives the replies that were recorded for the same requests, then asks on.
pub(super) struct Resumed {
    recorded: VecDeque<(Vec<String>, Reply)>,
    model: Box<dyn Model>,
}

impl Resumed {
    /// From the events of the trial that was stopped.
    pub fn new(events: &[Event], model: Box<dyn Model>) -> Resumed {
        let mut before = Vec::new();
        let recorded = events.iter().filter_map(|event| match event {
            Event::Reply { request, reply, .. } => {
                before = request.hashes(&before);
                Some((before.clone(), reply.clone()))
            }
            _ => None,
        });
        Resumed {
            recorded: recorded.collect(),
            model,
        }
    }

    /// Likewise, from what the tools asked.
    pub fn auxiliary(events: &[Event], model: Box<dyn Model>) -> Resumed {
        let observed = events.iter().filter_map(|event| match event {
            Event::Observed { observations, .. } => Some(observations),
            _ => None,
        });
        let asked = observed.flatten().flat_map(|observed| &observed.auxiliary);
        let recorded = asked.map(|asked| {
            let text = asked.text.clone();
            (vec![Message::User { text }.hash()], asked.reply.clone())
        });
        Resumed {
            recorded: recorded.collect(),
            model,
        }
    }
}

impl Model for Resumed {
    fn reply(&mut self, request: &Request<'_>) -> Result<Reply, ModelError> {
        if let Some((hashes, reply)) = self.recorded.pop_front() {
            let asked = request.messages.iter().map(Message::hash);
            if asked.eq(hashes) {
                return Ok(reply);
            }
            // Something came out otherwise than before, so that what was said then answers
            // another question.
            self.recorded.clear();
        }
        self.model.reply(request)
    }

    fn context(&self) -> Option<u64> {
        self.model.context()
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

    #[test]
    fn recorded_replies_are_given_while_the_requests_are_the_same() {
        let (a, b, c, other) = (user("a"), user("b"), user("c"), user("other"));
        let events = [
            recorded(0, &[&a], "1"),
            recorded(1, &[&b], "2"),
            recorded(2, &[&c], "3"),
        ];
        let ask = |requests: [&[&Message]; 3]| -> Vec<String> {
            let fresh = Scripted::new([said("new 1"), said("new 2")]);
            let mut model = Resumed::new(&events, Box::new(fresh));
            let replies = requests.map(|messages| {
                let messages: Vec<Message> = messages.iter().map(|it| (*it).clone()).collect();
                let request = Request {
                    messages: &messages,
                    tools: &[],
                };
                model.reply(&request).unwrap().text
            });
            replies.into()
        };
        assert_eq!(ask([&[&a], &[&a, &b], &[&a, &b, &c]]), ["1", "2", "3"]);
        assert_eq!(
            ask([&[&a], &[&a, &other], &[&a, &b, &c]]),
            ["1", "new 1", "new 2"]
        );
    }
}
