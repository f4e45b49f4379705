//! `autoexp report` and `autoexp compare`: numbers whose truth is known, and records in any state.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::OnceLock;

use serde_json::Value;

use crate::paper;
use crate::support::{Dir, Ran};

/// A run of the miniature paper by what checks it and by a model whose truth is known.
fn sweep() -> &'static Dir {
    static RUN: OnceLock<Dir> = OnceLock::new();
    RUN.get_or_init(|| {
        let dir = Dir::new();
        paper::lay(&dir);
        let audit = ["task", "audit", "tiny", "--mutants", "60", "--write"];
        dir.autoexp(audit).run().code(0);
        let eval = [
            "eval",
            "--out",
            "run",
            "--n",
            "0..2",
            "--attempts",
            "40",
            "--model",
            "oracle",
            "--model",
            "nop",
            "--model",
            "sim:0.6",
            "--model",
            "sim:0.9",
        ];
        let ran = dir.autoexp(eval).run().code(0);
        assert!(ran.stdout().contains("report: run/report.html"), "{ran}");
        dir
    })
}

fn json(ran: &Ran) -> Value {
    serde_json::from_slice(&ran.stdout).unwrap_or_else(|error| panic!("{error} in\n{ran}"))
}

fn report(args: &[&str]) -> Ran {
    let args = ["report", "run"].iter().chain(args);
    sweep().autoexp(args).run().code(0)
}

/// A series' numbers at an n.
fn at<'j>(report: &'j Value, label: &str, n: u64) -> &'j Value {
    let series = report["series"].as_array().unwrap();
    let series = series.iter().find(|it| it["label"] == label).unwrap();
    let by_n = series["by_n"].as_array().unwrap();
    by_n.iter().find(|at| at["n"] == n).unwrap()
}

/// Files that are written aside were for their owner alone.
#[test]
fn records_and_reports_are_as_readable_as_other_new_files() {
    let dir = sweep();
    dir.write("other", "");
    let readable = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
    let expected = readable(&dir.path("other"));
    fs::create_dir(dir.path("shared")).unwrap();
    for format in ["html", "csv", "inspect", "atif"] {
        report(&["--format", format, "--out", &format!("shared/{format}")]);
    }
    let mut folders = vec![dir.path("run"), dir.path("shared")];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            assert_eq!(readable(&path), expected, "{}", path.display());
            seen += 1;
        }
    }
    assert!(seen > 100, "{seen}");
}

#[test]
fn intervals_hold_the_rates_of_simulated_models() {
    let report = json(&report(&["--format", "json"]));
    for (label, right) in [
        ("sim:0.6", 0.6_f64),
        ("sim:0.9", 0.9),
        ("oracle", 1.0),
        ("nop", 0.0),
    ] {
        for n in 1..=2 {
            let at = at(&report, label, n);
            let interval = &at["verified"]["interval"];
            let truth = right.powi(n as i32);
            let (low, high) = (
                interval["low"].as_f64().unwrap(),
                interval["high"].as_f64().unwrap(),
            );
            assert!(
                low <= truth && truth <= high,
                "{label} at n = {n}: {interval}"
            );
            // pass@k of a model that is right with probability p: 1 − (1 − p)^k.
            let any = at["pass_at"]
                .as_array()
                .unwrap()
                .iter()
                .find(|it| it["k"] == 3)
                .unwrap();
            let expected = 1.0 - (1.0 - truth).powi(3);
            assert!(
                (any["any"].as_f64().unwrap() - expected).abs() < 0.12,
                "{label} at n = {n}: {any}"
            );
        }
        let independence = &at(&report, label, 2)["independence"];
        let (baseline, p) = (&independence["baseline"], &independence["p_steeper"]);
        assert!(
            (baseline.as_f64().unwrap() - right.powi(2)).abs() < 0.2,
            "{label}: {independence}"
        );
        assert!(p.as_f64().unwrap() > 0.01, "{label}: {independence}");
    }
    let compared = report["comparisons"].as_array().unwrap();
    let [compared] = compared.as_slice() else {
        panic!("{compared:?}");
    };
    assert_eq!(
        (&compared["first"], &compared["second"]),
        (&"sim:0.6".into(), &"sim:0.9".into())
    );
    assert!(
        compared["paired"]["p"].as_f64().unwrap() < 0.001,
        "{compared}"
    );
    let verifiers = report["series"][2]["verifiers"]["by"].as_array().unwrap();
    for verifier in verifiers {
        let recovered = verifier["recovered"].as_f64().unwrap();
        assert!((-1.0..=1.0).contains(&recovered), "{verifier}");
    }
    // Right numbers agree with each other, wrong ones seldom do.
    assert!(
        verifiers[0]["recovered"].as_f64().unwrap() > 0.9,
        "{verifiers:?}"
    );
}

