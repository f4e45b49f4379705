//! Models that only call tools natively, made to follow any strategy.

use super::form;
use super::strategy::{Strategy, call_id};
use super::tools::WRITE_PLAN;
use crate::model::{Call, Message, Model, ModelError, Reply, Request, ToolSpec};

/// Says in a strategy's form what a model says in its own, and shows it the conversation as if it
/// had been heard so: for models that aren't language models.
pub struct Speaker {
    model: Box<dyn Model>,
    strategy: Strategy,
    /// What may be called, which isn't in the requests of strategies that write calls as text.
    tools: Vec<ToolSpec>,
}

impl Speaker {
    pub fn new(model: Box<dyn Model>, strategy: Strategy, tools: Vec<ToolSpec>) -> Speaker {
        Speaker {
            model,
            strategy,
            tools,
        }
    }

    fn ask(&mut self, messages: &[Message]) -> Result<Reply, ModelError> {
        self.model.reply(&Request {
            messages,
            tools: &self.tools,
        })
    }
}

impl Model for Speaker {
    fn reply(&mut self, request: &Request<'_>) -> Result<Reply, ModelError> {
        match (self.strategy, self.strategy.fields()) {
            (_, Some(fields)) => {
                let reply = self.ask(&as_calls(request.messages, self.strategy))?;
                let call = reply.calls.first();
                Ok(Reply {
                    text: call.map_or(reply.text, |call| form::write(call, fields)),
                    ..Reply::default()
                })
            }
            (Strategy::Plan, None) => match without_plan(request.messages) {
                None => Ok(plan()),
                Some(messages) => self.ask(&messages),
            },
            (_, None) => self.ask(request.messages),
        }
    }
}

/// The conversation with the calls that are written in its replies made, and answered, natively.
fn as_calls(messages: &[Message], strategy: Strategy) -> Vec<Message> {
    let mut step = 0;
    let heard = messages.iter().map(|message| match message {
        Message::Assistant(reply) => {
            step += 1;
            Message::Assistant(Reply {
                calls: strategy.read(reply, step).unwrap_or_default(),
                ..reply.clone()
            })
        }
        Message::User { text } if step > 0 => Message::Tool {
            call: call_id(step),
            text: text.clone(),
        },
        other => other.clone(),
    });
    heard.collect()
}

fn plan() -> Reply {
    Reply {
        calls: vec![Call {
            id: "plan".to_owned(),
            tool: WRITE_PLAN.to_owned(),
            arguments: serde_json::json!({"plan": "Write the functions, run the experiments, report."}),
            signatures: Vec::new(),
        }],
        ..Reply::default()
    }
}

/// The conversation without the plan's reply and its result; nothing where there is no plan yet.
fn without_plan(messages: &[Message]) -> Option<Vec<Message>> {
    let is_reply = |message: &Message| matches!(message, Message::Assistant(_));
    let at = messages.iter().position(is_reply)?;
    let rest = messages.iter().skip(at + 2);
    Some(messages[..at].iter().chain(rest).cloned().collect())
}
