//! Masks of hard cases, of generated modules and of Python's own library.
//!
//! What counts as valid Python, and what a masked function does when it is called, is for the
//! `python3` on the search path to say.

use std::{
    fs,
    path::{Path, PathBuf},
};

use proptest::{prelude::*, strategy::ValueTree};

use super::*;

mod oracle;
use oracle::{Mask, assert_masked_as_python_sees_it, assert_valid_python, masked, python};

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
        call: "asyncio.run(f())",
        left: "import asyncio\nasync def f():\n    raise NotImplementedError(\"f\")\n",
    },
    Case {
        source: "def f():\n    yield 1\n",
        names: &["f"],
        call: "list(f())",
        left: "def f():\n    raise NotImplementedError(\"f\")\n",
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
        left: "def f(a):\n    raise NotImplementedError(\"f\")\n\nx = 1\n",
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
];

#[test]
fn a_mask_leaves_exactly_what_is_outside_the_bodies() {
    for case in CASES {
        let left = masked(case.source, case.names, Docstring::Full);
        assert_eq!(left, case.left, "of {}", case.source);
    }
}

#[test]
fn a_masked_function_raises_its_own_name() {
    const PROGRAM: &str = "
import json, sys
for source, call, names in json.load(sys.stdin):
    scope = {}
    exec(compile(source.encode(), 'masked', 'exec'), scope)
    try:
        exec(call, scope)
    except NotImplementedError as error:
        assert str(error) in names, (source, str(error))
    else:
        sys.exit('nothing was raised: ' + source)
";
    let (mut calls, mut masks) = (Vec::new(), Vec::new());
    for case in CASES {
        for docstring in [Docstring::Full, Docstring::None] {
            let mask = Mask::new(case.source, case.names, docstring);
            // An async generator can't be run as a coroutine; masked, it is one.
            calls.push(serde_json::json!([mask.left, case.call, case.names]));
            masks.push(mask);
        }
    }
    python(PROGRAM, &serde_json::to_vec(&calls).unwrap());
    assert_masked_as_python_sees_it(&masks);
}

#[test]
fn a_docstring_not_wanted_goes_with_the_body() {
    let left = masked("def f():\n    '''Doc.'''\n", &["f"], Docstring::None);
    assert_eq!(left, "def f():\n    raise NotImplementedError(\"f\")\n");
}

#[test]
fn a_name_that_is_not_defined_is_refused_with_the_nearest() {
    let source = "class A:\n    def method(self): pass\n";
    let error = mask(source, &["method"], Docstring::Full).unwrap_err();
    assert_eq!(
        error.to_string(),
        "no function `method` is defined here; did you mean `A.method`?"
    );
    assert!(matches!(
        mask(source, &["A"], Docstring::Full),
        Err(MaskError::NotFound { .. })
    ));
}

#[test]
fn restoring_some_leaves_the_others_masked_and_edits_elsewhere_alone() {
    let source = "def f():\n    return 1\n\n\ndef g():\n    return 2\n";
    let edited = format!(
        "import os\n{}x = 1\n",
        masked(source, &["f", "g"], Docstring::Full)
    );
    assert_eq!(
        restore(&edited, source, &["g"]).unwrap(),
        "import os\ndef f():\n    raise NotImplementedError(\"f\")\n\n\ndef g():\n    return 2\nx = 1\n"
    );
}

#[test]
fn restoring_needs_as_many_definitions_as_the_original_has() {
    let source = "def f(): return 1\n";
    let twice = "def f(): pass\ndef f(): pass\n";
    assert_eq!(
        restore(twice, source, &["f"]).unwrap_err().to_string(),
        "`f` is defined 2 times in the masked file and 1 in the original"
    );
}

#[test]
fn bodies_are_told_for_each_definition() {
    let source = "def f(): return 1\ndef f():\n    return 2  # two\n";
    assert_eq!(
        body_of(source, "f").unwrap(),
        [" return 1", "\n    return 2  # two"]
    );
    assert!(body_of(source, "g").is_err());
}

/// The files of Python's own library, the same ones every time.
fn library() -> Vec<PathBuf> {
    const COUNT: usize = 150;
    let folder = python("import os; print(os.path.dirname(os.__file__))", b"");
    let mut files = Vec::new();
    for part in [
        "", "json", "email", "asyncio", "logging", "unittest", "http",
    ] {
        let Ok(entries) = fs::read_dir(Path::new(folder.trim()).join(part)) else {
            continue;
        };
        files.extend(entries.map(|entry| entry.unwrap().path()));
    }
    files.retain(|file| file.extension().is_some_and(|extension| extension == "py"));
    files.sort();
    let step = files.len().div_ceil(COUNT).max(1);
    files.into_iter().step_by(step).collect()
}

