"""Inspect's sandbox over ``autoexp serve``: one server for a process, one sandbox a sample."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import Any, Literal, overload

from autoexp import AsyncClient, AsyncSandbox, ConnectionLost, Limits, Mount
from inspect_ai._util.error import PrerequisiteError
from inspect_ai.util import (
    ExecResult,
    OutputLimitExceededError,
    SandboxEnvironment,
    SandboxEnvironmentConfigType,
    SandboxEnvironmentLimits,
    sandboxenv,
)
from inspect_ai.util._sandbox._cli import SANDBOX_TOOLS_DIR
from inspect_ai.util._sandbox.environment import (
    SandboxUnavailableError,
    SandboxUserUnsupportedError,
)
from pydantic import BaseModel, ConfigDict, ValidationError
from typing_extensions import override

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

# Where a sample's metadata names the task of ours that its sandbox is for.
TASK = "autoexp_task"
# Of the name that programs find themselves under; there is no other user.
USERS = (None, "user")
# Statuses of a shell whose command may not be run, or isn't there.
NOT_EXECUTABLE = 126
# In what Inspect runs to bring a program of its own into a sandbox.
TOOLS = Path(SANDBOX_TOOLS_DIR).name
# Where files can be written, beside what the configuration mounts.
WRITABLE = "/workspace and /tmp"


class AutoexpConfig(BaseModel):
    """Limits of each command: fuel (about a unit a nanosecond), bytes, seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fuel: int | None = None
    memory: int | None = None
    time: float | None = None
    disk: int | None = None
    # Folders of the host's, read when needed and never changed: where they are seen -> where they are.
    mounts: dict[str, str] = {}

    @classmethod
    def read(cls, config: SandboxEnvironmentConfigType | None) -> AutoexpConfig:
        match config:
            case None:
                return cls()
            case AutoexpConfig():
                return config
            case str():
                try:
                    return cls(**tomllib.loads(Path(config).read_text()))
                except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
                    raise PrerequisiteError(
                        f"The autoexp sandbox is configured by a TOML file, and {config} can't be read "
                        f"as one: {error}. There are no containers, so a compose file says nothing to it."
                    ) from error
                except ValidationError as error:
                    wrong = "; ".join(f"{'.'.join(map(str, it['loc']))}: {it['msg']}" for it in error.errors())
                    known = ", ".join(cls.model_fields)
                    raise PrerequisiteError(f"{config}: {wrong}. Known are {known}.") from error
            case _:
                raise PrerequisiteError(
                    f"The autoexp sandbox is configured by a TOML file or AutoexpConfig, not by {config!r}"
                )


class _Server:
    """The process's server, as long as a task uses it."""

    def __init__(self) -> None:
        self.client: AsyncClient | None = None
        self.tasks = 0
        # Files of configuration by the names that tasks have for them. A task's names are below its
        # own folder, which is the working directory when it begins, but not when its samples do.
        self.configurations: dict[str, AutoexpConfig] = {}

    def get(self) -> AsyncClient:
        if self.client is None:
            # What a command prints beyond Inspect's own limit is of no use to it.
            self.client = AsyncClient(args=["--max-sandboxes", "10000"])
        return self.client

    def enter(self, config: SandboxEnvironmentConfigType | None) -> None:
        read = AutoexpConfig.read(config)
        if isinstance(config, str):
            if self.configurations.setdefault(config, read) != read:
                raise PrerequisiteError(
                    f"Two tasks that run together have different files {config}: give their whole paths"
                )
        self.tasks += 1

    def configuration(self, config: SandboxEnvironmentConfigType | None) -> AutoexpConfig:
        known = self.configurations.get(config) if isinstance(config, str) else None
        return known or AutoexpConfig.read(config)

    async def leave(self) -> None:
        self.tasks -= 1
        if self.tasks <= 0:
            self.configurations.clear()
        if self.tasks <= 0 and self.client is not None:
            client, self.client = self.client, None
            await client.close()


_server = _Server()


