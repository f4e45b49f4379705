//! What a cluster is handed, and caches that several machines share. `.ci/slurm` has a real cluster.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::paper;
use crate::support::{AUTOEXP, Dir};

const SWEEP: [&str; 9] = [
    "eval",
    "--model",
    "nop",
    "--n",
    "0..1",
    "--attempts",
    "3",
    "--out",
    "run",
];

#[test]
fn what_would_be_submitted_is_shown_and_nothing_is_made() {
    let dir = Dir::new();
    paper::lay(&dir);
    dir.write(
        "sweep.toml",
        "on = \"slurm\"\narray-size = 2\nsbatch = [\"--account=lab\", \"--mem=4G\"]\ntools = [\"aci\", \"bash\"]\n",
    );
    let args = [
        &SWEEP[..],
        &["--config", "sweep.toml", "--time", "1:00:00", "--dry-run"],
    ];
    let told = dir.autoexp(args.concat()).run().code(0).stdout();
    assert!(!dir.path("run").exists());
    let here = fs::canonicalize(dir.path(".")).unwrap();
    let told = told
        .replace(here.to_str().unwrap(), "/home/ada/lab")
        .replace(AUTOEXP, "/home/ada/.local/bin/autoexp");
    insta::assert_snapshot!(told);
}

#[test]
fn without_slurm_it_says_so_and_the_same_command_needs_no_other_folder() {
    let dir = Dir::new();
    paper::lay(&dir);
    let args = [&SWEEP[..], &["--on", "slurm"]].concat();
    dir.autoexp(&args)
        .env("PATH", "/nowhere")
        .run()
        .code(2)
        .complains("failed to hand the run to Slurm: start sbatch, which is Slurm's: ")
        .complains("on a machine of the cluster");
    dir.autoexp(SWEEP).run().code(0).complains("ran 9 trials");
    // Nothing is missing: nothing is submitted, and the table is shown.
    let ran = dir.autoexp(args).env("PATH", "/nowhere").run().code(0);
    assert!(ran.stdout().contains("trials verified"), "{ran}");
    dir.autoexp([&SWEEP[..], &["--partition", "short"]].concat())
        .run()
        .code(2)
        .complains("--on <SYSTEM>");
}

/// An sbatch that takes its time and gives numbers, and an squeue that knows of all of them.
#[test]
fn of_two_that_submit_a_run_at_once_one_does() {
    let dir = Dir::new();
    paper::lay(&dir);
    let program = |name: &str, text: &str| {
        dir.write(&format!("bin/{name}"), format!("#!/bin/sh\n{text}\n"));
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(dir.path(&format!("bin/{name}")), mode).unwrap();
    };
    program("sbatch", "sleep 1; echo $$ | tee -a submitted");
    program("squeue", "echo at work");
    let path = format!(
        "{}:{}",
        dir.path("bin").display(),
        std::env::var("PATH").unwrap()
    );
    let ran = std::thread::scope(|scope| {
        let submit = || {
            let args = [&SWEEP[..], &["--on", "slurm"]].concat();
            dir.autoexp(args).env("PATH", &path).run()
        };
        let both: Vec<_> = (0..2).map(|_| scope.spawn(submit)).collect();
        both.into_iter()
            .map(|one| one.join().unwrap())
            .collect::<Vec<_>>()
    });
    let refused: Vec<_> = ran
        .iter()
        .filter(|ran| {
            let said = ran.stderr();
            said.contains("another command is submitting it") || said.contains("is at it still")
        })
        .collect();
    assert_eq!(refused.len(), 1, "{}{}", ran[0], ran[1]);
    // The array and the job after it.
    assert_eq!(dir.read("submitted").lines().count(), 2);
    let left = fs::read_dir(dir.path("run/slurm")).unwrap();
    let mut left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["array.sh", "jobs", "report.sh"]);
}

