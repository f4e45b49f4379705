//! Little that becomes much: archives, pickles, numbers, patterns, and work that doesn't end.

use std::time::Duration;

use autoexp::sandbox::{Exit, Limits};

use super::{Case, DONE, FAILED, check, tight};

const FULL: Exit = Exit::OutOfMemory(1);

const ARCHIVES: &[Case] = &[
    (
        "zlib",
        "import zlib\nbomb = zlib.compress(bytes(1 << 20))\n\
         for _ in range(3): bomb = zlib.compress(bomb * 99)\n\
         while True: bomb = zlib.decompress(bomb)",
        FAILED,
        "zlib.error",
    ),
    (
        "zlib, all at once",
        "import zlib\nc = zlib.compressobj(9)\n\
         bomb = b''.join(c.compress(bytes(1 << 20)) for _ in range(300)) + c.flush()\nprint(len(bomb) < 1 << 20)\nzlib.decompress(bomb)",
        FULL,
        "MemoryError",
    ),
    (
        "gzip",
        "import gzip, io\nbomb = io.BytesIO()\nwith gzip.GzipFile(fileobj=bomb, mode='w') as f:\n    \
         for _ in range(300): f.write(bytes(1 << 20))\ngzip.decompress(bomb.getvalue())",
        FULL,
        "MemoryError",
    ),
    (
        "bz2",
        "import bz2\nbomb = bz2.compress(bytes(8 << 20)) * 40\nbz2.decompress(bomb)",
        FULL,
        "MemoryError",
    ),
    (
        "lzma",
        "import lzma\nbomb = lzma.compress(bytes(8 << 20), preset=0) * 40\nlzma.decompress(bomb)",
        FULL,
        "MemoryError",
    ),
    (
        "zip to disk",
        "import zipfile\nwith zipfile.ZipFile('b.zip', 'w', zipfile.ZIP_DEFLATED) as z:\n    \
         for i in range(30): z.writestr(f'{i}', bytes(1 << 20))\nzipfile.ZipFile('b.zip').extractall('out')",
        Exit::OutOfDisk(1),
        "OSError",
    ),
    (
        "zip and tar that climb",
        "import io, os, tarfile, zipfile\nwith zipfile.ZipFile('b.zip', 'w') as z:\n    \
         for name in '../../../evil', '/evil', 'a/../../evil': z.writestr(name, 'x')\n\
         zipfile.ZipFile('b.zip').extractall('out')\n\
         with tarfile.open('b.tar', 'w') as t:\n    \
         link = tarfile.TarInfo('link'); link.type = tarfile.SYMTYPE; link.linkname = '/etc'; t.addfile(link)\n    \
         inner = tarfile.TarInfo('link/evil'); inner.size = 1; t.addfile(inner, io.BytesIO(b'x'))\n\
         try: tarfile.open('b.tar').extractall('tarred', filter='fully_trusted')\n\
         except (OSError, tarfile.TarError) as e: print('refused')\n\
         print(os.path.exists('/evil'), sorted(os.listdir('/')))",
        DONE,
        "refused\nFalse ['dev', 'fixed', 'other', 'tmp', 'usr', 'workspace']",
    ),
    (
        "xml entities",
        "import xml.etree.ElementTree as E\nlaughs = ''.join(f'<!ENTITY l{i} \"' + f'&l{i-1};' * 10 + '\">' for i in range(1, 12))\n\
         E.fromstring(f'<!DOCTYPE x [<!ENTITY l0 \"lol\">{laughs}]><x>&l11;</x>')",
        FAILED,
        "ParseError",
    ),
];

#[test]
fn archives_end_at_the_limits() {
    check(ARCHIVES, &tight());
}

