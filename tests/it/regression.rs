//! Bugs that were, each with a test that keeps it away.

use crate::eval::without_times;
use crate::paper;
use crate::support::Dir;

/// A file that was renamed was removed from the host before its bytes, read only when needed, were
/// written to its new place: they were lost.
#[test]
fn files_that_only_moved_are_written_back_with_their_bytes() {
    let dir = Dir::new();
    for (name, text) in [
        ("a", "was a"),
        ("b", "was b"),
        ("c", "was c"),
        ("old/d", "was d"),
    ] {
        dir.write(name, text);
    }
    let shuffle = "import os\n\
                   os.rename('a', 'swap'); os.rename('b', 'a'); os.rename('swap', 'b')\n\
                   os.rename('c', 'moved'); os.rename('old', 'new'); os.link('moved', 'copy')\n\
                   os.mkdir('c'); os.rename('new/d', 'old'); os.link('old', 'c/d')";
    dir.python(["--mount", ".:rw", "-c", shuffle]).run().code(0);
    assert_eq!(
        dir.snapshot(),
        [
            "a: was b",
            "b: was a",
            "c/",
            "c/d: was d",
            "copy: was c",
            "moved: was c",
            "new/",
            "old: was d",
        ]
    );
}

/// A new file was first written under its name and a suffix, which together were too long.
#[test]
fn a_file_whose_name_is_as_long_as_can_be_is_written_back() {
    let dir = Dir::new();
    let name = "n".repeat(255);
    dir.write(&name, "old");
    let change = "import os; open(os.listdir()[0], 'w').write('new'); open('m' * 255, 'w').close(); \
                  os.symlink('x', 'l' * 255)";
    dir.python(["--mount", ".:rw", "-c", change]).run().code(0);
    assert_eq!(
        dir.snapshot(),
        [
            format!("{} -> x", "l".repeat(255)),
            format!("{}: ", "m".repeat(255)),
            format!("{name}: new"),
        ]
    );
}

/// The claim of a process that was killed stayed for ever, once another had finished its trial or
/// where it was killed between finishing the trial and giving up the claim.
#[test]
fn no_claim_or_work_is_left_of_a_trial_that_is_finished() {
    let dir = Dir::new();
    paper::lay(&dir);
    let args = ["eval", "--model", "nop", "--n", "0..1", "--out", "out"];
    dir.autoexp(args).run().code(0);
    let trials = std::fs::read_dir(dir.path("out/trials")).unwrap();
    let mut trials: Vec<_> = trials.map(|trial| trial.unwrap().path()).collect();
    trials.sort();
    let id = |at: usize| trials[at].file_name().unwrap().to_str().unwrap();
    // A process is known to be gone by when it started; see proc(5).
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    let gone = format!(
        r#"{{"host": {:?}, "pid": {}, "started": "1"}}"#,
        host.trim(),
        std::process::id()
    );
    // Killed while at the first, twice, and just after the second.
    std::fs::remove_dir_all(&trials[0]).unwrap();
    for (trial, claim) in [(0, 1), (0, 2), (1, 1)] {
        dir.write(&format!("out/claims/{}.{claim}", id(trial)), &gone);
    }
    dir.write(&format!("out/work/{}.1/trial.json", id(0)), "{");
    dir.write(&format!("out/work/{}.2/trial.json", id(0)), "{");
    dir.autoexp(args).run().code(0).complains("ran 1 trials");
    let left = |place: &str| std::fs::read_dir(dir.path(place)).unwrap().count();
    assert_eq!((left("out/claims"), left("out/work")), (0, 0));
    assert_eq!(left("out/trials"), trials.len());
}

/// An error whose own text ended in its cause's was followed by the cause once more.
#[test]
fn the_cause_of_an_error_is_told_once() {
    let ran = Dir::new()
        .python(["--mount", "nowhere", "-c", "1"])
        .run()
        .code(2);
    assert_eq!(ran.stderr().matches("os error").count(), 1, "{ran}");
    let ran = Dir::new()
        .autoexp(["eval", "--tasks", "nowhere"])
        .run()
        .code(2);
    assert_eq!(ran.stderr().matches("os error").count(), 1, "{ran}");
}

