//! A paper's text, in which each result stands between tags: `<result of="main.gap">0.12</result>`.
//!
//! The tags make redaction exact, and tie each number of the text to the metric it tells. What is
//! said in words has an expression beside it, which can be recomputed:
//! `<result of="a.gap,b.gap" is="a.gap * 2 < b.gap">more than double</result>`.

use std::ops::Range;

use regex::Regex;
use thiserror::Error;

use super::{error::Position, near::Near, spec::Experiment};

/// What stands in the place of a result.
pub const REMOVED: &str = "[result removed]";

/// A paper's text with its results found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaperText {
    text: String,
    results: Vec<ResultSpan>,
}

/// A tagged result. Ranges are in bytes of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultSpan {
    /// From the start of the opening tag to the end of the closing one.
    pub whole: Range<usize>,
    /// What stands between the tags.
    pub content: Range<usize>,
    /// The metrics that it tells; at least one.
    pub of: Vec<MetricRef>,
    /// An expression over metrics that says the same.
    pub is: Option<String>,
    /// Where the names of the metrics start.
    of_start: usize,
}

/// `experiment.metric`, or `experiment.*` for all of an experiment's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetricRef {
    /// The experiment's id.
    pub experiment: String,
    /// The metric's name; none for all.
    pub metric: Option<String>,
}

/// What is wrong with the tags, and where.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{position}: {problem}")]
pub struct TextError {
    /// Where in the text.
    pub position: Position,
    /// What was found and what is allowed.
    pub problem: TextProblem,
}

/// What is wrong with a tag.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum TextProblem {
    /// Something that looks like a tag and is none.
    #[error("`{found}` is not allowed; write `<result of=\"experiment.metric\">` or `</result>`")]
    Tag {
        /// The start of what was written.
        found: String,
    },
    /// A result inside another.
    #[error("a result starts inside the one of line {outer}; results can't be nested")]
    Nested {
        /// The outer one's line.
        outer: usize,
    },
    /// A closing tag alone.
    #[error("`</result>` closes nothing; write `<result of=\"experiment.metric\">` before it")]
    NotOpen,
    /// An opening tag alone.
    #[error("the result is never closed; write `</result>` after it")]
    NotClosed,
    /// A name of another form.
    #[error(
        "`{found}` names no metric; write `experiment.metric` or `experiment.*`, several with \
         commas between"
    )]
    Reference {
        /// What was written.
        found: String,
    },
    /// No such experiment.
    #[error("there is no experiment `{found}`{near}")]
    Experiment {
        /// What was written.
        found: String,
        /// Experiments that look like it.
        near: Near,
    },
    /// No such metric.
    #[error("experiment `{experiment}` has no metric `{found}`{near}")]
    Metric {
        /// The experiment.
        experiment: String,
        /// What was written.
        found: String,
        /// Metrics that look like it.
        near: Near,
    },
}

impl PaperText {
    /// Finds the results in a text.
    ///
    /// # Errors
    ///
    /// The first tag that is malformed, nested, or without its other half.
    pub fn parse(text: String) -> Result<PaperText, TextError> {
        let results = results(&text)?;
        Ok(PaperText { text, results })
    }

    /// The text as it is written, tags and results included. Not for an agent's eyes.
    pub fn tagged(&self) -> &str {
        &self.text
    }

    /// The results, in the order of the text.
    pub fn results(&self) -> &[ResultSpan] {
        &self.results
    }

    /// What an agent reads: each result, its tags included, is replaced by [`REMOVED`].
    pub fn redacted(&self) -> String {
        let mut redacted = String::with_capacity(self.text.len());
        let mut at = 0;
        for result in &self.results {
            redacted += &self.text[at..result.whole.start];
            redacted += REMOVED;
            at = result.whole.end;
        }
        redacted + &self.text[at..]
    }

    /// Checks that each result is of experiments and metrics that exist.
    ///
    /// # Errors
    ///
    /// The first that is of another.
    pub fn check(&self, experiments: &[Experiment]) -> Result<(), TextError> {
        for result in &self.results {
            for reference in &result.of {
                reference.check(experiments).map_err(|problem| TextError {
                    position: Position::of(&self.text, result.of_start),
                    problem,
                })?;
            }
        }
        Ok(())
    }
}

impl MetricRef {
    fn parse(text: &str) -> Option<Self> {
        let (experiment, metric) = text.trim().split_once('.')?;
        if experiment.is_empty() || metric.is_empty() {
            return None;
        }
        Some(MetricRef {
            experiment: experiment.to_owned(),
            metric: (metric != "*").then(|| metric.to_owned()),
        })
    }

    fn check(&self, experiments: &[Experiment]) -> Result<(), TextProblem> {
        let found = experiments.iter().find(|known| known.id == self.experiment);
        let Some(experiment) = found else {
            return Err(TextProblem::Experiment {
                found: self.experiment.clone(),
                near: Near::new(
                    &self.experiment,
                    experiments.iter().map(|known| known.id.as_str()),
                ),
            });
        };
        let mut names = experiment.metrics.iter().map(|metric| metric.name.as_str());
        match &self.metric {
            Some(metric) if !names.clone().any(|name| name == metric) => Err(TextProblem::Metric {
                experiment: self.experiment.clone(),
                found: metric.clone(),
                near: Near::new(metric, &mut names),
            }),
            _ => Ok(()),
        }
    }
}