const PICKLES: &[Case] = &[
    (
        "a command",
        "import pickle\npickle.loads(b\"cos\\nsystem\\n(S'touch evil'\\ntR.\")",
        FAILED,
        "no commands but python",
    ),
    (
        "an exit",
        "import pickle\npickle.loads(b'cos\\n_exit\\n(I3\\ntR.')",
        Exit::Exited(3),
        "",
    ),
    (
        "an abort",
        "import pickle\npickle.loads(b'cos\\nabort\\n(tR.')",
        super::ABORTED,
        "",
    ),
    (
        "nested for ever",
        "import pickle\npickle.loads(b'(' * 10**6 + b'l' * 10**6 + b'.')",
        Exit::StackOverflow,
        "",
    ),
    (
        "dumped too deep",
        "import pickle\na = []\nfor _ in range(10**6): a = [a]\ntry: pickle.dumps(a)\nexcept RecursionError: print('too deep')",
        Exit::StackOverflow,
        "",
    ),
    (
        "a memo beyond all",
        "import pickle\npickle.loads(b'\\x80\\x04Nr\\xff\\xff\\xff\\x7f.')",
        DONE,
        "",
    ),
    (
        "a frame of all memory",
        "import pickle\npickle.loads(b'\\x80\\x04\\x95\\xff\\xff\\xff\\x7f\\0\\0\\0\\0')",
        FAILED,
        "UnpicklingError",
    ),
    (
        "a string of all memory",
        "import pickle\npickle.loads(b'\\x80\\x04\\x8d\\xff\\xff\\xff\\x7f\\0\\0\\0\\0')",
        FAILED,
        "UnpicklingError",
    ),
    (
        "doubled by its memo",
        "import pickle\npickle.loads(b'\\x80\\x04]' + b'q\\0(' + b'h\\0' * 1000 + b'e' * 1 + b'.')\n\
         x = ['x'] * 100\nfor _ in range(30): x = [x] * 100\nprint(len(pickle.dumps(x)) < 10**5)\nprint(len(pickle.loads(pickle.dumps(x))))",
        DONE,
        "True\n100",
    ),
    (
        "numpy's",
        "import io, numpy as np, pickle\nclass E:\n    def __reduce__(self): return exec, (\"raise SystemExit(9)\",)\n\
         f = io.BytesIO(); np.save(f, np.array([E()], dtype=object), allow_pickle=True); f.seek(0)\nnp.load(f, allow_pickle=True)",
        Exit::Exited(9),
        "",
    ),
];

#[test]
fn pickles_do_no_more_than_programs_can() {
    check(PICKLES, &tight());
}

const NUMBERS: &[Case] = &[
    ("a tower of powers", "9 ** 9 ** 9", Exit::OutOfFuel, ""),
    (
        "digits by the hundred million",
        "print(len(str(10 ** 10 ** 8)))",
        Exit::OutOfFuel,
        "",
    ),
    (
        "more digits than are allowed",
        "x = 1 << 100_000\nstr(x)",
        FAILED,
        "Exceeds the limit (4300 digits)",
    ),
    (
        "digits read",
        "import sys\nsys.set_int_max_str_digits(0)\nint('9' * 10**7)",
        Exit::OutOfFuel,
        "",
    ),
    (
        "a factorial",
        "import math; math.factorial(10**7)",
        Exit::OutOfFuel,
        "",
    ),
    (
        "a comb",
        "import math; math.comb(10**8, 5 * 10**7)",
        Exit::OutOfFuel,
        "",
    ),
    ("a shift", "1 << (1 << 31)", FULL, "MemoryError"),
    ("a sum", "sum(range(10**12))", Exit::OutOfFuel, ""),
    (
        "decimals",
        "import decimal\ndecimal.getcontext().prec = 10**7\ndecimal.Decimal(2).sqrt()",
        Exit::OutOfFuel,
        "",
    ),
    (
        "fractions",
        "from fractions import Fraction\nx = Fraction(1, 3)\nwhile True: x = x * x + Fraction(1, 7)",
        Exit::OutOfFuel,
        "",
    ),
];

#[test]
fn numbers_without_end_run_out_of_fuel() {
    let limits = Limits {
        fuel: 700_000_000,
        ..tight()
    };
    check(NUMBERS, &limits);
}

