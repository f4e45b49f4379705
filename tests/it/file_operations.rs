//! Files are to a program in the sandbox what they are to one under native Python: random operations
//! are done by one program in both, with the same results, the same errors by name, and the same
//! tree in the end.
//!
//! `PROPTEST_CASES=10000 cargo test --release --test it file_operations` does ten thousand. The
//! functions under Python are compared with those of another host in the package `preview1`.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use autoexp::sandbox::{Exit, Invocation, Limits, Program, Stdin as Input};
use autoexp::workspace::{Access, Tree, Workspace};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support;

const OPERATIONS: &str = include_str!("file_operations/operations.py");

/// Where all of it happens, so deep that no `..` leads out of it.
const BASE: &str = "1/2/3/4/5/6/7/8/9/10/11/12";
/// What is there at first.
const FILES: [(&str, &str); 2] = [("a/b/c", "a file of the host"), ("c", "another")];

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        20 => prop::sample::select(&["a", "b", "c", "d"][..]).prop_map(str::to_owned),
        2 => prop::sample::select(&[".", ".."][..]).prop_map(str::to_owned),
        1 => prop::sample::select(&["ünï", "with space", "...", " ", "-", "a\nb", "\u{1F40D}", "~"][..])
            .prop_map(str::to_owned),
        1 => prop::sample::select(&[255usize, 256]).prop_map(|length| "n".repeat(length)),
    ]
}

fn path() -> impl Strategy<Value = String> {
    let slash = prop_oneof![9 => Just(""), 1 => Just("/")];
    prop_oneof![
        20 => (prop::collection::vec(name(), 1..4), slash)
            .prop_map(|(names, slash)| names.join("/") + slash),
        1 => prop::sample::select(&["a//b", "./a", "a/./b", "a/../b", "a/b/../../c", "a\0b"][..])
            .prop_map(str::to_owned),
    ]
}

/// A path that isn't just the working directory, which the C library here gives by its own name.
fn other() -> impl Strategy<Value = String> {
    path().prop_filter("a path with a name", |path| {
        path.split('/').any(|name| !name.is_empty() && name != ".")
    })
}

fn target() -> impl Strategy<Value = String> {
    let targets = &[
        "a", "b", "c/d", "../a", "..", ".", "a/b", "nowhere", "./b", "c/", "ünï",
    ][..];
    prop::sample::select(targets).prop_map(str::to_owned)
}

fn flags() -> impl Strategy<Value = Vec<&'static str>> {
    let access = prop::sample::select(&["O_RDONLY", "O_WRONLY", "O_RDWR"][..]);
    let others = &[
        "O_CREAT",
        "O_EXCL",
        "O_TRUNC",
        "O_APPEND",
        "O_DIRECTORY",
        "O_NOFOLLOW",
    ][..];
    let others = prop::sample::subsequence(others, 0..4);
    (access, others).prop_map(|(access, others)| [vec![access], others].concat())
}

/// An operation as the program takes it: a name and arguments.
fn operation() -> impl Strategy<Value = Value> {
    let slot = || 0..4usize;
    let dir = || prop::option::weighted(0.15, slot());
    let text = || "[a-zé]{0,8}";
    let size = || prop_oneof![8 => 0i64..40, 1 => Just(-1)];
    let offset = || prop_oneof![8 => 0i64..40, 1 => Just(-1), 1 => Just(i64::MAX)];
    let by = prop_oneof![8 => -20i64..40, 1 => Just(i64::MIN), 1 => Just(i64::MAX)];
    let time = || 0..2_000_000_000_000_000_000i64;
    let mode = prop::sample::select(&["r", "w", "a", "x", "r+"][..]);
    prop_oneof![
        8 => (slot(), path(), flags(), dir()).prop_map(|it| json!(["open", it.0, it.1, it.2, it.3])),
        1 => slot().prop_map(|slot| json!(["close", slot])),
        2 => (slot(), 0..30).prop_map(|it| json!(["read", it.0, it.1])),
        1 => (slot(), 0..30, offset()).prop_map(|it| json!(["pread", it.0, it.1, it.2])),
        3 => (slot(), text()).prop_map(|it| json!(["write", it.0, it.1])),
        2 => (slot(), text(), 0..40).prop_map(|it| json!(["pwrite", it.0, it.1, it.2])),
        3 => (slot(), by, 0..3).prop_map(|it| json!(["seek", it.0, it.1, it.2])),
        1 => (slot(), size()).prop_map(|it| json!(["ftruncate", it.0, it.1])),
        2 => (path(), size()).prop_map(|it| json!(["truncate", it.0, it.1])),
        1 => (prop::sample::select(&["fsync", "fdatasync"][..]), slot()).prop_map(|it| json!([it.0, it.1])),
        1 => slot().prop_map(|slot| json!(["fstat", slot])),
        1 => (slot(), time(), time()).prop_map(|it| json!(["futime", it.0, it.1, it.2])),
        3 => (path(), any::<bool>(), dir()).prop_map(|it| json!(["stat", it.0, it.1, it.2])),
        1 => (path(), time(), time(), any::<bool>(), dir())
            .prop_map(|it| json!(["utime", it.0, it.1, it.2, it.3, it.4])),
        1 => (path(), dir()).prop_map(|it| json!(["access", it.0, it.1])),
        5 => (path(), dir()).prop_map(|it| json!(["mkdir", it.0, it.1])),
        2 => (other(), dir()).prop_map(|it| json!(["rmdir", it.0, it.1])),
        2 => (path(), dir()).prop_map(|it| json!(["unlink", it.0, it.1])),
        5 => (other(), other(), dir(), dir()).prop_map(|it| json!(["rename", it.0, it.1, it.2, it.3])),
        3 => (path(), path()).prop_map(|it| json!(["link", it.0, it.1])),
        4 => (target(), path(), dir()).prop_map(|it| json!(["symlink", it.0, it.1, it.2])),
        1 => (path(), dir()).prop_map(|it| json!(["readlink", it.0, it.1])),
        2 => path().prop_map(|path| json!(["list", path])),
        3 => (path(), mode, text()).prop_map(|it| json!(["written", it.0, it.1, it.2])),
        2 => path().prop_map(|path| json!(["readback", path])),
        1 => (path(), text()).prop_map(|it| json!(["orphaned", it.0, it.1])),
    ]
}

