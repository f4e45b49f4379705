"""One thread: starting another is refused, waiting for one ends, and what would be given to others
to do is done in order where it is given.
"""

NO_THREADS = (
    "this sandbox runs one thread; do the work in the calling thread, or through concurrent.futures, "
    "multiprocessing.Pool or joblib, which here run it there in order"
)
FOR_EVER = (
    "this would wait for ever: only another thread could end it, and this sandbox runs one thread"
)


def wait_alone(timeout):
    """Waits for what no other thread can bring about: until the timeout, or not at all."""
    if timeout is None:
        raise RuntimeError(FOR_EVER)
    if timeout > 0:
        import time

        time.sleep(timeout)
    return False


class lock:
    """`_thread.lock`, whose waiting would be an abort here."""

    __slots__ = ("_held", "__weakref__")

    def __new__(cls):
        self = object.__new__(cls)
        self._held = False
        return self

    def acquire(self, blocking=True, timeout=-1):
        if not blocking and timeout != -1:
            raise ValueError("can't specify a timeout for a non-blocking call")
        if timeout < 0 and timeout != -1:
            raise ValueError("timeout value must be a non-negative number")
        if self._held:
            return wait_alone(None if timeout == -1 else timeout) if blocking else False
        self._held = True
        return True

    def release(self):
        if not self._held:
            raise RuntimeError("release unlocked lock")
        self._held = False

    def locked(self):
        return self._held

    def __enter__(self):
        if self._held:
            wait_alone(None)
        self._held = True
        return True

    def __exit__(self, *_):
        if not self._held:
            raise RuntimeError("release unlocked lock")
        self._held = False

    acquire_lock, release_lock, locked_lock = acquire, release, locked

    def _at_fork_reinit(self):
        self._held = False

    def __reduce__(self):
        raise TypeError("cannot pickle '_thread.lock' object")

    def __repr__(self):
        held = "locked" if self._held else "unlocked"
        return f"<{held} _thread.lock object at {id(self):#x}>"


def one_thread(threading, thread, queue):
    def start_new_thread(function, args, kwargs=None, /):
        raise RuntimeError(f"can't start new thread: {NO_THREADS}")

    def start_joinable_thread(function, *, handle=None, daemon=True):
        raise RuntimeError(f"can't start new thread: {NO_THREADS}")

    for name in ("start_new_thread", "start_new"):
        setattr(thread, name, start_new_thread)
    thread.start_joinable_thread = threading._start_joinable_thread = start_joinable_thread

    settle(thread, "lock", lock)
    for name in ("LockType", "allocate_lock", "allocate"):
        setattr(thread, name, lock)
    threading.Lock = threading._allocate_lock = lock

    def wait(self, timeout=None):
        if not self._is_owned():
            raise RuntimeError("cannot wait on un-acquired lock")
        return wait_alone(timeout)

    threading.Condition.wait = wait

    class SimpleQueue(queue.SimpleQueue):
        __slots__ = ()

        def get(self, block=True, timeout=None):
            if timeout is not None and block and timeout < 0:
                raise ValueError("'timeout' must be a non-negative number")
            if block and self.empty():
                wait_alone(timeout)
            return super().get(False)

    settle(queue, "SimpleQueue", SimpleQueue)


def run_futures_in_order(futures, thread_pool, process_pool, reduction):
    """`submit` does the work, and gives a future that is done."""

    def submit(self, fn, /, *args, **kwargs):
        with self._shutdown_lock:
            if self._broken:
                raise self.BROKEN(self._broken)
            if self._shutdown:
                raise RuntimeError("cannot schedule new futures after shutdown")
        future = futures.Future()
        if not self._threads:
            # The one worker is the calling thread.
            context = self._create_worker_context()
            try:
                context.initialize()
            except BaseException as error:
                thread_pool._base.LOGGER.critical("Exception in initializer:", exc_info=True)
                self._broken = "A thread initializer failed, the thread pool is not usable anymore"
                future.set_exception(self.BROKEN(self._broken).with_traceback(error.__traceback__))
                return future
            self._threads = Worker(context)
        task = self._resolve_work_item_task(fn, args, kwargs)
        thread_pool._WorkItem(future, task).run(self._threads.context)
        return future

    class Worker(frozenset):
        """The threads of a pool that is in use: none to join."""

        def __new__(cls, context):
            self = super().__new__(cls)
            self.context = context
            return self

        def __bool__(self):
            return True

    thread_pool.ThreadPoolExecutor.submit = submit

    class Executor(process_pool.ProcessPoolExecutor):
        def __init__(self, max_workers=None, mp_context=None, initializer=None, initargs=(), *, max_tasks_per_child=None):
            if max_workers is not None and max_workers <= 0:
                raise ValueError("max_workers must be greater than 0")
            if initializer is not None and not callable(initializer):
                raise TypeError("initializer must be a callable")
            self._max_workers = max_workers or 1
            self._initializer, self._initargs = initializer, initargs
            self._broken, self._shutdown_thread, self._processes = False, False, {}

        def submit(self, fn, /, *args, **kwargs):
            if self._broken:
                raise process_pool.BrokenProcessPool(self._broken)
            if self._shutdown_thread:
                raise RuntimeError("cannot schedule new futures after shutdown")
            future = futures.Future()
            future.set_running_or_notify_cancel()
            initialize, self._initializer = self._initializer, None
            try:
                if initialize is not None:
                    initialize(*self._initargs)
            except BaseException:
                process_pool._base.LOGGER.critical("Exception in initializer:", exc_info=True)
                self._broken = "A process in the process pool was terminated abruptly while the future was running or pending."
                future.set_exception(process_pool.BrokenProcessPool(self._broken))
                return future
            try:
                fn, args, kwargs = copied(reduction, (fn, args, kwargs))
                future.set_result(copied(reduction, fn(*args, **kwargs)))
            except BaseException as error:
                future.set_exception(error)
            return future

        def shutdown(self, wait=True, *, cancel_futures=False):
            self._shutdown_thread = True

        def terminate_workers(self):
            self.shutdown()

        kill_workers = terminate_workers

    Executor.submit.__doc__ = futures.Executor.submit.__doc__
    settle(process_pool, "ProcessPoolExecutor", Executor)
    # There it is a lazy import.
    futures.ProcessPoolExecutor = Executor


def copied(reduction, thing):
    """As another process would get it: what is done to it there is not done to it here."""
    return reduction.ForkingPickler.loads(reduction.ForkingPickler.dumps(thing))


def run_in_one_thread():
    import _thread
    import concurrent.futures
    import concurrent.futures.process
    import concurrent.futures.thread
    import itertools
    import multiprocessing.reduction
    import queue
    import threading

    one_thread(threading, _thread, queue)
    # Whatever was made for an image, a program's first thread is its first.
    threading._counter = itertools.count(1).__next__
    run_futures_in_order(
        concurrent.futures, concurrent.futures.thread, concurrent.futures.process, multiprocessing.reduction
    )
