//! Importing every module of a repository.

use serde::Serialize;

use super::command::{error_line, place};
use super::error::AuthorError;
use super::survey::{Removed, Survey, Unreadable};
use crate::check::each;
use crate::progress::{Progress, Total};
use crate::sandbox::{Invocation, Limits, Program, Runner, WORKSPACE};
use crate::task::Files;
use crate::workspace::{Access, Tree, Workspace};

/// Fuel for importing one module: what takes more is a program.
const FUEL: u64 = 20_000_000_000;
/// Folders and files that no experiment imports.
const APART: [&str; 10] = [
    "tests/",
    "test/",
    "docs/",
    "doc/",
    "examples/",
    "benchmarks/",
    "setup.py",
    "conftest.py",
    "noxfile.py",
    "versioneer.py",
];

/// What importing a repository's modules came to.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Preflight {
    /// Modules that were imported.
    pub imported: usize,
    pub trouble: Vec<ModuleTrouble>,
    /// What its sources use that is no longer there, by file.
    pub removed: Vec<(String, Removed)>,
    /// Sources that Python can't read, by file.
    pub unreadable: Vec<(String, Unreadable)>,
}

/// A module that can't be imported.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ModuleTrouble {
    pub file: String,
    pub module: String,
    /// The place of the repository's where it fails.
    pub place: Option<String>,
    pub why: String,
}

/// Whether a file is beside what experiments run: tests, documentation, what installs.
pub(super) fn is_apart(file: &str) -> bool {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.starts_with("test_")
        || name.ends_with("_test.py")
        || APART.iter().any(|apart| {
            file.starts_with(apart) || file.contains(&format!("/{apart}")) || name == *apart
        })
}

/// The name by which a file is imported from the repository's folder.
fn module(file: &str) -> Option<String> {
    let module = file.strip_suffix(".py")?;
    let module = module.strip_suffix("/__init__").unwrap_or(module);
    let parts: Vec<&str> = module.split('/').collect();
    let is_name = |part: &&str| {
        !part.is_empty()
            && !part.starts_with(|first: char| first.is_ascii_digit())
            && part
                .chars()
                .all(|each| each.is_alphanumeric() || each == '_')
    };
    let runs = matches!(parts.last(), Some(&"__main__" | &"__init__"));
    (!runs && parts.iter().all(is_name)).then(|| parts.join("."))
}

/// Imports the modules that sources are, but for those in `run`, which commands run as scripts.
pub(super) fn preflight(
    runner: &Runner,
    files: &Files,
    survey: &Survey,
    run: &[&str],
    progress: &dyn Progress,
) -> Result<Preflight, AuthorError> {
    let tree: Tree = files
        .iter()
        .map(|(path, bytes)| (path, bytes.clone()))
        .collect();
    let modules: Vec<(&String, String)> = survey
        .sources
        .iter()
        .filter(|source| source.problem.is_none() && !is_apart(&source.file))
        .filter(|source| !run.contains(&source.file.as_str()))
        .filter_map(|source| Some((&source.file, module(&source.file)?)))
        .collect();
    let stage = progress.stage("import every module", Total::Items(modules.len() as u64));
    let trouble = each(&modules, stage.as_ref(), |(file, module)| {
        Ok::<_, AuthorError>(
            import(runner, &tree, module)?.map(|(place, why)| ModuleTrouble {
                file: (*file).clone(),
                module: module.clone(),
                place,
                why,
            }),
        )
    })?;
    stage.finish();
    let told = survey.sources.iter().flat_map(|source| {
        let removed = source.removed.iter().cloned();
        removed.map(|removed| (source.file.clone(), removed))
    });
    let unreadable = survey.sources.iter().filter_map(|source| {
        let problem = source.problem.clone()?;
        Some((source.file.clone(), problem))
    });
    Ok(Preflight {
        imported: modules.len(),
        trouble: trouble.into_iter().flatten().collect(),
        removed: told.collect(),
        unreadable: unreadable.collect(),
    })
}

/// Where and why a module can't be imported, if it can't.
fn import(
    runner: &Runner,
    files: &Tree,
    module: &str,
) -> Result<Option<(Option<String>, String)>, AuthorError> {
    let mut workspace = Workspace::new();
    workspace.mount(WORKSPACE, files, Access::ReadWrite)?;
    let program = format!("import importlib; importlib.import_module({module:?})");
    let limits = Limits {
        fuel: FUEL,
        ..Limits::default()
    };
    let invocation = Invocation::new(Program::Command(program));
    let outcome = runner.run(&mut workspace, invocation, &limits)?;
    // A script that ends the process when it is imported was imported.
    let errors = outcome.stderr.text();
    if outcome.exit.success() || !errors.contains("Traceback") && outcome.exit.kind() == "exited" {
        return Ok(None);
    }
    let last = error_line(&errors);
    let why = match last {
        Some(last) if outcome.exit.kind() == "exited" => last.trim().to_owned(),
        _ => format!("importing it {}", outcome.exit.explain(&limits)),
    };
    Ok(Some((place(&errors), why)))
}
