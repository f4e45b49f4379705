"""Moduli and work of a packing that is rocked."""
import argparse
import json

import numpy as np

from loose.blocks import blocked_error
from loose.helpers import note, plain, read_config
from loose.path import rocking_path
from loose.run import run_box
from loose.stress import cycle_moduli, cycle_work
from loose.world import make_packing


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    cfg = read_config(parser.parse_args().config)
    packing, steps = make_packing(cfg.world), cfg.rocking.steps
    strain = rocking_path(**vars(cfg.rocking))
    record = run_box(packing, strain, cfg.law, cfg.run.dt, steps)
    pressure, shear, couple = record.stress.T
    storage, loss, rest = cycle_moduli(shear, strain[:-1], steps)
    work = cycle_work(shear, strain, steps)
    note(f"side {packing.side:.3f}, {len(strain) - 1} steps")
    result = {
        "storage": storage,
        "loss": loss,
        "rest_percent": 100.0 * rest,
        "last_work": work[-1],
        "pressure_error": blocked_error(pressure[steps:]),
        "couple_percent": 100.0 * np.sum(couple * shear) / np.sum(shear**2),
        "couple_error": blocked_error(couple[steps:]),
    }
    print(json.dumps(plain(result), indent=1))


if __name__ == "__main__":
    main()
