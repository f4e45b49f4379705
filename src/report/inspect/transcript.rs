//! What happened in a trial, as messages and events of Inspect's.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::message::{self, Called, seconds};
use super::time;
use crate::agent::{Event, Observed, Purpose, ReplyTime, Said, Sent, ToolsTime};
use crate::model::{Message, Reply};

/// The parts of a sample that Inspect's viewer folds.
const SOLVERS: &str = "solvers";

/// A trial as it is told.
pub struct Transcript {
    /// The conversation, in the order that it was said.
    pub messages: Vec<Value>,
    pub events: Vec<Value>,
    /// What models were asked with, each once; events say which by their places.
    pub asked: Vec<Value>,
    /// The last reply.
    pub output: Value,
    model: String,
    started: u64,
    /// Milliseconds since then.
    pub at: u64,
    span: String,
    tools: Vec<Value>,
    called: Called,
    /// Messages by their hashes, and their places in `asked`.
    known: HashMap<String, Value>,
    places: HashMap<String, usize>,
    before: Vec<String>,
}

impl Transcript {
    pub fn new(model: &str, started: u64) -> Transcript {
        Transcript {
            messages: Vec::new(),
            events: Vec::new(),
            asked: Vec::new(),
            output: json!({"model": model, "choices": []}),
            model: model.to_owned(),
            started,
            at: 0,
            span: String::new(),
            tools: Vec::new(),
            called: Called::new(),
            known: HashMap::new(),
            places: HashMap::new(),
            before: Vec::new(),
        }
    }

    /// Begins a part, such as `scorers`, after the one before.
    pub fn begin(&mut self, part: &str) {
        self.end();
        self.span = part.to_owned();
        self.event(
            "span_begin",
            json!({"id": part, "name": part, "type": part}),
        );
    }

    pub fn end(&mut self) {
        if !self.span.is_empty() {
            self.event("span_end", json!({"id": self.span}));
            self.span.clear();
        }
    }

    /// Adds an event, at the time that it is.
    pub fn event(&mut self, kind: &str, mut event: Value) {
        event["event"] = json!(kind);
        event["uuid"] = json!(format!("{kind}-{}", self.events.len()));
        event["timestamp"] = json!(time(self.started + self.at));
        event["working_start"] = json!(seconds(self.at));
        if !self.span.is_empty() {
            event["span_id"] = json!(self.span);
        }
        self.events.push(event);
    }

    /// Something to read that is nobody's message.
    pub fn info(&mut self, data: Value) {
        self.event("info", json!({"source": "autoexp", "data": data}));
    }

    /// Tells of what was recorded.
    pub fn tell(&mut self, events: Vec<Event>) {
        self.begin(SOLVERS);
        for event in events {
            match event {
                Event::Started { messages, tools } => {
                    self.tools = tools.iter().map(message::tool).collect();
                    for message in messages {
                        self.say(&message);
                    }
                }
                Event::Compared { reply, .. } => self.info(json!({
                    "passages of the paper were chosen by": reply.model,
                    "usage": reply.usage,
                    "cost_usd": reply.cost_usd,
                })),
                Event::Reply {
                    step,
                    purpose,
                    request,
                    reply,
                    measured,
                } => self.replied(step, purpose, &request, reply, measured),
                Event::Observed {
                    observations,
                    measured,
                    ..
                } => self.observed(&observations, measured),
                Event::Auxiliary {
                    text,
                    said,
                    measured,
                } => self.asked_apart(text, said, measured),
                Event::TooLong { reason, .. } => {
                    self.info(json!(format!("the conversation was too long: {reason}")));
                }
                Event::Tried { ending } => {
                    self.info(json!({"a try is over, and another begins": ending}));
                }
                Event::Ended { .. } => {}
                Event::Interrupted { reason } => self.info(json!(format!("interrupted: {reason}"))),
            }
        }
    }

    /// Adds a message to the conversation.
    fn say(&mut self, said: &Message) {
        let id = self.known(said);
        let mut told = self.known[&id].clone();
        // The same words may be said twice; messages are told apart by their ids.
        let again = self.messages.iter().filter(|it| it["id"] == told["id"]);
        if let count @ 1.. = again.count() {
            told["id"] = json!(format!("{id}-{count}"));
        }
        self.messages.push(told);
    }

    /// The hash of a message, which is known from now on.
    fn known(&mut self, message: &Message) -> String {
        let hash = message.hash();
        if !self.known.contains_key(&hash) {
            let told = message::message(message, &hash, &self.called);
            self.known.insert(hash.clone(), told);
        }
        hash
    }

