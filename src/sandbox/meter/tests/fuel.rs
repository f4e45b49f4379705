//! Fuel: how much is taken, and when.

use super::*;

use crate::sandbox::meter::weight::{ENTRY, PER_BYTE, PER_PAGE, TURN, of};
use wasmparser::{MemArg, Operator};

const ARGUMENTS: [i32; 6] = [1, 2, 3, 7, 20, 41];

#[test]
fn a_straight_function_costs_its_entry_and_instructions() {
    let wat = r#"(module (memory 1) (func (export "run") (param i32) (result i32)
        (i32.div_u (i32.load (local.get 0)) (i32.add (local.get 0) (i32.const 1)))))"#;
    let memarg = MemArg {
        align: 2,
        max_align: 2,
        offset: 0,
        memory: 0,
    };
    let expected =
        ENTRY + of(&Operator::I32DivU) + of(&Operator::I32Load { memarg }) + of(&Operator::I32Add);
    assert_eq!(
        Running::new(wat, Charging::Cached).cost(4),
        (expected as i64, Ok(0))
    );
}

#[test]
fn a_loop_costs_its_body_at_each_turn_and_what_follows_it_once() {
    let wat = r#"(module (func (export "run") (param $n i32) (result i32)
        (loop $next (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
        (i32.div_s (i32.const 7) (i32.const 2))))"#;
    let turn = TURN + of(&Operator::I32Sub) + of(&Operator::BrIf { relative_depth: 0 });
    let once = ENTRY + of(&Operator::I32DivS);
    for turns in ARGUMENTS {
        let expected = once as i64 + i64::from(turns) * turn as i64;
        assert_eq!(
            Running::new(wat, Charging::Cached).cost(turns),
            (expected, Ok(3)),
            "{turns} turns"
        );
    }
}

#[test]
fn the_arms_of_a_switch_cost_what_they_do() {
    let arm = |divisions: usize| {
        let (open, close) = (
            "(i32.div_u (local.get 0) ".repeat(divisions),
            ")".repeat(divisions),
        );
        format!("(local.set 0 {open}(i32.const 1){close}) (br $out)")
    };
    let wat = format!(
        r#"(module (func (export "run") (param i32) (result i32)
        (block $out (block $d (block $c (block $b (block $a (br_table $a $b $c $d $out (local.get 0))) {}) {}) {}) {})
        (local.get 0)))"#,
        arm(1),
        arm(10),
        arm(100),
        arm(2)
    );
    let mut running = Running::new(&wat, Charging::Cached);
    let costs: Vec<i64> = (0..4).map(|argument| running.cost(argument).0).collect();
    let division = of(&Operator::I32DivU) as i64;
    assert_eq!(costs[1] - costs[0], 9 * division);
    assert_eq!(costs[2] - costs[0], 99 * division);
    assert_eq!(costs[3] - costs[0], division);
}

#[test]
fn an_interpreter_pays_for_its_dispatch_in_the_arms() {
    let (_, wat) = ZOO
        .iter()
        .find(|(name, _)| *name == "an interpreter's dispatch")
        .unwrap();
    let metered = rewrite(&wat::parse_str(wat).unwrap(), &[], Charging::Cached).unwrap();
    // One for the entry, one for each of the four arms and the way out.
    let taken = subtractions(&metered.wasm);
    assert_eq!(taken, 6);
    // Round and round without an arm that costs anything of its own, and yet not for free.
    let idle = r#"(module (func (export "run") (param i32) (result i32)
        (loop $next (block $a (block $b (block $c (br_table $a $b $c $a $b (local.get 0))) (br $next)) (br $next))
        (br $next)) (unreachable)))"#;
    for argument in 0..4 {
        let mut running = Running::new(idle, Charging::Cached);
        running.set(FUEL, 10_000);
        assert_eq!(running.run(argument), Err(Trap::UnreachableCodeReached));
        assert!(running.get(FUEL) < 0);
    }
}

