//! Modules that nobody would write, made from seeds.

use super::*;

use arbitrary::Unstructured;
use wasmtime::{Extern, FuncType, OptLevel, ResourceLimiter, ValType};

const MODULES: u64 = 300;

/// A module that needs nothing, exports all it has, and uses what the pass allows.
fn smith(seed: u64) -> Option<Vec<u8>> {
    let mut bytes = vec![0; 6_000];
    blake3::Hasher::new()
        .update(&seed.to_le_bytes())
        .finalize_xof()
        .fill(&mut bytes);
    let config = wasm_smith::Config {
        allow_start_export: false,
        bulk_memory_enabled: true,
        custom_descriptors_enabled: false,
        exceptions_enabled: true,
        export_everything: true,
        gc_enabled: false,
        max_imports: 0,
        max_memories: 2,
        max_memory32_bytes: 1 << 20,
        max_table_elements: 1_000,
        memory64_enabled: false,
        min_funcs: 2,
        multi_value_enabled: true,
        reference_types_enabled: true,
        relaxed_simd_enabled: false,
        shared_everything_threads_enabled: false,
        simd_enabled: true,
        tail_call_enabled: true,
        threads_enabled: false,
        wide_arithmetic_enabled: false,
        ..wasm_smith::Config::default()
    };
    let module = wasm_smith::Module::new(config, &mut Unstructured::new(&bytes)).ok()?;
    Some(module.to_bytes())
}

/// Memories and tables stay small, so that hundreds of modules fit.
struct Small;

impl ResourceLimiter for Small {
    fn memory_growing(
        &mut self,
        _: usize,
        desired: usize,
        _: Option<usize>,
    ) -> wasmtime::Result<bool> {
        Ok(desired <= 4 << 20)
    }

    fn table_growing(
        &mut self,
        _: usize,
        desired: usize,
        _: Option<usize>,
    ) -> wasmtime::Result<bool> {
        Ok(desired <= 10_000)
    }
}

fn small_engine(fuel: bool) -> Engine {
    let mut config = Config::new();
    config
        .wasm_exceptions(true)
        .consume_fuel(fuel)
        // What bits a NaN has is the compiler's choice otherwise.
        .cranelift_nan_canonicalization(true)
        .cranelift_opt_level(OptLevel::None)
        .memory_reservation(8 << 20)
        .memory_guard_size(64 << 10);
    Engine::new(&config).unwrap()
}

/// Calls every exported function with zeros, one after the other; what each came to. `ready` is
/// called before each, `enough` after it: whether it had enough to get to its end.
fn run_all(
    engine: &Engine,
    wasm: &[u8],
    ready: impl Fn(&mut Store<Small>, &Instance),
    enough: impl Fn(&mut Store<Small>, &Instance) -> bool,
) -> Option<Vec<(String, Option<String>)>> {
    let module = Module::new(engine, wasm).unwrap();
    let mut store = Store::new(engine, Small);
    store.limiter(|small| small);
    // For what runs at the start; refused by the engine that doesn't count.
    _ = store.set_fuel(1_000_000);
    let instance = Instance::new(&mut store, &module, &[]).ok()?;
    let names: Vec<String> = module
        .exports()
        .map(|export| export.name().to_owned())
        .collect();
    let mut outcomes = Vec::new();
    for name in names {
        let Some(Extern::Func(function)) = instance.get_export(&mut store, &name) else {
            continue;
        };
        let ty: FuncType = function.ty(&store);
        let zeros: Option<Vec<Val>> = ty.params().map(|param| zero(&param)).collect();
        let Some(zeros) = zeros else { continue };
        let mut results = vec![Val::I32(0); ty.results().len()];
        ready(&mut store, &instance);
        let called = function.call(&mut store, &zeros, &mut results);
        if !enough(&mut store, &instance) {
            outcomes.push((name, None));
            break;
        }
        let outcome = match called {
            Ok(()) => results.iter().map(bits).collect(),
            Err(error) => format!("{:?}", error.downcast_ref::<Trap>()),
        };
        outcomes.push((name, Some(outcome)));
    }
    Some(outcomes)
}