    /// The place in `asked` of the message with this hash.
    fn place(&mut self, hash: &str) -> usize {
        if let Some(place) = self.places.get(hash) {
            return *place;
        }
        let told = self.known.get(hash).cloned().unwrap_or_else(
            || json!({"role": "user", "content": format!("(message {hash} is not in the record)")}),
        );
        self.asked.push(told);
        self.places.insert(hash.to_owned(), self.asked.len() - 1);
        self.asked.len() - 1
    }

    fn replied(
        &mut self,
        step: u32,
        purpose: Purpose,
        request: &Sent,
        reply: Reply,
        measured: ReplyTime,
    ) {
        for message in &request.messages {
            self.known(message);
        }
        let hashes = request.hashes(&self.before);
        let told = json!({"step": step, "purpose": purpose});
        for call in &reply.calls {
            self.called.insert(call.id.clone(), call.tool.clone());
        }
        let said = Message::Assistant(reply.clone());
        self.asked(&hashes, &reply, &said.hash(), told, measured);
        self.before = hashes;
        if purpose == Purpose::Step {
            self.say(&said);
        }
    }

    /// A tool asked a model of its own.
    fn asked_apart(&mut self, text: String, said: Said, measured: ReplyTime) {
        let hash = self.known(&Message::User { text });
        match said {
            Said::Reply(reply) => {
                let id = Message::Assistant(reply.clone()).hash();
                self.asked(
                    &[hash],
                    &reply,
                    &id,
                    json!({"purpose": "auxiliary"}),
                    measured,
                );
            }
            Said::Refusal(reason) => {
                self.at += measured.model_ms;
                self.info(json!(format!(
                    "a tool asked a model, and had no reply: {reason}"
                )));
            }
        }
    }

    /// Adds the event of a model that was asked and replied.
    fn asked(&mut self, hashes: &[String], reply: &Reply, id: &str, told: Value, time_: ReplyTime) {
        let places: Vec<usize> = hashes.iter().map(|hash| self.place(hash)).collect();
        let output = message::output(reply, id, &self.model, time_.model_ms);
        let completed = time(self.started + self.at + time_.model_ms);
        let event = json!({
            "model": self.model,
            "input": [],
            "input_refs": ranges(&places),
            "tools": self.tools,
            "tool_choice": "auto",
            "config": {},
            "output": output,
            "completed": completed,
            "working_time": seconds(time_.model_ms),
            "metadata": told,
        });
        self.event("model", event);
        self.at += time_.model_ms;
        self.output = output;
    }

    fn observed(&mut self, observations: &[Observed], measured: ToolsTime) {
        // Of several calls, only what they took together is known.
        let alone = (observations.len() == 1).then_some(measured.tools_ms);
        let last = self.messages.last().cloned().unwrap_or_default();
        for observed in observations {
            if let Some(event) = self.tool(observed, &last, measured.tools_ms, alone) {
                self.event("tool", event);
            }
        }
        self.at += measured.tools_ms;
        for observed in observations {
            self.say(&observed.message());
        }
    }

    /// The event of a call; none where the reply had no call to answer.
    fn tool(
        &self,
        observed: &Observed,
        reply: &Value,
        ms: u64,
        alone: Option<u64>,
    ) -> Option<Value> {
        let (id, function, arguments) = match (&observed.call, &observed.read) {
            (Some(id), _) => {
                let calls = reply["tool_calls"].as_array()?;
                let call = calls.iter().find(|call| call["id"] == json!(id))?;
                (
                    id.clone(),
                    call["function"].clone(),
                    call["arguments"].clone(),
                )
            }
            (None, Some(read)) => (read.id.clone(), json!(read.tool), message::arguments(read)),
            (None, None) => return None,
        };
        let mut event = json!({
            "id": id,
            "type": "function",
            "function": function,
            "arguments": arguments,
            "result": observed.text,
            "events": [],
            "completed": time(self.started + self.at + ms),
            "metadata": {
                "exit": observed.exit,
                "fuel": observed.fuel,
                "digest": observed.digest,
                "tree": observed.tree,
                "python": observed.python,
            },
        });
        if let Some(ms) = alone {
            event["working_time"] = json!(seconds(ms));
        }
        Some(event)
    }
}

/// Places as Inspect refers to them: from each first place to before each last one.
fn ranges(places: &[usize]) -> Vec<(usize, usize)> {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for &place in places {
        match ranges.last_mut() {
            Some((_, end)) if *end == place => *end += 1,
            _ => ranges.push((place, place + 1)),
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_that_follow_each_other_are_one_range() {
        assert_eq!(ranges(&[0, 1, 2, 5, 0, 1]), [(0, 3), (5, 6), (0, 2)]);
        assert!(ranges(&[]).is_empty());
    }
}
