"""The server's process, and requests that are waited for by threads or by coroutines alike."""

from __future__ import annotations

import collections
import contextlib
import json
import os
import shutil
import subprocess
import sysconfig
import threading
from concurrent.futures import Future, InvalidStateError
from pathlib import Path
from typing import Any

from ._types import ConnectionLost, failure

PROTOCOL = 1
# Requests that may be sent before the server has said how many it takes.
_AT_FIRST = 1


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
    """One server. Thread-safe; a request is a future."""

    def __init__(self, program: str | os.PathLike[str] | None, args: list[str]) -> None:
        self._process = subprocess.Popen(
            [find_program(program), "--quiet", "serve", *args],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._asked = 0
        self._most = _AT_FIRST
        self._sent: dict[int, Future[Any]] = {}
        self._unsent: collections.deque[tuple[int, bytes, Future[Any]]] = collections.deque()
        self._said: collections.deque[bytes] = collections.deque(maxlen=20)
        self._lost: ConnectionLost | None = None
        self._complaints = threading.Thread(target=self._hear_complaints, daemon=True)
        self._complaints.start()
        self._reader = threading.Thread(target=self._hear, daemon=True)
        self._reader.start()
        self.told: Future[Any] = self.request("initialize", {"protocol": PROTOCOL})
        self.told.add_done_callback(self._learn)

    def _learn(self, told: Future[Any]) -> None:
        if not told.cancelled() and told.exception() is None:
            with self._lock:
                # One is kept for cancelling.
                self._most = max(1, told.result()["in_flight"] - 1)
            self._send_more()

    def request(self, method: str, params: dict[str, Any]) -> Future[Any]:
        """Asks the server. Cancelling the future cancels what the server does for it."""
        future: Future[Any] = Future()
        with self._lock:
            if self._lost:
                raise self._lost
            self._asked += 1
            number = self._asked
            message = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
            self._unsent.append((number, json.dumps(message).encode() + b"\n", future))
        self._send_more()
        return future

    def cancel(self, future: Future[Any]) -> None:
        """Ends what the server does for a request; its future comes to how that ended."""
        with self._lock:
            numbers = [number for number, known in self._sent.items() if known is future]
            if not numbers:
                waiting = [entry for entry in self._unsent if entry[2] is future]
                for entry in waiting:
                    self._unsent.remove(entry)
        if not numbers:
            future.cancel()
            return
        self._asked += 1
        message = {
            "jsonrpc": "2.0",
            "id": f"cancel-{numbers[0]}",
            "method": "cancel",
            "params": {"id": numbers[0]},
        }
        with contextlib.suppress(OSError, ValueError):
            self._write(json.dumps(message).encode() + b"\n")

    def _send_more(self) -> None:
        while True:
            # In the order they are taken, they are written.
            with self._writing:
                with self._lock:
                    if not self._unsent or len(self._sent) >= self._most:
                        return
                    number, line, future = self._unsent.popleft()
                    if future.cancelled():
                        continue
                    self._sent[number] = future
                try:
                    self._write_locked(line)
                except (OSError, ValueError):
                    # The reader says why.
                    return

    def _write(self, line: bytes) -> None:
        with self._writing:
            self._write_locked(line)

    def _write_locked(self, line: bytes) -> None:
        assert self._process.stdin
        self._process.stdin.write(line)
        self._process.stdin.flush()

    def _hear(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            answer = json.loads(line)
            with self._lock:
                future = self._sent.pop(answer["id"], None)
            # Nobody waits for one that was cancelled.
            with contextlib.suppress(InvalidStateError):
                if future is not None and "error" in answer:
                    future.set_exception(failure(answer["error"]))
                elif future is not None:
                    future.set_result(answer["result"])
            self._send_more()
        status = self._process.wait()
        self._complaints.join(timeout=1)
        said = b"".join(self._said).decode(errors="replace").strip()
        why = f"the server ended with status {status}" + (f": {said}" if said else "")
        with self._lock:
            self._lost = ConnectionLost(why, "closed")
            left = [*self._sent.values(), *(future for _, _, future in self._unsent)]
            self._sent.clear()
            self._unsent.clear()
        for future in left:
            with contextlib.suppress(InvalidStateError):
                future.set_exception(self._lost)

    def _hear_complaints(self) -> None:
        assert self._process.stderr
        for line in self._process.stderr:
            self._said.append(line)

    def close(self) -> None:
        """Ends the server, and what runs there."""
        assert self._process.stdin and self._process.stdout and self._process.stderr
        with contextlib.suppress(OSError), self._writing:
            self._process.stdin.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._reader.join()
        self._process.stdout.close()
        self._process.stderr.close()


