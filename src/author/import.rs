//! AutoExperiment's papers as papers of ours, in a user's own folder.
//!
//! Line ranges become qualified names: those that have drifted from their files are repaired by the
//! function's name, or named. Each experiment is run, and told with what it needs that isn't here.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::Value;

use super::command::{self, Ran};
use super::draft::{About, Draft};
use super::error::AuthorError;
use super::intake::intake;
use super::output;
use super::paper_in;
use super::propose::Proposal;
use super::survey::{Survey, survey};
use super::upstream::{Row, UpstreamPaper, dataset, field};
use crate::check::distance;
use crate::progress::{Progress, Total};
use crate::sandbox::Runner;
use crate::score::read;
use crate::task::{
    Definition, Experiment, ExperimentLimits, Files, Gold, JsonPath, Metric, Near, PaperId, Parser,
    Source, canary_line,
};
use crate::workspace::Tree;

/// How far, in lines, a definition may be from where a list has it, where there are several.
const NEAR: usize = 60;
/// Endings of files that are data or weights.
const DATA: [&str; 14] = [
    ".dat", ".csv", ".tsv", ".npy", ".npz", ".pkl", ".pickle", ".pt", ".pth", ".ckpt", ".h5",
    ".hdf5", ".gz", ".tar",
];

/// What became of a paper.
#[derive(Clone, Debug, Serialize)]
pub struct ImportedPaper {
    pub paper: String,
    pub title: String,
    /// None where no experiment can be written as a task.
    pub folder: Option<PathBuf>,
    pub functions: Vec<ImportedFunction>,
    pub experiments: Vec<ImportedExperiment>,
}

/// What became of a function.
#[derive(Clone, Debug, Serialize)]
pub struct ImportedFunction {
    /// Its number in the dataset.
    pub number: String,
    pub file: String,
    /// As the dataset has it.
    pub listed: String,
    /// The qualified name; none where there is no such function.
    pub name: Option<String>,
    pub state: State,
}

/// How a function's place in the dataset holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum State {
    /// The lines are its own.
    Exact,
    /// The lines weren't; it was found by its name.
    Repaired { how: String },
    /// It is in the list a second time.
    Twice,
    /// It can't be found or masked.
    Lost { why: String },
}

/// What became of an experiment.
#[derive(Clone, Debug, Serialize)]
pub struct ImportedExperiment {
    /// Its number in the dataset.
    pub number: String,
    /// None where it can't be written as a task.
    pub id: Option<String>,
    pub command: String,
    /// Whether it runs here and gives what the dataset says.
    pub runs: bool,
    /// What it needs that isn't here, and what running it said.
    pub needs: Vec<String>,
}

/// Imports every paper of a checkout into a folder.
pub fn import(
    path: &Path,
    tasks: &Path,
    runner: &Runner,
    parser: &Parser,
    progress: &dyn Progress,
) -> Result<Vec<ImportedPaper>, AuthorError> {
    let papers = dataset(path)?.papers;
    let imported = papers.into_iter().map(|paper| {
        let stage = progress.stage(&format!("import {}", paper.id), Total::Unknown);
        let imported = import_paper(&paper, tasks, runner, parser)?;
        stage.finish();
        Ok(imported)
    });
    imported.collect()
}

fn import_paper(
    paper: &UpstreamPaper,
    tasks: &Path,
    runner: &Runner,
    parser: &Parser,
) -> Result<ImportedPaper, AuthorError> {
    let id: PaperId = paper
        .id
        .to_lowercase()
        .parse()
        .map_err(|_| AuthorError::Input {
            path: paper.folder.clone(),
            reason: "its name is no paper's id".to_owned(),
        })?;
    let folder = tasks.join(id.as_str());
    if folder.exists() {
        return Err(AuthorError::Input {
            path: folder,
            reason: "it is there already; remove it, or give another --tasks".to_owned(),
        });
    }
    let text_file = paper.folder.join("paper.txt");
    let code = intake(&paper.folder.join("code"), &text_file)?.files;
    let (functions, proposals) = functions(paper, &code, parser);
    let tree: Tree = code
        .iter()
        .map(|(path, bytes)| (path, bytes.clone()))
        .collect();
    let looked = survey(runner, &tree)?;

    let (mut experiments, mut told) = (Vec::new(), Vec::new());
    for row in &paper.experiments {
        let (one, experiment) = experiment(row, &code, &looked, runner)?;
        experiments.extend(experiment);
        told.push(one);
    }
    let text = paper_in::text(runner, &text_file)?;
    let title = paper
        .title
        .clone()
        .or_else(|| paper_in::title(&text))
        .unwrap_or_else(|| paper.id.clone());
    let plain: Vec<Experiment> = experiments
        .iter()
        .map(|(experiment, _)| experiment.clone())
        .collect();
    let written = !experiments.is_empty();
    if written {
        let (tagged, _) = paper_in::tag(&text, &plain);
        let draft = Draft {
            about: About {
                id: id.as_str(),
                title: &title,
                licence: "LicenseRef-unknown",
                field: "machine learning reproducibility",
                guest: Vec::new(),
            },
            functions: &proposals,
            experiments: &experiments,
        };
        draft.write(
            &folder,
            &code,
            None,
            &format!("{tagged}\n{}\n", canary_line(&id)),
        )?;
    }
    Ok(ImportedPaper {
        paper: paper.id.clone(),
        title,
        folder: written.then_some(folder),
        functions,
        experiments: told,
    })
}

