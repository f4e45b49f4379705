//! The methods: from what stands in a request to what is done in a sandbox, and to an answer.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::hosted::{Beginning, Command, Found, Frozen, Hosted, HostedError, MountHost, Run};
use super::protocol::{
    Answer, AtPath, CancelParams, Changed, Create, Data, Entry, Exec, Executed, Failure,
    FailureData, FailureKind, Initialize, LimitParams, List, Named, Nothing, Read, Remove,
    SetLimits, Since, VERSION, Write,
};
use super::server::{Server, object};
use crate::sandbox::{Cancel, Exit, Limits, Outcome, SandboxError};
use crate::task::{Docstring, TaskId};
use crate::workspace::{self, Access, NodeKind};

/// What is done in a sandbox.
pub(super) type Call = Box<dyn FnOnce(&mut Hosted) -> Result<Done, Failure> + Send>;
/// How a sandbox is made, on its own thread.
pub(super) type Make = Box<dyn FnOnce() -> Result<Hosted, Failure> + Send>;

/// What came of it.
pub(super) enum Done {
    Answer(Value),
    /// To be kept, and answered with its name.
    Snapshot(Frozen),
    /// A sandbox of its own, which answers when it is there.
    Fork(Make),
    Destroyed,
}

impl From<HostedError> for Failure {
    fn from(error: HostedError) -> Failure {
        let kind = match &error {
            HostedError::File { .. } => FailureKind::File,
            HostedError::Full { .. } => FailureKind::Limit,
            HostedError::Command(_)
            | HostedError::Mount(_)
            | HostedError::Sandbox(SandboxError::TooLittleMemory { .. }) => FailureKind::Params,
            HostedError::Import(_) | HostedError::Sandbox(_) | HostedError::Files(_) => {
                FailureKind::Host
            }
        };
        let errno = match &error {
            HostedError::File { errno, .. } => Some(errno.name()),
            _ => None,
        };
        Failure {
            data: FailureData { kind, errno },
            ..Failure::new(kind, format!("{:#}", anyhow::Error::from(error)))
        }
    }
}

pub(super) fn unknown(method: &str) -> Failure {
    let why = match method {
        "initialize" | "create" | "tasks" | "drop" => {
            format!("{method} is asked of the server: leave `sandbox` out")
        }
        "exec" | "read" | "write" | "list" | "stat" | "mkdir" | "remove" | "snapshot" | "fork"
        | "restore" | "diff" | "score" | "destroy" | "limits" => {
            format!("{method} needs the name of a sandbox, as `create` gave it")
        }
        method => format!("there is no method {method}"),
    };
    Failure::new(FailureKind::Method, why)
}

fn parse<T: DeserializeOwned>(params: Map<String, Value>) -> Result<T, Failure> {
    serde_json::from_value(Value::Object(params))
        .map_err(|error| Failure::new(FailureKind::Params, format!("read params: {error}")))
}

fn answer(value: impl Serialize) -> Result<Done, Failure> {
    let value = serde_json::to_value(value);
    value
        .map(Done::Answer)
        .map_err(|error| Failure::new(FailureKind::Internal, format!("write an answer: {error}")))
}

pub(super) fn initialize(server: &Server, params: Map<String, Value>) -> Result<Value, Failure> {
    let Initialize { protocol } = parse(params)?;
    if let Some(wanted) = protocol
        && wanted != json!(VERSION)
    {
        let why = format!("this server speaks version {VERSION} of the protocol, not {wanted}");
        return Err(Failure::new(FailureKind::Params, why));
    }
    let options = &server.options;
    Ok(json!({
        "protocol": VERSION,
        "server": {"name": "autoexp", "version": env!("CARGO_PKG_VERSION")},
        "limits": described(&options.limits),
        "sandboxes": options.sandboxes,
        "in_flight": options.in_flight,
        "message": options.message,
    }))
}

pub(super) fn statistics(server: &Server, params: Map<String, Value>) -> Result<Value, Failure> {
    let Nothing {} = parse(params)?;
    Ok(server.statistics())
}

pub(super) fn drop_snapshot(server: &Server, params: Map<String, Value>) -> Result<Value, Failure> {
    let Named { snapshot } = parse(params)?;
    server.drop_snapshot(&snapshot).map(|()| json!({}))
}

pub(super) fn cancel(server: &Server, params: Option<Value>) -> Result<Value, Failure> {
    let CancelParams { id } = parse(object(params)?)?;
    let id = id.to_string();
    let cancelled = server.cancel(|known| *known == id);
    Ok(json!({"cancelled": cancelled > 0}))
}

pub(super) fn tasks(server: &Server, params: Map<String, Value>) -> Result<Value, Failure> {
    server.benchmark.list(&parse(params)?)
}

