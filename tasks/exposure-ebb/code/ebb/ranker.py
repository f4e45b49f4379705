"""Sampling of ranked lists."""
from collections.abc import Iterator

import numpy as np

from .draws import open_uniform


def stochastic_rankings(
    logits: np.ndarray, membership: np.ndarray, rng: np.random.Generator, cfg
) -> Iterator[np.ndarray]:
    """Yield `cfg.lists` (even) rankings, each (U, depth) of int64 item numbers, best first.

    logits (U, I), membership (I, H); cfg has lists, depth, cooling and repulsion.
    """
    n_users, n_items = logits.shape
    users = np.arange(n_users)
    for _ in range(cfg.lists // 2):
        base = open_uniform(rng, (cfg.depth, n_users, n_items))
        for uniforms in (base, 1.0 - base):
            load = np.zeros((n_users, membership.shape[1]))
            free = np.ones((n_users, n_items), dtype=bool)
            ranking = np.empty((n_users, cfg.depth), dtype=np.int64)
            for k in range(cfg.depth):
                noise = -np.log(-np.log(uniforms[k]))
                keys = logits - cfg.repulsion * (load @ membership.T)
                keys = keys / (1.0 + k) ** cfg.cooling + noise
                pick = np.where(free, keys, -np.inf).argmax(axis=1)
                ranking[:, k] = pick
                free[users, pick] = False
                load = 0.6 * load + membership[pick]
            yield ranking
