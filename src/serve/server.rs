//! Requests in, answers out: which sandbox a request is for, and whose turn it is.
//!
//! Each sandbox has a thread, which does what is asked of it in order; sandboxes work side by side,
//! and their runs wait for a core. What a client may have open at once is bounded: a request beyond
//! that is refused at once. A client that doesn't read its answers holds up its own sandboxes until
//! it does, and nothing piles up here.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, BufRead, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use serde_json::{Map, Value, json};

use super::benchmark::Benchmark;
use super::calls::{self, Call, Done};
use super::hosted::{Frozen, Used};
use super::protocol::{Failure, FailureKind, Request};
use crate::sandbox::{Cancel, Limits, Runner};

/// What a client may have.
#[derive(Clone, Debug)]
pub struct Options {
    /// The most that a sandbox, and a command in it, may be given; and what one has where nothing
    /// is said.
    pub limits: Limits,
    pub sandboxes: usize,
    /// Requests that are not answered yet.
    pub in_flight: usize,
    /// Bytes of a message.
    pub message: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            limits: Limits::default(),
            sandboxes: 1_000,
            in_flight: 1_000,
            message: 256 << 20,
        }
    }
}

/// Meets the requests of one client, until it asks to end or there are no more: then what still
/// runs is cancelled.
pub fn serve(
    runner: &Runner,
    benchmark: Benchmark,
    options: Options,
    mut input: impl BufRead,
    output: impl Write + Send + 'static,
) -> io::Result<()> {
    let message = options.message;
    let server = Arc::new(Server {
        runner: runner.clone(),
        benchmark,
        options,
        output: Mutex::new(Output {
            to: Box::new(output),
            error: None,
        }),
        state: Mutex::default(),
        started: Instant::now(),
    });
    let mut line = Vec::new();
    let ended_by = loop {
        match read_line(&mut input, &mut line, message)? {
            Line::End => break None,
            Line::Read if line.iter().all(u8::is_ascii_whitespace) => {}
            Line::Read => {
                if let Some(last) = server.take(&line) {
                    break Some(last.id);
                }
            }
            Line::TooLong => {
                let why = format!("a message may have {message} bytes: read and write in pieces");
                server.answer(&Value::Null, Err(Failure::new(FailureKind::Limit, why)));
            }
        }
        if server.lock_output().error.is_some() {
            break None;
        }
    };
    if ended_by.is_none() {
        server.cancel(|_| true);
    }
    server.close();
    if let Some(Some(id)) = ended_by {
        server.answer(&id, Ok(json!({})));
    }
    match server.lock_output().error.take() {
        // Whoever asked has gone.
        Some(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}

enum Line {
    Read,
    TooLong,
    End,
}

/// The next line; of one that is too long, nothing is kept.
fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>, most: usize) -> io::Result<Line> {
    line.clear();
    let mut bounded = input.take(most as u64 + 1);
    if bounded.read_until(b'\n', line)? == 0 {
        return Ok(Line::End);
    }
    if line.len() > most && line.last() != Some(&b'\n') {
        line.clear();
        input.skip_until(b'\n')?;
        return Ok(Line::TooLong);
    }
    Ok(Line::Read)
}

pub(super) struct Server {
    pub runner: Runner,
    pub benchmark: Benchmark,
    pub options: Options,
    output: Mutex<Output>,
    state: Mutex<State>,
    started: Instant,
}

struct Output {
    to: Box<dyn Write + Send>,
    /// What keeps it from being written to, if it can't be any more.
    error: Option<io::Error>,
}

#[derive(Default)]
struct State {
    /// By their names: where what is asked of a sandbox goes.
    sandboxes: BTreeMap<String, Sender<Job>>,
    snapshots: BTreeMap<String, Frozen>,
    /// By their ids, as JSON.
    in_flight: HashMap<String, InFlight>,
    /// Sandboxes and snapshots made so far.
    made: u64,
    requests: u64,
    threads: Vec<JoinHandle<()>>,
    used: Used,
}

struct InFlight {
    sandbox: Option<String>,
    cancel: Cancel,
}

/// A request in flight: by what it is known, and by what it is answered, if it is.
#[derive(Clone)]
struct Ticket {
    key: String,
    id: Option<Value>,
}

/// Something to do in a sandbox.
struct Job {
    ticket: Ticket,
    call: Call,
}

impl Server {
    /// Takes a message; gives the request that asks for the end.
    fn take(self: &Arc<Server>, line: &[u8]) -> Option<Request> {
        let request = match parse(line) {
            Ok(request) => request,
            Err(wrong) => {
                let (id, failure) = *wrong;
                self.answer(&id, Err(failure));
                return None;
            }
        };
        let id = request.id.clone();
        let result = match request.method.as_str() {
            "shutdown" => return Some(request),
            // Also where nothing more may be asked: it is how there comes to be less.
            "cancel" => calls::cancel(self, request.params),
            _ => match self.begin(request) {
                Ok(()) => return None,
                Err(failure) => Err(failure),
            },
        };
        if let Some(id) = id {
            self.answer(&id, result);
        }
        None
    }

    /// Answers a request, or has its sandbox do so later. An error is of one that isn't taken.
    fn begin(self: &Arc<Server>, request: Request) -> Result<(), Failure> {
        let mut params = object(request.params)?;
        let sandbox = match params.remove("sandbox") {
            None => None,
            Some(Value::String(name)) => Some(name),
            Some(_) => {
                return Err(Failure::new(
                    FailureKind::Params,
                    "sandbox is a name, a string",
                ));
            }
        };
        let cancel = Cancel::default();
        let ticket = self.enter(request.id, sandbox.as_ref(), &cancel)?;
        let method = request.method.as_str();
        let answer = match (method, sandbox) {
            ("initialize", None) => calls::initialize(self, params).map(Some),
            ("statistics", None) => calls::statistics(self, params).map(Some),
            ("drop", None) => calls::drop_snapshot(self, params).map(Some),
            ("tasks", None) => calls::tasks(self, params).map(Some),
            ("create", None) => calls::create(self, params)
                .and_then(|make| self.seat(ticket.clone(), make))
                .map(|()| None),
            (method, Some(name)) => {
                calls::in_sandbox(self, method, params, cancel).and_then(|call| {
                    if method == "destroy" {
                        self.cancel_in(&name);
                    }
                    let ticket = ticket.clone();
                    self.send(&name, Job { ticket, call }).map(|()| None)
                })
            }
            (method, None) => Err(calls::unknown(method)),
        };
        if let Some(result) = answer.transpose() {
            self.finish(&ticket, result);
        }
        Ok(())
    }

    /// Counts a request among those in flight.
    fn enter(
        &self,
        id: Option<Value>,
        sandbox: Option<&String>,
        cancel: &Cancel,
    ) -> Result<Ticket, Failure> {
        let state = &mut *self.lock();
        state.requests += 1;
        let key = match &id {
            Some(id) => id.to_string(),
            // No JSON, so no id.
            None => format!("unanswered {}", state.requests),
        };
        let most = self.options.in_flight;
        if state.in_flight.len() >= most {
            let why = format!("{most} requests are in flight, and no more may be: wait for some");
            return Err(Failure::new(FailureKind::Limit, why));
        }
        if state.in_flight.contains_key(&key) {
            let why = format!("a request in flight has the id {key}");
            return Err(Failure::new(FailureKind::Request, why));
        }
        let entry = InFlight {
            sandbox: sandbox.cloned(),
            cancel: cancel.clone(),
        };
        state.in_flight.insert(key.clone(), entry);
        Ok(Ticket { key, id })
    }

    /// Answers a request that is in flight.
    fn finish(&self, ticket: &Ticket, result: Result<Value, Failure>) {
        self.lock().in_flight.remove(&ticket.key);
        if let Some(id) = &ticket.id {
            self.answer(id, result);
        }
    }

    fn answer(&self, id: &Value, result: Result<Value, Failure>) {
        let message = match result {
            Ok(result) => json!({"jsonrpc": "2.0", "id": id, "result": result}),
            Err(error) => json!({"jsonrpc": "2.0", "id": id, "error": error}),
        };
        let line = format!("{message}\n");
        let output = &mut *self.lock_output();
        if output.error.is_some() {
            return;
        }
        let written = output.to.write_all(line.as_bytes());
        if let Err(error) = written.and_then(|()| output.to.flush()) {
            output.error = Some(error);
        }
    }

    /// Makes a sandbox on a thread of its own, which then waits for what is asked of it.
    fn seat(self: &Arc<Server>, ticket: Ticket, make: calls::Make) -> Result<(), Failure> {
        let (jobs, todo) = mpsc::channel();
        let name = {
            let state = &mut *self.lock();
            let most = self.options.sandboxes;
            if state.sandboxes.len() >= most {
                let why = format!("{most} sandboxes are there, and no more may be: destroy some");
                return Err(Failure::new(FailureKind::Limit, why));
            }
            state.made += 1;
            let name = format!("s{}", state.made);
            state.sandboxes.insert(name.clone(), jobs);
            name
        };
        let (server, thread_name) = (self.clone(), name.clone());
        let spawned = thread::Builder::new()
            .name(format!("sandbox {name}"))
            .spawn(move || server.inhabit(&thread_name, &ticket, make, &todo));
        let state = &mut *self.lock();
        match spawned {
            Ok(thread) => {
                state.threads.retain(|thread| !thread.is_finished());
                state.threads.push(thread);
                Ok(())
            }
            Err(error) => {
                state.sandboxes.remove(&name);
                let why = format!("start a thread for a sandbox: {error}");
                Err(Failure::new(FailureKind::Host, why))
            }
        }
    }

    /// The life of a sandbox.
    fn inhabit(
        self: &Arc<Server>,
        name: &str,
        ticket: &Ticket,
        make: calls::Make,
        todo: &Receiver<Job>,
    ) {
        let made = guarded(make);
        let mut hosted = match made {
            Ok(hosted) => hosted,
            Err(failure) => {
                self.lock().sandboxes.remove(name);
                return self.finish(ticket, Err(failure));
            }
        };
        self.finish(ticket, Ok(json!({"sandbox": name})));
        for Job { ticket, call } in todo {
            let before = hosted.used();
            let done = guarded(|| call(&mut hosted));
            self.count(before, hosted.used());
            let answer = match done {
                Err(failure) => Err(failure),
                Ok(Done::Answer(answer)) => Ok(answer),
                Ok(Done::Snapshot(frozen)) => self.keep(frozen),
                Ok(Done::Fork(make)) => match self.seat(ticket.clone(), make) {
                    // Answered when it is made.
                    Ok(()) => continue,
                    Err(failure) => Err(failure),
                },
                Ok(Done::Destroyed) => {
                    self.leave(name, todo);
                    return self.finish(&ticket, Ok(json!({})));
                }
            };
            if let Err(failure) = &answer
                && failure.data.kind == FailureKind::Internal
            {
                // What it was at may be half done.
                self.leave(name, todo);
                return self.finish(&ticket, answer);
            }
            self.finish(&ticket, answer);
        }
    }

    /// Has a sandbox be gone, also for what was asked of it and comes too late.
    fn leave(&self, name: &str, todo: &Receiver<Job>) {
        self.lock().sandboxes.remove(name);
        for late in todo.try_iter() {
            self.finish(&late.ticket, Err(gone(name)));
        }
    }

    fn count(&self, before: Used, after: Used) {
        let used = &mut self.lock().used;
        used.commands += after.commands - before.commands;
        used.fuel = used.fuel.saturating_add(after.fuel - before.fuel);
        used.peak_memory = used.peak_memory.max(after.peak_memory);
    }

    fn send(&self, name: &str, job: Job) -> Result<(), Failure> {
        let state = self.lock();
        let seat = state.sandboxes.get(name).ok_or_else(|| gone(name))?;
        seat.send(job).map_err(|_| gone(name))
    }

    fn keep(&self, frozen: Frozen) -> Result<Value, Failure> {
        let hash = frozen
            .hash()
            .map_err(|error| Failure::new(FailureKind::Host, format!("read the files: {error}")))?;
        let state = &mut *self.lock();
        let most = self.options.sandboxes;
        if state.snapshots.len() >= most {
            let why = format!("{most} snapshots are kept, and no more may be: drop some");
            return Err(Failure::new(FailureKind::Limit, why));
        }
        state.made += 1;
        let name = format!("n{}", state.made);
        state.snapshots.insert(name.clone(), frozen);
        Ok(json!({"snapshot": name, "hash": hash}))
    }

    /// A snapshot by its name.
    pub fn snapshot(&self, name: &str) -> Result<Frozen, Failure> {
        let found = self.lock().snapshots.get(name).cloned();
        found.ok_or_else(|| no_snapshot(name))
    }

    pub fn drop_snapshot(&self, name: &str) -> Result<(), Failure> {
        let dropped = self.lock().snapshots.remove(name);
        dropped.map(drop).ok_or_else(|| no_snapshot(name))
    }

    /// Cancels the requests in flight whose ids are wanted. How many those are is given back.
    pub fn cancel(&self, is_wanted: impl Fn(&String) -> bool) -> usize {
        let wanted: Vec<Cancel> = {
            let state = self.lock();
            let of =
                |(id, entry): (&String, &InFlight)| is_wanted(id).then(|| entry.cancel.clone());
            state.in_flight.iter().filter_map(of).collect()
        };
        wanted.iter().for_each(Cancel::cancel);
        wanted.len()
    }

    fn cancel_in(&self, sandbox: &str) {
        let wanted: Vec<Cancel> = {
            let state = self.lock();
            let entries = state.in_flight.values();
            let of = entries.filter(|entry| entry.sandbox.as_deref() == Some(sandbox));
            of.map(|entry| entry.cancel.clone()).collect()
        };
        wanted.iter().for_each(Cancel::cancel);
    }

    pub fn statistics(&self) -> Value {
        let state = self.lock();
        json!({
            "sandboxes": state.sandboxes.len(),
            "snapshots": state.snapshots.len(),
            "in_flight": state.in_flight.len(),
            "requests": state.requests,
            "commands": state.used.commands,
            "fuel": state.used.fuel,
            "peak_memory": state.used.peak_memory,
            "uptime_ms": u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX),
        })
    }

    /// Lets the sandboxes do what was asked of them, and go.
    fn close(&self) {
        let threads = {
            let state = &mut *self.lock();
            state.sandboxes.clear();
            std::mem::take(&mut state.threads)
        };
        for thread in threads {
            // What panicked was answered.
            _ = thread.join();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_output(&self) -> MutexGuard<'_, Output> {
        self.output.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn no_snapshot(name: &str) -> Failure {
    Failure::new(FailureKind::Unknown, format!("there is no snapshot {name}"))
}

fn gone(name: &str) -> Failure {
    Failure::new(FailureKind::Unknown, format!("there is no sandbox {name}"))
}

/// Parameters are given by name, or there are none.
pub(super) fn object(params: Option<Value>) -> Result<Map<String, Value>, Failure> {
    match params {
        None => Ok(Map::new()),
        Some(Value::Object(params)) => Ok(params),
        Some(_) => {
            let why = "params is an object: they are given by name";
            Err(Failure::new(FailureKind::Params, why))
        }
    }
}

/// A fault of ours ends one request, and no other.
fn guarded<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        let why =
            "a fault of the server's, which it tells of on standard error; the sandbox is gone";
        Err(Failure::new(FailureKind::Internal, why))
    })
}

