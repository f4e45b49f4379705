//! Which functions an experiment runs, seen from within its run.

use autoexp::sandbox::{Exit, Limits};
use autoexp::task::{Function, HarnessError, Trace, trace};
use autoexp::workspace::Tree;

use crate::watched::{alone, bundled, experiment, function, runner, tree};

fn traced(code: &Tree, command: &str, functions: &[Function]) -> Trace {
    trace(
        &runner(),
        code,
        &experiment(command),
        functions,
        &Limits::default(),
    )
    .unwrap()
}

fn calls(trace: &Trace) -> Vec<u64> {
    trace.functions.iter().map(|each| each.calls).collect()
}

#[test]
fn every_function_of_a_bundled_paper_is_called_and_watching_costs_little() {
    let (paper, code) = bundled("exposure-ebb");
    for (experiment, expected) in paper.experiments.iter().zip([
        [4, 4, 4, 4, 4, 48, 4, 48, 122, 122, 122, 122, 122, 1],
        [5, 5, 5, 5, 5, 60, 5, 60, 127, 127, 127, 127, 127, 1],
        [6, 6, 6, 6, 6, 72, 6, 72, 123, 123, 123, 123, 123, 1],
    ]) {
        let trace = trace(
            &runner(),
            &code,
            experiment,
            &paper.functions,
            &Limits::default(),
        )
        .unwrap();
        assert_eq!(calls(&trace), expected, "{}", experiment.id);
        assert!(paper.functions.iter().all(|each| trace.depends(each)));
        assert!(!trace.depends(&function("ebb/draws.py", "stream")));
        let plain = alone(&code, experiment);
        assert_eq!(trace.outcome.stdout, plain.stdout);
        assert_eq!(trace.outcome.stderr, plain.stderr);
        assert_eq!(trace.outcome.exit, Exit::Exited(0));
        let (with, without) = (trace.outcome.fuel_used, plain.fuel_used);
        assert!(with < without + without / 10, "{with} over {without}");
        for each in &trace.functions {
            let is_share = (0.0..1.0).contains(&each.share) && each.share > 0.0;
            assert!(is_share, "{each:?}");
        }
        // It resamples a table of every function before it.
        let share = |name: &str| {
            let mut found = trace.functions.iter();
            found.find(|each| each.function.name == name).unwrap().share
        };
        assert!(share("household_interval") > share("target_table"));
        assert!(share("stochastic_rankings") > 0.3);
    }
}

#[test]
fn functions_of_all_kinds_are_counted_by_call() {
    let code = tree(&[
        (
            "pkg/kinds.py",
            "import asyncio, time\n\
             def outer(n):\n    def inner(k):\n        return k\n    return inner(n) + inner(n)\n\
             def recursive(n):\n    time.sleep(1)\n    return n and recursive(n - 1)\n\
             def items(n):\n    for each in range(n):\n        yield each\n\
             async def waits():\n    await asyncio.sleep(0)\n    await asyncio.sleep(0)\n\
             def fails():\n    raise KeyError\n\
             class Box:\n    @property\n    def value(self):\n        return 1\n    \
             @staticmethod\n    def made():\n        return Box()\n\
             def never():\n    pass\n",
        ),
        (
            "pkg/run.py",
            "import asyncio\nfrom .kinds import *\n\
             outer(1)\nrecursive(3)\nlist(items(4))\nnext(items(4))\nasyncio.run(waits())\n\
             for _ in range(3):\n    try:\n        fails()\n    except KeyError:\n        pass\n\
             Box.made().value + Box().value\n\
             def own():\n    raise SystemExit(3)\nown()\n",
        ),
        ("pkg/__init__.py", ""),
    ]);
    let names = [
        "outer",
        "outer.inner",
        "recursive",
        "items",
        "waits",
        "fails",
        "Box.value",
        "Box.made",
        "never",
    ];
    let mut functions: Vec<_> = names.map(|name| function("pkg/kinds.py", name)).into();
    functions.push(function("pkg/run.py", "own"));
    let trace = traced(&code, "python -m pkg.run", &functions);
    assert_eq!(calls(&trace), [1, 2, 4, 2, 1, 3, 2, 1, 0, 1]);
    assert_eq!(trace.outcome.exit, Exit::Exited(3));
    assert!(!trace.depends(&functions[8]));
    // Four calls within each other, of which each sleeps: once the time of the outermost.
    let recursive = &trace.functions[2];
    assert!((0.95..1.0).contains(&recursive.share), "{recursive:?}");
    assert!(recursive.fuel < 4_100_000_000, "{recursive:?}");
}

#[test]
fn what_a_watched_program_sees_is_what_it_sees_alone() {
    let code = tree(&[
        (
            "run.py",
            "import sys, os, random, atexit\n\
             print(__name__, __file__, sys.argv, sys.path[:2], os.getcwd(), sys.orig_argv)\n\
             print(sorted(globals()), random.random(), os.urandom(4), 'json' in sys.modules)\n\
             def f():\n    return 1\n\
             atexit.register(f)\nprint(dict(os.environ))\nraise ValueError('late')\n",
        ),
        ("leaves.py", "import os\ndef f():\n    os._exit(9)\nf()\n"),
        (
            "pkg/__main__.py",
            "import sys\nprint(__name__, __package__, __spec__.name, sys.argv)\nsys.exit('no')\n",
        ),
    ]);
    for (command, status, count) in [
        ("python -W error run.py --config x y", 1, 1),
        ("python ./run.py", 1, 1),
        ("python leaves.py", 9, 1),
        ("python -m pkg a", 1, 0),
        ("python missing.py", 2, 0),
    ] {
        let script = if command.contains("leaves") {
            "leaves.py"
        } else {
            "run.py"
        };
        let trace = traced(&code, command, &[function(script, "f")]);
        let plain = alone(&code, &experiment(command));
        assert_eq!(trace.outcome.stdout, plain.stdout, "{command}");
        assert_eq!(trace.outcome.stderr, plain.stderr, "{command}");
        assert_eq!(trace.outcome.exit, plain.exit, "{command}");
        assert_eq!(plain.exit, Exit::Exited(status), "{command}");
        assert_eq!(calls(&trace), [count], "{command}");
    }
}

#[test]
fn a_run_without_a_result_is_an_error_that_says_how_it_ended() {
    let code = tree(&[("run.py", "while True:\n    pass\n")]);
    let limits = Limits {
        fuel: 300_000_000,
        ..Limits::default()
    };
    let says = |command: &str| {
        trace(&runner(), &code, &experiment(command), &[], &limits)
            .unwrap_err()
            .to_string()
    };
    assert!(says("python run.py").starts_with("the run left no result: it ran out of fuel"));
    assert!(says("python -c pass").contains("runs neither a script nor a module"));
    let over = "open('/autoexp-out/result.json', 'w').write('[]')\nimport posix\nposix._exit(0)\n";
    let error = trace(
        &runner(),
        &tree(&[("run.py", over)]),
        &experiment("python run.py"),
        &[],
        &limits,
    );
    assert!(matches!(error, Err(HarnessError::NoResult { .. })));
}
