//! From what is written in a paper's folder to what can be relied on.

use std::{collections::HashMap, fs, io, ops::Range, path::Path, time::Duration};

use regex::Regex;
use toml::Spanned;

use super::{
    Acknowledged, DEFAULT_RTOL, Experiment, ExperimentLimits, Function, Metric, Paper, Source,
    document::Document, raw,
};
use crate::{
    task::{
        code,
        error::{CodeProblem, MeasuredProblem, Problem, SpecError, TaskError},
        gold::Gold,
        guest::Guest,
        id::is_word,
        json_path::JsonPath,
        mask,
        measured::Measured,
        paper_text::PaperText,
        python::Parser,
    },
    units::{UnitError, parse_duration, parse_fuel, parse_size},
};

type Checked<T> = Result<T, Box<SpecError>>;

pub fn load(dir: &Path, parser: &Parser) -> Result<Paper, TaskError> {
    let file = dir.join("task.toml");
    let document = Document::new(file.clone(), read(&file)?);
    let raw = document.parse()?;

    let code = dir.join("code");
    if !code.is_dir() {
        return Err(TaskError::Missing { path: code });
    }
    let functions = functions(&document, raw.functions, &code, parser)?;
    let alternative = dir.join("alternative").is_dir();
    let experiments = experiments(&document, raw.experiments, alternative)?;

    let path = dir.join("paper.md");
    let text = PaperText::parse(read(&path)?)
        .and_then(|text| text.check(&experiments).map(|()| text))
        .map_err(|error| TaskError::Text { path, error })?;
    let mut paper = Paper {
        id: paper_id(&document, &raw.id)?,
        title: line(&document, raw.title, "the paper's title")?,
        licence: line(&document, raw.licence, "an SPDX expression such as `MIT`")?,
        field: line(&document, raw.field, "the field of research")?,
        guest: guest(&document, raw.guest)?,
        functions,
        experiments,
        acknowledged: raw
            .acknowledged
            .into_iter()
            .map(|known| {
                Ok(Acknowledged {
                    file: inner_path(&document, &known.file)?,
                    text: line(&document, known.text, "the number as it stands there")?,
                    reason: line(&document, known.reason, "why it gives nothing away")?,
                })
            })
            .collect::<Checked<_>>()?,
        measured: Err(MeasuredProblem::Missing),
        text,
        dir: dir.to_owned(),
        parser: parser.clone(),
    };
    paper.measured = Measured::read(&paper)?;
    Ok(paper)
}

fn read(path: &Path) -> Result<String, TaskError> {
    let path = path.to_owned();
    fs::read_to_string(&path).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => TaskError::Missing { path },
        _ => TaskError::Read { path, source },
    })
}

fn paper_id(document: &Document, id: &Spanned<String>) -> Checked<crate::task::PaperId> {
    let error = |problem| document.error(id.span(), problem);
    let found = id.get_ref().clone();
    let parsed = found.parse().map_err(|_| {
        error(Problem::Name {
            found: found.clone(),
            allowed: "a-z, 0-9, `.` and `-`, with a letter or digit first",
        })
    })?;
    let folder = fs::canonicalize(document.folder()).unwrap_or_default();
    let folder = folder.file_name().unwrap_or_default();
    if folder == found.as_str() {
        return Ok(parsed);
    }
    let folder = folder.to_string_lossy().into_owned();
    Err(error(Problem::NotFolder { found, folder }))
}

fn guest(document: &Document, named: Vec<Spanned<String>>) -> Checked<Guest> {
    let mut seen = Unique::default();
    let named = named.into_iter().map(|name| {
        if !Guest::is_requirement(name.get_ref()) {
            let found = name.get_ref().clone();
            let allowed = "a package and its version, such as `autograd==1.9.1`";
            return Err(document.error(name.span(), Problem::Name { found, allowed }));
        }
        let package = name.get_ref().split_once("==").unwrap_or_default().0;
        seen.insert(document, name.span(), package.to_lowercase())?;
        Ok(name.into_inner())
    });
    named.collect::<Checked<Vec<_>>>().map(Guest)
}

fn functions(
    document: &Document,
    functions: Vec<raw::Function>,
    code: &Path,
    parser: &Parser,
) -> Checked<Vec<Function>> {
    let mut seen = Unique::default();
    functions
        .into_iter()
        .map(|function| {
            let key = format!("{}: {}", function.file.get_ref(), function.name.get_ref());
            seen.insert(document, function.name.span(), key)?;
            let source = source_file(document, &function.file, code)?;
            let name = function.name.get_ref().clone();
            let file = function.file.into_inner();
            let lines = mask::check(parser, &source, &name).map_err(|error| {
                let problem = Problem::Code {
                    file: file.clone(),
                    problem: error.into(),
                };
                document.error(function.name.span(), problem)
            })?;
            Ok(Function {
                lines,
                file,
                name,
                description: line(document, function.description, "what the function does")?,
                docstring: docstring(document, function.docstring)?,
            })
        })
        .collect()
}

