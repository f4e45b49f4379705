//! Mutants and stubs of all functions at hand: those of the bundled papers, and those of the
//! host's Python library if there is one.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use super::{mutants, stubs, syntax::functions};

mod changes;
mod neutral;
mod python;

/// Python files under a folder, in order.
fn python_files(folder: &Path) -> Vec<PathBuf> {
    let (mut files, mut pending) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = pending.pop() {
        let Ok(entries) = fs::read_dir(folder) else {
            continue;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|extension| extension == "py") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// Checks all mutants and stubs of some functions of a file; their sources.
fn wrong_versions(source: &str, most: usize) -> Vec<String> {
    let all = functions(source).unwrap();
    let names: BTreeSet<&str> = all.iter().map(|found| found.name.as_str()).collect();
    let step = names.len().div_ceil(most).max(1);
    let mut versions = Vec::new();
    for name in names.into_iter().step_by(step) {
        let own: Vec<_> = all.iter().filter(|found| found.name == name).collect();
        let outside = |changed: &str| {
            // One body has changed, so what is before it and behind it stands where it was.
            own.iter().any(|found| {
                changed.starts_with(&source[..found.body.start])
                    && changed.ends_with(&source[found.body.end..])
            })
        };
        let mutants = mutants(source, name).unwrap();
        let mut seen = BTreeSet::from([source]);
        for mutant in &mutants {
            assert!(outside(&mutant.source), "{name}: {mutant:?}");
            assert!(seen.insert(&mutant.source), "{name}: {mutant:?}");
            assert!(functions(&mutant.source).is_ok(), "{name}: {mutant:?}");
        }
        versions.extend(mutants.into_iter().map(|mutant| mutant.source));
        for stub in stubs(source, name).unwrap() {
            let ends = own.first().zip(own.last());
            let (first, last) = ends.expect("the name is one of those found");
            assert!(
                stub.source.starts_with(&source[..first.body.start]),
                "{name}"
            );
            assert!(stub.source.ends_with(&source[last.body.end..]), "{name}");
            assert!(functions(&stub.source).is_ok(), "{name}: {}", stub.source);
            versions.push(stub.source);
        }
    }
    versions
}

#[test]
fn wrong_versions_of_the_papers_functions_differ_in_the_body_alone() {
    let tasks = Path::new(env!("CARGO_MANIFEST_DIR")).join("tasks");
    let mut versions = Vec::new();
    for file in python_files(&tasks) {
        versions.extend(wrong_versions(
            &fs::read_to_string(file).unwrap(),
            usize::MAX,
        ));
    }
    assert!(versions.len() > 1000, "{} versions", versions.len());
}

#[test]
fn wrong_versions_of_pythons_own_library_are_python() {
    /// Files up to this size, in bytes: a mutant is parsed whole.
    const SIZE: u64 = 8_000;
    const FILES: usize = 40;
    const FUNCTIONS: usize = 3;

    let Some(folder) = python::run("import os; print(os.path.dirname(os.__file__))", b"") else {
        eprintln!("there is no python3 on the search path: nothing is checked");
        return;
    };
    let mut files = python_files(Path::new(folder.trim()));
    files.retain(|file| {
        let path = file.to_string_lossy();
        let is_example = ["site-packages", "lib2to3", "test", "idlelib"]
            .iter()
            .any(|part| path.contains(part));
        !is_example && fs::metadata(file).is_ok_and(|found| found.len() <= SIZE)
    });
    let step = files.len().div_ceil(FILES).max(1);
    let mut versions = Vec::new();
    for file in files.iter().step_by(step) {
        if let Ok(source) = fs::read_to_string(file) {
            versions.extend(wrong_versions(&source, FUNCTIONS));
        }
    }
    assert!(versions.len() > 1000, "{} versions", versions.len());
    python::compile(&versions);
}
