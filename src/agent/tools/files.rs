//! Listing, reading, writing and moving the repository's files.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Called, Environment, Refused, Tool, Whole, arguments, path_in, said, show, spec};
use crate::model::ToolSpec;
use crate::workspace::{Errno, Exists, Follow, Ino, NodeKind, Workspace};

/// Entries shown of one listing.
const ENTRIES: usize = 1_000;

pub(super) fn refused(path: &str) -> impl FnOnce(Errno) -> Refused {
    move |errno| Refused::Mistake(format!("{path:?}: {errno}"))
}

pub(super) struct ListFiles;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListArguments {
    directory: String,
}

impl Tool for ListFiles {
    fn spec(&self) -> ToolSpec {
        spec(
            "list_files",
            "List a directory and all below it, one path a line; directories end in /.",
            json!({"directory": {"type": "string", "description": "A directory; . is the current one."}}),
            &["directory"],
        )
    }

    fn call(&self, given: &Value, environment: &mut Environment<'_>) -> Result<Called, Refused> {
        let ListArguments { directory } = arguments(given)?;
        let path = path_in(environment, &directory)?;
        Ok(said(
            listing(&mut environment.workspace, &path).map_err(refused(&directory))?,
        ))
    }
}

/// All that is below a directory, one path a line.
pub(super) fn listing(workspace: &mut Workspace, path: &str) -> Result<String, Errno> {
    let mut lines = Vec::new();
    let dir = workspace.resolve(Ino::ROOT, path, Follow::Yes)?;
    list(workspace, dir, "", &mut lines)?;
    let more = lines.len().saturating_sub(ENTRIES);
    lines.truncate(ENTRIES);
    if more > 0 {
        lines.push(format!(
            "[… {more} more; list a subdirectory to see them …]"
        ));
    }
    if lines.is_empty() {
        lines.push("[empty]".to_owned());
    }
    Ok(lines.join("\n"))
}

fn list(
    workspace: &mut Workspace,
    dir: Ino,
    at: &str,
    lines: &mut Vec<String>,
) -> Result<(), Errno> {
    for entry in workspace.list(dir)? {
        let path = format!("{at}{}", entry.name);
        if entry.kind == NodeKind::Dir {
            lines.push(format!("{path}/"));
            list(workspace, entry.ino, &format!("{path}/"), lines)?;
        } else {
            lines.push(path);
        }
    }
    Ok(())
}

