//! The bound on the memory that the host spends on a script.
//!
//! The interpreter counts what it means to hold, but not all that its commands come to hold: `sed`
//! doubles a line in place a thousand times. So each allocation on the thread of a script is
//! counted, and one beyond the bound raises a flag that all commands look at as they go on. The
//! flag rises at the same allocation each time.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};

/// The system's allocator, counting on threads that asked for it.
pub struct Counting;

thread_local! {
    // Constants that need no dropping: looking at them allocates nothing.
    static HELD: Cell<i64> = const { Cell::new(0) };
    static BOUND: Cell<i64> = const { Cell::new(i64::MAX) };
    static FLAG: Cell<*const AtomicBool> = const { Cell::new(ptr::null()) };
}

/// Runs something, with `flag` raised once it holds more than `bound` bytes that it allocated on
/// this thread. Whether it did.
pub(super) fn bounded<T>(bound: u64, flag: &AtomicBool, run: impl FnOnce() -> T) -> (T, bool) {
    struct Uncount;
    impl Drop for Uncount {
        fn drop(&mut self) {
            FLAG.set(ptr::null());
        }
    }
    HELD.set(0);
    BOUND.set(i64::try_from(bound).unwrap_or(i64::MAX));
    FLAG.set(flag);
    let uncount = Uncount;
    let done = run();
    drop(uncount);
    (done, BOUND.get() < 0)
}

fn count(bytes: i64) {
    let flag = FLAG.get();
    if flag.is_null() {
        return;
    }
    let held = HELD.get() + bytes;
    HELD.set(held);
    if held > BOUND.get() && BOUND.get() >= 0 {
        // Once is enough, and says afterwards that it happened.
        BOUND.set(-1);
        // SAFETY: `bounded` borrows the flag for as long as the pointer to it is in `FLAG`.
        unsafe { &*flag }.store(true, Ordering::Relaxed);
    }
}

fn signed(size: usize) -> i64 {
    // A layout is no larger than `isize::MAX`.
    size as i64
}

// SAFETY: all is done by the system's allocator, with what it is given here; counting allocates
// nothing and doesn't unwind.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(signed(layout.size()));
        // SAFETY: the caller's promises are the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        count(-signed(layout.size()));
        // SAFETY: likewise.
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(signed(layout.size()));
        // SAFETY: likewise.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(signed(size) - signed(layout.size()));
        // SAFETY: likewise.
        unsafe { System.realloc(at, layout, size) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flag_rises_with_what_is_held_at_once_and_not_with_what_was() {
        let held = |run: &dyn Fn()| {
            let flag = AtomicBool::new(false);
            let ((), beyond) = bounded(1 << 20, &flag, run);
            assert_eq!(flag.into_inner(), beyond);
            beyond
        };
        let some = || drop(std::hint::black_box(vec![1u8; 600 << 10]));
        assert!(!held(&|| (0..100).for_each(|_| some())));
        assert!(held(&|| {
            let kept = std::hint::black_box(vec![1u8; 600 << 10]);
            some();
            drop(kept);
        }));
    }
}
