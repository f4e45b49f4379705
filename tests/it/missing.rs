//! What isn't there says so: the exception that a native program would guard against, and a text
//! that names the limit of the sandbox.

use crate::support::Dir;

/// Expressions, the class that an `except` clause would name, and what the text must have.
const REFUSED: &[(&str, &str, &str)] = &[
    (
        "threading.Thread(target=print).start()",
        "RuntimeError",
        "can't start new thread: this sandbox runs one thread",
    ),
    (
        "threading.Timer(1, print).start()",
        "RuntimeError",
        "can't start new thread",
    ),
    (
        "_thread.start_new_thread(print, ())",
        "RuntimeError",
        "can't start new thread",
    ),
    (
        "multiprocessing.Process(target=print).start()",
        "OSError",
        "can't start new process: this sandbox runs nothing beside this process",
    ),
    (
        "multiprocessing.get_context('fork').Process(target=print).start()",
        "OSError",
        "can't start new process",
    ),
    (
        "multiprocessing.Pipe()",
        "OSError",
        "runs nothing beside this process",
    ),
    (
        "subprocess.run(['ls'])",
        "OSError",
        "no commands but python, and no shell",
    ),
    (
        "subprocess.run('ls | wc', shell=True)",
        "OSError",
        "no commands but python, and no shell",
    ),
    ("subprocess.Popen(['git', 'log'])", "OSError", "'git'"),
    (
        "subprocess.check_output(['nvidia-smi'])",
        "OSError",
        "no commands but python, and no shell",
    ),
    (
        "os.system('ls')",
        "OSError",
        "no commands but python, and no shell",
    ),
    (
        "os.popen('ls')",
        "OSError",
        "no commands but python, and no shell",
    ),
    (
        "os.fork()",
        "OSError",
        "this sandbox runs one process at a time",
    ),
    (
        "os.execv('/bin/ls', ['ls'])",
        "OSError",
        "no commands but python",
    ),
    ("os.execlp('ls', 'ls')", "OSError", "no commands but python"),
    (
        "os.spawnv(0, '/bin/ls', ['ls'])",
        "OSError",
        "no commands but python",
    ),
    ("os.kill(7, 9)", "ProcessLookupError", "no process 7"),
    (
        "os.waitpid(-1, os.WNOHANG)",
        "ChildProcessError",
        "this sandbox runs one process at a time",
    ),
    (
        "os.pipe()",
        "OSError",
        "this sandbox runs one process at a time",
    ),
    ("os.statvfs('/')", "OSError", "doesn't show the machine"),
    (
        "shutil.disk_usage('/')",
        "OSError",
        "doesn't show the machine",
    ),
    ("os.getloadavg()", "OSError", "doesn't show the machine"),
    ("os.getlogin()", "OSError", "doesn't show the machine"),
    ("os.get_terminal_size()", "OSError", "no terminal"),
    (
        "os.mkfifo('fifo')",
        "OSError",
        "files, directories and symlinks only",
    ),
    (
        "os.chown('.', 5, 5)",
        "PermissionError",
        "belong to one user",
    ),
    (
        "signal.alarm(1)",
        "OSError",
        "no signals from outside or by a timer",
    ),
    (
        "signal.setitimer(signal.ITIMER_REAL, 1)",
        "OSError",
        "no signals from outside or by a timer",
    ),
    ("socket.socket()", "OSError", "no network"),
    ("socket.socketpair()", "OSError", "no network"),
    (
        "socket.create_connection(('127.0.0.1', 80))",
        "socket.gaierror",
        "no network",
    ),
    (
        "socket.getaddrinfo('example.org', 80)",
        "socket.gaierror",
        "no network",
    ),
    (
        "socket.gethostbyname('example.org')",
        "socket.gaierror",
        "no network",
    ),
    (
        "urllib.request.urlopen('http://example.org')",
        "urllib.error.URLError",
        "no network",
    ),
    (
        "urllib.request.urlopen('https://example.org')",
        "urllib.error.URLError",
        "no network",
    ),
    (
        "urllib.request.urlretrieve('https://example.org/x', 'x')",
        "urllib.error.URLError",
        "no network",
    ),
    (
        "http.client.HTTPConnection('example.org').request('GET', '/')",
        "OSError",
        "no network",
    ),
    (
        "http.client.HTTPSConnection('example.org').request('GET', '/')",
        "OSError",
        "no network",
    ),
    (
        "__import__('pandas').read_csv('https://example.org/x.csv')",
        "urllib.error.URLError",
        "no network",
    ),
    (
        "asyncio.run(asyncio.open_connection('example.org', 80))",
        "OSError",
        "no network",
    ),
    (
        "asyncio.run(asyncio.create_subprocess_exec('ls'))",
        "OSError",
        "no commands but python",
    ),
    (
        "asyncio.run(asyncio.create_subprocess_shell('ls'))",
        "OSError",
        "no commands but python",
    ),
    (
        "asyncio.run(for_ever())",
        "RuntimeError",
        "the event loop would wait for ever",
    ),
    ("threading.Event().wait()", "RuntimeError", "wait for ever"),
    ("held.acquire()", "RuntimeError", "wait for ever"),
    ("held.__enter__()", "RuntimeError", "wait for ever"),
    ("queue.Queue().get()", "RuntimeError", "wait for ever"),
    ("queue.SimpleQueue().get()", "RuntimeError", "wait for ever"),
    (
        "multiprocessing.Queue().get()",
        "RuntimeError",
        "wait for ever",
    ),
    (
        "concurrent.futures.Future().result()",
        "RuntimeError",
        "wait for ever",
    ),
    (
        "multiprocessing.Barrier(2).wait()",
        "RuntimeError",
        "wait for ever",
    ),
];

