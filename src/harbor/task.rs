//! A task as Harbor has it: `task.toml`, what the agent is told, an environment, the reference and
//! the verifier.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::json;
use toml::Table;

use super::expected::{Golds, PatternError, experiments};
use super::native::{Native, NativeError, refuse};
use crate::agent::Prompts;
use crate::check::Finding;
use crate::score::limits;
use crate::task::{Docstring, Experiment, Files, Function, Task, TaskError, TaskId};
use crate::trial::{TrialError, handed_files, told_in_container};

/// Where the repository is in a container.
const APP: &str = "/app";
/// Seconds that an agent has, unless whoever runs Harbor says otherwise.
const AGENT_SECONDS: u64 = 3600;
/// Megabytes: the experiments' own limit, and room for an agent.
const MEMORY_MB: u64 = 4096;

/// A task that can't be exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error(transparent)]
    Task(#[from] TaskError),
    #[error(transparent)]
    Trial(#[from] TrialError),
    #[error(transparent)]
    Pattern(#[from] PatternError),
    #[error(transparent)]
    Native(#[from] NativeError),
    #[error("{path} is there already; choose another folder, or remove it")]
    There { path: PathBuf },
    #[error("write {path}: {source}")]
    Write { path: PathBuf, source: io::Error },
    #[error("{id} is named twice; a task has one folder")]
    Twice { id: TaskId },
}

/// A task's folder.
#[derive(Debug)]
pub struct Exported {
    pub id: TaskId,
    pub folder: PathBuf,
    pub files: usize,
}

/// The name of a task's folder, of characters that Harbor and Docker take in names.
pub fn folder_name(id: &TaskId) -> String {
    id.to_string().replace(',', "-")
}

/// Refuses tasks of which one has no place below `out`: its folder is there, or it is named twice.
pub fn have_room<'a>(
    ids: impl IntoIterator<Item = &'a TaskId>,
    out: &Path,
) -> Result<(), ExportError> {
    let mut seen = BTreeSet::new();
    for id in ids {
        let folder = out.join(folder_name(id));
        if folder.exists() {
            return Err(ExportError::There { path: folder });
        }
        if !seen.insert(folder) {
            return Err(ExportError::Twice { id: id.clone() });
        }
    }
    Ok(())
}

/// Writes a task into a new folder below `out`. `checked` is the Python that the golds hold under,
/// and what was found; nothing where nobody looked.
pub fn export(
    task: &Task,
    docstring: Docstring,
    checked: Option<(&Native, &[Finding])>,
    prompts: &Prompts,
    out: &Path,
) -> Result<Exported, ExportError> {
    let scored = task.experiments()?;
    if let Some((native, findings)) = checked {
        let ids: Vec<&str> = scored.iter().map(|each| each.id.as_str()).collect();
        refuse(task, &ids, native, findings)?;
    }
    let files = files(task, &scored, docstring, checked.map(|it| it.0), prompts)?;
    have_room([task.id()], out)?;
    let folder = out.join(folder_name(task.id()));
    for (name, bytes) in &files {
        write(&folder.join(name), bytes).map_err(|source| ExportError::Write {
            path: folder.join(name),
            source,
        })?;
    }
    Ok(Exported {
        id: task.id().clone(),
        folder,
        files: files.len(),
    })
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, bytes)?;
    #[cfg(unix)]
    if path.extension().is_some_and(|extension| extension == "sh") {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}

fn files(
    task: &Task,
    scored: &[&Experiment],
    docstring: Docstring,
    native: Option<&Native>,
    prompts: &Prompts,
) -> Result<Files, ExportError> {
    let paper = task.paper();
    let told = told_in_container(task, APP, prompts)?;
    let given = handed_files(task, docstring, told.clone())?;
    let reference = paper.code()?;
    let functions: Vec<&Function> = task.functions().collect();

    let mut files = Files::new();
    let mut add = |name: String, bytes: Vec<u8>| _ = files.insert(name, bytes);
    let text = |text: &str| text.as_bytes().to_vec();
    let pretty = |value| format!("{value:#}\n").into_bytes();

    add(
        "task.toml".to_owned(),
        settings(task, scored, native).into(),
    );
    add("instruction.md".to_owned(), told.into());
    add("environment/Dockerfile".to_owned(), dockerfile(task).into());
    let requirements = text(include_str!("files/requirements.txt"));
    add("environment/requirements.txt".to_owned(), requirements);

    add(
        "solution/solve.sh".to_owned(),
        text(include_str!("files/solve.sh")),
    );
    add(
        "solution/report.py".to_owned(),
        text(include_str!("files/report.py")),
    );
    for function in &functions {
        if let Some(bytes) = reference.get(&function.file) {
            add(format!("solution/code/{}", function.file), bytes.clone());
        }
    }
    let told = experiments(scored, Golds::Withheld)?;
    add("solution/experiments.json".to_owned(), pretty(told));

    add(
        "tests/test.sh".to_owned(),
        text(include_str!("files/test.sh")),
    );
    add(
        "tests/verify.py".to_owned(),
        text(include_str!("files/verify.py")),
    );
    add(
        "tests/transplant.py".to_owned(),
        text(include_str!("files/transplant.py")),
    );
    for room in ["solution", "tests"] {
        let bytes = text(include_str!("files/measure.py"));
        add(format!("{room}/measure.py"), bytes);
    }
    let names = functions.iter();
    let names = names.map(|function| json!({"file": function.file, "name": function.name}));
    let expected = json!({
        "task": task.id().to_string(),
        "experiments": experiments(scored, Golds::Told)?,
        "functions": names.collect::<Vec<_>>(),
    });
    add("tests/expected.json".to_owned(), pretty(expected));
    for (path, bytes) in paper.alternative()?.unwrap_or_default() {
        add(format!("tests/alternative/{path}"), bytes);
    }
    for (path, bytes) in given {
        add(format!("tests/given/{path}"), bytes.clone());
        add(format!("environment/app/{path}"), bytes);
    }
    Ok(files)
}

/// The environment: the runtime's own versions of packages on a native Python.
fn dockerfile(task: &Task) -> String {
    let mut lines = vec![
        "FROM python:3.13-slim".to_owned(),
        "WORKDIR /app".to_owned(),
        "COPY requirements.txt /tmp/requirements.txt".to_owned(),
        "RUN pip install --no-cache-dir -r /tmp/requirements.txt".to_owned(),
    ];
    let guest = &task.paper().guest.0;
    if !guest.is_empty() {
        let packages = guest.join(" ");
        lines.push(format!(
            "RUN pip install --no-cache-dir --no-deps {packages}"
        ));
    }
    lines.push("COPY app /app".to_owned());
    lines.join("\n") + "\n"
}

/// `task.toml`.
fn settings(task: &Task, scored: &[&Experiment], native: Option<&Native>) -> String {
    let paper = task.paper();
    // On the repository as it was left, and on both inputs; and starting Python.
    let seconds: u64 = scored
        .iter()
        .map(|experiment| 3 * limits(experiment).wall.as_secs())
        .sum();
    let masked = task
        .functions()
        .map(|function| format!("{}::{}", function.file, function.name));
    let metadata = json!({
        "autoexp_task": task.id().to_string(),
        "paper": paper.id.to_string(),
        "n": task.n(),
        "masked": masked.collect::<Vec<_>>(),
        "licence": paper.licence,
        "golds_hold_under": native.map_or_else(
            || "unchecked".to_owned(),
            |native| format!("CPython {}", native.version),
        ),
    });
    let document = json!({
        "schema_version": "1.4",
        "task": {
            "name": format!("autoexp/{}", folder_name(task.id())),
            "description": paper.title,
            "keywords": [paper.field],
        },
        "metadata": metadata,
        "agent": {"timeout_sec": AGENT_SECONDS},
        "verifier": {"timeout_sec": seconds + 60},
        "environment": {"build_timeout_sec": 1200, "memory_mb": MEMORY_MB},
    });
    let table: BTreeMap<String, toml::Value> =
        serde_json::from_value(document).expect("what was just made is a table");
    let table: Table = table.into_iter().collect();
    toml::to_string(&table).expect("tables of texts and numbers can be written")
}
