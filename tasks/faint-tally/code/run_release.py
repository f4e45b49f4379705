"""One release of a register, and how good it is."""
import argparse

import numpy as np

from tally.helpers import as_json, load_config, say
from tally.register import make_register
from tally.release import release
from tally.report import honesty, worst_run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    cfg = load_config(parser.parse_args().config)
    register = make_register(cfg.world)
    tree, true = register.tree, register.totals
    done = release(register, cfg, cfg.budget.rho, cfg.noise.key)
    error = done.table - true
    scaled = error[tree.wards] / np.sqrt(true[tree.wards] + 1.0)
    say(f"{tree.size} nodes, {int(true[0])} persons, {int(done.stops.sum())} stops")
    print(
        as_json(
            {
                "ward_error": np.sqrt(np.mean(scaled**2)),
                "worst_run": worst_run(error[tree.wards]),
                "honesty": honesty(tree, error, done.variance),
                "adjustment": np.mean(np.abs(done.final - done.count)),
                "rounding": np.sqrt(np.mean((done.table - done.final)[tree.wards] ** 2)),
            }
        )
    )


if __name__ == "__main__":
    main()
