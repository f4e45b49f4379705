"""The effect of a term of tutoring on the marks of later terms; the result is a log."""
import argparse

import numpy as np

from wind.helpers import load_config, say
from wind.pipeline import study
from wind.world import make_panel


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    cfg = load_config(parser.parse_args().config)
    panel = make_panel(cfg.world)
    effects = []
    for horizon in range(cfg.report.horizons):
        done = study(panel, cfg, horizon)
        low, high = done.interval(cfg.report.level)
        effects.append(done.pooled.effect)
        say(f"horizon {horizon}: {len(done.mark)} rows")
        print(f"horizon {horizon}: effect {effects[-1]!r} limits {low!r} {high!r}")
    shrunken = done.pooled.shrunken
    print(f"fade: {float(np.log2(effects[0] / effects[-1]))!r}")
    print(f"schools: range {float(np.ptp(shrunken))!r}")
    print(f"doubt: {done.bounds(cfg.report.doubt)[0]!r}")


if __name__ == "__main__":
    main()
