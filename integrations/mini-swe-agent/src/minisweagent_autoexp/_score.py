"""The score of a recorded trajectory, whose actions are done again in a fresh sandbox."""

from __future__ import annotations

import json
from typing import Any

from minisweagent.exceptions import Submitted

from ._environment import AutoexpEnvironment, AutoexpEnvironmentConfig

FORMAT = "mini-swe-agent-1.1"
ANSWER = "answer.json"


class TrajectoryError(Exception):
    """A trajectory that can't be scored."""


def score(trajectory: dict[str, Any], task: str | None = None) -> dict[str, Any]:
    """What came of a trajectory: the fields of ``outcome.json`` that a score has, ``verified``,
    ``grounded``, ``failure``, …, with ``ending``, ``steps``, ``cost_usd`` and ``fuel``.

    ``task`` is needed where it wasn't recorded in :class:`AutoexpEnvironment`. ``differs`` are the
    places of actions, from 0, that came out otherwise than was recorded.
    """
    found = trajectory.get("trajectory_format") if isinstance(trajectory, dict) else None
    if found != FORMAT:
        raise TrajectoryError(f"its format is {found!r}, and {FORMAT!r} is what can be scored")
    for name, kind in (("info", dict), ("messages", list)):
        if not isinstance(trajectory.get(name), kind):
            raise TrajectoryError(f"it has no {name}, or not as {FORMAT} has them")
    info = trajectory["info"]
    recorded = dict((info.get("config") or {}).get("environment") or {})
    known = {name: recorded[name] for name in AutoexpEnvironmentConfig.model_fields if name in recorded}
    if "autoexp_task" not in recorded:
        # Another environment's: its folders and variables are of another machine.
        known = {}
    if task is not None:
        known["autoexp_task"] = task
    if "autoexp_task" not in known:
        raise TrajectoryError("it doesn't say of which task it is; give one with --task")
    environment = AutoexpEnvironment(**known)
    try:
        actions, differs, submitted = _again(trajectory["messages"], environment)
        ending = _ending(info, environment, submitted)
        answer = ending.get("answer", {})
        found = environment.sandbox.score(answer if isinstance(answer, dict) else {})
        fuel, peak_memory = environment.fuel, environment.peak_memory
    finally:
        environment.close()
    if ending["kind"] != "answered":
        found["failure"] = ending["kind"]
    stats = info.get("model_stats") or {}
    return {
        **found,
        "ending": ending,
        "task": known["autoexp_task"],
        "docstring": environment.config.docstring,
        "agent": f"mini-swe-agent {info.get('mini_version', '')}".strip(),
        "model": ((info.get("config") or {}).get("model") or {}).get("model_name"),
        "steps": stats.get("api_calls"),
        "cost_usd": stats.get("instance_cost"),
        "fuel": fuel,
        "peak_memory_bytes": peak_memory,
        "actions": actions,
        "differs": differs,
    }


def _again(
    messages: list[dict[str, Any]], environment: AutoexpEnvironment
) -> tuple[int, list[int], bool]:
    """Does the actions again: how many, those that came out otherwise, and whether the last
    submitted."""
    extras = [message.get("extra") or {} for message in messages]
    recorded = [extra for extra in extras if "returncode" in extra]
    differs, place = [], 0
    for message in messages:
        if message.get("role") == "exit":
            continue
        for action in (message.get("extra") or {}).get("actions") or []:
            try:
                output = environment.execute(action)
            except Submitted:
                return place + 1, differs, True
            now = {**output["extra"], "returncode": output["returncode"]}
            then = recorded[place] if place < len(recorded) else {}
            if any(then[name] != now[name] for name in ("returncode", "digest") if name in then):
                differs.append(place)
            place += 1
    return place, differs, False


def _ending(info: dict[str, Any], environment: AutoexpEnvironment, submitted: bool) -> dict[str, Any]:
    """How the attempt was over, as ``outcome.json`` has it."""
    if submitted:
        try:
            answer = json.loads(environment.sandbox.read(ANSWER))
        except (OSError, json.JSONDecodeError, UnicodeDecodeError):
            # Nothing was reported, which is what the score then says.
            answer = {}
        return {"kind": "answered", "answer": answer}
    stats, status = info.get("model_stats") or {}, info.get("exit_status")
    calls = stats.get("api_calls", 0)
    limit = ((info.get("config") or {}).get("agent") or {}).get("step_limit", 0)
    match status:
        case "LimitsExceeded" if 0 < limit <= calls:
            return {"kind": "out_of_steps", "steps": calls}
        case "LimitsExceeded":
            return {"kind": "out_of_dollars", "cost_usd": stats.get("instance_cost")}
        case "TimeExceeded":
            return {"kind": "out_of_time"}
        case "RepeatedFormatError":
            return {"kind": "no_valid_call", "replies": calls}
        case _:
            return {"kind": "model_failed", "reason": status or "the trajectory has no end"}
