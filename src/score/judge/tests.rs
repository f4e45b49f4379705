use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::task::{ExperimentLimits, Source};

fn metric(name: &str, gold: Value, rtol: f64, atol: f64) -> Metric {
    Metric {
        name: name.to_owned(),
        source: Source::Stdout {
            path: "$".parse().unwrap(),
        },
        gold: serde_json::from_value(gold).unwrap(),
        alternative: None,
        rtol,
        atol,
    }
}

fn experiment(id: &str, metrics: Vec<Metric>) -> Experiment {
    Experiment {
        id: id.to_owned(),
        description: "run it".to_owned(),
        command: vec!["python".to_owned(), "run.py".to_owned()],
        reseeded: None,
        limits: ExperimentLimits::default(),
        metrics,
    }
}

fn judge_one(metric: Metric, reported: Value) -> MetricJudgement {
    let name = metric.name.clone();
    let answer = json!({"main": {name: reported}});
    let judgement = judge(&[experiment("main", vec![metric])], &answer);
    assert_eq!(judgement.pass, judgement.experiments[0].pass);
    assert_eq!(judgement.pass, judgement.experiments[0].metrics[0].pass);
    judgement.experiments[0].metrics[0].clone()
}

#[test]
fn a_number_passes_within_the_larger_tolerance() {
    for (gold, rtol, atol, reported, pass, error) in [
        (100.0, 0.05, 0.0, 105.0, true, Some(0.05)),
        (100.0, 0.05, 0.0, 105.1, false, Some(0.051)),
        (100.0, 0.05, 0.0, 94.9, false, Some(0.051)),
        (-100.0, 0.05, 0.0, -104.0, true, Some(0.04)),
        (-100.0, 0.05, 0.0, 100.0, false, Some(2.0)),
        (-100.0, 0.05, 0.0, 1e300, false, Some(1e298)),
        (100.0, 0.05, 7.0, 106.5, true, Some(0.065)),
        (0.0, 0.05, 0.01, 0.01, true, None),
        (0.0, 0.05, 0.01, -0.02, false, None),
        (0.0, 0.05, 0.01, -0.0, true, Some(0.0)),
        (5e-324, 0.05, 0.0, 5e-324, true, Some(0.0)),
        (5e-324, 0.05, 0.0, 0.0, false, Some(1.0)),
        (1e-300, 0.05, 0.0, 1e300, false, None),
        (f64::MAX, 0.05, 0.0, -f64::MAX, false, None),
        (3.0, 0.0, 0.0, 3.0, true, Some(0.0)),
        (
            3.0,
            0.0,
            0.0,
            3.0000000000000004,
            false,
            Some(1.4802973661668753e-16),
        ),
    ] {
        let found = judge_one(metric("gap", json!(gold), rtol, atol), json!(reported));
        assert_eq!(found.pass, pass, "{reported} for {gold}");
        match (found.relative_error, error) {
            (Some(found), Some(error)) => {
                assert!((found - error).abs() <= 1e-12 * error, "{found}")
            }
            (found, error) => assert_eq!(found, error, "{reported} for {gold}"),
        }
    }
}

#[test]
fn another_shape_never_passes_and_is_named() {
    let gold = json!([[1, 2], [3]]);
    for (reported, reason) in [
        (json!([[1, 2], [3]]), ""),
        (
            json!([[1, 2.3], [3]]),
            "2.3 at [0][1] is not within 0.1 of 2.0",
        ),
        (json!([]), "a list of 2 was expected, found one of 0"),
        (
            json!([[1, 2], [3], []]),
            "a list of 2 was expected, found one of 3",
        ),
        (
            json!([[1], [3]]),
            "a list of 2 was expected at [0], found one of 1",
        ),
        (
            json!([[1, 2], 3]),
            "a list was expected at [1], found a number",
        ),
        (
            json!([[1, [2]], [3]]),
            "a number was expected at [0][1], found a list",
        ),
        (
            json!([[1, "2"], [3]]),
            "a number was expected at [0][1], found a string",
        ),
        (
            json!([[1, true], [3]]),
            "a number was expected at [0][1], found a boolean",
        ),
        (
            json!([[1, null], [3]]),
            "a number was expected at [0][1], found null",
        ),
        (
            json!([[1, "NaN"], [3]]),
            "the number at [0][1] is not finite",
        ),
        (
            json!([[1, "-Infinity"], [3]]),
            "the number at [0][1] is not finite",
        ),
        (
            json!("[[1, 2], [3]]"),
            "a list was expected, found a string",
        ),
        (json!({"0": 1}), "a list was expected, found an object"),
        (json!(null), "a list was expected, found null"),
    ] {
        let found = judge_one(metric("gap", gold.clone(), 0.05, 0.0), reported.clone());
        let told = found
            .reason
            .map(|reason| reason.to_string())
            .unwrap_or_default();
        assert_eq!(told, reason, "{reported}");
        assert_eq!(found.pass, reason.is_empty());
        assert_eq!(found.reported, Some(reported));
    }
}

#[test]
fn the_relative_error_of_a_list_is_the_largest() {
    let gap = metric("gap", json!([10, [20, 40]]), 0.5, 0.0);
    let found = judge_one(gap, json!([11, [25, 40]]));
    assert_eq!(found.relative_error, Some(0.25));
}

