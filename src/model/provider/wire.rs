//! The conversation as `genai` has it, and its replies as we do.

use std::collections::{BTreeMap, BTreeSet};

use genai::chat::{
    CacheControl, ChatMessage, ChatOptions, ChatRequest, ChatResponse, ContentPart, MessageContent,
    MessageOptions, ReasoningEffort, StopReason, Tool, ToolCall, ToolResponse,
};
use serde_json::{Value, json};

use super::super::{Asking, Call, Message, Provider, Reasoning, Reply, Request, Stop, Usage};
use super::lenient;
use super::trouble::{self, Kind, Trouble};

/// The most tokens of an answer where a provider wants to be told: long, but sent before a
/// connection without traffic is cut.
const ANSWER_TOKENS: u32 = 20_000;

/// What is sent.
pub(super) fn request(provider: Provider, request: &Request<'_>) -> ChatRequest {
    let mut messages: Vec<ChatMessage> = Vec::new();
    let mut tools_by_call: BTreeMap<&str, &str> = BTreeMap::new();
    let mut results: Vec<ToolResponse> = Vec::new();
    for message in request.messages {
        if !matches!(message, Message::Tool { .. }) {
            flush(provider, &mut results, &mut messages);
        }
        match message {
            Message::System { text } => messages.push(ChatMessage::system(text.as_str())),
            Message::User { text } => messages.push(ChatMessage::user(text.as_str())),
            Message::Assistant(reply) => {
                let called = reply.calls.iter();
                tools_by_call.extend(called.map(|call| (call.id.as_str(), call.tool.as_str())));
                messages.push(assistant(reply));
            }
            Message::Tool { call, text } => {
                let result = ToolResponse::new(call.as_str(), text.as_str());
                results.push(match tools_by_call.get(call.as_str()) {
                    Some(tool) => result.with_fn_name(*tool),
                    None => result,
                });
            }
        }
    }
    flush(provider, &mut results, &mut messages);
    if provider == Provider::Anthropic {
        keep_in_cache(&mut messages);
    }
    let tools = request.tools.iter().map(|spec| {
        let tool = Tool::new(spec.name.as_str())
            .with_description(spec.description.as_str())
            .with_schema(spec.parameters.clone());
        match provider {
            // Its default would have every argument required.
            Provider::OpenAiResponses => tool.with_strict(false),
            _ => tool,
        }
    });
    ChatRequest::new(messages).with_tools(tools.collect::<Vec<_>>())
}

/// All results of one turn go in one message, as Anthropic and Gemini ask; Ollama's adapter takes
/// one a message.
fn flush(provider: Provider, results: &mut Vec<ToolResponse>, messages: &mut Vec<ChatMessage>) {
    let results = std::mem::take(results);
    if provider == Provider::Ollama {
        messages.extend(results.into_iter().map(ChatMessage::from));
    } else if !results.is_empty() {
        messages.push(ChatMessage::from(results));
    }
}

/// What was said so far is read again with the next request: marked at the end of what all requests
/// share, and at the end of this one.
fn keep_in_cache(messages: &mut [ChatMessage]) {
    let count = messages.len();
    for (number, message) in messages.iter_mut().enumerate() {
        let is_system = matches!(message.role, genai::chat::ChatRole::System);
        if is_system || number + 1 == count {
            message.options = Some(MessageOptions::from(CacheControl::Ephemeral));
        }
    }
}

