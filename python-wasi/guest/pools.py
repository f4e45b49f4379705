"""multiprocessing in one process: pools do their work in order, and what processes would share is
shared with nobody.
"""

NO_CHILDREN = (
    "this sandbox runs nothing beside this process; call the function, or use multiprocessing.Pool "
    "or concurrent.futures, which here run it in this process, in order"
)


class SemLock:
    """`_multiprocessing.SemLock`, for one process."""

    SEM_VALUE_MAX = 0x7FFFFFFF
    handle = 0
    # With a name it would be given to the resource tracker, a process.
    name = None

    def __init__(self, kind, value, maxvalue, name, unlink):
        self.kind, self.maxvalue = kind, maxvalue
        self._value, self._mine = value, 0

    def acquire(self, block=True, timeout=None):
        # Kind 0 is the recursive one.
        if self.kind == 0 and self._mine:
            self._mine += 1
            return True
        if self._value == 0:
            return wait_alone(None if timeout is None else max(timeout, 0)) if block else False
        self._value -= 1
        self._mine += 1
        return True

    def release(self):
        if self.kind == 0:
            if not self._mine:
                raise AssertionError("attempt to release recursive lock not owned by thread")
            if self._mine > 1:
                self._mine -= 1
                return
        elif self._value >= self.maxvalue:
            raise ValueError("semaphore or lock released too many times")
        self._value += 1
        self._mine -= 1

    def __enter__(self):
        return self.acquire()

    def __exit__(self, *_):
        self.release()

    def _count(self):
        return self._mine

    def _is_mine(self):
        return self._mine > 0

    def _get_value(self):
        return self._value

    def _is_zero(self):
        return self._value == 0

    def _after_fork(self):
        pass


def make_queues(queues, queue, reduction):
    class Queue(queue.Queue):
        """What is put comes out as a copy, as from another process."""

        def __init__(self, maxsize=0, *, ctx=None):
            super().__init__(maxsize)
            self._closed = False

        def put(self, obj, block=True, timeout=None):
            if self._closed:
                raise ValueError(f"Queue {self!r} is closed")
            super().put(copied(reduction, obj), block, timeout)

        def get(self, block=True, timeout=None):
            if self._closed:
                raise ValueError(f"Queue {self!r} is closed")
            return super().get(block, timeout)

        def close(self):
            self._closed = True

        def join_thread(self):
            pass

        cancel_join_thread = join_thread

    class JoinableQueue(Queue):
        pass

    # Plain queues have none.
    Queue.task_done = Queue.join = property()

    class SimpleQueue(Queue):
        pass

    JoinableQueue.task_done, JoinableQueue.join = queue.Queue.task_done, queue.Queue.join
    for name, kind in (("Queue", Queue), ("JoinableQueue", JoinableQueue), ("SimpleQueue", SimpleQueue)):
        settle(queues, name, kind)


def make_pools(pool, reduction, context):
    class Done(pool.ApplyResult):
        """The result of work that is done."""

        def __init__(self, succeeded, value):
            import threading

            self._event = threading.Event()
            self._event.set()
            self._success, self._value = succeeded, value

    class Results:
        """The results of `imap`, each worked out when it is asked for."""

        def __init__(self, work, items):
            self._work, self._items = work, iter(items)

        def __iter__(self):
            return self

        def next(self, timeout=None):
            return self._work(next(self._items))

        __next__ = next

    class Pool:
        _wrap_exception = True

        def __init__(self, processes=None, initializer=None, initargs=(), maxtasksperchild=None, context=None):
            if processes is not None and processes < 1:
                raise ValueError("Number of processes must be at least 1")
            if initializer is not None and not callable(initializer):
                raise TypeError("initializer must be a callable")
            self._processes, self._state, self._unread = processes or 1, "RUN", []
            if initializer is not None:
                initializer(*initargs)

        def _check_running(self):
            if self._state != "RUN":
                raise ValueError("Pool not running")

        def _there(self, thing):
            """As it is on the other side."""
            return copied(reduction, thing)

        def _back(self, result):
            try:
                return self._there(result)
            except Exception as error:
                raise pool.MaybeEncodingError(error, result) from None

        def _call(self, func, args, kwds={}):
            func, args, kwds = self._there((func, args, kwds))
            return self._back(func(*args, **kwds))

        def _finish(self, work, callback, error_callback):
            try:
                succeeded, value = True, work()
            except Exception as error:
                succeeded, value = False, error
            answer = callback if succeeded else error_callback
            if answer is not None:
                answer(value)
            return Done(succeeded, value)

        def apply(self, func, args=(), kwds={}):
            return self.apply_async(func, args, kwds).get()

        def apply_async(self, func, args=(), kwds={}, callback=None, error_callback=None):
            self._check_running()
            return self._finish(lambda: self._call(func, tuple(args), kwds), callback, error_callback)

        def map(self, func, iterable, chunksize=None):
            return self.map_async(func, iterable).get()

        def map_async(self, func, iterable, chunksize=None, callback=None, error_callback=None):
            self._check_running()
            work = lambda: [self._call(func, (item,)) for item in iterable]
            return self._finish(work, callback, error_callback)

        def starmap(self, func, iterable, chunksize=None):
            return self.starmap_async(func, iterable).get()

        def starmap_async(self, func, iterable, chunksize=None, callback=None, error_callback=None):
            self._check_running()
            work = lambda: [self._call(func, tuple(items)) for items in iterable]
            return self._finish(work, callback, error_callback)

        def imap(self, func, iterable, chunksize=1):
            self._check_running()
            if chunksize < 1:
                raise ValueError(f"Chunksize must be 1+, not {chunksize}")
            results = Results(lambda item: self._call(func, (item,)), iterable)
            self._unread.append(results)
            return results

        imap_unordered = imap

        def close(self):
            if self._state == "RUN":
                self._state = "CLOSE"

        def terminate(self):
            self._state = "TERMINATE"
            self._unread.clear()

        def join(self):
            if self._state == "RUN":
                raise ValueError("Pool is still running")
            # Work whose results nobody has read is done all the same.
            for results in self._unread:
                done = [self._finish(lambda: results._work(item), None, None) for item in results._items]
                results._work, results._items = Done.get, iter(done)
            self._unread.clear()

        def __enter__(self):
            self._check_running()
            return self

        def __exit__(self, *_):
            self.terminate()

        def __reduce__(self):
            raise NotImplementedError("pool objects cannot be passed between processes or pickled")

    class ThreadPool(Pool):
        def __init__(self, processes=None, initializer=None, initargs=()):
            super().__init__(processes, initializer, initargs)

        def _there(self, thing):
            return thing

    settle(pool, "IMapIterator", Results)
    settle(pool, "Pool", Pool)
    settle(pool, "ThreadPool", ThreadPool)


