"""Harbor's environment over ``autoexp serve``: one server for a trial, with one sandbox."""

from __future__ import annotations

import os
import posixpath
import re
import shlex
import tempfile
from pathlib import Path
from typing import Any, override

from autoexp import AsyncClient, AsyncSandbox, ConnectionLost, Limits, Mount
from harbor.environments.base import BaseEnvironment, ExecResult, SandboxBuildFailedError
from harbor.environments.capabilities import (
    EnvironmentCapabilities,
    EnvironmentResourceCapabilities,
)

from ._dockerfile import Copy, Recipe, Run, Unsupported, read

# A command's fuel, about a unit a nanosecond; a verifier is one command.
FUEL = 2_000_000_000_000
# Bytes; the guest has 32 bits.
MOST_MEMORY = 4 << 30
SECONDS = 3600.0
# Folders of the sandbox's own; no name is the root's.
WRITABLE = {"", "tmp", "workspace"}
# Where packages are that were named by `packages`.
PACKAGES = "/packages"
# Statuses of a command without one of its own, for Harbor.
TIMED_OUT = 124
PIP_INSTALL = re.compile(r"^(python3? -m )?pip3? install\b(?P<rest>.*)$")


class AutoexpEnvironment(BaseEnvironment):
    """Files, a shell and Python with the numerical stack; no processes, users or network.

    A Dockerfile is followed as far as it says ``FROM python``, ``COPY``, ``WORKDIR``, ``ENV`` and
    ``RUN`` of what the sandbox's shell has; packages that it has pip install are to be the
    sandbox's own, of whatever version, or of pure Python and in the folder ``packages``.

    Options (``--ek name=value``): ``program``, the autoexp to use; ``fuel``, ``memory`` (bytes) and
    ``seconds``, of a command; ``packages``, a folder of packages of pure Python, as ``pip install
    --target`` makes it.
    """

    def __init__(
        self,
        *args: Any,
        program: str | None = None,
        fuel: int = FUEL,
        memory: int | None = None,
        seconds: float = SECONDS,
        packages: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        asked = self.task_env_config.memory_mb
        memory = memory or (asked << 20 if asked else 2 << 30)
        self._limits = Limits(fuel=fuel, memory=min(memory, MOST_MEMORY), time=seconds)
        self._program = program
        self._packages = packages
        self._client: AsyncClient | None = None
        self._started: AsyncSandbox | None = None

    @staticmethod
    @override
    def type() -> str:
        return "autoexp"

    @property
    @override
    def capabilities(self) -> EnvironmentCapabilities:
        return EnvironmentCapabilities(disable_internet=True)

    @classmethod
    @override
    def resource_capabilities(cls) -> EnvironmentResourceCapabilities:
        return EnvironmentResourceCapabilities(memory_limit=True)

    @property
    def _sandbox(self) -> AsyncSandbox:
        if self._started is None:
            raise RuntimeError("the environment isn't started, or is stopped")
        return self._started

    @override
    def _validate_definition(self) -> None:
        self._recipe()

    def _recipe(self) -> Recipe:
        dockerfile = self.environment_dir / "Dockerfile"
        if not dockerfile.is_file():
            raise FileNotFoundError(f"{dockerfile}: this environment follows a Dockerfile alone")
        try:
            return read(dockerfile)
        except Unsupported as why:
            raise SandboxBuildFailedError(str(why)) from why

    @override
    async def start(self, force_build: bool) -> None:
        recipe = self._recipe()
        self._workdir = self.task_env_config.workdir or recipe.workdir
        # Of the Dockerfile; what the task and the trial set is stronger.
        self._image_env = recipe.env
        folders = ["/logs/agent", "/logs/verifier", "/logs/artifacts", "/tests", "/solution"]
        targets = [step.target for step in recipe.steps if isinstance(step, Copy)]
        # Only below a mount can files be written; what was mounted stays as it is on the host.
        self._empty = tempfile.TemporaryDirectory()
        roots = {path.split("/")[1] for path in [self._workdir, *folders, *targets]}
        mounts = [Mount(self._empty.name, f"/{root}") for root in sorted(roots - WRITABLE)]
        if self._packages:
            mounts.append(Mount(self._packages, PACKAGES, read_only=True))
            self._image_env = {"PYTHONPATH": PACKAGES, **recipe.env}
        limits = self._limits
        args = ["--max-sandboxes", "2", "--fuel", str(limits.fuel), "--memory", f"{limits.memory}B"]
        args += ["--time", f"{limits.time:g}s"]
        self._client = AsyncClient(self._program, args)
        self._started = await self._client.create(mounts=mounts)
        for folder in [self._workdir, *folders]:
            await self._there(folder)
        for step in recipe.steps:
            await self._build(step)

    async def _build(self, step: Copy | Run) -> None:
        match step:
            case Copy(source, target) if source.is_dir():
                await self.upload_dir(source, target)
            case Copy(source, target):
                await self.upload_file(source, target)
            case Run(command, cwd, line):
                if found := PIP_INSTALL.match(command):
                    return await self._require(found["rest"], cwd, line)
                await self._there(cwd)
                done = await self.exec(command, cwd=cwd)
                if done.return_code:
                    raise SandboxBuildFailedError(
                        f"line {line} of the Dockerfile, RUN {command:.80}, ends with "
                        f"{done.return_code} in the sandbox: {done.stderr or done.stdout}"
                    )

    async def _require(self, arguments: str, cwd: str, line: int) -> None:
        """What pip would install is there, or that is an error."""
        wanted, words = [], iter(shlex.split(arguments))
        for word in words:
            if word in ("-r", "--requirement"):
                path = posixpath.join(cwd, next(words, ""))
                lines = (await self._sandbox.read_text(path)).splitlines()
                wanted += [text for text in (each.partition("#")[0].strip() for each in lines) if text]
            elif not word.startswith("-"):
                wanted.append(word)
        program = (
            "import sys\n"
            "from importlib.metadata import version, PackageNotFoundError\n"
            "for name in sys.argv[1:]:\n"
            "    try: print(name, version(name))\n"
            "    except PackageNotFoundError: print(name, '-')\n"
        )
        names = {re.split(r"[\s\[=<>!~;@]", text, maxsplit=1)[0]: text for text in wanted}
        env = self._image_env
        done = await self._sandbox.run(["python", "-c", program, *names], cwd="/", env=env)
        there = dict(pair.split() for pair in done.check().text.splitlines())
        missing = [name for name in names if there.get(name) == "-"]
        if missing:
            raise SandboxBuildFailedError(
                f"line {line} of the Dockerfile installs {', '.join(missing)}, which the sandbox "
                "lacks; what is pure Python can be put into a folder with `pip install --target "
                f"DIR --no-deps {' '.join(shlex.quote(names[name]) for name in missing)}` and be "
                "given as --ek packages=DIR"
            )
        for name, text in names.items():
            if "==" in text and text.partition("==")[2].strip() != there[name]:
                self.logger.warning(f"the sandbox has {name} {there[name]}, where {text} was asked for")

    @override
    async def stop(self, delete: bool) -> None:
        client, self._client, self._started = self._client, None, None
        if client is not None:
            try:
                await client.close()
            except ConnectionLost as error:
                self.logger.warning(f"the server was gone before it was to end: {error}")
            self._empty.cleanup()

    async def _there(self, folder: str) -> None:
        if folder.strip("/"):
            (await self._sandbox.run(["mkdir", "-p", folder], cwd="/")).check()

    @override
    async def upload_file(self, source_path: Path | str, target_path: str) -> None:
        await self._sandbox.write(target_path, Path(source_path).read_bytes())

    @override
    async def upload_dir(self, source_dir: Path | str, target_dir: str) -> None:
        await self._there(target_dir)
        for path in sorted(Path(source_dir).rglob("*")):
            target = posixpath.join(target_dir, path.relative_to(source_dir).as_posix())
            if path.is_dir():
                await self._there(target)
            else:
                await self.upload_file(path, target)

    @override
    async def download_file(self, source_path: str, target_path: Path | str) -> None:
        contents = await self._sandbox.read(source_path)
        Path(target_path).parent.mkdir(parents=True, exist_ok=True)
        Path(target_path).write_bytes(contents)

    @override
    async def download_dir(self, source_dir: str, target_dir: Path | str) -> None:
        Path(target_dir).mkdir(parents=True, exist_ok=True)
        for entry in await self._sandbox.list(source_dir, recursive=True):
            target = Path(target_dir, entry.path)
            if entry.kind == "directory":
                target.mkdir(parents=True, exist_ok=True)
            elif entry.kind == "file":
                await self.download_file(posixpath.join(source_dir, entry.path), target)

    @override
    async def exec(
        self,
        command: str,
        cwd: str | None = None,
        env: dict[str, str] | None = None,
        timeout_sec: int | None = None,
        user: str | int | None = None,
    ) -> ExecResult:
        merged = {**self._image_env, **(self._merge_env(env) or {})}
        done = await self._sandbox.run(
            command,
            cwd=posixpath.normpath(posixpath.join(self._workdir, cwd or "")),
            env=merged,
            timeout=timeout_sec,
        )
        stdout, stderr = (s.decode(errors="replace") for s in (done.stdout, done.stderr))
        if done.why:
            stderr += f"\nautoexp: the command {done.why}\n"
        status = TIMED_OUT if done.exit == "out_of_time" else done.status
        return ExecResult(stdout=stdout, stderr=stderr, return_code=status)
