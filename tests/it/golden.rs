//! What must come out the same, to the bit, on every x86-64 machine with AVX2 and FMA: the memory
//! image, and the outcomes of some programs.
//!
//! Both change with the boot scripts, the metering and the runtime. To take what this machine makes
//! for right: `INSTA_UPDATE=always cargo test --release --test it golden`, which writes the image's
//! hash into `python-wasi/runtime.lock` and the digests beside this file.

use std::fmt::Write;
use std::path::PathBuf;

use autoexp::sandbox::runtime::Lock;
use autoexp::sandbox::{Invocation, Limits, Program, Sandbox, Standing};
use autoexp::workspace::{Access, Tree, Workspace};

use crate::support;

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

#[test]
fn this_machine_makes_the_image_in_the_lock() {
    if !comparable() {
        return;
    }
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("python-wasi/runtime.lock");
    let text = std::fs::read_to_string(&path).unwrap();
    let made = support::sandbox().image();
    if std::env::var_os("INSTA_UPDATE").is_some_and(|update| update == "always") {
        let (kept, _) = text.split_once("[image]\n").unwrap();
        let image = format!(
            "[image]\nrecipe = \"{}\"\nblake3 = \"{}\"\n",
            made.recipe, made.blake3
        );
        std::fs::write(&path, format!("{kept}{image}")).unwrap();
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
    let programs = std::fs::read_dir(PROGRAMS).unwrap();
    let mut programs: Vec<_> = programs.map(|program| program.unwrap().path()).collect();
    programs.sort();
    assert!(programs.len() > 12, "{programs:?}");
    for program in &programs {
        let code = std::fs::read_to_string(program).unwrap();
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
