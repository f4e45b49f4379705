//! What a person sees of a trial.

use std::io;

use super::screen::{Line, Screen, Tone};
use super::{inert, text};
use crate::agent::{Ending, Event, Observed, Purpose, Recorder, Said};
use crate::model::{Call, Reply};
use crate::units::format_fuel_short;
use crate::workspace::Tree;

/// Steps, calls, changes and totals, as they come.
pub struct View<'a> {
    screen: &'a Screen,
    about: String,
    /// Who is asked.
    model: String,
    /// The replies that were recorded before the trial was stopped, and how many have come again.
    earlier: Vec<&'a Reply>,
    replies: usize,
    /// The repository at the start of each try, and before the next call.
    given: Tree,
    before: Tree,
    /// What each call of the step changed.
    changes: Vec<Vec<Line>>,
    calls: Vec<Call>,
    totals: Totals,
}

/// What was used so far.
#[derive(Default)]
struct Totals {
    steps: u32,
    tokens: u64,
    cost_usd: f64,
    /// Whether a reply told its tokens, and whether one didn't tell its cost.
    is_told: bool,
    is_unpriced: bool,
    fuel: u64,
}

impl Totals {
    fn add(&mut self, reply: &Reply) {
        if let Some(usage) = reply.usage {
            self.is_told = true;
            self.tokens += usage.tokens();
        }
        match reply.cost_usd {
            Some(cost) => self.cost_usd += cost,
            None => self.is_unpriced = true,
        }
    }

    fn line(&self) -> Line {
        let steps = match self.steps {
            1 => "1 step".to_owned(),
            steps => format!("{steps} steps"),
        };
        let mut parts = vec![steps];
        if self.is_told {
            parts.push(format!("{} tokens", self.tokens));
            parts.push(match self.is_unpriced {
                true => "cost unknown".to_owned(),
                false => format!("${:.4}", self.cost_usd),
            });
        }
        parts.push(format!("{} fuel", format_fuel_short(self.fuel)));
        Line::new(Tone::Quiet, format!("  = {}", parts.join(", ")))
    }
}

