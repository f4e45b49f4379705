//! CPython's own corners: finalizers, tracing, frames, code objects, exits, recursion.

use autoexp::sandbox::{Exit, Limits};

use super::{ABORTED, Case, DONE, FAILED, assert_ends, check, tight};

const FINALIZERS: &[Case] = &[
    (
        "an exception",
        "class D:\n    def __del__(self): 1 / 0\nD(); print('after')",
        DONE,
        "ZeroDivisionError",
    ),
    (
        "an exit",
        "import sys\nclass D:\n    def __del__(self): sys.exit(9)\nD(); print('after')",
        DONE,
        "after",
    ),
    (
        "resurrection",
        "kept = []\nclass D:\n    def __del__(self): kept.append(self)\nfor _ in range(1000): D()\nprint(len(kept))\n\
         class E:\n    def __del__(self): E()\nE()",
        DONE,
        "1000",
    ),
    (
        "work without end at the end",
        "class D:\n    def __del__(self):\n        while True: pass\nkept = D()",
        Exit::OutOfFuel,
        "",
    ),
    (
        "a callback of the collector",
        "import gc\ndef callback(phase, info): gc.collect(); raise ValueError('from the callback')\n\
         gc.callbacks.append(callback)\ngc.collect(); print('after')",
        DONE,
        "after",
    ),
    (
        "the collector turned on its head",
        "import gc\ngc.set_threshold(1, 1, 1)\ngc.set_debug(gc.DEBUG_SAVEALL)\na = [[] for _ in range(10**4)]\n\
         for x in a: x.append(a)\ndel a, x\nprint(gc.collect() > 0)\nfor o in gc.get_objects():\n    \
         if type(o) is dict and o.get('__name__') == 'sys': o.clear(); break\nprint('after')",
        DONE,
        "after",
    ),
    (
        "a weak reference's callback",
        "import weakref\nclass C: pass\nc = C()\ndef callback(ref):\n    raise SystemExit(4)\nr = weakref.ref(c, callback)\ndel c\nprint('after')",
        DONE,
        "after",
    ),
];

#[test]
fn finalizers_change_nothing_about_the_end() {
    let limits = Limits {
        fuel: 2_000_000_000,
        ..tight()
    };
    check(FINALIZERS, &limits);
}

const TRACING: &[Case] = &[
    (
        "a trace that jumps",
        "import sys\ndef trace(frame, event, arg):\n    frame.f_trace = trace\n    if event == 'line' and frame.f_lineno == 8: frame.f_lineno = 7\n    return trace\n\
         def f():\n    x = 1\n    x = 2\n    return x\nsys.settrace(trace)\nf()",
        Exit::OutOfFuel,
        "",
    ),
    (
        "a trace that raises",
        "import sys\ndef trace(*_): raise ValueError('traced')\nsys.settrace(trace)\ndef f(): pass\nf()",
        FAILED,
        "ValueError: traced",
    ),
    (
        "a profile that recurs",
        "import sys\ndef profile(*_):\n    sys.setprofile(profile); profile()\nsys.setprofile(profile)\nlen('')",
        FAILED,
        "RecursionError",
    ),
    (
        "monitoring that unregisters itself",
        "import sys\nm = sys.monitoring\nm.use_tool_id(1, 'x')\ndef callback(*_):\n    m.free_tool_id(1); return m.DISABLE\n\
         m.register_callback(1, m.events.PY_START, callback); m.set_events(1, m.events.PY_START)\n\
         def f(): pass\nf(); print('after')",
        DONE,
        "after",
    ),
    (
        "frames rewritten",
        "import sys\ndef f():\n    x = 1\n    sys._getframe().f_locals['x'] = object\n    sys._getframe(1).f_globals.clear()\n    return x\n\
         f()\nprint('after')",
        DONE,
        "after",
    ),
    (
        "a frame cleared",
        "import sys\ndef f():\n    try: sys._getframe().clear()\n    except RuntimeError as e: print(e)\nf()",
        DONE,
        "cannot clear an executing frame",
    ),
    (
        "a hook that loops",
        "import sys\nsys.excepthook = lambda *_: 1 / 0\nsys.unraisablehook = lambda *_: 1 / 0\nraise ValueError('first')",
        FAILED,
        "ValueError: first",
    ),
    (
        "an audit hook",
        "import sys\ndef hook(event, args):\n    raise RuntimeError('audited ' + event)\nsys.addaudithook(hook)\nopen('given.txt')",
        FAILED,
        "audited open",
    ),
    (
        "the standard streams replaced",
        "import sys\nclass S:\n    def write(self, text): raise SystemExit(8)\n    def flush(self): raise KeyboardInterrupt\nsys.stdout = sys.stderr = S()\nprint('x')",
        FAILED,
        "lost sys.stderr",
    ),
    (
        "builtins taken away",
        "import builtins\nbuiltins.__dict__.clear()\nprint('x')",
        FAILED,
        "",
    ),
    (
        "modules taken away",
        "import sys\nsys.modules.clear()\nimport json",
        DONE,
        "",
    ),
];

