//! What a program leaves for the next one to import.

use autoexp::sandbox::{Invocation, Limits, Program};
use autoexp::workspace::Workspace;

use super::{DONE, assert_all_is_well, fresh, run_in, tight};
use crate::support;

/// Files that Python runs or imports by itself, in every place that can be written to.
const PLANT: &str = r#"
import importlib.util, marshal, os, struct
def forged(source, code):
    stat = os.stat(source)
    head = importlib.util.MAGIC_NUMBER + struct.pack('<III', 0, int(stat.st_mtime), stat.st_size)
    return head + marshal.dumps(compile(code, source, 'exec'))
evil = "print('POISONED')\n"
places = '/workspace', '/tmp', '/other', '/workspace/__pycache__', '/tmp/lib/python3.15/site-packages'
for place in places:
    os.makedirs(place, exist_ok=True)
    for name in ('sitecustomize.py', 'usercustomize.py', 'evil.pth', 'evil.start', 'site.py', 'pyvenv.cfg', 'python315._pth',
                 '.pythonrc', '__init__.py'):
        open(f'{place}/{name}', 'w').write(evil)
for module in 'os', 'encodings', 'codecs', 'io', 'abc', 'site', 'zipimport', 'runpy', 'warnings', 'missing', 'boot', 'threads':
    os.makedirs(f'/workspace/{module}', exist_ok=True)
    open(f'/workspace/{module}/__init__.py', 'w').write(evil)
os.makedirs('/workspace/__pycache__', exist_ok=True)
open('/workspace/honest.py', 'w').write("print('honest')\n")
open('/workspace/__pycache__/honest.cpython-315.pyc', 'wb').write(forged('/workspace/honest.py', evil))
for place in '/usr/local/lib', '/usr/local/lib/python315.zip', '/usr/local/bin', '/', '/dev':
    for name in 'sitecustomize.py', 'os.py', 'evil.pth':
        try: open(f'{place}/{name}', 'w'); print('wrote', place, name)
        except OSError: pass
# And everything in reach, in this process.
import builtins, sys, json, random, time, numpy
builtins.print = builtins.len = builtins.open = lambda *_: 'POISONED'
json.loads = random.random = time.time = numpy.array = lambda *_: 'POISONED'
sys.path.insert(0, '/tmp'); sys.path_hooks.clear(); sys.meta_path.clear(); sys.modules['math'] = json
os.environ['PYTHONPATH'] = '/tmp'; os.environ['PYTHONSTARTUP'] = '/tmp/.pythonrc'
"#;

#[test]
fn what_was_planted_or_patched_is_not_run_by_the_next_run() {
    let limits: Limits = tight();
    let mut workspace = fresh();
    let planted = run_in(&mut workspace, PLANT, &limits);
    assert_eq!(planted.exit, DONE, "{planted:?}");
    assert_eq!(planted.stdout.text(), "", "{planted:?}");
    // Another workspace knows nothing of it.
    assert_all_is_well("planting");
    // The same one has the files, and nothing of them is run unasked, save what it imports.
    let plain = "import json, math, random, sys\n\
                 print(len('abc'), json.loads('[1]'), math.pi > 3, type(random.random()).__name__, '/tmp' in sys.path)";
    let next = run_in(&mut workspace, plain, &limits);
    assert_eq!(next.exit, DONE, "{next:?}");
    assert_eq!(
        (next.stdout.text().as_ref(), next.stderr.text().as_ref()),
        ("3 [1] True float False\n", "")
    );
}

#[test]
fn a_forged_pyc_is_taken_as_natively_and_only_by_the_workspace_that_has_it() {
    let mut workspace = fresh();
    run_in(&mut workspace, PLANT, &tight());
    let asked = "import honest";
    let forged = run_in(&mut workspace, asked, &tight());
    // It has the source's time and size, which is all that CPython compares.
    assert!(
        ["POISONED\n", "honest\n"].contains(&forged.stdout.text().as_ref()),
        "{forged:?}"
    );
    let script = Invocation::new(Program::Script("/workspace/honest.py".to_owned()));
    let ran = support::sandbox()
        .run(&mut workspace, script, &tight())
        .unwrap();
    assert_eq!(ran.stdout.text(), "honest\n", "{ran:?}");
    let mut other: Workspace = fresh();
    let absent = run_in(&mut other, asked, &tight());
    assert!(absent.stderr.text().contains("No module named 'honest'"));
}
