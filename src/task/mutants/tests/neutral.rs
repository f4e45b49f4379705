//! What neutral stubs are, and what they do when they are run.

use super::python;
use crate::task::mutants::{StubKind, stubs};

fn stub(source: &str, name: &str, kind: &str) -> String {
    let all = stubs(source, name).unwrap();
    let found = all.into_iter().find(|stub| stub.kind.to_string() == kind);
    found.map_or_else(|| panic!("{name} has no {kind}"), |stub| stub.source)
}

fn kinds(source: &str, name: &str) -> Vec<String> {
    let all = stubs(source, name).unwrap();
    all.iter().map(|stub| stub.kind.to_string()).collect()
}

#[test]
fn a_function_has_the_stubs_that_it_can_have() {
    for (source, expected) in [
        ("def f(): pass\n", &["none"][..]),
        ("def f(x): x.append(1)\n", &["none"]),
        ("def f(): return 1\n", &["none", "zeros", "ones"]),
        (
            "def f(*rest): yield\n",
            &["none", "identity", "zeros", "ones"],
        ),
        (
            "def f(x): return 1\ndef g(y): return 2\ndef h(x, y): pass\ndef i(*x): pass\nclass A:\n    def j(self): pass\n",
            &["none", "identity", "zeros", "ones", "sibling g"],
        ),
        (
            "def f(x): pass\ndef a(x): pass\ndef b(x): pass\nasync def c(x): pass\ndef d(x): yield\ndef e(x): pass\ndef g(x): pass\n",
            &["none", "sibling a", "sibling b", "sibling e"],
        ),
    ] {
        assert_eq!(kinds(source, "f"), expected, "{source}");
    }
    let method = "class A:\n    def f(self): return 1\n    def g(self): pass\n";
    assert_eq!(
        kinds(method, "A.f"),
        ["none", "zeros", "ones", "sibling A.g"]
    );
}

#[test]
fn a_stub_keeps_header_docstring_and_line_endings() {
    let source = "@d\r\ndef f(x: int = 1, /) -> int:  # beside\r\n    '''Doc.\r\n    More.'''\r\n    return x\r\n\r\n# below\r\n";
    assert_eq!(
        stub(source, "f", "none"),
        "@d\r\ndef f(x: int = 1, /) -> int:\r\n    '''Doc.\r\n    More.'''\r\n    return None\r\n\r\n# below\r\n"
    );
    let generator = "class A:\n\tdef f(self, x): yield 1\n";
    assert_eq!(
        stub(generator, "A.f", "none"),
        "class A:\n\tdef f(self, x):\n\t    return\n\t    yield\n"
    );
    assert_eq!(
        stub(generator, "A.f", "identity"),
        "class A:\n\tdef f(self, x):\n\t    yield x\n"
    );
}

#[test]
fn a_lent_body_is_moved_with_its_strings_as_they_are() {
    let source = "\
class A:
    def f(self, x):
        return x
class B:
    class C:
            def g(self, y: int = 1):
                s = '''
  text
'''
                # why

                return s + \\
y
";
    assert_eq!(
        stub(source, "A.f", "sibling B.C.g"),
        source.replacen(
            "        return x\n",
            "        \
def _autoexp_sibling(self, y):
            s = '''
  text
'''
            # why

            return s + \\
        y
        return _autoexp_sibling(self, x)
",
            1
        )
    );
}

#[test]
fn every_kind_says_what_it_does() {
    let sibling = StubKind::Sibling("A.g".into());
    assert_eq!(sibling.explanation(), "does what `A.g` does");
    assert_eq!(
        StubKind::Zeros.explanation(),
        "returns zeros of the right shape"
    );
}

/// Each function with what its stub of ones gives.
const STRUCTURES: &str = r#"
import collections, dataclasses, enum

@dataclasses.dataclass(frozen=True)
class Point:
    x: float
    name: str = "p"

Pair = collections.namedtuple("Pair", "a b")
class Colour(enum.IntEnum):
    RED = 5
class Base:
    def value(self, x): return [x, 7]
class Derived(Base):
    def value(self, x):
        return super().value(x)
    def other(self, y):
        return "other", y

def numbers(a, /, b=2, *rest, c, **more):
    return [a, b, list(rest), c, more, True, 2.5, 3j, None, "text"]
def nested(x):
    return {"p": Point(x), "t": Pair(1.5, (x, Colour.RED)), "s": {3}}
def generator(x):
    """Doc."""
    for i in range(x):
        yield i, "i"
async def later(x):
    return x
async def stream(x):
    yield x
    yield [x]
def text(): return """
  lines
"""
"#;

const CALLS: &[(&str, &str, &str, &str)] = &[
    (
        "numbers",
        "ones",
        "numbers(5, 6, 7, 8, c=9, d=10)",
        "[1, 1, [1, 1], 1, {'d': 1}, True, 1.0, (1+0j), None, 'text']",
    ),
    (
        "nested",
        "ones",
        "nested(4)",
        "{'p': Point(x=1, name='p'), 't': Pair(a=1.0, b=(1, <Colour.RED: 5>)), 's': {1}}",
    ),
    ("nested", "identity", "nested(4)", "4"),
    ("nested", "none", "nested(4)", "None"),
    (
        "generator",
        "zeros",
        "list(generator(2))",
        "[(0, 'i'), (0, 'i')]",
    ),
    ("generator", "none", "list(generator(2))", "[]"),
    ("generator", "identity", "list(generator(2))", "[2]"),
    ("generator", "zeros", "generator.__doc__", "'Doc.'"),
    ("later", "zeros", "asyncio.run(later(3))", "0"),
    (
        "stream",
        "ones",
        "asyncio.run(collect(stream(3)))",
        "[1, [1]]",
    ),
    ("stream", "none", "asyncio.run(collect(stream(3)))", "[]"),
    ("text", "zeros", "text()", "'\\n  lines\\n'"),
    ("Derived.value", "zeros", "Derived().value(3)", "[0, 0]"),
    (
        "Derived.value",
        "sibling Derived.other",
        "Derived().value(3)",
        "('other', 3)",
    ),
];

#[test]
fn stubs_give_what_they_are_named_for() {
    const PROGRAM: &str = "
import asyncio, json, sys
async def collect(items):
    return [item async for item in items]
for source, call, expected in json.load(sys.stdin):
    scope = {'asyncio': asyncio, 'collect': collect, '__name__': 'm'}
    sys.modules['m'] = sys
    exec(compile(source, 'stub', 'exec'), scope)
    found = repr(eval(call, scope))
    if found != expected:
        sys.exit(f'{call} is {found}, not {expected}, in {source}')
";
    let calls: Vec<_> = CALLS
        .iter()
        .map(|(name, kind, call, expected)| (stub(STRUCTURES, name, kind), call, expected))
        .collect();
    python::run(PROGRAM, &serde_json::to_vec(&calls).unwrap());
}
