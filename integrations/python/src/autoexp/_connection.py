"""The server's process, and requests that are waited for by threads or by coroutines."""

from __future__ import annotations

import asyncio
import collections
import contextlib
import json
import os
import shutil
import subprocess
import sysconfig
import threading
import weakref
from collections.abc import Sequence
from concurrent.futures import Future, InvalidStateError
from pathlib import Path
from typing import Any

from ._types import AutoexpError, ConnectionLost, LimitReached, failure

PROTOCOL = 1
# The first request, by its number: the server answers it with what it takes, and is asked nothing
# else before.
_HELLO = 1


def find_program(program: str | os.PathLike[str] | None = None) -> str:
    """The program to run: the one named, else ``$AUTOEXP``, the one that was installed with this
    package, one on ``PATH``, or one built in the repository that this package is in."""
    named = program or os.environ.get("AUTOEXP")
    if named:
        found = shutil.which(named)
        if not found:
            raise FileNotFoundError(f"there is no program {os.fspath(named)} to run")
        return found
    here = Path(__file__).resolve().parent
    built = [parent / "target/release/autoexp" for parent in here.parents]
    in_environment, by_target, for_user = _installed(here)
    for path in [in_environment, by_target, shutil.which("autoexp"), for_user, *built]:
        if path and os.access(path, os.X_OK):
            return os.fspath(path)
    raise FileNotFoundError(
        "autoexp was not found: install its wheel, or build it with `cargo build --release`, and "
        "have it on PATH, in $AUTOEXP or passed as `program`"
    )


def _installed(package: Path) -> list[Path]:
    """Where pip puts a wheel's programs: in an environment, with ``--target``, with ``--user``."""
    user = sysconfig.get_path("scripts", sysconfig.get_preferred_scheme("user"))
    folders = [Path(sysconfig.get_path("scripts")), package.parent / "bin", Path(user)]
    return [folder / "autoexp" for folder in folders]


