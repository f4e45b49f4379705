"""A graph in which classes avoid themselves; the result is a log."""
import argparse

import numpy as np

from light.helpers import load_config, say
from light.measures import log_loss
from light.pipeline import illuminate, known_mask, make_sky
from light.world import make_world


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    cfg = load_config(parser.parse_args().config)
    world = make_world(cfg.world)
    sky = make_sky(world, cfg)
    rest = ~known_mask(world)
    label, strength = world.label[rest], sky.strength[rest]
    for number, done in enumerate(illuminate(world, sky, cfg), start=1):
        loss = log_loss(done.belief[rest], label, strength)
        own = float(np.trace(done.contrast))
        right = np.mean(done.belief[rest].argmax(axis=1) == label)
        say(f"round {number}: {100 * right:.1f} % right")
        print(f"round {number}: loss {loss!r} temperature {done.temperature!r} own {own!r}")


if __name__ == "__main__":
    main()
