"""A network is carried to one new valley."""
import argparse

import numpy as np

from thaw.compare import kinship
from thaw.helpers import as_json, load_config, say
from thaw.pipeline import carry, last_states, settle_in
from thaw.world import make_world


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    cfg = load_config(parser.parse_args().config)
    home, (place,) = settle_in(make_world(cfg.world), cfg)
    carried = carry(home, place, cfg)
    say(f"thawed in the end: {carried.thaw.thawed}")
    smooth = np.log2(carried.thaw.smooth)
    alike = kinship(last_states(home, place), last_states(carried.net, place))
    print(
        as_json(
            {
                "score": carried.score(place),
                "widening": carried.factor(place),
                "estrangement": 1.0 - alike,
                "urge": smooth[3] - smooth[:3].mean(),
            }
        )
    )


if __name__ == "__main__":
    main()
