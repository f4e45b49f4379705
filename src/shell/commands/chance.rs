//! Commands that draw on entropy. The interpreter's own ask the machine for it.

use std::path::Path;
use std::sync::Arc;

use bashkit::hooks::{HookAction, ToolEvent};
use bashkit::{Builtin, BuiltinContext, ExecResult, FileSystem, async_trait};

use super::super::files::{ENTROPY_DEVICE, Files};
use super::complaint;

const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/// Numbers that `shuf -i` lays out at most.
const RANGE_MAX: u64 = 10_000_000;

/// What `sort` is asked instead of sorting at random: no option of its, and so its complaint.
const NO_RANDOM_SORT: &str = "--random-sort (use shuf)";

/// Has commands of the interpreter's that would ask the machine for entropy ask the session, or say
/// what to use instead.
pub(in crate::shell) fn steady(mut event: ToolEvent) -> HookAction<ToolEvent> {
    match event.name.as_str() {
        "dd" => {
            for arg in &mut event.args {
                if matches!(arg.as_str(), "if=/dev/random" | "if=/dev/urandom") {
                    *arg = format!("if={ENTROPY_DEVICE}");
                }
            }
        }
        "sort" if sorts_at_random(&event.args) => event.args = vec![NO_RANDOM_SORT.to_owned()],
        _ => {}
    }
    HookAction::Continue(event)
}

/// Whether `sort` is asked for random order: by `-R`, alone, among other letters or in a key, or by a
/// long name or what begins one.
fn sorts_at_random(args: &[String]) -> bool {
    let mut args = args.iter().map(String::as_str);
    while let Some(arg) = args.next() {
        if arg == "--" {
            return false;
        }
        if let Some(long) = arg.strip_prefix("--") {
            let (name, value) = match long.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (long, None),
            };
            let begins = |whole: &str, least: usize| name.len() >= least && whole.starts_with(name);
            let mut value = || value.or_else(|| args.next()).unwrap_or_default();
            let is_random = begins("random-sort", 2) && !begins("random-source", 9)
                || begins("sort", 2) && "random".starts_with(value())
                || begins("key", 1) && value().contains('R');
            if is_random {
                return true;
            }
        } else if let Some(letters) = arg.strip_prefix('-') {
            for (at, letter) in letters.char_indices() {
                if letter == 'R' {
                    return true;
                }
                // Those that take a value: what follows, or the next argument.
                if "ktoST".contains(letter) {
                    let rest = &letters[at + 1..];
                    let value = match rest.is_empty() {
                        true => args.next().unwrap_or_default(),
                        false => rest,
                    };
                    if letter == 'k' && value.contains('R') {
                        return true;
                    }
                    break;
                }
            }
        }
    }
    false
}

/// `mktemp`.
pub(in crate::shell) struct MakeTemp(pub Arc<Files>);

#[async_trait]
impl Builtin for MakeTemp {
    async fn execute(&self, context: BuiltinContext<'_>) -> bashkit::Result<ExecResult> {
        let (mut dir, mut dry, mut suffix, mut template) = (false, false, "", None);
        let mut folder = context.env.get("TMPDIR").map_or("/tmp", String::as_str);
        let mut in_folder = false;
        let mut args = context.args.iter().map(String::as_str);
        while let Some(arg) = args.next() {
            match arg {
                "-d" | "--directory" => dir = true,
                "-u" | "--dry-run" => dry = true,
                "-q" | "--quiet" => {}
                "-t" | "--tmpdir" => in_folder = true,
                "-p" => match args.next() {
                    Some(given) => (folder, in_folder) = (given, true),
                    None => return Ok(complaint("mktemp", "-p needs a folder after it", 1)),
                },
                _ if arg.starts_with("--suffix=") => suffix = &arg["--suffix=".len()..],
                _ if arg.starts_with("--tmpdir=") => {
                    (folder, in_folder) = (&arg["--tmpdir=".len()..], true);
                }
                _ if arg.starts_with('-') => {
                    return Ok(complaint("mktemp", format!("invalid option: {arg}"), 1));
                }
                _ => template = Some(arg),
            }
        }
        let pattern = match template {
            Some(template) if in_folder => format!("{folder}/{template}"),
            Some(template) => template.to_owned(),
            None => format!("{folder}/tmp.XXXXXXXXXX"),
        };
        let end = pattern.rfind('X').map_or(0, |at| at + 1);
        let start = pattern[..end].trim_end_matches('X').len();
        if end - start < 3 {
            let what = format!("too few X's in template '{pattern}'");
            return Ok(complaint("mktemp", what, 1));
        }
        let mut random = vec![0; end - start];
        self.0.entropy(&mut random);
        let random: String = random
            .iter()
            .map(|byte| LETTERS[usize::from(*byte) % LETTERS.len()] as char)
            .collect();
        let name = format!("{}{random}{}{suffix}", &pattern[..start], &pattern[end..]);
        let path = context.cwd.join(&name);
        let made = match (dry, dir) {
            (true, _) => Ok(()),
            (false, true) => self.0.mkdir(Path::new(&path), false).await,
            (false, false) => self.0.write_file(&path, b"").await,
        };
        match made {
            Ok(()) => Ok(ExecResult::ok(format!("{name}\n"))),
            Err(_) => Ok(complaint(
                "mktemp",
                format!(
                    "failed to create '{name}': there is no such folder, or it can't be written to"
                ),
                1,
            )),
        }
    }
}

