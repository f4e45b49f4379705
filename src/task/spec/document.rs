//! The text of a `task.toml`, to tell where in it something is.

use std::{
    ops::Range,
    path::{Path, PathBuf},
};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::raw;
use crate::task::error::{Position, Problem, SpecError};

/// The format this version reads.
const FORMAT: &str = "1";

/// A `task.toml` that is read.
pub struct Document {
    file: PathBuf,
    text: String,
}

impl Document {
    pub fn new(file: PathBuf, text: String) -> Self {
        Document { file, text }
    }

    /// Reads the keys and values. The format comes first: in a file of another one, other keys
    /// are no mistakes.
    pub fn parse(&self) -> Result<raw::Paper, Box<SpecError>> {
        let (table, errors) = DeTable::parse_recoverable(&self.text);
        if let Some(error) = errors.first() {
            return Err(self.toml_error(error));
        }
        if let Some(format) = table.get_ref().get("format") {
            let found = &self.text[format.span()];
            if found != FORMAT {
                let found = found.to_owned();
                return Err(self.error(format.span(), Problem::Format { found }));
            }
        }
        toml::from_str(&self.text).map_err(|error| self.toml_error(&error))
    }

    /// A problem with the key or value at a place in the text.
    pub fn error(&self, span: Range<usize>, problem: Problem) -> Box<SpecError> {
        Box::new(SpecError {
            file: self.file.clone(),
            position: Position::of(&self.text, span.start),
            field: self.field_at(&span),
            problem,
        })
    }

    /// The line of a place in the text, from 1.
    pub fn line(&self, span: &Range<usize>) -> usize {
        Position::of(&self.text, span.start).line
    }

    pub fn folder(&self) -> &Path {
        self.file.parent().unwrap_or(Path::new(""))
    }

    fn toml_error(&self, error: &toml::de::Error) -> Box<SpecError> {
        let problem = Problem::Toml(error.message().to_owned());
        self.error(error.span().unwrap_or(0..0), problem)
    }

    /// The key whose name or value is at a place, or the top of the file, which is where a key
    /// is missing if nowhere else.
    fn field_at(&self, span: &Range<usize>) -> String {
        const TOP: &str = "top level";
        if span.end == 0 {
            return TOP.to_owned();
        }
        let (table, _) = DeTable::parse_recoverable(&self.text);
        let mut best: Option<(usize, String)> = None;
        search(table.get_ref(), "", &mut |place, path| {
            let holds = place.start <= span.start && span.end <= place.end;
            // The smallest place; of several equal ones the deepest, which comes last.
            if holds && best.as_ref().is_none_or(|(size, _)| place.len() <= *size) {
                best = Some((place.len(), path.to_owned()));
            }
        });
        best.map_or_else(|| TOP.to_owned(), |(_, path)| path)
    }
}

/// Tells every key and value of a table with its path, parents before children. The span of a
/// table under a `[header]` is the header, so children may lie outside their parent.
fn search(table: &DeTable, path: &str, tell: &mut impl FnMut(Range<usize>, &str)) {
    for (key, value) in table {
        let path = match path {
            "" => key.get_ref().to_string(),
            path => format!("{path}.{}", key.get_ref()),
        };
        tell(key.span(), &path);
        search_value(value, &path, tell);
    }
}

fn search_value(value: &Spanned<DeValue>, path: &str, tell: &mut impl FnMut(Range<usize>, &str)) {
    tell(value.span(), path);
    match value.get_ref() {
        DeValue::Table(table) => search(table, path, tell),
        DeValue::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                search_value(item, &format!("{path}[{index}]"), tell);
            }
        }
        _ => {}
    }
}
