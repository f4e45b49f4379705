"""A recorded trajectory as a trial among autoexp's own records."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from autoexp import find_program

from ._score import TrajectoryError, score

# Ways to end that are the agent's own doing: an attempt that says nothing.
_OVER = {"LimitsExceeded", "TimeExceeded", "RepeatedFormatError"}
# Replies of a trial, the same for all, since a report keeps trials apart whose settings differ.
_MAX_STEPS = 10_000


def record(trajectory: dict[str, Any], out: str | os.PathLike[str], task: str | None = None) -> dict[str, Any]:
    """Adds a trajectory to the run in the folder ``out``, which is made if it isn't there, and gives
    its score as :func:`score` does, with ``trial``: the folder of the trial.

    A run holds one attempt of a model's at a task: others belong into other runs, which
    ``autoexp report`` shows beside each other. autoexp's loop is given the recorded replies with its
    tools ``bash``, so the records are what it writes of any other model. The model is called ``script:mini-swe-agent-…``.
    """
    found = score(trajectory, task)
    info = trajectory["info"]
    status = info.get("exit_status")
    if found["ending"]["kind"] != "answered" and status not in _OVER:
        raise TrajectoryError(f"it is no finished attempt: it ended with {status!r}")
    replies = _replies(trajectory, found)
    name = "mini-swe-agent-" + re.sub(r"[^A-Za-z0-9.]+", "-", str(found["model"] or "unknown"))
    folder = Path(out).absolute()
    before = _trials(folder)
    if there := [it for it in before if it.name.startswith(f"{found['task']}.script-{name}.")]:
        raise TrajectoryError(
            f"{there[0]} is an attempt of that model's at the task already: give another --out, and "
            "both to `autoexp report`"
        )
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / name).write_text("".join(json.dumps(reply) + "\n" for reply in replies))
        _, _, masked = found["task"].partition("_")
        # The paper's name alone is all of its tasks, and the one where nothing is masked.
        functions = str(len(masked.split(","))) if masked else "0"
        asked = ["--task", found["task"], "--n", functions]
        asked += ["--model", f"script:{name}", "--tools", "bash"]
        asked += ["--max-steps", str(_MAX_STEPS), "--out", os.fspath(folder)]
        asked += ["--docstring", found["docstring"]]
        asked += ["--extend"] if (folder / "plan.json").exists() else []
        done = subprocess.run(
            [find_program(), "--quiet", "eval", *_papers(), *asked],
            cwd=place,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
    # 1 is of a trial that isn't verified.
    if done.returncode not in (0, 1):
        raise TrajectoryError(f"autoexp eval ended with {done.returncode}: {done.stderr.strip()}")
    [trial] = _trials(folder) - before
    kept = json.loads((trial / "outcome.json").read_text())
    if kept["verified"] != found["verified"]:
        raise TrajectoryError(
            f"the actions came out otherwise in autoexp's loop: verified is {kept['verified']} in "
            f"{trial}, and {found['verified']} where each was a shell of its own"
        )
    return {**found, "trial": os.fspath(trial)}


def _papers() -> list[str]:
    """The papers that this process' own sandboxes have, for one in another folder."""
    named = os.environ.get("AUTOEXP_TASKS")
    here = Path(named or "tasks")
    return ["--tasks", os.fspath(here.absolute())] if named or here.is_dir() else []


def _trials(run: Path) -> set[Path]:
    trials = run / "trials"
    return set(trials.iterdir()) if trials.is_dir() else set()


def _replies(trajectory: dict[str, Any], found: dict[str, Any]) -> list[dict[str, Any]]:
    """The model's replies as autoexp reads them, up to the one that ended the attempt."""
    environment = ((trajectory["info"].get("config") or {}).get("environment")) or {}
    replies = []
    left = found["actions"]
    for message in trajectory["messages"]:
        extra = message.get("extra") or {}
        if message.get("role") != "assistant" or left <= 0:
            continue
        actions = (extra.get("actions") or [])[:left]
        left -= len(actions)
        commands = [_in_a_shell_of_its_own(action.get("command", ""), environment) for action in actions]
        reply: dict[str, Any] = {
            "text": message["content"] if isinstance(message.get("content"), str) else "",
            "calls": [{"tool": "bash", "arguments": {"command": command}} for command in commands],
        }
        response = extra.get("response") or {}
        if isinstance(response.get("model"), str):
            reply["model"] = response["model"]
        if usage := _usage(response.get("usage")):
            reply["usage"] = usage
        if isinstance(extra.get("cost"), (int, float)):
            reply["cost_usd"] = extra["cost"]
        replies.append(reply)
    answer = found["ending"].get("answer", {})
    last = {"tool": "final_answer", "arguments": {"answer": answer if isinstance(answer, dict) else {}}}
    if not replies:
        replies.append({"text": "", "calls": []})
    replies[-1]["calls"].append(last)
    return replies


def _in_a_shell_of_its_own(command: str, environment: dict[str, Any]) -> str:
    """autoexp's shell goes on from call to call; mini-swe-agent's begins anew."""
    cwd = environment.get("cwd") if "autoexp_task" in environment else None
    variables = (environment.get("env") or {}) if "autoexp_task" in environment else {}
    exports = "".join(f"export {name}={shlex.quote(value)}\n" for name, value in variables.items())
    return f"(cd {shlex.quote(cwd or '/workspace')} || exit\n{exports}{command}\n)"


def _usage(usage: Any) -> dict[str, int] | None:
    """Tokens as a provider of OpenAI's protocol, or LiteLLM, tells them."""
    if not isinstance(usage, dict) or "prompt_tokens" not in usage:
        return None
    read = usage.get("prompt_tokens_details") or {}
    written = usage.get("completion_tokens_details") or {}
    return {
        "input_tokens": usage["prompt_tokens"],
        "cached_tokens": read.get("cached_tokens") or 0,
        "cache_write_tokens": usage.get("cache_creation_input_tokens") or 0,
        "output_tokens": usage.get("completion_tokens") or 0,
        "reasoning_tokens": written.get("reasoning_tokens") or 0,
    }
