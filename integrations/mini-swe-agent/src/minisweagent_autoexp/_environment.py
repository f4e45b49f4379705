"""mini-swe-agent's environment over ``autoexp serve``."""

from __future__ import annotations

from typing import Any

from autoexp import Client, Completed
from minisweagent.exceptions import Submitted
from minisweagent.utils.serialize import recursive_merge
from pydantic import BaseModel

# The first line of what the last command prints.
SUBMIT = "COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT"
# What ``uname`` would say of a machine that the guest takes itself for.
MACHINE = {"system": "WASI", "release": "preview1", "version": "autoexp", "machine": "wasm32"}


class AutoexpEnvironmentConfig(BaseModel):
    autoexp_task: str
    """The task, as ``autoexp task list`` names it."""
    docstring: str = "paper"
    """What is left of the docstrings: none, signature, paper or full."""
    cwd: str = "/workspace"
    env: dict[str, str] = {}
    timeout: int = 300
    """Seconds of a command."""


class AutoexpEnvironment:
    """A task's repository: every action is a shell of its own there, and files last."""

    def __init__(self, *, config_class: type[AutoexpEnvironmentConfig] = AutoexpEnvironmentConfig, **kwargs: Any):
        self.config = config_class(**kwargs)
        self.client = Client()
        paper, _, masked = self.config.autoexp_task.partition("_")
        functions = str(len(masked.split(","))) if masked else "0"
        [self.task] = self.client.tasks([self.config.autoexp_task], n=functions)
        self.sandbox = self.client.create_for(self.task, docstring=self.config.docstring)
        self.fuel = 0
        self.peak_memory = 0

    def execute(self, action: dict[str, Any], cwd: str = "", *, timeout: int | None = None) -> dict[str, Any]:
        """Runs an action's command; what the command does wrong is in what is given back."""
        done = self.sandbox.run(
            action.get("command", ""),
            cwd=cwd or self.config.cwd,
            env=self.config.env,
            timeout=timeout or self.config.timeout,
        )
        self.fuel += done.fuel
        self.peak_memory = max(self.peak_memory, done.peak_memory)
        output = as_output(done)
        check_submitted(output)
        return output

    def get_template_vars(self, **kwargs: Any) -> dict[str, Any]:
        told = {"instructions": self.task.instructions}
        return recursive_merge(self.config.model_dump(), MACHINE, told, kwargs)

    def serialize(self) -> dict[str, Any]:
        kind = f"{type(self).__module__}.{type(self).__name__}"
        config = {"environment": self.config.model_dump(mode="json"), "environment_type": kind}
        return {"info": {"config": config}}

    def close(self) -> None:
        self.client.close()


def as_output(done: Completed) -> dict[str, Any]:
    """What came of a command, as mini-swe-agent has it: standard output, then standard error."""
    text = (done.stdout + done.stderr).decode(errors="replace")
    return {
        "output": text,
        "returncode": done.status,
        "exception_info": f"the command {done.why}" if done.why else "",
        "extra": {"exit": done.exit, "fuel": done.fuel, "digest": done.digest},
    }


def check_submitted(output: dict[str, Any]) -> None:
    """Ends the attempt where its last command says so."""
    lines = output["output"].lstrip().splitlines(keepends=True)
    if lines and lines[0].strip() == SUBMIT and output["returncode"] == 0:
        submission = "".join(lines[1:])
        extra = {"exit_status": "Submitted", "submission": submission}
        raise Submitted({"role": "exit", "content": submission, "extra": extra})
