//! A sweep whose disk is full: a file system of a few pages, which only root can mount.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::eval::{assert_settled, records};
use crate::paper;
use crate::support::Dir;

/// A file system in memory, unmounted when dropped.
struct Disk(PathBuf);

impl Disk {
    /// None, with the reason printed, where this user may mount nothing.
    fn mount(at: PathBuf, options: &str) -> Option<Disk> {
        fs::create_dir_all(&at).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", options, "tmpfs"])
            .arg(&at)
            .output();
        match mounted {
            Ok(ran) if ran.status.success() => Some(Disk(at)),
            Ok(ran) => {
                let why = String::from_utf8_lossy(&ran.stderr).into_owned();
                println!("skipped: {}", why.trim());
                None
            }
            Err(error) => {
                println!("skipped: no mount: {error}");
                None
            }
        }
    }

    fn resize(&self, options: &str) {
        let remounted = Command::new("mount")
            .args(["-o", &format!("remount,{options}")])
            .arg(&self.0)
            .status();
        assert!(remounted.unwrap().success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // A test that fails must not fail twice.
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

/// What stands among the finished trials is whole, and beside the records nothing is left.
fn assert_whole(run: &Path) -> usize {
    let trials = fs::read_dir(run.join("trials")).into_iter().flatten();
    let mut count = 0;
    for trial in trials {
        let trial = trial.unwrap().path();
        let read = |name: &str| fs::read_to_string(trial.join(name)).unwrap();
        for name in ["trial.json", "outcome.json"] {
            serde_json::from_str::<Value>(&read(name)).unwrap();
        }
        let trajectory = read("trajectory.jsonl");
        let last = trajectory.lines().last().unwrap();
        let last: Value = serde_json::from_str(last).unwrap();
        assert_eq!(last["event"], "ended");
        count += 1;
    }
    let known = ["trials", "work", "claims", "plan.json", "report.html"];
    for entry in fs::read_dir(run).into_iter().flatten() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(known.contains(&name.as_str()), "{name} is left");
    }
    count
}

/// KiB that files in a folder take, each whole pages.
fn kib(folder: &Path) -> u64 {
    let pages = fs::read_dir(folder).unwrap().map(|entry| {
        let entry = entry.unwrap();
        match entry.path().is_dir() {
            true => kib(&entry.path()),
            false => entry.metadata().unwrap().len().div_ceil(4096) * 4,
        }
    });
    pages.sum()
}

const ROOM: &str = "size=64m,nr_inodes=10000";

#[test]
fn a_sweep_goes_on_where_its_disk_was_full_and_ends_as_one_that_was_left_alone() {
    let dir = Dir::new();
    paper::lay(&dir);
    let eval = |out: &str| {
        let args = [
            "eval",
            "--model",
            "oracle",
            "--model",
            "nop",
            "--n",
            "0..2",
            "--attempts",
            "2",
            "--out",
            out,
        ];
        dir.autoexp(args).run()
    };
    eval("calm").code(0);
    let calm = records(&dir.path("calm/trials"));

    let mut finished = Vec::new();
    // No room for the plan, for some trials, for all of them but not for the page; and no room for
    // files, whatever their size.
    let all_but_the_page = kib(&dir.path("calm/trials")) + kib(&dir.path("calm")) / 10;
    for (number, full) in [
        "size=4k,nr_inodes=10000",
        "size=64k,nr_inodes=10000",
        "size=200k,nr_inodes=10000",
        &format!("size={all_but_the_page}k,nr_inodes=10000"),
        "size=64m,nr_inodes=40",
    ]
    .into_iter()
    .enumerate()
    {
        let place = format!("disk{number}");
        let Some(disk) = Disk::mount(dir.path(&place), full) else {
            return;
        };
        let out = format!("{place}/run");
        // Twice: what could not be written once is in nobody's way.
        for _ in 0..2 {
            eval(&out).code(2).complains("No space left on device");
            assert_whole(&disk.0.join("run"));
        }
        finished.push(assert_whole(&disk.0.join("run")));
        disk.resize(ROOM);
        eval(&out).code(0);
        assert_settled(&disk.0.join("run"));
        assert_eq!(records(&disk.0.join("run/trials")), calm, "{full}");
    }
    let all = 2 * 4 * 2;
    assert!(
        finished[0] == 0 && finished.iter().any(|it| (1..all).contains(it)) && finished[3] == all,
        "{finished:?} of {all}"
    );
}