const ENDLESS: &[Case] = &[
    (
        "a pattern",
        "import re; re.match('(a+)+b', 'a' * 64)",
        Exit::OutOfFuel,
        "",
    ),
    (
        "a pattern of alternatives",
        "import re; re.match('(a|aa|a?)*$', 'a' * 64 + 'b')",
        Exit::OutOfFuel,
        "",
    ),
    (
        "a pattern nested",
        "import re; re.compile('(' * 10**4 + ')' * 10**4)",
        FAILED,
        "RecursionError",
    ),
    (
        "sorting",
        "import itertools\na = list(range(10**6))\nfor _ in itertools.count(): a.sort(key=lambda x: -x); a.reverse()",
        Exit::OutOfFuel,
        "",
    ),
    (
        "an endless iterator in C",
        "import itertools, collections\ncollections.deque(itertools.repeat(0), maxlen=0)",
        Exit::OutOfFuel,
        "",
    ),
    (
        "membership",
        "import itertools\n1 in itertools.repeat(0)",
        Exit::OutOfFuel,
        "",
    ),
    (
        "numpy",
        "import numpy as np\na = np.ones((700, 700))\nwhile True: a = np.linalg.inv(a + np.eye(700))",
        Exit::OutOfFuel,
        "",
    ),
    (
        "products of matrices",
        "import numpy as np\na = np.ones((1000, 1000))\nwhile True: a @ a",
        Exit::OutOfFuel,
        "",
    ),
    (
        "numpy, inside one call",
        "import numpy as np\nnp.broadcast_to(np.uint8(1), (2**31 - 1,)).sum()",
        Exit::OutOfFuel,
        "",
    ),
    (
        "a query",
        "import sqlite3\nsqlite3.connect(':memory:').execute('with recursive c(x) as (select 1 union all select x + 1 from c) select max(x) from c').fetchall()",
        Exit::OutOfFuel,
        "",
    ),
    (
        "a hash attack",
        "class H:\n    def __hash__(self): return 1\n    def __eq__(self, other): return False\n\
         set(H() for _ in range(10**5))",
        Exit::OutOfFuel,
        "",
    ),
    (
        "json, nested",
        "import json; json.loads('[' * 10**6)",
        Exit::StackOverflow,
        "",
    ),
    (
        "a literal, nested",
        "import ast; ast.literal_eval('(' * 10**5 + ')' * 10**5)",
        FAILED,
        "MemoryError: Parser stack overflowed",
    ),
    (
        "a literal of signs",
        "import ast; ast.literal_eval('-' * 10**5 + '1')",
        FAILED,
        "MemoryError: Parser stack overflowed",
    ),
    (
        "deepcopy",
        "import copy\na = []\nfor _ in range(10**5): a = [a]\ncopy.deepcopy(a)",
        FAILED,
        "RecursionError",
    ),
    ("a format", "'%1000000000d' % 1", FULL, "MemoryError"),
    ("a repeat", "'x' * (1 << 31 - 1)", FULL, "MemoryError"),
    (
        "a product of sequences",
        "import itertools; list(itertools.product(range(1000), repeat=9))",
        FULL,
        "MemoryError",
    ),
];

#[test]
fn work_without_end_ends() {
    let limits = Limits {
        fuel: 700_000_000,
        ..tight()
    };
    check(ENDLESS, &limits);
}

#[test]
fn sleeping_for_ever_takes_no_time() {
    let cases: [Case; 4] = [
        (
            "asleep",
            "import time\nfor _ in range(3): time.sleep(9e9)\nprint('awake')",
            DONE,
            "awake",
        ),
        (
            "asleep for ever",
            "import time\nwhile True: time.sleep(1)",
            Exit::OutOfFuel,
            "",
        ),
        (
            "asleep in a loop of events",
            "import asyncio\nasync def main():\n    while True: await asyncio.sleep(3600)\nasyncio.run(main())",
            Exit::OutOfFuel,
            "",
        ),
        (
            "waiting for nobody",
            "import threading; threading.Condition().acquire(); threading.Event().wait(1e9); print('awake')",
            DONE,
            "awake",
        ),
    ];
    let limits = Limits {
        fuel: 1_000_000_000,
        wall: Duration::from_secs(60),
        ..tight()
    };
    check(&cases, &limits);
}

