"""Tasks that were exported, in Harbor itself: its oracle and its nop, with no Docker."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = os.environ.get("AUTOEXP", "autoexp")
NATIVE = os.environ.get("AUTOEXP_PEER_PYTHON")
# One function masked, and two.
TASKS = {"exposure-ebb_0": "exposure-ebb_0", "exposure-ebb_0,3": "exposure-ebb_0-3"}


@pytest.fixture(scope="session")
def tasks(tmp_path_factory):
    """The exported tasks, whose golds hold under the native Python of the peers if there is one."""
    out = tmp_path_factory.mktemp("exported")
    checked = ["--native", NATIVE] if NATIVE else ["--unchecked"]
    command = [PROGRAM, "task", "export", "harbor", *TASKS, "--out", str(out), *checked]
    subprocess.run(command, check=True)
    return out


def harbor(tasks, agent, jobs, *options):
    """The rewards of an agent, by task."""
    command = [str(Path(sys.executable).parent / "harbor"), "run", "-y", "-p", str(tasks), "-a", agent]
    command += ["-e", "harbor_autoexp:AutoexpEnvironment", "-o", str(jobs), *options]
    done = subprocess.run(
        command,
        env={**os.environ, "LITELLM_LOCAL_MODEL_COST_MAP": "True"},
        capture_output=True,
        text=True,
    )
    rewards = {}
    for path in jobs.glob("*/*/result.json"):
        result = json.loads(path.read_text())
        assert result["exception_info"] is None, result["exception_info"]
        rewards[result["task_name"]] = result["verifier_result"]["rewards"]
    assert rewards, done.stdout + done.stderr
    return rewards


def test_harbors_oracle_gets_the_reward(tasks, tmp_path):
    rewards = harbor(tasks, "oracle", tmp_path)
    whole = {"reward": 1, "reported": 1, "grounded": 1, "transplanted": 1}
    assert rewards == {f"autoexp/{folder}": whole for folder in TASKS.values()}


def test_harbors_nop_gets_nothing(tasks, tmp_path):
    rewards = harbor(tasks, "nop", tmp_path)
    nothing = {"reward": 0, "reported": 0, "grounded": 0, "transplanted": 0}
    assert rewards == {f"autoexp/{folder}": nothing for folder in TASKS.values()}


@pytest.mark.skipif(NATIVE is None, reason="no native Python with the numerical stack was named")
@pytest.mark.parametrize("folder", TASKS.values())
def test_a_native_python_verifies_alike(tasks, tmp_path, folder):
    """What runs in a container, but for the container: solution and verifier, on a native Python."""

    def verify(name, solve):
        app, tests, logs = (tmp_path / name / part for part in ("app", "tests", "logs"))
        shutil.copytree(tasks / folder / "environment/app", app)
        shutil.copytree(tasks / folder / "tests", tests)
        solve(app)
        subprocess.run([NATIVE, tests / "verify.py", app, logs], check=True)
        return json.loads((logs / "reward.json").read_text())

    def reference(app):
        solution = tasks / folder / "solution"
        shutil.copytree(solution / "code", app, dirs_exist_ok=True)
        report = (solution / "report.py").read_text().replace("/app", str(app))
        (tmp_path / "report.py").write_text(report)
        for name in ("measure.py", "experiments.json"):
            shutil.copy(solution / name, tmp_path)
        subprocess.run([NATIVE, tmp_path / "report.py"], check=True)

    def forged(app):
        shutil.copy(tmp_path / "right/app/answer.json", app)

    whole = {"reward": 1, "reported": 1, "grounded": 1, "transplanted": 1}
    assert verify("right", reference) == whole
    assert verify("forged", forged) == {"reward": 0, "reported": 1, "grounded": 0, "transplanted": 0}
    nothing = {"reward": 0, "reported": 0, "grounded": 0, "transplanted": 0}
    assert verify("nothing", lambda app: None) == nothing
