//! Many sandboxes in one process: alive side by side, within bounded address space, cancelled.

use std::io::{BufRead, BufReader, PipeWriter, Write};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use autoexp::sandbox::{
    Cancel, Exit, Invocation, Limits, Outcome, Output, Program, SandboxError, Stdin,
};
use autoexp::workspace::{Access, Tree, Workspace};
use rustix::process::{Pid, Signal, kill_process};

use crate::support::{self, Dir};

/// A run on a thread of its own.
struct Run {
    stdin: PipeWriter,
    stdout: BufReader<std::io::PipeReader>,
    ends: JoinHandle<(Result<Outcome, SandboxError>, Workspace)>,
}

impl Run {
    fn start(code: &str, limits: &Limits, cancel: &Cancel) -> Run {
        let sandbox = support::sandbox();
        let (input, stdin) = std::io::pipe().unwrap();
        let (stdout, output) = std::io::pipe().unwrap();
        let mut workspace = Workspace::new();
        workspace
            .mount("/workspace", &Tree::default(), Access::ReadWrite)
            .unwrap();
        let invocation = Invocation {
            stdin: Stdin::Stream(input.into()),
            stdout: Output::Stream(Box::new(output)),
            cancel: cancel.clone(),
            ..Invocation::new(Program::Command(code.to_owned()))
        };
        let limits = limits.clone();
        let run = move || {
            let ended = sandbox.run(&mut workspace, invocation, &limits);
            (ended, workspace)
        };
        Run {
            stdin,
            stdout: BufReader::new(stdout),
            ends: thread::spawn(run),
        }
    }

    /// The next line it prints, waited for.
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        line
    }

    fn outcome(self) -> Outcome {
        self.ends.join().unwrap().0.unwrap()
    }
}

/// Alive, with the whole stack imported, and waiting for input that comes when all are.
fn alive(count: usize, then: &str) -> Vec<Run> {
    let code = format!(
        "import numpy, scipy.stats, pandas, sklearn.linear_model\n\
         print('ready', flush=True)\ngiven = input()\n{then}"
    );
    let mut runs: Vec<Run> = (0..count)
        .map(|_| Run::start(&code, &Limits::default(), &Cancel::default()))
        .collect();
    for run in &mut runs {
        assert_eq!(run.line(), "ready\n");
    }
    runs
}

/// Each goes on with what it is given itself.
fn assert_many_work(count: usize) {
    let mut runs = alive(count, "print(given, sum(range(10**5)))");
    for (index, run) in runs.iter_mut().enumerate() {
        writeln!(run.stdin, "{index}").unwrap();
    }
    for (index, mut run) in runs.into_iter().enumerate() {
        assert_eq!(run.line(), format!("{index} 4999950000\n"));
        assert_eq!(run.outcome().exit, Exit::Exited(0));
    }
}

#[test]
fn hundreds_alive_at_once_each_go_on_with_their_own_input() {
    assert_many_work(200);
}

#[test]
fn an_access_outside_its_memory_ends_each_of_many_that_are_alive() {
    let beyond = "from numpy.lib.stride_tricks import as_strided\n\
                  print(as_strided(numpy.zeros(1, 'u1'), (2,), (1 << 30,))[1])";
    let mut runs = alive(40, beyond);
    for run in &mut runs {
        writeln!(run.stdin).unwrap();
    }
    for run in runs {
        let exit = run.outcome().exit;
        assert_eq!(exit, Exit::Trapped("an access outside its memory"));
    }
}

/// What `several_alive_fit_in_64_gib_of_address_space` has a process of its own for.
#[test]
#[ignore = "another test runs it within a limit on address space"]
fn within_limited_address_space() {
    assert_many_work(8);
}

#[cfg(target_os = "linux")]
#[test]
fn several_alive_fit_in_64_gib_of_address_space() {
    support::prepare();
    let ran = std::process::Command::new("sh")
        .args(["-c", "ulimit -v 67108864 && exec \"$0\" \"$@\""])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "concurrency::within_limited_address_space"])
        .args(["--ignored", "--nocapture"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success(), "{said}{ran:?}");
    assert!(said.contains("1 passed"), "{said}");
}

#[cfg(target_os = "linux")]
#[test]
fn too_little_address_space_is_an_error_that_says_what_to_do() {
    for gib in [1, 2, 3, 4] {
        Dir::new()
            .python(["-c", "print('here')"])
            .within_address_space(gib << 20)
            .run()
            .code(2)
            .prints("")
            .complains("failed to run the program: start the interpreter: reserve ")
            .complains("Cannot allocate memory")
            .complains("ulimit -v");
    }
    let sweep = "eval --jobs 8 --model oracle --n 1 --sample 3 --no-cache --out out";
    Dir::new()
        .autoexp(sweep.split(' '))
        .within_address_space(9 << 20)
        .run()
        .code(2)
        .complains("`--jobs` of `eval`");
    Dir::new()
        .python(["-c", "print('here')"])
        .within_address_space(6 << 20)
        .run()
        .code(0)
        .prints("here\n");
}

