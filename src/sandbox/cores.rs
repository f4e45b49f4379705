//! No more guests run at once than there are cores; the others wait for their turn.
//!
//! More would only take time from each other, and pages: each that has begun holds memory.

use std::cell::Cell;
use std::sync::{Condvar, LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread;

/// How many guests run at once in this process.
pub(super) fn count() -> usize {
    // Asking takes a dozen system calls.
    static COUNT: LazyLock<usize> =
        LazyLock::new(|| thread::available_parallelism().map_or(1, usize::from));
    *COUNT
}

static TAKEN: Mutex<usize> = Mutex::new(0);
static FREED: Condvar = Condvar::new();

thread_local! {
    /// Whether this thread has a core.
    static HAS_CORE: Cell<bool> = const { Cell::new(false) };
}

/// Runs something that computes, when there is a core for it. What is in a hurry, since it was told
/// to stop, waits for none.
pub(super) fn with_core<T>(in_hurry: impl Fn() -> bool, compute: impl FnOnce() -> T) -> T {
    // What already has one needs no other.
    if HAS_CORE.get() {
        return compute();
    }
    take(in_hurry);
    let _core = Core;
    compute()
}

/// Runs something that waits, without keeping a core that others could use. In a hurry, as for
/// [`with_core`], it waits for none afterwards.
pub(super) fn without_core<T>(in_hurry: impl Fn() -> bool, wait: impl FnOnce() -> T) -> T {
    if !HAS_CORE.get() {
        return wait();
    }
    give();
    let _core = TakeAgain(in_hurry);
    wait()
}

/// Has those that wait for a core look again whether they are in a hurry.
pub(super) fn hurry() {
    // Nobody is between looking and waiting while this has the lock.
    drop(lock());
    FREED.notify_all();
}

struct Core;

impl Drop for Core {
    fn drop(&mut self) {
        give();
    }
}

struct TakeAgain<H: Fn() -> bool>(H);

impl<H: Fn() -> bool> Drop for TakeAgain<H> {
    fn drop(&mut self) {
        take(&self.0);
    }
}

fn take(in_hurry: impl Fn() -> bool) {
    let mut taken = lock();
    while *taken >= count() && !in_hurry() {
        taken = FREED.wait(taken).unwrap_or_else(PoisonError::into_inner);
    }
    *taken += 1;
    HAS_CORE.set(true);
}

fn give() {
    HAS_CORE.set(false);
    *lock() -= 1;
    FREED.notify_one();
}

fn lock() -> MutexGuard<'static, usize> {
    TAKEN.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn never() -> bool {
        false
    }

    #[test]
    fn no_more_run_at_once_than_there_are_cores() {
        let (running, most, waiting) = (
            AtomicUsize::new(0),
            AtomicUsize::new(0),
            AtomicUsize::new(0),
        );
        let work = || {
            with_core(never, || {
                let now = running.fetch_add(1, Ordering::SeqCst) + 1;
                most.fetch_max(now, Ordering::SeqCst);
                thread::yield_now();
                running.fetch_sub(1, Ordering::SeqCst);
                // All wait at once: none would come to an end if one of them kept its core.
                without_core(never, || {
                    waiting.fetch_add(1, Ordering::SeqCst);
                    while waiting.load(Ordering::SeqCst) < 4 * count() {
                        thread::yield_now();
                    }
                });
                with_core(never, || assert!(HAS_CORE.get()));
            });
            assert!(!HAS_CORE.get());
        };
        thread::scope(|scope| {
            for _ in 0..4 * count() {
                scope.spawn(work);
            }
        });
        assert!((1..=count()).contains(&most.into_inner()));
    }
}
