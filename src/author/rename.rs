//! A variant of a paper with other names, so that to remember a public repository is no help.
//!
//! Renamed are functions, methods and classes that the repository defines, wherever code, comments,
//! texts, `task.toml` and the paper name them. Left are names that something else may be meant by:
//! those of Python and, on objects, of its packages; those of modules; those that stand in strings,
//! in configurations or in commands, or name an argument.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::Range;
use std::path::Path;

use regex::{Captures, Regex};
use serde::{Deserialize, Serialize};

use super::error::AuthorError;
use super::guest::{GuestProgram, ask};
use super::preflight::is_apart;
use crate::sandbox::Runner;
use crate::task::{Files, NameAt, NamePlace, Other, Paper, PaperId, canary, canary_line, names};
use crate::workspace::Tree;

const KNOWN: GuestProgram = ("the look-up of names", include_str!("known.py"));
/// Endings of texts that people read; of other files that aren't Python, programs do.
const PROSE: [&str; 4] = [".md", ".rst", ".txt", ".tex"];
/// Names shorter than this are as often something else.
const SHORTEST: usize = 3;

/// What was renamed, and what wasn't.
#[derive(Clone, Debug, Serialize)]
pub struct Renamed {
    pub paper: PaperId,
    /// New names by old ones.
    pub names: BTreeMap<String, String>,
    /// Why the others are left.
    pub left: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Known {
    python: BTreeSet<String>,
    packages: BTreeSet<String>,
}

/// Writes a variant of a paper, under an id of its own, into a folder that doesn't exist yet. What was
/// measured and audited of the paper isn't the variant's.
pub fn rename(
    paper: &Paper,
    seed: u64,
    id: &PaperId,
    runner: &Runner,
    folder: &Path,
) -> Result<Renamed, AuthorError> {
    if fs::symlink_metadata(folder).is_ok() {
        return Err(AuthorError::Input {
            path: folder.to_owned(),
            reason: "it is there already; remove it, or give another --tasks".to_owned(),
        });
    }
    let mut files = paper.code()?;
    let other = paper.alternative()?.unwrap_or_default();
    let spec = read(&paper.dir.join("task.toml"))?;
    let sources = sources(&files, &other);
    let defined = defined(paper, &files);
    let left = left(paper, &defined, &sources, &files, &other, runner)?;
    let taken: BTreeSet<&str> = sources.iter().flat_map(|source| source.words()).collect();
    let mut makers = Makers::new(paper.id.as_str(), seed);
    let names: BTreeMap<String, String> = defined
        .keys()
        .filter(|name| !left.contains_key(*name))
        .map(|name| (name.clone(), makers.make(name, &taken)))
        .collect();

    let mut changed: BTreeMap<(bool, String), Vec<u8>> = BTreeMap::new();
    for source in &sources {
        changed.insert(
            (source.of_code, source.file.clone()),
            source.renamed(&names).into_bytes(),
        );
    }
    for (of_code, part) in [(true, &files), (false, &other)] {
        for (file, bytes) in part {
            if let (true, Ok(text)) = (is_prose(file), std::str::from_utf8(bytes)) {
                changed.insert((of_code, file.clone()), in_text(text, &names).into_bytes());
            }
        }
    }
    let mut alternative = other;
    for ((of_code, file), bytes) in changed {
        let part = if of_code {
            &mut files
        } else {
            &mut alternative
        };
        part.insert(file, bytes);
    }
    let text = in_text(paper.text.tagged(), &names).replace(&canary(&paper.id), &canary(id));
    let text = match text.contains(&canary(id)) {
        true => text,
        false => format!("{text}\n{}\n", canary_line(id)),
    };
    write(&folder.join("paper.md"), text.as_bytes())?;
    write(
        &folder.join("task.toml"),
        in_spec(&spec, id, &names).as_bytes(),
    )?;
    for (file, bytes) in &files {
        write(&folder.join("code").join(file), bytes)?;
    }
    for (file, bytes) in &alternative {
        write(&folder.join("alternative").join(file), bytes)?;
    }
    if !paper.guest.0.is_empty() {
        let lock = read(&paper.dir.join("guest.lock"))?;
        write(&folder.join("guest.lock"), lock.as_bytes())?;
    }
    Ok(Renamed {
        paper: id.clone(),
        names,
        left,
    })
}

fn read(path: &Path) -> Result<String, AuthorError> {
    fs::read_to_string(path).map_err(|source| AuthorError::Io {
        doing: "read",
        path: path.to_owned(),
        source,
    })
}

pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), AuthorError> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, bytes))
        .map_err(|source| AuthorError::Io {
            doing: "write",
            path: path.to_owned(),
            source,
        })
}

