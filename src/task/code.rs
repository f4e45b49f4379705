//! The files of a paper's `code/`, as an agent is given them.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use super::error::{CodeProblem, TaskError};

/// A file of `code/`.
pub struct CodeFile {
    /// Where the bytes are: behind any symbolic link.
    pub real: PathBuf,
    /// The file's bytes.
    pub bytes: Vec<u8>,
}

/// Names of what holds the code a second time: compiled, or in its history.
const LEAKS: [&str; 2] = [".git", ".ipynb_checkpoints"];

/// What Python keeps of modules that it compiled. pip leaves it beside the papers that it installs.
const CACHE: &str = "__pycache__";

/// Reads all files under a folder, by their paths relative to it with `/` between the parts.
///
/// Nothing is skipped but folders without files and Python's caches. A symbolic link to a file
/// inside becomes a file.
///
/// # Errors
///
/// A symbolic link that leads outside or to a folder, a special file, a name that isn't Unicode,
/// something that would give masked functions away, or a file that can't be read.
pub fn read_all(root: &Path) -> Result<BTreeMap<String, CodeFile>, TaskError> {
    let real_root = canonical(root)?;
    let mut files = BTreeMap::new();
    let mut folders = vec![(root.to_owned(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(|source| failed(&folder, source))? {
            let entry = entry.map_err(|source| failed(&folder, source))?;
            let path = entry.path();
            let refuse = |problem| {
                let path = path.clone();
                Err(TaskError::Code { path, problem })
            };
            let Ok(name) = entry.file_name().into_string() else {
                return refuse(CodeProblem::Name);
            };
            if name == CACHE {
                continue;
            }
            if LEAKS.contains(&name.as_str()) || name.ends_with(".pyc") {
                return refuse(CodeProblem::Leak);
            }
            let kind = entry.file_type().map_err(|source| failed(&path, source))?;
            let inside = format!("{prefix}{name}");
            if kind.is_dir() {
                folders.push((path, format!("{inside}/")));
                continue;
            }
            let real = match fs::canonicalize(&path) {
                Ok(real) if real.starts_with(&real_root) => real,
                _ => return refuse(CodeProblem::LinkOutside),
            };
            if real.is_dir() {
                return refuse(CodeProblem::LinkToFolder);
            }
            if !real.is_file() {
                return refuse(CodeProblem::Special);
            }
            let bytes = fs::read(&real).map_err(|source| failed(&path, source))?;
            files.insert(inside, CodeFile { real, bytes });
        }
    }
    Ok(files)
}

/// The text of a file to be masked.
///
/// # Errors
///
/// Bytes that aren't UTF-8.
pub fn text(bytes: Vec<u8>) -> Result<String, CodeProblem> {
    String::from_utf8(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = valid.iter().filter(|&&byte| byte == b'\n').count() + 1;
        CodeProblem::Encoding { line }
    })
}

/// A path with its symbolic links followed.
pub fn canonical(path: &Path) -> Result<PathBuf, TaskError> {
    fs::canonicalize(path).map_err(|source| failed(path, source))
}

fn failed(path: &Path, source: std::io::Error) -> TaskError {
    let path = path.to_owned();
    TaskError::Read { path, source }
}
