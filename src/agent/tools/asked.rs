//! Tools that ask a model of their own: to edit a file, and to understand one.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Called, Environment, Refused, Tool, arguments, files, path_in, said, show, spec};
use crate::model::ToolSpec;
use crate::workspace::{self, Change, File, Node};

/// Characters of a file that a model is given at once.
const PIECE: usize = 10_000;
/// Pieces of a file that are looked at.
const PIECES: usize = 50;

pub(super) struct EditFile;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EditArguments {
    file_name: String,
    edit_instruction: String,
    #[serde(default)]
    save_name: Option<String>,
}

impl Tool for EditFile {
    fn spec(&self) -> ToolSpec {
        spec(
            "edit_file",
            "Have another model change a file as you tell it. You see what it changed, as a diff; \
             look at that.",
            json!({
                "file_name": {"type": "string", "description": "The file; if it isn't there, it is made."},
                "edit_instruction": {"type": "string", "description": "What to change, in words: precise and complete."},
                "save_name": {"type": "string", "description": "Where the changed file goes; the file itself, if left out."}
            }),
            &["file_name", "edit_instruction"],
        )
    }

    fn call(&self, given: &Value, environment: &mut Environment<'_>) -> Result<Called, Refused> {
        let EditArguments {
            file_name,
            edit_instruction,
            save_name,
        } = arguments(given)?;
        let save_name = save_name.unwrap_or_else(|| file_name.clone());
        let path = path_in(environment, &file_name)?;
        path_in(environment, &save_name)?;
        let old = match environment.workspace.read(&path) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(workspace::Errno::Noent) => String::new(),
            Err(errno) => return Err(files::refused(&file_name)(errno)),
        };
        let reply = environment
            .ask(|prompts| prompts.edit_file(&file_name, &edit_instruction, &old))
            .map_err(instead("write_file, or command_line with sed,"))?;
        let Some(new) = fenced(&reply) else {
            return Err(Refused::Mistake(format!(
                "the model gave no file between lines of ```; nothing was changed. It said:\n{}",
                show::clipped(&reply, "")
            )));
        };
        files::write(environment, &save_name, &new)?;
        let patch = patch(&save_name, &old, &new)?;
        Ok(said(match patch.is_empty() {
            true => format!("The model changed nothing in {file_name}."),
            false => format!(
                "{save_name} was changed so:\n{}",
                show::clipped(&patch, "read the file for the rest")
            ),
        }))
    }
}

fn instead(how: &str) -> impl FnOnce(String) -> Refused {
    move |why| Refused::Mistake(format!("{why}; use {how} instead"))
}

/// What stands between the first line of backticks and the last.
fn fenced(reply: &str) -> Option<String> {
    let start = reply.find("```")?;
    let start = start + reply[start..].find('\n')? + 1;
    let end = reply.rfind("\n```").map(|at| at + 1);
    match end.or_else(|| reply.rfind("```")) {
        Some(end) if end >= start => Some(reply[start..end].to_owned()),
        _ => None,
    }
}

fn patch(name: &str, old: &str, new: &str) -> Result<String, Refused> {
    if old == new {
        return Ok(String::new());
    }
    let node = |text: &str| {
        let file = File::new(text.as_bytes().to_vec());
        (!text.is_empty()).then(|| Node::File(file.into()))
    };
    let change = Change {
        path: name.trim_start_matches('/').to_owned(),
        before: node(old),
        after: node(new),
    };
    let patch = workspace::patch(&[change])
        .map_err(|error| Refused::Mistake(format!("compare the texts: {error}")))?;
    Ok(String::from_utf8_lossy(&patch).into_owned())
}

pub(super) struct UnderstandFile;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UnderstandArguments {
    file_name: String,
    things_to_look_for: String,
}

impl Tool for UnderstandFile {
    fn spec(&self) -> ToolSpec {
        spec(
            "understand_file",
            "Have another model read a whole file, long ones in pieces, and tell what you look for.",
            json!({
                "file_name": {"type": "string", "description": "The file."},
                "things_to_look_for": {"type": "string", "description": "What you want to know, in words."}
            }),
            &["file_name", "things_to_look_for"],
        )
    }

    fn call(&self, given: &Value, environment: &mut Environment<'_>) -> Result<Called, Refused> {
        let UnderstandArguments {
            file_name,
            things_to_look_for,
        } = arguments(given)?;
        let text = files::text(environment, &file_name)?;
        let pieces = pieces(&text);
        let (count, looked_at) = (pieces.len(), pieces.len().min(PIECES));
        let mut answers = Vec::new();
        for (at, piece) in pieces.into_iter().take(PIECES).enumerate() {
            let at = (at + 1, count);
            let answer = environment.ask(|prompts| {
                prompts.understand_part(&file_name, &things_to_look_for, at, &piece)
            });
            answers.push(answer.map_err(instead("read_file and inspect_file_lines"))?);
        }
        let answer = match answers.len() {
            1 => answers.swap_remove(0),
            _ => environment
                .ask(|prompts| prompts.merge_notes(&file_name, &things_to_look_for, &answers))
                .map_err(instead("read_file and inspect_file_lines"))?,
        };
        let rest = match count - looked_at {
            0 => String::new(),
            more => format!(
                "\n[the last {more} of {count} parts were not looked at; use inspect_file_lines]"
            ),
        };
        Ok(said(show::clipped(&answer, "ask for less") + &rest))
    }
}

/// A text in pieces of whole lines, each with its number. A line that is longer than a piece is a
/// piece of its own.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for (at, line) in text.lines().enumerate() {
        let line = format!("{:6}\t{line}\n", at + 1);
        let last = pieces.last_mut().filter(|piece| {
            piece.is_empty() || piece.chars().count() + line.chars().count() <= PIECE
        });
        match last {
            Some(piece) => piece.push_str(&line),
            None => pieces.push(line),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_between_the_fences_is_the_file() {
        for (reply, file) in [
            ("```\na\nb\n```", Some("a\nb\n")),
            ("Here:\n```python\na\n```\nDone.", Some("a\n")),
            ("```\n```", Some("")),
            ("```md\n```\nx\n```\n```", Some("```\nx\n```\n")),
            ("nothing", None),
            ("```", None),
        ] {
            assert_eq!(fenced(reply).as_deref(), file, "{reply}");
        }
    }

    #[test]
    fn pieces_are_whole_lines_and_lose_none() {
        let text = "x".repeat(3_000) + "\n";
        let found = pieces(&text.repeat(10));
        assert_eq!(found.len(), 4);
        assert_eq!(found.concat().lines().count(), 10);
        assert!(found[1].starts_with("     4\t"));
    }
}
