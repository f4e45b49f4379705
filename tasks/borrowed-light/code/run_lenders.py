"""Whose light is borrowed, and what hubs have to do with it; the result goes to a file."""
import argparse
from pathlib import Path

import numpy as np

from light.degree import borrowed_part
from light.helpers import as_json, load_config, say
from light.lenders import effective_lenders, inequality, lender_shares
from light.measures import log_loss
from light.pipeline import illuminate, known_mask, make_sky
from light.world import make_world


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    cfg = load_config(args.config)
    world = make_world(cfg.world)
    known = known_mask(world)
    uneven, many, loss = [], [], []
    for lend in cfg.sweep.lend:
        cfg.graph.lend = lend
        sky = make_sky(world, cfg)
        part = borrowed_part(sky.weight, known, cfg.spread.most)
        share = lender_shares(sky.lending, part, world.seeds)[~known]
        uneven.append(inequality(share.sum(axis=0)))
        many.append(effective_lenders(share).mean())
        belief = illuminate(world, sky, cfg)[-1].belief[~known]
        loss.append(log_loss(belief, world.label[~known], sky.strength[~known]))
        say(f"lend {lend}: inequality {uneven[-1]:.3f}, loss {loss[-1]:.3f}")
    result = {
        "inequality_even": uneven[0],
        "inequality_steep": uneven[-1],
        "lenders_even": many[0],
        "loss_steep": loss[-1],
        "loss_slope": np.polyfit(cfg.sweep.lend, loss, 1)[0],
    }
    out = Path(args.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(as_json(result) + "\n", encoding="utf-8")
    say(f"wrote {out}")


if __name__ == "__main__":
    main()