fn is_prose(file: &str) -> bool {
    PROSE.iter().any(|ending| file.ends_with(ending))
}

/// A Python source and the names in it.
struct Source {
    /// Of `code/`, else of `alternative/`.
    of_code: bool,
    file: String,
    text: String,
    names: Vec<NameAt>,
}

impl Source {
    fn words(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|name| &self.text[name.range.clone()])
    }

    fn renamed(&self, new: &BTreeMap<String, String>) -> String {
        let edits = self.names.iter().filter_map(|name| {
            let written = &self.text[name.range.clone()];
            // A word of prose is a name's where it can be no other word, as in the paper.
            let meant = name.place != NamePlace::Prose
                || is_telling(written)
                || is_marked(&self.text, &name.range);
            Some((name.range.clone(), new.get(written).filter(|_| meant)?))
        });
        splice(&self.text, edits)
    }
}

/// Whether a word can be nothing but a name: `fit_centre`, `LeakyNet`.
fn is_telling(word: &str) -> bool {
    let inner = word.trim_matches('_');
    let small = inner.chars().any(char::is_lowercase);
    inner.contains('_') || small && inner.chars().skip(1).any(char::is_uppercase)
}

/// Whether a word stands between backticks or before a parenthesis.
fn is_marked(text: &str, range: &Range<usize>) -> bool {
    let (before, after) = (&text[..range.start], &text[range.end..]);
    before.ends_with('`')
        || after.starts_with('`')
        || after.starts_with('(')
        || before.ends_with('.') && after.starts_with('`')
}

fn splice<'a>(text: &str, edits: impl Iterator<Item = (Range<usize>, &'a String)>) -> String {
    let (mut result, mut at) = (String::new(), 0);
    for (range, new) in edits {
        result += &text[at..range.start];
        result += new;
        at = range.end;
    }
    result + &text[at..]
}

fn sources(code: &Files, other: &Files) -> Vec<Source> {
    let all = [(true, code), (false, other)].into_iter();
    let all = all.flat_map(|(of_code, files)| {
        files
            .iter()
            .map(move |(file, bytes)| (of_code, file, bytes))
    });
    all.filter(|(_, file, _)| file.ends_with(".py"))
        .filter_map(|(of_code, file, bytes)| {
            let text = std::str::from_utf8(bytes).ok()?.to_owned();
            // One that the grammar doesn't take is left as it is, and what it names too: see `left`.
            let names = names(&text).ok()?;
            Some(Source {
                of_code,
                file: file.clone(),
                text,
                names,
            })
        })
        .collect()
}

/// The last parts of the names of functions and classes, and whether some class has it as a method.
fn defined(paper: &Paper, code: &Files) -> BTreeMap<String, bool> {
    let mut found = BTreeMap::new();
    for (file, bytes) in code {
        let text = std::str::from_utf8(bytes)
            .ok()
            .filter(|_| file.ends_with(".py") && !is_apart(file));
        let Some(module) = text.and_then(|text| paper.parser.parse(text).ok()) else {
            continue;
        };
        let functions = module
            .functions
            .iter()
            .map(|definition| definition.name.as_str());
        let classes = module
            .others
            .iter()
            .filter(|(_, what)| *what == Other::Class);
        let classes: Vec<&str> = classes.map(|(name, _)| name.as_str()).collect();
        for name in functions.chain(classes.iter().copied()) {
            let (scope, own) = name.rsplit_once('.').unwrap_or(("", name));
            let is_method = classes.contains(&scope);
            let known = found.entry(own.to_owned()).or_insert(false);
            *known |= is_method;
        }
    }
    found
}

