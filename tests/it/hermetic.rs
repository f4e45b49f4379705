//! What a run sees of time, numbers and names: what is in the sandbox, and nothing of the host's.

use autoexp::sandbox::{Exit, Invocation, Limits, Outcome, Program};
use autoexp::workspace::{Access, Tree, Workspace, import};

use crate::support::{self, Dir};

/// A workspace with these files at `/workspace`.
fn workspace(files: &[(&str, &str)]) -> Workspace {
    let tree: Tree = files
        .iter()
        .map(|(path, text)| (*path, text.as_bytes().to_vec()))
        .collect();
    let mut workspace = Workspace::new();
    workspace
        .mount("/workspace", &tree, Access::ReadWrite)
        .unwrap();
    workspace
}

fn run(workspace: &mut Workspace, code: &str) -> Outcome {
    let invocation = Invocation::new(Program::Command(code.to_owned()));
    support::sandbox()
        .run(workspace, invocation, &Limits::default())
        .unwrap()
}

#[track_caller]
fn prints(workspace: &mut Workspace, code: &str) -> String {
    let outcome = run(workspace, code);
    assert_eq!(outcome.exit, Exit::Exited(0), "{outcome:?}");
    outcome.stdout.text().into_owned()
}

#[test]
fn every_write_gives_a_file_a_later_time() {
    let told = prints(
        &mut workspace(&[("given", "x")]),
        r#"
import os
def time(path='given'):
    return os.stat(path).st_mtime_ns
times = [time()]
for _ in range(50):
    open('given', 'w').write('y')
    times.append(time())
    with open('given', 'r+b') as file:
        file.write(b'z')
        file.flush()
        times.append(time())
        file.truncate(1)
        times.append(time())
print(all(a < b for a, b in zip(times, times[1:])), len(times))
# As floats, which importlib's caches of folders compare.
folder = [os.stat('.').st_mtime]
for name in 'abc':
    open(name, 'w').close()
    folder.append(os.stat('.').st_mtime)
print(all(a < b for a, b in zip(folder, folder[1:])))
"#,
    );
    assert_eq!(told, "True 151\nTrue\n");
}

/// Builds `out` from `in` where `make` would: where it is older, or isn't there.
const MAKE: &str = r#"
import os
def make():
    if os.path.exists('out') and os.stat('out').st_mtime_ns >= os.stat('in').st_mtime_ns:
        return 'up to date'
    text = open('in').read()
    open('out', 'w').write(text)
    return 'built ' + text
"#;

#[test]
fn what_make_would_build_again_is_built_again() {
    let files = &mut workspace(&[("in", "1"), ("out", "an old one")]);
    let within = format!(
        "{MAKE}open('in', 'w').write('2'); print(make()); print(make())\n\
         open('in', 'w').write('3'); print(make()); print(make())"
    );
    assert_eq!(
        prints(files, &within),
        "built 2\nup to date\nbuilt 3\nup to date\n"
    );
    // A run that took long, then a quick one that changes what the first built from.
    let slowly =
        format!("{MAKE}import time; time.sleep(1000); open('in', 'w').write('4'); print(make())");
    assert_eq!(prints(files, &slowly), "built 4\n");
    assert_eq!(prints(files, "print(open('in', 'w').write('5'))"), "1\n");
    let make = format!("{MAKE}print(make())");
    assert_eq!(prints(files, &make), "built 5\n");
    assert_eq!(prints(files, &make), "up to date\n");
    // And a change by one of an agent's tools.
    files.write("/workspace/in", b"6").unwrap();
    assert_eq!(prints(files, &make), "built 6\n");
    assert_eq!(prints(files, &make), "up to date\n");
}

#[test]
fn a_tools_change_is_later_than_the_files_that_were_there_from_the_start() {
    let files = &mut workspace(&[("in", "1"), ("out", "2"), ("a", "3"), ("b", "4")]);
    files.write("/workspace/in", b"5").unwrap();
    let newest = "import os; print(max(os.listdir(), key=lambda name: os.stat(name).st_mtime_ns))";
    assert_eq!(prints(files, newest), "in\n");
}

/// Imports `m`, which is there or has just been written, with its `.pyc` kept.
const IMPORT: &str = r#"
import importlib, os, sys
sys.dont_write_bytecode = False
def fresh():
    importlib.invalidate_caches()
    sys.modules.pop('m', None)
    import m
    return m.X, os.listdir('__pycache__')
