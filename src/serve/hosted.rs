//! One sandbox of a client's: files, a shell, what a command may use, and what was used.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::sandbox::{
    Cancel, Invocation, Limits, Outcome, Program, Runner, SandboxError, Stdin, WORKSPACE,
};
use crate::shell::{Script, Shell};
use crate::task::Task;
use crate::workspace::{
    self, Access, Change, Content, Dir, Errno, Exists, Follow, Hash, ImportError, Ino, MountError,
    Node, NodeKind, Quota, Tree, Workspace,
};

const TMP: &str = "/tmp";

/// What programs look for outside their own folders, and find on any machine.
const SYSTEM: [(&str, &str, &str); 2] = [
    ("/etc", "passwd", "user:x:1000:1000::/tmp:/bin/bash\n"),
    ("/usr/bin", "env", ""),
];

/// Files, a shell and limits. Commands run one after the other, each as a process of its own: no
/// variable and no directory of one is another's.
pub struct Hosted {
    pub(super) runner: Runner,
    pub(super) workspace: Workspace,
    shell: Shell,
    origin: Frozen,
    limits: Limits,
    /// Bytes in files in memory, and at least what there are.
    pub(super) held: u64,
    pub(super) used: Used,
    /// What its agent works on, if that is a task.
    task: Option<Arc<Task>>,
}

/// The files of a sandbox at some moment, and its clock. Cheap to keep: files are shared.
#[derive(Clone)]
pub struct Frozen {
    pub(super) folders: BTreeMap<String, Arc<Dir>>,
    pub(super) time: u64,
}

/// What the commands of a sandbox came to so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Used {
    pub commands: u64,
    pub fuel: u64,
    /// The most of any, in bytes.
    pub peak_memory: u64,
}

/// What a sandbox begins with.
#[derive(Default)]
pub struct Beginning {
    /// By their paths below [`WORKSPACE`].
    pub files: BTreeMap<String, Vec<u8>>,
    pub mounts: Vec<MountHost>,
}

/// A folder of the host's, which is never changed.
pub struct MountHost {
    pub host: String,
    pub guest: String,
    pub access: Access,
}

/// A command to run.
pub struct Command {
    pub run: Run,
    pub stdin: Vec<u8>,
    /// Absolute, or below [`WORKSPACE`].
    pub cwd: Option<String>,
    pub env: Vec<(String, String)>,
    pub seed: u64,
    /// Of the wall's time and of the sandbox's own.
    pub timeout: Option<Duration>,
    pub limits: Limits,
    pub cancel: Cancel,
}

pub enum Run {
    /// A program and its arguments.
    Argv(Vec<String>),
    /// Bash.
    Script(String),
}