/// `shuf`.
pub(in crate::shell) struct Shuffle(pub Arc<Files>);

#[async_trait]
impl Builtin for Shuffle {
    async fn execute(&self, context: BuiltinContext<'_>) -> bashkit::Result<ExecResult> {
        let (mut echo, mut count, mut range, mut words) = (false, None, None, Vec::new());
        let mut args = context.args.iter().map(String::as_str);
        while let Some(arg) = args.next() {
            let mut value = |short: &str, long: &str| match arg.strip_prefix(long) {
                Some(value) => Some(value.to_owned()),
                None if arg == short => args.next().map(str::to_owned),
                None if arg.starts_with(short) => Some(arg[short.len()..].to_owned()),
                None => None,
            };
            if let Some(number) = value("-n", "--head-count=") {
                match number.parse::<usize>() {
                    Ok(number) => count = Some(number),
                    Err(_) => {
                        let what = format!("invalid line count: '{number}'");
                        return Ok(complaint("shuf", what, 1));
                    }
                }
            } else if let Some(ends) = value("-i", "--input-range=") {
                let parsed = ends.split_once('-').and_then(|(low, high)| {
                    Some((low.parse::<u64>().ok()?, high.parse::<u64>().ok()?))
                });
                match parsed {
                    Some((low, high)) if low <= high && high - low < RANGE_MAX => {
                        range = Some(low..=high);
                    }
                    _ => {
                        let what = format!("invalid input range: '{ends}'");
                        return Ok(complaint("shuf", what, 1));
                    }
                }
            } else if matches!(arg, "-e" | "--echo") {
                echo = true;
            } else if arg.starts_with('-') && arg != "-" {
                let what = format!("option not available here: {arg}");
                return Ok(complaint("shuf", what, 1));
            } else {
                words.push(arg.to_owned());
            }
        }
        let mut lines: Vec<Vec<u8>> = if let Some(range) = range {
            range
                .map(|number| number.to_string().into_bytes())
                .collect()
        } else if echo {
            words.into_iter().map(String::into_bytes).collect()
        } else {
            let bytes = match words.first().map(String::as_str) {
                None | Some("-") => context
                    .stdin
                    .map(|stdin| stdin.as_bytes().to_vec())
                    .unwrap_or_default(),
                Some(file) => match context.fs.read_file(&context.cwd.join(file)).await {
                    Ok(bytes) => bytes,
                    Err(_) => {
                        return Ok(complaint("shuf", format!("{file}: can't be read"), 1));
                    }
                },
            };
            let text = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
            match text.is_empty() {
                true => Vec::new(),
                false => text
                    .split(|byte| *byte == b'\n')
                    .map(<[u8]>::to_vec)
                    .collect(),
            }
        };
        let mut random = vec![0; lines.len() * 8];
        self.0.entropy(&mut random);
        // Fisher and Yates.
        for (at, draw) in (1..lines.len()).rev().zip(random.as_chunks::<8>().0) {
            let other = u64::from_le_bytes(*draw) % (at as u64 + 1);
            lines.swap(at, usize::try_from(other).unwrap_or(0));
        }
        lines.truncate(count.unwrap_or(usize::MAX));
        let mut out = Vec::new();
        for line in lines {
            out.extend(line);
            out.push(b'\n');
        }
        Ok(ExecResult::ok_bytes(out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorting_at_random_is_known_however_it_is_asked_for() {
        for (line, is_random) in [
            ("-R", true),
            ("-nR f", true),
            ("-u -R f", true),
            ("-k1R f", true),
            ("-k 2,2R f", true),
            ("--random-sort", true),
            ("--random f", true),
            ("--sort=random f", true),
            ("--sort random f", true),
            ("--key=1R f", true),
            ("-n R", false),
            ("-tR -k2 f", false),
            ("-t R -k2 f", false),
            ("-o R f", false),
            ("-- -R", false),
            ("--reverse f", false),
            ("--sort=numeric R", false),
            ("", false),
        ] {
            let args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            assert_eq!(sorts_at_random(&args), is_random, "{line}");
        }
    }
}
