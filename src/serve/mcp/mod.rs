//! A sandbox for a model's client: the Model Context Protocol over standard input and output.
//!
//! The protocol is the official SDK's (`rmcp`). One client, one sandbox, one call after the other:
//! a call waits for those before it.
//!
//! - `tools.rs`: what there is to call, and with what
//! - `desk.rs`: how calls are met
//! - `pictures.rs`: what comes back as pictures
//! - `write_back.rs`: changes that go to the host's folder
//! - `instructions.md`: what a model is told of the sandbox

mod desk;
mod pictures;
mod tools;
mod write_back;

use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::Context;
use rmcp::handler::server::ServerHandler;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ErrorData,
    Implementation, ListToolsResult, PaginatedRequestParams, ProgressNotificationParam,
    ServerCapabilities, ServerConfig,
};
use rmcp::service::{RequestContext, RoleServer, ServiceExt};
use rmcp::transport::stdio;
use tokio::sync::oneshot;
use tokio::time::{Instant, interval_at};

use self::desk::Desk;
use self::tools::{Call, Unreadable};
use self::write_back::WriteBack;
use super::hosted::{Beginning, Hosted, MountHost};
use super::python::Stop;
use crate::sandbox::{Limits, Runner, WORKSPACE};
use crate::units;
use crate::workspace::Access;

/// What the sandbox has.
pub struct Options {
    pub limits: Limits,
    /// A folder of the host's, as [`WORKSPACE`].
    pub mount: Option<PathBuf>,
    /// Whether changes go to that folder.
    pub write_back: bool,
    /// What unseeded randomness follows from.
    pub seed: u64,
}

/// How long a call goes on before its progress is told, and between one telling and the next.
const PROGRESS: Duration = Duration::from_secs(1);

/// Meets the calls of one client until it closes standard input; then what still runs is cancelled.
pub fn serve(runner: &Runner, options: Options) -> anyhow::Result<()> {
    let instructions = instructions(&options);
    let desk = desk(runner, options)?;
    let (calls, todo) = mpsc::channel();
    let worker = thread::Builder::new()
        .name("sandbox".to_owned())
        .spawn(move || work(desk, &todo))
        .context("start the sandbox's thread")?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("start what waits for the client")?;
    let server = Server {
        calls,
        instructions,
    };
    let served = runtime.block_on(async {
        let running = match server.serve(stdio()).await {
            Ok(running) => running,
            // It went without a word.
            Err(rmcp::service::ServerInitializeError::ConnectionClosed(_)) => return Ok(()),
            Err(error) => return Err(error).context("greet the client"),
        };
        running.waiting().await.context("serve the client")?;
        Ok(())
    });
    // What still waits for standard input waits in vain.
    runtime.shutdown_background();
    if worker.join().is_err() {
        anyhow::bail!("the sandbox's thread broke");
    }
    served
}

fn desk(runner: &Runner, options: Options) -> anyhow::Result<Desk> {
    let host = options.mount.as_deref().map(std::fs::canonicalize);
    let host = host.transpose().with_context(|| {
        let mount = options.mount.as_deref().unwrap_or("".as_ref());
        format!("mount {}", mount.display())
    })?;
    let mut mounts = Vec::new();
    if let Some(host) = &host {
        let named = host
            .to_str()
            .context("mount a folder whose name is not UTF-8")?;
        mounts.push(MountHost {
            host: named.to_owned(),
            guest: WORKSPACE.to_owned(),
            access: Access::ReadWrite,
        });
    }
    let begin = Beginning {
        mounts,
        ..Beginning::default()
    };
    let mut hosted = Hosted::new(runner.clone(), options.limits, begin)?;
    let write_back = match (host, options.write_back) {
        (Some(host), true) => {
            let read = WriteBack::new(&host, &mut hosted);
            Some(read.with_context(|| format!("read all of {}", host.display()))?)
        }
        _ => None,
    };
    Ok(Desk::new(hosted, options.seed, write_back))
}

fn instructions(options: &Options) -> String {
    let limits = &options.limits;
    let mount = match (&options.mount, options.write_back) {
        (None, _) => "/workspace is empty at first.",
        (Some(_), false) => {
            "/workspace begins with a folder of the user's; what is changed here stays here, and \
             the user's folder stays as it is."
        }
        (Some(_), true) => {
            "/workspace is a folder of the user's, and what is changed here is written there after \
             each call."
        }
    };
    include_str!("instructions.md")
        .replace("{mount}", mount)
        .replace("{fuel}", &units::format_fuel_short(limits.fuel))
        .replace(
            "{time}",
            &humantime::format_duration(limits.wall).to_string(),
        )
        .replace("{memory}", &units::format_size_short(limits.memory))
        .replace("{output}", &units::format_size_short(limits.output))
}

/// A call that waits for its turn.
struct Waiting {
    call: Call,
    stop: Stop,
    answer: oneshot::Sender<CallToolResult>,
}

/// Meets calls in their order, until there can be no more.
fn work(mut desk: Desk, todo: &mpsc::Receiver<Waiting>) {
    for Waiting { call, stop, answer } in todo {
        // What was cancelled while it waited is not begun.
        if !stop.is_stopped() {
            // Nobody hears it where the client has gone.
            _ = answer.send(desk.call(call, &stop));
        }
    }
}

struct Server {
    calls: mpsc::Sender<Waiting>,
    instructions: String,
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(Implementation::new("autoexp", env!("CARGO_PKG_VERSION")))
            .with_instructions(self.instructions.clone())
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(tools::all()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let call = match Call::read(&request.name, request.arguments) {
            Ok(call) => call,
            Err(error @ Unreadable::Unknown(_)) => {
                return Err(ErrorData::invalid_params(error.to_string(), None));
            }
            // A model that reads it can do better.
            Err(error) => {
                let why = ContentBlock::text(error.to_string());
                return Ok(CallToolResult::error(vec![why]).into());
            }
        };
        let stop = Stop::default();
        let (answer, mut answered) = oneshot::channel();
        let waiting = Waiting {
            call,
            stop: stop.clone(),
            answer,
        };
        let broke = || ErrorData::internal_error("the sandbox broke: start the server anew", None);
        self.calls.send(waiting).map_err(|_| broke())?;
        // Also where this is dropped, since the client has gone.
        let _stop = StopAtEnd(stop.clone());
        let token = context.meta.get_progress_token();
        let begun = Instant::now();
        let mut ticks = interval_at(begun + PROGRESS, PROGRESS);
        loop {
            tokio::select! {
                answered = &mut answered => {
                    return match answered {
                        Ok(result) => Ok(result.into()),
                        Err(_) if stop.is_stopped() => {
                            Err(ErrorData::internal_error("cancelled before it began", None))
                        }
                        Err(_) => Err(broke()),
                    };
                }
                () = context.ct.cancelled(), if !stop.is_stopped() => stop.stop(),
                _ = ticks.tick() => {
                    if let Some(token) = &token {
                        let seconds = begun.elapsed().as_secs();
                        let progress = ProgressNotificationParam::new(token.clone(), seconds as f64)
                            .with_message(format!("{} for {seconds} s", request.name));
                        // A client that has gone is told nothing.
                        _ = context.peer.notify_progress(progress).await;
                    }
                }
            }
        }
    }
}

struct StopAtEnd(Stop);

impl Drop for StopAtEnd {
    fn drop(&mut self) {
        self.0.stop();
    }
}
