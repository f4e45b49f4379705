//! A run is a fresh process, though its interpreter was started and its modules imported before.

use crate::support::Dir;

#[test]
fn nothing_is_imported_at_the_start_but_what_cpython_imports() {
    let dir = Dir::new();
    let modules = dir.prints("import sys; print(*sorted(sys.modules))");
    // What CPython 3.15 has at its start with `site`, and what reading its library from an
    // archive, and being given its program in turns, takes.
    let plain = "__main__ _abc _codecs _collections_abc _frozen_importlib \
                 _frozen_importlib_external _imp _io _reactor _sitebuiltins _stat _struct _thread \
                 _warnings _weakref _zip_directory abc builtins codecs encodings \
                 encodings.aliases encodings.utf_8 errno genericpath marshal os os.path posix \
                 posixpath site stat sys time zipimport zlib\n";
    assert_eq!(modules, plain);
}

#[test]
fn importing_a_package_brings_what_it_imports_and_no_other() {
    let dir = Dir::new();
    let said = dir.prints(
        "import sys, numpy\n\
         print('numpy.linalg' in sys.modules, 'pandas' in sys.modules, 'scipy' in sys.modules)\n\
         import pandas; print('pandas.core.frame' in sys.modules, 'sklearn' in sys.modules)",
    );
    assert_eq!(said, "True False False\nTrue False\n");
}

#[test]
fn modules_of_the_program_go_before_the_librarys() {
    let dir = Dir::new();
    dir.write("random.py", "def random(): return 'mine'");
    dir.write("statistics/__init__.py", "mean = 'mine too'");
    dir.write(
        "main.py",
        "import numpy, random, statistics\n\
         print(random.random(), statistics.mean, random.__file__)\n\
         print(numpy.random.rand() < 1)",
    );
    dir.python(["main.py"])
        .run()
        .code(0)
        .prints("mine mine too /workspace/random.py\nTrue\n");
}

#[test]
fn a_builtin_module_goes_before_the_programs() {
    let dir = Dir::new();
    dir.write("time.py", "raise Exception('not this one')");
    dir.write("main.py", "import time; print(time.__spec__.origin)");
    dir.python(["main.py"]).run().code(0).prints("built-in\n");
}

#[test]
fn a_prepared_module_knows_where_it_came_from_and_can_be_reloaded() {
    let dir = Dir::new();
    let said = dir.prints(
        "import json, importlib, inspect, pickle\n\
         print(json.__name__, json.__spec__.name, type(json.__loader__).__name__, json.__file__)\n\
         print(importlib.reload(json) is json, pickle.loads(pickle.dumps(json.dumps)) is json.dumps)",
    );
    assert_eq!(
        said,
        "json json zipimporter /usr/local/lib/python315.zip/json/__init__.pyc\nTrue True\n"
    );
}

#[test]
fn a_prepared_module_that_is_not_imported_yet_can_be_asked_what_it_has() {
    let dir = Dir::new();
    let said = dir.prints(
        "import pkgutil, importlib.util, importlib.resources\n\
         print(pkgutil.get_data('sklearn.datasets', 'data/iris.csv')[:5])\n\
         print(importlib.util.find_spec('json.decoder').loader.get_code('json.decoder').co_name)\n\
         print(len(importlib.resources.files('sklearn.datasets').joinpath('data/iris.csv').read_text().split()))\n\
         print([m.name for m in pkgutil.iter_modules(importlib.util.find_spec('json').submodule_search_locations)])",
    );
    assert_eq!(
        said,
        "b'150,4'\n<module>\n151\n['__main__', 'decoder', 'encoder', 'scanner', 'tool']\n"
    );
}

#[test]
fn the_state_of_the_scientific_libraries_is_as_after_importing_them() {
    let dir = Dir::new();
    let said = dir.prints(
        "import numpy as np, pandas as pd, matplotlib, sklearn\n\
         print(np.geterr(), np.get_printoptions()['precision'], np.geterrcall())\n\
         print(pd.get_option('display.max_rows'), matplotlib.get_backend(), sklearn.get_config()['assume_finite'])\n\
         import matplotlib.pyplot as plt; print(plt.get_fignums(), matplotlib.rcParams['figure.figsize'], plt.isinteractive())\n\
         np.random.seed(0); print(np.random.rand(), np.random.default_rng(0).random())",
    );
    assert_eq!(
        said,
        "{'divide': 'warn', 'over': 'warn', 'under': 'ignore', 'invalid': 'warn'} 8 None\n\
         60 Agg False\n[] [6.4, 4.8] False\n0.5488135039273248 0.6369616873214543\n"
    );
}

#[test]
fn warnings_are_as_in_a_fresh_process_until_something_changes_them() {
    let dir = Dir::new();
    let said = dir.prints(
        "import warnings\n\
         before = len(warnings.filters)\n\
         import sklearn\n\
         print(before, len(warnings.filters) > before)",
    );
    // CPython's own five, less the one that only debug builds lack.
    assert_eq!(said, "5 True\n");
}

#[test]
fn unseeded_randomness_follows_from_the_seed_of_the_run() {
    let dir = Dir::new();
    let draws = "import os, random, uuid, numpy\n\
                 print(os.urandom(4).hex(), random.random(), uuid.uuid4(), numpy.random.rand(), \
                 numpy.random.default_rng().random())";
    let with = |seed: &str| {
        dir.python(["--seed", seed, "-c", draws])
            .run()
            .code(0)
            .stdout()
    };
    let (one, other) = (with("1"), with("2"));
    assert_eq!(one, with("1"));
    for (a, b) in one.split_whitespace().zip(other.split_whitespace()) {
        assert_ne!(a, b, "{one}{other}");
    }
}

#[test]
fn recursion_through_c_goes_as_deep_as_pythons_own_limit() {
    let dir = Dir::new();
    let said = dir.prints(
        "import functools, copy, json\n\
         @functools.lru_cache(None)\n\
         def deep(n): return 0 if n == 0 else 1 + deep(n - 1)\n\
         nested = []\n\
         for _ in range(300): nested = [nested]\n\
         print(deep(480), json.dumps(nested).count('['), copy.deepcopy(nested) == nested)\n\
         try: deep(10**6)\n\
         except RecursionError as error: print(error)",
    );
    assert_eq!(said, "480 301 True\nmaximum recursion depth exceeded\n");
}

#[test]
fn what_was_registered_runs_at_the_end_and_objects_of_the_program_go() {
    let dir = Dir::new();
    let said = dir.prints(
        "import atexit\n\
         class Last:\n    def __del__(self): print('gone')\n\
         last = Last()\n\
         atexit.register(print, 'bye')\n\
         print('end')",
    );
    assert_eq!(said, "end\nbye\ngone\n");
}

#[test]
fn an_exit_in_atexit_does_not_hide_how_the_program_ended_otherwise() {
    let dir = Dir::new();
    dir.python(["-c", "import sys; sys.stdout.close()"])
        .run()
        .code(0);
    dir.python([
        "-c",
        "import atexit, os; atexit.register(lambda: os._exit(9))",
    ])
    .run()
    .code(9);
}

#[test]
fn figures_are_drawn_with_matplotlibs_own_data() {
    let dir = Dir::new();
    let said = dir.prints(
        "import matplotlib.pyplot as plt\n\
         plt.plot([1, 3, 2]); plt.title('$x^2$'); plt.savefig('figure.png')\n\
         print(open('figure.png', 'rb').read(4))",
    );
    assert_eq!(said, "b'\\x89PNG'\n");
}
