"""Verifies what was left of a task, as autoexp does, and writes the reward.

- `reported`: every number in answer.json is within tolerance of what the reference gives;
- `grounded`: the commands, run afresh on the repository as it was left, give what was reported;
- `transplanted`: the functions alone, in the repository as it was given, give the reference's
  numbers, on the input that was seen and on another one.

The reward is 1 where all that can be asked holds, else 0.
"""

import json
import math
import shutil
import sys
import tempfile
from pathlib import Path

from measure import Trouble, is_number, run
from transplant import Torn, transplant

IGNORED = shutil.ignore_patterns(".git", ".venv", "__pycache__", "answer.json")


def read_all(folder):
    """The files below a folder, by their paths in it."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder): path.read_bytes() for path in found}


def lay(files, folder):
    for path, contents in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(contents)


def compare(metric, wanted, value, place=""):
    """Refuses a value that isn't as wanted, within the metric's tolerance."""
    if isinstance(wanted, list):
        if not isinstance(value, list) or len(value) != len(wanted):
            raise Trouble(f"{place}: a list of {len(wanted)} was expected")
        for index, (inner, item) in enumerate(zip(wanted, value)):
            compare(metric, inner, item, f"{place}[{index}]")
    elif not is_number(value) or not math.isfinite(value):
        raise Trouble(f"{place}: a finite number was expected, not {value!r:.80}")
    elif abs(value - wanted) > max(metric["atol"], metric["rtol"] * abs(wanted)):
        raise Trouble(f"{place}: {value} is not within tolerance of {wanted}")


def agree(experiments, wanted, values):
    """Refuses numbers, by experiment and metric, that aren't those wanted; a metric for which
    nothing is wanted isn't compared."""
    for experiment in experiments:
        for metric in experiment["metrics"]:
            expected = wanted(experiment, metric)
            if expected is not None:
                value = values.get(experiment["id"], {}).get(metric["name"])
                compare(metric, expected, value, f"{experiment['id']}.{metric['name']}")


def reported(experiments, answer):
    """The numbers of the answer are within tolerance of gold, and there are no others."""
    known = {experiment["id"]: experiment for experiment in experiments}
    if not isinstance(answer, dict) or answer.keys() != known.keys():
        raise Trouble(f"answer.json is to have an object of {', '.join(known)}")
    for name, values in answer.items():
        metrics = [metric["name"] for metric in known[name]["metrics"]]
        if not isinstance(values, dict) or values.keys() != set(metrics):
            raise Trouble(f"{name}: an object of {', '.join(metrics)} was expected")
    agree(experiments, lambda _, metric: metric["gold"], answer)


def grounded(experiments, app, answer):
    """The repository as it was left gives what was reported."""
    with tempfile.TemporaryDirectory() as folder:
        left = Path(folder) / "left"
        shutil.copytree(app, left, symlinks=True, ignore=IGNORED)
        values = {experiment["id"]: run(experiment, left) for experiment in experiments}
    agree(experiments, lambda e, m: values[e["id"]][m["name"]], answer)


def transplanted(experiments, given, app, names, inputs):
    """The bodies, with all else as it was given, give the golds, on each of the inputs."""
    moved = {}
    for file in sorted({function["file"] for function in names}):
        wanted = [function["name"] for function in names if function["file"] == file]
        try:
            left = (app / file).read_text()
        except (OSError, ValueError) as error:
            raise Trouble(f"{file}: {error}") from error
        source = transplant(file, given[Path(file)].decode(), left, wanted)
        moved[Path(file)] = source.encode()
    for others, gold in inputs:
        with tempfile.TemporaryDirectory() as folder:
            lay({**given, **others, **moved}, Path(folder))
            values = {experiment["id"]: run(experiment, folder) for experiment in experiments}
        agree(experiments, lambda _, metric: metric[gold], values)


def judge(check, *given):
    try:
        check(*given)
        return 1, None
    except (Trouble, Torn, OSError) as why:
        return 0, str(why)
    except RecursionError:
        return 0, "what was written is nested too deep"


def main(tests, app, logs):
    expected = json.loads((tests / "expected.json").read_text())
    experiments, names = expected["experiments"], expected["functions"]
    given = read_all(tests / "given")
    inputs = [({}, "gold")]
    if (tests / "alternative").is_dir():
        inputs.append((read_all(tests / "alternative"), "alternative"))
    # What was left is run below, and is not to find the golds.
    shutil.rmtree(tests, ignore_errors=True)

    try:
        answer = json.loads((app / "answer.json").read_text())
        trouble = None
    except (OSError, ValueError, RecursionError) as error:
        answer, trouble = None, f"answer.json: {error}"
    verdicts = {"reported": judge(reported, experiments, answer)}
    if trouble:
        verdicts["reported"] = (0, trouble)
    if verdicts["reported"][0]:
        verdicts["grounded"] = judge(grounded, experiments, app, answer)
    else:
        verdicts["grounded"] = (0, "not run: what was reported isn't right")
    if names:
        verdicts["transplanted"] = judge(transplanted, experiments, given, app, names, inputs)

    reward = min(verdict for verdict, _ in verdicts.values())
    numbers = {"reward": reward, **{name: verdict for name, (verdict, _) in verdicts.items()}}
    reasons = {name: why for name, (_, why) in verdicts.items() if why}
    logs.mkdir(parents=True, exist_ok=True)
    details = {"task": expected["task"], "answer": answer, "reasons": reasons}
    (logs / "details.json").write_text(json.dumps(details, indent=1) + "\n")
    (logs / "reward.json").write_text(json.dumps(numbers) + "\n")
    (logs / "reward.txt").write_text(f"{reward}\n")
    print(json.dumps(numbers))
    for name, why in reasons.items():
        print(f"not {name}: {why}")


if __name__ == "__main__":
    main(Path(__file__).resolve().parent, Path(sys.argv[1]), Path(sys.argv[2]))
