"""Jumps of the level under a drifting season; the result is a log."""
import argparse

import numpy as np

from clock.forecast import memory_of
from clock.helpers import load_config, say
from clock.pipeline import take_apart
from clock.world import make_series


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    cfg = load_config(parser.parse_args().config)
    for number in range(cfg.report.series):
        series = make_series(cfg.world, number)
        parts = take_apart(series.value, cfg)
        error = float(np.sqrt(np.mean((parts.level - series.level) ** 2)))
        steps = float(np.abs(np.diff(parts.level)).sum())
        memory = memory_of(parts.rest)
        say(f"series {number}: jumps at {np.flatnonzero(np.diff(parts.level)) + 1}")
        print(f"series {number}: error {error!r} steps {steps!r} memory {memory!r}")


if __name__ == "__main__":
    main()
