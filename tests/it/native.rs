//! What a program does here and under the host's own CPython, compared.
//!
//! The programs print nothing that differs between the versions of CPython since 3.11.

use crate::support::{Dir, Ran};

/// What can be told from outside: standard output, standard error, exit code. Without what follows
/// from the folder's place, from the interpreter's or its version, and without our advice.
fn told(dir: &Dir, ran: &Ran) -> (String, String, Option<i32>) {
    let here = dir.path("").canonicalize().unwrap();
    let here = here.display().to_string();
    let there = |text: String| text.replace(here.trim_end_matches('/'), "/workspace");
    let carets = |line: &str| line.trim_start().trim_matches(['~', '^']).is_empty();
    let stderr: Vec<String> = there(ran.stderr())
        .lines()
        .filter(|line| !carets(line) && !line.contains("<frozen runpy>"))
        .filter(|line| !line.starts_with("Nothing on sys.path has this name"))
        .take_while(|line| !line.starts_with("autoexp: "))
        .map(|line| match line.split_once(": No module named ") {
            Some((python, name)) if python.starts_with('/') => format!("python: no {name}"),
            _ => line.to_owned(),
        })
        .collect();
    (there(ran.stdout()), stderr.join("\n"), ran.status.code())
}

/// Runs it here and natively, each in a folder of its own; where they don't tell the same, what
/// they told.
fn difference(
    name: &str,
    folder: impl Fn() -> Dir,
    args: &[&str],
    stdin: &str,
    env: &[(&str, &str)],
) -> Option<String> {
    let (here, there) = (folder(), folder());
    let mut native = there.native(args).stdin(stdin);
    let mut given = Vec::new();
    for (name, value) in env {
        native = native.env(name, value);
        given.extend(["--env".to_owned(), format!("{name}={value}")]);
    }
    given.extend(args.iter().map(|arg| (*arg).to_owned()));
    let ours = here.python(given).stdin(stdin).run();
    let (ours, native) = (told(&here, &ours), told(&there, &native.run()));
    (ours != native).then(|| format!("{name}\n  here     {ours:?}\n  natively {native:?}"))
}

