//! Masks of generated modules. `PROPTEST_CASES=10000` makes ten thousand.

use std::collections::BTreeMap;

use autoexp::task::{Kept, Reader};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::generate::module;
use super::{Job, check, parser};

/// What is put in the place of docstrings.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-c\"'\\\\ \\t\\r\\nénN{}\u{fb01}\u{2028}\0\x07]{0,24}",
        "[\"\\\\\\n]{0,9}",
    ]
}

fn choices() -> impl Strategy<Value = Vec<u16>> {
    prop::collection::vec(any::<u16>(), 0..300)
}

fn config() -> ProptestConfig {
    let asked = ProptestConfig::default();
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => asked,
        None => ProptestConfig {
            cases: 150,
            ..asked
        },
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn masks_of_generated_modules_are_what_python_sees(
        choices in choices(),
        chosen: u64,
        text in text(),
        kept in 0..3usize,
    ) {
        let source = module(&choices);
        let python = parser().parse_as(Reader::Python, &source);
        let python = python.map_err(|error| TestCaseError::fail(format!("{error}\n{source}")))?;
        if let Ok(grammar) = parser().parse_as(Reader::Grammar, &source) {
            prop_assert_eq!(&grammar.functions, &python.functions, "{}", source);
            prop_assert_eq!(&grammar.others, &python.others, "{}", source);
        }
        let all: Vec<&str> = python.functions.iter().map(|found| &*found.name).collect();
        let some = all.iter().enumerate();
        let some = some.filter(|(index, _)| chosen >> (index % 64) & 1 == 1);
        let some: Vec<&str> = some.map(|(_, &name)| name).collect();
        let kept = [Kept::Nothing, Kept::Original, Kept::Text(&text)][kept];
        check(vec![Job::new(&source, &some, kept), Job::new(&source, &all, kept)]);
    }
}

#[test]
fn generated_modules_hold_every_kind_of_function_and_are_mostly_known_to_the_grammar() {
    let mut runner = TestRunner::deterministic();
    let mut kinds = BTreeMap::new();
    let (mut functions, mut documented, mut by_grammar) = (0, 0, 0);
    for _ in 0..150 {
        let choices = choices().new_tree(&mut runner).unwrap().current();
        let source = module(&choices);
        let parsed = parser().parse(&source);
        let module = parsed.unwrap_or_else(|error| panic!("{error}\n{source}"));
        by_grammar += usize::from(module.reader == Reader::Grammar);
        for found in &module.functions {
            *kinds.entry(format!("{:?}", found.kind)).or_insert(0) += 1;
            functions += 1;
            documented += usize::from(found.docstring.is_some());
        }
    }
    assert!(
        functions > 300 && documented > 50,
        "{functions} {documented}"
    );
    assert!(
        kinds.len() == 4 && kinds.values().all(|&count| count >= 10),
        "{kinds:?}"
    );
    assert!((100..150).contains(&by_grammar), "{by_grammar}");
}
