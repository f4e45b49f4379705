//! A trial as a sample of Inspect's.

use serde_json::{Map, Value, json};

use super::message::{seconds, usage};
use super::scores::scores;
use super::transcript::Transcript;
use super::{id, time};
use crate::agent::{Ending, Event};
use crate::model::Message;
use crate::trial::{TrialOutcome, TrialSpec};
use crate::units;

/// Bytes of a text in what is listed of a sample; Inspect cuts there too.
const LISTED: usize = 5_000;

/// What a sample is made from.
pub struct Source<'a> {
    pub trial: &'a str,
    pub epoch: u32,
    pub spec: &'a TrialSpec,
    pub outcome: &'a TrialOutcome,
    pub events: Vec<Event>,
    pub changes: &'a [u8],
}

/// A sample, what is listed of it, and its scores.
pub struct Sample {
    pub whole: Value,
    pub listed: Value,
    pub scores: Map<String, Value>,
}

pub fn sample(source: Source<'_>) -> Sample {
    let Source { spec, outcome, .. } = source;
    let started = outcome.measured.started.saturating_mul(1000);
    let scores = scores(spec, outcome);
    let (input, target) = (asked(&source.events), gold(outcome));
    let model = spec.model.to_string();
    let limit = limit(spec, &outcome.ending);
    let error = match &outcome.ending {
        Ending::ModelFailed { reason } => Some(reason.clone()),
        _ => None,
    };
    let listed_metadata = json!({
        "trial": source.trial,
        "paper": spec.paper,
        "n": spec.n,
        "masked": spec.masked,
        "attempt": spec.attempt,
        "failure": outcome.score.failure,
        "fuel": outcome.fuel,
    });
    let mut metadata = listed_metadata.clone();
    metadata["settings"] = json!(spec.settings);
    metadata["digests"] = json!(spec.digests);
    metadata["seeds"] = json!(spec.seeds);
    metadata["fork"] = json!(spec.fork);
    metadata["ending"] = json!(outcome.ending);
    metadata["tree"] = json!(outcome.tree);
    metadata["image"] = json!(outcome.image);
    metadata["peak_memory_bytes"] = json!(outcome.peak_memory_bytes);
    metadata["changed_besides"] = json!(outcome.score.changed);
    metadata["corrections"] = json!(outcome.corrections);
    metadata["debugging"] = json!(outcome.debugging);
    metadata["reused_runs"] = json!(outcome.measured.reused_runs);

    let mut transcript = Transcript::new(&model, started);
    transcript.begin("init");
    let begun = json!({
        "id": spec.task,
        "input": input,
        "target": target,
        "metadata": metadata,
        "sandbox": {"type": "autoexp"},
    });
    transcript.event("sample_init", json!({"sample": begun, "state": {}}));
    transcript.tell(source.events);
    if let Some((limit, message)) = &limit {
        let mut event = limit.clone();
        event["message"] = json!(message);
        transcript.event("sample_limit", event);
    }
    if let Some(reason) = &error {
        transcript.event("error", json!({"error": failed(reason)}));
    }
    if !source.changes.is_empty() {
        transcript.info(json!(fenced(&String::from_utf8_lossy(source.changes))));
    }
    let working = transcript.at;
    transcript.begin("scorers");
    for (name, score) in &scores {
        let event =
            json!({"score": score, "target": target, "scorer": name, "intermediate": false});
        transcript.event("score", event);
    }
    transcript.end();

    let elapsed = outcome.measured.elapsed_ms;
    let mut common = json!({
        "id": spec.task,
        "epoch": source.epoch,
        "target": target,
        "scores": scores,
        "model_usage": used(&model, outcome),
        "started_at": time(started),
        "completed_at": time(started + elapsed),
        "total_time": seconds(elapsed),
        "working_time": seconds(working),
        "uuid": id(&["sample", source.trial]),
        "turn_count": outcome.steps,
        "token_limit": spec.settings.budget.tokens,
        "time_limit": spec.settings.budget.seconds,
    });
    let mut whole = common.clone();
    whole["input"] = json!(input);
    whole["metadata"] = metadata;
    whole["sandbox"] = json!({"type": "autoexp"});
    whole["limit"] = json!(limit.as_ref().map(|(limit, _)| limit));
    whole["error"] = json!(error.as_ref().map(|reason| failed(reason)));
    whole["messages"] = json!(transcript.messages);
    whole["output"] = transcript.output;
    whole["events"] = json!(transcript.events);
    whole["events_data"] = json!({"messages": transcript.asked, "calls": []});

    common["input"] = json!(clip(&input));
    common["target"] = json!(clip(&target));
    common["metadata"] = listed_metadata;
    common["limit"] = json!(limit.as_ref().map(|(limit, _)| &limit["type"]));
    common["error"] = json!(error);
    common["completed"] = json!(true);
    common["message_count"] = json!(transcript.messages.len());
    // What is behind a score is read with the sample.
    if let Some(scores) = common["scores"].as_object_mut() {
        for score in scores.values_mut() {
            score["metadata"] = Value::Null;
        }
    }
    Sample {
        whole,
        listed: common,
        scores,
    }
}