/// The functions of a paper, found in its code.
fn functions(
    paper: &UpstreamPaper,
    code: &Files,
    parser: &Parser,
) -> (Vec<ImportedFunction>, Vec<Proposal>) {
    let (mut told, mut proposals) = (Vec::new(), Vec::new());
    let mut seen = BTreeSet::new();
    for row in &paper.functions {
        let file = field(row, "file").trim_start_matches("./").to_owned();
        let listed = field(row, "name").to_owned();
        let (name, state) = match find(row, &file, &listed, code, parser) {
            Ok((name, lines, state)) if seen.insert((file.clone(), name.clone())) => {
                proposals.push(Proposal::named(&file, &name, describe(row, &listed), lines));
                (Some(name), state)
            }
            Ok((name, ..)) => (Some(name), State::Twice),
            Err(why) => (None, State::Lost { why }),
        };
        told.push(ImportedFunction {
            number: field(row, "func_id").to_owned(),
            file,
            listed,
            name,
            state,
        });
    }
    (told, proposals)
}

/// The first line of what the dataset says a function does.
fn describe(row: &Row, name: &str) -> String {
    let text = field(row, "description").trim_matches(['"', '\'', ' ', '\n']);
    match text.lines().find(|line| !line.trim().is_empty()) {
        Some(line) => line.trim().to_owned(),
        None => name.replace('_', " "),
    }
}

/// The qualified name of a function that a list has by its name and lines, and the lines of its body.
fn find(
    row: &Row,
    file: &str,
    listed: &str,
    code: &Files,
    parser: &Parser,
) -> Result<(String, usize, State), String> {
    let bytes = code
        .get(file)
        .ok_or_else(|| format!("there is no file {file}"))?;
    let source = std::str::from_utf8(bytes).map_err(|_| format!("{file} is not in UTF-8"))?;
    let module = parser
        .parse(source)
        .map_err(|error| format!("{file}: {error}"))?;
    let line_of = |at: usize| source[..at].matches('\n').count() + 1;
    let header = |definition: &Definition| line_of(definition.header.start);
    let named: Vec<&Definition> = module
        .functions
        .iter()
        .filter(|definition| {
            definition.name == listed || definition.name.ends_with(&format!(".{listed}"))
        })
        .collect();
    let at: usize = field(row, "header_line").parse().unwrap_or(0);
    let end: usize = field(row, "line_end").parse().unwrap_or(0);
    let apart = |definition: &&Definition| header(definition).abs_diff(at);
    let Some(found) = named.iter().copied().min_by_key(apart) else {
        let known = module
            .functions
            .iter()
            .map(|definition| definition.name.as_str());
        return Err(format!(
            "{file} defines no function {listed}{}",
            Near::new(listed, known)
        ));
    };
    let equally = named
        .iter()
        .filter(|other| apart(other) == apart(&found))
        .count();
    if named.len() > 1 && (equally > 1 || apart(&found) > NEAR) {
        let names: Vec<&str> = named
            .iter()
            .map(|definition| definition.name.as_str())
            .collect();
        return Err(format!(
            "{file} defines {}, and the lines tell none of them",
            names.join(", ")
        ));
    }
    let lines = crate::task::maskable(parser, source, &found.name)
        .map_err(|error| format!("{file}: {error}"))?;
    let (start, last) = (header(found), line_of(found.body.end));
    let state = match start == at && last.abs_diff(end) <= 1 {
        true => State::Exact,
        false => State::Repaired {
            how: format!("it is at lines {start} to {last}, and the list has {at} to {end}"),
        },
    };
    Ok((found.name.clone(), lines, state))
}

