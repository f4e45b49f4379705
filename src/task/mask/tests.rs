//! What masking says and leaves, without running Python: `tests/it/masking` does that.

use super::*;
use proptest::prelude::*;

fn with<'a>(source: &str, names: &[&'a str], docstring: Kept<'a>) -> Result<String, MaskError> {
    let masks: Vec<Mask> = names.iter().map(|&name| Mask { name, docstring }).collect();
    mask(&Parser::default(), source, &masks)
}

fn masked(source: &str, names: &[&str]) -> String {
    with(source, names, Kept::Original).unwrap()
}

fn unmasked(masked: &str, original: &str, names: &[&str]) -> Result<String, MaskError> {
    unmask(&Parser::default(), masked, original, names)
}

#[test]
fn a_docstring_is_left_as_it_is_wished() {
    let source = "def f(a):\r\n\t'''Doc.\r\n\t'''\r\n\treturn a  # why\r\n";
    for (kept, docstring) in [
        (Kept::Nothing, ""),
        (Kept::Original, "\r\n\t'''Doc.\r\n\t'''"),
        (
            Kept::Text("One \\ line.\n"),
            "\r\n\t\"\"\"One \\\\ line.\"\"\"",
        ),
        (
            Kept::Text("Two\n\n  lines\n"),
            "\r\n\t\"\"\"Two\r\n\r\n\t  lines\r\n\t\"\"\"",
        ),
    ] {
        let left = with(source, &["f"], kept).unwrap();
        let expected = format!("def f(a):{docstring}\r\n\traise NotImplementedError(\"f\")\r\n");
        assert_eq!(left, expected);
        assert_eq!(unmasked(&left, source, &["f"]).unwrap(), source);
    }
}

#[test]
fn a_text_that_the_declared_encoding_cannot_hold_is_refused() {
    let source = "# coding: latin-1\ndef f(): return 1\n";
    let error = with(source, &["f"], Kept::Text("é"))
        .unwrap_err()
        .to_string();
    insta::assert_snapshot!(error, @"the mask of f leaves an invalid file: the file declares that it is in latin-1 and isn't plain ASCII; convert it to UTF-8, the declaration too");
}

#[test]
fn a_name_that_is_no_function_is_refused_with_what_it_is_or_the_nearest() {
    let source =
        "class A:\n    def method(self):\n        def inner(): pass\n    g = lambda self: 0\n";
    let says = |name| {
        with(source, &[name], Kept::Original)
            .unwrap_err()
            .to_string()
    };
    insta::assert_snapshot!(says("method"), @"no function `method` is defined here; did you mean `A.method`?");
    insta::assert_snapshot!(says("A.method.<locals>.inner"), @"no function `A.method.<locals>.inner` is defined here; did you mean `A.method.inner`?");
    insta::assert_snapshot!(says("A"), @"`A` is a class, which isn't masked as a whole: name its methods");
    insta::assert_snapshot!(says("A.g"), @"`A.g` is a lambda, which has no body to mask: write it as a `def`");
    insta::assert_snapshot!(says("x"), @"no function `x` is defined here");
}

#[test]
fn unmasking_some_leaves_the_others_masked_and_edits_elsewhere_alone() {
    let source = "def f():\n    return 1\n\n\ndef g():\n    return 2\n";
    let edited = format!("import os\n{}x = 1\n", masked(source, &["f", "g"]));
    assert_eq!(
        unmasked(&edited, source, &["g"]).unwrap(),
        "import os\ndef f():\n    raise NotImplementedError(\"f\")\n\n\ndef g():\n    return 2\nx = 1\n"
    );
}

#[test]
fn unmasking_needs_as_many_definitions_as_the_original_has() {
    let twice = "def f(): pass\ndef f(): pass\n";
    let error = unmasked(twice, "def f(): return 1\n", &["f"]).unwrap_err();
    insta::assert_snapshot!(error, @"`f` is defined 2 times in the masked file and 1 in the original");
}

#[test]
fn names_in_any_order_or_twice_mask_the_same() {
    let source = "def f():\n    def g(): yield 1\n    return g\ndef h(): return 2\n";
    let left = masked(source, &["h", "f.g"]);
    assert_eq!(left, masked(source, &["f.g", "h", "f.g"]));
    assert_eq!(unmasked(&left, source, &["f.g", "h", "h"]).unwrap(), source);
    let outer = masked(source, &["f.g", "f"]);
    assert_eq!(outer, masked(source, &["f"]));
    assert_eq!(unmasked(&outer, source, &["f.g", "f"]).unwrap(), source);
}

proptest! {
    #[test]
    fn no_text_makes_the_masker_panic(text in "[ \\t\\r\\n\\x0c:()#'\"\\\\adefyil@\u{feff}é]{0,60}") {
        if let Ok(found) = Parser::default().parse(&text) {
            let names: Vec<&str> = found.functions.iter().map(|found| &*found.name).collect();
            let _ = with(&text, &names, Kept::Original);
        }
    }
}
