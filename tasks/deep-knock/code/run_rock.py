"""Rock and places together."""
import argparse

import numpy as np

from knock.helpers import load, report, say
from knock.pipeline import find_onsets, find_places, find_ways, trace_rays
from knock.rock import start_rock
from knock.update import changed_rock, roughness, solve_update, station_terms, without_starts
from knock.world import make_survey


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    cfg = load(args.config)
    survey, step = make_survey(cfg.world), cfg.world.step
    onsets = find_onsets(survey, cfg)
    first = rock = start_rock(cfg.world.rows, cfg.world.columns, step, **vars(cfg.rock))
    rough = roughness(*rock.shape, cfg.update.flat)
    term = np.zeros(len(survey.column))
    sizes = []
    for _ in range(cfg.update.rounds):
        ways = find_ways(rock, survey.column, step)
        place = find_places(onsets, ways, term)
        rays = trace_rays(onsets, ways, place, term, rock, step)
        sizes.append(np.median(np.abs(rays.rest)))
        say(f"rest {1e3 * sizes[-1]:.2f} ms, {len(rays.rest)} arrivals")
        rows = without_starts(step * rays.rows * rock.ravel(), rays.weight, rays.event)
        rest = without_starts(rays.rest, rays.weight, rays.event)
        change, resolved = solve_update(
            rows, rest, rays.weight, rough, cfg.update.smooth, cfg.update.damp
        )
        rock = changed_rock(rock, change, cfg.update.most)
        term = term + station_terms(rest - rows @ change, rays.weight, rays.station, len(term))
    gain = np.log(rock / first)
    result = {
        "rest_ratio": sizes[-1] / sizes[0],
        "contrast_percent": 100.0 * np.ptp(gain),
        "level_permille": 1000.0 * np.mean(gain),
        "resolved": resolved.sum(),
        "term_ms": 1e3 * np.sqrt(np.mean(term**2)),
        "term_mean_us": 1e6 * np.mean(term),
        "depth": place[:, 0].mean() * step,
    }
    report(result, args.out)


if __name__ == "__main__":
    main()
