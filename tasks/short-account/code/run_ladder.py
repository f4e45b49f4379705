"""Accounts at rising prices; the result is a log."""
import argparse

import numpy as np

from account.helpers import load_config, say
from account.pipeline import explain, make_question, make_witnesses, reveal
from account.rate import bits
from account.reveal import saving
from account.world import make_world


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    cfg = load_config(parser.parse_args().config)
    world = make_world(cfg.world)
    (witness,) = make_witnesses(world, cfg)
    question = make_question(world)
    spent, lost = [], []
    for price in cfg.ladder.prices:
        cfg.explain.price = price
        relevance = explain(witness, question, cfg)
        spent.append(bits(relevance, question.correlation).mean())
        lost.append(witness.distort(question, relevance).mean())
        print(f"price {price}: bits {float(spent[-1])!r} distortion {float(lost[-1])!r}")
    curve = reveal(witness, question, relevance)
    trade = np.log(lost[-1] / lost[0]) / (spent[0] - spent[-1])
    print(f"trade: {float(trade)!r}")
    print(f"network: strain {float(witness.strain)!r}")
    print(f"reveal: start {float(curve[0])!r} saving {float(saving(curve))!r}")
    say(f"sharpness {witness.sharp:.1f}")


if __name__ == "__main__":
    main()
