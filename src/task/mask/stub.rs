//! What stands in the place of a body.

use super::Kept;
use crate::task::python::Definition;

/// What stands behind the header's colon of a masked function. A generator keeps a `yield`, never
/// reached, so that it stays one and its error comes where it is iterated.
pub fn stub(source: &str, definition: &Definition, docstring: Kept) -> String {
    let newline = newline_at(source, definition.header.end);
    let indent = &definition.indent;
    let original = definition.docstring.clone().map(|range| &source[range]);
    let docstring = match docstring {
        Kept::Nothing => None,
        Kept::Original => original.map(str::to_owned),
        Kept::Text(text) => quoted(text, indent, newline),
    };
    let raise = format!("raise NotImplementedError(\"{}\")", definition.name);
    let r#yield = definition.kind.yields().then(|| "yield".to_owned());
    let statements = docstring.into_iter().chain([raise]).chain(r#yield);
    statements
        .map(|statement| format!("{newline}{indent}{statement}"))
        .collect()
}

/// The line ending in use around a position: that of its line, or of the file's first.
fn newline_at(source: &str, at: usize) -> &'static str {
    let ending = |text: &str| {
        let text = &text[text.find(['\r', '\n'])?..];
        let endings = ["\r\n", "\r", "\n"].into_iter();
        endings.into_iter().find(|ending| text.starts_with(ending))
    };
    ending(&source[at..])
        .or_else(|| ending(source))
        .unwrap_or("\n")
}

/// A literal of a text: on one line, or, if it has several, each at the indentation and the
/// closing quotes on a line of their own. Nothing for a text of blanks.
fn quoted(text: &str, indent: &str, newline: &str) -> Option<String> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text = text.trim_start_matches('\n').trim_end();
    let mut lines = text.split('\n');
    let first = escaped(lines.next().filter(|_| !text.is_empty())?);
    let rest: Vec<String> = lines
        .map(|line| match escaped(line) {
            line if line.is_empty() => newline.to_owned(),
            line => format!("{newline}{indent}{line}"),
        })
        .collect();
    Some(match rest.is_empty() {
        true => format!("\"\"\"{first}\"\"\""),
        false => format!("\"\"\"{first}{}{newline}{indent}\"\"\"", rest.concat()),
    })
}

/// A line as it is written between triple quotes: with a backslash before each backslash, before
/// the third of three quotes, and before one that the closing quotes might follow.
fn escaped(line: &str) -> String {
    let mut result = String::with_capacity(line.len());
    let mut quotes = 0;
    for (at, character) in line.char_indices() {
        quotes = if character == '"' { quotes + 1 } else { 0 };
        match character {
            '\\' => result += "\\\\",
            '"' if quotes == 3 || at + 1 == line.len() => {
                result += "\\\"";
                quotes = 0;
            }
            '\t' => result.push('\t'),
            control if control.is_ascii_control() => {
                result += &format!("\\x{:02x}", u32::from(control));
            }
            other => result.push(other),
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_is_quoted_so_that_it_reads_as_it_is() {
        for (text, literal) in [
            ("One line.", r#""""One line.""""#),
            ("\r\na\r\n\r\n  b\r", "\"\"\"a\n\n\t  b\n\t\"\"\""),
            (r"back\slash\", r#""""back\\slash\\""""#),
            (r#"say "hi""#, r#""""say "hi\"""""#),
            (r#"""""" quotes"#, r#""""""\""" quotes""""#),
            ("\0\x0c\u{7f}\té", "\"\"\"\\x00\\x0c\\x7f\té\"\"\""),
        ] {
            assert_eq!(
                quoted(text, "\t", "\n").as_deref(),
                Some(literal),
                "{text:?}"
            );
        }
        assert_eq!(quoted(" \n\t\r\n", "", "\n"), None);
    }
}