def make_managers(managers, queue, threading, pool):
    shared = {}

    def attend(key):
        return shared[key]

    settle(managers, "_attend", attend)

    class Shared:
        """What every pickled copy of stays: one and the same."""

        def __reduce__(self):
            shared[id(self)] = self
            return attend, (id(self),)

        __reduce_ex__ = lambda self, protocol: self.__reduce__()

        def __deepcopy__(self, memo):
            raise TypeError("what a manager holds can't be copied")

    def kind(name, base):
        made = type(name, (Shared, base), {})
        settle(managers, name, made)
        return made

    def around(name, make):
        """For what can't be inherited from."""

        class Around(Shared):
            def __init__(self, *args):
                self._inner = make(*args)

            def __getattr__(self, attribute):
                if attribute == "_inner":
                    raise AttributeError(attribute)
                return getattr(self._inner, attribute)

            def __enter__(self):
                return self._inner.__enter__()

            def __exit__(self, *args):
                return self._inner.__exit__(*args)

        settle(managers, name, Around)
        return Around

    class ManagedList(Shared, list):
        pass

    class ManagedDict(Shared, dict):
        pass

    settle(managers, "ListProxy", ManagedList)
    settle(managers, "DictProxy", ManagedDict)
    settle(managers, "SetProxy", type("SetProxy", (Shared, set), {}))
    simple = {
        "dict": managers.DictProxy,
        "list": managers.ListProxy,
        "set": managers.SetProxy,
        "Queue": kind("ManagedQueue", queue.Queue),
        "JoinableQueue": managers.ManagedQueue,
        "Event": kind("EventProxy", threading.Event),
        "Condition": around("ConditionProxy", threading.Condition),
        "Semaphore": kind("ManagedSemaphore", threading.Semaphore),
        "BoundedSemaphore": kind("ManagedBoundedSemaphore", threading.BoundedSemaphore),
        "Barrier": kind("BarrierProxy", threading.Barrier),
        "Lock": around("AcquirerProxy", threading.Lock),
        "RLock": around("ManagedRLock", threading.RLock),
        "Namespace": kind("NamespaceProxy", managers.Namespace),
        "Value": kind("ValueProxy", managers.Value),
        "Array": lambda typecode, sequence: managers.ManagedArray(typecode, sequence),
        "Pool": lambda *args, **kwds: pool.Pool(*args, **kwds),
    }
    settle(managers, "ManagedArray", type("ManagedArray", (Shared, managers.array.array), {}))

    class SyncManager(managers.BaseManager):
        def __init__(self, *args, **kwds):
            pass

        def start(self, initializer=None, initargs=()):
            if initializer is not None:
                initializer(*initargs)

        def shutdown(self):
            pass

        def join(self, timeout=None):
            pass

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

    for name, make in simple.items():
        setattr(SyncManager, name, staticmethod(make))
    settle(managers, "SyncManager", SyncManager)


