//! Random small programs do the same twice: in two sandboxes, with their files in two folders of
//! the host, alone and beside others.
//!
//! `PROPTEST_CASES=1000 cargo test --release --test it random_programs` runs a thousand.

use std::sync::OnceLock;
use std::thread;

use autoexp::progress::Silent;
use autoexp::sandbox::runtime::{Cache, FetchOptions};
use autoexp::sandbox::{Exit, Invocation, Limits, Outcome, Program, Sandbox};
use autoexp::workspace::{Access, Workspace, import};
use proptest::prelude::*;

use crate::support::{self, Dir};

/// What every program starts with.
const PRELUDE: &str = "import os, sys, time, random, json, gc, traceback\nseen = []\n";

/// Statements, in which `#` is a small number and `@` that of a file that is given.
const STATEMENTS: &[&str] = &[
    // Files and listings.
    "open('f#', 'w').write('text' * #)",
    "open('f#', 'ab').write(os.urandom(#)); print(open('f#', 'rb').read())",
    "os.makedirs('dir#/sub#', exist_ok=True); print(os.listdir())",
    "print([*os.walk('.')])",
    "os.rename('f#', 'g#')",
    "os.remove('g#')",
    "os.symlink('f#', 'link#'); print(os.readlink('link#'), os.path.realpath('link#'))",
    "os.link('f#', 'hard#'); print(os.stat('hard#'))",
    "print([(e.name, e.inode(), e.stat()) for e in os.scandir()])",
    "print(os.stat('given/@.txt'), os.stat('.'), os.fstat(1))",
    "print(open('given/@.txt').read(), os.listdir('given'), os.listdir('/'))",
    "open('given/@.txt', 'r+').truncate(#)",
    "os.utime('given/@.txt'); print(os.stat('given/@.txt').st_mtime_ns)",
    "import tempfile; print(tempfile.mkdtemp(), tempfile.mkstemp(), tempfile.NamedTemporaryFile().name)",
    "import tempfile; print(tempfile.TemporaryDirectory(dir='.').name, os.listdir('/tmp'))",
    "import shutil; shutil.copytree('given', 'copy#'); print(shutil.disk_usage if 0 else os.listdir('copy#'))",
    "import glob, pathlib; print(glob.glob('**', recursive=True), [*pathlib.Path('.').iterdir()])",
    "import zipfile, io; b = io.BytesIO(); zipfile.ZipFile(b, 'w').writestr('a#', 'b'); print(b.getvalue())",
    "import sqlite3 as s; c = s.connect('db#'); c.execute('create table t as select random() r'); c.commit(); print([*c.execute('select * from t')])",
    "import pickle; pickle.dump({('k', #), 'x', frozenset('set')}, open('p#', 'wb'))",
    // Time.
    "print(time.time(), time.time_ns(), time.monotonic(), time.perf_counter(), time.process_time())",
    "time.sleep(# / 7); print(time.ctime(), time.localtime())",
    "import datetime; print(datetime.datetime.now(), datetime.date.today(), datetime.datetime.now(datetime.UTC))",
    "import timeit; print(timeit.timeit('sum(range(#))', number=9))",
    "import logging; logging.basicConfig(format='%(asctime)s %(process)d %(thread)d %(message)s'); logging.warning('n%d', #)",
    // Randomness that nobody seeded.
    "print(random.random(), random.choice('abc'), random.sample(range(99), 3))",
    "import uuid; print(uuid.uuid4(), uuid.uuid1(), uuid.getnode())",
    "import secrets; print(secrets.token_hex(#), secrets.randbelow(1 << 70))",
    "print(random.SystemRandom().random(), random.Random().random(), os.urandom(#))",
    "random.seed(#); print(random.gauss(0, 1))",
    "import numpy; print(numpy.random.rand(#), numpy.random.default_rng().normal(size=#))",
    "import numpy; print(numpy.random.permutation(#), numpy.random.RandomState().bytes(#), numpy.random.choice(9, #))",
    "import numpy; print(numpy.empty(#).dtype, numpy.empty(3 + #).size, hash(numpy.float64(#).tobytes()))",
    "import numpy; a = numpy.random.rand(# + 20, 30); print(a.dot(a.T).sum(), numpy.linalg.svd(a)[1][:3])",
    "import scipy.stats; print(scipy.stats.norm.rvs(size=#), scipy.stats.bootstrap(([1, 2, 3.5],), sum, n_resamples=9))",
    "from sklearn.model_selection import train_test_split; print(train_test_split([*range(9 + #)]))",
    "from sklearn.cluster import KMeans; print(KMeans(2, n_init=1).fit([[0], [1.0], [#], [9]]).labels_)",
    "from sklearn.ensemble import RandomForestClassifier as R; print(R(3).fit([[i] for i in range(20)], [0, 1] * 10).predict_proba([[#], [3]]))",
    "from sklearn.linear_model import SGDClassifier as S; print(S().fit([[i, #] for i in range(9)], [0, 1, 1] * 3).coef_)",
    "import pandas; print(pandas.DataFrame({'a': range(9)}).sample(3), pandas.Timestamp.now())",
    // The order of things, and their names.
    "print({'a', 'b', '#', None, 2.5}, {str(i) for i in range(# + 5)}, frozenset(dir(time)))",
    "print(hash('s#'), hash(b'b'), hash(None), hash((1, 'x')), hash(print), hash(object()))",
    "print({object(): # for _ in range(3)}, {id(x) for x in 'abc'}, object(), lambda: 0)",
    "class C#: pass\nprint(C#(), C#, {C#(): 1, C#(): 2}, id(C#))",
    "print(sorted({'x': 1, 'y': 2}.items(), key=lambda item: hash(item)), sorted(map(id, [[], {}, set()])))",
    "print(set(globals()), vars().keys() - {'x'}, set(sys.modules) > {'os'})",
    "import collections; print(collections.Counter(map(str, range(#))), collections.defaultdict(set, a={'q', 'r'}))",
    "import json; print(json.dumps({str(k): [*{'a', 'b', 'c'}] for k in {1, '#', 'z'}}))",
    "import weakref; r = weakref.ref(C := type('T#', (), {})()); print(r, weakref.WeakSet([C]).data)",
    "print(gc.collect(), gc.get_count(), len(gc.get_objects()), gc.get_stats())",
    "seen.append([seen, object()]); print(seen, sys.getrefcount(seen), sys.getsizeof(seen))",
    "print(sys.getallocatedblocks(), sys.intern('w#') is sys.intern('w#'))",
    // Where it is.
    "print(os.environ, os.getcwd(), sys.path, sys.argv, os.getpid(), os.cpu_count())",
    "import platform, socket; print(platform.uname(), platform.python_build(), socket.gethostname())",
    "os.environ['V#'] = '#'; print(os.getenv('V#'), os.path.expandvars('$V#'))",
    "os.chdir('given'); print(os.getcwd()); os.chdir('..')",
    "import threading; print(threading.current_thread(), threading.get_ident())",
    "import warnings; warnings.warn('w#')",
    "print(sys.modules.keys())",
    "import tracemalloc; tracemalloc.start(); x = [0] * 999; print(tracemalloc.get_traced_memory()); tracemalloc.stop()",
    // Trouble.
    "try: [][#]\nexcept IndexError: traceback.print_exc()",
    "try: open('nowhere#')\nexcept OSError as error: print(repr(error), error.filename)",
    "def deep(n): return deep(n + 1)\ntry: deep(#)\nexcept RecursionError as error: print(error)",
    "print(1 / (# % 3))",
    "raise KeyError(object())",
    "sys.exit(#)",
    "try: bytearray(1 << 30)\nexcept MemoryError as error: print(repr(error))",
    "class D#:\n    def __del__(self): print('gone', #)\nd# = D#()",
    "import atexit; atexit.register(print, 'end', #, object())",
    "while # == 13: pass",
];