#[test]
fn tasks_run_what_was_planned_and_the_last_job_says_what_is_missing() {
    let dir = Dir::new();
    paper::lay(&dir);
    let run = |more: &[&str]| dir.autoexp([&SWEEP[..], more].concat()).run();
    run(&["--collect"]).code(2).complains("is no run's folder");
    let one = run(&["--shard", "1/2"]).code(0).stdout();
    let page = dir.path("run/report.html");
    assert!(one.contains("report: ") && page.is_file(), "{one}");
    fs::remove_file(&page).unwrap();
    run(&["--collect"])
        .code(1)
        .complains("of 9 trials are missing");
    assert!(page.is_file());
    fs::remove_file(&page).unwrap();
    run(&["--shard", "2/2", "--planned"]).code(0);
    assert!(!page.exists());
    run(&["--collect"]).code(0);

    let text = dir.read("tasks/tiny/paper.md");
    dir.write("tasks/tiny/paper.md", format!("{text}\nMore.\n"));
    for how in ["--planned", "--collect"] {
        run(&[how])
            .code(2)
            .complains("holds no run that was planned so");
    }
}

fn artifacts(cache: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for kind in ["runtime", "native", "image"] {
        for entry in fs::read_dir(cache.join(kind)).unwrap() {
            let name = entry.unwrap().file_name();
            found.push(format!("{kind}/{}", name.to_string_lossy()));
        }
    }
    found.sort();
    found
}

#[test]
fn what_is_mapped_is_copied_to_local_disk_once_and_only_as_it_was_written() {
    let dir = Dir::new();
    let (first, second) = (dir.path("first"), dir.path("second"));
    let with = |code: &str, shared: Option<&Path>, local: &Path| {
        let mut command = dir.python(["-c", code]).env("AUTOEXP_LOCAL_CACHE", local);
        if let Some(shared) = shared {
            command = command.env("AUTOEXP_CACHE", shared);
        }
        // A shell's: nothing can be fetched or compiled without saying so.
        command.env("AUTOEXP_PYTHON", "/nowhere")
    };
    let mut mapped = String::new();
    let endless = "for i in range(10**8): pass";
    with(endless, None, &first)
        .run_watched(|pid| {
            let maps = fs::read_to_string(format!("/proc/{pid}/maps")).unwrap_or_default();
            if maps.contains("artifact") {
                mapped = maps;
            }
        })
        .code(0)
        .complains("copying ");
    let artifacts_mapped: Vec<&str> = mapped
        .lines()
        .filter(|line| line.contains("artifact"))
        .collect();
    assert!(!artifacts_mapped.is_empty());
    for line in artifacts_mapped {
        assert!(line.contains(first.to_str().unwrap()), "{line}");
    }
    let copied = artifacts(&first);
    assert_eq!(copied.len(), 4, "{copied:?}");
    with("print(1)", None, &first)
        .run()
        .code(0)
        .silent()
        .prints("1\n");

    // One that was copied there, by whose inodes and times nothing can be told, is taken all the same.
    let (moved, third) = (dir.path("moved"), dir.path("third"));
    let copy = std::process::Command::new("cp")
        .arg("-R")
        .args([&first, &moved])
        .status();
    assert!(copy.unwrap().success());
    let ran = with("print(1)", Some(&moved), &third).run().code(0);
    assert!(!ran.stderr().contains("memory image ("), "{ran}");
    assert_eq!(artifacts(&third), copied);
    fs::remove_dir_all(&moved).unwrap();
    fs::remove_dir_all(&third).unwrap();

    // One that was damaged since is not taken: it is made again, and given back.
    let image = copied.iter().find(|name| name.contains("boot")).unwrap();
    let image = first.join(image).join("artifact");
    let sound = fs::read(&image).unwrap();
    let written = fs::metadata(&image).unwrap().modified().unwrap();
    let mut damaged = sound.clone();
    damaged[5_000_000] ^= 1;
    fs::write(&image, damaged).unwrap();
    let file = fs::File::options().write(true).open(&image).unwrap();
    file.set_modified(written).unwrap();
    with("print(1)", Some(&first), &second)
        .run()
        .code(0)
        .complains("memory image")
        .prints("1\n");
    assert_eq!(artifacts(&second), copied);
    assert!(fs::read(&image).unwrap() == sound);
}
