//! A paper's text, from what its author has, with the results in it tagged.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::error::AuthorError;
use super::guest::{GuestProgram, ask};
use crate::check::leaks_of;
use crate::sandbox::Runner;
use crate::task::{Experiment, Gold};
use crate::workspace::Tree;

const PDF: GuestProgram = ("the reader of PDF", include_str!("pdf.py"));

/// The text of a paper: of Markdown and text as it is, of LaTeX its body with Markdown's headings,
/// of a PDF what stands on its pages.
pub(super) fn text(runner: &Runner, path: &Path) -> Result<String, AuthorError> {
    let failed = |source| AuthorError::Io {
        doing: "read the paper",
        path: path.to_owned(),
        source,
    };
    let bytes = fs::read(path).map_err(failed)?;
    let wrong = |reason: String| AuthorError::Input {
        path: path.to_owned(),
        reason,
    };
    if bytes.starts_with(b"%PDF") {
        let files: Tree = [("paper.pdf", bytes)].into_iter().collect();
        let pages: Vec<String> = ask(runner, &files, PDF, &[])?;
        let text = pages.join("\n\n");
        if text.split_whitespace().count() < 50 {
            let reason = "no text can be taken from this PDF: its pages may be images; give the paper as text";
            return Err(wrong(reason.to_owned()));
        }
        return Ok(untagged(&text));
    }
    let text = String::from_utf8(bytes)
        .map_err(|_| wrong("the paper is neither a PDF nor text in UTF-8".to_owned()))?;
    let is_latex = path.extension().is_some_and(|extension| extension == "tex");
    if !is_latex {
        return Ok(untagged(&text));
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    let whole = with_inputs(&text, folder, 0)?;
    Ok(untagged(&from_latex(&whole)))
}

/// A text in which nothing looks like a tag of ours.
fn untagged(text: &str) -> String {
    static TAG: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)<(\s*/?\s*results?\b)"));
    let mut text = TAG.replace_all(text, "&lt;$1").into_owned();
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern of ours")
}

/// A LaTeX source without its comments, with the files it takes in.
fn with_inputs(text: &str, folder: &Path, depth: usize) -> Result<String, AuthorError> {
    static COMMENT: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?m)(^|[^\\])%.*$"));
    static INPUT: LazyLock<Regex> = LazyLock::new(|| pattern(r"\\(?:input|include)\{([^}]+)\}"));
    let text = COMMENT.replace_all(text, "$1");
    // One that takes itself in ends somewhere.
    if depth > 8 {
        return Ok(text.into_owned());
    }
    let mut whole = String::new();
    let mut at = 0;
    for found in INPUT.captures_iter(&text) {
        let (all, name) = (found.get(0).expect("the match"), &found[1]);
        whole += &text[at..all.start()];
        at = all.end();
        let file = match name.ends_with(".tex") {
            true => folder.join(name),
            false => folder.join(format!("{name}.tex")),
        };
        let inner = fs::read_to_string(&file).map_err(|source| AuthorError::Io {
            doing: "read a part of the paper in",
            path: file,
            source,
        })?;
        whole += &with_inputs(&inner, folder, depth + 1)?;
    }
    whole += &text[at..];
    Ok(whole)
}

/// The body of a LaTeX document with Markdown's headings; all else as it is written.
fn from_latex(text: &str) -> String {
    static HEADING: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"\\(sub)?(sub)?section\*?(?:\[[^\]]*\])?\{((?:[^{}]|\{[^{}]*\})*)\}")
    });
    static ABSTRACT: LazyLock<Regex> = LazyLock::new(|| pattern(r"\\begin\{abstract\}"));
    static TITLE: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"\\title(?:\[[^\]]*\])?\{((?:[^{}]|\{[^{}]*\})*)\}"));
    static NOTHING: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"\\end\{abstract\}|\\maketitle\b|\\label\{[^}]*\}|\\clearpage\b|\\newpage\b")
    });
    static CITE: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"\\cite[a-z]*\*?(?:\[[^\]]*\])*\{([^}]*)\}"));
    static BLANK: LazyLock<Regex> = LazyLock::new(|| pattern(r"\n[ \t]*\n(?:[ \t]*\n)+"));
    let title = TITLE
        .captures(text)
        .map(|found| found[1].replace("\\\\", " "));
    let body = text
        .split_once("\\begin{document}")
        .map_or(text, |(_, body)| body);
    let body = body
        .split_once("\\end{document}")
        .map_or(body, |(body, _)| body);
    let body = TITLE.replace_all(body, "");
    let body = ABSTRACT.replace_all(&body, "\n## Abstract\n\n");
    let body = HEADING.replace_all(&body, |found: &Captures<'_>| {
        let depth = 2 + usize::from(found.get(1).is_some()) + usize::from(found.get(2).is_some());
        format!("\n{} {}\n", "#".repeat(depth), &found[3])
    });
    let body = NOTHING.replace_all(&body, "");
    let body = CITE.replace_all(&body, "[$1]");
    let title = title.map_or_else(String::new, |title| {
        format!(
            "# {}\n\n",
            title.split_whitespace().collect::<Vec<_>>().join(" ")
        )
    });
    BLANK
        .replace_all(&format!("{title}{}\n", body.trim()), "\n\n")
        .into_owned()
}

