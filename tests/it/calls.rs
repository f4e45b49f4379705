//! A candidate's functions against the reference's, on the calls of an experiment.
//!
//! The repositories are in `calls/`, one file each.

use autoexp::sandbox::{Exit, Limits};
use autoexp::score::{Calls, Comparison, MOST_CALLS, compare};

use crate::watched::{alone, bundled, experiment, function, repositories, runner};

/// A function's calls, those compared, and those equal; what is said of the others.
type Expected = (&'static str, [u64; 3], &'static str);

/// Compares a case, and asserts that the experiment went as it goes alone.
fn compared(case: &str, command: &str, names: &[&str], limits: &Limits) -> Comparison {
    let (reference, candidate) = repositories(case);
    let functions: Vec<_> = names
        .iter()
        .map(|name| match name.split_once(':') {
            Some((file, name)) => function(file, name),
            None => function("m.py", name),
        })
        .collect();
    compare(
        &runner(),
        &reference,
        &candidate,
        &experiment(command),
        &functions,
        MOST_CALLS,
        limits,
    )
    .unwrap()
}

fn said(calls: &Calls) -> String {
    let texts = [&calls.first_difference, &calls.not_compared];
    texts.map(|text| text.clone().unwrap_or_default()).concat()
}

fn assert_case(case: &str, command: &str, expected: &[Expected]) {
    let names: Vec<&str> = expected.iter().map(|(name, ..)| *name).collect();
    let comparison = compared(case, command, &names, &Limits::default());
    assert!(comparison.finished, "{case}");
    let plain = alone(&repositories(case).0, &experiment(command));
    assert_eq!(comparison.outcome.stdout, plain.stdout, "{case}");
    assert_eq!(comparison.outcome.exit, plain.exit, "{case}");
    assert_eq!(plain.exit, Exit::Exited(0), "{case}: {:?}", plain.stderr);
    for (calls, (name, counts, text)) in comparison.functions.iter().zip(expected) {
        let found = [calls.calls, calls.compared, calls.equal];
        assert_eq!(found, *counts, "{case}: {name}: {calls:?}");
        assert_eq!(said(calls), *text, "{case}: {name}");
    }
}

#[test]
fn the_reference_equals_itself_on_every_call_of_a_bundled_paper() {
    let (paper, code) = bundled("exposure-ebb");
    for experiment in &paper.experiments {
        let found = compare(
            &runner(),
            &code,
            &code,
            experiment,
            &paper.functions,
            MOST_CALLS,
            &Limits::default(),
        )
        .unwrap();
        let plain = alone(&code, experiment);
        assert_eq!(found.outcome.stdout, plain.stdout);
        assert_eq!(found.outcome.stderr, plain.stderr);
        assert_eq!(found.outcome.exit, Exit::Exited(0));
        assert!(found.finished);
        for calls in &found.functions {
            assert!(calls.calls > 0, "{calls:?}");
            assert_eq!((calls.compared, calls.equal), (calls.calls, calls.calls));
            assert_eq!(said(calls), "", "{calls:?}");
        }
        // Most of it is for looking after what both share, at each call.
        let (with, without) = (found.outcome.fuel_used, plain.fuel_used);
        assert!(with < 15 * without, "{with} over {without}");
    }
}

