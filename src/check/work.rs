//! Many runs on all cores.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::progress::Stage;

/// What `of` makes of each item, in their order; the first error otherwise.
pub(crate) fn each<T: Sync, R: Send, E: Send>(
    items: &[T],
    stage: &dyn Stage,
    of: impl Fn(&T) -> Result<R, E> + Sync,
) -> Result<Vec<R>, E> {
    let jobs = thread::available_parallelism().map_or(1, |cores| cores.get());
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let results = Mutex::new(Vec::new());
    let work = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else {
                return;
            };
            let result = of(item);
            if result.is_err() {
                next.store(items.len(), Ordering::Relaxed);
            }
            let mut results = results.lock().unwrap_or_else(|held| held.into_inner());
            results.push((index, result));
            stage.advance(done.fetch_add(1, Ordering::Relaxed) as u64 + 1);
        }
    };
    thread::scope(|scope| {
        for _ in 1..jobs.min(items.len()) {
            scope.spawn(work);
        }
        work();
    });
    let mut results = results
        .into_inner()
        .unwrap_or_else(|held| held.into_inner());
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::progress::Silent;

    #[test]
    fn results_are_in_the_order_of_the_items_whichever_ends_first() {
        let items: Vec<u64> = (0..24).collect();
        let squares = each(&items, &Silent, |item| {
            thread::sleep(Duration::from_millis((24 - item) % 5));
            Ok::<_, ()>(item * item)
        });
        let wanted: Vec<u64> = items.iter().map(|item| item * item).collect();
        assert_eq!(squares, Ok(wanted));
    }

    #[test]
    fn an_error_ends_the_work() {
        let items: Vec<usize> = (0..24).collect();
        let of = |item: &usize| match item {
            3 => Err("three"),
            _ => Ok(*item),
        };
        assert_eq!(each(&items, &Silent, of), Err("three"));
    }
}
