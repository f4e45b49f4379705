//! What is recorded of an attempt while it goes on.
//!
//! Everything but what stands under `measured` follows from the task, the settings and the
//! model's replies, and is the same each time.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::model::{Call, Message, Reply, ToolSpec};
use crate::workspace::Tree;

/// One line of a trajectory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// How near passages of the paper are to the functions to write, as an embedding model has it:
    /// for each of the passages, in order from where the last such event ended, its cosine with each
    /// function. What of the paper is shown follows. Recorded before anything comes of it.
    Compared {
        nearness: Vec<Vec<f64>>,
        /// No text: what it took.
        reply: Reply,
        measured: ReplyTime,
    },
    /// The first messages and the tools on offer.
    Started {
        messages: Vec<Message>,
        tools: Vec<ToolSpec>,
    },
    /// One reply of the model, recorded before anything comes of it: it may have been paid for.
    Reply {
        /// From 1; of a summary, the step that it was made before.
        step: u32,
        #[serde(skip_serializing_if = "Purpose::is_step", default)]
        purpose: Purpose,
        request: Sent,
        reply: Reply,
        measured: ReplyTime,
    },
    /// The conversation was too long for the model, as its provider said or as could be foreseen:
    /// the next request has less of it.
    TooLong { step: u32, reason: String },
    /// What a tool asked of a model of its own, apart from the conversation, and what that said;
    /// recorded before anything comes of it, after the reply whose call it was asked for.
    Auxiliary {
        text: String,
        #[serde(flatten)]
        said: Said,
        measured: ReplyTime,
    },
    /// What came of a step's reply.
    Observed {
        step: u32,
        /// One for each call of the reply, in order; one without a call where it had none.
        observations: Vec<Observed>,
        measured: ToolsTime,
    },
    /// The end of a try that is followed by another.
    Tried { ending: Ending },
    /// The end; always the last line of a trial that is finished.
    Ended { ending: Ending },
    /// The provider gave no reply; the last line of a trial that waits to be gone on with.
    Interrupted { reason: String },
}

/// What a reply was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    #[default]
    Step,
    /// A summary of earlier steps, for the history.
    Summary,
    /// What is to be learned from a try that is over.
    Reflection,
}

impl Purpose {
    fn is_step(&self) -> bool {
        *self == Purpose::Step
    }
}

/// The messages that a model was asked with, by their hashes and by what the request before had, so
/// that a record grows with what was said and not with how often it was sent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sent {
    /// So many of the messages of the request before come first.
    pub kept: usize,
    /// The hashes of those that follow.
    pub added: Vec<String>,
    /// Those of them that stand nowhere else in the record: no opening, reply or observation.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub messages: Vec<Message>,
}

/// What was sent so far.
#[derive(Debug, Default)]
pub(super) struct Requests {
    before: Vec<String>,
    known: BTreeSet<String>,
}

impl Requests {
    /// A message that stands in the record by itself.
    pub fn know(&mut self, message: &Message) {
        self.known.insert(message.hash());
    }

    /// What is recorded of a request, whose messages have these hashes.
    pub fn sent(&mut self, messages: &[Message], hashes: &[String]) -> Sent {
        let same = self.before.iter().zip(hashes);
        let kept = same.take_while(|(before, now)| before == now).count();
        let news = messages.iter().zip(hashes).skip(kept);
        let news = news.filter(|(_, hash)| self.known.insert((*hash).clone()));
        let sent = Sent {
            kept,
            added: hashes[kept..].to_vec(),
            messages: news.map(|(message, _)| message.clone()).collect(),
        };
        self.before.truncate(kept);
        self.before.extend_from_slice(&hashes[kept..]);
        sent
    }
}

impl Sent {
    /// The hashes of all the messages, from those of the request before.
    pub fn hashes(&self, before: &[String]) -> Vec<String> {
        let kept = before.iter().take(self.kept);
        kept.chain(&self.added).cloned().collect()
    }
}