/// How often a module subtracts 64-bit numbers, which none in the zoo does by itself.
fn subtractions(wasm: &[u8]) -> usize {
    let mut count = 0;
    for payload in wasmparser::Parser::new(0).parse_all(wasm) {
        if let wasmparser::Payload::CodeSectionEntry(body) = payload.unwrap() {
            let operators = body.get_operators_reader().unwrap().into_iter();
            count += operators
                .filter(|operator| matches!(operator, Ok(Operator::I64Sub)))
                .count();
        }
    }
    count
}

#[test]
fn fuel_runs_out_at_exactly_the_unit() {
    for (name, wat) in ZOO {
        let mut running = Running::new(wat, Charging::Cached);
        let (cost, result) = running.cost(5);
        running.set(FUEL, cost);
        assert_eq!(running.run(5), result, "{name}");
        assert_eq!(running.get(FUEL), 0, "{name}");
        for fuel in (0..cost).rev().take(500) {
            running.set(FUEL, fuel);
            let ended = running.run(5);
            assert!(running.get(FUEL) < 0, "{name}: {fuel} of {cost}");
            // It went on to its end only if nothing was checked after the last charge.
            assert!(
                ended == Err(Trap::UnreachableCodeReached) || ended == result,
                "{name}: {fuel} of {cost}"
            );
        }
    }
}

#[test]
fn the_counter_is_right_whatever_way_control_leaves() {
    for (name, wat) in ZOO {
        for argument in ARGUMENTS {
            let cached = Running::new(wat, Charging::Cached).cost(argument);
            let uncached = Running::new(wat, Charging::Uncached).cost(argument);
            assert_eq!(cached, uncached, "{name}: {argument}");
        }
    }
}

#[test]
fn never_less_is_charged_than_instruction_by_instruction() {
    for (name, wat) in ZOO {
        for argument in ARGUMENTS {
            let (planned, result) = Running::new(wat, Charging::Cached).cost(argument);
            let (done, expected) = Running::new(wat, Charging::Each).cost(argument);
            assert_eq!(result, expected, "{name}: {argument}");
            assert!(planned >= done, "{name}: {argument}: {planned} for {done}");
            assert!(
                planned <= 3 * done,
                "{name}: {argument}: {planned} for {done}"
            );
        }
    }
}

#[test]
fn bulk_work_is_paid_for_by_its_length_before_it_is_done() {
    let wat = r#"(module (memory (export "memory") 4) (func (export "run") (param i32) (result i32)
        (memory.fill (i32.const 0) (i32.const 7) (local.get 0)) (i32.const 0)))"#;
    let mut running = Running::new(wat, Charging::Cached);
    let (base, _) = running.cost(0);
    assert_eq!(running.cost(100_000).0, base + 100_000 * PER_BYTE);
    let mut running = Running::new(wat, Charging::Cached);
    running.set(FUEL, base + 100_000 * PER_BYTE - 1);
    assert_eq!(running.run(100_000), Err(Trap::UnreachableCodeReached));
    let memory = running.memory("memory");
    assert!(memory.data(&running.store).iter().all(|byte| *byte == 0));
}

#[test]
fn lengths_are_unsigned() {
    let wat = r#"(module (memory 1) (func (export "run") (param i32) (result i32)
        (memory.fill (i32.const 0) (i32.const 7) (local.get 0)) (i32.const 0)))"#;
    let (cost, ended) = Running::new(wat, Charging::Cached).cost(-1);
    assert_eq!(ended, Err(Trap::MemoryOutOfBounds));
    assert!(cost >= i64::from(u32::MAX) * PER_BYTE);
}

#[test]
fn memory_is_paid_for_by_the_page() {
    let wat = r#"(module (memory 1) (func (export "run") (param i32) (result i32) (memory.grow (local.get 0))))"#;
    let mut running = Running::new(wat, Charging::Cached);
    let (base, _) = running.cost(0);
    assert_eq!(running.cost(3), (base + 3 * PER_PAGE, Ok(1)));
}