fn zero(ty: &ValType) -> Option<Val> {
    Some(match ty {
        ValType::I32 => Val::I32(0),
        ValType::I64 => Val::I64(0),
        ValType::F32 => Val::F32(0),
        ValType::F64 => Val::F64(0),
        ValType::V128 => Val::V128(0u128.into()),
        ValType::Ref(_) => return None,
    })
}

fn bits(value: &Val) -> String {
    match value {
        Val::FuncRef(_) | Val::ExternRef(_) | Val::AnyRef(_) | Val::ExnRef(_) | Val::ContRef(_) => {
            "reference ".into()
        }
        value => format!("{value:?} "),
    }
}

fn with_fuel(fuel: i64) -> impl Fn(&mut Store<Small>, &Instance) {
    move |store, instance| {
        for (name, value) in [(FUEL, fuel), (STACK, 256 << 10)] {
            instance
                .get_global(&mut *store, name)
                .unwrap()
                .set(&mut *store, Val::I64(value))
                .unwrap();
        }
    }
}

fn left(store: &mut Store<Small>, instance: &Instance, name: &str) -> i64 {
    instance
        .get_global(&mut *store, name)
        .unwrap()
        .get(&mut *store)
        .unwrap_i64()
}

#[test]
fn any_module_does_the_same_metered_and_ends_within_its_fuel() {
    let (native, metering) = (small_engine(true), small_engine(false));
    let (mut compared, mut stopped) = (0, 0);
    for seed in 0..MODULES {
        let Some(wasm) = smith(seed) else { continue };
        let metered = rewrite(&wasm, &[], Charging::Cached).unwrap().wasm;
        wasmparser::Validator::new_with_features(crate::sandbox::meter::survey::FEATURES)
            .validate_all(&metered)
            .unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        let expected = run_all(
            &native,
            &wasm,
            |store, _| store.set_fuel(100_000).unwrap(),
            |store, _| store.get_fuel().unwrap() > 0,
        );
        let enough = |store: &mut Store<Small>, instance: &Instance| {
            left(store, instance, FUEL) >= 0 && left(store, instance, STACK) >= 0
        };
        let found = run_all(&metering, &metered, with_fuel(1 << 24), enough);
        let (Some(expected), Some(found)) = (expected, found) else {
            continue;
        };
        for ((name, expected), (_, found)) in expected.iter().zip(&found) {
            let (Some(expected), Some(found)) = (expected, found) else {
                break;
            };
            if expected.contains("StackOverflow") {
                break;
            }
            assert_eq!(expected, found, "seed {seed}: {name}");
            compared += 1;
        }
        // With little fuel, it ends all the same.
        let ended = run_all(&metering, &metered, with_fuel(200), enough);
        stopped += usize::from(
            ended.is_some_and(|ended| ended.iter().any(|(_, outcome)| outcome.is_none())),
        );
        let each = rewrite(&wasm, &[], Charging::Each).unwrap().wasm;
        let uncached = rewrite(&wasm, &[], Charging::Uncached).unwrap().wasm;
        assert_eq!(
            costs(&metering, &metered),
            costs(&metering, &uncached),
            "seed {seed}"
        );
        for (planned, done) in costs(&metering, &metered)
            .iter()
            .zip(costs(&metering, &each))
        {
            assert!(*planned >= done, "seed {seed}: {planned} for {done}");
        }
    }
    // The seeds are fixed, so this many is what they are good for.
    assert!(compared > 150, "{compared} results compared");
    assert!(stopped > 50, "{stopped} stopped");
}

/// What each function takes, up to the first that has not enough.
fn costs(engine: &Engine, wasm: &[u8]) -> Vec<i64> {
    const GIVEN: i64 = 1 << 20;
    let costs = std::cell::RefCell::new(Vec::new());
    run_all(engine, wasm, with_fuel(GIVEN), |store, instance| {
        let left = (left(store, instance, FUEL), left(store, instance, STACK));
        let enough = left.0 >= 0 && left.1 >= 0;
        if enough {
            costs.borrow_mut().push(GIVEN - left.0);
        }
        enough
    });
    costs.into_inner()
}