#[test]
fn every_format_has_every_trial_or_series() {
    let csv = report(&["--format", "csv"]).stdout();
    let lines: Vec<&str> = csv.split_terminator("\r\n").collect();
    // Four models, forty attempts, and 1 + 2 + 1 tasks.
    assert_eq!(lines.len(), 1 + 4 * 40 * 4);
    let columns = lines[0].split(',').count();
    let quoted = regex::Regex::new("\"[^\"]*\"").unwrap();
    let count = |line: &str| quoted.replace_all(line, "").split(',').count();
    assert!(lines.iter().all(|line| count(line) == columns));
    let markdown = report(&["--format", "md"]).stdout();
    let latex = report(&["--format", "latex"]).stdout();
    for label in ["oracle", "nop", "sim:0.6", "sim:0.9"] {
        for n in 0..=2 {
            assert!(
                markdown.contains(&format!("| {label} | {n} | ")),
                "{markdown}"
            );
            assert!(latex.contains(&format!("{label} & {n} & ")), "{latex}");
        }
    }
    let compared = sweep().autoexp(["compare", "run"]).run().code(0);
    assert!(compared.stdout().contains("sim:0.6"), "{compared}");
}

#[test]
fn the_page_holds_what_it_shows_and_no_more_than_it_may() {
    report(&["--out", "page.html"]);
    let page = sweep().read("page.html");
    assert!(page.len() < 20_000_000);
    for wanted in ["<svg", "To look into", "Than if functions were independent"] {
        assert!(page.contains(wanted), "no {wanted}");
    }
    // Nothing is fetched: no address but the name space of SVG.
    for address in ["src=", "http://", "https://", "url("] {
        let found: Vec<&str> = page
            .match_indices(address)
            .map(|(at, _)| &page[at..(at + 40).min(page.len())])
            .collect();
        assert!(
            found
                .iter()
                .all(|it| it.starts_with("http://www.w3.org/2000/svg")),
            "{found:?}"
        );
    }
    assert!(!page.contains("gpt-4o"));
    report(&["--upstream", "--out", "upstream.html"]);
    let page = sweep().read("upstream.html");
    assert!(page.contains("claude-3.7 on AutoExperiment&#x27;s own tasks: not comparable"));
}

#[test]
fn a_trial_that_is_named_is_shown_whole() {
    let csv = report(&["--format", "csv"]).stdout();
    let failed = csv
        .lines()
        .find(|line| line.starts_with("tiny_0.sim-0.6") && line.contains("wrong number"));
    let id = failed.unwrap().split(',').next().unwrap().to_owned();
    report(&["--trial", &id, "--out", "one.html"]);
    let page = sweep().read("one.html");
    assert_eq!(page.matches("class=\"look\"").count(), 1);
    assert!(page.contains(&format!("id=\"trial-{id}\"")));
    for part in [
        "Changes, against the masked code",
        "The same files, against the reference",
        "write_file",
        "final_answer",
    ] {
        assert!(page.contains(part), "no {part}");
    }
    let unknown = ["report", "run", "--trial", "tiny_9"];
    sweep()
        .autoexp(unknown)
        .run()
        .code(2)
        .complains("the runs have no trial tiny_9");
}

/// A copy of the run, for a test of its own.
fn copied() -> Dir {
    fn copy(from: &std::path::Path, to: &std::path::Path) {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            let (from, to) = (entry.path(), to.join(entry.file_name()));
            match from.is_dir() {
                true => copy(&from, &to),
                false => drop(fs::copy(from, to).unwrap()),
            }
        }
    }
    let dir = Dir::new();
    copy(&sweep().path("run"), &dir.path("elsewhere/run"));
    dir
}

