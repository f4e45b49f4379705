"""Sandboxes for coroutines. `make_sync.py` makes `_sync.py` of it, for threads."""

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


class AsyncClient:
    """A server with sandboxes; it ends with ``async with``, or with :meth:`close`.

    ``program`` is found by :func:`find_program`; ``args`` are options of ``autoexp serve``, such as
    ``["--fuel", "10G"]``. Several threads and event loops may use it.
    """

    def __init__(self, program: PathLike | None = None, args: Sequence[str] = ()) -> None:
        self._connection = Connection(program, args)

    async def _call(self, method: str, params: dict[str, Any]) -> Any:
        return await self._connection.call_async(method, params)

    async def create(
        self,
        files: Mapping[str, Data] | None = None,
        mounts: Sequence[Mount] | None = None,
        limits: Limits | None = None,
    ) -> AsyncSandbox:
        """A new sandbox, with files below ``/workspace`` and folders of the host's."""
        made = await self._call("create", create_params(files, mounts, limits))
        return AsyncSandbox(self, made["sandbox"])

    async def tasks(
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
        found = await self._call("tasks", wanted)
        return [Task(**task) for task in found["tasks"]]

    async def create_for(
        self, task: Task | str, *, docstring: str = "paper", limits: Limits | None = None
    ) -> AsyncSandbox:
        """A sandbox to work on a task in: the masked code, ``PAPER.md`` and ``TASK.md``."""
        params = {
            "task": task if isinstance(task, str) else task.id,
            "docstring": docstring,
            "limits": (limits or Limits()).wire(),
        }
        made = await self._call("create", params)
        return AsyncSandbox(self, made["sandbox"])

    async def statistics(self) -> dict[str, int]:
        """What the server has and did: sandboxes, snapshots, commands, fuel, …"""
        return dict(await self._call("statistics", {}))

    async def drop(self, snapshot: Snapshot) -> None:
        """Forgets a snapshot."""
        await self._call("drop", {"snapshot": snapshot.name})

    async def close(self) -> None:
        """Ends the server, and what runs there."""
        await self._connection.close_async()

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()


class AsyncSandbox:
    """Files, a shell and Python. Paths that are not absolute are below ``/workspace``."""

    def __init__(self, client: AsyncClient, name: str) -> None:
        self.client = client
        self.name = name

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"

    async def _call(self, method: str, **params: Any) -> Any:
        return await self.client._call(method, {"sandbox": self.name, **params})

    async def run(
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
        return Completed.read(await self._call("exec", **params))

    async def run_python(
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
        return await self.run(command, stdin=stdin, timeout=timeout, seed=seed, limits=limits)

    async def read(self, path: PathLike, offset: int = 0, length: int | None = None) -> bytes:
        """A file's bytes; errors are those of ``open``: ``FileNotFoundError``, …"""
        params = {"path": fspath(path), "offset": offset, "length": length}
        found = await self._call("read", **params)
        return from_wire(found["data"])

    async def read_text(self, path: PathLike) -> str:
        """A file's text, which is UTF-8."""
        data = await self.read(path)
        return data.decode()

    async def write(self, path: PathLike, data: Data, *, append: bool = False) -> None:
        """Writes a file, or to its end, making the folders that lead there."""
        await self._call("write", path=fspath(path), data=to_wire(data), append=append)

    async def list(self, path: PathLike = ".", *, recursive: bool = False) -> list[Entry]:
        """What is in a folder; paths are relative to it."""
        found = await self._call("list", path=fspath(path), recursive=recursive)
        return [Entry.read(entry) for entry in found["entries"]]

    async def stat(self, path: PathLike) -> Entry:
        """What is at a path; of a symlink, what it leads to."""
        return Entry.read(await self._call("stat", path=fspath(path)))

    async def mkdir(self, path: PathLike) -> None:
        """Makes a folder in one that is there."""
        await self._call("mkdir", path=fspath(path))

    async def remove(self, path: PathLike, *, recursive: bool = False) -> None:
        """Removes a file, an empty folder or, with ``recursive``, a folder with what is in it."""
        await self._call("remove", path=fspath(path), recursive=recursive)

    async def snapshot(self) -> Snapshot:
        """The files as they are, to go back to or to fork from. Costs what changed."""
        made = await self._call("snapshot")
        return Snapshot(made["snapshot"], made["hash"])

    async def restore(self, to: Snapshot) -> None:
        """Goes back to how the files, and the sandbox's clock, were."""
        await self._call("restore", snapshot=to.name)

    async def fork(self, at: Snapshot | None = None) -> AsyncSandbox:
        """Another sandbox, with the files as they are or as they were."""
        made = await self._call("fork", **({"snapshot": at.name} if at else {}))
        return AsyncSandbox(self.client, made["sandbox"])

    async def diff(self, since: Snapshot | None = None) -> Diff:
        """What changed since the sandbox began, or since a snapshot."""
        return Diff.read(await self._call("diff", snapshot=since.name if since else None))

    async def score(self, answer: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        """The score of what was left of a task, with the numbers reported: ``verified``, ``pass``,
        ``grounded``, ``transplanted``, ``failure``, ``functions``, …"""
        return dict(await self._call("score", answer={name: dict(metrics) for name, metrics in answer.items()}))

    async def limits(self, change: Limits | None = None) -> Limits:
        """What commands may use, after a change if there is one."""
        return Limits.read(await self._call("limits", set=(change or Limits()).wire()))

    async def statistics(self) -> dict[str, int]:
        """What its commands used, and the bytes that its files hold."""
        return dict(await self._call("statistics"))

    async def destroy(self) -> None:
        """Ends the sandbox, and what runs in it."""
        await self._call("destroy")

    async def __aenter__(self) -> AsyncSandbox:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.destroy()