@sandboxenv(name="autoexp")
class AutoexpSandbox(SandboxEnvironment):
    """Files, a shell and Python with the numerical stack; no processes, users or network."""

    def __init__(self, sandbox: AsyncSandbox) -> None:
        super().__init__()
        self._sandbox = sandbox

    @override
    @classmethod
    async def task_init(cls, task_name: str, config: SandboxEnvironmentConfigType | None) -> None:
        _server.enter(config)

    @override
    @classmethod
    async def task_cleanup(
        cls, task_name: str, config: SandboxEnvironmentConfigType | None, cleanup: bool
    ) -> None:
        await _server.leave()

    @override
    @classmethod
    async def sample_init(
        cls,
        task_name: str,
        config: SandboxEnvironmentConfigType | None,
        metadata: dict[str, str],
    ) -> dict[str, SandboxEnvironment]:
        asked, client = _server.configuration(config), _server.get()
        limits = Limits(fuel=asked.fuel, memory=asked.memory, time=asked.time, disk=asked.disk)
        if task := metadata.get(TASK):
            docstring = metadata.get("docstring", "paper")
            return {"default": cls(await client.create_for(task, docstring=docstring, limits=limits))}
        mounts = [Mount(host, guest) for guest, host in asked.mounts.items()]
        return {"default": cls(await client.create(mounts=mounts, limits=limits))}

    @override
    @classmethod
    async def sample_cleanup(
        cls,
        task_name: str,
        config: SandboxEnvironmentConfigType | None,
        environments: dict[str, SandboxEnvironment],
        interrupted: bool,
    ) -> None:
        for environment in environments.values():
            try:
                await environment.as_type(AutoexpSandbox)._sandbox.destroy()
            except ConnectionLost:
                pass

    @override
    @classmethod
    def config_files(cls) -> list[str]:
        return ["autoexp.toml"]

    @override
    @classmethod
    def config_deserialize(cls, config: dict[str, Any]) -> BaseModel:
        return AutoexpConfig(**config)

    @override
    def default_polling_interval(self) -> float:
        return 0.2

    @override
    async def exec(
        self,
        cmd: list[str],
        input: str | bytes | None = None,
        cwd: str | None = None,
        env: dict[str, str] | None = None,
        user: str | None = None,
        timeout: int | None = None,
        timeout_retry: bool = True,
        concurrency: bool = True,
    ) -> ExecResult[str]:
        if user not in USERS:
            raise SandboxUserUnsupportedError(
                f"there are no users in this sandbox, so {user!r} can't run {cmd[0]}"
            )
        if any(TOOLS in word for word in (*cmd, *(env or {}).values())):
            # Inspect says of which tool, and ends the sample.
            raise RuntimeError(
                "a tool such as text_editor, bash_session or an MCP server brings machine code into "
                "its sandbox, and autoexp's runs none; use bash() and python()"
            )
        try:
            done = await self._sandbox.run(
                cmd, stdin=input or b"", cwd=cwd, env=env, timeout=timeout
            )
        except ConnectionLost as error:
            raise SandboxUnavailableError(str(error)) from error
        stdout, stderr = (s.decode(errors="replace") for s in (done.stdout, done.stderr))
        if done.exit == "out_of_time":
            raise TimeoutError(f"the command {done.why}")
        if done.exit == "exited" and done.status == NOT_EXECUTABLE:
            raise PermissionError(errno.EACCES, stderr.strip() or "permission denied", cmd[0])
        limit = SandboxEnvironmentLimits.MAX_EXEC_OUTPUT_SIZE
        for stream, dropped in ((done.stdout, done.stdout_dropped), (done.stderr, done.stderr_dropped)):
            if dropped or len(stream) > limit:
                raise OutputLimitExceededError(
                    limit_str=SandboxEnvironmentLimits.MAX_EXEC_OUTPUT_SIZE_STR,
                    truncated_output=stream[:limit].decode(errors="replace"),
                )
        if done.why:
            stderr += f"\nautoexp: the command {done.why}\n"
        return ExecResult(
            success=done.ok, returncode=done.status, stdout=stdout, stderr=stderr
        )

    @override
    async def write_file(self, file: str, contents: str | bytes) -> None:
        try:
            await self._sandbox.write(file, contents)
        except OSError as error:
            if error.errno != errno.EROFS:
                raise
            why = f"can't be written in autoexp's sandbox; {WRITABLE} can, and what its configuration mounts"
            raise OSError(errno.EROFS, why, file) from error

    @overload
    async def read_file(self, file: str, text: Literal[True] = True) -> str: ...

    @overload
    async def read_file(self, file: str, text: Literal[False]) -> bytes: ...

    @override
    async def read_file(self, file: str, text: bool = True) -> str | bytes:
        found = await self._sandbox.stat(file)
        if found.kind == "directory":
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), file)
        if found.size > SandboxEnvironmentLimits.MAX_READ_FILE_SIZE:
            raise OutputLimitExceededError(
                limit_str=SandboxEnvironmentLimits.MAX_READ_FILE_SIZE_STR, truncated_output=None
            )
        contents = await self._sandbox.read(file)
        return contents.decode() if text else contents

    async def score(self, answer: dict[str, Any]) -> dict[str, Any]:
        """The score of the sample's task as it stands, with the numbers reported."""
        return await self._sandbox.score(answer)


__all__ = ["AutoexpConfig", "AutoexpSandbox"]
