//! How much of something is shown: enough to follow, no more.

use serde_json::Value;

use super::inert;
use super::screen::{Line, Tone};
use crate::model::Call;
use crate::workspace::{self, Change, ChangeKind, Node, Tree};

/// Lines of what a model says, of what it is shown, and of what a call changed.
const SAID: usize = 12;
const SHOWN: usize = 10;
const CHANGED: usize = 30;
/// Columns of an argument beside others.
const ARGUMENT: usize = 60;
/// Bytes of a file that is compared line by line.
const COMPARED: u64 = 256 << 10;

/// At most so many characters of a line.
pub fn clip(line: &str, most: usize) -> String {
    if line.chars().count() <= most {
        return line.to_owned();
    }
    let start: String = line.chars().take(most.saturating_sub(1)).collect();
    start + "…"
}

/// The lines of a text that isn't ours: the first and the last where there are too many.
fn lines(text: &str, most: usize) -> Vec<String> {
    let all: Vec<&str> = text.lines().collect();
    let show = |line: &&str| inert(&line.replace('\t', "    "));
    if all.len() <= most {
        return all.iter().map(show).collect();
    }
    let head = most / 2;
    let tail = most - 1 - head;
    let left_out = all.len() - head - tail;
    let mut shown: Vec<String> = all[..head].iter().map(show).collect();
    shown.push(format!("… {left_out} more lines …"));
    shown.extend(all[all.len() - tail..].iter().map(show));
    shown
}

fn indented(tone: Tone, margin: &str, lines: Vec<String>) -> Vec<Line> {
    let lines = lines.into_iter();
    lines
        .map(|line| Line::new(tone, format!("{margin}{line}").trim_end()))
        .collect()
}

/// What a model says beside its calls.
pub fn said(text: &str) -> Vec<Line> {
    indented(Tone::Plain, "  ", lines(text.trim(), SAID))
}

/// What a model is shown after a call.
pub fn shown(text: &str) -> Vec<Line> {
    indented(Tone::Quiet, "    ", lines(text.trim_matches('\n'), SHOWN))
}

/// A call on one line.
pub fn call(call: &Call) -> Line {
    let text = match call.arguments.as_object() {
        None => argument(&call.arguments, usize::MAX),
        Some(arguments) if arguments.len() == 1 => {
            let values = arguments.values();
            values.map(|value| argument(value, usize::MAX)).collect()
        }
        Some(arguments) => {
            let each = arguments.iter();
            let each = each.map(|(name, value)| format!("{name}={}", argument(value, ARGUMENT)));
            each.collect::<Vec<_>>().join("  ")
        }
    };
    let line = format!("  > {}  {text}", inert(&call.tool));
    Line::new(Tone::Call, line.trim_end())
}

fn argument(value: &Value, most: usize) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let mut lines = text.trim_end().lines();
    let first = inert(&lines.next().unwrap_or_default().replace('\t', " "));
    match lines.count() {
        0 => clip(&first, most),
        1 => format!("{} (and 1 more line)", clip(&first, most)),
        more => format!("{} (and {more} more lines)", clip(&first, most)),
    }
}

/// What a call changed in the repository.
pub fn changed(before: &Tree, after: &Tree) -> Vec<Line> {
    match compared(before, after) {
        Ok(lines) if lines.len() <= CHANGED => lines,
        Ok(mut lines) => {
            let more = lines.len() - CHANGED;
            lines.truncate(CHANGED);
            lines.push(Line::new(Tone::Quiet, format!("    … {more} more lines")));
            lines
        }
        // What is shown decides nothing: the record has the tree's hash.
        Err(error) => vec![Line::new(
            Tone::Bad,
            format!("    compare the repository: {error}"),
        )],
    }
}

fn compared(before: &Tree, after: &Tree) -> std::io::Result<Vec<Line>> {
    let mut found = Vec::new();
    for change in workspace::diff(before, after)? {
        let sign = match change.kind() {
            ChangeKind::Added => '+',
            ChangeKind::Modified => '~',
            ChangeKind::Removed => '-',
        };
        let slash = if change.is_dir() { "/" } else { "" };
        let head = format!("    {sign} {}{slash}", inert(&change.path));
        found.push(Line::new(Tone::Call, head));
        // A file that is gone says all it has to by its name.
        if change.kind() == ChangeKind::Removed || is_large(&change) {
            continue;
        }
        let patch = workspace::patch(&[change])?;
        let patch = String::from_utf8_lossy(&patch);
        let hunks = patch.lines().skip_while(|line| !line.starts_with("@@"));
        found.extend(hunks.map(|line| {
            let tone = match line.as_bytes().first() {
                Some(b'+') => Tone::Added,
                Some(b'-') => Tone::Removed,
                _ => Tone::Quiet,
            };
            let line = inert(&line.replace('\t', "    "));
            Line::new(tone, format!("    {line}").trim_end())
        }));
    }
    Ok(found)
}

fn is_large(change: &Change) -> bool {
    let nodes = [&change.before, &change.after].into_iter().flatten();
    nodes
        .into_iter()
        .any(|node| matches!(node, Node::File(file) if file.content().len() > COMPARED))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_call_takes_one_line() {
        for (arguments, shown) in [
            (json!({"command": "ls -la"}), "  > bash  ls -la"),
            (
                json!({"command": "cat <<E\na\nb\nE\n"}),
                "  > bash  cat <<E (and 3 more lines)",
            ),
            (json!({"a": 1, "b": "x\ty"}), "  > bash  a=1  b=x y"),
            (json!({"b": "\u{1b}[2J"}), "  > bash  \\u{1b}[2J"),
            (json!("{\"comm"), "  > bash  {\"comm"),
            (json!({}), "  > bash"),
        ] {
            let call = Call {
                id: String::new(),
                tool: "bash".to_owned(),
                arguments,
                signatures: Vec::new(),
            };
            assert_eq!(super::call(&call).text, shown);
        }
    }

    #[test]
    fn a_long_text_is_its_start_and_its_end() {
        let text: String = (0..40).map(|number| format!("{number}\n")).collect();
        let shown: Vec<String> = shown(&text).into_iter().map(|line| line.text).collect();
        assert_eq!(shown.len(), SHOWN);
        assert_eq!((shown[0].as_str(), shown[9].as_str()), ("    0", "    39"));
        assert_eq!(shown[5], "    … 31 more lines …");
    }

    #[test]
    fn a_change_is_shown_with_its_lines_and_never_goes_on_forever() {
        let tree = |files: &[(&str, &str)]| -> Tree {
            let files = files.iter();
            files
                .map(|(path, text)| (*path, text.as_bytes().to_vec()))
                .collect()
        };
        let before = tree(&[("a.py", "x = 1\n"), ("b", "gone\n")]);
        let after = tree(&[("a.py", "x = 2\n"), ("c/d", &"line\n".repeat(500))]);
        let shown = changed(&before, &after);
        let texts: Vec<&str> = shown.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(
            texts[..6],
            [
                "    ~ a.py",
                "    @@ -1 +1 @@",
                "    -x = 1",
                "    +x = 2",
                "    - b",
                "    + c/"
            ]
        );
        assert_eq!(shown.len(), CHANGED + 1);
        assert_eq!(shown[2].tone, Tone::Removed);
        assert!(texts[CHANGED].contains("more lines"));
    }
}