#[test]
fn candidates_are_compared_call_by_call() {
    let cases: &[(&str, &[Expected])] = &[
        (
            "asynchronous",
            &[
                (
                    "fetch",
                    [3, 3, 2],
                    "call 3: the result is -3, the reference's 3",
                ),
                ("fails", [1, 1, 1], ""),
                (
                    "items",
                    [1, 0, 0],
                    "an asynchronous generator can't be compared",
                ),
            ],
        ),
        (
            "between_files",
            &[
                ("own", [2, 2, 2], ""),
                ("caller", [1, 1, 1], ""),
                ("callback", [1, 1, 1], ""),
                (
                    "m2.py:base",
                    [4, 4, 0],
                    "call 1: the result is 11, the reference's 10",
                ),
            ],
        ),
        (
            "broken",
            &[(
                "f",
                [1, 0, 0],
                "the candidate's m.py can't be loaded: SyntaxError: expected ':' (m.py, line 1)",
            )],
        ),
        (
            "decorated",
            &[
                (
                    "one",
                    [1, 1, 0],
                    "call 1: the result is 1, the reference's 2",
                ),
                ("cached", [2, 2, 2], ""),
                ("outer", [1, 1, 1], ""),
                (
                    "outer.inner",
                    [1, 0, 0],
                    "it is defined within a function, and exists only while that runs",
                ),
            ],
        ),
        (
            "exceptions",
            &[
                ("check", [2, 2, 2], ""),
                (
                    "other",
                    [1, 1, 0],
                    "call 1: the result is an exception, TypeError: other, the reference's an exception, ValueError: no",
                ),
                (
                    "leaves",
                    [3, 3, 0],
                    "call 1: the result is an exception, SystemExit: 7, the reference's 1",
                ),
                (
                    "deep",
                    [1, 1, 0],
                    "call 1: the result is an exception, RecursionError: maximum recursion depth exceeded, the reference's 1",
                ),
                (
                    "silent",
                    [1, 1, 0],
                    "call 1: the result is None, the reference's an exception, KeyError: 2",
                ),
            ],
        ),
        (
            "generators",
            &[
                (
                    "countdown",
                    [3, 3, 2],
                    "call 3: item 1 is 2.5, the reference's 2",
                ),
                ("squares", [2, 2, 2], ""),
                ("unused", [0, 0, 0], ""),
            ],
        ),
        (
            "cached",
            &[
                ("longest", [1, 1, 1], ""),
                ("number", [1, 1, 1], ""),
                (
                    "grow",
                    [1, 1, 0],
                    "call 1: after the call, args[0].sizes[1] is 2, the reference's 1",
                ),
                (
                    "label",
                    [1, 1, 0],
                    "call 1: after the call, args[0][2]: the reference's lacks the key 'name'",
                ),
            ],
        ),
        (
            "in_place",
            &[
                (
                    "halve",
                    [1, 1, 0],
                    "call 1: after the call, args[0][1] is 1.0, the reference's 0.5 (3 of 4 differ)",
                ),
                ("Ledger.__init__", [1, 1, 1], ""),
                (
                    "Ledger.add",
                    [3, 3, 2],
                    "call 3: after the call, args[0].total[1] is 11.0, the reference's 12.0 (1 of 2 differ)",
                ),
            ],
        ),
        (
            "methods",
            &[
                ("Base.name", [2, 2, 2], ""),
                ("Shape.__init__", [5, 5, 5], ""),
                ("Shape.area", [2, 2, 2], ""),
                ("Shape.name", [2, 2, 2], ""),
                (
                    "Shape.double",
                    [3, 3, 2],
                    "call 2: after the call, args[0].side is 10, the reference's 5.0",
                ),
                ("Shape.unit", [1, 1, 1], ""),
                ("Shape.of", [2, 2, 2], ""),
                ("Shape.corners", [1, 1, 1], ""),
                ("Shape.__eq__", [1, 1, 1], ""),
            ],
        ),
        (
            "mischief",
            &[("rate", [1, 1, 1], ""), ("plain", [1, 1, 1], "")],
        ),
        (
            "not_there",
            &[
                (
                    "gone",
                    [1, 0, 0],
                    "the candidate's m.py defines no such function",
                ),
                ("uncalled", [0, 0, 0], ""),
            ],
        ),
        (
            "pandas_frames",
            &[
                (
                    "table",
                    [1, 1, 0],
                    "call 1: the result['column'][1][2] is 0.75, the reference's 0.5 (1 of 3 differ)",
                ),
                ("column", [1, 1, 1], ""),
            ],
        ),
        (
            "randomness",
            &[
                (
                    "draw",
                    [1, 1, 0],
                    "call 1: after the call, args[0], a numpy.random._generator.Generator, is in another state than the reference's",
                ),
                ("shuffled", [1, 1, 1], ""),
                ("from_global", [2, 2, 2], ""),
                (
                    "calm",
                    [1, 1, 0],
                    "call 1: it leaves the global generators of random numbers in another state",
                ),
                (
                    "seed",
                    [1, 1, 0],
                    "call 1: it leaves the global generators of random numbers in another state",
                ),
            ],
        ),
        ("recursive", &[("depth", [901, 901, 901], "")]),
        (
            "script",
            &[
                ("run.py:Box.__init__", [1, 1, 1], ""),
                ("run.py:Box.get", [1, 1, 1], ""),
                (
                    "run.py:twice",
                    [2, 2, 1],
                    "call 1: the result is 5, the reference's 4",
                ),
            ],
        ),
        (
            "wrong_constant",
            &[(
                "mean",
                [3, 3, 2],
                "call 2: the result is 2.0, the reference's 3.0",
            )],
        ),
    ];
    for (case, expected) in cases {
        assert_case(case, "python run.py", expected);
    }
}

