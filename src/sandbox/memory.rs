//! Linear memories that start as an image: a private, copy-on-write mapping of a file.
//!
//! wasmtime asks a [`MemoryCreator`] for each memory of an instance, and takes it at the size it
//! comes in. The creator has no way to know which instance it is asked for, so the image is handed
//! over through the thread that instantiates: see [`with_image`].
//!
//! Why not wasmtime's own copy-on-write initialisation: it knows only images that are part of the
//! compiled module, and compiling takes a minute.

use std::cell::RefCell;
use std::fs::File;
use std::io;
use std::ptr;
use std::sync::Arc;

use rustix::mm::{MapFlags, MprotectFlags, ProtFlags, mmap, mmap_anonymous, mprotect, munmap};
use wasmtime::{LinearMemory, MemoryCreator, MemoryType};

/// The size of a page of linear memory, in bytes.
pub(super) const WASM_PAGE: usize = 1 << 16;

/// What a memory holds from the start: whole pages, in a file that nobody changes.
#[derive(Debug)]
pub(super) struct Image {
    file: File,
    len: usize,
    /// The minimum size, in bytes, of the memory that it is for: what tells that one from the
    /// others of an instance (the meter's flag, the engine's heap of exceptions).
    minimum: usize,
}

impl Image {
    /// An image in a file of whole pages, for the memory whose minimum is so many pages.
    pub fn new(file: File, pages: u64) -> io::Result<Image> {
        let minimum = usize::try_from(pages).map_err(io::Error::other)? * WASM_PAGE;
        let len = usize::try_from(file.metadata()?.len()).map_err(io::Error::other)?;
        if len == 0 || !len.is_multiple_of(WASM_PAGE) {
            return Err(io::Error::other(format!(
                "a memory image of {len} bytes is not whole pages"
            )));
        }
        Ok(Image { file, len, minimum })
    }

    /// In bytes.
    pub fn len(&self) -> u64 {
        self.len as u64
    }
}

thread_local! {
    /// The image for the instance that is being made.
    static NEXT: RefCell<Option<Arc<Image>>> = const { RefCell::new(None) };
}

/// Has the memory it is for, of the instance that `instantiate` makes on this thread, start as
/// `image`.
pub(super) fn with_image<T>(image: &Arc<Image>, instantiate: impl FnOnce() -> T) -> T {
    struct Clear;
    impl Drop for Clear {
        fn drop(&mut self) {
            NEXT.set(None);
        }
    }
    NEXT.set(Some(image.clone()));
    let _clear = Clear;
    instantiate()
}

/// Makes the memories.
pub(super) struct Memories;

// SAFETY: a memory is a reservation of its own, of the size asked for and a guard that is never
// made accessible, and is unmapped only when it is dropped. It is zero beyond the image; within,
// it holds what the module's own data segments and code would have put there.
unsafe impl MemoryCreator for Memories {
    fn new_memory(
        &self,
        _: MemoryType,
        minimum: usize,
        _: Option<usize>,
        reserved: Option<usize>,
        guard: usize,
    ) -> Result<Box<dyn LinearMemory>, String> {
        let image = NEXT.with_borrow_mut(|next| next.take_if(|image| image.minimum == minimum));
        let size = image
            .as_ref()
            .map_or(minimum, |image| image.len.max(minimum));
        let capacity = reserved.unwrap_or(size).max(size);
        let mut memory =
            Mapped::reserve(capacity, guard).map_err(|error| format!("reserve memory: {error}"))?;
        if let Some(image) = image {
            memory
                .lay(&image)
                .map_err(|error| format!("map the memory image: {error}"))?;
        }
        memory
            .open_up(size)
            .map_err(|error| format!("make memory accessible: {error}"))?;
        Ok(Box::new(memory))
    }
}

/// Address space of which the first `size` bytes are accessible.
struct Mapped {
    base: *mut u8,
    /// With the guard.
    reserved: usize,
    capacity: usize,
    size: usize,
}

// SAFETY: it owns its mapping; whoever has it by reference only reads its fields.
unsafe impl Send for Mapped {}
// SAFETY: as above.
unsafe impl Sync for Mapped {}

impl Mapped {
    fn reserve(capacity: usize, guard: usize) -> io::Result<Mapped> {
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

    /// Maps an image over the start.
    fn lay(&mut self, image: &Image) -> io::Result<()> {
        // SAFETY: the image fits into the capacity, which is at least its length, so only this
        // memory's own reservation is mapped over. The mapping is private: writes stay here.
        unsafe {
            mmap(
                self.base.cast(),
                image.len,
                ProtFlags::READ | ProtFlags::WRITE,
                MapFlags::PRIVATE | MapFlags::FIXED | MapFlags::NORESERVE,
                &image.file,
                0,
            )?;
        }
        self.size = image.len;
        Ok(())
    }

    /// Makes the memory accessible up to `size` bytes.
    fn open_up(&mut self, size: usize) -> io::Result<()> {
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

// SAFETY: the base never moves, and the first `byte_size` bytes are accessible.
unsafe impl LinearMemory for Mapped {
    fn byte_size(&self) -> usize {
        self.size
    }

    fn byte_capacity(&self) -> usize {
        self.capacity
    }

    fn grow_to(&mut self, size: usize) -> wasmtime::Result<()> {
        Ok(self.open_up(size)?)
    }

    fn as_ptr(&self) -> *mut u8 {
        self.base
    }
}
