//! Models whose truth is known.

use serde_json::Value;

use crate::paper;
use crate::support::Dir;

/// Share of trials that are verified, by model and n.
fn rates(dir: &Dir, args: &[&str]) -> Vec<(String, usize, f64)> {
    let ran = dir
        .autoexp(["eval", "--json", "--tasks", "tasks"].iter().chain(args))
        .run()
        .code(0);
    let report: Value = serde_json::from_slice(&ran.stdout).unwrap();
    let mut trials = std::collections::BTreeMap::new();
    for row in report["rows"].as_array().unwrap() {
        let text = |name: &str| row[name].as_str().unwrap().to_owned();
        let of = (text("model"), row["n"].as_u64().unwrap() as usize);
        trials
            .entry(of)
            .or_insert_with(std::collections::BTreeMap::new)
            .insert(text("trial"), row["trial_verified"] == true);
    }
    let rate = |verified: std::collections::BTreeMap<String, bool>| {
        let right = verified.values().filter(|right| **right).count();
        right as f64 / verified.len() as f64
    };
    trials
        .into_iter()
        .map(|((model, n), verified)| (model, n, rate(verified)))
        .collect()
}

#[test]
fn a_simulated_model_is_right_as_often_as_it_says() {
    let dir = Dir::new();
    paper::lay(&dir);
    dir.autoexp(["eval", "--model", "sim:0.5", "--n", "1"])
        .run()
        .code(2)
        .complains("run `autoexp task audit tiny --write`");
    let audit = ["task", "audit", "tiny", "--mutants", "60", "--write"];
    dir.autoexp(audit).run().code(0);

    let sure = rates(
        &dir,
        &["--model", "sim:1", "--model", "sim:0", "--n", "1..2,all"],
    );
    let expected = |model: &str, n, rate| (model.to_owned(), n, rate);
    assert_eq!(
        sure,
        [
            expected("sim:0", 1, 0.0),
            expected("sim:0", 2, 0.0),
            expected("sim:1", 1, 1.0),
            expected("sim:1", 2, 1.0),
        ]
    );

    let args = ["--model", "sim:0.6", "--n", "1..2", "--attempts", "100"];
    let [(_, 1, one), (_, 2, two)] = rates(&dir, &args)[..] else {
        panic!("not one rate for each n");
    };
    // 200 and 100 trials: three standard deviations.
    assert!((one - 0.6).abs() < 0.104, "{one}");
    assert!((two - 0.36).abs() < 0.144, "{two}");
    let seeded = ["--model", "sim:0.6,7", "--n", "1", "--attempts", "100"];
    assert_ne!(rates(&dir, &seeded)[0].2, one);

    // What the audit was about has changed.
    let spec = dir.read("tasks/tiny/task.toml");
    let tight = spec.replace("gold = 7.3125", "gold = 7.3125\nrtol = 0.01");
    dir.write("tasks/tiny/task.toml", tight);
    dir.autoexp(["eval", "--model", "sim:0.4", "--n", "1"])
        .run()
        .code(2)
        .complains("run `autoexp task audit tiny --write`");
}