impl<'a> View<'a> {
    /// `about` says what trial this is, `earlier` has what was recorded of it when it was stopped,
    /// `given` is the repository that it starts with.
    pub fn new(
        screen: &'a Screen,
        about: String,
        model: &str,
        earlier: &'a [Event],
        given: Tree,
    ) -> View<'a> {
        let earlier = earlier.iter().filter_map(|event| match event {
            Event::Reply { reply, .. } => Some(reply),
            _ => None,
        });
        View {
            screen,
            about: inert(&about),
            model: inert(model),
            earlier: earlier.collect(),
            replies: 0,
            before: given.clone(),
            given,
            changes: Vec::new(),
            calls: Vec::new(),
            totals: Totals::default(),
        }
    }

    fn wait_for_model(&self) {
        let step = self.totals.steps + 1;
        self.screen
            .wait(&format!("step {step}: {} is asked", self.model));
    }

    fn reply(&mut self, step: u32, purpose: Purpose, reply: &Reply) -> Vec<Line> {
        let is_recorded = self.earlier.get(self.replies) == Some(&reply);
        self.replies += 1;
        self.totals.add(reply);
        let again = if is_recorded {
            " (recorded before)"
        } else {
            ""
        };
        let aside = match purpose {
            Purpose::Step => None,
            Purpose::Summary => Some("summary"),
            Purpose::Reflection => Some("what was learned"),
        };
        if let Some(what) = aside {
            let mut lines = vec![Line::new(Tone::Head, format!("{what}{again}"))];
            lines.extend(text::said(&reply.text));
            return lines;
        }
        self.totals.steps = step;
        self.calls.clone_from(&reply.calls);
        let mut lines = vec![Line::new(Tone::Head, format!("step {step}{again}"))];
        lines.extend(text::said(&reply.text));
        lines.extend(reply.calls.iter().map(text::call));
        let tools: Vec<String> = reply.calls.iter().map(|call| inert(&call.tool)).collect();
        self.screen
            .wait(&format!("step {step}: {}", tools.join(", ")));
        lines
    }

    fn observed(&mut self, observations: &[Observed]) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut changes = std::mem::take(&mut self.changes).into_iter();
        for (at, observed) in observations.iter().enumerate() {
            if let (2.., Some(call)) = (observations.len(), self.calls.get(at)) {
                lines.push(Line::new(Tone::Call, format!("  < {}", inert(&call.tool))));
            }
            self.totals.fuel = self.totals.fuel.saturating_add(observed.fuel.unwrap_or(0));
            lines.extend(text::shown(&observed.text));
            lines.extend(changes.next().unwrap_or_default());
        }
        lines.push(self.totals.line());
        lines
    }

    fn lines(&mut self, event: &Event) -> Vec<Line> {
        match event {
            Event::Started { .. } => {
                self.before = self.given.clone();
                vec![Line::new(Tone::Plain, self.about.clone())]
            }
            Event::Compared {
                nearness, reply, ..
            } => {
                self.totals.add(reply);
                let told = format!("  {} passages of the paper were compared", nearness.len());
                vec![Line::new(Tone::Quiet, told)]
            }
            Event::Reply {
                step,
                purpose,
                reply,
                ..
            } => self.reply(*step, *purpose, reply),
            Event::TooLong { .. } => {
                let told = "  the conversation is too long for the model: less of it is shown";
                vec![Line::new(Tone::Quiet, told)]
            }
            Event::Auxiliary { said, .. } => {
                let told = match said {
                    Said::Reply(reply) => {
                        self.totals.add(reply);
                        "  a model was asked for the tool".to_owned()
                    }
                    Said::Refusal(why) => {
                        format!("  a model was asked for the tool: {}", inert(why))
                    }
                };
                vec![Line::new(Tone::Quiet, told)]
            }
            Event::Observed { observations, .. } => self.observed(observations),
            Event::Tried { ending } => {
                let told = format!("  {}; another try follows", over(ending));
                vec![Line::new(Tone::Quiet, told)]
            }
            Event::Ended { ending } => match ending {
                Ending::Answered { .. } => vec![Line::new(Tone::Good, "answered")],
                other => vec![Line::new(Tone::Bad, over(other))],
            },
            Event::Interrupted { reason } => {
                vec![Line::new(Tone::Bad, format!("stopped: {}", inert(reason)))]
            }
        }
    }
}

/// How an attempt without an answer is over.
fn over(ending: &Ending) -> String {
    match ending {
        Ending::Answered { .. } => "answered".to_owned(),
        Ending::OutOfSteps { steps } => format!("out of steps, after {steps}"),
        Ending::OutOfTokens { tokens } => format!("out of tokens, after {tokens}"),
        Ending::OutOfDollars { cost_usd } => format!("out of dollars, after {cost_usd:.4}"),
        Ending::OutOfFuel { fuel } => format!("out of fuel, after {}", format_fuel_short(*fuel)),
        Ending::OutOfTime => "out of time".to_owned(),
        Ending::NoValidCall { replies } => format!("no valid call in {replies} replies in a row"),
        Ending::Refused { reason } => format!("the model refused: {}", inert(reason)),
        Ending::ModelFailed { reason } => format!("the model can't go on: {}", inert(reason)),
    }
}

impl Recorder for View<'_> {
    fn record(&mut self, event: &Event) -> io::Result<()> {
        let lines = self.lines(event);
        self.screen.show(&lines)?;
        match event {
            Event::Started { .. } | Event::Observed { .. } | Event::TooLong { .. } => {
                self.wait_for_model();
            }
            Event::Ended { .. } => self.screen.wait("the repository is scored"),
            Event::Interrupted { .. } => self.screen.rest(),
            Event::Compared { .. }
            | Event::Reply { .. }
            | Event::Auxiliary { .. }
            | Event::Tried { .. } => {}
        }
        Ok(())
    }

    fn left(&mut self, tree: &Tree) {
        self.changes.push(text::changed(&self.before, tree));
        self.before = tree.clone();
    }
}