/// The names that are left as they are, and why.
fn left(
    paper: &Paper,
    defined: &BTreeMap<String, bool>,
    sources: &[Source],
    code: &Files,
    other: &Files,
    runner: &Runner,
) -> Result<BTreeMap<String, String>, AuthorError> {
    let all: Vec<String> = defined.keys().cloned().collect();
    let known: Known = ask(runner, &Tree::default(), KNOWN, &all)?;
    let mut left = BTreeMap::new();
    let mut leave = |name: &str, why: String| {
        if defined.contains_key(name) {
            left.entry(name.to_owned()).or_insert(why);
        }
    };
    for name in defined.keys() {
        if name.starts_with("__") || name.trim_matches('_').len() < SHORTEST {
            leave(
                name,
                "it has a meaning of its own, or is too short".to_owned(),
            );
        }
        if known.python.contains(name) {
            leave(name, "Python itself has this name".to_owned());
        }
        if known.packages.contains(name) && defined[name] {
            leave(
                name,
                "objects of packages have a method of this name".to_owned(),
            );
        }
    }
    for source in sources {
        for name in &source.names {
            let word = &source.text[name.range.clone()];
            let place = format!(
                "{}:{}",
                source.file,
                source.text[..name.range.start].matches('\n').count() + 1
            );
            match name.place {
                NamePlace::String => leave(word, format!("it stands in a string at {place}")),
                NamePlace::Keyword => leave(word, format!("it names an argument at {place}")),
                NamePlace::Attribute if known.packages.contains(word) => {
                    leave(
                        word,
                        format!("packages have this name too, and {place} asks an object for it"),
                    );
                }
                NamePlace::Attribute | NamePlace::Code | NamePlace::Prose => {}
            }
        }
    }
    for (file, bytes) in code.iter().chain(other) {
        for part in file.trim_end_matches(".py").split('/') {
            leave(part, format!("the file or folder {file} has this name"));
        }
        let read: BTreeSet<String> = sources.iter().map(|source| source.file.clone()).collect();
        let Ok(text) = std::str::from_utf8(bytes) else {
            continue;
        };
        if !is_prose(file) && !read.contains(file) {
            for word in words(text) {
                leave(word, format!("it stands in {file}, which a program reads"));
            }
        }
    }
    for experiment in &paper.experiments {
        for word in experiment.command.iter().flat_map(|word| words(word)) {
            leave(word, format!("a command of {} has it", experiment.id));
        }
    }
    Ok(left)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|each: char| !each.is_alphanumeric() && each != '_')
        .filter(|word| !word.is_empty())
}

/// A text for people: names that can be no other word, and what stands between backticks, in
/// `\texttt{}` or before a parenthesis. Tags of results name metrics, and are left.
fn in_text(text: &str, new: &BTreeMap<String, String>) -> String {
    let word = Regex::new(r#"<result [^>\n]*>|(?P<word>[\p{L}_](?:[\p{L}\p{N}_]|\\_)*)"#)
        .expect("a pattern of ours");
    word.replace_all(text, |found: &Captures<'_>| {
        let whole = found.get(0).expect("the match");
        let Some(written) = found.name("word") else {
            return whole.as_str().to_owned();
        };
        let name = written.as_str().replace("\\_", "_");
        let before = &text[..whole.start()];
        let code = before.rsplit_once('\n').map_or(before, |(_, line)| line);
        // Within a pair of backticks.
        let in_code = code.matches('`').count() % 2 == 1 || code.ends_with("\\texttt{");
        let meant = is_telling(&name) || in_code || is_marked(text, &whole.range());
        match new.get(&name).filter(|_| meant) {
            Some(new) if written.as_str().contains("\\_") => new.replace('_', "\\_"),
            Some(new) => new.clone(),
            None => whole.as_str().to_owned(),
        }
    })
    .into_owned()
}

