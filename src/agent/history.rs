//! What of a conversation is shown again with the next request.
//!
//! A turn is a reply and all that came of its calls: it's shown whole or not at all, since providers
//! refuse a call without its result, and a result without its call.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::prompt::{PromptError, Prompts};
use crate::model::Message;

/// Texts of the last turn aren't cut to less than this, in characters, to make room.
const SHORTEST: usize = 400;

/// How much of it is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum History {
    /// All; the oldest turns go when it gets too long.
    #[default]
    Full,
    /// The last so many turns.
    Window(NonZeroU32),
    /// The last turns, so many at most, and a summary of those before, made by the model.
    Summary(NonZeroU32),
}

/// A text that is no history.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no history; write full, window:K or summary:K, with K steps")]
pub struct HistoryError(String);

impl FromStr for History {
    type Err = HistoryError;

    fn from_str(text: &str) -> Result<History, HistoryError> {
        let steps = |text: &str| text.parse::<NonZeroU32>().ok();
        let read = match text.split_once(':') {
            None if text == "full" => Some(History::Full),
            Some(("window", k)) => steps(k).map(History::Window),
            Some(("summary", k)) => steps(k).map(History::Summary),
            _ => None,
        };
        read.ok_or_else(|| HistoryError(text.to_owned()))
    }
}

impl TryFrom<String> for History {
    type Error = HistoryError;

    fn try_from(text: String) -> Result<History, HistoryError> {
        text.parse()
    }
}

impl From<History> for String {
    fn from(history: History) -> String {
        history.to_string()
    }
}

impl fmt::Display for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            History::Full => f.write_str("full"),
            History::Window(k) => write!(f, "window:{k}"),
            History::Summary(k) => write!(f, "summary:{k}"),
        }
    }
}

impl History {
    pub fn is_full(&self) -> bool {
        *self == History::Full
    }
}

/// A conversation as it grows, and what of it is shown.
#[derive(Debug)]
pub(super) struct Conversation {
    history: History,
    opening: Vec<Message>,
    turns: Vec<Vec<Message>>,
    /// The first turn that is shown.
    first: usize,
    /// What the model wrote of those before.
    summary: Option<String>,
    /// Characters shown of each text in the turns.
    shown: usize,
}

impl Conversation {
    pub fn new(history: History, opening: Vec<Message>) -> Conversation {
        Conversation {
            history,
            opening,
            turns: Vec::new(),
            first: 0,
            summary: None,
            shown: usize::MAX,
        }
    }

    /// Adds a reply and what came of it.
    pub fn push(&mut self, turn: Vec<Message>) {
        self.turns.push(turn);
        if let History::Window(most) = self.history {
            let most = most.get() as usize;
            self.first = self.first.max(self.turns.len().saturating_sub(most));
        }
    }

    /// What is shown.
    pub fn messages(&self, prompts: &Prompts) -> Result<Vec<Message>, PromptError> {
        self.until(self.turns.len(), prompts)
    }

    /// Up to which turn a summary is due: all but the last.
    pub fn summary_due(&self) -> Option<usize> {
        match self.history {
            History::Summary(most) if self.turns.len() - self.first > most.get() as usize => {
                Some(self.turns.len() - 1)
            }
            _ => None,
        }
    }

    /// Up to which turn a summary would make room.
    pub fn summary_helps(&self) -> Option<usize> {
        let count = self.turns.len() - self.first;
        let is_summary = matches!(self.history, History::Summary(_));
        (is_summary && count > 1).then(|| self.first + count / 2)
    }

    /// The conversation up to a turn, to be summarised.
    pub fn until(&self, end: usize, prompts: &Prompts) -> Result<Vec<Message>, PromptError> {
        let mut messages = self.opening.clone();
        if let (1.., Some(Message::User { text })) = (self.first, messages.last_mut()) {
            let note = prompts.earlier(self.first, self.summary.as_deref())?;
            *text = format!("{text}\n\n{note}");
        }
        let turns = self.turns.get(self.first..end).unwrap_or_default();
        messages.extend(turns.iter().flatten().map(|message| self.cut(message)));
        Ok(messages)
    }

    /// Shows a summary instead of the turns before one.
    pub fn summarised(&mut self, end: usize, summary: String) {
        self.first = end;
        self.summary = Some(summary);
    }

    /// Whether there is something left to do without.
    pub fn can_show_less(&self) -> bool {
        self.turns.len() - self.first > 1 || self.shorter() >= SHORTEST
    }

