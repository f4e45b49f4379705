"""A synthetic season: what each market would bring on each day, and when it would pay."""
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np


@dataclass(frozen=True)
class World:
    """mean, taking and late (T, K): what an arm is worth in a round, without the weekday; what
    choosing it brings; and after how many rounds that arrives. changes: arm and round of each
    jump of a mean, in order of rounds."""

    mean: np.ndarray
    taking: np.ndarray
    late: np.ndarray
    changes: list[tuple[int, int]]


def make_world(cfg: SimpleNamespace) -> World:
    """Draw everything that is random from the `world` table of a configuration."""
    rng = np.random.default_rng([cfg.seed, 23])
    shape = (cfg.rounds, cfg.arms)
    score = np.zeros(shape)
    score[0] = 0.5 * rng.normal(size=cfg.arms)
    spots = np.sort(rng.choice(np.arange(15, cfg.rounds - 15), size=cfg.changes, replace=False))
    changes = [(int(rng.integers(cfg.arms)), int(t)) for t in spots]
    jumps = np.zeros(shape)
    for arm, t in changes:
        jumps[t, arm] = -np.sign(score[0, arm] + jumps[:t, arm].sum()) * rng.uniform(1.0, 2.2)
    steps = cfg.wander * rng.normal(size=shape)
    steps[0] = 0.0
    for t in range(1, cfg.rounds):
        score[t] = 0.99 * score[t - 1] + steps[t] + jumps[t]
    mean = 0.1 + 0.8 / (1.0 + np.exp(-score))
    taking = rng.beta(10.0 * mean, 10.0 * (1.0 - mean))
    week = 0.1 * np.sin(2.0 * np.pi * np.arange(7) / 7.0 + cfg.seed)
    taking = taking + week[np.arange(cfg.rounds) % 7][:, None]
    chance = np.clip(cfg.late * (0.6 + taking) * np.linspace(0.8, 1.2, cfg.arms), 0.02, 0.9)
    late = 1 + rng.binomial(cfg.longest - 1, chance)
    return World(mean, taking, late.astype(np.int64), changes)
