//! How long text and the end of a run are shown to a model.

use crate::sandbox::{Limits, Outcome, Printed};
use crate::units;

/// Characters shown of one text; of a longer one, half from its start and half from its end.
const SHOWN: usize = 20_000;

/// The text itself, or its head and tail with a note between of what is missing and how to see it.
pub(super) fn clipped(text: &str, how_to_see: &str) -> String {
    let count = text.chars().count();
    if count <= SHOWN {
        return text.to_owned();
    }
    let at = |index: usize| {
        text.char_indices()
            .nth(index)
            .map_or(text.len(), |(at, _)| at)
    };
    format!(
        "{}\n[… {} of {count} characters not shown; {how_to_see} …]\n{}",
        &text[..at(SHOWN / 2)],
        count - SHOWN,
        &text[at(count - SHOWN / 2)..]
    )
}

/// A run, called so: how it ended, then what it printed, standard output last.
pub(super) fn run(outcome: &Outcome, limits: &Limits, what: &str) -> String {
    let fuel = format!(
        "fuel {} of {}",
        units::format_fuel(outcome.fuel_used),
        units::format_fuel(limits.fuel)
    );
    let mut text = format!("The {what} {} ({fuel}).\n", outcome.exit.explain(limits));
    for (name, printed) in [("error", &outcome.stderr), ("output", &outcome.stdout)] {
        text += &stream(name, printed);
    }
    text
}

fn stream(name: &str, printed: &Printed) -> String {
    if printed.bytes.is_empty() && printed.dropped == 0 {
        return format!("Standard {name}: empty.\n");
    }
    let shown = clipped(
        &printed.text(),
        "print less, or write it to a file and read parts of it",
    );
    let dropped = match printed.dropped {
        0 => String::new(),
        bytes => format!(
            "[{} more were printed and dropped]\n",
            units::format_size(bytes)
        ),
    };
    let newline = if shown.ends_with('\n') { "" } else { "\n" };
    format!("Standard {name}:\n{shown}{newline}{dropped}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_keeps_its_head_and_tail() {
        let text = "é".repeat(SHOWN) + "z";
        let shown = clipped(&text, "look closer");
        assert!(shown.starts_with('é') && shown.ends_with('z'));
        assert!(shown.contains("[… 1 of 20001 characters not shown; look closer …]"));
        assert_eq!(clipped("short", ""), "short");
    }
}
