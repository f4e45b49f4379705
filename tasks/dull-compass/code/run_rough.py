"""The same kiln, observed well and badly; the result is a log."""
import argparse

import numpy as np

from compass.helpers import load_config, say
from compass.measures import toll
from compass.search import advised, search
from compass.world import make_world


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    cfg = load_config(parser.parse_args().config)
    for name, factor in (("clear", 0.3), ("hazy", 3.0)):
        rough = cfg.world.rough
        cfg.world.rough = factor * rough
        world = make_world(cfg.world)
        cfg.world.rough = rough
        log = search(world, cfg)
        value = advised(world, log)
        size = np.exp(np.mean([np.log(state.size) for state in log.states]))
        stretched = np.log10(np.linalg.cond(log.states[-1].shape))
        paid = toll(np.array(log.hours), value)
        print(f"{name}: toll {float(paid)!r} noise {float(log.noises[-1])!r}")
        print(f"{name}: size {float(size)!r} stretch {float(stretched)!r}")
        say(f"{name}: value {value[-1]:.3f} in the end")


if __name__ == "__main__":
    main()