/// The text of a file, as the model may see it.
pub(super) fn text(environment: &mut Environment<'_>, file: &str) -> Result<String, Refused> {
    let path = path_in(environment, file)?;
    let bytes = environment.workspace.read(&path).map_err(refused(file))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

pub(super) struct ReadFile;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReadArguments {
    file_name: String,
}

impl Tool for ReadFile {
    fn spec(&self) -> ToolSpec {
        spec(
            "read_file",
            "Read a text file.",
            json!({"file_name": {"type": "string", "description": "The file."}}),
            &["file_name"],
        )
    }

    fn call(&self, given: &Value, environment: &mut Environment<'_>) -> Result<Called, Refused> {
        let ReadArguments { file_name } = arguments(given)?;
        Ok(said(show::clipped(
            &text(environment, &file_name)?,
            "read the rest with inspect_file_lines",
        )))
    }
}

pub(super) struct InspectFileLines;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InspectArguments {
    file_name: String,
    start_line_number: Whole,
    end_line_number: Whole,
}

impl Tool for InspectFileLines {
    fn spec(&self) -> ToolSpec {
        spec(
            "inspect_file_lines",
            "Read some lines of a text file, each with its number.",
            json!({
                "file_name": {"type": "string", "description": "The file."},
                "start_line_number": {"type": "integer", "minimum": 1, "description": "The first line, from 1."},
                "end_line_number": {"type": "integer", "minimum": 1, "description": "The last line, included."}
            }),
            &["file_name", "start_line_number", "end_line_number"],
        )
    }

    fn call(&self, given: &Value, environment: &mut Environment<'_>) -> Result<Called, Refused> {
        let InspectArguments {
            file_name,
            start_line_number,
            end_line_number,
        } = arguments(given)?;
        let text = text(environment, &file_name)?;
        let (first, last) = (start_line_number.line(), end_line_number.line());
        numbered(&text, &file_name, first, last).map(said)
    }
}

/// Lines with their numbers, from one to another, both included.
pub(super) fn numbered(
    text: &str,
    file: &str,
    first: usize,
    last: usize,
) -> Result<String, Refused> {
    let count = text.lines().count();
    if first == 0 || last < first || first > count {
        return Err(Refused::Mistake(format!(
            "{file:?} has {count} lines; none from {first} to {last}"
        )));
    }
    let lines: String = text
        .lines()
        .enumerate()
        .skip(first - 1)
        .take(last - first + 1)
        .map(|(at, line)| format!("{:6}\t{line}\n", at + 1))
        .collect();
    Ok(show::clipped(&lines, "read fewer lines at once"))
}

pub(super) struct WriteFile;
pub(super) struct AppendFile;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WriteArguments {
    file_name: String,
    content: String,
}

impl Tool for WriteFile {
    fn spec(&self) -> ToolSpec {
        spec(
            "write_file",
            "Make a file, or replace all of it; directories that lead there are made.",
            json!({
                "file_name": {"type": "string", "description": "The file."},
                "content": {"type": "string", "description": "The whole new content."}
            }),
            &["file_name", "content"],
        )
    }

    fn call(&self, given: &Value, environment: &mut Environment<'_>) -> Result<Called, Refused> {
        let WriteArguments { file_name, content } = arguments(given)?;
        write(environment, &file_name, &content).map(said)
    }
}

/// Makes or replaces a file, and says so.
pub(super) fn write(
    environment: &mut Environment<'_>,
    file: &str,
    content: &str,
) -> Result<String, Refused> {
    let path = path_in(environment, file)?;
    environment
        .workspace
        .write(&path, content.as_bytes())
        .map_err(refused(file))?;
    let lines = content.lines().count();
    Ok(format!(
        "Wrote {file}: {lines} lines, {} bytes.",
        content.len()
    ))
}

impl Tool for AppendFile {
    fn spec(&self) -> ToolSpec {
        spec(
            "append_file",
            "Add to the end of a file, which is made if it isn't there.",
            json!({
                "file_name": {"type": "string", "description": "The file."},
                "content": {"type": "string", "description": "What to add, as it is: start with a newline if one is needed."}
            }),
            &["file_name", "content"],
        )
    }

    fn call(&self, given: &Value, environment: &mut Environment<'_>) -> Result<Called, Refused> {
        let WriteArguments { file_name, content } = arguments(given)?;
        let path = path_in(environment, &file_name)?;
        let workspace = &mut environment.workspace;
        let mut append = || {
            let file = workspace.create(Ino::ROOT, &path, Follow::Yes, Exists::Open)?;
            let end = workspace.stat(file)?.size;
            workspace.write_at(file, content.as_bytes(), end)?;
            Ok(end)
        };
        let end: u64 = append().map_err(refused(&file_name))?;
        Ok(said(format!(
            "Added {} bytes to {file_name}, which has {} now.",
            content.len(),
            end + content.len() as u64
        )))
    }
}

/// Copying and moving.
pub(super) struct CopyFile;
pub(super) struct MoveFile;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FromTo {
    source: String,
    destination: String,
}

fn from_to() -> Value {
    json!({
        "source": {"type": "string", "description": "The file."},
        "destination": {"type": "string", "description": "Its new path, or a directory that is there."}
    })
}

/// Both paths; into a directory, under the same name.
fn paths(
    environment: &mut Environment<'_>,
    source: &str,
    destination: &str,
) -> Result<(String, String), Refused> {
    let from = path_in(environment, source)?;
    let mut to = path_in(environment, destination)?;
    let workspace = &mut environment.workspace;
    let there = workspace.resolve(Ino::ROOT, &to, Follow::Yes);
    if there.is_ok_and(|ino| {
        workspace
            .stat(ino)
            .is_ok_and(|stat| stat.kind == NodeKind::Dir)
    }) {
        to += from.rfind('/').map_or("", |at| &from[at..]);
        // Where there may be a link of that name.
        path_in(environment, &to)?;
    }
    Ok((from, to))
}

impl Tool for CopyFile {
    fn spec(&self) -> ToolSpec {
        spec(
            "copy_file",
            "Copy a file; what is at the destination is replaced.",
            from_to(),
            &["source", "destination"],
        )
    }

    fn call(&self, given: &Value, environment: &mut Environment<'_>) -> Result<Called, Refused> {
        let FromTo {
            source,
            destination,
        } = arguments(given)?;
        let (from, to) = paths(environment, &source, &destination)?;
        let workspace = &mut environment.workspace;
        let bytes = workspace.read(&from).map_err(refused(&source))?;
        workspace
            .write(&to, &bytes)
            .map_err(refused(&destination))?;
        Ok(said(format!("Copied {source} to {destination}.")))
    }
}

impl Tool for MoveFile {
    fn spec(&self) -> ToolSpec {
        spec(
            "move_file",
            "Move or rename a file or directory; a file at the destination is replaced.",
            from_to(),
            &["source", "destination"],
        )
    }

    fn call(&self, given: &Value, environment: &mut Environment<'_>) -> Result<Called, Refused> {
        let FromTo {
            source,
            destination,
        } = arguments(given)?;
        let (from, to) = paths(environment, &source, &destination)?;
        environment
            .workspace
            .rename(Ino::ROOT, &from, Ino::ROOT, &to)
            .map_err(|errno| Refused::Mistake(format!("{source:?} to {destination:?}: {errno}")))?;
        Ok(said(format!("Moved {source} to {destination}.")))
    }
}

pub(super) struct ChangeDirectory;

impl Tool for ChangeDirectory {
    fn spec(&self) -> ToolSpec {
        spec(
            "change_directory",
            "Make a directory the current one, which paths and commands start from.",
            json!({"directory": {"type": "string", "description": "A directory of the repository."}}),
            &["directory"],
        )
    }

    fn call(&self, given: &Value, environment: &mut Environment<'_>) -> Result<Called, Refused> {
        let ListArguments { directory } = arguments(given)?;
        let path = path_in(environment, &directory)?;
        let workspace = &mut environment.workspace;
        let kind = workspace
            .resolve(Ino::ROOT, &path, Follow::Yes)
            .and_then(|ino| workspace.stat(ino));
        match kind.map_err(refused(&directory))?.kind {
            NodeKind::Dir => {
                environment.shell.enter(&path);
                Ok(said(format!("The current directory is {path}.")))
            }
            _ => Err(refused(&directory)(Errno::Notdir)),
        }
    }
}
