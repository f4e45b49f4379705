//! Changes as a patch: what `git apply` and `patch -p1` read, and people do.

use std::io;
use std::ops::Range;

use imara_diff::{Algorithm, Diff, Hunk, InternedInput};

use super::diff::Change;
use super::tree::Node;

/// Unchanged lines shown around a change.
const CONTEXT: u32 = 3;
/// A file with a zero byte in so many first bytes is binary, as git has it.
const LOOKED_AT: usize = 8_000;

/// The changes in git's form of the unified format. Directories aren't in it but for their files,
/// as in git. A file that isn't text is named, not shown: such a patch can't be applied.
pub fn patch(changes: &[Change]) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    for change in changes {
        let before = side(change.before.as_ref())?;
        let after = side(change.after.as_ref())?;
        match (before, after) {
            (None, None) => {}
            // What became of another kind was removed, and something else was made.
            (Some(old), Some(new)) if old.mode != new.mode => {
                add(&mut text, &change.path, Some(&old), None);
                add(&mut text, &change.path, None, Some(&new));
            }
            (old, new) => add(&mut text, &change.path, old.as_ref(), new.as_ref()),
        }
    }
    Ok(text)
}

struct Side {
    mode: &'static str,
    bytes: Vec<u8>,
}

impl Side {
    fn is_binary(&self) -> bool {
        self.bytes.iter().take(LOOKED_AT).any(|byte| *byte == 0)
    }
}

/// Nothing for a directory.
fn side(node: Option<&Node>) -> io::Result<Option<Side>> {
    Ok(match node {
        None | Some(Node::Dir(_)) => None,
        Some(Node::File(file)) => Some(Side {
            mode: "100644",
            bytes: file.content().read_all()?.to_vec(),
        }),
        Some(Node::Symlink(target)) => Some(Side {
            mode: "120000",
            bytes: target.as_bytes().to_vec(),
        }),
    })
}

fn add(text: &mut Vec<u8>, path: &str, old: Option<&Side>, new: Option<&Side>) {
    let (a, b) = (quoted("a/", path), quoted("b/", path));
    let mut say = |line: String| text.extend(line.into_bytes());
    say(format!("diff --git {a} {b}\n"));
    match (old, new) {
        (None, Some(new)) => say(format!("new file mode {}\n", new.mode)),
        (Some(old), None) => say(format!("deleted file mode {}\n", old.mode)),
        _ => {}
    }
    let name = |side: Option<&Side>, name: String| match side {
        Some(_) => name,
        None => "/dev/null".to_owned(),
    };
    let (a, b) = (name(old, a), name(new, b));
    let bytes = |side: Option<&Side>| side.map_or(Vec::new(), |side| side.bytes.clone());
    let (before, after) = (bytes(old), bytes(new));
    if [old, new].into_iter().flatten().any(Side::is_binary) {
        say(format!("Binary files {a} and {b} differ\n"));
    } else if before != after {
        // A name with a space ends in a tab, as in git, lest a date be looked for behind it.
        let tab = |side: Option<&Side>| match side {
            Some(_) if path.contains(' ') => "\t",
            _ => "",
        };
        say(format!("--- {a}{}\n+++ {b}{}\n", tab(old), tab(new)));
        add_hunks(text, &before, &after);
    }
}

/// A name as git writes it: quoted, where it has characters that would end or break it.
fn quoted(prefix: &str, path: &str) -> String {
    let plain = |character: char| !character.is_control() && character != '"' && character != '\\';
    if path.chars().all(plain) {
        return format!("{prefix}{path}");
    }
    let mut name = format!("\"{prefix}");
    for character in path.chars() {
        match character {
            '"' | '\\' => name.extend(['\\', character]),
            _ if plain(character) => name.push(character),
            _ => {
                let mut bytes = [0; 4];
                for byte in character.encode_utf8(&mut bytes).bytes() {
                    name += &format!("\\{byte:03o}");
                }
            }
        }
    }
    name + "\""
}

fn add_hunks(text: &mut Vec<u8>, before: &[u8], after: &[u8]) {
    let input = InternedInput::new(before, after);
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_lines(&input);
    let mut hunks = diff.hunks().peekable();
    while let Some(first) = hunks.next() {
        let mut group = vec![first];
        // Changes whose context would touch are shown together.
        while let (Some(last), Some(next)) = (group.last(), hunks.peek())
            && next.before.start - last.before.end <= 2 * CONTEXT
            && let Some(next) = hunks.next()
        {
            group.push(next);
        }
        add_group(text, &input, &group);
    }
}

