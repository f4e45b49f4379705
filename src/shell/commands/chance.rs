//! Commands that draw on entropy. The interpreter's own ask the machine for it.

use std::path::Path;
use std::sync::Arc;

use bashkit::{Builtin, BuiltinContext, ExecResult, FileSystem, async_trait};

use super::super::files::Files;
use super::complaint;

const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/// Numbers that `shuf -i` lays out at most.
const RANGE_MAX: u64 = 10_000_000;

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
