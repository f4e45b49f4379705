//! Text of others, without what a terminal would obey.

/// The text with control characters, and those that order text otherwise, written out.
pub fn inert(text: &str) -> String {
    let obeyed = |it: char| {
        let reorders = matches!(it, '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        it.is_control() || reorders
    };
    let mut inert = String::new();
    for it in text.chars() {
        match obeyed(it) {
            true => inert.extend(it.escape_default()),
            false => inert.push(it),
        }
    }
    inert
}
