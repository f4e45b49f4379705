//! The stack: how deep calls nest, and that what they take is given back.

use super::*;

use crate::sandbox::meter::depth::STACK_BYTES;

/// Calls itself `n` deep, for the sum of the numbers up to it.
const RECURSIVE: &str = r#"(module (func $run (export "run") (param i32) (result i32)
    (if (i32.eqz (local.get 0)) (then (return (i32.const 0))))
    (i32.add (local.get 0) (call $run (i32.sub (local.get 0) (i32.const 1))))))"#;

#[test]
fn calls_nest_as_deep_as_the_budget_and_no_deeper() {
    let mut running = Running::new(RECURSIVE, Charging::Cached);
    running.set(STACK, STACK_BYTES);
    let mut low = Running::new(RECURSIVE, Charging::Cached);
    low.set(STACK, 0);
    assert_eq!(low.run(0), Err(Trap::UnreachableCodeReached));
    let frame = -low.get(STACK);
    assert!(frame > 0);
    running.set(STACK, 1000 * frame);
    assert_eq!(running.run(999), Ok(999 * 1000 / 2));
    assert_eq!(running.get(STACK), 1000 * frame);
    assert_eq!(running.run(1000), Err(Trap::UnreachableCodeReached));
    assert_eq!(running.get(STACK), -frame);
    assert!(running.get(FUEL) > 0);
}

#[test]
fn every_way_out_gives_the_frame_back() {
    for (name, wat) in ZOO {
        for argument in [1, 2, 3, 7, 20] {
            let mut running = Running::new(wat, Charging::Cached);
            if running.run(argument).is_ok() {
                assert_eq!(running.get(STACK), STACK_BYTES, "{name}: {argument}");
            }
        }
    }
}

#[test]
fn tail_calls_take_no_more_than_one() {
    let wat = r#"(module (func $run (export "run") (param i32) (result i32)
        (if (i32.eqz (local.get 0)) (then (return (i32.const 5))))
        (return_call $run (i32.sub (local.get 0) (i32.const 1)))))"#;
    let mut running = Running::new(wat, Charging::Cached);
    assert_eq!(running.run(1_000_000), Ok(5));
    assert_eq!(running.get(STACK), STACK_BYTES);
}

#[test]
fn a_handler_gives_back_the_frames_that_were_thrown_through() {
    let wat = r#"(module (tag $e)
        (func $down (param i32)
            (if (i32.eqz (local.get 0)) (then (throw $e)))
            (call $down (i32.sub (local.get 0) (i32.const 1))))
        (func $catch (export "run") (param i32) (result i32)
            (block $caught (try_table (catch $e $caught) (call $down (local.get 0))) (return (i32.const 0)))
            (if (result i32) (i32.gt_s (local.get 0) (i32.const 90))
                (then (call $catch (i32.sub (local.get 0) (i32.const 1))))
                (else (i32.const 1)))))"#;
    let mut running = Running::new(wat, Charging::Cached);
    let enough = 200 * 200;
    running.set(STACK, enough);
    assert_eq!(running.run(100), Ok(1));
    assert_eq!(running.get(STACK), enough);
}

#[test]
fn several_results_come_through() {
    let wat = r#"(module (func $two (param i32) (result i32 i32)
            (if (i32.eqz (local.get 0)) (then (return (i32.const 1) (i32.const 2))))
            (call $two (i32.sub (local.get 0) (i32.const 1))))
        (func (export "run") (param i32) (result i32) (i32.sub (call $two (local.get 0)))))"#;
    assert_eq!(Running::new(wat, Charging::Cached).run(10), Ok(-1));
}

#[test]
fn functions_that_can_only_nest_a_little_are_left_out() {
    let wat = r#"(module (func $leaf (param i32) (result i32) (local.get 0))
        (func $calls (param i32) (result i32) (call $leaf (local.get 0)))
        (func (export "run") (param i32) (result i32) (call $calls (local.get 0))))"#;
    let stats = |wat: &str| {
        rewrite(&wat::parse_str(wat).unwrap(), &[], Charging::Cached)
            .unwrap()
            .stats
    };
    assert_eq!(stats(wat).counted, 0);
    assert_eq!(stats(RECURSIVE).counted, 1);
    // Ever more calls in a row add up to more than may go uncounted, again and again.
    let chain: String = (0..2000)
        .map(|index| {
            format!(
                "(func (param i32) (result i32) (call {} (local.get 0)))",
                index + 1
            )
        })
        .collect();
    let chain = format!("(module {chain} (func (param i32) (result i32) (local.get 0)))");
    assert!((150..250).contains(&stats(&chain).counted));
}

#[test]
fn the_host_stops_calls_and_loops_that_call() {
    let looping = r#"(module (table 1 funcref) (elem (i32.const 0) func $nothing) (type $f (func))
        (func $nothing)
        (func (export "run") (param i32) (result i32)
            (loop $next (call_indirect (type $f) (i32.const 0)) (br $next)) (unreachable)))"#;
    for wat in [RECURSIVE, looping] {
        let mut running = Running::new(wat, Charging::Cached);
        running.stop();
        assert_eq!(running.run(5), Err(Trap::UnreachableCodeReached));
        assert!(running.get(FUEL) >= 0 && running.get(STACK) >= 0);
    }
}
