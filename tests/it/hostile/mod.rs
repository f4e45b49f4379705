//! Programs that mean harm: each has the ending that is named beside it, and the process that ran
//! it goes on as if nothing had been.
//!
//! - `files.rs`: paths, links, descriptors, the limits of a file system
//! - `swapped.rs`: a host folder that is changed under a run
//! - `bombs.rs`: little that becomes much: archives, pickles, numbers, patterns, endless work
//! - `interpreter.rs`: CPython's own corners: finalizers, tracing, frames, code objects, exits
//! - `memory.rs`: all of linear memory read and overwritten, and what the next run finds there
//! - `poison.rs`: what is left for the next run to import
//! - `output.rs`: floods, and what terminals take for commands

mod bombs;
mod files;
mod interpreter;
mod memory;
mod output;
mod poison;
mod swapped;

use std::sync::OnceLock;

use autoexp::sandbox::{Exit, Invocation, Limits, Outcome, Program, Sandbox};
use autoexp::workspace::{Access, Hash, Tree, Workspace};

use crate::support;

/// A program, how it must end, and a part of what it must say on either stream.
type Case = (&'static str, &'static str, Exit, &'static str);

const DONE: Exit = Exit::Exited(0);
const FAILED: Exit = Exit::Exited(1);
const ABORTED: Exit = Exit::Trapped("the interpreter aborted");

/// Little enough that every ending comes soon.
fn tight() -> Limits {
    Limits {
        fuel: 4_000_000_000,
        memory: 256 << 20,
        output: 1 << 20,
        disk: 16 << 20,
        files: 2_000,
        descriptors: 64,
        ..Limits::default()
    }
}

fn fresh() -> Workspace {
    let given: Tree = [
        ("given.txt", b"given".to_vec()),
        ("folder/inner.txt", b"inner".to_vec()),
    ]
    .into_iter()
    .collect();
    let fixed: Tree = [("fixed.txt", b"fixed".to_vec())].into_iter().collect();
    let mut workspace = Workspace::new();
    workspace
        .mount("/workspace", &given, Access::ReadWrite)
        .unwrap();
    workspace.mount("/fixed", &fixed, Access::ReadOnly).unwrap();
    workspace
        .mount("/other", &Tree::default(), Access::ReadWrite)
        .unwrap();
    workspace
}

fn run_in(workspace: &mut Workspace, code: &str, limits: &Limits) -> Outcome {
    let invocation = Invocation::new(Program::Command(code.to_owned()));
    support::sandbox()
        .run(workspace, invocation, limits)
        .unwrap()
}

fn run(code: &str, limits: &Limits) -> Outcome {
    run_in(&mut fresh(), code, limits)
}

/// Runs each program in a workspace of its own, and after each an ordinary one.
#[track_caller]
fn check(cases: &[Case], limits: &Limits) {
    let mut wrong = String::new();
    for (name, code, exit, says) in cases {
        let outcome = run(code, limits);
        let said = format!("{}{}", outcome.stdout.text(), outcome.stderr.text());
        if outcome.exit != *exit || !said.contains(says) {
            let end = said.len().saturating_sub(1500);
            let end = said.ceil_char_boundary(end);
            wrong += &format!(
                "{name}: {:?} after {:?}, where {exit:?} was due, saying {says:?}: {}\n\n",
                outcome.exit,
                outcome.elapsed,
                &said[end..]
            );
        }
        assert!(outcome.peak_memory <= limits.memory, "{name}: {outcome:?}");
        assert!(outcome.written <= limits.disk, "{name}: {outcome:?}");
        assert_all_is_well(name);
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Runs a program that breaks its interpreter: however that ends, the ending has a name, and is the
/// same each time.
#[track_caller]
fn assert_ends(name: &str, code: &str, limits: &Limits) {
    let mut workspace = fresh();
    let outcome = run_in(&mut workspace, code, limits);
    let named = matches!(
        outcome.exit,
        Exit::Exited(_)
            | Exit::Trapped(_)
            | Exit::OutOfFuel
            | Exit::OutOfMemory(1)
            | Exit::StackOverflow
    );
    assert!(named, "{name}: {outcome:?}");
    assert_eq!(run(code, limits).digest(), outcome.digest(), "{name}");
    assert_all_is_well(name);
    let looked = run_in(&mut workspace, "print(open('given.txt').read())", limits);
    assert_eq!(looked.stdout.text(), "given\n", "{name}: {looked:?}");
}

/// An ordinary program, whose outcome is one of those in `golden.rs`.
const ORDINARY: &str = include_str!("../golden/arrays.py");
const OUTCOMES: &str = include_str!("../snapshots/it__golden__outcomes.snap");

fn ordinary() -> Hash {
    let given: Tree = [("given.txt", b"given".to_vec())].into_iter().collect();
    let mut workspace = Workspace::new();
    workspace
        .mount("/workspace", &given, Access::ReadWrite)
        .unwrap();
    let limits = Limits {
        fuel: 2_000_000_000,
        memory: 512 << 20,
        ..Limits::default()
    };
    run_in(&mut workspace, ORDINARY, &limits).digest()
}

/// The process still runs an ordinary program to the same bits as before.
#[track_caller]
fn assert_all_is_well(after: &str) {
    static BEFORE: OnceLock<String> = OnceLock::new();
    // Whoever is first has run something hostile already; but where there is a golden digest, it
    // counts.
    let now = ordinary().to_string();
    let before = BEFORE.get_or_init(|| {
        if Sandbox::fingerprint().ends_with("-host-blas") {
            assert!(OUTCOMES.contains(&format!("{now}  arrays: ")), "{after}");
        }
        now.clone()
    });
    assert_eq!(&now, before, "{after} left something behind");
}
