//! The kernel without instructions of its own, for machines that have fused ones anyway, as AArch64
//! does: the compiler makes its vectors.
//!
//! The chains are those of `avx2.rs`, and so are the bits.

use super::kernel::{Element, PANEL, Update};

/// Elements as the guest's memory has them.
pub(super) trait Packed: Element {
    /// From the first of these bytes.
    fn read(bytes: &[u8]) -> Self;
    /// To the first of these bytes.
    fn write(self, bytes: &mut [u8]);
}

macro_rules! packed {
    ($element:ident) => {
        impl Packed for $element {
            #[inline]
            fn read(bytes: &[u8]) -> Self {
                let first = bytes.first_chunk().expect("an element's bytes");
                $element::from_le_bytes(*first)
            }

            #[inline]
            fn write(self, bytes: &mut [u8]) {
                let first = bytes.first_chunk_mut().expect("an element's bytes");
                *first = self.to_le_bytes();
            }
        }
    };
}

packed!(f64);
packed!(f32);

pub(super) fn update<T: Packed>(update: &Update, alpha: T, a: &[u8], b: &[u8], c: &mut [u8]) {
    let Update { m, n, k, ldc } = *update;
    let mut column = 0;
    while column < n {
        let mut row = 0;
        let b = &b[column * k * T::BYTES..];
        while row < m {
            let a = &a[row * k * T::BYTES..];
            let c = &mut c[(column * ldc + row) * T::BYTES..];
            row += match n - column {
                4.. => edge::<T, 4>(m - row, k, ldc, alpha, [a, b], c),
                2.. => edge::<T, 2>(m - row, k, ldc, alpha, [a, b], c),
                _ => edge::<T, 1>(m - row, k, ldc, alpha, [a, b], c),
            };
        }
        column += match n - column {
            4.. => 4,
            2.. => 2,
            _ => 1,
        };
    }
}

/// The largest tile that fits into so many rows; how many it had.
fn edge<T: Packed, const N: usize>(
    rows: usize,
    k: usize,
    ldc: usize,
    alpha: T,
    operands: [&[u8]; 2],
    c: &mut [u8],
) -> usize {
    match rows {
        8.. => tile::<T, 8, N>(k, ldc, alpha, operands, c),
        2.. => tile::<T, 2, N>(k, ldc, alpha, operands, c),
        _ => tile::<T, 1, N>(k, ldc, alpha, operands, c),
    }
}

fn tile<T: Packed, const M: usize, const N: usize>(
    k: usize,
    ldc: usize,
    alpha: T,
    [a, b]: [&[u8]; 2],
    c: &mut [u8],
) -> usize {
    let mut sums = [[T::ZERO; M]; N];
    for step in 0..k {
        let rows: [T; M] = at_step(a, k, step);
        let factors: [T; N] = at_step(b, k, step);
        for (sums, factor) in sums.iter_mut().zip(factors) {
            for (sum, row) in sums.iter_mut().zip(rows) {
                *sum = row.fma(factor, *sum);
            }
        }
    }
    for (column, sums) in sums.into_iter().enumerate() {
        for (row, sum) in sums.into_iter().enumerate() {
            let place = &mut c[(column * ldc + row) * T::BYTES..];
            let updated = alpha.fma(sum, T::read(place));
            let updated = if updated.is_nan() { T::NAN } else { updated };
            updated.write(place);
        }
    }
    M
}

/// What the panels of so many rows or columns hold at a step.
fn at_step<T: Packed, const COUNT: usize>(panels: &[u8], k: usize, step: usize) -> [T; COUNT] {
    let width = PANEL.min(COUNT);
    std::array::from_fn(|index| {
        let place = index / PANEL * PANEL * k + step * width + index % PANEL;
        T::read(&panels[place * T::BYTES..])
    })
}