#[test]
fn a_folder_that_was_moved_reports_without_its_papers() {
    let dir = copied();
    let there = json(
        &dir.autoexp(["report", "elsewhere/run", "--format", "json"])
            .run()
            .code(0),
    );
    let here = json(&report(&["--format", "json"]));
    assert_eq!(there["series"], here["series"]);
    let twice = [
        "report",
        "elsewhere/run",
        "elsewhere/run",
        "--format",
        "json",
    ];
    assert_eq!(
        json(&dir.autoexp(twice).run().code(0))["trials"],
        here["trials"]
    );
    dir.autoexp(["report", "elsewhere/run"])
        .run()
        .code(0)
        .prints("report: elsewhere/run/report.html\n");
    dir.autoexp(["report", "elsewhere"])
        .run()
        .code(2)
        .complains("elsewhere is no run's folder");
}

#[test]
fn records_of_another_format_are_refused_with_a_reason() {
    let dir = copied();
    let trial = fs::read_dir(dir.path("elsewhere/run/trials"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let outcome = trial.join("outcome.json");
    let whole = fs::read_to_string(&outcome).unwrap();
    fs::write(&outcome, whole.replace("\"format\": 4", "\"format\": 2")).unwrap();
    let ran = dir.autoexp(["report", "elsewhere/run"]).run().code(2);
    let ran = ran.complains("its format is 2, and this version of autoexp reads format 4 only");
    ran.complains("outcome.json");
    fs::write(&outcome, &whole[..whole.len() / 2]).unwrap();
    let ran = dir.autoexp(["report", "elsewhere/run"]).run().code(2);
    ran.complains("which was not written by autoexp or was changed since");
    // One that isn't finished is none to refuse.
    fs::remove_file(&outcome).unwrap();
    let report = json(
        &dir.autoexp(["report", "elsewhere/run", "--format", "json"])
            .run()
            .code(0),
    );
    assert_eq!(report["runs"][0]["unfinished"], 1);
    assert!(
        report["summary"]["warnings"]
            .to_string()
            .contains("1 trials of elsewhere/run aren't finished")
    );
}

#[test]
fn what_models_write_is_text_in_the_page() {
    let dir = Dir::new();
    paper::lay(&dir);
    let evil = "</script><script>alert(1)</script><img src=x onerror=alert(2)>";
    let say = serde_json::json!({"text": evil, "calls": [
        {"tool": "write_file", "arguments": {"file_name": "<b>.txt", "content": evil}}]});
    let end = serde_json::json!({"calls": [{"tool": "final_answer", "arguments": {"answer": {evil: evil}}}]});
    dir.write("evil.jsonl", format!("{say}\n{end}\n"));
    let eval = [
        "eval",
        "--model",
        "script:evil.jsonl",
        "--task",
        "tiny_0",
        "--out",
        "run",
    ];
    dir.autoexp(eval).run().code(0);
    let page = dir.read("run/report.html");
    assert!(!page.contains("<script>alert") && !page.contains("<img"));
    assert!(page.contains("&lt;script&gt;alert(1)"));
}

/// As on a disk that is full: no file may grow beyond so many blocks of 512 bytes.
#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_is_full_costs_what_was_in_flight_and_no_record() {
    let dir = Dir::new();
    paper::lay(&dir);
    let eval = [
        "eval",
        "--no-cache",
        "--model",
        "oracle",
        "--model",
        "nop",
        "--n",
        "0..1",
        "--out",
        "run",
    ];
    let full = dir.autoexp(eval).within_file_size(8).run();
    full.code(2).complains("File too large");
    for entry in fs::read_dir(dir.path("run/trials")).unwrap() {
        let outcome = entry.unwrap().path().join("outcome.json");
        serde_json::from_slice::<Value>(&fs::read(outcome).unwrap()).unwrap();
    }
    dir.autoexp(eval).run().code(0);
    let before = fs::read(dir.path("run/report.html")).unwrap();
    let report = dir.autoexp(["report", "run"]).within_file_size(8).run();
    report.code(2).complains("write run/report.html");
    assert_eq!(fs::read(dir.path("run/report.html")).unwrap(), before);
    assert_eq!(
        fs::read_dir(dir.path("run")).unwrap().count(),
        5,
        "something is left beside the records"
    );
}
