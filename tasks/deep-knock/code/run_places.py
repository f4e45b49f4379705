"""Onsets, and places in rock that is guessed; the result is a log."""
import argparse

import numpy as np

from knock.helpers import load, say
from knock.pipeline import find_onsets, find_places, find_ways
from knock.places import jackknife_area, misfit_map
from knock.rock import start_rock
from knock.world import make_survey


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    cfg = load(parser.parse_args().config)
    survey = make_survey(cfg.world)
    onsets = find_onsets(survey, cfg)
    say(f"{np.count_nonzero(onsets.weight)} of {onsets.weight.size} onsets")
    rock = start_rock(cfg.world.rows, cfg.world.columns, cfg.world.step, **vars(cfg.rock))
    ways = find_ways(rock, survey.column, cfg.world.step)
    place = find_places(onsets, ways, np.zeros(len(survey.column)))
    misfit, area = [], []
    for arrival, weight, (down, along) in zip(onsets.arrival, onsets.weight, place):
        misfit.append(misfit_map(arrival, weight, ways.times).min())
        area.append(jackknife_area(arrival, weight, ways.times))
        print(f"event: depth {down * cfg.world.step:.3f} along {along * cfg.world.step:.3f}")
    print(f"onsets: weight {float(onsets.weight.mean())!r}")
    print(f"places: depth {float(place[:, 0].mean() * cfg.world.step)!r}")
    print(f"misfit: {float(1e3 * np.median(misfit))!r}")
    print(f"area: {float(np.mean(area) * cfg.world.step**2)!r}")


if __name__ == "__main__":
    main()