#[test]
fn what_is_missing_or_more_than_asked_for_never_passes() {
    let experiments = [
        experiment(
            "a",
            vec![
                metric("x", json!(1), 0.05, 0.0),
                metric("y", json!(2), 0.05, 0.0),
            ],
        ),
        experiment("b", vec![metric("x", json!(3), 0.05, 0.0)]),
    ];
    let right = json!({"a": {"x": 1, "y": 2}, "b": {"x": 3}});
    assert!(judge(&experiments, &right).pass);

    let outcome = |answer: Value| {
        let found = judge(&experiments, &answer);
        let passes: Vec<bool> = found.experiments.iter().map(|found| found.pass).collect();
        assert!(!found.pass, "{answer}");
        (passes, found.reason, found.experiments[0].reason.clone())
    };
    let object = |found| Some(Reason::NotAnObject { found });
    let (missing, extra) = (Some(Reason::Missing), Some(Reason::Extra));
    for (answer, expected) in [
        (
            json!({"a": {"x": 1}, "b": {"x": 3}}),
            (vec![false, true], None, None),
        ),
        (
            json!({"b": {"x": 3}}),
            (vec![false, true], None, missing.clone()),
        ),
        (
            json!({"a": {"x": 1, "y": 2, "z": 3}, "b": {"x": 3}}),
            (vec![false, true], None, extra.clone()),
        ),
        (
            json!({"a": {"x": 1, "y": 2}, "b": {"x": 3}, "c": {}}),
            (vec![true, true], extra, None),
        ),
        (
            json!({"a": [1, 2], "b": {"x": 3}}),
            (vec![false, true], None, object(JsonKind::List)),
        ),
        (
            json!({"a": 1, "b": {"x": 3}}),
            (vec![false, true], None, object(JsonKind::Number)),
        ),
        (
            json!([right.clone()]),
            (vec![false, false], object(JsonKind::List), missing.clone()),
        ),
        (
            json!(right.to_string()),
            (
                vec![false, false],
                object(JsonKind::String),
                missing.clone(),
            ),
        ),
        (
            json!(null),
            (vec![false, false], object(JsonKind::Null), missing),
        ),
    ] {
        assert_eq!(outcome(answer.clone()), expected, "{answer}");
    }
    let found = judge(&experiments, &json!({"z": 1, "c": 2}));
    assert_eq!(found.extra, ["c", "z"]);
}

#[test]
fn a_reason_is_written_with_its_name() {
    let found = judge_one(metric("gap", json!([1, 2]), 0.05, 0.0), json!([1, 3]));
    insta::assert_snapshot!(serde_json::to_string(&found).unwrap(), @r#"{"name":"gap","reported":[1,3],"gold":[1.0,2.0],"relative_error":0.5,"pass":false,"reason":{"kind":"out_of_tolerance","at":[1],"reported":3.0,"gold":2.0,"allowed":0.1}}"#);
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(vec!["", "0.5", "NaN", "Infinity", "main"]).prop_map(Value::from),
    ];
    let key = prop::sample::select(vec!["main", "gap", "rows", "other"]);
    leaf.prop_recursive(5, 40, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..4)
                .prop_map(|items| items.into_iter().collect()),
        ]
    })
}

fn any_gold() -> impl Strategy<Value = Value> {
    let leaf = prop::num::f64::NORMAL.prop_map(Value::from);
    leaf.prop_recursive(3, 20, 4, |inner| {
        prop::collection::vec(inner, 1..4).prop_map(Value::from)
    })
}

proptest! {
    #[test]
    fn no_answer_makes_judging_panic_and_every_judgement_is_read_back(
        answer in any_json(),
        report in any_json(),
    ) {
        let experiments = [experiment("main", vec![
            metric("gap", json!(0.5), 0.05, 0.0),
            metric("rows", json!([[1, 0], [2]]), 0.05, 0.1),
        ])];
        for answer in [answer, json!({"main": report.clone()}), json!({"main": {"gap": 0.5, "rows": report}})] {
            let judgement = judge(&experiments, &answer);
            let written = serde_json::to_string(&judgement).unwrap();
            prop_assert_eq!(serde_json::from_str::<Judgement>(&written).unwrap(), judgement);
        }
    }

    #[test]
    fn gold_itself_always_passes(gold in any_gold(), rtol in 0.0..1.0, atol in 0.0..1.0) {
        let found = judge_one(metric("gap", gold.clone(), rtol, atol), gold);
        prop_assert!(found.pass);
        prop_assert_eq!(found.relative_error, Some(0.0));
    }

    #[test]
    fn scaling_by_a_power_of_two_changes_no_verdict(
        gold in 1e-3..1e3,
        ratio in 0.9..1.1,
        sign in prop::sample::select(vec![1.0, -1.0]),
        exponent in -200i32..200,
    ) {
        let scale = sign * 2f64.powi(exponent);
        let verdict = |scale: f64| {
            judge_one(metric("gap", json!(gold * scale), 0.05, 0.0), json!(gold * ratio * scale))
        };
        let (plain, scaled) = (verdict(1.0), verdict(scale));
        prop_assert_eq!(plain.pass, scaled.pass);
        prop_assert_eq!(plain.relative_error, scaled.relative_error);
    }

    #[test]
    fn one_wrong_number_in_a_list_fails_it(
        gold in prop::collection::vec(0.5f64..100.0, 1..8),
        wrong in any::<prop::sample::Index>(),
    ) {
        let mut reported = gold.clone();
        reported[wrong.index(gold.len())] *= 1.06;
        prop_assert!(!judge_one(metric("gap", json!(gold), 0.05, 0.0), json!(reported)).pass);
    }
}
