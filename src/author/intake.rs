//! The files of a repository, laid so that nothing needs to be installed.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::error::AuthorError;
use crate::task::Files;

/// Folders that hold no source: made from it, its history, or another's.
const FOLDERS: [&str; 14] = [
    "__pycache__",
    ".git",
    ".hg",
    ".svn",
    ".ipynb_checkpoints",
    ".venv",
    "venv",
    ".tox",
    ".nox",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    "node_modules",
    ".eggs",
];
/// Bytes that a task may have.
const MOST: u64 = 256 << 20;
/// Files in a folder of the package's own that say which version it is of.
const METADATA: &str = "PKG-INFO";

/// A repository's files, and what was done to them.
pub(super) struct Intake {
    pub files: Files,
    /// What was left out or moved, in sentences.
    pub notes: Vec<String>,
}

/// Reads a repository. Whatever is the paper itself stays out.
pub(super) fn intake(repository: &Path, paper: &Path) -> Result<Intake, AuthorError> {
    let failed = |path: &Path, source| AuthorError::Io {
        doing: "read",
        path: path.to_owned(),
        source,
    };
    let root = fs::canonicalize(repository).map_err(|source| failed(repository, source))?;
    let paper = fs::read(paper).map_err(|source| failed(paper, source))?;
    let (mut files, mut notes, mut total) = (Files::new(), Vec::new(), 0);
    let mut left: BTreeSet<String> = BTreeSet::new();
    let mut folders = vec![(root.clone(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(|source| failed(&folder, source))? {
            let entry = entry.map_err(|source| failed(&folder, source))?;
            let path = entry.path();
            let Ok(name) = entry.file_name().into_string() else {
                left.insert(format!("{prefix}{}", entry.file_name().display()));
                continue;
            };
            let inside = format!("{prefix}{name}");
            // Behind any symbolic link.
            let real = fs::canonicalize(&path)
                .ok()
                .filter(|real| real.starts_with(&root));
            let is_link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
            let Some(real) = real else {
                notes.push(format!(
                    "{inside} was left out: it is a link that leads elsewhere"
                ));
                continue;
            };
            if real.is_dir() {
                match FOLDERS.contains(&name.as_str()) {
                    true => _ = left.insert(inside),
                    false if is_link => {
                        notes.push(format!("{inside} was left out: it is a link to a folder"))
                    }
                    false => folders.push((path, format!("{inside}/"))),
                }
                continue;
            }
            if name.ends_with(".pyc") || !real.is_file() {
                left.insert(inside);
                continue;
            }
            let bytes = fs::read(&real).map_err(|source| failed(&path, source))?;
            if bytes == paper {
                notes.push(format!("{inside} was left out: it is the paper"));
                continue;
            }
            total += bytes.len() as u64;
            if total > MOST {
                let reason = format!(
                    "its files are more than {} MiB, the last of them {inside}; leave out what no experiment reads",
                    MOST >> 20
                );
                let path = repository.to_owned();
                return Err(AuthorError::Input { path, reason });
            }
            files.insert(inside, bytes);
        }
    }
    if !left.is_empty() {
        let left: Vec<String> = left.into_iter().collect();
        notes.push(format!("left out: {}", left.join(", ")));
    }
    lift(&mut files, &mut notes);
    for (_, bytes) in files
        .iter_mut()
        .filter(|(path, _)| path.ends_with(METADATA))
    {
        *bytes = head(bytes);
    }
    about(&mut files, &mut notes);
    Ok(Intake { files, notes })
}

/// What a package has in `src/` would be installed; here it has to lie where commands are run.
fn lift(files: &mut Files, notes: &mut Vec<String>) {
    let is_project = ["pyproject.toml", "setup.py", "setup.cfg"]
        .iter()
        .any(|name| files.contains_key(*name));
    let is_package = files.contains_key("src/__init__.py");
    let inside: Vec<String> = files
        .keys()
        .filter(|path| path.starts_with("src/"))
        .cloned()
        .collect();
    let lifted = |path: &str| path["src/".len()..].to_owned();
    let taken = |path: &str| {
        let top = lifted(path);
        let top = top.split('/').next().unwrap_or_default().to_owned();
        files
            .keys()
            .any(|path| path.split('/').next() == Some(&top))
    };
    if !is_project || is_package || inside.is_empty() || inside.iter().any(|path| taken(path)) {
        return;
    }
    for path in inside {
        if let Some(bytes) = files.remove(&path) {
            files.insert(lifted(&path), bytes);
        }
    }
    notes.push("what is in src/ was moved out of it, since nothing is installed here".to_owned());
}

/// A package that asks which version it is of finds it on its path.
fn about(files: &mut Files, notes: &mut Vec<String>) {
    let asks = files.iter().any(|(path, bytes)| {
        let has = |word: &[u8]| bytes.windows(word.len()).any(|part| part == word);
        path.ends_with(".py") && (has(b"importlib.metadata") || has(b"importlib_metadata"))
    });
    let known = files.keys().any(|path| {
        let top = path.split('/').next().unwrap_or_default();
        top.ends_with(".egg-info") || top.ends_with(".dist-info")
    });
    let Some(text) = files.get(METADATA).filter(|_| asks && !known) else {
        return;
    };
    let field = |name: &str| {
        let text = String::from_utf8_lossy(text);
        let value = text
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        value.map(|value| value.trim().to_owned())
    };
    if let (Some(name), Some(version)) = (field("Name"), field("Version")) {
        let path = format!("{}-{version}.dist-info/METADATA", name.replace('-', "_"));
        notes.push(format!(
            "{path} was made of {METADATA}, which the code asks for its version"
        ));
        let text = text.clone();
        files.insert(path, text);
    }
}

/// What a package's metadata says but for the description, which is the README once more, and so may
/// be the paper.
fn head(metadata: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(metadata);
    let head = text.split("\n\n").next().unwrap_or_default();
    format!("{}\n", head.trim_end()).into_bytes()
}