fn with(statement: &str, number: u8) -> String {
    let given = (number % 4).to_string();
    statement
        .replace('#', &number.to_string())
        .replace('@', &given)
}

/// A program of some statements. Either each is tried, or the first that fails ends it.
fn program() -> impl Strategy<Value = String> {
    let statement = (prop::sample::select(STATEMENTS), 0u8..16);
    let statements = prop::collection::vec(statement, 1..12);
    (statements, any::<bool>()).prop_map(|(statements, tried)| {
        let lines = statements.into_iter().map(|(statement, number)| {
            let line = with(statement, number);
            match tried {
                false => line,
                true => format!(
                    "try: exec({})\nexcept Exception: traceback.print_exc()",
                    serde_json::to_string(&line).unwrap()
                ),
            }
        });
        PRELUDE.to_owned() + &lines.collect::<Vec<_>>().join("\n")
    })
}

/// A sandbox prepared apart from the one that all other tests share.
fn another_sandbox() -> &'static Sandbox {
    static SANDBOX: OnceLock<Sandbox> = OnceLock::new();
    support::prepare();
    SANDBOX.get_or_init(|| {
        let cache = Cache::locate().and_then(Cache::open).unwrap();
        Sandbox::prepare(&cache, &FetchOptions::from_env(), &Silent).unwrap()
    })
}