def make_values(sharedctypes, ctypes, array):
    """There is no ctypes; numbers and arrays of them do without."""
    codes = "b B h H i I l L q Q f d"
    names = "byte ubyte short ushort int uint long ulong longlong ulonglong float double"
    known = {code: code for code in codes.split()}
    known.update({getattr(ctypes, f"c_{name}"): code for code, name in zip(codes.split(), names.split())})
    known[ctypes.c_bool] = "?"

    class Number:
        def __init__(self, code, value=0):
            self._is_bool = code == "?"
            self._cell = array.array("B" if self._is_bool else code, [value])

        @property
        def value(self):
            return bool(self._cell[0]) if self._is_bool else self._cell[0]

        @value.setter
        def value(self, new):
            self._cell[0] = bool(new) if self._is_bool else new

    class Numbers(array.array):
        def __getitem__(self, at):
            found = super().__getitem__(at)
            return list(found) if isinstance(at, slice) else found

        def __setitem__(self, at, new):
            if isinstance(at, slice):
                new = array.array(self.typecode, new)
                if len(new) != len(range(*at.indices(len(self)))):
                    raise ValueError("Can only assign sequence of same size")
            super().__setitem__(at, new)

    def code_of(asked):
        try:
            return known[asked]
        except KeyError:
            raise OSError(errno.ENOTSUP, f"multiprocessing: this sandbox has no ctypes, so no shared {asked!r}") from None

    def RawValue(typecode_or_type, *args):
        return Number(code_of(typecode_or_type), *args)

    def RawArray(typecode_or_type, size_or_initializer):
        code = code_of(typecode_or_type).replace("?", "B")
        if isinstance(size_or_initializer, int):
            size_or_initializer = [0] * size_or_initializer
        return Numbers(code, size_or_initializer)

    def synchronized(obj, lock=None, ctx=None):
        kind = sharedctypes.Synchronized if isinstance(obj, Number) else sharedctypes.SynchronizedArray
        return kind(obj, lock, ctx)

    for made in (RawValue, RawArray, synchronized):
        settle(sharedctypes, made.__name__, made)


def make_loky(loky, futures):
    """joblib's executors, by the names that code imports."""
    for name in ("Future", "wait", "as_completed", "ProcessPoolExecutor"):
        setattr(loky, name, getattr(futures, name))
    for name in ("ALL_COMPLETED", "FIRST_COMPLETED", "FIRST_EXCEPTION"):
        setattr(loky, name, name)
    loky.cpu_count = lambda only_physical_cores=False: 1

    def get_reusable_executor(max_workers=None, context=None, timeout=10, kill_workers=False, reuse="auto", initializer=None, initargs=(), **_):
        return futures.ProcessPoolExecutor(max_workers, None, initializer, initargs)

    settle(loky, "get_reusable_executor", get_reusable_executor)


def keep_to_one_process():
    import multiprocessing
    import multiprocessing.process

    there = type(sys)("_multiprocessing")
    there.SemLock, there.sem_unlink = SemLock, lambda name: None
    settle(there, "SemLock", SemLock)
    sys.modules["_multiprocessing"] = there

    import queue
    import threading

    import multiprocessing.connection
    import multiprocessing.managers
    import multiprocessing.pool
    import multiprocessing.queues
    import multiprocessing.reduction
    import multiprocessing.sharedctypes
    import multiprocessing.synchronize

    make_queues(multiprocessing.queues, queue, multiprocessing.reduction)
    make_pools(multiprocessing.pool, multiprocessing.reduction, multiprocessing.context)
    make_managers(multiprocessing.managers, queue, threading, multiprocessing.pool)

    def start(self):
        self._check_closed()
        raise OSError(errno.ENOTSUP, f"can't start new process: {NO_CHILDREN}")

    multiprocessing.process.BaseProcess.start = start
    setattr(multiprocessing.connection, "Pipe", refuse("multiprocessing.Pipe", NO_CHILDREN))

    import array
    import ctypes
    import multiprocessing.heap

    def __init__(self, size, fd=-1):
        self.size, self.fd, self.buffer = size, fd, bytearray(size)

    multiprocessing.heap.Arena.__init__ = __init__
    make_values(multiprocessing.sharedctypes, ctypes, array)


def run_joblib_in_order():
    """joblib found no semaphores when it was imported, and so works in order; its backends of
    processes, asked for by name, then do too, without a warning."""
    import joblib.parallel
    from joblib._parallel_backends import LokyBackend, MultiprocessingBackend

    joblib.parallel.BACKENDS.update(loky=LokyBackend, multiprocessing=MultiprocessingBackend)

    import concurrent.futures

    import joblib.externals

    loky = sys.modules["joblib.externals.loky"] = type(sys)("joblib.externals.loky")
    make_loky(loky, concurrent.futures)

    import tqdm.std

    # What looks after bars that stall is a thread; without it tqdm would warn.
    tqdm.std.tqdm.monitor_interval = 0