#[test]
fn values_are_compared_by_kind() {
    for (kind, text) in [
        ("near", ""),
        ("scalar", ""),
        ("zero_d", ""),
        ("nan", ""),
        ("loop", ""),
        (
            "int",
            "the result is 1000000001, the reference's 1000000000",
        ),
        (
            "dtype",
            "the result is of float64, the reference's of int32",
        ),
        ("bool", "the result is 1, the reference's True"),
        (
            "shape",
            "the result has shape (2,), the reference's has (2, 1)",
        ),
        (
            "element",
            "the result[1, 1] is 4.5, the reference's 4.0 (1 of 6 differ)",
        ),
        (
            "pair",
            "the result.right[1]['a'] is 3.1, the reference's 3.0",
        ),
        ("fit", "the result.notes['a'] is 2, the reference's 1"),
        ("keys", "the result: the reference's lacks the key 'b'"),
        ("list", "the result is a tuple, the reference's a list"),
        ("set", "the result[1] is 3, the reference's 2"),
        ("none", "the result is 0, the reference's None"),
        ("text", "the result is 'abd', the reference's 'abc'"),
        ("infinite", "the result is 1e+308, the reference's inf"),
        ("objects", "the result[1] is 'b', the reference's 'a'"),
    ] {
        let command = format!("python run.py {kind}");
        let found = compared("kinds", &command, &["value"], &Limits::default());
        let calls = &found.functions[0];
        assert_eq!(calls.equal, u64::from(text.is_empty()), "{kind}");
        let text = match text {
            "" => String::new(),
            text => format!("call 1: {text}"),
        };
        assert_eq!(said(calls), text, "{kind}");
    }
}

#[test]
fn a_candidate_that_never_ends_is_told_by_what_was_found_before() {
    let limits = Limits {
        fuel: 1_000_000_000,
        ..Limits::default()
    };
    let found = compared("endless", "python run.py", &["f"], &limits);
    assert_eq!(found.outcome.exit, Exit::OutOfFuel);
    assert!(!found.finished);
    assert_eq!(
        (found.functions[0].calls, found.functions[0].compared),
        (1, 0)
    );
}

#[test]
fn no_more_calls_are_compared_than_asked_for() {
    let (reference, candidate) = repositories("recursive");
    let found = compare(
        &runner(),
        &reference,
        &candidate,
        &experiment("python run.py"),
        &[function("m.py", "depth")],
        5,
        &Limits::default(),
    )
    .unwrap();
    let calls = &found.functions[0];
    assert_eq!((calls.calls, calls.compared, calls.equal), (901, 5, 5));
}
