"""From letters to topics."""
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from .anchors import blend_anchors, pick_anchors, swap_anchors
from .counts import keep_words, letter_weights
from .pairs import pair_table, profiles, stretch
from .recover import make_topics, topic_pairs, word_mixes


@dataclass(frozen=True)
class Topics:
    """words (V,): numbers of those kept; topics (V, K); met (K, K); usual (K,), descending."""

    words: np.ndarray
    topics: np.ndarray
    met: np.ndarray

    @property
    def usual(self) -> np.ndarray:
        return self.met.sum(axis=1)


def find_topics(counts: np.ndarray, words: np.ndarray, cfg: SimpleNamespace) -> Topics:
    """Topics of letters, from counts (D, V) of the words that are kept."""
    letters = (counts > 0).sum(axis=0).astype(float)
    table = pair_table(counts, letter_weights(counts, cfg.topics.half))
    share = table.sum(axis=1)
    points = stretch(profiles(table, letters, cfg.topics.strength), share)
    anchors = pick_anchors(points, letters, cfg.topics.number)
    anchors = swap_anchors(points, letters, anchors)
    corners = blend_anchors(points, letters, anchors, cfg.topics.blend)
    mix = word_mixes(points, corners, cfg.topics.steps)
    topics = make_topics(mix, share, cfg.topics.sharpness)
    met = topic_pairs(table, topics, share)
    order = np.argsort(-met.sum(axis=1), kind="stable")
    return Topics(words, topics[:, order], met[np.ix_(order, order)])


def kept_counts(counts: np.ndarray, cfg: SimpleNamespace) -> tuple[np.ndarray, np.ndarray]:
    """Counts of the words that are kept, and their numbers."""
    words = keep_words(counts, cfg.words.least, cfg.words.most)
    return counts[:, words], words
