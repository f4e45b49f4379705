//! Meeting what a repository needs: from the runtime, or with wheels of pure Python.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::error::AuthorError;
use super::preflight::is_apart;
use super::survey::{Requirement, Survey, requirements};
use crate::packages::{self, LockedWheel, PackageError};
use crate::progress::{Progress, Total};
use crate::sandbox::Runner;
use crate::sandbox::runtime::{Cache, FetchOptions};

/// Modules whose packages have other names.
const NAMES: [(&str, &str); 24] = [
    ("Bio", "biopython"),
    ("Crypto", "pycryptodome"),
    ("OpenSSL", "pyopenssl"),
    ("attr", "attrs"),
    ("cv2", "opencv-python"),
    ("dateutil", "python-dateutil"),
    ("dotenv", "python-dotenv"),
    ("faiss", "faiss-cpu"),
    ("fitz", "pymupdf"),
    ("git", "gitpython"),
    ("hydra", "hydra-core"),
    ("igraph", "python-igraph"),
    ("jwt", "pyjwt"),
    ("magic", "python-magic"),
    ("mpl_toolkits", "matplotlib"),
    ("ot", "pot"),
    ("pl_bolts", "lightning-bolts"),
    ("serial", "pyserial"),
    ("skimage", "scikit-image"),
    ("sklearn", "scikit-learn"),
    ("skopt", "scikit-optimize"),
    ("umap", "umap-learn"),
    ("usb", "pyusb"),
    ("yaml", "pyyaml"),
];
/// Packages that are fetched for one repository at most.
const MOST: usize = 40;

/// A requirement, and how it is met.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Need {
    /// As the repository has it.
    pub text: String,
    /// Where it stands: a file and, perhaps, a line.
    pub place: String,
    #[serde(flatten)]
    pub met: Met,
}

/// How a requirement is met.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Met {
    /// By the runtime, in a version that is asked for.
    Runtime { version: String },
    /// By the runtime, in another version.
    OtherVersion { version: String },
    /// By a wheel.
    Wheel { package: String },
    /// It needn't be: nothing imports it.
    NotImported,
    /// Not at all.
    Nothing { why: String },
}

/// A module that is imported, and isn't to be had.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Unmet {
    pub module: String,
    /// The first places that import it: file and line.
    pub places: Vec<String>,
    /// Whether a program goes on without it wherever it imports it.
    pub optional: bool,
    pub why: String,
}

/// What a repository needs, met as far as it can be.
pub(super) struct Needs {
    pub needs: Vec<Need>,
    pub unmet: Vec<Unmet>,
    pub wheels: Vec<LockedWheel>,
}

/// How a repository's modules and requirements can be met. `guest` are packages that the author
/// names beside those that the repository does.
pub(super) fn needs(
    runner: &Runner,
    survey: &Survey,
    guest: &[String],
    cache: &Cache,
    options: &FetchOptions,
    progress: &dyn Progress,
) -> Result<Needs, AuthorError> {
    let asked_for = requirements(runner, guest)?;
    let declared: Vec<&Requirement> = asked_for.iter().chain(&survey.requirements).collect();
    // What a module that isn't here would be met by.
    let mut wanted: Vec<String> = guest.to_vec();
    let mut why: BTreeMap<String, String> = BTreeMap::new();
    for (module, told) in wanted_modules(survey) {
        match declared.iter().find(|one| provides(one, module)) {
            Some(found) if !wanted.contains(&found.text) => wanted.push(found.text.clone()),
            Some(_) => {}
            None => {
                let told = told.clone().unwrap_or_default();
                let undeclared = format!(
                    "{told}; no requirement of the repository's names it: give its package as --guest"
                );
                let why_not = match told.contains(": ") || told.contains("; ") {
                    true => told,
                    false => undeclared,
                };
                why.insert(module.clone(), why_not);
            }
        }
    }
    let fetched = fetch(runner, wanted, cache, options, progress)?;
    for (module, _) in wanted_modules(survey) {
        let found = declared.iter().find(|one| provides(one, module));
        if let Some(failed) = found.and_then(|found| fetched.failed.get(&found.text)) {
            why.insert(module.clone(), failed.clone());
        }
    }
    why.retain(|module, _| !fetched.modules.contains(module));
    let needs = declared.iter().map(|one| Need {
        text: one.text.clone(),
        place: match (&one.file, one.line) {
            (Some(file), Some(line)) => format!("{file}:{line}"),
            (Some(file), None) => file.clone(),
            (None, _) => "--guest".to_owned(),
        },
        met: how(one, survey, &fetched),
    });
    Ok(Needs {
        needs: needs.collect(),
        unmet: why
            .into_iter()
            .map(|(module, why)| unmet(survey, module, why))
            .collect(),
        wheels: fetched.wheels,
    })
}