#[test]
fn tracing_and_frames_are_the_programs_own_trouble() {
    let limits = Limits {
        fuel: 1_000_000_000,
        ..tight()
    };
    check(TRACING, &limits);
}

const EXITS: &[Case] = &[
    (
        "an abort",
        "import os; print('before'); os.abort()",
        ABORTED,
        "before",
    ),
    (
        "in a handler of exits",
        "import atexit, os\natexit.register(os._exit, 6)\nprint('end')",
        Exit::Exited(6),
        "end",
    ),
    (
        "asked for in a handler of exits",
        "import atexit, sys\natexit.register(sys.exit, 6)\nprint('end')",
        DONE,
        "end",
    ),
    (
        "registered while exiting",
        "import atexit\ndef again(): atexit.register(again)\nagain()\nprint('end')",
        DONE,
        "end",
    ),
    (
        "in a comparison",
        "import os\nclass C:\n    def __lt__(self, other): os._exit(5)\nsorted([C(), C()])",
        Exit::Exited(5),
        "",
    ),
    (
        "in an import",
        "open('m.py', 'w').write('import os; os._exit(4)')\nimport m",
        Exit::Exited(4),
        "",
    ),
    (
        "with what is no status",
        "raise SystemExit(object())",
        FAILED,
        "<object object",
    ),
    (
        "with a negative status",
        "raise SystemExit(-1)",
        Exit::Exited(255),
        "",
    ),
    (
        "in a thread",
        "import threading\ntry: threading.Thread(target=exit).start()\nexcept RuntimeError as e: print(e)",
        DONE,
        "can't start new thread",
    ),
    (
        "in an executor",
        "import os\nfrom concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor() as p: p.submit(os._exit, 3)",
        Exit::Exited(3),
        "",
    ),
    (
        "the fault handler's",
        "import faulthandler\nfaulthandler.enable()\nfaulthandler._sigabrt()",
        ABORTED,
        "",
    ),
    (
        "the fault handler's segmentation fault",
        "import faulthandler\nfaulthandler._sigsegv()",
        ABORTED,
        "",
    ),
    (
        "a fatal error",
        "import faulthandler\nfaulthandler._fatal_error_c_thread()",
        FAILED,
        "",
    ),
    (
        "its own signal",
        "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
        ABORTED,
        "Killed",
    ),
    (
        "a signal raised",
        "import signal\nsignal.raise_signal(signal.SIGABRT)",
        ABORTED,
        "",
    ),
    (
        "a signal that is handled",
        "import signal\nsignal.signal(signal.SIGINT, lambda *_: print('handled'))\nsignal.raise_signal(signal.SIGINT)\nprint('after')",
        DONE,
        "handled",
    ),
    (
        "the low-level end",
        "import sys\nsys._clear_type_cache() if hasattr(sys, '_clear_type_cache') else None\nimport _thread\n_thread.interrupt_main()\nwhile True: pass",
        Exit::Exited(130),
        "",
    ),
    (
        "a socket",
        "import socket\nsocket.socket()",
        FAILED,
        "no network",
    ),
    (
        "a child that breaks",
        "import subprocess, sys\nprint(subprocess.run([sys.executable, '-c', 'import os; os.abort()']).returncode)",
        DONE,
        "-6",
    ),
    (
        "children without end",
        "import os, subprocess, sys\nopen('m.py', 'w').write(\"import subprocess, sys\\nsubprocess.run([sys.executable, 'm.py'])\\nprint('one')\")\nsubprocess.run([sys.executable, 'm.py'])",
        Exit::Exited(0),
        "can't start new process",
    ),
];

