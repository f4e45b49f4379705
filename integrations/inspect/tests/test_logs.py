"""``autoexp report --format inspect``: logs that Inspect reads, counts and shows as it does its own."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest
from inspect_ai.event import InfoEvent, ModelEvent, SampleLimitEvent, ScoreEvent, ToolEvent
from inspect_ai.log import (
    EvalLog,
    list_eval_logs,
    read_eval_log,
    read_eval_log_sample_summaries,
    read_eval_log_samples,
    recompute_metrics,
)
from inspect_ai.model import ContentReasoning

INSPECT = Path(sys.executable).with_name("inspect")
TASK = "quiet-onset_3"

# Replies with all that a provider may tell of one; the last isn't the end.
REPLIES = [
    {
        "text": "I look first.",
        "reasoning": [{"text": "What is there?"}, {"signature": "sealed"}],
        "calls": [{"tool": "list_files", "arguments": {}}, {"tool": "list_files", "arguments": "}"}],
        "usage": {
            "input_tokens": 100,
            "cached_tokens": 60,
            "cache_write_tokens": 30,
            "output_tokens": 20,
            "reasoning_tokens": 5,
        },
        "cost_usd": 0.25,
    },
    {
        "calls": [{"tool": "command_line", "arguments": {"command": "python -c 'print(6 * 7)'"}}],
        "usage": {
            "input_tokens": 200,
            "cached_tokens": 100,
            "cache_write_tokens": 0,
            "output_tokens": 10,
            "reasoning_tokens": 0,
        },
        "cost_usd": 0.5,
    },
]


def autoexp(*args: str | Path) -> str:
    program = os.environ.get("AUTOEXP", "autoexp")
    done = subprocess.run([program, *args], capture_output=True, text=True, timeout=600)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The logs of a run by several models, one of them cut off by its limit on steps."""
    folder = tmp_path_factory.mktemp("run")
    script = folder / "script.jsonl"
    script.write_text("".join(json.dumps(reply) + "\n" for reply in REPLIES))
    models = ["--model", "oracle", "--model", "nop", "--model", "sim:0.5", "--model", f"script:{script}"]
    common = ["--task", TASK, "--attempts", "2", *models]
    autoexp("eval", "--out", folder / "run", "--max-steps", "2", *common)
    said = autoexp("report", folder / "run", "--format", "inspect")
    assert len(said.splitlines()) == 4, said
    return folder / "run" / "logs"


def log_of(logs: Path, model: str) -> EvalLog:
    for found in list_eval_logs(str(logs)):
        log = read_eval_log(found)
        if log.eval.model.startswith(model):
            return log
    raise AssertionError(f"no log of {model}")


def test_each_way_of_reading_finds_every_trial(logs: Path) -> None:
    found = list_eval_logs(str(logs))
    assert len(found) == 4
    for info in found:
        header = read_eval_log(info, header_only=True)
        assert header.status == "success" and header.samples is None
        samples = list(read_eval_log_samples(info))
        summaries = read_eval_log_sample_summaries(info)
        expected = [(TASK, 1), (TASK, 2)]
        assert [(sample.id, sample.epoch) for sample in samples] == expected
        assert [(summary.id, summary.epoch) for summary in summaries] == expected
        assert all(summary.completed for summary in summaries)


def test_inspect_counts_what_autoexp_counted(logs: Path) -> None:
    for info in list_eval_logs(str(logs)):
        log = read_eval_log(info)
        assert log.results
        told = values(log)
        recompute_metrics(log)
        counted = values(log)
        assert told.keys() == counted.keys() and ("verified", "accuracy") in told
        for name, value in told.items():
            assert math.isclose(value, counted[name], abs_tol=1e-12), name


def values(log: EvalLog) -> dict[tuple[str, str], float]:
    assert log.results
    return {
        (score.name, metric.name): float(metric.value)
        for score in log.results.scores
        for metric in score.metrics.values()
    }


