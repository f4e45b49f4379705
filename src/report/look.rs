//! Trials to look into: what was asked, done, changed, and what came of it.

use std::collections::{BTreeMap, VecDeque};
use std::path::Path;

use serde::Serialize;
use serde_json::Value;

use super::Report;
use super::figures::percent;
use super::series::{Series, is_instrument};
use super::trial::Trial;
use crate::agent::{Ending, Event, Said};
use crate::model::{Message, Reasoning, Reply};
use crate::score::Score;
use crate::trial::{RecordError, RunFolder, TrialOutcome};
use crate::units;

/// Trials in one page.
pub const MOST: usize = 200;
/// Characters of one text, but for trials that were asked for by name.
const LONGEST: usize = 6_000;
/// A series that is verified this often is expected to be; one that is this seldom isn't.
const OFTEN: f64 = 0.5;

/// What is shown of a trial.
#[derive(Clone, Debug, Serialize)]
pub struct Look {
    anchor: String,
    verdict: String,
    verdict_class: &'static str,
    label: String,
    task: String,
    attempt: u32,
    /// Why one would look at it.
    why: String,
    facts: Vec<(&'static str, String)>,
    replay: String,
    metrics: Vec<[String; 5]>,
    functions: Vec<[String; 2]>,
    diffs: Vec<Diff>,
    prompt: Option<String>,
    steps: Vec<Step>,
    ending: String,
}

#[derive(Clone, Debug, Serialize)]
struct Diff {
    title: &'static str,
    /// What kind of line, and the line.
    lines: Vec<(&'static str, String)>,
}

#[derive(Clone, Debug, Default, Serialize)]
struct Step {
    thought: String,
    text: String,
    calls: Vec<Called>,
    observations: Vec<Seen>,
}

#[derive(Clone, Debug, Serialize)]
struct Called {
    tool: String,
    arguments: String,
}

#[derive(Clone, Debug, Serialize)]
struct Seen {
    note: String,
    text: String,
}

/// What a model is told first; the same of many trials.
#[derive(Clone, Debug, Serialize)]
pub struct Prompt {
    pub hash: String,
    /// The task it was first met at.
    pub name: String,
    pub text: String,
}

/// A trial that is worth a look.
struct Chosen<'a> {
    trial: &'a Trial,
    label: &'a str,
    why: String,
}

/// The trials to look into, those named first, and their prompts.
pub fn looks(
    report: &Report<'_>,
    named: &[String],
) -> Result<(Vec<Look>, Vec<Prompt>), RecordError> {
    let mut prompts = BTreeMap::new();
    let mut looks = Vec::new();
    for chosen in choose(&report.series, named) {
        let full = named.contains(&chosen.trial.id);
        let folder = RunFolder::find(Path::new(&report.recorded.runs[chosen.trial.run].folder))?;
        looks.extend(look(&folder, &chosen, full, &mut prompts)?);
    }
    Ok((looks, prompts.into_values().collect()))
}

/// The trials that are named, or else failures and surprises before others; of those that are
/// equally worth a look, of each series and failure in turn.
fn choose<'a>(all: &'a [Series<'a>], named: &[String]) -> Vec<Chosen<'a>> {
    let most = MOST.max(named.len());
    let mut ranked: BTreeMap<usize, BTreeMap<(usize, &str), VecDeque<Chosen<'a>>>> =
        BTreeMap::new();
    for (place, series) in all.iter().enumerate() {
        let mut rates: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
        for trial in &series.trials {
            let rate = rates.entry(trial.n).or_default();
            rate.0 += usize::from(trial.verified == Some(true));
            rate.1 += 1;
        }
        let wanted = |trial: &&&Trial| named.is_empty() || named.contains(&trial.id);
        for trial in series.trials.iter().filter(wanted) {
            let (right, of) = rates[&trial.n];
            let (rank, why) = worth(series.model, trial, right as f64 / of as f64);
            let groups = ranked.entry(rank).or_default();
            let group = groups
                .entry((place, trial.failure.unwrap_or("")))
                .or_default();
            if group.len() < most {
                group.push_back(Chosen {
                    trial,
                    label: &series.label,
                    why,
                });
            }
        }
    }
    let mut order = Vec::new();
    for mut groups in ranked.into_values() {
        while !groups.is_empty() {
            order.extend(groups.values_mut().filter_map(VecDeque::pop_front));
            groups.retain(|_, group| !group.is_empty());
        }
    }
    order.truncate(most);
    order
}

/// How soon to look at a trial, and why.
fn worth(model: &str, trial: &Trial, rate: f64) -> (usize, String) {
    let failure = trial.failure.unwrap_or("not verified");
    let at = format!("{} of its trials at n = {} are", percent(rate), trial.n);
    match (model, trial.verified) {
        ("oracle", Some(false)) => (
            0,
            format!("the task is broken: its own code ends as {failure}"),
        ),
        ("nop", Some(true)) if trial.n > 0 => (0, "the task solves itself".to_owned()),
        (_, Some(false)) if trial.pass => (1, format!("right numbers, {failure}")),
        ("nop", _) => (6, String::new()),
        (_, Some(false)) if rate > OFTEN => (2, format!("{failure}, where {at} verified")),
        (_, Some(true)) if rate < OFTEN && !is_instrument(model) => {
            (3, format!("verified, where only {at}"))
        }
        (_, Some(false)) => (4, failure.to_owned()),
        _ => (5, String::new()),
    }
}

fn look(
    folder: &RunFolder,
    chosen: &Chosen<'_>,
    full: bool,
    prompts: &mut BTreeMap<String, Prompt>,
) -> Result<Option<Look>, RecordError> {
    let trial = chosen.trial;
    let Some((_, outcome)) = folder.finished(&trial.id)? else {
        return Ok(None);
    };
    let most = if full { usize::MAX } else { LONGEST };
    let (prompt, steps, ending) = match folder.trajectory(&trial.id) {
        Ok(events) => told(events, &trial.task, most, prompts),
        Err(error) => (
            None,
            Vec::new(),
            format!("The steps can't be shown: {error}"),
        ),
    };
    let (changes, reference) = folder.patches(&trial.id)?;
    let diffs = [
        ("Changes, against the masked code", changes),
        ("The same files, against the reference", reference),
    ];
    let diffs = diffs.into_iter().filter(|(_, patch)| !patch.is_empty());
    let (verdict, verdict_class) = match (trial.verified, trial.failure) {
        (Some(true), _) => ("verified".to_owned(), "yes"),
        (_, Some(failure)) => (failure.to_owned(), "no"),
        (Some(false), None) => ("not verified".to_owned(), "no"),
        (None, None) => ("not known".to_owned(), ""),
    };
    Ok(Some(Look {
        anchor: format!("trial-{}", trial.id),
        verdict,
        verdict_class,
        label: chosen.label.to_owned(),
        task: trial.task.to_string(),
        attempt: trial.attempt,
        why: chosen.why.clone(),
        facts: facts(trial, &outcome),
        replay: replay(folder, trial),
        metrics: metrics(&outcome.score),
        functions: functions(&outcome.score),
        diffs: diffs
            .map(|(title, patch)| Diff {
                title,
                lines: lines(&patch, most.saturating_mul(4)),
            })
            .collect(),
        prompt,
        steps,
        ending,
    }))
}

/// The command that runs a trial again.
fn replay(folder: &RunFolder, trial: &Trial) -> String {
    let path = folder.path().join("trials").join(&trial.id);
    let path = path.display().to_string();
    let words = ["autoexp", "replay", path.as_str()];
    shlex::try_join(words).unwrap_or_else(|_| words.join(" "))
}

fn facts(trial: &Trial, outcome: &TrialOutcome) -> Vec<(&'static str, String)> {
    let word = |it: Option<bool>| match it {
        Some(true) => "yes",
        Some(false) => "no",
        None => "not known",
    };
    let score = &outcome.score;
    let with_reason = |name: &str, it: Option<bool>| match score.reasons.get(name) {
        Some(reason) => format!("{}: {reason}", word(it)),
        None => word(it).to_owned(),
    };
    let mut facts = vec![("trial", trial.id.clone())];
    if !trial.masked.is_empty() {
        facts.push(("masked", trial.masked.join(", ")));
    }
    facts.extend([
        ("right numbers", word(Some(trial.pass)).to_owned()),
        ("grounded", with_reason("grounded", trial.grounded)),
        (
            "transplanted",
            with_reason("transplanted", trial.transplanted),
        ),
        ("steps", trial.steps.to_string()),
        ("fuel", units::format_fuel_short(trial.fuel)),
    ]);
    if let Some(tokens) = trial.tokens {
        let cost = trial.cost_usd.map_or_else(
            || "price not known".to_owned(),
            |cost| format!("${cost:.4}"),
        );
        facts.push(("tokens", format!("{tokens}, {cost}")));
    }
    let settings = trial
        .settings
        .iter()
        .map(|(name, value)| format!("{name} {value}"));
    facts.push(("settings", settings.collect::<Vec<_>>().join(", ")));
    let beside = score.changed.iter().map(|it| it.path.as_str());
    let beside: Vec<&str> = beside.collect();
    if !beside.is_empty() {
        facts.push(("changed beside", beside.join(", ")));
    }
    facts
}

fn metrics(score: &Score) -> Vec<[String; 5]> {
    let rows = score.judgement.experiments.iter().flat_map(|experiment| {
        experiment.metrics.iter().map(move |metric| {
            let verdict = match (&metric.reason, metric.relative_error) {
                (Some(reason), _) => reason.to_string(),
                (None, Some(error)) if error > 0.0 => {
                    format!("right, off by {:.2} %", error * 100.0)
                }
                (None, _) => "right".to_owned(),
            };
            let reported = metric.reported.as_ref();
            [
                experiment.id.clone(),
                metric.name.clone(),
                clip(
                    &reported.map_or_else(|| "–".to_owned(), Value::to_string),
                    80,
                ),
                clip(&serde_json::to_string(&metric.gold).unwrap_or_default(), 80),
                verdict,
            ]
        })
    });
    rows.collect()
}

fn functions(score: &Score) -> Vec<[String; 2]> {
    let all = score.functions.iter().map(|it| {
        let verdict = match it.right {
            Some(true) if it.compared == 0 => "the reference's".to_owned(),
            Some(true) => format!(
                "does the same on all {} calls that were compared",
                it.compared
            ),
            Some(false) => format!("does the same on {} of {} calls", it.equal, it.compared),
            None => "not compared".to_owned(),
        };
        let note = it
            .note
            .as_ref()
            .map_or_else(String::new, |note| format!("; {note}"));
        [format!("{}::{}", it.file, it.name), verdict + &note]
    });
    all.collect()
}

/// The lines of a patch, by what they are.
fn lines(patch: &[u8], most: usize) -> Vec<(&'static str, String)> {
    let text = clip(&String::from_utf8_lossy(patch), most);
    let kind = |line: &str| match line {
        _ if line.starts_with("diff --git") => "file",
        _ if line.starts_with("@@") => "hunk",
        _ if line.starts_with("+++") || line.starts_with("---") => "hunk",
        _ if line.starts_with('+') => "add",
        _ if line.starts_with('-') => "del",
        _ => "same",
    };
    text.lines()
        .map(|line| (kind(line), line.to_owned()))
        .collect()
}

/// A trajectory as it is shown: the prompt, the steps, the end.
fn told(
    events: Vec<Event>,
    task: &str,
    most: usize,
    prompts: &mut BTreeMap<String, Prompt>,
) -> (Option<String>, Vec<Step>, String) {
    let (mut prompt, mut steps, mut ending) = (None, Vec::<Step>::new(), String::new());
    for event in events {
        match event {
            Event::Started { messages, .. } => match (&prompt, steps.last_mut()) {
                (Some(_), Some(step)) => step.observations.push(Seen {
                    note: "another try begins, and is told".to_owned(),
                    text: clip(&texts(&messages), most),
                }),
                _ => prompt = Some(opening(&messages, task, prompts)),
            },
            // What came of it stands in the prompt.
            Event::Compared { .. } => {}
            Event::Reply { reply, .. } => steps.push(step(reply, most)),
            Event::Observed { observations, .. } => {
                let Some(step) = steps.last_mut() else {
                    continue;
                };
                step.observations.extend(observations.into_iter().map(|it| {
                    let exit = it.exit.map(|exit| exit.replace('_', " "));
                    let fuel = it
                        .fuel
                        .map(|fuel| format!("{} of fuel", units::format_fuel_short(fuel)));
                    let facts: Vec<String> = exit.into_iter().chain(fuel).collect();
                    Seen {
                        note: facts.join(", "),
                        text: clip(&it.text, most),
                    }
                }));
            }
            Event::Auxiliary { text, said, .. } => {
                let Some(step) = steps.last_mut() else {
                    continue;
                };
                let answer = match said {
                    Said::Reply(reply) => reply.text,
                    Said::Refusal(reason) => format!("(no reply: {reason})"),
                };
                step.observations.push(Seen {
                    note: "the tool asked a model of its own".to_owned(),
                    text: clip(&format!("{text}\n\n{answer}"), most),
                });
            }
            Event::TooLong { reason, .. } => steps.push(Step {
                text: format!("(the conversation was too long: {reason})"),
                ..Step::default()
            }),
            Event::Tried { ending: end } => steps.push(Step {
                text: format!("(a try is over, and another follows) {}", ended(&end)),
                ..Step::default()
            }),
            Event::Ended { ending: end } => ending = ended(&end),
            Event::Interrupted { reason } => ending = format!("Interrupted: {reason}"),
        }
    }
    (prompt, steps, ending)
}

/// What a model is told first.
fn texts(messages: &[Message]) -> String {
    let texts = messages.iter().filter_map(|message| match message {
        Message::System { text } | Message::User { text } => Some(text.as_str()),
        _ => None,
    });
    texts.collect::<Vec<_>>().join("\n\n")
}

fn opening(messages: &[Message], task: &str, prompts: &mut BTreeMap<String, Prompt>) -> String {
    let text = texts(messages);
    let hash = blake3::hash(text.as_bytes()).to_hex()[..12].to_owned();
    prompts.entry(hash.clone()).or_insert_with(|| Prompt {
        hash: hash.clone(),
        name: task.to_owned(),
        text,
    });
    hash
}

fn step(reply: Reply, most: usize) -> Step {
    let thoughts = reply.reasoning.into_iter().filter_map(|it| match it {
        Reasoning::Text(text) => Some(text),
        _ => None,
    });
    let calls = reply.calls.into_iter().map(|call| Called {
        tool: call.tool,
        arguments: clip(&arguments(&call.arguments), most),
    });
    Step {
        thought: clip(&thoughts.collect::<Vec<_>>().join("\n"), most),
        text: clip(&reply.text, most),
        calls: calls.collect(),
        observations: Vec::new(),
    }
}

/// Arguments one a line, texts as they are.
fn arguments(arguments: &Value) -> String {
    let Value::Object(fields) = arguments else {
        return arguments.to_string();
    };
    let lines = fields.iter().map(|(name, value)| match value {
        Value::String(text) if text.contains('\n') => format!("{name}:\n{text}"),
        Value::String(text) => format!("{name}: {text}"),
        other => format!("{name}: {other}"),
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn ended(ending: &Ending) -> String {
    match ending {
        Ending::Answered { .. } => "It ended with its answer.".to_owned(),
        Ending::OutOfSteps { steps } => format!("It ended without an answer, after {steps} steps."),
        Ending::OutOfTokens { tokens } => {
            format!("It ended without an answer, after {tokens} tokens.")
        }
        Ending::OutOfDollars { cost_usd } => {
            format!("It ended without an answer, after ${cost_usd:.2}.")
        }
        Ending::OutOfFuel { fuel } => {
            format!(
                "It ended without an answer, after {} of fuel.",
                units::format_fuel_short(*fuel)
            )
        }
        Ending::OutOfTime => "It ended without an answer, out of time.".to_owned(),
        Ending::NoValidCall { replies } => {
            format!("It ended after {replies} replies without a valid call.")
        }
        Ending::Refused { reason } => format!("The model refused: {reason}"),
        Ending::ModelFailed { reason } => format!("The model couldn't go on: {reason}"),
    }
}

/// The first characters of a text, and how many more there are.
fn clip(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((end, _)) => format!(
            "{}\n… {} more characters; `autoexp report --trial` shows all",
            &text[..end],
            text[end..].chars().count()
        ),
    }
}