/// The title that a text gives itself: its first heading, else its first line.
pub(super) fn title(text: &str) -> Option<String> {
    let heading = text.lines().find_map(|line| line.strip_prefix("# "));
    let line = heading.or_else(|| text.lines().find(|line| !line.trim().is_empty()))?;
    let title = line.trim().trim_matches('#').trim();
    (!title.is_empty()).then(|| title.chars().take(160).collect())
}

/// Puts tags around the golds that stand in a text to three digits or more, and says of which.
pub(super) fn tag(text: &str, experiments: &[Experiment]) -> (String, Vec<String>) {
    let mut notes = Vec::new();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let found = leaks_of(experiments, [("paper.md", text.as_bytes())]);
    let mut by_line: Vec<_> = found.iter().filter(|leak| leak.is_telling()).collect();
    // A text that is a part of another is put in tags after it.
    by_line.sort_by_key(|leak| std::cmp::Reverse(leak.text.len()));
    for leak in by_line {
        let Some(line) = leak.line.and_then(|line| lines.get_mut(line - 1)) else {
            continue;
        };
        let Some((start, end)) = stands(line, &leak.text) else {
            continue;
        };
        let of = &leak.metric;
        let gold = experiments.iter().find_map(|experiment| {
            let name = of.strip_prefix(&experiment.id)?.strip_prefix('.')?;
            experiment.metrics.iter().find(|metric| metric.name == name)
        });
        let Some(gold) = gold.map(|metric| &metric.gold) else {
            continue;
        };
        let number: Option<f64> = leak.text.replace(',', "").parse().ok();
        let is_percentage = matches!((gold, number), (Gold::Number(gold), Some(number)) if (number.abs() - gold.abs()).abs() > 0.02 * gold.abs());
        let is = match is_percentage {
            true => format!(" is=\"100 * {}\"", of.replace('-', "_")),
            false => String::new(),
        };
        // A sign is the number's.
        let minus = ["-", "\u{2212}"]
            .into_iter()
            .find(|minus| line[..start].ends_with(minus));
        let start = start - minus.filter(|_| is_negative(gold)).map_or(0, str::len);
        let tagged = format!("<result of=\"{of}\"{is}>{}</result>", &line[start..end]);
        line.replace_range(start..end, &tagged);
        notes.push(format!(
            "paper.md:{}: {} is {of}",
            leak.line.unwrap_or(0),
            leak.text
        ));
    }
    notes.sort();
    (lines.join("\n") + "\n", notes)
}

fn is_negative(gold: &Gold) -> bool {
    matches!(gold, Gold::Number(number) if *number < 0.0)
}

/// Where a number stands in a line on its own, outside of tags.
fn stands(line: &str, number: &str) -> Option<(usize, usize)> {
    let part = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    line.match_indices(number)
        .map(|(start, found)| (start, start + found.len()))
        .find(|&(start, end)| {
            let before = line.as_bytes()[..start]
                .last()
                .is_none_or(|byte| !part(*byte));
            let rest = &line.as_bytes()[end..];
            let after = match rest {
                [b'.', next, ..] => !next.is_ascii_digit(),
                [next, ..] => !next.is_ascii_digit(),
                [] => true,
            };
            let opened = line[..start].matches("<result").count();
            before && after && opened == line[..start].matches("</result>").count()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latex_is_its_body_with_headings() {
        let source = "\\documentclass{article}\n\\title{On \\emph{tides}}\n\\begin{document}\n\\maketitle\n\
                      \\begin{abstract}We do. \\end{abstract}\n\\section{Method}\\label{s}\nAs \\citep{a,b} 5\\% % no\n\
                      \\subsection*{Weights}\n$w=1$\n\\end{document}\nrest";
        let text = with_inputs(source, Path::new("."), 0).unwrap();
        assert_eq!(
            from_latex(&text),
            "# On \\emph{tides}\n\n## Abstract\n\nWe do. \n\n## Method\n\nAs [a,b] 5\\% \n\n### Weights\n\n$w=1$\n"
        );
        assert_eq!(
            untagged("a <result of> b </Results>"),
            "a &lt;result of> b &lt;/Results>\n"
        );
    }
}