fn assistant(reply: &Reply) -> ChatMessage {
    let thoughts = reply.reasoning.iter().map(|thought| match thought {
        Reasoning::Text(text) => ContentPart::ReasoningContent(text.clone()),
        Reasoning::Signature(signature) => ContentPart::ThoughtSignature(signature.clone()),
        Reasoning::Item(item) => ContentPart::from_custom(item.clone(), None),
    });
    // Providers refuse a message of nothing.
    let text = match (reply.text.is_empty(), reply.calls.is_empty()) {
        (true, false) => None,
        (true, true) => Some(ContentPart::from_text("[no reply]")),
        (false, _) => Some(ContentPart::from_text(reply.text.as_str())),
    };
    let calls = reply.calls.iter().map(|call| {
        ContentPart::ToolCall(ToolCall {
            call_id: call.id.clone(),
            fn_name: call.tool.clone(),
            fn_arguments: match &call.arguments {
                arguments @ Value::Object(_) => arguments.clone(),
                // Providers refuse a call whose arguments aren't an object, their models' own too.
                other => json!({"malformed": other}),
            },
            thought_signatures: (!call.signatures.is_empty()).then(|| call.signatures.clone()),
        })
    });
    let parts: Vec<ContentPart> = thoughts.chain(text).chain(calls).collect();
    ChatMessage::assistant(MessageContent::from_parts(parts))
}

/// How it is to be answered.
pub(super) fn options(
    provider: Provider,
    model: &str,
    asking: &Asking,
    attempt: u32,
    cache_key: Option<String>,
) -> ChatOptions {
    let mut options = ChatOptions {
        temperature: asking.temperature.map(|temperature| temperature.get()),
        reasoning_effort: asking.effort.map(ReasoningEffort::from),
        max_tokens: asking.reply_tokens,
        capture_raw_body: Some(true),
        // Thoughts that a server at home leaves in the text, between tags.
        normalize_reasoning_content: Some(true),
        ..ChatOptions::default()
    };
    let seed = asking
        .seed
        .map(|seed| seed.wrapping_add(u64::from(attempt) - 1));
    let mut body = serde_json::Map::new();
    match provider {
        Provider::OpenAi | Provider::OpenAiResponses => {
            // Has `genai` leave caching to the server, where it would otherwise switch it off for
            // some models.
            options.cache_control = Some(CacheControl::Ephemeral5m);
            options.prompt_cache_key = cache_key;
            // A name that ends as an effort is called is a name all the same.
            let ends_as_effort = ReasoningEffort::from_model_name(model).0.is_some();
            if options.reasoning_effort.is_none() && ends_as_effort {
                let effort = match provider {
                    Provider::OpenAi => "reasoning_effort",
                    _ => "reasoning",
                };
                body.insert("model".to_owned(), json!(model));
                body.insert(effort.to_owned(), Value::Null);
            }
        }
        Provider::Anthropic => {
            let thoughts = match asking.effort {
                Some(super::super::Effort::Tokens(tokens)) => tokens,
                _ => 0,
            };
            options.max_tokens = options
                .max_tokens
                .or(Some(ANSWER_TOKENS.saturating_add(thoughts)));
        }
        Provider::Gemini | Provider::Ollama => {}
    }
    match provider {
        // Responses takes no seed; its thoughts are sealed, and come along only when asked for.
        Provider::OpenAiResponses => {
            let reasons = !["gpt-3", "gpt-4", "chatgpt"]
                .iter()
                .any(|family| model.starts_with(family));
            if reasons {
                let include = json!(["reasoning.encrypted_content"]);
                body.insert("include".to_owned(), include);
            }
        }
        Provider::Anthropic | Provider::Gemini => {
            options.seed = seed;
            options.capture_reasoning_content = asking.effort.map(|_| true);
        }
        Provider::OpenAi | Provider::Ollama => options.seed = seed,
    }
    if !body.is_empty() {
        options.extra_body = Some(Value::Object(body));
    }
    options
}

