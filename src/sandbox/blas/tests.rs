//! The kernel against one written down plainly, against the runtime's own, and against whatever a
//! hostile guest may ask of it.

use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use wasm_encoder as encode;
use wasmparser::{KnownCustom, Name, Parser, Payload, TypeRef};
use wasmtime::{Engine, Instance, Memory, Module, Store, TypedFunc};

use super::Blas;
use super::fused::{self, Packed};
use super::kernel::{Element, PANEL, Update};
use crate::progress::Silent;
use crate::sandbox::runtime::{self, Cache, FetchOptions};

/// What tests need of the two element types.
trait Number: Packed + PartialEq + std::fmt::Debug {
    const EPSILON: f64;
    fn from_f64(value: f64) -> Self;
    fn to_f64(self) -> f64;
    fn bytes(self) -> Vec<u8>;
}

macro_rules! number {
    ($ty:ty) => {
        impl Number for $ty {
            const EPSILON: f64 = <$ty>::EPSILON as f64;
            fn from_f64(value: f64) -> Self {
                value as $ty
            }
            fn to_f64(self) -> f64 {
                self.into()
            }
            fn bytes(self) -> Vec<u8> {
                self.to_le_bytes().to_vec()
            }
        }
    };
}

number!(f64);
number!(f32);

fn bytes<T: Number>(values: &[f64]) -> Vec<u8> {
    let bytes = values.iter().map(|value| T::from_f64(*value).bytes());
    bytes.flatten().collect()
}

fn numbers<T: Number>(bytes: &[u8]) -> Vec<T> {
    bytes.chunks_exact(T::BYTES).map(T::read).collect()
}

/// Where the element `at` of a row of A or a column of B lies in the packed block.
fn packed(index: usize, of: usize, step: usize, k: usize) -> usize {
    let panel = index / PANEL;
    let width = PANEL.min(of - panel * PANEL);
    panel * PANEL * k + step * width + index % PANEL
}

/// The definition of what is computed.
fn plainly<T: Number>(update: &Update, alpha: T, a: &[T], b: &[T], c: &mut [T]) {
    let Update { m, n, k, ldc } = *update;
    for column in 0..n {
        for row in 0..m {
            let sum = (0..k).fold(T::ZERO, |sum, step| {
                a[packed(row, m, step, k)].fma(b[packed(column, n, step, k)], sum)
            });
            let place = &mut c[column * ldc + row];
            *place = alpha.fma(sum, *place);
            if place.is_nan() {
                *place = T::NAN;
            }
        }
    }
}

type Kernel<T> = fn(&Update, T, &[u8], &[u8], &mut [u8]);

/// An update and its operands.
#[derive(Clone, Debug)]
struct Case {
    update: Update,
    alpha: f64,
    a: Vec<f64>,
    b: Vec<f64>,
    c: Vec<f64>,
}

fn case(values: impl Strategy<Value = f64> + Clone + 'static) -> impl Strategy<Value = Case> {
    let sizes = (1..40usize, 1..20usize, 0..30usize, 0..4usize);
    let alpha = prop_oneof![Just(1.0), Just(-1.0), Just(0.0), Just(0.3)];
    (sizes, alpha).prop_flat_map(move |((m, n, k, more), alpha)| {
        let block = |len: usize| prop::collection::vec(values.clone(), len);
        let ldc = m + more;
        (block(m * k), block(n * k), block(ldc * n)).prop_map(move |(a, b, c)| Case {
            update: Update { m, n, k, ldc },
            alpha,
            a,
            b,
            c,
        })
    })
}

fn any_value() -> impl Strategy<Value = f64> + Clone + 'static {
    let odd = select(
        &[
            0.0,
            -0.0,
            f64::NAN,
            f64::INFINITY,
            -f64::INFINITY,
            5e-324,
            1e300,
        ][..],
    );
    prop_oneof![9 => -1e3..1e3f64, 1 => odd]
}

/// A kernel's result, and that of the definition, as bytes.
fn both<T: Number>(case: &Case, kernel: Kernel<T>) -> [Vec<u8>; 2] {
    let Case { update, .. } = case;
    let alpha = T::from_f64(case.alpha);
    let [a, b, c] = [&case.a, &case.b, &case.c].map(|block| bytes::<T>(block));
    let mut plain = numbers::<T>(&c);
    plainly(update, alpha, &numbers(&a), &numbers(&b), &mut plain);
    let mut quick = c;
    kernel(update, alpha, &a, &b, &mut quick);
    [quick, plain.into_iter().flat_map(T::bytes).collect()]
}

/// Whether this machine has the kernel; elsewhere there is nothing to test.
fn is_here() -> bool {
    let here = Blas::of_this_machine() == Blas::Host;
    if !here {
        eprintln!("skipped: this machine does not fuse multiplication and addition");
    }
    here
}

