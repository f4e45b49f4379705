//! `autoexp eval`: what it prints, what it records, and that it goes on where it was stopped.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

use regex::Regex;
use serde_json::Value;

use crate::paper;
use crate::support::{Dir, Ran};

/// A few tasks of the bundled papers, with nothing and with one function masked.
const SMALL: [&str; 9] = [
    "eval", "--model", "oracle", "--model", "nop", "--n", "0..1", "--sample", "3",
];

/// A run of [`SMALL`] into `out`, that several tests look at.
fn small() -> &'static (Dir, Ran) {
    static RUN: OnceLock<(Dir, Ran)> = OnceLock::new();
    RUN.get_or_init(|| {
        let dir = Dir::new();
        let ran = dir.autoexp(SMALL.iter().chain(&["--out", "out"])).run();
        (dir, ran)
    })
}

pub fn json(ran: &Ran) -> Value {
    serde_json::from_slice(&ran.stdout).unwrap_or_else(|error| panic!("{error} in\n{ran}"))
}

pub fn rows(report: &Value) -> &[Value] {
    report["rows"].as_array().unwrap()
}

/// A table without what is measured: the time at the end of each line, and the widths that follow
/// from it.
pub fn without_times(table: &str) -> String {
    let time = Regex::new(r" [0-9.]+ s$").unwrap();
    table
        .lines()
        .map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            time.replace(&words.join(" "), "").into_owned() + "\n"
        })
        .collect()
}

/// The files of a run's folder by their paths, as bytes, without what stands under `measured`.
pub fn records(folder: &Path) -> BTreeMap<String, String> {
    // Objects of numbers: nothing is nested in them.
    let measured = Regex::new(r#""measured":\s*\{[^{}]*\}"#).unwrap();
    let mut records = BTreeMap::new();
    let mut dirs = vec![folder.to_owned()];
    while let Some(dir) = dirs.pop() {
        for entry in fs::read_dir(&dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                dirs.push(path);
                continue;
            }
            // What is made of the records, with the times that are measured in it.
            if path.ends_with("report.html") {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let name = path.strip_prefix(folder).unwrap().display().to_string();
            records.insert(name, measured.replace_all(&text, "").into_owned());
        }
    }
    records
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).unwrap().next().is_none()
}

