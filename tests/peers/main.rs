//! The numerical stack, and packages of pure Python on `PYTHONPATH`, against native CPython; and
//! models behind the LiteLLM proxy (`litellm.rs`), and the report's page in Chromium (`page.rs`).
//!
//! `.ci/peers` installs what is needed and says where. The programs print numbers; they must be the
//! same within rounding: floats here and there come of other instructions in another order.

mod browser;
mod litellm;
mod mcp;
// What the other tests have for the same.
#[path = "../it/models/mind.rs"]
#[allow(dead_code)]
mod mind;
mod page;
#[path = "../it/paper.rs"]
#[allow(dead_code)]
mod paper;
#[path = "../it/models/server.rs"]
#[allow(dead_code)]
mod server;
#[path = "../it/support.rs"]
#[allow(dead_code)]
mod support;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use regex::Regex;

const AUTOEXP: &str = env!("CARGO_BIN_EXE_autoexp");

/// A Python that has the packages of `stack.txt`.
const PYTHON: &str = "AUTOEXP_PEER_PYTHON";
/// A folder with the wheels of `wheels.txt`.
const WHEELS: &str = "AUTOEXP_PEER_WHEELS";

/// How far two numbers may be apart, relative to the larger; and absolutely, for what is nothing
/// but rounding itself.
const RELATIVE: f64 = 1e-6;
const ABSOLUTE: f64 = 1e-9;

/// Where a peer is; without it there is nothing to compare with, which `.ci/peers` doesn't let pass.
fn peer(variable: &str) -> Option<PathBuf> {
    let found = env::var_os(variable).map(PathBuf::from);
    if found.is_none() {
        println!("skipped: {variable} is not set; .ci/peers sets it");
    }
    found
}

/// Runs `main.py` with these wheels on `PYTHONPATH`, here and natively, and compares.
#[track_caller]
fn alike(program: &str, wheels: &[PathBuf]) {
    let Some(python) = peer(PYTHON) else { return };
    let (here, there) = (folder(program), folder(program));
    let names: Vec<_> = wheels.iter().map(|it| it.file_name().unwrap()).collect();
    for (wheel, name) in wheels.iter().zip(&names) {
        for folder in [&here, &there] {
            fs::copy(wheel, folder.path().join(name)).unwrap();
        }
    }
    let path: Vec<_> = names.iter().map(|it| it.to_str().unwrap()).collect();
    let path = path.join(":");

    let mut ours = Command::new(AUTOEXP);
    ours.args(["python", "-q", "--env", &format!("PYTHONPATH={path}")]);
    let mut native = Command::new(python);
    for (name, _) in env::vars_os() {
        // pytest prints more where it believes itself in CI.
        let name_shown = name.to_string_lossy();
        if name_shown.starts_with("PYTHON") || name_shown == "CI" {
            native.env_remove(name);
        }
    }
    native
        .env("PYTHONPATH", path)
        .env("PYTHONUTF8", "1")
        // Tests run side by side, and threads that wait for each other's cores take many times as long.
        .env("OMP_NUM_THREADS", "1");
    let (ours, native) = (run(ours, here.path()), run(native, there.path()));
    let differences = differences(&ours, &native);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

fn folder(program: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("main.py"), program).unwrap();
    folder
}

/// What it prints; it must end well.
#[track_caller]
fn run(mut command: Command, folder: &Path) -> String {
    let command = command.arg("main.py").current_dir(folder);
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    let stderr = String::from_utf8_lossy(&stderr);
    assert!(
        status.success(),
        "{command:?} ended with {status}\n{stderr}"
    );
    String::from_utf8(stdout).unwrap()
}

/// A printed text: its numbers, and what is between them.
#[derive(PartialEq)]
enum Piece {
    Text(String),
    Number(f64),
}

/// Without blanks, since arrays are laid out by the width of their numbers; and without the width
/// of integers, which is 32 bits here by default.
fn pieces(text: &str) -> Vec<Piece> {
    let number = Regex::new(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?").unwrap();
    let text = text
        .replace("int64", "int32")
        .replace(", dtype=int32", "")
        .replace(",\n      dtype=int32", "");
    let plain = |text: &str| Piece::Text(text.split_whitespace().collect());
    let mut pieces = Vec::new();
    let mut at = 0;
    for found in number.find_iter(&text) {
        pieces.push(plain(&text[at..found.start()]));
        pieces.push(Piece::Number(found.as_str().parse().unwrap()));
        at = found.end();
    }
    pieces.push(plain(&text[at..]));
    pieces
}

fn close(ours: &Piece, native: &Piece) -> bool {
    match (ours, native) {
        (Piece::Number(a), Piece::Number(b)) => {
            (a - b).abs() <= RELATIVE * a.abs().max(b.abs()) + ABSOLUTE
        }
        _ => ours == native,
    }
}

/// The lines about the first pieces that differ.
fn differences(ours: &str, native: &str) -> Vec<String> {
    let (here, there) = (pieces(ours), pieces(native));
    let apart = here.iter().zip(&there).filter(|(a, b)| !close(a, b));
    let mut told: Vec<String> = apart
        .take(8)
        .map(|(a, b)| format!("here {} natively {}", show(a), show(b)))
        .collect();
    if here.len() != there.len() {
        told.push(format!(
            "{} pieces here, {} natively",
            here.len(),
            there.len()
        ));
    }
    if !told.is_empty() {
        told.push(format!("-- here\n{ours}\n-- natively\n{native}"));
    }
    told
}

fn show(piece: &Piece) -> String {
    match piece {
        Piece::Text(text) => format!("{text:?}"),
        Piece::Number(number) => number.to_string(),
    }
}

#[test]
fn numbers_are_compared_within_rounding_and_all_else_exactly() {
    let same = |a, b| differences(a, b).is_empty();
    assert!(same("x [0.3333333333 1e-300]", "x [0.33333333334  0.]"));
    assert!(same("array([1, 2])", "array([1, 2], dtype=int64)"));
    assert!(!same("x 0.333", "x 0.334"));
    assert!(!same("x 1", "y 1"));
    assert!(!same("1 2", "1 2 3"));
}

/// Programs over what the runtime has.
mod stack {
    macro_rules! programs {
        ($($name:ident)*) => {$(
            #[test]
            fn $name() {
                super::alike(include_str!(concat!("stack/", stringify!($name), ".py")), &[]);
            }
        )*};
    }

    programs! {
        arrays random_numbers linear_algebra scientific statistics_of_samples tables learning
        symbols_and_graphs figures work
    }
}

/// Programs over packages that the runtime hasn't, as wheels.
mod wheels {
    use super::*;

    /// The wheels that `.ci/peers` fetched.
    fn wheels() -> Option<Vec<PathBuf>> {
        let listed = fs::read_dir(peer(WHEELS)?).unwrap();
        let mut wheels: Vec<_> = listed.map(|it| it.unwrap().path()).collect();
        wheels.sort();
        Some(wheels)
    }

    macro_rules! programs {
        ($($name:ident)*) => {$(
            #[test]
            fn $name() {
                let Some(wheels) = wheels() else { return };
                alike(include_str!(concat!("wheels/", stringify!($name), ".py")), &wheels);
            }
        )*};
    }

    programs! { autograd einops lark pytest }
}
