//! The inner kernel of matrix products, done by the host.
//!
//! The runtime's OpenBLAS packs blocks of its operands and gives them to a kernel, which nearly all
//! of level-3 BLAS and the blocked routines of LAPACK come down to. On a machine that fuses
//! multiplication and addition ([`Blas::Host`]) that kernel is ours: each element of the result is
//! one chain of fused operations in the order of the packed data, so that its bits are the same on
//! every such machine. Elsewhere the module keeps its own ([`Blas::Module`]), which rounds
//! differently: what a run gives is comparable only under the same choice.
//!
//! - `kernel.rs`: what is computed, and the check of where
//! - `avx2.rs`: how, on x86-64
//! - `fused.rs`: how, elsewhere

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(any(test, not(target_arch = "x86_64")))]
mod fused;
mod kernel;
#[cfg(test)]
mod tests;

use wasmtime::{AsContextMut, Caller, Func, Instance, Ref, Trap};

use super::guest::Guest;
use super::meter;
use kernel::{Element, Update};

/// Who multiplies matrices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blas {
    Host,
    Module,
}

impl Blas {
    pub fn of_this_machine() -> Blas {
        #[cfg(target_arch = "x86_64")]
        let fuses = avx2::is_supported();
        #[cfg(not(target_arch = "x86_64"))]
        let fuses = cfg!(target_arch = "aarch64");
        if fuses { Blas::Host } else { Blas::Module }
    }

    /// As it stands in keys and records.
    pub fn name(self) -> &'static str {
        match self {
            Blas::Host => "host-blas",
            Blas::Module => "own-blas",
        }
    }

    /// The functions of the module to hand over.
    pub fn handed_over(self) -> &'static [&'static str] {
        match self {
            Blas::Host => &["dgemm_kernel", "sgemm_kernel"],
            Blas::Module => &[],
        }
    }
}

/// Puts the kernels into the instance's table, if it was made with one.
pub(super) fn connect(
    instance: &Instance,
    mut store: impl AsContextMut<Data = Guest>,
) -> wasmtime::Result<()> {
    if let Some(table) = instance.get_table(&mut store, meter::HOST) {
        let kernels = [function::<f64>(&mut store), function::<f32>(&mut store)];
        for (entry, kernel) in (0..).zip(kernels) {
            table.set(&mut store, entry, Ref::Func(Some(kernel)))?;
        }
    }
    Ok(())
}

fn function<E: Element>(store: impl AsContextMut<Data = Guest>) -> Func {
    Func::wrap(
        store,
        |mut caller: Caller<'_, Guest>,
         m: i32,
         n: i32,
         k: i32,
         alpha: E,
         a: u32,
         b: u32,
         c: u32,
         ldc: i32|
         -> wasmtime::Result<i32> {
            // What the module's own kernel does nothing for either.
            if m <= 0 || n <= 0 {
                return Ok(0);
            }
            let update = Update::new(m, n, k, ldc).ok_or(Trap::MemoryOutOfBounds)?;
            let (Some(memory), Some(gauge)) = (caller.data().memory, caller.data().gauge) else {
                return Err(Trap::MemoryOutOfBounds.into());
            };
            if !gauge.take(&mut caller, update.fuel::<E>())? {
                return Err(Trap::OutOfFuel.into());
            }
            let places = [a, b, c].map(|place| place as usize);
            update
                .apply(memory.data_mut(&mut caller), places, alpha)
                .ok_or(Trap::MemoryOutOfBounds)?;
            Ok(0)
        },
    )
}
