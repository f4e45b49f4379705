"""Audit the rankings of the last round of a short campaign."""
import argparse

from ebb.helpers import emit, load_config, say
from ebb.pipeline import campaign, interval, measure
from ebb.world import make_world


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    cfg = load_config(parser.parse_args().config)
    world = make_world(cfg.world)
    *_, last = campaign(world, cfg)
    found = measure(world, last, cfg)
    low, high = interval(world, last, cfg)
    say(f"users {world.n_users}, items {world.n_items}, households {world.n_households}")
    emit(
        {
            "joint_disparity": found.joint,
            "crossed_bits": found.crossed,
            "lower_limit": low,
            "upper_limit": high,
            "mean_exposure": last.mean_exposure,
        }
    )


if __name__ == "__main__":
    main()
