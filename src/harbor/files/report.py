"""Runs the experiments on the repository as it is, and reports their numbers."""

import json
from pathlib import Path

from measure import run

experiments = json.loads((Path(__file__).parent / "experiments.json").read_text())
answer = {experiment["id"]: run(experiment, "/app") for experiment in experiments}
Path("/app/answer.json").write_text(json.dumps(answer, indent=1) + "\n")
print(json.dumps(answer))
