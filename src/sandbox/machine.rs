//! The front door: a prepared runtime, and runs on it.

use std::sync::Arc;

use super::blas::Blas;
use super::boot;
use super::cores;
use super::engine;
use super::error::SandboxError;
use super::guest::{Guest, Sink, entropy, next_second};
use super::invocation::Invocation;
use super::launch::launch;
use super::library;
use super::limits::Limits;
use super::made::MadeImage;
use super::memory;
use super::nested::Ancestry;
use super::outcome::Outcome;
use super::prepare::{self, Metering, Prepared};
use super::runtime::{Cache, FetchOptions, Key, Kind};
use crate::progress::Progress;
use crate::workspace::{Access, HostFile, Quota, Snapshot, Tree, Workspace};

/// Where temporary files go.
const TMP: &str = "/tmp";

/// What a machine has that matters here.
#[derive(Clone, Copy, Debug)]
pub struct Machine {
    /// How many guests of a process run at once.
    pub cores: usize,
    /// Whether matrix products are done by the host.
    pub host_blas: bool,
    /// Whether memories can be used again.
    pub lists_written_pages: bool,
    /// What each run takes, in bytes, most of it never touched.
    pub address_space: u64,
}

impl Machine {
    /// The machine that this runs on.
    pub fn here() -> Machine {
        Machine {
            cores: cores::count(),
            host_blas: Blas::of_this_machine() == Blas::Host,
            lists_written_pages: memory::can_use_again(),
            address_space: engine::ADDRESS_SPACE,
        }
    }
}

/// The Python runtime, loaded and ready. To be shared: runs may go on side by side.
#[derive(Clone)]
pub struct Sandbox(Arc<Prepared>);

impl Sandbox {
    /// Makes the sandbox ready. The first time this fetches, checks and compiles the runtime and
    /// makes a memory image of it, which takes a minute or two; after that it opens what is cached.
    pub fn prepare(
        cache: &Cache,
        options: &FetchOptions,
        progress: &dyn Progress,
    ) -> Result<Sandbox, SandboxError> {
        Sandbox::prepare_metered(cache, options, Metering::Own, progress)
    }

    /// One that counts in another way, or not at all and never runs out of fuel: for benchmarks.
    #[doc(hidden)]
    pub fn prepare_metered(
        cache: &Cache,
        options: &FetchOptions,
        metering: Metering,
        progress: &dyn Progress,
    ) -> Result<Sandbox, SandboxError> {
        let prepared = prepare::prepare(cache, options, metering, progress)?;
        Ok(Sandbox(Arc::new(prepared)))
    }

    /// What, beside its arguments, a run's outcome follows from: the runtime, what makes a process
    /// of it, the meaning of a unit of fuel, and who multiplies matrices. The same on every machine
    /// that fuses multiplication and addition.
    pub fn fingerprint() -> String {
        prepare::fingerprint()
    }

    /// What is made for it on this machine and kept in the cache, by kind and key.
    pub fn parts() -> Result<[(Kind, Key); 4], SandboxError> {
        prepare::parts()
    }

    /// The memory image that runs start from.
    pub fn image(&self) -> &MadeImage {
        &self.0.made
    }

    /// Runs a program on a workspace, which is left as the program left it, however it ended. Blocks
    /// until then; another thread may end it by the invocation's [`Cancel`](super::Cancel).
    ///
    /// The guest sees the workspace's mounts, its own standard library (read-only), `/dev/null`,
    /// and the workspace's `/tmp`, or an empty one that goes with the run.
    pub fn run(
        &self,
        workspace: &mut Workspace,
        invocation: Invocation,
        limits: &Limits,
    ) -> Result<Outcome, SandboxError> {
        let needed = self.0.image.len();
        if limits.memory < needed {
            return Err(SandboxError::TooLittleMemory {
                limit: limits.memory,
                needed,
            });
        }
        workspace.renew().map_err(SandboxError::Changes)?;
        let files = workspace.snapshot().map_err(SandboxError::Changes)?;
        let own_tmp = own_tmp(&files);
        if own_tmp.is_some() {
            workspace.unmount(TMP).map_err(SandboxError::Unmount)?;
        }
        library::mount(workspace, &self.0.library)?;
        if let Some(own) = &own_tmp {
            workspace.unmount(TMP).map_err(SandboxError::Unmount)?;
            workspace.mount(TMP, own, Access::ReadWrite)?;
        }
        workspace.set_quota(Quota {
            bytes: limits.disk,
            files: limits.files,
        });
        let turn = boot::run_turn(&invocation);
        let mut guest = Guest::new(std::mem::take(workspace), limits);
        guest.ancestry = Some(Ancestry::new(self.0.clone(), limits, invocation.cancel));
        guest.entropy = entropy(invocation.seed);
        guest.stdin = invocation.stdin;
        guest.director = invocation.director;
        guest.stdout = Sink::new(invocation.stdout, limits.output);
        guest.stderr = Sink::new(invocation.stderr, limits.output);
        let ended = launch(&self.0, guest, turn, limits)?;
        *workspace = ended.guest.workspace;
        let written = workspace.stored().bytes;
        let left_tmp = match own_tmp {
            Some(_) => Some(workspace.tree(TMP).map_err(SandboxError::Changes)?),
            None => None,
        };
        library::unmount(workspace)?;
        if let Some(left) = left_tmp {
            workspace.mount(TMP, &left, Access::ReadWrite)?;
        }
        workspace.set_quota(Quota::default());
        workspace.set_time(next_second(workspace.time()));
        if let Some(fault) = workspace.take_fault() {
            return Err(SandboxError::HostFile(fault));
        }
        let outcome = ended.outcome?;
        let changes = workspace
            .snapshot()
            .and_then(|after| after.changes_since(&files))
            .map_err(|error| match HostFile::is_change(&error) {
                true => SandboxError::HostFile(error.to_string()),
                false => SandboxError::Changes(error),
            })?;
        Ok(Outcome {
            written,
            changes,
            stdout: ended.guest.stdout.into_printed(),
            stderr: ended.guest.stderr.into_printed(),
            ..outcome
        })
    }
}

/// The folder for temporary files that a workspace has of its own, if it has one.
fn own_tmp(files: &Snapshot) -> Option<Tree> {
    let (_, own) = files.folders().find(|(path, _)| *path == TMP)?;
    Some(Tree::from(own.clone()))
}
