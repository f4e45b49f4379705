"""Two networks from different starts explain the same decisions; the result goes to a file."""
import argparse
from pathlib import Path

import numpy as np

from account.chances import distortion
from account.helpers import as_json, load_config, say
from account.pipeline import explain, make_question, make_witnesses, reveal
from account.rate import bits
from account.reveal import saving
from account.world import make_world


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    cfg = load_config(args.config)
    world = make_world(cfg.world)
    first, second = make_witnesses(world, cfg)
    question = make_question(world)
    mine, theirs = (explain(witness, question, cfg) for witness in (first, second))
    chances = [witness.own_chance(question.signal) for witness in (first, second)]
    costs = [
        (first.distort(question, mask) + cfg.explain.price * bits(mask, question.correlation)).mean()
        for mask in (mine, theirs)
    ]
    result = {
        "discord": distortion(*chances).mean(),
        "disagreement": np.abs(mine - theirs).mean(),
        "borrowing": costs[1] - costs[0],
        "second_strain": second.strain,
        "second_saving": saving(reveal(second, question, theirs)),
    }
    out = Path(args.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(as_json(result) + "\n", encoding="utf-8")
    say(f"wrote {out}")


if __name__ == "__main__":
    main()
