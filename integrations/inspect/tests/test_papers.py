"""The papers as an Inspect task, by solvers that need no model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from inspect_ai import eval as inspect_eval
from inspect_ai import score as inspect_score
from inspect_ai._util.error import PrerequisiteError
from inspect_ai.log import EvalLog
from inspect_ai.solver import Generate, Solver, TaskState, solver
from inspect_ai.util import sandbox

from inspect_autoexp._papers import papers, verified
from solvers import does_nothing

EXPERIMENTS = ["audit", "drift", "remedy"]


@solver
def runs_the_code() -> Solver:
    """Reports what the code gives, which is all there is to do where nothing is masked."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        answer = {}
        for experiment in EXPERIMENTS:
            command = ["python", f"run_{experiment}.py", "--config", f"configs/{experiment}.toml"]
            done = await sandbox().exec(command, timeout=120)
            assert done.success, done.stderr
            answer[experiment] = json.loads(done.stdout)
        await sandbox().write_file("answer.json", json.dumps(answer))
        return state

    return solve


def run(solver: Solver, logs: Path, n: int, ids: str) -> EvalLog:
    task = papers(n=n, papers=ids, solver=solver)
    [log] = inspect_eval(task, model="mockllm/model", log_dir=str(logs), display="none")
    assert log.status == "success", log.error
    return log


def scores(log: EvalLog) -> dict[str, object]:
    assert log.samples and log.samples[0].scores
    return {name: score.value for name, score in log.samples[0].scores.items()}


def test_what_the_code_gives_is_verified_where_nothing_is_masked(tmp_path: Path) -> None:
    log = run(runs_the_code(), tmp_path, 0, "exposure-ebb")
    assert scores(log)["verified"] == "C"


def test_nothing_done_is_nothing_right(tmp_path: Path) -> None:
    log = run(does_nothing(), tmp_path, 1, "exposure-ebb_0")
    assert scores(log) == {"verified": "I", "functions_right": 0.0}
    assert log.samples
    sample = log.samples[0]
    assert sample.scores and sample.scores["verified"].metadata["failure"] == "no_answer"
    assert "PAPER.md" in str(sample.input)


def test_what_was_not_scored_at_once_cannot_be_scored_later(tmp_path: Path) -> None:
    task = papers(n=0, papers="exposure-ebb", solver=does_nothing())
    [log] = inspect_eval(task, model="mockllm/model", log_dir=str(tmp_path), display="none", score=False)
    with pytest.raises(PrerequisiteError) as refused:
        inspect_score(log, verified(), display="none")
    assert "without --no-score" in str(refused.value.message)


def test_a_score_that_was_made_is_there_for_inspect_score(tmp_path: Path) -> None:
    log = run(runs_the_code(), tmp_path, 0, "exposure-ebb")
    again = inspect_score(log, verified(), action="overwrite", display="none")
    assert scores(again) == {"verified": "C"}