fn docstring(document: &Document, docstring: Option<Spanned<String>>) -> Checked<Option<String>> {
    let Some(docstring) = docstring else {
        return Ok(None);
    };
    let span = docstring.span();
    let docstring = text(document, docstring, "what a docstring says of the function")?;
    match docstring.contains('\0') {
        true => Err(document.error(span, Problem::Nul)),
        false => Ok(Some(docstring)),
    }
}

/// The text of a file named in the description.
fn source_file(document: &Document, file: &Spanned<String>, code: &Path) -> Checked<String> {
    let error = |problem| document.error(file.span(), problem);
    let found = inner_path(document, file)?;
    let inside = fs::canonicalize(code.join(&found))
        .ok()
        .zip(fs::canonicalize(code).ok())
        .filter(|(path, code)| path.starts_with(code) && path.is_file());
    let Some((path, _)) = inside else {
        return Err(error(Problem::NoFile { found }));
    };
    let failed = |problem| {
        error(Problem::Code {
            file: found.clone(),
            problem,
        })
    };
    let bytes = fs::read(path).map_err(|error| failed(CodeProblem::Read(error.kind())))?;
    code::text(bytes).map_err(failed)
}

/// A path that stays inside the folder it is relative to.
fn inner_path(document: &Document, path: &Spanned<String>) -> Checked<String> {
    let found = path.get_ref().clone();
    let stays = !found.contains(['\\', '\0'])
        && found
            .split('/')
            .all(|part| !matches!(part, "" | "." | ".."));
    if stays {
        Ok(found)
    } else {
        Err(document.error(path.span(), Problem::Path { found }))
    }
}

fn experiments(
    document: &Document,
    experiments: Spanned<Vec<raw::Experiment>>,
    alternative: bool,
) -> Checked<Vec<Experiment>> {
    let allowed = "at least one experiment";
    let mut seen = Unique::default();
    not_empty(document, experiments, allowed)?
        .into_iter()
        .map(|experiment| {
            let allowed = "a-z, 0-9 and `-`, with a letter or digit first";
            let id = word(document, &experiment.id, allowed, |id| {
                is_word(id, |mark| mark == '-')
            })?;
            seen.insert(document, experiment.id.span(), id.clone())?;
            Ok(Experiment {
                id,
                description: text(document, experiment.description, "what to run and report")?,
                command: command(document, &experiment.command)?,
                reseeded: match &experiment.reseeded {
                    Some(reseeded) => Some(command(document, reseeded)?),
                    None => None,
                },
                limits: limits(document, &experiment.limits)?,
                metrics: metrics(document, experiment.metrics, alternative)?,
            })
        })
        .collect()
}

fn command(document: &Document, command: &Spanned<String>) -> Checked<Vec<String>> {
    let found = command.get_ref();
    shlex::split(found)
        .filter(|words| words.len() > 1 && words[0] == "python")
        .ok_or_else(|| {
            let found = found.clone();
            document.error(command.span(), Problem::Command { found })
        })
}

fn limits(document: &Document, limits: &raw::Limits) -> Checked<ExperimentLimits> {
    Ok(ExperimentLimits {
        fuel: limit(document, limits.fuel.as_ref(), parse_fuel)?,
        memory: limit(document, limits.memory.as_ref(), parse_size)?,
        time: limit::<Duration>(document, limits.time.as_ref(), parse_duration)?,
    })
}

fn limit<T: Default + PartialEq>(
    document: &Document,
    limit: Option<&Spanned<String>>,
    parse: impl Fn(&str) -> Result<T, UnitError>,
) -> Checked<Option<T>> {
    let Some(limit) = limit else {
        return Ok(None);
    };
    let error = |problem| document.error(limit.span(), problem);
    let amount = parse(limit.get_ref()).map_err(|unit| error(unit.into()))?;
    if amount == T::default() {
        return Err(error(Problem::ZeroLimit));
    }
    Ok(Some(amount))
}

fn metrics(
    document: &Document,
    metrics: Spanned<Vec<raw::Metric>>,
    has_alternative: bool,
) -> Checked<Vec<Metric>> {
    let mut seen = Unique::default();
    not_empty(document, metrics, "at least one metric")?
        .into_iter()
        .map(|metric| {
            let allowed = "a-z, 0-9 and `_`, with a letter first";
            let name = word(document, &metric.name, allowed, |name| {
                is_word(name, |mark| mark == '_') && !name.starts_with(|c: char| c.is_ascii_digit())
            })?;
            seen.insert(document, metric.name.span(), name.clone())?;
            let checked = Metric {
                name,
                source: source(document, &metric.source)?,
                rtol: rtol(document, metric.rtol.as_ref())?,
                atol: atol(document, metric.atol.as_ref())?,
                gold: metric.gold.get_ref().clone(),
                alternative: metric
                    .alternative
                    .as_ref()
                    .map(|gold| gold.get_ref().clone()),
            };
            gold_fits(&checked, &checked.gold)
                .map_err(|problem| document.error(metric.gold.span(), problem))?;
            if let (Some(gold), Some(written)) = (&checked.alternative, &metric.alternative) {
                let fits = match has_alternative {
                    true => gold_fits(&checked, gold),
                    false => Err(Problem::NoAlternative),
                };
                fits.map_err(|problem| document.error(written.span(), problem))?;
            }
            Ok(checked)
        })
        .collect()
}

