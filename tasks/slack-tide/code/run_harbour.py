"""Issue intervals for a calm stretch of coast and sum them up."""
import argparse

import numpy as np

from slack.helpers import as_json, load_config, say
from slack.pipeline import run_stream
from slack.report import basin_gap, gauge_score
from slack.world import make_world


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    cfg = load_config(parser.parse_args().config)
    done = run_stream(make_world(cfg.world), cfg)
    alpha = cfg.split.alpha
    missed = (done.residual > done.margin[:, 1]) | (-done.residual > done.margin[:, 0])
    say(f"{len(done.day)} intervals, {missed.sum()} missed")
    level = done.levels
    print(
        as_json(
            {
                "interval_score": gauge_score(done.residual, done.margin, done.gauge, alpha),
                "mean_width": done.width.mean(),
                "basin_gap": basin_gap(done.residual, done.margin, done.basin, alpha),
                "split_bits": np.mean(np.log2(level[:, :, 1] / level[:, :, 0])),
                "skew_bits": np.mean(np.log2(done.margin[:, 1] / done.margin[:, 0])),
            }
        )
    )


if __name__ == "__main__":
    main()