/// What kept something from being done.
#[derive(Debug, thiserror::Error)]
pub enum HostedError {
    #[error("{path}: {errno}")]
    File { path: String, errno: Errno },
    #[error(
        "the sandbox holds {held} bytes in files, of {limit} that it may: remove some, or ask for more"
    )]
    Full { held: u64, limit: u64 },
    #[error("run the command: {0}")]
    Command(String),
    #[error(transparent)]
    Mount(#[from] MountError),
    #[error(transparent)]
    Import(#[from] ImportError),
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    #[error("read the files of the sandbox: {0}")]
    Files(#[from] io::Error),
}

/// What is at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub path: String,
    pub kind: NodeKind,
    pub size: u64,
    /// Nanoseconds since 1970.
    pub modified: u64,
}

impl Hosted {
    pub fn new(runner: Runner, limits: Limits, begin: Beginning) -> Result<Hosted, HostedError> {
        let mut workspace = Workspace::new();
        for mount in &begin.mounts {
            let imported = workspace::import(Path::new(&mount.host))?;
            workspace.mount(&mount.guest, &imported.tree, mount.access)?;
        }
        let here = begin.mounts.iter().map(|mount| mount.guest.as_str());
        let taken: Vec<&str> = here.map(|path| path.trim_end_matches('/')).collect();
        for place in [WORKSPACE, TMP] {
            if !taken.contains(&place) {
                workspace.mount(place, &Tree::default(), Access::ReadWrite)?;
            }
        }
        for (folder, name, text) in SYSTEM {
            if !taken.contains(&folder) {
                let tree: Tree = [(name, text.as_bytes().to_vec())].into_iter().collect();
                workspace.mount(folder, &tree, Access::ReadOnly)?;
            }
        }
        workspace.set_quota(quota(&limits));
        for (path, bytes) in &begin.files {
            let path = absolute(path);
            workspace
                .write(&path, bytes)
                .map_err(|errno| HostedError::File { path, errno })?;
        }
        Hosted::over(runner, limits, workspace)
    }

    fn over(
        runner: Runner,
        limits: Limits,
        mut workspace: Workspace,
    ) -> Result<Hosted, HostedError> {
        workspace.renew()?;
        let origin = Frozen::of(&mut workspace)?;
        let shell = Shell::new(workspace.tree(WORKSPACE)?, WORKSPACE);
        let held = origin.held()?;
        Ok(Hosted {
            runner,
            workspace,
            shell,
            origin,
            limits,
            held,
            used: Used::default(),
            task: None,
        })
    }

    /// The same, whose agent works on a task.
    pub fn with_task(self, task: Arc<Task>) -> Hosted {
        Hosted {
            task: Some(task),
            ..self
        }
    }

    pub fn task(&self) -> Option<&Arc<Task>> {
        self.task.as_ref()
    }

    pub fn runner(&self) -> &Runner {
        &self.runner
    }

    /// The files below [`WORKSPACE`].
    pub fn tree(&mut self) -> io::Result<Tree> {
        self.workspace.tree(WORKSPACE)
    }

    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    pub fn set_limits(&mut self, limits: Limits) {
        self.limits = limits;
    }

    pub fn used(&self) -> Used {
        self.used
    }

    /// Bytes in files in memory, or a little more.
    pub fn held(&self) -> u64 {
        self.held
    }

    /// Runs a command to its end. Whatever it does is in the outcome; an error is ours, or the
    /// host's, or says that it can't be begun.
    pub fn run(&mut self, command: Command) -> Result<Outcome, HostedError> {
        let left = self.left(1)?;
        let timeout = command.timeout.unwrap_or(Duration::MAX);
        let limits = Limits {
            disk: left.min(command.limits.disk),
            wall: timeout.min(command.limits.wall),
            clock: timeout.min(command.limits.clock),
            ..command.limits
        };
        let cwd = command
            .cwd
            .map_or_else(|| WORKSPACE.to_owned(), |cwd| absolute(&cwd));
        let ino = self.find(&cwd, Follow::Yes)?;
        if self.workspace.stat(ino).map_err(at(&cwd))?.kind != NodeKind::Dir {
            return Err(at(&cwd)(Errno::Notdir));
        }
        let python = match &command.run {
            Run::Argv(argv) => python(argv),
            Run::Script(_) => None,
        };
        let outcome = match (python, command.run) {
            (Some(mut invocation), _) => {
                for (name, value) in command.env {
                    invocation.env.retain(|(known, _)| *known != name);
                    invocation.env.push((name, value));
                }
                invocation.stdin = Stdin::Bytes(command.stdin);
                invocation.cwd = cwd;
                invocation.seed = command.seed;
                invocation.cancel = command.cancel;
                self.runner.run(&mut self.workspace, invocation, &limits)?
            }
            (None, run) => {
                let text = match run {
                    Run::Script(text) => text,
                    Run::Argv(argv) => shlex::try_join(argv.iter().map(String::as_str))
                        .map_err(|error| HostedError::Command(error.to_string()))?,
                };
                self.shell.renew(&cwd);
                let script = Script {
                    stdin: command.stdin,
                    env: command.env,
                    cancel: command.cancel,
                    ..Script::new(&text)
                };
                let runner = &self.runner;
                let mut python =
                    |workspace: &mut Workspace, mut invocation: Invocation, limits: &Limits| {
                        invocation.seed = command.seed;
                        runner.run(workspace, invocation, limits)
                    };
                self.shell
                    .run(script, &mut self.workspace, &limits, &mut python)?
            }
        };
        self.used.commands += 1;
        self.used.fuel = self.used.fuel.saturating_add(outcome.fuel_used);
        self.used.peak_memory = self.used.peak_memory.max(outcome.peak_memory);
        self.held = self.held.saturating_add(outcome.written);
        Ok(outcome)
    }

    /// Bytes that may still be held in files, at least so many. Looks at what there are only where
    /// what was written could be too much.
    pub(super) fn left(&mut self, least: u64) -> Result<u64, HostedError> {
        let limit = self.limits.disk;
        if self.held.saturating_add(least) > limit {
            self.held = Frozen::of(&mut self.workspace)?.held()?;
        }
        match limit.checked_sub(self.held) {
            Some(left) if left >= least => Ok(left),
            _ => Err(HostedError::Full {
                held: self.held,
                limit,
            }),
        }
    }

    fn find(&mut self, path: &str, follow: Follow) -> Result<Ino, HostedError> {
        let found = self.workspace.resolve(Ino::ROOT, path, follow);
        found.map_err(at(path))
    }

    /// A file's bytes from an offset on, and its whole length.
    pub fn read(
        &mut self,
        path: &str,
        offset: u64,
        length: Option<u64>,
    ) -> Result<(Vec<u8>, u64), HostedError> {
        let path = absolute(path);
        let ino = self.find(&path, Follow::Yes)?;
        self.permit(&path, 0o400)?;
        let stat = self.workspace.stat(ino).map_err(at(&path))?;
        if stat.kind == NodeKind::Dir {
            return Err(at(&path)(Errno::Isdir));
        }
        let rest = stat.size.saturating_sub(offset);
        let length = length.map_or(rest, |length| length.min(rest));
        let length = usize::try_from(length).map_err(|_| at(&path)(Errno::Fbig))?;
        let mut bytes = vec![0; length];
        let mut filled = 0;
        while filled < bytes.len() {
            let from = offset + filled as u64;
            let count = self.workspace.read_at(ino, &mut bytes[filled..], from);
            match count.map_err(at(&path))? {
                0 => break,
                count => filled += count,
            }
        }
        bytes.truncate(filled);
        Ok((bytes, stat.size))
    }

    /// Writes a file, or to its end, making the folders that lead there.
    pub fn write(&mut self, path: &str, bytes: &[u8], append: bool) -> Result<(), HostedError> {
        self.left(bytes.len() as u64)?;
        let path = absolute(path);
        if path.ends_with('/') {
            return Err(at(&path)(Errno::Isdir));
        }
        self.permit(&path, 0o200)?;
        self.change(|workspace| match append {
            false => workspace.write(&path, bytes),
            true => {
                let ino = workspace.create(Ino::ROOT, &path, Follow::Yes, Exists::Open)?;
                let end = workspace.stat(ino)?.size;
                workspace.write_at(ino, bytes, end)
            }
        })
        .map_err(at(&path))?;
        self.held = self.held.saturating_add(bytes.len() as u64);
        Ok(())
    }

    /// Files have no modes, but what `chmod` took away is refused.
    fn permit(&self, path: &str, bit: u32) -> Result<(), HostedError> {
        match self.shell.mode(path) {
            Some(mode) if mode & bit == 0 => Err(at(path)(Errno::Acces)),
            _ => Ok(()),
        }
    }

    pub fn make_dir(&mut self, path: &str) -> Result<(), HostedError> {
        let path = absolute(path);
        self.change(|workspace| workspace.make_dir(Ino::ROOT, &path).map(drop))
            .map_err(at(&path))
    }

    pub fn remove(&mut self, path: &str, recursive: bool) -> Result<(), HostedError> {
        let path = absolute(path);
        self.change(|workspace| {
            let ino = workspace.resolve(Ino::ROOT, &path, Follow::No)?;
            match workspace.stat(ino)?.kind {
                NodeKind::Dir if recursive => workspace.remove_all(&path),
                NodeKind::Dir => workspace.remove_dir(Ino::ROOT, &path),
                _ => workspace.unlink(Ino::ROOT, &path),
            }
        })
        .map_err(at(&path))
    }

    /// Does something to files, a moment later than what was done before.
    fn change(
        &mut self,
        change: impl FnOnce(&mut Workspace) -> Result<(), Errno>,
    ) -> Result<(), Errno> {
        const MOMENT: u64 = 1_000;
        self.workspace.set_time(self.workspace.time() + MOMENT);
        self.workspace.set_quota(quota(&self.limits));
        change(&mut self.workspace)
    }

    /// What is at a path; of a symlink, what it leads to.
    pub fn stat(&mut self, path: &str) -> Result<Found, HostedError> {
        let path = absolute(path);
        let ino = self.find(&path, Follow::Yes)?;
        self.found(path, ino)
    }

    fn found(&self, path: String, ino: Ino) -> Result<Found, HostedError> {
        let stat = self.workspace.stat(ino).map_err(at(&path))?;
        Ok(Found {
            kind: stat.kind,
            size: stat.size,
            modified: stat.modified,
            path,
        })
    }

    /// What is in a folder, in the order of the names; paths are relative to it.
    pub fn list(&mut self, path: &str, recursive: bool) -> Result<Vec<Found>, HostedError> {
        let path = absolute(path);
        let top = self.find(&path, Follow::Yes)?;
        let mut found = Vec::new();
        let mut todo = vec![(String::new(), top)];
        while let Some((below, dir)) = todo.pop() {
            for entry in self.workspace.list(dir).map_err(at(&path))? {
                let name = format!("{below}{}", entry.name);
                if recursive && entry.kind == NodeKind::Dir {
                    todo.push((format!("{name}/"), entry.ino));
                }
                found.push(self.found(name, entry.ino)?);
            }
        }
        found.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(found)
    }

    /// The files as they are.
    pub fn freeze(&mut self) -> Result<Frozen, HostedError> {
        self.workspace.renew()?;
        Ok(Frozen::of(&mut self.workspace)?)
    }

    /// Goes back to how the files were, here or in a sandbox that this one was forked from.
    pub fn restore(&mut self, to: &Frozen) -> Result<(), HostedError> {
        self.workspace.renew_with(&to.folders)?;
        self.workspace.set_time(to.time);
        self.held = to.held()?;
        Ok(())
    }

    /// Another sandbox with the files as they were at some moment, and the same limits.
    pub fn fork(&mut self, at: &Frozen) -> Result<Hosted, HostedError> {
        let mut workspace = self.workspace.fork_with(&at.folders)?;
        workspace.set_time(at.time);
        let fork = Hosted::over(self.runner.clone(), self.limits.clone(), workspace)?;
        Ok(Hosted {
            task: self.task.clone(),
            ..fork
        })
    }

    /// What changed since then, or since it began, below [`WORKSPACE`].
    pub fn changes(&mut self, since: Option<&Frozen>) -> Result<Vec<Change>, HostedError> {
        let before = since.unwrap_or(&self.origin).tree(WORKSPACE);
        let after = self.workspace.tree(WORKSPACE)?;
        Ok(workspace::diff(&before, &after)?)
    }
}

impl Frozen {
    pub(super) fn of(workspace: &mut Workspace) -> io::Result<Frozen> {
        let time = workspace.time();
        let snapshot = workspace.snapshot()?;
        let folders = snapshot.folders();
        Ok(Frozen {
            folders: folders
                .map(|(path, dir)| (path.to_owned(), dir.clone()))
                .collect(),
            time,
        })
    }

    pub(super) fn tree(&self, path: &str) -> Tree {
        self.folders
            .get(path)
            .map_or_else(Tree::default, |dir| Tree::from(dir.clone()))
    }

    /// The hash of the files below [`WORKSPACE`].
    pub fn hash(&self) -> io::Result<Hash> {
        self.tree(WORKSPACE).hash()
    }

    /// Bytes in files in memory.
    fn held(&self) -> io::Result<u64> {
        let mut held = 0;
        let mut todo: Vec<Arc<Dir>> = self.folders.values().cloned().collect();
        while let Some(dir) = todo.pop() {
            // A folder of the host's that nobody looked into holds nothing.
            if dir.is_unread() {
                continue;
            }
            for (_, node) in dir.entries()? {
                match node {
                    Node::Dir(dir) => todo.push(dir.clone()),
                    Node::File(file) => {
                        if let Content::Bytes(bytes) = file.content() {
                            held += bytes.len() as u64;
                        }
                    }
                    Node::Symlink(_) => {}
                }
            }
        }
        Ok(held)
    }
}

pub(super) fn at(path: &str) -> impl FnOnce(Errno) -> HostedError {
    move |errno| HostedError::File {
        path: path.to_owned(),
        errno,
    }
}

fn quota(limits: &Limits) -> Quota {
    Quota {
        bytes: limits.disk,
        files: limits.files,
    }
}

/// A path that isn't absolute is below [`WORKSPACE`].
pub(super) fn absolute(path: &str) -> String {
    match path {
        path if path.starts_with('/') => path.to_owned(),
        "" | "." => WORKSPACE.to_owned(),
        path => format!("{WORKSPACE}/{path}"),
    }
}

/// A run of Python, without a shell about it, where that is what a command is. What Python wouldn't
/// take, and `-m pip`, the shell answers.
fn python(argv: &[String]) -> Option<Invocation> {
    let (program, args) = argv.split_first()?;
    if !matches!(program.rsplit('/').next(), Some("python" | "python3")) {
        return None;
    }
    let invocation = Invocation::from_command_line(args).ok()?;
    match &invocation.program {
        Program::Module(name) if name == "pip" => None,
        _ => Some(invocation),
    }
}
