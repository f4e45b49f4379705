//! From nothing to a finished script, in a process that has the runtime loaded.
//!
//! `cargo bench --bench start`

use autoexp::progress;
use autoexp::sandbox::runtime::{Cache, FetchOptions};
use autoexp::sandbox::{Invocation, Limits, Program, Sandbox};
use autoexp::workspace::{Access, Tree, Workspace};
use divan::Bencher;
use std::sync::LazyLock;

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

#[divan::bench(args = [
    "print('hi')",
    "import numpy",
    "import numpy, scipy.stats, pandas, sklearn.linear_model",
], sample_count = 200)]
fn script(bencher: Bencher, code: &str) {
    bencher.bench(|| run(code));
}

#[divan::bench(threads = [1, 2, 8, 64], sample_count = 50)]
fn side_by_side(bencher: Bencher) {
    bencher.bench(|| run("print('hi')"));
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