/// An opening tag.
struct Opened<'t> {
    tag: Range<usize>,
    of: &'t str,
    of_start: usize,
    is: Option<&'t str>,
}

fn results(text: &str) -> Result<Vec<ResultSpan>, TextError> {
    // Whatever looks like a tag must be one: a result with a slip in its tag would stay readable.
    let tag = regex(r#"(?i)<(?:/\s*)?results?\b[^>\n]*>?"#);
    let opening = regex(r#"^<result of="([^"\n]*)"(?: is="([^"\n]*)")?>$"#);
    let error = |at, problem| {
        let position = Position::of(text, at);
        TextError { position, problem }
    };

    let mut results = Vec::new();
    let mut open: Option<Opened<'_>> = None;
    for found in tag.find_iter(text) {
        let opened = opening.captures(found.as_str()).and_then(|parts| {
            Some(Opened {
                tag: found.range(),
                of_start: found.start() + parts.get(1)?.start(),
                of: parts.get(1)?.as_str(),
                is: parts.get(2).map(|is| is.as_str()),
            })
        });
        match (opened, open.take()) {
            (Some(_), Some(outer)) => {
                let outer = Position::of(text, outer.tag.start).line;
                return Err(error(found.start(), TextProblem::Nested { outer }));
            }
            (Some(opened), None) => open = Some(opened),
            (None, opened) if found.as_str() == "</result>" => {
                let opened = opened.ok_or_else(|| error(found.start(), TextProblem::NotOpen))?;
                results.push(ResultSpan {
                    whole: opened.tag.start..found.end(),
                    content: opened.tag.end..found.start(),
                    of_start: opened.of_start,
                    of: references(opened.of).map_err(|problem| error(opened.of_start, problem))?,
                    is: opened.is.map(str::to_owned),
                });
            }
            (None, _) => {
                let found_text = found.as_str().chars().take(60).collect();
                return Err(error(found.start(), TextProblem::Tag { found: found_text }));
            }
        }
    }
    match open {
        Some(opened) => Err(error(opened.tag.start, TextProblem::NotClosed)),
        None => Ok(results),
    }
}

fn references(of: &str) -> Result<Vec<MetricRef>, TextProblem> {
    of.split(',')
        .map(|part| {
            MetricRef::parse(part).ok_or_else(|| TextProblem::Reference {
                found: part.trim().to_owned(),
            })
        })
        .collect()
}

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is a constant and compiles")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Result<PaperText, TextError> {
        PaperText::parse(text.to_owned())
    }

    #[test]
    fn results_are_removed_with_their_tags_and_the_rest_stays() {
        let text = parse(
            "# Gap\n\nWe get <result of=\"main.gap\">0.12</result>,\n<result of=\"main.*, b.x\">twice\nas much</result>.\n",
        )
        .unwrap();
        assert_eq!(
            text.redacted(),
            "# Gap\n\nWe get [result removed],\n[result removed].\n"
        );
        let second = &text.results()[1];
        assert_eq!(&text.tagged()[second.content.clone()], "twice\nas much");
        assert_eq!(second.of[0].metric, None);
        assert_eq!(second.of[1].experiment, "b");
    }

    #[test]
    fn tags_that_do_not_pair_are_refused_with_their_place() {
        for (text, message) in [
            (
                "\na <result of=\"a.b\">1",
                "2:3: the result is never closed; write `</result>` after it",
            ),
            (
                "1</result>",
                "1:2: `</result>` closes nothing; write `<result of=\"experiment.metric\">` before it",
            ),
            (
                "<result of=\"a.b\">\n<result of=\"a.c\">1</result></result>",
                "2:1: a result starts inside the one of line 1; results can't be nested",
            ),
            (
                "é <result of='a.b'>1</result>",
                "1:3: `<result of='a.b'>` is not allowed; write `<result of=\"experiment.metric\">` or `</result>`",
            ),
            (
                "<result of=\"a.b, c\">1</result>",
                "1:13: `c` names no metric; write `experiment.metric` or `experiment.*`, several with commas between",
            ),
        ] {
            assert_eq!(parse(text).unwrap_err().to_string(), message);
        }
        for text in [
            "<result>1</result>",
            "<result of=\"\">1</result>",
            "<Result of=\"a.b\">1</Result>",
            "<result of=\"a.b\">1</ result>",
            "<results of=\"a.b\">1</results>",
            "<result of=\"a.b\"",
            "< result of=\"a.b\">1</result>",
            "<result  of=\"a.b\">1</result>",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert!(parse("a result of 1 < results of 2, <b>resulting</b> in <resultant>").is_ok());
    }

    proptest! {
        #[test]
        fn no_content_of_a_result_is_left(secret in "[0-9]{8,12}", around in "[a-z<> \n]{0,30}") {
            let tagged = format!("{around}<result of=\"a.b\">{secret}</result>{around}");
            let redacted = parse(&tagged).unwrap().redacted();
            prop_assert_eq!(redacted, format!("{around}{REMOVED}{around}"));
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in "(<result of=\"a.b\">|</result>|<res|é|[<>/.\" ]){0,12}") {
            let _ = parse(&text);
        }
    }
}
