"""What if one age group meets more people? Writes a result file."""
import argparse
import dataclasses
from pathlib import Path

import numpy as np

from onset.mixing import next_generation
from onset.pipeline import ahead, constant_plan, interval, onset_curve, read
from onset.settings import as_json, note, read_settings
from onset.world import simulate


def reopened(reading, cfg):
    """The renewal equation with more contacts in one age group, measured by the old yardstick."""
    contacts = reading.contacts.copy()
    group = cfg.reopening.group
    contacts[group, group] *= cfg.reopening.factor
    matrix = next_generation(
        contacts, reading.susceptibility, np.array(cfg.mixing.infectivity)
    )
    return dataclasses.replace(reading.renewal, generation=matrix / reading.size)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    parser.add_argument("--out", default="out/reopening.json")
    args = parser.parse_args()
    cfg = read_settings(args.config)
    outbreak = simulate(cfg.world)
    onsets = onset_curve(outbreak, cfg)
    plan = constant_plan(cfg.ahead.plan, cfg)

    def excess(reading) -> float:
        closed = ahead(reading, outbreak, plan, cfg)
        opened = ahead(reading, outbreak, plan, cfg, reopened(reading, cfg))
        return opened.sum() / closed.sum() - 1.0

    now = read(outbreak, onsets, cfg)
    opened = ahead(now, outbreak, plan, cfg, reopened(now, cfg))
    low, high = interval(excess, outbreak, onsets, cfg)
    note(f"susceptibility {np.round(now.susceptibility, 3)}")
    by_age = opened.sum(axis=0)
    target = Path(args.out)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(
        as_json(
            {
                "excess": excess(now),
                "last_day_per_100k": 1e5 * opened[-1].sum() / now.population.sum(),
                "eldest_per_youngest": by_age[-1] / by_age[0],
                "slack": now.intercept - now.cohort[-1],
                "interval_width": high - low,
            }
        ),
        encoding="utf-8",
    )
    note(f"wrote {target}")


if __name__ == "__main__":
    main()
