"""Where does the outbreak stand? Reproduction number, attack rate and the weeks ahead."""
import argparse
import math

from onset.pipeline import ahead, constant_plan, interval, onset_curve, read
from onset.settings import as_json, note, read_settings
from onset.world import simulate


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    cfg = read_settings(parser.parse_args().config)
    outbreak = simulate(cfg.world)
    onsets = onset_curve(outbreak, cfg)
    now = read(outbreak, onsets, cfg)
    note("found by age: " + " ".join(f"{share:.3f}" for share in now.found))
    coming = ahead(now, outbreak, constant_plan(cfg.ahead.plan, cfg), cfg)
    people = now.population.sum()
    low, high = interval(lambda reading: math.exp(reading.cohort[-1]), outbreak, onsets, cfg)
    print(
        as_json(
            {
                "surplus": now.cohort[-1] - now.intercept - now.stringency[-1] @ now.slopes,
                "swing": now.log_r[-1] - now.log_r[-1 - cfg.smooth.look_back],
                "attack_percent": 100.0 * now.infections.sum() / people,
                "coming_eldest": 1e5 * coming[:, -1].sum() / now.population[-1],
                "interval_width": high - low,
            }
        )
    )


if __name__ == "__main__":
    main()
