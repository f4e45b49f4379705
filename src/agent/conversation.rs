//! What of a conversation is shown again with the next request.
//!
//! A turn is a reply and all that came of its calls: it's shown whole or not at all, since providers
//! refuse a call without its result, and a result without its call.

use super::history::History;
use super::prompt::{PromptError, Prompts};
use super::relevance::{Index, Words};
use super::sending::Sending;
use crate::model::Message;

/// Texts of the last turn aren't cut to less than this, in characters, to make room.
const SHORTEST: usize = 400;
/// Characters of each result of the last turn that others are compared with.
const QUERY: usize = 1_000;

/// A conversation as it grows, and what of it is shown.
#[derive(Debug)]
pub(super) struct Conversation {
    history: History,
    opening: Vec<Message>,
    turns: Vec<Vec<Message>>,
    /// By their words, where they are found so.
    index: Index,
    /// The first turn that is shown.
    first: usize,
    /// With retrieval, how many are shown at most.
    most: usize,
    /// What the model wrote of those before.
    summary: Option<String>,
    /// Characters shown of each text in the turns.
    shown: usize,
    /// What the model plans: shown whatever else is.
    plan: Option<String>,
    /// What was sent last: most of what is sent next.
    sent: Option<Sending>,
}

impl Conversation {
    pub fn new(history: History, opening: Vec<Message>) -> Conversation {
        Conversation {
            history,
            opening,
            turns: Vec::new(),
            index: Index::default(),
            first: 0,
            most: match history {
                History::Retrieval(most) => most.get() as usize,
                _ => usize::MAX,
            },
            summary: None,
            shown: usize::MAX,
            plan: None,
            sent: None,
        }
    }

    /// What is shown now. It is to be given back with [`sent`](Conversation::sent).
    pub fn sending(&mut self, prompts: &Prompts) -> Result<Sending, PromptError> {
        let turns = self.turns.len();
        let mut sending = match self.sent.take() {
            Some(sending) => sending,
            None => Sending {
                turns,
                ..Sending::of(self.messages(prompts)?)
            },
        };
        let new = self.turns[sending.turns..].iter().flatten();
        sending.extend(new.map(|message| self.cut(message)));
        sending.turns = turns;
        Ok(sending)
    }

    /// Takes back what was sent, for the next time, unless that has less of it.
    pub fn sent(&mut self, sending: Sending) {
        self.sent = Some(sending);
    }

    /// Shows what the model plans.
    pub fn plan(&mut self, plan: Option<&String>) {
        if self.plan.as_ref() != plan {
            self.plan = plan.cloned();
            self.sent = None;
        }
    }

