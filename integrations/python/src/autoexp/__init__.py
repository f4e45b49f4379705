"""Python in a sandbox with no Docker: a client of ``autoexp serve``.

>>> from autoexp import Client
>>> with Client() as client:
...     sandbox = client.create(files={"a.py": "print(6 * 7)"})
...     sandbox.run(["python", "a.py"]).text
'42\\n'
"""

from ._async import AsyncClient, AsyncSandbox
from ._connection import find_program
from ._sync import Client, Sandbox
from ._types import (
    AutoexpError,
    Change,
    CommandError,
    Completed,
    ConnectionLost,
    Diff,
    Entry,
    LimitReached,
    Limits,
    Mount,
    Snapshot,
    Task,
    UnknownName,
)

__all__ = [
    "AsyncClient",
    "AsyncSandbox",
    "AutoexpError",
    "Change",
    "Client",
    "CommandError",
    "Completed",
    "ConnectionLost",
    "Diff",
    "Entry",
    "LimitReached",
    "Limits",
    "Mount",
    "Sandbox",
    "Snapshot",
    "Task",
    "UnknownName",
    "find_program",
]
