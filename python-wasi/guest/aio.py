"""An event loop without sockets: it waits for its own timers only.

asyncio wakes its loop through a pair of sockets. With one thread nothing wakes a waiting loop but
time, so it needs none.
"""

NO_EVENT = (
    "the event loop would wait for ever: nothing is scheduled, and this sandbox has no other thread, "
    "process or socket that could wake it"
)


def run_loops_without_sockets(asyncio, selectors):
    class Selector(selectors._BaseSelectorImpl):
        def select(self, timeout=None):
            if timeout is None:
                raise RuntimeError(NO_EVENT)
            if timeout > 0:
                import time

                time.sleep(timeout)
            return []

        def register(self, fileobj, events, data=None):
            raise OSError(errno.ENOTSUP, f"asyncio: {NO_NETWORK}")

    base = asyncio.selector_events.BaseSelectorEventLoop
    plain = base.__init__

    def __init__(self, selector=None):
        plain(self, Selector() if selector is None else selector)

    base.__init__ = __init__
    for name in ("_make_self_pipe", "_close_self_pipe", "_write_to_self"):
        setattr(base, name, lambda self: None)

    async def shutdown_default_executor(self, timeout=None):
        self._executor_shutdown_called = True
        if self._default_executor is not None:
            self._default_executor.shutdown()

    asyncio.base_events.BaseEventLoop.shutdown_default_executor = shutdown_default_executor

    loop = asyncio.unix_events._UnixSelectorEventLoop

    async def _make_subprocess_transport(self, *args, **kwargs):
        raise OSError(errno.ENOTSUP, f"asyncio: {NO_COMMAND}")

    def add_signal_handler(self, sig, callback, *args):
        # What asyncio raises where it can't be done.
        raise NotImplementedError(f"add_signal_handler: {NO_SIGNALS}")

    loop._make_subprocess_transport = _make_subprocess_transport
    loop.add_signal_handler = add_signal_handler


def run_asyncio():
    import asyncio.base_events
    import asyncio.selector_events
    import asyncio.unix_events
    import selectors

    run_loops_without_sockets(asyncio, selectors)
