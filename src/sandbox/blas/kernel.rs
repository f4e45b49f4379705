//! `C += alpha * A * B`, with A and B packed as OpenBLAS's generic kernels have them.

use std::ops::Range;

use wasmtime::WasmTy;

/// The rows of A in a panel, and the columns of B: for each step along `k` a panel holds so many
/// elements side by side. The last panel holds only those that are left.
pub(super) const PANEL: usize = 2;

/// Multiplications in one call, at most: some fifty times what OpenBLAS's blocks of 128 by 12,288
/// by 240 come to. Bounds how long a call takes, during which nothing can stop the guest.
const MOST: u64 = 1 << 31;

/// Fuel for entering and leaving the host and for getting to the data.
const BASE: u64 = 100;

/// The elements that there are kernels for.
pub(super) trait Element: WasmTy + Copy {
    const BYTES: usize;
    const ZERO: Self;
    const NAN: Self;
    /// Multiplications in one unit of fuel, about what one core does in a nanosecond.
    const A_UNIT: u64;

    /// `self * factor + sum`, rounded once.
    fn fma(self, factor: Self, sum: Self) -> Self;
    fn is_nan(self) -> bool;

    /// Updates `c`, whose columns are `ldc` elements apart. All of `update` lies within the slices.
    fn update(update: &Update, alpha: Self, a: &[u8], b: &[u8], c: &mut [u8]);
}

macro_rules! element {
    ($element:ident, $a_unit:literal) => {
        impl Element for $element {
            const BYTES: usize = size_of::<$element>();
            const ZERO: Self = 0.0;
            const NAN: Self = $element::NAN;
            const A_UNIT: u64 = $a_unit;

            #[inline]
            fn fma(self, factor: Self, sum: Self) -> Self {
                self.mul_add(factor, sum)
            }

            #[inline]
            fn is_nan(self) -> bool {
                self.is_nan()
            }

            fn update(update: &Update, alpha: Self, a: &[u8], b: &[u8], c: &mut [u8]) {
                #[cfg(target_arch = "x86_64")]
                super::avx2::$element(update, alpha, a, b, c);
                #[cfg(not(target_arch = "x86_64"))]
                super::fused::update(update, alpha, a, b, c);
            }
        }
    };
}

element!(f64, 16);
element!(f32, 32);

/// An update of a matrix of `m` by `n` elements by products of `k` terms each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Update {
    pub m: usize,
    pub n: usize,
    pub k: usize,
    pub ldc: usize,
}

impl Update {
    /// None for what no matrix is like, or more than is done in one call.
    pub fn new(m: i32, n: i32, k: i32, ldc: i32) -> Option<Update> {
        let [m, n, k, ldc] = [m, n, k, ldc].map(|size| usize::try_from(size).ok());
        let update = Update {
            m: m?,
            n: n?,
            k: k?,
            ldc: ldc?,
        };
        let work = (update.m as u64).checked_mul(update.n as u64)?;
        let work = work.checked_mul(update.k.max(1) as u64)?;
        (update.ldc >= update.m && work <= MOST).then_some(update)
    }

    /// What it costs: the work in whole tiles, and each element of C.
    pub fn fuel<E: Element>(&self) -> u64 {
        let [m, n, k] = [self.m, self.n, self.k].map(|size| size as u64);
        let tiles = m.next_multiple_of(4) * n.next_multiple_of(2);
        BASE + tiles * k / E::A_UNIT + m * n / 4
    }

    /// Does it in a memory, with A, B and C at these places. None, and nothing is read or written,
    /// unless each lies within the memory, and C apart from the others. (A and B may be one, as in
    /// the product of a matrix with its own transpose.)
    pub fn apply<E: Element>(&self, memory: &mut [u8], places: [usize; 3], alpha: E) -> Option<()> {
        let elements = [
            self.m.checked_mul(self.k)?,
            self.n.checked_mul(self.k)?,
            self.ldc
                .checked_mul(self.n.checked_sub(1)?)?
                .checked_add(self.m)?,
        ];
        let range = |at: usize| {
            let length = elements[at].checked_mul(E::BYTES)?;
            Some(places[at]..places[at].checked_add(length)?)
        };
        let [a, b, c] = [range(0)?, range(1)?, range(2)?];
        let (before, rest) = memory.split_at_mut_checked(c.start)?;
        let (result, after) = rest.split_at_mut_checked(c.len())?;
        let operand = |place: Range<usize>| match place.start.checked_sub(c.end) {
            None => before.get(place),
            Some(start) => after.get(start..start + place.len()),
        };
        let (a, b, c) = (operand(a)?, operand(b)?, result);
        E::update(self, alpha, a, b, c);
        Some(())
    }
}
