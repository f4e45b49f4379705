"""``python -m minisweagent_autoexp TRAJECTORY``: its score, as JSON."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from autoexp import AutoexpError

from ._record import record
from ._score import TrajectoryError, score


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m minisweagent_autoexp",
        description="Do a trajectory's actions again in a fresh sandbox, and score what is left.",
        epilog="Exits with 1 if it isn't verified, and with 2 if it can't be scored. "
        "Example: python -m minisweagent_autoexp last.traj.json | jq .failure",
    )
    parser.add_argument("trajectory", type=Path, help="what mini wrote with --output")
    parser.add_argument("--task", help="the task, where the trajectory doesn't say")
    parser.add_argument("--out", type=Path, help="add it to the run in this folder, for `autoexp report`")
    args = parser.parse_args()
    try:
        trajectory = json.loads(args.trajectory.read_text())
        found = record(trajectory, args.out, args.task) if args.out else score(trajectory, args.task)
    except (TrajectoryError, AutoexpError, OSError, json.JSONDecodeError) as error:
        print(f"error: score {args.trajectory}: {error}", file=sys.stderr)
        return 2
    json.dump(found, sys.stdout, indent=2)
    print()
    return 0 if found["verified"] else 1


if __name__ == "__main__":
    sys.exit(main())
