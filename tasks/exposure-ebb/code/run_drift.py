"""Follow the disparity over a campaign in which the recommender feeds on its own log."""
import argparse

import numpy as np

from ebb.helpers import emit, load_config, say
from ebb.pipeline import campaign, interval, measure
from ebb.world import make_world


def median_slope(values: list[float]) -> float:
    """Median of the slopes over all pairs of rounds."""
    slopes = [
        (values[b] - values[a]) / (b - a)
        for a in range(len(values))
        for b in range(a + 1, len(values))
    ]
    return float(np.median(slopes))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    cfg = load_config(parser.parse_args().config)
    world = make_world(cfg.world)
    rounds = list(campaign(world, cfg))
    path = [measure(world, done, cfg).crossed for done in rounds]
    say("crossed disparity by round: " + " ".join(f"{value:.4f}" for value in path))
    low, high = interval(world, rounds[-1], cfg)
    emit(
        {
            "final_joint": measure(world, rounds[-1], cfg).joint,
            "final_crossed": path[-1],
            "drift_rate": median_slope([float(np.log2(value)) for value in path]),
            "interval_width": high - low,
            "exposure_rise": rounds[-1].mean_exposure - rounds[0].mean_exposure,
        }
    )


if __name__ == "__main__":
    main()