/// What came back. `raw` is the whole of it.
pub(super) fn reply(
    provider: Provider,
    response: ChatResponse,
    raw: &Value,
) -> Result<Reply, Trouble> {
    if let Some(trouble) = trouble::of_body(raw) {
        return Err(trouble);
    }
    if provider == Provider::OpenAi && raw["choices"].get(0).is_none() {
        return Err(Trouble::passing("its reply holds nothing"));
    }
    let usage = usage(&response.usage);
    let model = response.provider_model_iden.model_name.to_string();
    let stop = match (&response.stop_reason, lenient::refusal(raw)) {
        (_, Some(_)) | (Some(StopReason::ContentFilter(_)), _) => Stop::Refused,
        (Some(StopReason::MaxTokens(_)), _) => Stop::Length,
        _ => Stop::Done,
    };
    let mut reply = Reply {
        text: lenient::refusal(raw).unwrap_or_default(),
        stop,
        model: Some(model),
        usage,
        ..Reply::default()
    };
    for part in response.content {
        match part {
            ContentPart::Text(text) => {
                if !reply.text.is_empty() && !text.is_empty() {
                    reply.text += "\n\n";
                }
                reply.text += &text;
            }
            ContentPart::ToolCall(call) => reply.calls.push(Call {
                id: call.call_id,
                tool: call.fn_name,
                arguments: call.fn_arguments,
                signatures: match provider {
                    // Elsewhere they only say again what stands in the thoughts.
                    Provider::Gemini => call.thought_signatures.unwrap_or_default(),
                    _ => Vec::new(),
                },
            }),
            ContentPart::ReasoningContent(text) => reply.reasoning.push(Reasoning::Text(text)),
            // Gemini's belong to the calls.
            ContentPart::ThoughtSignature(_) if provider == Provider::Gemini => {}
            ContentPart::ThoughtSignature(it) => reply.reasoning.push(Reasoning::Signature(it)),
            ContentPart::Custom(item) => reply.reasoning.push(Reasoning::Item(item.data)),
            ContentPart::Binary(_) | ContentPart::ToolResponse(_) => {}
        }
    }
    let in_words = |thought: &Reasoning| matches!(thought, Reasoning::Text(_));
    if let Some(thought) = response.reasoning_content.filter(|text| !text.is_empty())
        && !reply.reasoning.iter().any(in_words)
    {
        reply.reasoning.insert(0, Reasoning::Text(thought));
    }
    Ok(reply)
}

/// None where the provider didn't say.
fn usage(usage: &genai::chat::Usage) -> Option<Usage> {
    let count = |tokens: Option<i32>| tokens.and_then(|it| u64::try_from(it).ok());
    let (read, written) = (count(usage.prompt_tokens)?, count(usage.completion_tokens)?);
    let cache = usage.prompt_tokens_details.as_ref();
    let details = usage.completion_tokens_details.as_ref();
    Some(Usage {
        input_tokens: read,
        cached_tokens: count(cache.and_then(|it| it.cached_tokens)).unwrap_or(0),
        cache_write_tokens: count(cache.and_then(|it| it.cache_creation_tokens)).unwrap_or(0),
        output_tokens: written,
        reasoning_tokens: count(details.and_then(|it| it.reasoning_tokens)).unwrap_or(0),
    })
}

/// Gives each call an id that no other call of the conversation has: servers have been seen to leave
/// ids out, and to use them again.
pub(super) fn name_calls(reply: &mut Reply, messages: &[Message]) {
    let replies = messages.iter().filter_map(|message| match message {
        Message::Assistant(reply) => Some(reply),
        _ => None,
    });
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut turn = 1;
    for reply in replies {
        turn += 1;
        taken.extend(reply.calls.iter().map(|call| call.id.clone()));
    }
    for (number, call) in reply.calls.iter_mut().enumerate() {
        if call.id.is_empty() {
            call.id = format!("call-{turn}-{}", number + 1);
        }
        let mut id = call.id.clone();
        let mut count = 1;
        while !taken.insert(id.clone()) {
            count += 1;
            id = format!("{}-{count}", call.id);
        }
        call.id = id;
    }
}

/// A reply that `genai` finds malformed, read as far as it goes; else what is wrong with it.
pub(super) fn malformed(provider: Provider, raw: &Value, error: Trouble) -> Result<Reply, Trouble> {
    if error.kind != Kind::Passing(None) || trouble::of_body(raw).is_some() {
        return Err(error);
    }
    let read = match provider {
        Provider::OpenAi => lenient::chat(raw),
        Provider::OpenAiResponses => lenient::responses(raw),
        Provider::Anthropic => lenient::messages(raw),
        Provider::Gemini | Provider::Ollama => None,
    };
    read.ok_or(error)
}
