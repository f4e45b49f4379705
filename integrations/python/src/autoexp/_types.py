"""What goes in and comes out."""

from __future__ import annotations

import base64
import dataclasses
import errno as errnos
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Union

Data = Union[str, bytes, bytearray, memoryview]
PathLike = Union[str, "os.PathLike[str]"]
Command = Union[str, Sequence[str]]
# Seconds: more than a server would ever allow, and milliseconds that fit into 64 bits.
_LONGEST = 1e12


class AutoexpError(Exception):
    """A request that the server did not meet; ``kind`` is the protocol's name for why."""

    def __init__(self, message: str, kind: str = "internal") -> None:
        super().__init__(message)
        self.kind = kind


class LimitReached(AutoexpError):
    """More was asked for than the server or the sandbox allows."""


class UnknownName(AutoexpError):
    """There is no sandbox, or no snapshot, of that name: it was destroyed or dropped."""


class ConnectionLost(AutoexpError):
    """The server is gone; what it said last on standard error is in the message."""

    def again(self) -> ConnectionLost:
        """The same for another who waits: raising an exception twice mixes the tracebacks."""
        return ConnectionLost(str(self), self.kind)


class CommandError(AutoexpError):
    """A command that had to succeed and did not; how it ended is ``completed``."""

    def __init__(self, completed: Completed) -> None:
        why = completed.why or f"ended with status {completed.status}"
        said = completed.stderr.decode(errors="replace").strip()
        super().__init__(f"the command {why}" + (f":\n{said}" if said else ""), "command")
        self.completed = completed


def failure(error: dict[str, Any]) -> Exception:
    """The exception for an error of the server's. Of a file, it is the one that ``open`` raises."""
    data = error.get("data") or {}
    message, kind = str(error.get("message", error)), str(data.get("kind", "internal"))
    number = getattr(errnos, str(data.get("errno")), None)
    if kind == "file" and isinstance(number, int):
        path, _, _ = message.rpartition(": ")
        return OSError(number, os.strerror(number), path)
    kinds = {"limit": LimitReached, "unknown": UnknownName}
    return kinds.get(kind, AutoexpError)(message, kind)


def to_wire(data: Data) -> str | dict[str, str]:
    """Bytes as the protocol has them: text where they are UTF-8, else base64."""
    if isinstance(data, str):
        return data
    if not isinstance(data, (bytes, bytearray, memoryview)):
        raise TypeError(f"data is text or bytes, not {type(data).__name__}")
    try:
        return bytes(data).decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}


def milliseconds(name: str, seconds: float) -> int:
    """Whole ones, and at least one of any time at all."""
    if not 0 <= seconds <= _LONGEST:
        raise ValueError(f"{name} is seconds, from 0 to {_LONGEST:.0e}, not {seconds}")
    return math.ceil(seconds * 1000)


def from_wire(data: str | dict[str, str]) -> bytes:
    if isinstance(data, str):
        return data.encode()
    return base64.b64decode(data["base64"])


@dataclass(frozen=True)
class Limits:
    """What a command may use; ``None`` leaves what there is.

    ``fuel`` is work, about a unit a nanosecond; ``memory``, ``output`` (of each stream) and ``disk``
    (files that a sandbox holds) are bytes; ``time`` is seconds of wall-clock time.
    """

    fuel: int | None = None
    memory: int | None = None
    time: float | None = None
    output: int | None = None
    disk: int | None = None
    files: int | None = None

    def wire(self) -> dict[str, int]:
        given = {k: v for k, v in dataclasses.asdict(self).items() if v is not None}
        if "time" in given:
            given["time_ms"] = milliseconds("time", given.pop("time"))
        return given

    @classmethod
    def read(cls, wire: dict[str, Any]) -> Limits:
        rest = dict(wire)
        time_ms = rest.pop("time_ms", None)
        return cls(**rest, time=None if time_ms is None else time_ms / 1000)


@dataclass(frozen=True)
class Mount:
    """A folder of the host's, which is read when it is needed and never changed."""

    host: str | os.PathLike[str]
    guest: str = "/workspace"
    read_only: bool = False

    def wire(self) -> dict[str, Any]:
        host = os.path.abspath(self.host)
        return {"host": host, "guest": self.guest, "read_only": self.read_only}


