//! What each operator makes of what it is for, and what none of them touches.

use std::collections::BTreeSet;

use crate::task::mutants::{Mutant, MutantError, Operator, mutants};

/// The mutants of a function of these lines.
fn mutated(lines: &str) -> Vec<Mutant> {
    let body: String = lines.lines().map(|line| format!("    {line}\n")).collect();
    let header = "def f(x: int, y: int, z: str, *, key=1) -> int:";
    mutants(&format!("import numpy as np\n\n\n{header}\n{body}"), "f").unwrap()
}

fn written(mutant: &Mutant) -> String {
    format!("{}→{}", mutant.before, mutant.after)
}

/// Operators, lines that they are used on, and all that they make of them.
const CHANGES: &[(Operator, &str, &[&str])] = &[
    (
        Operator::Arithmetic,
        r"a = x + y * x
b = -(x ** y) / 2 ** a
x += a // y % x
x = x / (y) - x ** y * y
s = z + 'text' + z % y
l = [0] * x",
        &[
            "+→-",
            "*→/",
            "**→*",
            "/→*",
            "2 ** a→(2 * a)",
            "+=→-=",
            "//→/",
            "%→//",
            "/→*",
            "-→+",
            "x ** y→(x * y)",
            "*→/",
            "+→-",
            "%→//",
        ],
    ),
    (
        Operator::OperandOrder,
        r"a = x - y - x
b = x + y
c = x * y @ x
d = 2 ** x / y
e = (x - y).T // y",
        &[
            "x - y→y - x",
            "x - y - x→x - (x - y)",
            "x * y @ x→x @ (x * y)",
            "2 ** x / y→y / (2 ** x)",
            "(x - y).T // y→y // (x - y).T",
            "x - y→y - x",
        ],
    ),
    (
        Operator::SortOrder,
        r"a = np.sort(-x, axis=1)[::-1]
b = np.argsort(x)
c = sorted(x + y)
d = x.argsort()
x.sort()
e = y[::-1, 0]",
        &[
            "np.sort(-x, axis=1)→(-x)",
            "np.sort(-x, axis=1)[::-1]→np.sort(-x, axis=1)",
            "-x→x",
            "x→-x",
            "sorted(x + y)→x + y",
            "→, reverse=True",
            "x→(-x)",
        ],
    ),
    (
        Operator::UnaryMinus,
        r"a = -x ** -y
b = x[-1]
c = np.sum(y, axis=-1)",
        &["-x ** -y→x ** -y", "-y→y", "-1→1"],
    ),
    (
        Operator::Comparison,
        r"a = x < y <= x
b = x >= y or x > y
c = x == y or x != y
d = x in y and x not in y
e = x is None or y is not None",
        &[
            "<→<=",
            "<→>",
            "<=→<",
            "<=→>=",
            ">=→<=",
            ">=→>",
            ">→<",
            ">→>=",
            "==→!=",
            "!=→==",
            "in→not in",
            "not in→in",
            "is→is not",
            "is not→is",
        ],
    ),
    (
        Operator::Boolean,
        r"a = x and y and not z
b = (x > 0) & ~(y > 0)
x |= y
while True:
    c = g(x, flag=False)
    break",
        &[
            "x and y→(x or y)",
            "x and y and not z→(x and y) or (not z)",
            "not z→z",
            "&→|",
            "~(y > 0)→(y > 0)",
            "|=→&=",
            "True→False",
        ],
    ),
    (
        Operator::Constant,
        r"a = 0 + 1 + 2 + 9 + 0.0
b = 1.0 * x - 0.1 - 1e-9
c = x ** 3 / 1_000.0
d = x[0:0x10]
e: Literal[3] = y",
        &[
            "0→1",
            "1→0",
            "1→2",
            "2→1",
            "2→3",
            "9→10",
            "9→4",
            "9→8",
            "0.0→1.0",
            "1.0→-1.0",
            "1.0→0.5",
            "1.0→1.5",
            "1.0→2.0",
            "0.1→0.05",
            "0.1→0.15",
            "1e-9→0.0",
            "3→-3",
            "3→2",
            "3→4",
            "1_000.0→-1000.0",
            "1_000.0→1500.0",
            "1_000.0→500.0",
            "0→1",
        ],
    ),
    (
        Operator::Boundary,
        r"a = x[1:] + x[:-1] + x[:y + 1]
b = x[y:z, ::2]
for k in range(y):
    c = x[k] + x[z]
for k, v in enumerate(x):
    d = x[:, k + 1] - 1
e = np.arange(1, y + 1) + np.arange(x, y)",
        &[
            "1→",
            "→1",
            "-1→",
            "→1",
            "y + 1→",
            "y + 1→y",
            "y→",
            "y→y + 1",
            "z→",
            "z→z + 1",
            "z→z - 1",
            "→1, ",
            "y→y - 1",
            "k→k - 1",
            "x[:, k + 1] - 1→x[:, k + 1]",
            "k + 1→k",
            "y + 1→y",
            "x→x + 1",
            "y→y - 1",
        ],
    ),
    (
        Operator::Axis,
        r"a = x.sum(axis=1, keepdims=True) + np.sum(x, axis=0)
b = x.max(axis=-1) + x.mean(axis=(0, 2)) + x.min(dim=-2)",
        &[
            "axis=1, →",
            "1→0",
            ", axis=0→",
            "0→1",
            "axis=-1→",
            "-1→0",
            "axis=(0, 2)→",
            "(0, 2)→0",
            "(0, 2)→2",
            "dim=-2→",
            "-2→-1",
        ],
    ),
    (
        Operator::ArgumentOrder,
        r"a = g(x, y, x)
b = np.matmul(x, y) + np.maximum(x, y)
c = g(x, x) + g('x', y) + g(*x, y)
d = g(x, key=y)",
        &["x, y→y, x", "y, x→x, y", "x, y→y, x"],
    ),
    (
        Operator::DroppedStatement,
        r"a = x
a = y
a[0] = y
a += y
g(a)
b: int = 1
b, c = y, x
c, b = b, c
x = y; y = x
print(x)
logger.info(x)
if x < 0:
    raise ValueError(x)
assert x",
        &[
            "a = y→pass",
            "a[0] = y→pass",
            "a += y→pass",
            "g(a)→pass",
            "c, b = b, c→pass",
            "x = y→pass",
            "y = x→pass",
        ],
    ),
    (
        Operator::DroppedNormalisation,
        r"a = x / x.sum(axis=1)
b = a / y[:, None] / 2
c = x - np.mean(x) - y
d = (x + y) / (x - y)",
        &[
            "x / x.sum(axis=1)→x",
            "a / y[:, None]→a",
            "x - np.mean(x)→x",
            "(x + y) / (x - y)→(x + y)",
        ],
    ),
    (
        Operator::DroppedTransform,
        r"a = np.sqrt(x + y) * abs(x)
b = np.maximum(x, y * 2)
c = x.clip(0, 1) + x.T @ np.clip(x, 0, 1)
d = 1.0 - x
e = np.log(
    x +
    y
)
f = np.T + self.exp() + max(x, y) + max(x)",
        &[
            "np.sqrt(x + y)→(x + y)",
            "abs(x)→x",
            "np.maximum(x, y * 2)→x",
            "np.maximum(x, y * 2)→y * 2",
            "x.clip(0, 1)→x",
            "x.T→x",
            "np.clip(x, 0, 1)→x",
            "1.0 - x→x",
            "np.log(\n        x +\n        y\n    )→(x +\n        y)",
            "max(x, y)→x",
            "max(x, y)→y",
        ],
    ),
    (
        Operator::SwappedFunction,
        r"a = np.log2(x) + np.mean(x) + x.mean() + x.sum() + sum(x)
b = x.argmax() + np.max(x) + max(x) + np.zeros(3) + any(x)",
        &[
            "log2→log",
            "mean→median",
            "mean→sum",
            "mean→sum",
            "sum→mean",
            "argmax→argmin",
            "max→min",
            "max→min",
            "zeros→ones",
            "any→all",
        ],
    ),
    (
        Operator::Ddof,
        r"a = x.std() + np.var(x, axis=0) + x.std(ddof=1) + np.var(x, ddof=0) + var(x)",
        &["→ddof=1", "→, ddof=1", "1→0", "0→1"],
    ),
    (
        Operator::Keyword,
        r"a = g(x, key=y, flag=True)
b = g(size=3)
c = np.sum(x, axis=0, keepdims=True, dtype=int)
d = g(key=x, flag=False)",
        &[
            ", key=y→",
            ", flag=True→",
            "True→False",
            "size=3→",
            "key=x, →",
            ", flag=False→",
            "False→True",
        ],
    ),
    (
        Operator::SwappedBranch,
        r"a = x if y else z
b = np.where(x, y, 0)
if x:
    a = 1
    b = 2
else:
    a = 3
if y:
    a = 4
elif z:
    a = 5
else:
    a = 6
c = 1 if x else 2 if y else 3",
        &[
            "x if y else z→z if y else x",
            "y, 0→0, y",
            "a = 1\n        b = 2\n    else:\n        a = 3→a = 3\n    else:\n        a = 1\n        b = 2",
            "1 if x else 2 if y else 3→(2 if y else 3) if x else 1",
            "2 if y else 3→3 if y else 2",
        ],
    ),
    (
        Operator::ForcedCondition,
        r"a = x if y else z
if x:
    a = 1
elif y:
    a = 2
while y:
    y = x
b = [v for v in x if v > 0]
if z:
    raise ValueError",
        &[
            "y→False",
            "y→True",
            "x→False",
            "x→True",
            "y→False",
            "y→True",
            "y→False",
            "v > 0→False",
            "v > 0→True",
        ],
    ),
    (
        Operator::EarlyReturn,
        r"a = x + y
b = a
a = a * b
return a / b",
        &["→\n    return a", "a / b→x"],
    ),
    (
        Operator::SwappedName,
        r"a = x + y
b = g(a, z)
c = a + b
for i in c:
    b.m(i, k=b)
return f'{c}'",
        &["x→y", "y→x", "a→b", "b→a", "c→b", "b→a", "b→a"],
    ),
    (
        Operator::Loop,
        r"for i in range(x):
    break
for i in x, y:
    continue
for i, j in zip(x, y):
    pass",
        &[
            "range(x)→range(x)[::-1]",
            "break→continue",
            "x, y→list((x, y))[:-1]",
            "x, y→list((x, y))[::-1]",
            "continue→break",
            "zip(x, y)→list(zip(x, y))[:-1]",
            "zip(x, y)→list(zip(x, y))[::-1]",
        ],
    ),
];

