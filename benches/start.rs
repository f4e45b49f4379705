//! From nothing to a finished script, in a process that has the runtime loaded.
//!
//! `cargo bench --bench start`

use autoexp::progress;
use autoexp::sandbox::runtime::{Cache, FetchOptions};
use autoexp::sandbox::{Invocation, Limits, Program, Sandbox};
use autoexp::workspace::{Access, Tree, Workspace};
use divan::Bencher;
use std::sync::LazyLock;
use std::time::Duration;

static SANDBOX: LazyLock<Sandbox> = LazyLock::new(|| {
    let cache = Cache::locate()
        .and_then(Cache::open)
        .expect("a cache directory");
    Sandbox::prepare(
        &cache,
        &FetchOptions::from_env(),
        progress::stderr().as_ref(),
    )
    .expect("a runtime")
});

fn main() {
    LazyLock::force(&SANDBOX);
    divan::main();
}

const SCRIPTS: [&str; 3] = [
    "print('hi')",
    "import numpy",
    "import numpy, scipy.stats, pandas, sklearn.linear_model",
];

/// One by one, each when the memory of the one before is clean again.
#[divan::bench(args = SCRIPTS, sample_count = 200, sample_size = 1)]
fn after_a_pause(bencher: Bencher, code: &str) {
    bencher
        .with_inputs(|| std::thread::sleep(Duration::from_millis(3)))
        .bench_values(|()| run(code));
}

/// One right after the other.
#[divan::bench(args = SCRIPTS, sample_count = 200)]
fn in_a_row(bencher: Bencher, code: &str) {
    bencher.bench(|| run(code));
}

#[divan::bench(args = SCRIPTS, threads = [1, 2, 8, 64], sample_count = 50)]
fn side_by_side(bencher: Bencher, code: &str) {
    bencher.bench(|| run(code));
}

fn run(code: &str) -> u64 {
    let mut workspace = Workspace::new();
    workspace
        .mount("/workspace", &Tree::default(), Access::ReadWrite)
        .expect("a free place");
    let invocation = Invocation::new(Program::Command(code.to_owned()));
    let outcome = SANDBOX
        .run(&mut workspace, invocation, &Limits::default())
        .expect("a run");
    assert!(outcome.exit.success(), "{:?}", outcome.stderr);
    outcome.fuel_used
}