#[test]
fn every_exit_has_its_name() {
    let limits = Limits {
        fuel: 2_000_000_000,
        memory: 1 << 30,
        ..tight()
    };
    check(EXITS, &limits);
}

/// Code that breaks the interpreter; how it does follows from where things lie in its memory.
const BYTECODE: &[(&str, &str)] = &[
    (
        "code of nothing",
        "def f(): pass\nf.__code__ = f.__code__.replace(co_code=b'')\ntry: f()\nexcept Exception as e: print(e)\nprint('after')",
    ),
    (
        "a stack that underflows",
        "import opcode\ndef f(): pass\nf.__code__ = f.__code__.replace(co_code=bytes([opcode.opmap['POP_TOP'], 0] * 50))\nf()",
    ),
    (
        "a constant out of range",
        "import opcode\nm = opcode.opmap\ndef f(): pass\nf.__code__ = f.__code__.replace(co_code=bytes([m['RESUME'], 0, m['EXTENDED_ARG'], 255, m['EXTENDED_ARG'], 255, m['LOAD_CONST'], 255, m['RETURN_VALUE'], 0]))\nprint(f())",
    ),
    (
        "a jump out of range",
        "import opcode\nm = opcode.opmap\ndef f(): pass\nf.__code__ = f.__code__.replace(co_code=bytes([m['RESUME'], 0, m['EXTENDED_ARG'], 255, m['EXTENDED_ARG'], 255, m['JUMP_FORWARD'], 255]))\nf()",
    ),
    (
        "an exception table of garbage",
        "def f(): 1 / 0\nf.__code__ = f.__code__.replace(co_exceptiontable=b'\\x80\\xff' * 50)\nf()",
    ),
];

const GARBAGE: &[Case] = &[
    (
        "a line table of garbage",
        "def f(): 1 / 0\nf.__code__ = f.__code__.replace(co_linetable=b'\\xff' * 50)\nf()",
        FAILED,
        "ZeroDivisionError",
    ),
    (
        "a code object of garbage",
        "import types\ntypes.CodeType(2**31 - 1, 0, 0, -5, 2**31 - 1, 0, b'x' * 9, (), (), (), 'f', 'f', 'f', 1, b'', b'', (), ())",
        FAILED,
        "Error",
    ),
    (
        "marshal of garbage",
        "import marshal, random\nr = random.Random(1)\nrefused = 0\nfor _ in range(300):\n    \
         try: marshal.loads(bytes(r.choices(b'c[](){}<>ilfgyzsutrRTNF.S\\xe3\\xa9\\x00\\x01\\x7f\\xff', k=40)))\n    except Exception: refused += 1\nprint(refused > 200)",
        DONE,
        "True",
    ),
    (
        "marshal, nested",
        "import marshal\nmarshal.loads(b'(\\x01\\0\\0\\0' * 10**5)",
        FAILED,
        "ValueError",
    ),
    (
        "marshal of all memory",
        "import marshal\nmarshal.loads(b'[\\xff\\xff\\xff\\x7f')",
        FAILED,
        "MemoryError",
    ),
];

#[test]
fn code_objects_of_garbage_are_traps_at_worst() {
    let limits = Limits {
        fuel: 1_000_000_000,
        ..tight()
    };
    for (name, code) in BYTECODE {
        assert_ends(name, code, &limits);
    }
    check(GARBAGE, &limits);
}