def write(x):
    open('m.py', 'w').write(f'X = {x}')
"#;

#[test]
fn a_module_that_is_written_twice_at_once_is_imported_as_it_is() {
    let files = &mut workspace(&[("m.py", "X = 0")]);
    let pyc = "['m.cpython-315.pyc']";
    let within = format!(
        "{IMPORT}print(*fresh())\n\
         for x in 1, 2, 3: write(x); print(*fresh())\n\
         import py_compile; py_compile.compile('m.py'); write(4); print(*fresh())"
    );
    let expected: String = (0..5).map(|x| format!("{x} {pyc}\n")).collect();
    assert_eq!(prints(files, &within), expected);
    // The same moment of the next run, and a change between two.
    let again = format!("{IMPORT}print(*fresh()); write(5); print(*fresh())");
    assert_eq!(prints(files, &again), format!("4 {pyc}\n5 {pyc}\n"));
    files.write("/workspace/m.py", b"X = 6").unwrap();
    let look = format!("{IMPORT}print(*fresh())");
    assert_eq!(prints(files, &look), format!("6 {pyc}\n"));
    // A kept `.pyc` is used: its code is what runs, whatever the source says by then.
    let used = format!(
        "{IMPORT}fresh(); import m\nprint(type(m.__loader__).__name__, m.__spec__.cached)\n\
         stat = os.stat('m.py'); write(7); os.utime('m.py', ns=(stat.st_mtime_ns,) * 2)\n\
         print(fresh()[0])"
    );
    assert_eq!(
        prints(files, &used),
        "SourceFileLoader /workspace/__pycache__/m.cpython-315.pyc\n6\n"
    );
}

#[test]
fn a_new_module_is_found_though_its_folder_was_listed_before() {
    let told = prints(
        &mut workspace(&[("pkg/__init__.py", "")]),
        r#"
import pkg
for name in 'abc':
    try:
        __import__('pkg.' + name)
        print('found too early')
    except ImportError:
        pass
    open(f'pkg/{name}.py', 'w').write(f'X = {name!r}')
    print(__import__('pkg.' + name, fromlist=['X']).X)
"#,
    );
    assert_eq!(told, "a\nb\nc\n");
}

#[test]
fn the_clock_goes_on_from_run_to_run_and_every_process_starts_anew() {
    let files = &mut workspace(&[]);
    let code = "import time; print(int(time.time()), int(time.monotonic()), time.process_time() < 1); time.sleep(9.5)";
    assert_eq!(prints(files, code), "1735689600 0 True\n");
    assert_eq!(prints(files, code), "1735689611 0 True\n");
    // Asleep until the end of time, which is no trouble for whoever comes next.
    let end = "import time\n\
               for _ in range(3): time.sleep(9e9)\n\
               print(time.time() > 9e9)";
    assert_eq!(prints(files, end), "True\n");
    assert_eq!(prints(files, code), "7258118400 0 True\n");
    assert_eq!(prints(files, code), "7258118400 0 True\n");
}

#[test]
fn inodes_and_devices_are_stable_and_tell_files_apart() {
    let code = "import os\n\
                def walk():\n    \
                    return {os.path.join(at, name): os.lstat(os.path.join(at, name))[1:3]\n            \
                            for at, dirs, names in os.walk('/') for name in dirs + names}\n\
                first = walk()\n\
                open('d/new', 'w').close(); os.rename('a', 'd/a'); second = walk()\n\
                print(len(set(first.values())) == len(first), {dev for _, dev in first.values()})\n\
                print(second['/workspace/d/a'] == first['/workspace/a'], second['/workspace/b'] == first['/workspace/b'])\n\
                print(os.path.samefile('b', 'd/../b'), os.path.samefile('b', 'd/a'))\n\
                print(sorted(second.items()))";
    let files = [("a", "1"), ("b", "1"), ("d/c", "2")];
    let told = || prints(&mut workspace(&files), code);
    let one = told();
    assert!(
        one.starts_with("True {1}\nTrue True\nTrue False\n"),
        "{one}"
    );
    assert_eq!(one, told());
}