/// The operations' outcomes, one a line, and then the tree, in the sandbox.
fn here(operations: &str) -> String {
    let files = FILES.map(|(path, text)| (format!("{BASE}/{path}"), text.as_bytes().to_vec()));
    let tree: Tree = files.into_iter().collect();
    let mut workspace = Workspace::new();
    workspace.mount("/w", &tree, Access::ReadWrite).unwrap();
    let mut invocation = Invocation::new(Program::Command(OPERATIONS.to_owned()));
    invocation.cwd = format!("/w/{BASE}");
    invocation.stdin = Input::Bytes(operations.as_bytes().to_vec());
    let outcome = support::sandbox()
        .run(&mut workspace, invocation, &Limits::default())
        .unwrap();
    let errors = outcome.stderr.text();
    assert_eq!(outcome.exit, Exit::Exited(0), "{operations}\n{errors}");
    outcome.stdout.text().into_owned()
}

/// The same natively.
fn there(operations: &str) -> String {
    // In memory where there is such a place: thousands of small operations.
    let disk = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
    let disk = disk.unwrap();
    let base = disk.path().join(BASE);
    for (path, text) in FILES {
        let path = base.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let mut python = Command::new(native_python())
        .args(["-I", "-S", "-X", "utf8", "-c", OPERATIONS])
        .current_dir(&base)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = python.stdin.take().unwrap();
    input.write_all(operations.as_bytes()).unwrap();
    drop(input);
    let ended = python.wait_with_output().unwrap();
    let errors = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "{operations}\n{errors}");
    String::from_utf8(ended.stdout).unwrap()
}

/// The interpreter itself, where `python3` is a script that looks for it.
fn native_python() -> &'static Path {
    static PYTHON: OnceLock<PathBuf> = OnceLock::new();
    PYTHON.get_or_init(|| {
        let code = "import sys; print(sys.executable)";
        let told = Command::new("python3").args(["-c", code]).output().unwrap();
        String::from_utf8(told.stdout).unwrap().trim().into()
    })
}

/// Whether both came out the same, or differ in what is known to: `docs/python.md` has it.
fn same(operation: &Value, here: &str, there: &str) -> bool {
    here == there
        || match operation[0].as_str() {
            // Of two things that are wrong, natively the other is found first.
            Some("open") => (here, there) == ("EBADF", "EINVAL"),
            Some("rename") if here == "EBADF" => {
                ["ENOENT", "ENOTDIR", "ENAMETOOLONG", "ELOOP"].contains(&there)
            }
            Some("truncate") if operation[2] == -1 => here.starts_with('E') && there == "EINVAL",
            _ => false,
        }
}

/// As many cases as are asked for, or some that take seconds.
fn config() -> ProptestConfig {
    let config = ProptestConfig::default();
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => config,
        None => ProptestConfig {
            cases: 300,
            ..config
        },
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn do_what_they_do_natively(operations in prop::collection::vec(operation(), 1..60)) {
        let lines: String = operations.iter().map(|it| format!("{it}\n")).collect();
        let (here, there) = (here(&lines), there(&lines));
        let mut pairs = here.lines().zip(there.lines());
        for (operation, (here, there)) in operations.iter().zip(&mut pairs) {
            prop_assert!(
                same(operation, here, there),
                "{operation}: {here}, and natively {there}\n{lines}"
            );
        }
        for (here, there) in pairs {
            prop_assert_eq!(here, there, "{}", &lines);
        }
        prop_assert_eq!(here.lines().count(), there.lines().count(), "{}", &lines);
    }
}