fn gold_fits(metric: &Metric, gold: &Gold) -> Result<(), Problem> {
    match (&metric.source, gold) {
        (Source::Pattern { .. }, Gold::List(_)) => Err(Problem::PatternOfList),
        (_, gold) if metric.atol == 0.0 && !gold.all(&|number| number != 0.0) => {
            Err(Problem::ZeroGold)
        }
        _ => Ok(()),
    }
}

fn source(document: &Document, source: &Spanned<raw::Source>) -> Checked<Source> {
    let raw::Source {
        stdout,
        pattern,
        file,
        path,
    } = source.get_ref();
    match (stdout, pattern, file, path) {
        (Some(path), None, None, None) => Ok(Source::Stdout {
            path: json_path(document, path)?,
        }),
        (None, Some(regex), None, None) => Ok(Source::Pattern {
            regex: pattern_of(document, regex)?,
        }),
        (None, None, Some(file), Some(path)) => Ok(Source::File {
            file: inner_path(document, file)?,
            path: json_path(document, path)?,
        }),
        _ => {
            let keys = [
                ("`stdout`", stdout),
                ("`pattern`", pattern),
                ("`file`", file),
                ("`path`", path),
            ];
            let present = keys.iter().filter(|(_, value)| value.is_some());
            let present: Vec<&str> = present.map(|&(key, _)| key).collect();
            let found = match present.is_empty() {
                true => "nothing".to_owned(),
                false => present.join(" and "),
            };
            Err(document.error(source.span(), Problem::Source { found }))
        }
    }
}

fn json_path(document: &Document, path: &Spanned<String>) -> Checked<JsonPath> {
    let parsed = path.get_ref().parse::<JsonPath>();
    parsed.map_err(|error| document.error(path.span(), error.into()))
}

fn pattern_of(document: &Document, pattern: &Spanned<String>) -> Checked<Regex> {
    let error = |problem| document.error(pattern.span(), problem);
    let found = pattern.get_ref().clone();
    let regex = Regex::new(&found).map_err(|reason| {
        // The crate draws the pattern over several lines; its last line is the reason.
        let reason = reason.to_string();
        let last = reason.lines().last().unwrap_or_default();
        error(Problem::Regex {
            found: found.clone(),
            reason: last.trim_start_matches("error: ").to_owned(),
        })
    })?;
    if regex.capture_names().flatten().any(|name| name == "value") {
        Ok(regex)
    } else {
        Err(error(Problem::NoValueGroup { found }))
    }
}

fn rtol(document: &Document, rtol: Option<&Spanned<f64>>) -> Checked<f64> {
    match rtol {
        None => Ok(DEFAULT_RTOL),
        Some(rtol) if (0.0..1.0).contains(rtol.get_ref()) => Ok(*rtol.get_ref()),
        Some(rtol) => {
            let found = *rtol.get_ref();
            Err(document.error(rtol.span(), Problem::RelativeTolerance { found }))
        }
    }
}

fn atol(document: &Document, atol: Option<&Spanned<f64>>) -> Checked<f64> {
    match atol {
        None => Ok(0.0),
        Some(atol) if (0.0..=f64::MAX).contains(atol.get_ref()) => Ok(*atol.get_ref()),
        Some(atol) => {
            let found = *atol.get_ref();
            Err(document.error(atol.span(), Problem::AbsoluteTolerance { found }))
        }
    }
}

fn word(
    document: &Document,
    text: &Spanned<String>,
    allowed: &'static str,
    fits: impl Fn(&str) -> bool,
) -> Checked<String> {
    let found = text.get_ref().clone();
    if fits(&found) {
        Ok(found)
    } else {
        Err(document.error(text.span(), Problem::Name { found, allowed }))
    }
}

fn text(document: &Document, text: Spanned<String>, allowed: &'static str) -> Checked<String> {
    if text.get_ref().trim().is_empty() {
        return Err(document.error(text.span(), Problem::Empty { allowed }));
    }
    Ok(text.into_inner())
}

fn line(document: &Document, line: Spanned<String>, allowed: &'static str) -> Checked<String> {
    let span = line.span();
    let line = text(document, line, allowed)?;
    if line.contains('\n') {
        return Err(document.error(span, Problem::NotOneLine));
    }
    Ok(line)
}

fn not_empty<T>(
    document: &Document,
    items: Spanned<Vec<T>>,
    allowed: &'static str,
) -> Checked<Vec<T>> {
    if items.get_ref().is_empty() {
        return Err(document.error(items.span(), Problem::Empty { allowed }));
    }
    Ok(items.into_inner())
}

/// What was there before, and on which line.
#[derive(Default)]
struct Unique(HashMap<String, usize>);

impl Unique {
    fn insert(&mut self, document: &Document, span: Range<usize>, found: String) -> Checked<()> {
        let line = document.line(&span);
        match self.0.insert(found.clone(), line) {
            None => Ok(()),
            Some(first) => Err(document.error(span, Problem::Duplicate { found, first })),
        }
    }
}
