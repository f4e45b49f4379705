"""A network is carried to two valleys, and from there to the other's; the result is a file."""
import argparse
from pathlib import Path

import numpy as np

from thaw.compare import kinship, ridge
from thaw.helpers import as_json, load_config, say
from thaw.pipeline import carry, last_states, settle_in
from thaw.training import loss_on
from thaw.world import make_world


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    cfg = load_config(args.config)
    home, places = settle_in(make_world(cfg.world), cfg)
    carried = [carry(home, place, cfg) for place in places]
    for one in carried:
        say(f"thawed in the end: {one.thaw.thawed}")
    first, second = (one.net for one in carried)
    near, far = places
    urge = [np.log2(one.thaw.smooth[3] / one.thaw.smooth[0]) for one in carried]
    alike = kinship(last_states(first, near), last_states(second, near))
    result = {
        "exchange": loss_on(second, near.ask) - loss_on(first, near.ask),
        "estrangement": 1.0 - alike,
        "ridge": ridge(first, second, lambda net: loss_on(net, near.tune) + loss_on(net, far.tune)),
        "urge": np.mean(urge),
        "far_score": carried[1].score(far),
    }
    out = Path(args.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(as_json(result) + "\n", encoding="utf-8")
    say(f"wrote {out}")


if __name__ == "__main__":
    main()