/// Modules, and what is said after CPython's own words.
const NO_MODULE: &[(&str, &str)] = &[
    ("torch", "numpy, scipy and scikit-learn are there"),
    ("torch.nn", "numpy, scipy and scikit-learn are there"),
    (
        "tensorflow.keras.layers",
        "numpy, scipy and scikit-learn are there",
    ),
    ("jax.numpy", "numpy, scipy and scikit-learn are there"),
    ("cupy", "no GPU"),
    ("numba", "numpy is there"),
    ("xgboost", "HistGradientBoosting"),
    ("lightgbm", "HistGradientBoosting"),
    ("cv2", "PIL, matplotlib"),
    ("h5py", "pandas with CSV"),
    ("requests", "nor is there a network"),
    ("pytest", "unittest is there"),
    ("pip", "can't install packages"),
    ("venv", "can't install packages"),
    ("distutils.core", "left the standard library"),
    ("ssl", "no network"),
    ("resource", "set from outside"),
    ("fcntl", "no file locks"),
    ("readline", "no terminal"),
    ("tkinter", "no display"),
    ("curses", "no terminal"),
    ("pwd", "one user"),
    ("multiprocessing.shared_memory", "share no memory"),
];

#[test]
fn what_is_refused_names_the_limit_in_the_exception_that_is_guarded_against() {
    let mut code = String::from(
        "import _thread, asyncio, concurrent.futures, http.client, multiprocessing, os, queue, shutil, signal, \
         socket, subprocess, threading, urllib.request, urllib.error\n\
         held = threading.Lock(); held.acquire()\n\
         async def for_ever(): await asyncio.Event().wait()\n",
    );
    for (expression, class, text) in REFUSED {
        code += &format!(
            "try: print({expression:?}, 'gave', {expression})\n\
             except {class} as error:\n    if {text:?} not in str(error): print({expression:?}, 'says', error)\n\
             except BaseException as error: print({expression:?}, 'raised', repr(error))\n"
        );
    }
    code += "print('tried')\n";
    let dir = Dir::new();
    dir.write("main.py", code);
    dir.python(["-W", "ignore", "main.py"])
        .run()
        .code(0)
        .prints("tried\n");
}

#[test]
fn a_module_that_is_not_there_says_so_in_cpythons_words_and_why() {
    let mut code = String::new();
    for (module, text) in NO_MODULE {
        code += &format!(
            "try: import {module}\n\
             except ModuleNotFoundError as error:\n    \
             name = error.name\n    \
             if not str(error).startswith(f'No module named {{name!r}}: ') or {text:?} not in str(error): print({module:?}, error)\n    \
             if {module:?}.partition('.')[0] not in (name, 'ssl', 'curses', 'multiprocessing'): print({module:?}, name)\n\
             else: print({module:?}, 'is there')\n"
        );
    }
    code += "import importlib.util\n\
             print(importlib.util.find_spec('torch'))\n\
             try: import surely_not_there\n\
             except ImportError as error: print(error)\n";
    Dir::new()
        .python(["-c", &code])
        .run()
        .code(0)
        .prints("None\nNo module named 'surely_not_there'\n")
        .silent();
}

