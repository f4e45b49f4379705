//! What sandboxes cost that are alive side by side: memory, address space, page faults, time; and how
//! long cancelling one takes.
//!
//! `cargo bench --bench memory`

use std::io::{BufRead, BufReader, PipeReader, PipeWriter, Write};
use std::process::Command;
use std::sync::Barrier;
use std::thread::{self, JoinHandle};
use std::time::Instant;

use autoexp::progress;
use autoexp::sandbox::runtime::{Cache, FetchOptions};
use autoexp::sandbox::{Cancel, Exit, Invocation, Limits, Output, Program, Sandbox, Stdin};
use autoexp::workspace::{Access, Tree, Workspace};

const COUNTS: [usize; 4] = [1, 2, 8, 64];

/// What each does: nothing beyond its imports, or a fit of a model to data of its own.
const PROGRAMS: [(&str, &str, &str); 4] = [
    ("print", "pass", "print(1)"),
    ("numpy", "import numpy", "print(numpy.arange(9).sum())"),
    ("stack", STACK, "print(1)"),
    ("fit", STACK, FIT),
];
const STACK: &str = "import numpy, scipy.stats, pandas, sklearn.linear_model";
const FIT: &str = "\
x = numpy.random.default_rng(0).normal(size=(500, 20))
y = x[:, 0] > 0
frame = pandas.DataFrame(x)
print(sklearn.linear_model.LogisticRegression().fit(frame.values, y).score(x, y))
";

fn main() {
    let cache = Cache::locate()
        .and_then(Cache::open)
        .expect("a cache directory");
    let options = FetchOptions::from_env();
    let sandbox = Sandbox::prepare(&cache, &options, progress::stderr().as_ref());
    let sandbox: &'static Sandbox = Box::leak(Box::new(sandbox.expect("a runtime")));
    // A row has a process of its own, in which nothing was kept from another.
    if let Ok(row) = std::env::var(ROW) {
        let (name, count) = row.split_once(' ').expect("a program and a count");
        return alive(sandbox, name, count.parse().expect("a count"));
    }
    println!(
        "| program | alive | waiting: MiB in all | each | after work: MiB in all | each | address space: GiB each | faults each |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for (name, ..) in PROGRAMS {
        for count in COUNTS {
            let status = Command::new(std::env::current_exe().expect("this program"))
                .env(ROW, format!("{name} {count}"))
                .status();
            assert!(status.expect("a process").success());
        }
    }
    println!("\n| program | at once | runs a second | faults each |");
    println!("|---|---|---|---|");
    for (name, first, then) in PROGRAMS {
        for count in COUNTS {
            let (rate, faults) = rate(sandbox, &format!("{first}\n{then}"), count);
            println!("| {name} | {count} | {rate:.0} | {faults} |");
        }
    }
    println!("\n| cancelled while it runs | median ms | longest ms |");
    println!("|---|---|---|");
    for code in ENDLESS {
        let (median, longest) = cancelling(sandbox, code);
        let shown = code.replace('\n', "; ");
        println!("| `{shown}` | {median:.2} | {longest:.2} |");
    }
}

/// Tells a process which row it is for.
const ROW: &str = "AUTOEXP_BENCH_ROW";

/// What never ends.
const ENDLESS: [&str; 5] = [
    "while True: pass",
    "sum(range(10**12))",
    "import numpy; a = numpy.ones((500, 500))\nwhile True: a @ a",
    "import numpy; a = numpy.random.rand(10**6)\nwhile True: numpy.sort(a)",
    "input()",
];

/// What this process uses, in KiB, and the faults it has had.
#[derive(Clone, Copy)]
struct Usage {
    proportional: u64,
    address_space: u64,
    faults: u64,
}

impl Usage {
    fn now() -> Usage {
        let field = |file: &str, name: &str| -> u64 {
            let text = std::fs::read_to_string(file).expect("a Linux machine");
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            let value = line.expect("a field").trim().trim_end_matches(" kB");
            value.parse().expect("a number")
        };
        let stat = std::fs::read_to_string("/proc/self/stat").expect("a Linux machine");
        let (_, after_name) = stat.rsplit_once(')').expect("a name");
        Usage {
            proportional: field("/proc/self/smaps_rollup", "Pss:"),
            address_space: field("/proc/self/status", "VmSize:"),
            // Field 10 of proc(5), of which the first two are before.
            faults: after_name
                .split_whitespace()
                .nth(7)
                .and_then(|faults| faults.parse().ok())
                .expect("a number"),
        }
    }
}