#[test]
fn each_operator_makes_its_changes_and_no_others() {
    for (operator, lines, expected) in CHANGES {
        let mut found = mutated(lines);
        found.retain(|mutant| mutant.operator == *operator);
        let found: Vec<String> = found.iter().map(written).collect();
        assert_eq!(found, *expected, "{operator} of {lines}");
    }
    let covered: BTreeSet<Operator> = CHANGES.iter().map(|(operator, ..)| *operator).collect();
    assert_eq!(covered, Operator::ALL.iter().copied().collect());
}

#[test]
fn texts_types_checks_and_logs_are_left_alone() {
    for lines in [
        "'''Doc 1 + 2.'''",
        "a: Literal[1, 2] = x",
        "def g(p: Literal[1] = x) -> Literal[2]: pass",
        "raise ValueError(1 + 2, x < 0)",
        "assert x < 1, f'{x + 1}'",
        "if x < 0 or not y:\n    raise ValueError('-1')",
        "print(1 + x)\nlogger.info(f'{x + 1}', -x)\nself.log.warning(x / y)",
        "a = f'{-1 + 2:{3}}' 'a' '1'",
        "import a\nfrom a import b as c\nglobal x1\ndel d[0]",
        "@g(1)\nclass A(B, metaclass=1): pass",
    ] {
        let left: Vec<String> = mutated(lines).iter().map(written).collect();
        // A name that is returned or passed on may still be another.
        let left: Vec<&String> = left.iter().filter(|change| !is_of_names(change)).collect();
        assert!(left.is_empty(), "{lines}: {left:?}");
    }
}

