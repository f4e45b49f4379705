//! Threads for guests: with a stack of the size that they need, and kept when they are done.
//!
//! A stack of this size is mapped anew for each thread, and its pages come in one by one; taking a
//! thread that has run a guest before saves both.

use std::any::Any;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread;

#[cfg(target_os = "linux")]
use rustix::mm::{Advice, madvise};

use super::cores;
use super::engine::THREAD_STACK;

type Job = Box<dyn FnOnce() + Send>;

/// Threads that wait for a guest.
static IDLE: Mutex<Vec<Sender<Job>>> = Mutex::new(Vec::new());

/// What a guest's thread ended with: a value, or the panic.
pub(super) type Ended<T> = Result<T, Box<dyn Any + Send>>;

/// Runs something on a thread for guests; its result comes by the channel. Then, while nobody waits
/// any more, `after`.
pub(super) fn spawn<T: Send + 'static>(
    run: impl FnOnce() -> T + Send + 'static,
    after: impl FnOnce() + Send + 'static,
) -> io::Result<Receiver<Ended<T>>> {
    let (ends, ended) = mpsc::channel();
    let mut job: Job = Box::new(move || {
        // Nobody waits for it only when its caller panicked.
        _ = ends.send(catch_unwind(AssertUnwindSafe(run)));
        after();
    });
    while let Some(thread) = idle().pop() {
        match thread.send(job) {
            Ok(()) => return Ok(ended),
            Err(refused) => job = refused.0,
        }
    }
    let (jobs, todo) = mpsc::channel();
    thread::Builder::new()
        .name("guest".to_owned())
        .stack_size(THREAD_STACK)
        .spawn(move || work(job, &jobs, &todo))?;
    Ok(ended)
}

fn work(first: Job, jobs: &Sender<Job>, todo: &Receiver<Job>) {
    let most = 2 * cores::count();
    let top: *const () = (&raw const most).cast();
    let mut job = first;
    loop {
        job();
        give_back(top);
        {
            let mut idle = idle();
            if idle.len() >= most {
                return;
            }
            idle.push(jobs.clone());
        }
        match todo.recv() {
            Ok(next) => job = next,
            Err(_) => return,
        }
    }
}

/// What stays of a stack beyond a run, and what its two ends are spared, in bytes.
#[cfg(target_os = "linux")]
const KEPT: usize = 1 << 20;

/// Gives the pages of this thread's stack back that a deep recursion may have used. `top` lies on
/// the first pages of the stack.
#[cfg(target_os = "linux")]
fn give_back(top: *const ()) {
    let bottom = top.wrapping_byte_sub(THREAD_STACK - KEPT);
    let page = rustix::param::page_size();
    let bottom = bottom.map_addr(|addr| addr.next_multiple_of(page));
    // SAFETY: from within the stack's lower end to well below the frames in use, of which there are
    // few here: nothing lives there, and what comes instead is zeros, as on a new stack. When it
    // fails, the pages stay.
    unsafe {
        let unused = THREAD_STACK - 3 * KEPT;
        _ = madvise(bottom.cast_mut().cast(), unused, Advice::LinuxDontNeed);
    }
}

/// Elsewhere they stay.
#[cfg(not(target_os = "linux"))]
fn give_back(_: *const ()) {}

fn idle() -> std::sync::MutexGuard<'static, Vec<Sender<Job>>> {
    IDLE.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_comes_back_and_the_thread_goes_on() {
        let panicked = spawn(|| panic!("as it should"), || ())
            .unwrap()
            .recv()
            .unwrap();
        let message: Ended<()> = panicked;
        assert_eq!(message.unwrap_err().downcast_ref(), Some(&"as it should"));
        assert_eq!(spawn(|| 7, || ()).unwrap().recv().unwrap().unwrap(), 7);
    }

    #[test]
    fn more_run_at_once_than_are_kept() {
        let (go, gate) = mpsc::channel::<()>();
        let gate = std::sync::Arc::new(Mutex::new(gate));
        let waiting: Vec<_> = (0..50)
            .map(|index| {
                let gate = gate.clone();
                let wait = move || {
                    gate.lock().unwrap().recv().unwrap();
                    index
                };
                spawn(wait, || ()).unwrap()
            })
            .collect();
        (0..50).for_each(|_| go.send(()).unwrap());
        for (index, ended) in waiting.into_iter().enumerate() {
            assert_eq!(ended.recv().unwrap().unwrap(), index);
        }
    }
}