proptest! {
    #[test]
    fn the_result_has_the_bits_of_the_definition(case in case(any_value())) {
        if is_here() {
            let [quick, plain] = both::<f64>(&case, Element::update);
            prop_assert_eq!(quick, plain);
            let [quick, plain] = both::<f32>(&case, Element::update);
            prop_assert_eq!(quick, plain);
        }
    }

    /// What AArch64 is given, on whatever machine this is.
    #[test]
    fn the_kernel_without_instructions_of_its_own_has_those_bits_too(case in case(any_value())) {
        let [quick, plain] = both::<f64>(&case, fused::update);
        prop_assert_eq!(quick, plain);
        let [quick, plain] = both::<f32>(&case, fused::update);
        prop_assert_eq!(quick, plain);
    }

    /// Sizes and places of any kind, on a memory of 64 KiB: what isn't refused has stayed within
    /// the memory (else this crashes), and has changed nothing but C.
    #[test]
    fn nothing_but_the_result_is_written(
        sizes in [hostile(40), hostile(40), hostile(40), hostile(50)],
        places in [hostile_place(), hostile_place(), hostile_place()],
        seed: u8,
    ) {
        let before: Vec<u8> = (0..1u32 << 16).map(|at| ((at * 31) >> 3) as u8 ^ seed).collect();
        let mut memory = before.clone();
        let [m, n, k, ldc] = sizes;
        let Some(update) = Update::new(m, n, k, ldc) else { return Ok(()) };
        if m == 0 || n == 0 || !is_here() {
            return Ok(());
        }
        let done = update.apply::<f64>(&mut memory, places, 0.5);
        let in_result = |at: usize| done.is_some() && at.checked_sub(places[2]).is_some_and(|at| {
            at / 8 % update.ldc < update.m && at / 8 / update.ldc < update.n
        });
        for (at, (now, before)) in memory.iter().zip(&before).enumerate() {
            prop_assert!(now == before || in_result(at), "{at} changed");
        }
        if done.is_some() {
            prop_assert!(places[2] + ((update.n - 1) * update.ldc + update.m) * 8 <= 1 << 16);
        }
    }
}

fn hostile(usual: i32) -> impl Strategy<Value = i32> {
    prop_oneof![
        6 => 0..usual,
        1 => any::<i32>(),
        1 => select(&[i32::MIN, -1, 0, 1 << 16, 1 << 30, i32::MAX][..]),
    ]
}

fn hostile_place() -> impl Strategy<Value = usize> {
    prop_oneof![
        6 => 0..1usize << 16,
        1 => any::<u32>().prop_map(|place| place as usize),
        1 => select(&[0, (1 << 16) - 1, 1 << 16, u32::MAX as usize][..]),
    ]
}

#[test]
fn what_no_matrix_is_like_is_refused() {
    assert_eq!(Update::new(-1, 1, 1, 1), None);
    assert_eq!(Update::new(1, 1, -1, 1), None);
    // Columns that overlap.
    assert_eq!(Update::new(8, 2, 1, 7), None);
    // More than may be done while nothing can stop it.
    assert_eq!(Update::new(1 << 14, 1 << 14, 1 << 14, 1 << 14), None);
    assert_eq!(Update::new(i32::MAX, i32::MAX, i32::MAX, i32::MAX), None);
    let update = Update::new(2, 2, 2, 2).unwrap();
    let mut memory = vec![0; 200];
    // A result over an operand, and past the end.
    assert_eq!(update.apply(&mut memory, [0, 32, 24], 1.0f64), None);
    assert_eq!(update.apply(&mut memory, [0, 32, 169], 1.0f64), None);
    assert_eq!(update.apply(&mut memory, [0, 32, 64], 1.0f64), Some(()));
    // A product with itself.
    assert_eq!(update.apply(&mut memory, [0, 0, 64], 1.0f64), Some(()));
}

/// m, n, k, alpha, a, b, c, ldc.
type Arguments<T> = (i32, i32, i32, T, u32, u32, u32, i32);

/// The kernel of a name as the runtime has it, alone in an instance.
struct Own<T> {
    store: Store<()>,
    memory: Memory,
    kernel: TypedFunc<Arguments<T>, i32>,
}

impl<T: Number> Own<T> {
    fn new(name: &str) -> Own<T> {
        let cache = Cache::locate().and_then(Cache::open).unwrap();
        let installed = runtime::install(&cache, &FetchOptions::from_env(), &Silent).unwrap();
        let wasm = alone(&installed.read_wasm().unwrap(), name);
        let engine = Engine::default();
        let mut store = Store::new(&engine, ());
        let module = Module::new(&engine, wasm).unwrap();
        let instance = Instance::new(&mut store, &module, &[]).unwrap();
        Own {
            memory: instance.get_memory(&mut store, "memory").unwrap(),
            kernel: instance.get_typed_func(&mut store, "kernel").unwrap(),
            store,
        }
    }

