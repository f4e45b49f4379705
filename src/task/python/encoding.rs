//! Sources as Python's tokenizer sees them.

use std::borrow::Cow;

use super::error::SyntaxError;

/// A source with `\n` for each lone `\r`, which to Python ends a line as well, and to tree-sitter
/// doesn't. Each byte stays where it was.
///
/// # Errors
///
/// What Python doesn't take whatever its syntax: NUL, or bytes beyond ASCII in a file that
/// declares another encoding than UTF-8.
pub fn as_tokenized(source: &str) -> Result<Cow<'_, str>, SyntaxError> {
    if let Some(at) = source.find('\0') {
        let line = lone_to_feeds(&source[..at]).matches('\n').count() + 1;
        return Err(SyntaxError::Nul { line });
    }
    let text = lone_to_feeds(source);
    match declared(&text) {
        Some(encoding) if !is_utf8(encoding) && !source.is_ascii() => Err(SyntaxError::Encoding {
            declared: encoding.to_owned(),
        }),
        _ => Ok(text),
    }
}

fn lone_to_feeds(source: &str) -> Cow<'_, str> {
    if !source.contains('\r') {
        return Cow::Borrowed(source);
    }
    let mut text = String::with_capacity(source.len());
    let mut characters = source.chars().peekable();
    while let Some(character) = characters.next() {
        let is_lone = character == '\r' && characters.peek() != Some(&'\n');
        text.push(if is_lone { '\n' } else { character });
    }
    Cow::Owned(text)
}

/// The encoding that a comment in the first two lines declares, by PEP 263.
fn declared(text: &str) -> Option<&str> {
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let first = lines.next()?.trim_start_matches([' ', '\t', '\x0c']);
    let in_second = first.is_empty() || first.starts_with('#');
    let second = lines.next().filter(|_| in_second).unwrap_or_default();
    [first, second].into_iter().find_map(in_comment)
}

fn in_comment(line: &str) -> Option<&str> {
    let comment = line
        .trim_start_matches([' ', '\t', '\x0c'])
        .strip_prefix('#')?;
    comment.match_indices("coding").find_map(|(at, word)| {
        let value = comment[at + word.len()..].strip_prefix([':', '='])?;
        let value = value.trim_start_matches([' ', '\t']);
        let part = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        let end = value.find(|c| !part(c)).unwrap_or(value.len());
        Some(&value[..end]).filter(|value| !value.is_empty())
    })
}

fn is_utf8(encoding: &str) -> bool {
    let name = encoding.to_ascii_lowercase().replace('_', "-");
    matches!(name.as_str(), "utf-8" | "utf8" | "u8" | "utf") || name.starts_with("utf-8-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declared_encoding_is_found_where_python_looks_for_one() {
        for (source, found) in [
            ("# -*- coding: latin-1 -*-\n", Some("latin-1")),
            (
                "\u{feff}#!/usr/bin/python\r# vim: set fileencoding=UTF_8 :\r",
                Some("UTF_8"),
            ),
            ("\n \x0c # coding=cp1252;", Some("cp1252")),
            ("x = 1\n# coding: latin-1\n", None),
            ("#\n#\n# coding: latin-1\n", None),
            ("s = '# coding: latin-1'\n", None),
            ("# encodings: none, coding : none\n", None),
        ] {
            let text = lone_to_feeds(source);
            assert_eq!(declared(&text), found, "{source:?}");
        }
    }

    #[test]
    fn lone_carriage_returns_end_lines_and_others_stay() {
        assert_eq!(
            lone_to_feeds("a\rb\r\nc\r\r\nd\n\r"),
            "a\nb\r\nc\n\r\nd\n\n"
        );
    }

    #[test]
    fn what_python_takes_in_no_source_is_refused() {
        let says = |source: &str| as_tokenized(source).unwrap_err().to_string();
        assert_eq!(
            says("x = 1\r\ry = '\0'"),
            "line 3: there is a NUL character, which Python doesn't take in a source"
        );
        assert_eq!(
            says("# coding: latin-1\nx = 'ß'"),
            "the file declares that it is in latin-1 and isn't plain ASCII; convert it to UTF-8, \
             the declaration too"
        );
        assert!(as_tokenized("# coding: latin-1\nx = 's'").is_ok());
        assert!(as_tokenized("# coding: utf-8\nx = 'ß'").is_ok());
    }
}
