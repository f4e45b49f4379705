"""Compare basins on their own with basins that lend to each other; prints a log."""
import argparse

import numpy as np

from slack.helpers import altered, load_config
from slack.pipeline import Stream, run_stream
from slack.report import basin_gap, gauge_score
from slack.world import make_world


def contrast(done: Stream) -> float:
    """Standard deviation over basins of the mean log2 width."""
    count = np.bincount(done.basin)
    mean = np.bincount(done.basin, weights=np.log2(done.width)) / count
    return float(mean.std())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    cfg = load_config(parser.parse_args().config)
    world = make_world(cfg.world)
    found = {}
    for name, strength in (("alone", 0.0), ("lending", cfg.pooling.strength)):
        done = run_stream(world, altered(cfg, "pooling", strength=strength))
        score = gauge_score(done.residual, done.margin, done.gauge, cfg.split.alpha)
        gap = basin_gap(done.residual, done.margin, done.basin, cfg.split.alpha)
        found[name] = score, gap, contrast(done)
        print(f"[{name}] score {score!r} gap {gap!r}")
    gain = found["alone"][0] - found["lending"][0]
    print(f"contrast left: {found['lending'][2] / found['alone'][2]!r}")
    print(f"score gain: {float(gain)!r}")


if __name__ == "__main__":
    main()
