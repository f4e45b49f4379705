//! The host's hand on the counters that a metered module keeps.

use wasmtime::{AsContextMut, Global, Instance, Val};

use super::meter::{self, STEPS_PER_UNIT};

/// The most units that the counter holds: as many nanoseconds are 18 years.
const MOST: u64 = i64::MAX as u64 / STEPS_PER_UNIT as u64;

/// The counters of one instance.
#[derive(Clone, Copy)]
pub(super) struct Gauge {
    fuel: Global,
    stack: Global,
}

impl Gauge {
    /// None if the module isn't metered.
    pub fn of(instance: &Instance, mut store: impl AsContextMut) -> Option<Gauge> {
        Some(Gauge {
            fuel: instance.get_global(&mut store, meter::FUEL)?,
            stack: instance.get_global(&mut store, meter::STACK)?,
        })
    }

    /// Fills up to so many units or to [`MOST`]; how many that were.
    pub fn fill(&self, store: impl AsContextMut, units: u64) -> wasmtime::Result<u64> {
        let units = units.min(MOST);
        self.fuel.set(store, Val::I64(steps(units)))?;
        Ok(units)
    }

    /// Takes units of fuel; whether there were as many.
    pub fn take(&self, mut store: impl AsContextMut, units: u64) -> wasmtime::Result<bool> {
        let left = read(&self.fuel, &mut store).saturating_sub(steps(units));
        self.fuel.set(store, Val::I64(left))?;
        Ok(left >= 0)
    }

    /// Whole units left; none if there were too few for what the guest set out to do.
    pub fn left(&self, store: impl AsContextMut) -> Option<u64> {
        u64::try_from(read(&self.fuel, store))
            .ok()
            .map(|steps| steps / STEPS_PER_UNIT as u64)
    }

    /// Whether calls nested deeper than the stack allows.
    pub fn overflowed(&self, store: impl AsContextMut) -> bool {
        read(&self.stack, store) < 0
    }
}

fn steps(units: u64) -> i64 {
    i64::try_from(units)
        .unwrap_or(i64::MAX)
        .saturating_mul(STEPS_PER_UNIT)
}

fn read(global: &Global, mut store: impl AsContextMut) -> i64 {
    global.get(&mut store).i64().unwrap_or(-1)
}