#[test]
fn functions_of_pythons_own_library_are_masked_one_by_one_and_all_at_once() {
    /// Files beyond this size, in bytes, and functions beyond this number are left out of the
    /// one-by-one part, which is quadratic in the size of a file.
    const SIZE: usize = 20_000;
    const ONE_BY_ONE: usize = 3;

    let (mut whole, mut single) = (Vec::new(), Vec::new());
    for file in library() {
        let Ok(source) = fs::read_to_string(&file) else {
            continue;
        };
        let found = match functions(&source) {
            Ok(found) => found,
            Err(error) => panic!("{}: {error}", file.display()),
        };
        let mut names: Vec<&str> = found.iter().map(|found| found.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        whole.push(Mask::new(&source, &names, Docstring::Full));
        if source.len() <= SIZE {
            let step = names.len().div_ceil(ONE_BY_ONE).max(1);
            for name in names.iter().step_by(step) {
                single.push(masked(&source, &[name], Docstring::None));
            }
        }
    }
    assert!(single.len() > 100, "{} functions were masked", single.len());
    assert_valid_python(&single);
    assert_masked_as_python_sees_it(&whole);
}

/// A generated module: blocks of definitions nested at random, with the text between them that
/// maskers stumble over.
fn module() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec!["f", "g", "größe", "run"]);
    let body = prop::sample::select(vec![
        "return 1",
        "\"\"\"Doc.\n\n  text: # none\n\"\"\"\nreturn 2  # two",
        "# above\nx = [\n1,\n   2]\n\n# between\nyield x\n# below",
        "s = '''\nif x:\n'''\nfor i in s:\n    pass\n    # deep\n# shallow",
        "pass; y = 1;",
        "if y: return \\\n  1\nelse: return 2\n",
    ]);
    let leaf =
        (name.clone(), body).prop_map(|(name, body)| format!("def {name}(a, *b):\n{}", nest(body)));
    let tree = leaf.prop_recursive(4, 24, 4, move |inner| {
        let scope = prop::sample::select(vec![
            "class C(object):",
            "async def f():  # beside",
            "@property\ndef g(\n    a,\n):",
            "if x:",
            "with a as b:",
        ]);
        let text = prop::sample::select(vec!["", "\n", "# comment\n", "x = 1\n", "\n\x0c\n"]);
        (scope, prop::collection::vec((text, inner), 1..4)).prop_map(|(scope, parts)| {
            let parts: String = parts
                .into_iter()
                .map(|(text, part)| format!("{part}{text}"))
                .collect();
            format!("{scope}\n{}", nest(&parts))
        })
    });
    (
        prop::collection::vec(tree, 1..4),
        prop::sample::select(vec!["", "\u{feff}"]),
        prop::sample::select(vec!["\n", "\r\n"]),
        prop::bool::ANY,
    )
        .prop_map(|(parts, mark, newline, ended)| {
            let text = parts.concat().replace('\n', newline);
            let text = if ended { &text } else { text.trim_end() };
            format!("{mark}{text}")
        })
}

/// Indents the lines of a block; blank ones stay.
fn nest(block: &str) -> String {
    block
        .lines()
        .map(|line| match line {
            "" => "\n".to_owned(),
            line => format!("    {line}\n"),
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn masks_of_generated_modules_are_undone_by_restoring(source in module(), choice: u64) {
        let found = functions(&source).unwrap();
        let chosen: Vec<&str> = found
            .iter()
            .enumerate()
            .filter(|(index, _)| choice >> (index % 64) & 1 == 1)
            .map(|(_, definition)| definition.name.as_str())
            .collect();
        for docstring in [Docstring::Full, Docstring::None] {
            let left = masked(&source, &chosen, docstring);
            let again = mask(&left, &[], docstring).unwrap();
            prop_assert_eq!(again, left);
        }
    }

    #[test]
    fn no_text_makes_the_masker_panic(text in "[ \\t\\r\\n:()#'\"\\\\adef\u{feff}é]{0,60}") {
        if let Ok(found) = functions(&text) {
            let names: Vec<&str> = found.iter().map(|found| found.name.as_str()).collect();
            let _ = mask(&text, &names, Docstring::Full);
        }
    }
}

#[test]
fn masks_of_generated_modules_are_what_python_sees() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut masks = Vec::new();
    for _ in 0..150 {
        let source = module().new_tree(&mut runner).unwrap().current();
        let found = functions(&source).unwrap();
        let names: Vec<&str> = found.iter().map(|found| found.name.as_str()).collect();
        masks.push(Mask::new(&source, &names, Docstring::Full));
        for name in &names[..names.len().min(3)] {
            masks.push(Mask::new(&source, &[name], Docstring::Full));
            masks.push(Mask::new(&source, &[name], Docstring::None));
        }
    }
    assert_masked_as_python_sees_it(&masks);
}
