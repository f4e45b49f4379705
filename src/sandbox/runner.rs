//! Runs whose outcome may be known already.

use std::sync::OnceLock;

use super::boot;
use super::error::SandboxError;
use super::invocation::{Invocation, Output, Stdin};
use super::limits::Limits;
use super::machine::Sandbox;
use super::outcome::Outcome;
use super::run_cache::{RunCache, RunCacheError};
use crate::workspace::{Hash, Workspace};

/// The code of this program that an outcome follows from: see `build.rs`.
const SOURCES: &str = env!("AUTOEXP_SOURCES");

/// A sandbox, with the outcomes of earlier runs if they may be used. To be shared.
pub struct Runner {
    sandbox: Sandbox,
    cache: Option<RunCache>,
    /// Why the cache is no longer used.
    trouble: OnceLock<RunCacheError>,
}

impl Runner {
    pub fn new(sandbox: Sandbox, cache: Option<RunCache>) -> Runner {
        Runner {
            sandbox,
            cache,
            trouble: OnceLock::new(),
        }
    }

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
    /// Runs that read from or write to a stream are always made, as are those on folders of the
    /// host's, which it may change.
    pub fn run(
        &self,
        workspace: &mut Workspace,
        invocation: Invocation,
        limits: &Limits,
    ) -> Result<Outcome, SandboxError> {
        workspace.renew().map_err(SandboxError::Changes)?;
        let cache = self.cache.as_ref().filter(|_| self.trouble().is_none());
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
        let (Stdin::Bytes(stdin), Output::Capture, Output::Capture) =
            (&invocation.stdin, &invocation.stdout, &invocation.stderr)
        else {
            return None;
        };
        let Limits {
            fuel,
            memory,
            // The one that nothing follows from, as long as it isn't met.
            wall: _,
            output,
            disk,
            files,
            descriptors,
        } = limits;
        let state = workspace.state()?;
        let made_from = format!(
            "{SOURCES} {} {} {state} {} {} {fuel} {memory} {output} {disk} {files} {descriptors} {}",
            Sandbox::fingerprint(),
            self.sandbox.image().blake3,
            Hash::of(stdin),
            invocation.seed,
            boot::run_turn(invocation),
        );
        Some(blake3::derive_key("autoexp sandbox 1 run", made_from.as_bytes()).into())
    }
}
