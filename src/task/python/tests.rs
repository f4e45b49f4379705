use super::*;

fn parse(source: &str) -> Module {
    Parser::default()
        .parse(source)
        .unwrap_or_else(|error| panic!("{error}\n{source}"))
}

#[test]
fn definitions_are_named_by_their_scopes_in_file_order() {
    let source = "\
def f(): pass
class A:
    @property
    def p(self): return 1
    @p.setter
    def p(self, v): pass
    class B:
        async def m(self):
            def inner(): pass
            return inner
    k = lambda self: 0
if True:
    def g(): pass
else:
    def g(): pass
";
    let module = parse(source);
    let found = &module.functions;
    let names: Vec<&str> = found.iter().map(|found| found.name.as_str()).collect();
    assert_eq!(names, ["f", "A.p", "A.p", "A.B.m", "A.B.m.inner", "g", "g"]);
    assert!(source[found[1].whole.clone()].starts_with("@property\n"));
    assert_eq!(&source[found[3].header.clone()], "async def m(self):");
    let others = [
        ("A".to_owned(), Other::Class),
        ("A.B".to_owned(), Other::Class),
        ("A.k".to_owned(), Other::Lambda),
    ];
    assert_eq!(module.others, others);
}

#[test]
fn names_are_compared_as_python_compares_them() {
    // A ligature, and a letter of mathematics.
    let module = parse("class \u{fb01}:\n    def \u{1d41f}\u{1d408}(self): pass\n");
    assert_eq!(module.functions[0].name, "fi.fI");
    assert_eq!(module.named("\u{fb01}.fI").count(), 1);
    assert_eq!(module.other("\u{fb01}"), Some(Other::Class));
}

#[test]
fn only_a_plain_string_in_first_place_is_a_docstring() {
    for (body, docstring) in [
        ("'d'; return 1", Some("'d'")),
        ("r'''d\n'''", Some("r'''d\n'''")),
        ("'a' \"b\"", Some("'a' \"b\"")),
        ("u'd'", Some("u'd'")),
        ("(('d'))", Some("(('d'))")),
        ("('a'  # c\n 'b')", Some("('a'  # c\n 'b')")),
        ("('a',)", None),
        ("'a',", None),
        ("'a'.b", None),
        ("f'd'", None),
        ("b'd'", None),
        ("'a' f'b'", None),
        ("x = 'd'", None),
        ("'a', 'b'", None),
        ("pass; 'd'", None),
    ] {
        let source = format!("def f(): {body}\n");
        let text = parse(&source).functions[0].docstring.clone();
        let text = text.map(|range| &source[range]);
        assert_eq!(text, docstring, "{body}");
    }
}

#[test]
fn a_function_is_a_generator_by_a_yield_of_its_own() {
    for (body, yields) in [
        ("yield", true),
        ("x = yield from a", true),
        ("return [*(yield)]", true),
        ("print(f'{(yield)}')", true),
        ("return [a for a in (yield)]", true),
        ("return lambda a=(yield): a", true),
        ("\n    class A((yield)): pass", true),
        ("\n    def g(a=(yield)): pass", true),
        ("\n    @(yield)\n    def g(): pass", true),
        ("return 'yield'", false),
        ("return lambda: (yield)", false),
        ("\n    def g(): yield", false),
        ("\n    class A:\n        def g(self): yield", false),
        ("yielded = 1  # yield", false),
    ] {
        for (start, is_async) in [("def", false), ("async def", true)] {
            let module = parse(&format!("{start} f(): {body}\n"));
            assert_eq!(
                module.functions[0].kind,
                Kind::new(is_async, yields),
                "{body}"
            );
        }
    }
}

#[test]
fn what_is_not_python_is_refused_with_its_line() {
    for (source, message) in [
        (
            "x = 1\ndef f(:\n    pass\n",
            "line 2: not valid Python: `)` is missing",
        ),
        ("x = 1\ry = = 2\n", "line 2: not valid Python: at `=`"),
        ("def f():\n    return (1\n", "line 2: not valid Python"),
        ("\ndef f():\n", "line 2: not valid Python: `f` has no body"),
        ("x = 1\r\ny = '\0'", "line 2: there is a NUL character"),
    ] {
        let error = Parser::default().parse(source).unwrap_err().to_string();
        assert!(error.starts_with(message), "{source:?}: {error}");
    }
    let error = Parser::default().parse("y = = 2\n").unwrap_err();
    assert_eq!(
        error.to_string(),
        "line 1: not valid Python: at `=` (so tree-sitter's grammar says; Python's own parser \
         wasn't asked: there is no sandbox here to ask it in)"
    );
}

#[test]
fn a_sandbox_that_cannot_be_prepared_is_told() {
    let parser = Parser::with_sandbox(|| Err("no wheel".to_owned()));
    let error = parser.parse("y = = 2\n").unwrap_err().to_string();
    assert!(error.ends_with("wasn't asked: no wheel)"), "{error}");
}
