//! Where a path leads that a model gave: into the repository, or nowhere.

use super::super::environment::{Environment, WORKSPACE, normal};
use super::Refused;
use crate::workspace::{Follow, Ino, NodeKind, Workspace};

/// Links that are followed one after another; more are left to whoever opens the path, and refused.
const LINKS: u32 = 40;

/// A path the model gave, from the current directory, as an absolute one within the repository. It
/// stays there through links, too.
pub(super) fn path_in(environment: &mut Environment<'_>, path: &str) -> Result<String, Refused> {
    let full = normal(&environment.shell.directory(), path);
    let leads_to = real(&mut environment.workspace, full.clone(), LINKS);
    match is_within(&full) && is_within(&leads_to) {
        true => Ok(full),
        false => Err(Refused::Mistake(format!(
            "{path:?} is outside the repository at {WORKSPACE}"
        ))),
    }
}

fn is_within(full: &str) -> bool {
    let rest = full.strip_prefix(WORKSPACE);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A path with the links on its way followed, as far as there is something.
fn real(workspace: &mut Workspace, full: String, links: u32) -> String {
    let ends = full.match_indices('/').map(|(end, _)| end).skip(1);
    for end in ends.chain([full.len()]) {
        let (so_far, rest) = full.split_at(end);
        let Ok(ino) = workspace.resolve(Ino::ROOT, so_far, Follow::No) else {
            return full;
        };
        let is_link = workspace
            .stat(ino)
            .is_ok_and(|stat| stat.kind == NodeKind::Symlink);
        if !is_link || links == 0 {
            continue;
        }
        let Ok(target) = workspace.read_link(ino) else {
            return full;
        };
        let folder = so_far.rsplit_once('/').map_or("", |(folder, _)| folder);
        let next = normal(folder, &target) + rest;
        return real(workspace, next, links - 1);
    }
    full
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::{Access, Tree};

    #[test]
    fn paths_stay_in_the_repository() {
        for (directory, path, is_in) in [
            (WORKSPACE, "a/b.py", true),
            (WORKSPACE, "/workspace/a", true),
            (WORKSPACE, ".", true),
            (WORKSPACE, "a/../../workspace/b", true),
            ("/workspace/a/b", "../c", true),
            (WORKSPACE, "../x", false),
            (WORKSPACE, "/etc/passwd", false),
            (WORKSPACE, "/workspacex", false),
            (WORKSPACE, "/", false),
        ] {
            assert_eq!(is_within(&normal(directory, path)), is_in, "{path}");
        }
    }

    #[test]
    fn links_are_followed_as_far_as_there_is_something() {
        let tree: Tree = [("a/b/c.txt", Vec::new())].into_iter().collect();
        let mut workspace = Workspace::new();
        workspace
            .mount(WORKSPACE, &tree, Access::ReadWrite)
            .unwrap();
        for (link, target) in [
            ("out", "/tmp"),
            ("up", "../etc"),
            ("a/in", "b"),
            ("chain", "a/in"),
            ("round", "round"),
        ] {
            let link = format!("{WORKSPACE}/{link}");
            workspace.make_symlink(target, Ino::ROOT, &link).unwrap();
        }
        for (path, leads_to) in [
            ("a/b/c.txt", "/workspace/a/b/c.txt"),
            ("new/file", "/workspace/new/file"),
            ("out", "/tmp"),
            ("out/x/y", "/tmp/x/y"),
            ("up/passwd", "/etc/passwd"),
            ("chain/c.txt", "/workspace/a/b/c.txt"),
            ("round", "/workspace/round"),
        ] {
            let full = format!("{WORKSPACE}/{path}");
            assert_eq!(real(&mut workspace, full, LINKS), leads_to, "{path}");
        }
    }
}