/// What the model was shown after a call, and what lies behind it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Observed {
    /// The call's id; none where the reply had no call to answer.
    pub call: Option<String>,
    /// The call it answers, where that was read from the reply's text.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub read: Option<Call>,
    /// As shown.
    pub text: String,
    /// How the run ended, where there was one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub exit: Option<String>,
    /// Fuel the run used.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub fuel: Option<u64>,
    /// Each run of Python that was made, in order.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub python: Vec<PythonRun>,
    /// The digest of the run's outcome.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub digest: Option<String>,
    /// The hash of the repository after the call.
    pub tree: String,
}

/// A run of Python, alone or within a script of the shell's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PythonRun {
    /// A script's path from the repository, `-c`, `-m NAME`, or `-` for standard input.
    pub program: String,
    /// How it ended.
    pub exit: String,
    /// Its exit status, where it ended by itself.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub status: Option<u8>,
}

impl PythonRun {
    /// Whether it came to its end and had nothing to complain of.
    pub fn is_well(&self) -> bool {
        self.status == Some(0)
    }
}

impl Observed {
    /// As the model is shown it.
    pub fn message(&self) -> Message {
        match &self.call {
            Some(call) => Message::Tool {
                call: call.clone(),
                text: self.text.clone(),
            },
            None => Message::User {
                text: self.text.clone(),
            },
        }
    }
}

/// What a model that a tool asked came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    Reply(Reply),
    /// Why there was none, and won't be.
    Refusal(String),
}

/// Milliseconds until a reply was there, waits and calls made again among them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReplyTime {
    pub model_ms: u64,
}

/// Milliseconds that a step's calls took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ToolsTime {
    pub tools_ms: u64,
}

/// Why an attempt was over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Ending {
    /// The agent gave its final answer.
    Answered { answer: Value },
    /// It had as many steps as it may.
    OutOfSteps { steps: u32 },
    /// Its model's replies took as many tokens as they may, or more.
    OutOfTokens { tokens: u64 },
    /// Likewise dollars.
    OutOfDollars { cost_usd: f64 },
    /// Its runs used as much fuel as they may.
    OutOfFuel { fuel: u64 },
    /// It took as long as it may.
    OutOfTime,
    /// Its replies held no valid call so many times in a row.
    NoValidCall { replies: u32 },
    /// The model, or a filter of its provider's, refused to go on.
    Refused { reason: String },
    /// The model can't go on with the conversation: no failure of the agent's.
    ModelFailed { reason: String },
}

/// Where events go as they happen.
pub trait Recorder {
    fn record(&mut self, event: &Event) -> io::Result<()>;

    /// Told of the repository after each call, before what came of the calls is recorded: for
    /// whoever shows what a call changed.
    fn left(&mut self, _tree: &Tree) {}
}

impl Recorder for Vec<Event> {
    fn record(&mut self, event: &Event) -> io::Result<()> {
        self.push(event.clone());
        Ok(())
    }
}

/// One recorder that several write to in turn.
impl Recorder for &RefCell<&mut dyn Recorder> {
    fn record(&mut self, event: &Event) -> io::Result<()> {
        self.borrow_mut().record(event)
    }

    fn left(&mut self, tree: &Tree) {
        self.borrow_mut().left(tree);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(text: &str) -> Message {
        Message::User { text: text.into() }
    }

    #[test]
    fn a_request_is_what_the_one_before_had_and_what_was_added() {
        let mut requests = Requests::default();
        let (a, b, c, note) = (user("a"), user("b"), user("c"), user("note"));
        for known in [&a, &b, &c] {
            requests.know(known);
        }
        let mut before = Vec::new();
        for (messages, kept, new) in [
            (vec![&a], 0, 0),
            (vec![&a, &b], 1, 0),
            (vec![&a, &b, &c], 2, 0),
            (vec![&note, &c], 0, 1),
            (vec![&note, &c, &note], 2, 0),
        ] {
            let messages: Vec<Message> = messages.into_iter().cloned().collect();
            let hashes: Vec<String> = messages.iter().map(Message::hash).collect();
            let sent = requests.sent(&messages, &hashes);
            assert_eq!((sent.kept, sent.messages.len()), (kept, new));
            before = sent.hashes(&before);
            assert_eq!(before, hashes);
        }
    }
}
