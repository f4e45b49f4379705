//! Hard cases, one by one.

use autoexp::task::{Kept, Reader};

use super::{Job, check, parser};

/// A source, the functions to mask, a call that must raise, and what the mask leaves.
struct Case {
    source: &'static str,
    names: &'static [&'static str],
    call: &'static str,
    left: &'static str,
}

const CASES: &[Case] = &[
    // A docstring stays; comments around the statements go.
    Case {
        source: "def f(x):  # beside\n    # above\n    \"\"\"Doc.\n\n    More.\n    \"\"\"\n    return x  # end\n    # below\n\n    # further below\n\n# outside\ny = 1\n",
        names: &["f"],
        call: "f(1)",
        left: "def f(x):\n    \"\"\"Doc.\n\n    More.\n    \"\"\"\n    raise NotImplementedError(\"f\")\n\n# outside\ny = 1\n",
    },
    // Bodies beside the header.
    Case {
        source: "def f(): return 1\nx = 2\n",
        names: &["f"],
        call: "f()",
        left: "def f():\n    raise NotImplementedError(\"f\")\nx = 2\n",
    },
    Case {
        source: "def f(): 'doc'; x = 1; return x;  # why\n",
        names: &["f"],
        call: "f()",
        left: "def f():\n    'doc'\n    raise NotImplementedError(\"f\")\n",
    },
    Case {
        source: "class A:\n\tdef f(self): return 1\n\tdef g(self): pass",
        names: &["A.g"],
        call: "A().g()",
        left: "class A:\n\tdef f(self): return 1\n\tdef g(self):\n\t    raise NotImplementedError(\"A.g\")",
    },
    Case {
        source: "class A:\n    def f(self): \\\n  return 1\n    x = 1\n",
        names: &["A.f"],
        call: "A().f()",
        left: "class A:\n    def f(self):\n        raise NotImplementedError(\"A.f\")\n    x = 1\n",
    },
    // No line feed at the end, with and without a docstring.
    Case {
        source: "def f():\n  'doc'",
        names: &["f"],
        call: "f()",
        left: "def f():\n  'doc'\n  raise NotImplementedError(\"f\")",
    },
    // Decorators and headers over several lines.
    Case {
        source: "import functools\n@functools.lru_cache(\n    maxsize=None)\n# between\n@functools.wraps(len)\ndef f(\n    a: 'x: y' = {1: 2}[1],  # kept\n    *, b=lambda: 0,\n) -> dict[str, int]:\n    return {a: b}\n",
        names: &["f"],
        call: "f(1)",
        left: "import functools\n@functools.lru_cache(\n    maxsize=None)\n# between\n@functools.wraps(len)\ndef f(\n    a: 'x: y' = {1: 2}[1],  # kept\n    *, b=lambda: 0,\n) -> dict[str, int]:\n    raise NotImplementedError(\"f\")\n",
    },
    // Nested scopes.
    Case {
        source: "def outer():\n    def inner():\n        return 1\n    return inner()\n",
        names: &["outer.inner"],
        call: "outer()",
        left: "def outer():\n    def inner():\n        raise NotImplementedError(\"outer.inner\")\n    return inner()\n",
    },
    Case {
        source: "def outer():\n    def inner():\n        return 1\n    return inner()\n",
        names: &["outer.inner", "outer"],
        call: "outer()",
        left: "def outer():\n    raise NotImplementedError(\"outer\")\n",
    },
    Case {
        source: "class A:\n    class Inner:\n        @staticmethod\n        def m(): return 1\n\n        k = 1\n",
        names: &["A.Inner.m"],
        call: "A.Inner.m()",
        left: "class A:\n    class Inner:\n        @staticmethod\n        def m():\n            raise NotImplementedError(\"A.Inner.m\")\n\n        k = 1\n",
    },
    // Every definition of a name: accessors, overloads, branches.
    Case {
        source: "class A:\n    @property\n    def p(self):\n        return 1\n    @p.setter\n    def p(self, value):\n        self.q = value\n",
        names: &["A.p"],
        call: "A().p",
        left: "class A:\n    @property\n    def p(self):\n        raise NotImplementedError(\"A.p\")\n    @p.setter\n    def p(self, value):\n        raise NotImplementedError(\"A.p\")\n",
    },
    Case {
        source: "import sys\nif sys.platform:\n    def f(): return 1\nelse:\n    def f(): return 2\n",
        names: &["f"],
        call: "f()",
        left: "import sys\nif sys.platform:\n    def f():\n        raise NotImplementedError(\"f\")\nelse:\n    def f():\n        raise NotImplementedError(\"f\")\n",
    },
    // Coroutines and generators.
    Case {
        source: "import asyncio\nasync def f():\n    await asyncio.sleep(0)\n    yield 1\n",
        names: &["f"],
        call: "f().__anext__().send(None)",
        left: "import asyncio\nasync def f():\n    raise NotImplementedError(\"f\")\n    yield\n",
    },
    Case {
        source: "def f():\n    yield 1\n",
        names: &["f"],
        call: "list(f())",
        left: "def f():\n    raise NotImplementedError(\"f\")\n    yield\n",
    },
    // Line endings, blanks and bytes.
    Case {
        source: "x = 1\r\ndef f():\r\n    '''a\r\n    b'''\r\n    return 1\r\n\r\n# kept\r\n",
        names: &["f"],
        call: "f()",
        left: "x = 1\r\ndef f():\r\n    '''a\r\n    b'''\r\n    raise NotImplementedError(\"f\")\r\n\r\n# kept\r\n",
    },
    Case {
        source: "\u{feff}def f():\n\treturn 1\n\n\t# gone\n  # gone too\n# kept\n",
        names: &["f"],
        call: "f()",
        left: "\u{feff}def f():\n\traise NotImplementedError(\"f\")\n# kept\n",
    },
    Case {
        source: "\u{feff}def f(): return 1",
        names: &["f"],
        call: "f()",
        left: "\u{feff}def f():\n    raise NotImplementedError(\"f\")",
    },
    Case {
        source: "x = 1\n\x0c\ndef f():\n    return 1\n\x0c\n\x0cdef g():\n    return 2\n    \x0c# kept: at the margin\n",
        names: &["f", "g"],
        call: "g()",
        left: "x = 1\n\x0c\ndef f():\n    raise NotImplementedError(\"f\")\n\x0c\n\x0cdef g():\n    raise NotImplementedError(\"g\")\n    \x0c# kept: at the margin\n",
    },
    Case {
        source: "class Größe:\n    def übe(self, 名=1):\n        return 'ß' * 名\n",
        names: &["Größe.übe"],
        call: "Größe().übe()",
        left: "class Größe:\n    def übe(self, 名=1):\n        raise NotImplementedError(\"Größe.übe\")\n",
    },
    // Text that looks like code, and code that looks like text.
    Case {
        source: "def f():\n    s = '''\ndef g():\n# no comment\n'''\n    return s\ndef g(): return '''\n    # inside\n'''\n",
        names: &["f"],
        call: "f()",
        left: "def f():\n    raise NotImplementedError(\"f\")\ndef g(): return '''\n    # inside\n'''\n",
    },
    Case {
        source: "def f(a):\n    return a + \\\n1 \\\n\nx = 1\n",
        names: &["f"],
        call: "f(1)",
        left: "def f(a):\n    raise NotImplementedError(\"f\")\nx = 1\n",
    },
    Case {
        source: "class A:\n    def f(self):\n        if self:\n            return 1\n            # deep\n        # body\n    # class\n    def g(self):\n        return 2\n",
        names: &["A.f"],
        call: "A().f()",
        left: "class A:\n    def f(self):\n        raise NotImplementedError(\"A.f\")\n    # class\n    def g(self):\n        return 2\n",
    },
    Case {
        source: "def f():\n# at the margin, but inside\n    return 1\n# outside\n    # outside as well\nx = 1\n",
        names: &["f"],
        call: "f()",
        left: "def f():\n    raise NotImplementedError(\"f\")\n# outside\n    # outside as well\nx = 1\n",
    },
    Case {
        source: "try:\n    def f(n):\n        match n:\n            case [x, *_]: return x\n            case _: pass\nfinally:\n    pass\n",
        names: &["f"],
        call: "f([1])",
        left: "try:\n    def f(n):\n        raise NotImplementedError(\"f\")\nfinally:\n    pass\n",
    },
    // A coroutine, and a context manager made of a generator.
    Case {
        source: "import asyncio\nasync def f():\n    return 1\n",
        names: &["f"],
        call: "asyncio.run(f())",
        left: "import asyncio\nasync def f():\n    raise NotImplementedError(\"f\")\n",
    },
    Case {
        source: "from contextlib import contextmanager\n@contextmanager\ndef f():\n    x = 1\n    try: yield x\n    finally: x = 2\n",
        names: &["f"],
        call: "with f(): pass",
        left: "from contextlib import contextmanager\n@contextmanager\ndef f():\n    raise NotImplementedError(\"f\")\n    yield\n",
    },
    // Another's `yield` makes no generator.
    Case {
        source: "def f():\n    def g():\n        yield 1\n    return lambda: (yield)\n",
        names: &["f"],
        call: "f()",
        left: "def f():\n    raise NotImplementedError(\"f\")\n",
    },
    // Overloads, and twins of which one is defined.
    Case {
        source: "from typing import TYPE_CHECKING, overload\n@overload\ndef f(x: int) -> int: ...\n@overload\ndef f(x: str) -> str: ...\ndef f(x): return x\nif TYPE_CHECKING:\n    def g(): ...\nelse:\n    def g(): return 1\n",
        names: &["f", "g"],
        call: "f(1)",
        left: "from typing import TYPE_CHECKING, overload\n@overload\ndef f(x: int) -> int:\n    raise NotImplementedError(\"f\")\n@overload\ndef f(x: str) -> str:\n    raise NotImplementedError(\"f\")\ndef f(x):\n    raise NotImplementedError(\"f\")\nif TYPE_CHECKING:\n    def g():\n        raise NotImplementedError(\"g\")\nelse:\n    def g():\n        raise NotImplementedError(\"g\")\n",
    },
    Case {
        source: "try:\n    import nothing_of_this_name as n\n    def f(): return n\nexcept ImportError:\n    def f():\n        return 0\n# kept\n",
        names: &["f"],
        call: "f()",
        left: "try:\n    import nothing_of_this_name as n\n    def f():\n        raise NotImplementedError(\"f\")\nexcept ImportError:\n    def f():\n        raise NotImplementedError(\"f\")\n# kept\n",
    },
    // Blocks of every kind.
    Case {
        source: "from contextlib import nullcontext\nfor _ in [1]:\n    while True:\n        with nullcontext():\n            match 1:\n                case 1:\n                    def f(): return 1\n        break\nelse:\n    x = 1\n",
        names: &["f"],
        call: "f()",
        left: "from contextlib import nullcontext\nfor _ in [1]:\n    while True:\n        with nullcontext():\n            match 1:\n                case 1:\n                    def f():\n                        raise NotImplementedError(\"f\")\n        break\nelse:\n    x = 1\n",
    },
    // Closures: others go on to bind what the masked function did.
    Case {
        source: "def outer():\n    n = 0\n    def f():\n        nonlocal n\n        n += 1\n    def g():\n        nonlocal n\n        return n\n    return f if g() == 0 else None\n",
        names: &["outer.f"],
        call: "outer()()",
        left: "def outer():\n    n = 0\n    def f():\n        raise NotImplementedError(\"outer.f\")\n    def g():\n        nonlocal n\n        return n\n    return f if g() == 0 else None\n",
    },
    Case {
        source: "class A:\n    def f(self): return super().__init__(), __class__\n    def g(self):\n        global n\n        n = 1\n",
        names: &["A.f", "A.g"],
        call: "A().f()",
        left: "class A:\n    def f(self):\n        raise NotImplementedError(\"A.f\")\n    def g(self):\n        raise NotImplementedError(\"A.g\")\n",
    },
    // A class of one function, at the end.
    Case {
        source: "class A:\n  def f(self): pass\n  # of f? of A\n    # deeper",
        names: &["A.f"],
        call: "A().f()",
        left: "class A:\n  def f(self):\n      raise NotImplementedError(\"A.f\")\n  # of f? of A\n    # deeper",
    },
    // Type parameters, of which the grammar knows no defaults.
    Case {
        source: "def f[T: (int, str), *Ts, **P](x: T) -> T:\n    return x\n",
        names: &["f"],
        call: "f(1)",
        left: "def f[T: (int, str), *Ts, **P](x: T) -> T:\n    raise NotImplementedError(\"f\")\n",
    },
    Case {
        source: "type X[T = int] = list[T]\ndef f[T = int](x: T = (lambda: ':')()) -> (T):  # : beside\n    '''Doc.'''\n    yield x\n",
        names: &["f"],
        call: "list(f(1))",
        left: "type X[T = int] = list[T]\ndef f[T = int](x: T = (lambda: ':')()) -> (T):\n    '''Doc.'''\n    raise NotImplementedError(\"f\")\n    yield\n",
    },
    Case {
        source: "def f():\n    type X[T = int] = T\n    return X\ndef g(): return 1\n",
        names: &["g"],
        call: "g()",
        left: "def f():\n    type X[T = int] = T\n    return X\ndef g():\n    raise NotImplementedError(\"g\")\n",
    },
    // Headers.
    Case {
        source: "def f(a=(n := ':'), # def g():\n      *, b={'#': lambda x: x[1:2]},\n  c: 'int # no' = 1) \\\n  -> (lambda: 0): # : gone\n    return a\n",
        names: &["f"],
        call: "f()",
        left: "def f(a=(n := ':'), # def g():\n      *, b={'#': lambda x: x[1:2]},\n  c: 'int # no' = 1) \\\n  -> (lambda: 0):\n    raise NotImplementedError(\"f\")\n",
    },
    // Names are what Python makes of them.
    Case {
        source: "def \u{fb01}(): return 1\n",
        names: &["\u{fb01}"],
        call: "fi()",
        left: "def \u{fb01}():\n    raise NotImplementedError(\"fi\")\n",
    },
    // Lone carriage returns.
    Case {
        source: "x = 1\r# a comment\rdef f():\r\t'''a\r\tb'''\r\treturn 1\r\r# kept\r",
        names: &["f"],
        call: "f()",
        left: "x = 1\r# a comment\rdef f():\r\t'''a\r\tb'''\r\traise NotImplementedError(\"f\")\r\r# kept\r",
    },
    // An encoding that is declared.
    Case {
        source: "#!/usr/bin/python\n# -*- coding: latin-1 -*-\ndef f(): return 1\n",
        names: &["f"],
        call: "f()",
        left: "#!/usr/bin/python\n# -*- coding: latin-1 -*-\ndef f():\n    raise NotImplementedError(\"f\")\n",
    },
    Case {
        source: "# coding: utf-8\ndef f(): return 'ß'\ny = 'ß'\n",
        names: &["f"],
        call: "f()",
        left: "# coding: utf-8\ndef f():\n    raise NotImplementedError(\"f\")\ny = 'ß'\n",
    },
    // Lines that a backslash carries over.
    Case {
        source: "class A:\n    \\\n  def f(self): return 1 ; \\\n    # of the body's line\n    x = 1\n",
        names: &["A.f"],
        call: "A().f()",
        left: "class A:\n    \\\n  def f(self):\n        raise NotImplementedError(\"A.f\")\n    x = 1\n",
    },
    // Docstrings in brackets, and what is none.
    Case {
        source: "def f():\n    ('a'  # b\n       'c')\n    return 1\n",
        names: &["f"],
        call: "f()",
        left: "def f():\n    ('a'  # b\n       'c')\n    raise NotImplementedError(\"f\")\n",
    },
    Case {
        source: "def f():\n    f'a'\n    return 1\ndef g():\n    b'a'\n",
        names: &["f", "g"],
        call: "f()",
        left: "def f():\n    raise NotImplementedError(\"f\")\ndef g():\n    raise NotImplementedError(\"g\")\n",
    },
];

