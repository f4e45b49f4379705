//! The pass as a whole, on small modules that run.

mod depth;
mod fuel;
mod shape;
mod smith;

use wasmtime::{Config, Engine, Global, Instance, Memory, Module, Store, Trap, Val};

use super::module::rewrite;
use super::survey::Charging;
use super::{FUEL, STACK, STOP};

/// As much as any test needs.
const PLENTY: i64 = 1 << 40;

fn engine() -> Engine {
    let mut config = Config::new();
    config.wasm_exceptions(true);
    Engine::new(&config).unwrap()
}

/// A running instance of a metered module.
struct Running {
    store: Store<()>,
    instance: Instance,
}

impl Running {
    fn new(wat: &str, charging: Charging) -> Running {
        let metered = rewrite(&wat::parse_str(wat).unwrap(), &[], charging).unwrap();
        let engine = engine();
        let module = Module::new(&engine, &metered.wasm).unwrap();
        let mut store = Store::new(&engine, ());
        let instance = Instance::new(&mut store, &module, &[]).unwrap();
        let mut running = Running { store, instance };
        running.set(FUEL, PLENTY);
        running
    }

    fn global(&mut self, name: &str) -> Global {
        self.instance.get_global(&mut self.store, name).unwrap()
    }

    fn get(&mut self, name: &str) -> i64 {
        self.global(name).get(&mut self.store).unwrap_i64()
    }

    fn set(&mut self, name: &str, value: i64) {
        self.global(name)
            .set(&mut self.store, Val::I64(value))
            .unwrap();
    }

    fn memory(&mut self, name: &str) -> Memory {
        self.instance.get_memory(&mut self.store, name).unwrap()
    }

    fn stop(&mut self) {
        let memory = self.memory(STOP);
        memory
            .write(&mut self.store, 0, &(-1i64).to_le_bytes())
            .unwrap();
    }

    /// Calls the export `run` with a number, for a number.
    fn run(&mut self, argument: i32) -> Result<i32, Trap> {
        let run = self
            .instance
            .get_typed_func::<i32, i32>(&mut self.store, "run")
            .unwrap();
        run.call(&mut self.store, argument)
            .map_err(|error| error.downcast().unwrap())
    }

    /// What a run took, and what it came to.
    fn cost(&mut self, argument: i32) -> (i64, Result<i32, Trap>) {
        self.set(FUEL, PLENTY);
        let result = self.run(argument);
        (PLENTY - self.get(FUEL), result)
    }
}

