//! Address space: reserved, partly accessible, and made what it was.

use std::fs::File;
use std::io;
use std::ptr;

#[cfg(target_os = "linux")]
use rustix::mm::{Advice, madvise};
use rustix::mm::{MapFlags, MprotectFlags, ProtFlags, mmap, mmap_anonymous, mprotect, munmap};

use super::memory::WASM_PAGE;
#[cfg(target_os = "linux")]
use super::pagemap;

/// The most that is copied back into a memory that is kept, in bytes; what else was written is
/// given back to the system.
#[cfg(any(test, target_os = "linux"))]
pub(super) const COPIED_BACK: usize = 8 << 20;

/// Address space of which the first `size` bytes are accessible.
#[derive(Debug)]
pub(super) struct Mapped {
    pub base: *mut u8,
    /// With the guard.
    reserved: usize,
    pub capacity: usize,
    pub size: usize,
}

// SAFETY: it owns its mapping; whoever has it by reference only reads its fields.
unsafe impl Send for Mapped {}
// SAFETY: as above.
unsafe impl Sync for Mapped {}

impl Mapped {
    pub fn reserve(capacity: usize, guard: usize) -> io::Result<Mapped> {
        let reserved = capacity
            .checked_add(guard)
            .ok_or(io::ErrorKind::OutOfMemory)?
            .max(WASM_PAGE);
        // SAFETY: a new mapping at a place of the system's choice touches nothing that is there.
        let base = unsafe {
            mmap_anonymous(
                ptr::null_mut(),
                reserved,
                ProtFlags::empty(),
                MapFlags::PRIVATE | MapFlags::NORESERVE,
            )?
        };
        Ok(Mapped {
            base: base.cast(),
            reserved,
            capacity,
            size: 0,
        })
    }

    /// Maps a file over the start, privately: what is written stays here.
    pub fn lay(&mut self, file: &File, len: usize, access: ProtFlags) -> io::Result<()> {
        if len > self.capacity {
            return Err(io::ErrorKind::OutOfMemory.into());
        }
        // SAFETY: only this memory's own reservation is mapped over.
        unsafe {
            let flags = MapFlags::PRIVATE | MapFlags::FIXED | MapFlags::NORESERVE;
            mmap(self.base.cast(), len, access, flags, file, 0)?;
        }
        self.size = len;
        Ok(())
    }

    /// The last page, beyond the guard.
    pub fn flag(&self) -> *mut u8 {
        self.base.wrapping_add(self.reserved - WASM_PAGE)
    }

    /// Makes the last page accessible, and its first word zero: no more is ever written there.
    pub fn lower_flag(&self) -> io::Result<()> {
        let access = MprotectFlags::READ | MprotectFlags::WRITE;
        // SAFETY: within the reservation, beyond the capacity, so nobody else relies on it, and
        // nobody uses this memory yet. It is aligned as a page is.
        unsafe {
            mprotect(self.flag().cast(), WASM_PAGE, access)?;
            self.flag().cast::<i64>().write(0);
        }
        Ok(())
    }

    /// Whether it has just the capacity and the guard asked for.
    pub fn fits(&self, capacity: usize, guard: usize) -> bool {
        self.capacity == capacity && self.reserved == capacity + guard
    }

    /// Makes a memory that began as a private mapping of a file what it was. None if it can't: then
    /// it is of no use any more.
    #[cfg(target_os = "linux")]
    pub fn restore(&mut self, original: &Mapped) -> Option<()> {
        let len = original.size;
        let grown = self.size.checked_sub(len)?;
        if grown > 0 {
            // SAFETY: within the reservation, and nobody uses this memory. What was there goes: the
            // system brings zeros when it is made accessible the next time.
            unsafe {
                let beyond = self.base.add(len).cast();
                madvise(beyond, grown, Advice::LinuxDontNeed).ok()?;
                mprotect(beyond, grown, MprotectFlags::empty()).ok()?;
            }
            self.size = len;
        }
        self.copy_back(original)
    }

    #[cfg(target_os = "linux")]
    fn copy_back(&mut self, original: &Mapped) -> Option<()> {
        let start = self.base.addr();
        let page = rustix::param::page_size();
        let written = pagemap::written(&(start..start + self.size), COPIED_BACK / page)?;
        for range in &written.ranges {
            // SAFETY: the range lies within this memory, which nobody else uses, and at the same
            // place of the original, which is as long and is never written.
            unsafe {
                let at = range.start - start;
                let to = self.base.add(at);
                to.copy_from_nonoverlapping(original.base.add(at), range.len());
            }
        }
        let rest = (start + self.size).checked_sub(written.until)?;
        if rest > 0 {
            // SAFETY: within the mapping of the file, whose own pages come back.
            unsafe {
                let from = self.base.add(written.until.checked_sub(start)?);
                madvise(from.cast(), rest, Advice::LinuxDontNeed).ok()?;
            }
        }
        Some(())
    }

    /// Only Linux tells what was written.
    #[cfg(not(target_os = "linux"))]
    pub fn restore(&mut self, _: &Mapped) -> Option<()> {
        None
    }

    /// Makes the memory accessible up to `size` bytes.
    pub fn open_up(&mut self, size: usize) -> io::Result<()> {
        if size > self.capacity {
            return Err(io::ErrorKind::OutOfMemory.into());
        }
        if size > self.size {
            // SAFETY: within the reservation, and not accessible before, so nobody relies on it.
            unsafe {
                mprotect(
                    self.base.add(self.size).cast(),
                    size - self.size,
                    MprotectFlags::READ | MprotectFlags::WRITE,
                )?;
            }
            self.size = size;
        }
        Ok(())
    }
}

impl Drop for Mapped {
    fn drop(&mut self) {
        // SAFETY: the mapping is this memory's own, and wasmtime has let go of it.
        let unmapped = unsafe { munmap(self.base.cast(), self.reserved) };
        debug_assert!(unmapped.is_ok());
    }
}
