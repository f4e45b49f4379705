"""Sandboxes for threads. Made of `_async.py` by `make_sync.py`: change that one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import fspath
from types import TracebackType
from typing import Any

from ._connection import Connection
from ._types import (
    Command,
    Completed,
    Data,
    Diff,
    Entry,
    Limits,
    Mount,
    PathLike,
    Snapshot,
    Task,
    create_params,
    exec_params,
    from_wire,
    to_wire,
)


class Client:
    """A server with sandboxes; it ends with ``with``, or with :meth:`close`.

    ``program`` is found by :func:`find_program`; ``args`` are options of ``autoexp serve``, such as
    ``["--fuel", "10G"]``. Several threads and event loops may use it.
    """

    def __init__(self, program: PathLike | None = None, args: Sequence[str] = ()) -> None:
        self._connection = Connection(program, args)

    def _call(self, method: str, params: dict[str, Any]) -> Any:
        return self._connection.call(method, params)

    def create(
        self,
        files: Mapping[str, Data] | None = None,
        mounts: Sequence[Mount] | None = None,
        limits: Limits | None = None,
    ) -> Sandbox:
        """A new sandbox, with files below ``/workspace`` and folders of the host's."""
        made = self._call("create", create_params(files, mounts, limits))
        return Sandbox(self, made["sandbox"])

    def tasks(
        self,
        ids: Sequence[str] | None = None,
        *,
        n: str = "1",
        sample: int | None = None,
        seed: int = 0,
    ) -> list[Task]:
        """The benchmark's tasks: of papers or single ones, with ``n`` functions masked ("1", "0..2",
        "all"), and at most ``sample`` of each n."""
        wanted = {"ids": list(ids or []), "n": n, "seed": seed, "sample": sample}
        found = self._call("tasks", wanted)
        return [Task(**task) for task in found["tasks"]]

    def create_for(
        self, task: Task | str, *, docstring: str = "paper", limits: Limits | None = None
    ) -> Sandbox:
        """A sandbox to work on a task in: the masked code, ``PAPER.md`` and ``TASK.md``."""
        params = {
            "task": task if isinstance(task, str) else task.id,
            "docstring": docstring,
            "limits": (limits or Limits()).wire(),
        }
        made = self._call("create", params)
        return Sandbox(self, made["sandbox"])

    def statistics(self) -> dict[str, int]:
        """What the server has and did: sandboxes, snapshots, commands, fuel, …"""
        return dict(self._call("statistics", {}))

    def drop(self, snapshot: Snapshot) -> None:
        """Forgets a snapshot."""
        self._call("drop", {"snapshot": snapshot.name})

    def close(self) -> None:
        """Ends the server, and what runs there."""
        self._connection.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class Sandbox:
    """Files, a shell and Python. Paths that are not absolute are below ``/workspace``."""

    def __init__(self, client: Client, name: str) -> None:
        self.client = client
        self.name = name

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"

    def _call(self, method: str, **params: Any) -> Any:
        return self.client._call(method, {"sandbox": self.name, **params})

    def run(
        self,
        command: Command,
        *,
        stdin: Data = b"",
        cwd: PathLike | None = None,
        env: Mapping[str, str] | None = None,
        timeout: float | None = None,
        seed: int = 0,
        limits: Limits | None = None,
    ) -> Completed:
        """Runs a program with its arguments (a list) or a script of bash (a string).

        Each is a process of its own: no directory or variable of one is another's. ``timeout`` is
        seconds, by the wall and by the sandbox's own clock, which sleeping moves. What the command
        does wrong is in what is given back, not an exception.
        """
        params = exec_params(
            command, stdin=stdin, cwd=cwd, env=env, timeout=timeout, seed=seed, limits=limits
        )
        return Completed.read(self._call("exec", **params))

    def run_python(
        self,
        code: str,
        *,
        args: Sequence[str] = (),
        stdin: Data = b"",
        timeout: float | None = None,
        seed: int = 0,
        limits: Limits | None = None,
    ) -> Completed:
        """Runs a program of Python, as ``python -c`` does."""
        command = ["python", "-c", code, *args]
        return self.run(command, stdin=stdin, timeout=timeout, seed=seed, limits=limits)

    def read(self, path: PathLike, offset: int = 0, length: int | None = None) -> bytes:
        """A file's bytes; errors are those of ``open``: ``FileNotFoundError``, …"""
        params = {"path": fspath(path), "offset": offset, "length": length}
        found = self._call("read", **params)
        return from_wire(found["data"])

    def read_text(self, path: PathLike) -> str:
        """A file's text, which is UTF-8."""
        data = self.read(path)
        return data.decode()

    def write(self, path: PathLike, data: Data, *, append: bool = False) -> None:
        """Writes a file, or to its end, making the folders that lead there."""
        self._call("write", path=fspath(path), data=to_wire(data), append=append)

    def list(self, path: PathLike = ".", *, recursive: bool = False) -> list[Entry]:
        """What is in a folder; paths are relative to it."""
        found = self._call("list", path=fspath(path), recursive=recursive)
        return [Entry.read(entry) for entry in found["entries"]]

    def stat(self, path: PathLike) -> Entry:
        """What is at a path; of a symlink, what it leads to."""
        return Entry.read(self._call("stat", path=fspath(path)))

    def mkdir(self, path: PathLike) -> None:
        """Makes a folder in one that is there."""
        self._call("mkdir", path=fspath(path))

    def remove(self, path: PathLike, *, recursive: bool = False) -> None:
        """Removes a file, an empty folder or, with ``recursive``, a folder with what is in it."""
        self._call("remove", path=fspath(path), recursive=recursive)

    def snapshot(self) -> Snapshot:
        """The files as they are, to go back to or to fork from. Costs what changed."""
        made = self._call("snapshot")
        return Snapshot(made["snapshot"], made["hash"])

    def restore(self, to: Snapshot) -> None:
        """Goes back to how the files, and the sandbox's clock, were."""
        self._call("restore", snapshot=to.name)

    def fork(self, at: Snapshot | None = None) -> Sandbox:
        """Another sandbox, with the files as they are or as they were."""
        made = self._call("fork", **({"snapshot": at.name} if at else {}))
        return Sandbox(self.client, made["sandbox"])

    def diff(self, since: Snapshot | None = None) -> Diff:
        """What changed since the sandbox began, or since a snapshot."""
        return Diff.read(self._call("diff", snapshot=since.name if since else None))

    def score(self, answer: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        """The score of what was left of a task, with the numbers reported: ``verified``, ``pass``,
        ``grounded``, ``transplanted``, ``failure``, ``functions``, …"""
        return dict(self._call("score", answer={name: dict(metrics) for name, metrics in answer.items()}))

    def limits(self, change: Limits | None = None) -> Limits:
        """What commands may use, after a change if there is one."""
        return Limits.read(self._call("limits", set=(change or Limits()).wire()))

    def statistics(self) -> dict[str, int]:
        """What its commands used, and the bytes that its files hold."""
        return dict(self._call("statistics"))

    def destroy(self) -> None:
        """Ends the sandbox, and what runs in it."""
        self._call("destroy")

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.destroy()