/// Everything by which a program may learn where and on what it runs.
const WHERE: &str = r#"
import getpass, json, locale, os, platform, random, re, socket, site, subprocess, sys, sysconfig, tempfile, traceback
def told(ask):
    try:
        return ask()
    except Exception as error:
        return traceback.format_exc()
asks = """os.uname() platform.node() platform.uname() platform.platform(aliased=1) platform.freedesktop_os_release()
socket.gethostname() socket.getfqdn() socket.gethostbyname('localhost') os.getcwd() os.environ sys.path sys.argv
sys.orig_argv sys.executable sys.prefix sys.base_prefix sys.path_importer_cache sys.flags __file__ __loader__
__spec__ os.__file__ json.__file__ getpass.getuser() os.path.expanduser('~') os.path.abspath('.')
os.path.realpath('main.py') tempfile.gettempdir() os.cpu_count() os.getpid() os.listdir('/') os.listdir('/..')
open('/proc/self/cmdline').read() open('/proc/cpuinfo').read() open('/etc/hostname').read() os.listdir('/proc')
open('/sys/class/dmi/id/product_name').read() open('/etc/passwd').read() open('/home') os.readlink('/proc/self/exe')
site.getsitepackages() sysconfig.get_paths() locale.getlocale() os.stat('main.py') os.stat('/') subprocess.run(['hostname'])
sys.stdin sys.stdout sys._getframe().f_code.co_filename json.dumps.__code__.co_filename told.__code__.co_filename
random.Random.seed.__code__.co_filename {m.__file__ for m in sys.modules.values() if getattr(m,'__file__',None)}"""
for ask in re.findall(r"\{.*\}|\S+", asks):
    print(ask, '=', told(lambda: eval(ask)))
import numpy, sklearn.linear_model, pandas
try:
    sklearn.linear_model.LinearRegression().fit([[1]], [[1, 2]], [3, 4])
except ValueError:
    traceback.print_exc(file=sys.stdout)
print(numpy.__file__, pandas.__path__, {m.__file__ for m in sys.modules.values() if getattr(m, '__file__', None)})
"#;

#[test]
fn nothing_tells_where_or_on_what_a_run_is() {
    let told = || {
        let dir = Dir::new();
        dir.write("main.py", WHERE);
        let ran = dir
            .python(["main.py"])
            .env("CANARY", "canary-of-the-host")
            .run()
            .code(0)
            .silent();
        let text = ran.stdout();
        let own = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
        let mut secrets = vec![
            dir.path("")
                .to_string_lossy()
                .trim_end_matches('/')
                .to_owned(),
            env!("CARGO_MANIFEST_DIR").to_owned(),
            "canary".to_owned(),
            own("/proc/sys/kernel/hostname").trim().to_owned(),
            own("/proc/sys/kernel/osrelease").trim().to_owned(),
        ];
        for variable in ["HOME", "USER", "PWD", "CARGO_HOME"] {
            secrets.extend(std::env::var(variable));
        }
        // What is in any text, or is a name in the sandbox too.
        secrets.retain(|secret| secret.len() > 4 && !["/workspace", "/tmp"].contains(&&**secret));
        for secret in secrets {
            assert!(!text.contains(&secret), "{secret:?} is in\n{text}");
        }
        for named in ["(none)", "wasi", "/workspace/main.py", "sklearn"] {
            assert!(
                text.contains(named),
                "no {named:?}, so little was asked:\n{text}"
            );
        }
        text
    };
    assert_eq!(told(), told(), "two folders can be told apart");
}

#[test]
fn the_command_line_and_the_library_come_to_the_same_digest() {
    let code = "import sys; print(len(open('in').read()) * '123'); print(2, file=sys.stderr); open('out', 'w')";
    let dir = Dir::new();
    dir.write("in", "some");
    let ran = dir.python(["--stats", "-c", code]).run().code(0);
    let stderr = ran.stderr();
    let (_, digest) = stderr.trim_end().rsplit_once("digest ").unwrap();

    let mut workspace = Workspace::new();
    let imported = import(&dir.path("")).unwrap();
    workspace
        .mount("/workspace", &imported.tree, Access::ReadWrite)
        .unwrap();
    assert_eq!(run(&mut workspace, code).digest().to_string(), digest);
    dir.write("in", "more");
    let ran = dir
        .python(["--stats", "-c", &code.replace("'out'", "'other'")])
        .run();
    assert!(!ran.stderr().contains(digest), "{ran}");
}