    /// Shows less: half of the turns, or half of each text of the last one.
    pub fn show_less(&mut self) {
        match self.turns.len() - self.first {
            count @ 2.. => self.first += count / 2,
            _ => self.shown = self.shorter(),
        }
    }

    /// Half of the longest text that is shown of the last turn, in characters.
    fn shorter(&self) -> usize {
        let longest = self.turns.last().into_iter().flatten().map(|it| match it {
            Message::Assistant(_) => 0,
            message => message.size(),
        });
        longest.max().unwrap_or(0).min(self.shown) / 2
    }

    /// A message of a turn as it is shown: what tools gave may be cut.
    fn cut(&self, message: &Message) -> Message {
        let mut message = message.clone();
        if let Message::Tool { text, .. } | Message::User { text } = &mut message
            && text.len() > self.shown
        {
            let start = text.floor_char_boundary(self.shown / 2);
            let end = text.ceil_char_boundary(text.len() - self.shown / 2);
            *text = format!(
                "{}\n[… cut, for want of room …]\n{}",
                &text[..start],
                &text[end..]
            );
        }
        message
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Call, Reply};

    fn turn(number: usize, text: &str) -> Vec<Message> {
        let call = |part: &str| Call {
            id: format!("{number}{part}"),
            tool: "run".to_owned(),
            arguments: serde_json::json!({}),
            signatures: Vec::new(),
        };
        let result = |part: &str| Message::Tool {
            call: format!("{number}{part}"),
            text: text.to_owned(),
        };
        let reply = Reply {
            calls: vec![call("a"), call("b")],
            ..Reply::default()
        };
        vec![Message::Assistant(reply), result("a"), result("b")]
    }

    fn conversation(history: &str, turns: usize, text: &str) -> Conversation {
        let opening = vec![
            Message::System { text: "s".into() },
            Message::User {
                text: "task".into(),
            },
        ];
        let mut conversation = Conversation::new(history.parse().unwrap(), opening);
        for number in 0..turns {
            conversation.push(turn(number, text));
        }
        conversation
    }

    /// The opening is there, calls and results come together, and so many turns are shown.
    #[track_caller]
    fn whole(conversation: &Conversation) -> usize {
        let messages = conversation.messages(&Prompts::load().unwrap()).unwrap();
        assert!(matches!(messages[0], Message::System { .. }));
        assert!(matches!(&messages[1], Message::User { text } if text.starts_with("task")));
        let turns = &messages[2..];
        assert_eq!(turns.len() % 3, 0);
        for turn in turns.chunks(3) {
            let Message::Assistant(reply) = &turn[0] else {
                panic!("{turn:?}")
            };
            for (call, result) in reply.calls.iter().zip(&turn[1..]) {
                assert!(matches!(result, Message::Tool { call: id, .. } if *id == call.id));
            }
        }
        turns.len() / 3
    }

    #[test]
    fn each_history_shows_what_it_says() {
        for (history, shown) in [
            ("full", 7),
            ("window:3", 3),
            ("window:9", 7),
            ("summary:3", 7),
        ] {
            assert_eq!(whole(&conversation(history, 7, "x")), shown, "{history}");
        }
        for wrong in ["", "window", "window:0", "summary:-1", "all"] {
            assert!(wrong.parse::<History>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_summary_takes_the_place_of_all_turns_but_the_last() {
        let mut conversation = conversation("summary:3", 3, "x");
        assert_eq!(conversation.summary_due(), None);
        conversation.push(turn(3, "x"));
        assert_eq!(conversation.summary_due(), Some(3));
        conversation.summarised(3, "I looked around.".to_owned());
        assert_eq!(
            (whole(&conversation), conversation.summary_due()),
            (1, None)
        );
        let messages = conversation.messages(&Prompts::load().unwrap()).unwrap();
        assert!(
            matches!(&messages[1], Message::User { text } if text.contains("I looked around."))
        );
    }

    #[test]
    fn room_is_made_until_there_is_none_to_make() {
        for history in ["full", "window:5", "summary:5"] {
            let mut conversation = conversation(history, 8, &"é".repeat(5_000));
            let size = |conversation: &Conversation| -> usize {
                let messages = conversation.messages(&Prompts::load().unwrap()).unwrap();
                messages.iter().map(Message::size).sum()
            };
            let mut before = size(&conversation);
            while conversation.can_show_less() {
                conversation.show_less();
                whole(&conversation);
                assert!(size(&conversation) < before);
                before = size(&conversation);
            }
            assert_eq!(whole(&conversation), 1);
            assert!(before < 3_000, "{before}");
        }
    }
}
