"""The topics of all letters and how good they are."""
import argparse

import numpy as np

from letters.counts import split_counts
from letters.helpers import as_json, load_config, say
from letters.pipeline import find_topics, kept_counts
from letters.quality import coherence, ownership, telling_words
from letters.reading import hidden_surprise, read_letters
from letters.world import draw_letters


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    cfg = load_config(parser.parse_args().config)
    counts, words = kept_counts(draw_letters(cfg.world).counts, cfg)
    seen, hidden = split_counts(counts)
    found = find_topics(seen, words, cfg)
    telling = telling_words(found.topics, cfg.report.telling)
    share = read_letters(
        seen, found.topics, found.usual, cfg.reading.strength, cfg.reading.rounds
    )
    surprise = hidden_surprise(hidden, share, found.topics)
    flat = found.topics @ found.usual
    plain = hidden_surprise(hidden, np.ones((len(counts), 1)), flat[:, None])
    say(f"{len(words)} words in {len(counts)} letters")
    print(
        as_json(
            {
                "coherence": np.mean([coherence(row, counts > 0) for row in telling]),
                "ownership": ownership(telling, found.topics).mean(),
                "surprise": surprise,
                "saved": plain - surprise,
                "meetings": 1.0 - np.trace(found.met),
            }
        )
    )


if __name__ == "__main__":
    main()
