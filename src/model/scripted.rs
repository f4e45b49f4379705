//! A model whose replies were written down, or recorded, before.

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};

use super::{Model, ModelError, Reply, Request};

/// Gives replies one after the other, whatever it is asked.
#[derive(Debug)]
pub struct Scripted {
    replies: VecDeque<Reply>,
    given: usize,
}

/// A script that can't be read.
#[derive(Debug, thiserror::Error)]
pub enum ScriptError {
    #[error("read the script {path}: {source}")]
    Io { path: PathBuf, source: io::Error },
    #[error("read line {line} of the script {path}: {source}")]
    Line {
        path: PathBuf,
        line: usize,
        source: serde_json::Error,
    },
}

impl Scripted {
    pub fn new(replies: impl IntoIterator<Item = Reply>) -> Scripted {
        Scripted {
            replies: replies.into_iter().collect(),
            given: 0,
        }
    }

    /// The replies in a file: one a line, as JSON, with `text`, `calls` or both. Blank lines are
    /// left out.
    pub fn read(path: &Path) -> Result<Scripted, ScriptError> {
        let text = std::fs::read_to_string(path).map_err(|source| ScriptError::Io {
            path: path.to_owned(),
            source,
        })?;
        let lines = text.lines().enumerate();
        let replies: Result<Vec<Reply>, ScriptError> = lines
            .filter(|(_, line)| !line.trim().is_empty())
            .map(|(number, line)| {
                serde_json::from_str(line).map_err(|source| ScriptError::Line {
                    path: path.to_owned(),
                    line: number + 1,
                    source,
                })
            })
            .collect();
        Ok(Scripted::new(replies?))
    }
}

impl Model for Scripted {
    fn reply(&mut self, _: &Request<'_>) -> Result<Reply, ModelError> {
        let Some(mut reply) = self.replies.pop_front() else {
            return Err(ModelError::Confused(format!(
                "there are {} replies and no more",
                self.given
            )));
        };
        self.given += 1;
        for (number, call) in reply.calls.iter_mut().enumerate() {
            if call.id.is_empty() {
                call.id = format!("call-{}-{}", self.given, number + 1);
            }
        }
        Ok(reply)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_has_a_reply_a_line_and_its_calls_get_names() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("script");
        let lines = r#"{"calls": [{"tool": "a"}, {"tool": "b", "arguments": {"x": 1}}]}

{"text": "Done."}"#;
        std::fs::write(&path, lines).unwrap();
        let mut script = Scripted::read(&path).unwrap();
        let request = Request {
            messages: &[],
            tools: &[],
        };
        let ids: Vec<String> = script
            .reply(&request)
            .unwrap()
            .calls
            .into_iter()
            .map(|call| call.id)
            .collect();
        assert_eq!(ids, ["call-1-1", "call-1-2"]);
        assert_eq!(script.reply(&request).unwrap().text, "Done.");
        let over = script.reply(&request).unwrap_err();
        assert_eq!(over.to_string(), "there are 2 replies and no more");

        std::fs::write(&path, "{\"text\": \"\"}\n{\"txt\": \"\"}").unwrap();
        let error = Scripted::read(&path).unwrap_err().to_string();
        assert!(error.starts_with("read line 2 of the script"), "{error}");
    }
}
