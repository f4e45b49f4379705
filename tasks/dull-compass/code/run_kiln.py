"""One search."""
import argparse

import numpy as np

from compass.helpers import as_json, load_config, say
from compass.measures import crowding, straightness, toll
from compass.search import advised, search
from compass.world import make_world


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    cfg = load_config(parser.parse_args().config)
    world = make_world(cfg.world)
    log = search(world, cfg)
    value = advised(world, log)
    say(f"{len(log.fired)} firings, value {value[0]:.3f} at first, {value[-1]:.3f} in the end")
    print(
        as_json(
            {
                "toll": toll(np.array(log.hours), value),
                "crowding": crowding(log.fired),
                "straightness": straightness(log.centres),
                "debt": log.debts[-1],
                "noise": np.mean(log.noises),
            }
        )
    )


if __name__ == "__main__":
    main()