@dataclass(frozen=True)
class Completed:
    """How a command ended.

    ``exit`` is ``exited``, ``out_of_fuel``, ``out_of_memory``, ``out_of_time``, ``out_of_disk``,
    ``cancelled``, ``stack_overflow`` or ``trapped``; ``status`` what a shell would see. ``digest``
    is the same whenever the same command runs on the same files.
    """

    exit: str
    status: int
    stdout: bytes
    stderr: bytes
    why: str | None
    stdout_dropped: int
    stderr_dropped: int
    fuel: int
    peak_memory: int
    written: int
    digest: str
    elapsed: float

    @property
    def ok(self) -> bool:
        return self.exit == "exited" and self.status == 0

    @property
    def text(self) -> str:
        """Standard output; what isn't UTF-8 is replaced."""
        return self.stdout.decode(errors="replace")

    def check(self) -> Completed:
        """Itself, or :class:`CommandError` if the command did not succeed."""
        if not self.ok:
            raise CommandError(self)
        return self

    @classmethod
    def read(cls, wire: dict[str, Any]) -> Completed:
        rest = dict(wire)
        return cls(
            stdout=from_wire(rest.pop("stdout")),
            stderr=from_wire(rest.pop("stderr")),
            why=rest.pop("why", None),
            elapsed=rest.pop("elapsed_ms") / 1000,
            **rest,
        )


@dataclass(frozen=True)
class Entry:
    """What is at a path; ``modified`` is in seconds of the sandbox's own clock."""

    path: str
    kind: Literal["file", "directory", "symlink", "device"]
    size: int
    modified: float

    @classmethod
    def read(cls, wire: dict[str, Any]) -> Entry:
        rest = dict(wire)
        return cls(modified=rest.pop("modified_ms") / 1000, **rest)


@dataclass(frozen=True)
class Task:
    """A paper with some of its functions masked, and the numbers to get back.

    ``masked`` are ``file::name``; ``metrics`` are the numbers to report, by experiment;
    ``instructions`` is what ``TASK.md`` says.
    """

    id: str
    paper: str
    title: str
    field: str
    n: int
    masked: list[str]
    metrics: dict[str, list[str]]
    instructions: str


@dataclass(frozen=True)
class Snapshot:
    """The files of a sandbox as they were; ``hash`` is that of those below ``/workspace``."""

    name: str
    hash: str


@dataclass(frozen=True)
class Change:
    path: str
    kind: Literal["added", "modified", "removed"]


@dataclass(frozen=True)
class Diff:
    """What changed below ``/workspace``; ``patch`` is in git's format."""

    changes: list[Change]
    patch: bytes

    @classmethod
    def read(cls, wire: dict[str, Any]) -> Diff:
        changes = [Change(**change) for change in wire["changes"]]
        return cls(changes, from_wire(wire["patch"]))


def exec_params(
    command: Command,
    *,
    stdin: Data,
    cwd: PathLike | None,
    env: Mapping[str, str] | None,
    timeout: float | None,
    seed: int,
    limits: Limits | None,
) -> dict[str, Any]:
    params: dict[str, Any] = {"stdin": to_wire(stdin), "env": dict(env or {}), "seed": seed}
    if isinstance(command, str):
        params["script"] = command
    elif isinstance(command, bytes):
        raise TypeError("a command is a text, or a list of texts")
    else:
        params["argv"] = list(command)
    if cwd is not None:
        params["cwd"] = os.fspath(cwd)
    if timeout is not None:
        params["timeout_ms"] = milliseconds("timeout", timeout)
    if limits is not None:
        params["limits"] = limits.wire()
    return params


def create_params(
    files: Mapping[str, Data] | None, mounts: Sequence[Mount] | None, limits: Limits | None
) -> dict[str, Any]:
    return {
        "files": {path: to_wire(data) for path, data in (files or {}).items()},
        "mounts": [mount.wire() for mount in mounts or []],
        "limits": (limits or Limits()).wire(),
    }