const STORMS: &[Case] = &[
    ("bytes", "b = bytearray(1 << 31 - 1)", FULL, "MemoryError"),
    ("lists", "a = [0]\nwhile True: a += a", FULL, "MemoryError"),
    (
        "dicts",
        "d = {}\ni = 0\nwhile True: d[i] = d; i += 1",
        FULL,
        "MemoryError",
    ),
    (
        "sets",
        "s = set()\nwhile True: s.add(object())\n",
        FULL,
        "MemoryError",
    ),
    (
        "arrays",
        "import numpy as np\na = [np.ones(10**6) for _ in range(10**6)]",
        FULL,
        "Unable to allocate",
    ),
    (
        "an array",
        "import numpy as np\nnp.zeros((1 << 24, 9))",
        FULL,
        "Unable to allocate",
    ),
    (
        "an array beyond counting",
        "import numpy as np\nnp.empty((1 << 30, 1 << 30))",
        FAILED,
        "ValueError",
    ),
    (
        "classes",
        "a = []\nwhile True: a.append(type('x', (), {}))",
        FULL,
        "MemoryError",
    ),
    (
        "frames",
        "def g():\n    yield from g()\nnext(g())",
        FAILED,
        "RecursionError",
    ),
    (
        "fragments",
        "a = []\ntry:\n    while True: a.append(bytes(5000))\nexcept MemoryError: pass\n\
         a = a[::2]\nb = bytes(50 << 20)",
        FULL,
        "MemoryError",
    ),
    (
        "met and met again",
        "refused = 0\nfor _ in range(99):\n    try: bytes(1 << 30)\n    except MemoryError: refused += 1\nprint(refused)",
        DONE,
        "99",
    ),
    (
        "with nothing left to tell it with",
        "a = []\nwhile True:\n    try:\n        while True: a.append(bytes(1000))\n    except MemoryError:\n        try:\n            while True: a.append(object())\n        except MemoryError: break\nraise SystemExit(5)",
        Exit::Exited(5),
        "",
    ),
    (
        "a file in memory",
        "import io\nf = io.BytesIO()\nwhile True: f.write(bytes(1 << 20))",
        FULL,
        "MemoryError",
    ),
    (
        "a string joined",
        "s = 'x'\nwhile True: s = ''.join((s, s))",
        FULL,
        "MemoryError",
    ),
    (
        "a database",
        "import sqlite3\nc = sqlite3.connect(':memory:'); c.execute('create table t(x)')\nwhile True: c.execute('insert into t values(zeroblob(1000000))')",
        FULL,
        "MemoryError",
    ),
];

#[test]
fn storms_of_allocations_end_as_one() {
    check(STORMS, &tight());
}

#[test]
fn the_least_memory_that_a_run_can_have_is_an_edge_like_any_other() {
    let image = (40..256u64).step_by(4).find_map(|mib| {
        let limits = Limits {
            memory: mib << 20,
            ..tight()
        };
        let invocation = autoexp::sandbox::Invocation::new(autoexp::sandbox::Program::Command(
            "print(1)".to_owned(),
        ));
        let ran = crate::support::sandbox().run(&mut super::fresh(), invocation, &limits);
        ran.ok().map(|_| mib)
    });
    let least = image.expect("a run in less than 256MiB");
    for pages in 0..8 {
        let limits = Limits {
            memory: (least << 20) + (pages << 16),
            ..tight()
        };
        for code in ["import json", "x = [bytes(9000) for _ in range(10**5)]"] {
            let outcome = super::run(code, &limits);
            assert!(
                matches!(
                    outcome.exit,
                    Exit::Exited(0 | 1) | Exit::OutOfMemory(1) | super::ABORTED
                ),
                "{pages} pages, {code}: {outcome:?}"
            );
        }
    }
    super::assert_all_is_well("a run with hardly any memory");
}
