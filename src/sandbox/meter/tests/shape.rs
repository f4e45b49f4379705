//! The module around the functions.

use super::*;

use crate::sandbox::meter::survey::FEATURES;
use crate::sandbox::meter::{
    DataError, HOST, MeterError, Segment, instrument, strip_data, uncounted,
};
use wasmparser::{Parser, Payload, Validator};
use wasmtime::{Func, Ref};

fn parse(wat: &str) -> Vec<u8> {
    wat::parse_str(wat).unwrap()
}

#[test]
fn modules_of_all_shapes_come_out_valid_and_always_the_same() {
    let full = r#"(module $named (type (func)) (import "a" "f" (func $f (param i32) (result i64 v128)))
        (import "a" "g" (global i32)) (import "a" "m" (memory 1)) (table 3 externref) (memory 2 5)
        (tag (param f32)) (global (mut i64) (i64.const 4)) (export "f" (func $f)) (func $s) (start $s)
        (elem declare func $s) (data (i32.const 0) "ab") (@custom "x" "y"))"#;
    let sparse = [
        "(module)",
        "(module (func))",
        "(module (memory 1))",
        "(module (global i32 (i32.const 0)))",
        full,
    ];
    for wat in sparse.iter().chain(ZOO.iter().map(|(_, wat)| wat)) {
        let metered = instrument(&parse(wat), &[]).unwrap().wasm;
        Validator::new_with_features(FEATURES)
            .validate_all(&metered)
            .unwrap();
        assert_eq!(metered, instrument(&parse(wat), &[]).unwrap().wasm);
        for payload in Parser::new(0).parse_all(&metered) {
            assert!(
                !matches!(payload.unwrap(), Payload::CustomSection(_)),
                "{wat}"
            );
        }
    }
}

#[test]
fn what_has_no_price_is_refused() {
    for wat in [
        "(module (memory i64 1))",
        "(module (memory 1 1 shared))",
        "(module (type (struct (field i32))))",
        "(module (func (result i32)))",
    ] {
        assert!(
            matches!(instrument(&parse(wat), &[]), Err(MeterError::Invalid(_))),
            "{wat}"
        );
    }
    assert!(matches!(
        instrument(b"\0asm", &[]),
        Err(MeterError::Invalid(_))
    ));
    let metered = instrument(&parse("(module)"), &[]).unwrap().wasm;
    assert!(matches!(instrument(&metered, &[]), Err(MeterError::NameTaken(name)) if name == FUEL));
}

#[test]
fn the_host_stands_in_for_what_is_handed_over() {
    let wat = r#"(module (import "a" "f" (func)) (table 2 funcref)
        (func $other (param i32 f64) (result i32) (i32.const 1))
        (func $doubled (param i32 f64) (result i32) (call $other (local.get 0) (local.get 1)))
        (func (export "run") (param i32) (result i32) (call $doubled (local.get 0) (f64.const 2.5))))"#;
    let wasm = parse(wat);
    for metered in [
        instrument(&wasm, &["doubled"]),
        uncounted(&wasm, &["doubled"]),
    ] {
        let engine = engine();
        let module = Module::new(&engine, metered.unwrap().wasm).unwrap();
        let mut store = Store::new(&engine, ());
        let imported = Func::wrap(&mut store, || ());
        let instance = Instance::new(&mut store, &module, &[imported.into()]).unwrap();
        let run = instance
            .get_typed_func::<i32, i32>(&mut store, "run")
            .unwrap();
        // Nobody stands there yet.
        let error = run.call(&mut store, 4).unwrap_err();
        assert_eq!(error.downcast_ref(), Some(&Trap::IndirectCallToNull));
        let table = instance.get_table(&mut store, HOST).unwrap();
        assert_eq!(table.size(&store), 1);
        let host = Func::wrap(&mut store, |a: i32, b: f64| a * 2 + b as i32);
        table.set(&mut store, 0, Ref::Func(Some(host))).unwrap();
        assert_eq!(run.call(&mut store, 4).unwrap(), 10);
    }
    // The host's own functions can't be handed over, nor what isn't there.
    for name in ["f", "missing"] {
        let refused = instrument(&wasm, &[name]);
        assert!(matches!(refused, Err(MeterError::Named { .. })), "{name}");
    }
    let twins = parse(r#"(module (func $a) (func (@name "a")))"#);
    let refused = instrument(&twins, &["a"]);
    assert!(matches!(refused, Err(MeterError::Named { found: 2, .. })));
}

#[test]
fn data_is_split_off_with_its_place() {
    let wat = r#"(module (memory (export "memory") 1) (data (i32.const 8) "abc") (data (i32.const -65536) "d")
        (func (export "run") (param i32) (result i32) (i32.load8_u (local.get 0))))"#;
    let (stripped, segments) = strip_data(&parse(wat)).unwrap();
    let segment = |offset, bytes: &[u8]| Segment {
        offset,
        bytes: bytes.to_vec(),
    };
    assert_eq!(segments, [segment(8, b"abc"), segment(0xffff_0000, b"d")]);
    Validator::new().validate_all(&stripped).unwrap();
    assert!(strip_data(&stripped).unwrap().1.is_empty());
}

#[test]
fn data_that_has_no_fixed_place_is_refused() {
    let refused = |wat: &str| strip_data(&parse(wat)).unwrap_err();
    assert!(matches!(
        refused(r#"(module (memory 1) (data "a"))"#),
        DataError::Passive
    ));
    let computed = r#"(module (import "a" "b" (global i32)) (memory 1) (data (global.get 0) "a"))"#;
    assert!(matches!(refused(computed), DataError::Computed));
    let other = r#"(module (memory 1) (memory 1) (data (memory 1) (i32.const 0) "a"))"#;
    assert!(matches!(refused(other), DataError::OtherMemory(1)));
    let used = r#"(module (memory 1) (data (i32.const 0) "a") (func (data.drop 0)))"#;
    assert!(matches!(
        refused(used),
        DataError::Used | DataError::Passive
    ));
    let sum = r#"(module (memory 1) (data (i32.add (i32.const 1) (i32.const 2)) "a"))"#;
    assert!(matches!(refused(sum), DataError::Computed));
}
