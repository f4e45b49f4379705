//! Listing, reading and writing the repository's files.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Called, Environment, Refused, Tool, arguments, said, show, within_workspace};
use crate::model::ToolSpec;
use crate::workspace::{Errno, Follow, Ino, NodeKind, Workspace};

/// Entries shown of one listing.
const ENTRIES: usize = 1_000;

fn refused(path: &str) -> impl FnOnce(Errno) -> Refused {
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
        ToolSpec {
            name: "list_files".into(),
            description:
                "List a directory and all below it, one path a line; directories end in /.".into(),
            parameters: json!({
                "type": "object",
                "properties": {
                    "directory": {"type": "string", "description": "A directory, relative to /workspace; . is the repository itself."}
                },
                "required": ["directory"],
                "additionalProperties": false
            }),
        }
    }

    fn call(&self, given: &Value, environment: &mut Environment<'_>) -> Result<Called, Refused> {
        let ListArguments { directory } = arguments(given)?;
        let path = within_workspace(&directory)?;
        let workspace = &mut environment.workspace;
        let mut lines = Vec::new();
        workspace
            .resolve(Ino::ROOT, &path, Follow::Yes)
            .and_then(|dir| list(workspace, dir, "", &mut lines))
            .map_err(refused(&directory))?;
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
        Ok(said(lines.join("\n")))
    }
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

pub(super) struct ReadFile;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReadArguments {
    file_name: String,
    #[serde(default)]
    start_line: Option<usize>,
    #[serde(default)]
    end_line: Option<usize>,
}

impl Tool for ReadFile {
    fn spec(&self) -> ToolSpec {
        ToolSpec {
            name: "read_file".into(),
            description: "Read a text file, or some of its lines.".into(),
            parameters: json!({
                "type": "object",
                "properties": {
                    "file_name": {"type": "string", "description": "A file, relative to /workspace."},
                    "start_line": {"type": "integer", "minimum": 1, "description": "The first line to read, from 1."},
                    "end_line": {"type": "integer", "minimum": 1, "description": "The last line to read, included."}
                },
                "required": ["file_name"],
                "additionalProperties": false
            }),
        }
    }

    fn call(&self, given: &Value, environment: &mut Environment<'_>) -> Result<Called, Refused> {
        let ReadArguments {
            file_name,
            start_line,
            end_line,
        } = arguments(given)?;
        let path = within_workspace(&file_name)?;
        let bytes = environment
            .workspace
            .read(&path)
            .map_err(refused(&file_name))?;
        let text = String::from_utf8_lossy(&bytes);
        let (first, last) = (start_line.unwrap_or(1), end_line.unwrap_or(usize::MAX));
        let wanted: String = text
            .split_inclusive('\n')
            .skip(first.saturating_sub(1))
            .take(last.saturating_sub(first.max(1)).saturating_add(1))
            .collect();
        if wanted.is_empty() && (start_line.is_some() || end_line.is_some()) {
            let lines = text.lines().count();
            return Err(Refused::Mistake(format!(
                "{file_name:?} has {lines} lines; none from {first} to {last}"
            )));
        }
        Ok(said(show::clipped(
            &wanted,
            "read it in parts with start_line and end_line",
        )))
    }
}

pub(super) struct WriteFile;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WriteArguments {
    file_name: String,
    content: String,
}

impl Tool for WriteFile {
    fn spec(&self) -> ToolSpec {
        ToolSpec {
            name: "write_file".into(),
            description: "Make a file, or replace all of it; directories that lead there are made."
                .into(),
            parameters: json!({
                "type": "object",
                "properties": {
                    "file_name": {"type": "string", "description": "A file, relative to /workspace."},
                    "content": {"type": "string", "description": "The whole new content."}
                },
                "required": ["file_name", "content"],
                "additionalProperties": false
            }),
        }
    }

    fn call(&self, given: &Value, environment: &mut Environment<'_>) -> Result<Called, Refused> {
        let WriteArguments { file_name, content } = arguments(given)?;
        let path = within_workspace(&file_name)?;
        environment
            .workspace
            .write(&path, content.as_bytes())
            .map_err(refused(&file_name))?;
        let lines = content.lines().count();
        Ok(said(format!(
            "Wrote {file_name}: {lines} lines, {} bytes.",
            content.len()
        )))
    }
}
