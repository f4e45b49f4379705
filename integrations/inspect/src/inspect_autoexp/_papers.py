"""The bundled papers as a task of Inspect's."""

from __future__ import annotations

import json
from typing import Any

from autoexp import AutoexpError, Client
from inspect_ai import Task, task
from inspect_ai._util.error import PrerequisiteError
from inspect_ai.agent import Agent, react
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.scorer import Score, Scorer, Target, accuracy, scorer, stderr
from inspect_ai.solver import TaskState
from inspect_ai.tool import Tool, bash, python
from inspect_ai.util import sandbox

from ._sandbox import TASK, AutoexpSandbox

# What TASK.md calls for; its place in the sandbox.
ANSWER = "answer.json"


@task
def papers(
    n: str | int = 1,
    papers: str | list[str] | None = None,
    sample: int | None = None,
    seed: int = 0,
    docstring: str = "paper",
    solver: Agent | None = None,
) -> Task:
    """Rebuild the masked functions of a paper's code, and get the paper's numbers back.

    Args:
        n: How many functions are masked: 1, "0..2", "all".
        papers: Papers, or single tasks such as PAPER_0,3; all papers where there are none.
        sample: At most so many tasks of each n, a seeded sample.
        seed: What the sample follows from.
        docstring: What is left of the docstrings: none, signature, paper or full.
        solver: What works on them; Inspect's ReAct agent with bash and Python where there is none.
    """
    ids = papers.split(",") if isinstance(papers, str) else papers
    try:
        with Client() as client:
            wanted = client.tasks(ids, n=str(n), sample=sample, seed=seed)
    except (AutoexpError, OSError) as error:
        raise PrerequisiteError(f"autoexp's papers: {error}") from error
    samples = [
        Sample(
            id=task.id,
            input=task.instructions,
            target="verified",
            metadata={
                TASK: task.id,
                "docstring": docstring,
                "paper": task.paper,
                "field": task.field,
                "n": task.n,
                "masked": task.masked,
            },
        )
        for task in wanted
    ]
    return Task(
        dataset=MemoryDataset(samples, name="autoexp"),
        solver=solver or react(tools=tools()),
        scorer=[verified(), functions_right()],
        sandbox="autoexp",
        message_limit=100,
    )


def tools() -> list[Tool]:
    return [bash(timeout=300), python(timeout=300)]


async def _score(state: TaskState) -> dict[str, Any]:
    """The score of what was left, once for all scorers."""
    known = state.store.get("autoexp_score")
    if known is None:
        try:
            box = sandbox().as_type(AutoexpSandbox)
        except ProcessLookupError as error:
            raise PrerequisiteError(
                "What is scored is the repository as a sample leaves it, which is gone with its "
                "sandbox: run the evaluation without --no-score."
            ) from error
        try:
            answer = json.loads(await box.read_file(ANSWER))
            known = await box.score(answer if isinstance(answer, dict) else {})
        except (FileNotFoundError, json.JSONDecodeError, UnicodeDecodeError) as error:
            known = await box.score({})
            known["failure"] = "no_answer"
            known["reasons"]["pass"] = f"{ANSWER}: {error}"
        state.store.set("autoexp_score", known)
    return dict(known)


def _explained(score: dict[str, Any]) -> str:
    return "\n".join(f"{name}: {reason}" for name, reason in score["reasons"].items())


@scorer(metrics=[accuracy(), stderr()])
def verified() -> Scorer:
    """Whether the numbers are right, a run of the code gives them, and the functions that were
    written give the reference's on other data too."""

    async def score(state: TaskState, target: Target) -> Score:
        found = await _score(state)
        checks = {name: found[name] for name in ("pass", "grounded", "transplanted", "verified")}
        return Score(
            value="C" if found["verified"] else "I",
            explanation=_explained(found),
            metadata={**checks, "failure": found["failure"]},
        )

    return score


@scorer(metrics=[accuracy(), stderr()])
def functions_right() -> Scorer:
    """The share of the masked functions that do what the reference's do, call by call; no score
    where nothing is masked."""

    async def score(state: TaskState, target: Target) -> Score:
        functions = (await _score(state)).get("functions") or []
        if not state.metadata["masked"]:
            return Score.unscored(explanation="nothing is masked")
        right = [function for function in functions if function.get("right")]
        share = len(right) / len(functions) if functions else 0.0
        return Score(value=share, metadata={"functions": functions})

    return score