pub(super) fn create(server: &Arc<Server>, params: Map<String, Value>) -> Result<Make, Failure> {
    let params: Create = parse(params)?;
    if let Some(id) = &params.task {
        if !params.files.is_empty() || !params.mounts.is_empty() {
            let why = "a task has its own files: give none, and no mounts";
            return Err(Failure::new(FailureKind::Params, why));
        }
        return create_for(server, id, params.docstring, params.limits);
    }
    let limits = bounded(&server.options.limits, &params.limits)?;
    let mut files = BTreeMap::new();
    for (path, data) in params.files {
        files.insert(path, data.into_bytes()?);
    }
    let mounts = params.mounts.into_iter().map(|mount| MountHost {
        host: mount.host,
        guest: mount.guest,
        access: match mount.read_only {
            true => Access::ReadOnly,
            false => Access::ReadWrite,
        },
    });
    let beginning = Beginning {
        files,
        mounts: mounts.collect(),
    };
    let runner = server.runner.clone();
    Ok(Box::new(move || {
        Ok(Hosted::new(runner, limits, beginning)?)
    }))
}

/// A sandbox to work on a task in.
fn create_for(
    server: &Arc<Server>,
    id: &TaskId,
    docstring: Docstring,
    limits: LimitParams,
) -> Result<Make, Failure> {
    let (server, id) = (server.clone(), id.clone());
    Ok(Box::new(move || {
        let task = server.benchmark.load(&id)?;
        let begun = server
            .benchmark
            .beginning(&task, docstring, &server.runner)?;
        let (beginning, runner) = begun;
        let limits = bounded(&server.options.limits, &limits)?;
        let hosted = Hosted::new(runner, limits, beginning)?;
        Ok(hosted.with_task(Arc::new(task)))
    }))
}

/// What a method does in a sandbox.
pub(super) fn in_sandbox(
    server: &Arc<Server>,
    method: &str,
    params: Map<String, Value>,
    cancel: Cancel,
) -> Result<Call, Failure> {
    Ok(match method {
        "exec" => exec(parse(params)?, cancel)?,
        "read" => {
            let Read {
                path,
                offset,
                length,
            } = parse(params)?;
            Box::new(move |hosted| {
                let (bytes, size) = hosted.read(&path, offset, length)?;
                answer(json!({"data": Data::from(bytes), "size": size}))
            })
        }
        "write" => {
            let Write { path, data, append } = parse(params)?;
            let bytes = data.into_bytes()?;
            Box::new(move |hosted| {
                hosted.write(&path, &bytes, append)?;
                answer(json!({}))
            })
        }
        "list" => {
            let List { path, recursive } = parse(params)?;
            Box::new(move |hosted| {
                let found = hosted.list(&path, recursive)?;
                let entries: Vec<Entry> = found.into_iter().map(Entry::from).collect();
                answer(json!({"entries": entries}))
            })
        }
        "stat" => {
            let AtPath { path } = parse(params)?;
            Box::new(move |hosted| answer(Entry::from(hosted.stat(&path)?)))
        }
        "mkdir" => {
            let AtPath { path } = parse(params)?;
            Box::new(move |hosted| {
                hosted.make_dir(&path)?;
                answer(json!({}))
            })
        }
        "remove" => {
            let Remove { path, recursive } = parse(params)?;
            Box::new(move |hosted| {
                hosted.remove(&path, recursive)?;
                answer(json!({}))
            })
        }
        "snapshot" => {
            let Nothing {} = parse(params)?;
            Box::new(|hosted| Ok(Done::Snapshot(hosted.freeze()?)))
        }
        "fork" => {
            let Since { snapshot } = parse(params)?;
            let at = snapshot.map(|name| server.snapshot(&name)).transpose()?;
            Box::new(move |hosted| {
                let at = match at {
                    Some(at) => at,
                    None => hosted.freeze()?,
                };
                let fork = hosted.fork(&at)?;
                Ok(Done::Fork(Box::new(move || Ok(fork))))
            })
        }
        "restore" => {
            let Named { snapshot } = parse(params)?;
            let to = server.snapshot(&snapshot)?;
            Box::new(move |hosted| {
                hosted.restore(&to)?;
                answer(json!({}))
            })
        }
        "diff" => {
            let Since { snapshot } = parse(params)?;
            let since = snapshot.map(|name| server.snapshot(&name)).transpose()?;
            Box::new(move |hosted| diff(hosted, since.as_ref()))
        }
        "limits" => {
            let SetLimits { set } = parse(params)?;
            let most = server.options.limits.clone();
            Box::new(move |hosted| {
                let asked = bounded(&most, &merged(hosted.limits(), &set))?;
                hosted.set_limits(asked);
                answer(described(hosted.limits()))
            })
        }
        "statistics" => {
            let Nothing {} = parse(params)?;
            Box::new(|hosted| {
                let used = hosted.used();
                answer(json!({
                    "commands": used.commands,
                    "fuel": used.fuel,
                    "peak_memory": used.peak_memory,
                    "held": hosted.held(),
                }))
            })
        }
        "score" => {
            let Answer { answer: answered } = parse(params)?;
            let server = server.clone();
            Box::new(move |hosted| {
                let Some(task) = hosted.task().cloned() else {
                    let why = "the sandbox was not created for a task";
                    return Err(Failure::new(FailureKind::Params, why));
                };
                let left = hosted.tree().map_err(HostedError::Files)?;
                let runner = hosted.runner();
                let score = server.benchmark.score(&task, &left, &answered, runner)?;
                Ok(Done::Answer(score))
            })
        }
        "destroy" => {
            let Nothing {} = parse(params)?;
            Box::new(|_| Ok(Done::Destroyed))
        }
        method => return Err(unknown(method)),
    })
}

