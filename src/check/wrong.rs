//! Bodies that compute nothing of what they should are told from the reference.

use super::reference::{CheckError, Reference, passes};
use super::sound::{Finding, Severity};
use super::work::each;
use crate::progress::{Progress, Total};
use crate::sandbox::Runner;
use crate::task::{Docstring, Task, stubs};

/// Runs every function masked, and with neutral bodies, on the experiments that call it: none may
/// come out right. Gives what was found, and the number of runs.
pub(super) fn wrong_versions(
    reference: &Reference,
    runner: &Runner,
    progress: &dyn Progress,
) -> Result<(Vec<Finding>, usize), CheckError> {
    let mut findings = Vec::new();
    let mut versions = Vec::new();
    for (index, function) in reference.paper.functions.iter().enumerate() {
        let task = Task::new(reference.paper.clone(), [index])?;
        let masked = task.masked_code(Docstring::default())?;
        let text = String::from_utf8_lossy(&masked[&function.file]).into_owned();
        versions.push((function, "nop", "the mask".to_owned(), text));
        let made = stubs(reference.source(function), &function.name).map_err(|source| {
            CheckError::Mutants {
                function: function.name.clone(),
                source,
            }
        })?;
        for stub in made {
            versions.push((function, "stub", stub.kind.to_string(), stub.source));
        }
    }
    let runs: Vec<(usize, usize)> = versions
        .iter()
        .enumerate()
        .flat_map(|(version, (function, ..))| {
            let dependents = reference.dependents(function);
            dependents
                .into_iter()
                .map(move |experiment| (version, experiment))
        })
        .collect();
    let stage = progress.stage(
        &format!("{}: stubs", reference.paper.id),
        Total::Items(runs.len() as u64),
    );
    let passed = each(&runs, stage.as_ref(), |&(version, experiment)| {
        let (function, _, _, source) = &versions[version];
        let run =
            reference.with_source(runner, &reference.code, experiment, &function.file, source)?;
        Ok::<_, CheckError>(passes(&run, &reference.paper.experiments[experiment], 1.0))
    })?;
    stage.finish();
    for (version, (function, check, what, _)) in versions.iter().enumerate() {
        let outcomes: Vec<(usize, bool)> = runs
            .iter()
            .zip(&passed)
            .filter(|((of, _), _)| *of == version)
            .map(|((_, experiment), passed)| (*experiment, *passed))
            .collect();
        let right: Vec<&str> = outcomes
            .iter()
            .filter(|(_, passed)| *passed)
            .map(|(experiment, _)| reference.paper.experiments[*experiment].id.as_str())
            .collect();
        if right.is_empty() {
            continue;
        }
        let text = format!("with {what}, {} still comes out right", right.join(", "));
        let severity = match *check == "nop" || right.len() == outcomes.len() {
            true => Severity::Error,
            false => Severity::Note,
        };
        findings.push(Finding {
            severity,
            check,
            subject: function.name.clone(),
            text,
        });
    }
    Ok((findings, runs.len()))
}
