//! Linear memories that start as an image: a private, copy-on-write mapping of a file.
//!
//! wasmtime asks a [`MemoryCreator`] for each memory of an instance, and takes it at the size it
//! comes in. The creator has no way to know which instance it is asked for, so the image is handed
//! over through the thread that instantiates: see [`with_image`].
//!
//! Most of what a short run costs is the kernel bringing in the pages that it touches. So a memory
//! that a run is done with is kept, and made what it was: what the run wrote is copied back from the
//! image, page by page, as the kernel lists it. The next run finds the pages in place.
//!
//! Why not wasmtime's own copy-on-write initialisation: it knows only images that are part of the
//! compiled module, and compiling takes a minute.

use std::cell::RefCell;
use std::fs::File;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use rustix::mm::ProtFlags;
use wasmtime::{LinearMemory, MemoryCreator, MemoryType};

use super::cores;
use super::mapping::Mapped;
#[cfg(target_os = "linux")]
use super::pagemap;
use crate::units;

/// The size of a page of linear memory, in bytes.
pub(super) const WASM_PAGE: usize = 1 << 16;

/// What a memory holds from the start: whole pages, in a file that nobody changes.
#[derive(Debug)]
pub(super) struct Image {
    file: File,
    /// The image itself, to be read.
    original: Mapped,
    /// The minimum size, in bytes, of the memory that it is for: what tells that one from the
    /// others of an instance (the meter's flag, the engine's heap of exceptions).
    minimum: usize,
    memories: Mutex<Memories>,
}

