//! Packages that a paper names beside the runtime's.

use std::fs::File;
use std::io::Write;

use serde_json::Value;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::paper;
use crate::support::{Dir, TestCommand};

/// Writes a wheel of a package with one module into `wheels/`.
fn wheel(dir: &Dir, name: &str, source: &str, tag: &str) {
    dir.write("wheels/.keep", "");
    let path = dir.path(&format!("wheels/{name}-1.0-{tag}.whl"));
    let mut archive = ZipWriter::new(File::create(path).unwrap());
    let info = format!("{name}-1.0.dist-info");
    let metadata = format!("Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n");
    let about = format!("Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n");
    for (file, text) in [
        (format!("{name}/__init__.py"), source),
        (format!("{info}/METADATA"), &metadata),
        (format!("{info}/WHEEL"), &about),
        (format!("{info}/RECORD"), ""),
    ] {
        archive
            .start_file(file, SimpleFileOptions::default())
            .unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap();
}

/// The paper in miniature, whose script takes its mean's scale from a package.
fn lay(dir: &Dir, package: &str) {
    let line = "field = \"arithmetic\"";
    let guest = format!("{line}\nguest = [\"{package}==1.0\"]");
    paper::lay_with(dir, line, &guest);
    let run = dir.read("tasks/tiny/code/run.py");
    let run = run.replace(
        "import json, sys\n",
        &format!("import json, sys, {package}\n"),
    );
    let run = run.replace(
        "scale * number",
        &format!("{package}.twice(scale) / 2 * number"),
    );
    dir.write("tasks/tiny/code/run.py", run);
    paper::keep_measured(dir);
}

fn offline(dir: &Dir, args: &[&str]) -> TestCommand {
    dir.autoexp(args)
        .env("PIP_NO_INDEX", "1")
        .env("PIP_FIND_LINKS", dir.path("wheels"))
        .env("PIP_CONFIG_FILE", "/dev/null")
}

#[test]
fn a_paper_runs_with_the_packages_it_names_to_the_byte() {
    let dir = Dir::new();
    // Another content each time: what earlier runs fetched is no help.
    let mark = format!("# {:?}\n", std::time::SystemTime::now());
    let source = format!("{mark}def twice(x):\n    return 2 * x\n");
    wheel(&dir, "doubled", &source, "py3-none-any");
    lay(&dir, "doubled");
    offline(&dir, &["task", "check", "tiny"])
        .run()
        .code(2)
        .complains("guest.lock can't be read: there is no such file; have it written again by `autoexp task lock`");
    let locked = offline(&dir, &["task", "lock"]).run().code(0).stdout();
    assert!(
        locked.starts_with("tiny: doubled-1.0-py3-none-any.whl "),
        "{locked}"
    );

    let ran = offline(&dir, &["task", "check", "tiny", "--json"]).run();
    let found: Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert_eq!(found[0]["sound"], true, "{found:#}");
    let eval = ["eval", "--model", "oracle", "--n", "0..2", "--json"];
    let ran = offline(&dir, &eval).run().code(0);
    let report: Value = serde_json::from_slice(&ran.stdout).unwrap();
    let rows = report["rows"].as_array().unwrap();
    assert!(
        rows.iter().all(|row| row["trial_verified"] == true),
        "{report:#}"
    );

    // What was fetched is kept, so the wheel itself is no longer needed; another one is refused.
    std::fs::remove_file(dir.path("wheels/doubled-1.0-py3-none-any.whl")).unwrap();
    offline(&dir, &["task", "check", "tiny"]).run().code(0);
    wheel(&dir, "doubled", "twice = float\n", "py3-none-any");
    let lock = dir.read("tasks/tiny/guest.lock");
    let (before, rest) = lock.split_once("sha256 = \"").unwrap();
    let changed = format!("{before}sha256 = \"{}{}", "0".repeat(8), &rest[8..]);
    dir.write("tasks/tiny/guest.lock", changed);
    offline(&dir, &["task", "check", "tiny"])
        .run()
        .code(2)
        .complains("fetch the package doubled==1.0: pip found no wheel of pure Python, or not the one that is locked");
}

#[test]
fn a_program_of_ones_own_runs_with_the_packages_it_is_given() {
    let dir = Dir::new();
    // A name that was never seen: which wheel a name and version mean is kept.
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap();
    let name = format!("given{}", since.as_nanos());
    wheel(&dir, &name, "answer = 42\n", "py3-none-any");
    let (package, program) = (
        format!("{name}==1.0"),
        format!("import {name}; print({name}.answer)"),
    );
    let with = ["python", "--package", &package, "-c", &program];
    let first = offline(&dir, &with).run().code(0);
    assert_eq!(first.stdout(), "42\n");
    std::fs::remove_file(dir.path(&format!("wheels/{name}-1.0-py3-none-any.whl"))).unwrap();
    let again = offline(&dir, &with).run().code(0);
    assert_eq!(again.stdout(), "42\n");

    let other = ["python", "--package", "nowhere==1.0", "-c", ""];
    offline(&dir, &other)
        .run()
        .code(2)
        .complains("fetch the package nowhere==1.0: pip found no wheel of pure Python");
    for wrong in ["numpy", "a==", "../a==1", "a==1/2", "a>=1"] {
        offline(&dir, &["python", "--package", wrong, "-c", ""])
            .run()
            .code(2)
            .complains("write a package and its version, as in autograd==1.9.1");
    }
}

#[test]
fn what_is_no_package_of_pure_python_is_refused() {
    let dir = Dir::new();
    wheel(&dir, "compiled", "", "cp313-cp313-manylinux2014_x86_64");
    lay(&dir, "compiled");
    offline(&dir, &["task", "lock"])
        .run()
        .code(2)
        .complains("fetch the package compiled==1.0: pip found no wheel of pure Python");

    let spec = dir.read("tasks/tiny/task.toml");
    dir.write(
        "tasks/tiny/task.toml",
        spec.replace("compiled==1.0", "--index-url=x==1"),
    );
    offline(&dir, &["task", "lock"])
        .run()
        .code(2)
        .complains("a package and its version, such as `autograd==1.9.1`");
}
