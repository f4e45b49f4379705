"""Synthetic graphs whose nodes have words, a class and a liking for edges."""
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np


@dataclass(frozen=True)
class World:
    """adjacent (n, n), boolean and symmetric; words (n, d), counts; label (n,) of all nodes;
    seeds (S,), ascending: the nodes whose label is known."""

    adjacent: np.ndarray
    words: np.ndarray
    label: np.ndarray
    seeds: np.ndarray
    classes: int


def make_world(cfg: SimpleNamespace) -> World:
    """Draw a graph from the `world` table of a configuration."""
    rng = np.random.default_rng([cfg.seed, 5])
    size = np.array(cfg.sizes, dtype=np.intp)
    classes, nodes = len(size), int(size.sum())
    label = np.repeat(np.arange(classes), size)[np.argsort(rng.random(nodes))]
    liking = np.minimum((1.0 - rng.random(nodes)) ** (-1.0 / cfg.tail), 12.0)
    mixing = np.full((classes, classes), cfg.across)
    for c in range(classes):
        mixing[c, c] = cfg.within
        mixing[c, (c + 1) % classes] *= cfg.rivalry
        mixing[(c + 1) % classes, c] *= cfg.rivalry
    rate = liking[:, None] * liking[None, :] * mixing[label][:, label]
    rate *= cfg.degree * nodes / rate.sum()
    edge = np.triu(rng.random((nodes, nodes)) < 1.0 - np.exp(-rate), k=1)

    topic = np.exp(cfg.topicality * rng.normal(size=(classes, cfg.words)))
    common = np.exp(rng.normal(size=cfg.words))
    expected = topic[label] * common
    length = cfg.length * np.exp(0.5 * rng.normal(size=nodes))
    expected *= (length / expected.sum(axis=1))[:, None]
    words = np.floor(expected + rng.random((nodes, cfg.words)))

    chosen = []
    for c in range(classes):
        members = np.flatnonzero(label == c)
        luck = rng.random(len(members)) ** (1.0 / np.sqrt(liking[members]))
        many = max(5, int(round(cfg.known * len(members))))
        chosen.extend(members[np.argsort(-luck, kind="stable")[:many]])
    return World(edge | edge.T, words, label, np.sort(np.array(chosen)), classes)
