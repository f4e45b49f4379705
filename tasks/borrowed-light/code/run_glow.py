"""Beliefs about the nodes of one graph."""
import argparse

import numpy as np

from light.helpers import as_json, load_config, say
from light.measures import calibration_gap, log_loss
from light.pipeline import illuminate, known_mask, make_sky
from light.world import make_world


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    cfg = load_config(parser.parse_args().config)
    world = make_world(cfg.world)
    sky = make_sky(world, cfg)
    first, second = illuminate(world, sky, cfg)
    rest = ~known_mask(world)
    label, strength = world.label[rest], sky.strength[rest]
    before = log_loss(first.belief[rest], label, strength)
    after = log_loss(second.belief[rest], label, strength)
    right = np.mean(second.belief[rest].argmax(axis=1) == label)
    say(f"{len(rest)} nodes, {len(world.seeds)} seeds, {100 * right:.1f} % of the rest right")
    print(
        as_json(
            {
                "log_loss": after,
                "first_loss": before,
                "calibration_gap": calibration_gap(second.belief[rest], label, cfg.report.bins),
                "temperature": second.temperature,
                "brightness": second.bright,
                "rarest_share": second.belief[rest].mean(axis=0).min(),
            }
        )
    )


if __name__ == "__main__":
    main()