    fn update(&mut self, case: &Case) -> Vec<T> {
        let Update { m, n, k, ldc } = case.update;
        let [a, b, c] = [&case.a, &case.b, &case.c].map(|block| bytes::<T>(block));
        let places = [0, 16 << 10, 32 << 10];
        for (place, block) in places.into_iter().zip([&a, &b, &c]) {
            assert!(block.len() <= 16 << 10);
            self.memory.write(&mut self.store, place, block).unwrap();
        }
        let [m, n, k, ldc] = [m, n, k, ldc].map(|size| i32::try_from(size).unwrap());
        let [at_a, at_b, at_c] = places.map(|place| u32::try_from(place).unwrap());
        let arguments = (m, n, k, T::from_f64(case.alpha), at_a, at_b, at_c, ldc);
        self.kernel.call(&mut self.store, arguments).unwrap();
        let mut result = vec![0; c.len()];
        self.memory
            .read(&self.store, places[2], &mut result)
            .unwrap();
        numbers(&result)
    }
}

/// A module with one function of another, which calls nothing, and a memory.
fn alone(wasm: &[u8], name: &str) -> Vec<u8> {
    let (mut imported, mut index, mut bodies) = (0, None, Vec::new());
    for payload in Parser::new(0).parse_all(wasm) {
        match payload.unwrap() {
            Payload::ImportSection(section) => {
                let imports = section.into_imports().map(Result::unwrap);
                imported = imports
                    .filter(|import| matches!(import.ty, TypeRef::Func(_)))
                    .count();
            }
            Payload::CodeSectionEntry(body) => bodies.push(body.as_bytes().to_vec()),
            Payload::CustomSection(section) => {
                let KnownCustom::Name(section) = section.as_known() else {
                    continue;
                };
                for subsection in section {
                    if let Name::Function(names) = subsection.unwrap() {
                        let mut names = names.into_iter().map(Result::unwrap);
                        index = names
                            .find(|naming| naming.name == name)
                            .map(|naming| naming.index);
                    }
                }
            }
            _ => {}
        }
    }
    let body = &bodies[index.unwrap() as usize - imported];
    let float = match name {
        "dgemm_kernel" => encode::ValType::F64,
        _ => encode::ValType::F32,
    };
    let int = encode::ValType::I32;
    let mut types = encode::TypeSection::new();
    types
        .ty()
        .function([int, int, int, float, int, int, int, int], [int]);
    let mut functions = encode::FunctionSection::new();
    functions.function(0);
    let mut memories = encode::MemorySection::new();
    memories.memory(encode::MemoryType {
        minimum: 1,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    let mut exports = encode::ExportSection::new();
    exports.export("memory", encode::ExportKind::Memory, 0);
    exports.export("kernel", encode::ExportKind::Func, 0);
    let mut code = encode::CodeSection::new();
    code.raw(body);
    let mut module = encode::Module::new();
    module
        .section(&types)
        .section(&functions)
        .section(&memories);
    module.section(&exports).section(&code);
    module.finish()
}

/// Whether the host's kernel gives what the runtime's gives, but for rounding: each sum is off by
/// at most so many roundings of the sum of its terms' sizes.
fn agrees<T: Number>(own: &mut Own<T>, case: &Case) -> Result<(), TestCaseError> {
    let theirs = own.update(case);
    let [ours, _] = both::<T>(case, T::update);
    let ours = numbers::<T>(&ours);
    let Update { m, n, k, ldc } = case.update;
    let rounded = |value: &f64| T::from_f64(*value).to_f64();
    for (at, (ours, theirs)) in ours.iter().zip(&theirs).enumerate() {
        let (row, column) = (at % ldc, at / ldc);
        let (ours, theirs) = (ours.to_f64(), theirs.to_f64());
        let size: f64 = (0..if row < m { k } else { 0 })
            .map(|step| {
                let a = rounded(&case.a[packed(row, m, step, k)]);
                let b = rounded(&case.b[packed(column, n, step, k)]);
                (case.alpha * a * b).abs()
            })
            .sum::<f64>()
            + rounded(&case.c[at]).abs();
        let bound = 2.0 * (k as f64 + 2.0) * T::EPSILON * size;
        let same =
            ours == theirs || ours.is_nan() && theirs.is_nan() || (ours - theirs).abs() <= bound;
        prop_assert!(
            same,
            "row {row}, column {column}: {ours} is not {theirs}, by {bound}"
        );
    }
    Ok(())
}

#[test]
fn it_agrees_with_the_runtimes_own() {
    if !is_here() {
        return;
    }
    // Without values at the ends of the range: a fused product doesn't overflow where its parts do.
    let odd = select(&[0.0, -0.0, f64::NAN, f64::INFINITY, -f64::INFINITY][..]);
    let values = prop_oneof![40 => -1e3..1e3f64, 1 => odd];
    let mut runner = proptest::test_runner::TestRunner::default();
    let mut own = Own::<f64>::new("dgemm_kernel");
    let mut own_single = Own::<f32>::new("sgemm_kernel");
    for _ in 0..500 {
        let case = case(values.clone())
            .new_tree(&mut runner)
            .unwrap()
            .current();
        agrees(&mut own, &case).unwrap();
        agrees(&mut own_single, &case).unwrap();
    }
}
