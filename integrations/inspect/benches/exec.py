"""What a command costs through Inspect: in autoexp's sandbox, and in Inspect's ``local`` one.

    python integrations/inspect/benches/exec.py [CALLS] [SAMPLES]

Prints a line for each sandbox and command: the median and the 95th percentile of CALLS calls (1000),
one after the other, made in one evaluation; then how long SAMPLES samples (50) at once take, each
with ten calls. ``local`` runs the host's own programs with nothing between.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time

from inspect_ai import Task
from inspect_ai import eval as inspect_eval
from inspect_ai.dataset import Sample
from inspect_ai.solver import Generate, Solver, TaskState, solver
from inspect_ai.util import sandbox

COMMANDS = {
    "bash": ["bash", "-c", "echo $((6 * 7))"],
    "python": ["python3", "-c", "print(6 * 7)"],
}


@solver
def calls(command: list[str], count: int) -> Solver:
    async def solve(state: TaskState, generate: Generate) -> TaskState:
        taken = []
        for _ in range(count):
            began = time.perf_counter()
            done = await sandbox().exec(command)
            taken.append(time.perf_counter() - began)
            assert done.success and done.stdout == "42\n", done
        state.store.set("taken", taken)
        return state

    return solve


def run(kind: str, command: list[str], count: int, samples: int) -> list[list[float]]:
    """The seconds that each call of each sample took."""
    task = Task(
        dataset=[Sample(input="-", id=number) for number in range(samples)],
        solver=calls(command, count),
        sandbox=kind,
    )
    with tempfile.TemporaryDirectory() as logs:
        [log] = inspect_eval(
            task, model="mockllm/model", log_dir=logs, display="none", max_samples=samples, max_sandboxes=samples
        )
        # Samples are read from the file.
        assert log.status == "success" and log.samples and len(log.samples) == samples, log.error
        return [sample.store["taken"] for sample in log.samples]


def main() -> None:
    count, samples = [*map(int, sys.argv[1:3]), *(1000, 50)[len(sys.argv[1:3]) :]]
    for name, command in COMMANDS.items():
        for kind in ("autoexp", "local"):
            [taken] = run(kind, command, count, 1)
            median, high = statistics.median(taken), statistics.quantiles(taken, n=20)[-1]
            print(f"{name:<8}{kind:<9}median {median * 1e3:7.2f} ms   95 % under {high * 1e3:7.2f} ms")
    for kind in ("autoexp", "local"):
        began = time.perf_counter()
        run(kind, COMMANDS["python"], 10, samples)
        print(f"{samples} samples at once, 10 calls of python each: {kind} {time.perf_counter() - began:.1f} s, all well")


if __name__ == "__main__":
    main()
