"""The same season with takings that arrive sooner and later; the result is a log."""
import argparse

import numpy as np

from dice.helpers import load_config, say
from dice.measures import strain
from dice.oracle import shortfall
from dice.season import play
from dice.world import make_world


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    cfg = load_config(parser.parse_args().config)
    for name, late in (("prompt", 0.5 * cfg.world.late), ("tardy", 1.5 * cfg.world.late)):
        cfg.world.late = late
        world = make_world(cfg.world)
        log = play(world, cfg)
        missed = shortfall(world.mean, log.path, cfg.oracle.cost, cfg.oracle.early)
        worn = strain(log.stack("level"), log.stack("width"), world.mean)
        width = np.sqrt((log.stack("width") ** 2).mean())
        arrived = log.views[-1].chance[:, cfg.world.longest // 2].mean()
        print(f"{name}: shortfall {float(missed)!r} strain {float(worn)!r}")
        print(f"{name}: width {float(width)!r} arrived {float(arrived)!r}")
        say(f"{name}: {len(log.alarms)} alarms")


if __name__ == "__main__":
    main()
