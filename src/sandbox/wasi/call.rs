//! One call of the guest into the host: its memory, every access checked, and the price.

use wasmtime::{Caller, Trap};

use super::super::alarm::Stopped;
use super::super::guest::Guest;
use super::clock::virtual_now;
use crate::workspace::{Errno, PATH_MAX};

/// Fuel for entering and leaving the host; about what that takes in time.
pub(super) const BASE: u64 = 1_000;
/// Bytes moved for one unit of fuel.
pub(super) const BYTES_PER_UNIT: u64 = 4;
/// Bytes after which a scattered read or write goes no further: it is paid for at its end.
const PIECE: u32 = 64 << 20;
/// Vectors in one scattered read or write (Linux's `IOV_MAX`).
const VECTORS_MAX: u32 = 1024;

pub(super) struct Call<'a> {
    memory: &'a mut [u8],
    pub guest: &'a mut Guest,
    /// Virtual time at the start of the call, in nanoseconds since 1970.
    pub now: u64,
    cost: u64,
}

/// Serves a call: an errno for the guest, or what ends it when it can't pay or is to stop.
pub(super) fn serve(
    caller: &mut Caller<'_, Guest>,
    serve: impl FnOnce(&mut Call<'_>) -> Result<(), Errno>,
) -> wasmtime::Result<i32> {
    let (Some(memory), Some(gauge)) = (caller.data().memory, caller.data().gauge) else {
        return Ok(Errno::Fault.raw().into());
    };
    let fuel = gauge.left(&mut *caller).unwrap_or(0);
    let now = virtual_now(caller.data(), fuel);
    let (memory, guest) = memory.data_and_store_mut(&mut *caller);
    let thawed = guest.workspace.thawed();
    guest.workspace.set_time(now);
    let mut call = Call {
        memory,
        guest,
        now,
        cost: BASE,
    };
    let served = serve(&mut call);
    let thawed = call.guest.workspace.thawed() - thawed;
    call.charge_bytes(usize::try_from(thawed).unwrap_or(usize::MAX));
    let cost = call.cost;
    let status = match served {
        Ok(()) => 0,
        Err(errno) => {
            caller.data_mut().disk_refused |= errno == Errno::Nospc;
            errno.raw().into()
        }
    };
    if !gauge.take(&mut *caller, cost)? {
        return Err(Trap::OutOfFuel.into());
    }
    // A wait that was cut short is nothing that the guest should see.
    match caller.data().alarm.rung() {
        None => Ok(status),
        Some(_) => Err(Stopped.into()),
    }
}

impl Call<'_> {
    /// Adds to the price of this call.
    pub fn charge_bytes(&mut self, bytes: usize) {
        self.cost = self.cost.saturating_add(bytes as u64 / BYTES_PER_UNIT);
    }

    pub fn bytes(&self, pointer: u32, length: u32) -> Result<&[u8], Errno> {
        let start = pointer as usize;
        self.memory
            .get(start..start + length as usize)
            .ok_or(Errno::Fault)
    }

    /// Text the guest names a path with.
    pub fn text(&mut self, pointer: u32, length: u32) -> Result<String, Errno> {
        if length as usize > PATH_MAX {
            return Err(Errno::Nametoolong);
        }
        let text = std::str::from_utf8(self.bytes(pointer, length)?).map_err(|_| Errno::Ilseq)?;
        if text.contains('\0') {
            return Err(Errno::Inval);
        }
        let text = text.to_owned();
        self.charge_bytes(text.len());
        Ok(text)
    }

    pub fn u32(&self, pointer: u32) -> Result<u32, Errno> {
        Ok(u32::from_le_bytes(self.array(pointer)?))
    }

    pub fn u64(&self, pointer: u32) -> Result<u64, Errno> {
        Ok(u64::from_le_bytes(self.array(pointer)?))
    }

    fn array<const N: usize>(&self, pointer: u32) -> Result<[u8; N], Errno> {
        self.bytes(pointer, N as u32)?
            .try_into()
            .map_err(|_| Errno::Fault)
    }

    pub fn write(&mut self, pointer: u32, bytes: &[u8]) -> Result<(), Errno> {
        let start = pointer as usize;
        self.memory
            .get_mut(start..start + bytes.len())
            .ok_or(Errno::Fault)?
            .copy_from_slice(bytes);
        self.charge_bytes(bytes.len());
        Ok(())
    }

    pub fn write_u32(&mut self, pointer: u32, value: u32) -> Result<(), Errno> {
        self.write(pointer, &value.to_le_bytes())
    }

    pub fn write_u64(&mut self, pointer: u32, value: u64) -> Result<(), Errno> {
        self.write(pointer, &value.to_le_bytes())
    }

    /// The bytes that a scattered read or write is of.
    pub fn total(&self, pointer: u32, count: u32) -> Result<u64, Errno> {
        let vectors = self.vectors(pointer, count)?;
        Ok(vectors.iter().map(|(_, length)| u64::from(*length)).sum())
    }

    /// The places of a scattered read or write, all of them within the memory.
    fn vectors(&self, pointer: u32, count: u32) -> Result<Vec<(u32, u32)>, Errno> {
        if count > VECTORS_MAX {
            return Err(Errno::Inval);
        }
        let table = self.bytes(pointer, count * 8)?;
        let word = |bytes: &[u8]| {
            bytes
                .iter()
                .rev()
                .fold(0, |word, byte| word << 8 | u32::from(*byte))
        };
        let vectors: Vec<_> = table
            .chunks_exact(8)
            .map(|vector| (word(&vector[..4]), word(&vector[4..])))
            .collect();
        for (pointer, length) in &vectors {
            self.bytes(*pointer, *length)?;
        }
        Ok(vectors)
    }

    /// Fills the guest's buffers one after the other from `read`, up to the first short read.
    pub fn scatter(
        &mut self,
        pointer: u32,
        count: u32,
        mut read: impl FnMut(&mut Guest, &mut [u8]) -> Result<usize, Errno>,
    ) -> Result<u32, Errno> {
        let mut total = 0u32;
        for (pointer, length) in self.vectors(pointer, count)? {
            let start = pointer as usize;
            let buffer = &mut self.memory[start..start + length as usize];
            let got = match read(self.guest, buffer) {
                Ok(got) => got,
                Err(_) if total > 0 => break,
                Err(errno) => return Err(errno),
            };
            self.charge_bytes(got);
            // Buffers may overlap, so that the sum may exceed the memory.
            total = total.saturating_add(got as u32);
            if got < length as usize || total >= PIECE {
                break;
            }
        }
        Ok(total)
    }

    /// Gives the guest's buffers one after the other to `write`. An error after the first counts
    /// as a short write, as POSIX has it.
    pub fn gather(
        &mut self,
        pointer: u32,
        count: u32,
        mut write: impl FnMut(&mut Guest, &[u8]) -> Result<(), Errno>,
    ) -> Result<u32, Errno> {
        let mut total = 0u32;
        for (pointer, length) in self.vectors(pointer, count)? {
            let start = pointer as usize;
            match write(self.guest, &self.memory[start..start + length as usize]) {
                Ok(()) => {}
                Err(_) if total > 0 => break,
                Err(errno) => return Err(errno),
            }
            self.charge_bytes(length as usize);
            total = total.saturating_add(length);
            if total >= PIECE {
                break;
            }
        }
        Ok(total)
    }

    /// The guest's own buffer, to be filled by `fill` from the seeded entropy and the like.
    pub fn fill(
        &mut self,
        pointer: u32,
        length: u32,
        fill: impl FnOnce(&mut Guest, &mut [u8]),
    ) -> Result<(), Errno> {
        let start = pointer as usize;
        let buffer = self
            .memory
            .get_mut(start..start + length as usize)
            .ok_or(Errno::Fault)?;
        fill(self.guest, buffer);
        self.charge_bytes(length as usize);
        Ok(())
    }
}