struct Alive {
    stdin: PipeWriter,
    stdout: BufReader<PipeReader>,
    ends: JoinHandle<Exit>,
}

impl Alive {
    fn start(sandbox: &'static Sandbox, code: &str, cancel: &Cancel) -> Alive {
        let (input, stdin) = std::io::pipe().expect("a pipe");
        let (stdout, output) = std::io::pipe().expect("a pipe");
        let invocation = Invocation {
            stdin: Stdin::Stream(input.into()),
            stdout: Output::Stream(Box::new(output)),
            cancel: cancel.clone(),
            ..Invocation::new(Program::Command(code.to_owned()))
        };
        Alive {
            stdin,
            stdout: BufReader::new(stdout),
            ends: thread::spawn(|| run(sandbox, invocation)),
        }
    }

    fn wait_for(&mut self, wanted: &str) {
        let mut line = String::new();
        while line.trim_end() != wanted {
            line.clear();
            let read = self.stdout.read_line(&mut line).expect("a line");
            assert!(read > 0, "it ended before it was {wanted}");
        }
    }
}

fn run(sandbox: &Sandbox, invocation: Invocation) -> Exit {
    let mut workspace = Workspace::new();
    workspace
        .mount("/workspace", &Tree::default(), Access::ReadWrite)
        .expect("a free place");
    let outcome = sandbox
        .run(&mut workspace, invocation, &Limits::default())
        .expect("a run");
    outcome.exit
}

/// Holds so many alive: first waiting for input with their imports done, then with their work done.
fn alive(sandbox: &'static Sandbox, name: &str, count: usize) {
    let (_, first, then) = PROGRAMS
        .into_iter()
        .find(|(known, ..)| *known == name)
        .expect("a program");
    let code = format!(
        "{first}\nprint('imported', flush=True)\ninput()\n{then}\nprint('worked', flush=True)\ninput()"
    );
    let before = Usage::now();
    let mut all: Vec<Alive> = (0..count)
        .map(|_| Alive::start(sandbox, &code, &Cancel::default()))
        .collect();
    all.iter_mut().for_each(|one| one.wait_for("imported"));
    let waiting = Usage::now();
    for one in &mut all {
        writeln!(one.stdin).expect("a reader");
    }
    all.iter_mut().for_each(|one| one.wait_for("worked"));
    let worked = Usage::now();
    for one in all {
        drop(one.stdin);
        // No more input: an uncaught EOFError.
        assert_eq!(one.ends.join().expect("no panic"), Exit::Exited(1));
    }
    let mib = |kib: u64| kib as f64 / 1024.0;
    let each = count as f64;
    println!(
        "| {name} | {count} | {:.0} | {:.1} | {:.0} | {:.1} | {:.2} | {} |",
        mib(waiting.proportional),
        mib(waiting.proportional) / each,
        mib(worked.proportional),
        mib(worked.proportional) / each,
        mib(waiting.address_space - before.address_space) / 1024.0 / each,
        (waiting.faults - before.faults) / count as u64,
    );
}

/// The median and the longest time, in milliseconds, from cancelling a run to having its workspace.
fn cancelling(sandbox: &'static Sandbox, code: &str) -> (f64, f64) {
    let code = format!("print('ready', flush=True)\n{code}");
    let mut times: Vec<f64> = (0..101)
        .map(|_| {
            let cancel = Cancel::default();
            let mut one = Alive::start(sandbox, &code, &cancel);
            one.wait_for("ready");
            let began = Instant::now();
            cancel.cancel();
            assert_eq!(one.ends.join().expect("no panic"), Exit::Cancelled);
            began.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    (times[times.len() / 2], times[times.len() - 1])
}

/// Runs a second, from nothing to the end, with so many callers; and page faults of each.
fn rate(sandbox: &Sandbox, code: &str, callers: usize) -> (f64, u64) {
    let runs_each = 256_usize.div_ceil(callers);
    let before = Usage::now();
    let start = Barrier::new(callers + 1);
    let began = thread::scope(|scope| {
        for _ in 0..callers {
            scope.spawn(|| {
                start.wait();
                for _ in 0..runs_each {
                    let invocation = Invocation::new(Program::Command(code.to_owned()));
                    assert!(run(sandbox, invocation).success());
                }
            });
        }
        start.wait();
        Instant::now()
    });
    let runs = runs_each * callers;
    let rate = runs as f64 / began.elapsed().as_secs_f64();
    let faults = (Usage::now().faults - before.faults) / runs as u64;
    (rate, faults)
}
