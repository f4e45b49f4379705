//! Installing the runtime, with a real pip and a tiny wheel, and the native code made from it.
//!
//! What needs an environment, a limit or a death of its own runs in a child process: this test
//! binary again, asked for the one test [`child`].

use std::fs;
use std::thread;
use std::time::Duration;

use autoexp::progress::Lines;
use autoexp::sandbox::runtime::{Cache, FetchOptions, Lock, RuntimeError, compiled, install};

mod derived;
mod fetching;
mod trouble;
mod world;

/// What the other processes do. Says `ok`, or the error with its hint, on a line of its own.
#[test]
#[ignore = "run by the other tests, in a process of its own"]
fn child() {
    let lock = fs::read_to_string(std::env::var_os("AUTOEXP_TEST_LOCK").unwrap()).unwrap();
    let options = FetchOptions {
        lock: Lock::parse(&lock).unwrap(),
        ..FetchOptions::from_env()
    };
    let progress = Lines::new(std::io::stderr());
    let result = Cache::locate().and_then(Cache::open).and_then(|cache| {
        let installed = install(&cache, &options, &progress)?;
        if std::env::var_os("AUTOEXP_TEST_SLOW").is_some() {
            compiled(&cache, &installed, "v1", |wasm, _| slowly(wasm), &progress)?;
        }
        Ok(())
    });
    match result {
        Ok(()) => println!("\nchild: ok"),
        Err(error) => println!(
            "\nchild: {error}\nhint: {}",
            error.hint().unwrap_or_default()
        ),
    }
}

fn slowly(wasm: &[u8]) -> Result<Vec<u8>, RuntimeError> {
    thread::sleep(Duration::from_secs(1));
    Ok(wasm.to_vec())
}
