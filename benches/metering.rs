//! What metering costs in time, and what a unit of fuel lasts, over `benches/programs`.
//!
//! `cargo bench --bench metering [-- RUNS [--native PYTHON] [PROGRAM…]]`. The runtime with and without
//! counting and with wasmtime's fuel take turns, with a native Python between if one is named (with one thread); each figure
//! is the least of all runs, since other work on the machine only ever adds.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::Context;
use autoexp::progress;
use autoexp::sandbox::runtime::{Cache, FetchOptions};
use autoexp::sandbox::{Invocation, Limits, Metering, Output, Program, Sandbox};
use autoexp::workspace::{Access, Tree, Workspace};

/// How often a program does its work in one run, so that what it imports weighs less.
const REPEATS: usize = 3;

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args()
        .skip(1)
        .filter(|arg| arg != "--bench")
        .collect();
    let runs: usize = args.first().map_or(Ok(3), |runs| runs.parse())?;
    let (native, wanted) = match args.get(1..).unwrap_or_default() {
        [flag, python, wanted @ ..] if flag == "--native" => (Some(python.as_str()), wanted),
        wanted => (None, wanted),
    };
    let cache = Cache::locate().and_then(Cache::open)?;
    let (options, progress) = (FetchOptions::from_env(), progress::stderr());
    let metered = Sandbox::prepare(&cache, &options, progress.as_ref())?;
    let other = |metering| Sandbox::prepare_metered(&cache, &options, metering, progress.as_ref());
    let (uncounted, engine) = (other(Metering::None)?, other(Metering::Engine)?);
    let mut programs: Vec<PathBuf> =
        std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/programs"))?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<_, _>>()?;
    programs.sort();
    println!(
        "| program | uncounted ms | metered ms | price | price of wasmtime's fuel | units | ns a unit | native ms | metered / native |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    let (mut logs, mut engine_logs, mut rates) = (0.0, 0.0, Vec::new());
    for path in &programs {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        if !wanted.is_empty() && !wanted.iter().any(|wanted| *wanted == name) {
            continue;
        }
        let code =
            program(&std::fs::read_to_string(path)?).with_context(|| name.clone().into_owned())?;
        let (mut plain, mut counted, mut units) = (Duration::MAX, Duration::MAX, 0);
        let (mut fueled, mut natively) = (Duration::MAX, Duration::MAX);
        for _ in 0..runs {
            plain = plain.min(measure(&uncounted, &code)?.0);
            let (time, fuel) = measure(&metered, &code)?;
            (counted, units) = (counted.min(time), fuel);
            fueled = fueled.min(measure(&engine, &code)?.0);
            if let Some(python) = native {
                natively = natively.min(measure_native(python, &code)?);
            }
        }
        let price = counted.as_secs_f64() / plain.as_secs_f64();
        let engine_price = fueled.as_secs_f64() / plain.as_secs_f64();
        let rate = counted.as_nanos() as f64 / units as f64;
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        let beside = match native {
            Some(_) => format!(
                "{:.1} | {:.2}",
                ms(natively),
                counted.as_secs_f64() / natively.as_secs_f64()
            ),
            None => "- | -".to_owned(),
        };
        println!(
            "| {name} | {:.1} | {:.1} | {price:.2} | {engine_price:.2} | {units} | {rate:.2} | {beside} |",
            ms(plain),
            ms(counted)
        );
        logs += price.ln();
        engine_logs += engine_price.ln();
        rates.push(rate);
    }
    let mean = |logs: f64| (logs / rates.len() as f64).exp();
    let (ours, engines) = (mean(logs), mean(engine_logs));
    println!("| geometric mean | | | {ours:.3} | {engines:.3} | | | | |");
    Ok(())
}

/// A program is its preparation and its work, parted by a line.
fn program(text: &str) -> anyhow::Result<String> {
    let (prepare, work) = text
        .split_once("# ---\n")
        .context("no line `# ---` before the work")?;
    let work: String = work.lines().map(|line| format!("    {line}\n")).collect();
    Ok(format!(
        "import time\n{prepare}\ndef work():\n{work}\nfor _ in range({REPEATS}):\n    \
         print(time.monotonic_ns(), flush=True)\n    work()\n    print(time.monotonic_ns(), flush=True)\n"
    ))
}

/// The shortest time that the work took, and its fuel, which virtual time counts.
fn measure(sandbox: &Sandbox, code: &str) -> anyhow::Result<(Duration, u64)> {
    let log = Log::default();
    let mut workspace = Workspace::new();
    workspace.mount("/workspace", &Tree::default(), Access::ReadWrite)?;
    let invocation = Invocation {
        stdout: Output::Stream(Box::new(log.clone())),
        ..Invocation::new(Program::Command(code.to_owned()))
    };
    let limits = Limits {
        fuel: u64::MAX,
        ..Limits::default()
    };
    let outcome = sandbox.run(&mut workspace, invocation, &limits)?;
    anyhow::ensure!(
        outcome.exit.success(),
        "{:?}: {:?}",
        outcome.exit,
        outcome.stderr
    );
    let lines = std::mem::take(
        &mut *log
            .0
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner()),
    );
    let fuel = |line: &[u8]| anyhow::Ok(std::str::from_utf8(line)?.trim().parse::<u64>()?);
    let mut best = (Duration::MAX, 0);
    for pair in lines.chunks_exact(2) {
        let time = pair[1].0 - pair[0].0;
        best = (best.0.min(time), fuel(&pair[1].1)? - fuel(&pair[0].1)?);
    }
    Ok(best)
}

/// The shortest time that the work took a native Python, by its own clock.
fn measure_native(python: &str, code: &str) -> anyhow::Result<Duration> {
    let mut command = Command::new(python);
    command.args(["-c", code]);
    for threads in ["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"] {
        command.env(threads, "1");
    }
    let output = command.output().with_context(|| format!("run {python}"))?;
    anyhow::ensure!(
        output.status.success(),
        "{python}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let times: Vec<u64> = String::from_utf8(output.stdout)?
        .lines()
        .map(str::parse)
        .collect::<Result<_, _>>()?;
    let turns = times.chunks_exact(2).map(|pair| pair[1] - pair[0]);
    Ok(Duration::from_nanos(turns.min().unwrap_or(0)))
}

/// What was printed, and when.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<Line>>>);

type Line = (Instant, Vec<u8>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let mut log = self
            .0
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        log.push((Instant::now(), bytes.to_vec()));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
