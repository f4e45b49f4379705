//! What a person's line editor asks.

use std::sync::LazyLock;

use bashkit::parser::Parser;
use regex::Regex;

/// Whether a script is at its end, as far as it can be told: no quote, block or here-document is
/// open. One that is wrong is.
pub fn is_whole(text: &str) -> bool {
    if text.ends_with('\\') || !documents_are_closed(text) {
        return false;
    }
    match Parser::new(text).parse() {
        Ok(_) => true,
        Err(error) => {
            let why = error.to_string();
            !["unterminated", "unexpected end of file", "unexpected EOF"]
                .iter()
                .any(|open| why.contains(open))
        }
    }
}

/// The parser takes the end of the script for that of a here-document.
fn documents_are_closed(text: &str) -> bool {
    // A constant pattern, which a test reads.
    static OPENED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"(?:^|[^<])<<-?\s*['"\\]?([A-Za-z_]\w*)"#).expect("a valid pattern")
    });
    OPENED.captures_iter(text).all(|opened| {
        let (whole, word) = (opened.get_match(), &opened[1]);
        let after = text[whole.end()..].lines().skip(1);
        after.map(str::trim).any(|line| line == word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_open_is_not_whole() {
        for whole in [
            "",
            "ls",
            "echo 'a'",
            "if true; then echo; fi",
            "cat <<EOF\nx\nEOF",
            "cat <<-'E'\n\tx\n\tE\necho",
            "cat <<< word",
            "echo $((1 << 2))",
            "fi",
            "f() { :; }",
        ] {
            assert!(is_whole(whole), "{whole}");
        }
        for open in [
            "echo 'a",
            "echo \"a",
            "if true; then",
            "for x in 1 2; do\necho",
            "cat <<EOF",
            "cat <<'EOF'\nx\n",
            "ls \\",
            "f() {",
            "echo $(ls",
        ] {
            assert!(!is_whole(open), "{open}");
        }
    }
}
