//! Lines and indentation, as Python's tokenizer counts them. Texts here have no lone `\r`.

/// What may stand before a line's first token.
const BLANKS: [char; 3] = [' ', '\t', '\x0c'];

/// The end of a body, from the end of its last token: the rest of the logical line (`;`, a
/// comment), and comments below that are indented deeper than the `def`.
pub fn body_end(text: &str, last_token: usize, own_indent: &str) -> usize {
    let mut end = logical_line_end(text, last_token);
    let mut at = end;
    while let Some(start) = next_line(text, at) {
        at = line_end(text, start);
        let line = text[start..at].trim_start_matches(BLANKS);
        if line.is_empty() {
            continue;
        }
        let deeper = width(indentation(text, at - line.len())) > width(own_indent);
        if !line.starts_with('#') || !deeper {
            break;
        }
        end = at;
    }
    end
}

/// What a line of a body starts with: the first statement's indentation if it stands on a line of
/// its own, four blanks more than the `def` if it stands beside the header, which ends at `colon`.
pub fn body_indent(text: &str, colon: usize, own_indent: &str) -> String {
    let (first, beside) = first_token(text, colon);
    let found = indentation(text, first);
    if !beside && found.starts_with(own_indent) && found != own_indent {
        found.to_owned()
    } else {
        format!("{own_indent}    ")
    }
}

/// The blanks that a position's logical line starts with. A byte order mark is none, and a form
/// feed starts over. Of lines that hold nothing but a backslash, the first with blanks counts.
pub fn indentation(text: &str, at: usize) -> &str {
    let mut start = text[..at].rfind('\n').map_or(0, |feed| feed + 1);
    let mut found = blanks(&text[start..at]);
    while let Some(above) = text[..start].strip_suffix('\n') {
        let above = above.strip_suffix('\r').unwrap_or(above);
        start = above.rfind('\n').map_or(0, |feed| feed + 1);
        match above[start..].strip_suffix('\\') {
            Some(line) if line.trim_start_matches(BLANKS).is_empty() => {
                found = Some(blanks(line))
                    .filter(|line| !line.is_empty())
                    .unwrap_or(found);
            }
            _ => break,
        }
    }
    found
}

/// A line, from 1, that holds nothing but a backslash: in indentation, if it is in no string or
/// statement.
pub fn bare_backslash(text: &str) -> Option<usize> {
    let mut lines = text.lines();
    let index = lines.position(|line| line.trim_start_matches(BLANKS) == "\\")?;
    Some(index + 1)
}

fn blanks(line: &str) -> &str {
    let line = line.trim_start_matches('\u{feff}');
    let indent = &line[..line.len() - line.trim_start_matches(BLANKS).len()];
    indent.rsplit('\x0c').next().unwrap_or_default()
}

/// How far an indentation reaches: a tab goes on to the next multiple of eight.
fn width(indentation: &str) -> usize {
    indentation.chars().fold(0, |width, blank| match blank {
        '\t' => (width / 8 + 1) * 8,
        _ => width + 1,
    })
}

/// Where the first token behind a header's colon starts, and whether it is on the header's own
/// logical line.
fn first_token(text: &str, colon: usize) -> (usize, bool) {
    let mut at = colon;
    let mut beside = true;
    loop {
        at += text[at..].len() - text[at..].trim_start_matches(BLANKS).len();
        let end = line_end(text, at);
        let rest = &text[at..end];
        let goes_on = rest == "\\";
        if !(rest.is_empty() || goes_on || rest.starts_with('#')) {
            return (at, beside);
        }
        beside &= goes_on;
        match next_line(text, end) {
            Some(start) => at = start,
            None => return (end, beside),
        }
    }
}

/// Where the logical line of a token that ends here ends: a backslash at the end of a line carries
/// it over to the next, except in a comment.
fn logical_line_end(text: &str, token_end: usize) -> usize {
    let mut at = token_end;
    loop {
        let end = line_end(text, at);
        let rest = &text[at..end];
        match next_line(text, end) {
            Some(start) if rest.ends_with('\\') && !rest.contains('#') => at = start,
            _ => return end,
        }
    }
}

/// Where a line ends, before its line ending.
fn line_end(text: &str, from: usize) -> usize {
    let rest = &text[from..];
    let line = rest.split('\n').next().unwrap_or(rest);
    from + line.strip_suffix('\r').unwrap_or(line).len()
}

/// Where the line below starts, from the end of one.
fn next_line(text: &str, line_end: usize) -> Option<usize> {
    let feed = text[line_end..].find('\n')?;
    Some(line_end + feed + 1)
}