fn add_group(text: &mut Vec<u8>, input: &InternedInput<&[u8]>, group: &[Hunk]) {
    let (Some(first), Some(last)) = (group.first(), group.last()) else {
        return;
    };
    let lead = first.before.start.min(CONTEXT);
    let trail = (input.before.len() as u32 - last.before.end).min(CONTEXT);
    let old = first.before.start - lead..last.before.end + trail;
    let new = first.after.start - lead..last.after.end + trail;
    let header = format!("@@ -{} +{} @@\n", lines(&old), lines(&new));
    text.extend(header.into_bytes());
    let mut at = old.start;
    let mut show = |mark: u8, line: &[u8]| {
        text.push(mark);
        text.extend(line);
        if !line.ends_with(b"\n") {
            text.extend(b"\n\\ No newline at end of file\n");
        }
    };
    let old_lines =
        |range: Range<u32>| range.map(|line| input.interner[input.before[line as usize]]);
    let new_lines =
        |range: Range<u32>| range.map(|line| input.interner[input.after[line as usize]]);
    for hunk in group {
        old_lines(at..hunk.before.start).for_each(|line| show(b' ', line));
        old_lines(hunk.before.clone()).for_each(|line| show(b'-', line));
        new_lines(hunk.after.clone()).for_each(|line| show(b'+', line));
        at = hunk.before.end;
    }
    old_lines(at..old.end).for_each(|line| show(b' ', line));
}

/// Lines as a hunk's header has them: the first, counted from one, or the one before where there
/// are none, and how many.
fn lines(range: &Range<u32>) -> String {
    match range.len() {
        0 => format!("{},0", range.start),
        1 => format!("{}", range.start + 1),
        count => format!("{},{count}", range.start + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Access, Ino, Tree, Workspace, diff};
    use super::*;

    fn change(edit: impl FnOnce(&mut Workspace)) -> String {
        let numbers: String = (1..=30).map(|number| format!("{number}\n")).collect();
        let tree: Tree = [
            ("numbers", numbers.into_bytes()),
            ("d/no newline", b"one\ntwo".to_vec()),
            ("binary", vec![0, 1]),
        ]
        .into_iter()
        .collect();
        let mut workspace = Workspace::new();
        workspace.mount("/w", &tree, Access::ReadWrite).unwrap();
        edit(&mut workspace);
        let changes = diff(&tree, &workspace.tree("/w").unwrap()).unwrap();
        String::from_utf8(patch(&changes).unwrap()).unwrap()
    }

    #[test]
    fn patches_read_as_those_of_git() {
        let found = change(|w| {
            let numbers = w.read("/w/numbers").unwrap();
            let text = String::from_utf8(numbers.to_vec()).unwrap();
            let text = text.replace("\n2\n", "\nTWO\n").replace("\n9\n", "\n");
            w.write("/w/numbers", (text.replace("30\n", "30")).as_bytes())
                .unwrap();
            w.write("/w/binary", &[0, 2]).unwrap();
            w.write("/w/new/file", b"").unwrap();
            w.write("/w/new/li\"ne\n", b"x\n").unwrap();
            w.unlink(Ino::ROOT, "/w/d/no newline").unwrap();
            w.make_symlink("numbers", Ino::ROOT, "/w/link").unwrap();
        });
        assert_eq!(
            found,
            "diff --git a/binary b/binary\nBinary files a/binary and b/binary differ\n\
             diff --git a/d/no newline b/d/no newline\ndeleted file mode 100644\n\
             --- a/d/no newline\t\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-one\n-two\n\\ No newline at end of file\n\
             diff --git a/link b/link\nnew file mode 120000\n--- /dev/null\n+++ b/link\n\
             @@ -0,0 +1 @@\n+numbers\n\\ No newline at end of file\n\
             diff --git a/new/file b/new/file\nnew file mode 100644\n\
             diff --git \"a/new/li\\\"ne\\012\" \"b/new/li\\\"ne\\012\"\nnew file mode 100644\n\
             --- /dev/null\n+++ \"b/new/li\\\"ne\\012\"\n@@ -0,0 +1 @@\n+x\n\
             diff --git a/numbers b/numbers\n--- a/numbers\n+++ b/numbers\n\
             @@ -1,12 +1,11 @@\n 1\n-2\n+TWO\n 3\n 4\n 5\n 6\n 7\n 8\n-9\n 10\n 11\n 12\n\
             @@ -27,4 +26,4 @@\n 27\n 28\n 29\n-30\n+30\n\\ No newline at end of file\n"
        );
    }
}
