//! `git`, as far as there is something to tell: what differs from the repository as it was found.

use std::io;
use std::sync::Arc;

use bashkit::{Builtin, BuiltinContext, ExecResult, async_trait};

use super::super::files::Files;
use super::complaint;
use crate::sandbox::WORKSPACE;
use crate::workspace::{self, Change, ChangeKind, Follow, Ino, Node, NodeKind, Tree};

/// The command, with the repository as it was found.
pub(in crate::shell) struct Git {
    pub files: Arc<Files>,
    pub origin: Tree,
}

const HELP: &str = "\
git shows what differs from the repository as it was found: git status [-s], git diff [--stat |
--name-only | --name-status] [PATH…], git ls-files, and git restore PATH… (or git checkout -- PATH…),
which puts files back. There is no history, and nothing to commit to.
";
/// What git ends with where it can't do something.
const FATAL: i32 = 128;
/// As wide as git draws the changes of a file.
const BARS: usize = 40;

#[async_trait]
impl Builtin for Git {
    async fn execute(&self, context: BuiltinContext<'_>) -> bashkit::Result<ExecResult> {
        let mut args: Vec<&str> = context.args.iter().map(String::as_str).collect();
        args.retain(|arg| !matches!(*arg, "--no-pager" | "-P" | "--no-color" | "--color=never"));
        let Some((command, rest)) = args.split_first() else {
            return Ok(ExecResult::ok(HELP));
        };
        let here = context.cwd.to_string_lossy().into_owned();
        let (options, paths) = split(rest);
        let paths: Vec<String> = paths.iter().map(|path| relative(&here, path)).collect();
        let done = match *command {
            "diff" => self.diff(&options, &paths),
            "status" => self.status(&options, &paths),
            "ls-files" => self.list(&paths),
            "restore" => self.restore(&paths),
            "checkout" if rest.contains(&"--") || rest == ["."] => self.restore(&paths),
            "log" | "show" | "blame" | "reflog" | "shortlog" => {
                return Ok(complaint(
                    "git",
                    format!(
                        "{command}: there is no history here; `git diff` shows what was changed since the repository was found"
                    ),
                    FATAL,
                ));
            }
            "rev-parse" if options.contains(&"--show-toplevel") => {
                Ok(ExecResult::ok(format!("{WORKSPACE}\n")))
            }
            "rev-parse" if options.contains(&"--is-inside-work-tree") => {
                Ok(ExecResult::ok("true\n"))
            }
            "branch" => Ok(ExecResult::ok("* found\n")),
            "help" | "--help" | "-h" => Ok(ExecResult::ok(HELP)),
            "--version" | "version" => Ok(ExecResult::ok(
                "git, as far as it can be here: it shows what was changed\n",
            )),
            "clone" | "fetch" | "pull" | "push" | "remote" | "submodule" => {
                return Ok(complaint(
                    "git",
                    format!("{command}: there is no network"),
                    FATAL,
                ));
            }
            _ => {
                return Ok(complaint(
                    "git",
                    format!(
                        "{command}: not available: there is no history to add to, only the repository as it was found; git status, diff, ls-files and restore are there"
                    ),
                    FATAL,
                ));
            }
        };
        done.or_else(|error| Ok(complaint("git", format!("{command}: {error}"), FATAL)))
    }
}

impl Git {
    fn changes(&self, paths: &[String]) -> io::Result<Vec<Change>> {
        let now = self.files.lock().workspace.tree(WORKSPACE)?;
        let mut changes = workspace::diff(&self.origin, &now)?;
        changes.retain(|change| !change.is_dir() && is_within(&change.path, paths));
        Ok(changes)
    }

    fn diff(&self, options: &[&str], paths: &[String]) -> io::Result<ExecResult> {
        let changes = self.changes(paths)?;
        let mut text = Vec::new();
        if options.contains(&"--stat") {
            text = stat(&changes)?.into_bytes();
        } else if options.contains(&"--name-only") {
            for change in &changes {
                text.extend(format!("{}\n", change.path).into_bytes());
            }
        } else if options.contains(&"--name-status") {
            for change in &changes {
                text.extend(format!("{}\t{}\n", letter(change), change.path).into_bytes());
            }
        } else if !options.contains(&"--quiet") {
            text = workspace::patch(&changes)?;
        }
        let tells = options.contains(&"--quiet") || options.contains(&"--exit-code");
        Ok(ExecResult {
            stdout: text.into(),
            exit_code: i32::from(tells && !changes.is_empty()),
            ..ExecResult::default()
        })
    }

    fn status(&self, options: &[&str], paths: &[String]) -> io::Result<ExecResult> {
        let changes = self.changes(paths)?;
        let short = ["-s", "--short", "--porcelain", "-sb"];
        if options.iter().any(|option| short.contains(option)) {
            let line = |change: &Change| match change.kind() {
                ChangeKind::Added => format!("?? {}\n", change.path),
                ChangeKind::Modified => format!(" M {}\n", change.path),
                ChangeKind::Removed => format!(" D {}\n", change.path),
            };
            return Ok(ExecResult::ok(changes.iter().map(line).collect::<String>()));
        }
        if changes.is_empty() {
            return Ok(ExecResult::ok(
                "Nothing differs from the repository as it was found.\n",
            ));
        }
        let mut text = String::new();
        let (new, old): (Vec<&Change>, Vec<&Change>) = changes
            .iter()
            .partition(|change| change.kind() == ChangeKind::Added);
        if !old.is_empty() {
            text += "Changes since the repository was found:\n  (use \"git restore FILE…\" to undo them)\n";
        }
        for change in old {
            let what = match change.kind() {
                ChangeKind::Removed => "deleted: ",
                _ => "modified:",
            };
            text += &format!("\t{what}   {}\n", change.path);
        }
        if !new.is_empty() {
            text += if text.is_empty() { "" } else { "\n" };
            text += "New files:\n";
        }
        for change in new {
            text += &format!("\t{}\n", change.path);
        }
        Ok(ExecResult::ok(text))
    }