/// Small functions with one of everything that control can do, each exported as `run`. What they
/// cost and come to is compared between ways of counting.
const ZOO: &[(&str, &str)] = &[
    (
        "nested loops and an early return",
        r#"(module (func (export "run") (param $n i32) (result i32) (local $i i32) (local $j i32) (local $s i32)
            (loop $outer
              (local.set $j (i32.const 0))
              (loop $inner
                (local.set $s (i32.add (local.get $s) (i32.mul (local.get $i) (local.get $j))))
                (if (i32.gt_s (local.get $s) (i32.const 5000)) (then (return (local.get $s))))
                (br_if $inner (i32.lt_s (local.tee $j (i32.add (local.get $j) (i32.const 1))) (local.get $n))))
              (br_if $outer (i32.lt_s (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
            (local.get $s)))"#,
    ),
    (
        "a loop that calls, around one that doesn't",
        r#"(module (func $twice (param i32) (result i32) (i32.shl (local.get 0) (i32.const 1)))
          (func (export "run") (param $n i32) (result i32) (local $i i32) (local $s i32)
            (loop $outer
              (local.set $s (call $twice (i32.add (local.get $s) (i32.const 1))))
              (local.set $i (i32.const 3))
              (loop $inner
                (local.set $s (i32.xor (local.get $s) (local.get $i)))
                (br_if $inner (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
              (br_if $outer (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
            (local.get $s)))"#,
    ),
    (
        "a switch in a loop",
        r#"(module (func (export "run") (param $n i32) (result i32) (local $s i32)
            (block $out (loop $next
              (block $d (block $c (block $b (block $a
                (br_table $a $b $c $d $out $a (i32.rem_u (local.get $n) (i32.const 7))))
                (local.set $s (i32.add (local.get $s) (i32.const 1))) (br $d))
                (local.set $s (i32.div_u (i32.mul (local.get $s) (i32.const 10)) (i32.const 3))) (br $d))
                (local.set $s (i32.sub (local.get $s) (i32.const 7))))
              (local.set $n (i32.sub (local.get $n) (i32.const 1)))
              (br_if $next (i32.gt_s (local.get $n) (i32.const 0)))))
            (local.get $s)))"#,
    ),
    (
        "an interpreter's dispatch",
        r#"(module (func (export "run") (param $n i32) (result i32) (local $s i32)
            (loop $next
              (block $halt (block $d (block $c (block $b (block $a
                (br_table $a $b $c $d $halt (i32.rem_u (local.get $n) (i32.const 4))))
                (local.set $s (i32.add (local.get $s) (i32.const 1)))
                (local.set $n (i32.sub (local.get $n) (i32.const 1)))
                (br_if $halt (i32.eqz (local.get $n))) (br $next))
                (local.set $n (i32.sub (local.get $n) (i32.const 1)))
                (br_if $halt (i32.eqz (local.get $n))) (br $next))
                (local.set $s (i32.div_u (i32.mul (local.get $s) (i32.const 10)) (i32.const 3)))
                (local.set $n (i32.sub (local.get $n) (i32.const 1)))
                (br $next))
                (local.set $s (i32.sub (local.get $s) (i32.const 7)))
                (local.set $n (i32.sub (local.get $n) (i32.const 1)))
                (br_if $next (local.get $n))))
            (local.get $s)))"#,
    ),
    (
        "a division that traps within a loop",
        r#"(module (func (export "run") (param $n i32) (result i32) (local $s i32)
            (loop $next
              (local.set $n (i32.sub (local.get $n) (i32.const 1)))
              (local.set $s (i32.add (local.get $s) (i32.div_s (i32.const 1000) (local.get $n))))
              (br $next)) (unreachable)))"#,
    ),
    (
        "an exception thrown and caught in a loop, and one that goes on",
        r#"(module (tag $e (param i32))
          (func (export "run") (param $n i32) (result i32) (local $s i32)
            (block $out (result i32)
              (loop $next
                (block $caught (result i32)
                  (try_table (catch $e $caught)
                    (if (i32.and (local.get $n) (i32.const 1)) (then (throw $e (local.get $n)))))
                  (i32.const 100))
                (local.set $s (i32.add (local.get $s)))
                (try_table (catch $e $out)
                  (if (i32.gt_s (local.get $s) (i32.const 1000)) (then (throw $e (local.get $s)))))
                (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
              (local.get $s))))"#,
    ),
    (
        "branches to the function's own label",
        r#"(module (func (export "run") (param $n i32) (result i32)
            (br_if 0 (i32.const 1) (i32.eqz (local.get $n))) (drop)
            (drop (block (result i32) (br_table 0 1 0 (i32.const 7) (local.get $n))))
            (i32.const 9)))"#,
    ),
    (
        "memory filled, copied and grown in a loop",
        r#"(module (memory 1) (func (export "run") (param $n i32) (result i32)
            (loop $next
              (memory.fill (i32.const 0) (local.get $n) (i32.mul (local.get $n) (i32.const 10)))
              (memory.copy (i32.const 1000) (i32.const 0) (local.get $n))
              (drop (memory.grow (i32.and (local.get $n) (i32.const 1))))
              (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
            (i32.load8_u (i32.const 1000))))"#,
    ),
    (
        "recursion by tail calls and by others",
        r#"(module (func $down (param $n i32) (param $s i32) (result i32)
            (if (i32.eqz (local.get $n)) (then (return (local.get $s))))
            (return_call $down (i32.sub (local.get $n) (i32.const 1)) (i32.add (local.get $s) (local.get $n))))
          (func $fib (param $n i32) (result i32)
            (if (result i32) (i32.lt_s (local.get $n) (i32.const 2)) (then (local.get $n))
              (else (i32.add (call $fib (i32.sub (local.get $n) (i32.const 1)))
                             (call $fib (i32.sub (local.get $n) (i32.const 2)))))))
          (func (export "run") (param $n i32) (result i32)
            (i32.add (call $down (local.get $n) (i32.const 0)) (call $fib (i32.rem_u (local.get $n) (i32.const 12))))))"#,
    ),
];