/// Runs programs one after the other on the files of a folder that were made in this order.
fn run(sandbox: &Sandbox, programs: &[String], order: &[usize]) -> Vec<Outcome> {
    let dir = Dir::new();
    let home = "at/some/depth/".repeat(order[0]);
    for file in order {
        dir.write(&format!("{home}given/{file}.txt"), "given ".repeat(*file));
    }
    let imported = import(&dir.path(&home)).unwrap();
    let mut workspace = Workspace::new();
    workspace
        .mount("/workspace", &imported.tree, Access::ReadWrite)
        .unwrap();
    let limits = Limits {
        fuel: 3_000_000_000,
        memory: 512 << 20,
        ..Limits::default()
    };
    let mut run = |code: &String| {
        let invocation = Invocation::new(Program::Command(code.clone()));
        sandbox.run(&mut workspace, invocation, &limits).unwrap()
    };
    programs.iter().map(&mut run).collect()
}

fn check(programs: &[String]) -> Result<(), TestCaseError> {
    let one = run(support::sandbox(), programs, &[0, 1, 2, 3]);
    let other = thread::scope(|scope| {
        let beside = "import numpy; print(numpy.random.rand(50, 50).sum()); open('f', 'w')";
        scope.spawn(|| run(another_sandbox(), &[beside.to_owned()], &[1]));
        let other = scope.spawn(|| run(another_sandbox(), programs, &[3, 1, 0, 2]));
        other.join().unwrap()
    });
    for ((code, one), other) in programs.iter().zip(&one).zip(&other) {
        prop_assert_eq!(
            one.digest(),
            other.digest(),
            "{}\ngave\n{:?}\nand\n{:?}",
            code,
            one,
            other
        );
    }
    Ok(())
}

/// As many as take some twenty seconds, or as many as are asked for.
fn config() -> ProptestConfig {
    let asked = ProptestConfig::default();
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => asked,
        None => ProptestConfig {
            cases: 100,
            ..asked
        },
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn programs_do_the_same_twice(programs in prop::collection::vec(program(), 1..3)) {
        check(&programs)?;
    }
}

#[test]
fn nearly_every_statement_does_what_it_is_there_for() {
    let mut broken = Vec::new();
    for statement in STATEMENTS {
        let code = format!(
            "{PRELUDE}open('f2', 'w').close(); open('g2', 'w').close()\n{}",
            with(statement, 2)
        );
        let outcomes = run(support::sandbox(), &[code], &[0, 1, 2, 3]);
        let [outcome] = <[Outcome; 1]>::try_from(outcomes).unwrap();
        if outcome.exit != Exit::Exited(0) {
            broken.push((*statement, outcome));
        }
    }
    let names: Vec<_> = broken.iter().map(|(statement, _)| *statement).collect();
    assert_eq!(
        names,
        ["raise KeyError(object())", "sys.exit(#)"],
        "{broken:#?}"
    );
}
