//! One tool that looks at files and changes them, in the shape that models know.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Called, Environment, Refused, Tool, Whole, arguments, files, path_in, said, spec};
use crate::model::ToolSpec;
use crate::workspace::{Follow, Ino, NodeKind};

/// Lines shown before and after a change.
const AROUND: usize = 4;

pub(super) struct Editor;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    command: Command,
    path: String,
    file_text: Option<String>,
    old_str: Option<String>,
    new_str: Option<String>,
    insert_line: Option<Whole>,
    insert_text: Option<String>,
    view_range: Option<(Whole, Whole)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Command {
    View,
    Create,
    StrReplace,
    Insert,
}

impl Tool for Editor {
    fn spec(&self) -> ToolSpec {
        spec(
            "str_replace_based_edit_tool",
            "Look at files and change them. `view` shows a file with numbers of lines, or what is \
             in a directory; `create` makes a file or replaces all of it; `str_replace` replaces \
             a text that is in the file once; `insert` puts text behind a line.",
            json!({
                "command": {"type": "string", "enum": ["view", "create", "str_replace", "insert"]},
                "path": {"type": "string", "description": "A file or directory."},
                "file_text": {"type": "string", "description": "For create: the whole content."},
                "old_str": {"type": "string", "description": "For str_replace: the text as it is in the file, with its indentation."},
                "new_str": {"type": "string", "description": "For str_replace: what takes its place; nothing, if left out."},
                "insert_line": {"type": "integer", "minimum": 0, "description": "For insert: the line that the text goes behind; 0 for the start of the file."},
                "insert_text": {"type": "string", "description": "For insert: the text."},
                "view_range": {
                    "type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2,
                    "description": "For view: the first line and the last, from 1, both included; -1 is the last there is."
                }
            }),
            &["command", "path"],
        )
    }

    fn call(&self, given: &Value, environment: &mut Environment<'_>) -> Result<Called, Refused> {
        let given: Arguments = arguments(given)?;
        let path = given.path.as_str();
        match given.command {
            Command::View => view(environment, path, given.view_range),
            Command::Create => {
                let text = needed(given.file_text, "create", "file_text")?;
                files::write(environment, path, &text).map(said)
            }
            Command::StrReplace => {
                let old = needed(given.old_str, "str_replace", "old_str")?;
                replace(environment, path, &old, &given.new_str.unwrap_or_default())
            }
            Command::Insert => {
                let line = needed(given.insert_line, "insert", "insert_line")?;
                let text = needed(given.insert_text, "insert", "insert_text")?;
                insert(environment, path, line.line(), &text)
            }
        }
    }
}

fn needed<T>(argument: Option<T>, command: &str, name: &str) -> Result<T, Refused> {
    argument.ok_or_else(|| Refused::Mistake(format!("{command} needs {name}")))
}

fn view(
    environment: &mut Environment<'_>,
    path: &str,
    range: Option<(Whole, Whole)>,
) -> Result<Called, Refused> {
    let full = path_in(environment, path)?;
    let workspace = &mut environment.workspace;
    let kind = workspace
        .resolve(Ino::ROOT, &full, Follow::Yes)
        .and_then(|ino| workspace.stat(ino));
    if kind.map_err(files::refused(path))?.kind == NodeKind::Dir {
        return files::listing(workspace, &full)
            .map(said)
            .map_err(files::refused(path));
    }
    let text = files::text(environment, path)?;
    if text.is_empty() && range.is_none() {
        return Ok(said("[empty]"));
    }
    let (first, last) = range.unwrap_or((Whole(1), Whole(-1)));
    files::numbered(&text, path, first.line(), last.last_line()).map(said)
}

/// The file as text that can be written again unharmed.
fn whole(environment: &mut Environment<'_>, path: &str) -> Result<String, Refused> {
    let full = path_in(environment, path)?;
    let bytes = environment.workspace.read(&full);
    let bytes = bytes.map_err(files::refused(path))?;
    String::from_utf8(bytes.to_vec()).map_err(|_| {
        Refused::Mistake(format!(
            "{path:?} isn't text in UTF-8; change it by a script"
        ))
    })
}

fn replace(
    environment: &mut Environment<'_>,
    path: &str,
    old: &str,
    new: &str,
) -> Result<Called, Refused> {
    let text = whole(environment, path)?;
    let places: Vec<usize> = match old {
        "" => return Err(Refused::Mistake("old_str is empty".to_owned())),
        _ => text.match_indices(old).map(|(at, _)| at).collect(),
    };
    let line = |at: usize| text[..at].matches('\n').count() + 1;
    match places[..] {
        [at] => {
            let changed = format!("{}{new}{}", &text[..at], &text[at + old.len()..]);
            files::write(environment, path, &changed)?;
            shown(&changed, path, line(at), new.lines().count())
        }
        [] => Err(Refused::Mistake(format!(
            "old_str isn't in {path:?}; nothing was changed. Look at the file: it must be the same \
             to the last space"
        ))),
        _ => {
            let lines: Vec<String> = places.iter().map(|at| line(*at).to_string()).collect();
            Err(Refused::Mistake(format!(
                "old_str is in {path:?} {} times, at lines {}; nothing was changed. Give more of \
                 what is around the one that is meant",
                places.len(),
                lines.join(", ")
            )))
        }
    }
}

fn insert(
    environment: &mut Environment<'_>,
    path: &str,
    line: usize,
    text: &str,
) -> Result<Called, Refused> {
    let mut old = whole(environment, path)?;
    let count = old.lines().count();
    if line > count {
        return Err(Refused::Mistake(format!(
            "{path:?} has {count} lines; there is none {line} to insert behind"
        )));
    }
    if line == count && !old.is_empty() && !old.ends_with('\n') {
        old.push('\n');
    }
    let at: usize = old.split_inclusive('\n').take(line).map(str::len).sum();
    let newline = if text.ends_with('\n') { "" } else { "\n" };
    let changed = format!("{}{text}{newline}{}", &old[..at], &old[at..]);
    files::write(environment, path, &changed)?;
    shown(&changed, path, line + 1, text.lines().count())
}

/// What is around a change now.
fn shown(text: &str, path: &str, line: usize, lines: usize) -> Result<Called, Refused> {
    let count = text.lines().count();
    if count == 0 {
        return Ok(said(format!("{path} is empty now.")));
    }
    let first = line.saturating_sub(AROUND).clamp(1, count);
    let last = (line + lines + AROUND).min(count).max(first);
    let around = files::numbered(text, path, first, last)?;
    Ok(said(format!("{path} is now, around the change:\n{around}")))
}
