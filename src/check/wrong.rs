//! Bodies that compute nothing of what they should are told from the reference.

use super::reference::{CheckError, Reference, passes};
use super::sound::{Finding, Severity};
use super::work::each;
use crate::progress::{Progress, Total};
use crate::sandbox::Runner;
use crate::task::{Docstring, Task, stubs};

/// Runs every function masked, and with neutral bodies, on the experiments that call it, the
/// cheapest first. Masked, none may come out right; a neutral body is told by the first that
/// doesn't. Gives what was found, and the number of runs.
pub(super) fn wrong_versions(
    reference: &Reference,
    runner: &Runner,
    progress: &dyn Progress,
) -> Result<(Vec<Finding>, usize), CheckError> {
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
    let stage = progress.stage(
        &format!("{}: stubs", reference.paper.id),
        Total::Items(versions.len() as u64),
    );
    let experiments = &reference.paper.experiments;
    let outcomes = each(&versions, stage.as_ref(), |(function, check, _, source)| {
        let mut dependents = reference.dependents(function);
        dependents.sort_by_key(|&index| reference.runs[index].outcome.fuel_used);
        let (mut right, mut runs) = (Vec::new(), 0);
        for index in dependents {
            let (files, file) = (&reference.code, &function.file);
            let run = reference.with_source(runner, files, index, file, source)?;
            runs += 1;
            if passes(&run, &experiments[index], 1.0) {
                right.push(experiments[index].id.as_str());
            } else if *check == "stub" {
                return Ok((Vec::new(), runs));
            }
        }
        Ok::<_, CheckError>((right, runs))
    })?;
    stage.finish();
    let runs = outcomes.iter().map(|(_, runs)| runs).sum();
    let wrong = versions.iter().zip(&outcomes);
    let wrong = wrong.filter(|(_, (right, _))| !right.is_empty());
    let findings = wrong.map(|((function, check, what, _), (right, _))| Finding {
        severity: Severity::Error,
        check,
        subject: function.name.clone(),
        text: format!("with {what}, {} still comes out right", right.join(", ")),
    });
    Ok((findings.collect(), runs))
}
