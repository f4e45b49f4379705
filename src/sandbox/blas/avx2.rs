//! The kernel in the vector instructions that nearly all x86-64 machines of the last ten years
//! have.
//!
//! The result is cut into tiles that fit the registers: two vectors of rows by six columns, and
//! smaller ones at the edges. Which tile an element falls into doesn't change it: it is always the
//! chain `acc = fma(a, b, acc)` along `k` from zero, and then `fma(alpha, acc, c)`. Which payload a
//! NaN keeps would depend on how instructions are chosen, so that all are made the same.

use std::arch::x86_64::*;

use super::kernel::{Element, PANEL, Update};

pub(super) fn is_supported() -> bool {
    is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")
}

/// The operands of a tile, at its corner.
struct Corner<T> {
    a: *const T,
    b: *const T,
    c: *mut T,
}

/// The kernel for an element type whose vectors have so many lanes. `$rows` loads a vector of rows
/// from panels that are so many elements apart.
macro_rules! kernel {
    (
        $element:ident, $lanes:literal, $update:ident, $tile:ident, $edge:ident,
        $rows:ident, $zero:ident, $splat:ident, $load:ident, $store:ident, $fma:ident, $compare:ident,
        $blend:ident
    ) => {
        pub(super) fn $element(update: &Update, alpha: $element, a: &[u8], b: &[u8], c: &mut [u8]) {
            const BYTES: usize = size_of::<$element>();
            let Update { m, n, k, ldc } = *update;
            assert!(is_supported());
            assert!(m > 0 && n > 0 && m <= ldc);
            assert!(a.len() >= m * k * BYTES);
            assert!(b.len() >= n * k * BYTES);
            assert!(c.len() >= (ldc * (n - 1) + m) * BYTES);
            // SAFETY: the machine has the instructions, and the slices hold the matrices.
            unsafe {
                $update(
                    update,
                    alpha,
                    &Corner {
                        a: a.as_ptr().cast(),
                        b: b.as_ptr().cast(),
                        c: c.as_mut_ptr().cast(),
                    },
                );
            }
        }

        /// # Safety
        ///
        /// The corner points to matrices of the update's sizes, C apart from the others.
        #[target_feature(enable = "avx2,fma")]
        unsafe fn $update(update: &Update, alpha: $element, at: &Corner<$element>) {
            let Update { m, n, k, ldc } = *update;
            let mut column = 0;
            while column < n {
                let mut row = 0;
                while row < m {
                    // SAFETY: a whole panel before a row or column takes that many times `k`, and
                    // only the last panel isn't whole. A tile is no larger than what is left.
                    unsafe {
                        let corner = Corner {
                            a: at.a.add(row * k),
                            b: at.b.add(column * k),
                            c: at.c.add(column * ldc + row),
                        };
                        row += match n - column {
                            6.. => $edge::<6>(m - row, k, ldc, alpha, &corner),
                            2.. => $edge::<2>(m - row, k, ldc, alpha, &corner),
                            _ => $edge::<1>(m - row, k, ldc, alpha, &corner),
                        };
                    }
                }
                column += match n - column {
                    6.. => 6,
                    2.. => 2,
                    _ => 1,
                };
            }
        }

        /// The largest tile that fits into what is left of so many columns; how many rows it had.
        ///
        /// # Safety
        ///
        /// At the corner there are at least so many rows and columns.
        #[target_feature(enable = "avx2,fma")]
        unsafe fn $edge<const N: usize>(
            rows: usize,
            k: usize,
            ldc: usize,
            alpha: $element,
            at: &Corner<$element>,
        ) -> usize {
            const TWO: usize = 2 * $lanes;
            // SAFETY: the tiles are within what the caller vouches for.
            unsafe {
                match rows {
                    TWO.. => {
                        $tile::<2, N>(k, ldc, alpha, at);
                        TWO
                    }
                    $lanes.. => {
                        $tile::<1, N>(k, ldc, alpha, at);
                        $lanes
                    }
                    2.. => {
                        scalar::<$element, 2, N>(k, ldc, alpha, at);
                        2
                    }
                    _ => {
                        scalar::<$element, 1, N>(k, ldc, alpha, at);
                        1
                    }
                }
            }
        }

        /// # Safety
        ///
        /// At the corner there are at least `V` vectors of rows, and `N` columns.
        #[target_feature(enable = "avx2,fma")]
        unsafe fn $tile<const V: usize, const N: usize>(
            k: usize,
            ldc: usize,
            alpha: $element,
            at: &Corner<$element>,
        ) {
            let mut sums = [[$zero(); V]; N];
            for step in 0..k {
                let mut rows = [$zero(); V];
                for (v, rows) in rows.iter_mut().enumerate() {
                    // SAFETY: the rows of vector `v`, whose panels lie one after the other.
                    *rows = unsafe { $rows(at.a.add(v * $lanes * k + step * PANEL), PANEL * k) };
                }
                for (column, sums) in sums.iter_mut().enumerate() {
                    // SAFETY: an element of the column's panel.
                    let factor = $splat(unsafe { element::<_, N>(at.b, k, column, step) });
                    for (sum, rows) in sums.iter_mut().zip(&rows) {
                        *sum = $fma(*rows, factor, *sum);
                    }
                }
            }
            let (alpha, nan) = ($splat(alpha), $splat(<$element>::NAN));
            for (column, sums) in sums.iter().enumerate() {
                for (v, sum) in sums.iter().enumerate() {
                    // SAFETY: `v` vectors down a column of C.
                    unsafe {
                        let place = at.c.add(column * ldc + v * $lanes);
                        let updated = $fma(alpha, *sum, $load(place));
                        let unordered = $compare::<_CMP_UNORD_Q>(updated, updated);
                        $store(place, $blend(updated, nan, unordered));
                    }
                }
            }
        }
    };
}