#[track_caller]
fn none(differences: impl IntoIterator<Item = Option<String>>) {
    let differences: Vec<String> = differences.into_iter().flatten().collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

macro_rules! work_in_order {
    ($($name:ident)*) => {$(
        #[test]
        fn $name() {
            let folder = || with(&[("main.py", include_str!(concat!("native/", stringify!($name), ".py")))]);
            none([difference(stringify!($name), folder, &["main.py"], "", &[])]);
        }
    )*};
}

/// What threads, processes and event loops are used for gives what it gives natively.
mod in_order {
    use super::*;

    work_in_order! { futures processes pool share locks aio children }
}

macro_rules! corpus {
    ($($name:ident)*) => {$(
        #[test]
        fn $name() {
            alike(include_str!(concat!("native/corpus/", stringify!($name), ".py")));
        }
    )*};
}

/// Small programs of the kind that are asked of people and models, over the standard library.
mod corpus {
    use super::*;

    corpus! { strings containers numbers parsing objects dates formats files tools }
}

/// Programs one after the other, each after a line `#: its name`.
#[track_caller]
fn alike(programs: &str) {
    let programs: Vec<_> = programs
        .split("#: ")
        .filter(|text| !text.is_empty())
        .collect();
    assert!(programs.len() > 5, "the corpus has lost its names");
    none(programs.iter().map(|program| {
        let (name, program) = program.split_once('\n').unwrap();
        let folder = || with(&[("main.py", program)]);
        difference(name, folder, &["main.py"], "", &[])
    }));
}

/// Each program is `main.py`, and is run by that path. Beside it are the files of [`FOLDER`].
const PROGRAMS: &[(&str, &str)] = &[
    (
        "the namespace of __main__",
        "print(__name__, __file__, __doc__, __package__, __spec__, type(__loader__).__name__)\n\
         import __main__, sys; print(__main__ is sys.modules['__main__'], __main__.__file__, __builtins__.__name__)",
    ),
    (
        "sys.argv and sys.path",
        "import sys; print(sys.argv, sys.path[0], sys.orig_argv[1:])",
    ),
    (
        "sys.flags",
        "import sys; f = sys.flags\n\
         print(f.debug, f.inspect, f.interactive, f.optimize, f.no_user_site, f.no_site, f.ignore_environment, \
         f.verbose, f.bytes_warning, f.quiet, f.hash_randomization, f.isolated, f.dev_mode, f.utf8_mode, f.safe_path)\n\
         print(sys.warnoptions, sys._xoptions, __debug__)",
    ),
    (
        "encodings",
        "import sys, os\n\
         print(sys.getdefaultencoding(), sys.getfilesystemencoding(), sys.getfilesystemencodeerrors())\n\
         for s in (sys.stdin, sys.stdout, sys.stderr): print(s.encoding, s.name, s.mode, s.fileno(), s.isatty(), s.newlines)\n\
         print(sys.stderr.errors, open('é.txt', 'w').encoding, os.listdir(b'.').count('é.txt'.encode()))\n\
         print(os.fsencode('é'), os.fsdecode(b'\\xff'), ascii(open('é.txt').read()))\n\
         try: print('\\udcff')\n\
         except UnicodeEncodeError as e: print('surrogates', e.reason)\n\
         print('ﬁnal ∑ 🐍', file=sys.stderr)",
    ),
    (
        "constants of the interpreter",
        "import sys, gc\n\
         print(sys.getrecursionlimit(), sys.getswitchinterval(), sys.byteorder, sys.int_info.default_max_str_digits)\n\
         print(gc.isenabled(), gc.get_debug(), gc.garbage, gc.callbacks, sys.gettrace(), sys.getprofile())\n\
         print(sys.excepthook is sys.__excepthook__, sys.displayhook is sys.__displayhook__, hasattr(sys, 'last_value'), hasattr(sys, 'ps1'))\n\
         print([name for name in ('exit', 'quit', 'help', 'copyright', 'credits', 'license', '_') if hasattr(__builtins__, name)])\n\
         print(repr(exit), sys.stdout is sys.__stdout__, sys.exc_info())",
    ),
    (
        "state of the library",
        "import logging, decimal, random, socket, threading, linecache, tempfile, multiprocessing, csv, mimetypes, signal, contextvars, warnings, re, locale\n\
         print(logging.root.level, logging.root.handlers, logging.getLogger('new').getEffectiveLevel(), logging.raiseExceptions)\n\
         c = decimal.getcontext(); print(c.prec, c.rounding, sorted(t.__name__ for t in c.traps if c.traps[t]), [f for f in c.flags if c.flags[f]])\n\
         print(socket.getdefaulttimeout(), threading.active_count(), threading.Thread().name, linecache.cache, tempfile.tempdir)\n\
         print(multiprocessing.get_start_method(True), multiprocessing.current_process().name, csv.field_size_limit(), csv.list_dialects(), mimetypes.inited)\n\
         print(signal.getsignal(signal.SIGINT) is signal.default_int_handler, signal.getsignal(signal.SIGTERM))",
    ),
    (
        "seeded random numbers",
        "import random\n\
         random.seed(3); print(random.random(), random.sample(range(50), 4), random.gauss(0, 1), random.choices('abc', k=5))\n\
         print(random.Random('text').random())",
    ),
    (
        "tasks and threads are named as if they were the first",
        "import asyncio, threading\n\
         async def name(): return asyncio.current_task().get_name()\n\
         print(asyncio.run(name()), threading.Thread(target=print).name)",
    ),
    (
        "a deprecation is shown in __main__ alone, and once",
        "import warnings, beside\n\
         def old(): warnings.warn('old', DeprecationWarning)\n\
         old(); old(); beside.old()\n\
         for _ in range(2): warnings.warn('again')\n\
         warnings.warn('soon', FutureWarning); warnings.warn('later', PendingDeprecationWarning)\n\
         print([key for key in beside.__warningregistry__ if key != 'version'])",
    ),
    (
        "warnings can be caught and made errors",
        "import warnings\n\
         with warnings.catch_warnings(record=True) as got:\n    warnings.simplefilter('always'); warnings.warn('a'); warnings.warn('a')\n\
         print(len(got), got[0].category, got[0].filename, got[0].lineno)\n\
         warnings.simplefilter('error')\n\
         try: warnings.warn('b')\n\
         except UserWarning as e: print(repr(e))\n\
         warnings.resetwarnings(); warnings.warn('c', DeprecationWarning)",
    ),
    (
        "a traceback has source lines",
        "def inner():\n    raise ValueError('no')\n\
         def outer():\n    inner()\n\
         try:\n    outer()\nexcept ValueError as e: import traceback; print(traceback.format_tb(e.__traceback__)[-1])\n\
         raise KeyError('k') from None",
    ),
    (
        "an exception with notes and a cause",
        "class Own(Exception): pass\n\
         e = Own('text'); e.add_note('a note')\n\
         try: raise ValueError('first')\n\
         except ValueError as first: cause = first\n\
         raise e from cause",
    ),
    (
        "an exception of another module",
        "import beside\nbeside.fail()",
    ),
    (
        "an excepthook",
        "import sys\nsys.excepthook = lambda kind, value, tb: print('hooked', kind.__name__, value, tb.tb_lineno)\n1 / 0",
    ),
    (
        "an exception in a destructor",
        "import sys\nsys.unraisablehook = lambda what: print('unraisable', what.exc_value)\n\
         class Bad:\n    def __del__(self): raise ValueError('del')\n\
         Bad(); print('on')",
    ),
    (
        "what runs at the end, and in what order",
        "import atexit, weakref, sys, logging, tempfile\n\
         class Last:\n    def __del__(self): print('gone')\n\
         last = Last(); it = Last()\n\
         weakref.finalize(it, print, 'finalized')\n\
         atexit.register(print, 'first'); atexit.register(print, 'second'); atexit.unregister(len)\n\
         def generate():\n    try: yield\n    finally: print('generator closed')\n\
         g = generate(); next(g)\n\
         sys.stdout.write('no newline')\n\
         sys.exit('message')",
    ),
    (
        "an exit within atexit",
        "import atexit, sys\natexit.register(print, 'after'); atexit.register(lambda: 1 / 0 if 0 else print('ran'))\nsys.exit(3)",
    ),
    (
        "an exit in a finally",
        "import sys\ntry: raise ValueError\nfinally: sys.exit(5)",
    ),
    (
        "os._exit leaves at once",
        "import atexit, os, sys\natexit.register(print, 'never')\nsys.stdout.write('shown\\n'); sys.stdout.flush()\n\
         try: os._exit(6)\nfinally: print('never')",
    ),
    (
        "a raised SystemExit",
        "class Own(SystemExit): pass\nraise Own(4)",
    ),
    (
        "an exit from deep within",
        "import sys\ndef f(n): sys.exit(n) if n == 9 else f(n + 1)\n\
         try: f(0)\nexcept Exception: print('not an Exception')",
    ),
    (
        "modules that a program shadows",
        "import utils, statistics, json\n\
         print(utils.value, statistics.mean([1, 3]), statistics.__file__, utils.__spec__.origin, json.loads('1'))",
    ),
    (
        "importing again, and what failed",
        "import importlib.util, sys\n\
         for _ in range(2):\n    try: import broken\n    except ZeroDivisionError: print('broken', 'broken' in sys.modules)\n\
         import utils; utils.value = 5; importlib.reload(utils); print(utils.value)\n\
         del sys.modules['utils']; import utils as again; print(again is utils, importlib.import_module('pkg.part').where)\n\
         print(importlib.util.find_spec('nowhere'), importlib.util.find_spec('utils').name)\n\
         try: import nowhere\n\
         except ImportError as e: print(type(e).__name__, e, e.name, e.path)\n\
         try: from utils import missing\n\
         except ImportError as e: print(type(e).__name__, e.name)",
    ),
    (
        "packages, relative and in a circle",
        "import pkg, pkg.part\nfrom pkg import part as p, sub\nprint(pkg.__path__, pkg.__package__, p.where, sub.up, pkg.part is p)\n\
         import circle_a; print(circle_a.done)",
    ),
    (
        "pickling from __main__",
        "import pickle, copy\n\
         class Own:\n    def __init__(self): self.x = 1\n\
         print(pickle.loads(pickle.dumps(Own())).x, Own.__module__, len(pickle.dumps(Own)))",
    ),
    (
        "standard input",
        "import sys\nprint(input('? '), sys.stdin.readline(), next(sys.stdin), sys.stdin.buffer.read(2), sys.stdin.read())\n\
         try: input()\nexcept EOFError as e: print(e)",
    ),
    (
        "the environment",
        "import os\nprint(os.environ['GIVEN'], os.getenv('NOT_GIVEN'), os.environb[b'GIVEN'])\n\
         os.environ['NEW'] = 'x'; print(os.getenv('NEW')); del os.environ['NEW']; print('NEW' in os.environ)\n\
         print(os.path.expandvars('$GIVEN/x'))",
    ),
    (
        "recursion ends in an error that can be caught",
        "def f(n): return f(n + 1)\n\
         try: f(0)\nexcept RecursionError as e: print(str(e)[:32])\n\
         def g(n): return n and 1 + g(n - 1)\nprint(g(900))",
    ),
    (
        "exec, eval and compile",
        "exec('x = 1'); print(x, eval('x + 1'))\n\
         try: exec(compile('1 +', 'own', 'exec'))\nexcept SyntaxError as e: print(e.filename, e.lineno, e.msg)\n\
         def f(): pass\nprint(f.__code__.co_filename, f.__module__)",
    ),
    (
        "inspect finds sources",
        "import inspect\ndef f(x, /, y=1, *, z):\n    return x\n\nprint(inspect.getsource(f), inspect.signature(f), inspect.getsourcefile(f))",
    ),
    (
        "subclasses are those of the program",
        "class A: pass\nclass B(A): pass\nprint(A.__subclasses__(), [c.__name__ for c in BaseException.__subclasses__() if c.__module__ == '__main__'])",
    ),
    (
        "what dies of an interrupt that it raises says so",
        "try: raise KeyboardInterrupt\nexcept KeyboardInterrupt: print('caught')",
    ),
    (
        "unittest",
        "import unittest, sys\n\
         class T(unittest.TestCase):\n    def test_a(self): self.assertEqual(1, 1)\n    def test_b(self):\n        with self.assertWarns(UserWarning):\n            import warnings; warnings.warn('x')\n\
         r = unittest.main(exit=False, argv=['x'], testRunner=unittest.TextTestRunner(stream=open('log', 'w'))).result\n\
         print(r.testsRun, r.wasSuccessful())",
    ),
    (
        "argparse and getopt",
        "import argparse, sys\np = argparse.ArgumentParser(); p.add_argument('--n', type=int, default=3); p.add_argument('rest', nargs='*')\n\
         print(p.parse_args(), p.prog)\np.parse_args(['--n', 'x'])",
    ),
    (
        "files and folders",
        "import os, pathlib, shutil, tempfile, glob\n\
         p = pathlib.Path('new/deep'); p.mkdir(parents=True); (p / 'f').write_text('x\\ny\\n')\n\
         print(sorted(str(x) for x in pathlib.Path('new').rglob('*')), open('new/deep/f').readlines(), p.resolve())\n\
         shutil.copytree('new', 'other'); os.rename('other', 'third'); shutil.rmtree('new'); print(glob.glob('third/**', recursive=True))\n\
         for wrong in (lambda: open('none'), lambda: os.mkdir('third'), lambda: open('third'), lambda: os.rmdir('third')):\n    \
         try: wrong()\n    except OSError as e: print(type(e).__name__)\n\
         with tempfile.TemporaryDirectory() as t: print(os.path.isdir(t))\n\
         print(os.path.exists(t), os.getcwd())",
    ),
    ("a syntax error in the program", "print('never')\nx = (1,\n"),
];

/// Ways to start, with the arguments after `python`.
const STARTS: &[(&str, &[&str])] = &[
    ("a script", &["main.py", "--x", "-c", ""]),
    ("a script in a folder", &["pkg/script.py", "a"]),
    ("a script by a roundabout path", &["./pkg/../pkg/script.py"]),
    (
        "-c",
        &[
            "-c",
            "import sys; print(sys.argv, sys.path[0] == '', __name__, __spec__, '__file__' in dir(), sys.orig_argv[1:])",
            "a",
            "-b",
        ],
    ),
    (
        "-c with an error",
        &["-c", "def f(): raise ValueError(1)\nf()"],
    ),
    ("-m with a module", &["-m", "pkg.part", "a", "-x"]),
    ("-m with a package", &["-m", "pkg"]),
    ("-m with what is not there", &["-m", "pkg.nowhere"]),
    (
        "-m with a module that imports what is not there",
        &["-m", "pkg.lost"],
    ),
    ("-m json.tool", &["-m", "json.tool", "data.json"]),
    ("-m calendar", &["-m", "calendar", "2025", "1"]),
    ("-m base64", &["-m", "base64", "-e", "data.json"]),
    ("-m tokenize", &["-m", "tokenize", "app/helper.py"]),
    ("a folder", &["app", "x"]),
    ("-", &["-", "a"]),
    ("-W error", &["-W", "error", "warn.py"]),
    ("-Wignore", &["-Wignore", "warn.py"]),
    ("-W by category", &["-W", "ignore::UserWarning", "warn.py"]),
    (
        "-W twice",
        &["-W", "error", "-W", "ignore::UserWarning", "warn.py"],
    ),
    (
        "-W that is no filter",
        &["-W", "nonsense", "-c", "print('on')"],
    ),
    ("-u and -B", &["-u", "-B", "-c", "print(1)"]),
];

/// What is beside a program.
const FOLDER: &[(&str, &str)] = &[
    (
        "beside.py",
        "import warnings\ndef old(): warnings.warn('unseen', DeprecationWarning)\ndef fail(): raise OSError(1234, 'text')\n",
    ),
    ("utils.py", "value = 'own utils'\n"),
    ("statistics.py", "def mean(numbers): return 'own mean'\n"),
    ("broken.py", "1 / 0\n"),
    ("circle_a.py", "import circle_b\ndone = circle_b.seen\n"),
    (
        "circle_b.py",
        "import circle_a\nseen = hasattr(circle_a, 'done')\n",
    ),
    ("pkg/__init__.py", "print('pkg is imported as', __name__)\n"),
    (
        "pkg/__main__.py",
        "import sys\nprint(__name__, __package__, __spec__.name, __file__, sys.argv, sys.path[0])\n",
    ),
    (
        "pkg/part.py",
        "import sys\nwhere = __name__\nprint(where, __package__, __spec__.name, __file__, sys.argv)\n",
    ),
    (
        "pkg/sub/__init__.py",
        "from .. import part\nfrom ..part import where as up\n",
    ),
    ("pkg/lost.py", "import nowhere.to_be_found\n"),
    (
        "pkg/script.py",
        "import sys\nprint(__name__, __file__, __package__, sys.argv, sys.path[0])\nimport part\n",
    ),
    (
        "app/__main__.py",
        "import sys, helper\nprint(__name__, __file__, sys.argv, sys.path[0], helper.x)\n",
    ),
    ("app/helper.py", "x = 1\n"),
    (
        "warn.py",
        "import warnings\nwarnings.warn('one')\nwarnings.warn('two', FutureWarning)\nimport sys\nprint(sys.warnoptions, len(sys.argv))\n",
    ),
    ("data.json", "{\"a\": [1, 2]}\n"),
];

const STDIN: &str = "one\ntwo\nthree\nbytes\nrest\n";

/// A folder with these files.
fn with(files: &[(&str, &str)]) -> Dir {
    let dir = Dir::new();
    for (name, text) in files {
        dir.write(name, text);
    }
    dir
}

#[test]
fn programs_do_what_they_do_natively() {
    none(PROGRAMS.iter().map(|(name, program)| {
        let folder = || with(&[FOLDER, &[("main.py", program)]].concat());
        let env = [("GIVEN", "given é")];
        difference(name, folder, &["main.py"], STDIN, &env)
    }));
}

#[test]
fn each_way_to_start_is_the_native_one() {
    let main = "import sys\nprint(sys.argv, __file__, sys.path[0])\n";
    let stdin = "import sys\nprint(sys.argv, __name__, '__file__' in dir(), sys.path[0] == '')\n";
    none(STARTS.iter().map(|(name, args)| {
        let folder = || with(&[FOLDER, &[("main.py", main)]].concat());
        difference(name, folder, args, stdin, &[])
    }));
}

#[test]
fn variables_of_python_do_what_they_do_natively() {
    let files = [
        (
            "main.py",
            "import os, sys, utils, heapq\n\
             print([p for p in sys.path if p.startswith(os.getcwd())], utils.value)\n\
             print(getattr(heapq, 'value', None))\n\
             import warn\n",
        ),
        ("lib/utils.py", "value = 'not this'\n"),
        ("lib/heapq.py", "value = 'of PYTHONPATH'\n"),
    ];
    let variables = [
        ("PYTHONPATH", "lib:pkg:lib:nowhere"),
        ("PYTHONPATH", ""),
        ("PYTHONWARNINGS", "error"),
        ("PYTHONWARNINGS", "error,ignore::UserWarning"),
    ];
    none(variables.iter().map(|variable| {
        let folder = || with(&[FOLDER, &files].concat());
        let name = format!("{variable:?}");
        difference(&name, folder, &["main.py"], "", &[*variable])
    }));
}
