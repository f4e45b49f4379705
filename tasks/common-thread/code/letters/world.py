"""Synthetic letters to a lost-property office."""
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np


@dataclass(frozen=True)
class Bundle:
    """counts (D, V) of words in letters; month (D,); truth (V, K): what topics were drawn from."""

    counts: np.ndarray
    month: np.ndarray
    truth: np.ndarray
    n_months: int


def draw_topics(rng: np.random.Generator, cfg: SimpleNamespace) -> np.ndarray:
    """Words of topics (V, K): phrases of all letters, words of one topic, words of several."""
    rank = np.arange(1.0, cfg.words + 1.0) ** -cfg.zipf
    common = rng.permutation(rank)
    topics = np.empty((cfg.words, cfg.topics))
    for k in range(cfg.topics):
        own = rng.gamma(cfg.spread, size=cfg.words)
        topics[:, k] = common * (own + 0.02)
    homes = rng.integers(0, cfg.topics, size=cfg.words, dtype=np.int64)
    loyal = rng.random(cfg.words) < cfg.loyal
    leak = np.where(np.arange(cfg.topics)[None, :] == homes[:, None], 1.0, 0.06)
    topics = np.where(loyal[:, None], topics * leak, topics)
    phrases = rng.choice(cfg.words, size=cfg.phrases, replace=False)
    topics[phrases] = topics.mean() * rng.uniform(2.0, 8.0, size=(cfg.phrases, 1))
    return topics / topics.sum(axis=0)


def draw_letters(cfg: SimpleNamespace) -> Bundle:
    """Draw letters from the `world` table of a configuration."""
    rng = np.random.default_rng([cfg.seed, 41])
    topics = draw_topics(rng, cfg)
    number, k = cfg.letters, cfg.topics
    month = np.sort(rng.integers(0, cfg.months, size=number, dtype=np.int64).astype(np.intp))
    mixing = 0.5 * rng.normal(size=(k, k))
    usual = rng.normal(scale=0.4, size=k)
    slope = rng.normal(scale=cfg.drift, size=k)
    season = rng.integers(0, cfg.months, size=k, dtype=np.int64)
    late = month / (cfg.months - 1.0) - 0.5
    lean = usual + late[:, None] * slope + rng.normal(size=(number, k)) @ mixing
    lean = lean + 1.2 * (month[:, None] == season)
    share = np.exp(cfg.purity * lean)
    share = share / share.sum(axis=1, keepdims=True)
    length = 6 + rng.poisson(cfg.length * rng.gamma(2.5, 0.4, size=number))
    counts = np.zeros((number, cfg.words))
    for d in range(number):
        chance = rng.gamma(cfg.burst * (topics @ share[d]) + 1e-9)
        counts[d] = rng.multinomial(length[d], chance / chance.sum())
    return Bundle(counts, month, topics, cfg.months)