/// The memories that no run has right now.
#[derive(Debug, Default)]
struct Memories {
    /// Each holds the image and nothing else.
    ready: Vec<Mapped>,
    /// Each holds what a run has left.
    used: Vec<Mapped>,
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
        let mut original = Mapped::reserve(len, 0)?;
        original.lay(&file, len, ProtFlags::READ)?;
        Ok(Image {
            file,
            original,
            minimum,
            memories: Mutex::default(),
        })
    }

    /// In bytes.
    pub fn len(&self) -> u64 {
        self.original.size as u64
    }

    /// A memory that holds the image, of a capacity and with a guard, and a flag beyond it.
    fn memory(&self, capacity: usize, guard: usize) -> io::Result<Mapped> {
        if self.lock().ready.is_empty() {
            self.tidy();
        }
        let ready = self
            .lock()
            .ready
            .pop_if(|ready| ready.fits(capacity, guard + WASM_PAGE));
        let memory = match ready {
            Some(memory) => memory,
            None => {
                let mut memory = Mapped::reserve(capacity, guard + WASM_PAGE)?;
                let writable = ProtFlags::READ | ProtFlags::WRITE;
                memory.lay(&self.file, self.original.size, writable)?;
                memory
            }
        };
        memory.lower_flag()?;
        Ok(memory)
    }

    /// Takes a memory that a run is done with.
    fn take_back(&self, memory: Mapped) {
        let mut memories = self.lock();
        if memories.ready.len() + memories.used.len() < 2 * cores::count() {
            memories.used.push(memory);
        }
    }

    /// Makes the memories that runs are done with what they were. Better done when nobody waits.
    pub fn tidy(&self) {
        while let Some(mut memory) = self.pop_used() {
            if memory.restore(&self.original).is_some() {
                self.lock().ready.push(memory);
            }
        }
    }

    fn pop_used(&self) -> Option<Mapped> {
        self.lock().used.pop()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Memories> {
        self.memories.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether memories are used again: where not, each run has a new one.
pub(super) fn can_use_again() -> bool {
    #[cfg(target_os = "linux")]
    return pagemap::written(&(0..0), 1).is_some();
    #[cfg(not(target_os = "linux"))]
    false
}

/// What the memories of the instance that is being made on a thread come from.
#[derive(Default)]
enum Making {
    /// Nothing but zeros.
    #[default]
    Bare,
    Imaged(Arc<Image>),
    /// The memory that the image is for is there.
    Lent(Arc<Lent>),
}

thread_local! {
    static MAKING: RefCell<Making> = const { RefCell::new(Making::Bare) };
}

/// Has the memory it is for, of the instance that `instantiate` makes on this thread, start as
/// `image`.
pub(super) fn with_image<T>(image: &Arc<Image>, instantiate: impl FnOnce() -> T) -> T {
    struct Clear;
    impl Drop for Clear {
        fn drop(&mut self) {
            MAKING.take();
        }
    }
    MAKING.set(Making::Imaged(image.clone()));
    let _clear = Clear;
    instantiate()
}

/// Makes the memories.
pub(super) struct Creator;

// SAFETY: a memory is a reservation of its own, of the size asked for and a guard that is never
// made accessible, and is unmapped only when it is dropped. The one exception is the flag of the
// meter, a memory that the guest's own code can't name: there is one access to it, of eight bytes
// at the place 0, so that nothing relies on what lies beyond its page. A memory is zero beyond the
// image; within, it holds what the module's own data segments and code would have put there.
unsafe impl MemoryCreator for Creator {
    fn new_memory(
        &self,
        ty: MemoryType,
        minimum: usize,
        maximum: Option<usize>,
        reserved: Option<usize>,
        guard: usize,
    ) -> Result<Box<dyn LinearMemory>, String> {
        let is_flag = ty.maximum() == Some(1) && maximum == Some(WASM_PAGE);
        let capacity = reserved.unwrap_or(minimum).max(minimum);
        let made = MAKING.with_borrow_mut(|making| match making {
            Making::Imaged(image) if image.minimum == minimum => {
                let lent = Lent::new(image, capacity.max(image.original.size), guard, minimum)?;
                let lent = Arc::new(lent);
                *making = Making::Lent(lent.clone());
                Ok(Box::new(Main(lent)) as Box<dyn LinearMemory>)
            }
            Making::Lent(lent) if is_flag => Ok(Box::new(Flag(lent.clone())) as _),
            _ => {
                let mut own = Mapped::reserve(capacity, guard)?;
                own.open_up(minimum)?;
                Ok(Box::new(Own(own)) as _)
            }
        });
        made.map_err(|error: io::Error| {
            format!(
                "reserve {} of address space for the guest: {error}; each guest that is alive takes \
                 some 4.7GiB: allow more of it (`ulimit -v`), or let fewer be alive at once (`--jobs` of \
                 `eval`)",
                units::format_size_short((capacity + guard) as u64)
            )
        })
    }
}

/// A memory without an image.
struct Own(Mapped);

// SAFETY: the base never moves, and the first `byte_size` bytes are accessible.
unsafe impl LinearMemory for Own {
    fn byte_size(&self) -> usize {
        self.0.size
    }

    fn byte_capacity(&self) -> usize {
        self.0.capacity
    }

    fn grow_to(&mut self, size: usize) -> wasmtime::Result<()> {
        Ok(self.0.open_up(size)?)
    }

    fn as_ptr(&self) -> *mut u8 {
        self.0.base
    }
}

/// A memory that an instance has from an image, which takes it back when nothing of the instance is
/// left.
struct Lent {
    image: Arc<Image>,
    /// There until it is dropped.
    mapped: Mutex<Option<Mapped>>,
    base: *mut u8,
    capacity: usize,
    flag: *mut u8,
}

// SAFETY: whoever has it by reference reads its fields, or locks what changes.
unsafe impl Send for Lent {}
// SAFETY: as above.
unsafe impl Sync for Lent {}

impl Lent {
    fn new(image: &Arc<Image>, capacity: usize, guard: usize, size: usize) -> io::Result<Lent> {
        let mut mapped = image.memory(capacity, guard)?;
        mapped.open_up(size)?;
        Ok(Lent {
            image: image.clone(),
            base: mapped.base,
            capacity: mapped.capacity,
            flag: mapped.flag(),
            mapped: Mutex::new(Some(mapped)),
        })
    }

    fn mapped(&self) -> std::sync::MutexGuard<'_, Option<Mapped>> {
        self.mapped.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(mapped) = self.mapped().take() {
            self.image.take_back(mapped);
        }
    }
}

/// The memory that an image is for.
struct Main(Arc<Lent>);

// SAFETY: the base never moves, and the first `byte_size` bytes are accessible.
unsafe impl LinearMemory for Main {
    fn byte_size(&self) -> usize {
        self.0.mapped().as_ref().map_or(0, |mapped| mapped.size)
    }

    fn byte_capacity(&self) -> usize {
        self.0.capacity
    }

    fn grow_to(&mut self, size: usize) -> wasmtime::Result<()> {
        match &mut *self.0.mapped() {
            Some(mapped) => Ok(mapped.open_up(size)?),
            None => Err(io::Error::from(io::ErrorKind::OutOfMemory).into()),
        }
    }

    fn as_ptr(&self) -> *mut u8 {
        self.0.base
    }
}

/// The flag of the meter: the page beyond the main memory's guard. wasmtime takes each memory to
/// have the address space that the engine's settings say, tells by it whose a fault is, and panics
/// where two of an instance overlap; there, what it takes to be this one's is no other's.
struct Flag(Arc<Lent>);

// SAFETY: the base never moves, and its one page is accessible.
unsafe impl LinearMemory for Flag {
    fn byte_size(&self) -> usize {
        WASM_PAGE
    }

    fn byte_capacity(&self) -> usize {
        WASM_PAGE
    }

    fn grow_to(&mut self, size: usize) -> wasmtime::Result<()> {
        match size <= WASM_PAGE {
            true => Ok(()),
            false => Err(io::Error::from(io::ErrorKind::OutOfMemory).into()),
        }
    }

    fn as_ptr(&self) -> *mut u8 {
        self.0.flag
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::super::mapping::COPIED_BACK;
    use super::*;

    const PAGE: usize = 4096;

    /// An image of so many bytes, no page like another.
    fn image(len: usize) -> Image {
        let mut file = tempfile::tempfile().unwrap();
        let bytes: Vec<u8> = (0..len)
            .map(|at| (at / PAGE * 7 + at % 251) as u8)
            .collect();
        file.write_all(&bytes).unwrap();
        Image::new(file, 1).unwrap()
    }

    fn bytes(memory: &mut Mapped) -> &mut [u8] {
        // SAFETY: so much is accessible, and nobody else has it.
        unsafe { std::slice::from_raw_parts_mut(memory.base, memory.size) }
    }

    /// Uses a memory, gives it back, and looks at the next that comes.
    fn what_comes_after(len: usize, used: impl Fn(&mut Mapped)) -> bool {
        let image = image(len);
        let mut memory = image.memory(4 * len, WASM_PAGE).unwrap();
        let original = bytes(&mut memory).to_vec();
        let base = memory.base;
        used(&mut memory);
        image.take_back(memory);
        let mut next = image.memory(4 * len, WASM_PAGE).unwrap();
        assert!(bytes(&mut next) == original, "something stayed");
        // Growing brings zeros.
        next.open_up(2 * len).unwrap();
        assert!(bytes(&mut next)[len..].iter().all(|byte| *byte == 0));
        next.base == base
    }

    #[test]
    fn a_memory_that_was_used_holds_the_image_again() {
        type Use = fn(&mut Mapped);
        let cases: [(&str, usize, Use); 5] = [
            ("untouched", 1 << 20, |_| ()),
            ("read", 1 << 20, |memory| {
                assert!(bytes(memory).iter().any(|byte| *byte != 0));
            }),
            ("written here and there", 8 << 20, |memory| {
                // More ranges than are listed at once.
                bytes(memory)
                    .iter_mut()
                    .step_by(2 * PAGE)
                    .for_each(|byte| *byte ^= 1);
            }),
            ("written all over", 4 * COPIED_BACK, |memory| {
                bytes(memory).fill(5)
            }),
            ("grown", 1 << 20, |memory| {
                memory.open_up(3 << 20).unwrap();
                bytes(memory).fill(9);
            }),
        ];
        for (name, len, used) in cases {
            let again = what_comes_after(len, used);
            // Where the kernel can't list pages, memories are not used again.
            assert_eq!(again, can_use_again(), "{name}");
        }
    }

    #[test]
    fn the_flag_lies_beyond_the_guard_and_is_lowered_for_each_run() {
        let image = Arc::new(image(1 << 20));
        let (capacity, guard) = (4 << 20, 1 << 20);
        let page = MemoryType::new(1, Some(1));
        for _ in 0..3 {
            with_image(&image, || {
                let ask = |ty, minimum, maximum| {
                    Creator.new_memory(ty, minimum, maximum, Some(capacity), guard)
                };
                let main = ask(MemoryType::new(1, None), WASM_PAGE, None).unwrap();
                let flag = ask(page.clone(), WASM_PAGE, Some(WASM_PAGE)).unwrap();
                assert_eq!(main.byte_size(), 1 << 20);
                assert_eq!(flag.byte_size(), WASM_PAGE);
                assert_eq!(
                    flag.as_ptr().addr(),
                    main.as_ptr().addr() + capacity + guard
                );
                // SAFETY: it is accessible and nobody else has it.
                let word = unsafe { &mut *flag.as_ptr().cast::<i64>() };
                assert_eq!(*word, 0);
                *word = -1;
                // Whichever goes first, the memory is nobody else's before both are gone.
                drop(main);
                assert_eq!(image.lock().used.len(), 0);
                assert_eq!(*word, -1);
                drop(flag);
            });
            // The thread's own hold on it is over too.
            assert_eq!(image.lock().used.len(), 1);
        }
    }

    #[test]
    fn what_was_beyond_a_grown_memory_can_not_be_reached() {
        let image = image(1 << 20);
        let mut memory = image.memory(4 << 20, WASM_PAGE).unwrap();
        memory.open_up(2 << 20).unwrap();
        image.take_back(memory);
        let next = image.memory(4 << 20, WASM_PAGE).unwrap();
        let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
        let beyond = next.base.addr() + (1 << 20);
        let holds = |line: &&str| {
            let (range, _) = line.split_once(' ').unwrap();
            let (from, to) = range.split_once('-').unwrap();
            let parse = |address| usize::from_str_radix(address, 16).unwrap();
            (parse(from)..parse(to)).contains(&beyond)
        };
        let line = maps.lines().find(holds).unwrap();
        assert!(line.contains(" ---p "), "{line}");
    }
}