    fn list(&self, paths: &[String]) -> io::Result<ExecResult> {
        let files = workspace::diff(&Tree::default(), &self.origin)?;
        let names = files
            .iter()
            .filter(|file| !file.is_dir() && is_within(&file.path, paths));
        Ok(ExecResult::ok(
            names
                .map(|file| format!("{}\n", file.path))
                .collect::<String>(),
        ))
    }

    /// Puts files back that were changed or removed. New ones stay, as git leaves what it doesn't
    /// know.
    fn restore(&self, paths: &[String]) -> io::Result<ExecResult> {
        if paths.is_empty() {
            return Ok(complaint("git", "restore: say which files", FATAL));
        }
        let changes = self.changes(paths)?;
        let lent = &mut *self.files.lock();
        for change in changes {
            let path = format!("{WORKSPACE}/{}", change.path);
            let workspace = &mut lent.workspace;
            let done = match &change.before {
                Some(Node::File(file)) => workspace.write(&path, &file.content().read_all()?),
                Some(Node::Symlink(target)) => {
                    let there = workspace.resolve(Ino::ROOT, &path, Follow::No);
                    let kind = there.and_then(|ino| workspace.stat(ino));
                    if kind.is_ok_and(|stat| stat.kind != NodeKind::Dir) {
                        workspace.remove(&path).map_err(io::Error::other)?;
                    }
                    workspace.make_symlink(target, Ino::ROOT, &path).map(drop)
                }
                Some(Node::Dir(_)) | None => Ok(()),
            };
            done.map_err(io::Error::other)?;
        }
        Ok(ExecResult::default())
    }
}

/// Options, and paths: what follows `--`, or isn't an option and names no revision.
fn split<'a>(args: &[&'a str]) -> (Vec<&'a str>, Vec<&'a str>) {
    let end = args.iter().position(|arg| *arg == "--");
    let (before, after) = args.split_at(end.unwrap_or(args.len()));
    let (options, mut paths): (Vec<&str>, Vec<&str>) =
        before.iter().partition(|arg| arg.starts_with('-'));
    paths.retain(|path| *path != "HEAD");
    paths.extend(after.iter().skip(1));
    (options, paths)
}

/// A path as the repository has it; empty for the whole.
fn relative(here: &str, path: &str) -> String {
    let full = match path.starts_with('/') {
        true => path.to_owned(),
        false => format!("{here}/{path}"),
    };
    let mut names: Vec<&str> = Vec::new();
    for name in full.split('/') {
        match name {
            "" | "." => {}
            ".." => _ = names.pop(),
            name => names.push(name),
        }
    }
    let full = format!("/{}", names.join("/"));
    let inside = full.strip_prefix(WORKSPACE).unwrap_or(&full);
    inside.trim_start_matches('/').to_owned()
}

fn is_within(path: &str, paths: &[String]) -> bool {
    paths.is_empty()
        || paths.iter().any(|wanted| {
            wanted.is_empty()
                || path == wanted
                || path
                    .strip_prefix(wanted.as_str())
                    .is_some_and(|rest| rest.starts_with('/'))
        })
}

fn letter(change: &Change) -> char {
    match change.kind() {
        ChangeKind::Added => 'A',
        ChangeKind::Modified => 'M',
        ChangeKind::Removed => 'D',
    }
}

/// Lines added and removed, by file.
fn stat(changes: &[Change]) -> io::Result<String> {
    let width = changes.iter().map(|change| change.path.len()).max();
    let (mut text, mut all) = (String::new(), (0, 0));
    for change in changes {
        let patch = workspace::patch(std::slice::from_ref(change))?;
        let lines = |sign: u8, header: &[u8]| {
            let of = patch.split(|byte| *byte == b'\n');
            of.filter(|line| line.first() == Some(&sign) && !line.starts_with(header))
                .count()
        };
        let (added, removed) = (lines(b'+', b"+++ "), lines(b'-', b"--- "));
        all = (all.0 + added, all.1 + removed);
        let scale = |count: usize| match added + removed {
            few if few <= BARS => count,
            many => (count * BARS).div_ceil(many),
        };
        text += &format!(
            " {:width$} | {} {}{}\n",
            change.path,
            added + removed,
            "+".repeat(scale(added)),
            "-".repeat(scale(removed)),
            width = width.unwrap_or(0),
        );
    }
    if !changes.is_empty() {
        let (files, s) = (changes.len(), if changes.len() == 1 { "" } else { "s" });
        text += &format!(
            " {files} file{s} changed, {} insertions(+), {} deletions(-)\n",
            all.0, all.1
        );
    }
    Ok(text)
}
