"""What the decisions of one network rest on, and how short the accounts are."""
import argparse

from account.helpers import as_json, load_config, say
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
    relevance = explain(witness, question, cfg)
    right = witness.own_chance(question.signal).argmax(axis=1) == world.ask.label
    say(f"{right.sum()} of {len(right)} decisions are right")
    print(
        as_json(
            {
                "bits": bits(relevance, question.correlation).mean(),
                "distortion": witness.distort(question, relevance).mean(),
                "gap": witness.gap,
                "strain": witness.strain,
                "saving": saving(reveal(witness, question, relevance)),
            }
        )
    )


if __name__ == "__main__":
    main()