    /// Adds a reply and what came of it.
    pub fn push(&mut self, turn: Vec<Message>) {
        if let History::Retrieval(_) = self.history {
            self.index.add(words(&turn, usize::MAX));
        }
        self.turns.push(turn);
        match self.history {
            History::Window(most) => {
                let most = most.get() as usize;
                self.first = self.first.max(self.turns.len().saturating_sub(most));
                self.sent = None;
            }
            History::Retrieval(_) => self.sent = None,
            History::Full | History::Summary(_) => {}
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
        let visible = self.visible(end);
        let earlier = match (end - visible.len(), self.history) {
            (0, _) => None,
            (steps, History::Retrieval(_)) => Some(prompts.elsewhere(steps)?),
            (steps, _) => Some(prompts.earlier(steps, self.summary.as_deref())?),
        };
        let plan = self.plan.as_deref().map(|plan| prompts.plan(plan));
        if let Some(Message::User { text }) = messages.last_mut() {
            for note in earlier.into_iter().chain(plan.transpose()?) {
                *text = format!("{text}\n\n{note}");
            }
        }
        let turns = visible.into_iter().map(|turn| &self.turns[turn]);
        messages.extend(turns.flatten().map(|message| self.cut(message)));
        Ok(messages)
    }

    /// Which of the turns up to one are shown.
    fn visible(&self, end: usize) -> Vec<usize> {
        let History::Retrieval(_) = self.history else {
            return (self.first..end).collect();
        };
        let last = end.saturating_sub(self.most - self.most / 2);
        let mut visible = match self.turns[..end].last() {
            Some(turn) if end > self.most => {
                let query = words(turn, QUERY);
                self.index.most_relevant(last, &query, self.most / 2)
            }
            _ => (0..last).collect(),
        };
        visible.extend(last..end);
        visible
    }

    /// Shows a summary instead of the turns before one.
    pub fn summarised(&mut self, end: usize, summary: String) {
        self.first = end;
        self.summary = Some(summary);
        self.sent = None;
    }

    /// Whether there is something left to do without.
    pub fn can_show_less(&self) -> bool {
        self.visible(self.turns.len()).len() > 1 || self.shorter() >= SHORTEST
    }

    /// Shows less: half of the turns, or half of each text of the last one.
    pub fn show_less(&mut self) {
        self.sent = None;
        match (self.visible(self.turns.len()).len(), self.history) {
            (count @ 2.., History::Retrieval(_)) => self.most = count - count / 2,
            (count @ 2.., _) => self.first += count / 2,
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

/// The words of a turn: of each result so many characters.
fn words(turn: &[Message], most: usize) -> Words {
    let mut texts = Vec::new();
    for message in turn {
        match message {
            Message::Assistant(reply) => {
                texts.push(reply.text.clone());
                let calls = reply.calls.iter();
                texts.extend(calls.map(|call| format!("{} {}", call.tool, call.arguments)));
            }
            Message::Tool { text, .. } | Message::User { text } | Message::System { text } => {
                texts.push(text[..text.floor_char_boundary(most)].to_owned());
            }
        }
    }
    Words::of(texts.iter().map(String::as_str))
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
            ("retrieval:5", 5),
            ("retrieval:1", 1),
            ("retrieval:9", 7),
        ] {
            assert_eq!(whole(&conversation(history, 7, "x")), shown, "{history}");
        }
    }

    #[test]
    fn retrieval_shows_the_last_steps_and_those_that_have_to_do_with_them() {
        let mut conversation = conversation("retrieval:4", 0, "");
        let texts = [
            "width of a spread",
            "mean",
            "the width is wrong",
            "file",
            "paper",
            "more",
        ];
        for (number, text) in texts.iter().chain(&["what of the width?"]).enumerate() {
            conversation.push(turn(number, text));
        }
        assert_eq!(whole(&conversation), 4);
        let shown = conversation.messages(&Prompts::load().unwrap()).unwrap();
        let shown: Vec<&str> = shown[2..]
            .iter()
            .filter_map(|message| match message {
                Message::Tool { call, text } if call.ends_with('a') => Some(text.as_str()),
                _ => None,
            })
            .collect();
        let expected = [
            "width of a spread",
            "the width is wrong",
            "more",
            "what of the width?",
        ];
        assert_eq!(shown, expected);
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
    fn what_is_sent_is_all_that_is_shown_with_its_hashes_and_length() {
        let prompts = Prompts::load().unwrap();
        for history in ["full", "window:2", "summary:3", "retrieval:3"] {
            let mut conversation = conversation(history, 0, "");
            for number in 0..12 {
                match number {
                    3 | 5 => conversation.plan(Some(&format!("plan {number}"))),
                    8 => conversation.show_less(),
                    _ => {}
                }
                if let Some(end) = conversation.summary_due() {
                    conversation.summarised(end, format!("up to {end}"));
                }
                let sending = conversation.sending(&prompts).unwrap();
                let shown = conversation.messages(&prompts).unwrap();
                assert_eq!(sending.messages, shown, "{history}, {number}");
                let hashes: Vec<String> = shown.iter().map(Message::hash).collect();
                assert_eq!(sending.hashes, hashes, "{history}, {number}");
                let size: usize = shown.iter().map(Message::size).sum();
                assert_eq!(sending.size, size, "{history}, {number}");
                conversation.sent(sending);
                conversation.push(turn(number, &format!("text {number}")));
            }
        }
    }

    #[test]
    fn room_is_made_until_there_is_none_to_make() {
        for history in ["full", "window:5", "summary:5", "retrieval:5"] {
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