fn how(one: &Requirement, survey: &Survey, fetched: &Fetched) -> Met {
    if let Some(version) = one.has.clone() {
        return match one.met {
            true => Met::Runtime { version },
            false => Met::OtherVersion { version },
        };
    }
    if let Some(package) = fetched.by.get(&one.text) {
        let package = package.clone();
        return Met::Wheel { package };
    }
    if let Some(why) = fetched.failed.get(&one.text) {
        return Met::Nothing { why: why.clone() };
    }
    let imported = survey.absent.keys().any(|module| provides(one, module));
    match imported || one.name.is_none() {
        true => Met::Nothing {
            why: "this is no requirement that names a package".to_owned(),
        },
        false => Met::NotImported,
    }
}

/// The modules that aren't here and are to be had, with what importing them says.
fn wanted_modules(survey: &Survey) -> impl Iterator<Item = (&String, &Option<String>)> {
    let absent = survey.absent.iter();
    absent.filter(|(module, _)| is_wanted(survey, module))
}

/// Whether what experiments may run imports a module, which isn't one of the repository's own.
fn is_wanted(survey: &Survey, module: &str) -> bool {
    let top = |import: &str| import.split('.').next() == Some(module);
    let importers = survey
        .sources
        .iter()
        .filter(|source| !is_apart(&source.file));
    let mut importers =
        importers.filter(|source| source.imports.iter().any(|import| top(&import.module)));
    let own = |file: &str| {
        let parts: Vec<&str> = file.trim_end_matches(".py").split('/').collect();
        parts.contains(&module)
    };
    importers.next().is_some() && !survey.sources.iter().any(|source| own(&source.file))
}

fn unmet(survey: &Survey, module: String, why: String) -> Unmet {
    let mut places = Vec::new();
    let mut optional = true;
    for source in &survey.sources {
        for import in &source.imports {
            if import.module.split('.').next() == Some(&module) {
                places.push(format!("{}:{}", source.file, import.line));
                optional &= import.guarded;
            }
        }
    }
    Unmet {
        module,
        places,
        optional,
        why,
    }
}

/// A package's name as registries compare it.
fn plain(name: &str) -> String {
    name.to_lowercase().replace(['_', '.'], "-")
}

/// Whether a requirement's package is the one that a module comes in.
fn provides(requirement: &Requirement, module: &str) -> bool {
    let Some(name) = &requirement.name else {
        return false;
    };
    let (name, module) = (plain(name), module.to_owned());
    let known = NAMES.iter().find(|(of, _)| *of == module);
    let module = plain(known.map_or(&module, |(_, package)| package));
    let bare = name
        .strip_prefix("python-")
        .or(name.strip_suffix("-python"));
    name == module || bare.is_some_and(|bare| bare == module)
}

#[derive(Default)]
struct Fetched {
    wheels: Vec<LockedWheel>,
    /// Modules that the wheels have.
    modules: BTreeSet<String>,
    /// The package that meets a requirement, as it was written.
    by: BTreeMap<String, String>,
    /// Why a requirement isn't met.
    failed: BTreeMap<String, String>,
}

/// Fetches wheels, and those that they depend on, as far as the runtime doesn't have them.
fn fetch(
    runner: &Runner,
    wanted: Vec<String>,
    cache: &Cache,
    options: &FetchOptions,
    progress: &dyn Progress,
) -> Result<Fetched, AuthorError> {
    let mut fetched = Fetched::default();
    let mut pending: Vec<(String, Option<String>)> =
        wanted.into_iter().map(|text| (text, None)).collect();
    if pending.is_empty() {
        return Ok(fetched);
    }
    let stage = progress.stage("fetch packages", Total::Unknown);
    let mut seen = BTreeSet::new();
    while let Some((text, of)) = pending.pop() {
        stage.message(&text);
        let found = match packages::find(&text, cache, options) {
            Ok(found) => found,
            Err(error @ (PackageError::NoPip { .. } | PackageError::Io { .. })) => {
                return Err(error.into());
            }
            Err(error) => {
                let why = error.to_string();
                // A package without one that it depends on is of no use.
                let (text, why) = match of {
                    Some(of) => (of, format!("it depends on {text}: {why}")),
                    None => (text, why),
                };
                fetched.failed.insert(text, why);
                continue;
            }
        };
        let root = of.unwrap_or_else(|| text.clone());
        let package = found.wheel.requirement.clone();
        fetched.by.insert(text, package.clone());
        if !seen.insert(package) {
            continue;
        }
        if seen.len() > MOST {
            let why = format!("it depends on more than {MOST} packages");
            fetched.failed.insert(root, why);
            break;
        }
        fetched.modules.extend(found.modules);
        fetched.wheels.push(found.wheel);
        for one in requirements(runner, &found.requires)? {
            let known = |wheel: &LockedWheel| {
                let name = wheel.requirement.split("==").next().unwrap_or_default();
                Some(plain(name)) == one.name.as_deref().map(plain)
            };
            if one.wanted && one.has.is_none() && !fetched.wheels.iter().any(known) {
                // A marker was looked at by now; pip would look at it for its own Python.
                let bare = one.text.split(';').next().unwrap_or_default();
                pending.push((bare.trim().to_owned(), Some(root.clone())));
            }
        }
    }
    stage.finish();
    fetched
        .by
        .retain(|text, _| !fetched.failed.contains_key(text));
    fetched
        .wheels
        .sort_by(|a, b| a.requirement.cmp(&b.requirement));
    Ok(fetched)
}
