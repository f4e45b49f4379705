//! What must come out the same, to the bit, on every x86-64 machine with AVX2 and FMA: the memory
//! image, and the outcomes of some programs.
//!
//! Both change with the boot scripts, the metering and the runtime. To take what this machine makes
//! for right: `INSTA_UPDATE=always cargo test --release --test it golden`, which writes the image's
//! hash into `python-wasi/runtime.lock` and the digests beside this file.

use std::fmt::Write;
use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};

use autoexp::sandbox::runtime::{Cache, Lock};
use autoexp::sandbox::{Invocation, Limits, Program, Sandbox, Standing};
use autoexp::workspace::{Access, Tree, Workspace};

use serde_json::{Value, json};

use crate::support::{self, Dir};

/// Programs for their outcomes.
const PROGRAMS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/golden");

const UPDATE: &str = "INSTA_UPDATE=always cargo test --release --test it golden";

/// Says loudly where there is nothing to compare with.
fn comparable() -> bool {
    let fingerprint = Sandbox::fingerprint();
    let comparable = cfg!(target_arch = "x86_64") && fingerprint.ends_with("-host-blas");
    if !comparable {
        eprintln!(
            "SKIPPED: no golden digests for this processor, which is no x86-64 with AVX2 and FMA \
             (it runs {fingerprint})"
        );
    }
    comparable
}

fn updates() -> bool {
    std::env::var_os("INSTA_UPDATE").is_some_and(|update| update == "always")
}

#[test]
fn this_machine_makes_the_image_in_the_lock() {
    if !comparable() {
        return;
    }
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("python-wasi/runtime.lock");
    let text = fs::read_to_string(&path).unwrap();
    let made = support::sandbox().image();
    if updates() {
        let (kept, _) = text.split_once("[image]\n").unwrap();
        let image = format!(
            "[image]\nrecipe = \"{}\"\nblake3 = \"{}\"\n",
            made.recipe, made.blake3
        );
        fs::write(&path, format!("{kept}{image}")).unwrap();
        return;
    }
    assert_eq!(
        made.standing(&Lock::parse(&text).unwrap()),
        Standing::Pinned,
        "this machine made {made:?}. If the boot scripts, the metering or the runtime were meant \
         to change, write that into {}:\n  {UPDATE}",
        path.display()
    );
}

#[test]
fn the_outcomes_of_programs_are_the_same_on_every_machine() {
    if !comparable() {
        return;
    }
    let limits = Limits {
        fuel: 2_000_000_000,
        memory: 512 << 20,
        ..Limits::default()
    };
    let mut told = String::new();
    let programs = fs::read_dir(PROGRAMS).unwrap();
    let mut programs: Vec<_> = programs.map(|program| program.unwrap().path()).collect();
    programs.sort();
    assert!(programs.len() > 12, "{programs:?}");
    for program in &programs {
        let code = fs::read_to_string(program).unwrap();
        let name = program.file_stem().unwrap().to_string_lossy();
        let given: Tree = [("given.txt", b"given".to_vec())].into_iter().collect();
        let mut workspace = Workspace::new();
        workspace
            .mount("/workspace", &given, Access::ReadWrite)
            .unwrap();
        let invocation = Invocation::new(Program::Command(code));
        let outcome = support::sandbox()
            .run(&mut workspace, invocation, &limits)
            .unwrap();
        let digest = outcome.digest();
        let (exit, fuel) = (outcome.exit, outcome.fuel_used);
        writeln!(told, "{digest}  {name}: {exit:?}, {fuel} units of fuel").unwrap();
    }
    println!("to take them for right: {UPDATE}");
    insta::assert_snapshot!("outcomes", told);
}

/// A cache with all that the real one has, but in which the image is a page longer; its hash.
fn cache_with_another_image(dir: &Dir) -> String {
    let (real, other) = (
        Cache::locate().unwrap(),
        Cache::open(dir.path("cache")).unwrap(),
    );
    for kind in ["runtime", "native"] {
        fs::remove_dir(other.root().join(kind)).unwrap();
        symlink(real.join(kind), other.root().join(kind)).unwrap();
    }
    let recipe = &support::sandbox().image().recipe;
    let images = fs::read_dir(real.join("image")).unwrap();
    for entry in images.map(|entry| entry.unwrap().path()) {
        let name = entry.file_name().unwrap().to_str().unwrap();
        if name == recipe || name.ends_with("-matplotlib-data") {
            copy(
                &entry,
                &other.root().join("image").join(name),
                name == recipe,
            );
        }
    }
    let record = other.root().join("image").join(recipe).join("record.json");
    let record: Value = serde_json::from_str(&fs::read_to_string(record).unwrap()).unwrap();
    let hash = record["files"]["artifact"]["blake3"].as_str().unwrap();
    hash.to_owned()
}

/// Copies an entry of the cache, perhaps with a page of zeros more, and records what it is then.
fn copy(from: &Path, to: &Path, longer: bool) {
    fs::create_dir(to).unwrap();
    let mut bytes = fs::read(from.join("artifact")).unwrap();
    if longer {
        bytes.resize(bytes.len() + 0x10000, 0);
    }
    fs::write(to.join("artifact"), &bytes).unwrap();
    let text = fs::read_to_string(from.join("record.json")).unwrap();
    let mut record: Value = serde_json::from_str(&text).unwrap();
    let found = fs::metadata(to.join("artifact")).unwrap();
    record["files"]["artifact"] = json!({
        "size": bytes.len(),
        "inode": found.ino(),
        "mtime": [found.mtime(), found.mtime_nsec()],
        "blake3": blake3::hash(&bytes).to_hex().as_str(),
    });
    fs::write(to.join("record.json"), record.to_string()).unwrap();
}

#[test]
fn a_machine_that_made_another_image_says_so_and_its_records_name_it() {
    // The binary has the lock as it was when it was built.
    if !comparable() || updates() {
        return;
    }
    let dir = Dir::new();
    let hash = cache_with_another_image(&dir);
    let run = |args: &[&str]| {
        let command = dir.autoexp(args);
        command
            .env("AUTOEXP_CACHE", dir.path("cache"))
            .run()
            .code(0)
    };
    let said = run(&["python", "-c", "print(1)"]).prints("1\n").stderr();
    let pinned = support::sandbox().image().blake3.as_str();
    for part in [
        "warning: ",
        &hash,
        pinned,
        "may differ",
        "hint: ",
        "autoexp runtime clean",
    ] {
        assert!(said.contains(part), "no {part:?} in {said}");
    }
    run(&["runtime", "fetch"]).complains("warning: ");
    run(&[
        "eval", "--model", "nop", "--n", "0", "--sample", "1", "--out", "out",
    ])
    .complains("warning: ");
    let image = |out: &str| {
        let trials = fs::read_dir(dir.path(out).join("trials")).unwrap();
        let trial = trials.map(|trial| trial.unwrap().path()).next().unwrap();
        let outcome = fs::read_to_string(trial.join("outcome.json")).unwrap();
        let outcome: Value = serde_json::from_str(&outcome).unwrap();
        outcome["image"].as_str().unwrap().to_owned()
    };
    assert_eq!(image("out"), hash);
    let ordinary = [
        "eval", "--model", "nop", "--n", "0", "--sample", "1", "--out", "own",
    ];
    dir.autoexp(ordinary).run().code(0);
    assert_eq!(image("own"), pinned);
}