/// Nothing is in flight any more, and what is finished is whole.
pub fn assert_settled(folder: &Path) {
    for place in ["work", "claims"] {
        assert!(
            is_empty(&folder.join(place)),
            "something is left in {place}/"
        );
    }
    for trial in fs::read_dir(folder.join("trials")).unwrap() {
        let trial = trial.unwrap().path();
        let mut files: Vec<_> = fs::read_dir(&trial)
            .unwrap()
            .map(|file| file.unwrap().file_name())
            .collect();
        files.sort();
        files.retain(|file| !file.to_string_lossy().ends_with(".patch"));
        assert_eq!(files, ["outcome.json", "trajectory.jsonl", "trial.json"]);
        let read = |name: &str| fs::read_to_string(trial.join(name)).unwrap();
        serde_json::from_str::<Value>(&read("outcome.json")).unwrap();
        let trajectory = read("trajectory.jsonl");
        let last = trajectory.lines().last().unwrap();
        assert!(last.starts_with(r#"{"event":"ended""#), "{last}");
    }
}

#[test]
fn the_oracle_passes_every_task_and_nop_passes_none() {
    let (dir, ran) = small();
    assert_eq!(ran.status.code(), Some(0), "{ran}");
    let report = json(
        &dir.autoexp(SMALL.iter().chain(&["--out", "out", "--json"]))
            .run(),
    );
    assert!(rows(&report).len() >= 8);
    for row in rows(&report) {
        let oracle = row["model"] == "oracle";
        assert_eq!(row["pass"], oracle, "{row}");
        assert_eq!(row["failure"].is_null(), oracle, "{row}");
        for metric in row["metrics"].as_array().unwrap() {
            assert_eq!(metric["pass"], oracle, "{metric}");
            assert_eq!(metric["reported"].is_null(), !oracle, "{metric}");
            assert_eq!(metric["reason"].is_null(), oracle, "{metric}");
        }
        assert_eq!(row["trial_fuel"] == 0, !oracle, "{row}");
    }
}

#[test]
fn the_table_has_a_line_for_each_experiment_of_each_trial_and_says_where_the_records_are() {
    let (dir, ran) = small();
    let report = json(
        &dir.autoexp(SMALL.iter().chain(&["--out", "out", "--json"]))
            .run(),
    );
    let stdout = ran.stdout();
    let heads = "paper experiment n masked model metric reported gold rel. error pass verified right fuel time";
    let table = without_times(&stdout);
    assert_eq!(table.lines().next(), Some(heads));
    let lines = table.lines().skip(1).take_while(|line| !line.is_empty());
    assert_eq!(lines.count(), rows(&report).len());
    assert!(
        stdout.ends_with("\nrecords: out\nreport: out/report.html\n"),
        "{stdout}"
    );
    assert!(stdout.contains("\ntrials verified\n"), "{stdout}");
}

#[test]
fn a_finished_run_says_that_it_resumes_and_gives_the_same_table() {
    let (dir, ran) = small();
    let again = dir.autoexp(SMALL.iter().chain(&["--out", "out"])).run();
    let again = again.code(0).prints(&ran.stdout());
    let says = Regex::new(r"^resuming out: (\d+) of (\d+) trials are finished\n$").unwrap();
    let stderr = again.stderr();
    let counts = says.captures(&stderr).unwrap_or_else(|| panic!("{again}"));
    assert_eq!(counts[1], counts[2]);
}

#[test]
fn a_trial_that_is_missing_is_run_again_and_no_other() {
    let dir = Dir::new();
    paper::lay(&dir);
    let args = ["eval", "--n", "1", "--out", "out"];
    let ran = dir.autoexp(args).run().code(0);
    let before = records(&dir.path("out"));
    let trials = dir.path("out/trials");
    let gone = fs::read_dir(&trials).unwrap().next().unwrap().unwrap();
    fs::remove_dir_all(gone.path()).unwrap();
    let again = dir
        .autoexp(args)
        .run()
        .code(0)
        .complains("resuming out: 3 of 4 trials are finished")
        .complains("ran 1 trials");
    assert_eq!(without_times(&again.stdout()), without_times(&ran.stdout()));
    assert_eq!(records(&dir.path("out")), before);
}

#[test]
fn the_records_of_a_trial_have_what_determined_it_and_what_came_of_it() {
    let (dir, _) = small();
    assert_settled(&dir.path("out"));
    let has = |value: &Value, keys: &[&str]| {
        let mut found: Vec<&str> = value
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        let mut keys = keys.to_vec();
        found.sort_unstable();
        keys.sort_unstable();
        assert_eq!(found, keys);
    };
    let (mut seen, mut digests) = (0, 0);
    for trial in fs::read_dir(dir.path("out/trials")).unwrap() {
        let trial = trial.unwrap();
        let name = trial.file_name().into_string().unwrap();
        let read = |file: &str| dir.read(&format!("out/trials/{name}/{file}"));
        let spec: Value = serde_json::from_str(&read("trial.json")).unwrap();
        has(
            &spec,
            &[
                "format", "task", "paper", "n", "masked", "model", "attempt", "settings", "seeds",
                "digests",
            ],
        );
        has(
            &spec["digests"],
            &["paper", "workspace", "runtime", "prompt"],
        );
        let task = spec["task"].as_str().unwrap();
        let model = spec["model"].as_str().unwrap();
        assert!(name.starts_with(&format!("{task}.{model}.1.")), "{name}");
        assert_eq!(spec["n"], spec["masked"].as_array().unwrap().len());

        let outcome: Value = serde_json::from_str(&read("outcome.json")).unwrap();
        has(
            &outcome,
            &[
                "format",
                "pass",
                "upstream_pass",
                "grounded",
                "transplanted",
                "verified",
                "reasons",
                "failure",
                "functions",
                "runs",
                "transplanted_runs",
                "changed",
                "ending",
                "judgement",
                "steps",
                "corrections",
                "debugging",
                "fuel",
                "peak_memory_bytes",
                "tree",
                "image",
                "measured",
            ],
        );
        has(
            &outcome["measured"],
            &["started", "elapsed_ms", "reused_runs"],
        );
        assert_eq!(
            (&spec["format"], &outcome["format"]),
            (&4.into(), &4.into())
        );

        let trajectory = read("trajectory.jsonl");
        let events: Vec<Value> = trajectory
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let kinds: Vec<&str> = events
            .iter()
            .map(|event| event["event"].as_str().unwrap())
            .collect();
        let steps = outcome["steps"].as_u64().unwrap() as usize;
        let expected = ["started"]
            .into_iter()
            .chain(["reply", "observed"].repeat(steps))
            .chain(["ended"]);
        assert_eq!(kinds, expected.collect::<Vec<_>>());
        assert_eq!(events.last().unwrap()["ending"], outcome["ending"]);
        let run_fuel = |event: &Value| -> u64 {
            let observations = event["observations"].as_array();
            let fuel = observations
                .into_iter()
                .flatten()
                .map(|seen| seen["fuel"].as_u64());
            fuel.flatten().sum()
        };
        assert_eq!(outcome["fuel"], events.iter().map(run_fuel).sum::<u64>());
        for observed in events
            .iter()
            .filter_map(|event| event["observations"].as_array())
            .flatten()
        {
            let digest = observed["digest"].as_str();
            assert_eq!(digest.is_some(), observed["fuel"].is_u64(), "{observed}");
            digests += digest.map_or(0, |digest| digest.len() / 64);
        }
        seen += 1;
    }
    assert!(seen >= 4 && digests > 0, "{seen} trials, {digests} digests");
    let plan: Value = serde_json::from_str(&dir.read("out/plan.json")).unwrap();
    assert_eq!(plan["trials"].as_array().unwrap().len(), seen);
}

#[test]
fn two_runs_have_the_same_records_bit_for_bit_but_for_what_is_measured() {
    let (first, _) = small();
    let second = Dir::new();
    second
        .autoexp(SMALL.iter().chain(&["--out", "elsewhere", "--jobs", "1"]))
        .run()
        .code(0);
    let (first, second) = (
        records(&first.path("out")),
        records(&second.path("elsewhere")),
    );
    assert!(first.len() >= 13);
    assert!(first.keys().eq(second.keys()));
    for (name, record) in first {
        assert!(record == second[&name], "{name} differs");
    }
}

#[test]
fn a_folder_with_another_run_is_refused() {
    let dir = Dir::new();
    paper::lay(&dir);
    dir.autoexp(["eval", "--model", "nop", "--n", "1", "--out", "out"])
        .run()
        .code(0);
    let before = dir.snapshot();
    for other in [
        &["--model", "nop", "--n", "2"][..],
        &["--model", "oracle", "--n", "1"],
        &["--model", "nop", "--n", "1", "--attempts", "2"],
        &["--model", "nop", "--n", "1", "--max-steps", "3"],
        &["--model", "nop", "--n", "1", "--task", "tiny_0"],
    ] {
        let ran = dir
            .autoexp(["eval", "--out", "out"].iter().chain(other))
            .run()
            .code(2)
            .prints("");
        insta::allow_duplicates! {
            insta::assert_snapshot!(ran.stderr(), @"error: failed to plan the run: out holds another run; choose another folder with --out, ask for the same, or have this run be added to it with --extend");
        }
    }
    assert_eq!(dir.snapshot(), before);
}

#[test]
fn a_run_with_no_folder_named_gets_the_same_one_each_time() {
    let dir = Dir::new();
    paper::lay(&dir);
    let args = ["eval", "--model", "nop", "--n", "0", "--json"];
    let first = json(&dir.autoexp(args).run().code(0));
    let second = json(&dir.autoexp(args).run().code(0));
    assert!(first["folder"].as_str().unwrap().starts_with("runs/eval-"));
    assert_eq!(first["folder"], second["folder"]);
    assert_eq!((&first["ran"], &second["ran"]), (&1.into(), &0.into()));
    assert_eq!(first["rows"], second["rows"]);
}

#[test]
fn single_tasks_and_attempts_are_run_as_asked() {
    let dir = Dir::new();
    paper::lay(&dir);
    let report = json(
        &dir.autoexp([
            "eval",
            "--task",
            "tiny_0,1",
            "--task",
            "tiny_1",
            "--attempts",
            "2",
            "--model",
            "oracle",
            "--json",
        ])
        .run()
        .code(0),
    );
    let ran: Vec<(&str, u64)> = rows(&report)
        .iter()
        .filter(|row| row["experiment"] == "main")
        .map(|row| {
            (
                row["task"].as_str().unwrap(),
                row["attempt"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        ran,
        [
            ("tiny_0,1", 1),
            ("tiny_0,1", 2),
            ("tiny_1", 1),
            ("tiny_1", 2)
        ]
    );
}

#[test]
fn an_oracle_that_fails_means_a_broken_task_and_exit_code_1() {
    let dir = Dir::new();
    paper::lay_with(&dir, "gold = 11.25", "gold = 12.25");
    let ran = dir
        .autoexp(["eval", "--model", "oracle", "--n", "1", "--json"])
        .run()
        .code(1);
    let report = json(&ran);
    for row in rows(&report) {
        assert_eq!(row["pass"], row["experiment"] == "table", "{row}");
        assert_eq!(row["failure"], "wrong number", "{row}");
    }
    let metric = &rows(&report)[0]["metrics"][1];
    assert_eq!(metric["reported"], 11.25);
    assert_eq!(metric["gold"], 12.25);
    let error = metric["relative_error"].as_f64().unwrap();
    assert!((error - 1.0 / 12.25).abs() < 1e-12, "{metric}");
}

#[test]
fn code_that_fails_is_no_error_of_ours_and_no_pass() {
    for (file, code) in [
        ("run.py", "raise ValueError('broken')"),
        ("run.py", "import os; os.abort()"),
        ("run.py", "print('{\"mean\": NaN}'); print('width is much')"),
        (
            "run.py",
            "print('{\"mean\": 7.3125}')\nprint('width is 11.25\\nwidth is 11.5')",
        ),
        ("table.py", "import os; os.makedirs('out/table.json')"),
        (
            "table.py",
            "open('/workspace/out', 'w').write('not a folder')",
        ),
        ("run.py", "while True: pass"),
    ] {
        let dir = Dir::new();
        let experiment = if file == "run.py" { "main" } else { "table" };
        paper::lay(&dir);
        dir.write(&format!("tasks/tiny/code/{file}"), code);
        let report = json(
            &dir.autoexp(["eval", "--model", "oracle", "--n", "0", "--json"])
                .run()
                .code(1),
        );
        for row in rows(&report) {
            assert_eq!(
                row["pass"],
                row["experiment"] != experiment,
                "{code}: {row}"
            );
            let metrics = row["metrics"].as_array().unwrap();
            let good = metrics.iter().all(|metric| metric["reason"].is_null());
            assert_eq!(row["pass"], good, "{code}: {row}");
        }
    }
}

/// A number from 0 up to 1, another each time.
fn random() -> f64 {
    RandomState::new().hash_one(()) as f64 / u64::MAX as f64
}

#[test]
fn a_run_killed_ten_times_ends_as_one_that_was_left_alone() {
    let args = ["eval", "--n", "1", "--sample", "4", "--out", "out"];
    let (calm, killed) = (Dir::new(), Dir::new());
    let undisturbed = calm.autoexp(args).run().code(0);
    let mut moments = Vec::new();
    for _ in 0..10 {
        let moment = undisturbed.elapsed.mul_f64(random() / 2.0);
        moments.push(moment);
        let mut child = killed.autoexp(args).start();
        // The moment of a kill is what is random here: there is nothing to wait for.
        thread::sleep(moment);
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let resumed = killed.autoexp(args).run().code(0);
    assert_eq!(
        without_times(&resumed.stdout()),
        without_times(&undisturbed.stdout()),
        "killed after {moments:?}"
    );
    assert_settled(&killed.path("out"));
    assert_eq!(
        records(&killed.path("out/trials")),
        records(&calm.path("out/trials")),
        "killed after {moments:?}"
    );
}

#[test]
fn two_processes_share_the_work_of_one_run() {
    let dir = Dir::new();
    let args = [
        // Runs that are made take long enough for both to get some.
        "eval",
        "--no-cache",
        "--model",
        "oracle",
        "--n",
        "1",
        "--sample",
        "6",
        "--out",
        "out",
        "--jobs",
        "1",
        "--json",
    ];
    let (one, two) = thread::scope(|scope| {
        let one = scope.spawn(|| dir.autoexp(args).run().code(0));
        let two = scope.spawn(|| dir.autoexp(args).run().code(0));
        (one.join().unwrap(), two.join().unwrap())
    });
    let (one, two) = (json(&one), json(&two));
    assert_eq!(one["rows"], two["rows"]);
    let ran = |report: &Value| report["ran"].as_u64().unwrap();
    assert_eq!(ran(&one) + ran(&two), one["trials"].as_u64().unwrap());
    assert!(ran(&one) > 0 && ran(&two) > 0, "one of them did it all");
    assert_settled(&dir.path("out"));
}

#[test]
fn a_claim_of_a_process_that_stopped_answering_is_not_waited_for_for_ever() {
    let dir = Dir::new();
    paper::lay(&dir);
    let args = ["eval", "--model", "nop", "--n", "0", "--out", "out"];
    dir.autoexp(args).run().code(0);
    let trial = fs::read_dir(dir.path("out/trials"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    let id = trial.file_name().into_string().unwrap();
    fs::remove_dir_all(trial.path()).unwrap();
    // Cut off while it was written, an hour ago; and what its maker had done so far.
    let claim = dir.path(&format!("out/claims/{id}.3"));
    fs::write(&claim, "{\"host\":").unwrap();
    let hour_ago = std::time::SystemTime::now() - Duration::from_secs(3600);
    let file = fs::File::options().write(true).open(&claim).unwrap();
    file.set_modified(hour_ago).unwrap();
    dir.write(&format!("out/work/{id}.3/trial.json"), "{");
    dir.autoexp(args).run().code(0).complains("ran 1 trials");
    assert_settled(&dir.path("out"));
}
