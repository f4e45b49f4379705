"""Thawing by need against thawing everything at once; the result is a log."""
import argparse

from thaw.compare import ridge
from thaw.helpers import load_config, say
from thaw.pipeline import carry, settle_in
from thaw.training import loss_on
from thaw.world import make_world


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    cfg = load_config(parser.parse_args().config)
    home, (place,) = settle_in(make_world(cfg.world), cfg)
    for policy in ("need", "all"):
        carried = carry(home, place, cfg, policy)
        loss = loss_on(carried.net, place.ask)
        over = ridge(home, carried.net, lambda net: loss_on(net, place.tune))
        score = carried.score(place)
        print(f"{policy}: loss {float(loss)!r} ridge {float(over)!r} score {float(score)!r}")
        if carried.thaw is not None:
            say(f"{policy}: thawed in the end: {carried.thaw.thawed}")


if __name__ == "__main__":
    main()