kernel!(
    f64,
    4,
    update_f64,
    tile_f64,
    edge_f64,
    rows_f64,
    _mm256_setzero_pd,
    _mm256_set1_pd,
    _mm256_loadu_pd,
    _mm256_storeu_pd,
    _mm256_fmadd_pd,
    _mm256_cmp_pd,
    _mm256_blendv_pd
);
kernel!(
    f32,
    8,
    update_f32,
    tile_f32,
    edge_f32,
    rows_f32,
    _mm256_setzero_ps,
    _mm256_set1_ps,
    _mm256_loadu_ps,
    _mm256_storeu_ps,
    _mm256_fmadd_ps,
    _mm256_cmp_ps,
    _mm256_blendv_ps
);

/// A step of four rows, from two panels that are so many elements apart.
///
/// # Safety
///
/// Both are there.
#[target_feature(enable = "avx2,fma")]
unsafe fn rows_f64(at: *const f64, apart: usize) -> __m256d {
    // SAFETY: as above.
    unsafe { _mm256_set_m128d(_mm_loadu_pd(at.add(apart)), _mm_loadu_pd(at)) }
}

/// A step of eight rows, from four panels that are so many elements apart.
///
/// # Safety
///
/// All are there.
#[target_feature(enable = "avx2,fma")]
unsafe fn rows_f32(at: *const f32, apart: usize) -> __m256 {
    // SAFETY: as above. A pair of elements is loaded as if it were one of twice the width.
    unsafe {
        let pair = |panel: usize| at.add(panel * apart).cast::<f64>();
        let half = |panel| _mm_loadh_pd(_mm_load_sd(pair(panel)), pair(panel + 1));
        _mm256_castpd_ps(_mm256_set_m128d(half(2), half(0)))
    }
}

/// The element of a column at a step, where `N` columns are left or taken.
///
/// # Safety
///
/// It is there.
#[inline]
unsafe fn element<T, const N: usize>(at: *const T, k: usize, column: usize, step: usize) -> T {
    let width = if N == 1 { 1 } else { PANEL };
    // SAFETY: as above. Guests may align as they like.
    unsafe {
        at.add(column / PANEL * PANEL * k + step * width + column % PANEL)
            .read_unaligned()
    }
}

/// # Safety
///
/// At the corner there are at least `M` rows, at most a panel, and `N` columns.
#[target_feature(enable = "avx2,fma")]
unsafe fn scalar<T: Element, const M: usize, const N: usize>(
    k: usize,
    ldc: usize,
    alpha: T,
    at: &Corner<T>,
) {
    let mut sums = [[T::ZERO; M]; N];
    for step in 0..k {
        for (column, sums) in sums.iter_mut().enumerate() {
            // SAFETY: an element of the column's panel, and those of the rows'.
            unsafe {
                let factor = element::<_, N>(at.b, k, column, step);
                for (row, sum) in sums.iter_mut().enumerate() {
                    *sum = element::<_, M>(at.a, k, row, step).fma(factor, *sum);
                }
            }
        }
    }
    for (column, sums) in sums.iter().enumerate() {
        for (row, sum) in sums.iter().enumerate() {
            // SAFETY: an element of C.
            unsafe {
                let place = at.c.add(column * ldc + row);
                let updated = alpha.fma(*sum, place.read_unaligned());
                place.write_unaligned(if updated.is_nan() { T::NAN } else { updated });
            }
        }
    }
}