/// A host file that was cut was first read as a whole, into memory that nothing bounded.
#[test]
fn cutting_a_huge_file_reads_no_more_than_is_kept() {
    let dir = Dir::new();
    let huge = std::fs::File::create(dir.path("huge")).unwrap();
    huge.set_len(3 << 30).unwrap();
    let code = "f = open('huge', 'r+b'); f.truncate(10); print(f.read())";
    let mut most = 0;
    dir.python(["-c", code])
        .run_watched(|process| most = most.max(resident(process)))
        .code(0)
        .prints(&format!("b'{}'\n", "\\x00".repeat(10)));
    assert!(most < 500 << 20, "{most} bytes were resident");
}

/// Bytes of memory that a process has; 0 once it is gone.
fn resident(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kib.unwrap_or(0) << 10
}

/// Symlink targets of any length were kept, and counted as nothing.
#[test]
fn a_symlink_target_is_no_longer_than_a_path() {
    let dir = Dir::new();
    let said = dir.prints(
        "import os\n\
         os.symlink('x' * 4095, 'fits')\n\
         try: os.symlink('x' * 4096, 'not')\n\
         except OSError as error: print(error.strerror)",
    );
    assert_eq!(said, "Filename too long\n");
}

/// A status that a program chose was said to be the end of one that ran out of memory.
#[test]
fn a_program_that_handled_a_memory_error_ends_as_it_chooses() {
    let dir = Dir::new();
    let code = "import sys\n\
                try: bytearray(1 << 30)\n\
                except MemoryError: pass\n\
                sys.exit(5)";
    dir.python(["--memory", "256MiB", "-c", code]).run().code(5);
}

/// A name that was removed was remembered for ever, though nothing was below it.
#[test]
fn making_and_removing_files_leaves_nothing_behind() {
    let dir = Dir::new();
    let code = "import os\n\
                for i in range(20000):\n    open(f'f{i}', 'w').close(); os.remove(f'f{i}')\n\
                print(os.listdir())";
    dir.python(["-c", code])
        .run()
        .code(0)
        .prints("[]\n")
        .silent();
}

/// A file made through an open descriptor of a directory that was removed lived nowhere.
#[test]
fn nothing_can_be_made_in_a_directory_that_was_removed() {
    let dir = Dir::new();
    let said = dir.prints(
        "import os\n\
         os.mkdir('d'); fd = os.open('d', os.O_RDONLY); os.rmdir('d')\n\
         try: os.open('f', os.O_CREAT | os.O_WRONLY, dir_fd=fd)\n\
         except OSError as error: print(error.strerror)",
    );
    assert_eq!(said, "No such file or directory\n");
}

/// A trial's folder without its outcome counted as finished, and was missing in the table.
#[test]
fn a_trial_without_its_outcome_is_run_again() {
    let dir = Dir::new();
    let eval = [
        "eval",
        "--model",
        "nop",
        "--task",
        "exposure-ebb_0",
        "--out",
        "run",
    ];
    let first = dir.autoexp(eval).run().code(0);
    let trial = std::fs::read_dir(dir.path("run/trials"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    std::fs::remove_file(trial.path().join("outcome.json")).unwrap();
    let again = dir.autoexp(eval).run().code(0);
    assert_eq!(
        without_times(&again.stdout()),
        without_times(&first.stdout())
    );
    assert!(trial.path().join("outcome.json").is_file());
}

/// A compiled module imports without anybody's notice, and asks a package for its submodule later.
/// Without it, all points of a sequence were the same, and only standard error said why.
#[test]
fn what_a_compiled_module_imports_is_handed_out_with_it() {
    let program = "from scipy.stats import qmc; import importlib\n\
                   print(qmc.Sobol(2, scramble=False).random(4).tolist(), hasattr(importlib, 'resources'))";
    Dir::new()
        .python(["-c", program])
        .run()
        .code(0)
        .silent()
        .prints("[[0.0, 0.0], [0.5, 0.5], [0.75, 0.25], [0.25, 0.75]] True\n");
}

/// A folder without `__init__.py`, of data perhaps, hid the library's package of its name, which
/// then could not be imported.
#[test]
fn a_folder_that_is_no_package_hides_none() {
    let dir = Dir::new();
    dir.write("numpy/data.txt", "1");
    dir.write("json/data.txt", "1");
    let program = "import json, numpy; print(json.loads('[1]'), numpy.arange(3).sum())";
    dir.python(["-c", program])
        .run()
        .code(0)
        .silent()
        .prints("[1] 3\n");
}