/// A request, or what is wrong with it and the id to answer by.
fn parse(line: &[u8]) -> Result<Request, Box<(Value, Failure)>> {
    let wrong = |id: &Value, kind, why: String| Box::new((id.clone(), Failure::new(kind, why)));
    let value: Value = serde_json::from_slice(line).map_err(|error| {
        let why = format!("a message is a line of JSON: {error}");
        wrong(&Value::Null, FailureKind::Parse, why)
    })?;
    if value.is_array() {
        let why = "batches are not taken: send a line for each";
        return Err(wrong(&Value::Null, FailureKind::Request, why.to_owned()));
    }
    let id = value.get("id");
    if !matches!(id, None | Some(Value::String(_) | Value::Number(_))) {
        let why = "an id is a string or a number";
        return Err(wrong(&Value::Null, FailureKind::Request, why.to_owned()));
    }
    let id = id.cloned().unwrap_or_default();
    let request: Request = serde_json::from_value(value).map_err(|error| {
        let why = format!("read a request of JSON-RPC 2.0: {error}");
        wrong(&id, FailureKind::Request, why)
    })?;
    if request.jsonrpc != "2.0" {
        let why = format!("jsonrpc is \"2.0\", not {:?}", request.jsonrpc);
        return Err(wrong(&id, FailureKind::Request, why));
    }
    Ok(request)
}