fn exec(params: Exec, cancel: Cancel) -> Result<Call, Failure> {
    let run = match (params.argv, params.script) {
        (Some(argv), None) if !argv.is_empty() => Run::Argv(argv),
        (None, Some(script)) => Run::Script(script),
        _ => {
            let why = "give argv, a program and its arguments, or script, a text of bash";
            return Err(Failure::new(FailureKind::Params, why));
        }
    };
    for (name, value) in &params.env {
        if name.is_empty() || name.contains(['=', '\0']) || value.contains('\0') {
            let why = format!("a variable has a name without '=', and no NUL: not {name:?}");
            return Err(Failure::new(FailureKind::Params, why));
        }
    }
    let stdin = params.stdin.into_bytes()?;
    let asked = params.limits;
    Ok(Box::new(move |hosted| {
        let limits = bounded(hosted.limits(), &asked)?;
        let timeout = params.timeout_ms.map(Duration::from_millis);
        let command = Command {
            run,
            stdin,
            cwd: params.cwd,
            env: params.env.into_iter().collect(),
            seed: params.seed,
            timeout,
            limits: limits.clone(),
            cancel,
        };
        let outcome = hosted.run(command)?;
        let met = Limits {
            wall: timeout.map_or(limits.wall, |timeout| timeout.min(limits.wall)),
            ..limits
        };
        answer(executed(outcome, &met))
    }))
}

fn executed(outcome: Outcome, limits: &Limits) -> Executed {
    let why = match outcome.exit {
        Exit::Exited(_) => None,
        exit => Some(exit.explain(limits)),
    };
    Executed {
        exit: outcome.exit.kind(),
        status: outcome.exit.shell_status(),
        why,
        digest: outcome.digest().to_string(),
        stdout_dropped: outcome.stdout.dropped,
        stderr_dropped: outcome.stderr.dropped,
        stdout: Data::from(outcome.stdout.bytes),
        stderr: Data::from(outcome.stderr.bytes),
        fuel: outcome.fuel_used,
        peak_memory: outcome.peak_memory,
        written: outcome.written,
        elapsed_ms: outcome.elapsed.as_secs_f64() * 1e3,
    }
}

fn diff(hosted: &mut Hosted, since: Option<&Frozen>) -> Result<Done, Failure> {
    let changes = hosted.changes(since)?;
    let patch = workspace::patch(&changes).map_err(HostedError::Files)?;
    let changes: Vec<Changed> = changes
        .iter()
        .map(|change| Changed {
            path: change.path.clone(),
            kind: change.kind(),
        })
        .collect();
    answer(json!({"changes": changes, "patch": Data::from(patch)}))
}

impl From<Found> for Entry {
    fn from(found: Found) -> Entry {
        Entry {
            kind: match found.kind {
                NodeKind::Dir => "directory",
                NodeKind::File => "file",
                NodeKind::Symlink => "symlink",
                NodeKind::Null => "device",
            },
            path: found.path,
            size: found.size,
            modified_ms: found.modified / 1_000_000,
        }
    }
}

/// Limits as they are said.
fn described(limits: &Limits) -> LimitParams {
    LimitParams {
        fuel: Some(limits.fuel),
        memory: Some(limits.memory),
        time_ms: u64::try_from(limits.wall.as_millis()).ok(),
        output: Some(limits.output),
        disk: Some(limits.disk),
        files: Some(limits.files),
    }
}

/// What is asked for, and what there is where nothing is.
fn merged(limits: &Limits, asked: &LimitParams) -> LimitParams {
    let now = described(limits);
    LimitParams {
        fuel: asked.fuel.or(now.fuel),
        memory: asked.memory.or(now.memory),
        time_ms: asked.time_ms.or(now.time_ms),
        output: asked.output.or(now.output),
        disk: asked.disk.or(now.disk),
        files: asked.files.or(now.files),
    }
}

/// What is asked for, none of it more than there is.
fn bounded(most: &Limits, asked: &LimitParams) -> Result<Limits, Failure> {
    let within = |name: &str, asked: Option<u64>, most: u64| match asked {
        Some(asked) if asked > most => {
            let why = format!("{name} {asked} is more than the {most} that may be had");
            Err(Failure::new(FailureKind::Limit, why))
        }
        asked => Ok(asked.unwrap_or(most)),
    };
    let wall = u64::try_from(most.wall.as_millis()).unwrap_or(u64::MAX);
    Ok(Limits {
        fuel: within("fuel", asked.fuel, most.fuel)?,
        memory: within("memory", asked.memory, most.memory)?,
        wall: Duration::from_millis(within("time_ms", asked.time_ms, wall)?),
        output: within("output", asked.output, most.output)?,
        disk: within("disk", asked.disk, most.disk)?,
        files: within("files", asked.files, most.files)?,
        ..most.clone()
    })
}