fn is_of_names(change: &str) -> bool {
    change
        .chars()
        .all(|letter| letter.is_alphabetic() || letter == '→')
}

#[test]
fn nothing_changes_outside_the_function_of_the_name() {
    let source = "\
k = 1
def f(x=1): return 2
class A:
    @g(3)
    def f(self, x: int = 4): return 5
    def h(self): return 6
";
    let changes: Vec<(usize, String)> = mutants(source, "A.f")
        .unwrap()
        .iter()
        .map(|mutant| (mutant.line, written(mutant)))
        .collect();
    assert_eq!(
        changes,
        [(5, "5→2".into()), (5, "5→4".into()), (5, "5→6".into())]
    );
}

#[test]
fn all_definitions_of_a_name_are_mutated_in_turn() {
    let source = "if a:\n    def f(): return 0\nelse:\n    def f(): return 3 * 2\n";
    let lines: BTreeSet<usize> = mutants(source, "f")
        .unwrap()
        .iter()
        .map(|mutant| mutant.line)
        .collect();
    assert_eq!(lines, BTreeSet::from([2, 4]));
}

#[test]
fn a_generator_stays_one() {
    let source = "def f(x):\n    x = x + 1\n    yield x\n    return x\n";
    for mutant in mutants(source, "f").unwrap() {
        assert!(mutant.source.contains("yield"), "{}", mutant.source);
        assert_ne!(mutant.operator, Operator::EarlyReturn);
    }
}

#[test]
fn a_name_that_is_not_defined_is_refused_with_the_nearest() {
    let error = mutants("def score(): pass\n", "scores").unwrap_err();
    assert!(matches!(error, MutantError::NotFound { .. }));
    assert_eq!(
        error.to_string(),
        "no function `scores` is defined here; did you mean `score`?"
    );
}
