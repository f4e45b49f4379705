"""Whether two halves of the letters have the same topics; the result is a log."""
import argparse

import numpy as np

from letters.helpers import load_config, say
from letters.pipeline import find_topics, kept_counts
from letters.quality import coherence, match_topics, ownership, telling_words
from letters.world import draw_letters


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    cfg = load_config(parser.parse_args().config)
    counts, words = kept_counts(draw_letters(cfg.world).counts, cfg)
    first, second = (find_topics(counts[side::2], words, cfg) for side in (0, 1))
    partner, likeness = match_topics(first.topics, second.topics)
    say(f"{len(words)} words in {len(counts)} letters")
    for k, (other, alike) in enumerate(zip(partner, likeness)):
        print(f"topic {k}: partner {other} likeness {float(alike)!r}")
    print(f"likeness: least {float(likeness.min())!r} mean {float(likeness.mean())!r}")
    moved = np.abs(first.usual - second.usual[partner]).sum() / 2.0
    print(f"shares: moved {float(moved)!r}")
    met = np.abs(first.met - second.met[np.ix_(partner, partner)]).sum() / 2.0
    print(f"meetings: moved {float(met)!r}")
    telling = telling_words(first.topics, cfg.report.telling)
    across = [coherence(row, counts[1::2] > 0) for row in telling]
    print(f"coherence: across {float(np.mean(across))!r}")
    own = ownership(telling, second.topics[:, partner])
    print(f"ownership: across {float(own.mean())!r}")


if __name__ == "__main__":
    main()