/// An experiment, run; and as one of ours with the fuel that it takes, where it can be written so.
fn experiment(
    row: &Row,
    code: &Files,
    looked: &Survey,
    runner: &Runner,
) -> Result<(ImportedExperiment, Option<(Experiment, u64)>), AuthorError> {
    let number = field(row, "exp_id").to_owned();
    let shell = field(row, "solution");
    let mut told = ImportedExperiment {
        number: number.clone(),
        id: None,
        command: shell.lines().collect::<Vec<_>>().join("; "),
        runs: false,
        needs: Vec::new(),
    };
    let lines: Vec<&str> = shell.lines().map(str::trim).collect();
    let lines: Vec<&str> = lines
        .into_iter()
        .filter(|line| !line.is_empty() && !line.starts_with("echo "))
        .collect();
    let words = match lines.as_slice() {
        [line] => command::words(line).map_err(|error| error.to_string()),
        [] => Err("it has no command".to_owned()),
        _ => Err(
            "it is a script of several commands, and an experiment here is one command of Python"
                .to_owned(),
        ),
    };
    let words = match words {
        Ok(words) => words,
        Err(why) => {
            told.needs.push(why);
            return Ok((told, None));
        }
    };
    let metrics = match golds(field(row, "result")) {
        Ok(metrics) => metrics,
        Err(why) => {
            told.needs.push(why);
            return Ok((told, None));
        }
    };
    let id = format!(
        "exp-{}",
        output::named(&number)
            .trim_start_matches("m_")
            .replace('_', "-")
    );
    told.needs = needs(&words, code, looked);
    let ran = command::run(runner, code, &id, words)?;
    match ran.trouble() {
        Some(trouble) => told.needs.push(format!("here, {trouble}")),
        None => told.needs.extend(differences(&ran, &metrics)),
    }
    told.runs = ran.trouble().is_none() && told.needs.is_empty();
    told.id = Some(id.clone());
    let experiment = Experiment {
        id,
        description: String::new(),
        command: ran.command.clone(),
        reseeded: None,
        limits: ExperimentLimits::default(),
        metrics,
    };
    Ok((told, Some((experiment, ran.outcome.fuel_used))))
}

/// The metrics of an answer as the dataset has it: JSON, or what Python prints of a dict.
fn golds(result: &str) -> Result<Vec<Metric>, String> {
    let document: Value = serde_json::from_str(result)
        .or_else(|_| serde_json::from_str(&result.replace('\'', "\"")))
        .map_err(|error| format!("its result can't be read: {error}"))?;
    let fields: Vec<(String, String, &Value)> = match &document {
        Value::Object(fields) => fields
            .iter()
            .map(|(key, value)| {
                (
                    key.clone(),
                    format!("$[{}]", Value::from(key.as_str())),
                    value,
                )
            })
            .collect(),
        value => vec![("result".to_owned(), "$".to_owned(), value)],
    };
    let mut metrics: Vec<Metric> = Vec::new();
    for (key, path, value) in fields {
        let gold: Gold = serde_json::from_value(value.clone())
            .map_err(|error| format!("its result {key}: {error}"))?;
        let path: JsonPath = path
            .parse()
            .map_err(|error| format!("its result {key}: {error}"))?;
        let mut name = output::named(&key);
        while metrics.iter().any(|metric| metric.name == name) {
            name.push_str("_2");
        }
        let metric = output::metric(&name, Source::Stdout { path }, gold);
        metrics.push(metric.map_err(|why| format!("its result {key} {why}"))?);
    }
    match metrics.is_empty() {
        true => Err("its result has no number".to_owned()),
        false => Ok(metrics),
    }
}

/// What a run gives otherwise than the dataset says.
fn differences(ran: &Ran, metrics: &[Metric]) -> Vec<String> {
    let file = |name: &str| ran.made.get(name).cloned();
    let found = metrics.iter().filter_map(|metric| {
        let value = match read(&metric.source, &ran.outcome.stdout.bytes, &file) {
            Ok(value) => value,
            Err(error) => {
                return Some(format!(
                    "{}: {error}: write its source into task.toml",
                    metric.name
                ));
            }
        };
        let value: Gold = serde_json::from_value(value).ok()?;
        let off = distance(metric, &metric.gold, &value);
        (off > 1.0).then(|| {
            format!(
                "{} is {off:.1} tolerances from what the dataset says",
                metric.name
            )
        })
    });
    found.collect()
}

