"""Examination and visits, list by list."""
import math

import numpy as np


def examination(ranking, attract, membership, patience):
    users, depth = ranking.shape
    seen = np.zeros((users, depth))
    for u in range(users):
        reached, last = 1.0, None
        for k in range(1, depth + 1):
            item = ranking[u, k - 1]
            seen[u, k - 1] = reached
            same = 0.0 if last is None else float(membership[item] @ membership[last])
            effort = (1 + 3 * same) * k**0.75 / patience[u]
            reached *= (1 - attract[u, item] / 2) / math.exp(effort)
            last = item
    return seen


def absorb_visits(counts, rankings, seen, attract, uniforms, retention):
    lists, users, depth = rankings.shape
    out = retention * counts
    for u in range(users):
        for one in range(lists):
            for k in range(depth):
                item = rankings[one, u, k]
                if uniforms[one, u, k] < seen[one, u, k] * attract[u, item]:
                    out[u, item] += (k + 1) ** 1.5 / math.sqrt(lists)
                    break
    return out
