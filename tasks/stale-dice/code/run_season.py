"""One season, played and looked back on."""
import argparse

import numpy as np

from dice.helpers import as_json, load_config, say
from dice.measures import company, strain
from dice.oracle import shortfall
from dice.season import play
from dice.world import make_world


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    cfg = load_config(parser.parse_args().config)
    world = make_world(cfg.world)
    log = play(world, cfg)
    say(f"{len(log.alarms)} alarms, {len(world.changes)} changes")
    print(
        as_json(
            {
                "shortfall": shortfall(world.mean, log.path, cfg.oracle.cost, cfg.oracle.early),
                "strain": strain(log.stack("level"), log.stack("width"), world.mean),
                "company": company(log.path, cfg.world.arms, 2 * cfg.world.longest),
                "memory": np.exp(np.log(log.stack("memory")).mean()),
                "week": np.abs(log.stack("shift")).mean(),
            }
        )
    )


if __name__ == "__main__":
    main()