/// What the model was asked first, but for what it was told it is.
fn asked(events: &[Event]) -> String {
    let opening = events.iter().find_map(|event| match event {
        Event::Started { messages, .. } => Some(messages),
        _ => None,
    });
    let texts = opening
        .into_iter()
        .flatten()
        .filter_map(|message| match message {
            Message::User { text } => Some(text.as_str()),
            _ => None,
        });
    texts.collect::<Vec<_>>().join("\n\n")
}

/// The numbers of the reference, by experiment and metric.
fn gold(outcome: &TrialOutcome) -> String {
    let mut gold = Map::new();
    for experiment in &outcome.score.judgement.experiments {
        let metrics = experiment.metrics.iter();
        let metrics = metrics.map(|metric| (metric.name.clone(), json!(metric.gold)));
        gold.insert(experiment.id.clone(), Value::Object(metrics.collect()));
    }
    Value::Object(gold).to_string()
}

/// The numbers that were reported; none where nothing was.
pub fn reported(outcome: &TrialOutcome) -> Option<String> {
    match &outcome.ending {
        Ending::Answered { answer } => Some(answer.to_string()),
        _ => None,
    }
}

/// The limit that an attempt met, with words for it.
fn limit(spec: &TrialSpec, ending: &Ending) -> Option<(Value, String)> {
    let budget = &spec.settings.budget;
    let (kind, limit, message) = match ending {
        Ending::OutOfSteps { steps } => (
            "turn",
            f64::from(spec.settings.max_steps),
            format!("out of steps, after {steps}"),
        ),
        Ending::OutOfTokens { tokens } => (
            "token",
            budget.tokens.unwrap_or(*tokens) as f64,
            format!("out of tokens, after {tokens}"),
        ),
        Ending::OutOfDollars { cost_usd } => (
            "cost",
            budget.cost_usd.map_or(*cost_usd, |cost| cost.get()),
            format!("out of dollars, after {cost_usd:.4}"),
        ),
        Ending::OutOfFuel { fuel } => (
            "custom",
            budget.fuel.unwrap_or(*fuel) as f64,
            format!("out of fuel, after {}", units::format_fuel(*fuel)),
        ),
        Ending::OutOfTime => (
            "time",
            budget.seconds.unwrap_or_default() as f64,
            "out of time".to_owned(),
        ),
        Ending::Answered { .. }
        | Ending::NoValidCall { .. }
        | Ending::Refused { .. }
        | Ending::ModelFailed { .. } => return None,
    };
    Some((json!({"type": kind, "limit": limit}), message))
}

fn failed(reason: &str) -> Value {
    json!({"message": reason, "traceback": reason, "traceback_ansi": reason})
}

/// Tokens and dollars by model; nothing where nobody told.
fn used(model: &str, outcome: &TrialOutcome) -> Map<String, Value> {
    let told = outcome.usage.map(|used| usage(used, outcome.cost_usd));
    told.into_iter()
        .map(|told| (model.to_owned(), told))
        .collect()
}

/// A patch as Markdown, in a fence that nothing in it ends.
fn fenced(patch: &str) -> String {
    let longest = patch.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}diff\n{patch}\n{fence}")
}

fn clip(text: &str) -> String {
    let end = text.floor_char_boundary(LISTED);
    match text.len() > end {
        true => format!("{}…", &text[..end]),
        false => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fence_is_longer_than_those_in_the_patch() {
        assert_eq!(fenced("+a"), "```diff\n+a\n```");
        assert_eq!(fenced("+````"), "`````diff\n+````\n`````");
    }
}