/// `task.toml` with the id and names of the variant.
fn in_spec(spec: &str, id: &PaperId, new: &BTreeMap<String, String>) -> String {
    let mut table = String::new();
    let mut lines = Vec::new();
    for line in spec.lines() {
        if line.starts_with('[') {
            line.clone_into(&mut table);
        }
        let value = |key: &str| {
            line.strip_prefix(key)?
                .trim_start()
                .strip_prefix('=')
                .map(str::trim)
        };
        let in_function = table.starts_with("[[function]]");
        lines.push(match (value("id"), value("name")) {
            (Some(_), _) if table.is_empty() => format!("id = \"{id}\""),
            (_, Some(name)) if in_function => {
                let parts = name.trim_matches('"').split('.');
                let parts = parts.map(|part| new.get(part).map_or(part, String::as_str));
                format!("name = \"{}\"", parts.collect::<Vec<_>>().join("."))
            }
            _ if in_function && value("file").is_none() => in_text(line, new),
            _ => line.to_owned(),
        });
    }
    lines.join("\n") + "\n"
}

/// Makes names that say nothing, from a seed.
struct Makers {
    bytes: blake3::OutputReader,
    made: BTreeSet<String>,
}

const FIRST: [&str; 16] = [
    "b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z", "br", "tr",
];
const VOWELS: [&str; 5] = ["a", "e", "i", "o", "u"];

impl Makers {
    fn new(paper: &str, seed: u64) -> Makers {
        let mut hasher = blake3::Hasher::new_derive_key("autoexp 2026 names of a variant");
        hasher.update(paper.as_bytes());
        hasher.update(&seed.to_le_bytes());
        Makers {
            bytes: hasher.finalize_xof(),
            made: BTreeSet::new(),
        }
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        let mut byte = [0];
        self.bytes.fill(&mut byte);
        of[usize::from(byte[0]) % of.len()]
    }

    /// A name of the old one's form: as private, as many words, in the same case.
    fn make(&mut self, old: &str, taken: &BTreeSet<&str>) -> String {
        let bare = old.trim_start_matches('_');
        let lead = &old[..old.len() - bare.len()];
        let is_class = bare.starts_with(char::is_uppercase);
        let count = match is_class {
            true => bare.chars().filter(|each| each.is_uppercase()).count(),
            false => bare.split('_').filter(|word| !word.is_empty()).count(),
        };
        loop {
            let words = (0..count.clamp(1, 3)).map(|_| {
                let word: String = (0..3)
                    .flat_map(|_| [self.pick(&FIRST), self.pick(&VOWELS)])
                    .collect();
                match is_class {
                    true => word[..1].to_uppercase() + &word[1..],
                    false => word,
                }
            });
            let words: Vec<String> = words.collect();
            let name = format!("{lead}{}", words.join(if is_class { "" } else { "_" }));
            if !taken.contains(name.as_str()) && self.made.insert(name.clone()) {
                return name;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_name_functions_where_they_can_mean_nothing_else() {
        let new = [
            ("smooth", "vilaro"),
            ("fit_centre", "bo_ta"),
            ("Ledger", "Muzafi"),
        ];
        let new: BTreeMap<String, String> = new
            .map(|(old, new)| (old.to_owned(), new.to_owned()))
            .into();
        let text = "We smooth it with `smooth` by fit_centre, fit\\_centre, \\texttt{smooth}, smooth(x), `Ledger.smooth`; \
                    a Ledger. <result of=\"a.smooth\" is=\"fit_centre\">1</result>";
        assert_eq!(
            in_text(text, &new),
            "We smooth it with `vilaro` by bo_ta, bo\\_ta, \\texttt{vilaro}, vilaro(x), `Muzafi.vilaro`; \
             a Ledger. <result of=\"a.smooth\" is=\"fit_centre\">1</result>"
        );
    }

    #[test]
    fn names_follow_from_the_seed_and_keep_their_form() {
        let make = |seed| Makers::new("x", seed).make("_fit_centre", &BTreeSet::new());
        assert_eq!(make(1), make(1));
        assert_ne!(make(1), make(2));
        assert!(make(1).starts_with('_') && make(1).matches('_').count() == 2);
        let class = Makers::new("x", 1).make("LeakyNet", &BTreeSet::new());
        assert_eq!(class.chars().filter(|each| each.is_uppercase()).count(), 2);
    }
}