/// What the sources that a command reaches need and isn't here.
fn needs(words: &[String], code: &Files, looked: &Survey) -> Vec<String> {
    let reached = reached(words, looked);
    let mut needs = Vec::new();
    let mut absent: BTreeSet<(String, String)> = BTreeSet::new();
    for source in looked
        .sources
        .iter()
        .filter(|source| reached.contains(source.file.as_str()))
    {
        for import in source.imports.iter().filter(|import| !import.guarded) {
            let top = import.module.split('.').next().unwrap_or_default();
            // Repositories put folders of their own on the path.
            let own = looked.sources.iter().any(|other| {
                other
                    .file
                    .trim_end_matches(".py")
                    .split('/')
                    .any(|part| part == top)
            });
            if looked.absent.contains_key(top)
                && !own
                && !absent.iter().any(|(module, _)| module == top)
            {
                absent.insert((top.to_owned(), format!("{}:{}", source.file, import.line)));
            }
        }
        if let Some(problem) = &source.problem {
            needs.push(format!("{} can't be read: {}", source.file, problem.text));
        }
    }
    needs.extend(absent.iter().map(|(module, place)| match module.as_str() {
        "torch" => format!("PyTorch, which isn't in the runtime (imported at {place})"),
        module => format!("the package {module}, which isn't in the runtime (imported at {place})"),
    }));
    let texts = reached.iter().filter_map(|file| {
        let text = std::str::from_utf8(code.get(*file)?).ok()?;
        Some((*file, text))
    });
    let (mut cuda, mut data) = (None, BTreeSet::new());
    for (file, text) in texts {
        for (number, line) in text.lines().enumerate() {
            let line = line.split('#').next().unwrap_or_default();
            let guarded = line.contains("is_available");
            if cuda.is_none()
                && !guarded
                && (line.contains(".cuda(") || line.contains("\"cuda") || line.contains("'cuda"))
            {
                cuda = Some(format!("{file}:{}", number + 1));
            }
            data.extend(files_named(line).filter(|name| !is_there(name, code)));
        }
    }
    needs.extend(cuda.map(|place| format!("CUDA: there is no GPU here ({place})")));
    if !data.is_empty() {
        let names: Vec<String> = data.into_iter().take(6).collect();
        needs.push(format!(
            "files that aren't in the repository: {}",
            names.join(", ")
        ));
    }
    needs
}

/// The sources that a command runs, directly or by importing: by the ends of their paths.
fn reached<'s>(words: &[String], looked: &'s Survey) -> BTreeSet<&'s str> {
    let is_module = |file: &str, module: &str| {
        let path = module.replace('.', "/");
        let file = file.trim_end_matches(".py").trim_end_matches("/__init__");
        file == path || file.ends_with(&format!("/{path}"))
    };
    let script = match words.get(1).map(String::as_str) {
        Some("-m") => words.get(2).map(|module| module.replace('.', "/") + ".py"),
        script => script.map(|script| script.trim_start_matches("./").to_owned()),
    };
    let mut reached = BTreeSet::new();
    let mut pending: Vec<&str> = looked
        .sources
        .iter()
        .map(|source| source.file.as_str())
        .filter(|file| Some(*file) == script.as_deref())
        .collect();
    while let Some(file) = pending.pop() {
        if !reached.insert(file) {
            continue;
        }
        let source = looked.sources.iter().find(|source| source.file == file);
        let modules = source.into_iter().flat_map(|source| {
            let absent = source.imports.iter().map(|import| import.module.as_str());
            source.of_own.iter().map(String::as_str).chain(absent)
        });
        for module in modules {
            let files = looked.sources.iter().map(|source| source.file.as_str());
            pending.extend(files.filter(|file| is_module(file, module)));
        }
    }
    reached
}

/// What stands in a line as a string and looks like a file of data.
fn files_named(line: &str) -> impl Iterator<Item = String> {
    let parts = line.split(['"', '\'']).skip(1).step_by(2);
    let data = parts.filter(|text| {
        DATA.iter()
            .any(|ending| text.ends_with(ending) && text.len() > ending.len())
    });
    data.map(str::to_owned)
}

fn is_there(name: &str, code: &Files) -> bool {
    let name = name.rsplit('/').next().unwrap_or(name);
    code.keys()
        .any(|file| file.rsplit('/').next() == Some(name))
}