#[test]
fn a_mask_leaves_exactly_what_is_outside_the_bodies_and_raises_its_name() {
    let mut jobs = Vec::new();
    for case in CASES {
        let original = Job::new(case.source, case.names, Kept::Original);
        let plain = case.left.replace("\r\n", "\n").replace('\r', "\n");
        assert_eq!(original.left, plain, "of {}", case.source);
        let others = [
            Kept::Nothing,
            Kept::Text("What it does."),
            Kept::Text("a\n b"),
        ];
        let others = others.map(|kept| Job::new(case.source, case.names, kept));
        for job in [original].into_iter().chain(others) {
            jobs.push(Job {
                call: Some(case.call),
                ..job
            });
        }
    }
    check(jobs);
}

#[test]
fn python_finds_in_each_case_what_the_grammar_finds() {
    let mut unknown = 0;
    for case in CASES {
        let python = parser().parse_as(Reader::Python, case.source).unwrap();
        match parser().parse_as(Reader::Grammar, case.source) {
            Ok(grammar) => assert_eq!(grammar.functions, python.functions, "{}", case.source),
            Err(_) => unknown += 1,
        }
    }
    assert!(
        (2..5).contains(&unknown),
        "{unknown} cases are unknown to the grammar"
    );
}

#[test]
fn what_neither_reads_is_refused_in_pythons_words() {
    let says = |source: &str| parser().parse(source).unwrap_err().to_string();
    let deep = format!("x = {}1{}", "(".repeat(300), ")".repeat(300));
    insta::assert_snapshot!(says("x = 1\ndef f(:\n    pass\n"), @"line 2: not valid Python: invalid syntax");
    insta::assert_snapshot!(says("def f():\nreturn 1\n"), @"line 2: not valid Python: expected an indented block after function definition on line 1");
    insta::assert_snapshot!(parser().parse_as(Reader::Python, &deep).unwrap_err(), @"line 1: not valid Python: too deeply nested (MemoryError)");
}
