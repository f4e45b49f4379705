"""Sampled lists, user by user."""
import math

import numpy as np

from .draws import open_uniform


def _draw(logits, membership, uniforms, cfg):
    users, items = logits.shape
    ranking = np.zeros((users, cfg.depth), dtype=np.int64)
    for u in range(users):
        left = list(range(items))
        load = np.zeros(membership.shape[1])
        for k in range(1, cfg.depth + 1):
            best, highest = -1, -math.inf
            pushed = membership @ load
            for i in left:
                key = (logits[u, i] - cfg.repulsion * pushed[i]) * k**-cfg.cooling
                key -= math.log(-math.log(uniforms[k - 1, u, i]))
                if key > highest:
                    best, highest = i, key
            left.remove(best)
            ranking[u, k - 1] = best
            load = load * 0.6 + membership[best]
    return ranking


def stochastic_rankings(logits, membership, rng, cfg):
    done = 0
    while done < cfg.lists:
        block = open_uniform(rng, (cfg.depth, *logits.shape))
        yield _draw(logits, membership, block, cfg)
        yield _draw(logits, membership, 1 - block, cfg)
        done += 2