#[test]
fn the_traceback_of_a_missing_module_has_no_frames_of_ours_and_no_wrong_advice() {
    let dir = Dir::new();
    let ran = dir.python(["-c", "import torch"]).run().code(1);
    insta::assert_snapshot!(ran.stderr(), @r#"
    Traceback (most recent call last):
      File "<string>", line 1, in <module>
    ModuleNotFoundError: No module named 'torch': this sandbox has no such package and can't install any; numpy, scipy and scikit-learn are there, with sklearn.neural_network, and a package of pure Python, a wheel too, can be put on PYTHONPATH
    "#);
    let ran = dir.python(["-c", "import surely_not_there"]).run().code(1);
    insta::assert_snapshot!(ran.stderr(), @r#"
    Traceback (most recent call last):
      File "<string>", line 1, in <module>
    ModuleNotFoundError: No module named 'surely_not_there'
    Nothing on sys.path has this name, and this sandbox can't install packages; a package of pure Python, a wheel too, can be put on PYTHONPATH.
    "#);
    let ran = dir.python(["-c", "import fcntl"]).run().code(1);
    insta::assert_snapshot!(ran.stderr(), @r#"
    Traceback (most recent call last):
      File "<string>", line 1, in <module>
    ModuleNotFoundError: No module named 'fcntl': this sandbox runs one process at a time, which needs no file locks, and has no devices
    "#);
}

#[test]
fn pip_says_why_it_can_not_install_and_what_to_do() {
    let dir = Dir::new();
    let ran = dir.python(["-m", "pip", "install", "torch"]).run().code(1);
    insta::assert_snapshot!(ran.stderr(), @"/usr/local/bin/python.wasm: No module named pip: this sandbox can't install packages; a package of pure Python, a wheel too, can be put on PYTHONPATH");
    let ways = "import subprocess, sys\n\
        print(subprocess.run([sys.executable, '-m', 'pip', 'install', 'x'], stderr=subprocess.PIPE, text=True).stderr)\n\
        try: subprocess.check_call(['pip', 'install', 'x'])\n\
        except FileNotFoundError as error: print(error)";
    let said = dir.prints(ways);
    assert_eq!(said.matches("can't install packages").count(), 2, "{said}");
}

#[test]
fn a_package_of_pure_python_on_pythonpath_is_imported_from_a_folder_or_a_wheel() {
    let dir = Dir::new();
    dir.write("vendored/attached/__init__.py", "where = 'folder'");
    let pack = "import zipfile\n\
                with zipfile.ZipFile('own-1.0-py3-none-any.whl', 'w') as wheel:\n    \
                wheel.writestr('own/__init__.py', 'where = \"wheel\"')\n    \
                wheel.writestr('heapq.py', 'where = \"wheel too\"')\n";
    dir.python(["--mount", ".:rw", "-c", pack]).run().code(0);
    let path = "PYTHONPATH=vendored:own-1.0-py3-none-any.whl";
    dir.python([
        "--env",
        path,
        "-c",
        "import attached, own, heapq; print(attached.where, own.where, heapq.where)",
    ])
    .run()
    .code(0)
    .prints("folder wheel wheel too\n")
    .silent();
}

#[test]
fn what_needs_nothing_from_outside_is_answered() {
    Dir::new()
        .python([
            "-c",
            "import os, signal, multiprocessing, socket, platform\n\
             print(os.getuid(), os.geteuid(), os.getgid(), os.stat('.').st_uid == os.getuid(), os.getppid(), len(os.getrandom(3)))\n\
             print(os.cpu_count(), multiprocessing.cpu_count(), os.process_cpu_count(), os.sched_getaffinity(0))\n\
             print(oct(os.umask(0o077)), oct(os.umask(0)), os.kill(os.getpid(), 0), signal.getitimer(0), os.sync())\n\
             signal.signal(signal.SIGUSR1, lambda *a: print('handled')); os.kill(os.getpid(), signal.SIGUSR1)\n\
             multiprocessing.set_start_method('spawn'); print(multiprocessing.get_start_method())\n\
             print(hasattr(os, 'sendfile'), hasattr(os, 'posix_spawn'), os.WEXITSTATUS(256), os.register_at_fork(before=print))",
        ])
        .run()
        .code(0)
        .prints(
            "0 0 0 True 1 3\n1 1 1 {0}\n0o22 0o77 None (0.0, 0.0) None\nhandled\nspawn\nFalse False 1 None\n",
        )
        .silent();
}

#[test]
fn libraries_that_would_use_workers_work_in_order_and_without_a_word() {
    let program = "import joblib, numpy as np\n\
        from joblib import Parallel, delayed, parallel_backend\n\
        for options in ({}, {'backend': 'loky'}, {'backend': 'threading'}, {'backend': 'multiprocessing'}, {'prefer': 'threads'}):\n    \
        print(Parallel(n_jobs=3, **options)(delayed(pow)(i, 2) for i in range(4)))\n\
        with parallel_backend('loky', n_jobs=2): print(Parallel()(delayed(abs)(-i) for i in range(3)), joblib.cpu_count())\n\
        from joblib.externals.loky import get_reusable_executor\n\
        print(list(get_reusable_executor(max_workers=2).map(abs, [-1, -2])))\n\
        from sklearn.ensemble import RandomForestClassifier\n\
        from sklearn.model_selection import GridSearchCV, cross_val_score\n\
        x, y = np.random.RandomState(0).rand(40, 3), [0, 1] * 20\n\
        one, two = (RandomForestClassifier(5, n_jobs=n, random_state=0).fit(x, y).predict_proba(x) for n in (1, 2))\n\
        print((one == two).all(), len(cross_val_score(RandomForestClassifier(3), x, y, n_jobs=-1)))\n\
        print(GridSearchCV(RandomForestClassifier(3, random_state=0), {'max_depth': [1, 2]}, n_jobs=2).fit(x, y).best_params_.keys())\n\
        from tqdm import tqdm, trange\n\
        from tqdm.contrib.concurrent import process_map, thread_map\n\
        import io\n\
        out = io.StringIO(); print(sum(tqdm(range(5), file=out)), '100%' in out.getvalue(), process_map(abs, [-1], file=out), thread_map(abs, [-2], file=out))\n\
        from scipy.optimize import differential_evolution\n\
        print(round(differential_evolution(np.sum, [(0, 1)], workers=1, seed=1, updating='deferred').fun, 6))\n";
    let dir = Dir::new();
    dir.write("main.py", program);
    dir.python(["main.py"])
        .run()
        .code(0)
        .prints(
            "[0, 1, 4, 9]\n[0, 1, 4, 9]\n[0, 1, 4, 9]\n[0, 1, 4, 9]\n[0, 1, 4, 9]\n[0, 1, 2] 1\n[1, 2]\n\
             True 5\ndict_keys(['max_depth'])\n10 True [1] [2]\n0.0\n",
        )
        .silent();
}

#[test]
fn waiting_with_a_timeout_passes_virtual_time() {
    let ran = Dir::new()
        .python([
            "-c",
            "import threading, queue, time, asyncio, multiprocessing\n\
             start = time.monotonic()\n\
             threading.Event().wait(1000)\n\
             try: queue.Queue().get(timeout=1000)\n\
             except queue.Empty: pass\n\
             multiprocessing.Event().wait(1000)\n\
             asyncio.run(asyncio.sleep(1000))\n\
             print(round(time.monotonic() - start))",
        ])
        .run()
        .code(0)
        .prints("4000\n")
        .silent();
    assert!(ran.elapsed.as_secs() < 60, "{ran}");
}

#[test]
fn python_is_found_where_programs_look_for_it() {
    Dir::new()
        .python([
            "-c",
            "import os, platform, shutil, subprocess, sys\n\
             print(os.path.isfile(sys.executable), shutil.which('python'), shutil.which('python3'), shutil.which('git'))\n\
             print(subprocess.check_output([shutil.which('python3'), '-c', 'print(1)']), platform.libc_ver())",
        ])
        .run()
        .code(0)
        .prints("True /usr/local/bin/python /usr/local/bin/python3 None\nb'1\\n' ('', '')\n")
        .silent();
}
