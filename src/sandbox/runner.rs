//! Runs whose outcome may be known already.

use std::io;
use std::sync::{Arc, OnceLock};

use super::boot;
use super::cancel::Cancel;
use super::error::SandboxError;
use super::invocation::{Invocation, Output, Stdin};
use super::limits::Limits;
use super::machine::Sandbox;
use super::outcome::Outcome;
use super::run_cache::{RunCache, RunCacheError};
use crate::workspace::{Access, Hash, Tree, Workspace};

/// The code of this program that an outcome follows from: see `build.rs`.
const SOURCES: &str = env!("AUTOEXP_SOURCES");

/// A sandbox, with the outcomes of earlier runs if they may be used. To be shared.
#[derive(Clone)]
pub struct Runner {
    sandbox: Sandbox,
    cache: Option<Arc<RunCache>>,
    /// Why the cache is no longer used.
    trouble: Arc<OnceLock<RunCacheError>>,
    /// What lies on Python's path beside the runtime's packages.
    packages: Option<Tree>,
    /// Ends all runs, where somebody may want that.
    cancel: Option<Cancel>,
}

/// Where packages are mounted.
const PACKAGES: &str = "/packages";

impl Runner {
    /// A sandbox, with earlier outcomes from a cache if there is one.
    pub fn new(sandbox: Sandbox, cache: Option<RunCache>) -> Runner {
        Runner {
            sandbox,
            cache: cache.map(Arc::new),
            trouble: Arc::default(),
            packages: None,
            cancel: None,
        }
    }

    /// The same, with what ends all its runs early.
    pub fn cancelled_by(&self, cancel: &Cancel) -> Runner {
        Runner {
            cancel: Some(cancel.clone()),
            ..self.clone()
        }
    }

    /// What ends all its runs.
    pub fn cancel(&self) -> Cancel {
        self.cancel.clone().unwrap_or_default()
    }

    /// The same, with a tree of packages that every run finds on its path, before the runtime's.
    pub fn with_packages(&self, packages: Option<Tree>) -> Runner {
        Runner {
            packages,
            ..self.clone()
        }
    }

    /// The sandbox that makes the runs.
    pub fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// Why outcomes are neither kept nor used any more, if they aren't. Runs are made all the same.
    pub fn trouble(&self) -> Option<&RunCacheError> {
        self.trouble.get()
    }

    /// As [`Sandbox::run`]. An outcome that is known is given at once, with what the run left on
    /// the workspace.
    ///
    /// Runs that read from or write to a stream or are told what to do are always made, as are those on folders of the
    /// host's, which it may change.
    pub fn run(
        &self,
        workspace: &mut Workspace,
        mut invocation: Invocation,
        limits: &Limits,
    ) -> Result<Outcome, SandboxError> {
        if let Some(cancel) = &self.cancel {
            invocation.cancel = cancel.clone();
        }
        if let Some(packages) = &self.packages {
            // Gone before, if the workspace has seen another run.
            _ = workspace.unmount(PACKAGES);
            workspace
                .mount(PACKAGES, packages, Access::ReadOnly)
                .map_err(|error| SandboxError::Changes(io::Error::other(error)))?;
            invocation.prepend_path(PACKAGES);
        }
        workspace.renew().map_err(SandboxError::Changes)?;
        let cache = self.cache.as_deref().filter(|_| self.trouble().is_none());
        let known =
            cache.and_then(|cache| Some((cache, self.key(workspace, &invocation, limits)?)));
        let Some((cache, key)) = known else {
            return self.sandbox.run(workspace, invocation, limits);
        };
        match cache.find(&key, workspace) {
            Ok(Some(outcome)) => return Ok(outcome),
            Ok(None) => {}
            Err(error) => _ = self.trouble.set(error),
        }
        let outcome = self.sandbox.run(workspace, invocation, limits)?;
        if self.trouble().is_none()
            && let Err(error) = cache.keep(&key, &outcome, workspace)
        {
            // Another thread may have met trouble first.
            _ = self.trouble.set(error);
        }
        Ok(outcome)
    }

    /// The hash of all that an outcome follows from; nothing where it follows from more.
    fn key(&self, workspace: &Workspace, invocation: &Invocation, limits: &Limits) -> Option<Hash> {
        let (Stdin::Bytes(stdin), Output::Capture, Output::Capture, None) = (
            &invocation.stdin,
            &invocation.stdout,
            &invocation.stderr,
            &invocation.director,
        ) else {
            return None;
        };
        let Limits {
            fuel,
            memory,
            // The one that nothing follows from, as long as it isn't met.
            wall: _,
            clock,
            output,
            disk,
            files,
            descriptors,
        } = limits;
        let state = workspace.state()?;
        let made_from = format!(
            "{SOURCES} {} {} {state} {} {} {fuel} {memory} {} {output} {disk} {files} {descriptors} {}",
            Sandbox::fingerprint(),
            self.sandbox.image().blake3,
            Hash::of(stdin),
            invocation.seed,
            clock.as_nanos(),
            boot::run_turn(invocation),
        );
        Some(blake3::derive_key("autoexp sandbox 1 run", made_from.as_bytes()).into())
    }
}
