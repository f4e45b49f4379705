//! A report of many recorded trials: how long it takes, and how much memory.
//!
//! `cargo bench --bench report [-- TRIALS]`: 1,000, 3,000 and 10,000 trials, or so many. Their
//! outcomes are recorded, in their form, with numbers drawn from a seed; nothing is run. Each report
//! is made by a process of its own, the program's, so that its memory can be told; Linux only.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use autoexp::stats::Random;
use serde_json::json;

const MOST: Duration = Duration::from_secs(5);

fn main() -> anyhow::Result<()> {
    let given = std::env::args().skip(1).find(|arg| arg != "--bench");
    let counts = match given {
        Some(count) => vec![count.parse().context("a number of trials")?],
        None => vec![1_000, 3_000, 10_000],
    };
    for count in counts {
        let folder = tempfile::tempdir()?;
        record(folder.path(), count)?;
        let started = Instant::now();
        let ran = Command::new(env!("CARGO_BIN_EXE_autoexp"))
            .args(["report", "--quiet"])
            .arg(folder.path())
            .spawn()?;
        let (peak, status) = watch(ran)?;
        let took = started.elapsed();
        ensure!(status, "the report failed");
        let size = fs::metadata(folder.path().join("report.html"))?.len();
        println!(
            "{count} trials: {:.2} s, {} MiB at most, {} KB of page",
            took.as_secs_f64(),
            peak / 1024,
            size / 1000
        );
        ensure!(count > 10_000 || took < MOST, "that is more than {MOST:?}");
    }
    Ok(())
}

/// The most memory of a process, in KiB, looked at until it ends; and whether it ended well.
fn watch(mut child: std::process::Child) -> anyhow::Result<(u64, bool)> {
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    loop {
        let told = fs::read_to_string(&status).unwrap_or_default();
        let line = told.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let now = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
        peak = peak.max(now.unwrap_or(0));
        if let Some(status) = child.try_wait()? {
            return Ok((peak, status.success()));
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Writes a run's folder: four models, tasks of 13 papers with 0 to 5 functions masked.
fn record(folder: &Path, trials: usize) -> anyhow::Result<()> {
    const MODELS: [(&str, f64); 4] = [
        ("openai/a", 0.7),
        ("openai/b", 0.5),
        ("anthropic/c", 0.6),
        ("ollama/d", 0.3),
    ];
    let mut random = Random::new(1);
    let mut names = Vec::new();
    for trial in 0..trials {
        let (model, right) = MODELS[trial % MODELS.len()];
        let place = trial / MODELS.len();
        let (attempt, task) = (place % 5 + 1, place / 5);
        let (paper, n) = (task % 13, task / 13 % 6);
        let first = task / 78 % 6;
        let masked: Vec<usize> = (first..first + n).collect();
        let list = masked.iter().map(usize::to_string).collect::<Vec<_>>();
        let id = match n {
            0 => format!("paper-{paper}"),
            _ => format!("paper-{paper}_{}", list.join(",")),
        };
        let verified = random.binomial(1, f64::powi(right, n as i32)) == 1;
        let name = format!("{id}.{}.{attempt}.{trial:012x}", model.replace('/', "-"));
        let path = folder.join("trials").join(&name);
        fs::create_dir_all(&path)?;
        let functions: Vec<String> = masked
            .iter()
            .map(|it| format!("lib/part.py::f{it}"))
            .collect();
        let spec = json!({
            "format": autoexp::trial::FORMAT, "task": id, "paper": format!("paper-{paper}"), "n": n,
            "masked": functions, "model": model, "attempt": attempt,
            "settings": {"tools": "aci", "max_steps": 50, "docstring": "full"},
            "seeds": {"sandbox": 0},
            "digests": {"paper": "p", "workspace": "w", "runtime": "r", "prompt": "q"}
        });
        let value = 1.0 + random.below(1000) as f64 / 1000.0;
        let metric = |name: String| {
            json!({
                "name": name, "reported": value, "gold": 1.5, "relative_error": (value - 1.5).abs() / 1.5,
                "pass": verified,
                "reason": if verified { json!(null) } else { json!({"kind": "missing"}) },
            })
        };
        let experiments: Vec<_> = (0..4)
            .map(|it| {
                json!({
                    "id": format!("experiment-{it}"), "pass": verified, "reason": null, "extra": [],
                    "metrics": (0..5).map(|at| metric(format!("metric-{at}"))).collect::<Vec<_>>()
                })
            })
            .collect();
        let outcome = json!({
            "format": autoexp::trial::FORMAT, "pass": verified, "upstream_pass": verified,
            "grounded": verified, "transplanted": verified, "verified": verified, "reasons": {},
            "failure": if verified { json!(null) } else { json!("wrong_number") },
            "judgement": {"pass": verified, "reason": null, "experiments": experiments, "extra": []},
            "runs": [], "transplanted_runs": [], "functions": [], "changed": [],
            "ending": {"kind": "answered", "answer": {}},
            "steps": 5 + random.below(20), "corrections": random.below(3),
            "usage": {"input_tokens": 20_000 + random.below(100_000), "cached_tokens": 0,
                "cache_write_tokens": 0, "output_tokens": 3_000, "reasoning_tokens": 0},
            "cost_usd": random.below(1000) as f64 / 2000.0,
            "fuel": 1_000_000 * random.below(4000), "peak_memory_bytes": 200_000_000, "tree": "t",
            "measured": {"started": 0, "elapsed_ms": random.below(100_000), "reused_runs": 0}
        });
        fs::write(path.join("trial.json"), serde_json::to_vec_pretty(&spec)?)?;
        fs::write(
            path.join("outcome.json"),
            serde_json::to_vec_pretty(&outcome)?,
        )?;
        let events = [
            json!({"event": "started", "messages": [{"role": "system", "text": "You are an engineer."}], "tools": []}),
            json!({"event": "ended", "ending": {"kind": "answered", "answer": {}}}),
        ];
        let lines: String = events.iter().map(|event| format!("{event}\n")).collect();
        fs::write(path.join("trajectory.jsonl"), lines)?;
        names.push(name);
    }
    let plan = json!({"format": autoexp::trial::FORMAT, "grid": {}, "trials": names});
    fs::write(folder.join("plan.json"), serde_json::to_vec(&plan)?)?;
    Ok(())
}
