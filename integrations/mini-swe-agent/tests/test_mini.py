"""mini-swe-agent's own agent and command line, with models whose replies are written beforehand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from minisweagent.agents.default import DefaultAgent
from minisweagent.config import get_config_from_spec
from minisweagent.environments import get_environment
from minisweagent.models.test_models import DeterministicModel, make_output
from minisweagent.utils.serialize import recursive_merge

from autoexp import find_program
from minisweagent_autoexp import AutoexpEnvironment, TrajectoryError, record, score

CONFIG = Path(__file__).parents[1] / "autoexp.yaml"
SUBMIT = "echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT"

# Where nothing is masked, the numbers are what the code prints.
RUNS_THE_CODE = """python - <<'PY'
import json, subprocess, sys
answer = {}
for name in ("audit", "drift", "remedy"):
    command = [sys.executable, f"run_{name}.py", "--config", f"configs/{name}.toml"]
    answer[name] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
json.dump(answer, open("answer.json", "w"))
PY"""


def replies(*commands: str) -> list[dict[str, Any]]:
    return [make_output("I go on.", [{"command": command}]) for command in commands]


def run(task: str, commands: list[str], **limits: Any) -> tuple[dict[str, Any], DefaultAgent]:
    """What an agent did with these commands: its trajectory."""
    given = {"environment": {"autoexp_task": task}, "agent": {"cost_limit": 0, **limits}}
    config = recursive_merge(get_config_from_spec(CONFIG), given)
    environment = get_environment(config["environment"])
    assert isinstance(environment, AutoexpEnvironment)
    agent = DefaultAgent(DeterministicModel(outputs=replies(*commands)), environment, **config["agent"])
    try:
        agent.run(config["run"]["task"])
    finally:
        environment.close()
    # As it is after a file.
    return json.loads(json.dumps(agent.serialize())), agent


def test_what_the_code_gives_is_verified_where_nothing_is_masked() -> None:
    trajectory, _ = run("exposure-ebb", [RUNS_THE_CODE, SUBMIT])
    assert trajectory["info"]["exit_status"] == "Submitted"
    found = score(trajectory)
    assert (found["verified"], found["grounded"], found["failure"]) == (True, True, None)
    assert found["ending"]["kind"] == "answered" and set(found["ending"]["answer"]) == {"audit", "drift", "remedy"}
    assert (found["steps"], found["actions"], found["differs"]) == (2, 2, [])
    assert found["fuel"] > 0 and found["agent"].startswith("mini-swe-agent 2.")


def test_each_action_is_a_new_shell_on_the_same_files() -> None:
    commands = ["mkdir -p new; cd new; export X=1; echo a > a", 'echo "$PWD [$X]"; cat new/a; ls nowhere', SUBMIT]
    trajectory, agent = run("exposure-ebb_0", commands)
    said = agent.messages[-3]["content"]
    assert "/workspace []\na\n" in said and "nowhere" in said, said
    first = agent.messages[1]["content"]
    assert "PAPER.md" in first and "answer.json" in first and SUBMIT in first
    found = score(trajectory)
    assert (found["verified"], found["failure"], found["differs"]) == (False, "no_answer", [])


def test_an_attempt_without_an_end_is_named_as_ours_are() -> None:
    trajectory, _ = run("exposure-ebb_0", ["echo 1", "echo 2", "echo 3"], step_limit=2)
    found = score(trajectory)
    assert found["failure"] == "out_of_steps" and found["ending"] == {"kind": "out_of_steps", "steps": 2}


def autoexp(*args: str | Path) -> str:
    done = subprocess.run([find_program(), "--quiet", *args], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_trajectories_become_trials_of_a_run(tmp_path: Path) -> None:
    out = tmp_path / "run"
    in_a_folder = ["mkdir new; cd new; export X=1", 'test "$PWD$X" = /workspace', RUNS_THE_CODE, SUBMIT]
    right, _ = run("exposure-ebb", in_a_folder)
    message = next(it for it in right["messages"] if it.get("role") == "assistant")
    usage = {"prompt_tokens": 100, "completion_tokens": 7, "prompt_tokens_details": {"cached_tokens": 40}}
    message["extra"].update(cost=0.25, response={"model": "gpt-x", "usage": usage})
    wrong, _ = run("exposure-ebb_0", ["echo 1", SUBMIT])
    stopped, _ = run("exposure-ebb_0", ["echo 1", "echo 2", "echo 3"], step_limit=2)
    another = tmp_path / "another"
    found = [record(right, out), record(wrong, out), record(stopped, another)]
    assert [it["verified"] for it in found] == [True, False, False]
    with pytest.raises(TrajectoryError, match="already"):
        record(stopped, out)

    # Each is there, as it was.
    outcome = json.loads((Path(found[0]["trial"]) / "outcome.json").read_text())
    assert outcome["verified"] is True and outcome["steps"] == 4 and outcome["ending"] == found[0]["ending"]
    replies = [json.loads(it) for it in (Path(found[0]["trial"]) / "trajectory.jsonl").read_text().splitlines()]
    first = next(it for it in replies if it["event"] == "reply")["reply"]
    assert first["usage"]["input_tokens"] == 100 and first["usage"]["cached_tokens"] == 40
    assert (first["cost_usd"], first["model"]) == (0.25, "gpt-x")
    assert json.loads((Path(found[2]["trial"]) / "outcome.json").read_text())["failure"] == "no_answer"

    # And is read like any other.
    [series] = json.loads(autoexp("report", out, "--format", "json"))["series"]
    assert series["label"].startswith("script:mini-swe-agent-")
    assert [(at["n"], at["trials"]) for at in series["by_n"]] == [(0, 1), (1, 1)]
    assert len(json.loads(autoexp("report", out, another, "--format", "json"))["series"]) == 2
    assert autoexp("replay", out).count("as recorded") == 2
    assert json.loads(autoexp("compare", out, another, "--json"))


def test_what_was_recorded_otherwise_is_found() -> None:
    trajectory, _ = run("exposure-ebb_0", ["echo 1", "false", SUBMIT])
    observed = [message for message in trajectory["messages"] if "returncode" in message.get("extra", {})]
    observed[1]["extra"]["returncode"] = 0
    assert score(trajectory)["differs"] == [1]


def test_a_trajectory_of_another_environment_needs_its_task(tmp_path: Path) -> None:
    trajectory, _ = run("exposure-ebb", [RUNS_THE_CODE, SUBMIT])
    trajectory["info"]["config"]["environment"] = {"cwd": "/home/me", "timeout": 1}
    path = tmp_path / "last.traj.json"
    path.write_text(json.dumps(trajectory))
    command = [sys.executable, "-m", "minisweagent_autoexp", path]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2 and "--task" in done.stderr, done
    done = subprocess.run([*command, "--task", "exposure-ebb"], capture_output=True, text=True)
    assert done.returncode == 0 and json.loads(done.stdout)["verified"] is True, done
    path.write_text('{"trajectory_format": "another-1"}')
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2 and "another-1" in done.stderr, done


@pytest.mark.parametrize(
    "text",
    ["[]", '{"trajectory_format": "mini-swe-agent-1.1"}', '{"trajectory_format": "mini-swe-agent-1.1", "info": {}}'],
)
def test_what_is_no_trajectory_cannot_be_scored(tmp_path: Path, text: str) -> None:
    (tmp_path / "it.json").write_text(text)
    command = [sys.executable, "-m", "minisweagent_autoexp", tmp_path / "it.json", "--task", "exposure-ebb"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2 and "error: score" in done.stderr and "Traceback" not in done.stderr, done


@pytest.mark.parametrize("agent", ["default", "interactive"])
def test_mini_itself_works_on_a_task(tmp_path: Path, agent: str) -> None:
    model = {"model_class": "minisweagent.models.test_models.DeterministicModel", "model_name": "written", "outputs": replies(RUNS_THE_CODE, SUBMIT)}
    (tmp_path / "model.yaml").write_text(yaml.safe_dump({"model": model}))
    written = tmp_path / "last.traj.json"
    command = [
        Path(sys.executable).with_name("mini"),
        *("-c", "mini.yaml", "-c", CONFIG, "-c", tmp_path / "model.yaml"),
        *("-c", "environment.autoexp_task=exposure-ebb"),
        *("--agent-class", agent, "--yolo", "--exit-immediately", "--output", written),
    ]
    env = {**os.environ, "MSWEA_CONFIGURED": "true", "MSWEA_GLOBAL_CONFIG_DIR": str(tmp_path)}
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    found = score(json.loads(written.read_text()))
    assert found["verified"] is True
