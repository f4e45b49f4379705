"""Sampled lists, both of a pair side by side."""
import numpy as np

from .draws import open_uniform


def stochastic_rankings(logits, membership, rng, cfg):
    users, items = logits.shape
    kinds = membership.shape[1]
    for _ in range(0, cfg.lists, 2):
        block = open_uniform(rng, (cfg.depth, users, items))
        noise = -np.log(-np.log(np.stack([block, 1 - block], axis=1)))
        load = np.zeros((2, users, kinds))
        taken = np.zeros((2, users, items))
        placed = []
        for k, gumbel in enumerate(noise, start=1):
            push = np.einsum("puh,ih->pui", load, membership)
            keys = (logits - cfg.repulsion * push) * np.exp(-cfg.cooling * np.log(k)) + gumbel
            keys[taken > 0] = -np.inf
            pick = np.argmax(keys, axis=2)
            chosen = np.eye(items)[pick]
            taken += chosen
            load = chosen @ membership + load * 0.6
            placed.append(pick)
        first, second = np.stack(placed, axis=2).astype(np.int64)
        yield first
        yield second
