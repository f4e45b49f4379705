"""Trajectories of ours, read by Harbor's own models."""

import json
import os
import subprocess

import pytest
from harbor.models.trajectories import Trajectory
from harbor.utils.trajectory_validator import TrajectoryValidator

PROGRAM = os.environ.get("AUTOEXP", "autoexp")
TASK = "quiet-onset_3"
USAGE = {
    "input_tokens": 1000,
    "cached_tokens": 600,
    "cache_write_tokens": 100,
    "output_tokens": 50,
    "reasoning_tokens": 20,
}
# Replies of every kind: thoughts, two calls at once, arguments that are no object, no call at all.
SCRIPT = [
    {
        "text": "Let me look.",
        "reasoning": [{"text": "What is here?"}],
        "calls": [
            {"id": "a", "tool": "list_files", "arguments": {}},
            {"id": "b", "tool": "execute_python_script", "arguments": {"file_name": "none.py"}},
        ],
        "model": "m-1",
        "usage": USAGE,
        "cost_usd": 0.25,
    },
    {"text": "Thinking aloud.", "usage": USAGE, "cost_usd": 0.25},
    {"calls": [{"id": "c", "tool": "final_answer", "arguments": "none"}], "usage": USAGE, "cost_usd": 0.5},
    {
        "calls": [{"id": "d", "tool": "final_answer", "arguments": {"answer": {}}}],
        "usage": USAGE,
        "cost_usd": 0.5,
    },
]

WAYS = {
    "native": [],
    "four-field": ["--strategy", "four-field"],
    "react": ["--strategy", "react"],
    "plan": ["--strategy", "plan"],
    "reflexion": ["--strategy", "reflexion"],
    "fixed": ["--interaction", "fixed"],
}


def trajectories(folder, model, options):
    """What a trial of a model comes to in Harbor's eyes."""
    run = [PROGRAM, "eval", "--quiet", "--task", TASK, "--model", model, "--out", str(folder / "run")]
    subprocess.run([*run, *options], check=True, cwd=folder, stdout=subprocess.DEVNULL)
    report = [PROGRAM, "report", "--quiet", str(folder / "run"), "--format", "atif"]
    subprocess.run(report, check=True, stdout=subprocess.DEVNULL)
    found = []
    for path in (folder / "run/atif").glob("*/trajectory.json"):
        validator = TrajectoryValidator()
        assert validator.validate(path), validator.get_errors()
        found.append(Trajectory.model_validate(json.loads(path.read_text())))
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("way", WAYS)
def test_a_trial_that_solves_its_task_validates(tmp_path, way):
    found = trajectories(tmp_path, "oracle", WAYS[way])
    assert found.schema_version == "ATIF-v1.7"
    assert found.extra["score"]["verified"] is True
    agent = [step for step in found.steps if step.source == "agent"]
    assert agent
    if way != "fixed":
        assert agent[-1].tool_calls[-1].function_name == "final_answer"
        shown = [result for step in agent if step.observation for result in step.observation.results]
        assert any(result.extra.get("fuel") for result in shown), "no run's fuel is told"


@pytest.mark.parametrize("way", WAYS)
def test_a_trial_of_odd_replies_validates(tmp_path, way):
    script = tmp_path / "script"
    script.write_text("\n".join(json.dumps(reply) for reply in SCRIPT * 3))
    found = trajectories(tmp_path, f"script:{script}", WAYS[way])
    first = next(step for step in found.steps if step.source == "agent")
    assert first.metrics.prompt_tokens == 1000
    assert first.metrics.cached_tokens == 600
    assert first.metrics.cost_usd == 0.25
    assert first.reasoning_content == "What is here?"
    assert found.final_metrics.total_prompt_tokens % 1000 == 0
