"""Releases with several budgets; the result is a log."""
import argparse

import numpy as np

from tally.attack import exposure, mean_power
from tally.helpers import load_config, say
from tally.register import make_register
from tally.release import release
from tally.report import honesty


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    cfg = load_config(parser.parse_args().config)
    register = make_register(cfg.world)
    tree, true = register.tree, register.totals
    errors = []
    for number, rho in enumerate(cfg.sweep.rho):
        done = release(register, cfg, rho, cfg.noise.key + number)
        error = done.table - true
        errors.append(float(np.abs(error[tree.wards]).mean()))
        distance = exposure(register.members, done.rounds)
        power = mean_power(distance, register.persons, cfg.report.alarm)
        honest = honesty(tree, error, done.variance)
        stopped = float(tree.dwellings[done.stops].sum() / tree.dwellings[0])
        say(f"release {number + 1}: rho {rho}, {int(done.stops.sum())} stops")
        print(f"release {number + 1}: error {errors[-1]!r} stopped {stopped!r}")
        print(f"release {number + 1}: power {power!r} honesty {honest!r}")
    slope = np.polyfit(np.log2(cfg.sweep.rho), np.log2(errors), 1)[0]
    print(f"slope: {float(slope)!r}")


if __name__ == "__main__":
    main()