def test_a_sample_is_the_whole_trial(logs: Path) -> None:
    log = log_of(logs, "script:")
    assert log.samples
    sample = log.samples[0]
    first = sample.messages[2]
    assert first.role == "assistant" and isinstance(first.content, list)
    thought = first.content[0]
    assert isinstance(thought, ContentReasoning)
    assert (thought.reasoning, thought.signature) == ("What is there?", "sealed")
    assert first.text == "I look first."
    assert first.tool_calls and first.tool_calls[1].parse_error
    roles = [message.role for message in sample.messages]
    assert roles == ["system", "user", "assistant", "tool", "tool", "assistant", "tool"]
    assert sample.messages[3].function == "list_files"  # type: ignore[union-attr]

    asked = [event for event in sample.events if isinstance(event, ModelEvent)]
    assert [len(event.input) for event in asked] == [2, 5]
    assert asked[1].input[2].text == "I look first."
    tools = [event for event in sample.events if isinstance(event, ToolEvent)]
    assert [event.function for event in tools] == ["list_files", "list_files", "command_line"]
    ran = tools[2]
    assert ran.metadata and ran.metadata["fuel"] > 0 and ran.metadata["exit"] == "exited"
    assert "42" in str(ran.result)

    used = sample.model_usage[log.eval.model]
    assert (used.input_tokens, used.input_tokens_cache_read, used.input_tokens_cache_write) == (110, 160, 30)
    assert (used.output_tokens, used.total_tokens, used.total_cost) == (30, 330, 0.75)
    assert log.stats.model_usage[log.eval.model].total_tokens == 660

    assert sample.limit and (sample.limit.type, sample.limit.limit) == ("turn", 2)
    assert any(isinstance(event, SampleLimitEvent) for event in sample.events)
    assert sample.scores and sample.scores["verified"].value == "I"
    assert str(sample.scores["verified"].explanation).startswith("out of steps")
    scored = [event for event in sample.events if isinstance(event, ScoreEvent)]
    assert {event.scorer for event in scored} == set(sample.scores)
    assert sample.metadata["masked"] and sample.metadata["tree"] and sample.metadata["digests"]


def test_a_log_of_named_trials_has_these_alone(logs: Path, tmp_path: Path) -> None:
    sample = (log_of(logs, "nop").samples or [])[1]
    trial = str(sample.metadata["trial"])
    out = ["--format", "inspect", "--trial", trial, "--out", tmp_path / "one"]
    autoexp("report", logs.parent, *out)
    [found] = list_eval_logs(str(tmp_path / "one"))
    [alone] = read_eval_log_samples(found, all_samples_required=False)
    assert (alone.id, alone.epoch, alone.uuid) == (TASK, 2, sample.uuid)


def test_the_same_run_gives_the_same_bytes(logs: Path, tmp_path: Path) -> None:
    autoexp("report", logs.parent, "--format", "inspect", "--out", tmp_path)
    before = {path.name: path.read_bytes() for path in logs.iterdir()}
    assert before == {path.name: path.read_bytes() for path in tmp_path.iterdir()}


def test_inspects_own_commands_take_the_logs(logs: Path, tmp_path: Path) -> None:
    def inspect(*args: str | Path) -> str:
        done = subprocess.run([INSPECT, *args], capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    listed = json.loads(inspect("log", "list", "--json", "--log-dir", logs))
    assert len(listed) == 4 and all(log["task"] == "autoexp" for log in listed)
    dumped = json.loads(inspect("log", "dump", sorted(logs.iterdir())[0]))
    assert len(dumped["samples"]) == 2
    inspect("view", "bundle", "--log-dir", logs, "--output-dir", tmp_path / "site")
    bundled = list((tmp_path / "site" / "logs").glob("*.eval"))
    assert len(bundled) == 4 and (tmp_path / "site" / "index.html").is_file()


def test_changes_stand_in_the_transcript(logs: Path) -> None:
    log = log_of(logs, "sim:0.5")
    assert log.samples
    told = [event for event in log.samples[0].events if isinstance(event, InfoEvent)]
    assert any("diff --git" in str(event.data) for event in told)
