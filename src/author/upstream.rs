//! AutoExperiment's dataset as it lies on a disk: tables and lists of papers, experiments and
//! functions, in the layout of its first public version and in the later one.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::error::AuthorError;

/// Where the dataset's folder may be below what a user names.
const PLACES: [&str; 6] = [
    "",
    "MLRC",
    "dataset/MLRC",
    "autoexperiment/dataset/MLRC",
    "autoexperiment/MLRC",
    "dataset",
];

/// A row, by the names of its columns.
pub(super) type Row = BTreeMap<String, String>;

/// The dataset.
#[derive(Debug)]
pub(super) struct Dataset {
    pub papers: Vec<UpstreamPaper>,
}

#[derive(Debug)]
pub(super) struct UpstreamPaper {
    pub id: String,
    pub title: Option<String>,
    /// The folder with `code/` and `paper.txt`.
    pub folder: PathBuf,
    pub experiments: Vec<Row>,
    pub functions: Vec<Row>,
}

/// Reads the dataset of a checkout.
pub(super) fn dataset(path: &Path) -> Result<Dataset, AuthorError> {
    let is_dataset = |folder: &PathBuf| {
        ["mlrc_exps.csv", "mlrc_main.csv", "functions.jsonl"]
            .iter()
            .any(|name| folder.join(name).is_file())
    };
    let mut folders = PLACES.iter().map(|place| path.join(place));
    let root = folders.find(is_dataset).ok_or_else(|| AuthorError::Input {
        path: path.to_owned(),
        reason: format!(
            "this is no checkout of AutoExperiment: mlrc_exps.csv, mlrc_main.csv or functions.jsonl is in none \
             of its folders {}",
            PLACES.map(|place| if place.is_empty() { "." } else { place }).join(", ")
        ),
    })?;
    let titles = table(&root.join("mlrc_main.csv"))?;
    let experiments = table(&root.join("mlrc_exps.csv"))?;
    let functions = table(&root.join("mlrc_funcs.csv"))?;
    // The later layout has all functions in one list.
    let all_functions = list(&root.join("functions.jsonl"))?;
    let mut ids: Vec<String> = [&titles, &experiments, &functions, &all_functions]
        .iter()
        .flat_map(|rows| rows.iter().map(|row| field(row, "paper_id").to_owned()))
        .filter(|id| !id.is_empty() && root.join(id).join("code").is_dir())
        .collect();
    ids.sort();
    ids.dedup();
    let of = |rows: &[Row], id: &str| -> Vec<Row> {
        rows.iter()
            .filter(|row| field(row, "paper_id") == id)
            .cloned()
            .collect()
    };
    let mut papers = Vec::new();
    for id in ids {
        let folder = root.join(&id);
        // The tables first: the lists beside the papers are older.
        let mut own_experiments = of(&experiments, &id);
        if own_experiments.is_empty() {
            own_experiments = list(&folder.join("experiments.jsonl"))?;
        }
        let mut own_functions = of(&all_functions, &id);
        if own_functions.is_empty() {
            own_functions = list(&folder.join("functions.jsonl"))?;
        }
        if own_functions.is_empty() {
            own_functions = of(&functions, &id);
        }
        let title = titles.iter().find(|row| field(row, "paper_id") == id);
        papers.push(UpstreamPaper {
            title: title
                .map(|row| field(row, "Title").to_owned())
                .filter(|title| !title.is_empty()),
            experiments: own_experiments,
            functions: own_functions,
            folder,
            id,
        });
    }
    Ok(Dataset { papers })
}

/// A field of a row; nothing is an empty text.
pub(super) fn field<'r>(row: &'r Row, name: &str) -> &'r str {
    row.get(name).map_or("", |value| value.trim())
}

/// A file's text; nothing where there is no file.
fn text(path: &Path) -> Result<Option<String>, AuthorError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(AuthorError::Io {
            doing: "read",
            path: path.to_owned(),
            source,
        }),
    }
}

/// The rows of a CSV file under its head; rows without a value are left out.
fn table(path: &Path) -> Result<Vec<Row>, AuthorError> {
    let Some(text) = text(path)? else {
        return Ok(Vec::new());
    };
    let mut rows = csv(text.trim_start_matches('\u{feff}')).into_iter();
    let head = rows.next().unwrap_or_default();
    let named = rows.map(|row| head.iter().cloned().zip(row).collect::<Row>());
    Ok(named
        .filter(|row| row.values().any(|value| !value.trim().is_empty()))
        .collect())
}

/// The objects of a file with one on each line.
fn list(path: &Path) -> Result<Vec<Row>, AuthorError> {
    let Some(text) = text(path)? else {
        return Ok(Vec::new());
    };
    let lines = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty());
    let rows = lines.map(|(number, line)| {
        let object: Map<String, Value> =
            serde_json::from_str(line).map_err(|error| AuthorError::Input {
                path: path.to_owned(),
                reason: format!("line {}: {error}", number + 1),
            })?;
        let row = object.into_iter().map(|(key, value)| match value {
            Value::String(text) => (key, text),
            Value::Null => (key, String::new()),
            other => (key, other.to_string()),
        });
        Ok(row.collect())
    });
    rows.collect()
}

/// Fields of a text by RFC 4180: quoted ones may hold commas, line breaks and doubled quotes.
fn csv(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut value) = (Vec::new(), Vec::new(), String::new());
    let mut quoted = false;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                value.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if value.is_empty() => quoted = true,
            ',' if !quoted => row.push(std::mem::take(&mut value)),
            '\r' if !quoted && letters.peek() == Some(&'\n') => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut value));
                rows.push(std::mem::take(&mut row));
            }
            other => value.push(other),
        }
    }
    if !value.is_empty() || !row.is_empty() {
        row.push(value);
        rows.push(row);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_fields_hold_what_would_end_others() {
        let rows = csv("a,b\r\n\"x, \"\"y\"\"\nz\",2\n,\nlast");
        assert_eq!(
            rows,
            [
                vec!["a", "b"],
                vec!["x, \"y\"\nz", "2"],
                vec!["", ""],
                vec!["last"]
            ]
        );
    }
}
