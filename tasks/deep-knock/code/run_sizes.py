"""How large events are, and how many of each size."""
import argparse

import numpy as np

from knock.helpers import load, report, say
from knock.pipeline import find_onsets, find_places, find_ways
from knock.rock import start_rock
from knock.sizes import event_sizes, rate_of_sizes, station_size
from knock.world import make_survey


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    cfg = load(parser.parse_args().config)
    survey, step = make_survey(cfg.world), cfg.world.step
    onsets = find_onsets(survey, cfg)
    rock = start_rock(cfg.world.rows, cfg.world.columns, step, **vars(cfg.rock))
    ways = find_ways(rock, survey.column, step)
    place = find_places(onsets, ways, np.zeros(len(survey.column)))
    far = step * np.hypot(place[:, :1], place[:, 1:] - survey.column)
    seen = np.where(onsets.weight > 0.0, onsets.loud, 1.0)
    sizes, term = event_sizes(station_size(seen, far), onsets.weight)
    slope, least = rate_of_sizes(sizes, cfg.sizes.width)
    say(f"{len(sizes)} events")
    report(
        {
            "slope": slope,
            "least": least,
            "mean_size": sizes.mean(),
            "station_spread": np.std(term),
        }
    )


if __name__ == "__main__":
    main()