#[cfg(target_os = "linux")]
#[test]
fn eight_jobs_of_eval_fit_in_64_gib_of_address_space() {
    let dir = Dir::new();
    let args = [
        "eval", "--model", "oracle", "--model", "nop", "--n", "1", "--sample", "2", "--out", "out",
        "--jobs", "8",
    ];
    let ran = dir.autoexp(args).within_address_space(64 << 20).run();
    ran.code(0).complains("ran 4 trials");
}

/// Computes without end, in ways that the guest is stopped in at different places.
const ENDLESS: [&str; 4] = [
    "while True: pass",
    "sum(range(10**12))",
    "import numpy\na = numpy.ones((300, 300))\nwhile True: a = a @ a / 300",
    "import time\nwhile True: time.sleep(1e9)",
];

#[test]
fn a_run_that_computes_is_cancelled_and_gives_back_what_it_wrote() {
    for endless in ENDLESS {
        let code = format!(
            "with open('f', 'w') as f: f.write('kept')\nprint('ready', flush=True)\n{endless}"
        );
        let cancel = Cancel::default();
        let mut run = Run::start(&code, &Limits::default(), &cancel);
        assert_eq!(run.line(), "ready\n");
        cancel.cancel();
        let (ended, mut workspace) = run.ends.join().unwrap();
        assert_eq!(ended.unwrap().exit, Exit::Cancelled, "{endless}");
        // Fit for the next run.
        let look = Invocation::new(Program::Command("print(open('f').read())".to_owned()));
        let next = support::sandbox().run(&mut workspace, look, &Limits::default());
        assert_eq!(next.unwrap().stdout.text(), "kept\n");
    }
}

#[test]
fn a_run_that_waits_for_input_is_cancelled_or_runs_out_of_time() {
    let wait = "try:\n    print('ready', flush=True); input()\nexcept BaseException: print('caught')\n\
                finally: print('finally', flush=True)";
    let cancel = Cancel::default();
    let mut run = Run::start(wait, &Limits::default(), &cancel);
    assert_eq!(run.line(), "ready\n");
    cancel.cancel();
    assert_eq!(
        run.line(),
        "",
        "the program saw that its wait was cut short"
    );
    assert_eq!(run.outcome().exit, Exit::Cancelled);

    let limits = Limits {
        wall: Duration::from_millis(100),
        ..Limits::default()
    };
    let mut run = Run::start(wait, &limits, &Cancel::default());
    assert_eq!(run.line(), "ready\n");
    assert_eq!(run.line(), "");
    assert_eq!(run.outcome().exit, Exit::OutOfTime);
}

#[test]
fn runs_that_wait_for_a_core_are_cancelled_alone() {
    let cores = thread::available_parallelism().unwrap().get();
    let (busy, waiting) = (Cancel::default(), Cancel::default());
    let endless = "print('ready', flush=True)\nwhile True: pass";
    let mut running: Vec<Run> = (0..cores)
        .map(|_| Run::start(endless, &Limits::default(), &busy))
        .collect();
    for run in &mut running {
        assert_eq!(run.line(), "ready\n");
    }
    let queued: Vec<Run> = (0..4)
        .map(|_| Run::start(endless, &Limits::default(), &waiting))
        .collect();
    waiting.cancel();
    for run in queued {
        assert_eq!(run.outcome().exit, Exit::Cancelled);
    }
    assert!(running.iter().all(|run| !run.ends.is_finished()));
    busy.cancel();
    for run in running {
        assert_eq!(run.outcome().exit, Exit::Cancelled);
    }
}

#[test]
fn what_was_cancelled_stays_so_and_what_has_ended_has_ended() {
    let cancel = Cancel::default();
    let run = Run::start("print(1)", &Limits::default(), &cancel);
    assert_eq!(run.outcome().exit, Exit::Exited(0));
    cancel.cancel();
    assert!(cancel.is_cancelled());
    let run = Run::start("print(1)", &Limits::default(), &cancel);
    let outcome = run.outcome();
    assert_eq!(outcome.exit, Exit::Cancelled);
}

/// `autoexp python` in a folder that it writes back to, interrupted when it is ready.
fn interrupt(code: &str) {
    let dir = Dir::new();
    dir.write("kept", "as it was");
    let code = format!(
        "open('kept', 'w').write('changed')\nopen('new', 'w').close()\n\
         print('ready', flush=True)\n{code}"
    );
    let mut child = dir.python(["--mount", ".:rw", "-c", &code]).start();
    let mut shown = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    shown.read_line(&mut line).unwrap();
    assert_eq!(line, "ready\n");
    let pid = Pid::from_child(&child);
    kill_process(pid, Signal::INT).unwrap();
    // The pipe to its standard input stays open until it has ended.
    let stdin = child.stdin.take();
    let ended = child.wait_with_output().unwrap();
    drop(stdin);
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(130), "{code}: {said}");
    assert!(said.contains("the program was cancelled"), "{said}");
    assert!(
        said.contains("2 changes under /workspace were not written back"),
        "{said}"
    );
    assert_eq!(dir.snapshot(), ["kept: as it was"]);
}

#[test]
fn ctrl_c_ends_a_program_that_computes_or_waits_and_leaves_the_folder_alone() {
    for code in ENDLESS.into_iter().chain(["input()"]) {
        interrupt(code);
    }
}