class Connection:
    """One server. Threads and event loops may share it: requests are futures, written by one thread
    and answered by another, so that neither waits for the other."""

    def __init__(self, program: str | os.PathLike[str] | None, args: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            [find_program(program), "--quiet", "serve", *args],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # A Ctrl-C is this process's: it ends a command, and not the server.
            start_new_session=True,
        )
        self._made_by = os.getpid()
        self._state = threading.Condition()
        self._asked = 0
        self._most = 0
        self._longest = 0
        self._sent: dict[int, Future[Any]] = {}
        self._unsent: collections.deque[tuple[int, bytes, Future[Any]]] = collections.deque()
        self._cancels: collections.deque[int] = collections.deque()
        self._said: collections.deque[bytes] = collections.deque(maxlen=20)
        self._closing = False
        # What it said that no server of this protocol does.
        self._unlike = ""
        self._lost: ConnectionLost | None = None
        works = [self._hear_complaints, self._hear, self._say]
        self._threads = [threading.Thread(target=work, daemon=True) for work in works]
        for thread in self._threads:
            thread.start()
        _OPEN.add(self)
        self.request("initialize", {"protocol": PROTOCOL}).add_done_callback(self._learn)

    def _learn(self, told: Future[Any]) -> None:
        refused = told.exception()
        with self._state:
            if refused is None:
                self._most = told.result()["in_flight"]
                self._longest = told.result()["message"]
                self._state.notify_all()
            elif not isinstance(refused, ConnectionLost):
                self._unlike = str(refused)
                self._process.kill()

    def call(self, method: str, params: dict[str, Any]) -> Any:
        """What the server answers. Whatever interrupts the wait cancels what it does."""
        future = self.request(method, params)
        try:
            return future.result()
        except BaseException:
            self.abandon(future)
            raise

    async def call_async(self, method: str, params: dict[str, Any]) -> Any:
        """The same, for coroutines."""
        future = self.request(method, params)
        try:
            return await asyncio.wrap_future(future)
        except BaseException:
            self.abandon(future)
            raise

    def request(self, method: str, params: dict[str, Any]) -> Future[Any]:
        """Asks the server, and waits for nothing."""
        if os.getpid() != self._made_by:
            why = "the client was made by another process: make one in each"
            raise ConnectionLost(why, "closed")
        future: Future[Any] = Future()
        with self._state:
            if self._lost:
                raise self._lost.again()
            self._asked += 1
            number = self._asked
            line = _line(number, method, params)
            self._unsent.append((number, line, future))
            self._state.notify_all()
        return future

    def abandon(self, future: Future[Any]) -> None:
        """Nobody waits for a request any more: what the server does for it ends, and what it made is
        given back."""
        if future.cancel():
            with self._state:
                numbers = [number for number, known in self._sent.items() if known is future]
                self._cancels.extend(numbers)
                self._state.notify_all()
        elif future.exception() is None:
            self._give_back(future.result())

    def _give_back(self, result: Any) -> None:
        made = result if isinstance(result, dict) else {}
        with contextlib.suppress(AutoexpError):
            if made.keys() == {"sandbox"}:
                self.request("destroy", {"sandbox": made["sandbox"]})
            elif made.keys() == {"snapshot", "hash"}:
                self.request("drop", {"snapshot": made["snapshot"]})

    def _say(self) -> None:
        """Writes requests, as many at once as the server takes."""
        stdin = self._process.stdin
        assert stdin
        # Where the server is gone, the reader says why.
        with contextlib.suppress(OSError):
            while (line := self._next()) is not None:
                stdin.write(line)
                stdin.flush()
        with contextlib.suppress(OSError):
            stdin.close()

    def _next(self) -> bytes | None:
        """The next line to write; none at the end."""
        with self._state:
            while not self._closing:
                if self._cancels:
                    number = self._cancels.popleft()
                    return _line(f"cancel-{number}", "cancel", {"id": number})
                if self._unsent and (len(self._sent) < self._most or self._unsent[0][0] == _HELLO):
                    number, line, future = self._unsent.popleft()
                    if future.cancelled():
                        continue
                    if number != _HELLO and len(line) > self._longest:
                        why = f"a message of {len(line)} bytes is more than the {self._longest} that"
                        _settle(future, LimitReached(f"{why} may be sent: write in pieces", "limit"))
                        continue
                    self._sent[number] = future
                    return line
                self._state.wait()
        return None

    def _hear(self) -> None:
        """Takes answers, until there are no more."""
        assert self._process.stdout
        for line in self._process.stdout:
            try:
                answer = json.loads(line)
                number = answer["id"]
                result = failure(answer["error"]) if "error" in answer else answer["result"]
            except (ValueError, TypeError, KeyError):
                number, result = None, line[:200].decode(errors="replace").strip()
            if number is None:
                # Of no request of ours: who waits would wait for ever.
                self._unlike = f"it said {result}"
                self._process.kill()
                break
            with self._state:
                future = self._sent.pop(number, None)
                self._state.notify_all()
            if future is not None and not _settle(future, result):
                self._give_back(result)
        status = self._process.wait()
        self._threads[0].join(timeout=1)
        said = b"".join(self._said).decode(errors="replace").strip()
        why = f"the server ended with status {status}" + (f": {said}" if said else "")
        with self._state:
            if self._unlike:
                why = f"the program is no server that this client knows: {self._unlike}"
            elif self._closing:
                why = "the client was closed"
            self._lost = ConnectionLost(why, "closed")
            self._closing = True
            left = [*self._sent.values(), *(future for _, _, future in self._unsent)]
            self._sent.clear()
            self._unsent.clear()
            self._state.notify_all()
        for future in left:
            _settle(future, self._lost.again())

    def _hear_complaints(self) -> None:
        assert self._process.stderr
        for line in self._process.stderr:
            self._said.append(line)

    def close(self) -> None:
        """Ends the server, and what runs there."""
        assert self._process.stdout and self._process.stderr
        if os.getpid() != self._made_by:
            return
        with self._state:
            self._closing = True
            self._state.notify_all()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
        for thread in self._threads:
            thread.join()
        self._process.stdout.close()
        self._process.stderr.close()

    async def close_async(self) -> None:
        await asyncio.to_thread(self.close)

    def let_go(self) -> None:
        """In a process that was forked: the server is its parent's alone, and ends with that."""
        pipes = [self._process.stdin, self._process.stdout, self._process.stderr]
        nothing = os.open(os.devnull, os.O_RDWR)
        for pipe in pipes:
            if pipe is not None and not pipe.closed:
                os.dup2(nothing, pipe.fileno(), inheritable=False)
        os.close(nothing)


def _line(number: int | str, method: str, params: dict[str, Any]) -> bytes:
    message = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
    # Text that isn't Unicode (lone surrogates) is an error here, where it came from.
    return json.dumps(message, ensure_ascii=False, allow_nan=False).encode() + b"\n"


def _settle(future: Future[Any], result: Any) -> bool:
    """Whether somebody waits for it."""
    try:
        if isinstance(result, Exception):
            future.set_exception(result)
        else:
            future.set_result(result)
    except InvalidStateError:
        return False
    return True


# Those whose pipes a forked process has, too.
_OPEN: weakref.WeakSet[Connection] = weakref.WeakSet()


def _after_fork() -> None:
    for connection in list(_OPEN):
        connection.let_go()


os.register_at_fork(after_in_child=_after_fork)
