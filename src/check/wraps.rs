//! Integers that wrap here, and wouldn't natively.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::reference::{CheckError, Reference, tree, watched_fuel};
use super::sound::{Finding, Severity};
use super::work::each;
use crate::progress::Silent;
use crate::sandbox::{Limits, Runner};
use crate::score::limits;
use crate::task::{GuestFile, Harness, HarnessError};

const WRAPS: GuestFile = ("wraps", include_str!("wraps.py"));
/// The fuel that watching may take, in times of what the experiment takes.
const FUEL: u64 = 30;
/// Characters of a source that are shown.
const SHOWN: usize = 60;

#[derive(Deserialize)]
struct Told {
    places: Vec<Place>,
}

/// Where something wrapped.
#[derive(Deserialize)]
struct Place {
    file: String,
    line: usize,
    text: String,
}

/// Runs each experiment once more and names the places of the repository's own sources where an
/// integer doesn't fit numpy's default one, which has 32 bits here and 64 natively. Gives what was
/// found, and the number of runs.
pub(super) fn wraps(
    reference: &Reference,
    runner: &Runner,
) -> Result<(Vec<Finding>, usize), CheckError> {
    let experiments = &reference.paper.experiments;
    let asked: Vec<_> = experiments.iter().zip(&reference.runs).collect();
    let laid = tree(&reference.code);
    let told = each(&asked, &Silent, |(experiment, run)| {
        if !run.outcome.exit.success() {
            return Ok(None);
        }
        let harness = Harness {
            programs: &[WRAPS],
            functions: &[],
            settings: serde_json::Value::Null,
            beside: None,
        };
        let limits = Limits {
            fuel: watched_fuel(run.outcome.fuel_used, FUEL),
            ..limits(experiment)
        };
        let ran = harness.run(runner, &laid, experiment, &limits);
        let found = ran.and_then(|(outcome, told)| {
            let told: Told = Harness::understand(told)?;
            let ended = outcome.exit.explain(&limits);
            Ok((told, (!outcome.exit.success()).then_some(ended)))
        });
        match found {
            Ok(found) => Ok(Some(found)),
            Err(HarnessError::NoResult { ended }) => {
                let nothing = Told { places: Vec::new() };
                Ok(Some((nothing, Some(ended))))
            }
            Err(source) => Err(CheckError::Trace {
                experiment: experiment.id.clone(),
                source,
            }),
        }
    })?;

    let runs = told.iter().flatten().count();
    let note = |subject: String, text: String| Finding {
        severity: Severity::Note,
        check: "wraps",
        subject,
        text,
    };
    let (mut places, mut findings) = (BTreeMap::new(), Vec::new());
    for (experiment, found) in experiments.iter().zip(told) {
        let Some((told, cut)) = found else {
            continue;
        };
        for Place { file, line, text } in told.places {
            places.entry((file, line)).or_insert(text);
        }
        if let Some(ended) = cut {
            let text = format!("watched for integers that wrap, it {ended}");
            findings.push(note(experiment.id.clone(), text));
        }
    }
    findings.extend(places.into_iter().map(|((file, line), text)| {
        let mut shown: String = text.chars().take(SHOWN).collect();
        if shown.len() < text.len() {
            shown.push('…');
        }
        let text = format!(
            "the result of `{shown}` doesn't fit 32 bits, which numpy's default integer has here, and \
             wraps; natively it has 64: ask for int64"
        );
        note(format!("{file}:{line}"), text)
    }));
    Ok((findings, runs))
}