const RECURSION: &[Case] = &[
    (
        "repr",
        "class A:\n    def __repr__(self): return repr(self)\nrepr(A())",
        FAILED,
        "RecursionError",
    ),
    (
        "repr of a list",
        "a = []\nfor _ in range(10**6): a = [a]\nrepr(a)",
        Exit::StackOverflow,
        "",
    ),
    (
        "equality",
        "a, b = [], []\na.append(b); b.append(a)\na == b",
        Exit::StackOverflow,
        "",
    ),
    (
        "hash",
        "class A:\n    def __hash__(self): return hash(self)\nhash(A())",
        FAILED,
        "RecursionError",
    ),
    (
        "json",
        "import json\na = []\nfor _ in range(10**5): a = [a]\njson.dumps(a)",
        Exit::StackOverflow,
        "",
    ),
    (
        "compilation",
        "compile('-' * 10**6 + '1', '', 'eval')",
        FAILED,
        "MemoryError: Parser stack overflowed",
    ),
    (
        "brackets",
        "compile('(' * 10**6, '', 'eval')",
        FAILED,
        "MemoryError: Parser stack overflowed",
    ),
    (
        "functions in functions",
        "exec(''.join(' ' * i + f'def f{i}():\\n' for i in range(150)) + ' ' * 150 + 'pass')",
        FAILED,
        "too many levels of indentation",
    ),
    (
        "attributes",
        "compile('a' + '.a' * 10**5, '', 'eval')",
        Exit::StackOverflow,
        "",
    ),
    (
        "getattr",
        "class A:\n    def __getattr__(self, name): return getattr(self, name)\nA().x",
        FAILED,
        "RecursionError",
    ),
    (
        "isinstance",
        "t = ()\nfor _ in range(10**5): t = (t,)\nisinstance(1, t)",
        Exit::StackOverflow,
        "",
    ),
    (
        "str of an exception",
        "e = None\nfor _ in range(500):\n    n = ValueError(); n.__cause__ = e; e = n\nraise e",
        FAILED,
        "ValueError",
    ),
    (
        "groups of exceptions",
        "e = ValueError()\nfor _ in range(2000): e = ExceptionGroup('x', [e])\nraise e",
        FAILED,
        "ExceptionGroup",
    ),
    (
        "a generator in itself",
        "def g():\n    for x in range(9): yield from g()\nlist(g())",
        FAILED,
        "RecursionError",
    ),
    (
        "partial",
        "from functools import partial\np = print\nfor _ in range(10**5): p = partial(lambda f: f(), p)\np()",
        FAILED,
        "RecursionError",
    ),
    (
        "iterators",
        "i = iter(())\nfor _ in range(10**5): i = map(str, i)\nlist(i)",
        Exit::StackOverflow,
        "",
    ),
    (
        "destruction",
        "a = None\nfor _ in range(10**6): a = (a,)\ndel a\ni = iter(())\nfor _ in range(10**6): i = iter([i])\ndel i\nprint('after')",
        Exit::StackOverflow,
        "",
    ),
    (
        "sorting in a key",
        "def f(x): return sorted([1, 2], key=f)\nf(0)",
        FAILED,
        "RecursionError",
    ),
    (
        "its own limit raised",
        "import sys\nsys.setrecursionlimit(2**31 - 1)\ndef f(): f()\nf()",
        Exit::StackOverflow,
        "",
    ),
    (
        "format",
        "class A:\n    def __format__(self, spec): return f'{self}'\nf'{A()}'",
        FAILED,
        "RecursionError",
    ),
    (
        "an import of itself",
        "open('m.py', 'w').write('import importlib, sys; del sys.modules[__name__]; import m')\nimport m",
        FAILED,
        "RecursionError",
    ),
];

#[test]
fn recursion_of_every_kind_ends() {
    check(RECURSION, &tight());
}
