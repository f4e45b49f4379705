"""Files of configuration, and what is said where something can't be."""

from __future__ import annotations

from pathlib import Path

import pytest
from inspect_ai import Task, task
from inspect_ai import eval as inspect_eval
from inspect_ai._util.error import PrerequisiteError
from inspect_ai.dataset import Sample
from inspect_ai.log import EvalLog
from inspect_ai.solver import Generate, Solver, TaskState, solver
from inspect_ai.tool import text_editor
from inspect_ai.util import sandbox

from inspect_autoexp import AutoexpConfig
from inspect_autoexp._papers import papers
from solvers import does_nothing

TASK = """
from inspect_ai import Task, task
from inspect_ai.dataset import Sample

@task
def looks():
    return Task(dataset=[Sample(input="")], sandbox=("autoexp", "autoexp.toml"))
"""


@solver
def reads_a_mount() -> Solver:
    async def solve(state: TaskState, generate: Generate) -> TaskState:
        assert await sandbox().read_file("/data/given.txt") == "here"
        return state

    return solve


@solver
def edits() -> Solver:
    async def solve(state: TaskState, generate: Generate) -> TaskState:
        await text_editor()(command="create", path="/workspace/a", file_text="x")
        return state

    return solve


@task
def with_files(files: dict[str, str]) -> Task:
    return Task(dataset=[Sample(input="", files=files)], sandbox="autoexp")


def run(wanted: Task | str, how: Solver, logs: Path) -> EvalLog:
    [log] = inspect_eval(
        wanted, model="mockllm/model", solver=how, log_dir=str(logs), display="none"
    )
    return log


def failure(log: EvalLog) -> str:
    assert log.status == "error" and log.samples and log.samples[0].error
    return log.samples[0].error.message


def test_a_configuration_is_beside_its_task_wherever_the_evaluation_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, elsewhere = tmp_path / "there", tmp_path / "elsewhere"
    for folder in (there, elsewhere, there / "data"):
        folder.mkdir()
    (there / "data" / "given.txt").write_text("here")
    (there / "autoexp.toml").write_text(f'[mounts]\n"/data" = "{there}/data"\n')
    (there / "looks.py").write_text(TASK)
    monkeypatch.chdir(elsewhere)
    log = run("../there/looks.py", reads_a_mount(), tmp_path / "logs")
    assert log.status == "success", log.error


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("compose.yaml", "services:\n  default:\n    image: x\n", "no containers"),
        ("autoexp.toml", "tim = 5\n", "Known are fuel, memory, time"),
        ("gone.toml", None, "No such file"),
    ],
)
def test_a_configuration_that_cannot_be_read_says_why(
    tmp_path: Path, name: str, text: str | None, said: str
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(PrerequisiteError) as refused:
        AutoexpConfig.read(str(tmp_path / name))
    assert name in str(refused.value.message) and said in str(refused.value.message)


def test_papers_that_are_not_there_are_no_traceback() -> None:
    with pytest.raises(PrerequisiteError) as refused:
        papers(papers="no-such-paper")
    assert "exposure-ebb" in str(refused.value.message)


def test_a_tool_that_brings_a_program_says_what_to_use(tmp_path: Path) -> None:
    assert "use bash() and python()" in failure(run(with_files({}), edits(), tmp_path))


def test_a_sample_with_files_elsewhere_says_where_they_can_be(tmp_path: Path) -> None:
    log = run(with_files({"/root/a.txt": "x"}), does_nothing(), tmp_path)
    assert "/workspace and /tmp can" in failure(log)
