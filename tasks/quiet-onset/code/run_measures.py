"""What did the measures do, and what if they were dropped? Prints a log."""
import argparse

import numpy as np

from onset.pipeline import ahead, constant_plan, interval, onset_curve, read
from onset.settings import note, read_settings
from onset.world import simulate


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    cfg = read_settings(parser.parse_args().config)
    outbreak = simulate(cfg.world)
    onsets = onset_curve(outbreak, cfg)
    kept, dropped = constant_plan(cfg.ahead.plan, cfg), constant_plan(cfg.ahead.dropped, cfg)

    def spared(reading) -> np.ndarray:
        """Infections averted per 100,000 of each age group (A,) by keeping the measures."""
        gain = ahead(reading, outbreak, dropped, cfg) - ahead(reading, outbreak, kept, cfg)
        return 1e5 * gain.sum(axis=0) / reading.population

    now = read(outbreak, onsets, cfg)
    note(f"infections {now.infections.sum():.0f}, last day {now.infections[-1].sum():.1f}")
    for number, slope in enumerate(now.slopes, start=1):
        print(f"measure {number}: log effect {slope:.10g}")
    reached = np.exp(now.cohort)
    print(f"cohort number, rise since its lowest: {reached[-1] - reached.min():.10g}")
    low, high = interval(lambda reading: spared(reading)[-1], outbreak, onsets, cfg)
    print(f"averted per 100k: {spared(now) @ now.population / now.population.sum():.10g}")
    print(f"averted per 100k of the eldest: {low:.10g} to {high:.10g}, span {high - low:.10g}")


if __name__ == "__main__":
    main()
